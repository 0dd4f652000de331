//! What the bytes of a body mean.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::reader::{State, read};
use crate::Reason;

/// Reads the body of a success.
pub(crate) fn success<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, Reason> {
    let (body, mut state) = (without_mark(body), State::default());
    let value = read(body, &mut state).map_err(|error| state.reason(&error))?;
    match state.has_buffered && !has_shape(&value, body) {
        true => Err(Reason::whole_body()),
        false => Ok(value),
    }
}

/// Reads the body of an error.
///
/// The fields of an error may all be optional, and then any object reads as one: `{}`, or a gateway's. At least one must
/// be there. A field whose value is not of its type, such as a number out of range, is left out, so that the others are
/// not lost; and what is not Unicode is replaced.
pub(crate) fn error<E: DeserializeOwned + Serialize>(body: &[u8]) -> Result<E, Reason> {
    let (body, mut state) = (unicode(without_mark(body)), State::lenient());
    let mut first = None;
    let value = loop {
        match read::<E>(&body, &mut state) {
            Ok(value) => break value,
            Err(error) => {
                let reason = first.get_or_insert_with(|| state.reason(&error));
                if !state.leave_out() {
                    return Err(reason.clone());
                }
            }
        }
    };
    match is_empty_object(&value) || state.has_buffered && !has_shape(&value, &body) {
        true => Err(first.unwrap_or_else(Reason::whole_body)),
        false => Ok(value),
    }
}

/// The text without a byte order mark, which a reader of JSON may ignore (RFC 8259, section 8.1).
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// The same text with U+FFFD in the place of each byte that is not UTF-8, and of each escape that is half a character.
fn unicode(body: &[u8]) -> Cow<'_, [u8]> {
    let mut text = match String::from_utf8_lossy(body) {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.iter().position(|it| *it == b'\\'))
    {
        at += found;
        at += match (escaped(&text, at), escaped(&text, at + ESCAPE)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 2 * ESCAPE,
            (Some(0xD800..=0xDFFF), _) => {
                text.to_mut()[at..at + ESCAPE].copy_from_slice(br"\ufffd");
                ESCAPE
            }
            // A backslash and what it escapes.
            _ => 2,
        };
    }
    text
}

/// How long `\u0000` is.
const ESCAPE: usize = 6;

/// The unit of UTF-16 that is escaped here.
fn escaped(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Whether a value is written as an object without a field.
fn is_empty_object(value: &impl Serialize) -> bool {
    let mut start = [0; 2];
    // It fails where there is more, and then the start is enough.
    let _ = serde_json::to_writer(&mut start[..], value);
    start == *b"{}"
}

/// Whether no array was taken for an object: where serde keeps a part of the text for later, the reader does not see it.
fn has_shape(value: &impl Serialize, body: &[u8]) -> bool {
    // Most bodies have no array.
    !body.contains(&b'[')
        || serde_json::to_string(value).is_ok_and(|text| {
            matches!((raw(text.as_bytes()), raw(body)), (Some(value), Some(body)) if agree(value, body))
        })
}

fn raw(text: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice(text).ok()
}

fn agree(value: &RawValue, body: &RawValue) -> bool {
    type Members<'a> = BTreeMap<String, &'a RawValue>;
    let (value, body) = (value.get(), body.get());
    let starts = |start| (value.starts_with(start), body.starts_with(start));
    match (starts('{'), starts('[')) {
        ((true, false), (false, true)) => false,
        ((true, true), _) => {
            let members = |text| serde_json::from_str::<Members<'_>>(text);
            let (Ok(value), Ok(body)) = (members(value), members(body)) else { return false };
            value.iter().all(|(name, value)| body.get(name).is_none_or(|body| agree(value, body)))
        }
        (_, (true, true)) => {
            let items = |text| serde_json::from_str::<Vec<&RawValue>>(text);
            let (Ok(value), Ok(body)) = (items(value), items(body)) else { return false };
            value.into_iter().zip(body).all(|(value, body)| agree(value, body))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests;
