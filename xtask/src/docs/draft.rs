//! A draft of the operation that a page describes, for a spec that has none.

mod operation;
mod schemas;

use std::collections::HashSet;

use heck::ToSnakeCase;

use super::finding::{DEPARTURE, DifferenceKind, Finding as Difference};
use super::operation::Operation;
use super::page::{Page, Title};
use crate::check;
use crate::finding::{Finding, Severity};
use crate::openapi::Parsed;
use crate::openapi::operations::{Operation as Known, operations};
use crate::openapi::tree::Node;
use operation::Outline;

/// A whole document with the operation of a page, written as far as possible so that the check finds nothing wrong
/// with it, and that it agrees with the page. What it cannot get right stands at its top. The findings are that the
/// spec has no such operation, and what of the page could not be read.
pub fn draft(
    page: &Page,
    file: &str,
    root: &Node,
    known: &[Known<'_>],
) -> (String, Vec<Difference>) {
    let names = names(page, known);
    let attempts = names.iter().map(|name| Attempt::new(page, root, name));
    let mut best: Option<Attempt> = None;
    for attempt in attempts {
        let is_right = attempt.problems.is_empty();
        if best.as_ref().is_none_or(|best| attempt.problems.len() < best.problems.len()) {
            best = Some(attempt);
        }
        if is_right {
            break;
        }
    }
    let Attempt { text, mut problems } = best.unwrap_or_default();
    let mut findings = vec![missing(page, known)];
    for difference in differences(page, &text) {
        match difference.kind {
            DifferenceKind::Unreadable => findings.push(difference),
            _ => problems.push(difference.message),
        }
    }
    (top(page, file, &text, &problems) + &text, findings)
}

/// What stands above a draft, as comments.
fn top(page: &Page, file: &str, text: &str, problems: &[String]) -> String {
    let mut top = format!(
        "# A draft of `{}`, made by `cargo xtask docs` of\n# {}\n\
         # To use it, put its path, its components and, if it is new, its server into the spec, and say in your own\n\
         # words what the page says in the vendor's.\n",
        page.operation.text(),
        file.replace(char::is_control, "\u{fffd}")
    );
    if text.contains(DEPARTURE) {
        top.push_str("# Where it departs from the page, nobody has decided that yet.\n");
    }
    for problem in problems {
        top.push_str(&format!("# To be mended: {}\n", problem.replace('\n', " ")));
    }
    top
}

/// Names that the operation may have, the best first.
fn names(page: &Page, known: &[Known<'_>]) -> Vec<String> {
    let title = &page.operation;
    let steps = title.path.split('/').filter(|step| !step.starts_with('{'));
    let of_path = format!("{} {}", title.method, steps.collect::<Vec<_>>().join(" "));
    let taken = known.iter().filter_map(|it| it.at.node.text_of("operationId"));
    let taken: Vec<_> = taken.collect();
    let names = [page.title.as_str(), &of_path, &format!("{of_path} 2")].map(str::to_snake_case);
    let is_free = |name: &String| {
        let is_name = name.is_ascii() && name.starts_with(|c: char| c.is_ascii_lowercase());
        is_name && !taken.contains(&name.as_str())
    };
    names.into_iter().filter(is_free).collect()
}

/// A document, and what is wrong with it.
#[derive(Default)]
struct Attempt {
    text: String,
    problems: Vec<String>,
}

impl Attempt {
    fn new(page: &Page, root: &Node, name: &str) -> Self {
        let mut refused = HashSet::new();
        let mut problems = Vec::new();
        loop {
            let outline = Outline { page, root, name, refused: &refused };
            let text = outline.text();
            let spec = Parsed::from_text("draft.yaml", &text);
            let mut errors = check::findings(&spec);
            errors.retain(|finding| finding.rule.severity == Severity::Error);
            let before = refused.len();
            refused.extend(errors.iter().filter_map(|error| example(&spec, error)));
            // Once the examples are out that do not follow their schemas, there may be nothing else.
            let is_new = refused.len() > before;
            problems.extend(errors.into_iter().map(|error| error.message));
            if !is_new {
                return Self { text, problems };
            }
            problems.retain(|problem| problem.contains("does not follow its schema"));
        }
    }
}

/// The example that a finding is about, as JSON.
fn example(spec: &Parsed, finding: &Finding) -> Option<String> {
    let (start, rest) = finding.pointer.split_once("/examples/")?;
    let name = rest.split('/').next()?;
    let value = spec.root.as_ref()?.at(&format!("{start}/examples/{name}/value"))?;
    Some(value.to_json().to_string())
}

/// Where the draft and its page differ.
fn differences(page: &Page, text: &str) -> Vec<Difference> {
    let spec = Parsed::from_text("draft.yaml", text);
    let Some(root) = &spec.root else {
        return Vec::new();
    };
    let title = &page.operation;
    let operations = operations(root);
    let mut operations = operations.iter();
    let found = operations.find(|it| it.method == title.method && it.path == title.path);
    let found = found.map(|it| super::compare::compare(page, Operation { root, it }).list);
    let mut list = found.unwrap_or_default();
    list.retain(|difference| difference.kind != DifferenceKind::Departure);
    list
}

/// What to say of a page without an operation.
fn missing(page: &Page, known: &[Known<'_>]) -> Difference {
    let title = &page.operation;
    let near = known.iter().find(|it| is_near(title, it));
    let hint =
        near.map_or_else(String::new, |near| format!("; did it have `{}` before?", near.title()));
    Difference {
        kind: DifferenceKind::MissingInSpec,
        what: "operation".to_owned(),
        message: format!("the spec has no operation `{}`{hint}", title.text()),
        page_line: Some(title.line),
        spec: near.map(|near| near.path_key),
    }
}

/// Whether an operation may be the one of a page, with another method, or another word in a path of three or more.
fn is_near(title: &Title, operation: &Known<'_>) -> bool {
    let (one, other): (Vec<_>, Vec<_>) =
        (title.path.split('/').collect(), operation.path.split('/').collect());
    let same = one.iter().zip(&other).filter(|(one, other)| one == other).count();
    let is_one_word = one.len() == other.len() && same + 1 == one.len() && one.len() > 3;
    title.path == operation.path || title.method == operation.method && is_one_word
}
