//! Compares two documents: what is in one of them, and what it means that it is not in the other.
//!
//! Nothing is passed over: each object's keys are looked at one by one, and a key that no rule knows is *not
//! understood*, which is breaking.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::change::{Affects, Change, Class, Direction};
use super::schema::Subject;
use crate::openapi::grammar::ObjectType;
use crate::openapi::operations::{Operation, operations};
use crate::openapi::references::{Located, resolve};
use crate::openapi::tree::{Node, Value, step};
use crate::source::{Source, Span};

/// One of the two documents.
pub(super) struct Side<'a> {
    pub(super) source: &'a Rc<Source>,
    pub(super) root: &'a Node,
    pub(super) operations: Vec<Operation<'a>>,
    /// The components that operations lead to, once somebody asked.
    pub(super) used: Option<Rc<HashSet<String>>>,
}

impl<'a> Side<'a> {
    fn new(source: &'a Rc<Source>, root: &'a Node) -> Self {
        Self { source, root, operations: operations(root), used: None }
    }

    /// What a reference leads to, whatever its kind.
    pub(super) fn target(&self, node: &'a Node) -> &'a Node {
        let mut node = node;
        for _ in 0..32 {
            let pointer = node.text_of("$ref").and_then(|text| text.strip_prefix('#'));
            match pointer.and_then(|pointer| self.root.at(pointer)) {
                Some(target) => node = target,
                None => break,
            }
        }
        node
    }

    /// The same with its place.
    pub(super) fn follow(&self, at: &Located<'a>) -> Located<'a> {
        match at.node.text_of("$ref").and_then(|text| text.strip_prefix('#')) {
            Some(pointer) => Located {
                node: self.target(at.node),
                anchor: at.anchor,
                pointer: pointer.to_owned(),
            },
            None => at.clone(),
        }
    }

    pub(super) fn resolve(&self, kind: &ObjectType, at: Located<'a>) -> Located<'a> {
        // What leads nowhere was refused before.
        resolve(self.root, kind, at.clone()).unwrap_or(at)
    }
}

/// What a change was found in: an operation, or a pair of components that operations refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Owner {
    Document,
    Operation(usize),
    Pair(usize),
}

/// Two components that are compared once, however many operations refer to them.
pub(super) struct Pair<'a> {
    pub(super) base: Located<'a>,
    pub(super) head: Located<'a>,
    pub(super) direction: Direction,
    /// What it is called in sentences; a component by its name.
    pub(super) subject: Option<Subject>,
}

pub(super) struct Comparison<'a> {
    pub(super) base: Side<'a>,
    pub(super) head: Side<'a>,
    pub(super) owner: Owner,
    changes: Vec<(Owner, Change)>,
    pairs: Vec<Pair<'a>>,
    /// How many of the pairs have been compared.
    compared: usize,
    known: HashMap<(String, String, Direction), usize>,
    refers: HashMap<Owner, BTreeSet<usize>>,
    titles: Vec<String>,
    /// The references that were followed where nothing is understood.
    pub(super) followed: HashSet<(String, String)>,
}

/// A place in both documents, or in one.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) base: Option<(&'a str, Span)>,
    pub(super) head: Option<(&'a str, Span)>,
}

impl<'a> Sides<'a> {
    pub(super) fn both(base: &'a Located<'_>, head: &'a Located<'_>) -> Self {
        Self { base: Some((&base.pointer, base.anchor)), head: Some((&head.pointer, head.anchor)) }
    }

    pub(super) fn base(at: &'a Located<'_>) -> Self {
        Self { base: Some((&at.pointer, at.anchor)), head: None }
    }

    pub(super) fn head(at: &'a Located<'_>) -> Self {
        Self { base: None, head: Some((&at.pointer, at.anchor)) }
    }
}

/// A change before it knows its place.
pub(super) struct PendingChange {
    pub(super) class: Class,
    pub(super) affects: Affects,
    pub(super) name: String,
    pub(super) message: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

impl PendingChange {
    pub(super) fn new(class: Class, name: &str, message: impl Into<String>) -> Self {
        let affects = match class {
            Class::Breaking => Affects::Callers,
            Class::SourceBreaking => Affects::Rust,
            Class::Compatible | Class::Documentation => Affects::Nobody,
        };
        Self {
            class,
            affects,
            name: name.to_owned(),
            message: message.into(),
            from: None,
            to: None,
        }
    }

