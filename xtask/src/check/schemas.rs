//! Schemas that contradict themselves, or for which the generator has no Rust type.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::{Located, combined};
use crate::openapi::suggest::similar;
use crate::openapi::tree::{Node, Value};

const REQUIRED: Rule = Rule::error("required-property");
const REGEX: Rule = Rule::error("invalid-regex");
const UNSUPPORTED: Rule = Rule::error("unsupported-schema");

pub const RULES: [Rule; 3] = [REQUIRED, REGEX, UNSUPPORTED];

pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let mut properties = HashMap::new();
    for part in document.of_type(&SCHEMA) {
        required(document, &part.at, &mut properties, findings);
        pattern(document, &part.at, findings);
        unsupported(document, &part.at, findings);
        untyped(document, &part.at, findings);
    }
}

/// The properties of a schema with all that it combines, by its JSON pointer. None if other properties are allowed by
/// design, or cannot be known.
type Properties<'a> = HashMap<String, Option<HashSet<&'a str>>>;

fn required<'a>(
    document: &Document<'a>,
    schema: &Located<'a>,
    properties: &mut Properties<'a>,
    findings: &mut Vec<Finding>,
) {
    let Some(required) = schema.below("required") else {
        return;
    };
    let whole = whole(&schema.pointer);
    if !properties.contains_key(whole) {
        properties.insert(whole.to_owned(), properties_of(document, whole));
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
        findings.push(document.finding(REQUIRED, &item, message).help(help));
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
    let whole = document.root.at(pointer)?;
    let allows_others = whole
        .get("additionalProperties")
        .is_some_and(|node| !matches!(node.value, Value::Bool(false)));
    if allows_others && whole.get("properties").is_none() {
        return None;
    }
    let schemas = closure(document, whole)?;
    let properties = schemas.into_iter().filter_map(|schema| schema.get("properties"));
    Some(properties.flat_map(Node::members).map(|(name, _)| name).collect())
}

/// A schema and all that it combines, directly or through others. None if a reference leads nowhere.
pub fn closure<'a>(document: &Document<'a>, schema: &'a Node) -> Option<Vec<&'a Node>> {
    let mut found = vec![schema];
    let mut seen = HashSet::from([std::ptr::from_ref(schema)]);
    let mut next = 0;
    while let Some(schema) = found.get(next).copied() {
        next += 1;
        for member in combined(schema) {
            let at = Located { node: member, anchor: member.span, pointer: String::new() };
            let member = document.resolve(&SCHEMA, at)?.node;
            if seen.insert(std::ptr::from_ref(member)) {
                found.push(member);
            }
        }
    }
    Some(found)
}

fn pattern(document: &Document<'_>, schema: &Located<'_>, findings: &mut Vec<Finding>) {
    let Some(at) = schema.below("pattern").map(Located::value) else {
        return;
    };
    // With the crate that the generated code uses.
    if let Some(Err(error)) = at.node.text().map(regress::Regex::new) {
        let message = format!("this is not a regular expression: {}", error.text);
        let finding = document.finding(REGEX, &at, message);
        findings.push(finding.help("write it as in JavaScript, without the slashes around it"));
    }
}

fn unsupported(document: &Document<'_>, schema: &Located<'_>, findings: &mut Vec<Finding>) {
    let mut report = |at: &Located<'_>, message: String, help: &str| {
        findings.push(document.finding(UNSUPPORTED, at, message).help(help));
    };
    if let Some(not) = schema.below("not").filter(|not| !is_enum_of_scalars(not.node)) {
        let message = "the generator has no type for this `not`".to_owned();
        report(&not, message, "write it in the description instead");
    }
    for key in ["allOf", "oneOf", "anyOf", "enum"] {
        if let Some(at) = schema.below(key)
            && matches!(&at.node.value, Value::List(items) if items.is_empty())
        {
            let message = format!("`{key}` is empty, so no value matches this schema");
            report(&at, message, "fill it or remove it");
        }
    }
    if let Some(values) = schema.below("enum").filter(|_| schema.node.get("type").is_none()) {
        let kinds = kinds(values.node);
        if kinds.len() > 1 || kinds.iter().any(|kind| matches!(*kind, "an array" | "an object")) {
            let message = "the generator has no type for values of different types".to_owned();
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

fn untyped(document: &Document<'_>, schema: &Located<'_>, findings: &mut Vec<Finding>) {
    let has = |key: &&&str| schema.node.get(key).is_some();
    if has(&&"type") {
        return;
    }
    let mut found =
        FAMILIES.iter().filter_map(|(name, keys)| Some((*name, *keys.iter().find(has)?)));
    let (key, help) = match (found.next(), found.next()) {
        _ if has(&&"format") => ("format", "name its type, for example `type: string`"),
        (Some(_), Some((_, key))) => {
            (key, "name the type with `type`, and remove the keywords of other types")
        }
        (Some((_, key)), None) if has(&&"enum") => (key, "name the type with `type`"),
        (Some(("number", key)), _) => (key, "name its type: `type: number`, or `type: integer`"),
        _ => return,
    };
    if let Some(at) = schema.below(key) {
        let message = format!("`{key}` restricts values of a type that the schema does not name");
        findings.push(document.finding(UNSUPPORTED, &at, message).help(help));
    }
}

/// Whether a schema is only an `enum` of strings, numbers or booleans.
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
