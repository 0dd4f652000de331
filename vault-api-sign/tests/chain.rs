//! The middleware for chains of `reqwest-middleware`.

#![allow(clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use http::{Extensions, HeaderValue, Method, Response};
use reqwest::{Request, Url};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use support::{BODY, BODY_WITH_PASSWORD, FINGERPRINT, SIGNATURE, SIGNATURE_WITH_PASSWORD, signer};
use vault_api_sign::{ChainSigner, PhoneError, RequestError};

const URL: &str = "https://vault.example/v2/mobile/phone/verify/resend";

/// Is at the end of a chain: keeps what would be sent, and answers in the server's place.
#[derive(Clone, Default)]
struct End(Arc<Mutex<Vec<Request>>>);

impl End {
    fn sent(&self) -> Vec<Request> {
        std::mem::take(&mut *self.0.lock().expect("no other thread panicked"))
    }
}

#[async_trait::async_trait]
impl Middleware for End {
    async fn handle(
        &self,
        request: Request,
        _: &mut Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        self.0.lock().expect("no other thread panicked").push(request);
        Ok(Response::new("").into())
    }
}

/// Sends everything twice, as a middleware does that retries.
struct Twice;

#[async_trait::async_trait]
impl Middleware for Twice {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let again = request.try_clone().expect("its body is in memory");
        next.clone().run(request, extensions).await?;
        next.run(again, extensions).await
    }
}

fn url(url: &str) -> Url {
    url.parse().expect("a URL")
}

fn chain(origin: &str, end: &End) -> ClientWithMiddleware {
    ClientBuilder::new(reqwest::Client::new())
        .with(ChainSigner::new(signer(), url(origin)))
        .with(end.clone())
        .build()
}

/// Made by hand, because reqwest's builder refuses URLs that are not of HTTP.
fn request(to: &str, body: impl Into<reqwest::Body>) -> Request {
    let mut request = Request::new(Method::POST, url(to));
    let fingerprint = HeaderValue::from_static(FINGERPRINT);
    request.headers_mut().insert("x-fingerprint", fingerprint);
    *request.body_mut() = Some(body.into());
    request
}

