//! Bodies of requests and responses, as far as the generator can make types of them.

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{MEDIA_TYPE, REQUEST_BODY, SCHEMA};
use crate::openapi::operations::{Operation, Response};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value, step};
use crate::openapi::walk::{MISSING_KEY, Part};
use crate::source::Span;

const MIXED: Rule = Rule::error("mixed-bodies");
const REQUEST: Rule = Rule::error("request-body");
const ENCODING: Rule = Rule::error("body-encoding");
const STREAM: Rule = Rule::warning("byte-stream");

/// The rules of this family.
pub const RULES: [Rule; 4] = [MIXED, REQUEST, ENCODING, STREAM];

/// Checks the bodies.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for operation in &api.operations {
        responses(api, operation, findings);
    }
    let is_sent = |part: &&Part<'_>| !part.is_in_callback();
    for part in api.of_type(&REQUEST_BODY).filter(is_sent) {
        request(api, part.node, part.anchor, &part.pointer, findings);
    }
    for part in api.of_type(&MEDIA_TYPE).filter(is_sent) {
        if let Some(encoding) = part.node.member("encoding") {
            let message = "`encoding`, which the generator does not know";
            let pointer = step(&part.pointer, "encoding");
            let finding = api.finding(ENCODING, encoding.key, &pointer, message);
            findings.push(finding.help("remove it"));
        }
    }
}

/// What the generator makes of a response's body.
#[derive(PartialEq)]
enum Body {
    /// Nothing.
    None,
    /// Bytes.
    Stream,
    /// A type: the name of a component, or a schema without what only people read.
    Typed(Result<String, serde_json::Value>),
}

impl Body {
    fn title(&self) -> String {
        match self {
            Self::None => "no body".to_owned(),
            Self::Stream => "a body that is not JSON".to_owned(),
            Self::Typed(Ok(name)) => format!("`{name}`"),
            Self::Typed(Err(_)) => "a schema of its own".to_owned(),
        }
    }
}

fn responses(api: &Document<'_>, operation: &Operation<'_>, findings: &mut Vec<Finding>) {
    let bodies: Vec<(&Response<'_>, Body)> = operation
        .responses
        .iter()
        .map(|response| (response, body(api, response, findings)))
        .collect();
    let is = |response: &Response<'_>, ranges: [char; 2]| {
        response.status == "default" || response.status.starts_with(ranges)
    };
    // With `2XX` the generator does not count `default` among the successes.
    let has_range = bodies.iter().any(|(response, _)| response.status == "2XX");
    let is_success = |response: &Response<'_>| {
        is(response, ['2', '2']) && !(has_range && response.status == "default")
    };
    same(api, bodies.iter().filter(|(response, _)| is_success(response)), "successes", findings);
    same(api, bodies.iter().filter(|(response, _)| is(response, ['4', '5'])), "errors", findings);
    if !bodies.is_empty() && !bodies.iter().any(|(response, _)| is(response, ['2', '2'])) {
        let message =
            "the operation has no response of success, so any body becomes a stream of bytes";
        let finding = api.finding(STREAM, operation.at.anchor, &operation.at.pointer, message);
        findings.push(finding.help("describe the response of success, `\"200\":`"));
    }
    for (response, body) in &bodies {
        if *body == Body::Stream && is_final(response) {
            let span =
                response.at.node.member("content").map_or(response.key, |content| content.key);
            let message = format!(
                "the body of {} becomes a stream of bytes, for it is not `application/json`",
                response.status
            );
            let pointer = step(&response.at.pointer, "content");
            let finding = api.finding(STREAM, span, &pointer, message);
            findings.push(finding.help("if the body is JSON, call it `application/json`"));
        }
    }
}

fn is_final(response: &Response<'_>) -> bool {
    !response.status.starts_with('3')
}

fn same<'a>(
    api: &Document<'_>,
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
        let pointer = &response.at.pointer;
        let finding = api.finding(MIXED, response.key, pointer, message);
        let finding = finding.related(api.source, first.key, "the first of them");
        let help = format!(
            "the generator knows one type for all {what}: describe one that fits all, or leave one status out"
        );
        findings.push(finding.help(help));
    }
}

