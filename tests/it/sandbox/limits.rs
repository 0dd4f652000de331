//! What the sandbox does with whatever is sent to it, and what it says in its log.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vault_api::reqwest::{Method, StatusCode};
use vault_api_sandbox::{BODY_LIMIT, CONNECTION_LIMIT, HEADER_LIMIT, Sandbox};

use super::{BODY, PATH, http, right, said, set, unsigned};
use crate::support::{PHONE, signer};

async fn connect(sandbox: &Sandbox) -> TcpStream {
    let address = sandbox.base_url();
    let address: SocketAddr = address["http://".len()..].parse().expect("an address");
    TcpStream::connect(address).await.expect("a connection")
}

/// Sends bytes, and reads what comes back until the server closes the connection.
async fn exchange(sandbox: &Sandbox, bytes: &[u8]) -> String {
    let mut stream = connect(sandbox).await;
    // The server may have closed the connection before it read everything.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn whatever_is_sent_the_next_request_is_answered() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let long = "x".repeat(HEADER_LIMIT);
    let many: String = (0..500).map(|n| format!("x-{n}: 1\r\n")).collect();
    let nested = format!("{}1{}", "[".repeat(30_000), "]".repeat(30_000));
    let head = format!("POST {PATH} HTTP/1.1\r\nhost: a\r\n");
    let rows = [
        (String::new(), ""),
        ("\0\u{1}\u{2}".repeat(10_000), ""),
        ("SSH-2.0-OpenSSH_9.6\r\n".to_owned(), "400"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400"),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), "4"),
        (format!("{head}x-long: {long}\r\n\r\n"), "431"),
        (format!("{head}{many}\r\n"), "431"),
        (format!("{head}content-length: -1\r\n\r\n"), "400"),
        (format!("{head}content-length: 18446744073709551615\r\n\r\n{{"), "4"),
        (format!("{head}content-length: 9\r\n\r\n{{"), ""),
        (format!("{head}transfer-encoding: chunked\r\n\r\nZZ\r\n"), ""),
        (format!("{head}expect: 100-continue\r\ncontent-length: 0\r\n\r\n"), "400"),
        (
            format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{nested}", nested.len()),
            "400",
        ),
        ("OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(), "404"),
        ("CONNECT a:1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_owned(), "404"),
    ];
    for (bytes, status) in rows {
        let answer = exchange(&sandbox, bytes.as_bytes()).await;
        let start = &bytes[..bytes.len().min(80)];
        let answered = answer.strip_prefix("HTTP/1.1 ").unwrap_or_default();
        assert!(answered.starts_with(status), "{start:?}: {answer:?}");
    }
    let response = right(&sandbox.base_url()).send().await.expect("it is answered");
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn body_is_limited() {
    let sandbox = Sandbox::unsigned().start().await.expect("a sandbox");
    let start = r#"{"phone":"+447871234567","x":""#;
    let body = |length: usize| format!("{start}{}\"}}", "x".repeat(length - start.len() - 2));
    let request = |length| unsigned(&sandbox.base_url()).body(body(length));
    let response = request(BODY_LIMIT).send().await.expect("it is answered");
    assert_eq!(response.status(), StatusCode::OK);
    for length in [BODY_LIMIT + 1, 1024 * 1024] {
        let response = request(length).send().await.expect("it is answered");
        assert_eq!(said(response).await, "413 -: the body is longer than 65536 bytes");
    }
}

/// tokio's time goes on by itself while everything waits.
#[tokio::test(start_paused = true)]
async fn slow_and_idle_connections_are_closed() {
    let sandbox = Sandbox::unsigned().start().await.expect("a sandbox");
    let head = format!("POST {PATH} HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n");
    for start in ["", "POST", &head, &format!("{head}\r\n{{")] {
        let mut stream = connect(&sandbox).await;
        stream.write_all(start.as_bytes()).await.expect("it is taken");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("the server closes the connection");
    }
}

#[tokio::test]
async fn connections_over_the_limit_wait() {
    // What waited is answered in the end, even if its client has gone away.
    let builder = Sandbox::builder(signer()).resend_window(Duration::ZERO);
    let sandbox = builder.start().await.expect("a sandbox");
    let mut idle = Vec::new();
    for _ in 0..CONNECTION_LIMIT {
        idle.push(connect(&sandbox).await);
    }
    let waiting = right(&sandbox.base_url()).timeout(Duration::from_millis(200)).send().await;
    assert!(waiting.is_err_and(|error| error.is_timeout()));
    drop(idle);
    let response = right(&sandbox.base_url()).send().await.expect("it is answered");
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn log_has_a_line_for_each_request_and_nothing_personal() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&lines);
    let builder = Sandbox::builder(signer())
        .log(move |line| log.lock().expect("no panic").push(line.to_owned()));
    let sandbox = builder.start().await.expect("a sandbox");
    let url = sandbox.base_url();
    let body = |body: String| right(&url).body(body);
    for request in [
        right(&url),
        right(&url),
        right(&url).header("Prefer", format!("example={PHONE}")),
        unsigned(&url).body(BODY),
        unsigned(&url).header("X-Signature", PHONE).body(BODY),
        set(right(&url), "content-type", PHONE),
        body(format!("\"{PHONE}\"")),
        body(format!(r#"{{"phone":{{"{PHONE}":1}}}}"#)),
        body(format!(r#"{{"{PHONE}":"{PHONE}"}}"#)),
        right(&url).query(&[("phone", PHONE)]),
        http().get(format!("{url}{PATH}?{PHONE}")),
        http().post(format!("{url}/v2/mobile/phone/{PHONE}")),
        http().post(format!("{url}{PATH}/{PHONE}")),
        http().request(Method::from_bytes(b"M447871234567").expect("a method"), format!("{url}/")),
    ] {
        request.send().await.expect("it is answered");
    }
    let lines = lines.lock().expect("no panic").join("\n");
    assert!(!lines.contains("447871234567"), "{lines}");
    insta::assert_snapshot!(lines);
}
