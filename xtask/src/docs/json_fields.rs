//! Fields that a page describes as JSON: `{"X-Trace": {"type": "string", "required": true}}`.

use serde_json::Value as Json;

use super::blocks::Code;
use super::differences::short;
use super::field_type::Marks;
use super::json_block::JsonBlock;
use super::page::{Field, Unreadable};
use crate::openapi::tree::step;

/// Reads the fields of a block. If some cannot be read, gives all the reasons.
pub fn json_fields(code: &Code) -> Result<Vec<Field>, Vec<Unreadable>> {
    let block = JsonBlock::read(code).map_err(|error| vec![error])?;
    let Some(fields) = block.value.as_object() else {
        return Err(vec![(code.line, "this JSON does not describe fields".to_owned())]);
    };
    let mut list = Vec::new();
    let mut errors = Vec::new();
    for (name, said) in fields {
        match json_field(name, said, &block) {
            Ok(field) => list.push(field),
            Err(error) => errors.push(error),
        }
    }
    list.sort_by_key(|field| field.line);
    if errors.is_empty() { Ok(list) } else { Err(errors) }
}

const KEYS: [&str; 7] =
    ["type", "format", "required", "nullable", "description", "default", "example"];

fn json_field(name: &str, said: &Json, block: &JsonBlock) -> Result<Field, Unreadable> {
    let pointer = step("", name);
    let line = block.line(&pointer);
    let line_of = |key: &str| block.line(&step(&pointer, key));
    let unreadable = |line, what: &str| (line, format!("`{}` in this JSON {what}", short(name)));
    let Some(said) = said.as_object() else {
        return Err(unreadable(line, "is not described by an object"));
    };
    if let Some(key) = said.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(unreadable(line_of(key), &format!("has the unknown key `{}`", short(key))));
    }
    let text = |key: &str| {
        let value = said.get(key)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let is = |key: &str| match text(key).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(unreadable(line_of(key), &format!("has a `{key}` that is not a boolean"))),
    };
    let words = ["type", "format"].map(|key| text(key).unwrap_or_default()).join(" ");
    let marks =
        Marks::read(&words).map_err(|_| unreadable(line_of("type"), "has no known type"))?;
    Ok(Field {
        name: name.to_owned(),
        field_type: marks.field_type,
        is_required: is("required")?,
        is_nullable: is("nullable")?,
        default: ["default", "example"].iter().find_map(|key| Some((text(key)?, line_of(key)))),
        description: text("description").unwrap_or_default(),
        fields: Vec::new(),
        line,
    })
}
