//! The title of a page, its sections, and its responses.

use super::Reader;
use crate::docs::differences::short;
use crate::docs::page::{Part, Response, Title};
use crate::openapi::grammar::METHODS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Section {
    /// A part without fields: before the first heading, or after one that the template does not have.
    #[default]
    Prose,
    Headers,
    Query,
    Path,
    Body,
    /// Parameters whose heading does not say where they go.
    Parameters,
    Sample,
    Responses,
}

impl Section {
    pub(super) fn has_fields(self) -> bool {
        !matches!(self, Self::Prose | Self::Sample)
    }
}

impl Reader {
    pub(super) fn section_of(&mut self, heading: &str, line: usize) -> Option<Section> {
        let lower = heading.to_lowercase();
        let is = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        // "Hourly" has no `url`.
        let has_word = |words: &[&str]| {
            lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
        };
        let is_response = is(&["response"]);
        let in_responses = self.section == Section::Responses;
        if (in_responses || is_response) && self.status(heading, line) {
            return Some(Section::Responses);
        }
        let is_example = is(&["example", "sample"]);
        let is_list = is(&["param", "field", "attribute", "propert", "schema"]);
        Some(match self.section {
            _ if is(&["curl"]) => Section::Sample,
            _ if is_response && is(&["header"]) => return None,
            _ if is_response && !is_example => Section::Responses,
            // An example belongs to the body that is being described.
            section if is_example => section,
            Section::Responses if is_list || is(&["body"]) => Section::Responses,
            Section::Responses => return None,
            _ if is(&["header"]) => {
                self.page.headers.line = Some(line);
                Section::Headers
            }
            _ if is(&["query"]) => {
                self.page.query.line = Some(line);
                Section::Query
            }
            _ if is(&["path"]) || has_word(&["uri", "url"]) => {
                self.page.path.line = Some(line);
                Section::Path
            }
            _ if is(&["body", "payload"]) => {
                self.has_body = true;
                self.page.body.line.get_or_insert(line);
                Section::Body
            }
            _ if is_list && self.has_body => Section::Body,
            _ if is_list => Section::Parameters,
            _ => return None,
        })
    }

    pub(super) fn has_title(&self) -> bool {
        !self.page.operation.method.is_empty()
    }

    /// Reads a method and a path, if the text is one.
    pub(super) fn title(&mut self, text: &str, line: usize) -> bool {
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or_default();
        let method = first.to_lowercase();
        let path = rest.trim();
        if !METHODS.contains(&method.as_str()) || !path.starts_with('/') || path.contains(' ') {
            return false;
        }
        // `:id` is another way to write `{id}`.
        let steps = path.split('/').map(|step| match step.strip_prefix(':') {
            Some(name) => format!("{{{name}}}"),
            None => step.to_owned(),
        });
        let path = steps.collect::<Vec<_>>().join("/");
        match self.has_title() {
            true => self.unreadable(line, "the page has a second method and path"),
            false => self.page.operation = Title { method, path, line },
        }
        true
    }

    /// Reads `200 - OK`, or another title that has a status.
    pub(super) fn status(&mut self, title: &str, line: usize) -> bool {
        let lower = title.to_lowercase();
        let is_between = |c: char| !c.is_ascii_alphanumeric();
        let mut parts = lower.split(is_between).filter(|part| is_status(part));
        let Some(status) = parts.next() else {
            return false;
        };
        if let Some(other) = parts.next() {
            self.unreadable(line, format!("`{}` has a second status, {other}", short(title)));
        }
        let reason = lower.split_once(status).map_or(0, |(before, _)| before.len() + status.len());
        let reason = title.get(reason..).unwrap_or_default();
        self.section = Section::Responses;
        self.path.clear();
        self.page.responses.push(Response {
            status: if status == "default" { status.to_owned() } else { status.to_uppercase() },
            reason: reason.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
            line,
            body: Part::default(),
        });
        true
    }
}

/// Whether a word in lower case is a status of HTTP, `4xx` or `default`.
fn is_status(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit()) || word.ends_with("xx");
    let starts = word.starts_with(|c: char| ('1'..='5').contains(&c));
    word.len() == 3 && is_number && starts || word == "default"
}
