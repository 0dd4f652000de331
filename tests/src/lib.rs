//! A server of the Vault API on loopback, to test a service against offline.
//!
//! The sandbox serves every operation of the OpenAPI document, and knows them from the document alone. It checks
//! requests, answers with the document's examples, and behaves like the vendor's server where that is known: see
//! [`Sandbox`].
//!
//! # A service's own test
//!
//! A service resends a code for its caller, and answers 429 when the vendor's server limits the rate:
//!
//! ```
//! use axum::http::StatusCode;
//! use vault_api::Client;
//! use vault_api::types::ResendCodeRequest;
//! use vault_api_sandbox::{Answer, Sandbox};
//! use vault_api_sign::{Signer, SigningMiddleware};
//!
//! /// What the service does for each of its own requests.
//! async fn resend(client: &Client, phone: &str) -> StatusCode {
//!     match client.resend_code("1234444", ResendCodeRequest::new(phone)).await {
//!         Ok(response) if response.result.as_deref() == Some("ok") => StatusCode::NO_CONTENT,
//!         // The document does not require `result`: a 200 without it says nothing.
//!         Ok(_) => StatusCode::BAD_GATEWAY,
//!         Err(error) if error.is_rate_limited() => StatusCode::TOO_MANY_REQUESTS,
//!         Err(_) => StatusCode::BAD_GATEWAY,
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let signer = Signer::builder()
//!     .shared_secret("a secret of this test")
//!     .seed_string("abcdefghijklmn")
//!     .seed_length(4)
//!     .build()?;
//! let sandbox = Sandbox::builder(signer.clone()).start().await?;
//! let client = Client::builder(sandbox.base_url())
//!     .merchant_id("bece038f-2e46-49f4-b25e-89cd38d6dc16")
//!     .middleware(SigningMiddleware::new(signer))
//!     .build()?;
//!
//! sandbox.answer("rate_limited")?;
//! assert_eq!(resend(&client, "+447871234567").await, StatusCode::TOO_MANY_REQUESTS);
//! assert_eq!(resend(&client, "+447871234567").await, StatusCode::NO_CONTENT);
//! sandbox.answer(Answer::response(200).body("{}"))?;
//! assert_eq!(resend(&client, "+447871234567").await, StatusCode::BAD_GATEWAY);
//!
//! let requests = sandbox.requests();
//! assert_eq!(requests[0].operation(), Some("resend_code"));
//! assert_eq!(requests[0].json().expect("a body of JSON")["phone"], "+447871234567");
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod answer;
mod builder;
mod check;
mod curl;
mod document;
mod known;
mod log;
mod operation;
#[cfg(feature = "command")]
mod page;
mod prefer;
mod refusal;
mod request;
mod sandbox;
mod schema;
mod server;
mod signed;

pub use answer::{Answer, AnswerError};
pub use builder::{
    BODY_LIMIT, CONNECTION_LIMIT, DEFAULT_RESEND_WINDOW, HEADER_LIMIT, KEPT_BYTES, REQUEST_LIMIT,
    SandboxBuilder, SandboxError, TIME_LIMIT,
};
pub use document::DocumentError;
pub use request::Request;
pub use sandbox::Sandbox;

/// Compiles the examples of the READMEs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
