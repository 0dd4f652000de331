use std::fmt;
use std::sync::Arc;

use crate::{
    Encoding, Parts, PhoneError, Redacted, Secret, SignerError, SigningKey, Tag, seed_offset,
};

/// The greatest offset at which a seed can start: a decimal digit.
const GREATEST_OFFSET: usize = 9;

/// Signs messages under one shared secret. [`Verifier`](crate::Verifier) is its counterpart.
///
/// ```text
/// signature = HMAC-SHA256(shared secret, seed + fingerprint + phone + password)
/// ```
///
/// Clones share the secret and the seed string, which are wiped from memory when the last clone is dropped.
///
/// ```
/// use vault_api_sign::{Parts, Signer, Verifier};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = Signer::builder()
///     .shared_secret("agreed with the vendor")
///     .seed_string("abcdefghijklmn")
///     .seed_length(4)
///     .build()?;
/// let parts = Parts::new("myOwnFingerprint", "700000031");
/// let header = signer.sign(&parts)?;
/// assert!(Verifier::new(signer).verify(&parts, header.as_bytes()).is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Signer(Arc<Settings>);

/// Behind a pointer, so that moving or cloning a signer copies no secret.
struct Settings {
    key: SigningKey,
    seed_string: Secret,
    seed_length: usize,
    encoding: Encoding,
}

impl Signer {
    /// Starts a signer.
    pub fn builder() -> SignerBuilder {
        SignerBuilder::default()
    }

    /// The signature of a message: the text for the header `X-Signature`.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    pub fn sign(&self, parts: &Parts<'_>) -> Result<String, PhoneError> {
        Ok(self.tag(parts)?.encode(self.0.encoding))
    }

    /// The tag of a message, before it is written as text.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    #[inline]
    pub fn tag(&self, parts: &Parts<'_>) -> Result<Tag, PhoneError> {
        Ok(self.0.key.tag(&self.message(parts)?))
    }

    /// Whether the tag is that of a message, in constant time.
    pub(crate) fn has_tag(&self, parts: &Parts<'_>, tag: &Tag) -> bool {
        self.message(parts).is_ok_and(|message| self.0.key.has_tag(&message, tag))
    }

    /// The seed for a phone number. It is a part of the seed string, which is a secret: use this to find
    /// out why a signature is not accepted, and do not log it.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    #[inline]
    pub fn expose_seed(&self, phone: &str) -> Result<&[u8], PhoneError> {
        let offset = seed_offset(phone)?;
        Ok(&self.0.seed_string.expose()[offset..offset + self.0.seed_length])
    }

    /// The canonical message, over which the tag is computed. It has the seed, the phone number and the
    /// password in clear: use this to find out why a signature is not accepted, and do not log it.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    pub fn expose_canonical_message(&self, parts: &Parts<'_>) -> Result<Vec<u8>, PhoneError> {
        Ok(self.message(parts)?.concat())
    }

    /// The message in pieces, so that it is never in memory as a whole.
    #[inline]
    fn message<'a>(&'a self, parts: &Parts<'a>) -> Result<[&'a [u8]; 4], PhoneError> {
        let seed = self.expose_seed(parts.phone)?;
        Ok([seed, parts.fingerprint, parts.phone.as_bytes(), parts.password.as_bytes()])
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("shared_secret", &Redacted)
            .field("seed_string", &Redacted)
            .field("encoding", &self.0.encoding)
            .finish_non_exhaustive()
    }
}

/// Makes a [`Signer`]; [`Signer::builder`] starts one. Everything but the encoding is required; the vendor
/// provides it along with the merchant id.
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SignerBuilder {
    shared_secret: Secret,
    seed_string: Secret,
    seed_length: usize,
    encoding: Encoding,
}

impl SignerBuilder {
    /// The secret that client and server share: bytes, or text as UTF-8. A text must not start or end with white space.
    pub fn shared_secret(mut self, secret: impl Into<Secret>) -> Self {
        self.shared_secret = secret.into();
        self
    }

    /// The random string that client and server share, of which each signature uses a part. It is ASCII. A text must not
    /// start or end with white space.
    pub fn seed_string(mut self, seed_string: impl Into<Secret>) -> Self {
        self.seed_string = seed_string.into();
        self
    }

    /// How many characters of the seed string a signature uses.
    pub fn seed_length(mut self, characters: usize) -> Self {
        self.seed_length = characters;
        self
    }

    /// How the tag is written into the header; [`Encoding::Hex`] unless given.
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Makes the signer.
    ///
    /// # Errors
    ///
    /// A [`SignerError`] that names what is missing, or what does not fit together. After this, signing
    /// fails only for a phone number.
    pub fn build(self) -> Result<Signer, SignerError> {
        let key = SigningKey::new(self.shared_secret.expose())?;
        if self.shared_secret.has_outer_space {
            return Err(SignerError::SharedSecretHasSpace);
        }
        let seed_string = self.seed_string.expose();
        if seed_string.is_empty() {
            return Err(SignerError::NoSeedString);
        }
        if self.seed_string.has_outer_space {
            return Err(SignerError::SeedStringHasSpace);
        }
        if !seed_string.is_ascii() {
            return Err(SignerError::SeedStringNotAscii);
        }
        if self.seed_length == 0 {
            return Err(SignerError::NoSeedLength);
        }
        if seed_string.len().saturating_sub(GREATEST_OFFSET) < self.seed_length {
            return Err(SignerError::SeedStringTooShort);
        }
        Ok(Signer(Arc::new(Settings {
            key,
            seed_string: self.seed_string,
            seed_length: self.seed_length,
            encoding: self.encoding,
        })))
    }
}

impl fmt::Debug for SignerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignerBuilder")
            .field("shared_secret", &Redacted)
            .field("seed_string", &Redacted)
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}
