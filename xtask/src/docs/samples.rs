//! Samples of calls: whether the spec would send them.

use super::compare::Comparison;
use super::curl::Call;
use super::finding::{Aspect, Kind, short};
use super::operation::{Field, Thing};

impl<'a> Comparison<'a, '_> {
    /// Compares the samples with the operation.
    pub(super) fn samples(&mut self) {
        if self.page.samples.is_empty() {
            let message =
                "the page has no sample of a call by cURL, which would tell the server".to_owned();
            let (line, thing) = (self.title_line(), self.spec.thing());
            self.found.add(
                Kind::MissingOnPage,
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
            None => self
                .found
                .unreadable(call.line, "URL of the sample", "the sample has no URL"),
        }
        self.headers(call);
        self.data(call);
    }

    fn differs(&mut self, what: &str, message: String, line: usize, thing: &Thing<'a>) {
        self.found
            .add(Kind::Differs, Aspect::Example, what, message, line, thing);
    }

    fn url(&mut self, url: &str, line: usize) {
        let what = "URL of the sample";
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let servers = self.spec.servers();
        let after = |server: &str| {
            address
                .strip_prefix(server)
                .filter(|path| path.starts_with('/'))
        };
        let server = servers
            .iter()
            .filter_map(|(server, _)| after(server))
            .min_by_key(|path| path.len());
        match server {
            Some(path) => self.path(path, line),
            None => {
                // Where the path is right, what is before it is the server.
                let count = self.spec.it.path.matches('/').count();
                let start = address
                    .rmatch_indices('/')
                    .take(count)
                    .last()
                    .map_or(0, |(place, _)| place);
                let (server, path) = address.split_at(start);
                let known: Vec<_> = servers
                    .iter()
                    .map(|(server, _)| format!("`{}`", short(server)))
                    .collect();
                let message = format!(
                    "the sample calls the server `{}`, and the spec lists {}",
                    short(server),
                    match known.is_empty() {
                        true => "none".to_owned(),
                        false => known.join(", "),
                    }
                );
                let thing = servers
                    .first()
                    .map_or_else(|| self.spec.thing(), |(_, thing)| thing.clone());
                self.differs("server of the sample", message, line, &thing);
                self.path(path, line);
            }
        }
        let parameters = self.spec.fields("query");
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        for (name, value) in &pairs {
            match parameters.iter().find(|field| field.name == *name) {
                Some(field) => self.sent(
                    &format!("query parameter `{}`", short(name)),
                    value,
                    line,
                    field,
                ),
                None => {
                    let message = format!(
                        "the sample sends the query parameter `{}`, which the spec does not have",
                        short(name)
                    );
                    let thing = self.spec.thing();
                    self.found.add(
                        Kind::MissingInSpec,
                        Aspect::Example,
                        what,
                        message,
                        line,
                        &thing,
                    );
                }
            }
        }
        for field in parameters
            .iter()
            .filter(|field| field.is_required == Some(true))
        {
            if !pairs.iter().any(|(name, _)| *name == field.name) {
                let message = format!(
                    "the sample sends no query parameter `{}`, which the spec requires",
                    short(&field.name)
                );
                self.differs(what, message, line, &field.thing);
            }
        }
    }

    fn path(&mut self, path: &str, line: usize) {
        let what = "URL of the sample";
        let template = self.spec.it.path;
        let (sent, known): (Vec<_>, Vec<_>) =
            (path.split('/').collect(), template.split('/').collect());
        let name_of = |segment: &'a str| {
            segment
                .strip_prefix('{')
                .and_then(|segment| segment.strip_suffix('}'))
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
        for (sent, known) in sent
            .into_iter()
            .zip(known)
            .filter(|(sent, _)| is_filled(sent))
        {
            let field =
                name_of(known).and_then(|name| parameters.iter().find(|field| field.name == name));
            if let Some(field) = field {
                self.sent(
                    &format!("path parameter `{}`", short(&field.name)),
                    sent,
                    line,
                    field,
                );
            }
        }
    }

    /// Holds what the sample sends against what the spec says of it.
    fn sent(&mut self, what: &str, value: &str, line: usize, field: &Field<'a>) {
        if let Some((known, span)) = &field.value {
            let is_same = match field.is_implied {
                true => have_common_media_type(value, known),
                false => value == known,
            };
            if !is_same {
                let message = format!(
                    "the sample sends the {what} as `{}`, and the spec has `{}`",
                    short(value),
                    short(known)
                );
                let thing = Thing {
                    span: *span,
                    holders: field.thing.holders.clone(),
                };
                self.differs(&format!("{what} of the sample"), message, line, &thing);
            }
        } else if let Some(schema) = &field.schema {
            let is_text = self
                .spec
                .shape(schema)
                .kind
                .is_some_and(|kind| kind.name == "string");
            let text = || serde_json::Value::from(value);
            let sent = match is_text {
                true => text(),
                false => serde_json::from_str(value).unwrap_or_else(|_| text()),
            };
            for mismatch in self.schemas.mismatches(schema, &sent).unwrap_or_default() {
                let message = format!(
                    "the sample sends the {what} as `{}`: {}",
                    short(value),
                    mismatch.message
                );
                self.differs(
                    &format!("{what} of the sample"),
                    message,
                    line,
                    &field.thing,
                );
            }
        }
    }

    fn headers(&mut self, call: &Call) {
        let fields = self.spec.fields("header");
        let mut seen = std::collections::HashSet::new();
        for (name, value, line) in &call.headers {
            let what = format!("header `{}`", short(name));
            if !seen.insert(name.to_lowercase()) {
                self.found
                    .unreadable(*line, &what, format!("the sample sends the {what} twice"));
                continue;
            }
            match fields
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name))
            {
                Some(field) => self.sent(&what, value, *line, field),
                None => {
                    let message =
                        format!("the sample sends the {what}, which the spec does not have");
                    let thing = self.spec.thing();
                    self.found.add(
                        Kind::MissingInSpec,
                        Aspect::Example,
                        &format!("{what} of the sample"),
                        message,
                        *line,
                        &thing,
                    );
                }
            }
        }
        for field in &fields {
            // Without it, curl would call the body a form.
            let is_type_of_body =
                field.is_implied && field.name == "Content-Type" && call.data.is_some();
            let is_expected = field.is_required == Some(true)
                || field.value.is_some() && !field.is_implied
                || is_type_of_body;
            if is_expected && !seen.contains(&field.name.to_lowercase()) {
                let what = format!("header `{}`", short(&field.name));
                let message = format!("the sample does not send the {what}, which the spec has");
                self.differs(
                    &format!("{what} of the sample"),
                    message,
                    call.line,
                    &field.thing,
                );
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
                    Kind::MissingInSpec,
                    Aspect::Example,
                    what,
                    message,
                    data.line,
                    &thing,
                );
            }
            (None, Some(contents)) => {
                let is_required = self
                    .spec
                    .it
                    .body
                    .as_ref()
                    .is_some_and(|body| body.node.is_true("required"));
                if let Some(content) = contents.first().filter(|_| is_required) {
                    let message = "the sample sends no body, which the spec requires".to_owned();
                    self.differs(what, message, call.line, &content.thing);
                }
            }
            (None, None) => {}
        }
    }
}

/// Whether lists of media types have one in common, or the first has all of them.
pub fn have_common_media_type(value: &str, known: &str) -> bool {
    let essence = |text: &str| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_lowercase()
    };
    let known: Vec<String> = known
        .split(',')
        .map(essence)
        .chain(["*/*".to_owned()])
        .collect();
    value
        .split(',')
        .any(|value| known.contains(&essence(value)))
}
