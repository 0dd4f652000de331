//! What every call does around the request that the generated code builds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{self, HeaderName, HeaderValue};
use reqwest::{Method, Request, StatusCode};

pub(crate) use crate::answer::Answer;
use crate::base_url::check_origin;
use crate::client::Settings;
use crate::credential::{Credentials, InvalidCredential, Secret};
use crate::draft::{Draft, Unfit};
use crate::error::{Error, Failure};
use crate::{
    Call, InvalidRequest, KnownErrors, OPERATIONS, Operation, Outcome, ResponseValue,
    SecurityScheme, Transport,
};

/// A call that was not sent yet.
pub(crate) struct Pending {
    settings: Arc<Settings>,
    /// The operation's place in `OPERATIONS`.
    index: usize,
    timeout: Option<Duration>,
    /// Headers for this call only, or why one of them cannot be sent.
    headers: Result<Vec<(HeaderName, HeaderValue)>, InvalidRequest>,
    /// Credentials for this call only, or which one cannot be sent.
    credentials: Result<Credentials, InvalidCredential>,
}

impl Pending {
    pub(crate) fn new(settings: Arc<Settings>, index: usize) -> Self {
        let credentials = Ok(Credentials::default());
        Self { settings, index, timeout: None, headers: Ok(Vec::new()), credentials }
    }

    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    pub(crate) fn set_header(&mut self, name: Option<HeaderName>, value: Option<HeaderValue>) {
        let Ok(headers) = &mut self.headers else {
            return;
        };
        match own_header(name, value) {
            Ok((name, value)) => {
                headers.retain(|(other, _)| *other != name);
                headers.push((name, value));
            }
            Err(invalid) => self.headers = Err(invalid),
        }
    }

    #[allow(dead_code, reason = "a document may have no security schemes")]
    pub(crate) fn set_credential(&mut self, scheme: &SecurityScheme, secret: Secret) {
        let Ok(credentials) = &mut self.credentials else { return };
        if let Err(invalid) = credentials.set(scheme, secret) {
            self.credentials = Err(invalid);
        }
    }

    /// Builds the request by the generated code.
    pub(crate) fn build(
        &self,
        method: Method,
        fill: impl FnOnce(&mut Draft) -> Result<(), InvalidRequest>,
    ) -> Result<Request, InvalidRequest> {
        let mut draft = Draft::new(method, self.settings.urls[self.index].clone());
        fill(&mut draft)?;
        Ok(draft.into_request())
    }

