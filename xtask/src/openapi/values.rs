//! Whether a value follows a schema. The crate `jsonschema` decides; this makes a JSON Schema of OpenAPI's.

use std::collections::HashMap;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value as Json, json};

use super::grammar::SCHEMA;
use super::references::{Located, Target, resolve};
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
    /// How many schemas hold for one and the same value of each component, at the most.
    breadths: HashMap<&'a str, u64>,
    /// The validator that was made last: examples of one schema come one after the other.
    last: Option<(String, Option<Validator>)>,
    /// How much may still be done for this document.
    left: u64,
}

/// How many schemas are made ready for a document, and how many steps a value may take. A document of a thousand
/// operations takes a hundredth of it.
const MAX_WORK: u64 = 5_000;
const MAX_STEPS: u64 = 1_000_000;

impl<'a> Schemas<'a> {
    /// Those of a document.
    pub fn new(root: &'a Node) -> Self {
        let schemas = root.get("components").and_then(|node| node.get("schemas"));
        let mut found = Self {
            root,
            components: HashMap::new(),
            breadths: breadths(root),
            last: None,
            left: MAX_WORK,
        };
        let mut components = HashMap::new();
        for (name, member) in schemas.into_iter().flat_map(Node::members) {
            // What leads back to itself without a value in between would be looked into forever.
            let converted = match found.breadths.contains_key(name) {
                false => (json!({}), Vec::new()),
                true => found.convert_all(&member.node),
            };
            components.insert(name, converted);
        }
        found.components = components;
        found
    }

    /// What of a value does not follow the schema at a place. Nothing, if the schema itself is broken.
    ///
    /// # Errors
    ///
    /// [`TooMuch`] if there are so many schemas behind it that nobody would wait for the answer.
    pub fn mismatches(
        &mut self,
        schema: &Located<'a>,
        value: &Json,
    ) -> Result<Vec<Mismatch>, TooMuch> {
        self.prepare(schema)?;
        let Some((_, Some(validator))) = &self.last else {
            return Ok(Vec::new());
        };
        Ok(validator
            .iter_errors(value)
            .take(MAX_COUNT)
            .flat_map(|error| mismatches(&error))
            .collect())
    }

    fn prepare(&mut self, schema: &Located<'a>) -> Result<(), TooMuch> {
        if self.last.as_ref().is_some_and(|(pointer, _)| *pointer == schema.pointer) {
            return Ok(());
        }
        self.last = None;
        let (converted, needed) = self.convert_all(schema.node);
        let own = breadth(schema.node, &|name| self.breadths.get(name).copied().unwrap_or(1));
        let mut definitions = Map::new();
        let mut steps = own;
        let mut open = needed;
        while let Some(name) = open.pop() {
            if self.left == 0 {
                return Err(TooMuch);
            }
            if let Some((component, needed)) = self.components.get(name)
                && !definitions.contains_key(name)
            {
                steps = steps.max(self.breadths.get(name).copied().unwrap_or(1));
                self.left = self.left.saturating_sub(1);
                definitions.insert(name.to_owned(), component.clone());
                open.extend(needed);
            }
        }
        if self.left == 0 || steps.saturating_pow(2) > MAX_STEPS {
            return Err(TooMuch);
        }
        let whole = json!({ "allOf": [converted], "components": { "schemas": definitions } });
        self.last = Some((schema.pointer.clone(), build(&whole)));
        Ok(())
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
                Some(Target::Component { section: "schemas", name }) => name,
                _ => return json!({}),
            };
            let pointer = format!("/{name}");
            let at = Located { node: schema, anchor: schema.span, pointer };
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
        if let (Some("integer"), Some((least, greatest))) =
            (schema.text_of("type"), schema.text_of("format").and_then(range))
        {
            json.entry("minimum").or_insert(least);
            json.entry("maximum").or_insert(greatest);
        }
        if json.get("additionalProperties") == Some(&Json::Bool(false)) {
            // So that it is said of each key, even where there is no property at all.
            json.entry("properties").or_insert_with(|| json!({}));
        }
        if !schema.is_true("nullable") {
            return Json::Object(json);
        }
        let is_combined =
            ["allOf", "anyOf", "oneOf", "not"].iter().any(|key| json.contains_key(*key));
        match json.get("type").cloned() {
            // So that what is wrong inside keeps its place, and its sentence.
            Some(kind) if !is_combined => {
                json.insert("type".to_owned(), json!([kind, "null"]));
                if let Some(Json::Array(values)) = json.get_mut("enum")
                    && !values.contains(&Json::Null)
                {
                    values.push(Json::Null);
                }
                Json::Object(json)
            }
            _ => json!({ "anyOf": [{ "enum": [null] }, json] }),
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
            // The engine matches in linear time, and cannot look around or back.
            ("pattern", Value::Text(text)) => (!looks_around(text)).then(|| node.to_json()),
            ("type" | "format", Value::Text(text)) => {
                let is_type = ["string", "integer", "number", "boolean", "object", "array"]
                    .contains(&text.as_str());
                (key != "type" || is_type).then(|| node.to_json())
            }
            ("multipleOf", Value::Number(number)) => {
                number.as_f64().is_some_and(|number| number > 0.0).then(|| node.to_json())
            }
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
            ("allOf" | "anyOf" | "oneOf", Value::List(items)) => (!items.is_empty())
                .then(|| items.iter().map(|item| self.convert(item, needed)).collect()),
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
}

/// For each component, how many schemas hold for one and the same value of it, counting each as often as it is
/// looked into. A component that leads back to itself without a value in between is left out: it would be looked into
/// forever.
fn breadths(root: &Node) -> HashMap<&str, u64> {
    let schemas = root.get("components").and_then(|node| node.get("schemas"));
    let schemas: HashMap<&str, &Node> = schemas
        .into_iter()
        .flat_map(Node::members)
        .map(|(name, member)| (name, &member.node))
        .collect();
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    let mut waited_for: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut ready = Vec::new();
    for (name, node) in &schemas {
        let mut needed = Vec::new();
        references(node, &mut needed);
        needed.retain(|target| schemas.contains_key(target));
        for target in &needed {
            waited_for.entry(target).or_default().push(name);
        }
        if needed.is_empty() {
            ready.push(*name);
        }
        waiting.insert(name, needed.len());
    }
    let mut breadths: HashMap<&str, u64> = HashMap::new();
    while let Some(name) = ready.pop() {
        let found = breadth(schemas[name], &|name| breadths.get(name).copied().unwrap_or(1));
        breadths.insert(name, found);
        for dependent in waited_for.get(name).into_iter().flatten() {
            let count = waiting.entry(dependent).or_default();
            *count = count.saturating_sub(1);
            if *count == 0 {
                ready.push(dependent);
            }
        }
    }
    breadths
}

/// The components that hold for the same value as a schema.
fn references<'a>(schema: &'a Node, found: &mut Vec<&'a str>) {
    if let Some(Target::Component { name, .. }) = schema.text_of("$ref").map(Target::of) {
        found.push(name);
    }
    for member in alternatives(schema) {
        references(member, found);
    }
}

