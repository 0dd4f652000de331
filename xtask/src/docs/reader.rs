//! Reads pages that follow the vendor's template.

mod fields;

use super::blocks::{Block, Content, Style, Text, read, words};
use super::finding::short;
use super::html::Html;
use super::item::{Item, is_only_mark, media_type};
use super::page::{Body, Page, Response, Title};
use crate::openapi::grammar::METHODS;
use crate::source::Source;

/// Where on a page the reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    /// What has no fields: the title, `Request`, a heading that the template does not have.
    Prose,
    Headers,
    Query,
    Path,
    Body,
    /// Parameters of which the heading does not say where they go.
    Parameters,
    Sample,
    Responses,
}

/// How deep fields are looked for.
const MAX_DEPTH: usize = 32;

/// Reads a page. One that names no operation is none.
pub fn parse(source: &Source) -> Option<Page> {
    let mut reader = Reader {
        page: Page::default(),
        section: Section::Prose,
        path: Vec::new(),
        was_body: false,
    };
    for block in read(source) {
        reader.take(block);
    }
    reader.has_title().then_some(reader.page)
}

struct Reader {
    page: Page,
    section: Section,
    /// The way to the item that was read last: the depth of each, and its name if it is a field.
    path: Vec<(usize, Option<String>)>,
    /// Whether the heading of the body has been passed.
    was_body: bool,
}

impl Reader {
    fn take(&mut self, block: Block) {
        let line = block.line;
        match block.content {
            Content::Heading(is_first, text) => self.heading(is_first, &text, line),
            Content::Html(html) => self.html(&html, line),
            Content::Line(text) => self.line(&text, line),
            Content::Item(depth, text) => self.item(depth, &text, line),
            Content::Code(code) => self.code(code, line),
        }
    }

    fn unreadable(&mut self, line: usize, what: impl Into<String>) {
        self.page.unreadable.push((line, what.into()));
    }

    fn heading(&mut self, is_first: bool, text: &Text, line: usize) {
        let all = words(text);
        self.path.clear();
        if self.title(&all, line) {
            return;
        }
        if is_first && self.page.title.is_empty() {
            self.page.title = all;
            self.section = Section::Prose;
            return;
        }
        self.section = self.section_of(&all, line).unwrap_or(Section::Prose);
    }

    /// The part of the page that a heading starts, if it starts one.
    fn section_of(&mut self, heading: &str, line: usize) -> Option<Section> {
        let lower = heading.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let in_responses = self.section == Section::Responses;
        let is_response = is(&["response"]);
        if (in_responses || is_response) && self.status(heading, line) {
            return Some(Section::Responses);
        }
        // What belongs to a body that is being described.
        let is_example = is(&["example", "sample"]);
        let is_list = is(&["param", "field", "attribute", "propert", "schema"]);
        Some(match self.section {
            _ if is(&["curl"]) => Section::Sample,
            _ if is_response && is(&["header"]) => return None,
            _ if is_response && !is_example => Section::Responses,
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
            _ if is(&["path"]) || has_word(&lower, &["uri", "url"]) => {
                self.page.path.line = Some(line);
                Section::Path
            }
            _ if is(&["body", "payload"]) => {
                self.was_body = true;
                self.page.body.line.get_or_insert(line);
                Section::Body
            }
            _ if is_list && self.was_body => Section::Body,
            _ if is_list => Section::Parameters,
            _ => return None,
        })
    }

    /// Whether the method and the path have been read.
    fn has_title(&self) -> bool {
        !self.page.operation.method.is_empty()
    }

