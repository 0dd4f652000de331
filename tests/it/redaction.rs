//! Nothing secret or personal shows, and where something was left out it says so.

use std::fmt::Debug;

use vault_api::Client;
use vault_api::reqwest::Request;
use vault_api::{BoxError, Call, Middleware, types};
use vault_api_sign::{Parts, Signer, SigningMiddleware};

use crate::raw_server::{RawServer, json};
use crate::support::{
    FINGERPRINT, MERCHANT_ID, PHONE, SEED_STRING, SHARED_SECRET, resend, signed, signer, unsigned,
};

const PASSWORD: &str = "correct-password";

/// Asserts that neither form of `Debug` shows a secret, and that both show the marker.
fn assert_redacted(value: &dyn Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        for secret in [
            PHONE,
            FINGERPRINT,
            MERCHANT_ID,
            SHARED_SECRET,
            SEED_STRING,
            PASSWORD,
        ] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("[REDACTED]"), "{text}");
    }
}

#[test]
fn client_and_its_builders() {
    let builder = signed("http://127.0.0.1:1");
    assert_redacted(&builder);
    let client = builder.build().expect("the settings are right");
    assert_redacted(&client);

    let call = client
        .resend_code()
        .x_fingerprint(FINGERPRINT)
        .body_map(|body| body.phone(PHONE));
    assert_redacted(&call);
    let call = client
        .resend_code()
        .body(types::ResendCodeRequest::builder().phone(PHONE));
    assert_redacted(&call);
}

#[test]
fn types_that_the_document_marks() {
    let builder = types::ResendCodeRequest::builder().phone(PHONE);
    assert_redacted(&builder);
    let request = types::ResendCodeRequest::try_from(builder).expect("it is whole");
    assert_redacted(&request);

    let builder = types::ErrorBody::builder()
        .error("COMMON".to_owned())
        .message(PHONE.to_owned())
        .original_message(PHONE.to_owned())
        .error_stack_trace(PHONE.to_owned());
    assert_redacted(&builder);
    let error = types::ErrorBody::try_from(builder).expect("it is whole");
    assert_redacted(&error);
    // What a person needs to find the cause is still there.
    assert!(format!("{error:?}").contains("COMMON"));
}

/// A caller's own type, whose conversion says what it could not convert.
struct Typed(&'static str);

impl TryFrom<Typed> for String {
    type Error = String;

    fn try_from(value: Typed) -> Result<Self, String> {
        Err(format!("{} is no phone number", value.0))
    }
}

#[tokio::test]
async fn errors_of_a_callers_conversion() {
    let client = signed("http://127.0.0.1:1")
        .build()
        .expect("the settings are right");
    let call = client.resend_code().x_fingerprint(FINGERPRINT);
    let call = call.body_map(|body| body.phone(Typed(PHONE)));
    assert_redacted(&call);
    let texts = crate::support::all_texts(&call.send().await.expect_err("it is no phone number"));
    assert!(!texts.contains(PHONE), "{texts}");
    assert!(
        texts.contains("converting supplied value for phone"),
        "{texts}"
    );
}

#[test]
fn signing() {
    let builder = Signer::builder()
        .shared_secret(SHARED_SECRET)
        .seed_string(SEED_STRING);
    assert_redacted(&builder);
    let signer = signer();
    assert_redacted(&signer);
    assert_redacted(&SigningMiddleware::new(signer.clone()));
    let parts = Parts::new(FINGERPRINT, PHONE).password(PASSWORD);
    assert_redacted(&parts);
    let tag = signer.tag(&parts).expect("it is signed");
    let debug = format!("{tag:?}");
    assert_eq!(debug, "Tag([REDACTED])");
}

/// Keeps what a logging middleware would print.
struct Log(std::sync::mpsc::Sender<String>);

impl Middleware for Log {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), BoxError> {
        self.0.send(format!("{call:?} {request:?}"))?;
        Ok(())
    }
}

#[tokio::test]
async fn request_in_a_log() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let (sender, log) = std::sync::mpsc::channel();
    let client = unsigned(&server.base_url)
        .middleware(SigningMiddleware::new(signer()))
        .middleware(Log(sender));
    resend(client).await.expect("it is answered");
    let line = log.recv().expect("a line was logged");
    for secret in [PHONE, FINGERPRINT, MERCHANT_ID, crate::support::SIGNATURE] {
        assert!(!line.contains(secret), "{line}");
    }
    // The marker of reqwest's own `Debug`.
    for header in ["x-fingerprint", "x-merchant-id", "x-signature"] {
        assert!(line.contains(&format!("\"{header}\": Sensitive")), "{line}");
    }
}

#[test]
fn base_url_with_a_password_is_refused_unseen() {
    let builder =
        Client::builder(format!("https://someone:{PASSWORD}@vault.example")).merchant_id("1");
    assert_redacted(&builder);
    let error = builder.build().expect_err("it has a password");
    assert!(!crate::support::all_texts(&error).contains(PASSWORD));
}
