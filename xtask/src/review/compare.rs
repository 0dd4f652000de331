//! Compares two documents by what they allow on the wire.
//!
//! It walks both documents by the table in `openapi::grammar`, which says what a change of each key means. A key that
//! the table does not know is *not understood*, which is breaking, so that no change is missed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::change::{Change, Sides, short};
use super::kinds::{Direction, Kind, ValueKind};
use super::walk::Key;
use crate::openapi::Document;
use crate::openapi::grammar::ObjectType;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

/// Where a change was found: in an operation, or in a pair of objects that operations refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Owner {
    Document,
    Operation(usize),
    Pair(usize),
}

/// Two objects, compared once in each direction however many references lead to them.
struct Pair<'a> {
    object_type: &'static ObjectType,
    base: Located<'a>,
    head: Located<'a>,
    direction: Direction,
    subject: Subject,
}

pub(super) struct Comparison<'d, 'a> {
    pub(super) base: &'d Document<'a>,
    pub(super) head: &'d Document<'a>,
    owner: Owner,
    changes: Vec<(Owner, Change)>,
    pairs: Vec<Pair<'a>>,
    known: HashMap<(*const Node, *const Node, Direction), usize>,
    /// The same pairs by the texts of two references, which are faster to look up.
    pub(super) known_references: HashMap<(&'a str, &'a str, Direction), usize>,
    leads_to: HashMap<Owner, BTreeSet<usize>>,
    titles: Vec<String>,
}

/// Everything that differs between two documents, the worst first.
pub fn compare<'a>(base: &Document<'a>, head: &Document<'a>) -> Vec<Change> {
    let mut comparison = Comparison {
        base,
        head,
        owner: Owner::Document,
        changes: Vec::new(),
        pairs: Vec::new(),
        known: HashMap::new(),
        known_references: HashMap::new(),
        leads_to: HashMap::new(),
        titles: Vec::new(),
    };
    comparison.document();
    comparison.operations();
    comparison.compare_pairs();
    comparison.unused_components();
    comparison.finish()
}

