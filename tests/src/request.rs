use std::collections::VecDeque;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::builder::{KEPT_BYTES, REQUEST_LIMIT};

/// A request that came in. Its `Debug` shows what the document names, and nothing of the caller's values.
#[derive(Clone)]
pub struct Request {
    pub(crate) operation: Option<String>,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) status: Option<StatusCode>,
    pub(crate) reason: Option<String>,
}

impl Request {
    /// The `operationId` of the operation that the request calls, for example `resend_code`.
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// The method, for example `POST`.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path, as it was sent.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What follows the `?`, as it was sent.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The first header of this name, in any case, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it was sent. It is empty if it was larger than [`BODY_LIMIT`](crate::BODY_LIMIT).
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        self.parse().ok()
    }

    /// The body as a type, for example `vault_api::types::ResendCodeRequest`.
    ///
    /// # Errors
    ///
    /// If the body is not JSON, or is not of this type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// The status that the request was answered with; `None` if the connection was dropped.
    pub fn status(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    /// Why it was answered so, as in the [log](crate::SandboxBuilder::log): what is wrong with the request, or the name of
    /// the example.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// How many bytes of the sender's it has.
    fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        let texts = [Some(self.method.as_str()), Some(self.path.as_str()), self.query()];
        let texts = texts.into_iter().flatten().map(str::len);
        headers.chain(texts).sum::<usize>() + self.body.len()
    }
}

/// The last requests.
#[derive(Default)]
pub(crate) struct Kept {
    requests: VecDeque<Request>,
    size: usize,
}

impl Kept {
    pub(crate) fn push(&mut self, request: Request) {
        self.size += request.size();
        self.requests.push_back(request);
        while self.requests.len() > REQUEST_LIMIT || self.size > KEPT_BYTES {
            let Some(oldest) = self.requests.pop_front() else { return };
            self.size -= oldest.size();
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<Request> {
        self.requests.iter().cloned().collect()
    }
}
