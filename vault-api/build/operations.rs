//! The operations of the document: everything about them but their types in Rust.

use std::collections::HashSet;

use serde_yaml::{Mapping, Value};

use super::credentials::{self, Scheme};
use super::document::{At, Document};
use super::media_type::{self, Encoding};
use super::responses::{Errors, Success};
use super::schemas::{Schemas, node};
use super::{GenerateError, names, responses, words};

/// Where an argument travels. The order is that of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    Path,
    Query,
    Header,
    Body,
}

impl Location {
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// How a parameter is written (OpenAPI 3.0.3, section 4.7.12.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `form` with `explode`: an item or a field each, behind its own name.
    Exploded,
    /// `form`, `spaceDelimited` or `pipeDelimited`: the items with a separator between them.
    Joined(char),
    /// `deepObject`: each field in brackets behind the name.
    Deep,
    /// `simple` with `explode`: the fields as `name=value`, with commas.
    Fields,
    /// `content` with a media type of JSON.
    Json,
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body<'a> {
    pub media_type: &'a str,
    pub encoding: Encoding,
}

/// A value that a caller gives.
pub struct Argument<'a> {
    /// Its name in Rust.
    pub name: String,
    /// Its name on the wire.
    pub wire: &'a str,
    pub location: Location,
    pub style: Style,
    pub body: Option<Body<'a>>,
    pub is_required: bool,
    pub is_log_safe: bool,
    pub description: String,
    pub example: Option<&'a Value>,
    /// Its schema for progenitor; nothing for a body of bytes.
    schema: Option<Value>,
}

pub struct Operation<'a> {
    pub at: At<'a>,
    pub id: String,
    /// The name of its method.
    pub name: String,
    /// The name of its request.
    pub request: String,
    pub method: &'static str,
    pub path: &'a str,
    pub arguments: Vec<Argument<'a>>,
    pub success: Success<'a>,
    pub errors: Errors,
    /// The alternatives of its security, each with places in the list of schemes.
    pub security: Vec<Vec<usize>>,
}

/// The methods, with their names in Rust.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// Names of every request's own fields and methods.
const RESERVED: [&str; 6] = ["timeout", "header", "send", "into_future", "pending", "fmt"];

/// Reads all operations, in the document's order.
///
/// # Errors
///
/// Each operation for which no client can be generated, with the first reason.
pub fn all<'a>(
    document: &'a Document,
    schemas: &mut Schemas<'a>,
    schemes: &[Scheme<'a>],
    taken: HashSet<String>,
) -> Result<Vec<Operation<'a>>, Vec<GenerateError>> {
    let mut names = taken.clone();
    let mut requests = HashSet::new();
    let mut operations = Vec::new();
    let mut refused = Vec::new();
    let Some(paths) = document.whole().get("paths") else {
        return Err(vec![GenerateError::new(
            "the document has no `paths`: describe at least one operation",
        )]);
    };
    for (path, item) in paths.entries() {
        if !path.starts_with('/') {
            refused.push(GenerateError::at(
                &item,
                format!("the path `{path}` does not start with a slash: write `/{path}`"),
            ));
        }
        let Some(item) = document.resolve(item.clone()) else {
            refused.push(GenerateError::dangling(&item));
            continue;
        };
        for method in METHODS {
            let Some(at) = item.get(method) else { continue };
            let derived = || format!("{method}_{}", names::snake(path));
            let id = at.text("operationId").map_or_else(derived, str::to_owned);
            let mut name = names::field(&id);
            if taken.contains(&name) {
                name.push('_');
            }
            let name = names::unique(&mut names, name);
            let request = names::unique(&mut requests, names::type_name(&id));
            let reader = Reader { document, schemas, request: &request, at: &at };
            let parts = reader.read(&item, path, method);
            let security = credentials::alternatives(document, schemes, &at);
            match (parts, security) {
                (Ok((arguments, success, errors)), Ok(security)) => {
                    let mut operation = Operation {
                        at,
                        id,
                        name,
                        request,
                        method,
                        path,
                        arguments,
                        success,
                        errors,
                        security,
                    };
                    operation.name_arguments(schemes);
                    operations.push(operation);
                }
                (parts, security) => refused.extend(parts.err().into_iter().chain(security.err())),
            }
        }
    }
    refused.append(&mut schemas.refused);
    if refused.is_empty() { Ok(operations) } else { Err(refused) }
}

