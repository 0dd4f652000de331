//! Compares the keys of a schema that need more than a line in the grammar.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::change::{Sides, Subject, entries, items};
use super::compare::{Comparison, fingerprint};
use super::kinds::{self, Direction};
use super::matched::Matched;
use super::walk::Key;
use crate::openapi::grammar::{DISCRIMINATOR, KNOWN_ERROR, SCHEMA};
use crate::openapi::references::{Located, Target, component};
use crate::openapi::schema::summary;
use crate::openapi::tree::{Node, Value};

impl<'a> Comparison<'_, 'a> {
    pub(super) fn type_of(&mut self, key: &Key<'_, 'a>) {
        let text = |at: &Option<Located<'a>>| at.as_ref().and_then(|at| at.node.text());
        let kinds = match (text(&key.sides.base), text(&key.sides.head)) {
            (Some("integer"), Some("number")) | (Some(_), None) => &kinds::TYPE_WIDENED,
            (Some("number"), Some("integer")) | (None, Some(_)) => &kinds::TYPE_NARROWED,
            _ => &kinds::TYPE_CHANGED,
        };
        self.note_difference(kinds, &key.own_subject(), &key.sides);
    }

    /// `int64` allows what an integer without a format allows.
    pub(super) fn format(&mut self, key: &Key<'_, 'a>) {
        let restricts = |parent: &Option<Located<'a>>, at: &Option<Located<'a>>| {
            let of = parent.as_ref().and_then(|at| at.node.text_of("type"));
            at.clone().filter(|at| of != Some("integer") || at.node.text() != Some("int64"))
        };
        let base = restricts(&key.parents.base, &key.sides.base);
        let head = restricts(&key.parents.head, &key.sides.head);
        self.restriction(key, &Sides { base, head });
    }

    /// `items`; without it, or with `{}`, any item is allowed.
    pub(super) fn items_of(&mut self, key: &Key<'_, 'a>) {
        let restricts = |at: &Option<Located<'a>>| at.clone().filter(|at| !is_empty(at.node));
        match (restricts(&key.sides.base), restricts(&key.sides.head)) {
            (Some(base), Some(head)) => {
                self.pair(&SCHEMA, &base, &head, &key.subject.part("an item"));
            }
            (base, head) => self.restriction(key, &Sides { base, head }),
        }
    }

    pub(super) fn properties(&mut self, key: &Key<'_, 'a>) {
        for name in key.sides.keys() {
            let sides = key.sides.below(name);
            let property = key.subject.property(name);
            match (&sides.base, &sides.head) {
                (Some(base), Some(head)) => self.pair(&SCHEMA, base, head, &property),
                (Some(_), None) => self.note(&kinds::PROPERTY_REMOVED, &property, &sides),
                (None, _) => self.new_property(key, name, &sides, &property),
            }
        }
    }

    fn new_property(
        &mut self,
        key: &Key<'_, 'a>,
        name: &str,
        sides: &Sides<'a>,
        property: &Subject,
    ) {
        let requires =
            |at: &Option<Located<'a>>| at.as_ref().is_some_and(|at| requires(at.node, name));
        let (was_required, is_required) =
            (requires(&key.parents.base), requires(&key.parents.head));
        let further = key.parents.base.as_ref().and_then(|at| at.below("additionalProperties"));
        let is_closed =
            further.as_ref().is_some_and(|at| matches!(at.node.value, Value::Bool(false)));
        if was_required && !is_required {
            self.note(&kinds::PROPERTY_BECAME_OPTIONAL, property, sides);
        }
        let kinds = match (is_required && !was_required, is_closed) {
            (true, true) if self.direction == Direction::Response => {
                &kinds::PROPERTY_ADDED_TO_CLOSED
            }
            (true, _) => &kinds::PROPERTY_ADDED_REQUIRED,
            (false, true) => &kinds::PROPERTY_ADDED_TO_CLOSED,
            (false, false) => &kinds::PROPERTY_ADDED,
        };
        self.note(kinds, property, sides);
        // Before, `additionalProperties` allowed it.
        let further = further.filter(|at| !is_empty(at.node) && at.node.map().is_some());
        if let (Some(further), Some(head)) = (further, &sides.head) {
            self.pair(&SCHEMA, &further, head, property);
        }
    }

    /// Compares `required`. `properties` notes the names of properties that are new or gone.
    pub(super) fn requirements(&mut self, key: &Key<'_, 'a>) {
        // A name that is listed twice is one name.
        let names = |at: &Option<Located<'a>>| -> IndexMap<&'a str, Located<'a>> {
            items(at).into_iter().filter_map(|at| Some((at.node.text()?, at))).collect()
        };
        let has = |parent: &Option<Located<'a>>, name: &str| {
            let properties = parent.as_ref().and_then(|at| at.node.get("properties"));
            properties.is_some_and(|node| node.get(name).is_some())
        };
        let is_in_one = |name: &str| has(&key.parents.base, name) != has(&key.parents.head, name);
        let (was, is) = (names(&key.sides.base), names(&key.sides.head));
        for (name, at) in is.iter().filter(|(name, _)| !was.contains_key(*name) && !is_in_one(name))
        {
            let sides = Sides { base: key.parents.base.clone(), head: Some(at.clone()) };
            self.note(&kinds::PROPERTY_BECAME_REQUIRED, &key.subject.property(name), &sides);
        }
        for (name, at) in was.iter().filter(|(name, _)| !is.contains_key(*name) && !is_in_one(name))
        {
            let sides = Sides { base: Some(at.clone()), head: key.parents.head.clone() };
            self.note(&kinds::PROPERTY_BECAME_OPTIONAL, &key.subject.property(name), &sides);
        }
    }

    /// `additionalProperties`: nothing, `true` and `{}` allow anything.
    pub(super) fn additional(&mut self, key: &Key<'_, 'a>) {
        enum Further {
            Any,
            Nothing,
            Some,
        }
        let further = |at: &Option<Located<'a>>| match at.as_ref().map(|at| &at.node.value) {
            None | Some(Value::Bool(true)) => Further::Any,
            Some(Value::Bool(false)) => Further::Nothing,
            Some(Value::Map(map)) if map.is_empty() => Further::Any,
            Some(_) => Further::Some,
        };
        let kinds = match (further(&key.sides.base), further(&key.sides.head)) {
            (Further::Any, Further::Any) | (Further::Nothing, Further::Nothing) => return,
            (Further::Some, Further::Some) => {
                if let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) {
                    self.pair(&SCHEMA, base, head, &key.subject.part("a further value"));
                }
                return;
            }
            (Further::Nothing, _) | (_, Further::Any) => &kinds::ADDITIONAL_PROPERTIES_ALLOWED,
            _ => &kinds::ADDITIONAL_PROPERTIES_FORBIDDEN,
        };
        self.note_values(kinds, &key.own_subject(), &key.sides);
    }

    /// What errors are recognized by. The constants and methods of each are compared in Rust.
    pub(super) fn known_errors(&mut self, key: &Key<'_, 'a>) {
        for name in key.sides.keys() {
            let sides = key.sides.below(name);
            let subject = Subject::named("the known error ", name);
            match sides.iter().count() {
                2 => self.object(&KNOWN_ERROR, &sides, &subject),
                _ => self.words(&subject, &sides),
            }
        }
    }

    /// Compares alternatives or parts: equal ones are pairs, the others are compared in order.
    pub(super) fn combination(&mut self, key: &Key<'_, 'a>) {
        let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) else {
            return self.restriction(key, &key.sides);
        };
        let entries = |at: &Located<'a>| at.items().into_iter().enumerate();
        let matched = Matched::new(entries(base), entries(head))
            .by(|(_, at)| Some(fingerprint(at.node)))
            .by(|_| Some(()));
        let list = key.own_subject();
        for ((index, base), (_, head)) in &matched.pairs {
            let subject = key.subject.part(&item_name(key.name, *index, head));
            self.pair(&SCHEMA, base, head, &subject);
        }
        if key.name == "allOf" {
            self.properties_of_parts(key, &matched.removed);
        }
        let kinds = match key.name {
            "allOf" => (&kinds::PART_REMOVED, &kinds::PART_ADDED),
            _ => (&kinds::ALTERNATIVE_REMOVED, &kinds::ALTERNATIVE_ADDED),
        };
        self.note_unmatched(&matched, kinds, |(index, at)| {
            (list.part(&item_name(key.name, *index, at)), at)
        });
    }

    fn properties_of_parts(&mut self, key: &Key<'_, 'a>, removed: &[(usize, Located<'a>)]) {
        let left = key.parents.head.as_ref().map(|head| summary(self.head, head).properties);
        for (name, property) in removed.iter().flat_map(|(_, at)| summary(self.base, at).properties)
        {
            if left.as_ref().is_some_and(|left| !left.contains_key(name)) {
                let (subject, sides) = (key.subject.property(name), Sides::base(&property.schema));
                self.note(&kinds::PROPERTY_REMOVED, &subject, &sides);
            }
        }
    }

    /// Which schema each value of the discriminator stands for, by `mapping` or by the names of the alternatives.
    pub(super) fn discriminator(&mut self, key: &Key<'_, 'a>) {
        if key.sides.iter().count() < 2 {
            let kinds = &kinds::DISCRIMINATOR_CHANGED;
            return self.note_values(kinds, &key.own_subject(), &key.sides);
        }
        self.object(&DISCRIMINATOR, &key.sides, key.subject);
        let values =
            |parent: &Option<Located<'a>>| parent.as_ref().map(mapping).unwrap_or_default();
        let matched = Matched::new(values(&key.parents.base), values(&key.parents.head))
            .by(|(value, _)| Some(value.clone()));
        for ((value, base), (_, head)) in &matched.pairs {
            match (schema(self.base.root, base), schema(self.head.root, head)) {
                (Some(base), Some(head)) => {
                    let name = head.pointer.rsplit('/').next().unwrap_or_default();
                    let subject = Subject::named("", name);
                    self.refer(&SCHEMA, (&base, &head), &subject);
                }
                _ => self.not_understood(value, &Sides::both(base, head)),
            }
        }
        let discriminator = key.subject.part("the discriminator");
        let kinds = (&kinds::ALTERNATIVE_REMOVED, &kinds::ALTERNATIVE_ADDED);
        self.note_unmatched(&matched, kinds, |(value, at)| {
            let title = format!("the value `{value}` of {}", discriminator.title);
            (Subject::new(title, value), at)
        });
    }
}

/// The values of a discriminator, each with the reference to its schema or the schema's name.
fn mapping<'a>(parent: &Located<'a>) -> Vec<(String, Located<'a>)> {
    let mapping = parent.below("discriminator").and_then(|at| at.below("mapping"));
    let mapped = entries(&mapping).into_iter();
    let mut values: Vec<(String, Located<'a>)> =
        mapped.map(|(value, at)| (value.to_owned(), at)).collect();
    let targets: HashSet<&str> =
        values.iter().filter_map(|(_, at)| Some(component_name(at.node.text()?))).collect();
    for alternatives in ["oneOf", "anyOf"].map(|key| items(&parent.below(key))) {
        for at in alternatives.iter().filter_map(|at| at.below("$ref")) {
            let name = at.node.text().map(component_name).unwrap_or_default();
            if !targets.contains(name) {
                values.push((name.to_owned(), at));
            }
        }
    }
    values
}

/// The name of the schema that a reference, or a text of `mapping`, means.
fn component_name(text: &str) -> &str {
    match Target::of(text) {
        Target::Component { name, .. } => name,
        _ => text,
    }
}

fn schema<'a>(root: &'a Node, at: &Located<'a>) -> Option<Located<'a>> {
    let reference = format!("#/components/schemas/{}", component_name(at.node.text()?));
    component(root, &SCHEMA, &reference)
}

/// One of several schemas: by the name of its component, by its title, or by its place, counted from 1.
fn item_name(key: &str, index: usize, at: &Located<'_>) -> String {
    let what = if key == "allOf" { "part" } else { "alternative" };
    let name = at.node.text_of("$ref").map(component_name).or_else(|| at.node.text_of("title"));
    match name {
        Some(name) => format!("the {what} `{name}`"),
        None => format!("the {what} {}", index + 1),
    }
}

fn is_empty(node: &Node) -> bool {
    node.map().is_some_and(|map| map.is_empty())
}

fn requires(schema: &Node, name: &str) -> bool {
    let required = schema.get("required").map(Node::items).unwrap_or_default();
    required.iter().any(|item| item.text() == Some(name))
}
