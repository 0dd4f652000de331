//! Fields that a page describes as JSON: `{"X-Trace": {"type": "string", "required": true}}`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::blocks::Code;
use super::differences::short;
use super::field_type::Marks;
use super::json_block::{JsonBlock, parse};
use super::page::{Field, Unreadable};
use crate::openapi::tree::step;

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
    default: Option<Json>,
    example: Option<Json>,
}

pub fn json_fields(code: &Code) -> Result<Vec<Field>, Unreadable> {
    let block = JsonBlock::read(code)?;
    let described: BTreeMap<String, Described> = parse(code)?;
    let field = |(name, said): (String, Described)| {
        let pointer = step("", &name);
        let marks = Marks::read(&format!("{} {}", said.r#type, said.format)).map_err(|word| {
            let (name, word) = (short(&name), short(&word));
            let message = format!("`{name}` in this JSON has `{word}`, which is not a type");
            (block.line(&format!("{pointer}/type")), message)
        })?;
        let value = |key: &str, value: Option<Json>| {
            let value = value?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((text, block.line(&format!("{pointer}/{key}"))))
        };
        let default = value("default", said.default).or_else(|| value("example", said.example));
        Ok(Field {
            field_type: marks.field_type,
            is_required: said.required,
            is_nullable: said.nullable,
            default,
            description: said.description,
            fields: Vec::new(),
            line: block.line(&pointer),
            name,
        })
    };
    let mut fields = described.into_iter().map(field).collect::<Result<Vec<_>, _>>()?;
    fields.sort_by_key(|field| field.line);
    Ok(fields)
}
