// rustdoc takes the first of two definitions; the README's own lead to files.
//! [`Signer`]: Signer
//! [`Verifier`]: Verifier
//! [`Keyring`]: Keyring
//! [`SharedKeyring`]: SharedKeyring
//! [`Tag`]: Tag
//! [`seed_offset`]: seed_offset
//! [`Signer::expose_seed`]: Signer::expose_seed
//! [`Signer::expose_canonical_message`]: Signer::expose_canonical_message
//! [`Signer::tag`]: Signer::tag
//! [`Tag::encode`]: Tag::encode
// Without its feature, an item is in the table only.
#![cfg_attr(feature = "tower", doc = "[`VerifyLayer`]: VerifyLayer")]
#![cfg_attr(not(feature = "tower"), doc = "[`VerifyLayer`]: #features")]
#![cfg_attr(feature = "reqwest-middleware", doc = "[`ChainSigner`]: ChainSigner")]
#![cfg_attr(not(feature = "reqwest-middleware"), doc = "[`ChainSigner`]: #features")]
#![cfg_attr(feature = "vault-api", doc = "[`SigningMiddleware`]: SigningMiddleware")]
#![cfg_attr(feature = "_http", doc = "[`RequestError`]: RequestError")]
// The README's example is of the client.
#![cfg_attr(feature = "vault-api", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "vault-api"),
    doc = "The request signature of the Vault API by Crypterium; see the README."
)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod key;
mod keyring;
mod message;
mod redacted;
mod secret;
mod shared;
mod signer;
mod tag;
mod verifier;

#[cfg(feature = "_http")]
mod body;
#[cfg(feature = "reqwest-middleware")]
mod chain;
#[cfg(feature = "_http")]
mod json;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "vault-api")]
mod middleware;
#[cfg(feature = "tower")]
mod rejection;
#[cfg(feature = "_http")]
mod request;
#[cfg(feature = "_http")]
mod signed;

pub use error::{PhoneError, SignerError, VerifyError};
pub use key::SigningKey;
pub use keyring::Keyring;
pub use message::{Parts, seed_offset};
pub(crate) use redacted::Redacted;
pub use secret::Secret;
pub use shared::SharedKeyring;
pub use signer::{Signer, SignerBuilder};
pub use tag::{Encoding, Tag};
pub use verifier::Verifier;

#[cfg(feature = "reqwest-middleware")]
#[cfg_attr(docsrs, doc(cfg(feature = "reqwest-middleware")))]
pub use chain::ChainSigner;
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub use layer::{DEFAULT_BODY_LIMIT, DEFAULT_BODY_TIMEOUT, Verify, VerifyLayer};
#[cfg(feature = "vault-api")]
#[cfg_attr(docsrs, doc(cfg(feature = "vault-api")))]
pub use middleware::SigningMiddleware;
#[cfg(feature = "tower")]
#[cfg_attr(docsrs, doc(cfg(feature = "tower")))]
pub use rejection::{CHALLENGE, Rejection};
#[cfg(feature = "_http")]
#[cfg_attr(
    docsrs,
    doc(cfg(any(feature = "vault-api", feature = "reqwest-middleware", feature = "tower")))
)]
pub use request::RequestError;
