//! The layer for servers.

mod support;

use std::error::Error;
use std::future::Ready;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use axum::routing::post;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use support::{
    BODY, BODY_WITH_PASSWORD, FINGERPRINT, SIGNATURE, SIGNATURE_WITH_PASSWORD, signer, signer_with,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, Sleep, sleep};
use tower::{Layer, Service, ServiceExt};
use vault_api_sign::{
    CHALLENGE, DEFAULT_BODY_TIMEOUT, Encoding, Keyring, Parts, PhoneError, Rejection, RequestError,
    Verifier, VerifyLayer,
};

/// A server that returns the body that it was given.
fn server(layer: VerifyLayer<Body>) -> Router {
    Router::new().route("/", post(|body: String| async { body })).layer(layer)
}

fn layer() -> VerifyLayer<Body> {
    VerifyLayer::new(Verifier::new(signer())).reject_with(|rejection: &Rejection| {
        rejection.response(Body::from(format!("{rejection:?}")))
    })
}

fn request(signatures: &[&str], body: impl Into<Body>) -> Request<Body> {
    let builder = Request::post("/").header("X-Fingerprint", FINGERPRINT);
    signatures
        .iter()
        .fold(builder, |builder, signature| builder.header("X-Signature", *signature))
        .body(body.into())
        .expect("a request")
}

