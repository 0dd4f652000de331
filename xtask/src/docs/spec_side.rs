//! What the spec says of an operation, in the terms of a page.

use indexmap::IndexSet;

use super::field_type::FieldType;
use crate::openapi::Document;
use crate::openapi::grammar::{EXAMPLE, SCHEMA};
use crate::openapi::media_type::normalized;
use crate::openapi::operations::{Operation, Parameter};
use crate::openapi::references::Located;
use crate::openapi::schema::{Property, summary};
use crate::openapi::tree::{Node, Value};
use crate::source::Span;

/// A part of the spec that a finding can be about.
#[derive(Clone)]
pub struct SpecItem<'a> {
    pub span: Span,
    pub pointer: String,
    /// The objects that can declare a departure for it.
    pub holders: Vec<&'a Node>,
}

impl<'a> SpecItem<'a> {
    pub fn new(at: &Located<'a>) -> Self {
        Self { span: at.anchor, pointer: at.pointer.clone(), holders: vec![at.node] }
    }

    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// What is inside an item that has a schema.
    pub fn inside(mut self, document: &Document<'a>, schema: Option<&Located<'a>>) -> Self {
        let mut known = schema.map(|schema| summary(document, schema)).unwrap_or_default();
        self.holders.extend(known.parts.iter().map(|part| part.node));
        // The properties belong to the objects in an array.
        for _ in 0..MAX_ARRAYS {
            let Some(items) = known.items.take() else { break };
            known = summary(document, &items);
            self.holders.extend(known.parts.iter().map(|part| part.node));
        }
        if let Some(Located { anchor, pointer, .. }) = known.first() {
            self.pointer.clone_from(pointer);
            self.span = *anchor;
        }
        self
    }

    pub fn with(mut self, holders: impl IntoIterator<Item = &'a Node>) -> Self {
        self.holders.extend(holders);
        self
    }
}

/// A header, a parameter or a property.
pub struct SpecField<'a> {
    pub name: String,
    /// A field without a schema is a string.
    pub schema: Option<Located<'a>>,
    /// Nothing, if a page need not say it.
    pub is_required: Option<bool>,
    /// The example or default, and its place.
    pub value: Option<(String, Span)>,
    /// Whether it follows from the media types, so that a page need not list it.
    pub is_implied: bool,
    /// The scheme that the value of `Authorization` starts with.
    pub scheme: Option<&'a str>,
    pub item: SpecItem<'a>,
}

impl<'a> SpecField<'a> {
    fn new(name: &str, item: SpecItem<'a>) -> Self {
        let (name, is_implied) = (name.to_owned(), false);
        Self { name, schema: None, is_required: None, value: None, is_implied, scheme: None, item }
    }
}

pub struct SpecBody<'a> {
    pub media_type: &'a str,
    pub schema: Option<Located<'a>>,
    pub examples: Vec<(&'a Node, SpecItem<'a>)>,
    pub item: SpecItem<'a>,
}

/// The type of the values of a schema, unless it allows any. Without a schema, values are strings.
pub fn field_type<'a>(document: &Document<'a>, schema: Option<&Located<'a>>) -> Option<FieldType> {
    match schema {
        Some(schema) => type_within(document, schema, 0),
        None => FieldType::named("string"),
    }
}

/// How many arrays may be inside one another. Arrays of arrays may lead back to themselves.
const MAX_ARRAYS: usize = 8;

fn type_within<'a>(document: &Document<'a>, at: &Located<'a>, depth: usize) -> Option<FieldType> {
    let known = summary(document, at);
    let Some((name, format)) = known.type_name else {
        return if known.properties.is_empty() { None } else { FieldType::named("object") };
    };
    let items = known.items.filter(|_| depth < MAX_ARRAYS);
    let items = items.and_then(|items| type_within(document, &items, depth + 1)).map(Box::new);
    Some(FieldType { format: format.map(str::to_owned), items, ..FieldType::named(name)? })
}

/// The properties of an object, or of the objects in an array.
pub fn properties<'a>(document: &Document<'a>, schema: Option<&Located<'a>>) -> Vec<SpecField<'a>> {
    let mut known = schema.map(|schema| summary(document, schema)).unwrap_or_default();
    for _ in 0..MAX_ARRAYS {
        if let Some(items) = known.items {
            known = summary(document, &items);
        }
    }
    let property = |(name, Property { schema, is_required }): (&str, Property<'a>)| {
        let target = document.resolve(&SCHEMA, schema.clone()).map(|at| at.node);
        let item = SpecItem::new(&schema).with(target);
        let value = item.holders.iter().find_map(|node| value(node)).map(with_place);
        let is_required = Some(is_required);
        SpecField { schema: Some(schema), is_required, value, ..SpecField::new(name, item) }
    };
    known.properties.into_iter().map(property).collect()
}

/// The parameters in a place, with the security schemes and the implied headers that belong there.
pub fn fields<'a>(
    document: &Document<'a>,
    operation: &Operation<'a>,
    location: &str,
) -> Vec<SpecField<'a>> {
    let parameters = operation.effective_parameters();
    let parameters = parameters.filter(|parameter| parameter.location() == location);
    let mut fields: Vec<_> = parameters.map(|it| parameter(document, it)).collect();
    let schemes = schemes(document, operation).into_iter();
    fields.extend(schemes.filter(|(place, _)| *place == location).map(|(_, field)| field));
    if location == "header" {
        fields.extend(implied_headers(document, operation));
    }
    fields
}

