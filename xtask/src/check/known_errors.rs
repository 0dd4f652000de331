//! `x-known-errors`: the errors that the client tells apart.

use std::collections::HashMap;

use crate::check::names::field;
use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

const RULE: Rule = Rule::error("known-errors");

pub const RULES: [Rule; 1] = [RULE];

/// Keywords that give a string or an integer a Rust type of its own.
const NARROWING: [&str; 11] = [
    "$ref",
    "enum",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "allOf",
    "default",
];

/// Checks the extension on every component schema.
pub fn check(out: &mut Findings<'_, '_>) {
    for (_, schema) in out.document.components("schemas") {
        if let Some(at) = schema.below("x-known-errors") {
            errors(out, &schema, &at);
        }
    }
}

fn errors<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>, at: &Located<'a>) {
    let properties = schema.node.get("properties").and_then(Node::map);
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        let message = "this schema has no properties to tell errors apart by";
        out.add(RULE, at, message, "put `x-known-errors` on an object with `properties`");
        return;
    };
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, at) in at.entries() {
        for sign in signs(at.node) {
            if let Some(other) = seen.insert(sign, name) {
                let message = format!("`{name}` cannot be told apart from `{other}`");
                out.add(RULE, &at, message, "give each error a string or a status of its own");
            }
        }
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_letter) {
            let help = "use lower-case letters, digits and underscores: it becomes `is_…` in Rust";
            out.add(RULE, &at, format!("`{name}` cannot become part of a Rust name"), help);
        }
        let method = format!("is_{name}");
        if properties.keys().any(|property| field(property) == method) {
            let message = format!("a property of the schema becomes `{method}` as well");
            out.add(RULE, &at, message, "give the error another name");
        }
        status(out, &at);
        fields(out, name, &at, schema.node);
    }
}

/// What a response with an error is recognized by: its strings, and its status.
fn signs(error: &Node) -> impl Iterator<Item = String> {
    let fields = error.get("fields").into_iter().flat_map(Node::members);
    let mut texts: Vec<_> =
        fields.filter_map(|(property, member)| Some((property, member.node.text()?))).collect();
    texts.sort_unstable();
    let texts = (!texts.is_empty()).then(|| format!("{texts:?}"));
    let status = error.get("status").map(|status| status.to_json().to_string());
    texts.into_iter().chain(status)
}

fn status<'a>(out: &mut Findings<'_, 'a>, error: &Located<'a>) {
    if let Some(at) = error.below("status")
        && let Value::Number(number) = &at.node.value
        && !number.as_u64().is_some_and(|status| (400..600).contains(&status))
    {
        let help = "name the status that means this error whatever the body is, or leave it out";
        out.add(RULE, &at, "the `status` is not from 400 to 599", help);
    }
}

fn fields<'a>(out: &mut Findings<'_, 'a>, name: &str, error: &Located<'a>, schema: &Node) {
    let Some(fields) = error.below("fields").filter(|fields| fields.node.map().is_some()) else {
        return;
    };
    let mut has_text = false;
    for (property, at) in fields.entries() {
        let described = schema.get("properties").and_then(|properties| properties.get(property));
        let is_plain = |of: &str| {
            described.is_some_and(|schema| {
                schema.text_of("type") == Some(of)
                    && !NARROWING.iter().any(|key| schema.get(key).is_some())
            })
        };
        let fits = match &at.node.value {
            Value::Text(_) => {
                has_text = true;
                is_plain("string")
            }
            Value::Number(number) => {
                let is_small = number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
                let is_any = described.is_some_and(|schema| schema.get("format").is_none());
                is_plain("integer") && (is_small || is_any && number.is_i64())
            }
            _ => false,
        };
        if !fits {
            let message = format!(
                "the schema has no plain string or integer `{property}` that can have this value"
            );
            let help = "name a property of type `string` or `integer` without limits, with a value of that type";
            out.add(RULE, &at, message, help);
        }
    }
    if !has_text {
        let message = format!("`{name}` has no string in `fields`");
        let help = "add the property with the server's name for the error: `fields: {error: NAME}`";
        out.add(RULE, error, message, help);
    }
}
