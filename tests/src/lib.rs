//! A sandbox server of the Vault API for tests: it runs in the process, on loopback, and answers from
//! the examples of the OpenAPI document.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod document;
mod sandbox;

pub use document::DocumentError;
pub use sandbox::{Sandbox, SandboxBuilder, SandboxError};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
