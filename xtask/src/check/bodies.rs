//! Bodies of requests and responses: whether the generator has a type for them.

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{MEDIA_TYPE, REQUEST_BODY, SCHEMA};
use crate::openapi::media_type::is_typed;
use crate::openapi::operations::{Operation, Response};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};
use crate::openapi::walk::MISSING_KEY;

const MIXED: Rule = Rule::error("mixed-bodies");
const REQUEST: Rule = Rule::error("request-body");
const ENCODING: Rule = Rule::error("body-encoding");
const STREAM: Rule = Rule::warning("byte-stream");

pub const RULES: [Rule; 4] = [MIXED, REQUEST, ENCODING, STREAM];

pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &document.operations {
        responses(document, operation, findings);
    }
    for part in document.of_type(&REQUEST_BODY).filter(|part| !part.is_in_callback()) {
        request(document, &part.at, findings);
    }
    for part in document.of_type(&MEDIA_TYPE).filter(|part| !part.is_in_callback()) {
        if let Some(encoding) = part.at.below("encoding") {
            let finding = document.finding(ENCODING, &encoding, "the generator ignores `encoding`");
            findings.push(finding.help("remove it"));
        }
    }
}

/// What the generator makes of the body of a response.
#[derive(PartialEq)]
enum Body {
    None,
    Stream,
    /// The type of a component.
    Component(String),
    /// The type of a schema without a name.
    Inline(serde_json::Value),
}

impl Body {
    fn title(&self) -> String {
        match self {
            Self::None => "no body".to_owned(),
            Self::Stream => "a body that is not JSON".to_owned(),
            Self::Component(name) => format!("`{name}`"),
            Self::Inline(_) => "an inline schema".to_owned(),
        }
    }
}

fn responses(document: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let bodies: Vec<(&Response<'_>, Body)> = operation
        .responses
        .iter()
        .map(|response| (response, body(document, response, findings)))
        .collect();
    let is = |response: &Response<'_>, ranges: &[char]| {
        response.status == "default" || response.status.starts_with(ranges)
    };
    // With `2XX` the generator does not count `default` among the successful responses.
    let has_range = bodies.iter().any(|(response, _)| response.status == "2XX");
    let is_success = |response: &Response<'_>| {
        is(response, &['2']) && !(has_range && response.status == "default")
    };
    let successes = bodies.iter().filter(|(response, _)| is_success(response));
    same(document, successes, "successful responses", findings);
    let errors = bodies.iter().filter(|(response, _)| is(response, &['4', '5']));
    same(document, errors, "errors", findings);
    if !bodies.is_empty() && !bodies.iter().any(|(response, _)| is(response, &['2'])) {
        let message = format!(
            "{} has no 2XX response, so the client returns a byte stream",
            operation.title()
        );
        let finding = document.finding(STREAM, &operation.at, message);
        findings.push(finding.help("describe the successful response, `\"200\":`"));
    }
    for (response, _) in bodies.iter().filter(|(_, body)| *body == Body::Stream) {
        if let Some(content) = response.at.below("content")
            && !response.status.starts_with('3')
        {
            let message = format!(
                "the body of {} is not `application/json`, so the client returns a byte stream",
                response.status
            );
            let finding = document.finding(STREAM, &content, message);
            findings.push(finding.help("if the body is JSON, call it `application/json`"));
        }
    }
}

fn same<'a>(
    document: &Document<'_>,
    mut bodies: impl Iterator<Item = &'a (&'a Response<'a>, Body)>,
    what: &str,
    findings: &mut Vec<Finding>,
) {
    let Some((first, body)) = bodies.next() else {
        return;
    };
    for (response, other) in bodies.filter(|(_, other)| other != body) {
        let message = format!(
            "the {what} have different bodies: {} has {}, and {} has {}",
            first.status,
            body.title(),
            response.status,
            other.title()
        );
        let at = Located { anchor: response.key, ..response.at.clone() };
        let finding = document.finding(MIXED, &at, message);
        let finding = finding.related(document.source, first.key, "the first of them");
        let help = format!(
            "the generator has one type for all {what}: describe one that fits all, or leave one status out"
        );
        findings.push(finding.help(help));
    }
}