fn breadth(schema: &Node, of: &impl Fn(&str) -> u64) -> u64 {
    let referred = match schema.text_of("$ref").map(Target::of) {
        Some(Target::Component { name, .. }) => of(name),
        _ => 0,
    };
    alternatives(schema)
        .map(|member| breadth(member, of))
        .fold(referred.saturating_add(1), u64::saturating_add)
}

fn alternatives(schema: &Node) -> impl Iterator<Item = &Node> {
    let lists = ["allOf", "anyOf", "oneOf"].into_iter();
    let members = lists.flat_map(|key| schema.get(key).map(Node::items).unwrap_or_default());
    members.chain(schema.get("not"))
}

/// The values of a format of integers, as the generator reads it.
fn range(format: &str) -> Option<(Json, Json)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0.into(), u8::MAX.into()),
        "uint16" => (0.into(), u16::MAX.into()),
        "uint32" => (0.into(), u32::MAX.into()),
        "uint64" => (0.into(), u64::MAX.into()),
        _ => return None,
    })
}

/// Whether a pattern needs more than a regular language.
fn looks_around(pattern: &str) -> bool {
    let is_reference =
        |pair: &[u8]| pair[0] == b'\\' && (pair[1].is_ascii_digit() || pair[1] == b'k');
    ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| pattern.contains(look))
        || pattern.as_bytes().windows(2).any(is_reference)
}

/// RFC 9562, section 4.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    lengths.eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn build(schema: &Json) -> Option<Validator> {
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .offline()
        .should_validate_formats(true)
        .with_format("uuid", is_uuid)
        .should_ignore_unknown_formats(true)
        // Linear in the length of the text, whatever the pattern.
        .with_pattern_options(PatternOptions::regex())
        .build(schema)
        .ok()
}

/// The parts of a value that an error is about.
fn mismatches(error: &jsonschema::ValidationError<'_>) -> Vec<Mismatch> {
    let pointer = error.instance_path().to_string();
    let at = |message: String| Mismatch { pointer: pointer.clone(), is_key: false, message };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .take(MAX_COUNT)
            .map(|name| Mismatch {
                pointer: step(&pointer, name),
                is_key: true,
                message: format!("the schema has no property `{name}`"),
            })
            .collect(),
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![at(format!("the required property `{name}` is missing"))]
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            vec![at("it follows more than one of the schemas in `oneOf`".to_owned())]
        }
        ValidationErrorKind::OneOfNotValid { .. } => {
            vec![at("it follows none of the schemas in `oneOf`".to_owned())]
        }
        ValidationErrorKind::AnyOf { .. } => {
            vec![at("it follows none of the schemas that it may follow".to_owned())]
        }
        ValidationErrorKind::Format { format } => {
            vec![at(format!("it is not of the format `{format}`"))]
        }
        _ => vec![at(error.masked_with("it").to_string())],
    }
}

/// Why a value was not held against its schema: there are too many schemas behind it.
pub struct TooMuch;

/// How many parts of one value are told of.
const MAX_COUNT: usize = 1000;