    /// Sends a request and reads its response.
    ///
    /// It is compiled for each operation, so it leaves to functions without type parameters what does not depend on one.
    pub(crate) async fn send<T, E, F>(
        self,
        request: Result<Request, InvalidRequest>,
        is_success: fn(u16) -> bool,
        read: impl FnOnce(Answer) -> F,
    ) -> Result<ResponseValue<T>, Error<E>>
    where
        E: KnownErrors,
        F: Future<Output = Result<ResponseValue<T>, Error<E>>>,
    {
        let Self { settings, index, timeout, headers, credentials } = self;
        let operation = &OPERATIONS[index];
        let security = settings.alternatives[index];
        let request = request.and_then(|request| complete(request, operation, timeout, headers?));
        let request = request
            .and_then(|request| Ok((request, credentials.map_err(InvalidCredential::of_call)?)));
        let mut watch = Watch::new(settings, operation, security);
        let exchange = async {
            let answer = watch.settings.exchange(request, watch.call()).await?;
            match is_success(answer.status().as_u16()) {
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
    /// Sends a request and waits for its response.
    async fn exchange(
        &self,
        request: Result<(Request, Credentials), InvalidRequest>,
        call: Call<'_>,
    ) -> Result<Answer, Failure> {
        let (mut request, own) = request.map_err(Failure::InvalidRequest)?;
        self.prepare(&mut request, &own, &call)?;
        let response = self.http.execute(request).await;
        let response = response.map_err(Transport::before_response).map_err(Failure::Transport)?;
        Ok(Answer::new(response, self.response_limit))
    }

    /// Adds the credentials, runs the middleware, and makes sure that the request goes where the client was built for.
    fn prepare(
        &self,
        request: &mut Request,
        own: &Credentials,
        call: &Call<'_>,
    ) -> Result<(), Failure> {
        let added = self.credentials.add(own, call.security, &self.provided, request);
        added.map_err(Failure::MissingCredential)?;
        for middleware in &self.middleware {
            middleware.apply(call, request).map_err(|refusal| match refusal.parameter {
                Some(parameter) => {
                    Failure::InvalidRequest(InvalidRequest::new(parameter, refusal.source))
                }
                None => Failure::Middleware(refusal.source),
            })?;
        }
        let is_here = check_origin(&self.base_url, request);
        is_here.map_err(|other| Failure::Middleware(Box::new(other)))
    }
}

/// Tells the middleware, and the span, how a call ends; also if its future is dropped before that.
struct Watch {
    settings: Arc<Settings>,
    operation: &'static Operation,
    security: &'static [SecurityScheme],
    start: Instant,
    has_ended: bool,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl Watch {
    fn new(
        settings: Arc<Settings>,
        operation: &'static Operation,
        security: &'static [SecurityScheme],
    ) -> Self {
        Self {
            #[cfg(feature = "tracing")]
            span: crate::span::new(operation, &settings.base_url),
            settings,
            operation,
            security,
            start: Instant::now(),
            has_ended: false,
        }
    }

    fn call(&self) -> Call<'_> {
        Call {
            operation: self.operation,
            base_url: &self.settings.base_url,
            security: self.security,
        }
    }

    fn end(&mut self, status: Option<StatusCode>, error: Option<&'static str>) {
        self.has_ended = true;
        let outcome = Outcome { status, duration: self.start.elapsed(), error };
        #[cfg(feature = "tracing")]
        crate::span::end(&self.span, &outcome);
        let call = self.call();
        for middleware in &self.settings.middleware {
            middleware.observe(&call, &outcome);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // After a panic, a second one of a middleware would abort the process.
        if !self.has_ended && !std::thread::panicking() {
            self.end(None, Some("cancelled"));
        }
    }
}

/// A header that a caller adds to one call. Its value is not shown, because it may be a credential.
fn own_header(
    name: Option<HeaderName>,
    value: Option<HeaderValue>,
) -> Result<(HeaderName, HeaderValue), InvalidRequest> {
    let name = name.ok_or_else(|| InvalidRequest::new("name", Unfit::HeaderName))?;
    let mut value = value.ok_or_else(|| InvalidRequest::new(shown(&name), Unfit::Header))?;
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

/// The names of headers that an error shows besides the document's. The caller may have passed a value in the place of
/// another.
#[rustfmt::skip]
const KNOWN_HEADERS: [&str; 31] = [
    "accept", "accept-encoding", "accept-language", "authorization", "baggage", "cache-control",
    "connection", "content-encoding", "content-length", "content-type", "cookie", "date", "expect",
    "forwarded", "host", "idempotency-key", "origin", "prefer", "referer", "te", "traceparent",
    "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent", "via", "x-correlation-id",
    "x-forwarded-for", "x-request-id", "x-trace-id",
];

fn shown(name: &HeaderName) -> &'static str {
    let known = KNOWN_HEADERS.iter().copied();
    let schemes = OPERATIONS.iter().flat_map(|operation| operation.security.iter().copied());
    let documented = schemes.flatten().filter_map(SecurityScheme::header);
    known.chain(documented).find(|known| name == known).unwrap_or("header")
}

/// Adds what a caller set for this call. The headers replace neither the operation's nor its credentials.
fn complete(
    mut request: Request,
    operation: &Operation,
    timeout: Option<Duration>,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> Result<Request, InvalidRequest> {
    if timeout.is_some() {
        *request.timeout_mut() = timeout;
    }
    for (name, value) in headers {
        let mut credentials =
            operation.security.iter().copied().flatten().filter_map(SecurityScheme::header);
        if request.headers().contains_key(&name) || credentials.any(|header| name == header) {
            return Err(InvalidRequest::new(name.to_string(), Unfit::OwnHeader));
        }
        request.headers_mut().insert(name, value);
    }
    Ok(request)
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

            /// Sets a header of this call, for example a trace id. Text, and reqwest's own types, become one. A second value
            /// for a header replaces the first.
            ///
            /// The headers of the operation, its credentials, and those that frame a request cannot be set here: the
            /// call then fails with [`Error::InvalidRequest`](crate::Error::InvalidRequest).
            pub fn header(
                mut self,
                name: impl ::std::convert::TryInto<::reqwest::header::HeaderName>,
                value: impl ::std::convert::TryInto<::reqwest::header::HeaderValue>,
            ) -> Self {
                self.pending.set_header(name.try_into().ok(), value.try_into().ok());
                self
            }
        }

        /// Awaiting a request sends it.
        impl ::std::future::IntoFuture for $request {
            type Output =
                ::std::result::Result<crate::ResponseValue<$success>, crate::CallError<$error>>;
            type IntoFuture = ::std::pin::Pin<
                ::std::boxed::Box<
                    dyn ::std::future::Future<Output = Self::Output> + ::std::marker::Send,
                >,
            >;

            fn into_future(self) -> Self::IntoFuture {
                ::std::boxed::Box::pin(self.send())
            }
        }
    };
}
pub(crate) use request;
