//! Reads the OpenAPI document and takes out of it what must not become Rust.

use std::cell::Cell;
use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use serde_yaml::{Mapping, Value};

use super::{GenerateError, names};

/// What the generator needs of a document.
pub struct Document {
    /// The document, without what [`read`] takes out.
    pub api: OpenAPI,
    /// What is marked `x-sensitive: true`.
    pub marks: Marks,
}

/// What the document marks `x-sensitive: true`, by name: what has a marked name is hidden wherever it is.
#[derive(Default)]
pub struct Marks {
    /// The names of properties and parameters, which become fields, and whether one was found.
    fields: BTreeMap<String, Cell<bool>>,
    /// The names of component schemas, which become types.
    types: BTreeMap<String, Cell<bool>>,
}

impl Marks {
    /// Whether a field, a property or a parameter of this name is marked.
    pub fn cover_field(&self, name: &str) -> bool {
        covers(&self.fields, name)
    }

    /// Whether a type of this name is marked.
    pub fn cover_type(&self, name: &str) -> bool {
        covers(&self.types, name)
    }

    /// Fails if a mark has covered nothing.
    pub fn check(&self) -> Result<(), GenerateError> {
        let unused = self.fields.iter().chain(&self.types).find(|(_, found)| !found.get());
        match unused {
            None => Ok(()),
            Some((name, _)) => Err(GenerateError::new(format!(
                "`{name}` is marked `x-sensitive` but became no Rust field or type, so it cannot be hidden: mark the \
                 property, parameter or component that holds the value"
            ))),
        }
    }
}

fn covers(marks: &BTreeMap<String, Cell<bool>>, name: &str) -> bool {
    let mut covered = false;
    for (_, found) in marks.iter().filter(|(mark, _)| names::same(mark, name)) {
        found.set(true);
        covered = true;
    }
    covered
}

/// Keys under which a node holds named children, so that a child may have any name at all.
const NAMED: [&str; 4] = ["properties", "schemas", "parameters", "headers"];

/// Keys under which there is data and not a description of data.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// Extensions by which a document could ask consumers for crates that they do not have.
const FOREIGN: [&str; 3] = ["x-rust-type", "x-dropshot-pagination", "x-dropshot-websocket"];

/// Reads a document.
///
/// `pattern` and `format` of strings are dropped: progenitor would turn them into types of other
/// crates (`regress`, `chrono`, `uuid`), and the server validates anyhow.
pub fn read(text: &str) -> Result<Document, GenerateError> {
    // A byte order mark before the first key would be part of it.
    let text = text.trim_start_matches('\u{feff}');
    // The untyped read refuses duplicate keys, on which openapiv3 panics or takes the last.
    let value = serde_yaml::from_str(text).map_err(yaml_error)?;
    // Only the errors of the typed read of the text know their place, and it takes as long as the rest.
    typed(value).map_err(|error| match serde_yaml::from_str::<OpenAPI>(text) {
        Err(placed) => yaml_error(placed),
        Ok(_) => error,
    })
}

fn typed(mut value: Value) -> Result<Document, GenerateError> {
    check_paths(&value)?;
    let mut marks = Marks::default();
    prepare(&mut value, Name::None, &mut marks)?;
    let api = serde_yaml::from_value(value).map_err(yaml_error)?;
    Ok(Document { api, marks })
}

/// openapiv3 passes over a path without its slash, and the operation would vanish.
fn check_paths(document: &Value) -> Result<(), GenerateError> {
    let paths = document.get("paths").and_then(Value::as_mapping);
    let names = paths.into_iter().flat_map(Mapping::keys).filter_map(Value::as_str);
    match names.into_iter().find(|name| !name.starts_with('/') && !name.starts_with("x-")) {
        None => Ok(()),
        Some(name) => {
            Err(GenerateError::new(format!("the path `{name}` does not start with a slash")))
        }
    }
}

fn yaml_error(error: serde_yaml::Error) -> GenerateError {
    GenerateError {
        line: error.location().map(|location| location.line()),
        message: error.to_string(),
    }
}

/// The name that a node stands under.
#[derive(Clone, Copy)]
enum Name<'a> {
    None,
    Field(&'a str),
    Type(&'a str),
}

/// Prepares a node that stands under `name`, and everything below it.
fn prepare(node: &mut Value, name: Name<'_>, marks: &mut Marks) -> Result<(), GenerateError> {
    match node {
        Value::Sequence(items) => {
            for item in items {
                prepare(item, Name::None, marks)?;
            }
        }
        Value::Mapping(mapping) => {
            drop_foreign_types(mapping);
            check_header_name(mapping)?;
            if is_sensitive(mapping)? {
                mark(mapping, name, marks)?;
            }
            for (key, child) in mapping {
                let Some(key) = key.as_str() else { continue };
                match child {
                    Value::Mapping(children) if NAMED.contains(&key) => {
                        for (child_name, child) in children {
                            let name = match child_name.as_str() {
                                Some(name) if key == "schemas" => Name::Type(name),
                                Some(name) => Name::Field(name),
                                None => Name::None,
                            };
                            prepare(child, name, marks)?;
                        }
                    }
                    _ if DATA.contains(&key) || key.starts_with("x-") => {}
                    _ => prepare(child, Name::None, marks)?,
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// A header's name goes into the client as it is, where an invalid one would panic at each call.
fn check_header_name(mapping: &Mapping) -> Result<(), GenerateError> {
    if mapping.get("in").and_then(Value::as_str) != Some("header") {
        return Ok(());
    }
    let name = mapping.get("name").and_then(Value::as_str).unwrap_or_default();
    // RFC 9110, section 5.6.2: token.
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    match !name.is_empty() && name.chars().all(is_token) {
        true => Ok(()),
        false => Err(GenerateError::new(format!(
            "`{name}` cannot be the name of a header: use letters, digits and hyphens"
        ))),
    }
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
        Some(_) => Err(GenerateError::new("`x-sensitive` is neither `true` nor `false`")),
    }
}

/// Notes the name by which the marked node becomes a Rust field or type.
fn mark(mapping: &Mapping, name: Name<'_>, marks: &mut Marks) -> Result<(), GenerateError> {
    // A parameter says its own name, wherever it is.
    let parameter = mapping.get("in").and_then(|_| mapping.get("name")).and_then(Value::as_str);
    let (name, group) = match (parameter, name) {
        (Some(name), _) | (None, Name::Field(name)) => (name, &mut marks.fields),
        (None, Name::Type(name)) => (name, &mut marks.types),
        (None, Name::None) => {
            return Err(GenerateError::new(
                "`x-sensitive` belongs on a property, a parameter or a component schema: what it is on here has no \
                 name, so nothing can be hidden",
            ));
        }
    };
    group.insert(name.to_owned(), Cell::default());
    Ok(())
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
                    target.trim_matches(['"', '\'', ' ']).ends_with(&format!("/{component}"))
                })
            });
            let is_key = word.contains(['/', '`']) && !name.starts_with("x-");
            let key = || {
                lines().find(|(line, _)| {
                    line.trim_start_matches("- ").starts_with(&format!("{name}:"))
                })
            };
            reference.or_else(|| key().filter(|_| is_key))
        })
        .map(|(_, number)| number)
        .next()
}
