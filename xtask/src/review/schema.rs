//! Compares the keys of a schema that need more than a line in the grammar.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::change::{Sides, entries, items};
use super::compare::{Comparison, Subject, fingerprint};
use super::kinds::{self, Direction};
use super::matched::Matched;
use super::walk::Key;
use crate::openapi::grammar::{DISCRIMINATOR, SCHEMA};
use crate::openapi::references::{Located, Target, component};
use crate::openapi::tree::{Node, Value};

impl<'a> Comparison<'_, 'a> {
    pub(super) fn type_of(&mut self, key: &Key<'_, 'a>) {
        let text = |at: &Option<Located<'a>>| at.as_ref().and_then(|at| at.node.text());
        let kind = match (text(&key.sides.base), text(&key.sides.head)) {
            (Some(was), Some(is)) if was == is => return,
            (Some("integer"), Some("number")) => &kinds::TYPE_WIDENED,
            (Some("number"), Some("integer")) => &kinds::TYPE_NARROWED,
            (Some(_), None) => &kinds::TYPE_WIDENED,
            (None, Some(_)) => &kinds::TYPE_NARROWED,
            _ => &kinds::TYPE_CHANGED,
        };
        let message = format!("`type` of {} changed", key.subject.title);
        self.note_key(key, kind, message);
    }

    /// `int64` allows what an integer without a format allows.
    pub(super) fn format(&mut self, key: &Key<'_, 'a>) {
        let restricts = |parent: &Option<Located<'a>>, at: &Option<Located<'a>>| {
            let is_integer =
                parent.as_ref().and_then(|at| at.node.text_of("type")) == Some("integer");
            let at = at.clone()?;
            (!is_integer || at.node.text() != Some("int64")).then_some(at)
        };
        let (base, head) = (
            restricts(&key.parents.base, &key.sides.base),
            restricts(&key.parents.head, &key.sides.head),
        );
        if base.is_some() || head.is_some() {
            self.restriction(&Key { sides: Sides { base, head }, ..*key });
        }
    }

    /// `items`; without it, or with `{}`, any item is allowed.
    pub(super) fn items_of(&mut self, key: &Key<'_, 'a>) {
        let restricts = |at: &Option<Located<'a>>| at.clone().filter(|at| !is_empty(at.node));
        match (restricts(&key.sides.base), restricts(&key.sides.head)) {
            (Some(base), Some(head)) => {
                self.pair(&SCHEMA, &base, &head, key.direction, &key.subject.part("an item"));
            }
            (None, None) => {}
            (base, head) => self.restriction(&Key { sides: Sides { base, head }, ..*key }),
        }
    }

    pub(super) fn properties(&mut self, key: &Key<'_, 'a>) {
        for name in key.sides.keys() {
            let node = |at: &Option<Located<'a>>| at.as_ref().and_then(|at| at.node.get(name));
            if let (Some(base), Some(head)) = (node(&key.sides.base), node(&key.sides.head))
                && self.is_known(base, head, key.direction)
            {
                continue;
            }
            let sides = key.sides.below(name);
            let property = key.subject.property(name);
            match (&sides.base, &sides.head) {
                (Some(base), Some(head)) => {
                    self.pair(&SCHEMA, base, head, key.direction, &property);
                }
                (Some(_), None) => {
                    let message = format!("{} is gone", property.title);
                    let kind = kinds::PROPERTY_REMOVED.of(key.direction);
                    self.note(kind, name, message, &sides);
                }
                (None, Some(head)) => self.new_property(key, head, name, &property),
                (None, None) => {}
            }
        }
    }

    fn new_property(
        &mut self,
        key: &Key<'_, 'a>,
        head: &Located<'a>,
        name: &str,
        property: &Subject,
    ) {
        let is_required = key.parents.head.as_ref().is_some_and(|at| requires(at.node, name));
        let further = key.parents.base.as_ref().and_then(|at| at.below("additionalProperties"));
        let is_closed =
            further.as_ref().is_some_and(|at| matches!(at.node.value, Value::Bool(false)));
        let (kind, what) = match (is_required, key.direction) {
            (_, Direction::Response) if is_closed => (
                &kinds::PROPERTY_ADDED_TO_CLOSED,
                "is new, and `additionalProperties: false` allowed no other",
            ),
            (true, _) => (&kinds::PROPERTY_ADDED_REQUIRED, "is new and required"),
            (false, _) if is_closed => (&kinds::PROPERTY_ADDED_TO_CLOSED, "is new"),
            (false, _) => (&kinds::PROPERTY_ADDED, "is new"),
        };
        let message = format!("{} {what}", property.title);
        self.note(kind.of(key.direction), name, message, &Sides::head(head));
        // Before, `additionalProperties` allowed it.
        if let Some(further) = further.filter(|at| !is_empty(at.node) && at.node.map().is_some()) {
            self.pair(&SCHEMA, &further, head, key.direction, property);
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
        let matched = Matched::new(names(&key.sides.base), names(&key.sides.head))
            .by(|(name, _)| Some(*name));
        for (name, at) in matched.added.iter().filter(|(name, _)| !is_in_one(name)) {
            let message = format!("{} is now required", key.subject.property(name).title);
            let sides = Sides { base: key.parents.base.clone(), head: Some(at.clone()) };
            let kind = kinds::PROPERTY_BECAME_REQUIRED.of(key.direction);
            self.note(kind, name, message, &sides);
        }
        for (name, at) in matched.removed.iter().filter(|(name, _)| !is_in_one(name)) {
            let message = format!("{} can now be missing", key.subject.property(name).title);
            let sides = Sides { base: Some(at.clone()), head: key.parents.head.clone() };
            let kind = kinds::PROPERTY_BECAME_OPTIONAL.of(key.direction);
            self.note(kind, name, message, &sides);
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
        let kind = match (further(&key.sides.base), further(&key.sides.head)) {
            (Further::Any, Further::Any) | (Further::Nothing, Further::Nothing) => return,
            (Further::Some, Further::Some) => {
                if let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) {
                    let subject = key.subject.part("a further value");
                    self.pair(&SCHEMA, base, head, key.direction, &subject);
                }
                return;
            }
            (Further::Nothing, _) | (_, Further::Any) => &kinds::ADDITIONAL_PROPERTIES_ALLOWED,
            _ => &kinds::ADDITIONAL_PROPERTIES_FORBIDDEN,
        };
        let message = format!("`additionalProperties` of {} changed", key.subject.title);
        self.note_key(key, kind, message);
    }

    /// Compares alternatives or parts: equal ones are pairs, the others are compared in order.
    pub(super) fn combination(&mut self, key: &Key<'_, 'a>) {
        let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) else {
            return self.restriction(key);
        };
        let entries = |at: &Located<'a>| at.items().into_iter().enumerate();
        let matched = Matched::new(entries(base), entries(head))
            .by(|(_, at)| Some(fingerprint(at.node)))
            .by(|_| Some(()));
        for ((index, base), (_, head)) in matched.pairs {
            let subject = key.subject.part(&item_name(key.name, index, &head));
            self.pair(&SCHEMA, &base, &head, key.direction, &subject);
        }
        let (adding, removing) = match key.name {
            "allOf" => (&kinds::PART_ADDED, &kinds::PART_REMOVED),
            _ => (&kinds::ALTERNATIVE_ADDED, &kinds::ALTERNATIVE_REMOVED),
        };
        let (title, name) = (&key.subject.title, &key.subject.name);
        for (index, at) in &matched.removed {
            let what = item_name(key.name, *index, at);
            let message = format!("{what} in `{}` of {title} is gone", key.name);
            self.note(removing.of(key.direction), name, message, &Sides::base(at));
        }
        for (index, at) in &matched.added {
            let what = item_name(key.name, *index, at);
            let message = format!("{what} in `{}` of {title} is new", key.name);
            self.note(adding.of(key.direction), name, message, &Sides::head(at));
        }
    }

    /// Which schema each value of the discriminator stands for, by `mapping` or by the names of the alternatives.
    pub(super) fn discriminator(&mut self, key: &Key<'_, 'a>) {
        let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) else {
            let message = format!("`discriminator` of {} was added or removed", key.subject.title);
            return self.note_key(key, &kinds::DISCRIMINATOR_CHANGED, message);
        };
        self.object(&DISCRIMINATOR, &Sides::both(base, head), key.direction, key.subject);
        let values =
            |parent: &Option<Located<'a>>| parent.as_ref().map(mapping).unwrap_or_default();
        let matched = Matched::new(values(&key.parents.base), values(&key.parents.head))
            .by(|(value, _)| Some(value.clone()));
        let title = &key.subject.title;
        for ((value, at), (_, twin)) in &matched.pairs {
            match (schema(self.base.root, at), schema(self.head.root, twin)) {
                (Some(base), Some(head)) => {
                    let name = head.pointer.rsplit('/').next().unwrap_or_default();
                    let subject = Subject::new(format!("`{name}`"), name);
                    self.refer(&SCHEMA, (base, head), key.direction, subject);
                }
                _ => self.not_understood(value, &Sides::both(at, twin)),
            }
        }
        for (value, at) in &matched.removed {
            let message = format!("the value `{value}` of the discriminator of {title} is gone");
            let kind = kinds::ALTERNATIVE_REMOVED.of(key.direction);
            self.note(kind, value, message, &Sides::base(at));
        }
        for (value, at) in &matched.added {
            let message = format!("the value `{value}` of the discriminator of {title} is new");
            let kind = kinds::ALTERNATIVE_ADDED.of(key.direction);
            self.note(kind, value, message, &Sides::head(at));
        }
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
