//! Names of the document that become one name in Rust, or in HTTP.

use std::collections::HashMap;

use heck::{ToPascalCase, ToSnakeCase};

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{RESPONSE, SCHEMA};
use crate::openapi::tree::{Node, step};
use crate::source::Span;

const COLLISION: Rule = Rule::error("name-collision");

/// The rules of this family.
pub const RULES: [Rule; 1] = [COLLISION];

/// Checks the names of parameters, fields, headers, types and variants.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    parameters(api, findings);
    for part in api.of_type(&SCHEMA) {
        if let Some(properties) = part.node.get("properties") {
            let pointer = step(&part.pointer, "properties");
            keys(api, properties, &pointer, "fields", field, findings);
        }
        further(api, part.node, &part.pointer, findings);
        variants(api, part.node, &part.pointer, findings);
    }
    for part in api.of_type(&RESPONSE) {
        if let Some(headers) = part.node.get("headers") {
            let pointer = step(&part.pointer, "headers");
            keys(api, headers, &pointer, "headers", str::to_lowercase, findings);
        }
    }
    let components = api.root.get("components");
    if let Some(schemas) = components.and_then(|node| node.get("schemas")) {
        keys(api, schemas, "/components/schemas", "types", type_name, findings);
        for (name, member) in schemas.members() {
            if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                let message = format!(
                    "the schema `{name}` does not start with a letter, as a type in Rust must"
                );
                let pointer = step("/components/schemas", name);
                let finding = api.finding(COLLISION, member.key, &pointer, message);
                findings.push(finding.help("give it another name"));
            }
        }
    }
}

/// What the generator does with a name before it changes its case.
fn plain(name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => name.replace('\'', "").replace(|c| !is_part(c), "-"),
    }
}

/// A name as that of a field in Rust.
pub fn field(name: &str) -> String {
    let name = plain(name).to_snake_case();
    if name.is_empty() { "x".to_owned() } else { name }
}

fn type_name(name: &str) -> String {
    let name = plain(name).to_pascal_case();
    if name.is_empty() { "X".to_owned() } else { name }
}

/// Says which of some names are taken already, once they are made anew.
struct Taken<'a> {
    names: HashMap<String, (&'a str, Span)>,
}

impl<'a> Taken<'a> {
    fn new() -> Self {
        Self { names: HashMap::new() }
    }

    fn take(&mut self, name: &'a str, made: String, span: Span) -> Option<(&'a str, Span)> {
        match self.names.get(&made) {
            Some(first) => Some(*first),
            None => {
                self.names.insert(made, (name, span));
                None
            }
        }
    }
}

fn keys(
    api: &Document<'_>,
    map: &Node,
    pointer: &str,
    what: &str,
    made: fn(&str) -> String,
    findings: &mut Vec<Finding>,
) {
    let mut taken = Taken::new();
    for (name, member) in map.members() {
        if let Some((first, place)) = taken.take(name, made(name), member.key) {
            let message = format!("the {what} `{first}` and `{name}` become one name");
            let finding = api.finding(COLLISION, member.key, &step(pointer, name), message);
            let finding = finding.related(api.source, place, "the first of them");
            findings
                .push(finding.help("remove one of the two; the generator cannot tell them apart"));
        }
    }
}

/// Further properties are kept in a field of their own.
fn further(api: &Document<'_>, schema: &Node, pointer: &str, findings: &mut Vec<Finding>) {
    let is_kept = schema.get("additionalProperties").is_some_and(|node| node.map().is_some());
    let properties = schema.get("properties").into_iter().flat_map(Node::members);
    for (name, member) in properties.filter(|(name, _)| is_kept && field(name) == "extra") {
        let message =
            format!("the field `{name}` and that of the `additionalProperties` become one name");
        let pointer = step(&step(pointer, "properties"), name);
        let finding = api.finding(COLLISION, member.key, &pointer, message);
        findings
            .push(finding.help("the generator cannot tell them apart: leave one of the two out"));
    }
}

/// The generator's own two attempts at names for the variants of an enum.
fn variants(api: &Document<'_>, schema: &Node, pointer: &str, findings: &mut Vec<Finding>) {
    let values = schema.get("enum").map(Node::items).unwrap_or_default();
    let texts: Vec<(usize, &str, Span)> = values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| Some((index, value.text()?, value.span)))
        .collect();
    let with_marks = |text: &str| {
        let is_part = |c: char| c.is_alphanumeric();
        type_name(&text.replace(|c| !is_part(c), "X"))
    };
    let collision = |made: &dyn Fn(&str) -> String| {
        let mut taken = Taken::new();
        texts.iter().find_map(|(index, text, span)| {
            let (first, place) = taken.take(text, made(text), *span)?;
            Some((*index, *text, *span, first, place))
        })
    };
    if collision(&|text| type_name(text)).is_none() {
        return;
    }
    if let Some((index, text, span, first, place)) = collision(&with_marks) {
        let pointer = format!("{}/{index}", step(pointer, "enum"));
        let message = match text == first {
            true => format!("the value `{text}` is here twice"),
            false => format!("the values `{first}` and `{text}` become one name"),
        };
        let finding = api.finding(COLLISION, span, &pointer, message);
        let finding = finding.related(api.source, place, "the first of them");
        let help =
            "remove one of the two, or the `enum`: the values can be named in the description";
        findings.push(finding.help(help));
    }
}

fn parameters(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &api.operations {
        // Of the two lists, each has its own duplicates; what the operation replaces on purpose is none.
        let mut taken = Taken::new();
        for parameter in operation.effective_parameters() {
            let name = parameter.name();
            let listed = &parameter.listed;
            let place = parameter.at.node.get("name").map_or(parameter.at.anchor, |name| name.span);
            // What comes by reference is pointed at where it is asked for.
            let span = match listed.pointer == parameter.at.pointer {
                true => place,
                false => listed.node.get("$ref").map_or(listed.anchor, |node| node.span),
            };
            if name.is_empty() {
                continue;
            }
            let made = field(name);
            let has_body = operation.body.is_some();
            if made == "new"
                || made == "header_map"
                || made == "send"
                || has_body && (made == "body" || made == "body_map")
            {
                let message = format!("the builder of a request has a method `{made}` already");
                let finding = api.finding(COLLISION, span, &listed.pointer, message);
                findings.push(finding.help("a parameter of this name cannot be generated"));
            } else if let Some((first, place)) = taken.take(name, made, span) {
                let message = match first == name {
                    true => format!("the parameter `{name}` is here twice"),
                    false => format!("the parameters `{first}` and `{name}` become one name"),
                };
                let finding = api.finding(COLLISION, span, &listed.pointer, message);
                let finding = finding.related(api.source, place, "the first of them");
                findings.push(
                    finding.help("remove one of the two; the generator cannot tell them apart"),
                );
            }
        }
    }
}