    /// That something must be there now, or need not be any more.
    pub(super) fn required(
        title: &str,
        name: &str,
        direction: Direction,
        is_required: bool,
    ) -> Self {
        let place = direction.place();
        let (class, what) = match (is_required, direction) {
            (true, Direction::Request) => (Class::Breaking, "is now required"),
            (true, Direction::Response) => (Class::Compatible, "is now always there"),
            (false, Direction::Request) => (Class::Compatible, "is not required any more"),
            (false, Direction::Response) => (Class::Breaking, "can now be missing"),
        };
        Self::new(class, name, format!("{title} {what} {place}")).going(direction)
    }

    /// What can now be sent is the server's to deal with.
    pub(super) fn going(mut self, direction: Direction) -> Self {
        if self.class == Class::Compatible && direction == Direction::Request {
            self.affects = Affects::Server;
        }
        self
    }

    pub(super) fn values(mut self, from: Option<&Node>, to: Option<&Node>) -> Self {
        self.from = from.map(short);
        self.to = to.map(short);
        self
    }

    pub(super) fn texts(mut self, from: &str, to: &str) -> Self {
        self.from = Some(from.to_owned());
        self.to = Some(to.to_owned());
        self
    }
}

/// A value for a report: as it is, unless it is long.
fn short(node: &Node) -> String {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        _ => node.to_json().to_string(),
    };
    let text = text.replace(['\n', '\r'], " ");
    match text.char_indices().nth(80) {
        None => text,
        Some((place, _)) => format!("{}…", &text[..place]),
    }
}

/// Everything that differs between two documents, the worst first.
pub fn compare(base: (&Rc<Source>, &Node), head: (&Rc<Source>, &Node)) -> Vec<Change> {
    let mut comparison = Comparison {
        base: Side::new(base.0, base.1),
        head: Side::new(head.0, head.1),
        owner: Owner::Document,
        changes: Vec::new(),
        pairs: Vec::new(),
        compared: 0,
        known: HashMap::new(),
        refers: HashMap::new(),
        titles: Vec::new(),
        followed: HashSet::new(),
    };
    comparison.document();
    comparison.paths();
    comparison.drain();
    comparison.components();
    comparison.drain();
    comparison.finish()
}

impl<'a> Comparison<'a> {
    pub(super) fn note(&mut self, spot: Sides<'_>, note: PendingChange) {
        let pointer = spot.head.or(spot.base).map_or("", |(pointer, _)| pointer);
        let change = Change {
            class: note.class,
            affects: note.affects,
            operations: Vec::new(),
            message: note.message,
            name: note.name,
            from: note.from,
            to: note.to,
            pointer: pointer.to_owned(),
            base: spot.base.map(|(_, span)| self.base.source.place(span)),
            head: spot.head.map(|(_, span)| self.head.source.place(span)),
        };
        self.changes.push((self.owner, change));
    }

    /// Looks at each key that two objects have, with both values.
    pub(super) fn each_key(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
        mut look: impl FnMut(&mut Self, &'a str, Option<Located<'a>>, Option<Located<'a>>),
    ) {
        if base.node.map().is_none() || head.node.map().is_none() {
            if !same(base.node, head.node) {
                let name = head.pointer.rsplit('/').next().unwrap_or_default().to_owned();
                let message = format!("`{name}` changed, which the comparison does not understand");
                let note = PendingChange::new(Class::Breaking, &name, message);
                self.note_values(note, Some(base.clone()), Some(head.clone()));
            }
            return;
        }
        let known = |node: &'a Node| node.members().map(|(name, _)| name);
        let only_head = known(head.node).filter(|name| base.node.get(name).is_none());
        let names: Vec<&str> = known(base.node).chain(only_head).collect();
        for name in names {
            look(self, name, below(base, name), below(head, name));
        }
    }

    pub(super) fn note_values(
        &mut self,
        note: PendingChange,
        base: Option<Located<'a>>,
        head: Option<Located<'a>>,
    ) {
        let spot = Sides {
            base: base.as_ref().map(|at| (at.pointer.as_str(), at.anchor)),
            head: head.as_ref().map(|at| (at.pointer.as_str(), at.anchor)),
        };
        let note = note.values(base.as_ref().map(|at| at.node), head.as_ref().map(|at| at.node));
        self.note(spot, note);
    }

    /// Makes sure that a pair of components is compared, and that its changes are this owner's, too.
    pub(super) fn refer(
        &mut self,
        base: Located<'a>,
        head: Located<'a>,
        direction: Direction,
        subject: Option<Subject>,
    ) {
        let key = (base.pointer.clone(), head.pointer.clone(), direction);
        let index = *self.known.entry(key).or_insert(self.pairs.len());
        if index == self.pairs.len() {
            self.pairs.push(Pair { base, head, direction, subject });
        }
        self.refers.entry(self.owner).or_default().insert(index);
    }

    /// Compares the pairs that were referred to, and those that they refer to.
    fn drain(&mut self) {
        while let Some(pair) = self.pairs.get(self.compared) {
            let (base, head, direction) = (pair.base.clone(), pair.head.clone(), pair.direction);
            let subject = pair.subject.clone();
            self.owner = Owner::Pair(self.compared);
            self.compared += 1;
            self.component_schema(&base, &head, direction, subject);
        }
        self.owner = Owner::Document;
    }

    /// Whether both are lists of maps, as far as they are there. If not, that is said.
    pub(super) fn are_lists(
        &mut self,
        name: &str,
        base: Option<&Located<'a>>,
        head: Option<&Located<'a>>,
    ) -> bool {
        let is_list = |at: &&Located<'a>| match &at.node.value {
            Value::List(items) => items.iter().all(|item| item.map().is_some()),
            _ => false,
        };
        let are_lists = base.as_ref().is_none_or(is_list) && head.as_ref().is_none_or(is_list);
        if !are_lists {
            self.other(name, base.cloned(), head.cloned());
        }
        are_lists
    }

