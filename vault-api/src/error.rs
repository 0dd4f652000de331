use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::known::known;
use crate::{BoxError, KnownError, KnownErrors, MissingCredential, Redacted, Transport};

/// How many bytes of an unexpected response's body are kept: 4 KiB.
const BODY_EXCERPT: usize = 4096;

/// Why a call has no documented response. `E` is the operation's error body.
///
/// | variant | what happened | the server may have acted |
/// | --- | --- | --- |
/// | [`Rejected`](Self::Rejected) | the server sent the documented error body | yes |
/// | [`Unexpected`](Self::Unexpected) | the status or the body is not documented; a redirect, for example | yes |
/// | [`TooLarge`](Self::TooLarge) | the body of a success is larger than the response limit | yes |
/// | [`Transport`](Self::Transport) | no response, or not all of it | unless no connection was made |
/// | [`InvalidRequest`](Self::InvalidRequest) | the caller's value cannot be sent | no |
/// | [`MissingCredential`](Self::MissingCredential) | the client has not what proves who calls | no |
/// | [`Middleware`](Self::Middleware) | a middleware refused the request | no |
///
/// `Display`, `Debug` and the sources show neither what the caller passed nor what the server sent, except for the
/// status and the [`KnownError`] that the OpenAPI document names. Read the rest with the methods, and do not log it.
///
/// Services can make each variant in their own tests:
///
/// ```
/// use vault_api::reqwest::StatusCode;
/// use vault_api::reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
/// use vault_api::types::ErrorBody;
/// use vault_api::{Error, Rejected};
///
/// fn status_for(error: &Error<ErrorBody>) -> StatusCode {
///     match error {
///         error if error.is_rate_limited() => StatusCode::TOO_MANY_REQUESTS,
///         error if error.is_caller_error() => StatusCode::UNPROCESSABLE_ENTITY,
///         error if error.is_timeout() => StatusCode::GATEWAY_TIMEOUT,
///         _ => StatusCode::BAD_GATEWAY,
///     }
/// }
///
/// let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("600"))]);
/// let body = ErrorBody::new().error("RATE_LIMIT_SIGNUP_ATTEMPT");
/// let error = Error::Rejected(Rejected::new(StatusCode::BAD_REQUEST, headers, body));
/// assert_eq!(status_for(&error), StatusCode::TOO_MANY_REQUESTS);
/// assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(600));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error<E> {
    /// The server sent the operation's error body with any error status.
    #[error(transparent)]
    Rejected(Rejected<E>),

    /// The server sent something that the document does not describe: another status (a redirect, for example, which
    /// is not followed), or another body.
    #[error(transparent)]
    Unexpected(Unexpected),

    /// The body of a success is larger than
    /// [`ClientBuilder::response_limit`](crate::ClientBuilder::response_limit). With an error status, it is
    /// [`Unexpected`](Self::Unexpected): the status says what happened.
    #[error(transparent)]
    TooLarge(TooLarge),

    /// There was no response, or it broke off.
    #[error(transparent)]
    Transport(Transport),

    /// A value that the caller passed cannot be sent. Nothing was sent.
    #[error(transparent)]
    InvalidRequest(InvalidRequest),

    /// The operation needs a credential that neither the client nor the request has. Nothing was sent.
    #[error(transparent)]
    MissingCredential(MissingCredential),

    /// A [`Middleware`](crate::Middleware) refused the request. Nothing was sent.
    #[error("a middleware refused the request, so nothing was sent")]
    Middleware(#[source] BoxError),
}

