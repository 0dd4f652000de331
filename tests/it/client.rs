//! The builder of the client, and what a middleware can do.

use std::fmt;
use std::sync::{Arc, Mutex};

use vault_api::reqwest::Request;
use vault_api::reqwest::header::HeaderValue;
use vault_api::{BoxError, BuildError, Call, Client, Failure, Middleware, SANDBOX_URL};
use vault_api_tests::Sandbox;

use crate::raw_server::{RawServer, json};
use crate::support::{MERCHANT_ID, chain, resend, signed, signer, unsigned};

fn build(base_url: &str) -> Result<Client, BuildError> {
    Client::builder(base_url).merchant_id(MERCHANT_ID).build()
}

#[test]
fn base_urls_that_keep_credentials_safe() {
    for base_url in [
        SANDBOX_URL,
        "https://vault.example/stem",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://localhost:8080",
    ] {
        assert!(build(base_url).is_ok(), "{base_url}");
    }
}

#[test]
fn other_base_urls_are_refused() {
    let mut report = String::new();
    for base_url in [
        "",
        "vault.example",
        "ftp://vault.example",
        "data:text/plain,vault",
        "https://someone:word@vault.example",
        "https://vault.example/?a=b",
        "http://vault.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://127.0.0.1.example",
    ] {
        let error = build(base_url).expect_err("it is refused");
        report.push_str(&format!("{base_url:?}\n{}\n\n", chain(&error)));
    }
    insta::assert_snapshot!(report.trim_end());
}

#[test]
fn http_can_be_asked_for_by_name() {
    let builder = Client::builder("http://vault.example").merchant_id(MERCHANT_ID);
    assert!(builder.allow_insecure_http().build().is_ok());
}

#[test]
fn merchant_id_is_needed() {
    let missing = Client::builder(SANDBOX_URL).build();
    assert!(matches!(missing, Err(BuildError::MissingMerchantId)));
    let empty = Client::builder(SANDBOX_URL).merchant_id(" ").build();
    assert!(matches!(empty, Err(BuildError::MissingMerchantId)));
    let broken = Client::builder(SANDBOX_URL).merchant_id("a\nb").build();
    assert!(matches!(broken, Err(BuildError::InvalidMerchantId)));
}

#[test]
fn configuration_that_reqwest_refuses_is_an_error() {
    let builder = Client::builder(SANDBOX_URL)
        .merchant_id(MERCHANT_ID)
        .user_agent("a\nb");
    assert!(matches!(builder.build(), Err(BuildError::Http(_))));
}

#[tokio::test]
async fn missing_values_are_an_invalid_request() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let client = signed(&sandbox.base_url())
        .build()
        .expect("the settings are right");
    let no_fingerprint = client
        .resend_code()
        .body_map(|body| body.phone("1"))
        .send()
        .await;
    let no_phone = client.resend_code().x_fingerprint("1").send().await;
    let broken_header = client
        .resend_code()
        .x_fingerprint("a\nb")
        .body_map(|body| body.phone("1"));
    let broken_header = broken_header.send().await;

    let mut report = String::new();
    for answer in [no_fingerprint, no_phone, broken_header] {
        let failure = answer.expect_err("something is missing");
        assert!(matches!(failure, Failure::InvalidRequest(_)) && !failure.may_have_been_sent());
        report.push_str(&format!("{}\n", chain(&failure)));
    }
    assert_eq!(sandbox.requests(), 0);
    insta::assert_snapshot!(report.trim_end());
}

/// Notes what it is told, and sets a header.
struct Witness(Arc<Mutex<Vec<String>>>, &'static str);

impl Middleware for Witness {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), BoxError> {
        let Self(notes, name) = self;
        let mut headers: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
        headers.sort_unstable();
        let note = format!(
            "{name}: {} {} {}, headers {headers:?}",
            call.operation.id, call.operation.method, call.operation.path
        );
        notes.lock().expect("no other thread panicked").push(note);
        request
            .headers_mut()
            .insert("x-trace", HeaderValue::from_static(name));
        Ok(())
    }
}

#[tokio::test]
async fn middleware_run_in_order_on_the_finished_request() {
    let notes = Arc::default();
    let server = RawServer::answering(json("200 OK", "{}"));
    let client = unsigned(&server.base_url)
        .middleware(Witness(Arc::clone(&notes), "first"))
        .middleware(Witness(Arc::clone(&notes), "second"));
    resend(client).await.expect("it is answered");
    let request = String::from_utf8(server.request()).expect("the request is text");
    assert!(
        request.contains("x-trace: second\r\n") && !request.contains("first"),
        "{request}"
    );
    insta::assert_snapshot!(notes.lock().expect("no other thread panicked").join("\n"));
}

#[derive(Debug, PartialEq)]
struct Closed(u8);

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gate {} is closed", self.0)
    }
}

impl std::error::Error for Closed {}

impl Middleware for Closed {
    fn apply(&self, _: &Call<'_>, _: &mut Request) -> Result<(), BoxError> {
        Err(Box::new(Self(self.0)))
    }
}

#[tokio::test]
async fn error_of_a_middleware_arrives_with_its_type_and_nothing_is_sent() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let failure = resend(signed(&sandbox.base_url()).middleware(Closed(7)))
        .await
        .expect_err("the gate is closed");
    let Failure::Middleware(source) = &failure else {
        panic!("{failure:?}");
    };
    assert_eq!(source.downcast_ref::<Closed>(), Some(&Closed(7)));
    assert!(!failure.may_have_been_sent());
    assert_eq!(sandbox.requests(), 0);
    insta::assert_snapshot!(chain(&failure));
}

#[tokio::test]
async fn calls_at_the_same_time_do_not_mix() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let good = signed(&sandbox.base_url());
    let bad = signed(&sandbox.base_url()).middleware(Closed(1));
    let (good, bad) = tokio::join!(resend(good), resend(bad));
    assert!(good.is_ok(), "{good:?}");
    assert!(matches!(bad, Err(Failure::Middleware(_))), "{bad:?}");
}

#[tokio::test]
async fn call_can_be_spawned() {
    fn is_send(_: &impl Send) {}
    let call = resend(signed(SANDBOX_URL));
    is_send(&call);
}
