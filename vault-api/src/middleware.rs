use reqwest::{Request, Url};

use crate::Operation;

/// An error of any type, as a [`Middleware`] may return one.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Something that looks at every finished request before it is sent, and may change it.
///
/// A middleware runs once per call, after the request's headers and body are final and before a
/// connection is made. It is synchronous: it works on what is in memory.
///
/// ```
/// use vault_api::reqwest::{Request, header::HeaderValue};
/// use vault_api::{BoxError, Call, Middleware};
///
/// struct TraceId;
///
/// impl Middleware for TraceId {
///     fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), BoxError> {
///         let id = format!("{}-1", call.operation.id);
///         request.headers_mut().insert("x-trace-id", HeaderValue::try_from(id)?);
///         Ok(())
///     }
/// }
/// ```
pub trait Middleware: Send + Sync {
    /// Changes the request, or refuses it.
    ///
    /// # Errors
    ///
    /// Any error stops the call: nothing is sent, and the caller gets
    /// [`Failure::Middleware`](crate::Failure::Middleware) with the error as its source.
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), BoxError>;
}

/// What a [`Middleware`] is told about the call that a request belongs to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Call<'a> {
    /// The operation that is called.
    pub operation: &'a Operation,
    /// The base URL that the client was built with.
    pub base_url: &'a Url,
}

impl<'a> Call<'a> {
    /// A call to test a middleware with; the client makes its own.
    pub fn new(operation: &'a Operation, base_url: &'a Url) -> Self {
        Self {
            operation,
            base_url,
        }
    }
}
