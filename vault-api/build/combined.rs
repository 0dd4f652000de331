//! Schemas that `allOf`, `oneOf` and `anyOf` are made of.

use indexmap::IndexMap;
use serde_yaml::Value;

use super::document::{At, Document};
use super::schemas::{text_values as own_values, type_of};

pub const KEYS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// An object with all that its parts say.
pub struct Whole<'a> {
    pub properties: IndexMap<&'a str, At<'a>>,
    pub required: Vec<&'a str>,
    pub additional: Option<At<'a>>,
}

/// How the alternatives of a schema are told apart.
#[derive(Clone)]
pub struct Tags {
    pub property: String,
    /// The values of the property, and which alternative each means.
    pub values: Vec<(String, usize)>,
}

/// The parts of a schema that say which type values have. Others, such as one with `required` only, limit values.
pub fn members<'a>(at: &At<'a>, key: &str) -> Vec<At<'a>> {
    let mut members = at.items(key);
    members.retain(|member| member.entries().iter().any(|(key, _)| is_shape(key)));
    members
}

/// The only part of a schema that says nothing about values itself.
pub fn only<'a>(at: &At<'a>) -> Option<At<'a>> {
    let key = KEYS.into_iter().find(|key| at.node.get(key).is_some())?;
    let mut members = members(at, key);
    let has_own = at.entries().iter().any(|(own, _)| *own != key && is_shape(own));
    match members.len() {
        1 if !has_own => members.pop(),
        _ => None,
    }
}

/// Whether a key of a schema decides which Rust type it becomes.
fn is_shape(key: &str) -> bool {
    ["$ref", "type", "properties", "items", "additionalProperties", "enum"].contains(&key)
        || KEYS.contains(&key)
}

/// The object that the properties beside `allOf`, `oneOf` or `anyOf` are.
pub fn own<'a>(at: &At<'a>) -> Option<Whole<'a>> {
    let mut whole = Whole { properties: IndexMap::new(), required: Vec::new(), additional: None };
    whole.add(at);
    (!whole.properties.is_empty()).then_some(whole)
}

impl<'a> Whole<'a> {
    fn add(&mut self, at: &At<'a>) {
        // A later part describes a property more closely.
        self.properties.extend(at.named("properties"));
        let required = at.node.get("required").and_then(Value::as_sequence);
        self.required.extend(required.into_iter().flatten().filter_map(Value::as_str));
        self.additional = at.get("additionalProperties").or(self.additional.take());
    }
}

/// The object that a schema with properties is, its parts in `allOf` included. Nothing if it is something else, too.
pub fn merged<'a>(document: &'a Document, at: &At<'a>) -> Option<Whole<'a>> {
    let mut whole = Whole { properties: IndexMap::new(), required: Vec::new(), additional: None };
    let is_object = collect(document, at.clone(), &mut whole, &mut Vec::new());
    (is_object && !whole.properties.is_empty()).then_some(whole)
}

fn collect<'a>(
    document: &'a Document,
    at: At<'a>,
    whole: &mut Whole<'a>,
    open: &mut Vec<String>,
) -> bool {
    let Some(at) = document.resolve(at) else { return false };
    let is_other = at.node.get("items").is_some()
        || ["oneOf", "anyOf"].iter().any(|key| !members(&at, key).is_empty())
        || !matches!(type_of(&at), None | Some("object"));
    if is_other || open.contains(&at.pointer) {
        return false;
    }
    open.push(at.pointer.clone());
    let are_objects =
        at.items("allOf").into_iter().all(|part| collect(document, part, whole, open));
    open.pop();
    whole.add(&at);
    are_objects
}

/// The values of an enum of strings, or of several that are alternatives.
pub fn text_values<'a>(document: &'a Document, at: &At<'a>) -> Option<Vec<&'a str>> {
    let key = ["oneOf", "anyOf"].into_iter().find(|key| !members(at, key).is_empty());
    let Some(key) = key else { return own_values(at) };
    let mut values = Vec::new();
    for member in members(at, key) {
        values.extend(own_values(&document.resolve(member)?)?);
    }
    let mut seen = std::collections::HashSet::new();
    values.retain(|value| seen.insert(*value));
    Some(values)
}

/// The property by which the alternatives in `members` are told apart: that of `discriminator`, or one that each requires
/// to have values of its own.
pub fn tags<'a>(document: &'a Document, at: &At<'a>, members: &[At<'a>]) -> Option<Tags> {
    let wholes: Vec<_> =
        members.iter().map(|member| merged(document, member)).collect::<Option<_>>()?;
    if let Some(discriminator) = at.get("discriminator")
        && let Some(property) = discriminator.text("propertyName")
    {
        let values = discriminated(document, &discriminator, members);
        return Some(Tags { property: property.to_owned(), values });
    }
    wholes.first()?.properties.keys().find_map(|property| {
        let mut values: Vec<(String, usize)> = Vec::new();
        for (index, whole) in wholes.iter().enumerate() {
            let own =
                whole.properties.get(property).filter(|_| whole.required.contains(property))?;
            for value in own_values(&document.resolve(own.clone())?)? {
                let is_new = values.iter().all(|(other, _)| other != value);
                is_new.then(|| values.push((value.to_owned(), index)))?;
            }
        }
        Some(Tags { property: (*property).to_owned(), values })
    })
}

/// The values of a discriminator: those of its mapping, and the names of the components that it does not map.
fn discriminated<'a>(
    document: &'a Document,
    discriminator: &At<'a>,
    members: &[At<'a>],
) -> Vec<(String, usize)> {
    let pointers: Vec<_> = members
        .iter()
        .map(|member| document.resolve(member.clone()).map(|at| at.pointer))
        .collect();
    let mut values = Vec::new();
    for (value, target) in discriminator.named("mapping") {
        let target = target.node.as_str().unwrap_or_default();
        // A mapping has references, or names of components.
        let pointer = match target.strip_prefix('#') {
            Some(pointer) => pointer.to_owned(),
            None => format!("/components/schemas/{target}"),
        };
        let index = pointers.iter().position(|other| other.as_ref() == Some(&pointer));
        values.extend(index.map(|index| (value.to_owned(), index)));
    }
    for (index, pointer) in pointers.iter().enumerate() {
        let is_mapped = values.iter().any(|(_, mapped)| *mapped == index);
        let name =
            pointer.as_ref().and_then(|pointer| pointer.strip_prefix("/components/schemas/"));
        values.extend(name.filter(|_| !is_mapped).map(|name| (name.to_owned(), index)));
    }
    values
}
