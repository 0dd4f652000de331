//! Parameters: that the path and they agree, and that the generator can send them.

use std::collections::HashSet;

use crate::check::document::template;
use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{PARAMETER, SCHEMA, SECURITY_SCHEME};
use crate::openapi::references::Located;
use crate::openapi::suggest::similar;
use crate::openapi::tree::{Node, Value, step};
use crate::openapi::walk::Part;

const PATH_PARAMETER: Rule = Rule::error("path-parameter");
const COOKIE: Rule = Rule::error("cookie-parameter");
const HEADER_NAME: Rule = Rule::error("header-name");
const SHAPE: Rule = Rule::error("parameter-shape");
const STYLE: Rule = Rule::error("parameter-style");
const CONTENT: Rule = Rule::error("parameter-content");
const HEADER_DEFAULT: Rule = Rule::warning("header-default");

/// The rules of this family.
pub const RULES: [Rule; 7] =
    [PATH_PARAMETER, COOKIE, HEADER_NAME, SHAPE, STYLE, CONTENT, HEADER_DEFAULT];

/// Checks parameters, and the headers that security schemes name.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    paths(api, findings);
    let is_sent = |part: &&Part<'_>| !part.is_in_callback();
    for part in api.of_type(&PARAMETER).filter(is_sent) {
        parameter(api, part, findings);
    }
    for part in api.of_type(&SECURITY_SCHEME) {
        if part.node.text_of("type") == Some("apiKey") {
            header_name(api, part, findings);
        }
    }
}

fn paths(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &api.operations {
        let Ok(names) = template(operation.path) else {
            continue;
        };
        let declared: Vec<_> = operation
            .effective_parameters()
            .filter(|parameter| parameter.location() == "path")
            .collect();
        let known: HashSet<&str> = declared.iter().map(|parameter| parameter.name()).collect();
        let wanted: HashSet<&str> = names.iter().copied().collect();
        for name in &names {
            if known.contains(name) {
                continue;
            }
            let spare = declared.iter().map(|parameter| parameter.name());
            let help = match similar(name, spare.filter(|spare| !wanted.contains(spare))) {
                Some(spare) => format!("did you mean `{spare}`, which is declared?"),
                None => format!(
                    "declare it: `- {{name: {name}, in: path, required: true, schema: {{type: string}}}}`"
                ),
            };
            let message = format!("no parameter of {} declares `{{{name}}}`", operation.title());
            let pointer = step("/paths", operation.path);
            let finding = api.finding(PATH_PARAMETER, operation.path_key, &pointer, message);
            findings.push(finding.help(help));
        }
        for parameter in declared {
            let name = parameter.name();
            if wanted.contains(name) {
                continue;
            }
            let node = parameter.listed.node;
            let span = node.get("name").or_else(|| node.get("$ref")).unwrap_or(node).span;
            let message = format!("the path `{}` has no `{{{name}}}`", operation.path);
            let finding = api.finding(PATH_PARAMETER, span, &parameter.listed.pointer, message);
            let finding = finding.related(api.source, operation.path_key, "the path");
            findings
                .push(finding.help("write it into the path in braces, or remove the parameter"));
        }
    }
}

fn parameter<'a>(api: &Document<'a>, part: &Part<'a>, findings: &mut Vec<Finding>) {
    let node = part.node;
    let place = |key: &str| node.get(key).map_or(part.anchor, |node| node.span);
    let mut refuse = |rule: Rule, key: &str, message: &str, help: &str| {
        let pointer = step(&part.pointer, key);
        findings.push(api.finding(rule, place(key), &pointer, message).help(help));
    };
    let location = node.text_of("in").unwrap_or_default();
    let own_style = match location {
        "query" => "form",
        _ => "simple",
    };
    match location {
        "cookie" => refuse(
            COOKIE,
            "in",
            "a parameter in a cookie, which the generator cannot send",
            "remove it, and set the cookie in a middleware",
        ),
        "path"
            if matches!(node.get("required").map(|node| &node.value), Some(Value::Bool(false))) =>
        {
            refuse(
                PATH_PARAMETER,
                "required",
                "a parameter in the path is always required",
                "write `required: true`",
            )
        }
        _ => {}
    }
    if let Some(style) = node.text_of("style")
        && style != own_style
        && location != "cookie"
    {
        let help = format!("remove it: the generator writes `{own_style}` only");
        refuse(STYLE, "style", "a style that the generator cannot write", &help);
    }
    if let Some(content) = node.member("content") {
        let pointer = step(&part.pointer, "content");
        let message = "a parameter with `content`, which the generator cannot write";
        let finding = api.finding(CONTENT, content.key, &pointer, message);
        findings.push(finding.help("give it a `schema`"));
    }
    if location == "header" {
        header_name(api, part, findings);
    }
    if location != "cookie" {
        schema(api, part, location, findings);
    }
}

