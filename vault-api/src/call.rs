//! What every call does around the request that the generated code builds.

use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};

use progenitor_client::ResponseValue;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, RequestBuilder, StatusCode};
use serde::Serialize;

pub(crate) use crate::answer::Answer;
use crate::client::Settings;
use crate::error::Error;
use crate::{Call, InvalidRequest, KnownErrors, Operation, Outcome, Transport};

/// The security scheme whose credential is set on the client.
const MERCHANT_ID: &str = "MerchantId";

/// A call that was not sent yet.
pub(crate) struct Pending {
    settings: Arc<Settings>,
    operation: &'static Operation,
    timeout: Option<Duration>,
    /// Headers for this call only, or why one of them cannot be sent.
    headers: Result<HeaderMap, InvalidRequest>,
}

impl Pending {
    pub(crate) fn new(settings: Arc<Settings>, operation: &'static Operation) -> Self {
        Self { settings, operation, timeout: None, headers: Ok(HeaderMap::new()) }
    }

    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    pub(crate) fn set_header(&mut self, name: Option<HeaderName>, value: Option<HeaderValue>) {
        let Ok(headers) = &mut self.headers else {
            return;
        };
        match own_header(name, value) {
            Ok((name, value)) => _ = headers.insert(name, value),
            Err(invalid) => self.headers = Err(invalid),
        }
    }

    /// Builds the request by the generated code.
    pub(crate) fn build(
        &self,
        build: impl FnOnce(&Settings) -> Result<Request, InvalidRequest>,
    ) -> Result<Request, InvalidRequest> {
        build(&self.settings)
    }

    /// Sends a request and reads its response.
    pub(crate) async fn send<T, E, F>(
        self,
        request: Result<Request, InvalidRequest>,
        is_success: fn(u16) -> bool,
        read: impl FnOnce(Answer) -> F,
    ) -> Result<ResponseValue<T>, Error<E>>
    where
        E: KnownErrors + serde::de::DeserializeOwned + Serialize,
        F: Future<Output = Result<ResponseValue<T>, Error<E>>>,
    {
        let Self { settings, operation, timeout, headers } = self;
        let mut watch = Watch::new(settings, operation);
        let exchange = async {
            let settings = &watch.settings;
            let mut request = request.map_err(Error::InvalidRequest)?;
            *request.timeout_mut() = timeout.or(request.timeout().copied());
            let headers = headers.and_then(|headers| add_headers(&mut request, headers, operation));
            headers.map_err(Error::InvalidRequest)?;
            settings.prepare(&mut request, operation)?;
            let response = settings.http.execute(request).await;
            let response =
                response.map_err(|error| Error::Transport(Transport::before_response(error)))?;
            let status = response.status();
            let answer = Answer::new(response, settings.response_limit);
            match is_success(status.as_u16()) {
                true => read(answer).await,
                false => Err(answer.error().await),
            }
        };
        #[cfg(feature = "tracing")]
        let exchange = tracing::Instrument::instrument(exchange, watch.span.clone());
        let result = exchange.await;
        match &result {
            Ok(response) => watch.end(Some(response.status()), None),
            Err(error) => watch.end(error.status(), Some(error.class())),
        }
        result
    }
}

