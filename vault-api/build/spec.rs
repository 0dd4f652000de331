//! Reads the OpenAPI document and takes out of it what must not become Rust.

use openapiv3::OpenAPI;
use serde_yaml::{Mapping, Value};

use super::GenerateError;

/// What the generator needs of a document.
pub struct Document {
    /// The document, without what [`read`] takes out.
    pub api: OpenAPI,
    /// The names of the fields, parameters and schemas that are marked `x-sensitive: true`.
    pub sensitive: Vec<String>,
}

/// Keys under which a node holds named children, so that a child may have any name at all.
const NAMED: [&str; 4] = ["properties", "schemas", "parameters", "headers"];

/// Keys under which there is data and not a description of data.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// Extensions by which a document could ask consumers for crates that they do not have.
const FOREIGN: [&str; 3] = [
    "x-rust-type",
    "x-dropshot-pagination",
    "x-dropshot-websocket",
];

/// Reads a document.
///
/// `pattern` and `format` of strings are dropped: progenitor would turn them into types of other
/// crates (`regress`, `chrono`, `uuid`), and the server validates anyhow.
pub fn read(text: &str) -> Result<Document, GenerateError> {
    // The typed read comes first, because its errors know their place.
    let _: OpenAPI = serde_yaml::from_str(text).map_err(yaml_error)?;
    let mut value: Value = serde_yaml::from_str(text).map_err(yaml_error)?;
    let mut sensitive = Vec::new();
    prepare(&mut value, None, &mut sensitive)?;
    let api = serde_yaml::from_value(value).map_err(yaml_error)?;
    sensitive.sort();
    sensitive.dedup();
    Ok(Document { api, sensitive })
}

fn yaml_error(error: serde_yaml::Error) -> GenerateError {
    GenerateError {
        line: error.location().map(|location| location.line()),
        message: error.to_string(),
    }
}

/// Prepares a node that stands under `name`, and everything below it.
fn prepare(
    node: &mut Value,
    name: Option<&str>,
    sensitive: &mut Vec<String>,
) -> Result<(), GenerateError> {
    match node {
        Value::Sequence(items) => {
            for item in items {
                prepare(item, None, sensitive)?;
            }
        }
        Value::Mapping(mapping) => {
            drop_foreign_types(mapping);
            if is_sensitive(mapping)? {
                sensitive.push(sensitive_name(mapping, name)?);
            }
            for (key, child) in mapping {
                let Some(key) = key.as_str() else { continue };
                match child {
                    Value::Mapping(children) if NAMED.contains(&key) => {
                        for (child_name, child) in children {
                            prepare(child, child_name.as_str(), sensitive)?;
                        }
                    }
                    _ if DATA.contains(&key) || key.starts_with("x-") => {}
                    _ => prepare(child, None, sensitive)?,
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn drop_foreign_types(mapping: &mut Mapping) {
    for key in FOREIGN {
        mapping.remove(key);
    }
    if mapping.get("type").and_then(Value::as_str) == Some("string") {
        mapping.remove("pattern");
        // `binary` makes no type: it tells progenitor that a body is sent as it is.
        if mapping.get("format").and_then(Value::as_str) != Some("binary") {
            mapping.remove("format");
        }
    }
}

fn is_sensitive(mapping: &Mapping) -> Result<bool, GenerateError> {
    match mapping.get("x-sensitive") {
        None => Ok(false),
        Some(Value::Bool(sensitive)) => Ok(*sensitive),
        Some(_) => Err(GenerateError::new(
            "`x-sensitive` is neither `true` nor `false`",
        )),
    }
}

/// The name by which the marked node becomes a Rust field or type.
fn sensitive_name(mapping: &Mapping, name: Option<&str>) -> Result<String, GenerateError> {
    // A parameter says its own name, wherever it stands.
    let parameter = mapping
        .get("in")
        .and_then(|_| mapping.get("name"))
        .and_then(Value::as_str);
    parameter.or(name).map(str::to_owned).ok_or_else(|| {
        GenerateError::new(
            "`x-sensitive` belongs on a property, a parameter or a component schema: what it \
             stands on has no name, so nothing can be hidden",
        )
    })
}

/// The line, from 1, that `message` speaks of: the first that refers to a component which the message
/// names, or that has a path or a name in backticks as its key.
///
/// progenitor's errors and panics have no place in the document. No line is better than a wrong one,
/// so words that could be anything, and extensions, which stand in many places, are not looked for.
pub fn line_of(text: &str, message: &str) -> Option<usize> {
    let lines = || text.lines().map(str::trim).zip(1..);
    message
        .split(|c: char| c.is_whitespace() || "\"',;".contains(c))
        .filter_map(|word| {
            let name = word.trim_matches(['`', ':', '.']);
            let component = name.rsplit('/').next().filter(|name| name.len() > 2)?;
            let reference = lines().find(|(line, _)| {
                let target = line.trim_start_matches("- ").strip_prefix("$ref:");
                target.is_some_and(|target| {
                    target
                        .trim_matches(['"', '\'', ' '])
                        .ends_with(&format!("/{component}"))
                })
            });
            let is_key = word.contains(['/', '`']) && !name.starts_with("x-");
            let key = || {
                lines().find(|(line, _)| {
                    line.trim_start_matches("- ")
                        .starts_with(&format!("{name}:"))
                })
            };
            reference.or_else(|| key().filter(|_| is_key))
        })
        .map(|(_, number)| number)
        .next()
}
