//! The page to try the API in.

use std::sync::{Arc, Mutex};

use vault_api::reqwest::{Method, RequestBuilder, StatusCode};
use vault_api_sandbox::Sandbox;

use super::{BODY, PATH, http};
use crate::spec::TEXT;
use crate::support::{FINGERPRINT, SIGNATURE, signer};

async fn sandbox() -> Sandbox {
    Sandbox::builder(signer()).page().start().await.expect("a sandbox")
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
        (status, response.json::<serde_json::Value>().await.expect("it is json"))
    };
    let (status, signed) = answer(json(asked(PATH))).await;
    assert_eq!(status, 200);
    assert_eq!(signed["header"], "X-Signature");
    assert_eq!(signed["signature"], SIGNATURE);
    assert_eq!(signed["message"], "ijkl1234444+447871234567");

    assert_eq!(answer(json(asked("/elsewhere"))).await, (202, serde_json::json!({})));
    // A page from elsewhere can send text only, and has another host.
    let other_host = json(asked(PATH)).header("Host", "vault.example");
    for refused in [asked(PATH), other_host] {
        let (status, answer) = answer(refused).await;
        assert_eq!(status, 403);
        assert!(answer["problem"].as_str().is_some_and(|it| it.contains("on this machine")));
    }
    let unsignable = serde_json::json!({
        "method": "POST", "url": format!("{url}{PATH}"), "headers": {}, "body": r#"{"phone":"none"}"#,
    });
    let request = http().post(format!("{url}/_sandbox/sign")).body(unsignable.to_string());
    let (status, answer) = answer(json(request)).await;
    assert_eq!(status, 400);
    assert!(answer["problem"].is_string(), "{answer}");
}

#[tokio::test]
async fn other_methods_are_told_and_a_line_is_logged() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&lines);
    let builder = Sandbox::builder(signer()).page();
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
    let builder = Sandbox::builder(signer()).page();
    let builder = builder.listen(([0, 0, 0, 0], 0));
    let sandbox = builder.start().await.expect("a sandbox");
    let url = sandbox.base_url();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(file(&url, "/openapi.yaml").await.2, TEXT);
}
