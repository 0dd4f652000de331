//! What this project asks of its documents beyond OpenAPI.

use std::collections::HashMap;

use crate::check::document::is_final;
use crate::check::known_errors::KNOWN_ERRORS;
use crate::docs::{ASPECTS, DEPARTURE};
use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{COMPONENTS, PARAMETER, SCHEMA, SECURITY_SCHEME, SERVER};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value, step};
use crate::openapi::walk::Part;

const SECURITY_HEADER: Rule = Rule::error("security-header");
const NO_ERRORS: Rule = Rule::error("no-error-response");
const REQUIRED_DEFAULT: Rule = Rule::error("required-default");
const DESCRIPTION: Rule = Rule::error("missing-description");
const EXTENSION: Rule = Rule::error("extension");

/// The rules of this family.
pub const RULES: [Rule; 5] = [SECURITY_HEADER, NO_ERRORS, REQUIRED_DEFAULT, DESCRIPTION, EXTENSION];

/// Checks the rules of the house.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    security_headers(api, findings);
    errors(api, findings);
    required_defaults(api, findings);
    descriptions(api, findings);
    names_of_servers(api, findings);
    sensitive(api, findings);
}

fn security_headers(api: &Document<'_>, findings: &mut Vec<Finding>) {
    let schemes: HashMap<String, _> = api
        .of_type(&SECURITY_SCHEME)
        .filter(|part| part.node.text_of("in") == Some("header"))
        .filter_map(|part| {
            Some((part.node.text_of("name")?.to_lowercase(), part.node.get("name")?.span))
        })
        .collect();
    let is_sent = |part: &&Part<'_>| !part.is_in_callback();
    for part in api.of_type(&PARAMETER).filter(is_sent) {
        let Some((node, name)) = part.node.get("name").and_then(|node| Some((node, node.text()?)))
        else {
            continue;
        };
        if part.node.text_of("in") != Some("header") {
            continue;
        }
        if let Some(scheme) = schemes.get(&name.to_lowercase()) {
            let message =
                format!("the header `{name}` is a security scheme's, and a parameter, too");
            let pointer = step(&part.pointer, "name");
            let finding = api.finding(SECURITY_HEADER, node.span, &pointer, message);
            let finding = finding.related(api.source, *scheme, "the security scheme's");
            findings.push(
                finding.help("remove the parameter: the client sends what `security` asks for"),
            );
        }
    }
}

fn errors(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &api.operations {
        let responses = operation.at.node.get("responses").into_iter().flat_map(Node::members);
        let statuses: Vec<&str> = responses.map(|(status, _)| status).collect();
        let is_error = |status: &&str| *status == "default" || status.starts_with(['4', '5']);
        // What is no status may be a misspelt error.
        let are_all_right =
            statuses.iter().all(|status| is_final(status) || status.starts_with("x-"));
        if !statuses.is_empty() && are_all_right && !statuses.iter().any(is_error) {
            let message = format!("{} lists no error", operation.title());
            let place = operation
                .at
                .node
                .member("responses")
                .map_or(operation.at.anchor, |member| member.key);
            let pointer = step(&operation.at.pointer, "responses");
            let finding = api.finding(NO_ERRORS, place, &pointer, message);
            findings.push(
                finding
                    .help("describe what the server says when it refuses, for example `\"400\":`"),
            );
        }
    }
}

fn required_defaults(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for part in api.of_type(&PARAMETER) {
        let Some(member) = part.node.member("schema").filter(|_| part.node.is_true("required"))
        else {
            continue;
        };
        let at = Located {
            node: &member.node,
            anchor: member.key,
            pointer: step(&part.pointer, "schema"),
        };
        let Some(schema) = api.resolve(&SCHEMA, at) else {
            continue;
        };
        if let Some(default) = schema.node.member("default") {
            let message = "a required parameter with a default, which nobody would ever see used";
            let pointer = step(&schema.pointer, "default");
            let finding = api.finding(REQUIRED_DEFAULT, default.key, &pointer, message);
            let finding = match schema.pointer.starts_with(&part.pointer) {
                true => finding,
                false => finding.related(api.source, part.anchor, "the parameter"),
            };
            findings.push(finding.help("call it `example`, beside the parameter's `schema`"));
        }
    }
}

/// The parts of `components` whose members explain themselves by a description.
const DESCRIBED: [&str; 5] =
    ["schemas", "parameters", "requestBodies", "headers", "securitySchemes"];

fn descriptions(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for field in COMPONENTS.fields.iter().filter(|field| DESCRIBED.contains(&field.key)) {
        let section = api.root.get("components").and_then(|node| node.get(field.key));
        for (name, member) in section.into_iter().flat_map(Node::members) {
            let node = &member.node;
            let is_described =
                node.text_of("description").is_some_and(|text| !text.trim().is_empty());
            if node.map().is_none() || node.get("$ref").is_some() || is_described {
                continue;
            }
            let message = format!("`components/{}/{name}` has no description", field.key);
            let pointer = step(&format!("/components/{}", field.key), name);
            let finding = api.finding(DESCRIPTION, member.key, &pointer, message);
            findings.push(
                finding.help("add `description:` to it: it becomes the documentation in Rust"),
            );
        }
    }
}

