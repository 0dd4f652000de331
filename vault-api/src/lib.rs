// rustdoc takes the first of two definitions; the README's own lead to files.
//! [`Client`]: Client
//! [`ClientBuilder`]: ClientBuilder
//! [`ClientBuilder::allow_insecure_http`]: ClientBuilder::allow_insecure_http
//! [`Error`]: Error
//! [`Middleware`]: Middleware
//! [`Middleware::provides`]: Middleware::provides
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod base_url;
mod call;
mod client;
mod credential;
mod draft;
mod error;
mod known;
mod middleware;
mod operation;
mod redacted;
mod response;
#[cfg(feature = "tracing")]
mod span;
mod text;
mod tls;
mod transport;

// progenitor has a style of its own, and its documentation is as complete as the document's.
#[allow(
    dead_code,
    missing_docs,
    unused_imports,
    unused_mut,
    unused_qualifications,
    unused_variables,
    clippy::all,
    clippy::unwrap_used,
    rustdoc::bare_urls,
    rustdoc::invalid_html_tags
)]
mod generated {
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("generated.rs");
}

pub use base_url::{OtherOrigin, check_base_url, check_origin};
pub use client::{
    BuildError, Client, ClientBuilder, DEFAULT_CONNECT_TIMEOUT, DEFAULT_IDLE_TIMEOUT,
    DEFAULT_KEEP_ALIVE, DEFAULT_RESPONSE_LIMIT, DEFAULT_TIMEOUT,
};
pub use credential::{InvalidCredential, MissingCredential};
pub use error::Error as CallError;
pub use error::{InvalidRequest, Reason, Rejected, TooLarge, Unexpected};
#[cfg(feature = "schemars")]
#[cfg_attr(docsrs, doc(cfg(feature = "schemars")))]
pub use generated::component_schemas;
#[allow(unused_imports, reason = "a document may name no servers")]
pub use generated::servers::*;
pub use generated::{Error, OPERATIONS, request, types};
pub use known::{KnownError, KnownErrors, Sign};
pub use middleware::{BoxError, Call, Middleware, Outcome, Refusal};
pub use operation::{Operation, Place, SecurityScheme};
pub(crate) use redacted::Redacted;
/// The HTTP client that this crate is built on, in the version of its public types.
pub use reqwest;
pub use response::{ByteStream, ResponseValue};
pub use transport::{Transport, TransportKind};

/// What the build script generated, to compare the committed copy with.
#[cfg(feature = "codegen")]
#[doc(hidden)]
pub const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/generated.rs"));

/// What does not compile, each beside what does.
///
/// ```
/// #![deny(unused_must_use)]
/// # async fn call(client: vault_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.resend_code("1234444", vault_api::types::ResendCodeRequest::new("+447871234567")).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// Without a fingerprint:
///
/// ```compile_fail,E0061
/// #![deny(unused_must_use)]
/// # async fn call(client: vault_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.resend_code(vault_api::types::ResendCodeRequest::new("+447871234567")).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// Without a phone number:
///
/// ```compile_fail,E0061
/// #![deny(unused_must_use)]
/// # async fn call(client: vault_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.resend_code("1234444", vault_api::types::ResendCodeRequest::new()).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// Not sent:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # async fn call(client: vault_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.resend_code("1234444", vault_api::types::ResendCodeRequest::new("+447871234567"));
/// # Ok(())
/// # }
/// ```
///
/// Not awaited:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # async fn call(client: vault_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// client.resend_code("1234444", vault_api::types::ResendCodeRequest::new("+447871234567")).send();
/// # Ok(())
/// # }
/// ```
#[cfg(doctest)]
struct DoesNotCompile;