/// RFC 9110, section 5.1: a header's name is a token, of letters, digits and some signs.
fn header_name(api: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let Some((node, name)) = part.node.get("name").and_then(|node| Some((node, node.text()?)))
    else {
        return;
    };
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if part.node.text_of("in") == Some("header") && (name.is_empty() || !name.chars().all(is_token))
    {
        let message = format!("`{name}` cannot be the name of a header");
        let pointer = step(&part.pointer, "name");
        let finding = api.finding(HEADER_NAME, node.span, &pointer, message);
        findings.push(finding.help("use letters, digits and hyphens"));
    }
}

/// What goes into a header or a path is written as one text.
fn schema<'a>(api: &Document<'a>, part: &Part<'a>, location: &str, findings: &mut Vec<Finding>) {
    let Some(member) = part.node.member("schema") else {
        return;
    };
    let at =
        Located { node: &member.node, anchor: member.key, pointer: step(&part.pointer, "schema") };
    let Some(schema) = api.resolve(&SCHEMA, at.clone()) else {
        return;
    };
    // The generator writes an array into a query, and makes an option of what is nullable there.
    let is_query = location == "query";
    let found = match schema.node.is_true("nullable") && !is_query {
        true => Some("nullable"),
        false => collection(api, &schema).filter(|found| !is_query || *found == "an object"),
    };
    if let Some(found) = found {
        // Where the parameter says it, even if the type stands elsewhere.
        let own = match schema.pointer == at.pointer {
            true => {
                let key = if found == "nullable" { found } else { "type" };
                schema.node.get(key).map_or(at.anchor, |node| node.span)
            }
            false => at.node.get("$ref").map_or(at.anchor, |node| node.span),
        };
        let message =
            format!("a {location} parameter that is {found}, which the generator cannot send");
        let finding = api.finding(SHAPE, own, &at.pointer, message);
        findings.push(
            finding.help("describe it as a `string`, and how to write it in the description"),
        );
    }
    if let Some(default) = schema.node.member("default")
        && location == "header"
        && !part.node.is_true("required")
    {
        let message = "the default of a header is ignored: the generated client does not send it";
        let pointer = step(&schema.pointer, "default");
        let finding = api.finding(HEADER_DEFAULT, default.key, &pointer, message);
        findings.push(finding.help(
            "if it is a value to try, call it `example`; otherwise say it in the description",
        ));
    }
}

/// Whether a schema is one of arrays or objects, in words.
fn collection<'a>(api: &Document<'a>, schema: &Located<'a>) -> Option<&'static str> {
    let mut open = vec![schema.node];
    let mut seen = HashSet::new();
    while let Some(node) = open.pop() {
        if !seen.insert(std::ptr::from_ref(node)) {
            continue;
        }
        let has = |key: &str| node.get(key).is_some();
        match node.text_of("type") {
            Some("array") => return Some("an array"),
            Some("object") => return Some("an object"),
            Some(_) => continue,
            None if has("properties") || has("additionalProperties") => return Some("an object"),
            None if has("items") => return Some("an array"),
            None => {}
        }
        let lists = ["allOf", "oneOf", "anyOf"].into_iter();
        for member in lists.flat_map(|key| node.get(key).map(Node::items).unwrap_or_default()) {
            let at = Located { node: member, anchor: member.span, pointer: String::new() };
            open.extend(api.resolve(&SCHEMA, at).map(|at| at.node));
        }
    }
    None
}
