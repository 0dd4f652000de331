//! The verifier: it takes the signature, in any case of its hexadecimal digits, and nothing else.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vault_api_sign::{Encoding, Parts, Signer, Verifier};

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    Signer::builder()
        .shared_secret("correct horse battery staple")
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .build()
        .unwrap()
});
static VERIFIER: LazyLock<Verifier> =
    LazyLock::new(|| Verifier::new(SIGNER.clone()).accept_base64());

fuzz_target!(|input: (&str, &[u8], &str, &[u8])| {
    let (phone, fingerprint, password, text) = input;
    let parts = Parts::new(fingerprint, phone).password(password);
    let expected = SIGNER.tag(&parts).is_ok_and(|tag| {
        text.eq_ignore_ascii_case(tag.encode(Encoding::Hex).as_bytes())
            || text == tag.encode(Encoding::Base64).as_bytes()
    });
    assert_eq!(VERIFIER.verify(&parts, text).is_ok(), expected);
    // The signature itself is not found by chance.
    if let Ok(signature) = SIGNER.sign(&parts) {
        assert!(VERIFIER.verify(&parts, signature.as_bytes()).is_ok());
    }
});
