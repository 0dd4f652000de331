//! Compares the cost of a signature with that of the bare HMAC, and of the same signature by other libraries.
//!
//! ```sh
//! cargo xtask bench signing
//! ```
//!
//! It prints a table of ratios. Benchmark libraries measure one function after the other. Meanwhile a shared machine
//! changes its speed by more than the differences that count here, so these functions take turns, a millisecond each,
//! and the medians of all turns are compared.

use std::hint::black_box;
use std::time::Instant;

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

const TURNS: usize = 400;
const CALLS_A_TURN: u32 = 4_000;

/// A name, and a function that does the work once.
type Candidate<'a> = (&'a str, Box<dyn FnMut() + 'a>);

fn main() {
    assert_eq!(SEED.len() + FINGERPRINT.len() + PHONE.len(), 53);
    let mut candidates = candidates();
    let mut times = vec![Vec::with_capacity(TURNS); candidates.len()];
    for _ in 0..TURNS {
        for ((_, work), times) in candidates.iter_mut().zip(&mut times) {
            let start = Instant::now();
            for _ in 0..CALLS_A_TURN {
                work();
            }
            times.push(start.elapsed() / CALLS_A_TURN);
        }
    }
    let medians: Vec<_> = times
        .iter_mut()
        .map(|times| {
            times.sort_unstable();
            times[TURNS / 2]
        })
        .collect();
    println!("| a message of 53 bytes, prepared key | median | ratio |\n| --- | ---: | ---: |");
    for ((name, _), median) in candidates.iter().zip(&medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        println!("| {name} | {} ns | {ratio:.2} |", median.as_nanos());
    }
}

fn pieces() -> [&'static [u8]; 3] {
    [SEED.as_bytes(), FINGERPRINT.as_bytes(), PHONE.as_bytes()]
}

fn parts() -> Parts<'static> {
    black_box(Parts::new(FINGERPRINT, PHONE))
}

fn signer() -> Signer {
    Signer::builder()
        .shared_secret(SECRET)
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .build()
        .expect("the values are right")
}

/// The first is the reference.
fn candidates() -> Vec<Candidate<'static>> {
    let bare: Hmac<Sha256> = Hmac::new_from_slice(SECRET).expect("any length will do");
    let (tag, text) = (signer(), signer());
    let signature = signer().sign(&parts()).expect("the phone is right");
    let verifier = Verifier::new(signer());
    let ring = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET);
    let aws_lc = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET);
    vec![
        (
            "`hmac` and `sha2`, tag only",
            Box::new(move || {
                let mut mac = bare.clone();
                for piece in black_box(pieces()) {
                    mac.update(piece);
                }
                black_box(<[u8; 32]>::from(mac.finalize().into_bytes()));
            }),
        ),
        (
            "`Signer::tag`",
            Box::new(move || {
                if let Ok(tag) = tag.tag(&parts()) {
                    black_box(*tag.as_bytes());
                }
            }),
        ),
        (
            "`Signer::sign`: the header's text",
            Box::new(move || {
                drop(black_box(text.sign(&parts())));
            }),
        ),
        (
            "`Verifier::verify`",
            Box::new(move || {
                black_box(verifier.verify(&parts(), black_box(signature.as_bytes())).is_ok());
            }),
        ),
        ("`SigningMiddleware`, on a built request", middleware()),
        (
            "`ring`, the header's text",
            Box::new(move || {
                let mut context = ring::hmac::Context::with_key(&ring);
                for piece in black_box(pieces()) {
                    context.update(piece);
                }
                drop(black_box(const_hex::encode(context.sign().as_ref())));
            }),
        ),
        (
            "`aws-lc-rs`, the header's text",
            Box::new(move || {
                let mut context = aws_lc_rs::hmac::Context::with_key(&aws_lc);
                for piece in black_box(pieces()) {
                    context.update(piece);
                }
                drop(black_box(const_hex::encode(context.sign().as_ref())));
            }),
        ),
    ]
}

fn middleware() -> Box<dyn FnMut()> {
    let operation = OPERATIONS.iter().find(|operation| operation.id == "resend_code");
    let operation = operation.expect("the document has it");
    let base_url = Url::parse("https://vault.example").expect("a URL");
    let middleware = SigningMiddleware::new(signer());
    let mut request: Request = Client::new()
        .post("https://vault.example/v2/mobile/phone/verify/resend")
        .header("X-Fingerprint", FINGERPRINT)
        .body(format!(r#"{{"phone":"{PHONE}"}}"#))
        .build()
        .expect("a request");
    Box::new(move || {
        let call = Call::new(operation, &base_url);
        black_box(middleware.apply(&call, black_box(&mut request)).is_ok());
    })
}
