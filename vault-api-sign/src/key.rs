use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Redacted, SignerError, Tag};

/// A shared secret, prepared for HMAC-SHA256 (RFC 2104, FIPS 180-4).
///
/// It is wiped from memory when it is dropped. Moving it leaves a copy behind, as moving any Rust value
/// does; [`Signer`](crate::Signer) keeps it in one place.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// Prepares a secret of any length but zero.
    ///
    /// # Errors
    ///
    /// [`SignerError::NoSharedSecret`] if the secret is empty.
    pub fn new(secret: &[u8]) -> Result<Self, SignerError> {
        if secret.is_empty() {
            return Err(SignerError::NoSharedSecret);
        }
        // HMAC takes a key of any length, so there is no other error.
        Hmac::new_from_slice(secret).map(Self).map_err(|_| SignerError::NoSharedSecret)
    }

    /// The tag of the message that the pieces make when joined.
    #[inline]
    pub fn tag(&self, message: &[&[u8]]) -> Tag {
        Tag::from(<[u8; 32]>::from(self.mac(message).finalize().into_bytes()))
    }

    /// Whether this is the message's tag, in constant time.
    pub fn has_tag(&self, message: &[&[u8]], tag: &Tag) -> bool {
        self.mac(message).verify_slice(tag.as_bytes()).is_ok()
    }

    #[inline]
    fn mac(&self, message: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        // Most messages have no password, and an empty update has a cost, too.
        for piece in message.iter().filter(|piece| !piece.is_empty()) {
            mac.update(piece);
        }
        mac
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey").field(&Redacted).finish()
    }
}
