//! A server that is nothing but a socket: it keeps the bytes that come in, and answers with the bytes
//! that it is given.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

pub struct RawServer {
    pub base_url: String,
    request: JoinHandle<Vec<u8>>,
}

impl RawServer {
    /// Takes one connection, reads one request, and lets `respond` do the rest.
    pub fn start(respond: impl FnOnce(&mut TcpStream) + Send + 'static) -> Self {
        let (listener, address) = listen();
        let request = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let request = read_request(&mut stream);
            respond(&mut stream);
            request
        });
        Self { base_url: format!("http://{address}"), request }
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

/// A server that takes any number of connections, each in a thread of its own, until it is dropped.
pub struct Connections {
    pub address: SocketAddr,
    count: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Connections {
    /// Gives each connection to `serve`, with its number: 0 for the first.
    pub fn start(serve: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> Self {
        let (listener, address) = listen();
        let server = Self { address, count: Arc::default(), is_over: Arc::default() };
        let (count, is_over) = (Arc::clone(&server.count), Arc::clone(&server.is_over));
        let serve = Arc::new(serve);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let stream = stream.expect("a connection");
                // Without it, a group of bytes waits for the acknowledgement of the one before.
                stream.set_nodelay(true).expect("a TCP socket");
                let serve = Arc::clone(&serve);
                let number = count.fetch_add(1, Ordering::SeqCst);
                std::thread::spawn(move || serve(number, stream));
            }
        });
        server
    }

    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were made so far.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Ends the wait for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
    let address = listener.local_addr().expect("a bound address");
    (listener, address)
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

/// Reads one request; what there is of it, if the client is gone.
pub fn read_request(stream: &mut impl Read) -> Vec<u8> {
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
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    body.len() >= length
}
