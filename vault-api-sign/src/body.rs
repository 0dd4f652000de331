//! What the signature covers of a JSON body.

use crate::RequestError;
use crate::json::{Reader, Text, Value};
use crate::signed::{PASSWORD, PHONE};

/// The longest body that is read for signing or verifying: 1 MiB. The API's bodies are a few hundred bytes.
pub(crate) const GREATEST_BODY: usize = 1024 * 1024;

/// The fields of a body that are signed.
pub(crate) struct SignedFields<'a> {
    pub(crate) phone: Text<'a>,
    pub(crate) password: Option<Text<'a>>,
}

/// Reads them, and refuses what two JSON readers could understand in two ways.
#[inline]
pub(crate) fn signed_fields(body: &[u8]) -> Result<SignedFields<'_>, RequestError> {
    if body.len() > GREATEST_BODY {
        return Err(RequestError::BodyTooLarge);
    }
    let (mut phone, mut password) = (Found::Nothing, Found::Nothing);
    std::str::from_utf8(body)
        .ok()
        .and_then(|body| {
            Reader::new(body).document(|key, value| match key {
                PHONE => phone.and(value),
                PASSWORD => password.and(value),
                _ => {}
            })
        })
        .ok_or(RequestError::BodyNotObject)?;
    Ok(SignedFields {
        phone: phone.text(PHONE)?.ok_or(RequestError::NoPhone)?,
        password: password.text(PASSWORD)?,
    })
}

/// What an object has under one name.
enum Found<'a> {
    Nothing,
    Once(Value<'a>),
    Often,
}

impl<'a> Found<'a> {
    #[inline]
    fn and(&mut self, value: Value<'a>) {
        *self = match self {
            Self::Nothing => Self::Once(value),
            Self::Once(_) | Self::Often => Self::Often,
        };
    }

    #[inline]
    fn text(self, field: &'static str) -> Result<Option<Text<'a>>, RequestError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Once(Value::Text(raw)) => Ok(Some(raw.into())),
            Self::Once(Value::Other) => Err(RequestError::FieldNotText { field }),
            Self::Often => Err(RequestError::FieldTwice { field }),
        }
    }
}

#[cfg(test)]
mod tests;
