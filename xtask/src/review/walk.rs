//! Compares two objects of one type, key by key, by what the grammar says that a change of the key means.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::change::{Sides, Subject};
use super::compare::{Comparison, fingerprint};
use super::kinds;
use super::matched::Matched;
use crate::openapi::grammar::{FlagMeaning, Meaning, ObjectType, SCHEMA, ValueType};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

/// How many times a schema that only wraps another is taken apart before it counts as a circle.
const MAX_WRAPPERS: usize = 32;

pub(super) struct Key<'k, 'a> {
    pub(super) object_type: &'static ObjectType,
    pub(super) name: &'a str,
    pub(super) parents: &'k Sides<'a>,
    pub(super) sides: Sides<'a>,
    pub(super) subject: &'k Subject,
}

impl Key<'_, '_> {
    /// What the key itself is called.
    pub(super) fn own_subject(&self) -> Subject {
        self.subject.part(&format!("`{}`", self.name))
    }

    fn value_type(&self) -> Option<&'static ValueType> {
        let field = self.object_type.fields.iter().find(|field| field.key == self.name);
        match self.name {
            "x-log-safe" => Some(&ValueType::Bool),
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
        subject: &Subject,
    ) {
        let (from, to) = (base.node.text_of("$ref"), head.node.text_of("$ref"));
        let references = from.zip(to).map(|(from, to)| (from, to, self.direction));
        if let Some(pair) = references.and_then(|key| self.known_references.get(&key)) {
            return self.belongs_to_scope(*pair);
        }
        let mut is_inline = from.is_none() && to.is_none();
        let mut subject = subject.clone();
        let (mut base, mut head) = (base.clone(), head.clone());
        for _ in 0..MAX_WRAPPERS {
            base = self.base.resolve(object_type, base.clone()).unwrap_or(base);
            head = self.head.resolve(object_type, head.clone()).unwrap_or(head);
            let name = head.pointer.strip_prefix("/components/schemas/");
            if let Some(name) = name.filter(|name| to.is_some() && !name.contains('/')) {
                subject = Subject::named("", &name.replace("~1", "/").replace("~0", "~"));
            }
            let has_parts = |at: &Located<'a>| at.node.get("allOf").is_some();
            let wrapper = match (has_parts(&base), has_parts(&head)) {
                _ if object_type != &SCHEMA => break,
                (true, false) => Sides::base(&base),
                (false, true) => Sides::head(&head),
                _ => break,
            };
            let Some(inner) = wrapper.iter().find_map(wrapped) else { break };
            // What stands beside `allOf`.
            for name in wrapper.keys().into_iter().filter(|name| *name != "allOf") {
                let sides = wrapper.below(name);
                self.key(&Key { object_type, name, parents: &wrapper, sides, subject: &subject });
            }
            *(if wrapper.base.is_some() { &mut base } else { &mut head }) = inner;
            is_inline = false;
        }
        if is_inline {
            return self.object(object_type, &Sides::both(&base, &head), &subject);
        }
        let pair = self.refer(object_type, (&base, &head), &subject);
        self.known_references.extend(references.map(|key| (key, pair)));
    }

    pub(super) fn object(
        &mut self,
        object_type: &'static ObjectType,
        parents: &Sides<'a>,
        subject: &Subject,
    ) {
        if !parents.are_maps() {
            return self.not_understood(object_type.name, parents);
        }
        for name in parents.keys() {
            self.key(&Key { object_type, name, parents, sides: parents.below(name), subject });
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
            Meaning::Words => self.words(&key.own_subject(), &key.sides),
            Meaning::Maximum => self.limit(key, true),
            Meaning::Minimum => self.limit(key, false),
            Meaning::Restriction => self.restriction(key, &key.sides),
            Meaning::Flag(meaning) => self.flag(key, meaning),
            Meaning::Set => self.set(key),
            Meaning::Recurse => self.recurse(key),
            Meaning::Exact => self.exact(key),
            Meaning::Own => self.own(key),
            Meaning::Opaque => self.not_understood(key.name, &key.sides),
        }
    }

    pub(super) fn not_understood(&mut self, name: &str, sides: &Sides<'a>) {
        self.note_difference(&kinds::NOT_UNDERSTOOD, &Subject::named("", name), sides);
    }

    /// What only people read.
    pub(super) fn words(&mut self, subject: &Subject, sides: &Sides<'a>) {
        self.note_difference(&kinds::DOCUMENTATION_CHANGED, subject, sides);
    }

