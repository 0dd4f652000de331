//! Paths, statuses and `operationId`s.

use std::collections::{HashMap, HashSet};

use heck::ToSnakeCase;

use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::grammar::COMPONENTS;
use crate::openapi::operations::{Operation, paths, shape};
use crate::openapi::references::Located;
use crate::source::Span;

const PATH: Rule = Rule::error("path");
const STATUS: Rule = Rule::error("status");
const NO_RESPONSE: Rule = Rule::warning("no-response");
const OPERATION_ID: Rule = Rule::warning("operation-id");
const DUPLICATE_ID: Rule = Rule::error("duplicate-id");
const COMPONENT_NAME: Rule = Rule::warning("component-name");
const NO_SECURITY: Rule = Rule::warning("no-security");

pub const RULES: [Rule; 7] =
    [PATH, STATUS, DUPLICATE_ID, NO_RESPONSE, OPERATION_ID, COMPONENT_NAME, NO_SECURITY];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let mut shapes = HashMap::new();
    for (path, at) in paths(document.root) {
        self::path(out, path, &at);
        if let Some((other, first)) = shapes.insert(shape(path), (path, at.anchor)) {
            let message =
                format!("the paths `{other}` and `{path}` differ only in the names of parameters");
            out.add(PATH, &at, message, "move the operations of both below one path")
                .also(first, "the first of them");
        }
    }
    component_names(out);
    security(out);
    let mut ids = HashMap::new();
    for operation in &document.operations {
        statuses(out, operation);
        operation_id(out, operation, &mut ids);
    }
}

fn path<'a>(out: &mut Findings<'_, 'a>, path: &str, at: &Located<'a>) {
    let mut report = |problem: &str, help: String| {
        out.add(PATH, at, format!("the path `{path}` {problem}"), help);
    };
    if path.starts_with("http") && path.contains("://") {
        let help = "write only what follows the host: the host belongs in `servers`".to_owned();
        report("is a URL", help);
    } else if !path.starts_with('/') {
        report("does not start with a slash", format!("write `/{path}`"));
    } else if let Err(problem) = template(path) {
        report(problem, "write each parameter as `{name}`".to_owned());
    } else if path.contains(['?', '#']) {
        let help = "describe what is after the `?` as parameters with `in: query`".to_owned();
        report("has a query or a fragment", help);
    }
}

/// OpenAPI 3.0.3, section 4.7.7: the characters in the name of a component.
fn component_names(out: &mut Findings<'_, '_>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    for section in COMPONENTS.fields.iter().map(|field| field.key) {
        for (name, at) in out.document.components(section) {
            if !name.chars().all(is_part) {
                let message = format!("`{name}` cannot be the name of a component");
                out.add(COMPONENT_NAME, &at, message, "use letters, digits, `.`, `_` and `-`");
            }
        }
    }
}

fn security<'a>(out: &mut Findings<'_, 'a>) {
    let document = out.document;
    let has_security = |operation: &Operation<'a>| document.security(operation).is_some();
    let Some(other) = document.operations.iter().find(|it| has_security(it)) else {
        return;
    };
    for operation in document.operations.iter().filter(|it| !has_security(it)) {
        let message = format!("{} has no `security`, and other operations have", operation.title());
        let help = "list its security schemes, or write `security: []` if everyone may call it";
        out.add(NO_SECURITY, &operation.at, message, help).also(other.at.anchor, "one that has");
    }
}

/// The names of the parameters in a path, in their order.
///
/// # Errors
///
/// What is wrong with the braces.
pub fn template(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut rest = path;
    while let Some(place) = rest.find(['{', '}']) {
        if rest[place..].starts_with('}') {
            return Err("has a `}` without a `{`");
        }
        let inner = &rest[place + 1..];
        let end = inner.find('}').ok_or("has a `{` without a `}`")?;
        let name = &inner[..end];
        if name.is_empty() || name.contains(['/', '{']) {
            return Err("has braces without a name in them");
        }
        if !seen.insert(name) {
            return Err("has a parameter twice");
        }
        names.push(name);
        rest = &inner[end + 1..];
    }
    Ok(names)
}

fn statuses<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let Some(responses) = operation.at.below("responses") else {
        return;
    };
    let mut statuses = responses.entries();
    statuses.retain(|(status, _)| !status.starts_with("x-"));
    if statuses.is_empty() && responses.node.map().is_some() {
        let help = "describe at least the successful one, `\"200\":`";
        out.add(NO_RESPONSE, &responses, "the operation has no response", help);
    }
    for (status, at) in statuses.into_iter().filter(|(status, _)| !is_final(status)) {
        // The client returns the upgraded connection.
        if status == "101" {
            continue;
        }
        let (message, help) = match status.starts_with('1') && is_like_status(status) {
            true => (
                format!("{status} is not the status of a final response"),
                "remove it: a client never sees it",
            ),
            false => (
                format!("`{status}` is not a status"),
                "write one from `\"200\"` to `\"599\"`, `2XX` to `5XX`, or `default`",
            ),
        };
        out.add(STATUS, &at, message, help);
    }
}

fn is_like_status(status: &str) -> bool {
    let digits = status.get(1..).unwrap_or_default();
    digits == "XX" || digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is a status of a final response, a range of them or `default`.
pub fn is_final(status: &str) -> bool {
    status == "default" || status.starts_with(['2', '3', '4', '5']) && is_like_status(status)
}

fn operation_id<'a>(
    out: &mut Findings<'_, 'a>,
    operation: &Operation<'a>,
    seen: &mut HashMap<&'a str, Span>,
) {
    let Some(at) = operation.at.below("operationId").map(Located::value) else {
        let message = format!("{} has no `operationId`", operation.title());
        let help = "add one in snake_case: it becomes the name of the Rust method";
        out.add(OPERATION_ID, &operation.at, message, help);
        return;
    };
    let Some(id) = at.node.text() else {
        return;
    };
    if let Some(first) = seen.insert(id, at.anchor) {
        let message = format!("the `operationId` `{id}` is used twice");
        out.add(DUPLICATE_ID, &at, message, "give each operation one of its own")
            .also(first, "first used here");
    }
    if !is_snake_case(id) {
        let snake = id.to_snake_case();
        let help = match is_snake_case(&snake) {
            true => format!("write `{snake}`"),
            false => "use lower-case letters, digits and single underscores".to_owned(),
        };
        let message = format!("the `operationId` `{id}` is not in snake_case");
        out.add(OPERATION_ID, &at, message, help);
    }
}

fn is_snake_case(id: &str) -> bool {
    let is_word = |word: &str| {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(is_part)
    };
    id.starts_with(|c: char| c.is_ascii_lowercase()) && id.split('_').all(is_word)
}
