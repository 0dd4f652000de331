//! Puts what a page says of fields and bodies where it belongs.

use super::{Reader, Section};
use crate::docs::blocks::{Code, Text, words};
use crate::docs::finding::short;
use crate::docs::item::{Item, is_only_mark};
use crate::docs::kind::Marks;
use crate::docs::page::{Body, Field, Fields};
use crate::docs::statement::again;

impl Reader {
    /// What an item or a line inside of a field says of it: its default, or that it must be there.
    pub(super) fn continued(&mut self, text: &Text, line: usize) -> bool {
        let all = words(text);
        match Item::read(text) {
            Item::Label(name, value) => self.label(&name, value, line),
            _ if is_only_mark(&all) => self.label("required", "true".to_owned(), line),
            _ => return false,
        }
        true
    }

    /// A field of which the type or a mark cannot be read.
    pub(super) fn broken(&mut self, depth: usize, name: &str, word: &str, line: usize) {
        let said = short(name);
        if name.contains(' ') {
            let message = format!("`{said}` is no field, and nothing that is read of one");
            self.path.push((depth, None));
            return self.unreadable(line, message);
        }
        let message = match word.is_empty() {
            true => format!("`{said}` has no type"),
            false => {
                format!("`{said}` is said to be `{}`, which is no type or mark of one", short(word))
            }
        };
        self.unreadable(line, message);
        // So that nothing else is said of it, nor of what is inside of it.
        self.field(depth, name, Marks::default(), line);
    }

    fn label(&mut self, name: &str, value: String, line: usize) {
        let problem = match self.last_field() {
            None => Some("of no field"),
            Some(field) => match (name, value.to_lowercase().as_str()) {
                ("required", "true" | "yes") => {
                    field.is_required = true;
                    None
                }
                ("required", "false" | "no") => None,
                ("required", _) => Some("that is neither yes nor no"),
                ("format", _) if field.kind.format.is_some() => Some("of a field that has one"),
                ("format", _) => {
                    field.kind.format = Some(value);
                    None
                }
                _ if field.default.is_some() => Some("of a field that has one"),
                _ => {
                    field.default = Some((value, line));
                    None
                }
            },
        };
        if let Some(problem) = problem {
            self.unreadable(line, format!("`{name}` {problem}"));
        }
    }

    pub(super) fn media_type(&mut self, media_type: String, line: usize) {
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
            Section::Responses => self.page.responses.last_mut().map(|response| &mut response.body),
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

    pub(super) fn field(&mut self, depth: usize, name: &str, marks: Marks, line: usize) {
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
    pub(super) fn last_field(&mut self) -> Option<&mut Field> {
        let names = self.path.iter().filter_map(|(_, name)| name.as_ref());
        let levels = names.clone().count();
        let first = names.clone().next()?.clone();
        let mut fields = self.fields(&first)?;
        for _ in 1..levels {
            fields = &mut fields.last_mut()?.fields;
        }
        fields.last_mut()
    }

    pub(super) fn code(&mut self, code: Code, line: usize) {
        self.path.clear();
        if !code.is_closed {
            return self.unreadable(line, "a block of code that does not end, or is only indented");
        }
        let mut lines = code.text.lines().map(str::trim_start);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
        let is_call = first.is_some_and(|line| line.starts_with("curl"));
        if is_call || code.info.to_lowercase().contains("curl") {
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