impl Settings {
    /// Adds the credential, runs the middleware, and makes sure that the request goes where the client was built for.
    fn prepare<E>(&self, request: &mut Request, operation: &Operation) -> Result<(), Error<E>> {
        if let Some(header) =
            operation.security_scheme(MERCHANT_ID).and_then(|scheme| scheme.header)
        {
            let name =
                HeaderName::try_from(header).map_err(|error| Error::Middleware(error.into()))?;
            request.headers_mut().insert(name, self.merchant_id.clone());
        }
        let call = Call::new(operation, &self.base_url);
        for middleware in &self.middleware {
            middleware.apply(&call, request).map_err(|refusal| match refusal.parameter {
                Some(parameter) => {
                    Error::InvalidRequest(InvalidRequest::new(parameter, refusal.source))
                }
                None => Error::Middleware(refusal.source),
            })?;
        }
        match request.url().origin() == self.base_url.origin() {
            true => Ok(()),
            false => Err(Error::Middleware(Box::new(OtherOrigin))),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error(
    "the request would go to another scheme, host or port than the base URL: do not change them in a middleware"
)]
struct OtherOrigin;

/// Tells the middleware, and the span, how a call ends; also if its future is dropped before that.
struct Watch {
    settings: Arc<Settings>,
    operation: &'static Operation,
    start: Instant,
    has_ended: bool,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Watch {
    fn new(settings: Arc<Settings>, operation: &'static Operation) -> Self {
        Self {
            #[cfg(feature = "tracing")]
            span: crate::span::new(operation, &settings.base_url),
            settings,
            operation,
            start: Instant::now(),
            has_ended: false,
        }
    }

    fn end(&mut self, status: Option<StatusCode>, error: Option<&'static str>) {
        self.has_ended = true;
        let outcome = Outcome { status, duration: self.start.elapsed(), error };
        #[cfg(feature = "tracing")]
        crate::span::end(&self.span, &outcome);
        let call = Call::new(self.operation, &self.settings.base_url);
        for middleware in &self.settings.middleware {
            middleware.observe(&call, &outcome);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(None, Some("cancelled"));
        }
    }
}

/// Why a text cannot be sent where it belongs.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error("a header cannot have control characters or line breaks: remove them")]
    Header,
    #[error("use letters, digits and hyphens in the name of a header")]
    HeaderName,
    #[error("the client or a middleware sets this header: leave it out")]
    OwnHeader,
    #[error("a part of a path cannot be empty, `.` or `..`")]
    Segment,
    #[error("the value cannot be serialized")]
    Body,
}

/// The value of a header parameter.
pub(crate) fn header_value(
    parameter: &'static str,
    text: &(impl AsRef<str> + ?Sized),
    is_sensitive: bool,
) -> Result<HeaderValue, InvalidRequest> {
    let mut value = HeaderValue::from_str(text.as_ref())
        .map_err(|_| InvalidRequest::new(parameter, Unfit::Header))?;
    value.set_sensitive(is_sensitive);
    Ok(value)
}

/// Refuses the values of a path parameter that would make the path another one.
pub(crate) fn path_segment(
    parameter: &'static str,
    text: &impl Display,
) -> Result<(), InvalidRequest> {
    match text.to_string().as_str() {
        "" | "." | ".." => Err(InvalidRequest::new(parameter, Unfit::Segment)),
        _ => Ok(()),
    }
}

/// A header that a caller adds to one call. Its value is not shown, because it may be a credential.
fn own_header(
    name: Option<HeaderName>,
    value: Option<HeaderValue>,
) -> Result<(HeaderName, HeaderValue), InvalidRequest> {
    let name = name.ok_or_else(|| InvalidRequest::new("name", Unfit::HeaderName))?;
    let mut value = value.ok_or_else(|| InvalidRequest::new(name.to_string(), Unfit::Header))?;
    value.set_sensitive(true);
    // They decide where a request ends and who it is for.
    let framing = [
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
    ];
    match framing.contains(&name) {
        true => Err(InvalidRequest::new(name.to_string(), Unfit::OwnHeader)),
        false => Ok((name, value)),
    }
}

/// Adds a caller's headers. They replace neither the operation's nor its credentials.
fn add_headers(
    request: &mut Request,
    headers: HeaderMap,
    operation: &Operation,
) -> Result<(), InvalidRequest> {
    for (name, value) in headers {
        // `None` repeats the name before, and no name is here twice.
        let Some(name) = name else { continue };
        let mut credentials =
            operation.security.iter().copied().flatten().filter_map(|scheme| scheme.header);
        if request.headers().contains_key(&name) || credentials.any(|header| name == header) {
            return Err(InvalidRequest::new(name.to_string(), Unfit::OwnHeader));
        }
        request.headers_mut().insert(name, value);
    }
    Ok(())
}

impl From<reqwest::Error> for InvalidRequest {
    /// reqwest defers what goes wrong while a request is built: a value that cannot be serialized.
    fn from(_: reqwest::Error) -> Self {
        // Its error is not kept: it may quote the value.
        Self::new("body", Unfit::Body)
    }
}

/// Bodies that reqwest has no method for.
#[allow(dead_code, reason = "each operation uses at most one")]
pub(crate) trait RequestExt: Sized {
    /// A body of JSON, if there is one.
    fn optional_json<T: Serialize>(self, body: &Option<T>) -> Self;

    /// A body of a form.
    fn form_urlencoded<T: Serialize>(self, body: &T) -> Result<Self, InvalidRequest>;
}

impl RequestExt for RequestBuilder {
    fn optional_json<T: Serialize>(self, body: &Option<T>) -> Self {
        match body {
            Some(body) => self.json(body),
            None => self,
        }
    }

    fn form_urlencoded<T: Serialize>(self, body: &T) -> Result<Self, InvalidRequest> {
        progenitor_client::RequestBuilderExt::<()>::form_urlencoded(self, body)
            .map_err(|_| InvalidRequest::new("body", Unfit::Body))
    }
}

/// What each generated request has besides its own setters.
macro_rules! request {
    ($request:ident, $success:ty, $error:ty) => {
        impl $request {
            /// How long this call may take in all, instead of
            /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
            ///
            /// Connecting counts. If this ends the call before
            /// [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout) does, the client cannot tell
            /// whether the request was sent, and `may_have_been_sent` is true.
            pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.pending.set_timeout(timeout);
                self
            }

            /// Adds a header to this call, for example a trace id. Text, and reqwest's own types, become one.
            ///
            /// The headers of the operation, its credentials, and those that frame a request cannot be set here: the
            /// call then fails with [`Error::InvalidRequest`](crate::Error::InvalidRequest).
            pub fn header(
                mut self,
                name: impl TryInto<::reqwest::header::HeaderName>,
                value: impl TryInto<::reqwest::header::HeaderValue>,
            ) -> Self {
                self.pending.set_header(name.try_into().ok(), value.try_into().ok());
                self
            }
        }

        /// Awaiting a request sends it.
        impl ::std::future::IntoFuture for $request {
            type Output = ::std::result::Result<ResponseValue<$success>, crate::Error<$error>>;
            type IntoFuture =
                ::std::pin::Pin<::std::boxed::Box<dyn Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }
    };
}
pub(crate) use request;

#[cfg(test)]
mod tests;
