//! Whether a document is OpenAPI 3.0.

use std::rc::Rc;

use super::tree::{Node, Value};
use crate::finding::{Finding, Rule};
use crate::source::{Source, Span};

pub const NOT_OPENAPI: Rule = Rule::error("openapi-version");

/// Whether the rest of the document can be checked as OpenAPI 3.0.
pub fn is_openapi(source: &Rc<Source>, root: &Node, findings: &mut Vec<Finding>) -> bool {
    let refuse = |span: Span, message: &str, help: &str| {
        NOT_OPENAPI.at(source, span, message).pointer("/openapi").help(help)
    };
    let start = "start it with `openapi: 3.0.3`";
    let Some(map) = root.map() else {
        let message = format!("an OpenAPI document is an object, not {}", root.kind());
        findings.push(refuse(root.span, &message, start).pointer(""));
        return false;
    };
    let Some(member) = map.get("openapi") else {
        findings.push(match map.get("swagger") {
            Some(member) => refuse(
                member.key,
                "this is a Swagger 2.0 document",
                "convert it to OpenAPI 3.0 first",
            ),
            None => refuse(root.span, "the document has no `openapi`", start),
        });
        return false;
    };
    let version = match &member.node.value {
        Value::Text(version) => version.clone(),
        Value::Number(version) => version.to_string(),
        _ => String::new(),
    };
    let is_patch = |patch: &str| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit());
    if version.strip_prefix("3.0.").is_some_and(is_patch) {
        return true;
    }
    let is_newer = version.starts_with("3.1") || version.starts_with("3.2");
    let (message, help) = match is_newer {
        true => (
            format!("the generator reads OpenAPI 3.0, not {version}"),
            "write it in 3.0: `openapi: 3.0.3`, `nullable: true` for the type `null`, `example` for `examples` \
             in schemas",
        ),
        false => (format!("`{version}` is not a version of OpenAPI 3.0"), "write `openapi: 3.0.3`"),
    };
    findings.push(refuse(member.node.span, &message, help));
    // Without its third number it is still 3.0.
    version == "3.0"
}
