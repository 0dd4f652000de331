//! Whether a value matches a schema.
//!
//! OpenAPI 3.0 extends draft 4 of JSON Schema, and the crates for that take exponential time where two alternatives lead
//! to the same schema. Here each pair of a schema and a value is looked at once.

use std::collections::{HashMap, HashSet};

use regex::Regex;
use serde_json::{Number, Value as Json};

use super::formats;
use super::grammar::SCHEMA;
use super::references::{Located, resolve};
use super::tree::{Node, Value, kind, step};

/// A part of a value that does not match its schema.
pub struct Mismatch {
    /// Where it is in the value, as a JSON pointer.
    pub pointer: String,
    /// Whether the message is about the key at the pointer, not the value under it.
    pub is_key: bool,
    pub message: String,
}

/// The budget for the comparison of values with schemas is used up.
#[derive(Debug)]
pub struct TooMuch;

/// How many pairs of a schema and a value are compared for one document. Slack's, with hundreds of examples, needs 2,500.
const MAX_WORK: usize = 100_000;
/// How deep schemas are followed. A level of a value takes one level, or a few with `allOf`.
const MAX_DEPTH: usize = 400;
/// How many mismatches of one value are reported.
const MAX_COUNT: usize = 1000;

type Key = (*const Node, *const Json);

/// A schema, and a value that is compared with it.
#[derive(Clone, Copy)]
struct Pair<'a, 'v> {
    schema: &'a Node,
    value: &'v Json,
    /// Where the value is. With it, mismatches are recorded.
    pointer: Option<&'v str>,
}

pub struct Schemas<'a> {
    root: &'a Node,
    /// The compiled patterns, by schema. None for those that the crate cannot compile.
    patterns: HashMap<*const Node, Option<Regex>>,
    /// The values of each `enum`, by schema.
    enums: HashMap<*const Node, HashSet<Json>>,
    /// The answers for the current value.
    known: HashMap<Key, bool>,
    reported: HashSet<Key>,
    found: Vec<Mismatch>,
    depth: usize,
    work_left: usize,
}

impl<'a> Schemas<'a> {
    pub fn new(root: &'a Node) -> Self {
        Self {
            root,
            patterns: HashMap::new(),
            enums: HashMap::new(),
            known: HashMap::new(),
            reported: HashSet::new(),
            found: Vec::new(),
            depth: 0,
            work_left: MAX_WORK,
        }
    }

    /// The parts of a value that do not match the schema at a place. Keywords that are themselves wrong are ignored.
    ///
    /// # Errors
    ///
    /// [`TooMuch`] if the answer would take too long.
    pub fn mismatches(
        &mut self,
        schema: &Located<'a>,
        value: &Json,
    ) -> Result<Vec<Mismatch>, TooMuch> {
        // The addresses of another value mean nothing for this one.
        self.known.clear();
        self.reported.clear();
        self.found.clear();
        self.depth = 0;
        self.matches(Pair { schema: schema.node, value, pointer: Some("") })?;
        Ok(std::mem::take(&mut self.found))
    }

    fn matches(&mut self, pair: Pair<'a, '_>) -> Result<bool, TooMuch> {
        let Pair { schema, value, pointer } = pair;
        let at = Located { node: schema, anchor: schema.span, pointer: String::new() };
        // Another finding reports a reference that leads nowhere.
        let Some(schema) = resolve(self.root, &SCHEMA, at).map(|at| at.node) else {
            return Ok(true);
        };
        if value.is_null() && schema.is_true("nullable") {
            return Ok(true);
        }
        let key: Key = (schema, value);
        let known = self.known.get(&key).copied();
        let is_done = pointer.is_none() || !self.reported.insert(key);
        if let Some(known) = known.filter(|known| *known || is_done) {
            return Ok(known);
        }
        // Until it is known: a schema that comes back to itself for the same value adds nothing.
        self.known.insert(key, true);
        self.spend(1)?;
        if self.depth == MAX_DEPTH {
            return Err(TooMuch);
        }
        self.depth += 1;
        let pair = Pair { schema, ..pair };
        let is_match =
            self.own(pair)? & self.array(pair)? & self.object(pair)? & self.combined(pair)?;
        self.depth -= 1;
        self.known.insert(key, is_match);
        Ok(is_match)
    }

