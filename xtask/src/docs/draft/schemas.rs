//! The schemas of a draft: parameters, bodies, and a component for each object in them.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use serde_yaml::{Mapping, Value as Yaml};

use super::{described, map, unless_empty};
use crate::docs::blocks::Code;
use crate::docs::differences::reasons;
use crate::docs::examples::form_as_json;
use crate::docs::field_type::FieldType;
use crate::docs::insert::Addition;
use crate::docs::json_block::JsonBlock;
use crate::docs::page::{Field, Part, Response};
use crate::docs::spec_side::{SpecField, field_type, properties};
use crate::openapi::media_type::{is_form, is_json};
use crate::openapi::tree::step;
use crate::openapi::{DEPARTURE, Document};

pub struct Schemas<'d, 'a> {
    document: &'d Document<'a>,
    /// The start of their names.
    prefix: String,
    /// The components that the document does not have.
    new: Mapping,
}

impl<'d, 'a> Schemas<'d, 'a> {
    pub fn new(document: &'d Document<'a>, prefix: String) -> Self {
        Self { document, prefix, new: Mapping::new() }
    }

    pub fn additions(self) -> impl Iterator<Item = Addition> {
        self.new.into_iter().map(|(name, schema)| {
            let name = name.as_str().unwrap_or_default();
            Addition::new(step("/components/schemas", name), schema)
        })
    }

    pub fn parameter(&self, location: &str, field: &Field) -> Mapping {
        map([
            ("name", field.name.as_str().into()),
            ("in", location.into()),
            ("required", (field.is_required || location == "path").into()),
            ("description", described(&field.description, &field.name)),
            ("schema", of_type(&field.field_type).into()),
            ("example", example(field)),
        ])
    }