impl<E> Error<E> {
    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Rejected(rejected) => Some(rejected.status()),
            Self::Unexpected(unexpected) => Some(unexpected.status()),
            Self::TooLarge(too_large) => Some(too_large.status()),
            Self::Transport(transport) => transport.status(),
            Self::InvalidRequest(_) | Self::MissingCredential(_) | Self::Middleware(_) => None,
        }
    }

    /// The headers of the response, if there was one. A server controls them: do not log them.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Rejected(rejected) => Some(rejected.headers()),
            Self::Unexpected(unexpected) => Some(unexpected.headers()),
            Self::TooLarge(too_large) => Some(too_large.headers()),
            Self::Transport(transport) => transport.headers(),
            Self::InvalidRequest(_) | Self::MissingCredential(_) | Self::Middleware(_) => None,
        }
    }

    /// How long the server asks to wait, by its header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date,
    /// which is compared with the response's own `Date` or, without that, with the local clock. A date in the past is
    /// zero. More than `u32::MAX` seconds are that many.
    pub fn retry_after(&self) -> Option<Duration> {
        // An `Instant` can be that much later.
        const GREATEST: Duration = Duration::from_secs(u32::MAX as u64);
        let text = |name| self.headers()?.get(name)?.to_str().ok().map(str::trim);
        let after = text(RETRY_AFTER)?;
        if !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit()) {
            // Only a number that is too large fails.
            return Some(after.parse().map_or(GREATEST, Duration::from_secs).min(GREATEST));
        }
        let until = httpdate::parse_http_date(after).ok()?;
        let now = text(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        let wait = until.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default();
        Some(wait.min(GREATEST))
    }

    /// The error body, if the server sent it in its documented form.
    pub fn body(&self) -> Option<&E> {
        match self {
            Self::Rejected(rejected) => Some(rejected.body()),
            _ => None,
        }
    }

    /// The error that the server reports, if the document names it.
    pub fn known(&self) -> Option<&'static KnownError> {
        match self {
            Self::Rejected(rejected) => rejected.known(),
            Self::Unexpected(unexpected) => unexpected.known,
            _ => None,
        }
    }

    /// The document's name for the error, which the server's body or status tells: for example
    /// `RATE_LIMIT_SIGNUP_ATTEMPT`. A log may have it.
    pub fn error_code(&self) -> Option<&'static str> {
        self.known().map(|known| known.code)
    }

    /// Whether a value that the caller passed cannot be sent or signed: a phone number without a digit, for example.
    /// The same call fails again.
    pub fn is_caller_error(&self) -> bool {
        matches!(self, Self::InvalidRequest(_))
    }

    /// Whether a time-out ended the call before its outcome was known. With an error status, a body that does not arrive
    /// in time is [`Unexpected`](Self::Unexpected).
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(transport) if transport.is_timeout())
    }

    /// Whether no connection to the server was made.
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport(transport) if transport.is_connect())
    }

    /// Whether the request may have reached the server.
    ///
    /// If so, the call may have had its effect, and the same call may have it again: a second *resend code* sends the
    /// customer a second message. It is false if no connection was made, be it refused or not made in
    /// [`ClientBuilder::connect_timeout`](crate::ClientBuilder::connect_timeout).
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::InvalidRequest(_) | Self::MissingCredential(_) | Self::Middleware(_) => false,
            Self::Transport(transport) => !transport.is_connect(),
            Self::Rejected(_) | Self::Unexpected(_) | Self::TooLarge(_) => true,
        }
    }

    /// The class of the error, for metrics: a short text from a fixed list.
    ///
    /// `rejected`, `unexpected`, `too_large`, `timeout`, `connect_timeout`, `connect`, `transport`, `invalid_request`,
    /// `missing_credential` or `middleware`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Rejected(_) => "rejected",
            Self::Unexpected(_) => "unexpected",
            Self::TooLarge(_) => "too_large",
            Self::Transport(transport) => match (transport.is_connect(), transport.is_timeout()) {
                (true, true) => "connect_timeout",
                (true, false) => "connect",
                (false, true) => "timeout",
                (false, false) => "transport",
            },
            Self::InvalidRequest(_) => "invalid_request",
            Self::MissingCredential(_) => "missing_credential",
            Self::Middleware(_) => "middleware",
        }
    }
}

/// The errors that are the same for every operation.
pub(crate) enum Failure {
    TooLarge(TooLarge),
    Transport(Transport),
    InvalidRequest(InvalidRequest),
    MissingCredential(MissingCredential),
    Middleware(BoxError),
}

impl<E> From<Failure> for Error<E> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooLarge(error) => Self::TooLarge(error),
            Failure::Transport(error) => Self::Transport(error),
            Failure::InvalidRequest(error) => Self::InvalidRequest(error),
            Failure::MissingCredential(error) => Self::MissingCredential(error),
            Failure::Middleware(error) => Self::Middleware(error),
        }
    }
}

/// The start of a response: its status and headers.
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// A response with the operation's error body.
pub struct Rejected<E>(Box<RejectedParts<E>>);

struct RejectedParts<E> {
    head: Head,
    body: E,
    known: Option<&'static KnownError>,
}

impl<E: KnownErrors> Rejected<E> {
    /// A rejection, as a server sends it.
    pub fn new(status: StatusCode, headers: HeaderMap, body: E) -> Self {
        let known = known(status, Some(&body));
        Self(Box::new(RejectedParts { head: Head { status, headers }, body, known }))
    }
}

impl<E> Rejected<E> {
    /// The status, 4xx or 5xx.
    pub fn status(&self) -> StatusCode {
        self.0.head.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.head.headers
    }

    /// What the server says. It may quote the request.
    pub fn body(&self) -> &E {
        &self.0.body
    }

