//! How often signing allocates, which is exact, unlike how long it takes.
#![cfg(feature = "vault-api")]
#![allow(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use vault_api::reqwest::{Body, Client, Request, Url};
use vault_api::{Call, Middleware, OPERATIONS};
use vault_api_sign::{Encoding, Parts, Signer, SigningMiddleware, Verifier};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Threads that end have no counter any more.
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
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
