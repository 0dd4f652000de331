//! Names in the document that become the same name in Rust, or in HTTP.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{RESPONSE, SCHEMA};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::source::Span;

const COLLISION: Rule = Rule::error("name-collision");

pub const RULES: [Rule; 1] = [COLLISION];

/// Checks the names of parameters, fields, headers, types and variants.
pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &document.operations {
        parameters(document, operation, findings);
    }
    for part in document.of_type(&SCHEMA) {
        if let Some(properties) = part.at.below("properties") {
            keys(document, &properties, "fields", field, findings);
            extra(document, &part.at, &properties, findings);
        }
        variants(document, &part.at, findings);
    }
    for headers in document.of_type(&RESPONSE).filter_map(|part| part.at.below("headers")) {
        keys(document, &headers, "headers", str::to_lowercase, findings);
    }
    let components = document.whole().below("components");
    if let Some(schemas) = components.and_then(|components| components.below("schemas")) {
        keys(document, &schemas, "types", type_name, findings);
        for (name, at) in schemas.entries() {
            if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                let message = format!(
                    "the schema `{name}` does not start with a letter, as a Rust type must"
                );
                let finding = document.finding(COLLISION, &at, message);
                findings.push(finding.help("give it another name"));
            }
        }
    }
}

/// What the generator does to a name before it changes its case.
fn plain(name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name.replace('\'', "").replace(|c| !is_part(c), "-"),
    }
}

/// The name of a field in Rust.
pub fn field(name: &str) -> String {
    let name = plain(name).to_snake_case();
    if name.is_empty() { "x".to_owned() } else { name }
}

fn type_name(name: &str) -> String {
    let name = plain(name).to_pascal_case();
    if name.is_empty() { "X".to_owned() } else { name }
}

/// The first name, with its place, for each Rust name.
#[derive(Default)]
struct Taken<'a>(HashMap<String, (&'a str, Span)>);

impl<'a> Taken<'a> {
    /// Takes a Rust name, unless another name has taken it: returns that one.
    fn take(&mut self, rust: String, name: &'a str, span: Span) -> Option<(&'a str, Span)> {
        let first = self.0.get(&rust).copied();
        if first.is_none() {
            self.0.insert(rust, (name, span));
        }
        first
    }
}

fn collision(document: &Document<'_>, at: &Located<'_>, first: Span, message: String) -> Finding {
    document.finding(COLLISION, at, message).related(document.source, first, "the first of them")
}

fn keys(
    document: &Document<'_>,
    object: &Located<'_>,
    what: &str,
    rust: fn(&str) -> String,
    findings: &mut Vec<Finding>,
) {
    let mut taken = Taken::default();
    for (name, member) in object.node.members() {
        if let Some((other, first)) = taken.take(rust(name), name, member.key)
            && let Some(at) = object.below(name)
        {
            let message = format!("the {what} `{other}` and `{name}` become the same name");
            let finding = collision(document, &at, first, message);
            findings
                .push(finding.help("remove one of the two; the generator cannot tell them apart"));
        }
    }
}

/// Additional properties are kept in a field `extra`.
fn extra(
    document: &Document<'_>,
    schema: &Located<'_>,
    properties: &Located<'_>,
    findings: &mut Vec<Finding>,
) {
    if schema.node.get("additionalProperties").is_none_or(|node| node.map().is_none()) {
        return;
    }
    for (name, at) in properties.entries().into_iter().filter(|(name, _)| field(name) == "extra") {
        let message = format!("the generator has a field `{name}` for the `additionalProperties`");
        let finding = document.finding(COLLISION, &at, message);
        findings.push(finding.help("remove one of the two; the generator cannot tell them apart"));
    }
}

/// The generator names the variants of an enum in two ways, the second of which replaces other characters by an `X`.
fn variants(document: &Document<'_>, schema: &Located<'_>, findings: &mut Vec<Finding>) {
    let Some(values) = schema.below("enum") else {
        return;
    };
    let collide = |rust: &dyn Fn(&str) -> String| {
        let mut taken = Taken::default();
        values.node.items().iter().enumerate().find_map(|(index, value)| {
            let text = value.text()?;
            let (other, first) = taken.take(rust(text), text, value.span)?;
            Some((index, text, other, first))
        })
    };
    let with_marks = |text: &str| {
        let is_part = |c: char| c.is_alphanumeric();
        type_name(&text.replace(|c| !is_part(c), "X"))
    };
    if collide(&type_name).is_none() {
        return;
    }
    if let Some((index, text, other, first)) = collide(&with_marks)
        && let Some(at) = values.items().into_iter().nth(index)
    {
        let message = match text == other {
            true => format!("the value `{text}` is listed twice"),
            false => format!("the values `{other}` and `{text}` become the same name"),
        };
        let help =
            "remove one of the two, or the `enum`: the values can be named in the description";
        findings.push(collision(document, &at, first, message).help(help));
    }
}

fn parameters(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let mut taken = Taken::default();
    for parameter in operation.effective_parameters() {
        let (name, listed) = (parameter.name(), &parameter.listed);
        if name.is_empty() {
            continue;
        }
        // A reference is reported where it is listed.
        let node = listed.node.get("$ref").or_else(|| listed.node.get("name"));
        let span = node.map_or(listed.anchor, |node| node.span);
        let at = Located { anchor: span, ..listed.clone() };
        let rust = field(name);
        let has_body = operation.body.is_some();
        let is_method = ["new", "header_map", "send"].contains(&rust.as_str())
            || has_body && ["body", "body_map"].contains(&rust.as_str());
        if is_method {
            let message = format!("the builder of a request already has a method `{rust}`");
            let finding = document.finding(COLLISION, &at, message);
            findings.push(finding.help("give the parameter another name, or leave it out"));
        } else if let Some((other, first)) = taken.take(rust, name, span) {
            let message = match other == name {
                true => format!("the parameter `{name}` is listed twice"),
                false => format!("the parameters `{other}` and `{name}` become the same name"),
            };
            let finding = collision(document, &at, first, message);
            findings
                .push(finding.help("remove one of the two; the generator cannot tell them apart"));
        }
    }
}