/// Reads the parts of an operation that have schemas.
struct Reader<'r, 'a> {
    document: &'a Document,
    schemas: &'r mut Schemas<'a>,
    request: &'r str,
    at: &'r At<'a>,
}

type Parts<'a> = (Vec<Argument<'a>>, Success<'a>, Errors);

impl<'a> Reader<'_, 'a> {
    fn read(
        mut self,
        item: &At<'a>,
        path: &'a str,
        method: &str,
    ) -> Result<Parts<'a>, GenerateError> {
        let mut arguments = self.parameters(item, path)?;
        // OpenAPI 3.0.3, section 4.7.10.1: where a method gives a body no meaning, it is ignored.
        let body = self.at.get("requestBody").filter(|_| !matches!(method, "get" | "head"));
        arguments.extend(body.map(|body| self.body(body)).transpose()?.flatten());
        let success = responses::success(self.document, self.schemas, self.at, self.request)?;
        let errors = responses::errors(self.document, self.schemas, self.at, self.request)?;
        Ok((arguments, success, errors))
    }

    /// The path's parameters, where the operation does not replace them, and then the operation's: those of the path in
    /// the order of the path, and then the others.
    fn parameters(
        &mut self,
        item: &At<'a>,
        path: &'a str,
    ) -> Result<Vec<Argument<'a>>, GenerateError> {
        let mut parameters: Vec<At<'a>> = Vec::new();
        let key = |at: &At<'a>| (at.text("in"), at.text("name"));
        for listed in item.items("parameters").into_iter().chain(self.at.items("parameters")) {
            let at = self
                .document
                .resolve(listed.clone())
                .ok_or_else(|| GenerateError::dangling(&listed))?;
            match parameters.iter_mut().find(|other| key(other) == key(&at)) {
                Some(other) => *other = at,
                None => parameters.push(at),
            }
        }
        let in_path: Vec<&str> = template(path).collect();
        let place = |wire: &str| in_path.iter().position(|name| *name == wire);
        let mut arguments = Vec::new();
        for at in &parameters {
            arguments.extend(self.parameter(at)?);
        }
        arguments
            .retain(|it: &Argument<'_>| it.location != Location::Path || place(it.wire).is_some());
        for name in &in_path {
            if !arguments.iter().any(|it| it.location == Location::Path && it.wire == *name) {
                let message = format!(
                    "no parameter describes `{{{name}}}` of the path: add one with `in: path`"
                );
                return Err(GenerateError::at(self.at, message));
            }
        }
        arguments.sort_by_key(|it| {
            (it.location, if it.location == Location::Path { place(it.wire) } else { None })
        });
        Ok(arguments)
    }

    fn parameter(&mut self, at: &At<'a>) -> Result<Option<Argument<'a>>, GenerateError> {
        let wire = at.text("name").unwrap_or_default();
        let location = match at.text("in") {
            Some("path") => Location::Path,
            Some("query") => Location::Query,
            // OpenAPI 3.0.3, section 4.7.12.2: parameters of these names are ignored.
            Some("header") if IGNORED.iter().any(|name| wire.eq_ignore_ascii_case(name)) => {
                return Ok(None);
            }
            Some("header") if !is_token(wire) => {
                let message = format!(
                    "`{wire}` cannot be the name of a header: use letters, digits and hyphens"
                );
                return Err(GenerateError::at(at, message));
            }
            Some("header") => Location::Header,
            _ if !at.is_true("required") => return Ok(None),
            _ => {
                let message = "the client sends no cookies: remove the parameter, and set the cookie in a middleware";
                return Err(GenerateError::at(at, message));
            }
        };
        let content = at.named("content").into_iter().next();
        let style = match &content {
            Some((media_type, _)) if media_type::encoding(media_type) == Encoding::Json => {
                Style::Json
            }
            Some((media_type, at)) => {
                let message = format!(
                    "a parameter cannot be written as `{media_type}`: describe it as a `string`"
                );
                return Err(GenerateError::at(at, message));
            }
            None => style(at, location)?,
        };
        let schema = content.map_or_else(|| at.get("schema"), |(_, content)| content.get("schema"));
        let resolved = schema.clone().and_then(|schema| self.document.resolve(schema));
        let notes = schema
            .as_ref()
            .filter(|schema| schema.node.get("$ref").is_none())
            .and_then(words::notes);
        let description =
            [words::of_schema(at), notes].into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let example = at.node.get("example").or_else(|| resolved.as_ref()?.node.get("example"));
        let wanted = format!("{}{}", self.request, names::type_name(wire));
        let is_log_safe =
            at.is_true("x-log-safe") || schema.as_ref().is_some_and(|it| it.is_true("x-log-safe"));
        let lowered = schema.map(|schema| self.schemas.inline(schema, &wanted));
        Ok(Some(Argument {
            name: names::field(wire),
            wire,
            location,
            style,
            body: None,
            is_required: at.is_true("required") || location == Location::Path,
            is_log_safe,
            description,
            example,
            schema: Some(lowered.unwrap_or_else(|| node([("type", "string".into())]))),
        }))
    }

    /// The body in the first of its media types that the client can write: JSON, a form, or bytes.
    fn body(&mut self, listed: At<'a>) -> Result<Option<Argument<'a>>, GenerateError> {
        let at = self
            .document
            .resolve(listed.clone())
            .ok_or_else(|| GenerateError::dangling(&listed))?;
        let content = at.named("content");
        let of =
            |encoding| content.iter().find(move |(name, _)| media_type::encoding(name) == encoding);
        let choice =
            of(Encoding::Json).or_else(|| of(Encoding::Form)).or_else(|| of(Encoding::Bytes));
        let Some((media_type, media)) = choice else {
            let Some((_, multipart)) = content.first() else { return Ok(None) };
            let message =
                "the client cannot write a multipart body: describe one of another media type";
            return Err(GenerateError::at(multipart, message));
        };
        if !media_type.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err(GenerateError::at(media, format!("`{media_type}` is not a media type")));
        }
        let encoding = media_type::encoding(media_type);
        let wanted = format!("{}Request", self.request);
        let schema = match (encoding, media.get("schema")) {
            (Encoding::Bytes, _) => None,
            (_, Some(schema)) => Some(self.schemas.inline(schema, &wanted)),
            (_, None) => Some(node([])),
        };
        let named = media
            .named("examples")
            .into_iter()
            .find_map(|(_, at)| self.document.resolve(at)?.node.get("value"));
        Ok(Some(Argument {
            name: "body".to_owned(),
            wire: "body",
            location: Location::Body,
            style: Style::Json,
            // `*/*` says nothing about what is sent.
            body: Some(Body {
                media_type: if media_type.contains('*') { "application/json" } else { media_type },
                encoding,
            }),
            // Only a body of JSON can be left out.
            is_required: at.is_true("required") || encoding != Encoding::Json,
            is_log_safe: false,
            description: words::of_schema(&at).unwrap_or_default(),
            example: media.node.get("example").or(named),
            schema,
        }))
    }
}

