//! A connection is used again if the response before was read to its end, and only then; and no call gets a
//! part of another's response.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use vault_api::types::ResendCodeRequest;
use vault_api::{Client, TransportKind};

use crate::raw_server::{Connections, json, read_request, with_body};
use crate::support::{Answer, FINGERPRINT, PHONE, patiently, signed};

/// The header by which the server knows the second call.
const SECOND: &str = "x-second";

/// Answers each first call with `first`, and each second call with the number of its connection.
struct Server {
    connections: Connections,
    /// The number of the connection of the last first call.
    first: Arc<Mutex<usize>>,
    /// Says that a first call was received, and that its connection has ended.
    events: UnboundedReceiver<Event>,
}

#[derive(Debug, PartialEq)]
enum Event {
    Received,
    Ended,
}

/// What the server does after it has sent its part.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Serves,
    Closes,
}

impl Server {
    fn start(answer: Vec<u8>, then: Then) -> Self {
        let (sender, events) = unbounded_channel();
        let first: Arc<Mutex<usize>> = Arc::default();
        let last = Arc::clone(&first);
        let connections = Connections::start(move |number, mut stream| {
            let mut is_first = false;
            while let Some(is_second) = next(&mut stream) {
                let sent = if is_second {
                    stream.write_all(&json("200 OK", &format!(r#"{{"result":"{number}"}}"#)))
                } else {
                    is_first = true;
                    *last.lock().expect("no other thread panicked") = number;
                    let _ = sender.send(Event::Received);
                    stream.write_all(&answer)
                };
                if sent.is_err() {
                    break;
                }
                if then == Then::Closes && !is_second {
                    let _ = stream.shutdown(Shutdown::Write);
                    let _ = stream.read_to_end(&mut Vec::new());
                    break;
                }
            }
            if is_first {
                tell(&sender);
            }
        });
        Self { connections, first, events }
    }

    fn client(&self) -> Client {
        signed(&self.connections.base_url()).build().expect("the settings are right")
    }

    /// Makes the second call, and says whether its connection is that of the first.
    async fn second_is_on_the_same(&self, client: &Client) -> bool {
        // The response may end before the client has put its connection away; each turn runs its other tasks.
        for _ in 0..32 {
            tokio::task::yield_now().await;
        }
        let request = client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE));
        let response = request.header(SECOND, "1").send().await;
        let response = response.expect("the second call succeeds");
        let number = response.result.as_deref().map(str::parse::<usize>);
        let number = number.expect("a result").expect("the second response");
        number == *self.first.lock().expect("no other thread panicked")
    }
}

/// Tells the test, if it is still there, that a connection has ended.
fn tell(sender: &UnboundedSender<Event>) {
    let _ = sender.send(Event::Ended);
}

/// Reads a request and says whether it is a second call's; `None` at the end of the connection.
fn next(stream: &mut TcpStream) -> Option<bool> {
    let request = read_request(stream);
    let is_whole = request.windows(4).any(|bytes| bytes == b"\r\n\r\n");
    is_whole.then(|| String::from_utf8_lossy(&request).contains(SECOND))
}

async fn first(client: &Client) -> Answer {
    client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE)).send().await
}

/// The class of an outcome.
fn class(answer: &Answer) -> &'static str {
    match answer {
        Ok(_) => "ok",
        Err(error) => error.class(),
    }
}

fn chunked(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
    )
    .into_bytes()
}

const OK: &str = r#"{"result":"first"}"#;
const ERROR: &str = r#"{"error":"COMMON"}"#;