impl<'a> Comparison<'_, 'a> {
    pub(super) fn note(
        &mut self,
        kind: &'static Kind,
        name: &str,
        message: impl Into<String>,
        sides: &Sides<'a>,
    ) {
        self.push(kind, name, message.into(), sides, (None, None));
    }

    /// Notes a change with the old and the new value.
    pub(super) fn note_values(
        &mut self,
        kind: &'static Kind,
        name: &str,
        message: impl Into<String>,
        sides: &Sides<'a>,
    ) {
        let text = |at: &Option<Located<'a>>| at.as_ref().map(|at| short(at.node));
        self.push(kind, name, message.into(), sides, (text(&sides.base), text(&sides.head)));
    }

    pub(super) fn note_texts(
        &mut self,
        kind: &'static Kind,
        name: &str,
        message: impl Into<String>,
        sides: &Sides<'a>,
        (from, to): (&str, &str),
    ) {
        let texts = (Some(from.to_owned()), Some(to.to_owned()));
        self.push(kind, name, message.into(), sides, texts);
    }

    fn push(
        &mut self,
        kind: &'static Kind,
        name: &str,
        message: String,
        sides: &Sides<'a>,
        (from, to): (Option<String>, Option<String>),
    ) {
        let at = sides.head.as_ref().or(sides.base.as_ref());
        let change = Change {
            kind,
            operations: Vec::new(),
            message,
            name: name.to_owned(),
            from,
            to,
            pointer: at.map_or_else(String::new, |at| at.pointer.clone()),
            base: sides.base.as_ref().map(|at| self.base.source.place(at.anchor)),
            head: sides.head.as_ref().map(|at| self.head.source.place(at.anchor)),
        };
        self.changes.push((self.owner, change));
    }

    /// Notes a change of the value under a key.
    pub(super) fn note_key(
        &mut self,
        key: &Key<'_, 'a>,
        kind: &'static ValueKind,
        message: impl Into<String>,
    ) {
        self.note_values(kind.of(key.direction), &key.subject.name, message, &key.sides);
    }

    /// Whether two references were compared before; if so, their changes belong to this owner as well.
    pub(super) fn is_known(
        &mut self,
        base: &'a Node,
        head: &'a Node,
        direction: Direction,
    ) -> bool {
        let key = reference_key(base, head, direction);
        let index = key.and_then(|key| self.known_references.get(&key).copied());
        self.leads_to.entry(self.owner).or_default().extend(index);
        index.is_some()
    }

    /// Compares a pair of objects later, unless it is known; its changes belong to this owner as well.
    pub(super) fn refer(
        &mut self,
        object_type: &'static ObjectType,
        (base, head): (Located<'a>, Located<'a>),
        direction: Direction,
        subject: Subject,
    ) -> usize {
        let key = (std::ptr::from_ref(base.node), std::ptr::from_ref(head.node), direction);
        let index = *self.known.entry(key).or_insert(self.pairs.len());
        if index == self.pairs.len() {
            self.pairs.push(Pair { object_type, base, head, direction, subject });
        }
        self.leads_to.entry(self.owner).or_default().insert(index);
        index
    }

    fn compare_pairs(&mut self) {
        let mut next = 0;
        while let Some(pair) = self.pairs.get(next) {
            let sides = Sides::both(&pair.base, &pair.head);
            let (object_type, direction) = (pair.object_type, pair.direction);
            let subject = pair.subject.clone();
            self.owner = Owner::Pair(next);
            self.object(object_type, &sides, direction, &subject);
            next += 1;
        }
        self.owner = Owner::Document;
    }

    /// Starts an operation, to which changes belong until the next call. Returns its title.
    pub(super) fn start_operation(&mut self, title: String) -> String {
        self.owner = Owner::Operation(self.titles.len());
        self.titles.push(title.clone());
        title
    }

    pub(super) fn end_operation(&mut self) {
        self.owner = Owner::Document;
    }

    /// Whether two values are the same, with their references resolved.
    pub(super) fn is_same(&self, base: &'a Node, head: &'a Node) -> bool {
        let mut seen = HashSet::new();
        self.is_same_below(base, head, &mut seen)
    }

    /// What happened to a value; `None` if it is the same.
    pub(super) fn verb(&self, sides: &Sides<'a>) -> Option<&'static str> {
        match (&sides.base, &sides.head) {
            (Some(base), Some(head)) if self.is_same(base.node, head.node) => None,
            (None, _) => Some("was added"),
            (_, None) => Some("was removed"),
            _ => Some("changed"),
        }
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
        let mut led: HashMap<usize, BTreeSet<usize>> = HashMap::new();
        for operation in 0..self.titles.len() {
            let mut open = vec![Owner::Operation(operation)];
            let mut seen = HashSet::new();
            while let Some(owner) = open.pop() {
                for pair in self.leads_to.get(&owner).into_iter().flatten() {
                    if seen.insert(*pair) {
                        led.entry(*pair).or_default().insert(operation);
                        open.push(Owner::Pair(*pair));
                    }
                }
            }
        }
        // A change that several operations share is listed once.
        let mut merged: Vec<(Change, BTreeSet<usize>)> = Vec::new();
        let mut known: HashMap<(&str, Rc<str>, Rc<str>), usize> = HashMap::new();
        for (owner, change) in self.changes {
            let operations = match owner {
                Owner::Document => BTreeSet::new(),
                Owner::Operation(index) => BTreeSet::from([index]),
                Owner::Pair(pair) => led.get(&pair).cloned().unwrap_or_default(),
            };
            let key =
                (change.kind.id, change.pointer.as_str().into(), change.message.as_str().into());
            let index = *known.entry(key).or_insert(merged.len());
            match merged.get_mut(index) {
                Some((_, others)) => others.extend(operations),
                None => merged.push((change, operations)),
            }
        }
        let title = |index: usize| self.titles.get(index).cloned().unwrap_or_default();
        let changes = merged.into_iter().map(|(change, operations)| Change {
            operations: operations.into_iter().map(title).collect(),
            ..change
        });
        let mut changes: Vec<Change> = changes.collect();
        changes.sort_by_key(|change| {
            let place = change.head.as_ref().or(change.base.as_ref());
            (change.kind.class, place.map_or(0, |place| place.span.start))
        });
        changes
    }
}

pub(super) fn reference_key<'a>(
    base: &'a Node,
    head: &'a Node,
    direction: Direction,
) -> Option<(&'a str, &'a str, Direction)> {
    Some((base.text_of("$ref")?, head.text_of("$ref")?, direction))
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

/// What an object is called in sentences.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) title: String,
    /// The title of the schema that it is a part of.
    whole: String,
    /// The names of the properties that lead to it.
    path: String,
    /// The name for the changelog.
    pub(super) name: String,
}

impl Subject {
    pub(super) fn new(title: impl Into<String>, name: &str) -> Self {
        let title = title.into();
        Self { whole: title.clone(), title, path: String::new(), name: name.to_owned() }
    }

    pub(super) fn property(&self, name: &str) -> Self {
        let path = match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{}.{name}", self.path),
        };
        let title = format!("`{path}` of {}", self.whole);
        Self { title, whole: self.whole.clone(), path, name: name.to_owned() }
    }

    pub(super) fn part(&self, what: &str) -> Self {
        let title = format!("{what} of {}", self.title);
        Self { whole: title.clone(), title, path: String::new(), name: self.name.clone() }
    }
}
