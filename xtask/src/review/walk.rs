//! Compares two objects of one type, key by key, by what the grammar says that a change of the key means.

use indexmap::IndexMap;

use super::change::Sides;
use super::compare::{Comparison, Subject, fingerprint, reference_key};
use super::kinds::{self, Direction};
use super::matched::Matched;
use crate::openapi::grammar::{FlagMeaning, Meaning, ObjectType, SCHEMA, ValueType};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

/// How many times a schema that only wraps another is taken apart before it counts as a circle.
const MAX_WRAPPERS: usize = 32;

/// A key of two objects.
pub(super) struct Key<'k, 'a> {
    pub(super) object_type: &'static ObjectType,
    pub(super) name: &'a str,
    /// The objects.
    pub(super) parents: &'k Sides<'a>,
    /// What stands under the key.
    pub(super) sides: Sides<'a>,
    pub(super) direction: Direction,
    pub(super) subject: &'k Subject,
}

impl Key<'_, '_> {
    /// The type that the grammar gives.
    fn value_type(&self) -> Option<&'static ValueType> {
        let field = self.object_type.fields.iter().find(|field| field.key == self.name);
        match self.name {
            "x-sensitive" => Some(&ValueType::Bool),
            _ => field.map(|field| &field.value_type),
        }
    }
}

