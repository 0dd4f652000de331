//! Bodies of requests and responses: whether the generator has a type for them.

use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::media_type::is_typed;
use crate::openapi::operations::{Operation, Response};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};
use crate::openapi::walk::MISSING_KEY;

const MIXED: Rule = Rule::error("mixed-bodies");
const REQUEST: Rule = Rule::error("request-body");
const STREAM: Rule = Rule::warning("byte-stream");

pub const RULES: [Rule; 3] = [MIXED, REQUEST, STREAM];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for operation in &document.operations {
        responses(out, operation);
        if let Some(body) = &operation.body {
            request(out, body);
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

fn responses<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let bodies: Vec<(&Response<'_>, Body)> =
        operation.responses.iter().map(|response| (response, body(out, response))).collect();
    let is = |response: &Response<'_>, ranges: &[char]| {
        response.status == "default" || response.status.starts_with(ranges)
    };
    // With `2XX` the generator does not count `default` among the successful responses.
    let has_range = bodies.iter().any(|(response, _)| response.status == "2XX");
    let is_success = |response: &Response<'_>| {
        is(response, &['2']) && !(has_range && response.status == "default")
    };
    same(out, bodies.iter().filter(|(it, _)| is_success(it)), "successful responses");
    same(out, bodies.iter().filter(|(it, _)| is(it, &['4', '5'])), "errors");
    // The client returns the connection of a response 101.
    let is_answered = |(it, _): &(&Response<'_>, Body)| is(it, &['2']) || it.status == "101";
    if !bodies.is_empty() && !bodies.iter().any(is_answered) {
        let title = operation.title();
        let message = format!("{title} has no 2XX response, so the client returns a byte stream");
        out.add(STREAM, &operation.at, message, "describe the successful response, `\"200\":`");
    }
}

fn same<'a>(
    out: &mut Findings<'_, '_>,
    mut bodies: impl Iterator<Item = &'a (&'a Response<'a>, Body)>,
    what: &str,
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
        let help = format!(
            "the generator has one type for all {what}: describe one that fits all, or leave one status out"
        );
        out.add(MIXED, &at, message, help).also(first.key, "the first of them");
    }
}

fn body<'a>(out: &mut Findings<'_, 'a>, response: &Response<'a>) -> Body {
    let Some(content) = response.at.below("content") else {
        return Body::None;
    };
    let entries = content.entries();
    if entries.first().is_none_or(|(name, _)| name.starts_with("x-")) {
        return Body::None;
    }
    let Some((_, media_type)) = entries.into_iter().find(|(name, _)| is_typed(name)) else {
        if !response.status.starts_with('3') {
            let message = format!(
                "the body of {} is not `application/json`, so the client returns a byte stream",
                response.status
            );
            out.add(STREAM, &content, message, "if the body is JSON, call it `application/json`");
        }
        return Body::Stream;
    };
    let Some(schema) = media_type.node.get("schema") else {
        if media_type.node.map().is_some() {
            let help = "add `schema:` to it; `schema: {}` allows anything";
            out.add(MISSING_KEY, &media_type, "the JSON body has no `schema`", help);
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

fn request<'a>(out: &mut Findings<'_, 'a>, body: &Located<'a>) {
    let Some(content) = body.below("content").filter(|content| content.node.map().is_some()) else {
        return;
    };
    let media_types = content.entries();
    let (name, media_type) = match &media_types[..] {
        [] => {
            let help = "describe one, for example `application/json:`";
            out.add(REQUEST, body, "the request body has no media type", help);
            return;
        }
        [(name, media_type)] => (*name, media_type),
        [(name, _), (second, at), ..] => {
            let message = format!(
                "the request body has `{name}` and `{second}`, and the generator sends only one"
            );
            out.add(REQUEST, at, message, "keep the one that the client should send");
            return;
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
            out.add(REQUEST, media_type, message, help);
            return;
        }
    };
    let Some(at) = media_type.below("schema") else {
        if media_type.node.map().is_some() {
            out.add(REQUEST, media_type, "the request body has no `schema`", "add `schema:` to it");
        }
        return;
    };
    if let (Some(wanted), Some(schema)) = (wanted, out.document.resolve(&SCHEMA, at.clone()))
        && !is_plain_text(schema.node, essence == "application/octet-stream")
    {
        let message =
            format!("a `{essence}` body is sent as it is, so its schema must be `{wanted}`");
        out.add(REQUEST, &at, message, format!("write `schema: {wanted}`"));
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
