//! What this project requires of its documents beyond OpenAPI.

use std::collections::HashMap;

use super::document::is_final;
use super::known_errors::KNOWN_ERRORS;
use crate::docs::{ASPECTS, DEPARTURE};
use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{PARAMETER, SCHEMA, SECURITY_SCHEME, SERVER};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

const SECURITY_HEADER: Rule = Rule::error("security-header");
const NO_ERRORS: Rule = Rule::error("no-error-response");
const REQUIRED_DEFAULT: Rule = Rule::error("required-default");
const DESCRIPTION: Rule = Rule::error("missing-description");
const EXTENSION: Rule = Rule::error("extension");

pub const RULES: [Rule; 5] = [SECURITY_HEADER, NO_ERRORS, REQUIRED_DEFAULT, DESCRIPTION, EXTENSION];

pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    security_headers(document, findings);
    for operation in &document.operations {
        errors(document, operation, findings);
    }
    required_defaults(document, findings);
    descriptions(document, findings);
    server_names(document, findings);
    extensions(document, &document.whole(), &mut Vec::new(), findings);
}

/// The name of an object that is sent in a header, with its place.
fn header<'a>(at: &Located<'a>) -> Option<(&'a str, Located<'a>)> {
    let name = at.below("name")?.value();
    (at.node.text_of("in") == Some("header")).then_some((name.node.text()?, name))
}

fn security_headers(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let schemes = document.of_type(&SECURITY_SCHEME).filter_map(|part| header(&part.at));
    let schemes: HashMap<String, _> =
        schemes.map(|(name, at)| (name.to_lowercase(), at.anchor)).collect();
    let sent = document.of_type(&PARAMETER).filter(|part| !part.is_in_callback());
    for (name, at) in sent.filter_map(|part| header(&part.at)) {
        if let Some(scheme) = schemes.get(&name.to_lowercase()) {
            let message = format!("the header `{name}` is a parameter and a security scheme");
            let finding = document.finding(SECURITY_HEADER, &at, message);
            let finding = finding.related(document.source, *scheme, "the security scheme");
            findings
                .push(finding.help("remove the parameter: the client sends what `security` lists"));
        }
    }
}

fn errors(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let Some(responses) = operation.at.below("responses") else {
        return;
    };
    let mut statuses = responses.node.members().map(|(status, _)| status).peekable();
    let has_statuses = statuses.peek().is_some();
    let is_error = |status: &str| status == "default" || status.starts_with(['4', '5']);
    // A misspelt status may be an error.
    let is_known_success =
        |status: &str| (is_final(status) || status.starts_with("x-")) && !is_error(status);
    if has_statuses && statuses.all(is_known_success) {
        let message = format!("{} lists no error", operation.title());
        let finding = document.finding(NO_ERRORS, &responses, message);
        findings.push(
            finding.help("describe what the server sends when it refuses, for example `\"400\":`"),
        );
    }
}

fn required_defaults(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for part in document.of_type(&PARAMETER).filter(|part| part.at.node.is_true("required")) {
        let schema = part.at.below("schema").and_then(|at| document.resolve(&SCHEMA, at));
        if let Some(default) = schema.and_then(|schema| schema.below("default")) {
            let message = "a required parameter is always sent, so its default is never used";
            let finding = document.finding(REQUIRED_DEFAULT, &default, message);
            let finding = match default.pointer.starts_with(&part.at.pointer) {
                true => finding,
                false => finding.related(document.source, part.at.anchor, "the parameter"),
            };
            findings.push(finding.help("call it `example`, beside the parameter's `schema`"));
        }
    }
}

/// The sections of `components` whose members need a description.
const DESCRIBED: [&str; 5] =
    ["schemas", "parameters", "requestBodies", "headers", "securitySchemes"];

fn descriptions(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for section in DESCRIBED {
        for (name, at) in document.components(section) {
            let text = at.node.text_of("description").unwrap_or_default();
            let is_object = at.node.map().is_some() && at.node.get("$ref").is_none();
            if is_object && text.trim().is_empty() {
                let message = format!("`components/{section}/{name}` has no description");
                let finding = document.finding(DESCRIPTION, &at, message);
                findings.push(
                    finding.help("add `description:` to it: it becomes the documentation in Rust"),
                );
            }
        }
    }
}

