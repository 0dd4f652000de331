//! Items of lists: what a line says of a field.

use super::blocks::{marked, words};
use super::field_type::{Marks, is_required_mark};

#[derive(Debug)]
pub enum Item {
    /// `**phone**: string (required)`.
    Field(String, Marks),
    /// The name of a field, and the word behind it that is neither a type nor a mark.
    Broken(String, String),
    /// `**Default:** 1`, with its name in lower case.
    Label(String, String),
    MediaType(String),
    Prose,
}

/// What an item inside a field can say of it.
const LABELS: [&str; 6] =
    ["default", "default value", "example", "example value", "format", "required"];

impl Item {
    /// Reads the first line of an item.
    pub fn read(line: &str) -> Self {
        if let Some(media_type) = media_type(&words(line)) {
            return Self::MediaType(media_type);
        }
        let marked = marked(line);
        let Some((name, rest)) = marked.or_else(|| line.split_once(':')) else {
            return Self::Prose;
        };
        let (name, rest, is_marked) = (name.trim(), rest.trim(), marked.is_some());
        // Without a colon it is a field if a type follows, and a sentence otherwise.
        let has_colon = !is_marked || name.ends_with(':') || rest.starts_with([':', '(']);
        let name = words(name.trim_end_matches(':'));
        let rest = rest.trim_start_matches([':', '-', '–', '—', ' ']);
        if name.is_empty() {
            return Self::Prose;
        }
        let marks = marks(rest);
        let is_field_called_so = marks.is_ok() && name.starts_with(char::is_lowercase);
        let label = name.to_lowercase();
        match marks {
            _ if has_colon && LABELS.contains(&label.as_str()) && !is_field_called_so => {
                Self::Label(label, value(rest))
            }
            // Several plain words before a colon are a sentence.
            Ok(marks) if is_marked || !name.contains(char::is_whitespace) => {
                Self::Field(name, marks)
            }
            Err(word) if is_marked && (has_colon || word.is_empty()) => Self::Broken(name, word),
            _ => Self::Prose,
        }
    }
}

/// Reads the marks behind a name. A dash may start a description, or more marks.
fn marks(rest: &str) -> Result<Marks, String> {
    let dashes = [" - ", " – ", " — "];
    let cuts = dashes.iter().filter_map(|dash| rest.split_once(dash));
    match (Marks::read(rest), cuts.min_by_key(|(said, _)| said.len())) {
        (Err(_), Some((said, description))) => {
            let description = description.to_lowercase();
            let mut words = description.split(|c: char| !c.is_alphanumeric());
            match words.find(|word| is_required_mark(word)) {
                // It may be a mark or a part of the description.
                Some(word) => Err(word.to_owned()),
                None => Marks::read(said),
            }
        }
        (whole, _) => whole,
    }
}

/// Whether a line consists of the mark that a field is required.
pub fn is_only_mark(text: &str) -> bool {
    is_required_mark(text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str())
}

/// The value of a label, without the marks around all of it.
fn value(text: &str) -> String {
    let inner = |mark: char| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.contains(mark)).then_some(inner)
    };
    let value = inner('`').unwrap_or(text);
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    quoted.unwrap_or(value).to_owned()
}

fn media_type(line: &str) -> Option<String> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().to_lowercase().replace('-', " ");
    let is_media_type = ["media type", "mediatype", "content type"].contains(&name.as_str());
    (is_media_type && value.contains('/')).then(|| value.trim().to_owned())
}
