//! Reads pages that follow the vendor's template.

mod fields;
mod sections;

use super::blocks::{Content, marked, read, words};
use super::differences::short;
use super::item::{Item, is_only_mark};
use super::page::{Page, Response};
use crate::source::Source;
use sections::Section;

/// The deepest list in which fields are read.
const MAX_DEPTH: usize = 32;

/// Reads a page. Without a method and a path it is not a page.
pub fn parse(source: &Source) -> Option<Page> {
    let mut reader = Reader::default();
    for (line, content) in read(source) {
        match content {
            Content::Heading(is_first, text) => reader.heading(is_first, &words(&text), line),
            Content::Html(html) => reader.html(&html, line),
            Content::Line(text) => reader.line(&text, line),
            Content::Item(depth, text) => reader.item(depth, &text, line),
            Content::Code(code) => reader.code(code, line),
        }
    }
    reader.has_title().then_some(reader.page)
}

#[derive(Default)]
struct Reader {
    page: Page,
    section: Section,
    /// The items that the last item is in, with itself: the depth of each, and the name of a field.
    path: Vec<(usize, Option<String>)>,
    /// Whether there was a heading for the body.
    has_body: bool,
}

impl Reader {
    fn unreadable(&mut self, line: usize, message: impl Into<String>) {
        self.page.unreadable.push((line, message.into()));
    }

    fn heading(&mut self, is_first: bool, text: &str, line: usize) {
        self.path.clear();
        if self.title(text, line) {
            return;
        }
        if is_first && self.page.title.is_empty() {
            self.page.title = text.to_owned();
            self.section = Section::Prose;
            return;
        }
        self.section = self.section_of(text, line).unwrap_or(Section::Prose);
    }

    /// Reads the HTML around a response.
    fn html(&mut self, html: &str, line: usize) {
        for (line, text) in (line..).zip(text_of(html).lines()) {
            if !text.trim().is_empty() {
                self.details(text.trim(), line);
            }
        }
    }

    /// The title of a response.
    fn details(&mut self, text: &str, line: usize) {
        if self.status(text, line) {
            return;
        }
        self.unreadable(line, format!("`{}` does not have the status of a response", short(text)));
        // What follows does not belong to the response before.
        if self.section == Section::Responses {
            self.page.responses.push(Response { line, ..Response::default() });
        }
    }

    /// `::: details 200 - OK` in place of HTML, or the end of it.
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

    fn line(&mut self, text: &str, line: usize) {
        let all = words(text);
        if let Some(container) = all.strip_prefix(":::") {
            return self.container(container.trim(), line);
        }
        if is_table(&all) {
            return self.unreadable(line, "the template has lists, not tables or definitions");
        }
        if self.title(&all, line) {
            return;
        }
        match Item::read(text) {
            Item::MediaType(media_type) => self.media_type(media_type, line),
            item if !self.path.is_empty() && self.continued(&item, &all, line) => {}
            Item::Field(name, marks) => {
                self.path.clear();
                self.field(1, &name, marks, line);
            }
            // A bold line can be a heading.
            Item::Broken(..)
                if marked(text).is_some_and(|(_, rest)| rest.is_empty())
                    && let Some(section) = self.section_of(&all, line) =>
            {
                self.path.clear();
                self.section = section;
            }
            // A sentence can start with a bold word and a colon, but it is longer than a name, a type and marks.
            Item::Broken(name, word)
                if self.section.has_fields()
                    && !name.contains(' ')
                    && all.split_whitespace().count() <= 3 =>
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

    fn item(&mut self, depth: usize, text: &str, line: usize) {
        while self.path.last().is_some_and(|(above, _)| *above >= depth) {
            self.path.pop();
        }
        let is_first = self.path.is_empty();
        let all = words(text);
        if all.starts_with(":::") {
            return self.line(text, line);
        }
        if depth > MAX_DEPTH {
            return self.unreadable(line, "the item is in more than 32 lists");
        }
        match Item::read(text) {
            Item::MediaType(media_type) => return self.media_type(media_type, line),
            Item::Field(name, marks) => return self.field(depth, &name, marks, line),
            Item::Broken(name, word) if self.section.has_fields() && !is_only_mark(&all) => {
                return self.broken(depth, &name, &word, line);
            }
            item if !is_first && self.continued(&item, &all, line) => {}
            _ if is_first && self.section.has_fields() => {
                self.unreadable(line, format!("`{}` is not a field with a type", short(&all)));
            }
            _ => {
                let field = self.last_field().filter(|field| field.description.is_empty());
                if let Some(field) = field {
                    field.description = all;
                }
            }
        }
        self.path.push((depth, None));
    }
}

/// The text of a block of HTML. It keeps the line feeds of tags and comments.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (inside, after) = tag.split_once(end).unwrap_or((tag, ""));
        text.extend(inside.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    text + rest
}

/// Whether a line belongs to a table or a list of definitions, as other kinds of Markdown have them.
fn is_table(line: &str) -> bool {
    let is_rule = line.contains('|') && line.chars().all(|c| "|-: ".contains(c));
    line.starts_with('|') || line.starts_with(": ") || is_rule
}