    /// A value that both must share.
    pub(super) fn exact(&mut self, key: &Key<'_, 'a>) {
        self.note_difference(&kinds::EXACT_VALUE_CHANGED, &key.own_subject(), &key.sides);
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
        let kinds = match order {
            Ordering::Equal => return,
            _ if is_maximum == order.is_gt() => &kinds::LIMIT_LOOSENED,
            _ => &kinds::LIMIT_TIGHTENED,
        };
        self.note_values(kinds, &key.own_subject(), &key.sides);
    }

    pub(super) fn restriction(&mut self, key: &Key<'_, 'a>, sides: &Sides<'a>) {
        let kinds = match (&sides.base, &sides.head) {
            (None, _) => &kinds::RESTRICTION_ADDED,
            (_, None) => &kinds::RESTRICTION_REMOVED,
            _ => &kinds::RESTRICTION_CHANGED,
        };
        self.note_difference(kinds, &key.own_subject(), sides);
    }

    fn flag(&mut self, key: &Key<'_, 'a>, meaning: FlagMeaning) {
        let (was, is) = flags(&key.sides);
        if was == is {
            return;
        }
        let (kinds, subject) = match (meaning, is) {
            (FlagMeaning::NoEffect, _) => return self.words(&key.own_subject(), &key.sides),
            (FlagMeaning::MustAgree, _) => return self.exact(key),
            (FlagMeaning::AllowsFewer, true) => (&kinds::RESTRICTION_ADDED, &key.own_subject()),
            (FlagMeaning::AllowsFewer, false) => (&kinds::RESTRICTION_REMOVED, &key.own_subject()),
            (FlagMeaning::AllowsNull, true) => (&kinds::NULL_ALLOWED, key.subject),
            (FlagMeaning::AllowsNull, false) => (&kinds::NULL_FORBIDDEN, key.subject),
        };
        self.note(kinds, subject, &key.sides);
    }

    fn set(&mut self, key: &Key<'_, 'a>) {
        let (base, head) = match (&key.sides.base, &key.sides.head) {
            (Some(base), Some(head)) => (base, head),
            (None, _) => {
                return self.note_values(&kinds::ENUM_ADDED, &key.own_subject(), &key.sides);
            }
            (_, None) => {
                return self.note_values(&kinds::ENUM_REMOVED, &key.own_subject(), &key.sides);
            }
        };
        // A value that is listed twice is one value.
        let values = |at: &Located<'a>| -> IndexMap<String, Located<'a>> {
            at.items().into_iter().map(|at| (fingerprint(at.node), at)).collect()
        };
        let matched = Matched::new(values(base), values(head)).by(|(value, _)| Some(value.clone()));
        let kinds = (&kinds::ENUM_VALUE_REMOVED, &kinds::ENUM_VALUE_ADDED);
        self.note_unmatched(&matched, kinds, |(_, at)| {
            (key.subject.part(&format!("the value `{}`", at.node.to_json())), at)
        });
    }

    /// What stands under the key is one object, or a map of such.
    fn recurse(&mut self, key: &Key<'_, 'a>) {
        let (Some(base), Some(head)) = (&key.sides.base, &key.sides.head) else {
            return self.not_understood(key.name, &key.sides);
        };
        match key.value_type() {
            Some(ValueType::Object(below) | ValueType::ObjectOrRef(below)) => {
                self.pair(below, base, head, key.subject);
            }
            Some(ValueType::Map(ValueType::Object(below) | ValueType::ObjectOrRef(below))) => {
                for name in key.sides.keys() {
                    match (base.below(name), head.below(name)) {
                        (Some(base), Some(head)) => {
                            self.pair(below, &base, &head, &Subject::named("", name));
                        }
                        (base, head) => self.not_understood(name, &Sides { base, head }),
                    }
                }
            }
            _ => self.not_understood(key.name, &key.sides),
        }
    }

    pub(super) fn log_safe(&mut self, key: &Key<'_, 'a>) {
        let kinds = match flags(&key.sides) {
            (false, true) => &kinds::SHOWN,
            (true, false) => &kinds::HIDDEN,
            _ => return,
        };
        self.note(kinds, key.subject, &key.sides);
    }
}

/// The one part of `allOf`, of a schema that has nothing else that counts on the wire but `nullable`.
fn wrapped<'a>(at: &Located<'a>) -> Option<Located<'a>> {
    let is_beside = |name: &str| {
        let meaning = SCHEMA.meaning(name);
        let is_flag =
            matches!(meaning, Meaning::Flag(FlagMeaning::NoEffect | FlagMeaning::AllowsNull));
        is_flag || meaning == Meaning::Words || name == "x-log-safe" || name == "allOf"
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
