use crate::{Encoding, Parts, SharedKeyring, VerifyError};

/// The server's side: checks the signature that a header carries.
///
/// It accepts hexadecimal in either case, and Base64 if [told to](Verifier::accept_base64). Every
/// refusal is the same [`VerifyError`]. A signature of the wrong length or encoding is compared like any other, in
/// constant time, with the tag of every key. A phone number that cannot be signed has no tag, so it is refused
/// at once.
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
    keyring: SharedKeyring,
    base64: bool,
}

impl Verifier {
    /// A verifier that accepts signatures in hexadecimal, by a [`Signer`](crate::Signer), by all signers of a
    /// [`Keyring`](crate::Keyring), or by those of the keyring that a [`SharedKeyring`] has at the time.
    pub fn new(keyring: impl Into<SharedKeyring>) -> Self {
        Self { keyring: keyring.into(), base64: false }
    }

    /// Accepts Base64 (standard alphabet, padded), too.
    #[must_use]
    pub fn accept_base64(mut self) -> Self {
        self.base64 = true;
        self
    }

    /// Checks that the text of a header is the signature of these parts.
    ///
    /// # Errors
    ///
    /// A [`VerifyError`] if it is not. The error does not say why.
    pub fn verify(&self, parts: &Parts<'_>, signature: &[u8]) -> Result<(), VerifyError> {
        let (hex, is_hex) = Encoding::Hex.decode(signature);
        let (base64, is_base64) = Encoding::Base64.decode(signature);
        let (tag, is_read) = match is_base64 & self.base64 {
            true => (base64, true),
            false => (hex, is_hex),
        };
        match self.keyring.current().has_tag(parts, &tag) & is_read {
            true => Ok(()),
            false => Err(VerifyError),
        }
    }

    /// Whether an encoding that this verifier accepts has this length.
    #[cfg(feature = "tower")]
    pub(crate) fn accepts_length(&self, signature: &[u8]) -> bool {
        signature.len() == Encoding::Hex.length()
            || self.base64 && signature.len() == Encoding::Base64.length()
    }
}
