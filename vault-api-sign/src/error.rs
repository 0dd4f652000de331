use std::error::Error;
use std::fmt;

/// Why [`SignerBuilder::build`](crate::SignerBuilder::build) failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignerError {
    /// The shared secret is missing or empty.
    NoSharedSecret,
    /// The shared secret is a text that starts or ends with white space. As bytes, it may.
    SharedSecretHasSpace,
    /// The seed string is missing or empty.
    NoSeedString,
    /// The seed string is a text that starts or ends with white space. As bytes, it may.
    SeedStringHasSpace,
    /// The seed string has characters other than ASCII. Languages disagree about which part of such a
    /// string starts at an offset.
    SeedStringNotAscii,
    /// The seed length is missing or zero.
    NoSeedLength,
    /// The seed string is shorter than 9 plus the seed length, so some phone numbers have no whole seed.
    SeedStringTooShort,
}

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSharedSecret => {
                "the shared secret is missing or empty: set the one agreed with the vendor"
            }
            Self::NoSeedString => {
                "the seed string is missing or empty: set the one agreed with the vendor"
            }
            Self::SharedSecretHasSpace => {
                "the shared secret starts or ends with white space: check it for spaces and line breaks"
            }
            Self::SeedStringHasSpace => {
                "the seed string starts or ends with white space: check it for spaces and line breaks"
            }
            Self::SeedStringNotAscii => {
                "the seed string has characters other than ASCII: set the one agreed with the vendor"
            }
            Self::NoSeedLength => {
                "the seed length is missing or zero: set the number agreed with the vendor"
            }
            Self::SeedStringTooShort => {
                "the seed string is shorter than 9 plus the seed length: compare both with what was \
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
    /// It has no digit, so it has no seed offset.
    NoDigit,
    /// It has white space or a control character.
    WhiteSpace,
    /// It has a digit outside ASCII.
    ForeignDigit,
    /// It has another character outside ASCII. Many of these are invisible, such as U+200E and U+FEFF.
    NotAscii,
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDigit => "the phone number has no digit: give one that has",
            Self::WhiteSpace => {
                "the phone number has white space or a control character: remove it"
            }
            Self::ForeignDigit => {
                "the phone number has a digit other than 0 to 9: convert it to ASCII"
            }
            Self::NotAscii => {
                "the phone number has a character other than ASCII, maybe an invisible one: remove it"
            }
        })
    }
}

impl Error for PhoneError {}

/// The signature does not match the request. The error does not say why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyError;

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature is not valid for this request")
    }
}

impl Error for VerifyError {}
