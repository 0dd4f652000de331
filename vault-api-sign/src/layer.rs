use std::error::Error;
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tokio::time::timeout;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::{GREATEST_BODY, signed_fields};
use crate::request::{fingerprint, parts};
use crate::signed::{FINGERPRINT, SIGNATURE};
use crate::{Rejection, Verifier, VerifyError};

/// How many bytes a request's body may have, unless [`VerifyLayer::body_limit`] sets another limit: 64 KiB. The API's
/// bodies are a few hundred bytes.
pub const DEFAULT_BODY_LIMIT: usize = 64 * 1024;

/// How long reading a request's body may take, unless [`VerifyLayer::body_timeout`] sets another limit: 10 seconds.
/// The API's bodies usually arrive with the headers.
pub const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Lets only requests with a valid signature through to a service.
///
/// It verifies the signature over the body and `X-Fingerprint`. The service gets the same request, with its body in
/// memory as [`Full<Bytes>`](Full) and without trailers. The headers with the signature and the fingerprint are marked
/// sensitive, so that their `Debug` does not show them. The outer body may be any, such as hyper's `Incoming` or
/// axum's `Body`.
///
/// The layer answers every other request itself, by default with [`Rejection::response`] and an empty body. It does
/// so without reading the body if the header `X-Signature` or `X-Fingerprint` is missing or doubled, if no accepted
/// encoding has the signature's length, or if `Content-Length` is over the limit.
///
/// # Panics
///
/// Calls must run in a Tokio runtime whose time is enabled, as under `#[tokio::main]`; see [`tokio::time::timeout`].
pub struct VerifyLayer<ResponseBody> {
    verifier: Arc<Verifier>,
    body_limit: usize,
    body_timeout: Duration,
    reject: Arc<Reject<ResponseBody>>,
}

type Reject<ResponseBody> = dyn Fn(&Rejection) -> Response<ResponseBody> + Send + Sync;

impl<ResponseBody: Default> VerifyLayer<ResponseBody> {
    /// A layer that lets through what `verifier` accepts.
    pub fn new(verifier: Verifier) -> Self {
        Self {
            verifier: Arc::new(verifier),
            body_limit: DEFAULT_BODY_LIMIT,
            body_timeout: DEFAULT_BODY_TIMEOUT,
            reject: Arc::new(|rejection| rejection.response(ResponseBody::default())),
        }
    }
}

impl<ResponseBody> VerifyLayer<ResponseBody> {
    /// The same layer with another limit on the body, in bytes: at most 1 MiB. A greater limit has the effect of that
    /// one.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes.min(GREATEST_BODY);
        self
    }

    /// The same layer with another limit on the time that reading the whole body may take.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// The same layer with other answers: those that `reject` returns. Start with [`Rejection::response`] to keep the
    /// status and the challenge.
    #[must_use]
    pub fn reject_with(
        mut self,
        reject: impl Fn(&Rejection) -> Response<ResponseBody> + Send + Sync + 'static,
    ) -> Self {
        self.reject = Arc::new(reject);
        self
    }
}

impl<ResponseBody> Clone for VerifyLayer<ResponseBody> {
    fn clone(&self) -> Self {
        Self {
            verifier: Arc::clone(&self.verifier),
            body_limit: self.body_limit,
            body_timeout: self.body_timeout,
            reject: Arc::clone(&self.reject),
        }
    }
}

impl<ResponseBody> fmt::Debug for VerifyLayer<ResponseBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyLayer")
            .field("verifier", &self.verifier)
            .field("body_limit", &self.body_limit)
            .field("body_timeout", &self.body_timeout)
            .finish_non_exhaustive()
    }
}

impl<Inner, ResponseBody> Layer<Inner> for VerifyLayer<ResponseBody> {
    type Service = Verify<Inner, ResponseBody>;

    fn layer(&self, inner: Inner) -> Self::Service {
        Verify { inner, layer: self.clone() }
    }
}

