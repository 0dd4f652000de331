//! Items of lists: what a line says of a field.

use super::blocks::{Style, Text, words};
use super::field_type::{Marks, is_required_mark};

/// The meaning of an item.
#[derive(Debug)]
pub enum Item {
    /// `**phone**: string (required)`.
    Field(String, Marks),
    /// The name of a field, and the word behind it that is neither a type nor a mark.
    Broken(String, String),
    /// `**Default:** 1`, with its name in lower case.
    Label(String, String),
    /// `**Media type:** application/json`.
    MediaType(String),
    /// Anything else.
    Prose,
}

/// What an item inside a field can say of it.
const LABELS: [&str; 6] =
    ["default", "default value", "example", "example value", "format", "required"];

impl Item {
    /// Reads the first line of an item.
    pub fn read(text: &Text) -> Self {
        let all = words(text);
        if let Some(media_type) = media_type(&all) {
            return Self::MediaType(media_type);
        }
        let marked = match text.first() {
            Some((Style::Strong | Style::Code, name)) => Some(name.as_str()),
            _ => None,
        };
        let (name, rest) = match marked.filter(|name| !name.trim_end().ends_with(':')) {
            Some(name) => {
                let rest: String = text.iter().skip(1).map(|(_, text)| text.as_str()).collect();
                let rest = rest.trim_start();
                let name = name.trim().to_owned();
                match rest.strip_prefix(':') {
                    Some(rest) => (name, rest.to_owned()),
                    None if rest.starts_with('(') => (name, rest.to_owned()),
                    None if rest.is_empty() => return Self::Broken(name, String::new()),
                    // Without a colon it is a field if a type follows, and a sentence otherwise.
                    None => {
                        let said = rest.trim_start_matches(['-', '–', '—', ' ']);
                        return marks(said).map_or(Self::Prose, |marks| Self::Field(name, marks));
                    }
                }
            }
            None => match all.split_once(':') {
                Some((name, rest)) => (name.trim().to_owned(), rest.to_owned()),
                None => return Self::Prose,
            },
        };
        if name.is_empty() {
            return Self::Prose;
        }
        let marks = marks(&rest);
        let is_field_called_so = marks.is_ok() && name.starts_with(char::is_lowercase);
        let label = name.to_lowercase();
        if LABELS.contains(&label.as_str()) && !is_field_called_so {
            return Self::Label(label, value(text, &rest));
        }
        match marks {
            // Several plain words before a colon are a sentence.
            Ok(marks) if marked.is_some() || !name.contains(char::is_whitespace) => {
                Self::Field(name, marks)
            }
            Err(word) if marked.is_some() => Self::Broken(name, word),
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

/// The value of a label. Code without anything beside it is taken as it is.
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
fn media_type(line: &str) -> Option<String> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().to_lowercase().replace('-', " ");
    let is_media_type = ["media type", "mediatype", "content type"].contains(&name.as_str());
    (is_media_type && value.contains('/')).then(|| value.trim().to_owned())
}