/// `x-name` on a server becomes a constant.
fn names_of_servers(api: &Document<'_>, findings: &mut Vec<Finding>) {
    let mut taken: HashMap<String, _> = HashMap::new();
    // The generator reads no others.
    let is_read = |part: &&Part<'_>| part.pointer.starts_with("/servers/");
    for part in api.of_type(&SERVER).filter(is_read) {
        let Some(member) = part.node.member("x-name") else {
            continue;
        };
        let pointer = step(&part.pointer, "x-name");
        let span = member.node.span;
        let name = member.node.text().unwrap_or_default();
        let constant = name.to_uppercase().replace(['-', ' '], "_");
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !constant.starts_with(|c: char| c.is_ascii_alphabetic())
            || !constant.chars().all(is_part)
        {
            let message = "this `x-name` cannot become the name of a constant in Rust";
            let finding = api.finding(EXTENSION, span, &pointer, message);
            findings.push(finding.help("use letters and hyphens"));
        } else if let Some(first) = taken.insert(constant, span) {
            let message = format!("two servers have the `x-name` `{name}`");
            let finding = api.finding(EXTENSION, span, &pointer, message);
            let finding = finding.related(api.source, first, "the first of them");
            findings.push(finding.help("give each a name of its own"));
        }
    }
}

/// `x-sensitive` hides a field or a type by its name.
fn sensitive(api: &Document<'_>, findings: &mut Vec<Finding>) {
    marks(api, api.root, String::new(), &mut Vec::new(), findings);
}

fn is_component(path: &[&str]) -> bool {
    matches!(path, ["components", "schemas", _])
}

/// Keys under which there are values and no descriptions of values.
const VALUES: [&str; 4] = ["example", "examples", "default", "enum"];

/// Looks at every map of the document, for the generator finds the mark wherever it stands.
fn marks<'a>(
    api: &Document<'a>,
    node: &'a Node,
    pointer: String,
    path: &mut Vec<&'a str>,
    findings: &mut Vec<Finding>,
) {
    for (index, item) in node.items().iter().enumerate() {
        path.push("");
        marks(api, item, format!("{pointer}/{index}"), path, findings);
        path.pop();
    }
    let names_children =
        matches!(path.last(), Some(&("properties" | "schemas" | "parameters" | "headers")))
            && !matches!(path.iter().nth_back(1), Some(&"properties"));
    for (name, member) in node.members() {
        let below = step(&pointer, name);
        if name == DEPARTURE && !names_children && !is_departure(&member.node) {
            let message = format!("`{DEPARTURE}` gives no reason");
            let finding = api.finding(EXTENSION, member.key, &below, message);
            let aspects = ASPECTS.map(|name| format!("`{name}`"));
            findings.push(finding.help(format!(
                "write the reason, or one each for some of {} and the names of what the page has in it",
                aspects.join(", ")
            )));
        }
        if name == KNOWN_ERRORS && !names_children && !is_component(path) {
            let message = format!("`{KNOWN_ERRORS}` has no effect here");
            let finding = api.finding(EXTENSION, member.key, &below, message);
            findings.push(finding.help("put it on a component schema"));
        }
        if name == "x-sensitive" && !names_children {
            let message = match &member.node.value {
                Value::Bool(false) => continue,
                Value::Bool(true) if is_named(node, path) => continue,
                Value::Bool(true) => {
                    "`x-sensitive` stands on what has no name, so nothing can be hidden"
                }
                _ => "`x-sensitive` is neither `true` nor `false`",
            };
            let finding = api.finding(EXTENSION, member.key, &below, message);
            findings.push(finding.help(
                "write `x-sensitive: true` on a property, a parameter or a component schema",
            ));
        } else if names_children || !(VALUES.contains(&name) || name.starts_with("x-")) {
            path.push(name);
            marks(api, &member.node, below, path, findings);
            path.pop();
        }
    }
}

/// Whether a departure from the vendor's page gives its reason: one, or one for each thing that it covers.
fn is_departure(node: &Node) -> bool {
    let is_reason = |node: &Node| node.text().is_some_and(|text| !text.trim().is_empty());
    let is_map = node.map().is_some_and(|map| !map.is_empty());
    is_reason(node) || is_map && node.members().all(|(_, member)| is_reason(&member.node))
}

/// Whether the object at a path has a name of its own: a parameter, or one of several named ones.
fn is_named(node: &Node, path: &[&str]) -> bool {
    let is_parameter = node.get("in").is_some() && node.get("name").is_some();
    let parent = path.len().checked_sub(2).and_then(|index| path.get(index));
    is_parameter || matches!(parent, Some(&("properties" | "schemas" | "parameters" | "headers")))
}
