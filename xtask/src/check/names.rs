//! Names in the document that become the same name in Rust, or in HTTP.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};

use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::grammar::{RESPONSE, SCHEMA};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::source::Span;

const COLLISION: Rule = Rule::error("name-collision");

pub const RULES: [Rule; 1] = [COLLISION];

const REMOVE_ONE: &str = "remove one of the two; the generator cannot tell them apart";

/// Checks the names of parameters, fields, headers, types and variants.
pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for operation in &document.operations {
        parameters(out, operation);
    }
    for part in document.of_type(&SCHEMA) {
        if let Some(properties) = part.at.below("properties") {
            keys(out, &properties.entries(), "fields", field);
            extra(out, &part.at, &properties);
        }
        variants(out, &part.at);
    }
    for headers in document.of_type(&RESPONSE).filter_map(|part| part.at.below("headers")) {
        keys(out, &headers.entries(), "headers", str::to_lowercase);
    }
    let schemas = document.components("schemas");
    keys(out, &schemas, "types", type_name);
    for (name, at) in &schemas {
        // With a type of one of these names, the generated code means that type instead.
        if ["Default", "Err", "None", "Ok", "Some"].contains(&type_name(name).as_str()) {
            let message = format!("the schema `{name}` becomes a Rust name that the client uses");
            out.add(COLLISION, at, message, "give it another name");
        }
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let message =
                format!("the schema `{name}` does not start with a letter, as a Rust type must");
            out.add(COLLISION, at, message, "give it another name");
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

fn keys<'a>(
    out: &mut Findings<'_, 'a>,
    entries: &[(&'a str, Located<'a>)],
    what: &str,
    rust: fn(&str) -> String,
) {
    let mut taken = Taken::default();
    for (name, at) in entries {
        if let Some((other, first)) = taken.take(rust(name), name, at.anchor) {
            let message = format!("the {what} `{other}` and `{name}` become the same name");
            out.add(COLLISION, at, message, REMOVE_ONE).related(first, "the first of them");
        }
    }
}

/// Additional properties are kept in a field `extra`.
fn extra<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>, properties: &Located<'a>) {
    if schema.node.get("additionalProperties").is_none_or(|node| node.map().is_none()) {
        return;
    }
    for (name, at) in properties.entries().into_iter().filter(|(name, _)| field(name) == "extra") {
        let message = format!("the generator has a field `{name}` for the `additionalProperties`");
        out.add(COLLISION, &at, message, REMOVE_ONE);
    }
}

/// The generator names the variants of an enum in two ways, the second of which replaces other characters by an `X`.
fn variants<'a>(out: &mut Findings<'_, 'a>, schema: &Located<'a>) {
    let values = schema.below("enum").map(|values| values.items()).unwrap_or_default();
    let collide = |rust: &dyn Fn(&str) -> String| {
        let mut taken = Taken::default();
        values.iter().find_map(|at| {
            let text = at.node.text()?;
            let (other, first) = taken.take(rust(text), text, at.anchor)?;
            Some((at, text, other, first))
        })
    };
    let with_marks = |text: &str| {
        let is_part = |c: char| c.is_alphanumeric();
        type_name(&text.replace(|c| !is_part(c), "X"))
    };
    if collide(&type_name).is_some()
        && let Some((at, text, other, first)) = collide(&with_marks)
    {
        let message = match text == other {
            true => format!("the value `{text}` is listed twice"),
            false => format!("the values `{other}` and `{text}` become the same name"),
        };
        let help =
            "remove one of the two, or the `enum`: the values can be named in the description";
        out.add(COLLISION, at, message, help).related(first, "the first of them");
    }
}

fn parameters<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let mut taken = Taken::default();
    for parameter in operation.effective_parameters() {
        let (name, at) = (parameter.name(), parameter.named());
        if name.is_empty() {
            continue;
        }
        let rust = field(name);
        let has_body = operation.body.is_some();
        let is_method = ["new", "header_map", "send"].contains(&rust.as_str())
            || has_body && ["body", "body_map"].contains(&rust.as_str());
        if is_method {
            let message = format!("the builder of a request already has a method `{rust}`");
            out.add(COLLISION, &at, message, "give the parameter another name, or leave it out");
        } else if let Some((other, first)) = taken.take(rust, name, at.anchor) {
            let message = match other == name {
                true => format!("the parameter `{name}` is listed twice"),
                false => format!("the parameters `{other}` and `{name}` become the same name"),
            };
            out.add(COLLISION, &at, message, REMOVE_ONE).related(first, "the first of them");
        }
    }
}
