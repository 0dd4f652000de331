//! A server that is nothing but a socket: it keeps the bytes that come in, and answers with the bytes
//! that it is given.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread::JoinHandle;

pub struct RawServer {
    pub base_url: String,
    request: JoinHandle<Vec<u8>>,
}

impl RawServer {
    /// Takes one connection, reads one request, and lets `respond` do the rest.
    pub fn start(respond: impl FnOnce(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("a bound address");
        let request = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let request = read_request(&mut stream);
            respond(&mut stream);
            request
        });
        Self {
            base_url: format!("http://{address}"),
            request,
        }
    }

    /// Answers with these bytes and closes the connection.
    pub fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |stream| {
            // A client that has read enough may be gone.
            let _ = stream.write_all(&answer);
        })
    }

    /// The bytes of the request.
    pub fn request(self) -> Vec<u8> {
        self.request.join().expect("the server thread ended well")
    }
}

/// An answer with a body of JSON.
pub fn json(status: &str, body: &str) -> Vec<u8> {
    with_body(status, "application/json", body.as_bytes())
}

/// An answer with a body.
pub fn with_body(status: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Waits until the client has closed the connection.
pub fn wait_for_end(stream: &mut TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(length) => request.extend_from_slice(&chunk[..length]),
        }
    }
    request
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    body.len() >= length
}
