//! The bodies of a draft, and the schemas that they need.

use std::collections::HashSet;

use serde_yaml::{Mapping, Value as Yaml};

use super::operation::example;
use crate::docs::DEPARTURE;
use crate::docs::blocks::Code;
use crate::docs::finding::reasons;
use crate::docs::json::Document;
use crate::docs::kind::FieldType;
use crate::docs::media;
use crate::docs::operation::Field as SpecField;
use crate::docs::page::{Body, Field, Response};
use crate::docs::shape::shape;
use crate::docs::yaml::{described, map, yaml};
use crate::openapi::references::{Located, reached};
use crate::openapi::tree::{Node, step};

/// The schemas of a draft.
pub struct Schemas<'a> {
    root: &'a Node,
    /// What their names start with.
    prefix: String,
    /// Examples that do not follow their schemas.
    refused: &'a HashSet<String>,
    new: Mapping,
    /// The components of the spec that are used again.
    used: Vec<String>,
}

impl<'a> Schemas<'a> {
    /// None yet.
    pub fn new(root: &'a Node, prefix: String, refused: &'a HashSet<String>) -> Self {
        Self { root, prefix, refused, new: Mapping::new(), used: Vec::new() }
    }

    /// The new schemas, and the components of the spec that are used again: section, name and value.
    pub fn components(self) -> (Mapping, Vec<(String, String, Yaml)>) {
        let from: Vec<&Node> =
            self.used.iter().filter_map(|pointer| self.root.at(pointer)).collect();
        let mut pointers: Vec<String> =
            reached(self.root, from).into_iter().chain(self.used).collect();
        pointers.sort();
        pointers.dedup();
        let copied = pointers.into_iter().filter_map(|pointer| {
            let node = self.root.at(&pointer)?;
            let (section, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
            let name = name.replace("~1", "/").replace("~0", "~");
            Some((section.to_owned(), name, yaml(node)))
        });
        (self.new, copied.collect())
    }

    /// The body of a request, with what samples send.
    pub fn body(&mut self, body: &Body, sent: &[Code]) -> Mapping {
        let reference = self.component("Request", "The body of the request.", &[body]);
        map([
            ("description", "The body of the request.".into()),
            ("content", self.content(body, sent, &reference)),
        ])
    }

    /// The responses. All successes have one schema, and so have all errors: the generator has one type for each.
    pub fn responses(&mut self, responses: &[Response]) -> Mapping {
        let mut found = Mapping::new();
        let is_success = |response: &&Response| response.status.starts_with('2');
        let (successes, errors): (Vec<&Response>, Vec<&Response>) =
            responses.iter().partition(is_success);
        for (name, said, group) in [
            ("Response", "What a success says.", successes),
            ("Error", "What an error says.", errors),
        ] {
            let bodies: Vec<&Body> = group
                .iter()
                .map(|response| &response.body)
                .filter(|body| !body.is_empty())
                .collect();
            let reference = (!bodies.is_empty()).then(|| self.component(name, said, &bodies));
            for response in group {
                let mut object = map([("description", described(&response.reason, said))]);
                if let Some(reference) = &reference {
                    let is_empty = response.body.is_empty();
                    let reason = (DEPARTURE.into(), "the page describes no body".into());
                    object.extend(is_empty.then_some(reason));
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
        // Without an example beside the body, the document needs none.
        let sent = if body.examples.is_empty() { &[] } else { sent };
        for code in body.examples.iter().chain(sent) {
            let is_text = |name: &str| {
                let field = body.fields.iter().find(|field| field.name == name);
                field.is_none_or(|field| field.kind.name == "string")
            };
            let code = match media::is_form(media_type) {
                true => {
                    &Code { text: media::form(&code.text, is_text).to_string(), ..code.clone() }
                }
                false => code,
            };
            let has_parts = media::is_json(media_type) || media::is_form(media_type);
            let (key, value) = match (has_parts, Document::read(code)) {
                (true, Ok(document)) => (document.value.to_string(), document.in_order()),
                // That it cannot be read is said.
                (true, Err(_)) => continue,
                (false, _) => (code.text.clone(), code.text.as_str().into()),
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
        let known = self.root.get("components").and_then(|node| node.get("schemas"));
        let known: Vec<_> = known.into_iter().flat_map(Node::members).collect();
        let same = known.iter().find(|(name, member)| {
            let at = Located {
                node: &member.node,
                anchor: member.key,
                pointer: step("/components/schemas", name),
            };
            let shape = shape(self.root, &at);
            bodies.iter().all(|body| {
                !body.fields.is_empty() && are_same(self.root, &body.fields, &shape.fields)
            })
        });
        if let Some((name, _)) = same {
            let pointer = step("/components/schemas", name);
            let reference = format!("#{pointer}");
            self.used.push(pointer);
            return reference;
        }
        let is_taken = |name: &str| known.iter().any(|(known, _)| *known == name);
        let mut name = format!("{}{suffix}", self.prefix);
        while is_taken(&name) {
            name.push_str("Of");
        }
        let lists: Vec<&[Field]> = bodies.iter().map(|body| body.fields.as_slice()).collect();
        let mut schema = map([("description", said.into())]);
        let examples = bodies.iter().flat_map(|body| &body.examples);
        let mut values = examples.filter_map(|code| Document::read(code).ok());
        let is_list = values.next().is_some_and(|document| document.value.is_array());
        match (is_list, lists.iter().all(|list| list.is_empty())) {
            (false, _) => schema.extend(object(&lists)),
            (true, is_unknown) => {
                let items = if is_unknown { Mapping::new() } else { object(&lists) };
                schema.extend(map([("type", "array".into()), ("items", items.into())]));
            }
        }
        let reference = format!("#{}", step("/components/schemas", &name));
        self.new.insert(name.into(), schema.into());
        reference
    }
}

/// Whether a schema has just these fields. Where the spec departs from its page, nobody knows.
fn are_same(root: &Node, page: &[Field], spec: &[SpecField<'_>]) -> bool {
    page.len() == spec.len()
        && page.iter().all(|field| {
            let known = spec.iter().find(|known| known.name == field.name);
            known.is_some_and(|known| {
                let Some(at) = &known.schema else {
                    return false;
                };
                let is_departure =
                    known.thing.holders.iter().any(|holder| !reasons(holder).is_empty());
                let shape = shape(root, at);
                is_departure
                    || shape.kind.is_some_and(|kind| kind.agrees(&field.kind))
                        && known.is_required == Some(field.is_required)
                        && are_same(root, &field.fields, &shape.fields)
            })
        })
}

/// An object that is described in several places. What only some of them say is a departure from the others.
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
        let is_one_kind = others.iter().flatten().all(|other| other.kind == field.kind);
        let is_same = is_one_kind && has(&|other| other.is_required == field.is_required);
        let mut schema = map([("description", described(&field.description, &field.name))]);
        let inner: Vec<&[Field]> =
            others.iter().flatten().map(|other| other.fields.as_slice()).collect();
        if is_one_kind {
            schema.extend(value(field, &inner));
        }
        if !is_same {
            schema.insert(DEPARTURE.into(), "the page does not say this of it everywhere".into());
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

fn value(field: &Field, inner: &[&[Field]]) -> Mapping {
    let mut schema = kind(&field.kind);
    let has_fields = inner.iter().any(|list| !list.is_empty());
    let is_map =
        |list: &&[Field]| list.iter().all(|field| field.name.starts_with("additionalProp"));
    match field.kind.name {
        // That is how Swagger UI draws a map with any keys.
        "object" if has_fields && inner.iter().all(is_map) => {
            schema.insert("additionalProperties".into(), true.into());
            let reason = "Swagger UI draws a map with any keys like this";
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
pub fn kind(kind: &FieldType) -> Mapping {
    let mut schema = Mapping::new();
    if kind.is_known() {
        schema.insert("type".into(), kind.name.into());
    }
    schema.extend(kind.format.as_deref().map(|format| ("format".into(), format.into())));
    if kind.name == "array" {
        let items = kind.items.as_deref().map(self::kind).unwrap_or_default();
        schema.insert("items".into(), items.into());
    }
    schema
}