async fn answer(layer: VerifyLayer<Body>, request: Request<Body>) -> (u16, String) {
    let response = server(layer).oneshot(request).await;
    let response = response.expect("it cannot fail");
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn signed_requests_pass_with_their_body() {
    let keyring = Keyring::new(signer()).with_older(signer_with("old"));
    let verifier = Verifier::new(keyring).accept_base64();
    let parts = Parts::new(FINGERPRINT, "+447871234567");
    let old = signer_with("old").tag(&parts).expect("the phone is valid");
    for (signature, body) in [
        (SIGNATURE, BODY),
        (&SIGNATURE.to_uppercase(), BODY),
        (&old.encode(Encoding::Hex), BODY),
        (&old.encode(Encoding::Base64), BODY),
        (SIGNATURE_WITH_PASSWORD, BODY_WITH_PASSWORD),
    ] {
        let layer = VerifyLayer::new(verifier.clone());
        let answer = answer(layer, request(&[signature], body)).await;
        assert_eq!(answer, (200, body.to_owned()));
    }
}

#[tokio::test]
async fn service_that_shows_its_headers_shows_no_credential() {
    let shown = |headers: HeaderMap| async move { format!("{headers:?}") };
    let server = Router::new().route("/", post(shown)).layer(layer());
    let mut request = request(&[SIGNATURE], BODY);
    request.headers_mut().insert("x-other", HeaderValue::from_static("shown"));
    let response = server.oneshot(request).await.expect("it cannot fail");
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("text");
    assert!(!text.contains(SIGNATURE) && !text.contains(FINGERPRINT), "{text}");
    assert!(text.contains(r#""x-signature": Sensitive"#), "{text}");
    assert!(text.contains(r#""x-fingerprint": Sensitive"#), "{text}");
    assert!(text.contains(r#""x-other": "shown""#), "{text}");
}

#[tokio::test]
async fn layer_answers_in_place_of_the_service() {
    let other = signer_with("other").sign(&Parts::new(FINGERPRINT, "+447871234567"));
    let other = other.expect("the phone is valid");
    let without_fingerprint = {
        let mut request = request(&[SIGNATURE], BODY);
        request.headers_mut().remove("X-Fingerprint");
        request
    };
    let rows = [
        (request(&[], BODY), 401, "NoSignature"),
        (request(&[SIGNATURE; 2], BODY), 401, "NoSignature"),
        (request(&[&other], BODY), 401, "Signature(VerifyError)"),
        (request(&[""], BODY), 401, "Signature(VerifyError)"),
        (without_fingerprint, 401, "Request(NoFingerprint)"),
        (request(&[SIGNATURE], "{}"), 401, "Request(NoPhone)"),
        (
            request(&[SIGNATURE], r#"{"phone":"+447871234567","phone":"1"}"#),
            401,
            "Request(FieldTwice { field: \"phone\" })",
        ),
        (request(&[SIGNATURE], r#"{"phone":"+447871234568"}"#), 401, "Signature(VerifyError)"),
        (request(&[SIGNATURE], BODY_WITH_PASSWORD), 401, "Signature(VerifyError)"),
        (request(&[SIGNATURE], format!("{BODY}{}", " ".repeat(26))), 413, "BodyTooLarge"),
    ];
    for (request, status, body) in rows {
        let answer = answer(layer().body_limit(50), request).await;
        assert_eq!(answer, (status, body.to_owned()));
    }
}

#[tokio::test]
async fn default_answer_has_a_status_a_challenge_and_no_body() {
    let layer = VerifyLayer::new(Verifier::new(signer())).body_limit(10);
    for (request, status, challenge) in
        [(request(&[], BODY), 401, Some(CHALLENGE)), (request(&[SIGNATURE], BODY), 413, None)]
    {
        let response = server(layer.clone()).oneshot(request).await;
        let response: Response<Body> = response.expect("it cannot fail");
        assert_eq!(response.status(), status);
        let found = response.headers().get("www-authenticate");
        assert_eq!(found.map(|value| value.as_bytes()), challenge.map(str::as_bytes));
        let body = to_bytes(response.into_body(), 1).await;
        assert!(body.expect("a body").is_empty());
    }
}

#[test]
fn rejections_keep_their_source() {
    let parts = Parts::new(FINGERPRINT, "1");
    let refused = Verifier::new(signer()).verify(&parts, b"");
    let refused = refused.expect_err("it is not a signature");
    let phone = RequestError::Phone(PhoneError::NoDigit);
    let source = |error: &dyn Error| error.source().map(ToString::to_string);
    for (error, expected) in [
        (&Rejection::Signature(refused) as &dyn Error, Some(refused.to_string())),
        (&Rejection::Request(phone), Some(phone.to_string())),
        (&Rejection::NoSignature, None),
        (&phone, Some(PhoneError::NoDigit.to_string())),
        (&RequestError::NoPhone, None),
    ] {
        assert_eq!(source(error), expected);
    }
}

/// A body that comes in pieces, and counts how many bytes of it are read.
struct Pieces {
    pieces: Box<dyn Iterator<Item = io::Result<Bytes>> + Send>,
    pause: Option<Pin<Box<Sleep>>>,
    read: Arc<AtomicUsize>,
}

impl Pieces {
    fn new(pieces: impl Iterator<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self { pieces: Box::new(pieces), pause: None, read: Arc::default() }
    }

    /// One that never ends, in pieces of 1000 bytes.
    fn endless() -> Self {
        Self::new(std::iter::repeat_with(|| Ok(Bytes::from_static(&[b' '; 1000]))))
    }

    /// A body of which one byte arrives each second.
    fn slow(body: &'static str) -> Self {
        let bytes = body.as_bytes().chunks(1);
        Self {
            pause: Some(Box::pin(sleep(Duration::from_secs(1)))),
            ..Self::new(bytes.map(|byte| Ok(Bytes::from_static(byte))))
        }
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<http_body::Frame<Bytes>>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            let next = pause.deadline() + Duration::from_secs(1);
            pause.as_mut().reset(next);
        }
        let piece = self.pieces.next();
        if let Some(Ok(piece)) = &piece {
            self.read.fetch_add(piece.len(), Ordering::Relaxed);
        }
        Poll::Ready(piece.map(|piece| piece.map(http_body::Frame::data)))
    }
}

/// Sends an endless body, and returns how much of it was read.
async fn read_of_endless(
    layer: VerifyLayer<Body>,
    signatures: &[&str],
    headers: &[(&'static str, &'static str)],
) -> ((u16, String), usize) {
    let body = Pieces::endless();
    let read = Arc::clone(&body.read);
    let mut request = request(signatures, Body::new(body));
    for (name, value) in headers {
        let value = HeaderValue::from_static(value);
        request.headers_mut().append(*name, value);
    }
    let answer = answer(layer, request).await;
    (answer, read.load(Ordering::Relaxed))
}

#[tokio::test]
async fn headers_are_checked_before_the_body_is_read() {
    let base64 = "A".repeat(44);
    let too_long = [("content-length", "65537")];
    let rows: [(&[&str], &[_], _, _); 7] = [
        (&[], &[], 401, "NoSignature"),
        (&[SIGNATURE; 2], &[], 401, "NoSignature"),
        (&[""], &[], 401, "Signature(VerifyError)"),
        (&[&SIGNATURE[1..]], &[], 401, "Signature(VerifyError)"),
        // Base64 is not accepted unless the verifier is told to.
        (&[&base64], &[], 401, "Signature(VerifyError)"),
        (&[SIGNATURE], &[("x-fingerprint", "2")], 401, "Request(FingerprintTwice)"),
        (&[SIGNATURE], &too_long, 413, "BodyTooLarge"),
    ];
    for (signatures, headers, status, body) in rows {
        let result = read_of_endless(layer(), signatures, headers).await;
        assert_eq!(result, ((status, body.to_owned()), 0));
    }
    // With an accepted length it is read.
    let layer = VerifyLayer::new(Verifier::new(signer()).accept_base64());
    for signature in [&base64, SIGNATURE] {
        let (_, read) = read_of_endless(layer.clone(), &[signature], &[]).await;
        assert!(read > 0);
    }
}

#[tokio::test]
async fn no_limit_lets_more_than_1_mib_into_memory() {
    const MIB: usize = 1024 * 1024;
    for (limit, expected) in [
        (None, 64 * 1024),
        (Some(5000), 5000),
        (Some(MIB), MIB),
        (Some(MIB + 1), MIB),
        (Some(usize::MAX), MIB),
    ] {
        let layer = match limit {
            Some(limit) => layer().body_limit(limit),
            None => layer(),
        };
        let ((status, _), read) = read_of_endless(layer, &[SIGNATURE], &[]).await;
        assert_eq!(status, 413);
        // The piece that goes over the limit has been read.
        assert!((expected..=expected + 1000).contains(&read), "{limit:?} {read}");
    }
}

#[tokio::test]
async fn body_as_long_as_the_limit_passes() {
    let mut request = request(&[SIGNATURE], BODY);
    let length = HeaderValue::from(BODY.len());
    request.headers_mut().insert("content-length", length);
    let layer = layer().body_limit(BODY.len());
    assert_eq!(answer(layer, request).await, (200, BODY.to_owned()));
}

#[tokio::test]
async fn body_that_breaks_off_is_a_bad_request() {
    let pieces = [Ok(Bytes::from_static(b"{")), Err(io::Error::other("the connection broke"))];
    let request = request(&[SIGNATURE], Body::new(Pieces::new(pieces.into_iter())));
    let answer = answer(layer(), request).await;
    assert_eq!(answer, (400, "BodyUnreadable".to_owned()));
}

/// The clock is paused, so time passes only where everything waits for it.
#[tokio::test(start_paused = true)]
async fn slow_body_is_waited_for_until_its_time_is_over() {
    let length = Duration::from_secs(BODY.len() as u64);
    assert!(length > 2 * DEFAULT_BODY_TIMEOUT);
    let rows = [
        (layer(), DEFAULT_BODY_TIMEOUT, (408, "BodyTooSlow")),
        (layer().body_timeout(length / 2), length / 2, (408, "BodyTooSlow")),
        (layer().body_timeout(length * 2), length, (200, BODY)),
    ];
    for (layer, expected, (status, text)) in rows {
        let start = Instant::now();
        let request = request(&[SIGNATURE], Body::new(Pieces::slow(BODY)));
        assert_eq!(answer(layer, request).await, (status, text.to_owned()));
        // The clock counts milliseconds, and so does the timer of the body.
        let late = start.elapsed().saturating_sub(expected);
        assert!(start.elapsed() >= expected && late <= Duration::from_secs(1), "{late:?}");
    }
}

/// A service that is never ready.
#[derive(Clone)]
struct Unready;

impl Service<Request<Full<Bytes>>> for Unready {
    type Response = Response<Full<Bytes>>;
    type Error = &'static str;
    type Future = Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Err("not ready"))
    }

    fn call(&mut self, _: Request<Full<Bytes>>) -> Self::Future {
        std::future::ready(Err("called"))
    }
}

#[tokio::test]
async fn layer_is_ready_when_the_service_is() {
    let mut service = VerifyLayer::new(Verifier::new(signer())).layer(Unready);
    let ready = ServiceExt::<Request<Body>>::ready(&mut service).await;
    assert_eq!(ready.err(), Some("not ready"));
}

/// What hyper's server answers to the bytes of a request, whose body is hyper's `Incoming`.
async fn exchange(head: &str, body: &str) -> String {
    let echo = tower::service_fn(|request: Request<Full<Bytes>>| async {
        let body = request.into_body().collect().await?;
        Ok::<_, std::convert::Infallible>(Response::new(Full::new(body.to_bytes())))
    });
    let layer: VerifyLayer<Full<Bytes>> = VerifyLayer::new(Verifier::new(signer()));
    let service = TowerToHyperService::new(layer.layer(echo));
    let (mut client, server) = tokio::io::duplex(1024);
    let server =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(server), service);
    let server = tokio::spawn(server);
    let request = format!("POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{head}\r\n{body}");
    client.write_all(request.as_bytes()).await.expect("a server");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("an answer");
    server.await.expect("no panic").expect("no error of HTTP");
    answer
}

#[tokio::test]
async fn hypers_server_takes_the_layer() {
    let signed = format!("x-fingerprint: {FINGERPRINT}\r\nx-signature: {SIGNATURE}\r\n");
    let expect = "expect: 100-continue\r\n";
    let length = format!("{expect}content-length: {}\r\n", BODY.len());
    let too_long = format!("{expect}content-length: 999999999\r\n");

    let answer = exchange(&format!("{signed}{length}"), BODY).await;
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n"), "{answer}");
    assert!(answer.contains("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(BODY), "{answer}");

    // Without `100 Continue`: hyper sends it when the body is read.
    let answer = exchange(&length, "").await;
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
    assert!(answer.contains("www-authenticate: VaultSignature\r\n"), "{answer}");
    let answer = exchange(&format!("{signed}{too_long}"), "").await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}