fn body(api: &Document<'_>, response: &Response<'_>, findings: &mut Vec<Finding>) -> Body {
    let content = response.at.node.get("content");
    let Some((first, _)) = content.and_then(|node| node.map()?.first()) else {
        return Body::None;
    };
    let json = content.into_iter().flat_map(Node::members).find(|(name, _)| is_json(name));
    let Some((name, media_type)) = json else {
        return if first.starts_with("x-") { Body::None } else { Body::Stream };
    };
    let pointer = step(&step(&response.at.pointer, "content"), name);
    let Some(schema) = media_type.node.get("schema") else {
        if media_type.node.map().is_some() {
            let message = "the JSON body has no `schema`";
            let finding = api.finding(MISSING_KEY, media_type.key, &pointer, message);
            findings.push(finding.help("add `schema:` to it; `schema: {}` allows anything"));
        }
        return Body::Stream;
    };
    Body::Typed(match schema.text_of("$ref") {
        Some(reference) => Ok(reference.rsplit('/').next().unwrap_or_default().to_owned()),
        None => Err(bare(schema)),
    })
}

fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.starts_with("application/json;")
}

/// A schema without what makes no difference to the type.
fn bare(schema: &Node) -> serde_json::Value {
    let mut json = schema.to_json();
    if let Some(map) = json.as_object_mut() {
        for key in ["description", "example", "title", "externalDocs", "deprecated"] {
            map.remove(key);
        }
        if map.get("type").is_some_and(|kind| kind == "string") {
            // The generator drops these.
            map.remove("format");
            map.remove("pattern");
        }
    }
    json
}

fn request<'a>(
    api: &Document<'a>,
    node: &'a Node,
    anchor: Span,
    pointer: &str,
    findings: &mut Vec<Finding>,
) {
    let Some(content) = node.get("content").filter(|content| content.map().is_some()) else {
        return;
    };
    let pointer = step(pointer, "content");
    let mut refuse = |span: Span, pointer: &str, message: String, help: &str| {
        findings.push(api.finding(REQUEST, span, pointer, message).help(help));
    };
    let mut members = content.members();
    let Some((name, media_type)) = members.next() else {
        let message = "the request body has no media type".to_owned();
        refuse(anchor, &pointer, message, "describe one, for example `application/json:`");
        return;
    };
    if let Some((second, member)) = members.next() {
        let message = format!(
            "the request body can be `{name}` or `{second}`, and the generator takes one only"
        );
        refuse(
            member.key,
            &step(&pointer, second),
            message,
            "keep the one that the client should send",
        );
        return;
    }
    let pointer = step(&pointer, name);
    let essence = name.split(';').next().unwrap_or_default();
    let raw = match essence {
        "application/json" | "application/x-www-form-urlencoded" => None,
        "text/plain" | "text/x-markdown" => Some(false),
        "application/octet-stream" => Some(true),
        _ => {
            let message = format!("the generator cannot send a request body of the type `{name}`");
            let help = "it can send `application/json`, `application/x-www-form-urlencoded`, `text/plain` and `application/octet-stream`";
            refuse(media_type.key, &pointer, message, help);
            return;
        }
    };
    let Some(member) = media_type.node.member("schema") else {
        if media_type.node.map().is_some() {
            let message = "the request body has no `schema`".to_owned();
            refuse(media_type.key, &pointer, message, "add `schema:` to it");
        }
        return;
    };
    let at = Located { node: &member.node, anchor: member.key, pointer: step(&pointer, "schema") };
    let schema = api.resolve(&SCHEMA, at);
    if let (Some(is_binary), Some(schema)) = (raw, schema)
        && !is_plain_text(schema.node, is_binary)
    {
        let wanted = match is_binary {
            true => "`{type: string, format: binary}`",
            false => "`{type: string}`",
        };
        let message = format!(
            "a `{essence}` body is sent as it is, so its schema says nothing more than {wanted}"
        );
        refuse(
            member.key,
            &schema.pointer,
            message,
            &format!("write `schema: {wanted}`").replace("`{", "{").replace("}`", "}"),
        );
    }
}

/// Whether a schema is that of plain text, or of bytes, without any restriction.
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
