//! Nothing secret or personal shows in any form of any public type, and where something was left out it says
//! so.
#![cfg(feature = "vault-api")]

use std::error::Error;
use std::fmt::{Debug, Write};

use vault_api_sign::{
    Encoding, Keyring, Parts, PhoneError, RequestError, Secret, Signer, SignerError, SigningKey,
    SigningMiddleware, Verifier, VerifyError,
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
    let base64 = signer()
        .tag(&parts())
        .expect("the phone is right")
        .encode(Encoding::Base64);
    // The bytes of a secret would show as a list of numbers.
    let bytes = format!("{:?}", SECRET.as_bytes());
    let secrets = [
        SECRET,
        SEED_STRING,
        FINGERPRINT,
        PHONE,
        PASSWORD,
        &signature,
        &base64,
        &bytes,
    ];
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
    let builder = Signer::builder()
        .shared_secret(SECRET)
        .seed_string(SEED_STRING);
    let keyring = Keyring::new(signer()).with_older(signer());
    let tag = signer().tag(&parts()).expect("the phone is right");
    let values: [&dyn Debug; 9] = [
        &Secret::from(SECRET),
        &SigningKey::new(SECRET.as_bytes()),
        &builder,
        &signer(),
        &keyring,
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
    use vault_api_sign::{ChainSigner, VerifyLayer};

    let origin = "https://user:a-password@vault.example/?k=myOwnFingerprint"
        .parse()
        .expect("a URL");
    let layer: VerifyLayer<String> = VerifyLayer::new(Verifier::new(signer()));
    let values: [&dyn Debug; 2] = [&ChainSigner::new(signer(), origin), &layer];
    for text in values.iter().flat_map(|value| shown(*value)) {
        assert_nothing_shows(&text);
        assert!(text.contains("[REDACTED]"), "{text}");
    }
}

/// Errors carry no value at all, so there is nothing in them to mark.
#[test]
fn errors_show_nothing() {
    let errors: [&(dyn Error + 'static); 12] = [
        &SignerError::NoSharedSecret,
        &SignerError::SeedStringNotAscii,
        &SignerError::NoSeedLength,
        &SignerError::SeedStringTooShort,
        &PhoneError::NoDigit,
        &PhoneError::WhiteSpace,
        &PhoneError::ForeignDigit,
        &refusal(),
        &RequestError::Phone(PhoneError::NoDigit),
        &RequestError::BodyNotJson { line: 1, column: 2 },
        &RequestError::FieldTwice { field: "phone" },
        &RequestError::FingerprintChanges,
    ];
    for error in errors {
        let mut text = String::new();
        let mut next = Some(error);
        while let Some(error) = next {
            write!(text, "{error} {error:?} {error:#?} ").expect("text takes text");
            next = error.source();
        }
        assert_nothing_shows(&text);
        assert!(error.to_string().starts_with(char::is_lowercase), "{error}");
    }
}

fn refusal() -> VerifyError {
    let refused = Verifier::new(signer()).verify(&parts(), PASSWORD.as_bytes());
    refused.expect_err("it is no signature")
}
