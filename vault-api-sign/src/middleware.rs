use std::error::Error;
use std::fmt;

use vault_api::reqwest::Request;
use vault_api::reqwest::header::{HeaderName, HeaderValue};
use vault_api::{BoxError, Call, Middleware};

use crate::body::signed_fields;
use crate::{Parts, PhoneError, Signer};

/// The security scheme, in the OpenAPI document, of the operations that are signed.
const SCHEME: &str = "Signature";
/// The header whose value is signed along with the body.
const FINGERPRINT: &str = "x-fingerprint";

/// Signs every request whose operation lists the security scheme `Signature`, and leaves the others as
/// they are.
///
/// It signs the finished request: the phone number (and the password, where there is one) as they stand
/// in the JSON body, and the fingerprint as it stands in its header. The signature replaces whatever the
/// header held, and is marked sensitive, so that HTTP libraries do not log it.
///
/// It signs only what goes to the scheme, host and port that the client was built for.
#[derive(Clone, Debug)]
pub struct SigningMiddleware {
    signer: Signer,
}

impl SigningMiddleware {
    /// A middleware that signs with `signer`.
    pub fn new(signer: Signer) -> Self {
        Self { signer }
    }

    fn signature(&self, call: &Call<'_>, request: &Request) -> Result<HeaderValue, RequestError> {
        if request.url().origin() != call.base_url.origin() {
            return Err(RequestError::OtherOrigin);
        }
        let mut fingerprints = request.headers().get_all(FINGERPRINT).iter();
        let fingerprint = match (fingerprints.next(), fingerprints.next()) {
            (Some(fingerprint), None) => fingerprint,
            (None, _) => return Err(RequestError::NoFingerprint),
            (Some(_), Some(_)) => return Err(RequestError::FingerprintTwice),
        };
        let fingerprint = fingerprint.as_bytes();
        if fingerprint.is_empty() || fingerprint != fingerprint.trim_ascii() {
            return Err(RequestError::FingerprintChanges);
        }
        let body = request.body().ok_or(RequestError::NoBody)?;
        let body = body.as_bytes().ok_or(RequestError::BodyNotInMemory)?;
        let fields = signed_fields(body)?;

        let parts = Parts::new(fingerprint, &fields.phone)
            .password(fields.password.as_deref().unwrap_or_default());
        let signature = self.signer.sign(&parts).map_err(RequestError::Phone)?;
        let mut value = HeaderValue::try_from(signature).map_err(|_| RequestError::NoHeader)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl Middleware for SigningMiddleware {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), BoxError> {
        let Some(scheme) = call.operation.security_scheme(SCHEME) else {
            return Ok(());
        };
        let header = scheme
            .header
            .and_then(|header| HeaderName::try_from(header).ok())
            .ok_or(RequestError::NoHeader)?;
        // The last thing that can fail comes before the first that changes the request.
        let signature = self.signature(call, request)?;
        request.headers_mut().insert(header, signature);
        Ok(())
    }
}

/// Why a request was not signed. The request is as it was, and is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The request has no body.
    NoBody,
    /// The body is a stream, so it cannot be read before it is sent.
    BodyNotInMemory,
    /// The body is not JSON.
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
        f.write_str("the request cannot be signed: ")?;
        match self {
            Self::NoBody => f.write_str("it has no body"),
            Self::BodyNotInMemory => {
                f.write_str("its body is a stream: give a body that is in memory")
            }
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
            Self::Phone(_) => f.write_str("its phone number is not fit for it"),
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
