//! Puts fields, media types and blocks of code where they belong.

use super::{Reader, Section};
use crate::docs::blocks::Code;
use crate::docs::differences::short;
use crate::docs::field_type::Marks;
use crate::docs::item::{Item, is_only_mark};
use crate::docs::json_block::headers;
use crate::docs::page::{Field, Part};

impl Reader {
    /// Reads a line or an item inside a field, if it says something of the field.
    pub(super) fn continued(&mut self, item: &Item, text: &str, line: usize) -> bool {
        match item {
            Item::Label(name, value) => self.label(name, value, line),
            _ if is_only_mark(text) => self.label("required", "true", line),
            _ => return false,
        }
        true
    }

    /// Reports a field whose type or marks are unknown, and keeps its name, so that it is not missing.
    pub(super) fn broken(&mut self, depth: usize, name: &str, word: &str, line: usize) {
        let said = short(name);
        if name.contains(' ') {
            self.path.push((depth, None));
            return self.unreadable(line, format!("`{said}` is neither a field nor a known label"));
        }
        let message = match word.is_empty() {
            true => format!("`{said}` has no type"),
            false => format!("`{said}` has `{}`, which is not a type or a mark", short(word)),
        };
        self.unreadable(line, message);
        self.field(depth, name, Marks::default(), line);
    }

    fn label(&mut self, name: &str, value: &str, line: usize) {
        let Some(field) = self.last_field() else {
            return self.unreadable(line, format!("`{name}` does not belong to a field"));
        };
        match name {
            "required" => match value.to_lowercase().as_str() {
                "true" | "yes" => field.is_required = true,
                "false" | "no" => {}
                _ => self.unreadable(line, "`required` is neither yes nor no"),
            },
            "format" if field.field_type.format.is_none() => {
                field.field_type.format = Some(value.to_owned())
            }
            // A default or an example.
            _ if name != "format" && field.default.is_none() => {
                field.default = Some((value.to_owned(), line))
            }
            _ => self.unreadable(line, format!("the field has a second `{name}`")),
        }
    }

    pub(super) fn media_type(&mut self, media_type: String, line: usize) {
        let is_body = self.is_body();
        match self.part("").filter(|_| is_body) {
            Some(body) if body.media_type.is_none() => body.media_type = Some((media_type, line)),
            Some(_) => self.unreadable(line, "the body has a second media type"),
            None => self.unreadable(line, "the media type does not belong to a body"),
        }
    }

    /// Whether parameters whose heading does not say where they go are in the query.
    fn is_query(&self) -> bool {
        ["get", "delete", "head"].contains(&self.page.operation.method.as_str())
    }

    fn is_body(&self) -> bool {
        match self.section {
            Section::Parameters => !self.is_query(),
            section => matches!(section, Section::Body | Section::Responses),
        }
    }

    /// The part of the page that a field of a name belongs to, unless it is inside another field.
    fn part(&mut self, name: &str) -> Option<&mut Part> {
        let is_query = self.is_query();
        let is_in_path = self.page.operation.path.contains(&format!("{{{name}}}"));
        let page = &mut self.page;
        match self.section {
            Section::Headers => Some(&mut page.headers),
            Section::Query => Some(&mut page.query),
            Section::Path => Some(&mut page.path),
            Section::Parameters if is_in_path => Some(&mut page.path),
            Section::Parameters if is_query => Some(&mut page.query),
            Section::Parameters | Section::Body => Some(&mut page.body),
            Section::Responses => page.responses.last_mut().map(|response| &mut response.body),
            Section::Prose | Section::Sample => None,
        }
    }

    pub(super) fn field(&mut self, depth: usize, name: &str, marks: Marks, line: usize) {
        let fields = match self.path.iter().any(|(_, field)| field.is_some()) {
            true => self.last_field().map(|field| &mut field.fields),
            false => self.part(name).map(|part| &mut part.fields),
        };
        let Some(fields) = fields else {
            let message = format!("the field `{}` is not in a section for fields", short(name));
            return self.unreadable(line, message);
        };
        fields.push(Field {
            name: name.to_owned(),
            field_type: marks.field_type,
            is_required: marks.is_required,
            is_nullable: marks.is_nullable,
            line,
            ..Field::default()
        });
        self.path.push((depth, Some(name.to_owned())));
    }

    /// The innermost field of the path.
    pub(super) fn last_field(&mut self) -> Option<&mut Field> {
        let names: Vec<String> = self.path.iter().filter_map(|(_, name)| name.clone()).collect();
        let (first, rest) = names.split_first()?;
        let field = self.part(first)?.fields.last_mut()?;
        rest.iter().try_fold(field, |field, _| field.fields.last_mut())
    }

    pub(super) fn code(&mut self, code: Code, line: usize) {
        self.path.clear();
        if !code.is_closed {
            return self.unreadable(line, "the block of code is not between two fences");
        }
        let mut lines = code.text.lines().map(str::trim_start);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
        let is_call = first.is_some_and(|line| line.starts_with("curl"));
        if is_call || code.info.to_lowercase().contains("curl") {
            return self.page.samples.push(code);
        }
        let is_body = self.is_body();
        match self.part("") {
            Some(body) if is_body => body.examples.push(code),
            Some(part) if part.json.is_none() => match headers(&code) {
                Ok(list) => part.json = Some(list),
                Err(error) => self.page.unreadable.push(error),
            },
            _ => self.unreadable(line, "the block of code does not belong to a section"),
        }
    }
}
