#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "vault-api")]
mod body;
mod error;
mod key;
mod message;
#[cfg(feature = "vault-api")]
mod middleware;
mod redacted;
mod signer;
mod tag;

pub use error::{PhoneError, SignerError, VerifyError};
pub use key::SigningKey;
pub use message::{Parts, seed_offset};
#[cfg(feature = "vault-api")]
#[cfg_attr(docsrs, doc(cfg(feature = "vault-api")))]
pub use middleware::{RequestError, SigningMiddleware};
pub(crate) use redacted::Redacted;
pub use signer::{Signer, SignerBuilder};
pub use tag::{Encoding, Tag};
