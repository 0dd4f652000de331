//! What the generated code builds a request with.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Method, Request, Url};
use serde::Serialize;
use serde_json::Value;

use crate::{InvalidRequest, base_url};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

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

    pub(crate) fn accept_json(&mut self) {
        self.0.headers_mut().insert(ACCEPT, JSON);
    }

    pub(crate) fn header(
        &mut self,
        name: HeaderName,
        parameter: &'static str,
        text: String,
        is_sensitive: bool,
    ) -> Result<(), InvalidRequest> {
        let mut value = HeaderValue::try_from(text)
            .map_err(|_| InvalidRequest::new(parameter, Unfit::Header))?;
        value.set_sensitive(is_sensitive);
        self.0.headers_mut().append(name, value);
        Ok(())
    }

    /// Adds a parameter as OpenAPI's default writes it: an item or a field each, behind its own name.
    pub(crate) fn query(
        &mut self,
        wire: &str,
        parameter: &'static str,
        value: &impl Serialize,
    ) -> Result<(), InvalidRequest> {
        let pairs = json(value).and_then(|value| pairs(wire, value));
        let pairs = pairs.ok_or_else(|| InvalidRequest::new(parameter, Unfit::Value))?;
        // Without one, the URL would get a question mark.
        if !pairs.is_empty() {
            self.0.url_mut().query_pairs_mut().extend_pairs(pairs);
        }
        Ok(())
    }

    pub(crate) fn json(&mut self, body: &impl Serialize) -> Result<(), InvalidRequest> {
        // The error is not kept: it may quote the value.
        let body =
            serde_json::to_vec(body).map_err(|_| InvalidRequest::new("body", Unfit::Value))?;
        self.body(JSON, body.into());
        Ok(())
    }

    pub(crate) fn optional_json(
        &mut self,
        body: &Option<impl Serialize>,
    ) -> Result<(), InvalidRequest> {
        body.as_ref().map_or(Ok(()), |body| self.json(body))
    }

    pub(crate) fn form(&mut self, body: &impl Serialize) -> Result<(), InvalidRequest> {
        let pairs = json(body).filter(Value::is_object).and_then(|body| pairs("", body));
        let pairs = pairs.ok_or_else(|| InvalidRequest::new("body", Unfit::Value))?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        self.body(FORM, form.extend_pairs(pairs).finish().into());
        Ok(())
    }

    pub(crate) fn body(&mut self, media_type: HeaderValue, body: Body) {
        self.0.headers_mut().insert(CONTENT_TYPE, media_type);
        *self.0.body_mut() = Some(body);
    }
}

/// A value of JSON, by way of its text: a number then has the digits of its own type.
fn json(value: &impl Serialize) -> Option<Value> {
    serde_json::from_slice(&serde_json::to_vec(value).ok()?).ok()
}

/// The pairs of names and texts that a value is written as; nothing if it is too deep for that.
fn pairs(name: &str, value: Value) -> Option<Vec<(String, String)>> {
    let text = |value| match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
    };
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => {
            items.into_iter().map(|item| Some((name.to_owned(), text(item)?))).collect()
        }
        Value::Object(fields) => {
            let mut all = Vec::new();
            for (name, value) in fields {
                match value {
                    Value::Object(_) => return None,
                    value => all.extend(pairs(&name, value)?),
                }
            }
            Some(all)
        }
        value => Some(vec![(name.to_owned(), text(value)?)]),
    }
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
