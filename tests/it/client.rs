//! The builder of the client, and the requests that the client's methods return.

use std::time::Duration;

use vault_api::types::ResendCodeRequest;
use vault_api::{BuildError, Client, Error, SANDBOX_URL};
use vault_api_sandbox::Sandbox;

use crate::raw_server::{RawServer, json, wait_for_end};
use crate::support::{FINGERPRINT, MERCHANT_ID, PHONE, all_texts, chain, signed, signer, unsigned};

fn build(base_url: &str) -> Result<Client, BuildError> {
    Client::builder(base_url).merchant_id(MERCHANT_ID).without_signature().build()
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
        "https://someone@vault.example",
        "https://:word@vault.example",
        "https://vault.example/#a",
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
    let builder =
        Client::builder("http://vault.example").merchant_id(MERCHANT_ID).without_signature();
    assert!(builder.allow_insecure_http().build().is_ok());
}

#[test]
fn configuration_that_reqwest_refuses_is_an_error() {
    let builder = Client::builder(SANDBOX_URL)
        .merchant_id(MERCHANT_ID)
        .without_signature()
        .user_agent("a\nb");
    assert!(matches!(builder.build(), Err(BuildError::Http(_))));
}

fn client(base_url: &str) -> Client {
    signed(base_url).build().expect("the settings are valid")
}

fn body() -> ResendCodeRequest {
    ResendCodeRequest::new(PHONE)
}

#[tokio::test]
async fn value_that_cannot_be_sent_is_named_and_not_shown() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let client = client(&sandbox.base_url());
    let secret = "secret\nvalue";
    let requests = [
        client.resend_code(secret, body()),
        client.resend_code(FINGERPRINT, ResendCodeRequest::new(secret)),
        client.resend_code(FINGERPRINT, body()).header("x-trace-id", secret),
        // Name and value are in each other's place, or the name is another's value.
        client.resend_code(FINGERPRINT, body()).header(PHONE, secret),
        client.resend_code(FINGERPRINT, body()).header("X-Merchant-ID", secret),
        client.resend_code(FINGERPRINT, body()).header(secret, "value"),
        client.resend_code(FINGERPRINT, body()).header("X-Fingerprint", "secret"),
        client.resend_code(FINGERPRINT, body()).header("X-Merchant-ID", "secret"),
        client.resend_code(FINGERPRINT, body()).header("content-length", "secret"),
    ];
    let mut report = String::new();
    for request in requests {
        let error = request.send().await.expect_err("the value cannot be sent");
        assert!(error.is_caller_error() && !error.may_have_been_sent());
        let texts = all_texts(&error);
        assert!(!texts.contains("secret") && !texts.contains("447871234567"), "{texts}");
        report.push_str(&format!("{}\n", chain(&error)));
    }
    assert_eq!(sandbox.requests().len(), 0);
    insta::assert_snapshot!(report.trim_end());
}

#[tokio::test]
async fn request_can_be_spawned_as_it_is() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let request = client(&sandbox.base_url()).resend_code(FINGERPRINT, body());
    let response = tokio::spawn(request.send()).await.expect("the task ends");
    assert_eq!(response.expect("it is answered").result.as_deref(), Some("ok"));
}

#[tokio::test]
async fn awaiting_a_request_sends_it() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let response = client(&sandbox.base_url()).resend_code(FINGERPRINT, body()).await;
    assert_eq!(response.expect("it is answered").result.as_deref(), Some("ok"));
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn header_of_a_call_is_sent_with_that_call_only() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let request = client(&server.base_url).resend_code(FINGERPRINT, body());
    let request = request.header("X-Trace-Id", "first").header("x-trace-id", "second");
    request.send().await.expect("it is answered");
    let text = String::from_utf8(server.request()).expect("the request is text");
    assert!(text.contains("x-trace-id: second\r\n") && !text.contains("first"), "{text}");

    let server = RawServer::answering(json("200 OK", "{}"));
    client(&server.base_url).resend_code(FINGERPRINT, body()).send().await.expect("it is answered");
    assert!(!String::from_utf8_lossy(&server.request()).contains("x-trace-id"));
}

#[tokio::test]
async fn time_out_of_a_call_replaces_the_clients() {
    let server = RawServer::start(wait_for_end);
    let request =
        unsigned(&server.base_url).timeout(Duration::MAX).build().expect("the settings are valid");
    let error =
        request.resend_code(FINGERPRINT, body()).timeout(Duration::from_millis(1)).send().await;
    let error = error.expect_err("the server does not respond");
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn https_client_does_not_speak_http() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let base_url = server.base_url.replace("http:", "https:");
    let error = client(&base_url).resend_code(FINGERPRINT, body()).send().await;
    let error = error.expect_err("the server has no TLS");
    assert!(matches!(error, Error::Transport(_)) && error.is_connect(), "{error:?}");
    let first = server.request();
    assert_eq!(
        first.first(),
        Some(&0x16),
        "a TLS handshake starts with this byte (RFC 8446, section 5.1)"
    );
}
