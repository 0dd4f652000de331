//! Items of lists: what a line says of a field.

use super::blocks::{Style, Text, words};
use super::kind::Marks;

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
                match rest.trim_start().strip_prefix(':') {
                    Some(rest) => (name.trim().to_owned(), rest.to_owned()),
                    // Bold words at the start of a sentence, or a field that nothing is said of.
                    None if rest.trim().is_empty() || rest.trim_start().starts_with('(') => {
                        return Self::Broken(name.trim().to_owned(), String::new());
                    }
                    None => return Self::Prose,
                }
            }
            _ => match all.split_once(':') {
                Some((name, rest)) => (name.trim().to_owned(), rest.to_owned()),
                None => return Self::Prose,
            },
        };
        // A sentence before a colon is not a name.
        let is_name = is_marked || !name.contains(char::is_whitespace);
        // What a dash sets off is a description.
        let said = [" - ", " – ", " — "]
            .iter()
            .fold(rest.as_str(), |rest, dash| {
                rest.split(dash).next().unwrap_or(rest)
            });
        let marks = Marks::read(said);
        let labels = ["default", "default value", "example", "example value"];
        let is_label = labels.contains(&name.to_lowercase().as_str());
        let is_field_called_so = marks.is_ok() && name.starts_with(char::is_lowercase);
        match marks {
            _ if name.is_empty() => Self::Prose,
            _ if is_label && !is_field_called_so => Self::Label(name, value(text, &rest)),
            Ok(marks) if is_name => Self::Field(name, marks),
            Err(word) if is_marked => Self::Broken(name, word),
            _ => Self::Prose,
        }
    }
}

/// The value of a label: what stands there as code, or everything.
fn value(text: &Text, rest: &str) -> String {
    let code = text.iter().skip(1).find(|(style, _)| *style == Style::Code);
    code.map_or_else(|| rest.trim().to_owned(), |(_, code)| code.clone())
}

/// The media type that a line names.
pub fn media_type(text: &Text) -> Option<String> {
    let all = words(text);
    let (name, value) = all.split_once(':')?;
    let is_media_type = ["media type", "media-type", "mediatype", "content type"]
        .contains(&name.trim().to_lowercase().as_str());
    is_media_type.then(|| value.trim().to_owned())
}
