use std::fmt;

use crate::{PhoneError, Redacted};

/// The parts of a request that its signature covers.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    pub(crate) fingerprint: &'a [u8],
    pub(crate) phone: &'a str,
    pub(crate) password: &'a str,
}

impl<'a> Parts<'a> {
    /// The value of the header `X-Fingerprint` and the field `phone` of the body, both as they are
    /// sent. Text is UTF-8; a fingerprint may be bytes, as a header may.
    pub fn new(fingerprint: &'a (impl AsRef<[u8]> + ?Sized), phone: &'a str) -> Self {
        Self {
            fingerprint: fingerprint.as_ref(),
            phone,
            password: "",
        }
    }

    /// The field `password` of the body, where it has one.
    pub fn password(mut self, password: &'a str) -> Self {
        self.password = password;
        self
    }
}

impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("fingerprint", &Redacted)
            .field("phone", &Redacted)
            .field("password", &Redacted)
            .finish()
    }
}

/// Where the seed starts in the seed string: the last digit of the sum of the phone number's digits,
/// 0 to 9. Characters other than digits, such as a leading `+`, do not count.
///
/// Source: the vendor's wiki page on digital signatures.
///
/// ```
/// assert_eq!(vault_api_sign::seed_offset("700000031"), Ok(1));
/// assert_eq!(vault_api_sign::seed_offset("+447871234567"), Ok(8));
/// ```
///
/// # Errors
///
/// A [`PhoneError`] if the phone number has no digit, or something in it that a server in another
/// language might read in another way.
#[inline]
pub fn seed_offset(phone: &str) -> Result<usize, PhoneError> {
    let mut sum = 0;
    let mut kinds = 0;
    for byte in phone.bytes() {
        let entry = BYTES[usize::from(byte)];
        // No text is so long that this could overflow.
        sum += usize::from(entry & VALUE);
        kinds |= entry;
    }
    match (kinds & RARE, kinds & DIGIT) {
        (0, 0) => Err(PhoneError::NoDigit),
        (0, _) => Ok(sum % 10),
        _ => seed_offset_of_rare(phone),
    }
}

/// The value of a digit, in an entry of [`BYTES`].
const VALUE: u8 = 0x0f;
/// Marks a digit.
const DIGIT: u8 = 0x10;
/// Marks a byte that needs a closer look: white space, a control character, a part of something beyond ASCII.
const RARE: u8 = 0x20;

/// What each byte of a phone number counts for: a table, because this is done for every signature.
static BYTES: [u8; 256] = {
    let mut table = [RARE; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = if byte.is_ascii_digit() {
            DIGIT | (byte - b'0')
        } else {
            0
        };
        byte += 1;
    }
    table
};

/// The same for a phone number with white space, control characters or anything beyond ASCII.
#[cold]
fn seed_offset_of_rare(phone: &str) -> Result<usize, PhoneError> {
    let mut offset = None;
    for c in phone.chars() {
        if c.is_whitespace() || c.is_control() {
            return Err(PhoneError::WhiteSpace);
        }
        match c.to_digit(10) {
            Some(digit) => offset = Some((offset.unwrap_or(0) + digit) % 10),
            None if c.is_numeric() => return Err(PhoneError::ForeignDigit),
            None => {}
        }
    }
    offset
        .map(|offset| offset as usize)
        .ok_or(PhoneError::NoDigit)
}
