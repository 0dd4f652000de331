//! What this project requires of its documents beyond OpenAPI.

use super::operations::is_final;
use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::tree::Node;
use crate::openapi::walk::{EXTENSION, IGNORED_KEY};
use crate::openapi::{ASPECTS, DEPARTURE};

const SECURITY_HEADER: Rule = Rule::error("security-header");
const NO_ERRORS: Rule = Rule::warning("no-error-response");
const VERSION: Rule = Rule::warning("version");

pub const RULES: [Rule; 3] = [SECURITY_HEADER, NO_ERRORS, VERSION];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for operation in &document.operations {
        security_headers(out, operation);
        errors(out, operation);
    }
    log_safe(out);
    version(out);
    departures(out);
}

/// The client sends the credential, and the parameter would be a second value.
fn security_headers<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let document = out.document;
    let alternatives = document.security(operation).map(|at| at.items()).unwrap_or_default();
    let names = alternatives.iter().flat_map(|at| at.entries());
    let schemes: Vec<_> = names.filter_map(|(name, _)| document.security_scheme(name)).collect();
    for parameter in operation.effective_parameters() {
        let is_same = |scheme: &&Located<'a>| {
            let name = scheme.node.text_of("name").unwrap_or_default();
            let is_there = scheme.node.text_of("in") == Some(parameter.location());
            is_there && name.eq_ignore_ascii_case(parameter.name())
        };
        if let Some(scheme) = schemes.iter().find(is_same) {
            let name = parameter.name();
            let message =
                format!("`{name}` is a parameter and a credential of {}", operation.title());
            let help = "remove the parameter: the client sends what `security` lists";
            out.add(SECURITY_HEADER, &parameter.named(), message, help)
                .also(scheme.anchor, "the security scheme");
        }
    }
}

fn errors<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
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
        let help = "describe what the server sends when it refuses, for example `\"400\":`";
        out.add(NO_ERRORS, &responses, message, help);
    }
}

/// `x-log-safe` beside a reference: the values are those of another schema.
fn log_safe(out: &mut Findings<'_, '_>) {
    for part in out.document.of_type(&SCHEMA).filter(|part| part.at.node.is_true("x-log-safe")) {
        let is_wrapper =
            ["allOf", "oneOf", "anyOf"].iter().any(|key| part.at.node.get(key).is_some());
        if let Some(at) =
            part.at.below("x-log-safe").filter(|_| is_wrapper && part.at.node.get("type").is_none())
        {
            let help = "mark the component whose values may be shown";
            out.add(IGNORED_KEY, &at, "`x-log-safe` has no effect beside a reference", help);
        }
    }
}

/// The version of the document, which is that of the crates.
fn version(out: &mut Findings<'_, '_>) {
    let version = out.document.whole().below("info").and_then(|info| info.below("version"));
    let Some(at) = version.map(Located::value) else { return };
    if let Some(text) = at.node.text().filter(|text| semver::Version::parse(text).is_err()) {
        let message = format!("`{text}` is not a semantic version, so the crates keep theirs");
        out.add(VERSION, &at, message, "write three numbers, such as `1.0.0`");
    }
}

/// A departure from the vendor's page gives a reason: one, or one for each aspect.
fn departures(out: &mut Findings<'_, '_>) {
    let is_reason = |node: &Node| node.text().is_some_and(|text| !text.trim().is_empty());
    for part in out.document.parts() {
        let Some(at) = part.at.below(DEPARTURE) else { continue };
        let mut reasons = at.node.members().map(|(_, member)| &member.node).peekable();
        let is_map = reasons.peek().is_some() && reasons.all(is_reason);
        if !is_map && !is_reason(at.node) {
            let aspects = ASPECTS.map(|name| format!("`{name}`")).join(", ");
            let help = format!(
                "write the reason, or one for each of the aspects that differ: {aspects}, or a name that only the page has"
            );
            out.add(EXTENSION, &at, format!("`{DEPARTURE}` gives no reason"), help);
        }
    }
}
