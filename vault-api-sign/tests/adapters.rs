//! The adapters for `reqwest-middleware` and `tower`. That for `vault-api` is tested with the client, in the
//! package `tests`; what the adapters share is tested there.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Extensions, Request, Response, StatusCode};
use axum::routing::post;
use reqwest::header::HeaderValue;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use tower::ServiceExt;
use vault_api_sign::{
    ChainSigner, Encoding, Keyring, Parts, PhoneError, Rejection, RequestError, Signer, Verifier,
    VerifyLayer,
};

const BODY: &str = r#"{"phone":"+447871234567"}"#;
const FINGERPRINT: &str = "1234444";
const URL: &str = "https://vault.example/v2/mobile/phone/verify/resend";
/// By `openssl dgst -sha256 -hmac "correct horse battery staple"` of `ijkl1234444+447871234567`.
const SIGNATURE: &str = "bb75259e12560576bcc02d66dbc8de7943c6005d00018793170e3cc707d980c6";

fn signer(secret: &str) -> Signer {
    Signer::builder()
        .shared_secret(secret)
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .build()
        .expect("the values are right")
}

fn keyring() -> Keyring {
    Keyring::new(signer("correct horse battery staple"))
}

/// Stands at the end of a chain: keeps what would be sent, and answers in the server's place.
#[derive(Clone, Default)]
struct End(Arc<Mutex<Vec<reqwest::Request>>>);

#[async_trait::async_trait]
impl Middleware for End {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        self.0
            .lock()
            .expect("no other thread panicked")
            .push(request);
        Ok(Response::new("").into())
    }
}

/// Sends everything twice, as a middleware does that retries.
struct Twice;

#[async_trait::async_trait]
impl Middleware for Twice {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let again = request.try_clone().expect("its body is in memory");
        next.clone().run(request, extensions).await?;
        next.run(again, extensions).await
    }
}

fn chain(end: &End) -> ClientWithMiddleware {
    ClientBuilder::new(reqwest::Client::new())
        .with(Twice)
        .with(ChainSigner::new(
            keyring(),
            "https://vault.example".parse().expect("a URL"),
        ))
        .with(end.clone())
        .build()
}

#[tokio::test]
async fn chain_signs_for_http_only() {
    for origin in ["foo:/", "file:///", "data:text/plain,x"] {
        let signer = ChainSigner::new(keyring(), origin.parse().expect("a URL"));
        let chain = ClientBuilder::new(reqwest::Client::new())
            .with(signer)
            .with(End::default())
            .build();
        let request = chain
            .post(origin)
            .header("X-Fingerprint", FINGERPRINT)
            .body(BODY);
        assert!(request.send().await.is_err(), "{origin}");
    }
}

#[tokio::test]
async fn chain_signs_each_attempt() {
    let end = End::default();
    let request = chain(&end).post(URL).header("X-Fingerprint", FINGERPRINT);
    let request = request
        .header("X-Signature", "stale")
        .header("X-Signature", "staler");
    request.body(BODY).send().await.expect("it is answered");
    let sent = end.0.lock().expect("no other thread panicked");
    assert_eq!(sent.len(), 2);
    for request in sent.iter() {
        let signatures: Vec<&HeaderValue> =
            request.headers().get_all("x-signature").iter().collect();
        assert_eq!(signatures, [SIGNATURE]);
        assert!(signatures[0].is_sensitive());
    }
}