    fn spend(&mut self, work: usize) -> Result<(), TooMuch> {
        self.work_left = self.work_left.checked_sub(work).ok_or(TooMuch)?;
        Ok(())
    }

    fn report(&mut self, pointer: Option<&str>, message: impl FnOnce() -> String) {
        if let Some(pointer) = pointer.filter(|_| self.found.len() < MAX_COUNT) {
            let pointer = pointer.to_owned();
            self.found.push(Mismatch { pointer, is_key: false, message: message() });
        }
    }

    /// The keywords about the value itself.
    fn own(&mut self, pair: Pair<'a, '_>) -> Result<bool, TooMuch> {
        let Pair { schema, value, pointer } = pair;
        if let Some(wanted) = schema.text_of("type")
            && !is_type(value, wanted)
        {
            let article = if wanted.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            self.report(pointer, || format!("it is {}, not {article} {wanted}", kind(value)));
            return Ok(false);
        }
        let mut message = match value {
            Json::Number(number) => number_problem(schema, number),
            Json::String(text) => self.text_problem(schema, text),
            Json::Array(items) => {
                self.spend(items.len())?;
                size_problem(schema, items.len(), "Items", "items").or_else(|| {
                    let different: HashSet<&Json> = items.iter().collect();
                    (schema.is_true("uniqueItems") && different.len() < items.len())
                        .then(|| "it has an item twice".to_owned())
                })
            }
            Json::Object(map) => size_problem(schema, map.len(), "Properties", "properties"),
            Json::Null | Json::Bool(_) => None,
        };
        if message.is_none() && !self.is_in_enum(schema, value)? {
            message = Some("it is not one of the values in `enum`".to_owned());
        }
        let is_match = message.is_none();
        if let Some(message) = message {
            self.report(pointer, || message);
        }
        Ok(is_match)
    }

    fn is_in_enum(&mut self, schema: &'a Node, value: &Json) -> Result<bool, TooMuch> {
        let values = schema.get("enum").map(Node::items).unwrap_or_default();
        if values.is_empty() {
            return Ok(true);
        }
        let known = self.enums.entry(schema);
        if known.or_insert_with(|| values.iter().map(Node::to_json).collect()).contains(value) {
            return Ok(true);
        }
        // `1` and `1.0` are one number.
        let Some(number) = value.as_f64() else {
            return Ok(false);
        };
        self.spend(values.len())?;
        Ok(values.iter().any(|other| number_of(other).and_then(Number::as_f64) == Some(number)))
    }

    fn text_problem(&mut self, schema: &'a Node, text: &str) -> Option<String> {
        if let Some(problem) = size_problem(schema, text.chars().count(), "Length", "characters") {
            return Some(problem);
        }
        if let Some(pattern) = schema.text_of("pattern") {
            let regex = self.patterns.entry(schema).or_insert_with(|| Regex::new(pattern).ok());
            if regex.as_ref().is_some_and(|regex| !regex.is_match(text)) {
                return Some(format!("it does not match `{pattern}`"));
            }
        }
        let format = schema.text_of("format")?;
        (!formats::is_of(format, text)).then(|| format!("it is not of the format `{format}`"))
    }

    fn array(&mut self, pair: Pair<'a, '_>) -> Result<bool, TooMuch> {
        let Pair { schema, value, pointer } = pair;
        let (Some(items), Json::Array(values)) = (schema.get("items"), value) else {
            return Ok(true);
        };
        let mut is_match = true;
        for (index, value) in values.iter().enumerate() {
            let below = pointer.map(|pointer| format!("{pointer}/{index}"));
            is_match &= self.matches(Pair { schema: items, value, pointer: below.as_deref() })?;
        }
        Ok(is_match)
    }

