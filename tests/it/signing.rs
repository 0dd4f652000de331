//! The signing middleware, on requests that it should and should not sign.

use std::time::Duration;

use vault_api::reqwest::header::HeaderValue;
use vault_api::reqwest::{Body, Client as Http, Request, Url};
use vault_api::types::ResendCodeRequest;
use vault_api::{Call, Error, Middleware, OPERATIONS, Operation, Refusal};
use vault_api_sandbox::Sandbox;
use vault_api_sign::{Encoding, PhoneError, RequestError, Signer, SigningMiddleware};

use crate::support::{
    FINGERPRINT, SEED_STRING, SHARED_SECRET, SIGNATURE, resend, signed, signer, unsigned,
    with_credentials,
};

const BASE_URL: &str = "https://vault.example";
/// The body that the client sends with the values of the vendor's page.
const BODY: &str = r#"{"phone":"+447871234567"}"#;

fn operation() -> &'static Operation {
    OPERATIONS
        .iter()
        .find(|operation| operation.id == "resend_code")
        .expect("it is in the document")
}

fn request(body: impl Into<Body>) -> Request {
    let url = format!("{BASE_URL}{}", operation().path);
    let request = Http::new().post(url).header("X-Fingerprint", FINGERPRINT).body(body);
    request.build().expect("the request is right")
}

fn apply(request: &mut Request) -> Result<(), RequestError> {
    let base_url = Url::parse(BASE_URL).expect("it is a URL");
    let call = Call::new(operation(), &base_url);
    SigningMiddleware::new(signer()).apply(&call, request).map_err(refused)
}

/// The error that a refusal is made of. What the caller got wrong comes without the request around it.
fn refused(refusal: Refusal) -> RequestError {
    let source = refusal.into_source();
    match source.downcast_ref::<PhoneError>() {
        Some(error) => RequestError::Phone(*error),
        None => *source.downcast().expect("it is the middleware's"),
    }
}

/// The signature was made by `openssl dgst -sha256 -hmac` and by Python's `hmac`, over the message
/// `ijkl1234444+447871234567`: the digits add up to 58, so the seed starts at 8.
#[test]
fn request_gets_the_signature_that_other_tools_compute() {
    let mut request = request(BODY);
    apply(&mut request).expect("it is signed");
    let header = &request.headers()["x-signature"];
    assert_eq!(header, SIGNATURE);
    assert!(header.is_sensitive());
}

#[test]
fn signature_replaces_another() {
    let mut request = request(BODY);
    for _ in 0..2 {
        request.headers_mut().append("X-Signature", HeaderValue::from_static("stale"));
    }
    apply(&mut request).expect("it is signed");
    let signatures: Vec<_> = request.headers().get_all("x-signature").iter().collect();
    assert_eq!(signatures, [SIGNATURE]);
}

#[test]
fn phone_is_read_as_json() {
    let spellings = [
        r#"{"phone":"\u002b447871234567"}"#,
        r#" { "other" : {"phone":"1"}, "phone" : "+447871234567" } "#,
    ];
    for body in spellings {
        let mut request = request(body);
        apply(&mut request).expect("it is signed");
        assert_eq!(request.headers()["x-signature"], SIGNATURE, "{body}");
    }
}