impl<'a> Comparison<'_, 'a> {
    /// Compares two objects of a type, or references to them.
    pub(super) fn pair(
        &mut self,
        object_type: &'static ObjectType,
        base: &Located<'a>,
        head: &Located<'a>,
        direction: Direction,
        subject: &Subject,
    ) {
        if self.is_known(base.node, head.node, direction) {
            return;
        }
        let is_reference = |at: &Located<'a>| at.node.get("$ref").is_some();
        let listed = (base.node, head.node);
        let (mut base, mut head) = (base.clone(), head.clone());
        let is_inline = !is_reference(&base) && !is_reference(&head);
        let names_component = is_reference(&head);
        let mut is_wrapped = false;
        for _ in 0..MAX_WRAPPERS {
            base = self.base.resolve(object_type, base.clone()).unwrap_or(base);
            head = self.head.resolve(object_type, head.clone()).unwrap_or(head);
            let has_parts = |at: &Located<'a>| at.node.get("allOf").is_some();
            let inner = match (has_parts(&base), has_parts(&head)) {
                _ if object_type != &SCHEMA => None,
                (true, false) => wrapped(&base).map(|inner| (inner, head.clone())),
                (false, true) => wrapped(&head).map(|inner| (base.clone(), inner)),
                _ => None,
            };
            let Some(inner) = inner else { break };
            self.wrapper(&base, &head, direction, subject);
            (base, head) = inner;
            is_wrapped = true;
        }
        if is_inline && !is_wrapped {
            return self.object(object_type, &Sides::both(&base, &head), direction, subject);
        }
        let subject = match head.pointer.strip_prefix("/components/schemas/") {
            Some(name) if names_component && !name.contains('/') => {
                let name = name.replace("~1", "/").replace("~0", "~");
                Subject::new(format!("`{name}`"), &name)
            }
            _ => subject.clone(),
        };
        let index = self.refer(object_type, (base, head), direction, subject);
        let key = reference_key(listed.0, listed.1, direction);
        self.known_references.extend(key.map(|key| (key, index)));
    }

    /// Compares what stands beside `allOf` in a schema that only wraps another.
    fn wrapper(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is_base = base.node.get("allOf").is_some();
        let parents = &if is_base { Sides::base(base) } else { Sides::head(head) };
        for name in parents.keys().into_iter().filter(|name| *name != "allOf") {
            let sides = parents.below(name);
            self.key(&Key { object_type: &SCHEMA, name, parents, sides, direction, subject });
        }
    }

    pub(super) fn object(
        &mut self,
        object_type: &'static ObjectType,
        parents: &Sides<'a>,
        direction: Direction,
        subject: &Subject,
    ) {
        if !parents.are_maps() {
            return self.not_understood(object_type.name, parents);
        }
        for name in parents.keys() {
            let sides = parents.below(name);
            self.key(&Key { object_type, name, parents, sides, direction, subject });
        }
    }

    fn key(&mut self, key: &Key<'_, 'a>) {
        let meaning = key.object_type.meaning(key.name);
        let is_whole = matches!(meaning, Meaning::Words | Meaning::Exact | Meaning::Opaque);
        let has_type = |value_type| key.sides.iter().all(|at| is_of_type(at.node, value_type));
        if !is_whole && !key.value_type().is_none_or(has_type) {
            return self.not_understood(key.name, &key.sides);
        }
        match meaning {
            Meaning::Words => self.words(key.name, &key.sides),
            Meaning::Maximum => self.limit(key, true),
            Meaning::Minimum => self.limit(key, false),
            Meaning::Restriction => self.restriction(key),
            Meaning::Flag(meaning) => self.flag(key, meaning),
            Meaning::Set => self.set(key),
            Meaning::Recurse => self.recurse(key),
            Meaning::Exact => self.exact(key),
            Meaning::Own => self.own(key),
            Meaning::Opaque => self.not_understood(key.name, &key.sides),
        }
    }

    pub(super) fn not_understood(&mut self, name: &str, sides: &Sides<'a>) {
        if self.verb(sides).is_some() {
            let message = format!("`{name}` changed, which the comparison does not understand");
            self.note_values(&kinds::NOT_UNDERSTOOD, name, message, sides);
        }
    }

    /// What only people read.
    pub(super) fn words(&mut self, name: &str, sides: &Sides<'a>) {
        if let Some(verb) = self.verb(sides) {
            let message = format!("`{name}` {verb}");
            self.note_values(&kinds::DOCUMENTATION_CHANGED, name, message, sides);
        }
    }

    /// A value that both must share.
    pub(super) fn exact(&mut self, key: &Key<'_, 'a>) {
        if self.verb(&key.sides).is_some() {
            let message = format!("`{}` of {} changed", key.name, key.subject.title);
            let kind = &kinds::EXACT_VALUE_CHANGED;
            self.note_values(kind, &key.subject.name, message, &key.sides);
        }
    }

    fn limit(&mut self, key: &Key<'_, 'a>, is_maximum: bool) {
        // A missing limit is infinite; counts are at least 0.
        let far = match (is_maximum, key.name) {
            (true, _) => f64::INFINITY,
            (false, "minimum") => f64::NEG_INFINITY,
            (false, _) => 0.0,
        };
        let limit = |at: &Option<Located<'a>>| match at.as_ref().map(|at| &at.node.value) {
            Some(Value::Number(number)) => (number.as_f64().unwrap_or(far), number.as_i128()),
            _ => (far, None),
        };
        let (was, is) = (limit(&key.sides.base), limit(&key.sides.head));
        // As `f64`, different integers beyond 2^53 may be equal.
        let order = match (was.1, is.1) {
            (Some(was), Some(is)) => is.cmp(&was),
            _ => is.0.total_cmp(&was.0),
        };
        let is_looser = match order {
            std::cmp::Ordering::Equal => return,
            std::cmp::Ordering::Greater => is_maximum,
            std::cmp::Ordering::Less => !is_maximum,
        };
        let (kind, what) = match is_looser {
            true => (&kinds::LIMIT_LOOSENED, "more"),
            false => (&kinds::LIMIT_TIGHTENED, "fewer"),
        };
        let message = format!("`{}` of {} allows {what} values", key.name, key.subject.title);
        self.note_key(key, kind, message);
    }

    /// Fewer values are allowed with it than without it.
    pub(super) fn restriction(&mut self, key: &Key<'_, 'a>) {
        let Some(verb) = self.verb(&key.sides) else { return };
        let kind = match (&key.sides.base, &key.sides.head) {
            (None, _) => &kinds::RESTRICTION_ADDED,
            (_, None) => &kinds::RESTRICTION_REMOVED,
            _ => &kinds::RESTRICTION_CHANGED,
        };
        self.note_key(key, kind, format!("`{}` of {} {verb}", key.name, key.subject.title));
    }

    fn flag(&mut self, key: &Key<'_, 'a>, meaning: FlagMeaning) {
        let (was, is) = flags(&key.sides);
        if was == is {
            return;
        }
        let (title, direction) = (&key.subject.title, key.direction);
        let (kind, message) = match (meaning, is) {
            (FlagMeaning::NoEffect, _) => return self.words(key.name, &key.sides),
            (FlagMeaning::MustAgree, _) => return self.exact(key),
            (FlagMeaning::AllowsFewer, true) => {
                (&kinds::RESTRICTION_ADDED, format!("`{}` of {title} was set", key.name))
            }
            (FlagMeaning::AllowsFewer, false) => {
                (&kinds::RESTRICTION_REMOVED, format!("`{}` of {title} was removed", key.name))
            }
            (FlagMeaning::AllowsNull, true) => {
                (&kinds::NULL_ALLOWED, format!("{title} can now be `null`"))
            }
            (FlagMeaning::AllowsNull, false) => {
                (&kinds::NULL_FORBIDDEN, format!("{title} can no longer be `null`"))
            }
        };
        self.note(kind.of(direction), &key.subject.name, message, &key.sides);
    }

    /// The values of an enum.
    fn set(&mut self, key: &Key<'_, 'a>) {
        let (title, name) = (&key.subject.title, &key.subject.name);
        let (base, head) = match (&key.sides.base, &key.sides.head) {
            (Some(base), Some(head)) => (base, head),
            (None, _) => {
                let message = format!("{title} allows only certain values now");
                return self.note_key(key, &kinds::ENUM_ADDED, message);
            }
            (_, None) => {
                let message = format!("{title} allows any value now");
                return self.note_key(key, &kinds::ENUM_REMOVED, message);
            }
        };
        // A value that is listed twice is one value.
        let values = |at: &Located<'a>| -> IndexMap<String, Located<'a>> {
            at.items().into_iter().map(|at| (fingerprint(at.node), at)).collect()
        };
        let matched = Matched::new(values(base), values(head)).by(|(value, _)| Some(value.clone()));
        for (_, at) in &matched.added {
            let message = format!("{title} can now be `{}`", at.node.to_json());
            let kind = kinds::ENUM_VALUE_ADDED.of(key.direction);
            self.note(kind, name, message, &Sides::head(at));
        }
        for (_, at) in &matched.removed {
            let message = format!("{title} can no longer be `{}`", at.node.to_json());
            let kind = kinds::ENUM_VALUE_REMOVED.of(key.direction);
            self.note(kind, name, message, &Sides::base(at));
        }
    }

    /// What stands under the key is one object, or a map of such.
    fn recurse(&mut self, key: &Key<'_, 'a>) {
        let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) else {
            return self.not_understood(key.name, &key.sides);
        };
        match key.value_type() {
            Some(ValueType::Object(below) | ValueType::ObjectOrRef(below)) => {
                self.pair(below, base, head, key.direction, key.subject);
            }
            Some(ValueType::Map(ValueType::Object(below) | ValueType::ObjectOrRef(below))) => {
                for name in key.sides.keys() {
                    match (base.below(name), head.below(name)) {
                        (Some(base), Some(head)) => {
                            let subject = Subject::new(format!("`{name}`"), name);
                            self.pair(below, &base, &head, key.direction, &subject);
                        }
                        (base, head) => self.not_understood(name, &Sides { base, head }),
                    }
                }
            }
            _ => self.not_understood(key.name, &key.sides),
        }
    }

    pub(super) fn sensitive(&mut self, key: &Key<'_, 'a>) {
        let title = &key.subject.title;
        let (kind, message) = match flags(&key.sides) {
            (false, true) => (
                &kinds::SENSITIVE_ADDED,
                format!("{title} is now sensitive: its values no longer appear in logs"),
            ),
            (true, false) => (
                &kinds::SENSITIVE_REMOVED,
                format!("{title} is no longer sensitive: its values now appear in logs"),
            ),
            _ => return,
        };
        self.note(kind, &key.subject.name, message, &key.sides);
    }
}

