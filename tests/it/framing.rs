//! Responses that are framed wrongly, or for ever. None hangs, none fills the memory, and each has a class.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::unbounded_channel;

use crate::raw_server::{RawServer, json, wait_for_end, with_body};
use crate::support::{Answer, patiently, resend, signed};

/// What a server sends before it closes the connection.
enum Sends {
    Bytes(Vec<u8>),
    /// A start, and then the same over and over until the client is gone: 64 MiB at most.
    Repeats(String, String),
}

const ENDLESS: usize = 64 * 1024 * 1024;

impl Sends {
    /// Returns how many bytes it could send.
    fn send(&self, stream: &mut TcpStream) -> usize {
        let (start, again) = match self {
            Self::Bytes(bytes) => (&bytes[..], ""),
            Self::Repeats(start, again) => (start.as_bytes(), again.as_str()),
        };
        if stream.write_all(start).is_err() || again.is_empty() {
            return start.len();
        }
        let block = again.repeat(64 * 1024 / again.len());
        let mut sent = start.len();
        while sent < ENDLESS && stream.write_all(block.as_bytes()).is_ok() {
            sent += block.len();
        }
        sent
    }
}

/// The class of an outcome and its status.
fn described(answer: &Answer) -> (&'static str, Option<u16>) {
    match answer {
        Ok(response) => ("ok", Some(response.status().as_u16())),
        Err(error) => {
            assert!(error.may_have_been_sent(), "{error:?}");
            let status = error.status().map(|status| status.as_u16());
            (error.class(), status)
        }
    }
}

/// Answers a call with what `sends` says; returns the outcome and how many bytes the server could send.
async fn answered(sends: Sends) -> (Answer, usize) {
    let (sender, mut sent) = unbounded_channel();
    let server = RawServer::start(move |stream| {
        let _ = sender.send(sends.send(stream));
    });
    // A call that does not end by itself has the class `timeout`.
    let answer = resend(signed(&server.base_url)).await;
    // The client closes the connection while this waits.
    let sent = sent.recv().await.expect("the server thread ends well");
    (answer, sent)
}

/// A response with these headers.
fn framed(headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}").into_bytes()
}

const OK: &str = r#"{"result":"ok"}"#;

