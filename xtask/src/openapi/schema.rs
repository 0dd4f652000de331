//! The one walk over `allOf`, `oneOf` and `anyOf`: what a schema says of a value, wherever it says it.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::Document;
use super::grammar::SCHEMA;
use super::references::Located;
use super::tree::{Node, Value};

/// What a schema and the schemas that it combines say of a value.
#[derive(Default)]
pub struct SchemaSummary<'a> {
    /// The first `type`, with the `format` beside it.
    pub type_name: Option<(&'a str, Option<&'a str>)>,
    pub is_nullable: bool,
    /// Whether one of the schemas describes additional properties.
    pub is_open: bool,
    pub properties: IndexMap<&'a str, Property<'a>>,
    pub items: Option<Located<'a>>,
    /// Whether a reference leads nowhere, so that there is more to know.
    pub is_broken: bool,
    /// The references and schemas that were walked. The first schema that is not a reference gives the place.
    pub parts: Vec<Located<'a>>,
}

pub struct Property<'a> {
    /// Its schema, which may be a reference.
    pub schema: Located<'a>,
    /// Whether every object must have it. An alternative of `oneOf` or `anyOf` requires nothing of every object.
    pub is_required: bool,
}

pub fn summary<'a>(document: &Document<'a>, at: &Located<'a>) -> SchemaSummary<'a> {
    let mut summary = SchemaSummary::default();
    summary.add(document, at.clone(), true, &mut HashSet::new());
    summary
}

impl<'a> SchemaSummary<'a> {
    /// The first schema that is not a reference.
    pub fn first(&self) -> Option<&Located<'a>> {
        self.parts.iter().find(|part| part.node.get("$ref").is_none())
    }

    fn add(
        &mut self,
        document: &Document<'a>,
        listed: Located<'a>,
        is_certain: bool,
        seen: &mut HashSet<String>,
    ) {
        let Some(at) = document.resolve(&SCHEMA, listed.clone()) else {
            self.is_broken = true;
            return;
        };
        if !seen.insert(at.pointer.clone()) {
            return;
        }
        if listed.pointer != at.pointer {
            self.parts.push(listed);
        }
        self.parts.push(at.clone());
        let node = at.node;
        if self.type_name.is_none() {
            self.type_name = node.text_of("type").map(|name| (name, node.text_of("format")));
        }
        self.is_nullable |= node.is_true("nullable");
        let additional = node.get("additionalProperties").map(|node| &node.value);
        self.is_open |= !matches!(additional, None | Some(Value::Bool(false)));
        self.items = self.items.take().or_else(|| at.below("items"));
        self.add_properties(&at, is_certain);
        for key in ["allOf", "oneOf", "anyOf"] {
            for part in at.below(key).map(|list| list.items()).unwrap_or_default() {
                self.add(document, part, is_certain && key == "allOf", seen);
            }
        }
    }

    fn add_properties(&mut self, at: &Located<'a>, is_certain: bool) {
        let required = at.node.get("required").map(Node::items).unwrap_or_default();
        for (name, schema) in at.below("properties").map(|at| at.entries()).unwrap_or_default() {
            let is_required = is_certain && required.iter().any(|item| item.text() == Some(name));
            let property = Property { schema, is_required };
            self.properties.entry(name).or_insert(property).is_required |= is_required;
        }
    }
}
