//! An operation: what its requests must have, and its examples.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_yaml::Value as Yaml;

use crate::document::{Document, DocumentError, is_true, items, members, text};
use crate::schema::{Schema, Schemas};
use crate::signed::SignedNames;

pub(crate) struct Operation {
    pub(crate) id: Option<String>,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    /// The alternatives, of each of which a request must have everything. Empty if the operation needs no credentials.
    pub(crate) security: Vec<Vec<Credential>>,
    pub(crate) body: Option<Body>,
    /// The examples of all responses, in the document's order, and then the known errors that have no example.
    pub(crate) examples: Vec<Example>,
    /// How many of these are examples.
    described: usize,
}

/// Where a request has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Header(HeaderName),
    Query,
    Path,
    Cookie,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) schema: Option<Schema>,
    /// The schema's type, by which a text is read.
    pub(crate) kind: Option<String>,
    /// The type of its items, if it is an array.
    pub(crate) item_kind: Option<String>,
    pub(crate) example: Option<String>,
}

pub(crate) struct Credential {
    /// The parameter or header that it is in.
    pub(crate) name: String,
    pub(crate) place: Place,
    /// What the value starts with, for a scheme of HTTP.
    pub(crate) prefix: Option<&'static str>,
    /// What it signs, if it is a signature: the document's `x-signed`.
    pub(crate) signed: Option<SignedNames>,
    pub(crate) example: Option<String>,
}

pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) content: Vec<(String, Option<Schema>)>,
    pub(crate) example: Option<Yaml>,
}

/// A response that the document gives.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) name: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Operation {
    pub(crate) fn read(
        document: &Document,
        schemas: &Schemas,
        method: Method,
        path: &str,
        item: &Yaml,
        node: &Yaml,
    ) -> Result<Self, DocumentError> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for node in items(node, "parameters").iter().chain(items(item, "parameters")) {
            let parameter = parameter(document, schemas, document.resolve(node)?)?;
            // The operation's own come first, and replace those of the path.
            if let Some(parameter) = parameter
                && !parameters
                    .iter()
                    .any(|own| own.name == parameter.name && own.place == parameter.place)
            {
                parameters.push(parameter);
            }
        }
        let (examples, described) = examples(document, node)?;
        let body = node.get("requestBody").map(|node| body(document, schemas, node)).transpose()?;
        Ok(Self {
            id: text(node, "operationId").map(str::to_owned),
            method,
            path: path.to_owned(),
            parameters,
            security: security(document, node)?,
            body,
            examples,
            described,
        })
    }

    /// The example or known error of this name.
    pub(crate) fn example(&self, name: &str) -> Option<&Example> {
        self.examples.iter().find(|example| example.name == name)
    }

    /// The example of this name, if the operation itself has it.
    pub(crate) fn own_example(&self, name: &str) -> Option<&Example> {
        self.examples[..self.described].iter().find(|example| example.name == name)
    }

    /// The security scheme that is a signature, and what it signs.
    pub(crate) fn signature(&self) -> Option<(&Credential, &SignedNames)> {
        let mut schemes = self.security.iter().flatten();
        schemes.find_map(|scheme| Some((scheme, scheme.signed.as_ref()?)))
    }

    /// The first example of a success.
    pub(crate) fn success(&self) -> Option<&Example> {
        self.examples.iter().find(|example| example.status.is_success())
    }

    /// Whether the document says that the operation answers so.
    pub(crate) fn has_status(&self, status: StatusCode) -> bool {
        self.examples.iter().any(|example| example.status == status)
    }

    /// How many segments of the path are parameters, if the path is one of this operation.
    pub(crate) fn matches(&self, path: &str) -> Option<usize> {
        let (mut template, mut given) = (self.path.split('/'), path.split('/'));
        let mut count = 0;
        loop {
            match (template.next(), given.next()) {
                (None, None) => return Some(count),
                (Some(template), Some(given)) if parameter_in(template, given).is_some() => {
                    count += 1;
                }
                (Some(template), Some(given)) if template == decoded(given) => {}
                _ => return None,
            }
        }
    }

    /// The value of a path parameter in a path that is one of this operation.
    pub(crate) fn path_value(&self, name: &str, path: &str) -> Option<String> {
        let mut segments = self.path.split('/').zip(path.split('/'));
        segments.find_map(|(template, given)| {
            let (found, value) = parameter_in(template, given)?;
            (found == name).then(|| decoded(value))
        })
    }
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The parameter that a segment of a template has, and its value: of `{id}.pdf` and `7.pdf`, `id` and `7`.
fn parameter_in<'a>(template: &'a str, given: &'a str) -> Option<(&'a str, &'a str)> {
    let (before, rest) = template.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    let value = given.strip_prefix(before)?.strip_suffix(after)?;
    (!value.is_empty()).then_some((name, value))
}