/// `x-name` on a server becomes a constant.
fn server_names(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let mut taken: HashMap<String, _> = HashMap::new();
    // The generator reads no other servers.
    let is_read = |at: &Located<'_>| at.pointer.starts_with("/servers/");
    let servers = document.of_type(&SERVER).filter(|part| is_read(&part.at));
    for at in servers.filter_map(|part| part.at.below("x-name")).map(Located::value) {
        let name = at.node.text().unwrap_or_default();
        let constant = name.to_uppercase().replace(['-', ' '], "_");
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !constant.starts_with(|c: char| c.is_ascii_alphabetic())
            || !constant.chars().all(is_part)
        {
            let message = "this `x-name` cannot become the name of a Rust constant";
            let finding = document.finding(EXTENSION, &at, message);
            findings.push(finding.help("use letters and hyphens"));
        } else if let Some(first) = taken.insert(constant, at.anchor) {
            let message = format!("two servers have the `x-name` `{name}`");
            let finding = document.finding(EXTENSION, &at, message);
            let finding = finding.related(document.source, first, "the first of them");
            findings.push(finding.help("give each its own name"));
        }
    }
}

/// Keys whose values are data, not descriptions of data.
const VALUES: [&str; 4] = ["example", "examples", "default", "enum"];

/// Keys whose members have names of their own.
fn names_members(key: &str) -> bool {
    matches!(key, "properties" | "schemas" | "parameters" | "headers")
}

/// Checks the extensions in every object, because the generator looks for them everywhere. The path has the keys above
/// the node, with empty ones for items.
fn extensions<'a>(
    document: &Document<'a>,
    at: &Located<'a>,
    path: &mut Vec<&'a str>,
    findings: &mut Vec<Finding>,
) {
    for item in at.items() {
        path.push("");
        extensions(document, &item, path, findings);
        path.pop();
    }
    let is_property = path.iter().nth_back(1) == Some(&"properties");
    let has_names = path.last().is_some_and(|key| names_members(key)) && !is_property;
    for (key, below) in at.entries() {
        if !has_names && let Some((message, help)) = extension(key, below.node, at.node, path) {
            findings.push(document.finding(EXTENSION, &below, message).help(help));
        }
        if has_names || !(VALUES.contains(&key) || key.starts_with("x-")) {
            path.push(key);
            extensions(document, &below, path, findings);
            path.pop();
        }
    }
}

/// What is wrong with an extension, and what to do about it.
fn extension(key: &str, value: &Node, owner: &Node, path: &[&str]) -> Option<(String, String)> {
    let problem = |message: &str, help: &str| Some((message.to_owned(), help.to_owned()));
    match key {
        DEPARTURE if !is_departure(value) => {
            let aspects = ASPECTS.map(|name| format!("`{name}`")).join(", ");
            let message = format!("`{DEPARTURE}` gives no reason");
            let help = format!(
                "write the reason, or one for each of the aspects that differ: {aspects}, or a name that only the page has"
            );
            Some((message, help))
        }
        KNOWN_ERRORS if !matches!(path, ["components", "schemas", _]) => {
            problem("`x-known-errors` has no effect here", "put it on a component schema")
        }
        "x-sensitive" => {
            let help = "write `x-sensitive: true` on a property, a parameter or a component schema";
            match value.value {
                Value::Bool(false) => None,
                Value::Bool(true) if is_named(owner, path) => None,
                Value::Bool(true) => {
                    problem("`x-sensitive` has no effect here, as this has no name", help)
                }
                _ => problem("`x-sensitive` is neither `true` nor `false`", help),
            }
        }
        _ => None,
    }
}

/// Whether a departure from the vendor's page gives a reason: one, or one for each aspect.
fn is_departure(node: &Node) -> bool {
    let is_reason = |node: &Node| node.text().is_some_and(|text| !text.trim().is_empty());
    let is_object = node.map().is_some_and(|map| !map.is_empty());
    is_reason(node) || is_object && node.members().all(|(_, member)| is_reason(&member.node))
}

/// Whether the object at a path has a name: as a parameter, or by its key.
fn is_named(node: &Node, path: &[&str]) -> bool {
    let is_parameter = node.get("in").is_some() && node.get("name").is_some();
    is_parameter || path.iter().nth_back(1).is_some_and(|key| names_members(key))
}
