//! The Rust types say what the document says.

use serde_json::{Map, Value};

/// Keys that do not constrain a value, or that the generator leaves out of the types on purpose.
const DROPPED: [&str; 27] = [
    "$schema",
    "$defs",
    "title",
    "description",
    "example",
    "format",
    "pattern",
    "nullable",
    "externalDocs",
    "deprecated",
    "default",
    "enum",
    "readOnly",
    "writeOnly",
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
    "discriminator",
];

/// A schema without what the two sides say differently: an optional field is an `Option`, so its derived
/// schema allows `null` whether the document says `nullable` or not.
fn normalised(schema: &Value) -> Value {
    match schema {
        Value::Object(schema) => Value::Object(normalised_object(schema)),
        Value::Array(items) => items.iter().map(normalised).collect(),
        other => other.clone(),
    }
}

/// The only schema beside `null`: that of an optional field whose type has a name.
fn only(schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let is_null = |schema: &&Value| schema["type"] == "null";
    match schema.get("anyOf")?.as_array()?.iter().filter(|it| !is_null(it)).collect::<Vec<_>>()[..]
    {
        [Value::Object(one)] => Some(one),
        _ => None,
    }
}

fn normalised_object(schema: &Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in only(schema).unwrap_or(schema) {
        let value = match (key.as_str(), value) {
            (key, _) if DROPPED.contains(&key) || key.starts_with("x-") => continue,
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, schema)| (name.clone(), normalised(schema))).collect()
            }
            ("type", Value::Array(types)) => {
                let types: Vec<_> = types.iter().filter(|name| *name != "null").collect();
                match types.as_slice() {
                    [one] => (*one).clone(),
                    several => several.iter().map(|name| (*name).clone()).collect(),
                }
            }
            ("required", Value::Array(names)) => {
                let mut names = names.clone();
                names.sort_by_key(Value::to_string);
                Value::Array(names)
            }
            ("$ref", Value::String(target)) => target.rsplit('/').next().unwrap_or_default().into(),
            (_, value) => normalised(value),
        };
        out.insert(key.clone(), value);
    }
    out
}

#[test]
fn derived_schema_of_each_type_is_the_components() {
    let document: Value = serde_yaml::from_str(crate::spec::TEXT).expect("the document is YAML");
    let written = document["components"]["schemas"].as_object().expect("it has components");
    let derived = vault_api::component_schemas();
    assert_eq!(derived.len(), written.len());
    assert!(!derived.is_empty());
    for (name, schema) in derived {
        assert_eq!(normalised(schema.as_value()), normalised(&written[name]), "{name}");
    }
}

#[test]
fn difference_in_a_schema_is_seen() {
    let document: Value = serde_yaml::from_str(crate::spec::TEXT).expect("the document is YAML");
    let written = &document["components"]["schemas"]["ResendCodeRequest"];
    let mut other = written.clone();
    other["properties"]["phone"]["type"] = "integer".into();
    assert_ne!(normalised(written), normalised(&other));
    let mut other = written.clone();
    other["required"] = Value::Array(Vec::new());
    assert_ne!(normalised(written), normalised(&other));
}
