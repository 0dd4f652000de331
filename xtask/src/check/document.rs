//! Paths, statuses and `operationId`s.

use std::collections::{HashMap, HashSet};

use heck::{ToPascalCase, ToSnakeCase};

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::source::Span;

const PATH: Rule = Rule::error("path");
const STATUS: Rule = Rule::error("status");
const OPERATION_ID: Rule = Rule::error("operation-id");

pub const RULES: [Rule; 3] = [PATH, STATUS, OPERATION_ID];

pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let paths = document.whole().below("paths").map(|paths| paths.entries()).unwrap_or_default();
    for (path, at) in paths.into_iter().filter(|(path, _)| !path.starts_with("x-")) {
        self::path(document, path, &at, findings);
    }
    // By the name of the type that an operation becomes, in which `a_1` is `a1`.
    let mut ids = HashMap::new();
    for operation in &document.operations {
        statuses(document, operation, findings);
        operation_id(document, operation, &mut ids, findings);
    }
}

fn path(document: &Document<'_>, path: &str, at: &Located<'_>, findings: &mut Vec<Finding>) {
    let mut report = |problem: &str, help: String| {
        let message = format!("the path `{path}` {problem}");
        findings.push(document.finding(PATH, at, message).help(help));
    };
    if !path.starts_with('/') {
        report("does not start with a slash", format!("write `/{path}`"));
    } else if let Err(problem) = template(path) {
        report(problem, "write each parameter as `{name}`".to_owned());
    } else if path.contains(['?', '#']) {
        let help = "describe what is after the `?` as parameters with `in: query`".to_owned();
        report("has a query or a fragment", help);
    }
    if let Some(reference) = at.below("$ref") {
        let message = "the generator does not follow a reference in place of a path item";
        let finding = document.finding(PATH, &reference, message);
        findings.push(finding.help("write the operations of the path here"));
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

fn statuses(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let Some(responses) = operation.at.below("responses") else {
        return;
    };
    let mut statuses = responses.entries();
    statuses.retain(|(status, _)| !status.starts_with("x-"));
    if statuses.is_empty() && responses.node.map().is_some() {
        let finding = document.finding(STATUS, &responses, "the operation has no response");
        findings.push(finding.help("describe at least the successful one, `\"200\":`"));
    }
    for (status, at) in statuses.into_iter().filter(|(status, _)| !is_final(status)) {
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
        findings.push(document.finding(STATUS, &at, message).help(help));
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

/// Methods of the generated client and, in its module of builders, types. An operation of that name would not compile.
const METHODS_OF_THE_CLIENT: &str = "api_version byte_stream base_url baseurl builder client client_hooks client_info \
                                     error exec inner new new_with_client operation_info post pre \
                                     request_builder_ext response_value";

fn operation_id<'a>(
    document: &Document<'a>,
    operation: &Operation<'a>,
    seen: &mut HashMap<String, (&'a str, Span)>,
    findings: &mut Vec<Finding>,
) {
    let Some(at) = operation.at.below("operationId").map(Located::value) else {
        let message = format!("{} has no `operationId`", operation.title());
        let finding = document.finding(OPERATION_ID, &operation.at, message);
        findings
            .push(finding.help("add one in snake_case: it becomes the name of the Rust method"));
        return;
    };
    let Some(id) = at.node.text() else {
        return;
    };
    let finding = |message: String| document.finding(OPERATION_ID, &at, message);
    if !is_snake_case(id) {
        let snake = id.to_snake_case();
        let help = match is_snake_case(&snake) {
            true => format!("write `{snake}`"),
            false => "use lower-case letters, digits and single underscores".to_owned(),
        };
        findings.push(finding(format!("the `operationId` `{id}` is not in snake_case")).help(help));
    } else if METHODS_OF_THE_CLIENT.split_whitespace().any(|method| method == id) {
        let finding = finding(format!("the client already has a method `{id}`"));
        findings.push(finding.help("choose another `operationId`"));
    } else if let Some((other, first)) = seen.get(&id.to_pascal_case()) {
        let message = match *other == id {
            true => format!("the `operationId` `{id}` is used twice"),
            false => format!("the `operationId`s `{other}` and `{id}` become the same Rust name"),
        };
        let finding = finding(message).related(document.source, *first, "first used here");
        findings.push(finding.help("give each operation one of its own"));
    } else {
        seen.insert(id.to_pascal_case(), (id, at.anchor));
    }
}

fn is_snake_case(id: &str) -> bool {
    let is_word = |word: &str| {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !word.is_empty() && word.bytes().all(is_part)
    };
    id.starts_with(|c: char| c.is_ascii_lowercase()) && id.split('_').all(is_word)
}
