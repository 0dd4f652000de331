//! Compares the samples of a page with the request that the spec describes.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::compare::PageComparison;
use super::curl::{Call, server_and_path};
use super::differences::{
    Aspect, DIFFERS, EXAMPLE, MISSING_ON_PAGE, Subject, listed, quoted, short,
};
use super::page::Field;
use super::spec_side::{SpecField, field_type, fields, has_media_type, servers};

/// A header or a parameter that a sample sends: its name, its value and its line.
type Sent = (String, String, usize);

impl<'a> PageComparison<'_, 'a> {
    pub(super) fn samples(&mut self) {
        if self.page.samples.is_empty() {
            let message = "the page has no sample of a call by cURL, which would show the server";
            let subject = Subject::new("sample", self.title_line(), &self.item());
            self.found.add(MISSING_ON_PAGE, EXAMPLE, &subject, message);
        }
        for code in &self.page.samples {
            match Call::read(code) {
                Ok(call) => self.sample(&call),
                Err((line, message)) => self.found.unreadable(line, "sample", message),
            }
        }
    }

    fn sample(&mut self, call: &Call) {
        let (method, line) = call.method();
        if method != self.operation.method {
            let known = quoted(self.operation.method);
            self.differs("method of the sample", line, (&quoted(method), &known));
        }
        match &call.url {
            Some((url, line)) => self.url(url, *line),
            None => {
                let message = "the sample does not have a URL";
                self.found.unreadable(call.line, "URL of the sample", message);
            }
        }
        let page = &self.page.headers.fields;
        self.parts("header", call.line, &call.headers, |field| match field.is_implied {
            // Without `Content-Type`, curl says that the body is a form.
            true => field.name == "Content-Type" && call.data.is_some(),
            false => is_expected(field, page),
        });
        self.data(call);
    }

    /// Adds what differs between a sample and the operation itself.
    fn differs(&mut self, what: &str, line: usize, values: (&str, &str)) {
        let subject = Subject::new(what, line, &self.item());
        self.found.differs(DIFFERS, EXAMPLE, &subject, values);
    }

    fn url(&mut self, url: &str, line: usize) {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let servers = servers(self.document, self.operation);
        let (server, path) = server_and_path(address, self.operation.path);
        if !servers.iter().any(|(known, _)| known == server) {
            let known = listed(servers.iter().map(|(server, _)| server.as_str()));
            let item = servers.first().map_or_else(|| self.item(), |(_, item)| item.clone());
            let subject = Subject::new("server of the sample", line, &item);
            self.found.differs(DIFFERS, EXAMPLE, &subject, (&quoted(server), &known));
        }
        self.path(path, line);
        let query = form_urlencoded::parse(query.as_bytes()).into_owned();
        let sent: Vec<Sent> = query.map(|(name, value)| (name, value, line)).collect();
        let page = &self.page.query.fields;
        self.parts("query", line, &sent, |field| is_expected(field, page));
    }

    fn path(&mut self, path: &str, line: usize) {
        let template = self.operation.path;
        let mut sent = Vec::new();
        let mut fits = path.matches('/').count() == template.matches('/').count();
        for (step, known) in path.split('/').zip(template.split('/')) {
            match known.strip_prefix('{').and_then(|known| known.strip_suffix('}')) {
                None => fits &= step == known,
                // A placeholder is not a value.
                Some(_) if step.starts_with(['{', ':', '<']) => {}
                Some(name) => {
                    fits &= !step.is_empty();
                    sent.push((name.to_owned(), step.to_owned(), line));
                }
            }
        }
        match fits {
            true => self.parts("path", line, &sent, |_| false),
            false => self.differs("URL of the sample", line, (&quoted(path), &quoted(template))),
        }
    }

    fn parts(
        &mut self,
        location: &str,
        line: usize,
        sent: &[Sent],
        is_expected: impl Fn(&SpecField<'a>) -> bool,
    ) {
        let is_header = location == "header";
        let noun = if is_header { location.to_owned() } else { format!("{location} parameter") };
        let what = |name: &str| format!("{noun} `{}` of the sample", short(name));
        let is_same =
            |one: &str, other: &str| one == other || is_header && one.eq_ignore_ascii_case(other);
        let mut seen = HashSet::new();
        for (name, value, line) in sent {
            let renamed = self.renamed.iter().find(|(on_page, _)| is_same(on_page, name));
            let name = renamed.map_or(name, |(_, in_spec)| in_spec).clone();
            seen.insert(name.clone());
            let spec = fields(self.document, self.operation, location);
            match spec.iter().find(|field| is_same(&field.name, &name)) {
                Some(field) => self.sent(&what(&field.name), value, *line, field),
                None if !self.missing.insert(name.to_lowercase()) => {}
                None => {
                    let subject = Subject::new(what(&name), *line, &self.item_at("parameters"));
                    self.found.only_on_page(Aspect::Part(&name), &subject);
                }
            }
        }
        for field in fields(self.document, self.operation, location) {
            if is_expected(&field) && !seen.iter().any(|name| is_same(&field.name, name)) {
                let subject = Subject::new(what(&field.name), line, &field.item);
                self.found.differs(DIFFERS, EXAMPLE, &subject, ("absent", "described"));
            }
        }
    }

    fn data(&mut self, call: &Call) {
        let what = "body of the sample";
        let bodies = self.bodies();
        match (&call.data, bodies.as_deref()) {
            (Some(data), Some([body, ..])) => self.value(what, data, body),
            (Some(data), None) if self.missing.insert("body".to_owned()) => {
                let subject = Subject::new(what, data.line, &self.item());
                self.found.only_on_page(Aspect::Part("body"), &subject);
            }
            (None, Some([body, ..])) if self.is_body_required() => {
                let subject = Subject::new(what, call.line, &body.item);
                self.found.differs(DIFFERS, EXAMPLE, &subject, ("absent", "required"));
            }
            _ => {}
        }
    }

    /// Compares a value that the sample sends with the example, the scheme or the schema in the spec.
    fn sent(&mut self, what: &str, value: &str, line: usize, field: &SpecField<'a>) {
        let mut subject = Subject::new(what, line, &field.item);
        if let Some((known, span)) = &field.value {
            subject.item.span = *span;
            if value != known && !(field.is_implied && has_media_type(value, known)) {
                let (sent, known) = (quoted(value), quoted(known));
                self.found.differs(DIFFERS, EXAMPLE, &subject, (&sent, &known));
            }
        } else if let Some(scheme) = field.scheme {
            // The credentials after the scheme can be anything (RFC 9110, section 11.4).
            let (first, rest) = value.split_once(' ').unwrap_or((value, ""));
            if !first.eq_ignore_ascii_case(scheme) || rest.trim().is_empty() {
                let known = format!("`{scheme}` with credentials");
                self.found.differs(DIFFERS, EXAMPLE, &subject, (&quoted(value), &known));
            }
        } else if let Some(schema) = &field.schema {
            let field_type = field_type(self.document, Some(schema));
            let is_text = field_type.is_some_and(|field_type| field_type.name == "string");
            let read = if is_text { None } else { serde_json::from_str(value).ok() };
            let json = read.unwrap_or_else(|| Json::from(value));
            for mismatch in self.schemas.mismatches(schema, &json).unwrap_or_default() {
                let message = format!("the {what} is {}: {}", quoted(value), mismatch.message);
                self.found.add(DIFFERS, EXAMPLE, &subject, message);
            }
        }
    }
}

/// Whether a sample must send a field: if it is required, or if the page shows its example nowhere else.
fn is_expected(field: &SpecField<'_>, page: &[Field]) -> bool {
    let mut stated = page.iter().filter(|stated| stated.name.eq_ignore_ascii_case(&field.name));
    let has_default = stated.any(|stated| stated.default.is_some());
    field.is_required == Some(true) || field.value.is_some() && !has_default
}
