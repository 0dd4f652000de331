//! Compares what no rule knows: only words in it can change without harm.

use std::collections::HashSet;

use super::change::Class;
use super::compare::{Comparison, PendingChange, same};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

impl<'a> Comparison<'a> {
    /// A part that no rule knows: only words in it can change without harm.
    pub(super) fn other(
        &mut self,
        name: &str,
        base: Option<Located<'a>>,
        head: Option<Located<'a>>,
    ) {
        // Nobody knows what is in an extension, so that nothing in it is only words.
        let keys = if name.starts_with("x-") && !is_documentation(name) {
            Keys::Strange
        } else {
            Keys::Known
        };
        self.part(name, base, head, keys);
    }

    /// The same, where the key may be a name that the document gives.
    pub(super) fn part(
        &mut self,
        name: &str,
        base: Option<Located<'a>>,
        head: Option<Located<'a>>,
        keys: Keys,
    ) {
        let (base, head) = match (base, head) {
            (Some(base), Some(head)) => {
                if self.is_same(base.node, head.node, &mut HashSet::new()) {
                    return;
                }
                (Some(base), Some(head))
            }
            pair => pair,
        };
        if keys == Keys::Known && is_documentation(name) {
            return self.words(name, base, head);
        }
        if let (Some(base), Some(head)) = (&base, &head) {
            let followed = (self.base.follow(base), self.head.follow(head));
            let key = (followed.0.pointer.clone(), followed.1.pointer.clone());
            let is_reference = key.0 != base.pointer || key.1 != head.pointer;
            if is_reference && !self.followed.insert(key) {
                return;
            }
            if followed.0.node.map().is_some() && followed.1.node.map().is_some() {
                let below = match keys {
                    Keys::Strange => Keys::Strange,
                    _ if gives_names(name) => Keys::Names,
                    _ => Keys::Known,
                };
                return self.each_key(&followed.0, &followed.1, |this, name, base, head| {
                    this.part(name, base, head, below);
                });
            }
        }
        let message = format!("`{name}` changed, which the comparison does not understand");
        let note = PendingChange::new(Class::Breaking, name, message);
        self.note_values(note, base, head);
    }

    /// Whether two values are the same, with what they refer to.
    pub(super) fn is_same(
        &self,
        base: &'a Node,
        head: &'a Node,
        seen: &mut HashSet<(*const Node, *const Node)>,
    ) -> bool {
        let (base, head) = (self.base.target(base), self.head.target(head));
        if !seen.insert((std::ptr::from_ref(base), std::ptr::from_ref(head))) {
            return true;
        }
        match (&base.value, &head.value) {
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, member)| {
                        b.get(name)
                            .is_some_and(|other| self.is_same(&member.node, &other.node, seen))
                    })
            }
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.is_same(a, b, seen))
            }
            _ => same(base, head),
        }
    }

    /// A part that only people read.
    pub(super) fn words(
        &mut self,
        name: &str,
        base: Option<Located<'a>>,
        head: Option<Located<'a>>,
    ) {
        if let (Some(base), Some(head)) = (&base, &head)
            && same(base.node, head.node)
        {
            return;
        }
        let verb = match (&base, &head) {
            (None, _) => "is new",
            (_, None) => "is gone",
            _ => "changed",
        };
        let note = PendingChange::new(Class::Documentation, name, format!("`{name}` {verb}"));
        self.note_values(note, base, head);
    }
}

/// What is known of the keys of an object.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Keys {
    /// They are OpenAPI's.
    Known,
    /// They are names that the document gives.
    Names,
    /// They are an extension's.
    Strange,
}

/// Keys under which the keys are names that the document gives.
fn gives_names(name: &str) -> bool {
    matches!(
        name,
        "callbacks"
            | "content"
            | "encoding"
            | "headers"
            | "links"
            | "mapping"
            | "parameters"
            | "properties"
            | "responses"
            | "scopes"
            | "variables"
    )
}

/// Keys, in any object, that only people read.
fn is_documentation(name: &str) -> bool {
    matches!(
        name,
        "description"
            | "summary"
            | "externalDocs"
            | "example"
            | "examples"
            | "deprecated"
            | "x-example"
            | "x-docs-departure"
    )
}
