//! What is left in memory when a secret has been dropped.
#![allow(unsafe_code, reason = "memory is looked at when it is given back, and after a drop")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem::{ManuallyDrop, size_of};

use vault_api_sign::{Keyring, Parts, Secret, Signer, SigningKey};

/// The byte that the secrets of these tests are made of, and how many of it make a secret. Smaller blocks are
/// not looked at.
const MARK: u8 = b'~';
const LENGTH: usize = 4096;

thread_local! {
    static MARKS_GIVEN_BACK: Cell<usize> = const { Cell::new(0) };
    /// A part of a prepared key to look for in blocks of any size.
    static KEY: Cell<Option<[u8; 32]>> = const { Cell::new(None) };
    static KEYS_GIVEN_BACK: Cell<usize> = const { Cell::new(0) };
}

/// Counts the marks and keys that are still in a block when it is given back.
struct Watching;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on. The block is filled, so that it can be read later.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the block is the caller's until it is given back, and was filled when it was made.
        let block = unsafe { std::slice::from_raw_parts(pointer, layout.size()) };
        // Threads that end have no counters any more.
        if layout.size() >= LENGTH {
            let marks = block.iter().filter(|byte| **byte == MARK).count();
            let _ = MARKS_GIVEN_BACK.try_with(|count| count.set(count.get() + marks));
        }
        if let Ok(Some(key)) = KEY.try_with(Cell::get) {
            let keys = block.windows(key.len()).filter(|part| *part == key).count();
            let _ = KEYS_GIVEN_BACK.try_with(|count| count.set(count.get() + keys));
        }
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

fn marks_given_back(work: impl FnOnce()) -> usize {
    let before = MARKS_GIVEN_BACK.get();
    work();
    MARKS_GIVEN_BACK.get() - before
}

#[test]
fn vector_leaves_its_bytes_behind_and_a_secret_does_not() {
    assert_eq!(marks_given_back(|| drop(vec![MARK; LENGTH])), LENGTH);
    assert_eq!(marks_given_back(|| drop(Secret::from(vec![MARK; LENGTH]))), 0);
    assert_eq!(marks_given_back(|| drop(Secret::from(&[MARK; LENGTH]).clone())), 0);
}

#[test]
fn builder_and_signer_leave_nothing_behind() {
    let secret = vec![MARK; LENGTH];
    let build = || {
        let builder = Signer::builder().shared_secret(secret.as_slice());
        builder.seed_string(secret.as_slice()).seed_length(4).build()
    };
    let use_and_drop = || {
        let signer = build().expect("the values are right");
        drop(signer.clone());
        drop(signer);
    };
    assert_eq!(marks_given_back(use_and_drop), 0);
    let refused = || drop(Signer::builder().shared_secret(secret.as_slice()).build());
    assert_eq!(marks_given_back(refused), 0);
}

/// Drops a value in its place, and gives the bytes of the place before and after.
fn bytes_around_drop<T>(value: T) -> (Vec<u8>, Vec<u8>) {
    let mut place = ManuallyDrop::new(value);
    let start = (&raw const place).cast::<u8>();
    // SAFETY: the place is as large as its type, lives until the end of this function, and is only read as
    // bytes; a volatile read is not optimised away.
    let read = || (0..size_of::<T>()).map(|i| unsafe { start.add(i).read_volatile() }).collect();
    let before = read();
    // SAFETY: the value is dropped once and not used again.
    unsafe { ManuallyDrop::drop(&mut place) };
    let after = read();
    (before, after)
}

/// How many copies of this key are in the memory that `work` gives back.
fn keys_given_back(key: SigningKey, work: impl FnOnce()) -> usize {
    let (bytes, _) = bytes_around_drop(key);
    let is_state = |part: &&[u8; 32]| part.iter().filter(|byte| **byte != 0).count() > 24;
    let windows = (0..bytes.len() - 32).filter_map(|start| bytes[start..].first_chunk());
    let state = windows.clone().find(is_state);
    KEY.set(Some(*state.expect("a key has a state of SHA-256")));
    let before = KEYS_GIVEN_BACK.get();
    work();
    KEY.set(None);
    KEYS_GIVEN_BACK.get() - before
}

#[test]
fn keyring_that_grows_leaves_nothing_behind() {
    const SECRET: &[u8] = b"correct horse battery staple";
    let key = || SigningKey::new(SECRET).expect("it is not empty");
    let vector = || {
        let mut keys = vec![key()];
        keys.reserve(1);
    };
    assert_eq!(keys_given_back(key(), vector), 1);
    let keyring = || {
        let builder = Signer::builder().shared_secret(SECRET);
        let builder = builder.seed_string("abcdefghijklmn").seed_length(4);
        let signer = || builder.clone().build().expect("the values are valid");
        let keyring = Keyring::new(signer());
        drop((0..20).fold(keyring, |keyring, _| keyring.with_older(signer())));
    };
    assert_eq!(keys_given_back(key(), keyring), 0);
}

#[test]
fn tag_is_wiped() {
    let signer = Signer::builder().shared_secret("correct horse battery staple");
    let signer = signer.seed_string("abcdefghijklmn").seed_length(4).build();
    let signer = signer.expect("the values are valid");
    let tag = signer.tag(&Parts::new("1234444", "+447871234567"));
    let tag = tag.expect("the phone is valid");
    let expected = tag.as_bytes().to_vec();
    let (before, after) = bytes_around_drop(tag);
    assert_eq!(before, expected);
    assert_eq!(after, [0; 32]);
}

/// Each character of the fields is an escape, so that they are in no other memory than that of the reader.
#[cfg(feature = "tower")]
#[test]
fn unescaped_phone_and_password_are_wiped() {
    use http_body_util::Full;
    use tower::{Layer, ServiceExt};
    use vault_api_sign::{Verifier, VerifyLayer};

    let text = format!("\\u{MARK:04x}").repeat(LENGTH);
    let body = format!(r#"{{"phone":"1{text}","password":"{text}"}}"#);
    let signer = Signer::builder().shared_secret("secret");
    let signer = signer.seed_string("abcdefghijklmn").seed_length(4);
    let signer = signer.build().expect("the values are valid");
    let marks = "~".repeat(LENGTH);
    let phone = format!("1{marks}");
    let signature = signer.sign(&Parts::new("1234444", &phone).password(&marks));
    let request = http::Request::post("/")
        .header("x-fingerprint", "1234444")
        .header("x-signature", signature.expect("the phone is valid"))
        .body(Full::<axum::body::Bytes>::from(body))
        .expect("a request");
    let service = tower::service_fn(async |_| {
        Ok::<_, std::convert::Infallible>(http::Response::new(String::new()))
    });
    let service = VerifyLayer::new(Verifier::new(signer)).layer(service);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime");
    let verify = || {
        let Ok(response) = runtime.block_on(service.oneshot(request));
        // The fields have been read as they are.
        assert_eq!(response.status(), 200);
    };
    assert_eq!(marks_given_back(verify), 0);
}

/// A prepared key is two states of SHA-256, which serve an attacker as well as the secret does.
#[test]
fn prepared_key_is_wiped() {
    let key = SigningKey::new(b"correct horse battery staple").expect("it is not empty");
    let (before, after) = bytes_around_drop(key);
    let filled = |bytes: &[u8]| bytes.iter().filter(|byte| **byte != 0).count();
    assert!(filled(&before) > 60, "{before:?}");
    // What stays is not of the key: how many blocks it has hashed, and how full its buffer is.
    assert!(filled(&after) <= 4, "{after:?}");
}
