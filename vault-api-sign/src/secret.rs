use std::fmt;

use zeroize::Zeroizing;

use crate::Redacted;

/// Bytes, or text as UTF-8, which must not be shown.
///
/// It is wiped from memory when it is dropped, and can be neither printed, compared nor serialized. A
/// `String` or `Vec<u8>` that becomes one is not copied, so nothing of it is left behind.
#[derive(Clone, Default)]
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    /// Whether it is a text that starts or ends with white space, as one that was read from a file often does.
    pub(crate) has_outer_space: bool,
}

impl Secret {
    /// The bytes, in clear.
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Vec<u8>> for Secret {
    fn from(secret: Vec<u8>) -> Self {
        Self { bytes: Zeroizing::new(secret), has_outer_space: false }
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        let has_outer_space = secret.trim() != secret;
        Self { has_outer_space, ..secret.into_bytes().into() }
    }
}

impl From<&[u8]> for Secret {
    fn from(secret: &[u8]) -> Self {
        secret.to_vec().into()
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        secret.to_owned().into()
    }
}

impl From<&String> for Secret {
    fn from(secret: &String) -> Self {
        secret.clone().into()
    }
}

impl<const N: usize> From<&[u8; N]> for Secret {
    fn from(secret: &[u8; N]) -> Self {
        secret.as_slice().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secret").field(&Redacted).finish()
    }
}