    /// The body of a request, with the bodies of samples as examples.
    pub fn request(&mut self, body: &Part, sent: Vec<&Code>) -> Mapping {
        let said = "The body of the request.";
        let reference = self.body("Request", said, &[body]);
        map([
            ("description", said.into()),
            ("content", Self::content(body, sent, &reference)),
            ("required", body.fields.iter().any(|field| field.is_required).into()),
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
            let bodies: Vec<&Part> = bodies.filter(|body| !body.is_empty()).collect();
            let reference = (!bodies.is_empty()).then(|| self.body(name, said, &bodies));
            for response in group {
                let mut object = map([("description", described(&response.reason, said))]);
                if let Some(reference) = &reference {
                    if response.body.is_empty() {
                        object.insert(DEPARTURE.into(), "the page does not have a body".into());
                    }
                    let content = Self::content(&response.body, Vec::new(), reference);
                    object.insert("content".into(), content);
                }
                found.insert(response.status.as_str().into(), object.into());
            }
        }
        found
    }

    fn content(body: &Part, sent: Vec<&Code>, schema: &Mapping) -> Yaml {
        let stated = body.media_type.as_ref();
        let media_type = stated.map_or("application/json", |(media_type, _)| media_type);
        let mut seen = HashSet::new();
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
        let schema = schema.clone().into();
        let content = map([("schema", schema), ("examples", unless_empty(examples))]);
        map([(media_type, content.into())]).into()
    }

    fn body(&mut self, suffix: &str, said: &str, bodies: &[&Part]) -> Mapping {
        let name = format!("{}{suffix}", self.prefix);
        let lists: Vec<&[Field]> = bodies.iter().map(|body| body.fields.as_slice()).collect();
        let fields = merged(&lists);
        let examples = bodies.iter().flat_map(|body| &body.examples);
        let mut blocks = examples.filter_map(|code| JsonBlock::read(code).ok());
        match blocks.next().is_some_and(|block| block.value.is_array()) {
            true if fields.is_empty() => self.component(&name, said, array(Mapping::new())),
            true => {
                let items = self.object(&name, "Item", "An item.", &fields);
                self.component(&name, said, array(items))
            }
            false => self.object(&self.prefix.clone(), suffix, said, &fields),
        }
    }

    fn component(&mut self, name: &str, said: &str, schema: Mapping) -> Mapping {
        let mut component = map([("description", said.into())]);
        component.extend(schema);
        self.new.insert(name.into(), component.into());
        map([("$ref", format!("#{}", step("/components/schemas", name)).into())])
    }

    /// A reference to an object: one of the document with the same fields and the same end of its name, or a new one.
    fn object(&mut self, owner: &str, suffix: &str, said: &str, fields: &[Field]) -> Mapping {
        let known = self.document.components("schemas");
        let is_body = owner == self.prefix;
        let same = known.iter().find(|(name, at)| {
            let known = properties(self.document, Some(at));
            let is_named_so = is_body || name.ends_with(suffix);
            is_named_so && !fields.is_empty() && is_same(self.document, fields, &known)
        });
        if let Some((_, at)) = same {
            return map([("$ref", format!("#{}", at.pointer).into())]);
        }
        let is_free = |name: &String| {
            known.iter().all(|(known, _)| known != name) && !self.new.contains_key(name.as_str())
        };
        let name = format!("{owner}{suffix}");
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let name = names.find(is_free).unwrap_or_default();
        // Before the components that it refers to.
        self.component(&name, said, Mapping::new());
        let required = fields.iter().filter(|field| field.is_required);
        let required: Vec<Yaml> = required.map(|field| field.name.as_str().into()).collect();
        let properties = fields.iter();
        let properties: Mapping = properties
            .map(|field| (field.name.as_str().into(), self.property(&name, field).into()))
            .collect();
        let schema = map([
            ("type", "object".into()),
            ("required", unless_empty(required)),
            ("properties", unless_empty(properties)),
        ]);
        self.component(&name, said, schema)
    }

    pub fn property(&mut self, owner: &str, field: &Field) -> Mapping {
        let said = described(&field.description, &field.name);
        let has_fields = !field.fields.is_empty();
        let is_map = field.fields.iter().all(|inner| inner.name.starts_with("additionalProp"));
        let name = field.name.to_upper_camel_case();
        let mut object =
            || self.object(owner, &name, said.as_str().unwrap_or_default(), &field.fields);
        let schema = match field.field_type.name {
            "object" if has_fields && is_map => {
                let reason = "Swagger UI draws a map with any keys like this";
                let departure = map([("additionalProp*", reason.into())]);
                map([
                    ("type", "object".into()),
                    ("additionalProperties", true.into()),
                    (DEPARTURE, departure.into()),
                ])
            }
            "object" if has_fields => object(),
            "array" if has_fields => array(object()),
            _ => of_type(&field.field_type),
        };
        let if_so = |is_so, value: Yaml| if is_so { value } else { Yaml::Null };
        let more = map([
            ("nullable", if_so(field.is_nullable, true.into())),
            ("example", example(field)),
            (DEPARTURE, if_so(field.varies, "the page does not say the same everywhere".into())),
        ]);
        // A reference has no other members.
        let mut property = match schema.contains_key("$ref") {
            true if more.is_empty() => return schema,
            true => map([("description", said), ("allOf", vec![Yaml::from(schema)].into())]),
            false => {
                let mut property = map([("description", said)]);
                property.extend(schema);
                property
            }
        };
        property.extend(more);
        property
    }
}

/// The fields that a page lists in several places.
fn merged(lists: &[&[Field]]) -> Vec<Field> {
    let mut merged: Vec<Field> = Vec::new();
    for field in lists.iter().copied().flatten() {
        if merged.iter().any(|known| known.name == field.name) {
            continue;
        }
        let same = |list: &&[Field]| list.iter().find(|it| it.name == field.name).cloned();
        let all: Vec<Field> = lists.iter().filter_map(same).collect();
        let is_one_type = all.iter().all(|it| it.field_type == field.field_type);
        let is_everywhere = all.len() == lists.len();
        let is_required = is_everywhere && all.iter().all(|it| it.is_required);
        let inner: Vec<&[Field]> = all.iter().map(|it| it.fields.as_slice()).collect();
        merged.push(Field {
            field_type: if is_one_type { field.field_type.clone() } else { FieldType::default() },
            varies: !is_one_type
                || !is_everywhere
                || all.iter().any(|it| it.is_required != is_required),
            is_required,
            fields: self::merged(&inner),
            ..field.clone()
        });
    }
    merged
}

/// An example as JSON and as YAML, if it can be read.
fn value(media_type: &str, body: &Part, code: &Code) -> Option<(String, Yaml)> {
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
        let Some(known) = known else {
            return false;
        };
        let schema = known.schema.as_ref();
        let stated = field.default.as_ref().map(|(text, _)| text);
        let is_same_value = known.value.as_ref().is_none_or(|(text, _)| stated == Some(text));
        known.item.holders.iter().any(|holder| !reasons(holder).is_empty())
            || is_same_value
                && !field.varies
                && field_type(document, schema).is_some_and(|it| it.agrees(&field.field_type))
                && known.is_required == Some(field.is_required)
                && is_same(document, &field.fields, &properties(document, schema))
    };
    page.len() == spec.len() && page.iter().all(is_same_field)
}

fn array(items: Mapping) -> Mapping {
    map([("type", "array".into()), ("items", items.into())])
}

fn of_type(field_type: &FieldType) -> Mapping {
    let known = |text: &str| if text.is_empty() { Yaml::Null } else { text.into() };
    match field_type.name {
        "array" => array(field_type.items.as_deref().map(of_type).unwrap_or_default()),
        name => {
            let format = field_type.format.as_deref().unwrap_or_default();
            map([("type", known(name)), ("format", known(format))])
        }
    }
}

/// The default on the page, if it is a value.
pub fn example(field: &Field) -> Yaml {
    let text = field.default.as_ref().map(|(text, _)| text.as_str());
    match (text, field.field_type.name) {
        (Some(text), "string") => text.into(),
        (Some(text), _) => serde_json::from_str(text).unwrap_or_default(),
        (None, _) => Yaml::Null,
    }
}
