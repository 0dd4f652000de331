//! The document as a whole: its paths, its operations' identifiers and statuses.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::tree::{Node, step};
use crate::source::Span;

const PATH: Rule = Rule::error("path");
const STATUS: Rule = Rule::error("status");
const OPERATION_ID: Rule = Rule::error("operation-id");

/// The rules of this family.
pub const RULES: [Rule; 3] = [PATH, STATUS, OPERATION_ID];

/// Checks paths, statuses and identifiers.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    paths(api, findings);
    statuses(api, findings);
    operation_ids(api, findings);
}

fn paths(api: &Document<'_>, findings: &mut Vec<Finding>) {
    let paths = api.root.get("paths").into_iter().flat_map(Node::members);
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let pointer = step("/paths", path);
        let mut refuse = |message: String, help: String| {
            findings.push(api.finding(PATH, item.key, &pointer, message).help(help));
        };
        if !path.starts_with('/') {
            refuse(
                format!("the path `{path}` does not start with a slash"),
                format!("write `/{path}`"),
            );
        } else if let Err(problem) = template(path) {
            refuse(
                format!("the path `{path}` {problem}"),
                "write each parameter as `{name}`".to_owned(),
            );
        } else if path.contains(['?', '#']) {
            refuse(
                format!("the path `{path}` has a query or a fragment"),
                "describe what is behind the `?` as parameters with `in: query`".to_owned(),
            );
        }
        if let Some(reference) = item.node.member("$ref") {
            let pointer = step(&pointer, "$ref");
            let message = "a path that is a reference, which the generator does not follow";
            let finding = api.finding(PATH, reference.key, &pointer, message);
            findings.push(finding.help("write the path's operations here"));
        }
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
            return Err("has a `}` without its `{`");
        }
        let inner = &rest[place + 1..];
        let end = inner.find('}').ok_or("has a `{` without its `}`")?;
        let name = &inner[..end];
        if name.is_empty() || name.contains(['/', '{']) {
            return Err("has braces without a name in them");
        }
        if !seen.insert(name) {
            return Err("has a parameter twice");
        }
        names.push(name);
        if names.len() > 100 {
            return Err("has more than a hundred parameters");
        }
        rest = &inner[end + 1..];
    }
    Ok(names)
}

fn statuses(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &api.operations {
        let Some(responses) = operation.at.node.member("responses") else {
            continue;
        };
        let pointer = step(&operation.at.pointer, "responses");
        let statuses = responses.node.members();
        let statuses: Vec<_> = statuses.filter(|(status, _)| !status.starts_with("x-")).collect();
        if statuses.is_empty() && responses.node.map().is_some() {
            let message = "the operation has no response";
            let finding = api.finding(STATUS, responses.key, &pointer, message);
            findings.push(finding.help("describe at least the one of success, `\"200\":`"));
        }
        for (status, member) in statuses {
            if is_final(status) {
                continue;
            }
            let pointer = step(&pointer, status);
            let (message, help) = match status.starts_with('1') && is_like_status(status) {
                true => (
                    format!("the status {status} is not a final answer"),
                    "remove it: a client never sees it".to_owned(),
                ),
                false => (
                    format!("`{status}` is not a status"),
                    "write one from `\"200\"` to `\"599\"`, `2XX` to `5XX`, or `default`"
                        .to_owned(),
                ),
            };
            findings.push(api.finding(STATUS, member.key, &pointer, message).help(help));
        }
    }
}

fn is_like_status(status: &str) -> bool {
    let digits = status.get(1..).unwrap_or_default();
    digits == "XX" || digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether this is a status, a range of them or `default`.
pub fn is_final(status: &str) -> bool {
    status == "default" || status.starts_with(['2', '3', '4', '5']) && is_like_status(status)
}

/// Names of methods and, in the generated module of builders, of types. An operation of that name would not compile.
const METHODS_OF_THE_CLIENT: [&str; 18] = [
    "api_version",
    "byte_stream",
    "base_url",
    "baseurl",
    "builder",
    "client",
    "client_hooks",
    "client_info",
    "error",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "operation_info",
    "post",
    "pre",
    "request_builder_ext",
    "response_value",
];

fn operation_ids(api: &Document<'_>, findings: &mut Vec<Finding>) {
    // By the name of the type that an operation becomes, in which `a_1` is `a1`.
    let mut seen: HashMap<String, (&str, Span)> = HashMap::new();
    for operation in &api.operations {
        let at = &operation.at;
        let pointer = step(&at.pointer, "operationId");
        let Some(member) = at.node.member("operationId") else {
            let message = format!("{} has no `operationId`", operation.title());
            let finding = api.finding(OPERATION_ID, at.anchor, &at.pointer, message);
            findings.push(
                finding.help("add one in snake_case: it becomes the name of the Rust method"),
            );
            continue;
        };
        let Some(id) = member.node.text() else {
            continue;
        };
        let span = member.node.span;
        let mut refuse = |message: String, help: String| {
            let finding = api.finding(OPERATION_ID, span, &pointer, message);
            findings.push(finding.help(help));
        };
        if !is_snake_case(id) {
            let snake = heck::ToSnakeCase::to_snake_case(id);
            refuse(
                format!("the `operationId` `{id}` is not in snake_case"),
                match is_snake_case(&snake) {
                    true => format!("write `{snake}`"),
                    false => "use lower-case letters, digits and single underscores".to_owned(),
                },
            );
        } else if METHODS_OF_THE_CLIENT.contains(&id) {
            refuse(
                format!("the client has a method `{id}` already"),
                "choose another `operationId`".to_owned(),
            );
        } else if let Some((other, first)) = seen.get(&heck::ToPascalCase::to_pascal_case(id)) {
            let message = match *other == id {
                true => format!("the `operationId` `{id}` is here twice"),
                false => format!("the `operationId`s `{other}` and `{id}` become one name"),
            };
            let finding = api.finding(OPERATION_ID, span, &pointer, message);
            let finding = finding.related(api.source, *first, "first used here");
            findings.push(finding.help("give each operation one of its own"));
        } else {
            seen.insert(heck::ToPascalCase::to_pascal_case(id), (id, span));
        }
    }
}

fn is_snake_case(id: &str) -> bool {
    let is_word = |word: &str| {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(is_part)
    };
    id.starts_with(|c: char| c.is_ascii_lowercase()) && id.split('_').all(is_word)
}
