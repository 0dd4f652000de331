//! A block of JSON on a page, with the line of each value.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use super::blocks::Code;
use super::page::Unreadable;
use crate::openapi::Parsed;

pub struct JsonBlock {
    pub value: Json,
    /// The same value with its keys in the order of the page.
    pub in_order: Yaml,
    places: Parsed,
    line: usize,
}

/// Reads a block of JSON as a type.
pub fn parse<T: DeserializeOwned>(code: &Code) -> Result<T, Unreadable> {
    serde_json::from_str(&code.text).map_err(|error| {
        // The error ends with its place in the block, which looks like one on the page.
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or_default();
        (code.line + error.line().max(1) - 1, format!("this JSON cannot be read: {what}"))
    })
}

impl JsonBlock {
    pub fn read(code: &Code) -> Result<Self, Unreadable> {
        // JSON is YAML, and the reader of YAML knows where each value stands. Unlike a map of JSON, one of YAML keeps
        // its order and refuses a key that is there twice.
        let places = Parsed::from_text("", &code.text);
        Ok(Self { value: parse(code)?, in_order: parse(code)?, places, line: code.line })
    }

    /// The line of the key or item that a pointer leads to. If there is none, the line of the nearest parent.
    pub fn line(&self, mut pointer: &str) -> usize {
        while let Some((parent, name)) = pointer.rsplit_once('/') {
            let root = self.places.root.as_ref();
            let place = root.and_then(|root| {
                let name = name.replace("~1", "/").replace("~0", "~");
                let member = root.at(parent)?.member(&name).map(|member| member.key);
                member.or_else(|| Some(root.at(pointer)?.span))
            });
            if let Some(place) = place {
                return self.line + self.places.source.position(place.start).line - 1;
            }
            pointer = parent;
        }
        self.line
    }
}
