//! "Did you mean …?"

use std::cell::Cell;

/// How many names are compared for one document, so that a large file full of mistakes is checked in time.
const MAX_COUNT: usize = 200_000;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(MAX_COUNT) };
}

/// Resets the limit for the next document.
pub fn start() {
    LEFT.set(MAX_COUNT);
}

/// The candidate that is most similar to a name, if one is similar enough.
pub fn similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let is_near = |candidate: &&str| candidate.len().abs_diff(name.len()) <= 12;
    candidates
        .into_iter()
        .take(LEFT.get())
        .filter(is_near)
        .inspect(|_| LEFT.set(LEFT.get().saturating_sub(1)))
        .map(|candidate| {
            let likeness = strsim::jaro_winkler(&name, &candidate.to_lowercase());
            (likeness, candidate)
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
