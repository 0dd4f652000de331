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
    let mut digits = 0;
    let mut is_common = true;
    for byte in phone.bytes() {
        // Without a branch, so that it is a few instructions a character. No text is so long that the sum
        // could overflow.
        let digit = byte.wrapping_sub(b'0');
        let is_digit = digit < 10;
        sum += if is_digit { usize::from(digit) } else { 0 };
        digits += usize::from(is_digit);
        is_common &= byte.wrapping_sub(b'!') <= b'~' - b'!';
    }
    match (is_common, digits) {
        (false, _) => seed_offset_of_rare(phone),
        (true, 0) => Err(PhoneError::NoDigit),
        (true, _) => Ok(sum % 10),
    }
}

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
