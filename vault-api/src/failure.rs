use std::fmt;

use reqwest::StatusCode;

use crate::{BoxError, Redacted};

/// How many bytes of an unexpected response's body are kept: 4 KiB.
pub(crate) const BODY_EXCERPT: usize = 4096;

/// Why a call gave no answer of the documented kind. `E` is the operation's error body.
///
/// Neither `Display` nor `Debug` shows a response's body, for it may quote the request. Fields of `E`
/// that the OpenAPI document marks as personal or secret show as `[REDACTED]`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure<E> {
    /// The server answered with the operation's error body, whatever the error status.
    #[error("the server rejected the request with status {status}")]
    #[non_exhaustive]
    Rejected {
        /// The status, 4xx or 5xx.
        status: StatusCode,
        /// What the server says is wrong.
        body: E,
    },

    /// The server answered with something else: an undocumented status (a redirect, for example,
    /// which is not followed), or a body that is not what the document says.
    #[error("the server's answer was not as documented: {0}")]
    Unexpected(Unexpected),

    /// The server's answer was larger than
    /// [`ClientBuilder::response_limit`](crate::ClientBuilder::response_limit) allows.
    #[error("the body of the server's answer (status {status}) is larger than the response limit")]
    #[non_exhaustive]
    TooLarge {
        /// The status of the answer.
        status: StatusCode,
    },

    /// There was no answer, or none to its end.
    #[error(transparent)]
    Transport(Transport),

    /// The request could not be made from what the caller gave. Nothing was sent.
    #[error(transparent)]
    InvalidRequest(InvalidRequest),

    /// A [`Middleware`](crate::Middleware) refused the request. Nothing was sent.
    #[error("a middleware refused the request, so nothing was sent")]
    Middleware(#[source] BoxError),
}

impl<E> Failure<E> {
    /// The status of the server's answer, as far as there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Rejected { status, .. } | Self::TooLarge { status } => Some(*status),
            Self::Unexpected(unexpected) => Some(unexpected.status),
            Self::Transport(transport) => transport.status,
            Self::InvalidRequest(_) | Self::Middleware(_) => None,
        }
    }

    /// What the server says is wrong, if it said so in the documented form.
    pub fn rejection(&self) -> Option<&E> {
        match self {
            Self::Rejected { body, .. } => Some(body),
            _ => None,
        }
    }

    /// Whether a time-out ended the call.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(transport) if transport.is_timeout())
    }

    /// Whether no connection to the server could be made.
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport(transport) if transport.is_connect())
    }

    /// Whether the request may have reached the server.
    ///
    /// If so, the call may have had its effect, and making it again may have it twice: a second
    /// *resend code* is a second message to the customer.
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::InvalidRequest(_) | Self::Middleware(_) => false,
            Self::Transport(transport) => !transport.is_connect(),
            Self::Rejected { .. } | Self::Unexpected(_) | Self::TooLarge { .. } => true,
        }
    }
}

/// What the caller gave does not make a request: a value is missing, or cannot be sent where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request could not be made, so nothing was sent: {reason}")]
pub struct InvalidRequest {
    reason: String,
}

impl InvalidRequest {
    pub(crate) fn new(reason: String) -> Self {
        Self { reason }
    }
}

/// An answer that the OpenAPI document does not describe.
#[derive(Clone)]
pub struct Unexpected {
    status: StatusCode,
    body: Vec<u8>,
}

impl Unexpected {
    pub(crate) fn new(status: StatusCode, mut body: Vec<u8>) -> Self {
        body.truncate(BODY_EXCERPT);
        body.shrink_to_fit();
        Self { status, body }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The start of the body, at most 4 KiB of it.
    ///
    /// The server may quote the request in it: treat it as personal data.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unexpected")
            .field("status", &self.status)
            .field("body", &Redacted)
            .finish()
    }
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if self.status.is_redirection() {
            f.write_str(", and redirects are not followed")?;
        }
        Ok(())
    }
}

/// A failure on the way to the server or back.
#[derive(Debug)]
pub struct Transport {
    status: Option<StatusCode>,
    source: reqwest::Error,
}

impl Transport {
    pub(crate) fn new(status: Option<StatusCode>, source: reqwest::Error) -> Self {
        Self { status, source }
    }

    /// Whether a time-out ended the call, be it connecting, waiting or reading.
    pub fn is_timeout(&self) -> bool {
        self.source.is_timeout()
    }

    /// Whether no connection could be made (name, address, TLS), so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.source.is_connect()
    }

    /// Whether the response began and its body could not be read to the end.
    pub fn is_body(&self) -> bool {
        self.status.is_some()
    }

    /// The status of the response, if it began.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_connect(), self.is_timeout(), self.status) {
            (true, true, _) => {
                f.write_str("connecting to the server took longer than the time-out")
            }
            (true, false, _) => f.write_str("no connection to the server could be made"),
            (false, true, None) => f.write_str("the server did not answer before the time-out"),
            (false, false, None) => f.write_str("the connection broke before the server answered"),
            (false, true, Some(status)) => {
                write!(
                    f,
                    "the time-out came before the end of the answer (status {status})"
                )
            }
            (false, false, Some(status)) => {
                write!(
                    f,
                    "the answer (status {status}) could not be read to its end"
                )
            }
        }
    }
}

impl std::error::Error for Transport {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
