//! `x-known-errors`: the errors that the client tells apart.

use std::collections::HashMap;

use crate::check::names::field;
use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::references::Located;
use crate::openapi::tree::{Member, Node, Value};

/// The extension on a component schema.
pub const KNOWN_ERRORS: &str = "x-known-errors";

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
pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for (_, schema) in document.components("schemas") {
        if let Some(at) = schema.below(KNOWN_ERRORS)
            && let Some(member) = schema.node.member(KNOWN_ERRORS)
        {
            errors(schema.node, member, &mut Report { document, at, findings });
        }
    }
}

struct Report<'a, 'd> {
    document: &'a Document<'d>,
    at: Located<'d>,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_, '_> {
    fn add(&mut self, member: &Member, message: impl Into<String>, help: &str) {
        let at = Located { anchor: member.key, ..self.at.clone() };
        self.findings.push(self.document.finding(RULE, &at, message).help(help));
    }
}

fn errors(schema: &Node, member: &Member, report: &mut Report<'_, '_>) {
    let properties = schema.get("properties").and_then(Node::map);
    let Some(properties) = properties.filter(|properties| !properties.is_empty()) else {
        report.add(
            member,
            "this schema has no properties to tell errors apart by",
            "put `x-known-errors` on an object with `properties`",
        );
        return;
    };
    if member.node.map().is_none() {
        report.add(
            member,
            "`x-known-errors` is not an object",
            "write the name of each error, and below it `description` and `fields`",
        );
    }
    let mut seen: HashMap<String, &str> = HashMap::new();
    for (name, error) in member.node.members() {
        for sign in signs(error) {
            if let Some(other) = seen.insert(sign, name) {
                let message = format!("`{name}` cannot be told apart from `{other}`");
                report.add(error, message, "give each error a string or a status of its own");
            }
        }
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_letter) {
            let help = "use lower-case letters, digits and underscores: it becomes `is_…` in Rust";
            report.add(error, format!("`{name}` cannot become part of a Rust name"), help);
        }
        let method = format!("is_{name}");
        if properties.keys().any(|property| field(property) == method) {
            let message = format!("a property of the schema becomes `{method}` as well");
            report.add(error, message, "give the error another name");
        }
        if error.node.text_of("description").is_none_or(|text| text.trim().is_empty()) {
            report.add(
                error,
                format!("`{name}` has no `description`"),
                "describe what the error means in a sentence",
            );
        }
        status(error, report);
        fields(name, error, schema, report);
        for (key, member) in error.node.members() {
            if !["description", "fields", "status"].contains(&key) {
                let message = format!("an error has no key `{key}`");
                report.add(member, message, "use `description`, `fields` and `status`");
            }
        }
    }
}

/// What a response with an error is recognized by: its strings, and its status.
fn signs(error: &Member) -> impl Iterator<Item = String> {
    let fields = error.node.get("fields").into_iter().flat_map(Node::members);
    let mut texts: Vec<_> =
        fields.filter_map(|(property, member)| Some((property, member.node.text()?))).collect();
    texts.sort_unstable();
    let texts = (!texts.is_empty()).then(|| format!("{texts:?}"));
    let status = error.node.get("status").map(|status| status.to_json().to_string());
    texts.into_iter().chain(status)
}

fn status(error: &Member, report: &mut Report<'_, '_>) {
    let Some(member) = error.node.member("status") else {
        return;
    };
    let is_error = match &member.node.value {
        Value::Number(number) => number.as_u64().is_some_and(|status| (400..600).contains(&status)),
        _ => false,
    };
    if !is_error {
        report.add(
            member,
            "the `status` is not from 400 to 599",
            "name the status that means this error whatever the body is, or leave it out",
        );
    }
}

fn fields(name: &str, error: &Member, schema: &Node, report: &mut Report<'_, '_>) {
    let fields = error.node.get("fields").into_iter().flat_map(Node::members);
    let mut has_text = false;
    for (property, member) in fields {
        let described = schema.get("properties").and_then(|properties| properties.get(property));
        let is_plain = |of: &str| {
            described.is_some_and(|schema| {
                schema.text_of("type") == Some(of)
                    && !NARROWING.iter().any(|key| schema.get(key).is_some())
            })
        };
        let fits = match &member.node.value {
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
            report.add(
                member,
                message,
                "name a property of type `string` or `integer` without limits, with a value of that type",
            );
        }
    }
    if !has_text {
        report.add(
            error,
            format!("`{name}` has no string in `fields`"),
            "add the property with the server's name for the error: `fields: {error: NAME}`",
        );
    }
}