    fn object(&mut self, pair: Pair<'a, '_>) -> Result<bool, TooMuch> {
        let Pair { schema, value, pointer } = pair;
        let Json::Object(values) = value else {
            return Ok(true);
        };
        let mut is_match = true;
        let properties = schema.get("properties");
        let required = schema.get("required").map(Node::items).unwrap_or_default();
        self.spend(required.len())?;
        for name in required.iter().filter_map(Node::text) {
            // An example of a request does not have what only responses have, and the other way around.
            let is_one_sided = properties
                .and_then(|node| node.get(name))
                .is_some_and(|node| node.is_true("readOnly") || node.is_true("writeOnly"));
            if !is_one_sided && !values.contains_key(name) {
                is_match = false;
                self.report(pointer, || format!("the required property `{name}` is missing"));
            }
        }
        let others = schema.get("additionalProperties");
        for (name, value) in values {
            let below = pointer.map(|pointer| step(pointer, name));
            if let Some(property) = properties.and_then(|node| node.get(name)).or(others) {
                let is_known = !matches!(property.value, Value::Bool(false));
                is_match &= is_known;
                match below.filter(|_| self.found.len() < MAX_COUNT) {
                    Some(pointer) if !is_known => {
                        let message = format!("the schema has no property `{name}`");
                        self.found.push(Mismatch { pointer, is_key: true, message });
                    }
                    below => {
                        let pointer = below.as_deref();
                        is_match &= self.matches(Pair { schema: property, value, pointer })?;
                    }
                }
            }
        }
        Ok(is_match)
    }

    fn combined(&mut self, pair: Pair<'a, '_>) -> Result<bool, TooMuch> {
        let Pair { schema, value, pointer } = pair;
        let list = |key: &str| schema.get(key).map(Node::items).unwrap_or_default();
        let mut is_match = true;
        for member in list("allOf") {
            is_match &= self.matches(Pair { schema: member, ..pair })?;
        }
        for key in ["anyOf", "oneOf"] {
            let mut count = 0;
            for member in list(key) {
                count +=
                    usize::from(self.matches(Pair { schema: member, value, pointer: None })?);
            }
            if count == 0 && !list(key).is_empty() {
                is_match = false;
                self.report(pointer, || format!("it matches none of the schemas in `{key}`"));
            } else if count > 1 && key == "oneOf" {
                is_match = false;
                self.report(pointer, || format!("it matches {count} of the schemas in `oneOf`"));
            }
        }
        if let Some(not) = schema.get("not")
            && self.matches(Pair { schema: not, value, pointer: None })?
        {
            is_match = false;
            self.report(pointer, || "it matches the schema in `not`".to_owned());
        }
        Ok(is_match)
    }
}

fn is_type(value: &Json, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => true,
    }
}

fn number_of(node: &Node) -> Option<&Number> {
    match &node.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn number_problem(schema: &Node, number: &Number) -> Option<String> {
    let value = number.as_f64()?;
    let limit = |key: &str| schema.get(key).and_then(number_of);
    for (key, exclusive, sign, words) in [
        ("minimum", "exclusiveMinimum", 1.0, ["at least", "above"]),
        ("maximum", "exclusiveMaximum", -1.0, ["at most", "below"]),
    ] {
        let is_exclusive = schema.is_true(exclusive);
        if let Some(limit) = limit(key) {
            let distance = (value - limit.as_f64()?) * sign;
            if distance < 0.0 || is_exclusive && distance == 0.0 {
                return Some(format!("it is not {} {limit}", words[usize::from(is_exclusive)]));
            }
        }
    }
    if let Some(factor) = limit("multipleOf")
        && let Some(factor_value) = factor.as_f64().filter(|factor| *factor > 0.0)
    {
        let quotient = value / factor_value;
        // `0.3` is a multiple of `0.1`, although their quotient is not whole.
        if (quotient - quotient.round()).abs() > quotient.abs().max(1.0) * f64::EPSILON {
            return Some(format!("it is not a multiple of {factor}"));
        }
    }
    let is_integer = schema.text_of("type") == Some("integer");
    let format = schema.text_of("format").filter(|_| is_integer)?;
    (!formats::is_in_range(format, number)).then(|| format!("it is not of the format `{format}`"))
}

/// What is wrong with a count, by `minLength`, `maxItems` and the like.
fn size_problem(schema: &Node, size: usize, key: &str, units: &str) -> Option<String> {
    let limit = |prefix: &str| {
        let limit = schema.get(&format!("{prefix}{key}")).and_then(number_of)?;
        usize::try_from(limit.as_u64()?).ok()
    };
    if let Some(least) = limit("min").filter(|least| size < *least) {
        return Some(format!("it has {size} {units}, fewer than {least}"));
    }
    let most = limit("max").filter(|most| size > *most)?;
    Some(format!("it has {size} {units}, more than {most}"))
}
