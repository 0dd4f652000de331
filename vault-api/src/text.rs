//! Types that the generated code reads by a text: enums of strings, and alternatives that a property tells apart.

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value};

/// Gives an enum of strings its conversions. The last variant keeps a text that the document does not name.
#[allow(unused_macros, reason = "a document may have no such enum")]
macro_rules! text_enum {
    ($name:ident, $unknown:ident, $is_log_safe:literal, $($variant:ident = $text:literal),* $(,)?) => {
        impl $name {
            /// The text that stands for this value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$unknown(text) => text,
                }
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    text => Self::$unknown(::std::convert::From::from(text)),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::$unknown(text),
                }
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    Self::$unknown(_) => f.debug_tuple(stringify!($unknown)).field(&crate::Redacted).finish(),
                    _ if !$is_log_safe => f.debug_tuple(stringify!($name)).field(&crate::Redacted).finish(),
                    $(Self::$variant => f.write_str(stringify!($variant)),)*
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let text: ::std::string::String = ::serde::Deserialize::deserialize(deserializer)?;
                ::std::result::Result::Ok(::std::convert::From::from(text))
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::convert::From::from(stringify!($name))
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string" })
            }
        }
    };
}
#[allow(unused_imports, reason = "as above")]
pub(crate) use text_enum;

/// One of several alternatives, before it is known which.
#[allow(dead_code, reason = "a document may have no alternatives")]
pub(crate) struct Alternative {
    tag: String,
    fields: Map<String, Value>,
}

#[allow(dead_code, reason = "a document may have no alternatives")]
impl Alternative {
    /// Reads an object, and the text of its property.
    pub(crate) fn read_tag<'de, D: Deserializer<'de>>(
        deserializer: D,
        property: &'static str,
    ) -> Result<Self, D::Error> {
        let fields: Map<String, Value> = serde::Deserialize::deserialize(deserializer)?;
        match fields.get(property) {
            Some(Value::String(tag)) => Ok(Self { tag: tag.clone(), fields }),
            _ => Err(D::Error::missing_field(property)),
        }
    }

    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn read<T: DeserializeOwned, E: Error>(self) -> Result<T, E> {
        // The error is not kept: it may quote the value.
        serde_json::from_value(Value::Object(self.fields))
            .map_err(|_| E::custom("the alternative has another shape"))
    }

    pub(crate) fn unknown<E: Error>(&self) -> E {
        E::custom("the document has no such alternative")
    }
}
