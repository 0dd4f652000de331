//! Schemas whose keywords do not fit together.

use std::collections::{HashMap, HashSet};

use crate::finding::Rule;
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::suggest::similar;
use crate::openapi::tree::Value;

const REQUIRED: Rule = Rule::error("required-property");
const REGEX: Rule = Rule::warning("invalid-regex");

pub const RULES: [Rule; 2] = [REQUIRED, REGEX];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let mut properties = HashMap::new();
    for part in document.of_type(&SCHEMA) {
        required(out, &part.at, &mut properties);
        pattern(out, &part.at);
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
    // The regular expressions of JavaScript, as JSON Schema has them.
    if let Some(Err(error)) = at.node.text().map(regress::Regex::new) {
        let message = format!("this is not a regular expression: {}", error.text);
        out.add(REGEX, &at, message, "write it as in JavaScript, without the slashes around it");
    }
}
