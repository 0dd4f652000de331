use crate::{Encoding, Keyring, Parts, VerifyError};

/// The server's side: tells whether a signature that came in a header is good.
///
/// It accepts hexadecimal in either case, and Base64 if [told to](Verifier::accept_base64). Every
/// refusal is the same [`VerifyError`]. A signature of the wrong length or encoding is compared like any other, in
/// constant time, against every key; only for a phone number that cannot be signed is there nothing to compare.
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
/// let parts = Parts::new("1234444", "+447871234567");
/// let header = signer.sign(&parts)?;
///
/// let verifier = Verifier::new(signer);
/// assert!(verifier.verify(&parts, header.as_bytes()).is_ok());
/// assert!(verifier.verify(&parts, header.to_uppercase().as_bytes()).is_ok());
/// assert!(verifier.verify(&parts, b"").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    keyring: Keyring,
    base64: bool,
}

impl Verifier {
    /// A verifier that accepts the signatures of a [`Keyring`], or of a single [`Signer`](crate::Signer), in
    /// hexadecimal.
    pub fn new(keyring: impl Into<Keyring>) -> Self {
        Self {
            keyring: keyring.into(),
            base64: false,
        }
    }

    /// Accepts Base64 (standard alphabet, padded), too.
    #[must_use]
    pub fn accept_base64(mut self) -> Self {
        self.base64 = true;
        self
    }

    /// Checks the text of a header against the parts that it should be the signature of.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`] for whatever is not such a signature. It says no more than that.
    pub fn verify(&self, parts: &Parts<'_>, signature: &[u8]) -> Result<(), VerifyError> {
        let (hex, is_hex) = Encoding::Hex.decode(signature);
        let (base64, is_base64) = Encoding::Base64.decode(signature);
        let (tag, is_read) = match is_base64 & self.base64 {
            true => (base64, true),
            false => (hex, is_hex),
        };
        match self.keyring.has_tag(parts, &tag) & is_read {
            true => Ok(()),
            false => Err(VerifyError),
        }
    }
}
