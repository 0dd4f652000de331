//! Compares components: those that have another name, are in one document only, or that no operation leads to.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::change::{Class, Direction};
use super::compare::{Comparison, PendingChange, Sides, below, entries, same};
use crate::openapi::references::{Located, reached};
use crate::openapi::tree::{Node, step};

impl<'a> Comparison<'a> {
    /// Components that no operation leads to, that have another name, or that are only in one document.
    pub(super) fn components(&mut self) {
        let components = |root: &'a Node| {
            root.member("components").map(|member| Located {
                node: &member.node,
                anchor: member.key,
                pointer: "/components".to_owned(),
            })
        };
        match (components(self.base.root), components(self.head.root)) {
            (None, None) => {}
            (Some(base), Some(head)) => self.each_key(&base, &head, |this, section, base, head| {
                this.section(section, base, head);
            }),
            (base, head) => {
                let some = base.as_ref().or(head.as_ref());
                let sections: Vec<&str> = some
                    .map(|at| at.node)
                    .into_iter()
                    .flat_map(Node::members)
                    .map(|(name, _)| name)
                    .collect();
                for section in sections {
                    let of =
                        |at: &Option<Located<'a>>| at.as_ref().and_then(|at| below(at, section));
                    self.section(section, of(&base), of(&head));
                }
            }
        }
    }

    fn section(&mut self, section: &str, base: Option<Located<'a>>, head: Option<Located<'a>>) {
        if section.starts_with("x-")
            || ![&base, &head].into_iter().flatten().all(|at| at.node.map().is_some())
        {
            return self.other(section, base, head);
        }
        let (base, head) = (entries(&base), entries(&head));
        let heads: HashMap<&str, &Located<'a>> =
            head.iter().map(|(name, at)| (*name, at)).collect();
        let bases: HashMap<&str, &Located<'a>> =
            base.iter().map(|(name, at)| (*name, at)).collect();
        let mut added: Vec<&(&str, Located<'a>)> =
            head.iter().filter(|(name, _)| !bases.contains_key(name)).collect();
        let renamed = self.renamed();
        for (name, at) in &base {
            match heads.get(name) {
                Some(other) => self.component(section, name, at, other),
                None => {
                    let twin = added.iter().position(|(_, other)| same(at.node, other.node));
                    self.removed(
                        section,
                        name,
                        at,
                        twin.map(|place| added.remove(place)),
                        &renamed,
                    );
                }
            }
        }
        let used = self.used_in(false);
        for (name, at) in added {
            if !used.contains(&at.pointer) {
                let note = PendingChange::new(
                    Class::Compatible,
                    name,
                    format!("the component `{name}` is new"),
                );
                self.note(Sides::head(at), note);
            }
        }
    }

    /// A component that is in both. If operations lead to both, it has been compared where they do.
    fn component(&mut self, section: &str, name: &str, base: &Located<'a>, head: &Located<'a>) {
        if same(base.node, head.node) {
            return;
        }
        let is_used = self.used_in(true).contains(&base.pointer)
            && self.used_in(false).contains(&head.pointer);
        match section {
            "examples" => self.words(name, Some(base.clone()), Some(head.clone())),
            "securitySchemes" => self.each_key(base, head, |this, key, old, new| match key {
                "description" | "bearerFormat" | "x-example" => this.words(key, old, new),
                // RFC 9110, sections 5.1 and 11.1: neither depends on case.
                "scheme" | "name" if is_other_case(base.node, head.node, key) => {
                    this.words(key, old, new);
                }
                _ => this.changed(
                    Class::Breaking,
                    name,
                    &format!("`{key}` of the security scheme `{name}` changed"),
                    old,
                    new,
                ),
            }),
            "links" | "callbacks" => self.other(name, Some(base.clone()), Some(head.clone())),
            // It was compared where operations lead to it.
            _ if is_used => {}
            "schemas" if base.node.map().is_some() && head.node.map().is_some() => {
                // It may be meant for either direction.
                self.refer(base.clone(), head.clone(), Direction::Request, None);
                self.refer(base.clone(), head.clone(), Direction::Response, None);
            }
            _ => self.other(name, Some(base.clone()), Some(head.clone())),
        }
    }

    fn removed(
        &mut self,
        section: &str,
        name: &str,
        at: &Located<'a>,
        twin: Option<&(&'a str, Located<'a>)>,
        renamed: &HashMap<String, Located<'a>>,
    ) {
        let is_schema = section == "schemas";
        let twin = twin.map(|(_, head)| head.clone()).or_else(|| renamed.get(&at.pointer).cloned());
        if let Some(head) = &twin {
            let other = &head.pointer.rsplit('/').next().unwrap_or_default().to_owned();
            // Only schemas become something in Rust, and security schemes are asked for by name.
            let class = match section {
                "schemas" | "securitySchemes" => Class::SourceBreaking,
                _ => Class::Documentation,
            };
            let note = PendingChange::new(
                class,
                name,
                format!("the component `{name}` is now called `{other}`"),
            )
            .texts(name, other);
            return self.note(Sides::both(at, head), note);
        }
        // What operations led to was compared with whatever is there now.
        if !self.used_in(true).contains(&at.pointer) {
            let class = if is_schema { Class::SourceBreaking } else { Class::Compatible };
            let note = PendingChange::new(class, name, format!("the component `{name}` is gone"));
            self.note(Sides::base(at), note);
        }
    }

    /// The pointers of the components that operations lead to, directly or not.
    fn used_in(&mut self, is_base: bool) -> Rc<HashSet<String>> {
        let side = if is_base { &mut self.base } else { &mut self.head };
        let root = side.root;
        side.used.get_or_insert_with(|| Rc::new(used(root))).clone()
    }
}

/// Whether a text of a security scheme differs in case only, where that says nothing.
fn is_other_case(base: &Node, head: &Node, key: &str) -> bool {
    let is_name = key == "scheme" || head.text_of("in") == Some("header");
    match (base.text_of(key), head.text_of(key)) {
        (Some(one), Some(other)) => is_name && one.eq_ignore_ascii_case(other),
        _ => false,
    }
}

/// The components that paths lead to.
fn used(root: &Node) -> HashSet<String> {
    let mut used = reached(root, root.get("paths").into_iter().collect());
    // The document's own security is a list, and not under a key here.
    for (scheme, _) in
        root.get("security").map(Node::items).unwrap_or_default().iter().flat_map(Node::members)
    {
        used.insert(step("/components/securitySchemes", scheme));
    }
    used
}
