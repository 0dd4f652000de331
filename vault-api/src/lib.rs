#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
mod client;
mod error_code;
mod failure;
mod hooks;
mod middleware;
mod operation;
mod redacted;

// What progenitor writes has its own style; its documentation is as complete as the document's.
#[allow(
    dead_code,
    missing_docs,
    unused_imports,
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

pub use client::{
    BuildError, ClientBuilder, DEFAULT_CONNECT_TIMEOUT, DEFAULT_RESPONSE_LIMIT, DEFAULT_TIMEOUT,
};
pub use failure::{Failure, InvalidRequest, Transport, Unexpected};
#[cfg(feature = "schemars")]
#[cfg_attr(docsrs, doc(cfg(feature = "schemars")))]
pub use generated::component_schemas;
pub use generated::servers::*;
pub use generated::{Client, OPERATIONS, builder, types};
pub use middleware::{BoxError, Call, Middleware};
pub use operation::{Operation, SecurityScheme};
pub use progenitor_client::{ByteStream, ResponseValue};
pub(crate) use redacted::Redacted;
/// The HTTP client this crate is built on, in the version that [`Middleware`] and
/// [`ClientBuilder::configure_http`] speak of.
pub use reqwest;
