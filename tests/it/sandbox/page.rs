//! The page to try the API in.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use vault_api::reqwest::{Method, RequestBuilder, StatusCode};
use vault_api_sandbox::Sandbox;
use vault_api_sign::{Parts, Signer};

use super::{BODY, PATH, http};
use crate::spec::TEXT;
use crate::support::{FINGERPRINT, PHONE, SEED_STRING, SIGNATURE, signer};

async fn sandbox() -> Sandbox {
    Sandbox::builder(signer()).page(signer()).start().await.expect("a sandbox")
}

async fn file(url: &str, path: &str) -> (StatusCode, String, String) {
    let response = http().get(format!("{url}{path}")).send().await.expect("it is answered");
    let media_type = response.headers()["content-type"].to_str().expect("text").to_owned();
    (response.status(), media_type, response.text().await.expect("a text"))
}

#[tokio::test]
async fn page_and_document_are_served() {
    let sandbox = sandbox().await;
    let url = sandbox.base_url();
    let (_, media_type, index) = file(&url, "/").await;
    assert_eq!(media_type, "text/html; charset=utf-8");
    // Everything that the page asks for is here, and nothing is elsewhere.
    let mut files = 0;
    for part in index.split("=\"/").skip(1) {
        let path = part.split('"').next().unwrap_or_default();
        let (status, _, text) = file(&url, &format!("/{path}")).await;
        assert!(status.is_success() && text.len() > 500, "{path}");
        files += 1;
    }
    assert_eq!(files, 3);
    assert!(!index.contains("//"), "{index}");
    assert_eq!(file(&url, "/openapi.yaml").await.2, TEXT);
    // Each name of the menu is one that a request can ask for.
    let names: Vec<String> =
        serde_json::from_str(&file(&url, "/_sandbox/answers.json").await.2).expect("a list");
    assert!(names.len() > 1, "{names:?}");
    for name in names {
        sandbox.answer(name).expect("the document has it");
    }
    // The document does not have it.
    assert!(sandbox.requests().is_empty());

    let without = Sandbox::builder(signer()).start().await.expect("a sandbox");
    assert_eq!(file(&without.base_url(), "/").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sandbox_signs_what_its_page_sends_and_nothing_else() {
    let sandbox = sandbox().await;
    let url = sandbox.base_url();
    let asked = |path: &str| {
        let request = serde_json::json!({
            "method": "POST",
            "url": format!("{url}{path}"),
            "headers": { "x-fingerprint": FINGERPRINT },
            "body": BODY,
        });
        http().post(format!("{url}/_sandbox/sign")).body(request.to_string())
    };
    let json = |request: RequestBuilder| request.header("Content-Type", "application/json");
    let answer = async |request: RequestBuilder| {
        let response = request.send().await.expect("it is answered");
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.expect("it is json"))
    };
    let (status, signed) = answer(json(asked(PATH))).await;
    assert_eq!(status, 200);
    assert_eq!(signed["header"], "X-Signature");
    assert_eq!(signed["signature"], SIGNATURE);
    assert_eq!(signed["message"], "ijkl1234444+447871234567");

    assert_eq!(answer(json(asked("/elsewhere"))).await, (202, serde_json::json!({})));
    // What a browser sends for the page itself.
    let own = json(asked(PATH)).header("Origin", &url).header("Sec-Fetch-Site", "same-origin");
    assert_eq!(answer(own).await.0, 200);
    // A page from elsewhere can send text only, has another host, and a browser says whose it is.
    let port = url.rsplit(':').next().expect("a port");
    let with = |name: &str, value: &str| json(asked(PATH)).header(name, value);
    for refused in [
        asked(PATH),
        with("Host", "vault.example"),
        with("Host", &format!("localhost:{port}@evil.example")),
        with("Host", &format!("evil.example@localhost:{port}")),
        with("Origin", "http://evil.example"),
        with("Origin", "null"),
        with("Origin", &format!("https://127.0.0.1:{port}")),
        with("Origin", "http://127.0.0.1:1"),
        with("Origin", &url).header("Origin", &url),
        with("Sec-Fetch-Site", "cross-site"),
        with("Sec-Fetch-Site", "same-site"),
        with("Sec-Fetch-Site", "none"),
    ] {
        let shown = format!("{refused:?}");
        let (status, answer) = answer(refused).await;
        assert_eq!(status, 403, "{shown}");
        assert!(answer["problem"].as_str().is_some_and(|it| it.contains("on this machine")));
        assert_eq!(answer.as_object().map(|answer| answer.len()), Some(1), "{answer}");
    }
}

#[tokio::test]
async fn page_says_why_a_request_is_not_signed() {
    let sandbox = sandbox().await;
    let url = sandbox.base_url();
    let problem = async |headers: Value, body: &str| {
        let asked = serde_json::json!({
            "method": "POST", "url": format!("{url}{PATH}"), "headers": headers, "body": body,
        });
        let request = http().post(format!("{url}/_sandbox/sign")).json(&asked);
        let response = request.send().await.expect("it is answered");
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let answer: Value = response.json().await.expect("it is json");
        answer["problem"].as_str().expect("a text").to_owned()
    };
    let device = || serde_json::json!({ "X-Fingerprint": FINGERPRINT });
    for (body, expected) in [
        ("", "the body is empty: give one with a `phone`"),
        (" \n", "the body is empty: give one with a `phone`"),
        ("{phone", "the body is not JSON"),
        ("[]", "the body is not a JSON object"),
        ("{}", "the body has no `phone`"),
        (r#"{"fone":"1"}"#, "the body has no `phone`"),
        (r#"{"phone":1}"#, "the body's `phone` is not a text"),
        (r#"{"phone":"none"}"#, "the phone number has no digit: give one that has"),
        (r#"{"phone":""}"#, "the phone number has no digit: give one that has"),
    ] {
        assert_eq!(problem(device(), body).await, expected, "{body}");
    }
    for headers in [serde_json::json!({}), serde_json::json!({ "X-Fingerprint": "" }), Value::Null]
    {
        let expected = "the header `X-Fingerprint` is missing or empty";
        assert_eq!(problem(headers, BODY).await, expected);
    }
    let request = http().post(format!("{url}/_sandbox/sign")).json(&serde_json::json!({}));
    let response = request.send().await.expect("it is answered");
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

/// The page signs with the key that it was given, and not with that of the sandbox.
#[tokio::test]
async fn page_has_a_key_of_its_own() {
    let builder = Signer::builder().shared_secret("for tests").seed_string(SEED_STRING);
    let own = builder.seed_length(4).build().expect("the values are right");
    let expected = own.sign(&Parts::new(FINGERPRINT, PHONE)).expect("it is signed");
    let sandbox = Sandbox::builder(signer()).page(own).start().await.expect("a sandbox");
    let url = sandbox.base_url();
    let asked = serde_json::json!({
        "method": "POST", "url": format!("{url}{PATH}"),
        "headers": { "X-Fingerprint": FINGERPRINT }, "body": BODY,
    });
    let request = http().post(format!("{url}/_sandbox/sign")).json(&asked);
    let answer: Value = request.send().await.expect("it is answered").json().await.expect("json");
    assert_eq!(answer["signature"], expected);
}

#[tokio::test]
async fn page_is_in_no_frame() {
    let response = http().get(sandbox().await.base_url()).send().await;
    let response = response.expect("it is answered");
    let policy = response.headers()["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'self'"));
}

#[tokio::test]
async fn other_methods_are_told_and_a_line_is_logged() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&lines);
    let builder = Sandbox::builder(signer()).page(signer());
    let builder = builder.log(move |line| log.lock().expect("no panic").push(line.to_owned()));
    let sandbox = builder.start().await.expect("a sandbox");
    for (method, path, status) in [
        (Method::HEAD, "/", 200),
        (Method::POST, "/", 405),
        (Method::DELETE, "/openapi.yaml", 405),
        (Method::GET, "/_sandbox/sign", 405),
    ] {
        let request = http().request(method.clone(), format!("{}{path}", sandbox.base_url()));
        let response = request.send().await.expect("it is answered");
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers().contains_key("allow"), status == 405, "{path}");
        let line = lines.lock().expect("no panic").pop();
        assert_eq!(line, Some(format!("{method} {path} {status}")));
    }
}

#[tokio::test]
async fn all_addresses_are_called_by_this_machines() {
    let builder = Sandbox::builder(signer()).page(signer());
    let builder = builder.listen(([0, 0, 0, 0], 0));
    let sandbox = builder.start().await.expect("a sandbox");
    let url = sandbox.base_url();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(file(&url, "/openapi.yaml").await.2, TEXT);
}