#[test]
fn errors_are_typed_and_leave_the_request_as_it_was() {
    let twice = |mut request: Request| {
        request.headers_mut().append("X-Fingerprint", HeaderValue::from_static("2"));
        request
    };
    let without_fingerprint = |mut request: Request| {
        request.headers_mut().remove("X-Fingerprint");
        request
    };
    let padded = |fingerprint| {
        let mut request = request(BODY);
        let value = HeaderValue::from_static(fingerprint);
        request.headers_mut().insert("X-Fingerprint", value);
        request
    };
    let elsewhere = |mut request: Request| {
        *request.url_mut() = Url::parse("https://vault.example:444/").expect("it is a URL");
        request
    };
    let without_body = |mut request: Request| {
        *request.body_mut() = None;
        request
    };
    let stream = Body::wrap(http_body_of_unknown_length());
    let rows = [
        (without_body(request("")), RequestError::NoBody),
        (request(stream), RequestError::BodyNotInMemory),
        (request("phone=1"), RequestError::BodyNotObject),
        (request("{\"phone\":\"1\"} x"), RequestError::BodyNotObject),
        (request(b"{\n \"phone\": \"\xff1\"}".as_slice()), RequestError::BodyNotObject),
        (request(r#"["+447871234567"]"#), RequestError::BodyNotObject),
        (
            request(format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200))),
            RequestError::BodyNotObject,
        ),
        (
            request(format!("{{\"phone\":\"1\",\"a\":\"{}\"}}", "x".repeat(1024 * 1024))),
            RequestError::BodyTooLarge,
        ),
        (request("{}"), RequestError::NoPhone),
        (request(r#"{"phone":447871234567}"#), RequestError::FieldNotText { field: "phone" }),
        (
            request(r#"{"phone":"1","password":null}"#),
            RequestError::FieldNotText { field: "password" },
        ),
        (request(r#"{"phone":"1","phone":"1"}"#), RequestError::FieldTwice { field: "phone" }),
        (request(r#"{"phone":"+"}"#), RequestError::Phone(PhoneError::NoDigit)),
        (request(r#"{"phone":""}"#), RequestError::Phone(PhoneError::NoDigit)),
        (request(r#"{"phone":"4 4"}"#), RequestError::Phone(PhoneError::WhiteSpace)),
        (request(r#"{"phone":"٤٤"}"#), RequestError::Phone(PhoneError::ForeignDigit)),
        (without_fingerprint(request(BODY)), RequestError::NoFingerprint),
        (twice(request(BODY)), RequestError::FingerprintTwice),
        (padded(""), RequestError::FingerprintChanges),
        (padded(" 1234444"), RequestError::FingerprintChanges),
        (padded("1234444\t"), RequestError::FingerprintChanges),
        (elsewhere(request(BODY)), RequestError::OtherOrigin),
    ];
    for (mut request, expected) in rows {
        request.headers_mut().insert("X-Signature", HeaderValue::from_static("as it was"));
        let before = (request.url().clone(), request.headers().clone(), bytes(&request));
        assert_eq!(apply(&mut request), Err(expected));
        let after = (request.url().clone(), request.headers().clone(), bytes(&request));
        assert_eq!(before, after, "{expected:?}");
    }
}

fn bytes(request: &Request) -> Option<Vec<u8>> {
    request.body().and_then(Body::as_bytes).map(<[u8]>::to_vec)
}

/// A body that is not in memory.
fn http_body_of_unknown_length() -> Body {
    Body::wrap(String::from(BODY))
}

#[test]
fn operations_without_the_scheme_are_left_alone() {
    // The table is made from the document; an operation that is not signed is one that does not list it.
    let mut unsigned = *operation();
    unsigned.security = &[];
    let base_url = Url::parse(BASE_URL).expect("it is a URL");
    let mut request = request("not even json");
    SigningMiddleware::new(signer())
        .apply(&Call::new(&unsigned, &base_url), &mut request)
        .expect("there is nothing to do");
    assert!(!request.headers().contains_key("x-signature"));
}

#[tokio::test]
async fn signing_error_reaches_the_caller_with_its_type() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let client = signed(&sandbox.base_url()).build().expect("the settings are right");
    let call = client.resend_code("1", ResendCodeRequest::new("none"));
    let error = call.send().await.expect_err("there is no digit");
    let Error::InvalidRequest(invalid) = &error else {
        panic!("{error:?}");
    };
    assert!(error.is_caller_error());
    assert_eq!(invalid.parameter(), "phone");
    let source = std::error::Error::source(invalid).expect("a reason");
    assert_eq!(source.downcast_ref(), Some(&PhoneError::NoDigit));
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn sandbox_checks_what_the_document_asks_for() {
    let base64 = Signer::builder()
        .shared_secret(SHARED_SECRET)
        .seed_string(SEED_STRING)
        .seed_length(4)
        .encoding(Encoding::Base64)
        .build()
        .expect("the values are right");
    let other = Signer::builder()
        .shared_secret("another secret")
        .seed_string(SEED_STRING)
        .seed_length(4)
        .build()
        .expect("the values are right");

    let builder = Sandbox::builder(signer()).resend_window(Duration::ZERO);
    let sandbox = builder.start().await.expect("a sandbox");
    let url = sandbox.base_url();
    let field = async |client| {
        let failure = resend(client).await.expect_err("it is rejected");
        failure.body().and_then(|body| body.field.clone())
    };
    assert!(resend(signed(&url)).await.is_ok());
    assert_eq!(field(unsigned(&url)).await.as_deref(), Some("X-Signature"));
    let with = |signer| with_credentials(&url).middleware(SigningMiddleware::new(signer));
    assert_eq!(field(with(other)).await.as_deref(), Some("X-Signature"));
    assert!(resend(with(base64)).await.is_ok());
}
