use std::fmt;

use zeroize::Zeroizing;

use crate::{
    Encoding, Parts, PhoneError, Redacted, SignerError, SigningKey, Tag, VerifyError, seed_offset,
};

/// The greatest offset at which a seed can start: a decimal digit.
const GREATEST_OFFSET: usize = 9;

/// Signs and verifies messages under one shared secret.
///
/// ```text
/// signature = HMAC-SHA256(shared secret, seed + fingerprint + phone + password)
/// ```
///
/// The secret and the seed string are wiped from memory when the signer is dropped.
///
/// ```
/// use vault_api_sign::{Parts, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = Signer::builder()
///     .shared_secret("agreed with the vendor")
///     .seed_string("abcdefghijklmn")
///     .seed_length(4)
///     .build()?;
/// let parts = Parts::new("myOwnFingerprint", "700000031");
/// let header = signer.sign(&parts)?;
/// assert!(signer.verify(&parts, header.as_bytes()).is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    seed_string: Zeroizing<String>,
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
        Ok(self.tag(parts)?.encode(self.encoding))
    }

    /// The tag of a message, before it is written as text.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    pub fn tag(&self, parts: &Parts<'_>) -> Result<Tag, PhoneError> {
        Ok(self.key.tag(&self.message(parts)?))
    }

    /// Checks a signature that came in a header, in constant time.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`] for whatever is not the signature of this message in this signer's encoding,
    /// be it another message's, shortened, or no signature at all.
    pub fn verify(&self, parts: &Parts<'_>, signature: &[u8]) -> Result<(), VerifyError> {
        let message = self.message(parts).map_err(|_| VerifyError)?;
        let tag = self.encoding.decode(signature).ok_or(VerifyError)?;
        self.key.verify(&message, &tag)
    }

    /// The seed for a phone number. It is a part of the seed string, which is a secret: use this to find
    /// out why a signature is not accepted, and do not log it.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    pub fn expose_seed(&self, phone: &str) -> Result<&str, PhoneError> {
        let offset = seed_offset(phone)?;
        Ok(&self.seed_string[offset..offset + self.seed_length])
    }

    /// The canonical message: what the tag is computed over. It holds the seed, the phone number and the
    /// password in clear: use this to find out why a signature is not accepted, and do not log it.
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    pub fn expose_message(&self, parts: &Parts<'_>) -> Result<Vec<u8>, PhoneError> {
        Ok(self.message(parts)?.concat())
    }

    /// The message in pieces, so that it never stands in memory as a whole.
    fn message<'a>(&'a self, parts: &Parts<'a>) -> Result<[&'a [u8]; 4], PhoneError> {
        let seed = self.expose_seed(parts.phone)?;
        Ok([
            seed.as_bytes(),
            parts.fingerprint,
            parts.phone.as_bytes(),
            parts.password.as_bytes(),
        ])
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("shared_secret", &Redacted)
            .field("seed_string", &Redacted)
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}

/// Makes a [`Signer`]; [`Signer::builder`] starts one. Everything but the encoding must be given: the
/// vendor hands it out with the merchant id.
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SignerBuilder {
    shared_secret: Zeroizing<Vec<u8>>,
    seed_string: Zeroizing<String>,
    seed_length: usize,
    encoding: Encoding,
}

impl SignerBuilder {
    /// The secret that client and server share: bytes, or text as UTF-8.
    pub fn shared_secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.shared_secret = Zeroizing::new(secret.as_ref().to_vec());
        self
    }

    /// The random string that client and server share, of which each signature uses a part.
    pub fn seed_string(mut self, seed_string: impl AsRef<str>) -> Self {
        self.seed_string = Zeroizing::new(seed_string.as_ref().to_owned());
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
    /// A [`SignerError`] if something is missing or does not fit together; after this, only a phone
    /// number can keep a message from being signed.
    pub fn build(self) -> Result<Signer, SignerError> {
        let key = SigningKey::new(&self.shared_secret)?;
        if !self.seed_string.is_ascii() {
            return Err(SignerError::SeedStringNotAscii);
        }
        if self.seed_length == 0 {
            return Err(SignerError::NoSeedLength);
        }
        if self.seed_string.len().saturating_sub(GREATEST_OFFSET) < self.seed_length {
            return Err(SignerError::SeedStringTooShort);
        }
        Ok(Signer {
            key,
            seed_string: self.seed_string,
            seed_length: self.seed_length,
            encoding: self.encoding,
        })
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
