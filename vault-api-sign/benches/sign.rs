//! What a signature costs beside the bare HMAC, and beside the same signature by other libraries.
//!
//! ```sh
//! cargo bench --package vault-api-sign
//! ```
//!
//! Compare times of one run only: all of them change with the machine.

use divan::{Bencher, black_box};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vault_api::reqwest::{Client, Request, Url};
use vault_api::{Call, Middleware, OPERATIONS};
use vault_api_sign::{Parts, Signer, SigningMiddleware, Verifier};

const SECRET: &[u8] = b"correct horse battery staple";
const SEED: &str = "ijkl";
/// Makes a message of 53 bytes.
const FINGERPRINT: &str = "a-fingerprint-of-thirty-six-characte";
const PHONE: &str = "+447871234567";

fn main() {
    assert_eq!(SEED.len() + FINGERPRINT.len() + PHONE.len(), 53);
    divan::main();
}

fn signer() -> Signer {
    Signer::builder()
        .shared_secret(SECRET)
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .build()
        .expect("the values are right")
}

fn pieces() -> [&'static [u8]; 3] {
    [SEED.as_bytes(), FINGERPRINT.as_bytes(), PHONE.as_bytes()]
}

/// The reference: the crates `hmac` and `sha2` as they are, with a prepared key.
#[divan::bench]
fn a_bare_hmac_and_sha2(bencher: Bencher<'_, '_>) {
    let key: Hmac<Sha256> = Hmac::new_from_slice(SECRET).expect("any length will do");
    bencher.bench_local(|| -> [u8; 32] {
        let mut mac = key.clone();
        for piece in black_box(pieces()) {
            mac.update(piece);
        }
        mac.finalize().into_bytes().into()
    });
}

#[divan::bench]
fn b_our_tag(bencher: Bencher<'_, '_>) {
    let signer = signer();
    bencher.bench_local(|| signer.tag(black_box(&Parts::new(FINGERPRINT, PHONE))));
}

#[divan::bench]
fn c_our_header_text(bencher: Bencher<'_, '_>) {
    let signer = signer();
    bencher.bench_local(|| signer.sign(black_box(&Parts::new(FINGERPRINT, PHONE))));
}

#[divan::bench]
fn d_our_verifier(bencher: Bencher<'_, '_>) {
    let parts = Parts::new(FINGERPRINT, PHONE);
    let signature = signer().sign(&parts).expect("the phone is right");
    let verifier = Verifier::new(signer());
    bencher.bench_local(|| verifier.verify(black_box(&parts), black_box(signature.as_bytes())));
}

#[divan::bench]
fn e_our_middleware_on_a_built_request(bencher: Bencher<'_, '_>) {
    let operation = OPERATIONS
        .iter()
        .find(|operation| operation.id == "resend_code")
        .expect("it is there");
    let base_url = Url::parse("https://vault.example").expect("a URL");
    let call = Call::new(operation, &base_url);
    let middleware = SigningMiddleware::new(signer());
    let mut request: Request = Client::new()
        .post("https://vault.example/v2/mobile/phone/verify/resend")
        .header("X-Fingerprint", FINGERPRINT)
        .body(format!(r#"{{"phone":"{PHONE}"}}"#))
        .build()
        .expect("a request");
    bencher.bench_local(|| middleware.apply(&call, black_box(&mut request)));
}

#[divan::bench]
fn f_header_text_by_ring(bencher: Bencher<'_, '_>) {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET);
    bencher.bench_local(|| {
        let mut context = ring::hmac::Context::with_key(&key);
        for piece in black_box(pieces()) {
            context.update(piece);
        }
        data_encoding::HEXLOWER.encode(context.sign().as_ref())
    });
}

#[divan::bench]
fn g_header_text_by_aws_lc(bencher: Bencher<'_, '_>) {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET);
    bencher.bench_local(|| {
        let mut context = aws_lc_rs::hmac::Context::with_key(&key);
        for piece in black_box(pieces()) {
            context.update(piece);
        }
        data_encoding::HEXLOWER.encode(context.sign().as_ref())
    });
}
