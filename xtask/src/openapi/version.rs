//! Whether a document is OpenAPI 3.0.

use std::rc::Rc;

use super::tree::{Node, Value};
use crate::finding::{Finding, Rule};
use crate::source::{Source, Span};

/// The document is not OpenAPI 3.0.
pub const NOT_OPENAPI: Rule = Rule::error("openapi-version");

/// Whether the document says that it is OpenAPI 3.0. Of one that is not, nothing else is worth saying.
pub fn is_openapi(source: &Rc<Source>, root: &Node, findings: &mut Vec<Finding>) -> bool {
    let refuse = |span: Span, message: &str, help: &str| {
        NOT_OPENAPI.at(source, span, message).pointer("/openapi").help(help)
    };
    let Some(map) = root.map() else {
        let message = format!("an OpenAPI document is a map, and this is {}", root.kind());
        let finding = refuse(root.span, &message, "start it with `openapi: 3.0.3`").pointer("");
        findings.push(finding);
        return false;
    };
    let (span, version) = match map.get("openapi") {
        Some(member) => (member.node.span, &member.node.value),
        None => {
            let (span, message, help) = match map.get("swagger") {
                Some(member) => (
                    member.key,
                    "this is a Swagger 2.0 document",
                    "convert it to OpenAPI 3.0 first",
                ),
                None => (
                    root.span,
                    "the document does not say that it is OpenAPI",
                    "start it with `openapi: 3.0.3`",
                ),
            };
            findings.push(refuse(span, message, help));
            return false;
        }
    };
    let version = match version {
        Value::Text(version) => version.clone(),
        Value::Number(version) => version.to_string(),
        _ => String::new(),
    };
    let is_patch = |patch: &str| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit());
    if version.strip_prefix("3.0.").is_some_and(is_patch) {
        return true;
    }
    let finding = if version.starts_with("3.1") || version.starts_with("3.2") {
        let message = format!("OpenAPI {version} is not OpenAPI 3.0, which the generator reads");
        let help = "write it in 3.0: `openapi: 3.0.3`, `nullable: true` for the type `null`, `example` for `examples` \
                    in schemas";
        refuse(span, &message, help)
    } else {
        let message = format!("`{version}` is not a version of OpenAPI 3.0");
        refuse(span, &message, "write `openapi: 3.0.3`")
    };
    findings.push(finding);
    // 3.0 without its third number is meant well, and the rest can be looked at.
    version == "3.0"
}
