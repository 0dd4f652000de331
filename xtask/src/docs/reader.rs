//! Reads pages that follow the vendor's template.

use super::blocks::{Block, Code, Content, Style, Text, read, words};
use super::finding::short;
use super::html;
use super::item::{Item, media_type};
use super::kind::Marks;
use super::page::{Body, Field, Fields, Page, Response, Title};
use super::statement::again;
use crate::spec::objects::METHODS;
use crate::spec::source::Source;

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
const GREATEST_DEPTH: usize = 32;

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
        let lower = all.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let in_responses = self.section == Section::Responses;
        if (in_responses || is(&["response"])) && self.status(&all, line) {
            return;
        }
        let parts = ["body", "example", "field", "parameter", "schema"];
        let goes_on = in_responses && is(&parts);
        let is_of_response = is(&["response"]) && is(&["header"]);
        self.section = if is(&["curl", "sample"]) {
            Section::Sample
        } else if is(&["response"]) && !is(&["header", "example"]) || goes_on {
            Section::Responses
        } else if in_responses || is_of_response {
            Section::Prose
        } else if is(&["example"]) {
            self.section
        } else if is(&["header"]) {
            self.page.headers.line = Some(line);
            Section::Headers
        } else if is(&["query"]) {
            self.page.query.line = Some(line);
            Section::Query
        } else if is(&["path", "uri", "url"]) {
            self.page.path.line = Some(line);
            Section::Path
        } else if is(&["body", "payload"]) {
            self.was_body = true;
            self.page.body.line.get_or_insert(line);
            Section::Body
        } else if is(&["parameter"]) && self.was_body {
            Section::Body
        } else if is(&["parameter"]) {
            Section::Parameters
        } else {
            Section::Prose
        };
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
        match self.has_title() {
            true => self.unreadable(line, "a second method and path: a page has one"),
            false => {
                self.page.operation = Title {
                    method,
                    path: path.to_owned(),
                    line,
                };
            }
        }
        true
    }

    /// `200 - OK`, or any other line that starts with a status.
    fn status(&mut self, text: &str, line: usize) -> bool {
        let lower = text.to_lowercase();
        let is_between = |c: char| !c.is_ascii_alphanumeric();
        let mut parts = lower.split(is_between).filter(|part| !part.is_empty());
        let said = ["response", "responses", "status", "code", "http"];
        let Some(status) = parts.find(|part| !said.contains(part)) else {
            return false;
        };
        let is_range = |status: &str| {
            status.ends_with("xx") && status.starts_with(|c: char| c.is_ascii_digit())
        };
        let is_number = status.bytes().all(|byte| byte.is_ascii_digit());
        let is_status = status.len() == 3 && (is_number || is_range(status)) || status == "default";
        if is_status {
            let status = match status {
                "default" => status.to_owned(),
                _ => status.to_uppercase(),
            };
            let reason = lower
                .split_once(&status.to_lowercase())
                .map_or("", |(_, rest)| rest);
            let reason = text.get(text.len() - reason.len()..).unwrap_or_default();
            self.section = Section::Responses;
            self.path.clear();
            self.page.responses.push(Response {
                status,
                reason: reason
                    .trim_matches(|c: char| !c.is_alphanumeric())
                    .to_owned(),
                line,
                body: Body::default(),
            });
        }
        is_status
    }

    /// HTML, of which the template has the details of a response.
    fn html(&mut self, html: &str, line: usize) {
        let (text, unknown) = html::text(html);
        if let Some(tag) = unknown {
            self.unreadable(
                line,
                format!(
                    "HTML with the tag `{}`, which the template does not have",
                    short(tag)
                ),
            );
        }
        for (number, text) in text.lines().enumerate() {
            let text = text.trim();
            if !text.is_empty() {
                self.details(text, line + number);
            }
        }
    }

    /// The title of a response's details.
    fn details(&mut self, text: &str, line: usize) {
        if !self.status(text, line) {
            self.unreadable(
                line,
                format!("`{}` is no status of a response", short(text)),
            );
            // What follows belongs to it, and not to the response before.
            if self.section == Section::Responses {
                self.page.responses.push(Response {
                    line,
                    ..Response::default()
                });
            }
        }
    }

    fn line(&mut self, text: &Text, line: usize) {
        let all = words(text);
        // `::: details 200 - OK` in the place of HTML.
        if let Some(rest) = all.strip_prefix(":::") {
            let rest = rest.trim();
            let (container, title) = rest.split_once(' ').unwrap_or((rest, ""));
            match container {
                // The end of one, and those for prose and samples.
                "" | "tip" | "info" | "note" | "warning" | "danger" | "code-group" => {}
                "details" => self.details(title.trim(), line),
                _ => self.details(rest, line),
            }
            return;
        }
        if all.starts_with('|') {
            return self.unreadable(line, "a table: the template has lists");
        }
        if let Some(media_type) = media_type(text) {
            return self.media_type(media_type, line);
        }
        if self.title(&all, line) {
            return;
        }
        let is_marked = matches!(text.first(), Some((Style::Strong | Style::Code, _)));
        match Item::read(text) {
            Item::Label(name, value) if !self.path.is_empty() => {
                return self.label(&name, value, line);
            }
            Item::Field(name, marks) if is_marked => {
                self.path.clear();
                return self.field(1, &name, marks, line);
            }
            _ => {}
        }
        let is_summary = self.section == Section::Prose && self.page.headers.line.is_none();
        if is_summary && self.has_title() {
            let summary = &mut self.page.summary;
            summary.push_str(if summary.is_empty() { "" } else { " " });
            summary.push_str(&all);
        }
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
        if depth > GREATEST_DEPTH {
            return self.unreadable(line, "an item inside too many others");
        }
        let has_fields = !matches!(self.section, Section::Prose | Section::Sample);
        match Item::read(text) {
            Item::Label(name, value) if !is_first => {
                self.path.push((depth, None));
                self.label(&name, value, line);
            }
            Item::Field(name, marks) => self.field(depth, &name, marks, line),
            Item::Broken(name, word) if has_fields => {
                let name = short(&name);
                self.unreadable(
                    line,
                    match word.is_empty() {
                        true => format!("`{name}` has no type"),
                        false => format!(
                            "`{name}` is said to be `{}`, which is no type or mark of one",
                            short(&word)
                        ),
                    },
                );
                // So that nothing else is said of it, nor of what is inside of it.
                self.field(depth, &name, Marks::default(), line);
            }
            _ if is_first && has_fields => {
                self.path.push((depth, None));
                self.unreadable(line, format!("`{}` is no field with its type", short(&all)));
            }
            _ => {
                self.path.push((depth, None));
                if let Some(field) = self.last_field()
                    && field.description.is_empty()
                {
                    field.description = all;
                }
            }
        }
    }

    fn label(&mut self, name: &str, value: String, line: usize) {
        match self.last_field() {
            Some(field) if field.default.is_none() => field.default = Some((value, line)),
            Some(_) => self.unreadable(line, format!("a second `{name}` of one field")),
            None => self.unreadable(line, format!("`{name}` of no field")),
        }
    }

    fn media_type(&mut self, media_type: String, line: usize) {
        match self.body() {
            Some(body) if body.media_type.is_none() => body.media_type = Some((media_type, line)),
            Some(_) => self.unreadable(line, "a second media type of one body"),
            None => self.unreadable(line, "a media type of no body"),
        }
    }

    /// Whether parameters are in the query, where the heading does not say.
    fn is_query(&self) -> bool {
        let method = self.page.operation.method.as_str();
        self.section == Section::Parameters && ["get", "delete", "head"].contains(&method)
    }

    /// The body that is being described.
    fn body(&mut self) -> Option<&mut Body> {
        match self.section {
            Section::Responses => self
                .page
                .responses
                .last_mut()
                .map(|response| &mut response.body),
            Section::Body | Section::Parameters if !self.is_query() => Some(&mut self.page.body),
            _ => None,
        }
    }

    /// The list of parameters that is being read, where a field of the name would belong.
    fn parameters(&mut self, name: &str) -> Option<&mut Fields> {
        let is_query = self.is_query();
        let page = &mut self.page;
        let is_in_path = page.operation.path.contains(&format!("{{{name}}}"));
        match self.section {
            Section::Headers => Some(&mut page.headers),
            Section::Query => Some(&mut page.query),
            Section::Path => Some(&mut page.path),
            Section::Parameters if is_in_path => Some(&mut page.path),
            Section::Parameters if is_query => Some(&mut page.query),
            _ => None,
        }
    }

    /// The list that a field of the name goes into.
    fn fields(&mut self, name: &str) -> Option<&mut Vec<Field>> {
        if self.parameters(name).is_some() {
            return self.parameters(name).map(|fields| &mut fields.list);
        }
        self.body().map(|body| &mut body.fields)
    }

    fn field(&mut self, depth: usize, name: &str, marks: Marks, line: usize) {
        // It belongs to the field that is nearest above it.
        let above = match self.path.iter().any(|(_, field)| field.is_some()) {
            true => self.last_field().map(|field| &mut field.fields),
            false => self.fields(name),
        };
        let Some(fields) = above else {
            let what = format!("the field `{}` stands where no field belongs", short(name));
            return self.unreadable(line, what);
        };
        fields.push(Field {
            name: name.to_owned(),
            kind: marks.kind,
            is_required: marks.is_required,
            is_nullable: marks.is_nullable,
            line,
            ..Field::default()
        });
        self.path.push((depth, Some(name.to_owned())));
    }

    /// The field that was read last, as far as the way leads to it.
    fn last_field(&mut self) -> Option<&mut Field> {
        let names = self.path.iter().filter_map(|(_, name)| name.as_ref());
        let levels = names.clone().count();
        let first = names.clone().next()?.clone();
        let mut fields = self.fields(&first)?;
        for _ in 1..levels {
            fields = &mut fields.last_mut()?.fields;
        }
        fields.last_mut()
    }

    fn code(&mut self, code: Code, line: usize) {
        self.path.clear();
        if !code.is_closed {
            return self.unreadable(
                line,
                "a block of code that does not end, or is only indented",
            );
        }
        if code.text.trim_start().starts_with("curl") || code.info.to_lowercase().contains("curl") {
            return self.page.samples.push(code);
        }
        if let Some(body) = self.body() {
            return body.examples.push(code);
        }
        let list = again(&code);
        match (self.parameters(""), list) {
            (Some(fields), Ok(list)) if fields.again.is_none() => fields.again = Some(list),
            (Some(_), Err(errors)) => self.page.unreadable.extend(errors),
            _ => self.unreadable(line, "a block of code that belongs to nothing"),
        }
    }
}
