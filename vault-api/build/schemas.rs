//! Lowers the document's schemas to those that progenitor and typify do well.
//!
//! What becomes a Rust type of its own gets a component with a name that no other has. What only limits values is left
//! out: the server checks limits, and a type that does would turn an answer one character too long into an error.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_yaml::{Mapping, Value};

use super::combined::{self, Tags};
use super::document::{At, Document};
use super::{GenerateError, names, words};

/// The document's schemas, lowered.
pub struct Schemas<'a> {
    pub document: &'a Document,
    /// The components for progenitor, by their names in Rust.
    pub lowered: Mapping,
    /// What progenitor is not told of each type, by its name in Rust.
    pub types: BTreeMap<String, Described<'a>>,
    /// The names in Rust of the schemas that become types, by their places.
    names: HashMap<String, String>,
    taken: HashSet<String>,
    /// The references that lead nowhere.
    pub refused: Vec<GenerateError>,
}

/// What the generator knows of a type besides its Rust.
#[derive(Default)]
pub struct Described<'a> {
    /// Its schema.
    pub at: Option<At<'a>>,
    /// Its name in the document, if it is a component there.
    pub component: Option<&'a str>,
    /// Whether `Debug` shows its values.
    pub is_log_safe: bool,
    /// Whether it is one object, and not one of alternatives.
    pub is_whole: bool,
    /// The properties in the document's order.
    pub properties: Vec<Property<'a>>,
    /// The values of an enum of strings.
    pub values: Option<Vec<&'a str>>,
    /// How its alternatives are told apart, if their property does.
    pub tags: Option<Tags>,
}

pub struct Property<'a> {
    /// Its name on the wire.
    pub wire: &'a str,
    /// Its name in the lowered schema.
    pub key: String,
    pub is_log_safe: bool,
}

