//! What the signature covers of a JSON body.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use crate::RequestError;

/// The fields of a body that are signed.
pub(crate) struct SignedFields {
    pub(crate) phone: String,
    pub(crate) password: Option<String>,
}

/// Reads them, refusing whatever two JSON readers might understand in two ways.
pub(crate) fn signed_fields(body: &[u8]) -> Result<SignedFields, RequestError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let found = reader
        .deserialize_map(Object)
        .and_then(|found| reader.end().map(|()| found))
        // serde_json's error is not kept: it quotes the body.
        .map_err(|error| match error.classify() {
            Category::Data => RequestError::BodyNotObject,
            _ => RequestError::BodyNotJson {
                line: error.line(),
                column: error.column(),
            },
        })?;
    Ok(SignedFields {
        phone: text("phone", found.phone)?.ok_or(RequestError::NoPhone)?,
        password: text("password", found.password)?,
    })
}

fn text(field: &'static str, mut values: Vec<Value>) -> Result<Option<String>, RequestError> {
    match (values.pop(), values.is_empty()) {
        (None, _) => Ok(None),
        (Some(Value::String(text)), true) => Ok(Some(text)),
        (Some(_), true) => Err(RequestError::FieldNotText { field }),
        (Some(_), false) => Err(RequestError::FieldTwice { field }),
    }
}

/// Every value of each signed field.
#[derive(Default)]
struct Found {
    phone: Vec<Value>,
    password: Vec<Value>,
}

/// Takes an object apart; any other JSON value is an error.
struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Found::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "phone" => found.phone.push(map.next_value()?),
                "password" => found.password.push(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}
