use std::error::Error;
use std::fmt;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, Response, StatusCode};

use crate::{RequestError, VerifyError};

/// The challenge in the header `WWW-Authenticate` of an answer with status 401, which must have one (RFC 9110,
/// section 11.6.1). The vendor documents none. This one is not registered with IANA, and its name differs from that of
/// the `Signature` schemes that other standards define.
pub const CHALLENGE: &str = "VaultSignature";

/// Why a [`VerifyLayer`](crate::VerifyLayer) did not let a request through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The body is longer than the limit.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// Reading the body failed, for example because the connection broke.
    BodyUnreadable,
    /// The request has no header `X-Signature`, or more than one.
    NoSignature,
    /// The request does not have what a signature is computed over.
    Request(RequestError),
    /// The signature does not match the request.
    Signature(VerifyError),
}

impl Rejection {
    /// The status of the answer: 413 for a body over the limit, 408 for one that did not arrive in time, 400 for one
    /// that could not be read, 401 for everything else.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BodyTooLarge | Self::Request(RequestError::BodyTooLarge) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::BodyUnreadable => StatusCode::BAD_REQUEST,
            Self::NoSignature | Self::Request(_) | Self::Signature(_) => StatusCode::UNAUTHORIZED,
        }
    }

    /// The answer with this body: its [status](Self::status), and with 401 the [`CHALLENGE`].
    pub fn response<B>(&self, body: B) -> Response<B> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status();
        if self.status() == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static(CHALLENGE);
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BodyTooLarge => "the body is longer than the limit",
            Self::BodyTooSlow => "the body did not arrive in time",
            Self::BodyUnreadable => "the body could not be read to its end",
            Self::NoSignature => "the request has no header `X-Signature`, or more than one",
            Self::Request(_) => "the request cannot be verified",
            Self::Signature(_) => "the request's signature was refused",
        })
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            Self::Signature(error) => Some(error),
            _ => None,
        }
    }
}
