//! What this project requires of its documents beyond OpenAPI.

use std::collections::HashMap;

use super::document::is_final;
use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::grammar::{PARAMETER, SECURITY_SCHEME, SERVER};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::tree::Node;
use crate::openapi::walk::EXTENSION;
use crate::openapi::{ASPECTS, DEPARTURE};

const SECURITY_HEADER: Rule = Rule::error("security-header");
const NO_ERRORS: Rule = Rule::error("no-error-response");
const UNMARKED: Rule = Rule::error("unmarked-sensitive");

pub const RULES: [Rule; 3] = [SECURITY_HEADER, NO_ERRORS, UNMARKED];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    security_headers(out);
    for operation in &document.operations {
        errors(out, operation);
    }
    server_names(out);
    departures(out);
    sensitive(out);
}

/// The name of an object that is sent in a header, with its place.
fn header<'a>(at: &Located<'a>) -> Option<(&'a str, Located<'a>)> {
    let name = at.below("name")?.value();
    (at.node.text_of("in") == Some("header")).then_some((name.node.text()?, name))
}

fn security_headers(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let schemes = document.of_type(&SECURITY_SCHEME).filter_map(|part| header(&part.at));
    let schemes: HashMap<String, _> =
        schemes.map(|(name, at)| (name.to_lowercase(), at.anchor)).collect();
    let sent = document.of_type(&PARAMETER).filter(|part| !part.is_in_callback());
    for (name, at) in sent.filter_map(|part| header(&part.at)) {
        if let Some(scheme) = schemes.get(&name.to_lowercase()) {
            let message = format!("the header `{name}` is a parameter and a security scheme");
            let help = "remove the parameter: the client sends what `security` lists";
            out.add(SECURITY_HEADER, &at, message, help).also(*scheme, "the security scheme");
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

/// `x-name` on a server becomes a constant.
fn server_names(out: &mut Findings<'_, '_>) {
    let document = out.document;
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
            out.add(EXTENSION, &at, message, "use letters and hyphens");
        } else if let Some(first) = taken.insert(constant, at.anchor) {
            let message = format!("two servers have the `x-name` `{name}`");
            out.add(EXTENSION, &at, message, "give each its own name")
                .also(first, "the first of them");
        }
    }
}

/// A header or property that is sensitive in one place and not marked in another.
fn sensitive(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let parts = document.parts().iter().filter(|part| !part.is_in_callback() && !part.is_reference);
    let named: Vec<_> = parts.filter_map(|part| Some((part.sent_name()?, &part.at))).collect();
    let marked = named.iter().filter(|(_, at)| at.node.is_true("x-sensitive"));
    let marked: HashMap<_, _> = marked.map(|(name, at)| (name.to_lowercase(), at.anchor)).collect();
    for (name, at) in named.iter().filter(|(_, at)| at.node.get("x-sensitive").is_none()) {
        if let Some(first) = marked.get(&name.to_lowercase()) {
            let message = format!("`{name}` is marked `x-sensitive` elsewhere and not here");
            let help = "add `x-sensitive: true`: the client hides everything of this name";
            out.add(UNMARKED, at, message, help).also(*first, "where it is marked");
        }
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
