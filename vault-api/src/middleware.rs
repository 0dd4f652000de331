use std::sync::Arc;
use std::time::Duration;

use reqwest::{Request, StatusCode, Url};

use crate::{Operation, SecurityScheme};

/// An error of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Looks at every finished request before it is sent, may change it, and is told how the call ended.
///
/// A middleware runs once per call, after the request's headers and body are final and before a connection is made. It
/// is synchronous: it works on what is in memory. After the last one, the client checks that the request still goes to
/// the scheme, host and port of its base URL and has no `Host` of its own, and refuses to send it elsewhere.
///
/// A closure is a middleware, and so is an `Arc` of one. Give its arguments their types; the compiler does not infer
/// them:
///
/// ```no_run
/// use vault_api::reqwest::{Request, header::HeaderValue};
/// use vault_api::{Call, Client, SANDBOX_URL};
///
/// # fn main() -> Result<(), vault_api::BuildError> {
/// let client = Client::builder(SANDBOX_URL)
///     .merchant_id("bece038f-2e46-49f4-b25e-89cd38d6dc16")
///     .without_signature()
///     .middleware(|call: &Call<'_>, request: &mut Request| {
///         let id = HeaderValue::try_from(format!("{}-1", call.operation.id))?;
///         request.headers_mut().insert("x-trace-id", id);
///         Ok(())
///     })
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// For metrics, implement [`observe`](Self::observe):
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use vault_api::reqwest::Request;
/// use vault_api::{Call, Middleware, Outcome, Refusal};
///
/// #[derive(Default)]
/// struct Errors(AtomicU64);
///
/// impl Middleware for Errors {
///     fn apply(&self, _: &Call<'_>, _: &mut Request) -> Result<(), Refusal> {
///         Ok(())
///     }
///
///     fn observe(&self, _: &Call<'_>, outcome: &Outcome) {
///         if outcome.error.is_some() {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
/// ```
pub trait Middleware: Send + Sync {
    /// Changes the request, or refuses it.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] stops the call: nothing is sent, and the caller gets
    /// [`Error::Middleware`](crate::Error::Middleware), or [`Error::InvalidRequest`](crate::Error::InvalidRequest) for
    /// [`Refusal::invalid_value`].
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal>;

    /// The name of the security scheme whose credential this middleware adds to each request that needs it.
    ///
    /// Such a middleware runs behind all others, so that nothing changes what it has signed.
    fn provides(&self) -> Option<&'static str> {
        None
    }

    /// Sees how a call ended, once per call, whatever ended it but a panic. If the call's future is dropped, this runs in
    /// its `drop`: do not panic and do not block.
    fn observe(&self, _call: &Call<'_>, _outcome: &Outcome) {}
}

impl<F> Middleware for F
where
    F: Fn(&Call<'_>, &mut Request) -> Result<(), Refusal> + Send + Sync,
{
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
        self(call, request)
    }
}

impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
        (**self).apply(call, request)
    }

    fn provides(&self) -> Option<&'static str> {
        (**self).provides()
    }

    fn observe(&self, call: &Call<'_>, outcome: &Outcome) {
        (**self).observe(call, outcome);
    }
}

/// The call that a request belongs to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The operation that is called.
    pub operation: &'a Operation,
    /// The base URL that the client was built with.
    pub base_url: &'a Url,
    /// The security schemes whose credentials the request carries: the alternative that the client uses.
    pub security: &'static [SecurityScheme],
}

impl<'a> Call<'a> {
    /// A call to test a middleware with; the client makes its own. It uses the first alternative of the operation's
    /// security.
    pub fn new(operation: &'a Operation, base_url: &'a Url) -> Self {
        Self {
            operation,
            base_url,
            security: operation.security.first().copied().unwrap_or_default(),
        }
    }

    /// The security scheme of this name, if the request must carry its credential.
    pub fn security_scheme(&self, name: &str) -> Option<&'static SecurityScheme> {
        self.security.iter().find(|scheme| scheme.name == name)
    }
}

/// How a call ended. It has no text of the caller's or the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The status of the response, if there was one.
    pub status: Option<StatusCode>,
    /// How long the call took, from `send` to the end of the response.
    pub duration: Duration,
    /// The [class](crate::Error::class) of the error, if the call failed, or `cancelled` if its future was dropped.
    pub error: Option<&'static str>,
}

impl Outcome {
    /// An outcome to test a middleware with; the client makes its own.
    pub fn new(
        status: Option<StatusCode>,
        duration: Duration,
        error: Option<&'static str>,
    ) -> Self {
        Self { status, duration, error }
    }

    /// OpenTelemetry's `error.type`, which a metric can have: the status of a response that is an error, and for every
    /// other failure its class. It is `None` if the call did not fail.
    pub fn error_type(&self) -> Option<&str> {
        let class = self.error?;
        let is_error = |status: &&StatusCode| status.is_client_error() || status.is_server_error();
        Some(self.status.as_ref().filter(is_error).map_or(class, StatusCode::as_str))
    }
}

/// Why a [`Middleware`] refuses a request. Any error becomes one with `?`.
#[derive(Debug)]
pub struct Refusal {
    pub(crate) parameter: Option<&'static str>,
    pub(crate) source: BoxError,
}

impl Refusal {
    /// A refusal because the caller passed a wrong value for `parameter`. The call fails with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest). `reason` must not quote the value.
    pub fn invalid_value(parameter: &'static str, reason: impl Into<BoxError>) -> Self {
        Self { parameter: Some(parameter), source: reason.into() }
    }

    /// The parameter that the caller passed a wrong value for, if that is the reason.
    pub fn parameter(&self) -> Option<&'static str> {
        self.parameter
    }

    /// The error that this refusal is made of.
    pub fn into_source(self) -> BoxError {
        self.source
    }
}

impl<E: Into<BoxError>> From<E> for Refusal {
    fn from(reason: E) -> Self {
        Self { parameter: None, source: reason.into() }
    }
}
