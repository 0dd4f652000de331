use std::fmt;

use http::StatusCode;
use http::header::{ALLOW, HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// A header, a parameter or a part of the body, by what leads to it.
#[derive(Debug)]
pub(crate) struct Field(pub(crate) Vec<Step>);

#[derive(Debug)]
pub(crate) enum Step {
    /// It may be one that the sender chose.
    Name(String),
    Item(usize),
}

impl<T: AsRef<str>> From<T> for Field {
    fn from(name: T) -> Self {
        Self(vec![Step::Name(name.as_ref().to_owned())])
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.0.iter().map(|step| match step {
            Step::Name(name) => name.clone(),
            Step::Item(index) => index.to_string(),
        });
        f.write_str(&steps.collect::<Vec<_>>().join("."))
    }
}

/// Why a request is not answered as its sender wants.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) field: Option<Field>,
    /// What is wrong, in words that show nothing of the request.
    pub(crate) message: String,
    /// The methods that the path has.
    pub(crate) allow: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, field: None, message: message.into(), allow: None }
    }

    pub(crate) fn of(field: impl Into<Field>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(StatusCode::BAD_REQUEST, message) }
    }

    /// The body, in the fields of the vendor's errors. Its `error` differs from the vendor's, so that a client does not
    /// take it for one of theirs.
    pub(crate) fn body(&self) -> Value {
        json!({
            "error": "SANDBOX_REFUSED_REQUEST",
            "errorId": null,
            "systemId": "sandbox",
            "message": self.message,
            "originalMessage": self.message,
            "field": self.field.as_ref().map(Field::to_string),
            "errorStackTrace": null,
            "data": {},
        })
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let allow = self.allow.as_deref().and_then(|allow| HeaderValue::try_from(allow).ok());
        allow.map(|allow| (ALLOW, allow)).into_iter().collect()
    }
}
