//! What the signature covers of a JSON body.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::RequestError;

/// How long a body may be that is read for signing: 1 MiB. The API's are some hundred bytes.
pub(crate) const GREATEST_BODY: usize = 1024 * 1024;

/// The fields of a body that are signed. They borrow from the body unless it has escapes.
pub(crate) struct SignedFields<'a> {
    pub(crate) phone: Cow<'a, str>,
    pub(crate) password: Option<Cow<'a, str>>,
}

/// Reads them, refusing whatever two JSON readers might understand in two ways.
///
/// serde_json bounds the nesting, at 128.
pub(crate) fn signed_fields(body: &[u8]) -> Result<SignedFields<'_>, RequestError> {
    if body.len() > GREATEST_BODY {
        return Err(RequestError::BodyTooLarge);
    }
    // Checked as a whole, which is faster than text by text.
    let body = std::str::from_utf8(body).map_err(|error| {
        let read = &body[..error.valid_up_to()];
        let line_start = read
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |place| place + 1);
        RequestError::BodyNotJson {
            line: 1 + read.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + read.len() - line_start,
        }
    })?;
    let mut reader = serde_json::Deserializer::from_str(body);
    let Object { phone, password } = Object::deserialize(&mut reader)
        .and_then(|object| reader.end().map(|()| object))
        // serde_json's error is not kept: it quotes the body.
        .map_err(|error| match error.classify() {
            Category::Data => RequestError::BodyNotObject,
            _ => RequestError::BodyNotJson {
                line: error.line(),
                column: error.column(),
            },
        })?;
    Ok(SignedFields {
        phone: text("phone", phone)?.ok_or(RequestError::NoPhone)?,
        password: text("password", password)?,
    })
}

fn text<'a>(field: &'static str, found: Found<'a>) -> Result<Option<Cow<'a, str>>, RequestError> {
    match found {
        Found::Nothing => Ok(None),
        Found::Once(Value::Text(text)) => Ok(Some(text)),
        Found::Once(Value::Other) => Err(RequestError::FieldNotText { field }),
        Found::Often => Err(RequestError::FieldTwice { field }),
    }
}

/// The signed fields of a JSON object. Any other JSON value is an error.
struct Object<'a> {
    phone: Found<'a>,
    password: Found<'a>,
}

/// What an object has under one name.
enum Found<'a> {
    Nothing,
    Once(Value<'a>),
    Often,
}

impl<'a> Found<'a> {
    fn and(&mut self, value: Value<'a>) {
        *self = match self {
            Self::Nothing => Self::Once(value),
            Self::Once(_) | Self::Often => Self::Often,
        };
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut object = Object {
                    phone: Found::Nothing,
                    password: Found::Nothing,
                };
                while let Some((key, value)) = map.next_entry::<Key, Value<'de>>()? {
                    match key {
                        Key::Phone => object.phone.and(value),
                        Key::Password => object.password.and(value),
                        Key::Other => {}
                    }
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// Which field a key names. It is compared where it stands, and not kept.
enum Key {
    Phone,
    Password,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(match key {
                    "phone" => Key::Phone,
                    "password" => Key::Password,
                    _ => Key::Other,
                })
            }
        }

        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// A JSON value, of which only text is kept.
enum Value<'a> {
    Text(Cow<'a, str>),
    Other,
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<Value<'de>>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<Key, Value<'de>>()?.is_some() {}
        Ok(Value::Other)
    }
}
