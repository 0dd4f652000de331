//! OpenAPI 3.0's schemas, as JSON Schema.

use std::fmt;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value as Json, json};
use serde_yaml::Value as Yaml;

use crate::document::{DocumentError, members};
use crate::refusal::{Field, Step};

/// The keys that mean the same in JSON Schema, draft 4, which OpenAPI 3.0 extends.
const SAME: [&str; 17] = [
    "type",
    "format",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "additionalProperties",
];

/// The schemas of a document's components, which others refer to.
pub(crate) struct Schemas(Json);

impl Schemas {
    pub(crate) fn new(components: Option<&Yaml>) -> Self {
        let schemas = components.and_then(|node| node.get("schemas"));
        Self(
            members(schemas)
                .map(|(name, schema)| (name, convert(schema)))
                .collect::<Map<_, _>>()
                .into(),
        )
    }

    /// The schema that a node describes. `place` says where it is, for an error.
    pub(crate) fn read(&self, node: &Yaml, place: &str) -> Result<Schema, DocumentError> {
        // Beside the components, so that references into the document lead to them.
        let whole = json!({ "allOf": [convert(node)], "components": { "schemas": self.0 } });
        let mut options = jsonschema::options().with_draft(Draft::Draft4).offline();
        options = options.should_ignore_unknown_formats(true);
        match options.build(&whole) {
            Ok(validator) => Ok(Schema(validator)),
            Err(error) => {
                Err(DocumentError::Schema { place: place.to_owned(), cause: error.to_string() })
            }
        }
    }
}

fn convert(schema: &Yaml) -> Json {
    if let Some(reference) = schema.get("$ref").and_then(Yaml::as_str) {
        return json!({ "$ref": reference });
    }
    let mut converted = Map::new();
    for (key, node) in members(Some(schema)) {
        let value = match (key.as_str(), node) {
            ("items" | "not", _) | ("additionalProperties", Yaml::Mapping(_)) => convert(node),
            ("allOf" | "anyOf" | "oneOf", Yaml::Sequence(items)) => {
                items.iter().map(convert).collect()
            }
            ("properties", _) => {
                members(Some(node)).map(|(name, node)| (name, convert(node))).collect()
            }
            ("required", Yaml::Sequence(names)) => required(schema, names),
            (key, _) if SAME.contains(&key) => to_json(node),
            _ => continue,
        };
        converted.insert(key, value);
    }
    if converted.get("required").and_then(Json::as_array).is_some_and(Vec::is_empty) {
        converted.remove("required");
    }
    match schema.get("nullable").and_then(Yaml::as_bool) {
        Some(true) => or_null(converted),
        _ => Json::Object(converted),
    }
}

fn or_null(mut schema: Map<String, Json>) -> Json {
    let is_combined =
        ["allOf", "anyOf", "oneOf", "not"].iter().any(|key| schema.contains_key(*key));
    match schema.get_mut("type") {
        // So that what is wrong with a value keeps its own sentence.
        Some(kind) if !is_combined => {
            *kind = json!([kind, "null"]);
            if let Some(Json::Array(values)) = schema.get_mut("enum") {
                values.push(Json::Null);
            }
            Json::Object(schema)
        }
        _ => json!({ "anyOf": [{ "enum": [null] }, schema] }),
    }
}

/// A property that only the server sends is not required of a request.
fn required(schema: &Yaml, names: &[Yaml]) -> Json {
    let is_read_only = |name: &str| {
        let property = schema.get("properties").and_then(|properties| properties.get(name));
        property.and_then(|node| node.get("readOnly")).and_then(Yaml::as_bool) == Some(true)
    };
    let names = names.iter().filter_map(Yaml::as_str).filter(|name| !is_read_only(name));
    names.map(Json::from).collect()
}

/// A value of the document as JSON. YAML has more; what JSON cannot say is null.
pub(crate) fn to_json(node: &Yaml) -> Json {
    serde_json::to_value(node).unwrap_or_default()
}

/// What a value of a request must follow.
pub(crate) struct Schema(Validator);

/// The first part of a value that does not follow its schema.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// The part. Nothing leads to the whole.
    pub(crate) field: Field,
    /// What is wrong with it, in words that show no value.
    pub(crate) message: String,
}

impl Schema {
    pub(crate) fn check(&self, value: &Json) -> Result<(), Mismatch> {
        match self.0.iter_errors(value).next() {
            None => Ok(()),
            Some(error) => Err(mismatch(value, &error)),
        }
    }
}

fn mismatch(value: &Json, error: &jsonschema::ValidationError<'_>) -> Mismatch {
    let mut steps = steps(value, error.instance_path().as_str());
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            steps.extend(property.as_str().map(|name| Step::Name(name.to_owned())));
            "the required field is missing".to_owned()
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            steps.extend(unexpected.first().map(|name| Step::Name(name.clone())));
            "the schema does not allow this field".to_owned()
        }
        ValidationErrorKind::AnyOf { .. } | ValidationErrorKind::OneOfNotValid { .. } => {
            "the value follows none of the schemas that it may follow".to_owned()
        }
        _ => error.masked_with("the value").to_string(),
    };
    Mismatch { field: Field(steps), message }
}

/// What a JSON pointer leads by. Where the value has a list, a number is an index; elsewhere it is a name.
fn steps(value: &Json, pointer: &str) -> Vec<Step> {
    let mut node = Some(value);
    let steps = pointer.split('/').skip(1).map(|step| {
        let name = step.replace("~1", "/").replace("~0", "~");
        let (step, below) = match (node, name.parse()) {
            (Some(Json::Array(items)), Ok(index)) => (Step::Item(index), items.get(index)),
            (node, _) => {
                let below = node.and_then(|node| node.get(&name));
                (Step::Name(name), below)
            }
        };
        node = below;
        step
    });
    steps.collect()
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schema")
    }
}