    /// The method and the path.
    fn title(&mut self, text: &str, line: usize) -> bool {
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
            true => self.unreadable(line, "a second method and path: a page has one"),
            false => {
                self.page.operation = Title { method, path, line };
            }
        }
        true
    }

    /// `200 - OK`, or any other title that has a status.
    fn status(&mut self, title: &str, line: usize) -> bool {
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
            body: Body::default(),
        });
        true
    }

    /// HTML, of which the template has the details of a response.
    fn html(&mut self, html: &str, line: usize) {
        let html = Html::read(html);
        for (number, tag) in &html.unknown {
            let message =
                format!("HTML with the tag `{}`, which the template does not have", short(tag));
            self.unreadable(line + number, message);
        }
        for (number, text) in html.text.lines().enumerate() {
            let text = text.trim();
            if !text.is_empty() {
                self.details(text, line + number);
            }
        }
    }

    /// The title of a response's details.
    fn details(&mut self, text: &str, line: usize) {
        if !self.status(text, line) {
            self.unreadable(line, format!("`{}` is no status of a response", short(text)));
            // What follows belongs to it, and not to the response before.
            if self.section == Section::Responses {
                self.page.responses.push(Response { line, ..Response::default() });
            }
        }
    }

    fn line(&mut self, text: &Text, line: usize) {
        let all = words(text);
        if let Some(container) = all.strip_prefix(":::") {
            return self.container(container.trim(), line);
        }
        if is_table(&all) {
            return self
                .unreadable(line, "a table or a list of definitions: the template has lists");
        }
        if let Some(media_type) = media_type(text) {
            return self.media_type(media_type, line);
        }
        if self.title(&all, line) {
            return;
        }
        if !self.path.is_empty() && self.continued(text, line) {
            return;
        }
        let is_bold = matches!(text.as_slice(), [(Style::Strong, _)]);
        match Item::read(text) {
            Item::Field(name, marks) => {
                self.path.clear();
                self.field(1, &name, marks, line);
            }
            // A heading that is only bold.
            Item::Broken(..) if is_bold && let Some(section) = self.section_of(&all, line) => {
                self.path.clear();
                self.section = section;
            }
            // A sentence may start with a bold word and a colon; a type is one word.
            Item::Broken(name, word)
                if self.has_fields() && !name.contains(' ') && !is_sentence(&all) =>
            {
                self.path.clear();
                self.broken(1, &name, &word, line);
            }
            _ => {
                let is_summary = self.section == Section::Prose && self.page.headers.line.is_none();
                if is_summary && self.has_title() {
                    let summary = &mut self.page.summary;
                    summary.push_str(if summary.is_empty() { "" } else { " " });
                    summary.push_str(&all);
                }
            }
        }
    }

    /// `::: details 200 - OK` in the place of HTML, or the end of it.
    fn container(&mut self, text: &str, line: usize) {
        let (name, title) = text.split_once(' ').unwrap_or((text, ""));
        match name.split('{').next().unwrap_or_default() {
            // Those for prose and samples.
            "" | "tip" | "info" | "note" | "important" | "warning" | "caution" | "danger"
            | "code-group" => {}
            "details" => self.details(title.split('{').next().unwrap_or_default().trim(), line),
            _ => self.details(text, line),
        }
    }

    fn has_fields(&self) -> bool {
        !matches!(self.section, Section::Prose | Section::Sample)
    }

    fn item(&mut self, depth: usize, text: &Text, line: usize) {
        while self.path.last().is_some_and(|(above, _)| *above >= depth) {
            self.path.pop();
        }
        let is_first = self.path.is_empty();
        let all = words(text);
        if all.starts_with(":::") {
            return self.line(text, line);
        }
        if let Some(media_type) = media_type(text) {
            return self.media_type(media_type, line);
        }
        if depth > MAX_DEPTH {
            return self.unreadable(line, "an item inside too many others");
        }
        match Item::read(text) {
            Item::Field(name, marks) => return self.field(depth, &name, marks, line),
            Item::Broken(name, word) if self.has_fields() && !is_only_mark(&all) => {
                return self.broken(depth, &name, &word, line);
            }
            _ => {}
        }
        self.path.push((depth, None));
        if !is_first && self.continued(text, line) {
            return;
        }
        if is_first && self.has_fields() {
            self.unreadable(line, format!("`{}` is no field with its type", short(&all)));
        } else if let Some(field) = self.last_field()
            && field.description.is_empty()
        {
            field.description = all;
        }
    }
}

/// Whether a part of a title is a status of HTTP, `4XX` or `default`, in lower case.
fn is_status(part: &str) -> bool {
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit()) || part.ends_with("xx");
    let starts = part.starts_with(|c: char| ('1'..='5').contains(&c));
    part.len() == 3 && is_number && starts || part == "default"
}

/// Whether a line is one of a table or of a list of definitions, as other kinds of Markdown have them.
fn is_table(line: &str) -> bool {
    let is_rule = line.contains('|') && line.chars().all(|c| "|-: ".contains(c));
    line.starts_with('|') || line.starts_with(": ") || is_rule
}

/// Whether a line has more words than a name, a type and marks.
fn is_sentence(line: &str) -> bool {
    line.split_whitespace().count() > 3
}

/// Whether a text has one of these as a whole word: "Hourly" has no `url`.
fn has_word(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}
