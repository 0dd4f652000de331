//! The page to try the API in.

use vault_api::reqwest::{RequestBuilder, StatusCode};
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

    let nothing = serde_json::json!({});
    assert_eq!(answer(json(asked("/elsewhere"))).await, (202, nothing.clone()));
    // A page from elsewhere can send text only, and has another host.
    assert_eq!(answer(asked(PATH)).await, (403, nothing.clone()));
    let other_host = json(asked(PATH)).header("Host", "vault.example");
    assert_eq!(answer(other_host).await, (403, nothing));
}
