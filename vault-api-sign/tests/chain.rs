//! The middleware for chains of `reqwest-middleware`.

#![allow(clippy::panic, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use http::{Extensions, HeaderValue, Method, Response};
use reqwest::{Request, Url};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use support::{BODY, BODY_WITH_PASSWORD, FINGERPRINT, SIGNATURE, SIGNATURE_WITH_PASSWORD, signer};
use vault_api::BuildError;
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
        .with(ChainSigner::new(signer(), url(origin)).expect("an origin"))
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
        .with(ChainSigner::new(signer(), url("https://vault.example")).expect("an origin"))
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
        ("https://vault.example/api/", URL, true),
        ("https://vault.example", "https://VAULT.example:443/", true),
        ("http://localhost:80", "http://localhost/", true),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/", true),
        ("https://vault.example", "https://vault.example:444/", false),
        ("https://vault.example:444", "https://vault.example/", false),
        ("https://vault.example", "http://vault.example/", false),
        ("https://vault.example", "http://vault.example:443/", false),
        ("https://vault.example", "https://vault.example.org/", false),
        ("https://vault.example", "https://vault.example@evil.example/", false),
        ("https://vault.example", "https://evil.example/vault.example", false),
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

/// Another server may be behind the same address.
#[tokio::test]
async fn request_with_a_host_of_its_own_is_not_signed() {
    let end = End::default();
    for host in ["vault.example", "other.example", ""] {
        let mut request = request(URL, BODY);
        request.headers_mut().insert("host", HeaderValue::from_static(host));
        let result = chain("https://vault.example", &end).execute(request).await;
        assert_eq!(refusal(result), Some(RequestError::OtherOrigin), "{host}");
        assert!(end.sent().is_empty(), "{host}");
    }
}

/// The rules of the client, which has the same function.
#[test]
fn origin_must_be_encrypted_or_here() {
    let new = |origin: &str| ChainSigner::new(signer(), url(origin)).map(drop);
    let insecure = |origin: &str| ChainSigner::allow_insecure_http(signer(), url(origin)).map(drop);
    for origin in ["https://vault.example", "http://127.0.0.1:8080", "http://[::1]"] {
        assert!(new(origin).is_ok() && insecure(origin).is_ok(), "{origin}");
    }
    for origin in ["http://vault.example", "http://localhost.vault.example", "http://10.0.0.1"] {
        assert!(matches!(new(origin), Err(BuildError::InsecureBaseUrl)), "{origin}");
        assert!(insecure(origin).is_ok(), "{origin}");
    }
    for origin in [
        "https://user@vault.example",
        "https://:a-password@vault.example",
        "https://vault.example/?k=v",
        "https://vault.example/#k",
        "foo:/",
        "file:///",
        "data:text/plain,x",
        "ftp://vault.example",
    ] {
        assert!(matches!(new(origin), Err(BuildError::UnsupportedBaseUrl)), "{origin}");
        assert!(matches!(insecure(origin), Err(BuildError::UnsupportedBaseUrl)), "{origin}");
    }
}

#[tokio::test]
async fn insecure_origin_is_signed_for_if_it_is_allowed() {
    let end = End::default();
    let signer = ChainSigner::allow_insecure_http(signer(), url("http://vault.example"));
    let client = reqwest::Client::new();
    let chain = ClientBuilder::new(client).with(signer.expect("an origin")).with(end.clone());
    let answer = chain.build().execute(request("http://vault.example:80/", BODY)).await;
    answer.expect("it is answered");
    assert_eq!(end.sent()[0].headers()["x-signature"], SIGNATURE);
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
