//! The connections, and what becomes of a request.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming as IncomingBody;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use crate::answer::{What, head};
use crate::builder::{BODY_LIMIT, CONNECTION_LIMIT, HEADER_LIMIT, TIME_LIMIT};
use crate::check::{Incoming, Signatures};
use crate::document::Api;
use crate::known::Phones;
use crate::log::Log;
use crate::operation::Operation;
use crate::prefer::preferred;
use crate::refusal::Refusal;
use crate::request::Kept;
use crate::{Answer, Request};

/// How many bytes of a body that is too large are read, so that its sender gets the answer.
const DRAINED: usize = 8 * 1024 * 1024;
/// How long a connection lasts. Clients make another.
const LIFETIME: Duration = Duration::from_secs(600);
/// How long the server waits after the system gave it no connection: it may be out of file handles.
const PAUSE: Duration = Duration::from_millis(50);

/// Tells the time.
pub(crate) type Clock = Box<dyn Fn() -> Instant + Send + Sync>;
pub(crate) struct Server {
    pub(crate) api: Api,
    pub(crate) signatures: Option<Signatures>,
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    pub(crate) log: Option<Log>,
    pub(crate) state: Mutex<State>,
    #[cfg(feature = "command")]
    pub(crate) page: Option<crate::page::Page>,
}

/// What changes from request to request.
pub(crate) struct State {
    pub(crate) phones: Phones,
    pub(crate) failures: Failures,
    pub(crate) next: VecDeque<Answer>,
    pub(crate) all: Option<Answer>,
    pub(crate) requests: Kept,
}

/// Spreads failures evenly over the requests.
pub(crate) struct Failures {
    rate: f64,
    due: f64,
    count: usize,
}

impl Failures {
    pub(crate) fn new(rate: f64) -> Self {
        let rate = if rate.is_nan() { 0.0 } else { rate.clamp(0.0, 1.0) };
        Self { rate, due: 0.0, count: 0 }
    }

    fn next(&mut self) -> Option<Answer> {
        self.due += self.rate;
        // Ten times 0.1 is a little less than 1.
        if self.due < 1.0 - 1e-9 {
            return None;
        }
        self.due -= 1.0;
        self.count += 1;
        Some(match self.count % 2 {
            1 => Answer::response(503)
                .header("content-type", "text/html")
                .body("<h1>Service Unavailable</h1>"),
            _ => Answer::dropped(),
        })
    }
}

/// Accepts connections until the task is aborted, which ends these, too.
pub(crate) async fn serve(listener: TcpListener, server: Arc<Server>) {
    let permits = Arc::new(Semaphore::new(CONNECTION_LIMIT));
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let server = Arc::clone(&server);
                connections.spawn(async move {
                    connection(stream, peer, server).await;
                    drop(permit);
                });
            }
            Err(_) => sleep(PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, server: Arc<Server>) {
    // Without it, small answers may wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    // A client that takes nothing would keep its place.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TIME_LIMIT));
    let log = Arc::clone(&server);
    let service = service_fn(move |request: http::Request<IncomingBody>| {
        let server = Arc::clone(&server);
        async move {
            let (parts, body) = request.into_parts();
            server.answer(parts, body, peer).await
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIME_LIMIT)
        .max_header_size(HEADER_LIMIT)
        .max_buf_size(2 * HEADER_LIMIT)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    // An error is the client's, which has got hyper's answer to what is not HTTP.
    if let Ok(Err(error)) = timeout(LIFETIME, connection).await {
        log.log_error(&error);
    }
}

/// Closes the connection without a response.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped")]
struct Dropped;

/// What becomes of a request.
struct Decision {
    what: Given,
    delay: Duration,
    /// What the log says besides the status.
    reason: Option<String>,
}

enum Given {
    Response(StatusCode, HeaderMap, Bytes),
    Dropped,
}

impl Given {
    fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Response(status, ..) => Some(*status),
            Self::Dropped => None,
        }
    }
}

impl Server {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic of the clock must not end the sandbox.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(
        &self,
        parts: Parts,
        body: IncomingBody,
        peer: SocketAddr,
    ) -> Result<Response<Full<Bytes>>, Dropped> {
        let (body, unread) = match read(&parts.headers, body).await {
            Ok(body) => (body, None),
            Err(refusal) => (Bytes::new(), Some(refusal)),
        };
        if let Some(response) = self.of_the_page(&parts, &body, peer) {
            self.log(&parts.method, parts.uri.path(), Some(response.status()), None);
            return Ok(response);
        }
        let operation = self.api.operation(&parts.method, parts.uri.path());
        let path = self.logged_path(operation.as_ref().ok().copied(), parts.uri.path());
        let id = operation.as_ref().ok().and_then(|operation| operation.id.clone());
        let decision = match (operation, unread) {
            (Ok(_), Some(refusal)) | (Err(refusal), _) => self.refused(&refusal),
            (Ok(operation), None) => self.decide(operation, &parts, &body),
        };
        let status = decision.what.status();
        self.log(&parts.method, &path, status, decision.reason.as_deref());
        self.state().requests.push(Request {
            operation: id,
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: copied(&parts.headers),
            body,
            status,
            reason: decision.reason,
        });
        let delay = self.latency.saturating_add(decision.delay);
        if !delay.is_zero() {
            sleep(delay).await;
        }
        match decision.what {
            Given::Dropped => Err(Dropped),
            Given::Response(status, headers, body) => {
                let mut response = Response::new(Full::new(body));
                *response.status_mut() = status;
                *response.headers_mut() = headers;
                Ok(response)
            }
        }
    }