fn place(node: &Yaml, name: &str) -> Result<Option<Place>, DocumentError> {
    Ok(match text(node, "in") {
        Some("header") => Some(Place::Header(header(name)?)),
        Some("query") => Some(Place::Query),
        Some("path") => Some(Place::Path),
        Some("cookie") => Some(Place::Cookie),
        _ => None,
    })
}

pub(crate) fn header(name: &str) -> Result<HeaderName, DocumentError> {
    HeaderName::try_from(name).map_err(|_| DocumentError::Header { name: name.to_owned() })
}

fn parameter(
    document: &Document,
    schemas: &Schemas,
    node: &Yaml,
) -> Result<Option<Parameter>, DocumentError> {
    let name = text(node, "name").unwrap_or_default();
    let Some(place) = place(node, name)? else {
        return Ok(None);
    };
    // OpenAPI leaves these to the media types and the security schemes.
    if let Place::Header(header) = &place
        && [ACCEPT, CONTENT_TYPE, AUTHORIZATION].contains(header)
    {
        return Ok(None);
    }
    let schema = node.get("schema");
    let resolved = schema.map(|schema| document.resolve(schema)).transpose()?;
    let items = resolved.and_then(|schema| schema.get("items"));
    let items = items.map(|items| document.resolve(items)).transpose()?;
    let kind = |schema: Option<&Yaml>| schema.and_then(|it| text(it, "type")).map(str::to_owned);
    let example = first_example(document, node)?.and_then(scalar);
    let schema = schema.map(|schema| schemas.read(schema, &format!("the parameter `{name}`")));
    Ok(Some(Parameter {
        name: name.to_owned(),
        place,
        required: is_true(node, "required"),
        schema: schema.transpose()?,
        kind: kind(resolved),
        item_kind: kind(items),
        example,
    }))
}

/// A value as it is written into a header or a URL.
fn scalar(value: &Yaml) -> Option<String> {
    match value {
        Yaml::String(text) => Some(text.clone()),
        Yaml::Number(number) => Some(number.to_string()),
        Yaml::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The example of a parameter or media type: its `example`, or the first of its `examples`.
fn first_example<'a>(
    document: &'a Document,
    node: &'a Yaml,
) -> Result<Option<&'a Yaml>, DocumentError> {
    if let Some(example) = node.get("example") {
        return Ok(Some(example));
    }
    match members(node.get("examples")).next() {
        Some((_, example)) => Ok(document.resolve(example)?.get("value")),
        None => Ok(None),
    }
}

fn security(document: &Document, node: &Yaml) -> Result<Vec<Vec<Credential>>, DocumentError> {
    let alternatives = node.get("security").or_else(|| document.get("security"));
    let mut security = Vec::new();
    for alternative in alternatives.and_then(Yaml::as_sequence).into_iter().flatten() {
        let mut credentials = Vec::new();
        for (name, _) in members(Some(alternative)) {
            let scheme =
                document.security_scheme(&name)?.ok_or_else(|| DocumentError::Reference {
                    reference: format!("#/components/securitySchemes/{name}"),
                })?;
            credentials.push(credential(scheme)?);
        }
        security.push(credentials);
    }
    Ok(security)
}

