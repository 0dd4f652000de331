use std::fmt;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use crate::{Keyring, Signer};

/// A [`Keyring`] that can be replaced while middleware, layers and verifiers use it. Clones share it.
///
/// Replacing it takes effect with the next signature; a signature that is being computed or verified finishes
/// with the keyring it started with. Reading takes no lock. The old keyring is wiped from memory once nothing
/// uses it.
///
/// To rotate a secret without refusing a request, replace the keyring of every server first, then that of the
/// clients, and drop the older signer when no request signed by it can be under way:
///
/// ```
/// use vault_api_sign::{Keyring, Parts, SharedKeyring, Signer, Verifier};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = |secret: &str| {
///     Signer::builder().shared_secret(secret).seed_string("abcdefghijklmn").seed_length(4).build()
/// };
/// let (old, new) = (signer("last year's")?, signer("this year's")?);
/// let parts = Parts::new("1234444", "+447871234567");
///
/// let shared = SharedKeyring::new(old.clone());
/// let verifier = Verifier::new(shared.clone());
/// let sent_before = shared.load().sign(&parts)?;
///
/// shared.replace(Keyring::new(new.clone()).with_older(old));
/// assert!(verifier.verify(&parts, sent_before.as_bytes()).is_ok());
/// assert_eq!(shared.load().sign(&parts)?, new.sign(&parts)?);
///
/// shared.replace(new);
/// assert!(verifier.verify(&parts, sent_before.as_bytes()).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SharedKeyring(Arc<ArcSwap<Keyring>>);

impl SharedKeyring {
    /// Shares a [`Keyring`], or a single [`Signer`].
    pub fn new(keyring: impl Into<Keyring>) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(keyring.into())))
    }

    /// Puts another keyring in the place of the current one, for all clones.
    pub fn replace(&self, keyring: impl Into<Keyring>) {
        self.0.store(Arc::new(keyring.into()));
    }

    /// The current keyring. It stays what it is when the shared one is replaced.
    pub fn load(&self) -> Arc<Keyring> {
        self.0.load_full()
    }

    /// The same for the time of one signature, at a lower cost.
    pub(crate) fn current(&self) -> Guard<Arc<Keyring>> {
        self.0.load()
    }
}

impl From<Keyring> for SharedKeyring {
    fn from(keyring: Keyring) -> Self {
        Self::new(keyring)
    }
}

impl From<Signer> for SharedKeyring {
    fn from(signer: Signer) -> Self {
        Self::new(signer)
    }
}

impl fmt::Debug for SharedKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedKeyring").field(&*self.current()).finish()
    }
}
