//! What the generated code builds a request with.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Method, Request, Url};
use serde::Serialize;
use serde_json::Value;

use crate::{InvalidRequest, base_url};

/// How many headers most requests have. A map for more takes memory of a size that costs more.
const HEADERS: usize = 6;

/// What cannot stand in a part of a path as it is: the *path percent-encode set* of the WHATWG's URL, the slashes, both of
/// which end a part, and the percent sign itself.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'\\')
    .add(b'%');

/// A request that is not complete. A method that fails names the parameter whose value cannot be sent.
pub(crate) struct Draft(Request);

#[allow(dead_code, reason = "each operation uses some of it")]
impl Draft {
    pub(crate) fn new(method: Method, url: Url) -> Self {
        let mut request = Request::new(method, url);
        *request.headers_mut() = HeaderMap::with_capacity(HEADERS);
        Self(request)
    }

    pub(crate) fn into_request(self) -> Request {
        self.0
    }

    /// Appends a path that depends on parameters.
    pub(crate) fn path(&mut self, path: &str) {
        base_url::append(self.0.url_mut(), path);
    }

    pub(crate) fn accept(&mut self, media_types: &'static str) {
        self.0.headers_mut().insert(ACCEPT, sensitive(HeaderValue::from_static(media_types)));
    }

    pub(crate) fn header(
        &mut self,
        name: HeaderName,
        parameter: &'static str,
        text: String,
    ) -> Result<(), InvalidRequest> {
        let value = HeaderValue::try_from(text)
            .map_err(|_| InvalidRequest::new(parameter, Unfit::Header))?;
        self.0.headers_mut().append(name, sensitive(value));
        Ok(())
    }

    /// Adds a parameter of the query; nothing for null.
    pub(crate) fn query(
        &mut self,
        wire: &str,
        parameter: &'static str,
        style: Style,
        value: &impl Serialize,
    ) -> Result<(), InvalidRequest> {
        let pairs = json(value).and_then(|value| pairs(wire, style, value));
        let pairs = pairs.ok_or_else(|| InvalidRequest::new(parameter, Unfit::Value))?;
        // Without one, the URL would get a question mark.
        if !pairs.is_empty() {
            self.0.url_mut().query_pairs_mut().extend_pairs(pairs);
        }
        Ok(())
    }

    pub(crate) fn json(
        &mut self,
        media_type: HeaderValue,
        body: &impl Serialize,
    ) -> Result<(), InvalidRequest> {
        // The error is not kept: it may quote the value.
        let body =
            serde_json::to_vec(body).map_err(|_| InvalidRequest::new("body", Unfit::Value))?;
        self.body(media_type, body.into());
        Ok(())
    }

    pub(crate) fn form(
        &mut self,
        media_type: HeaderValue,
        body: &impl Serialize,
    ) -> Result<(), InvalidRequest> {
        let pairs =
            json(body).filter(Value::is_object).and_then(|body| pairs("", Style::Exploded, body));
        let pairs = pairs.ok_or_else(|| InvalidRequest::new("body", Unfit::Value))?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        self.body(media_type, form.extend_pairs(pairs).finish().into());
        Ok(())
    }

    pub(crate) fn body(&mut self, media_type: HeaderValue, body: Body) {
        self.0.headers_mut().insert(CONTENT_TYPE, sensitive(media_type));
        *self.0.body_mut() = Some(body);
    }
}

/// HTTP libraries do not log a header that is marked so.
fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

/// A value of JSON, by way of its text: a number then has the digits of its own type.
fn json(value: &impl Serialize) -> Option<Value> {
    serde_json::from_slice(&serde_json::to_vec(value).ok()?).ok()
}

/// How a parameter is written (OpenAPI 3.0.3, section 4.7.12.1.1).
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "each parameter uses one of them")]
pub(crate) enum Style {
    /// `form` with `explode`: an item or a field each, behind its own name.
    Exploded,
    /// The items with a separator between them.
    Joined(char),
    /// `deepObject`: each field in brackets behind the name.
    Deep,
    /// The text of JSON.
    Json,
}

/// The pairs of names and texts that a value is written as; nothing if it is too deep for that.
fn pairs(name: &str, style: Style, value: Value) -> Option<Vec<(String, String)>> {
    if value.is_null() {
        return Some(Vec::new());
    }
    match (style, value) {
        (Style::Exploded, Value::Array(items)) => {
            items.into_iter().map(|item| Some((name.to_owned(), scalar(item)?))).collect()
        }
        (Style::Exploded, Value::Object(fields)) => nested(fields, |field| field.to_owned()),
        (Style::Deep, Value::Object(fields)) => nested(fields, |field| format!("{name}[{field}]")),
        (style, value) => Some(vec![(name.to_owned(), joined(style, value)?)]),
    }
}

fn nested(
    fields: serde_json::Map<String, Value>,
    name: impl Fn(&str) -> String,
) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    for (field, value) in fields {
        match value {
            Value::Object(_) => return None,
            value => all.extend(pairs(&name(&field), Style::Exploded, value)?),
        }
    }
    Some(all)
}

/// A value as one text.
fn joined(style: Style, value: Value) -> Option<String> {
    let separator = match style {
        Style::Json => return Some(value.to_string()),
        Style::Joined(separator) => separator,
        Style::Exploded | Style::Deep => ',',
    };
    let parts: Vec<String> = match value {
        Value::Array(items) => items.into_iter().map(scalar).collect::<Option<_>>()?,
        Value::Object(fields) => {
            let equals = matches!(style, Style::Exploded);
            let pair = |(name, value)| match (equals, scalar(value)?) {
                (true, value) => Some(format!("{name}={value}")),
                (false, value) => Some(format!("{name}{separator}{value}")),
            };
            fields.into_iter().map(pair).collect::<Option<_>>()?
        }
        value => vec![scalar(value)?],
    };
    Some(parts.join(&separator.to_string()))
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
    }
}

/// A parameter as one text, as headers and the parts of a path are.
#[allow(dead_code, reason = "all parameters may be texts")]
pub(crate) fn text(
    parameter: &'static str,
    style: Style,
    value: &impl Serialize,
) -> Result<String, InvalidRequest> {
    let text = json(value).and_then(|value| joined(style, value));
    text.ok_or_else(|| InvalidRequest::new(parameter, Unfit::Value))
}

/// A parameter as one part of a path. Refuses what would make the path another one.
#[allow(dead_code, reason = "an operation may have no such parameter")]
pub(crate) fn path_segment(parameter: &'static str, value: &str) -> Result<String, InvalidRequest> {
    match value {
        "" | "." | ".." => Err(InvalidRequest::new(parameter, Unfit::Segment)),
        text => Ok(utf8_percent_encode(text, SEGMENT).to_string()),
    }
}

/// Why a value cannot be sent where it belongs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("a header cannot have control characters or line breaks: remove them")]
    Header,
    #[error("use letters, digits and hyphens in the name of a header")]
    HeaderName,
    #[error("the client or a middleware sets this header: leave it out")]
    OwnHeader,
    #[error("a part of a path cannot be empty, `.` or `..`")]
    Segment,
    #[error("the value cannot be serialized")]
    Value,
}

#[cfg(test)]
mod tests;
