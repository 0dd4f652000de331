use std::fmt;

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};

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
    /// The tag that a text stands for, and whether it stands for one. Where it does not, the tag is none
    /// that anybody has, so that it can be compared all the same.
    pub(crate) fn decode(self, text: &[u8]) -> (Tag, bool) {
        let decoder = match self {
            Self::Hex => HEXLOWER_PERMISSIVE,
            Self::Base64 => BASE64,
        };
        // Room for the longest decoding of a text as long as a tag's: Base64 counts its padding at first.
        let mut bytes = [0; 33];
        let length = match decoder.decode_len(text.len()) {
            Ok(length) if length <= bytes.len() => length,
            _ => return (Tag([0; 32]), false),
        };
        let decoded = decoder.decode_mut(text, &mut bytes[..length]);
        let mut tag = [0; 32];
        tag.copy_from_slice(&bytes[..32]);
        (Tag(tag), decoded.is_ok_and(|length| length == 32))
    }
}

/// The HMAC-SHA256 of a message: 32 bytes.
///
/// It is as good as a password for the request that it belongs to, so it is not printed.
#[derive(Clone)]
pub struct Tag(pub(crate) [u8; 32]);

impl Tag {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text for the header `X-Signature`.
    pub fn encode(&self, encoding: Encoding) -> String {
        match encoding {
            Encoding::Hex => HEXLOWER.encode(&self.0),
            Encoding::Base64 => BASE64.encode(&self.0),
        }
    }
}

impl From<[u8; 32]> for Tag {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tag").field(&Redacted).finish()
    }
}
