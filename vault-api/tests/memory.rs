//! How much memory a response can make a call use, and an error keep.
#![allow(unsafe_code, reason = "an allocator that counts is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use vault_api::types::ResendCodeRequest;
use vault_api::{Client, DEFAULT_RESPONSE_LIMIT};

/// What all threads hold, and the most that they held at a time.
static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::SeqCst) + layout.size();
        PEAK.fetch_max(held, Ordering::SeqCst);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::SeqCst);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Each test has the counters to itself.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `start`, `item` as often as it fits, and `end`: a body of the size of the default limit at most.
fn full(start: &str, item: &str, end: &str) -> String {
    let room = DEFAULT_RESPONSE_LIMIT - start.len() - end.len();
    format!("{start}{}{end}", vec![item; (room + 1) / (item.len() + 1)].join(","))
}

/// The answer of a server with this body, and with headers besides the length, each with its line break.
fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// What a call used at its peak and what its error keeps, in bytes, and the error's class.
fn measured(answer: String) -> (usize, usize, &'static str) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
    let address = listener.local_addr().expect("a bound address");
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.read(&mut [0; 4096]);
        // A client that has read enough may be gone.
        let _ = stream.write_all(answer.as_bytes());
        let _ = stream.read(&mut [0; 1]);
        answer
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let client = Client::builder(format!("http://{address}"))
        .merchant_id("partner")
        .without_signature()
        .build();
    let client = client.expect("the settings are right");
    let before = HELD.load(Ordering::SeqCst);
    PEAK.store(before, Ordering::SeqCst);
    let call = client.resend_code("1234444", ResendCodeRequest::new("+447871234567")).send();
    let error = runtime.block_on(call).expect_err("the answer is no success");
    let peak = PEAK.load(Ordering::SeqCst) - before;
    // Everything but the error goes, so that what goes with it is its own.
    drop((client, runtime));
    drop(server.join().expect("the server ended well"));
    let with_error = HELD.load(Ordering::SeqCst);
    let class = error.class();
    drop(error);
    (peak, with_error - HELD.load(Ordering::SeqCst), class)
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Each row has what costs most of its kind. A map's smallest node has more than 600 bytes.
#[test]
fn memory_of_a_response_is_limited() {
    let _alone = alone();
    let map = r#"{"error":"X","data":{"a":["#;
    let nested = |depth: usize| format!("{}0{}", r#"{"":"#.repeat(depth), "}".repeat(depth));
    let as_many_objects_as_can_be =
        format!("{}{}", format!("{},", nested(100)).repeat(93), vec!["[0]"; 4_600].join(","));
    let free_form = [
        full(map, r#"{"":0}"#, "]}}"),
        full(map, "[0]", "]}}"),
        full(map, "0", "]}}"),
        full(map, &nested(2), "]}}"),
        full(map, &nested(121), "]}}"),
        full(map, &as_many_objects_as_can_be, "]}}"),
        // The fields that are read before and after the map are of the wrong type.
        full(r#"{"error":"X","errorId":"x","data":{"a":["#, r#"{"":0}"#, r#"]},"field":1}"#),
        full(r#"{"error":"X","message":"\ud800","data":{"a":["#, r#"{"":0}"#, "]}}"),
    ];
    let mut worst = (0, 0);
    for body in free_form {
        assert!(
            body.len() > DEFAULT_RESPONSE_LIMIT - 2 * KIB && body.len() <= DEFAULT_RESPONSE_LIMIT
        );
        let (peak, kept, class) = measured(answer("400 Bad Request", "", &body));
        assert_eq!(class, "rejected");
        assert!(peak < 8 * MIB && kept < 7 * MIB, "peak {peak}, kept {kept}: {}", &body[..60]);
        worst = (worst.0.max(peak), worst.1.max(kept));
    }
    // Otherwise the bodies are not the worst.
    assert!(worst.0 > 6 * MIB && worst.1 > 6 * MIB, "{worst:?}");
}

/// No tree is made of what the document does not describe.
#[test]
fn undocumented_body_costs_its_own_size() {
    let _alone = alone();
    for (status, body) in [
        ("200 OK", full("[", r#"{"":0}"#, "]")),
        ("200 OK", full(r#"{"more":["#, r#"{"":0}"#, r#"],"result":0}"#)),
        ("400 Bad Request", full("[", r#"{"":0}"#, "]")),
        ("400 Bad Request", full(r#"{"more":["#, r#"{"":0}"#, "]}")),
        ("400 Bad Request", full(r#"{"message":["#, r#"{"":0}"#, "]}")),
        ("404 Not Found", full("{", r#""message":0"#, "}")),
        ("404 Not Found", full("", "<p>", "")),
        // Larger than the limit.
        ("502 Bad Gateway", full("", "<p>", "").repeat(100)),
    ] {
        let (peak, kept, class) = measured(answer(status, "", &body));
        assert_eq!(class, "unexpected");
        assert!(
            peak < 512 * KIB && kept < 32 * KIB,
            "peak {peak}, kept {kept}: {status} {}",
            &body[..60]
        );
    }
}

/// They come besides the body. hyper takes 100 of them, and 408 KiB for the whole head.
#[test]
fn headers_are_limited() {
    let _alone = alone();
    let headers = |count, length| format!("x: {}\r\n", "0".repeat(length)).repeat(count);
    for (count, length, expected) in
        [(99, 4_000, "unexpected"), (100, 4_000, "transport"), (99, 5_000, "transport")]
    {
        let (peak, kept, class) = measured(answer("502 Busy", &headers(count, length), ""));
        assert_eq!(class, expected, "{count} headers with {length} bytes");
        assert!(peak < 2 * MIB && kept < MIB, "peak {peak}, kept {kept}: {count}");
    }
}