#[tokio::test]
async fn connection_is_used_again_after_a_response_that_was_read() {
    let html = with_body("400 Bad Request", "text/html", b"<html>");
    let truncated = json("200 OK", r#"{"result":"fi"#);
    let no_content = b"HTTP/1.1 204 No Content\r\n\r\n".to_vec();
    let early = b"HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n".to_vec();
    // The chunks count, so that nothing is left: RFC 9112, section 6.3.
    let chunks = String::from_utf8(chunked(OK)).expect("the body is text");
    let both = chunks.replacen("\r\n", "\r\ncontent-length: 3\r\n", 1);
    for (name, answer, expected) in [
        ("200", json("200 OK", OK), "ok"),
        ("200 in chunks", chunked(OK), "ok"),
        ("200 in chunks with a length", both.into_bytes(), "ok"),
        ("200 after 103", [early, json("200 OK", OK)].concat(), "ok"),
        ("400", json("400 Bad Request", ERROR), "rejected"),
        ("400 with html", html, "unexpected"),
        ("404 with nothing", json("404 Not Found", ""), "unexpected"),
        ("500", json("500 Internal Server Error", ERROR), "rejected"),
        ("204", no_content, "unexpected"),
        ("200 with truncated json", truncated, "unexpected"),
    ] {
        let server = Server::start(answer, Then::Serves);
        let client = server.client();
        assert_eq!(class(&first(&client).await), expected, "{name}");
        assert!(server.second_is_on_the_same(&client).await, "{name}");
    }
}

#[tokio::test]
async fn connection_is_not_used_again_after_a_response_that_was_not_read() {
    let large = format!(r#"{{"result":"{}"}}"#, "x".repeat(4 * 1024 * 1024));
    let broken = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"res".to_vec();
    let closing = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}".to_vec();
    let (serves, closes) = (Then::Serves, Then::Closes);
    for (name, answer, then, expected) in [
        ("too large", json("200 OK", &large), serves, "too_large"),
        ("too large in chunks", chunked(&large), serves, "too_large"),
        ("400 that is too large", json("400 Bad Request", &large), serves, "unexpected"),
        ("no HTTP", b"SSH-2.0\r\n\r\n".to_vec(), serves, "transport"),
        ("broken off", broken, closes, "transport"),
        ("nothing", vec![], closes, "transport"),
        ("announced end", closing, serves, "ok"),
    ] {
        let server = Server::start(answer, then);
        let client = server.client();
        assert_eq!(class(&first(&client).await), expected, "{name}");
        assert!(!server.second_is_on_the_same(&client).await, "{name}");
        assert_eq!(server.connections.count(), 2, "{name}");
    }
}

/// Bytes after a response and before the next request answer no request.
#[tokio::test]
async fn response_that_was_not_asked_for_is_not_taken() {
    let twice = [json("200 OK", OK), json("200 OK", r#"{"result":"0"}"#)].concat();
    let server = Server::start(twice, Then::Serves);
    let client = server.client();
    assert_eq!(class(&first(&client).await), "ok");
    assert!(!server.second_is_on_the_same(&client).await);
}

#[tokio::test]
async fn connection_that_the_server_closed_is_not_used_again() {
    let mut server = Server::start(json("200 OK", OK), Then::Closes);
    let client = server.client();
    assert_eq!(class(&first(&client).await), "ok");
    assert_eq!(server.events.recv().await, Some(Event::Received));
    // The client closes its side when it sees that the server has closed its own.
    assert_eq!(server.events.recv().await, Some(Event::Ended));
    assert!(!server.second_is_on_the_same(&client).await);
}

#[tokio::test]
async fn connection_is_not_used_again_after_a_time_out() {
    let in_body = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"res".to_vec();
    for (kind, answer) in
        [(TransportKind::ResponseTimeout, vec![]), (TransportKind::BodyTimeout, in_body)]
    {
        let server = Server::start(answer, Then::Serves);
        let client = server.client();
        let call = async |timeout: Duration| {
            let request = client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE));
            request.timeout(timeout).send().await
        };
        let timed_out = |answer: &Answer| matches!(answer, Err(vault_api::Error::Transport(transport)) if transport.kind() == kind);
        let answer = patiently(call, timed_out).await;
        assert!(timed_out(&answer), "{answer:?}");
        assert!(!server.second_is_on_the_same(&client).await, "{kind:?}");
    }
}

#[tokio::test]
async fn connection_is_not_used_again_after_a_call_was_dropped() {
    let mut server = Server::start(vec![], Then::Serves);
    let client = server.client();
    tokio::select! {
        answer = first(&client) => panic!("{answer:?}"),
        event = server.events.recv() => assert_eq!(event, Some(Event::Received)),
    }
    assert!(!server.second_is_on_the_same(&client).await);
    assert_eq!(server.events.recv().await, Some(Event::Ended));
}