/// Sorts values into a node of YAML.
pub fn node<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Mapping(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

impl<'a> Schemas<'a> {
    /// Lowers all components.
    pub fn new(document: &'a Document) -> Self {
        let mut schemas = Self {
            document,
            lowered: Mapping::new(),
            types: BTreeMap::new(),
            names: HashMap::new(),
            taken: HashSet::new(),
            refused: Vec::new(),
        };
        let mut components = document.components("schemas");
        // A component that only refers to another is that one.
        components.retain(|(_, at)| at.node.get("$ref").is_none());
        for (component, at) in &components {
            let name = names::unique(&mut schemas.taken, names::type_name(component));
            let described = Described { component: Some(component), ..Described::default() };
            schemas.types.insert(name.clone(), described);
            schemas.names.insert(at.pointer.clone(), name);
        }
        for (_, at) in components {
            let name = schemas.names[&at.pointer].clone();
            schemas.define(name, at);
        }
        schemas
    }

    /// Lowers a schema that must become a type of its own, and returns the name of that.
    pub fn named(&mut self, at: At<'a>, wanted: &str) -> String {
        let target = self.target_or_itself(&at);
        if let Some(name) = self.names.get(&target.pointer) {
            return name.clone();
        }
        let name = names::unique(&mut self.taken, names::type_name(wanted));
        self.names.insert(target.pointer.clone(), name.clone());
        self.types.insert(name.clone(), Described::default());
        self.define(name.clone(), target);
        name
    }

    /// Reserves the name of a type that is not made of a schema.
    pub fn reserve(&mut self, wanted: &str) -> String {
        names::unique(&mut self.taken, names::type_name(wanted))
    }

    fn define(&mut self, name: String, at: At<'a>) {
        if let Some(described) = self.types.get_mut(&name) {
            described.is_log_safe = at.is_true("x-log-safe");
            described.at = Some(at.clone());
        }
        let lowered = self.content(&at, &name, &name);
        let lowered = documented(lowered, &at);
        self.lowered.insert(name.into(), lowered);
    }

    /// Lowers a schema that stands under something else. `wanted` is the name that it gets if it becomes a type.
    pub fn inline(&mut self, at: At<'a>, wanted: &str) -> Value {
        let is_nullable = self.is_nullable(&at);
        let target = self.target_or_itself(&at);
        // What others refer to can contain itself, which only a type can.
        let is_elsewhere = !format!("{}/", target.pointer).starts_with(&format!("{}/", at.pointer));
        let mut lowered = match is_elsewhere || self.needs_name(&target) {
            true => {
                let reference = reference(&self.named(at.clone(), wanted));
                if !is_nullable
                    && (at.node.get("$ref").is_some() || words::of_schema(&at).is_none())
                {
                    return reference;
                }
                node([("allOf", Value::Sequence(vec![reference]))])
            }
            false => self.content(&target, wanted, ""),
        };
        if is_nullable && let Some(members) = lowered.as_mapping_mut() {
            members.insert("nullable".into(), true.into());
        }
        documented(lowered, &at)
    }

    /// The schema itself, without references and without what wraps only one other.
    fn target(&self, at: At<'a>) -> Option<At<'a>> {
        let mut at = self.document.resolve(at)?;
        for _ in 0..32 {
            if self.names.contains_key(&at.pointer) {
                return Some(at);
            }
            match combined::only(&at) {
                Some(only) => at = self.document.resolve(only)?,
                None => return Some(at),
            }
        }
        None
    }

    /// A reference that leads nowhere is noted.
    fn target_or_itself(&mut self, at: &At<'a>) -> At<'a> {
        match self.target(at.clone()) {
            Some(target) => target,
            None => {
                self.refused.push(GenerateError::dangling(at));
                at.clone()
            }
        }
    }

    fn needs_name(&self, at: &At<'a>) -> bool {
        self.names.contains_key(&at.pointer)
            || !at.named("properties").is_empty()
            || text_values(at).is_some()
            || combined::KEYS.iter().any(|key| !combined::members(at, key).is_empty())
    }

    fn is_nullable(&self, at: &At<'a>) -> bool {
        let has_null = |at: &At<'_>| at.items("enum").iter().any(|value| value.node.is_null());
        let mut at = at.clone();
        for _ in 0..32 {
            if at.is_true("nullable") || has_null(&at) {
                return true;
            }
            let next = match at.text("$ref") {
                Some(_) => self.document.resolve(at.clone()),
                None => combined::only(&at),
            };
            match next {
                Some(next) => at = next,
                None => return false,
            }
        }
        false
    }

    /// The schema of a type, or of values without one. `of` is the type that holds it, or that it is.
    pub fn content(&mut self, at: &At<'a>, wanted: &str, of: &str) -> Value {
        if let Some(values) = combined::text_values(self.document, at) {
            if let Some(described) = self.types.get_mut(of) {
                described.values = Some(values);
            }
            return node([("type", "string".into())]);
        }
        if let Some(whole) = combined::merged(self.document, at) {
            if let Some(described) = self.types.get_mut(of) {
                described.is_whole = true;
            }
            return self.object(&whole, wanted, of, false);
        }
        if let Some(lowered) = self.alternatives(at, wanted, of) {
            return lowered;
        }
        match type_of(at) {
            Some("object") => {
                match at.get("additionalProperties").filter(|it| it.node.is_mapping()) {
                    Some(values) => {
                        let values = self.inline(values, &format!("{wanted}Value"));
                        node([("type", "object".into()), ("additionalProperties", values)])
                    }
                    None => node([("type", "object".into())]),
                }
            }
            Some("array") => {
                let items =
                    at.get("items").map(|items| self.inline(items, &format!("{wanted}Item")));
                node([("type", "array".into()), ("items", items.unwrap_or_else(|| node([])))])
            }
            Some(name) => {
                let mut lowered = Mapping::from_iter([("type".into(), name.into())]);
                let is_number = matches!(name, "integer" | "number");
                let format = at.text("format").filter(|_| is_number);
                lowered.extend(format.map(|format| ("format".into(), format.into())));
                Value::Mapping(lowered)
            }
            None => node([]),
        }
    }

    /// `oneOf`, `anyOf` and the forms of `allOf` that are not one object.
    fn alternatives(&mut self, at: &At<'a>, wanted: &str, of: &str) -> Option<Value> {
        let key = combined::KEYS.into_iter().find(|key| !combined::members(at, key).is_empty())?;
        let members = combined::members(at, key);
        let is_object = |member: &At<'a>| combined::merged(self.document, member).is_some();
        // typify makes a tagged enum of objects that stand here, and of nothing else.
        let is_here = |member: &At<'a>| member.node.get("$ref").is_none() && is_object(member);
        let in_place = key == "allOf" || members.iter().all(is_here);
        let tags = (!in_place).then(|| combined::tags(self.document, at, &members)).flatten();
        let mut lowered = Vec::new();
        if let Some(own) = combined::own(at) {
            lowered.push(self.object(&own, of, of, false));
        }
        for (index, member) in members.into_iter().enumerate() {
            let wanted = format!("{wanted}Variant{index}");
            lowered.push(match combined::merged(self.document, &member) {
                Some(whole) if in_place && member.node.get("$ref").is_none() => {
                    let lowered = self.object(&whole, of, of, key != "allOf");
                    documented(lowered, &member)
                }
                Some(_) => reference(&self.named(member, &wanted)),
                None => self.inline(member, &wanted),
            });
        }
        let key = if tags.is_some() { "oneOf" } else { key };
        if let Some(described) = self.types.get_mut(of) {
            described.tags = tags;
        }
        // What stands beside the alternatives goes with each of them.
        if key != "allOf" && combined::own(at).is_some() {
            let own = lowered.remove(0);
            return Some(node([("allOf", vec![own, node([(key, lowered.into())])].into())]));
        }
        Some(node([(key, lowered.into())]))
    }

    fn object(
        &mut self,
        whole: &combined::Whole<'a>,
        wanted: &str,
        of: &str,
        is_alternative: bool,
    ) -> Value {
        let mut properties = Mapping::new();
        let mut required = Vec::new();
        let mut fields = HashSet::new();
        for (wire, at) in &whole.properties {
            let plain = names::field(wire);
            let field = names::unique(&mut fields, plain.clone());
            let key = if field == plain { (*wire).to_owned() } else { field };
            let is_required = whole.required.contains(wire) && !self.is_one_way(at);
            let is_tag =
                is_alternative && is_required && text_values(at).is_some_and(|it| it.len() == 1);
            let schema = match is_tag {
                true => node([("type", "string".into()), ("enum", at.node["enum"].clone())]),
                false => self.inline(at.clone(), &format!("{wanted}{}", names::type_name(wire))),
            };
            if is_required {
                required.push(key.clone().into());
            }
            properties.insert(key.clone().into(), schema);
            if let Some(described) = self.types.get_mut(of) {
                let is_log_safe = at.is_true("x-log-safe");
                described.properties.push(Property { wire, key, is_log_safe });
            }
        }
        let mut lowered = Mapping::from_iter([
            ("type".into(), "object".into()),
            ("properties".into(), Value::Mapping(properties)),
            ("required".into(), Value::Sequence(required)),
        ]);
        let additional = whole.additional.clone().map(|additional| match additional.node {
            Value::Mapping(_) => self.inline(additional, &format!("{wanted}Value")),
            other => other.clone(),
        });
        lowered.extend(additional.map(|additional| ("additionalProperties".into(), additional)));
        Value::Mapping(lowered)
    }

    /// Whether a property travels in one direction only, so that a value of its schema may lack it.
    fn is_one_way(&self, at: &At<'a>) -> bool {
        let target = self.document.resolve(at.clone());
        let is_marked = |at: &At<'_>| at.is_true("readOnly") || at.is_true("writeOnly");
        is_marked(at) || target.is_some_and(|at| is_marked(&at))
    }
}

pub fn reference(name: &str) -> Value {
    node([("$ref", format!("#/components/schemas/{name}").into())])
}

/// The type that a schema names or that its keys imply.
pub fn type_of<'a>(at: &At<'a>) -> Option<&'a str> {
    let has = |key| at.node.get(key).is_some();
    let of_values = || {
        let values = at.items("enum");
        let all = |is: fn(&Value) -> bool| {
            !values.is_empty() && values.iter().all(|value| is(value.node) || value.node.is_null())
        };
        match () {
            () if all(Value::is_string) => Some("string"),
            () if all(|value| value.is_i64() || value.is_u64()) => Some("integer"),
            () if all(Value::is_number) => Some("number"),
            () if all(Value::is_bool) => Some("boolean"),
            () => None,
        }
    };
    match at.text("type") {
        Some(name) => Some(name),
        None if has("properties") || has("additionalProperties") => Some("object"),
        None if has("items") => Some("array"),
        None => of_values(),
    }
}

/// The values of an enum of strings, without `null`.
pub fn text_values<'a>(at: &At<'a>) -> Option<Vec<&'a str>> {
    let values = at.items("enum");
    let texts: Vec<_> = values.iter().filter_map(|value| value.node.as_str()).collect();
    let count = values.iter().filter(|value| !value.node.is_null()).count();
    (type_of(at) == Some("string") && count > 0 && texts.len() == count).then_some(texts)
}

/// Adds the documentation of a schema to what it was lowered to.
fn documented(mut lowered: Value, at: &At<'_>) -> Value {
    if at.node.get("$ref").is_none()
        && let Some(text) = words::of_schema(at)
        && let Some(members) = lowered.as_mapping_mut()
        && !members.contains_key("$ref")
    {
        members.insert("description".into(), text.into());
    }
    lowered
}
