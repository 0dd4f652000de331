use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use vault_api_sign::{Parts, SharedKeyring, Verifier};

use crate::document::{Document, DocumentError};

/// A server of the Vault API on loopback; [`Sandbox::builder`] makes one. It stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox that accepts the signatures of a signer or keyring.
    pub fn builder(signer: impl Into<SharedKeyring>) -> SandboxBuilder {
        SandboxBuilder { verifier: Verifier::new(signer).accept_base64(), answer: None }
    }

    /// The base URL for a client.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests have come in.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Makes a [`Sandbox`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct SandboxBuilder {
    verifier: Verifier,
    answer: Option<String>,
}

impl SandboxBuilder {
    /// Answers each right request with the response example of this name, for example `rate_limited`,
    /// and not with the example of a success.
    pub fn answer(mut self, example: impl Into<String>) -> Self {
        self.answer = Some(example.into());
        self
    }

    /// Starts the server, on a port that the system chooses.
    ///
    /// # Errors
    ///
    /// If the OpenAPI document cannot be read or no port can be had.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let requests = Arc::new(AtomicUsize::new(0));
        let state = Arc::new(Server {
            document: Document::read()?,
            verifier: self.verifier,
            answer: self.answer,
            requests: Arc::clone(&requests),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().fallback(answer).with_state(state);
        let server = tokio::spawn(async move {
            // It ends when the task is aborted; until then there is nobody to tell.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Sandbox { address, requests, server })
    }
}

/// Why no sandbox was started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The OpenAPI document cannot be read.
    #[error("the sandbox has nothing to answer from")]
    Document(#[from] DocumentError),
    /// No port could be had.
    #[error("the sandbox cannot listen on loopback")]
    Listen(#[from] io::Error),
}

struct Server {
    document: Document,
    verifier: Verifier,
    answer: Option<String>,
    requests: Arc<AtomicUsize>,
}

async fn answer(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    server.requests.fetch_add(1, Ordering::SeqCst);
    let (status, body) = match server.respond(&method, uri.path(), &headers, &body) {
        Ok(answer) => answer,
        Err(rejection) => rejection.answer(),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (status, headers, body.to_string()).into_response()
}

/// Why a request is not a right one. The vendor does not document what its server answers then.
enum Rejection {
    NoOperation,
    Field(String),
}

impl Rejection {
    fn answer(self) -> (u16, Value) {
        match self {
            Self::NoOperation => (404, json!({})),
            Self::Field(field) => {
                let body = json!({
                    "error": "COMMON",
                    "errorId": 0,
                    "field": field,
                    "systemId": "sandbox",
                });
                (400, body)
            }
        }
    }
}

impl Server {
    fn respond(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(u16, Value), Rejection> {
        let called = self.document.operation(method.as_str(), path);
        let called = called.ok_or(Rejection::NoOperation)?;
        let operation = called.described;
        for name in self.document.required_headers(&called) {
            if headers.get(&name).is_none_or(|value| value.is_empty()) {
                return Err(Rejection::Field(name));
            }
        }
        let body: Value =
            serde_json::from_slice(body).map_err(|_| Rejection::Field("body".to_owned()))?;
        if let Some(field) = self.document.wrong_field(operation, &body) {
            return Err(Rejection::Field(field));
        }
        if let Some(header) =
            called.table.security_scheme("Signature").and_then(|scheme| scheme.header)
        {
            self.check_signature(header, headers, &body)?;
        }

        let example = match &self.answer {
            Some(name) => self.document.example(operation, name),
            None => self.document.success(operation),
        };
        example.ok_or(Rejection::Field("example".to_owned()))
    }

    fn check_signature(
        &self,
        name: &str,
        headers: &HeaderMap,
        body: &Value,
    ) -> Result<(), Rejection> {
        let signature = headers.get(name).map_or(&b""[..], |value| value.as_bytes());
        let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default();
        let fingerprint = headers.get("X-Fingerprint").map_or(&b""[..], |value| value.as_bytes());
        let parts = Parts::new(fingerprint, text("phone")).password(text("password"));
        self.verifier.verify(&parts, signature).map_err(|_| Rejection::Field(name.to_owned()))
    }
}
