//! Schemas that contradict themselves, or for which the generator has no Rust type.

use std::collections::{HashMap, HashSet};

use super::patterns::UNSUPPORTED;
use crate::finding::Rule;
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::suggest::similar;
use crate::openapi::tree::{Node, Value};

const REQUIRED: Rule = Rule::error("required-property");
const REGEX: Rule = Rule::error("invalid-regex");

pub const RULES: [Rule; 2] = [REQUIRED, REGEX];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let mut properties = HashMap::new();
    for part in document.of_type(&SCHEMA) {
        required(out, &part.at, &mut properties);
        pattern(out, &part.at);
        unsupported(out, &part.at);
        untyped(out, &part.at);
    }
}

/// The properties of a schema with all that it combines, by its JSON pointer. None if other properties are allowed by
/// design, or cannot be known.
type Properties<'a> = HashMap<String, Option<HashSet<&'a str>>>;

fn required<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>, properties: &mut Properties<'a>) {
    let Some(required) = schema.below("required") else {
        return;
    };
    let whole = whole(&schema.pointer);
    if !properties.contains_key(whole) {
        properties.insert(whole.to_owned(), properties_of(out.document, whole));
    }
    let Some(Some(names)) = properties.get(whole) else {
        return;
    };
    for item in required.items() {
        let Some(name) = item.node.text().filter(|name| !names.contains(name)) else {
            continue;
        };
        let message = format!("`required` names `{name}`, which is not one of the properties");
        let help = match similar(name, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if whole == schema.pointer => {
                "add it to the `properties`, or remove it here".to_owned()
            }
            None => "add it to the `properties` of one of the combined schemas, or remove it here"
                .to_owned(),
        };
        out.add(REQUIRED, &item, message, help);
    }
}

/// The pointer of the outermost schema that a schema is combined into; its other members may have the property.
fn whole(mut pointer: &str) -> &str {
    while let Some((list, index)) = pointer.rsplit_once('/')
        && let Some((parent, "allOf" | "oneOf" | "anyOf")) = list.rsplit_once('/')
        && index.parse::<usize>().is_ok()
    {
        pointer = parent;
    }
    pointer
}

fn properties_of<'a>(document: &Document<'a>, pointer: &str) -> Option<HashSet<&'a str>> {
    let node = document.root.at(pointer)?;
    let allows_others = node
        .get("additionalProperties")
        .is_some_and(|node| !matches!(node.value, Value::Bool(false)));
    if allows_others && node.get("properties").is_none() {
        return None;
    }
    let whole = Located { node, anchor: node.span, pointer: pointer.to_owned() };
    let summary = summary(document, &whole);
    (!summary.is_broken).then(|| summary.properties.into_keys().collect())
}

fn pattern<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>) {
    let Some(at) = schema.below("pattern").map(Located::value) else {
        return;
    };
    // With the crate that the generated code uses.
    if let Some(Err(error)) = at.node.text().map(regress::Regex::new) {
        let message = format!("this is not a regular expression: {}", error.text);
        out.add(REGEX, &at, message, "write it as in JavaScript, without the slashes around it");
    }
}

fn unsupported<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>) {
    let mut report = |at: &Located<'_>, message: &str, help: &str| {
        out.add(UNSUPPORTED, at, message, help);
    };
    if let Some(not) = schema.below("not").filter(|not| !is_enum_of_scalars(not.node)) {
        let message = "the generator has no type for this `not`";
        report(&not, message, "write it in the description instead");
    }
    for key in ["allOf", "oneOf", "anyOf", "enum"] {
        if let Some(at) = schema.below(key)
            && matches!(&at.node.value, Value::List(items) if items.is_empty())
        {
            let message = format!("`{key}` is empty, so no value matches this schema");
            report(&at, &message, "fill it or remove it");
        }
    }
    if let Some(values) = schema.below("enum").filter(|_| schema.node.get("type").is_none()) {
        let kinds = kinds(values.node);
        if has_null(values.node) {
            let message = "`null` is one of the values, and the schema does not name their type";
            report(&values, message, "name the type with `type`, and add `nullable: true`");
        } else if kinds.len() > 1
            || kinds.iter().any(|kind| matches!(*kind, "an array" | "an object"))
        {
            let message = "the generator has no type for values of different types";
            report(&values, message, "keep those of one type, and name the type with `type`");
        }
    }
}

/// Keywords that restrict values of one type, by type. The generator wants that type named, unless it is clear.
const FAMILIES: [(&str, &[&str]); 4] = [
    ("number", &["multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
    ("string", &["minLength", "maxLength", "pattern"]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    ("object", &["properties", "additionalProperties", "minProperties", "maxProperties"]),
];

/// Keywords of another type than the schema's, or of a type that it does not name.
fn untyped<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>) {
    let has = |key: &&&str| schema.node.get(key).is_some();
    if let Some(of) = schema.node.text_of("type") {
        let of = if of == "integer" { "number" } else { of };
        let others = FAMILIES.iter().filter(|(name, _)| *name != of);
        if let Some(at) = others.flat_map(|(_, keys)| *keys).find_map(|key| schema.below(key)) {
            let key = at.pointer.rsplit('/').next().unwrap_or_default();
            let message = format!("`{key}` does not apply to the type `{of}`");
            out.add(UNSUPPORTED, &at, message, "correct the `type`, or remove the keyword");
        }
        return;
    }
    // These name the types of their own.
    let is_combined = ["allOf", "oneOf", "anyOf"].iter().any(|key| has(&key));
    let mut found =
        FAMILIES.iter().filter_map(|(name, keys)| Some((*name, *keys.iter().find(has)?)));
    let (key, help) = match (found.next(), found.next()) {
        _ if has(&&"format") => ("format", "name its type, for example `type: string`"),
        (Some(_), Some((_, key))) => {
            (key, "name the type with `type`, and remove the keywords of other types")
        }
        (Some((_, key)), None) if has(&&"enum") => (key, "name the type with `type`"),
        (Some(("string", key)), _) if !is_combined => (key, "name its type: `type: string`"),
        (Some(("number", key)), _) if !is_combined => {
            (key, "name its type: `type: number`, or `type: integer`")
        }
        _ => return,
    };
    if let Some(at) = schema.below(key) {
        let message = format!("`{key}` restricts values of a type that the schema does not name");
        out.add(UNSUPPORTED, &at, message, help);
    }
}

fn has_null(list: &Node) -> bool {
    list.items().iter().any(|item| matches!(item.value, Value::Null))
}

fn is_enum_of_scalars(schema: &Node) -> bool {
    let is_alone = schema.members().count() == 1;
    schema
        .get("enum")
        .filter(|_| is_alone)
        .is_some_and(|values| matches!(kinds(values)[..], ["a string" | "a number" | "a boolean"]))
}

/// The different types of the items of an array, without `null`.
fn kinds(list: &Node) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for item in list.items().iter().filter(|item| !matches!(item.value, Value::Null)) {
        let kind = item.kind();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}
