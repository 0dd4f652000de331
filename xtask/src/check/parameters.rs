//! Parameters: whether they match the path, and whether the generator can send them.

use std::collections::HashSet;

use super::document::template;
use super::schemas::closure;
use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{PARAMETER, SCHEMA, SECURITY_SCHEME};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::suggest::similar;
use crate::openapi::tree::Value;

const PATH_PARAMETER: Rule = Rule::error("path-parameter");
const COOKIE: Rule = Rule::error("cookie-parameter");
const HEADER_NAME: Rule = Rule::error("header-name");
const SHAPE: Rule = Rule::error("parameter-shape");
const STYLE: Rule = Rule::error("parameter-style");
const CONTENT: Rule = Rule::error("parameter-content");
const HEADER_DEFAULT: Rule = Rule::warning("header-default");

pub const RULES: [Rule; 7] =
    [PATH_PARAMETER, COOKIE, HEADER_NAME, SHAPE, STYLE, CONTENT, HEADER_DEFAULT];

/// Checks parameters, and the headers that security schemes name.
pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &document.operations {
        path(document, operation, findings);
    }
    for part in document.of_type(&PARAMETER).filter(|part| !part.is_in_callback()) {
        parameter(document, &part.at, findings);
    }
    for part in document.of_type(&SECURITY_SCHEME) {
        if part.at.node.text_of("type") == Some("apiKey") {
            header_name(document, &part.at, findings);
        }
    }
}

fn path<'a>(document: &Document<'a>, operation: &Operation<'a>, findings: &mut Vec<Finding>) {
    let Ok(names) = template(operation.path) else {
        return;
    };
    let mut declared: Vec<_> = operation.effective_parameters().collect();
    declared.retain(|parameter| parameter.location() == "path");
    let known: HashSet<&str> = declared.iter().map(|parameter| parameter.name()).collect();
    let wanted: HashSet<&str> = names.iter().copied().collect();
    for name in names.iter().filter(|name| !known.contains(*name)) {
        let help = match similar(name, known.difference(&wanted).copied()) {
            Some(other) => format!("did you mean `{other}`, which is declared?"),
            None => format!(
                "declare it: `- {{name: {name}, in: path, required: true, schema: {{type: string}}}}`"
            ),
        };
        let message = format!("no parameter of {} declares `{{{name}}}`", operation.title());
        if let Some(at) = document.path_item(operation) {
            findings.push(document.finding(PATH_PARAMETER, &at, message).help(help));
        }
    }
    for parameter in declared.into_iter().filter(|parameter| !wanted.contains(parameter.name())) {
        let node = parameter.listed.node;
        let span = node.get("name").or_else(|| node.get("$ref")).unwrap_or(node).span;
        let at = Located { anchor: span, ..parameter.listed.clone() };
        let message = format!("the path `{}` has no `{{{}}}`", operation.path, parameter.name());
        let finding = document.finding(PATH_PARAMETER, &at, message);
        let finding = finding.related(document.source, operation.path_key, "the path");
        findings.push(finding.help("write it into the path in braces, or remove the parameter"));
    }
}

fn parameter<'a>(document: &Document<'a>, at: &Located<'a>, findings: &mut Vec<Finding>) {
    let location = at.node.text_of("in").unwrap_or_default();
    let value_of = |key: &str| at.below(key).map(Located::value);
    if let Some(cookie) = value_of("in").filter(|_| location == "cookie") {
        let finding = document.finding(COOKIE, &cookie, "the generator cannot send a cookie");
        findings.push(finding.help("remove the parameter, and set the cookie in a middleware"));
        return;
    }
    if let Some(required) = value_of("required").filter(|_| location == "path")
        && matches!(required.node.value, Value::Bool(false))
    {
        let message = "a parameter in the path is always required";
        let finding = document.finding(PATH_PARAMETER, &required, message);
        findings.push(finding.help("write `required: true`"));
    }
    let own_style = if location == "query" { "form" } else { "simple" };
    if let Some(style) = value_of("style")
        && style.node.text().is_some_and(|style| style != own_style)
    {
        let finding = document.finding(STYLE, &style, "the generator cannot write this style");
        findings.push(finding.help(format!("remove it: the generator writes `{own_style}` only")));
    }
    if let Some(content) = at.below("content") {
        let message = "the generator cannot write a parameter with `content`";
        findings.push(document.finding(CONTENT, &content, message).help("give it a `schema`"));
    }
    if location == "header" {
        header_name(document, at, findings);
    }
    schema(document, at, location, findings);
}

/// RFC 9110, section 5.1: the name of a header is a token, of letters, digits and some signs.
fn header_name(document: &Document<'_>, at: &Located<'_>, findings: &mut Vec<Finding>) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if at.node.text_of("in") == Some("header")
        && let Some(at) = at.below("name").map(Located::value)
        && let Some(name) = at.node.text()
        && (name.is_empty() || !name.chars().all(is_token))
    {
        let message = format!("`{name}` cannot be the name of a header");
        let finding = document.finding(HEADER_NAME, &at, message);
        findings.push(finding.help("use letters, digits and hyphens"));
    }
}

/// Headers and the parts of a path are each written as one string.
fn schema<'a>(
    document: &Document<'a>,
    parameter: &Located<'a>,
    location: &str,
    findings: &mut Vec<Finding>,
) {
    let Some(at) = parameter.below("schema") else {
        return;
    };
    let Some(schema) = document.resolve(&SCHEMA, at.clone()) else {
        return;
    };
    // In a query the generator writes arrays, and leaves out what is null.
    let is_query = location == "query";
    let found = match schema.node.is_true("nullable") && !is_query {
        true => Some("nullable"),
        false => collection(document, &schema).filter(|found| !is_query || *found == "an object"),
    };
    if let Some(found) = found {
        let key = match found {
            _ if schema.pointer != at.pointer => "$ref",
            "nullable" => found,
            _ => "type",
        };
        let span = at.node.get(key).map_or(at.anchor, |node| node.span);
        let place = Located { anchor: span, ..at };
        let message = format!("the generator cannot send a {location} parameter that is {found}");
        let finding = document.finding(SHAPE, &place, message);
        findings.push(
            finding.help("describe it as a `string`, and how to write it in the description"),
        );
    }
    if let Some(default) = schema.below("default")
        && location == "header"
        && !parameter.node.is_true("required")
    {
        let message = "the generated client does not send the default of a header";
        let finding = document.finding(HEADER_DEFAULT, &default, message);
        findings.push(finding.help(
            "if it is a value to try, call it `example`; otherwise write it in the description",
        ));
    }
}

/// Whether a schema allows arrays or objects, in words.
fn collection<'a>(document: &Document<'a>, schema: &Located<'a>) -> Option<&'static str> {
    closure(document, schema.node)?.into_iter().find_map(|node| {
        let has = |key: &str| node.get(key).is_some();
        match node.text_of("type") {
            Some("array") => Some("an array"),
            Some("object") => Some("an object"),
            None if has("properties") || has("additionalProperties") => Some("an object"),
            None if has("items") => Some("an array"),
            _ => None,
        }
    })
}
