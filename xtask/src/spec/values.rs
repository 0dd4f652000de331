//! Whether a value follows a schema. The crate `jsonschema` decides; this makes a JSON Schema of OpenAPI's.

use std::collections::{HashMap, HashSet};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value as Json, json};

use super::objects::SCHEMA;
use super::references::{At, Target, component, resolve};
use super::tree::{Node, Value, step};

/// A part of a value that does not follow its schema.
pub struct Mismatch {
    /// Where it is in the value, as a JSON pointer.
    pub pointer: String,
    /// Whether the key at the pointer is meant, and not what stands under it.
    pub is_key: bool,
    /// What is wrong with it.
    pub message: String,
}

/// The schemas of a document, ready to hold values against.
pub struct Schemas<'a> {
    root: &'a Node,
    /// The components as JSON Schema, and which others each needs.
    components: HashMap<&'a str, (Json, Vec<&'a str>)>,
    validators: HashMap<String, Option<Validator>>,
}

impl<'a> Schemas<'a> {
    /// Those of a document.
    pub fn new(root: &'a Node) -> Self {
        let schemas = root.get("components").and_then(|node| node.get("schemas"));
        let mut found = Self {
            root,
            components: HashMap::new(),
            validators: HashMap::new(),
        };
        let mut components = HashMap::new();
        for (name, member) in schemas.into_iter().flat_map(Node::members) {
            // What leads back to itself without a value in between would be looked into forever.
            let converted = match found.is_circular(name) {
                true => (json!({}), Vec::new()),
                false => found.convert_all(&member.node),
            };
            components.insert(name, converted);
        }
        found.components = components;
        found
    }

    /// What of a value does not follow the schema at a place. Nothing, if the schema itself is broken.
    pub fn mismatches(&mut self, schema: &At<'a>, value: &Json) -> Vec<Mismatch> {
        self.prepare(schema);
        let Some(Some(validator)) = self.validators.get(&schema.pointer) else {
            return Vec::new();
        };
        validator
            .iter_errors(value)
            .map(|error| mismatch(&error))
            .collect()
    }

    fn prepare(&mut self, schema: &At<'a>) {
        if self.validators.contains_key(&schema.pointer) {
            return;
        }
        let (converted, needed) = self.convert_all(schema.node);
        let mut definitions = Map::new();
        let mut open = needed;
        while let Some(name) = open.pop() {
            if let Some((component, needed)) = self.components.get(name)
                && !definitions.contains_key(name)
            {
                definitions.insert(name.to_owned(), component.clone());
                open.extend(needed);
            }
        }
        let mut whole = json!({ "allOf": [converted], "components": { "schemas": definitions } });
        let validator = build(&whole).or_else(|| {
            // A pattern that this engine cannot match in linear time is not looked at.
            drop_patterns(&mut whole);
            build(&whole)
        });
        self.validators.insert(schema.pointer.clone(), validator);
    }

    fn convert_all(&self, schema: &'a Node) -> (Json, Vec<&'a str>) {
        let mut needed = Vec::new();
        let json = self.convert(schema, &mut needed);
        (json, needed)
    }

    /// A schema as JSON Schema, draft 4, which OpenAPI 3.0 extends. What is broken is left out.
    fn convert(&self, schema: &'a Node, needed: &mut Vec<&'a str>) -> Json {
        if let Some(reference) = schema.get("$ref") {
            let name = match reference.text().map(Target::of) {
                Some(Target::Component {
                    section: "schemas",
                    name,
                }) => name,
                _ => return json!({}),
            };
            let pointer = format!("/{name}");
            let at = At {
                node: schema,
                anchor: schema.span,
                pointer,
            };
            if resolve(self.root, &SCHEMA, at).is_none() {
                return json!({});
            }
            needed.push(name);
            return json!({ "$ref": step("#/components/schemas", name) });
        }
        let mut json = Map::new();
        for (key, member) in schema.members() {
            if let Some(value) = self.keyword(schema, key, &member.node, needed) {
                json.insert(key.to_owned(), value);
            }
        }
        if json.get("type") == Some(&json!("integer")) && schema.text_of("format") == Some("int32")
        {
            json.entry("minimum").or_insert_with(|| i32::MIN.into());
            json.entry("maximum").or_insert_with(|| i32::MAX.into());
        }
        let json = Json::Object(json);
        match schema.is_true("nullable") {
            true => json!({ "anyOf": [{ "enum": [null] }, json] }),
            false => json,
        }
    }

