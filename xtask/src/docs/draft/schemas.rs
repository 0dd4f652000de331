//! The bodies of a draft, and the schemas that they need.

use std::collections::HashSet;

use serde_yaml::{Mapping, Value as Yaml};

use super::document::example;
use super::{described, map, unless_empty};
use crate::docs::DEPARTURE;
use crate::docs::blocks::Code;
use crate::docs::differences::reasons;
use crate::docs::examples::form_as_json;
use crate::docs::field_type::FieldType;
use crate::docs::json_block::JsonBlock;
use crate::docs::page::{Body, Field, Response};
use crate::docs::spec_side::{SpecField, field_type, properties};
use crate::openapi::Document;
use crate::openapi::media_type::{is_form, is_json};
use crate::openapi::tree::step;

pub struct Schemas<'d, 'a> {
    document: &'d Document<'a>,
    /// The start of their names.
    prefix: String,
    /// Examples to leave out, as JSON.
    refused: &'d HashSet<String>,
    /// The schemas that the spec does not have.
    pub new: Mapping,
}

impl<'d, 'a> Schemas<'d, 'a> {
    pub fn new(document: &'d Document<'a>, prefix: String, refused: &'d HashSet<String>) -> Self {
        Self { document, prefix, refused, new: Mapping::new() }
    }

    /// The body of a request, with the bodies of samples as examples.
    pub fn request(&mut self, body: &Body, sent: Vec<&Code>) -> Mapping {
        let said = "The body of the request.";
        let reference = self.component("Request", said, &[body]);
        map([
            ("description", said.into()),
            ("content", self.content(body, sent, &reference)),
            ("required", body.fields.list.iter().any(|field| field.is_required).into()),
        ])
    }

    /// The responses. The generator has one type for all successes, and one for all errors.
    pub fn responses(&mut self, responses: &[Response]) -> Mapping {
        let mut found = Mapping::new();
        let is_success = |response: &&Response| response.status.starts_with('2');
        let (successes, errors): (Vec<&Response>, Vec<&Response>) =
            responses.iter().partition(is_success);
        for (name, said, group) in [
            ("Response", "The body of a success.", successes),
            ("Error", "The body of an error.", errors),
        ] {
            let bodies = group.iter().map(|response| &response.body);
            let bodies: Vec<&Body> = bodies.filter(|body| !body.is_empty()).collect();
            let reference = (!bodies.is_empty()).then(|| self.component(name, said, &bodies));
            for response in group {
                let mut object = map([("description", described(&response.reason, said))]);
                if let Some(reference) = &reference {
                    if response.body.is_empty() {
                        object.insert(DEPARTURE.into(), "the page does not have a body".into());
                    }
                    let content = self.content(&response.body, Vec::new(), reference);
                    object.insert("content".into(), content);
                }
                found.insert(response.status.as_str().into(), object.into());
            }
        }
        found
    }

    fn content(&self, body: &Body, sent: Vec<&Code>, reference: &str) -> Yaml {
        let stated = body.media_type.as_ref();
        let media_type = stated.map_or("application/json", |(media_type, _)| media_type);
        let mut seen = self.refused.clone();
        let mut examples = Mapping::new();
        // The body of a sample is compared with the examples only if there are some.
        let sent = if body.examples.is_empty() { Vec::new() } else { sent };
        let codes = body.examples.iter().chain(sent);
        for (key, value) in codes.filter_map(|code| value(media_type, body, code)) {
            if seen.insert(key) {
                let name = match examples.len() {
                    0 => "page".to_owned(),
                    count => format!("page_{}", count + 1),
                };
                let example = Mapping::from_iter([("value".into(), value)]);
                examples.insert(name.into(), example.into());
            }
        }
        let schema = map([("$ref", reference.into())]);
        let content = map([("schema", schema.into()), ("examples", unless_empty(examples))]);
        map([(media_type, content.into())]).into()
    }

    /// A reference to the schema of some bodies: one that the spec has, or a new one.
    fn component(&mut self, suffix: &str, said: &str, bodies: &[&Body]) -> String {
        let known = self.document.components("schemas");
        let same = known.iter().find(|(_, at)| {
            let fields = properties(self.document, Some(at));
            let is_same = |body: &&Body| is_same(self.document, &body.fields.list, &fields);
            bodies.iter().all(|body| !body.fields.list.is_empty() && is_same(body))
        });
        if let Some((_, at)) = same {
            return format!("#{}", at.pointer);
        }
        let mut name = format!("{}{suffix}", self.prefix);
        while known.iter().any(|(known, _)| *known == name) {
            name.push_str("Of");
        }
        let lists: Vec<&[Field]> = bodies.iter().map(|body| body.fields.list.as_slice()).collect();
        let examples = bodies.iter().flat_map(|body| &body.examples);
        let mut blocks = examples.filter_map(|code| JsonBlock::read(code).ok());
        let is_unknown = lists.iter().all(|list| list.is_empty());
        let mut schema = map([("description", said.into())]);
        schema.extend(match blocks.next().is_some_and(|block| block.value.is_array()) {
            true if is_unknown => array(Mapping::new()),
            true => array(object(&lists)),
            false => object(&lists),
        });
        let reference = format!("#{}", step("/components/schemas", &name));
        self.new.insert(name.into(), schema.into());
        reference
    }
}

