//! What the adapters share: which parts of an HTTP request are signed.

use std::error::Error;
use std::fmt;

#[cfg(feature = "_client")]
use http::HeaderValue;
use http::{HeaderMap, HeaderName};

use crate::body::{SignedFields, signed_fields};
use crate::{Parts, PhoneError};

/// The header whose value is signed along with the body.
const FINGERPRINT: HeaderName = HeaderName::from_static("x-fingerprint");
/// The header that the signature is in.
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("x-signature");

/// The parts of a request that are signed, as they stand in its headers and its body.
pub(crate) struct SignedParts<'a> {
    fingerprint: &'a [u8],
    fields: SignedFields<'a>,
}

impl<'a> SignedParts<'a> {
    pub(crate) fn read(headers: &'a HeaderMap, body: &'a [u8]) -> Result<Self, RequestError> {
        let mut fingerprints = headers.get_all(FINGERPRINT).iter();
        let fingerprint = match (fingerprints.next(), fingerprints.next()) {
            (Some(fingerprint), None) => fingerprint.as_bytes(),
            (None, _) => return Err(RequestError::NoFingerprint),
            (Some(_), Some(_)) => return Err(RequestError::FingerprintTwice),
        };
        if fingerprint.is_empty() || fingerprint != fingerprint.trim_ascii() {
            return Err(RequestError::FingerprintChanges);
        }
        let fields = signed_fields(body)?;
        Ok(Self {
            fingerprint,
            fields,
        })
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts::new(self.fingerprint, &self.fields.phone)
            .password(self.fields.password.as_deref().unwrap_or_default())
    }
}

/// The signature of a finished request, as the value of its header.
#[cfg(feature = "_client")]
pub(crate) fn signature(
    keyring: &crate::Keyring,
    origin: &reqwest::Url,
    request: &reqwest::Request,
) -> Result<HeaderValue, RequestError> {
    if !is_same_origin(origin, request.url()) {
        return Err(RequestError::OtherOrigin);
    }
    let body = request.body().ok_or(RequestError::NoBody)?;
    let body = body.as_bytes().ok_or(RequestError::BodyNotInMemory)?;
    let signed = SignedParts::read(request.headers(), body)?;
    let signature = keyring.sign(&signed.parts()).map_err(RequestError::Phone)?;
    let mut value = HeaderValue::try_from(signature).map_err(|_| RequestError::NoHeader)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether two URLs of HTTP have the same scheme, host and port.
#[cfg(feature = "_client")]
fn is_same_origin(origin: &reqwest::Url, url: &reqwest::Url) -> bool {
    // Of these two, a URL always has a slash behind the port, so what starts alike up to there is alike; the
    // common case is then one comparison.
    matches!(origin.scheme(), "http" | "https")
        && (url.as_str().starts_with(origin.as_str())
            || url.scheme() == origin.scheme() && url.origin() == origin.origin())
}

/// Why a request cannot be signed, or verified. The adapter has left it as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The request has no body.
    NoBody,
    /// The body is a stream, so it cannot be read before it is sent.
    BodyNotInMemory,
    /// The body is longer than 1 MiB.
    BodyTooLarge,
    /// The body is not JSON, or nested deeper than 128 levels.
    BodyNotJson {
        /// The line of the body, from 1.
        line: usize,
        /// The column in that line, from 1; 0 where the body ends before it.
        column: usize,
    },
    /// The body is JSON, but not an object.
    BodyNotObject,
    /// The body has no `phone`.
    NoPhone,
    /// A signed field of the body is not a string.
    FieldNotText {
        /// The field's name.
        field: &'static str,
    },
    /// A signed field stands in the body more than once, and readers disagree about which one counts.
    FieldTwice {
        /// The field's name.
        field: &'static str,
    },
    /// The header `X-Fingerprint` is missing.
    NoFingerprint,
    /// The header `X-Fingerprint` is there more than once.
    FingerprintTwice,
    /// The header `X-Fingerprint` is empty, or has white space at an end, which a server takes off (RFC 9110,
    /// section 5.5) before it computes the signature.
    FingerprintChanges,
    /// The phone number cannot be signed.
    Phone(PhoneError),
    /// The request goes to another scheme, host or port than the client was built for.
    OtherOrigin,
    /// The security scheme `Signature` of the OpenAPI document names no header to put a signature in.
    NoHeader,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is not fit for a signature: ")?;
        match self {
            Self::NoBody => f.write_str("it has no body"),
            Self::BodyNotInMemory => {
                f.write_str("its body is a stream: give a body that is in memory")
            }
            Self::BodyTooLarge => f.write_str("its body is longer than 1 MiB"),
            Self::BodyNotJson { line, column } => {
                write!(f, "its body is not json (line {line}, column {column})")
            }
            Self::BodyNotObject => f.write_str("its body is not a json object"),
            Self::NoPhone => f.write_str("its body has no `phone`"),
            Self::FieldNotText { field } => write!(f, "`{field}` in its body is not a string"),
            Self::FieldTwice { field } => write!(f, "`{field}` stands in its body more than once"),
            Self::NoFingerprint => f.write_str("the header `X-Fingerprint` is missing"),
            Self::FingerprintTwice => {
                f.write_str("the header `X-Fingerprint` is there more than once")
            }
            Self::FingerprintChanges => f.write_str(
                "the header `X-Fingerprint` is empty or has white space at an end, which the server \
                 would not see: trim it",
            ),
            Self::Phone(_) => f.write_str("its phone number is not as it should be"),
            Self::OtherOrigin => {
                f.write_str("it goes to another host than the one that the client was built for")
            }
            Self::NoHeader => f.write_str("the security scheme `Signature` names no header"),
        }
    }
}

impl Error for RequestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Phone(error) => Some(error),
            _ => None,
        }
    }
}
