use std::fmt;

use crate::{Parts, PhoneError, Signer, Tag};

/// The signer in use, and older signers whose signatures are still valid while a secret is changed.
///
/// A keyring does not change. To rotate while a server or client runs, replace it in a
/// [`SharedKeyring`](crate::SharedKeyring).
///
/// ```
/// use vault_api_sign::{Keyring, Parts, Signer, Verifier};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = |secret: &str| {
///     Signer::builder().shared_secret(secret).seed_string("abcdefghijklmn").seed_length(4).build()
/// };
/// let parts = Parts::new("1234444", "+447871234567");
/// let sent_before = signer("last year's")?.sign(&parts)?;
///
/// let keyring = Keyring::new(signer("this year's")?).with_older(signer("last year's")?);
/// let verifier = Verifier::new(keyring);
/// assert!(verifier.verify(&parts, sent_before.as_bytes()).is_ok());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Keyring {
    active: Signer,
    older: Vec<Signer>,
}

impl Keyring {
    /// A keyring with the signer that signs from now on.
    pub fn new(active: Signer) -> Self {
        Self { active, older: Vec::new() }
    }

    /// The same keyring with one more signer that only verifies.
    #[must_use]
    pub fn with_older(mut self, signer: Signer) -> Self {
        self.older.push(signer);
        self
    }

    /// The signer in use.
    pub fn active(&self) -> &Signer {
        &self.active
    }

    /// Signs with the signer in use; see [`Signer::sign`].
    ///
    /// # Errors
    ///
    /// A [`PhoneError`] if the phone number cannot be signed.
    pub fn sign(&self, parts: &Parts<'_>) -> Result<String, PhoneError> {
        self.active.sign(parts)
    }

    /// Whether the tag is that of any signer. All are tried, whichever fits.
    pub(crate) fn has_tag(&self, parts: &Parts<'_>, tag: &Tag) -> bool {
        let mut fits = false;
        for signer in self.older.iter().chain([&self.active]) {
            fits |= signer.has_tag(parts, tag);
        }
        fits
    }
}

impl From<Signer> for Keyring {
    fn from(signer: Signer) -> Self {
        Self::new(signer)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("active", &self.active).field("older", &self.older).finish()
    }
}
