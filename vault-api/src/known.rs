use std::fmt;

use reqwest::StatusCode;

use crate::Reason;

/// An error that the OpenAPI document names.
///
/// Its texts are the document's and not the server's, so a log may have them.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownError {
    /// The name in the document, for example `rate_limited`.
    pub name: &'static str,
    /// The server's name for it, for example `RATE_LIMIT_SIGNUP_ATTEMPT`.
    pub code: &'static str,
    /// What it means, as a sentence.
    pub description: &'static str,
    /// A status that means this error, whatever the body is.
    pub status: Option<u16>,
    /// The properties of a body that tell this error apart, with their values.
    pub fields: &'static [(&'static str, Sign<'static>)],
}

/// A value by which an error is told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sign<'a> {
    /// A text.
    Text(&'a str),
    /// An integer.
    Number(i64),
}

impl fmt::Debug for KnownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// An error body, and what the OpenAPI document knows about it. The generated error types implement it.
pub trait KnownErrors: Sized {
    /// The errors that the document names. The list is open: a server may send others.
    const KNOWN: &'static [KnownError] = &[];

    /// The value of a property by which errors are told apart.
    fn sign(&self, _property: &str) -> Option<Sign<'_>> {
        None
    }

    /// The error that this body reports, if the document names it.
    ///
    /// The texts of the body decide. Its numbers do where it has none of the texts.
    fn known(&self) -> Option<&'static KnownError> {
        let signs = |known: &KnownError, is_text: bool| {
            let of_kind = known
                .fields
                .iter()
                .filter(move |(_, sign)| is_text == matches!(sign, Sign::Text(_)));
            of_kind.map(|(property, sign)| (self.sign(property), *sign)).collect::<Vec<_>>()
        };
        let is_it = |known: &&KnownError| {
            let texts = signs(known, true);
            match texts.iter().all(|(own, _)| own.is_none()) {
                true => signs(known, false).into_iter().any(|(own, wanted)| own == Some(wanted)),
                false => {
                    texts.into_iter().all(|(own, wanted)| own.is_none() || own == Some(wanted))
                }
            }
        };
        Self::KNOWN.iter().find(is_it)
    }

    /// Reads the body of a response with this status, which is one of an error.
    ///
    /// # Errors
    ///
    /// Why the document does not describe such a response.
    fn read(status: StatusCode, body: &[u8]) -> Result<Self, Reason>;
}

/// Of an operation without errors.
impl KnownErrors for () {
    fn read(_: StatusCode, _: &[u8]) -> Result<Self, Reason> {
        Err(Reason::UndocumentedStatus)
    }
}

/// The error that a response reports: by its status, and then by its body.
pub(crate) fn known<E: KnownErrors>(
    status: StatusCode,
    body: Option<&E>,
) -> Option<&'static KnownError> {
    let by_status = E::KNOWN.iter().find(|known| known.status == Some(status.as_u16()));
    by_status.or_else(|| body?.known())
}
