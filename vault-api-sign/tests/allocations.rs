//! How often signing allocates, which is exact, unlike how long it takes, and how much verifying holds.
#![cfg(all(feature = "vault-api", feature = "tower"))]
#![allow(unsafe_code, reason = "an allocator that counts is one")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceExt};

use vault_api::reqwest::{Body, Client, Request, Url};
use vault_api::{Call, Middleware, OPERATIONS};
use vault_api_sign::{
    DEFAULT_BODY_LIMIT, Encoding, Parts, Signer, SigningMiddleware, Verifier, VerifyLayer,
};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// What the thread holds, in bytes, and the most that it has held. It may give back another's memory.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Threads that end have no counters any more.
fn hold(bytes: isize) {
    let held = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        held.get()
    });
    let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.unwrap_or_default())));
}

struct Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        hold(layout.size().cast_signed());
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        hold(-layout.size().cast_signed());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let result = work();
    (ALLOCATIONS.get() - before, result)
}

fn signer(encoding: Encoding) -> Signer {
    Signer::builder()
        .shared_secret("correct horse battery staple")
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .encoding(encoding)
        .build()
        .expect("the values are right")
}

#[test]
fn tag_allocates_nothing_and_text_once() {
    let parts = Parts::new("myOwnFingerprint", "+447871234567").password("12345");
    for encoding in [Encoding::Hex, Encoding::Base64] {
        let signer = signer(encoding);
        assert_eq!(allocations(|| signer.tag(&parts)).0, 0);
        let (count, signature) = allocations(|| signer.sign(&parts));
        assert_eq!(count, 1);
        let signature = signature.expect("the phone is right");
        let verifier = Verifier::new(signer).accept_base64();
        // The first reading of a shared keyring in a thread allocates once for the thread.
        assert_eq!(verifier.verify(&parts, signature.as_bytes()), Ok(()));
        assert_eq!(allocations(|| verifier.verify(&parts, signature.as_bytes())), (0, Ok(())));
    }
}

#[test]
fn middleware_allocates_twice_at_most() {
    let operation =
        OPERATIONS.iter().find(|operation| operation.id == "resend_code").expect("it is there");
    let base_url = Url::parse("https://vault.example").expect("a URL");
    let call = Call::new(operation, &base_url);
    let middleware = SigningMiddleware::new(signer(Encoding::Hex));
    let mut request: Request = Client::new()
        .post("https://vault.example/v2/mobile/phone/verify/resend")
        .header("X-Fingerprint", "1234444")
        .body(Body::from(r#"{"phone":"+447871234567"}"#))
        .build()
        .expect("a request");
    let (count, result) = allocations(|| middleware.apply(&call, &mut request));
    result.expect("it is signed");
    assert!(count <= 2, "{count}");
}

/// A body that arrives in chunks.
struct Chunks {
    text: &'static [u8],
    chunk: usize,
}

impl http_body::Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        if self.text.is_empty() {
            return Poll::Ready(None);
        }
        let (start, rest) = self.text.split_at(self.chunk.min(self.text.len()));
        self.text = rest;
        Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::copy_from_slice(start)))))
    }
}

/// The most bytes that are held while the layer reads a body, and how many while the service has it.
async fn held(text: &'static str, chunk: usize, announced: bool) -> (isize, isize) {
    let before = HELD.get();
    PEAK.set(before);
    let service = tower::service_fn(move |request: http::Request<Full<Bytes>>| async move {
        let held = HELD.get() - before;
        let body = request.into_body().collect().await?.to_bytes();
        assert!(body == text.as_bytes());
        Ok::<_, Infallible>(http::Response::new(held.to_string()))
    });
    let layer = VerifyLayer::new(Verifier::new(signer(Encoding::Hex)));
    let mut request = http::Request::post("/")
        .header("X-Fingerprint", support::FINGERPRINT)
        .header("X-Signature", support::SIGNATURE);
    if announced {
        request = request.header("Content-Length", text.len());
    }
    let body = Chunks { text: text.as_bytes(), chunk };
    let request = request.body(body).expect("a request");
    let Ok(response) = layer.layer(service).oneshot(request).await;
    let held = response.into_body().parse().expect("the service was called");
    (PEAK.get() - before, held)
}

#[tokio::test]
async fn chunks_are_held_once_however_small_they_are() {
    // Besides the body: the request, the service and the time-out.
    const REST: isize = 8 * 1024;
    for size in [40_000, DEFAULT_BODY_LIMIT] {
        let text = format!("{}{}", support::BODY, " ".repeat(size - support::BODY.len()));
        let text: &str = text.leak();
        let length = size.cast_signed();
        for (chunk, announced, most) in [
            (size, false, length),
            (size, true, length),
            (1, true, length),
            (1_500, true, length),
            // The buffer doubles where it is too small, and is there twice in that moment.
            (1, false, 3 * length),
            (1_500, false, 3 * length),
        ] {
            let (peak, kept) = held(text, chunk, announced).await;
            assert!(peak <= most + REST, "{size} in {chunk}, {announced}: peak {peak}");
            assert!(kept <= length + REST, "{size} in {chunk}, {announced}: held {kept}");
        }
    }
}