    /// The answer to a request that is the page's own, and not of an operation.
    #[cfg(feature = "command")]
    fn of_the_page(
        &self,
        parts: &Parts,
        body: &[u8],
        peer: SocketAddr,
    ) -> Option<Response<Full<Bytes>>> {
        let page = self.page.as_ref()?;
        page.file(parts).or_else(|| page.sign(parts, body, peer, &self.api))
    }

    #[cfg(not(feature = "command"))]
    fn of_the_page(&self, _: &Parts, _: &[u8], _: SocketAddr) -> Option<Response<Full<Bytes>>> {
        None
    }

    fn decide(&self, operation: &Operation, parts: &Parts, body: &[u8]) -> Decision {
        let incoming = Incoming {
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body,
        };
        let body = match incoming.check(operation, self.signatures.as_ref()) {
            Ok(body) => body,
            Err(refusal) => return self.refused(&refusal),
        };
        let preferred = match preferred(&parts.headers, operation) {
            Ok(preferred) => preferred,
            Err(refusal) => return self.refused(&refusal),
        };
        let now = (self.clock)();
        let mut state = self.state();
        let scripted = state.next.pop_front().or_else(|| state.all.clone());
        let (answer, reason) = match scripted {
            Some(answer) => (Some(answer), "set by `answer`"),
            None => (state.failures.next(), "a failure of the fail rate"),
        };
        let delay = answer.as_ref().map_or(Duration::ZERO, |answer| answer.delay);
        let example = match answer.map(|answer| answer.what) {
            Some(What::Dropped) => {
                return Decision { what: Given::Dropped, delay, reason: Some(reason.to_owned()) };
            }
            Some(What::Response { status, headers, body }) => {
                return match head(status, &headers) {
                    Ok((status, headers)) => Decision {
                        what: Given::Response(status, headers, body),
                        delay,
                        reason: Some(reason.to_owned()),
                    },
                    Err(error) => self.failed(error.to_string()),
                };
            }
            Some(What::Example(name)) => match operation.example(&name) {
                Some(example) => Some(example),
                None => {
                    return self.failed(format!(
                        "this operation has no example `{name}`, which `answer` set"
                    ));
                }
            },
            Some(What::Usual) | None => preferred
                .or_else(|| state.phones.error(operation, body.as_ref(), now))
                .or_else(|| operation.success()),
        };
        match example {
            Some(example) => Decision {
                what: Given::Response(
                    example.status,
                    example.headers.clone(),
                    example.body.clone(),
                ),
                delay,
                reason: Some(format!("example `{}`", example.name)),
            },
            None => self.failed(
                "the operation has no example of a success: add one to the document".to_owned(),
            ),
        }
    }

    fn failed(&self, message: String) -> Decision {
        self.refused(&Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message))
    }

    fn refused(&self, refusal: &Refusal) -> Decision {
        let mut headers = refusal.headers();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = Bytes::from(refusal.body().to_string());
        // A field may have a name that the sender chose.
        let field = refusal.field.as_ref().filter(|field| self.is_named(field));
        let reason = match field {
            Some(field) => format!("{field}: {}", refusal.message),
            None => refusal.message.clone(),
        };
        Decision {
            what: Given::Response(refusal.status, headers, body),
            delay: Duration::ZERO,
            reason: Some(reason),
        }
    }
}

/// The headers apart from the buffer that the whole connection is read into.
fn copied(headers: &HeaderMap) -> HeaderMap {
    let copied = headers.iter().filter_map(|(name, value)| {
        Some((name.clone(), HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    copied.collect()
}

/// Reads a body that may be any, of any length, at any pace.
async fn read(headers: &HeaderMap, mut body: IncomingBody) -> Result<Bytes, Refusal> {
    let too_large = || {
        let message = format!("the body is longer than {BODY_LIMIT} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: u64| length > DRAINED as u64)
    {
        return Err(too_large());
    }
    let whole = async {
        let (mut whole, mut length) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            let unreadable =
                |_| Refusal::new(StatusCode::BAD_REQUEST, "the body could not be read to its end");
            let Ok(data) = frame.map_err(unreadable)?.into_data() else { continue };
            length += data.len();
            if length <= BODY_LIMIT {
                whole.extend_from_slice(&data);
            } else if length > DRAINED {
                break;
            }
        }
        if length > BODY_LIMIT { Err(too_large()) } else { Ok(whole.into_boxed_slice().into()) }
    };
    let too_slow = || Refusal::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time");
    timeout(TIME_LIMIT, whole).await.unwrap_or_else(|_| Err(too_slow()))
}
