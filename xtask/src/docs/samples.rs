//! Samples of calls: whether the spec would send them.

use std::collections::HashSet;

use super::compare::Comparison;
use super::curl::{Call, server_and_path};
use super::finding::{Aspect, DifferenceKind, quoted, short};
use super::media;
use super::operation::{Field, SpecItem};
use super::page;

impl<'a> Comparison<'a, '_> {
    /// Compares the samples with the operation.
    pub(super) fn samples(&mut self) {
        if self.page.samples.is_empty() {
            let message =
                "the page has no sample of a call by cURL, which would tell the server".to_owned();
            let (line, thing) = (self.title_line(), self.spec.thing());
            self.found.add(
                DifferenceKind::MissingOnPage,
                Aspect::Example,
                "sample",
                message,
                line,
                &thing,
            );
        }
        for code in &self.page.samples {
            match Call::read(code) {
                Ok(call) => self.sample(&call),
                Err((line, what)) => self.found.unreadable(line, "sample", what),
            }
        }
    }

    fn sample(&mut self, call: &Call) {
        let (method, line) = call.method();
        if method != self.spec.it.method {
            let message = format!(
                "the sample's method is {}, and the spec's {}",
                short(&method.to_uppercase()),
                self.spec.it.method.to_uppercase()
            );
            let thing = self.spec.thing();
            self.differs("method of the sample", message, line, &thing);
        }
        match &call.url {
            Some((url, line)) => self.url(url, *line),
            None => self.found.unreadable(call.line, "URL of the sample", "the sample has no URL"),
        }
        self.headers(call);
        self.data(call);
    }

    fn differs(&mut self, what: &str, message: String, line: usize, thing: &SpecItem<'a>) {
        self.found.add(DifferenceKind::Differs, Aspect::Example, what, message, line, thing);
    }

    fn url(&mut self, url: &str, line: usize) {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let servers = self.spec.servers();
        let after = |server: &str| {
            let path = address.strip_prefix(server)?;
            path.starts_with('/').then_some(path)
        };
        let known = servers.iter().filter_map(|(server, _)| after(server));
        // The longest of the servers that it starts with leaves the shortest path.
        match known.min_by_key(|path| path.len()) {
            Some(path) => self.path(path, line),
            None => {
                let (server, path) = server_and_path(address, self.spec.it.path);
                self.server(server, &servers, line);
                self.path(path, line);
            }
        }
        self.query(query, line);
    }

    /// A server that is none of the spec's.
    fn server(&mut self, server: &str, known: &[(String, SpecItem<'a>)], line: usize) {
        let names = known.iter().map(|(known, _)| format!("`{}`", short(known)));
        let listed = match known.is_empty() {
            true => "none".to_owned(),
            false => names.collect::<Vec<_>>().join(", "),
        };
        let message =
            format!("the sample calls the server `{}`, and the spec lists {listed}", short(server));
        let first = known.first().map(|(_, thing)| thing.clone());
        let thing = first.unwrap_or_else(|| self.spec.thing());
        self.differs("server of the sample", message, line, &thing);
    }

    fn query(&mut self, query: &str, line: usize) {
        let fields = self.spec.fields("query");
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        for (name, value) in &pairs {
            let what = format!("query parameter `{}`", short(name));
            match fields.iter().find(|field| field.name == *name) {
                Some(field) => self.sent(&what, value, line, field),
                None => self.unknown("query parameter", name, line),
            }
        }
        for field in &fields {
            let is_sent = pairs.iter().any(|(name, _)| *name == field.name);
            if !is_sent && is_expected(field, &self.page.query.list) {
                let what = format!("query parameter `{}`", short(&field.name));
                self.missing(&what, line, field);
            }
        }
    }

    /// Something that the sample sends and the spec does not have.
    fn unknown(&mut self, noun: &str, name: &str, line: usize) {
        let what = format!("{noun} `{}`", short(name));
        let message = format!("the sample sends the {what}, which the spec does not have");
        let what = format!("{what} of the sample");
        let thing = self.spec.thing();
        self.found.add(
            DifferenceKind::MissingInSpec,
            Aspect::Part(name),
            &what,
            message,
            line,
            &thing,
        );
    }

    /// Something that the spec has and the sample does not send.
    fn missing(&mut self, what: &str, line: usize, field: &Field<'a>) {
        let message = format!("the sample does not send the {what}, which the spec has");
        self.differs(&format!("{what} of the sample"), message, line, &field.thing);
    }

    fn path(&mut self, path: &str, line: usize) {
        let what = "URL of the sample";
        let template = self.spec.it.path;
        let (sent, known): (Vec<_>, Vec<_>) =
            (path.split('/').collect(), template.split('/').collect());
        let name_of = |segment: &'a str| {
            segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'))
        };
        let is_filled = |sent: &str| !sent.is_empty() && !sent.starts_with(['{', ':', '<']);
        let fits = |(sent, known): (&&str, &&'a str)| {
            sent == known || name_of(known).is_some() && !sent.is_empty()
        };
        if sent.len() != known.len() || !sent.iter().zip(&known).all(fits) {
            let message = format!(
                "the sample calls `{}`, and the path in the spec is `{}`",
                short(path),
                short(template)
            );
            let thing = self.spec.thing();
            return self.differs(what, message, line, &thing);
        }
        let parameters = self.spec.fields("path");
        for (sent, known) in sent.into_iter().zip(known).filter(|(sent, _)| is_filled(sent)) {
            let field =
                name_of(known).and_then(|name| parameters.iter().find(|field| field.name == name));
            if let Some(field) = field {
                self.sent(&format!("path parameter `{}`", short(&field.name)), sent, line, field);
            }
        }
    }

    /// Holds what the sample sends against what the spec says of it.
    fn sent(&mut self, what: &str, value: &str, line: usize, field: &Field<'a>) {
        if let Some((known, span)) = &field.value {
            let is_same = match field.is_implied {
                true => media::have_common(value, known),
                false => value == known,
            };
            if !is_same {
                let message = format!(
                    "the {what} is {} in the sample and {} in the spec",
                    quoted(value),
                    quoted(known)
                );
                let thing = field.thing.at(*span);
                self.differs(&format!("{what} of the sample"), message, line, &thing);
            }
        } else if let Some(scheme) = field.scheme {
            // What follows it is nobody's business (RFC 9110, section 11.4).
            let (sent, rest) = value.split_once(' ').unwrap_or((value, ""));
            if !sent.eq_ignore_ascii_case(scheme) || rest.trim().is_empty() {
                let message = format!(
                    "the sample's {what} does not start with `{scheme}` and go on with a value"
                );
                self.differs(&format!("{what} of the sample"), message, line, &field.thing);
            }
        } else if let Some(schema) = &field.schema {
            let is_text = self.spec.shape(schema).kind.is_some_and(|kind| kind.name == "string");
            let text = || serde_json::Value::from(value);
            let sent = match is_text {
                true => text(),
                false => serde_json::from_str(value).unwrap_or_else(|_| text()),
            };
            for mismatch in self.schemas.mismatches(schema, &sent).unwrap_or_default() {
                let message =
                    format!("the {what} is {} in the sample: {}", quoted(value), mismatch.message);
                self.differs(&format!("{what} of the sample"), message, line, &field.thing);
            }
        }
    }

    fn headers(&mut self, call: &Call) {
        let fields = self.spec.fields("header");
        let mut seen = HashSet::new();
        for (name, value, line) in &call.headers {
            let what = format!("header `{}`", short(name));
            if !seen.insert(name.to_lowercase()) {
                let message = format!("the sample sends the {what} twice");
                self.found.unreadable(*line, &what, message);
                continue;
            }
            match fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
                Some(field) => self.sent(&what, value, *line, field),
                None => self.unknown("header", name, *line),
            }
        }
        for field in &fields {
            let is_sent = seen.contains(&field.name.to_lowercase());
            let is_missing = match field.is_implied {
                // Without it, curl would call the body a form.
                true => field.name == "Content-Type" && call.data.is_some(),
                false => is_expected(field, &self.page.headers.list),
            };
            if !is_sent && is_missing {
                let what = format!("header `{}`", short(&field.name));
                self.missing(&what, call.line, field);
            }
        }
    }

    fn data(&mut self, call: &Call) {
        let contents = self.spec.body();
        let what = "body of the sample";
        match (&call.data, contents) {
            (Some(data), Some(contents)) => {
                if let Some(content) = contents.first() {
                    self.value(what, data, content);
                }
            }
            (Some(data), None) => {
                let message = "the sample sends a body, and the spec has none".to_owned();
                let thing = self.spec.thing();
                self.found.add(
                    DifferenceKind::MissingInSpec,
                    Aspect::Part("body"),
                    what,
                    message,
                    data.line,
                    &thing,
                );
            }
            (None, Some(contents)) => {
                let is_required = self.spec.is_body_required();
                if let Some(content) = contents.first().filter(|_| is_required) {
                    let message = "the sample sends no body, which the spec requires".to_owned();
                    self.differs(what, message, call.line, &content.thing);
                }
            }
            (None, None) => {}
        }
    }
}

/// Whether a sample must send something: if it is required, or if its example can come from nowhere else on the page.
fn is_expected(field: &Field<'_>, page: &[page::Field]) -> bool {
    let mut stated = page.iter().filter(|stated| stated.name.eq_ignore_ascii_case(&field.name));
    let has_default = stated.any(|stated| stated.default.is_some());
    field.is_required == Some(true) || field.value.is_some() && !has_default
}