#[tokio::test]
async fn chain_refuses_with_a_typed_error_and_sends_nothing() {
    let end = End::default();
    let chain = chain(&end);
    let post = |url: &str| chain.post(url).header("X-Fingerprint", FINGERPRINT);
    let stream = reqwest::Body::wrap(String::from(BODY));
    let rows = [
        (
            post("https://vault.example:444/").body(BODY),
            RequestError::OtherOrigin,
        ),
        (
            post("http://vault.example/").body(BODY),
            RequestError::OtherOrigin,
        ),
        (
            post("https://vault.example.org/").body(BODY),
            RequestError::OtherOrigin,
        ),
        (post(URL), RequestError::NoBody),
        (chain.post(URL).body(BODY), RequestError::NoFingerprint),
        (
            post(URL).body(r#"{"phone":"+"}"#),
            RequestError::Phone(PhoneError::NoDigit),
        ),
    ];
    for (request, expected) in rows {
        let error = request.send().await.expect_err("it is refused");
        let reqwest_middleware::Error::Middleware(error) = error else {
            panic!("{error:?}");
        };
        assert_eq!(error.downcast_ref::<RequestError>(), Some(&expected));
    }
    // A stream cannot be sent twice, so this chain has no middleware that does.
    let signer = ChainSigner::new(keyring(), URL.parse().expect("a URL"));
    let chain = ClientBuilder::new(reqwest::Client::new())
        .with(signer)
        .with(end.clone())
        .build();
    let error = chain
        .post(URL)
        .header("X-Fingerprint", FINGERPRINT)
        .body(stream)
        .send()
        .await;
    let Err(reqwest_middleware::Error::Middleware(error)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(error.downcast_ref(), Some(&RequestError::BodyNotInMemory));
    assert_eq!(end.0.lock().expect("no other thread panicked").len(), 0);
}

/// A server that gives back the body it was given.
fn server(layer: VerifyLayer<Body>) -> Router {
    Router::new()
        .route("/", post(|body: String| async { body }))
        .layer(layer)
}

fn request() -> http::request::Builder {
    Request::post("/").header("X-Fingerprint", FINGERPRINT)
}

async fn answer(server: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = server.oneshot(request).await.expect("it cannot fail");
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn layer_passes_what_is_signed_with_its_body() {
    let verifier = Verifier::new(keyring().with_older(signer("old"))).accept_base64();
    let parts = Parts::new(FINGERPRINT, "+447871234567");
    let old = signer("old").sign(&parts).expect("the phone is right");
    let tag = signer("old").tag(&parts).expect("the phone is right");
    for signature in [
        SIGNATURE,
        &SIGNATURE.to_uppercase(),
        &old,
        &tag.encode(Encoding::Base64),
    ] {
        let request = request()
            .header("X-Signature", signature)
            .body(Body::from(BODY));
        let answer = answer(
            server(VerifyLayer::new(verifier.clone())),
            request.expect("a request"),
        )
        .await;
        assert_eq!(answer, (StatusCode::OK, BODY.to_owned()));
    }
}

#[tokio::test]
async fn layer_answers_in_place_of_the_service() {
    let other = signer("other").sign(&Parts::new(FINGERPRINT, "+447871234567"));
    let other = other.expect("the phone is right");
    let signed = |body: &'static str| {
        let request = request().header("X-Signature", SIGNATURE);
        request.body(Body::from(body)).expect("a request")
    };
    let with = |signatures: &[&str]| {
        let request = signatures.iter().fold(request(), |request, signature| {
            request.header("X-Signature", *signature)
        });
        request.body(Body::from(BODY)).expect("a request")
    };
    let rows = [
        (with(&[]), 401, "NoSignature"),
        (with(&[SIGNATURE, SIGNATURE]), 401, "NoSignature"),
        (with(&[&other]), 401, "Signature(VerifyError)"),
        (with(&[""]), 401, "Signature(VerifyError)"),
        (signed("{}"), 401, "Request(NoPhone)"),
        (
            signed(r#"{"phone":"+447871234567","phone":"1"}"#),
            401,
            "Request(FieldTwice { field: \"phone\" })",
        ),
        (
            signed(r#"{"phone":"+447871234568"}"#),
            401,
            "Signature(VerifyError)",
        ),
        (
            signed(r#"{"phone":"+447871234567","and":"a body over the limit"}"#),
            413,
            "BodyTooLarge",
        ),
    ];
    for (request, status, said) in rows {
        let reject = |rejection: &Rejection| {
            let mut response = Response::new(Body::from(format!("{rejection:?}")));
            *response.status_mut() = rejection.status();
            response
        };
        let layer = VerifyLayer::new(Verifier::new(keyring()))
            .body_limit(50)
            .reject_with(reject);
        let (got_status, got) = answer(server(layer), request).await;
        assert_eq!((got_status.as_u16(), got.as_str()), (status, said));
    }
    // Over the limit of what is ever signed, whatever the layer's own limit is.
    let large: &'static str = Box::leak(" ".repeat(2 * 1024 * 1024).into_boxed_str());
    let layer = VerifyLayer::new(Verifier::new(keyring())).body_limit(usize::MAX);
    assert_eq!(
        answer(server(layer), signed(large)).await.0,
        StatusCode::PAYLOAD_TOO_LARGE
    );

    let plain = server(VerifyLayer::new(Verifier::new(keyring())));
    assert_eq!(
        answer(plain, with(&[])).await,
        (StatusCode::UNAUTHORIZED, String::new())
    );
}

/// A body that breaks off at once.
struct Broken;

impl http_body::Body for Broken {
    type Data = axum::body::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::other("the connection broke"))))
    }
}

#[tokio::test]
async fn layer_tells_a_body_that_breaks_off() {
    let request = Request::post("/")
        .header("X-Signature", SIGNATURE)
        .body(Body::new(Broken));
    let layer = VerifyLayer::new(Verifier::new(keyring()));
    let (status, _) = answer(server(layer), request.expect("a request")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
