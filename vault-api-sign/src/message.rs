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
        Self { fingerprint: fingerprint.as_ref(), phone, password: "" }
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
/// A [`PhoneError`] if the phone number has no digit, or has a character other than visible ASCII, which a
/// server in another language might count differently.
#[inline]
pub fn seed_offset(phone: &str) -> Result<usize, PhoneError> {
    // No text is so long that the sum could overflow.
    let (mut sum, mut has_digit) = (0_u64, false);
    for c in phone.chars() {
        match c {
            '0'..='9' => {
                sum += u64::from(c) - u64::from('0');
                has_digit = true;
            }
            '!'..='~' => {}
            _ if c.is_whitespace() || c.is_control() => return Err(PhoneError::WhiteSpace),
            _ if c.is_numeric() => return Err(PhoneError::ForeignDigit),
            _ => return Err(PhoneError::NotAscii),
        }
    }
    match has_digit {
        true => Ok((sum % 10) as usize),
        false => Err(PhoneError::NoDigit),
    }
}
