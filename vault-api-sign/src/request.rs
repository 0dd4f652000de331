//! What the adapters share: which parts of an HTTP request are signed.

use std::error::Error;
use std::fmt;

use http::HeaderMap;
#[cfg(feature = "_client")]
use http::HeaderValue;
#[cfg(feature = "_client")]
use vault_api::{
    check_origin,
    reqwest::{Request, Url},
};

use crate::body::SignedFields;
#[cfg(feature = "_client")]
use crate::body::signed_fields;
use crate::signed::{FINGERPRINT, FINGERPRINT_NAME, PHONE};
use crate::{Parts, PhoneError};

/// The fingerprint of a request, as it is in its header.
pub(crate) fn fingerprint(headers: &HeaderMap) -> Result<&[u8], RequestError> {
    let mut fingerprints = headers.get_all(FINGERPRINT).iter();
    let fingerprint = match (fingerprints.next(), fingerprints.next()) {
        (Some(fingerprint), None) => fingerprint.as_bytes(),
        (None, _) => return Err(RequestError::NoFingerprint),
        (Some(_), Some(_)) => return Err(RequestError::FingerprintTwice),
    };
    match fingerprint.is_empty() || fingerprint != fingerprint.trim_ascii() {
        true => Err(RequestError::FingerprintChanges),
        false => Ok(fingerprint),
    }
}

/// The parts that the fingerprint and the fields of the body make.
pub(crate) fn parts<'a>(fingerprint: &'a [u8], fields: &'a SignedFields<'_>) -> Parts<'a> {
    let password = fields.password.as_deref().unwrap_or_default();
    Parts::new(fingerprint, &fields.phone).password(password)
}

/// The signature of a finished request, as the value of its header.
#[cfg(feature = "_client")]
pub(crate) fn signature(
    keyring: &crate::SharedKeyring,
    origin: &Url,
    request: &Request,
) -> Result<HeaderValue, RequestError> {
    check_origin(origin, request).map_err(|_| RequestError::OtherOrigin)?;
    let fingerprint = fingerprint(request.headers())?;
    let body = request.body().ok_or(RequestError::NoBody)?;
    let body = body.as_bytes().ok_or(RequestError::BodyNotInMemory)?;
    let fields = signed_fields(body)?;
    let signature = keyring.current().sign(&parts(fingerprint, &fields));
    let signature = signature.map_err(RequestError::Phone)?;
    let mut value = HeaderValue::try_from(signature).map_err(|_| RequestError::NoHeader)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Why a request cannot be signed or verified. An adapter that fails with it has not changed the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The request has no body.
    NoBody,
    /// The body is a stream, so it cannot be read before it is sent.
    BodyNotInMemory,
    /// The body is longer than 1 MiB.
    BodyTooLarge,
    /// The body is not a JSON object in UTF-8 (RFC 8259), has a number over the range of a double, or has more than
    /// 127 arrays and objects inside each other.
    BodyNotObject,
    /// The body has no phone number.
    NoPhone,
    /// A signed field of the body is not a string.
    FieldNotText {
        /// The field's name.
        field: &'static str,
    },
    /// The body has a signed field more than once, and readers disagree about which one counts.
    FieldTwice {
        /// The field's name.
        field: &'static str,
    },
    /// The header with the fingerprint is missing.
    NoFingerprint,
    /// The request has more than one header with a fingerprint.
    FingerprintTwice,
    /// The header with the fingerprint is empty, or starts or ends with white space, which a server removes (RFC 9110,
    /// section 5.5) before it computes the signature.
    FingerprintChanges,
    /// The phone number cannot be signed.
    Phone(PhoneError),
    /// The scheme, host or port of the request's URL is not that of the origin to sign for, or the request has a header
    /// `Host`, by which it may be for another server behind the same address.
    OtherOrigin,
    /// The security scheme `Signature` of the OpenAPI document names no header to put a signature in.
    NoHeader,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBody => {
                return write!(f, "the request has no body: give it one with a `{PHONE}`");
            }
            Self::BodyNotInMemory => "the request's body is a stream: give a body that is in memory",
            Self::BodyTooLarge => "the request's body is longer than 1 MiB: shorten it",
            Self::BodyNotObject => "the request's body is not a JSON object: send one",
            Self::NoPhone => {
                return write!(f, "the request's body has no `{PHONE}`: add it");
            }
            Self::FieldNotText { field } => {
                return write!(f, "the request's body has a `{field}` that is not a string: make it one");
            }
            Self::FieldTwice { field } => {
                return write!(f, "the request's body has `{field}` more than once: keep one");
            }
            Self::NoFingerprint => {
                return write!(f, "the request has no header `{FINGERPRINT_NAME}`: add it");
            }
            Self::FingerprintTwice => {
                return write!(f, "the request has more than one header `{FINGERPRINT_NAME}`: keep one");
            }
            Self::FingerprintChanges => {
                return write!(
                    f,
                    "the header `{FINGERPRINT_NAME}` is empty, or starts or ends with white space: trim it"
                );
            }
            Self::Phone(_) => "the request's phone number cannot be signed",
            Self::OtherOrigin => {
                "the request goes to another scheme, host or port than the signer is for: send it there, and \
                 without a header `Host`"
            }
            Self::NoHeader => {
                "the security scheme `Signature` names no header: add its name to the OpenAPI document"
            }
        })
    }
}

impl RequestError {
    /// The parameter of the call that the caller must change: `phone`, `password` or `fingerprint`. `None` if the
    /// cause is something else.
    pub fn parameter(&self) -> Option<&'static str> {
        match self {
            Self::NoPhone | Self::Phone(_) => Some("phone"),
            Self::FieldNotText { field } | Self::FieldTwice { field } => Some(field),
            Self::NoFingerprint | Self::FingerprintTwice | Self::FingerprintChanges => {
                Some("fingerprint")
            }
            Self::NoBody
            | Self::BodyNotInMemory
            | Self::BodyTooLarge
            | Self::BodyNotObject
            | Self::OtherOrigin
            | Self::NoHeader => None,
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
