//! What the sandbox says of wrong requests, and keeps of all.

use vault_api::reqwest::{Method, RequestBuilder, StatusCode};
use vault_api::types::{ErrorBody, ResendCodeRequest};
use vault_api_sandbox::{BODY_LIMIT, HEADER_LIMIT, KEPT_BYTES, REQUEST_LIMIT, Request, Sandbox};

use super::{BODY, PATH, http, right, said, set, unsigned};
use crate::support::{FINGERPRINT, MERCHANT_ID, PHONE, SIGNATURE, signer};

#[tokio::test]
async fn each_wrong_request_is_told_what_is_wrong() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let url = sandbox.base_url();
    let bare = || http().post(format!("{url}{PATH}")).header("X-Signature", SIGNATURE).body(BODY);
    let with_body = |body: &'static str| right(&url).body(body);
    let rows: Vec<(&str, RequestBuilder)> = vec![
        ("another path", http().post(format!("{url}/v2/mobile/phone"))),
        ("another method", http().request(Method::DELETE, format!("{url}{PATH}"))),
        ("no header", bare()),
        ("no merchant id", bare().header("X-Fingerprint", FINGERPRINT)),
        ("an empty merchant id", bare().header("X-Merchant-ID", "")),
        ("two merchant ids", right(&url).header("X-Merchant-ID", MERCHANT_ID)),
        ("no fingerprint", bare().header("X-Merchant-ID", MERCHANT_ID)),
        ("two fingerprints", right(&url).header("X-Fingerprint", FINGERPRINT)),
        ("no signature", unsigned(&url).body(BODY)),
        ("a wrong signature", unsigned(&url).header("X-Signature", "00").body(BODY)),
        ("the signature of another body", with_body(r#"{"phone":"+447871234568"}"#)),
        ("no content type", bare().header("X-Fingerprint", "1").header("X-Merchant-ID", "1")),
        ("plain text", set(right(&url), "content-type", "text/plain")),
        ("gzip", right(&url).header("Content-Encoding", "gzip")),
        ("no body", with_body("")),
        ("not json", with_body("phone=1")),
        ("an array", with_body("[]")),
        ("no phone", with_body("{}")),
        ("a number as phone", with_body(r#"{"phone":447871234567}"#)),
        ("null as phone", with_body(r#"{"phone":null}"#)),
        ("no digit", with_body(r#"{"phone":"none"}"#)),
        ("an unknown example", right(&url).header("Prefer", "example=nothing")),
        ("an unknown status", right(&url).header("Prefer", "code=418")),
    ];
    let mut report = String::new();
    for (name, request) in rows {
        let response = request.send().await.expect("it is answered");
        let allow = response.headers().get("allow").cloned();
        let allow = allow.map(|allow| format!(" (allow: {allow:?})")).unwrap_or_default();
        report.push_str(&format!("{name}{allow}\n  {}\n", said(response).await));
    }
    insta::assert_snapshot!(report.trim_end());
}

#[tokio::test]
async fn refusal_is_the_documents_error_body_and_none_of_its_known_errors() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let response = unsigned(&sandbox.base_url()).body(BODY).send().await.expect("it is answered");
    let body: ErrorBody = response.json().await.expect("it is the error body");
    assert_eq!(body.system_id.as_deref(), Some("sandbox"));
    assert!(!body.is_internal() && !body.is_rate_limited() && !body.is_customer_not_found());
}

#[tokio::test]
async fn signature_is_optional_where_the_document_says_so() {
    for (builder, wrong) in [
        (Sandbox::builder(signer()).optional_signature(), StatusCode::BAD_REQUEST),
        (Sandbox::unsigned(), StatusCode::OK),
    ] {
        let builder = builder.resend_window(std::time::Duration::ZERO);
        let sandbox = builder.start().await.expect("a sandbox");
        let status = async |request: RequestBuilder| {
            request.body(BODY).send().await.expect("it is answered").status()
        };
        let request = || unsigned(&sandbox.base_url());
        assert_eq!(status(request()).await, StatusCode::OK);
        // The vendor's own sample has it empty.
        assert_eq!(status(request().header("X-Signature", "")).await, StatusCode::OK);
        assert_eq!(status(request().header("X-Signature", SIGNATURE)).await, StatusCode::OK);
        assert_eq!(status(request().header("X-Signature", "00")).await, wrong);
    }
}

#[tokio::test]
async fn requests_are_kept_and_can_be_read() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let url = sandbox.base_url();
    right(&url).query(&[("a", "b")]).send().await.expect("it is answered");
    http().get(format!("{url}/elsewhere")).send().await.expect("it is answered");
    let requests = sandbox.requests();
    let [first, second] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((first.operation(), first.status()), (Some("resend_code"), Some(200)));
    assert_eq!((first.method(), first.path(), first.query()), ("POST", PATH, Some("a=b")));
    assert_eq!(first.header("x-merchant-id"), Some(MERCHANT_ID));
    assert_eq!(first.body(), BODY.as_bytes());
    assert_eq!(first.json().expect("it is json")["phone"], PHONE);
    let body: ResendCodeRequest = first.parse().expect("it is of the type");
    assert_eq!(body.phone, PHONE);
    assert_eq!((second.operation(), second.status()), (None, Some(404)));
    assert!(!format!("{requests:?}").contains("447871234567"));
}

/// A test that sends much, or somebody who does, does not fill the memory.
#[tokio::test]
async fn requests_are_kept_as_far_as_they_fit() {
    let sandbox = Sandbox::unsigned().start().await.expect("a sandbox");
    let url = sandbox.base_url();
    let client = http();
    let (body, header) = ("x".repeat(BODY_LIMIT), "x".repeat(HEADER_LIMIT / 2));
    let count = 2 * KEPT_BYTES / (BODY_LIMIT + header.len());
    for number in 0..count {
        let request = client.post(format!("{url}/{number}")).header("x-long", &header);
        request.body(body.clone()).send().await.expect("it is answered");
    }
    let requests = sandbox.requests();
    let size = |request: &Request| request.body().len() + header.len();
    let kept: usize = requests.iter().map(size).sum();
    assert!(kept <= KEPT_BYTES && kept > KEPT_BYTES - 2 * size(&requests[0]), "{kept}");
    assert_eq!(requests.last().map(Request::path), Some(&*format!("/{}", count - 1)));

    for _ in 0..=REQUEST_LIMIT {
        client.get(&url).send().await.expect("it is answered");
    }
    let requests = sandbox.requests();
    assert_eq!(requests.len(), REQUEST_LIMIT);
    assert!(requests.iter().all(|request| request.path() == "/"));
}