fn refusal(result: reqwest_middleware::Result<reqwest::Response>) -> Option<RequestError> {
    match result.expect_err("it is refused") {
        reqwest_middleware::Error::Middleware(error) => error.downcast_ref().copied(),
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn request_gets_the_signature_of_other_tools() {
    let end = End::default();
    for (body, signature) in [(BODY, SIGNATURE), (BODY_WITH_PASSWORD, SIGNATURE_WITH_PASSWORD)] {
        let chain = chain("https://vault.example", &end);
        let answer = chain.execute(request(URL, body)).await;
        answer.expect("it is answered");
        let [request] = &end.sent()[..] else {
            panic!("one request is sent");
        };
        assert_eq!(request.headers()["x-signature"], signature);
    }
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let end = End::default();
    let chain = ClientBuilder::new(reqwest::Client::new())
        .with(Twice)
        .with(ChainSigner::new(signer(), url("https://vault.example")))
        .with(end.clone())
        .build();
    let mut request = request(URL, BODY);
    for stale in ["stale", "staler"] {
        let stale = HeaderValue::from_static(stale);
        request.headers_mut().append("x-signature", stale);
    }
    chain.execute(request).await.expect("it is answered");
    let sent = end.sent();
    assert_eq!(sent.len(), 2);
    for request in sent {
        let signatures: Vec<&HeaderValue> =
            request.headers().get_all("x-signature").iter().collect();
        assert_eq!(signatures, [SIGNATURE]);
        assert!(signatures[0].is_sensitive());
    }
}

#[tokio::test]
async fn only_requests_to_the_origin_are_signed() {
    let end = End::default();
    let rows = [
        ("https://vault.example", "https://vault.example/", true),
        ("https://vault.example/api/?k=v", URL, true),
        ("https://vault.example", "https://VAULT.example:443/", true),
        ("http://vault.example:80", "http://vault.example/", true),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/", true),
        ("https://vault.example", "https://vault.example:444/", false),
        ("https://vault.example:444", "https://vault.example/", false),
        ("https://vault.example", "http://vault.example/", false),
        ("https://vault.example", "http://vault.example:443/", false),
        ("https://vault.example", "https://vault.example.org/", false),
        ("https://vault.example", "https://vault.example@evil.example/", false),
        ("https://vault.example", "https://evil.example/vault.example", false),
        // The same on both sides, but not of HTTP.
        ("foo:/", "foo:/", false),
        ("file:///", "file:///", false),
        ("data:text/plain,x", "data:text/plain,x", false),
        ("ftp://vault.example", "ftp://vault.example/", false),
    ];
    for (origin, to, is_signed) in rows {
        let result = chain(origin, &end).execute(request(to, BODY)).await;
        let sent = end.sent();
        if is_signed {
            assert!(result.is_ok(), "{origin} {to}");
            assert_eq!(sent[0].headers()["x-signature"], SIGNATURE);
        } else {
            assert_eq!(refusal(result), Some(RequestError::OtherOrigin), "{origin} {to}");
            assert!(sent.is_empty(), "{origin} {to}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_sent() {
    let end = End::default();
    let without_body = |mut request: Request| {
        *request.body_mut() = None;
        request
    };
    let with_fingerprints = |fingerprints: &[&'static str]| {
        let mut request = request(URL, BODY);
        request.headers_mut().remove("x-fingerprint");
        for fingerprint in fingerprints {
            let fingerprint = HeaderValue::from_static(fingerprint);
            request.headers_mut().append("x-fingerprint", fingerprint);
        }
        request
    };
    let rows = [
        (without_body(request(URL, "")), RequestError::NoBody),
        (request(URL, reqwest::Body::wrap(BODY.to_owned())), RequestError::BodyNotInMemory),
        (request(URL, " ".repeat(1024 * 1024 + 1)), RequestError::BodyTooLarge),
        (request(URL, "phone=1"), RequestError::BodyNotObject),
        (request(URL, "{}"), RequestError::NoPhone),
        (request(URL, r#"{"phone":"+"}"#), RequestError::Phone(PhoneError::NoDigit)),
        (with_fingerprints(&[]), RequestError::NoFingerprint),
        (with_fingerprints(&["1", "1"]), RequestError::FingerprintTwice),
        (with_fingerprints(&[""]), RequestError::FingerprintChanges),
        (with_fingerprints(&[" 1"]), RequestError::FingerprintChanges),
        (with_fingerprints(&["1\t"]), RequestError::FingerprintChanges),
    ];
    for (request, expected) in rows {
        let result = chain("https://vault.example", &end).execute(request).await;
        assert_eq!(refusal(result), Some(expected));
        assert!(end.sent().is_empty(), "{expected:?}");
    }
}

#[test]
fn parameter_is_what_the_caller_must_change() {
    for (error, expected) in [
        (RequestError::NoPhone, Some("phone")),
        (RequestError::Phone(PhoneError::NoDigit), Some("phone")),
        (RequestError::FieldNotText { field: "phone" }, Some("phone")),
        (RequestError::FieldTwice { field: "password" }, Some("password")),
        (RequestError::NoFingerprint, Some("fingerprint")),
        (RequestError::FingerprintTwice, Some("fingerprint")),
        (RequestError::FingerprintChanges, Some("fingerprint")),
        (RequestError::NoBody, None),
        (RequestError::BodyNotInMemory, None),
        (RequestError::BodyTooLarge, None),
        (RequestError::BodyNotObject, None),
        (RequestError::OtherOrigin, None),
        (RequestError::NoHeader, None),
    ] {
        assert_eq!(error.parameter(), expected, "{error}");
    }
}