fn parameter<'a>(document: &Document<'a>, parameter: &Parameter<'a>) -> SpecField<'a> {
    let node = parameter.at.node;
    let schema = parameter.at.below("schema");
    let parts = schema.as_ref().map(|at| summary(document, at).parts).unwrap_or_default();
    let nodes = || parts.iter().map(|part| part.node);
    let examples = || node.get("examples").into_iter().flat_map(Node::members);
    let value = value(node)
        .or_else(|| nodes().find_map(value))
        .or_else(|| examples().find_map(|(_, example)| example.node.get("value")));
    let span = node.get("name").map_or(parameter.at.anchor, |name| name.span);
    let item = SpecItem::new(&parameter.listed).with([node]).with(nodes()).at(span);
    // A parameter in the path is always required.
    let is_required = (parameter.location() != "path").then(|| node.is_true("required"));
    let value = value.map(with_place);
    SpecField { schema, is_required, value, ..SpecField::new(parameter.name(), item) }
}

/// The security schemes of an operation as fields, each with its location.
fn schemes<'a>(
    document: &Document<'a>,
    operation: &Operation<'a>,
) -> Vec<(&'a str, SpecField<'a>)> {
    let alternatives = document.security(operation).map(|at| at.items()).unwrap_or_default();
    let members = alternatives.iter().flat_map(|alternative| alternative.node.members());
    let names: IndexSet<&str> = members.map(|(name, _)| name).collect();
    let field = |name| {
        let at = document.security_scheme(name)?;
        let (location, header, scheme) = match at.node.text_of("type")? {
            "apiKey" => (at.node.text_of("in")?, at.node.text_of("name")?, None),
            "http" => ("header", "Authorization", at.node.text_of("scheme")),
            _ => ("header", "Authorization", Some("bearer")),
        };
        let is_required = Some(alternatives.iter().all(|it| it.node.get(name).is_some()));
        let span = at.node.get("name").map_or(at.anchor, |name| name.span);
        let value = value(at.node).map(with_place);
        let item = SpecItem::new(&at).at(span);
        let field = SpecField { is_required, value, scheme, ..SpecField::new(header, item) };
        Some((location, field))
    };
    names.into_iter().filter_map(field).collect()
}

/// `Content-Type` and `Accept`, whose values are the media types of the bodies.
fn implied_headers<'a>(document: &Document<'a>, operation: &Operation<'a>) -> Vec<SpecField<'a>> {
    let bodies_of = |at| bodies(document, at);
    let sent: Vec<_> = operation.body.iter().flat_map(bodies_of).collect();
    let received: Vec<_> = operation.responses.iter().flat_map(|it| bodies_of(&it.at)).collect();
    let header = |(name, bodies): (&str, Vec<SpecBody<'a>>)| {
        let item = bodies.first()?.item.clone();
        let media_types: IndexSet<&str> = bodies.iter().map(|body| body.media_type).collect();
        let media_types = media_types.into_iter().collect::<Vec<_>>().join(", ");
        let value = Some((media_types, item.span));
        Some(SpecField { value, is_implied: true, ..SpecField::new(name, item) })
    };
    [("Content-Type", sent), ("Accept", received)].into_iter().filter_map(header).collect()
}

pub fn has_media_type(header: &str, media_types: &str) -> bool {
    let known: Vec<String> = media_types.split(',').map(normalized).collect();
    header.split(',').map(normalized).any(|it| it == "*/*" || known.contains(&it))
}

/// A request body or a response, in each of its media types.
pub fn bodies<'a>(document: &Document<'a>, at: &Located<'a>) -> Vec<SpecBody<'a>> {
    let content = at.below("content").map(|content| content.entries()).unwrap_or_default();
    let body = |(media_type, content): (&'a str, Located<'a>)| SpecBody {
        media_type,
        schema: content.below("schema"),
        examples: examples(document, &content),
        item: SpecItem::new(&content).with([at.node]),
    };
    content.into_iter().map(body).collect()
}

fn examples<'a>(document: &Document<'a>, content: &Located<'a>) -> Vec<(&'a Node, SpecItem<'a>)> {
    let single = content.below("example");
    let single = single.map(|at| (at.node, SpecItem::new(content).at(at.anchor)));
    let named = content.below("examples").map(|at| at.entries()).unwrap_or_default();
    let named = named.into_iter().filter_map(|(_, at)| {
        let example = document.resolve(&EXAMPLE, at)?;
        Some((example.node.get("value")?, SpecItem::new(&example).with([content.node])))
    });
    single.into_iter().chain(named).collect()
}

/// The URLs of the servers of an operation, without a slash at the end.
pub fn servers<'a>(
    document: &Document<'a>,
    operation: &Operation<'a>,
) -> Vec<(String, SpecItem<'a>)> {
    let servers = document.servers(operation).map(|at| at.items()).unwrap_or_default();
    let server = |at: Located<'a>| {
        let url = at.below("url")?.node;
        let text = url.text()?.trim_end_matches('/').to_owned();
        Some((text, SpecItem::new(&at).at(url.span)))
    };
    servers.into_iter().filter_map(server).collect()
}

/// The example of a parameter, a security scheme or a property, or else its default.
fn value(node: &Node) -> Option<&Node> {
    ["example", "x-example", "default"].into_iter().find_map(|key| node.get(key))
}

/// A value as a page writes it, and its place.
fn with_place(node: &Node) -> (String, Span) {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        _ => node.to_json().to_string(),
    };
    (text, node.span)
}