/// The one part of `allOf`, of a schema that has nothing else that counts on the wire.
fn wrapped<'a>(at: &Located<'a>) -> Option<Located<'a>> {
    let is_beside = |name: &str| {
        let meaning = SCHEMA.meaning(name);
        let is_words = matches!(meaning, Meaning::Words | Meaning::Flag(FlagMeaning::NoEffect));
        is_words || name == "x-sensitive" || name == "allOf"
    };
    let parts = at.below("allOf")?.items();
    match parts.as_slice() {
        [part] if at.node.members().all(|(name, _)| is_beside(name)) => Some(part.clone()),
        _ => None,
    }
}

/// Two flags, `false` where they are not written.
pub(super) fn flags(sides: &Sides<'_>) -> (bool, bool) {
    let flag = |at: &Option<Located<'_>>| {
        at.as_ref().is_some_and(|at| matches!(at.node.value, Value::Bool(true)))
    };
    (flag(&sides.base), flag(&sides.head))
}

/// Whether a value has a type of the grammar. Looks into lists and maps, but not into objects.
pub(super) fn is_of_type(node: &Node, value_type: &ValueType) -> bool {
    match (value_type, &node.value) {
        (ValueType::Any, _)
        | (ValueType::Text | ValueType::Word(_), Value::Text(_))
        | (ValueType::Bool | ValueType::BoolOr(_), Value::Bool(_))
        | (ValueType::Number | ValueType::Count, Value::Number(_))
        | (ValueType::Object(_) | ValueType::ObjectOrRef(_), Value::Map(_)) => true,
        (ValueType::BoolOr(other), _) => is_of_type(node, other),
        (ValueType::List(of), Value::List(items)) => items.iter().all(|item| is_of_type(item, of)),
        (ValueType::Map(of), Value::Map(map)) => {
            map.values().all(|member| is_of_type(&member.node, of))
        }
        _ => false,
    }
}