    fn keyword(
        &self,
        schema: &'a Node,
        key: &str,
        node: &'a Node,
        needed: &mut Vec<&'a str>,
    ) -> Option<Json> {
        match (key, &node.value) {
            ("type" | "format" | "pattern", Value::Text(text)) => {
                let is_type = ["string", "integer", "number", "boolean", "object", "array"]
                    .contains(&text.as_str());
                (key != "type" || is_type).then(|| node.to_json())
            }
            ("multipleOf", Value::Number(number)) => number
                .as_f64()
                .is_some_and(|number| number > 0.0)
                .then(|| node.to_json()),
            ("maximum" | "minimum", Value::Number(_)) => Some(node.to_json()),
            // Draft 4 wants the limit beside these.
            ("exclusiveMaximum", Value::Bool(_)) => schema.get("maximum").map(|_| node.to_json()),
            ("exclusiveMinimum", Value::Bool(_)) => schema.get("minimum").map(|_| node.to_json()),
            (
                "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties"
                | "minProperties",
                Value::Number(number),
            ) => number.is_u64().then(|| node.to_json()),
            ("uniqueItems" | "additionalProperties", Value::Bool(_)) => Some(node.to_json()),
            ("enum", Value::List(items)) => (!items.is_empty()).then(|| node.to_json()),
            ("required", Value::List(items)) => {
                let properties = schema.get("properties");
                let is_one_sided = |name: &str| {
                    properties
                        .and_then(|node| node.get(name))
                        .is_some_and(|node| node.is_true("readOnly") || node.is_true("writeOnly"))
                };
                // What only one side sends may be missing from an example of the other's.
                let names: Vec<&str> = items
                    .iter()
                    .filter_map(Node::text)
                    .filter(|name| !is_one_sided(name))
                    .collect();
                (!names.is_empty()).then(|| json!(names))
            }
            ("allOf" | "anyOf" | "oneOf", Value::List(items)) => (!items.is_empty()).then(|| {
                items
                    .iter()
                    .map(|item| self.convert(item, needed))
                    .collect()
            }),
            ("not" | "items" | "additionalProperties", Value::Map(_)) => {
                Some(self.convert(node, needed))
            }
            ("properties", Value::Map(map)) => Some(
                map.iter()
                    .map(|(name, member)| (name.clone(), self.convert(&member.node, needed)))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// Whether a component leads back to itself by references that all hold for one and the same value.
    fn is_circular(&self, name: &str) -> bool {
        let mut seen = HashSet::new();
        let mut open: Vec<&Node> = Vec::new();
        let start = format!("#/components/schemas/{name}");
        open.extend(component(self.root, &SCHEMA, &start).map(|at| at.node));
        while let Some(node) = open.pop() {
            let lists = ["allOf", "anyOf", "oneOf"].into_iter();
            let members = lists.flat_map(|key| node.get(key).map(Node::items).unwrap_or_default());
            open.extend(members.chain(node.get("not")));
            let Some(reference) = node.text_of("$ref") else {
                continue;
            };
            if reference == start {
                return true;
            }
            if seen.insert(reference) {
                open.extend(component(self.root, &SCHEMA, reference).map(|at| at.node));
            }
        }
        false
    }
}

fn build(schema: &Json) -> Option<Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        // Linear in the length of the text, whatever the pattern.
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .ok()
}

fn drop_patterns(schema: &mut Json) {
    match schema {
        Json::Object(map) => {
            if map.get("pattern").is_some_and(Json::is_string) {
                map.remove("pattern");
            }
            map.values_mut().for_each(drop_patterns);
        }
        Json::Array(items) => items.iter_mut().for_each(drop_patterns),
        _ => {}
    }
}

fn mismatch(error: &jsonschema::ValidationError<'_>) -> Mismatch {
    let pointer = error.instance_path().to_string();
    let (pointer, is_key, message) = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let name = unexpected.first().map_or("", String::as_str);
            (
                step(&pointer, name),
                true,
                format!("the schema has no property `{name}`"),
            )
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (
                pointer,
                false,
                format!("the required property `{name}` is missing"),
            )
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => (
            pointer,
            false,
            "it follows more than one of the schemas in `oneOf`".to_owned(),
        ),
        _ => (pointer, false, error.masked_with("it").to_string()),
    };
    Mismatch {
        pointer,
        is_key,
        message,
    }
}
