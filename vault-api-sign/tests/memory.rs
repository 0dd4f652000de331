//! What is left in memory when a secret has been dropped.
#![allow(
    unsafe_code,
    reason = "memory is looked at when it is given back, and after a drop"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem::{ManuallyDrop, size_of};

use vault_api_sign::{Secret, Signer, SigningKey};

/// The byte that the secrets of these tests are made of, and how many of it make a secret. Smaller blocks are
/// not looked at.
const MARK: u8 = b'~';
const LENGTH: usize = 4096;

thread_local! {
    static MARKS_GIVEN_BACK: Cell<usize> = const { Cell::new(0) };
}

/// Counts the marks that are still in a block when it is given back.
struct Watching;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on. The block is filled, so that it can be read later.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if layout.size() >= LENGTH {
            // SAFETY: the block is the caller's until it is given back, and was filled when it was made.
            let block = unsafe { std::slice::from_raw_parts(pointer, layout.size()) };
            let marks = block.iter().filter(|byte| **byte == MARK).count();
            // Threads that end have no counter any more.
            let _ = MARKS_GIVEN_BACK.try_with(|count| count.set(count.get() + marks));
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
    assert_eq!(
        marks_given_back(|| drop(Secret::from(vec![MARK; LENGTH]))),
        0
    );
    assert_eq!(
        marks_given_back(|| drop(Secret::from(&[MARK; LENGTH]).clone())),
        0
    );
}

#[test]
fn builder_and_signer_leave_nothing_behind() {
    let secret = vec![MARK; LENGTH];
    let build = || {
        let builder = Signer::builder().shared_secret(secret.as_slice());
        builder
            .seed_string(secret.as_slice())
            .seed_length(4)
            .build()
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
    let read = || {
        (0..size_of::<T>())
            .map(|i| unsafe { start.add(i).read_volatile() })
            .collect()
    };
    let before = read();
    // SAFETY: the value is dropped once and not used again.
    unsafe { ManuallyDrop::drop(&mut place) };
    let after = read();
    (before, after)
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
