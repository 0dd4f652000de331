//! JSON on a page: values, with the line of each part, and the headers of a request.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use super::blocks::Code;
use super::differences::short;
use super::field_type::Marks;
use super::page::{Field, Unreadable};
use crate::openapi::Parsed;
use crate::openapi::tree::step;

pub struct JsonBlock {
    pub value: Json,
    /// The same value with its keys in the order of the page.
    pub in_order: Yaml,
    places: Parsed,
    line: usize,
}

fn parse<T: DeserializeOwned>(code: &Code) -> Result<T, Unreadable> {
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
    pub fn line(&self, pointer: &str) -> usize {
        let Some((parent, name)) = pointer.rsplit_once('/') else {
            return self.line;
        };
        let root = self.places.root.as_ref();
        let name = name.replace("~1", "/").replace("~0", "~");
        let key = root.and_then(|root| Some(root.at(parent)?.member(&name)?.key));
        match key.or_else(|| Some(root?.at(pointer)?.span)) {
            Some(place) => self.line + self.places.source.position(place.start).line - 1,
            None => self.line(parent),
        }
    }
}

/// What a block of JSON says of a header.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    r#type: String,
    #[serde(default)]
    format: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    nullable: bool,
    #[serde(default)]
    description: String,
    #[serde(alias = "example")]
    default: Option<Json>,
}

/// Reads `{"X-Trace": {"type": "string", "required": true}}`.
pub fn headers(code: &Code) -> Result<Vec<Field>, Unreadable> {
    let block = JsonBlock::read(code)?;
    let described: BTreeMap<String, Described> = parse(code)?;
    let header = |(name, said): (String, Described)| {
        let line = |key: &str| block.line(&(step("", &name) + key));
        let marks = Marks::read(&format!("{} {}", said.r#type, said.format)).map_err(|word| {
            let (said, word) = (short(&name), short(&word));
            (line("/type"), format!("`{said}` in this JSON has `{word}`, which is not a type"))
        })?;
        let text = |value: Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Ok(Field {
            field_type: marks.field_type,
            is_required: said.required,
            is_nullable: said.nullable,
            default: said.default.map(|value| (text(value), line("/default"))),
            description: said.description,
            line: line(""),
            name,
            ..Field::default()
        })
    };
    let mut headers = described.into_iter().map(header).collect::<Result<Vec<_>, _>>()?;
    headers.sort_by_key(|header| header.line);
    Ok(headers)
}
