//! What the tests of the adapters share.
#![allow(dead_code, reason = "each test uses a part of it")]

use vault_api_sign::Signer;

pub const FINGERPRINT: &str = "1234444";
pub const BODY: &str = r#"{"phone":"+447871234567"}"#;
/// By `openssl dgst -sha256 -hmac "correct horse battery staple"` of `ijkl1234444+447871234567`.
pub const SIGNATURE: &str = "bb75259e12560576bcc02d66dbc8de7943c6005d00018793170e3cc707d980c6";
pub const BODY_WITH_PASSWORD: &str = r#"{"phone":"+447871234567","password":"12345"}"#;
/// By the same command of `ijkl1234444+44787123456712345`.
pub const SIGNATURE_WITH_PASSWORD: &str =
    "5d888b1776ef61b902f4e57603d32d754ac149ce1c4d906329c41436d7de5abf";

/// The signer of [`SIGNATURE`].
pub fn signer() -> Signer {
    signer_with("correct horse battery staple")
}

pub fn signer_with(secret: &str) -> Signer {
    Signer::builder()
        .shared_secret(secret)
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .build()
        .expect("the values are valid")
}
