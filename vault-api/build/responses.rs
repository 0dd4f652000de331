//! The responses of an operation: which statuses mean what, and with which body.

use serde_yaml::Value;

use super::GenerateError;
use super::document::{At, Document};
use super::media_type::{self, Encoding};
use super::schemas::{Schemas, node};

/// A status, or all of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    One(u16),
    Class(u16),
}

/// How a success is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    Json,
    Empty,
    Bytes,
    Upgrade,
}

pub struct Success<'a> {
    pub statuses: Vec<Status>,
    pub read: Read,
    /// The media types to ask for.
    pub accept: Vec<&'a str>,
    schema: Option<Value>,
}

/// The bodies of the errors: a type each, or none where a response has no body of JSON.
#[derive(Default)]
pub struct Errors {
    /// The bodies in the document's order, each with the statuses that it comes with.
    pub bodies: Vec<(Option<String>, Vec<Status>)>,
    /// The name of the type that has a variant for each, if there are several.
    pub name: Option<String>,
}

impl Success<'_> {
    /// The responses for progenitor.
    pub fn lowered(&self) -> Value {
        let mut response = vec![("description", Value::from(""))];
        let content = self
            .schema
            .clone()
            .map(|schema| node([("application/json", node([("schema", schema)]))]));
        response.extend(content.map(|content| ("content", content)));
        let response =
            Value::Mapping(response.into_iter().map(|(key, value)| (key.into(), value)).collect());
        node([("200", response)])
    }
}

impl Errors {
    /// The type of the errors, in the module `types`; nothing where they have no body.
    pub fn type_name(&self) -> Option<&str> {
        match (&self.name, self.bodies.as_slice()) {
            (Some(name), _) => Some(name),
            (None, [(body, _)]) => body.as_deref(),
            (None, _) => None,
        }
    }
}

/// A body in a response: what is read of it, its media type, and its schema.
struct Body<'a> {
    read: Read,
    media_type: Option<&'a str>,
    schema: Option<At<'a>>,
}

/// The statuses of a response's key, if it is one of a success, and whether it is one of an error.
fn statuses(key: &str, has_success: bool) -> (Vec<Status>, Vec<Status>) {
    let none = Vec::new;
    let (class, rest) = key.split_at_checked(1).unwrap_or((key, ""));
    let class = class.parse::<u16>().unwrap_or_default();
    let status = match (key.parse(), rest) {
        (Ok(status), _) => Status::One(status),
        (_, "XX" | "xx") => Status::Class(class),
        _ if key == "default" => {
            let errors = vec![Status::Class(4), Status::Class(5)];
            // Where no success is described, this is one.
            let successes = if has_success { none() } else { vec![Status::Class(2)] };
            return (successes, errors);
        }
        _ => return (none(), none()),
    };
    match class {
        2 => (vec![status], none()),
        1 if status == Status::One(101) => (vec![status], none()),
        4 | 5 => (none(), vec![status]),
        _ => (none(), none()),
    }
}

fn has_success(at: &At<'_>) -> bool {
    at.get("responses").is_some_and(|all| {
        all.entries().iter().any(|(key, _)| key.starts_with('2') || *key == "101")
    })
}

/// The body that a response has, in the first of its media types that the client reads: JSON, or bytes.
fn body<'a>(document: &'a Document, key: &str, listed: At<'a>) -> Result<Body<'a>, GenerateError> {
    let at = document.resolve(listed.clone()).ok_or_else(|| GenerateError::dangling(&listed))?;
    let mut content = at.named("content");
    if key == "101" {
        return Ok(Body { read: Read::Upgrade, media_type: None, schema: None });
    }
    // RFC 9110, sections 15.3.5 and 15.3.6.
    content.retain(|_| !matches!(key, "204" | "205"));
    let json = content.iter().find(|(name, _)| media_type::encoding(name) == Encoding::Json);
    Ok(match json.or(content.first()) {
        Some((name, media)) if media_type::encoding(name) == Encoding::Json => {
            Body { read: Read::Json, media_type: Some(name), schema: media.get("schema") }
        }
        Some((name, _)) => Body { read: Read::Bytes, media_type: Some(name), schema: None },
        None => Body { read: Read::Empty, media_type: None, schema: None },
    })
}

