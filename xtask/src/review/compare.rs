//! Compares two documents by what they allow on the wire.
//!
//! It walks both documents by the table in `openapi::grammar`, which says what a change of each key means. A key that
//! the table does not know is *not understood*, which is breaking, so that no change is missed.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;

use super::change::{Change, Sides, Subject, short};
use super::kinds::{Direction, Kinds};
use super::matched::Matched;
use crate::openapi::Document;
use crate::openapi::grammar::ObjectType;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

/// What changes belong to: the document, an operation, or a pair of objects that others refer to.
#[derive(Default)]
struct Scope<'a> {
    operation: Option<String>,
    /// What is still to be compared.
    pair: Option<Pair<'a>>,
    /// The pairs that it refers to.
    refers_to: BTreeSet<usize>,
}

pub(super) type References<'a> = (&'a str, &'a str, Direction);

/// Two objects, compared once in each direction however many references lead to them.
struct Pair<'a> {
    object_type: &'static ObjectType,
    sides: Sides<'a>,
    direction: Direction,
    subject: Subject,
}

pub(super) struct Comparison<'d, 'a> {
    pub(super) base: &'d Document<'a>,
    pub(super) head: &'d Document<'a>,
    /// Which way the values go that are compared now.
    pub(super) direction: Direction,
    /// The first is the document.
    scopes: Vec<Scope<'a>>,
    scope: usize,
    known: HashMap<(*const Node, *const Node, Direction), usize>,
    /// The same scopes by the texts of two references, which are faster to look up.
    pub(super) known_references: HashMap<References<'a>, usize>,
    changes: Vec<(usize, Change)>,
}

/// Everything that differs between two documents, the worst first.
pub fn compare<'a>(base: &Document<'a>, head: &Document<'a>) -> Vec<Change> {
    let mut comparison = Comparison {
        base,
        head,
        direction: Direction::Request,
        scopes: vec![Scope::default()],
        scope: 0,
        known: HashMap::new(),
        known_references: HashMap::new(),
        changes: Vec::new(),
    };
    comparison.document();
    comparison.operations();
    comparison.pairs();
    comparison.unused_components();
    comparison.finish()
}