#[tokio::test]
async fn contradictory_lengths() {
    let chunks = "f\r\n{\"result\":\"ok\"}\r\n0\r\n\r\n";
    let both = "content-length: 3\r\ntransfer-encoding: chunked";
    let large = "fffffffffffffffff\r\n{\"result\":\"ok\"}\r\n0\r\n\r\n";
    let chunked = "transfer-encoding: chunked";
    #[rustfmt::skip]
    let rows = [
        ("two lengths", "content-length: 15\r\ncontent-length: 3", OK, ("transport", None)),
        ("one length twice", "content-length: 15\r\ncontent-length: 15", OK, ("ok", Some(200))),
        ("lengths in one", "content-length: 15, 3", OK, ("transport", None)),
        ("negative", "content-length: -1", OK, ("transport", None)),
        ("signed", "content-length: +15", OK, ("transport", None)),
        ("no number", "content-length: many", OK, ("transport", None)),
        ("over 64 bits", "content-length: 18446744073709551631", OK, ("transport", None)),
        // hyper keeps this number for a body without length.
        ("64 bits", "content-length: 18446744073709551615", OK, ("transport", None)),
        ("63 bits", "content-length: 9223372036854775807", OK, ("too_large", Some(200))),
        // RFC 9112, section 6.3: the chunks count.
        ("length and chunks", both, chunks, ("ok", Some(200))),
        ("chunks", chunked, chunks, ("ok", Some(200))),
        ("other coding", "transfer-encoding: x", OK, ("ok", Some(200))),
        ("no chunk", chunked, "zz\r\n{}\r\n0\r\n\r\n", ("transport", Some(200))),
        ("negative chunk", chunked, "-1\r\n{}\r\n0\r\n\r\n", ("transport", Some(200))),
        ("chunk over 64 bits", chunked, large, ("transport", Some(200))),
        ("chunk too short", chunked, "2\r\n{\"result\"}\r\n0\r\n\r\n", ("transport", Some(200))),
        ("no last chunk", chunked, "2\r\n{}\r\n", ("transport", Some(200))),
        ("shorter", "content-length: 99", OK, ("transport", Some(200))),
        ("longer", "content-length: 2", OK, ("unexpected", Some(200))),
        ("no length", "connection: close", OK, ("ok", Some(200))),
    ];
    let mut wrong = Vec::new();
    for (name, headers, body, expected) in rows {
        let (answer, _) = answered(Sends::Bytes(framed(headers, body))).await;
        if described(&answer) != expected {
            wrong.push(format!("{name}: {:?} {answer:?}", described(&answer)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn heads_and_bodies_that_are_not_as_documented() {
    // `printf '{"result":"ok"}' | gzip -n9`, of gzip 1.12.
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x4a\x2d\x2e\xcd\x29\
        \x51\xb2\x52\xca\xcf\x56\xaa\x05\x00\xcc\x7e\xc6\x44\x0f\x00\x00\x00";
    let zipped = with_body("200 OK\r\ncontent-encoding: gzip", "application/json", gzip);
    let bom = with_body("200 OK", "application/json", "\u{feff}{}".as_bytes());
    let utf_16: Vec<u8> = OK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_16 = with_body("200 OK", "application/json", &utf_16);
    let old = format!("HTTP/1.0 200 OK\r\n\r\n{OK}").into_bytes();
    #[rustfmt::skip]
    let rows = [
        ("HTTP/1.0", old, ("ok", Some(200))),
        ("HTTP/2.0", b"HTTP/2.0 200 OK\r\n\r\n{}".to_vec(), ("transport", None)),
        ("HTTP/0.9", OK.into(), ("transport", None)),
        ("no header", b"HTTP/1.1 200 OK\r\n".to_vec(), ("transport", None)),
        ("header without colon", framed("nothing", OK), ("transport", None)),
        ("NUL in a header", framed("x: \0", OK), ("transport", None)),
        ("folded header", framed("x: 1\r\n 2\r\ncontent-length: 15", OK), ("transport", None)),
        ("status 999", json("999 Odd", OK), ("unexpected", Some(999))),
        ("status 099", json("099 Odd", OK), ("transport", None)),
        ("status 1000", json("1000 Odd", OK), ("transport", None)),
        ("switched protocols", json("101 Switching Protocols", OK), ("unexpected", Some(101))),
        ("gzip", zipped, ("unexpected", Some(200))),
        ("byte order mark", bom, ("ok", Some(200))),
        ("UTF-16", utf_16, ("unexpected", Some(200))),
        ("NUL bytes", json("200 OK", "\0\0\0\0"), ("unexpected", Some(200))),
        ("NUL after JSON", json("200 OK", "{}\0"), ("unexpected", Some(200))),
        ("two values", json("200 OK", "{}{}"), ("unexpected", Some(200))),
        ("deep", json("200 OK", &"[".repeat(60_000)), ("unexpected", Some(200))),
        ("deep error", json("400 Bad Request", &"{\"data\":".repeat(8_000)), ("unexpected", Some(400))),
    ];
    let mut wrong = Vec::new();
    for (name, bytes, expected) in rows {
        let (answer, _) = answered(Sends::Bytes(bytes)).await;
        if described(&answer) != expected {
            wrong.push(format!("{name}: {:?} {answer:?}", described(&answer)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nothing that a server sends is kept without a limit: it cannot send much more than the buffers on the way hold.
#[tokio::test]
async fn endless_responses_are_cut_off() {
    let head = "HTTP/1.1 200 OK\r\n";
    let with_length = "HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n";
    let failed = "HTTP/1.1 500 Internal Server Error\r\n\r\n";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("400\r\n{:1024}\r\n", "");
    let extension = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;";
    let trailers = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n";
    #[rustfmt::skip]
    let rows = [
        ("reason", "HTTP/1.1 200 ", "x", ("transport", None)),
        ("headers", head, "x: 0123456789\r\n", ("transport", None)),
        ("header", "HTTP/1.1 200 OK\r\nx: ", "0123456789", ("transport", None)),
        ("header's name", head, "x", ("transport", None)),
        ("line breaks", "\r\n", "\r\n", ("transport", None)),
        ("body with length", with_length, " ", ("too_large", Some(200))),
        ("body without length", "HTTP/1.1 200 OK\r\n\r\n", " ", ("too_large", Some(200))),
        ("body of a failure", failed, " ", ("unexpected", Some(500))),
        ("chunks", chunked, &chunk, ("too_large", Some(200))),
        ("chunk extension", extension, "x", ("transport", Some(200))),
        ("trailers", trailers, "x: 0123456789\r\n", ("transport", Some(200))),
    ];
    let mut wrong = Vec::new();
    for (name, start, again, expected) in rows {
        let (answer, sent) = answered(Sends::Repeats(start.into(), again.into())).await;
        if described(&answer) != expected {
            wrong.push(format!("{name}: {:?} {answer:?}", described(&answer)));
        }
        if sent > ENDLESS / 2 {
            wrong.push(format!("{name}: the server sent {sent} bytes"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn large_heads_are_refused() {
    let line = framed(&format!("x: {}", "0".repeat(1024 * 1024)), OK);
    let headers = framed(&"x: 0123456789\r\n".repeat(40 * 1024), OK);
    for (name, bytes) in [("one line", line), ("many lines", headers)] {
        let (answer, _) = answered(Sends::Bytes(bytes)).await;
        assert_eq!(described(&answer), ("transport", None), "{name}: {answer:?}");
    }
}

/// What costs a server a few bytes each time and gives the client nothing to keep. hyper has no limit for it.
#[tokio::test]
async fn endless_nothing_ends_by_the_time_out() {
    let early = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
    let zeros = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0";
    for (start, again, expected) in [
        ("", "HTTP/1.1 100 Continue\r\n\r\n", ("timeout", None)),
        ("", early, ("timeout", None)),
        (zeros, "0", ("timeout", Some(200))),
    ] {
        let call = async |timeout| {
            let server = RawServer::start(move |stream| {
                let _ = stream.write_all(start.as_bytes());
                // Not more: hyper reads on without a pause while there is something, and a build for tests is slow.
                let _ = stream.write_all(again.repeat(1024 * 1024 / again.len()).as_bytes());
                wait_for_end(stream);
            });
            resend(signed(&server.base_url).timeout(timeout)).await
        };
        let answer = patiently(call, |answer| described(answer) == expected).await;
        assert_eq!(described(&answer), expected, "{again}: {answer:?}");
    }
}

/// A server that never pauses keeps one thread of the runtime busy: hyper reads on while there is something. With a second
/// thread, the call ends in time; without, it takes eight times as long here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flood_of_nothing_holds_up_one_thread_only() {
    let server = RawServer::start(|stream| {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0";
        let mut alive = stream.write_all(head.as_bytes());
        while alive.is_ok() {
            alive = stream.write_all(&[b'0'; 64 * 1024]);
        }
    });
    let (start, timeout) = (Instant::now(), Duration::from_secs(1));
    let answer = resend(signed(&server.base_url).timeout(timeout)).await;
    assert_eq!(described(&answer), ("timeout", Some(200)), "{answer:?}");
    assert!(start.elapsed() < 5 * timeout, "{:?}", start.elapsed());
}
