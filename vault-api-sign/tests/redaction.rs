//! Nothing secret or personal shows in any form of any public type, and where something was left out it says
//! so.
#![cfg(feature = "vault-api")]

use std::error::Error;
use std::fmt::{Debug, Write};

use vault_api::reqwest::{Client, Url};
use vault_api::{Call, Middleware, OPERATIONS};
use vault_api_sign::{
    Encoding, Keyring, Parts, PhoneError, RequestError, Secret, SharedKeyring, Signer, SignerError,
    SigningKey, SigningMiddleware, Verifier, VerifyError,
};

const SECRET: &str = "correct horse battery staple";
const SEED_STRING: &str = "abcdefghijklmn";
const FINGERPRINT: &str = "myOwnFingerprint";
const PHONE: &str = "+447871234567";
const PASSWORD: &str = "a-password";

fn signer() -> Signer {
    Signer::builder()
        .shared_secret(SECRET)
        .seed_string(SEED_STRING)
        .seed_length(4)
        .build()
        .expect("the values are right")
}

fn parts() -> Parts<'static> {
    Parts::new(FINGERPRINT, PHONE).password(PASSWORD)
}

fn assert_nothing_shows(text: &str) {
    let signature = signer().sign(&parts()).expect("the phone is right");
    let base64 = signer().tag(&parts()).expect("the phone is right").encode(Encoding::Base64);
    // The bytes of a secret would show as a list of numbers.
    let bytes = format!("{:?}", SECRET.as_bytes());
    let secrets = [SECRET, SEED_STRING, FINGERPRINT, PHONE, PASSWORD, &signature, &base64, &bytes];
    for secret in secrets {
        // Neither the whole nor its start.
        let start: String = secret.chars().take(5).collect();
        assert!(!text.contains(&start), "{text}");
    }
}

fn shown(value: &dyn Debug) -> [String; 2] {
    [format!("{value:?}"), format!("{value:#?}")]
}

#[test]
fn types_say_redacted() {
    let builder = Signer::builder().shared_secret(SECRET).seed_string(SEED_STRING);
    let keyring = Keyring::new(signer()).with_older(signer());
    let tag = signer().tag(&parts()).expect("the phone is right");
    let values: [&dyn Debug; 10] = [
        &Secret::from(SECRET),
        &SigningKey::new(SECRET.as_bytes()),
        &builder,
        &signer(),
        &keyring,
        &SharedKeyring::new(keyring.clone()),
        &Verifier::new(keyring.clone()),
        &SigningMiddleware::new(keyring.clone()),
        &parts(),
        &tag,
    ];
    for text in values.iter().flat_map(|value| shown(*value)) {
        assert_nothing_shows(&text);
        assert!(text.contains("[REDACTED]"), "{text}");
    }
}

#[cfg(all(feature = "reqwest-middleware", feature = "tower"))]
#[test]
fn other_adapters_say_redacted() {
    use tower::Layer;
    use vault_api_sign::{ChainSigner, VerifyLayer};

    let origin = "https://vault.example/myOwnFingerprint".parse().expect("a URL");
    let chain_signer = ChainSigner::new(signer(), origin).expect("an origin");
    let layer: VerifyLayer<String> = VerifyLayer::new(Verifier::new(signer()));
    let service = layer.layer(());
    let values: [&dyn Debug; 3] = [&chain_signer, &layer, &service];
    for text in values.iter().flat_map(|value| shown(*value)) {
        assert_nothing_shows(&text);
        assert!(text.contains("[REDACTED]"), "{text}");
    }
}

/// Errors carry no value at all, so there is nothing in them to mark. Each kind is here.
#[test]
fn errors_show_nothing() {
    let errors: [&(dyn Error + 'static); 25] = [
        &SignerError::NoSharedSecret,
        &SignerError::SharedSecretHasSpace,
        &SignerError::SeedStringHasSpace,
        &SignerError::NoSeedString,
        &SignerError::SeedStringNotAscii,
        &SignerError::NoSeedLength,
        &SignerError::SeedStringTooShort,
        &PhoneError::NoDigit,
        &PhoneError::WhiteSpace,
        &PhoneError::ForeignDigit,
        &PhoneError::NotAscii,
        &refusal(),
        &RequestError::NoBody,
        &RequestError::BodyNotInMemory,
        &RequestError::BodyTooLarge,
        &RequestError::BodyNotObject,
        &RequestError::NoPhone,
        &RequestError::FieldNotText { field: "phone" },
        &RequestError::FieldTwice { field: "phone" },
        &RequestError::NoFingerprint,
        &RequestError::FingerprintTwice,
        &RequestError::FingerprintChanges,
        &RequestError::Phone(PhoneError::NoDigit),
        &RequestError::OtherOrigin,
        &RequestError::NoHeader,
    ];
    for error in errors {
        assert_chain_shows_nothing(error);
    }
}

/// The same for the errors of requests that hold a phone number, a password and a fingerprint, and are wrong in
/// some way.
#[test]
fn errors_of_requests_show_nothing() {
    let signer = SigningMiddleware::new(signer());
    let operation = OPERATIONS.iter().find(|known| known.id == "resend_code");
    let origin = Url::parse("https://vault.example").expect("a URL");
    let call = Call::new(operation.expect("the document has it"), &origin);
    for body in [
        r#"{"phone": "+447871234567", "password": "a-password""#,
        r#"["+447871234567", "a-password"]"#,
        r#"{"fone": "+447871234567"}"#,
        r#"{"phone": ["+447871234567"]}"#,
        r#"{"phone": "+447871234567", "phone": "+447871234567"}"#,
        r#"{"phone": "+44787 1234567", "password": "a-password"}"#,
        r#"{"phone": "+447871234567", "password": "\ud800 a-password"}"#,
    ] {
        let mut request = Client::new()
            .post("https://vault.example/v2/mobile/phone/verify/resend")
            .header("X-Fingerprint", FINGERPRINT)
            .body(body)
            .build()
            .expect("a request");
        let error = signer.apply(&call, &mut request).expect_err(body);
        assert_chain_shows_nothing(&*error.into_source());
    }
}

#[cfg(feature = "tower")]
#[test]
fn rejections_show_nothing() {
    use vault_api_sign::Rejection;

    for rejection in [
        Rejection::BodyTooLarge,
        Rejection::BodyTooSlow,
        Rejection::BodyUnreadable,
        Rejection::NoSignature,
        Rejection::Request(RequestError::FieldTwice { field: "phone" }),
        Rejection::Signature(refusal()),
    ] {
        assert_chain_shows_nothing(&rejection);
    }
}

fn assert_chain_shows_nothing(error: &(dyn Error + 'static)) {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        write!(text, "{error} {error:?} {error:#?} ").expect("text takes text");
        next = error.source();
    }
    assert_nothing_shows(&text);
    assert!(error.to_string().starts_with(char::is_lowercase), "{error}");
}

fn refusal() -> VerifyError {
    let refused = Verifier::new(signer()).verify(&parts(), PASSWORD.as_bytes());
    refused.expect_err("it is no signature")
}