fn body(document: &Document<'_>, response: &Response<'_>, findings: &mut Vec<Finding>) -> Body {
    let content = response.at.below("content").map(|at| at.entries()).unwrap_or_default();
    let Some((first, _)) = content.first() else {
        return Body::None;
    };
    let is_extension = first.starts_with("x-");
    let Some((_, media_type)) = content.into_iter().find(|(name, _)| is_typed(name)) else {
        return if is_extension { Body::None } else { Body::Stream };
    };
    let Some(schema) = media_type.node.get("schema") else {
        if media_type.node.map().is_some() {
            let message = "the JSON body has no `schema`";
            let finding = document.finding(MISSING_KEY, &media_type, message);
            findings.push(finding.help("add `schema:` to it; `schema: {}` allows anything"));
        }
        return Body::Stream;
    };
    match schema.text_of("$ref") {
        Some(reference) => {
            Body::Component(reference.rsplit('/').next().unwrap_or_default().to_owned())
        }
        None => Body::Inline(bare(schema)),
    }
}

/// A schema without the keywords that do not change the generated type.
fn bare(schema: &Node) -> serde_json::Value {
    let mut json = schema.to_json();
    if let Some(map) = json.as_object_mut() {
        for key in ["description", "example", "title", "externalDocs", "deprecated"] {
            map.remove(key);
        }
        if map.get("type").is_some_and(|kind| kind == "string") {
            // The generator ignores these.
            map.remove("format");
            map.remove("pattern");
        }
    }
    json
}

fn request<'a>(document: &Document<'a>, body: &Located<'a>, findings: &mut Vec<Finding>) {
    let Some(content) = body.below("content").filter(|content| content.node.map().is_some()) else {
        return;
    };
    let mut report = |at: &Located<'_>, message: String, help: &str| {
        findings.push(document.finding(REQUEST, at, message).help(help));
    };
    let media_types = content.entries();
    let (name, media_type) = match &media_types[..] {
        [] => {
            let message = "the request body has no media type".to_owned();
            return report(body, message, "describe one, for example `application/json:`");
        }
        [(name, media_type)] => (*name, media_type),
        [(name, _), (second, at), ..] => {
            let message = format!(
                "the request body has `{name}` and `{second}`, and the generator sends only one"
            );
            return report(at, message, "keep the one that the client should send");
        }
    };
    let essence = name.split(';').next().unwrap_or_default();
    let wanted = match essence {
        "application/json" | "application/x-www-form-urlencoded" => None,
        "text/plain" | "text/x-markdown" => Some("{type: string}"),
        "application/octet-stream" => Some("{type: string, format: binary}"),
        _ => {
            let message = format!("the generator cannot send a request body of the type `{name}`");
            let help = "it can send `application/json`, `application/x-www-form-urlencoded`, `text/plain` and `application/octet-stream`";
            return report(media_type, message, help);
        }
    };
    let Some(at) = media_type.below("schema") else {
        if media_type.node.map().is_some() {
            report(
                media_type,
                "the request body has no `schema`".to_owned(),
                "add `schema:` to it",
            );
        }
        return;
    };
    if let (Some(wanted), Some(schema)) = (wanted, document.resolve(&SCHEMA, at.clone()))
        && !is_plain_text(schema.node, essence == "application/octet-stream")
    {
        let message =
            format!("a `{essence}` body is sent as it is, so its schema must be `{wanted}`");
        report(&at, message, &format!("write `schema: {wanted}`"));
    }
}

/// Whether a schema allows any string, or any bytes.
fn is_plain_text(schema: &Node, is_binary: bool) -> bool {
    let restrictions = ["nullable", "discriminator", "default", "enum", "minLength", "maxLength"];
    let is_restricted = restrictions
        .iter()
        .any(|key| schema.get(key).is_some_and(|node| !matches!(node.value, Value::Bool(false))));
    let format = schema.text_of("format");
    schema.text_of("type") == Some("string")
        && !is_restricted
        && (format == Some("binary")) == is_binary
}
