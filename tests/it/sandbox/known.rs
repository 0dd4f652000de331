//! What is known of the vendor's server besides its document.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vault_api::reqwest::RequestBuilder;
use vault_api_sandbox::{DEFAULT_RESEND_WINDOW, Sandbox, SandboxBuilder};

use super::unsigned;
use crate::support::PHONE;

/// The `error` of a call for a phone, or `ok`.
async fn outcome(sandbox: &Sandbox, phone: &str) -> String {
    let body = serde_json::json!({ "phone": phone }).to_string();
    answer(unsigned(&sandbox.base_url()).body(body)).await
}

async fn answer(request: RequestBuilder) -> String {
    let response = request.send().await.expect("it is answered");
    let body: serde_json::Value = response.json().await.expect("it is json");
    body["error"].as_str().or(body["result"].as_str()).expect("a text").to_owned()
}

/// A sandbox whose time is that of a test, and that time.
async fn with_clock(builder: SandboxBuilder) -> (Sandbox, Arc<Mutex<Instant>>) {
    let now = Arc::new(Mutex::new(Instant::now()));
    let clock = Arc::clone(&now);
    let builder = builder.clock(move || *clock.lock().expect("no panic"));
    (builder.start().await.expect("a sandbox"), now)
}

#[tokio::test]
async fn second_resend_to_a_phone_has_to_wait() {
    let (sandbox, now) = with_clock(Sandbox::unsigned()).await;
    let pass = |time: Duration| *now.lock().expect("no panic") += time;
    let limited = "RATE_LIMIT_SIGNUP_ATTEMPT";
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
    assert_eq!(outcome(&sandbox, PHONE).await, limited);
    assert_eq!(outcome(&sandbox, "+15550000000").await, "ok");
    pass(DEFAULT_RESEND_WINDOW - Duration::from_nanos(1));
    // An attempt in the window does not start another.
    assert_eq!(outcome(&sandbox, PHONE).await, limited);
    pass(Duration::from_nanos(1));
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
    assert_eq!(outcome(&sandbox, PHONE).await, limited);
}

#[tokio::test]
async fn window_can_be_another_or_none() {
    let window = Duration::from_secs(1);
    let (sandbox, now) = with_clock(Sandbox::unsigned().resend_window(window)).await;
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
    *now.lock().expect("no panic") += window;
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");

    let (sandbox, _) = with_clock(Sandbox::unsigned().resend_window(Duration::ZERO)).await;
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
}

#[tokio::test]
async fn phone_that_is_not_registered_is_not_found() {
    let builder = Sandbox::unsigned().phone(PHONE).phone("+15550000000");
    let sandbox = builder.start().await.expect("a sandbox");
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
    assert_eq!(outcome(&sandbox, "+15550000000").await, "ok");
    for _ in 0..2 {
        assert_eq!(outcome(&sandbox, "+15550000001").await, "CUSTOMER_NOT_FOUND_EXCEPTION");
    }
}

/// What a test or a request asks for says nothing about the phone.
#[tokio::test]
async fn chosen_answers_start_no_window() {
    let sandbox = Sandbox::unsigned().answer("ok").start().await.expect("a sandbox");
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
    let body = format!(r#"{{"phone":"{PHONE}"}}"#);
    let request = unsigned(&sandbox.base_url()).header("Prefer", "code=200").body(body);
    assert_eq!(answer(request).await, "ok");
    assert_eq!(outcome(&sandbox, PHONE).await, "ok");
}
