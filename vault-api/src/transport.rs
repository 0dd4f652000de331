use std::error::Error;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::error::Head;

/// A failure on the way to the server or back.
pub struct Transport {
    kind: TransportKind,
    head: Option<Box<Head>>,
    cause: Option<Cause>,
}

/// Where on the way a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection was made (name, address, proxy, TLS), so nothing was sent.
    Connect,
    /// Connecting took longer than its time-out, so nothing was sent.
    ConnectTimeout,
    /// The connection broke before the response, or what came is not HTTP.
    Response,
    /// The response did not begin before the time-out.
    ResponseTimeout,
    /// The response broke off in its body.
    Body,
    /// The response's body did not end before the time-out.
    BodyTimeout,
}

impl Transport {
    /// Such a failure, without a response and without a cause.
    pub fn new(kind: TransportKind) -> Self {
        Self { kind, head: None, cause: None }
    }

    /// The same after a response has begun.
    #[must_use]
    pub fn with_response(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.head = Some(Box::new(Head { status, headers }));
        self
    }

    pub(crate) fn before_response(error: reqwest::Error) -> Self {
        let kind = match (error.is_connect(), error.is_timeout()) {
            (true, true) => TransportKind::ConnectTimeout,
            (true, false) => TransportKind::Connect,
            (false, true) => TransportKind::ResponseTimeout,
            (false, false) => TransportKind::Response,
        };
        Self { cause: Some(Cause(error.without_url())), ..Self::new(kind) }
    }

    pub(crate) fn in_body(head: Option<Head>, error: reqwest::Error) -> Self {
        let kind = match error.is_timeout() {
            true => TransportKind::BodyTimeout,
            false => TransportKind::Body,
        };
        Self { kind, head: head.map(Box::new), cause: Some(Cause(error.without_url())) }
    }

    /// Where the call failed.
    pub fn kind(&self) -> TransportKind {
        self.kind
    }

    /// Whether a time-out ended the call, in connecting, waiting or reading.
    pub fn is_timeout(&self) -> bool {
        use TransportKind::{BodyTimeout, ConnectTimeout, ResponseTimeout};
        matches!(self.kind, ConnectTimeout | ResponseTimeout | BodyTimeout)
    }

    /// Whether no connection was made, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind, TransportKind::Connect | TransportKind::ConnectTimeout)
    }

    /// The status of the response, if it began.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.as_ref().map(|head| head.status)
    }

    /// The headers of the response, if it began.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head.as_ref().map(|head| &head.headers)
    }

    /// What the HTTP client said. It may quote the server, names in its certificate for example: do not log it.
    pub fn http_error(&self) -> Option<&reqwest::Error> {
        self.cause.as_ref().map(|cause| &cause.0)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("kind", &self.kind)
            .field("status", &self.status())
            .field("cause", &self.cause)
            .finish()
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportKind::Connect => {
                "the client could not connect to the server, so nothing was sent"
            }
            TransportKind::ConnectTimeout => {
                "connecting to the server took longer than its time-out, so nothing was sent"
            }
            TransportKind::Response => {
                "the connection broke before a response, or what came is not HTTP"
            }
            TransportKind::ResponseTimeout => "the server did not respond before the time-out",
            TransportKind::Body => "the response broke off",
            TransportKind::BodyTimeout => "the response did not end before the time-out",
        })?;
        match self.status() {
            Some(status) => write!(f, " (status {status})"),
            None => Ok(()),
        }
    }
}

impl Error for Transport {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// The HTTP client's error without what a server can write into it.
///
/// The messages below reqwest's are fixed texts. What varies in them stands in quotes or parentheses, or follows a
/// semicolon: an error number, or the names in a certificate. That is left out.
struct Cause(reqwest::Error);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // reqwest's own message says as much as `TransportKind`.
        let mut next = self.0.source();
        let mut texts: Vec<String> = Vec::new();
        while let Some(error) = next {
            let text = error.to_string();
            let fixed = text.split(['"', '(', ';', '`', '\'']).next().unwrap_or_default();
            let fixed: String = fixed.trim().chars().filter(char::is_ascii).take(200).collect();
            if !fixed.is_empty() {
                texts.push(fixed);
            }
            next = error.source();
        }
        match texts.is_empty() {
            true => f.write_str("the HTTP client says no more"),
            false => f.write_str(&texts.join(": ")),
        }
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Error for Cause {}
