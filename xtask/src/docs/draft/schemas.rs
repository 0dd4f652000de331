//! The bodies of a draft, and the schemas that they need.

use std::collections::HashSet;

use serde_yaml::{Mapping, Value as Yaml};

use super::outline::example;
use super::{described, map};
use crate::docs::DEPARTURE;
use crate::docs::blocks::Code;
use crate::docs::differences::reasons;
use crate::docs::examples::form_as_json;
use crate::docs::field_type::FieldType;
use crate::docs::json_block::JsonBlock;
use crate::docs::page::{Body, Field, Response};
use crate::docs::spec_side::{SchemaSummary, SpecField};
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
    pub fn request(&mut self, body: &Body, sent: &[Code]) -> Mapping {
        let said = "The body of the request.";
        let reference = self.component("Request", said, &[body]);
        map([("description", said.into()), ("content", self.content(body, sent, &reference))])
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
                    object.insert("content".into(), self.content(&response.body, &[], reference));
                }
                found.insert(response.status.as_str().into(), object.into());
            }
        }
        found
    }

    fn content(&self, body: &Body, sent: &[Code], reference: &str) -> Yaml {
        let stated = body.media_type.as_ref();
        let media_type = stated.map_or("application/json", |(media_type, _)| media_type);
        let mut content = map([("schema", map([("$ref", reference.into())]).into())]);
        let mut seen = self.refused.clone();
        let mut examples = Mapping::new();
        // The body of a sample is compared with the examples only if there are some.
        let sent = if body.examples.is_empty() { &[] } else { sent };
        for code in body.examples.iter().chain(sent) {
            let Some((key, value)) = value(media_type, body, code) else {
                continue;
            };
            if seen.insert(key) {
                let name = match examples.len() {
                    0 => "page".to_owned(),
                    count => format!("page_{}", count + 1),
                };
                examples.insert(name.into(), map([("value", value)]).into());
            }
        }
        if !examples.is_empty() {
            content.insert("examples".into(), examples.into());
        }
        map([(media_type, content.into())]).into()
    }

    /// A reference to the schema of some bodies: one that the spec has, or a new one.
    fn component(&mut self, suffix: &str, said: &str, bodies: &[&Body]) -> String {
        let known = self.document.components("schemas");
        let same = known.iter().find(|(_, at)| {
            let summary = SchemaSummary::new(self.document, at);
            let is_same = |body: &&Body| is_same(self.document, &body.fields, &summary.fields);
            bodies.iter().all(|body| !body.fields.is_empty() && is_same(body))
        });
        if let Some((_, at)) = same {
            return format!("#{}", at.pointer);
        }
        let mut name = format!("{}{suffix}", self.prefix);
        while known.iter().any(|(known, _)| *known == name) {
            name.push_str("Of");
        }
        let lists: Vec<&[Field]> = bodies.iter().map(|body| body.fields.as_slice()).collect();
        let examples = bodies.iter().flat_map(|body| &body.examples);
        let mut blocks = examples.filter_map(|code| JsonBlock::read(code).ok());
        let mut schema = map([("description", said.into())]);
        match blocks.next().is_some_and(|block| block.value.is_array()) {
            false => schema.extend(object(&lists)),
            true => {
                let is_unknown = lists.iter().all(|list| list.is_empty());
                let items = if is_unknown { Mapping::new() } else { object(&lists) };
                schema.extend(map([("type", "array".into()), ("items", items.into())]));
            }
        }
        let reference = format!("#{}", step("/components/schemas", &name));
        self.new.insert(name.into(), schema.into());
        reference
    }
}

/// An example as JSON and as YAML, if it can be read.
fn value(media_type: &str, body: &Body, code: &Code) -> Option<(String, Yaml)> {
    let is_text = |name: &str| {
        let field = body.fields.iter().find(|field| field.name == name);
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
        let (Some(known), Some(schema)) = (known, known.and_then(|known| known.schema.as_ref()))
        else {
            return false;
        };
        let summary = SchemaSummary::new(document, schema);
        known.item.holders.iter().any(|holder| !reasons(holder).is_empty())
            || summary.field_type.is_some_and(|it| it.agrees(&field.field_type))
                && known.is_required == Some(field.is_required)
                && is_same(document, &field.fields, &summary.fields)
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
    let mut schema = map([("type", "object".into())]);
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    if !properties.is_empty() {
        schema.insert("properties".into(), properties.into());
    }
    schema
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
        "array" if has_fields => _ = schema.insert("items".into(), object(inner).into()),
        _ => {}
    }
    if field.is_nullable {
        schema.insert("nullable".into(), true.into());
    }
    schema.extend(example(field).map(|example| ("example".into(), example)));
    schema
}

/// A type as a schema.
pub fn of_type(field_type: &FieldType) -> Mapping {
    let mut schema = Mapping::new();
    if field_type.is_known() {
        schema.insert("type".into(), field_type.name.into());
    }
    schema.extend(field_type.format.as_deref().map(|format| ("format".into(), format.into())));
    if field_type.name == "array" {
        let items = field_type.items.as_deref().map(of_type).unwrap_or_default();
        schema.insert("items".into(), items.into());
    }
    schema
}