fn credential(node: &Yaml) -> Result<Credential, DocumentError> {
    let authorization = |prefix| ("Authorization".to_owned(), Place::Header(AUTHORIZATION), prefix);
    let (name, place, prefix) = match (text(node, "type"), text(node, "scheme")) {
        (Some("http"), Some("basic")) => authorization(Some("Basic ")),
        (Some("apiKey"), _) => {
            let name = text(node, "name").unwrap_or_default();
            (name.to_owned(), place(node, name)?.unwrap_or(Place::Query), None)
        }
        _ => authorization(Some("Bearer ")),
    };
    Ok(Credential {
        name,
        place,
        prefix,
        signed: node.get("x-signed").map(SignedNames::read).transpose()?,
        example: node.get("x-example").and_then(scalar),
    })
}

fn body(document: &Document, schemas: &Schemas, node: &Yaml) -> Result<Body, DocumentError> {
    let node = document.resolve(node)?;
    let mut content = Vec::new();
    let mut example = None;
    for (media_type, media) in members(node.get("content")) {
        let schema = media.get("schema").map(|schema| schemas.read(schema, "a request body"));
        content.push((media_type.to_ascii_lowercase(), schema.transpose()?));
        if example.is_none() {
            example = first_example(document, media)?.cloned();
        }
    }
    Ok(Body { required: is_true(node, "required"), content, example })
}

/// The examples of an operation's responses, then the known errors of their bodies; and how many are examples.
fn examples(document: &Document, node: &Yaml) -> Result<(Vec<Example>, usize), DocumentError> {
    let mut examples = Vec::new();
    let mut known: Vec<Example> = Vec::new();
    for (code, response) in members(node.get("responses")) {
        let Some(status) = status(&code) else { continue };
        let response = document.resolve(response)?;
        let headers = headers(document, response)?;
        let add = |list: &mut Vec<Example>, name: &str, media_type: Option<&str>, value: &Yaml| {
            let mut headers = headers.clone();
            if let Some(value) = media_type.and_then(|it| HeaderValue::try_from(it).ok()) {
                headers.insert(CONTENT_TYPE, value);
            }
            let body = match (media_type, value) {
                (None, _) => Bytes::new(),
                (Some(media_type), Yaml::String(text)) if !is_json(media_type) => {
                    Bytes::from(text.clone())
                }
                _ => serde_json::to_vec(value).map(Bytes::from).unwrap_or_default(),
            };
            list.push(Example { name: name.to_owned(), status, headers, body });
        };
        let mut has_content = false;
        for (media_type, media) in members(response.get("content")) {
            has_content = true;
            if let Some(value) = media.get("example") {
                add(&mut examples, &code, Some(&media_type), value);
            }
            for (name, example) in members(media.get("examples")) {
                if let Some(value) = document.resolve(example)?.get("value") {
                    add(&mut examples, &name, Some(&media_type), value);
                }
            }
            if let Some(schema) = media.get("schema") {
                for (name, error) in members(document.resolve(schema)?.get("x-known-errors")) {
                    if let Some(fields) = error.get("fields") {
                        add(&mut known, &name, Some(&media_type), fields);
                    }
                }
            }
        }
        if !has_content {
            add(&mut examples, &code, None, &Yaml::Null);
        }
    }
    let described = examples.len();
    for error in known {
        if !examples.iter().any(|example: &Example| example.name == error.name) {
            examples.push(error);
        }
    }
    Ok((examples, described))
}

/// The headers of a response that have an example.
fn headers(document: &Document, response: &Yaml) -> Result<HeaderMap, DocumentError> {
    let mut headers = HeaderMap::new();
    for (name, node) in members(response.get("headers")) {
        let node = document.resolve(node)?;
        let schema = node.get("schema").map(|schema| document.resolve(schema)).transpose()?;
        let example = first_example(document, node)?.or_else(|| schema?.get("example"));
        let value = example.and_then(scalar).and_then(|text| HeaderValue::try_from(text).ok());
        if let Some(value) = value {
            headers.insert(header(&name)?, value);
        }
    }
    Ok(headers)
}

/// The status of a key of `responses`. `4XX` stands for 400, and `default` for 500.
fn status(code: &str) -> Option<StatusCode> {
    let digits = match code {
        "default" => "500".to_owned(),
        code => code.replace(['X', 'x'], "0"),
    };
    let status = StatusCode::from_bytes(digits.as_bytes()).ok()?;
    (status.as_u16() >= 200).then_some(status)
}

pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence == "application/json" || essence.ends_with("+json")
}