impl<'a> Comparison<'_, 'a> {
    pub(super) fn note(&mut self, kinds: &'static Kinds, subject: &Subject, sides: &Sides<'a>) {
        self.note_texts(kinds, subject, sides, (None, None));
    }

    pub(super) fn note_texts(
        &mut self,
        kinds: &'static Kinds,
        subject: &Subject,
        sides: &Sides<'a>,
        (from, to): (Option<String>, Option<String>),
    ) {
        let kind = match self.direction {
            Direction::Request => &kinds[0],
            Direction::Response => &kinds[1],
        };
        let changed = match (&sides.base, &sides.head) {
            (None, _) => "was added",
            (_, None) => "was removed",
            _ => "changed",
        };
        let at = sides.head.as_ref().or(sides.base.as_ref());
        let change = Change {
            kind,
            operations: Vec::new(),
            message: kind.about(&subject.title, changed),
            name: subject.name.clone(),
            from,
            to,
            pointer: at.map_or_else(String::new, |at| at.pointer.clone()),
            base: sides.base.as_ref().map(|at| self.base.source.place(at.anchor)),
            head: sides.head.as_ref().map(|at| self.head.source.place(at.anchor)),
        };
        self.changes.push((self.scope, change));
    }

    pub(super) fn note_values(
        &mut self,
        kinds: &'static Kinds,
        subject: &Subject,
        sides: &Sides<'a>,
    ) {
        let text = |at: &Option<Located<'a>>| at.as_ref().map(|at| short(at.node));
        self.note_texts(kinds, subject, sides, (text(&sides.base), text(&sides.head)));
    }

    pub(super) fn note_difference(
        &mut self,
        kinds: &'static Kinds,
        subject: &Subject,
        sides: &Sides<'a>,
    ) {
        if !self.are_same(sides) {
            self.note_values(kinds, subject, sides);
        }
    }

    pub(super) fn note_unmatched<'s, T>(
        &mut self,
        matched: &'s Matched<T>,
        (removed, added): (&'static Kinds, &'static Kinds),
        entry: impl Fn(&'s T) -> (Subject, &'s Located<'a>),
    ) where
        'a: 's,
    {
        for (subject, sides) in matched.unmatched(entry) {
            let kinds = if sides.head.is_some() { added } else { removed };
            self.note(kinds, &subject, &sides);
        }
    }

    /// Compares a pair of objects later, unless it is known; its changes belong to this scope as well.
    pub(super) fn refer(
        &mut self,
        object_type: &'static ObjectType,
        (base, head): (&Located<'a>, &Located<'a>),
        subject: &Subject,
    ) -> usize {
        let direction = self.direction;
        let key = (std::ptr::from_ref(base.node), std::ptr::from_ref(head.node), direction);
        let index = *self.known.entry(key).or_insert(self.scopes.len());
        if index == self.scopes.len() {
            let (sides, subject) = (Sides::both(base, head), subject.clone());
            let pair = Some(Pair { object_type, sides, direction, subject });
            self.scopes.push(Scope { pair, ..Scope::default() });
        }
        self.belongs_to_scope(index);
        index
    }

    pub(super) fn belongs_to_scope(&mut self, pair: usize) {
        if let Some(scope) = self.scopes.get_mut(self.scope) {
            scope.refers_to.insert(pair);
        }
    }

    fn pairs(&mut self) {
        self.scope = 0;
        while let Some(scope) = self.scopes.get_mut(self.scope) {
            if let Some(Pair { object_type, sides, direction, subject }) = scope.pair.take() {
                self.direction = direction;
                self.object(object_type, &sides, &subject);
            }
            self.scope += 1;
        }
        self.scope = 0;
    }

    /// Starts an operation, to which changes belong until the next one.
    pub(super) fn start_operation(&mut self, title: String) {
        self.direction = Direction::Request;
        self.scope = self.scopes.len();
        self.scopes.push(Scope { operation: Some(title), ..Scope::default() });
    }

    pub(super) fn are_same(&self, sides: &Sides<'a>) -> bool {
        match (&sides.base, &sides.head) {
            (Some(base), Some(head)) => self.is_same(base.node, head.node),
            (base, head) => base.is_none() && head.is_none(),
        }
    }

    /// Whether two values are the same, with their references resolved.
    pub(super) fn is_same(&self, base: &'a Node, head: &'a Node) -> bool {
        let mut seen = HashSet::new();
        self.is_same_below(base, head, &mut seen)
    }

    fn is_same_below(
        &self,
        base: &'a Node,
        head: &'a Node,
        seen: &mut HashSet<(*const Node, *const Node)>,
    ) -> bool {
        let (base, head) = (target(self.base.root, base), target(self.head.root, head));
        match (&base.value, &head.value) {
            (Value::Map(a), Value::Map(b)) => {
                if !seen.insert((std::ptr::from_ref(base), std::ptr::from_ref(head))) {
                    return true;
                }
                a.len() == b.len()
                    && a.iter().all(|(name, member)| {
                        b.get(name).is_some_and(|other| {
                            self.is_same_below(&member.node, &other.node, seen)
                        })
                    })
            }
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.is_same_below(a, b, seen))
            }
            _ => scalar(base) == scalar(head),
        }
    }

    fn finish(self) -> Vec<Change> {
        let mut operations = vec![Vec::new(); self.scopes.len()];
        for (start, title) in self.scopes.iter().enumerate() {
            let Some(title) = &title.operation else { continue };
            let mut open = vec![start];
            let mut seen = HashSet::from([start]);
            while let Some(index) = open.pop() {
                operations[index].push(title.clone());
                open.extend(self.scopes[index].refers_to.iter().filter(|next| seen.insert(**next)));
            }
        }
        // A change that several operations share is listed once.
        let mut merged: IndexMap<(&str, String, String), Change> = IndexMap::new();
        for (scope, change) in self.changes {
            let key = (change.kind.id, change.pointer.clone(), change.message.clone());
            let merged = merged.entry(key).or_insert(change);
            for title in &operations[scope] {
                if !merged.operations.contains(title) {
                    merged.operations.push(title.clone());
                }
            }
        }
        let mut changes: Vec<Change> = merged.into_values().collect();
        changes.sort_by_key(|change| {
            let place = change.head.as_ref().or(change.base.as_ref());
            (change.kind.class, place.map_or(0, |place| place.span.start))
        });
        changes
    }
}

/// Follows references of any type.
fn target<'a>(root: &'a Node, mut node: &'a Node) -> &'a Node {
    // Longer chains are cycles.
    for _ in 0..32 {
        let pointer = node.text_of("$ref").and_then(|text| text.strip_prefix('#'));
        match pointer.and_then(|pointer| root.at(pointer)) {
            Some(target) => node = target,
            None => break,
        }
    }
    node
}

/// A text, number, boolean or null as JSON; `1.0` is the same as `1`.
fn scalar(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => (value as i64).into(),
            _ => node.to_json(),
        },
        Value::List(_) | Value::Map(_) => serde_json::Value::String(format!("{:p}", node)),
        _ => node.to_json(),
    }
}

/// A text that is equal for equal values, whatever the order of their keys.
pub(super) fn fingerprint(node: &Node) -> String {
    match &node.value {
        Value::Map(map) => {
            let mut members: Vec<String> = map
                .iter()
                .map(|(name, member)| format!("{name:?}:{}", fingerprint(&member.node)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(fingerprint).collect();
            format!("[{}]", items.join(","))
        }
        _ => scalar(node).to_string(),
    }
}
