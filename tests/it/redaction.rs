//! Nothing secret or personal shows, and where something was left out it says so.

use std::fmt::Debug;

use vault_api::reqwest::Request;
use vault_api::{Call, Client, Middleware, Refusal, types};
use vault_api_sign::{Parts, Signer, SigningMiddleware};

use crate::raw_server::{RawServer, json};
use crate::support::{
    FINGERPRINT, MERCHANT_ID, PHONE, SEED_STRING, SHARED_SECRET, resend, signed, signer,
};

const PASSWORD: &str = "correct-password";

/// Asserts that neither form of `Debug` shows a secret, and that both show the marker.
fn assert_redacted(value: &dyn Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        for secret in [PHONE, FINGERPRINT, MERCHANT_ID, SHARED_SECRET, SEED_STRING, PASSWORD] {
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

    let request = client.resend_code(FINGERPRINT, types::ResendCodeRequest::new(PHONE));
    assert_redacted(&request.header("authorization", PASSWORD));
}

#[test]
fn types_that_the_document_marks() {
    assert_redacted(&types::ResendCodeRequest::new(PHONE));
}

/// What a server wrote is not shown, marked or not, except for what the document names.
#[test]
fn types_that_a_server_fills() {
    let error = types::ErrorBody::new()
        .error(PHONE)
        .error_id(447871234567)
        .field(PHONE)
        .system_id(PHONE)
        .message(PHONE)
        .original_message(PHONE)
        .error_stack_trace(PHONE);
    assert_redacted(&error);
    assert!(!format!("{error:?}").contains("447871234567"));
    assert_redacted(&types::ResendCodeResponse::new().result(PHONE));

    let known = types::ErrorBody::new().error("COMMON").message(PHONE);
    assert_redacted(&known);
    assert!(format!("{known:?}").contains("known: Some(COMMON)"), "{known:?}");
}

#[test]
fn signing() {
    let builder = Signer::builder().shared_secret(SHARED_SECRET).seed_string(SEED_STRING);
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

#[tokio::test]
async fn request_in_a_log() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let (sender, log) = std::sync::mpsc::channel();
    // Behind all others, so that the request is signed when it logs it.
    struct Log<F>(F);
    impl<F: Fn(String) + Send + Sync> Middleware for Log<F> {
        fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
            self.0(format!("{call:?} {request:?}"));
            Ok(())
        }

        fn provides(&self) -> Option<&'static str> {
            Some("a log")
        }
    }
    let client = signed(&server.base_url)
        .middleware(Log(move |line| sender.send(line).expect("somebody reads")));
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
