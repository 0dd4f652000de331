use std::fmt;

use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::Redacted;

/// How the 32 bytes of a tag are written into the header. The vendor does not document it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// 64 hexadecimal digits (RFC 4648, base 16), written in lower case and read in either.
    #[default]
    Hex,
    /// 44 characters of Base64 (RFC 4648), standard alphabet, padded.
    Base64,
}

impl Encoding {
    /// How many bytes a tag has as text.
    pub(crate) fn length(self) -> usize {
        match self {
            Self::Hex => 64,
            Self::Base64 => 44,
        }
    }

    /// The tag that a text encodes, and whether it encodes one. Where it does not, the tag is all zeros, so
    /// that the caller can compare it and take as long as for any other.
    pub(crate) fn decode(self, text: &[u8]) -> (Tag, bool) {
        let tag = match self {
            // const-hex also accepts a prefix of `0x`, so the length is compared here.
            _ if text.len() != self.length() => None,
            Self::Hex => const_hex::decode_to_array(text).ok(),
            Self::Base64 => {
                // Base64 decodes in threes, so 44 characters need room for one byte more.
                let mut bytes = [0; 33];
                let length = BASE64.decode_mut(text, &mut bytes);
                let [tag @ .., _] = bytes;
                length.is_ok_and(|length| length == 32).then_some(tag)
            }
        };
        (Tag::from(tag.unwrap_or_default()), tag.is_some())
    }
}

/// The HMAC-SHA256 of a message: 32 bytes.
///
/// It serves as a password for its request, so it is not printed, and it is wiped from memory when it is
/// dropped. What [`encode`](Self::encode) returns is a plain `String`: wiping it is up to the caller.
#[derive(Clone)]
pub struct Tag(Zeroizing<[u8; 32]>);

impl Tag {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text for the header `X-Signature`.
    pub fn encode(&self, encoding: Encoding) -> String {
        match encoding {
            Encoding::Hex => const_hex::encode(*self.0),
            Encoding::Base64 => BASE64.encode(&*self.0),
        }
    }
}

impl From<[u8; 32]> for Tag {
    fn from(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tag").field(&Redacted).finish()
    }
}