    /// The components of the base that were compared with one that is new, and with which.
    pub(super) fn renamed(&self) -> HashMap<String, Located<'a>> {
        let is_new = |pair: &&Pair<'a>| {
            pair.base.pointer != pair.head.pointer
                && pair.head.pointer.starts_with("/components/")
                && self.base.root.at(&pair.head.pointer).is_none()
        };
        let pairs = self.pairs.iter().filter(is_new);
        pairs.map(|pair| (pair.base.pointer.clone(), pair.head.clone())).collect()
    }

    pub(super) fn start_operation(&mut self, title: String) {
        self.owner = Owner::Operation(self.titles.len());
        self.titles.push(title);
    }

    fn finish(self) -> Vec<Change> {
        // Which operations lead to each pair.
        let mut led: HashMap<usize, BTreeSet<usize>> = HashMap::new();
        for operation in 0..self.titles.len() {
            let mut open: Vec<Owner> = vec![Owner::Operation(operation)];
            let mut seen = BTreeSet::new();
            while let Some(owner) = open.pop() {
                for pair in self.refers.get(&owner).into_iter().flatten() {
                    if seen.insert(*pair) {
                        led.entry(*pair).or_default().insert(operation);
                        open.push(Owner::Pair(*pair));
                    }
                }
            }
        }
        let title = |index: &usize| self.titles[*index].clone();
        let mut changes: Vec<Change> = Vec::new();
        for (owner, mut change) in self.changes {
            change.operations = match owner {
                Owner::Document => Vec::new(),
                Owner::Operation(index) => vec![title(&index)],
                Owner::Pair(pair) => led.get(&pair).into_iter().flatten().map(title).collect(),
            };
            changes.push(change);
        }
        changes.sort_by(|a, b| {
            let line = |change: &Change| {
                let place = change.head.as_ref().or(change.base.as_ref());
                place.map_or(0, |place| place.span.start)
            };
            (a.class, line(a)).cmp(&(b.class, line(b)))
        });
        merged(changes)
    }
}

/// The same said of one place in several operations, or in both directions, is said once.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::new();
    let mut known: HashMap<(String, String, Class), usize> = HashMap::new();
    for change in changes {
        let key = (change.pointer.clone(), change.message.clone(), change.class);
        match known.get(&key) {
            Some(index) => {
                for operation in change.operations {
                    if !merged[*index].operations.contains(&operation) {
                        merged[*index].operations.push(operation);
                    }
                }
            }
            None => {
                known.insert(key, merged.len());
                merged.push(change);
            }
        }
    }
    merged
}

/// What stands under a name in an object.
pub(super) fn below<'a>(at: &Located<'a>, name: &str) -> Option<Located<'a>> {
    let member = at.node.member(name)?;
    Some(Located { node: &member.node, anchor: member.key, pointer: step(&at.pointer, name) })
}

/// The members of a map, with their names.
pub(super) fn entries<'a>(at: &Option<Located<'a>>) -> Vec<(&'a str, Located<'a>)> {
    let Some(at) = at else { return Vec::new() };
    let names = at.node.members().map(|(name, _)| name);
    names.filter_map(|name| Some((name, below(at, name)?))).collect()
}

/// Whether two values are the same, whatever the order of their keys.
pub(super) fn same(base: &Node, head: &Node) -> bool {
    match (&base.value, &head.value) {
        (Value::Map(a), Value::Map(b)) => {
            let is_in_both = |(name, member): (&String, &crate::openapi::tree::Member)| {
                b.get(name).is_some_and(|other| same(&member.node, &other.node))
            };
            a.len() == b.len() && a.iter().all(is_in_both)
        }
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => false,
        _ => base.to_json() == head.to_json(),
    }
}