/// Headers that no parameter describes.
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// RFC 9110, section 5.6.2: token.
pub fn is_token(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_part)
}

fn style(at: &At<'_>, location: Location) -> Result<Style, GenerateError> {
    let explode = at.node.get("explode").and_then(Value::as_bool);
    let is_exploded = explode.unwrap_or(location == Location::Query);
    match (location, at.text("style")) {
        (Location::Query, None | Some("form")) if is_exploded => Ok(Style::Exploded),
        (Location::Query, None | Some("form")) => Ok(Style::Joined(',')),
        (Location::Query, Some("spaceDelimited" | "pipeDelimited")) if explode == Some(true) => {
            Ok(Style::Exploded)
        }
        (Location::Query, Some("spaceDelimited")) => Ok(Style::Joined(' ')),
        (Location::Query, Some("pipeDelimited")) => Ok(Style::Joined('|')),
        (Location::Query, Some("deepObject")) => Ok(Style::Deep),
        (Location::Path | Location::Header, None | Some("simple")) if is_exploded => {
            Ok(Style::Fields)
        }
        (Location::Path | Location::Header, None | Some("simple")) => Ok(Style::Joined(',')),
        (_, style) => {
            let style = style.unwrap_or_default();
            let message = format!(
                "the client cannot write the style `{style}` here: remove it, or describe the parameter as a `string`"
            );
            Err(GenerateError::at(at, message))
        }
    }
}

