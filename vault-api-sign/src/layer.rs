use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_layer::Layer;
use tower_service::Service;

use crate::request::{SIGNATURE, SignedParts};
use crate::{RequestError, Verifier, VerifyError};

/// How many bytes of a request's body are buffered, unless [`VerifyLayer::body_limit`] says otherwise: 64 KiB.
pub const DEFAULT_BODY_LIMIT: usize = 64 * 1024;

/// Lets only rightly signed requests through to a service.
///
/// It buffers the body, up to a limit, verifies the signature over it and over `X-Fingerprint`, and hands the
/// request on with the same body. Anything else is answered in the service's place, by default with an empty
/// body and the status that [`Rejection::status`] gives.
///
/// Trailers are not kept.
pub struct VerifyLayer<ResponseBody> {
    verifier: Arc<Verifier>,
    body_limit: usize,
    reject: Arc<Reject<ResponseBody>>,
}

type Reject<ResponseBody> = dyn Fn(&Rejection) -> Response<ResponseBody> + Send + Sync;

impl<ResponseBody: Default> VerifyLayer<ResponseBody> {
    /// A layer that asks `verifier`.
    pub fn new(verifier: Verifier) -> Self {
        Self {
            verifier: Arc::new(verifier),
            body_limit: DEFAULT_BODY_LIMIT,
            reject: Arc::new(|rejection| {
                let mut response = Response::new(ResponseBody::default());
                *response.status_mut() = rejection.status();
                response
            }),
        }
    }
}

impl<ResponseBody> VerifyLayer<ResponseBody> {
    /// The same layer with another limit on the body, in bytes. A body of more than 1 MiB is refused whatever
    /// the limit.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The same layer with other answers: what `reject` makes of a [`Rejection`].
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
            reject: Arc::clone(&self.reject),
        }
    }
}

impl<ResponseBody> fmt::Debug for VerifyLayer<ResponseBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyLayer")
            .field("verifier", &self.verifier)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

impl<Inner, ResponseBody> Layer<Inner> for VerifyLayer<ResponseBody> {
    type Service = Verify<Inner, ResponseBody>;

    fn layer(&self, inner: Inner) -> Self::Service {
        Verify {
            inner,
            layer: self.clone(),
        }
    }
}

/// A service behind a [`VerifyLayer`].
pub struct Verify<Inner, ResponseBody> {
    inner: Inner,
    layer: VerifyLayer<ResponseBody>,
}

impl<Inner: Clone, ResponseBody> Clone for Verify<Inner, ResponseBody> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<Inner, ResponseBody> fmt::Debug for Verify<Inner, ResponseBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verify")
            .field("layer", &self.layer)
            .finish_non_exhaustive()
    }
}

impl<Inner, RequestBody, ResponseBody> Service<Request<RequestBody>> for Verify<Inner, ResponseBody>
where
    Inner:
        Service<Request<RequestBody>, Response = Response<ResponseBody>> + Clone + Send + 'static,
    Inner::Future: Send,
    RequestBody: Body + From<Bytes> + Send + 'static,
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
        // The service that was polled until it was ready is the one to call; the copy stays behind.
        let copy = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, copy);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            match layer.verified(&head.headers, body).await {
                Ok(body) => inner.call(Request::from_parts(head, body.into())).await,
                Err(rejection) => Ok((layer.reject)(&rejection)),
            }
        })
    }
}

impl<ResponseBody> VerifyLayer<ResponseBody> {
    /// Reads the body, and gives it back if the request is rightly signed.
    async fn verified<RequestBody>(
        &self,
        headers: &HeaderMap,
        body: RequestBody,
    ) -> Result<Bytes, Rejection>
    where
        RequestBody: Body,
        RequestBody::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let body = Limited::new(body, self.body_limit).collect().await;
        let body = body.map_err(|error| match error.is::<LengthLimitError>() {
            true => Rejection::BodyTooLarge,
            false => Rejection::BodyUnreadable,
        })?;
        let body = body.to_bytes();
        let mut signatures = headers.get_all(SIGNATURE).iter();
        let (Some(signature), None) = (signatures.next(), signatures.next()) else {
            return Err(Rejection::NoSignature);
        };
        let signed = SignedParts::read(headers, &body).map_err(Rejection::Request)?;
        self.verifier
            .verify(&signed.parts(), signature.as_bytes())
            .map_err(Rejection::Signature)?;
        Ok(body)
    }
}

/// Why a [`VerifyLayer`] did not let a request through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The body is over the limit.
    BodyTooLarge,
    /// The body ended before its end.
    BodyUnreadable,
    /// There is no header `X-Signature`, or more than one.
    NoSignature,
    /// The request does not have what a signature is computed over.
    Request(RequestError),
    /// The signature is not this request's.
    Signature(VerifyError),
}

impl Rejection {
    /// The status of the default answer: 413 for a body over the limit, 400 for one that ended early, 401
    /// for all else.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BodyTooLarge | Self::Request(RequestError::BodyTooLarge) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::BodyUnreadable => StatusCode::BAD_REQUEST,
            Self::NoSignature | Self::Request(_) | Self::Signature(_) => StatusCode::UNAUTHORIZED,
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BodyTooLarge => "the body is over the limit",
            Self::BodyUnreadable => "the body could not be read to its end",
            Self::NoSignature => "the request has no `X-Signature`, or more than one",
            Self::Request(_) => "the request cannot be verified",
            Self::Signature(_) => "the request is not rightly signed",
        })
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            Self::Signature(error) => Some(error),
            _ => None,
        }
    }
}
