//! Items of lists: what a line says of a field.

use super::blocks::{Style, Text, words};
use super::kind::{Marks, is_mark};

/// What an item is.
#[derive(Debug)]
pub enum Item {
    /// `**phone**: string (required)`.
    Field(String, Marks),
    /// The name of a field, and the word behind it that says nothing of a type.
    Broken(String, String),
    /// `**Default:** 1`.
    Label(String, String),
    /// Anything else.
    Prose,
}

impl Item {
    /// Reads the first line of an item.
    pub fn read(text: &Text) -> Self {
        let is_marked = matches!(text.first(), Some((Style::Strong | Style::Code, _)));
        let all = words(text);
        let (name, rest) = match text.first() {
            Some((_, name)) if is_marked && !name.trim_end().ends_with(':') => {
                let rest: String = text.iter().skip(1).map(|(_, text)| text.as_str()).collect();
                let rest = rest.trim_start();
                match rest.strip_prefix(':') {
                    Some(rest) => (name.trim().to_owned(), rest.to_owned()),
                    None if rest.starts_with('(') => (name.trim().to_owned(), rest.to_owned()),
                    // A field that nothing is said of.
                    None if rest.is_empty() => {
                        return Self::Broken(name.trim().to_owned(), String::new());
                    }
                    // Without a colon it is a field if a type follows, or else the start of a sentence.
                    None => {
                        let said = rest.trim_start_matches(['-', '–', '—', ' ']);
                        let name = name.trim().to_owned();
                        return marks(said).map_or(Self::Prose, |marks| Self::Field(name, marks));
                    }
                }
            }
            _ => match all.split_once(':') {
                Some((name, rest)) => (name.trim().to_owned(), rest.to_owned()),
                None => return Self::Prose,
            },
        };
        // A sentence before a colon is not a name.
        let is_name = is_marked || !name.contains(char::is_whitespace);
        let marks = marks(&rest);
        let is_label = LABELS.contains(&name.to_lowercase().as_str());
        let is_field_called_so = marks.is_ok() && name.starts_with(char::is_lowercase);
        match marks {
            _ if name.is_empty() => Self::Prose,
            _ if is_label && !is_field_called_so => {
                Self::Label(name.to_lowercase(), value(text, &rest))
            }
            Ok(marks) if is_name => Self::Field(name, marks),
            Err(word) if is_marked => Self::Broken(name, word),
            _ => Self::Prose,
        }
    }
}

/// What an item inside of a field can say of it.
const LABELS: [&str; 6] =
    ["default", "default value", "example", "example value", "format", "required"];

/// What stands behind a name. A dash may set off a description, or more of the same.
fn marks(rest: &str) -> Result<Marks, String> {
    let dashes = [" - ", " – ", " — "];
    let whole = Marks::read(rest);
    let cut =
        dashes.iter().filter_map(|dash| rest.split_once(dash)).min_by_key(|(said, _)| said.len());
    match (whole, cut) {
        (Err(_), Some((said, description))) => {
            let description = description.to_lowercase();
            let mut words = description.split(|c: char| !c.is_alphanumeric());
            match words.find(|word| is_mark(word)) {
                // Nobody can tell whether it is meant as a mark.
                Some(word) => Err(word.to_owned()),
                None => Marks::read(said),
            }
        }
        (whole, _) => whole,
    }
}

/// Whether a line says nothing but that something must be there.
pub fn is_only_mark(text: &str) -> bool {
    is_mark(text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str())
}

/// The value of a label: what stands there as code, if nothing else does.
fn value(text: &Text, rest: &str) -> String {
    let mut code = text.iter().filter(|(style, _)| *style == Style::Code);
    let value = match (code.next(), code.next()) {
        (Some((_, code)), None) if code.trim() == rest.trim() => code,
        _ => rest.trim(),
    };
    let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    quoted.unwrap_or(value).to_owned()
}

/// The media type that a line names.
pub fn media_type(text: &Text) -> Option<String> {
    let all = words(text);
    let (name, value) = all.split_once(':')?;
    let names = ["media type", "media-type", "mediatype", "content type", "content-type"];
    let is_media_type = names.contains(&name.trim().to_lowercase().as_str()) && value.contains('/');
    is_media_type.then(|| value.trim().to_owned())
}