/// The names in a path's braces.
pub fn template(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

impl Operation<'_> {
    /// Gives each argument a name that nothing else on the request has: that of a header without its `x_`, where it can.
    fn name_arguments(&mut self, schemes: &[Scheme<'_>]) {
        let mut taken: HashSet<String> = RESERVED.map(str::to_owned).into();
        taken.extend(self.schemes().map(|index| schemes[index].method.clone()));
        let names: Vec<String> =
            self.arguments.iter().map(|argument| argument.name.clone()).collect();
        for (index, argument) in self.arguments.iter_mut().enumerate() {
            let is_other = |name: &str| {
                names.iter().enumerate().all(|(other, it)| other == index || it != name)
                    && !taken.contains(name)
            };
            let short = argument.name.strip_prefix("x_").map(names::field);
            let short =
                short.filter(|short| argument.location == Location::Header && is_other(short));
            let long =
                || format!("{}_{}", argument.location.name(), argument.name.trim_end_matches('_'));
            let wanted = short.unwrap_or_else(|| match taken.contains(&argument.name) {
                true => long(),
                false => argument.name.clone(),
            });
            argument.name = names::unique(&mut taken, wanted);
        }
    }

    /// The schemes of all alternatives, each once.
    pub fn schemes(&self) -> impl Iterator<Item = usize> {
        let mut seen = HashSet::new();
        self.security.iter().flatten().copied().filter(move |index| seen.insert(*index))
    }

    /// The operation for progenitor. It has only what has a type: what an argument is called on the wire and where it
    /// travels does not matter there.
    pub fn lowered(&self, index: usize) -> (String, Value) {
        let mut operation = Mapping::new();
        let mut parameters = Vec::new();
        for (index, argument) in self.arguments.iter().enumerate() {
            let Some(schema) = argument.schema.clone() else { continue };
            match argument.location {
                Location::Body => {
                    let content = node([("application/json", node([("schema", schema)]))]);
                    operation.insert(
                        "requestBody".into(),
                        node([("required", true.into()), ("content", content)]),
                    );
                }
                _ => parameters.push(node([
                    ("name", argument_name(index).into()),
                    ("in", "query".into()),
                    ("required", true.into()),
                    ("schema", not_null(schema)),
                ])),
            }
        }
        operation.insert("operationId".into(), method_name(index).into());
        operation.insert("parameters".into(), parameters.into());
        operation.insert("responses".into(), self.success.lowered());
        (format!("/{index}"), node([("post", Value::Mapping(operation))]))
    }
}

/// A parameter that is null is left out, so its type is that of the other values.
fn not_null(mut schema: Value) -> Value {
    if let Some(members) = schema.as_mapping_mut() {
        members.remove("nullable");
    }
    schema
}

/// progenitor's name of an operation's method.
pub fn method_name(index: usize) -> String {
    format!("operation_{index}")
}

/// progenitor's name of a parameter.
pub fn argument_name(index: usize) -> String {
    format!("argument_{index}")
}
