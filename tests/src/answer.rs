use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::document::Api;

/// What the sandbox answers instead of what it would answer by itself.
///
/// A text stands for the example of that name, so that `sandbox.answer("rate_limited")` is enough.
///
/// ```
/// use std::time::Duration;
/// use vault_api_sandbox::Answer;
///
/// let overloaded = Answer::response(503).header("retry-after", "30").body("<h1>Busy</h1>");
/// let slow = Answer::example("ok").after(Duration::from_secs(60));
/// ```
#[derive(Clone, Debug)]
#[must_use = "an answer does nothing until it is given to a sandbox"]
pub struct Answer {
    pub(crate) what: What,
    pub(crate) delay: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Usual,
    Example(String),
    Response { status: u16, headers: Vec<(String, String)>, body: Bytes },
    Dropped,
}

impl Answer {
    /// The response of an example of the document, or of one of its known errors, by its name. A request of an operation
    /// without this example gets a 500 that says so.
    pub fn example(name: impl Into<String>) -> Self {
        What::Example(name.into()).into()
    }

    /// Any response, whose framing the sandbox writes. Without [`header`](Self::header) and [`body`](Self::body) it has neither.
    pub fn response(status: u16) -> Self {
        What::Response { status, headers: Vec::new(), body: Bytes::new() }.into()
    }

    /// No response: the connection is closed.
    pub fn dropped() -> Self {
        What::Dropped.into()
    }

    /// What the sandbox answers by itself.
    pub fn usual() -> Self {
        What::Usual.into()
    }

    /// Adds a header to a [`response`](Self::response). Other answers stay as they are.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let What::Response { headers, .. } = &mut self.what {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sets the body of a [`response`](Self::response). Other answers stay as they are.
    pub fn body(mut self, text: impl Into<Bytes>) -> Self {
        if let What::Response { body, .. } = &mut self.what {
            *body = text.into();
        }
        self
    }

    /// The same answer, this much later.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(crate) fn check(&self, api: &Api) -> Result<(), AnswerError> {
        match &self.what {
            What::Example(name) => {
                let mut operations = api.operations.iter();
                match operations.any(|operation| operation.example(name).is_some()) {
                    true => Ok(()),
                    false => Err(unknown(api, name)),
                }
            }
            What::Response { status, headers, .. } => {
                head(*status, headers)?;
                Ok(())
            }
            What::Usual | What::Dropped => Ok(()),
        }
    }
}

/// Headers that say where a body ends.
const FRAMING: [&str; 3] = ["connection", "content-length", "transfer-encoding"];

/// The start of a response.
pub(crate) fn head(
    status: u16,
    headers: &[(String, String)],
) -> Result<(StatusCode, HeaderMap), AnswerError> {
    let code = StatusCode::from_u16(status).ok().filter(|code| !code.is_informational());
    let code = code.ok_or(AnswerError::Status { status })?;
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        if FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)) {
            return Err(AnswerError::Framing { name: name.clone() });
        }
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => map.append(name, value),
            _ => return Err(AnswerError::Header { name: name.clone() }),
        };
    }
    Ok((code, map))
}

fn unknown(api: &Api, name: &str) -> AnswerError {
    AnswerError::Example { name: name.to_owned(), known: api.example_names().join("`, `") }
}

impl From<What> for Answer {
    fn from(what: What) -> Self {
        Self { what, delay: Duration::ZERO }
    }
}

impl From<&str> for Answer {
    fn from(name: &str) -> Self {
        Self::example(name)
    }
}

impl From<String> for Answer {
    fn from(name: String) -> Self {
        Self::example(name)
    }
}

/// Why a sandbox cannot give an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The document has no example and no known error of this name.
    #[error("the document has no example `{name}`: use one of `{known}`")]
    Example {
        /// The name.
        name: String,
        /// The names that it has.
        known: String,
    },
    /// A response cannot have this status.
    #[error("a response cannot have the status {status}: use one from 200 to 999")]
    Status {
        /// The status.
        status: u16,
    },
    /// A header is the server's own.
    #[error(
        "the sandbox writes the header `{name}` itself: leave it out, or use `Answer::dropped`"
    )]
    Framing {
        /// The header's name.
        name: String,
    },
    /// A header cannot be sent.
    #[error("the header `{name}` cannot be sent: check its name and its value")]
    Header {
        /// The header's name.
        name: String,
    },
}
