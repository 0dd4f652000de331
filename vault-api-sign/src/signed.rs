// What is signed, and where it is: generated from spec/vault.yaml. Do not edit it; edit `x-signed` in the document, then
// regenerate this file with:
//
//     cargo xtask codegen

use http::HeaderName;

/// The security scheme of the operations that are signed.
#[cfg(feature = "vault-api")]
pub(crate) const SCHEME: &str = "Signature";

/// The header that the signature is in.
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("x-signature");

/// The header whose value is signed.
pub(crate) const FINGERPRINT: HeaderName = HeaderName::from_static("x-fingerprint");

/// The name of that header as the document writes it.
pub(crate) const FINGERPRINT_NAME: &str = "X-Fingerprint";

/// The field of the body with the phone number.
pub(crate) const PHONE: &str = "phone";

/// The field of the body with the password, which a body may lack.
pub(crate) const PASSWORD: &str = "password";
