use http::StatusCode;
use http::header::{ALLOW, HeaderMap, HeaderValue};
use serde_json::{Value, json};

/// Why a request is not answered as its sender wants.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The header, parameter or field of the body that is wrong. It may be a name that the sender chose.
    pub(crate) field: Option<String>,
    /// What is wrong, in words that show nothing of the request.
    pub(crate) message: String,
    /// The methods that the path has.
    pub(crate) allow: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, field: None, message: message.into(), allow: None }
    }

    pub(crate) fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
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
            "field": self.field,
            "errorStackTrace": null,
            "data": {},
        })
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let allow = self.allow.as_deref().and_then(|allow| HeaderValue::try_from(allow).ok());
        allow.map(|allow| (ALLOW, allow)).into_iter().collect()
    }
}