    /// The same, without the rest.
    pub fn into_body(self) -> E {
        self.0.body
    }

    /// The error that the server reports, if the document names it.
    pub fn known(&self) -> Option<&'static KnownError> {
        self.0.known
    }
}

impl<E: fmt::Debug> fmt::Debug for Rejected<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected")
            .field("status", &self.status())
            .field("known", &self.known())
            .field("body", self.body())
            .finish_non_exhaustive()
    }
}

impl<E> fmt::Display for Rejected<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server rejected the request with status {}", self.status())?;
        show_known(self.known(), f)
    }
}

fn show_known(known: Option<&KnownError>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match known {
        Some(known) => write!(f, ": {} ({})", known.code, known.description.trim_end_matches('.')),
        None => Ok(()),
    }
}

impl<E: fmt::Debug> std::error::Error for Rejected<E> {}

/// A response that the OpenAPI document does not describe.
pub struct Unexpected {
    head: Box<Head>,
    body: Vec<u8>,
    reason: Reason,
    known: Option<&'static KnownError>,
}

/// Why a response is not one that the OpenAPI document describes. It has nothing of the body, so a log may have it.
///
/// Line and column are those of the last byte that was read, behind the first value that is wrong. They count from 1, and
/// columns count bytes; column 0 is before the first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The document has no response with this status.
    #[error("the document has no response with this status")]
    UndocumentedStatus,
    /// An error's body is larger than the response limit, did not arrive in time, or broke off.
    #[error("its body did not arrive whole")]
    Incomplete,
    /// The body is not JSON.
    #[error("its body is not JSON: line {line}, column {column}")]
    NotJson {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// The body is JSON of another shape than the document's.
    #[error(
        "its body has another shape than documented: {}line {line}, column {column}",
        shown(place)
    )]
    OtherShape {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// Which value it is, for example `items[2].name`; empty for the whole body. A name that the document does not
        /// have is shown as `*`.
        place: String,
    },
}

impl Reason {
    /// The body is of another shape, and no part of it is to blame.
    pub(crate) fn whole_body() -> Self {
        Self::OtherShape { line: 1, column: 1, place: String::new() }
    }
}

fn shown(place: &str) -> String {
    match place {
        "" => String::new(),
        place => format!("`{place}`, "),
    }
}

impl Unexpected {
    /// Such a response; of the body, the start is kept. `E` is the operation's error body.
    pub fn new<E: KnownErrors>(
        status: StatusCode,
        headers: HeaderMap,
        body: &[u8],
        reason: Reason,
    ) -> Self {
        let body = body[..body.len().min(BODY_EXCERPT)].to_vec();
        let known = known::<E>(status, None);
        Self { head: Box::new(Head { status, headers }), body, reason, known }
    }

    /// What is wrong with the response.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The start of the body, at most 4 KiB.
    ///
    /// The server may quote the request in it: treat it as personal data.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unexpected")
            .field("status", &self.status())
            .field("reason", &self.reason)
            .field("body", &Redacted)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Unexpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, .. } = self;
        write!(
            f,
            "the server sent an undocumented response with status {} ({reason})",
            self.status()
        )?;
        if self.status().is_redirection() {
            f.write_str(", and redirects are not followed")?;
        }
        show_known(self.known, f)
    }
}

impl std::error::Error for Unexpected {}

/// A response whose body is larger than the response limit. The rest of it was not read.
pub struct TooLarge {
    head: Box<Head>,
}

impl TooLarge {
    /// Such a response.
    pub fn new(status: StatusCode, headers: HeaderMap) -> Self {
        Self { head: Box::new(Head { status, headers }) }
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }
}

impl fmt::Debug for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TooLarge").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the body of the response (status {}) is larger than the response limit",
            self.status()
        )
    }
}

impl std::error::Error for TooLarge {}

/// A value that the caller passed and that cannot be sent. Its message names the parameter and never the value.
#[derive(Debug)]
pub struct InvalidRequest {
    parameter: Cow<'static, str>,
    source: BoxError,
}

impl InvalidRequest {
    /// Says that the value of `parameter` cannot be sent, and why. The reason must not quote the value.
    pub fn new(parameter: impl Into<Cow<'static, str>>, reason: impl Into<BoxError>) -> Self {
        Self { parameter: parameter.into(), source: reason.into() }
    }

    /// The parameter with the wrong value: its name in Rust, in a body's JSON, or of a header that was added to a call. It is
    /// `header` if the header's name is neither usual nor the document's: it may be a value that got into its place.
    pub fn parameter(&self) -> &str {
        &self.parameter
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value of `{}` cannot be sent, so nothing was sent", self.parameter)
    }
}

impl std::error::Error for InvalidRequest {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