/// A service behind a [`VerifyLayer`].
pub struct Verify<Inner, ResponseBody> {
    inner: Inner,
    layer: VerifyLayer<ResponseBody>,
}

impl<Inner: Clone, ResponseBody> Clone for Verify<Inner, ResponseBody> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<Inner, ResponseBody> fmt::Debug for Verify<Inner, ResponseBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verify").field("layer", &self.layer).finish_non_exhaustive()
    }
}

impl<Inner, RequestBody, ResponseBody> Service<Request<RequestBody>> for Verify<Inner, ResponseBody>
where
    Inner:
        Service<Request<Full<Bytes>>, Response = Response<ResponseBody>> + Clone + Send + 'static,
    Inner::Future: Send,
    RequestBody: Body + Send + 'static,
    RequestBody::Data: Send,
    RequestBody::Error: Into<Box<dyn Error + Send + Sync>>,
    ResponseBody: 'static,
{
    type Response = Response<ResponseBody>;
    type Error = Inner::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let layer = self.layer.clone();
        // The service that is ready must be the one that is called, so the copy stays behind.
        let copy = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, copy);
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let verified = layer.verified(&head.headers, body).await;
            for name in [SIGNATURE, FINGERPRINT] {
                if let Some(value) = head.headers.get_mut(name) {
                    value.set_sensitive(true);
                }
            }
            match verified {
                Ok(body) => inner.call(Request::from_parts(head, Full::new(body))).await,
                Err(rejection) => Ok((layer.reject)(&rejection)),
            }
        })
    }
}

impl<ResponseBody> VerifyLayer<ResponseBody> {
    /// Reads the body, and returns it if the signature is valid. What costs least comes first.
    async fn verified<RequestBody>(
        &self,
        headers: &HeaderMap,
        body: RequestBody,
    ) -> Result<Bytes, Rejection>
    where
        RequestBody: Body,
        RequestBody::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let mut signatures = headers.get_all(SIGNATURE).iter();
        let (Some(signature), None) = (signatures.next(), signatures.next()) else {
            return Err(Rejection::NoSignature);
        };
        if !self.verifier.accepts_length(signature.as_bytes()) {
            return Err(Rejection::Signature(VerifyError));
        }
        let fingerprint = fingerprint(headers).map_err(Rejection::Request)?;
        let body = self.read(headers, body).await?;
        let fields = signed_fields(&body).map_err(Rejection::Request)?;
        self.verifier
            .verify(&parts(fingerprint, &fields), signature.as_bytes())
            .map_err(Rejection::Signature)?;
        Ok(body)
    }

    async fn read<RequestBody>(
        &self,
        headers: &HeaderMap,
        body: RequestBody,
    ) -> Result<Bytes, Rejection>
    where
        RequestBody: Body,
        RequestBody::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let announced = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > self.body_limit) {
            return Err(Rejection::BodyTooLarge);
        }
        let whole = whole(Limited::new(body, self.body_limit), announced.unwrap_or_default());
        match timeout(self.body_timeout, whole).await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Rejection::BodyTooLarge),
            Ok(Err(_)) => Err(Rejection::BodyUnreadable),
            Err(_) => Err(Rejection::BodyTooSlow),
        }
    }
}

/// How much memory a `Content-Length` alone can take, behind the first chunk.
const MAX_RESERVED: usize = DEFAULT_BODY_LIMIT;

/// Reads a body into one buffer: each of its chunks would take the memory that it came in. A single chunk is the buffer.
async fn whole<B: Body>(body: B, announced: usize) -> Result<Bytes, B::Error> {
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(mut data) = frame?.into_data() else { continue };
        if first.is_empty() {
            first = data.copy_to_bytes(data.remaining());
            continue;
        }
        if whole.is_empty() {
            whole.reserve_exact(announced.min(MAX_RESERVED));
            whole.extend_from_slice(&first);
        }
        whole.put(data);
    }
    // It may have grown to more than it needs.
    whole.shrink_to_fit();
    Ok(if whole.is_empty() { first } else { whole.into() })
}