/// The successes of an operation, which all have the same body.
pub fn success<'a>(
    document: &'a Document,
    schemas: &mut Schemas<'a>,
    at: &At<'a>,
    request: &str,
) -> Result<Success<'a>, GenerateError> {
    let has_success = has_success(at);
    let mut all = Vec::new();
    let mut first: Option<Body<'a>> = None;
    let mut accept: Vec<&str> = Vec::new();
    for (key, listed) in at.get("responses").map(|all| all.entries()).unwrap_or_default() {
        let (successes, errors) = statuses(key, has_success);
        let body = body(document, key, listed.clone())?;
        let is_json = body.read == Read::Json;
        let media_type =
            body.media_type.map(|name| if name.contains('*') { "application/json" } else { name });
        let asked = media_type.filter(|name| {
            !accept.contains(name) && (!successes.is_empty() || !errors.is_empty() && is_json)
        });
        accept.extend(asked);
        if successes.is_empty() {
            continue;
        }
        if let Some(first) = &first {
            let is_same = first.read == body.read && same(document, &first.schema, &body.schema);
            if !is_same {
                let message = "this success has another body than the one before, and a call returns one type: describe \
                               the same body for both, or leave one out";
                return Err(GenerateError {
                    rule: "mixed-bodies",
                    ..GenerateError::at(&listed, message)
                });
            }
        }
        first.get_or_insert(body);
        all.extend(successes);
    }
    let body = first.unwrap_or(Body { read: Read::Empty, media_type: None, schema: None });
    let schema = match (body.read, body.schema) {
        (Read::Json, Some(schema)) => Some(schemas.inline(schema, &format!("{request}Response"))),
        (Read::Json, None) => Some(node([])),
        _ => None,
    };
    all.sort();
    all.dedup();
    let all = if all.is_empty() { vec![Status::Class(2)] } else { all };
    Ok(Success { statuses: all, read: body.read, accept, schema })
}

fn same<'a>(document: &'a Document, a: &Option<At<'a>>, b: &Option<At<'a>>) -> bool {
    let target = |at: &Option<At<'a>>| at.clone().map(|at| document.resolve(at));
    match (target(a), target(b)) {
        (Some(Some(a)), Some(Some(b))) => a.pointer == b.pointer || a.node == b.node,
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// The errors of an operation.
pub fn errors<'a>(
    document: &'a Document,
    schemas: &mut Schemas<'a>,
    at: &At<'a>,
    request: &str,
) -> Result<Errors, GenerateError> {
    let has_success = has_success(at);
    let mut groups: Vec<(&str, Option<At<'a>>, Vec<Status>)> = Vec::new();
    for (key, listed) in at.get("responses").map(|all| all.entries()).unwrap_or_default() {
        let (_, mut statuses) = statuses(key, has_success);
        let body = body(document, key, listed)?;
        // `default` covers the classes that nothing else does.
        statuses.retain(|status| groups.iter().all(|(_, _, others)| !others.contains(status)));
        let schema = body.schema.filter(|_| body.read == Read::Json);
        match groups.iter_mut().find(|(_, other, _)| same(document, other, &schema)) {
            Some((_, _, all)) => all.extend(statuses),
            None if statuses.is_empty() => {}
            None => groups.push((key, schema, statuses)),
        }
    }
    let is_one = groups.len() <= 1;
    let mut bodies = Vec::new();
    for (key, schema, statuses) in groups {
        let wanted = format!("{request}Error{}", if is_one { "" } else { key });
        bodies.push((schema.map(|schema| schemas.named(schema, &wanted)), statuses));
    }
    // Without a body, a status still says what happened.
    let is_type = matches!(bodies.as_slice(), [] | [(Some(_), _)]);
    let name = (!is_type).then(|| schemas.reserve(&format!("{request}Error")));
    Ok(Errors { bodies, name })
}
