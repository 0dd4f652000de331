use std::error::Error;
use std::fmt;

/// Why no [`Signer`](crate::Signer) was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerError {
    /// The shared secret is missing or empty.
    NoSharedSecret,
    /// The seed string is missing or has characters other than ASCII, of which no two languages would
    /// cut the same part.
    SeedStringNotAscii,
    /// The seed length is missing or zero.
    NoSeedLength,
    /// The seed string is shorter than 9 plus the seed length, so that for some phone numbers there
    /// would be no whole seed.
    SeedStringTooShort,
}

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSharedSecret => "the shared secret is empty: give the one agreed with the vendor",
            Self::SeedStringNotAscii => {
                "the seed string has characters other than ascii: give the one agreed with the vendor"
            }
            Self::NoSeedLength => "the seed length is zero: give the number agreed with the vendor",
            Self::SeedStringTooShort => {
                "the seed string is shorter than 9 plus the seed length: check both against what was \
                 agreed with the vendor"
            }
        })
    }
}

impl Error for SignerError {}

/// Why a phone number cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PhoneError {
    /// It has no digit, so there is no seed offset.
    NoDigit,
    /// It has white space or a control character.
    WhiteSpace,
    /// It has a digit that is not one of ASCII's ten.
    ForeignDigit,
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDigit => "the phone number has no digit",
            Self::WhiteSpace => {
                "the phone number has white space or a control character: remove it"
            }
            Self::ForeignDigit => {
                "the phone number has a digit other than 0 to 9: convert it to ascii"
            }
        })
    }
}

impl Error for PhoneError {}

/// The signature is not the one that the message has. It says no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyError;

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature is not valid for this request")
    }
}

impl Error for VerifyError {}