/// An example as JSON and as YAML, if it can be read.
fn value(media_type: &str, body: &Body, code: &Code) -> Option<(String, Yaml)> {
    let is_text = |name: &str| {
        let field = body.fields.list.iter().find(|field| field.name == name);
        field.is_none_or(|field| field.field_type.name == "string")
    };
    let block = match media_type {
        it if is_json(it) => JsonBlock::read(code),
        it if is_form(it) => JsonBlock::read(&form_as_json(code, is_text)),
        _ => return Some((code.text.clone(), code.text.as_str().into())),
    };
    block.ok().map(|block| (block.value.to_string(), block.in_order))
}

/// Whether a schema has the same fields. A field with a departure need not be the same as on its own page.
fn is_same<'a>(document: &Document<'a>, page: &[Field], spec: &[SpecField<'a>]) -> bool {
    let is_same_field = |field: &Field| {
        let known = spec.iter().find(|known| known.name == field.name);
        let Some(known) = known else {
            return false;
        };
        let schema = known.schema.as_ref();
        known.item.holders.iter().any(|holder| !reasons(holder).is_empty())
            || field_type(document, schema).is_some_and(|it| it.agrees(&field.field_type))
                && known.is_required == Some(field.is_required)
                && is_same(document, &field.fields, &properties(document, schema))
    };
    page.len() == spec.len() && page.iter().all(is_same_field)
}

/// An object that the page describes in several places. What only some of them say is a departure from the others.
fn object(lists: &[&[Field]]) -> Mapping {
    let mut required = Vec::new();
    let mut properties = Mapping::new();
    for field in lists.iter().copied().flatten() {
        if properties.contains_key(field.name.as_str()) {
            continue;
        }
        let others = lists.iter().map(|list| list.iter().find(|other| other.name == field.name));
        let others: Vec<Option<&Field>> = others.collect();
        let has = |is: &dyn Fn(&Field) -> bool| others.iter().all(|other| other.is_some_and(is));
        let is_required = has(&|other| other.is_required);
        let is_one_type = others.iter().flatten().all(|other| other.field_type == field.field_type);
        let is_same = is_one_type && has(&|other| other.is_required == field.is_required);
        let mut schema = map([("description", described(&field.description, &field.name))]);
        if is_one_type {
            let inner = others.iter().flatten().map(|other| other.fields.as_slice());
            schema.extend(property(field, &inner.collect::<Vec<_>>()));
        }
        if !is_same {
            schema.insert(DEPARTURE.into(), "the page does not say the same everywhere".into());
        }
        if is_required {
            required.push(Yaml::from(field.name.as_str()));
        }
        properties.insert(field.name.as_str().into(), schema.into());
    }
    map([
        ("type", "object".into()),
        ("required", unless_empty(required)),
        ("properties", unless_empty(properties)),
    ])
}

fn array(items: Mapping) -> Mapping {
    map([("type", "array".into()), ("items", items.into())])
}

fn property(field: &Field, inner: &[&[Field]]) -> Mapping {
    let mut schema = of_type(&field.field_type);
    let has_fields = inner.iter().any(|list| !list.is_empty());
    let is_map =
        |list: &&[Field]| list.iter().all(|field| field.name.starts_with("additionalProp"));
    match field.field_type.name {
        "object" if has_fields && inner.iter().all(is_map) => {
            let reason = "Swagger UI draws a map with any keys like this";
            schema.insert("additionalProperties".into(), true.into());
            schema.insert(DEPARTURE.into(), map([("additionalProp*", reason.into())]).into());
        }
        "object" if has_fields => schema = object(inner),
        "array" if has_fields => schema = array(object(inner)),
        _ => {}
    }
    if field.is_nullable {
        schema.insert("nullable".into(), true.into());
    }
    schema.extend(map([("example", example(field))]));
    schema
}

/// A type as a schema.
pub fn of_type(field_type: &FieldType) -> Mapping {
    let known = |text: &str| if text.is_empty() { Yaml::Null } else { text.into() };
    match field_type.name {
        "array" => array(field_type.items.as_deref().map(of_type).unwrap_or_default()),
        name => {
            let format = field_type.format.as_deref().unwrap_or_default();
            map([("type", known(name)), ("format", known(format))])
        }
    }
}
