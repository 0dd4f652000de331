//! Fields that a page describes as JSON.

use serde_json::Value as Json;

use super::blocks::Code;
use super::finding::short;
use super::json::Document;
use super::kind::Marks;
use super::page::Field;
use crate::openapi::tree::step;

/// Fields as JSON: `{"X-Trace": {"type": "string", "required": true}}`.
pub fn again(code: &Code) -> Result<Vec<Field>, Vec<(usize, String)>> {
    let document = Document::read(code).map_err(|error| vec![error])?;
    let fields = document
        .value
        .as_object()
        .ok_or_else(|| vec![(code.line, "this JSON describes no fields".to_owned())])?;
    let mut list = Vec::new();
    let mut errors = Vec::new();
    for (name, said) in fields {
        let pointer = step("", name);
        match field_of_json(name, said, &pointer, &document) {
            Ok(field) => list.push(field),
            Err(error) => errors.push(error),
        }
    }
    list.sort_by_key(|field| field.line);
    if errors.is_empty() { Ok(list) } else { Err(errors) }
}

fn field_of_json(
    name: &str,
    said: &Json,
    pointer: &str,
    document: &Document,
) -> Result<Field, (usize, String)> {
    let line_of = |key: &str| document.line(&step(pointer, key));
    let unreadable = |line, what: &str| (line, format!("`{}` in this JSON {what}", short(name)));
    let line = document.line(pointer);
    let Some(said) = said.as_object() else {
        return Err(unreadable(line, "is described by something other than an object"));
    };
    let known = ["type", "format", "required", "nullable", "description", "default", "example"];
    if let Some(key) = said.keys().find(|key| !known.contains(&key.as_str())) {
        let what = format!("has `{}`, which is unknown here", short(key));
        return Err(unreadable(line_of(key), &what));
    }
    let text = |key: &str| {
        let value = said.get(key)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let kind = ["type", "format"].map(|key| text(key).unwrap_or_default()).join(" ");
    let marks = Marks::read(&kind)
        .map_err(|_| unreadable(line_of("type"), "has no type, or one that is none"))?;
    let is = |key: &str| match text(key).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => {
            let what = format!("has a `{key}` that is neither true nor false");
            Err(unreadable(line_of(key), &what))
        }
    };
    let mut values = ["default", "example"].into_iter();
    Ok(Field {
        name: name.to_owned(),
        kind: marks.kind,
        is_required: is("required")?,
        is_nullable: is("nullable")?,
        default: values.find_map(|key| Some((text(key)?, line_of(key)))),
        description: text("description").unwrap_or_default(),
        fields: Vec::new(),
        line,
    })
}
