//! Compares what is not an operation's: servers, the document's own words, components, and which operations there are.

use std::collections::{HashMap, HashSet};

use super::change::Class;
use super::compare::{Comparison, PendingChange, Sides, same};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, step};

impl<'a> Comparison<'a> {
    /// The document but for its paths and components.
    pub(super) fn document(&mut self) {
        let root = |node: &'a Node| Located { node, anchor: node.span, pointer: String::new() };
        let (base, head) = (root(self.base.root), root(self.head.root));
        self.each_key(&base, &head, |this, name, base, head| match name {
            // Paths, components and security are compared by what operations make of them.
            "paths" | "components" | "security" => {}
            "servers" => this.servers(base, head),
            "openapi" | "tags" => this.words(name, base, head),
            "info" => match (base, head) {
                (Some(base), Some(head)) => {
                    this.each_key(&base, &head, |this, name, base, head| match name {
                        "title" | "termsOfService" | "contact" | "license" | "version" => {
                            this.words(name, base, head)
                        }
                        _ => this.other(name, base, head),
                    })
                }
                (base, head) => this.words(name, base, head),
            },
            _ => this.other(name, base, head),
        });
    }

    /// Servers are matched by URL, then by name, then by place.
    pub(super) fn servers(&mut self, base: Option<Located<'a>>, head: Option<Located<'a>>) {
        if !self.are_lists("servers", base.as_ref(), head.as_ref()) {
            return;
        }
        let mut removed = items(base.as_ref());
        let mut added = items(head.as_ref());
        if removed.is_empty() != added.is_empty() {
            // Without any there is one: where the document was found.
            let note = PendingChange::new(
                Class::Breaking,
                "servers",
                "which servers there are is said now, or is said no more",
            );
            return self.note_values(note, base, head);
        }
        let mut pairs = Vec::new();
        for key in ["url", "x-name"] {
            removed.retain(|server| {
                let value = server.node.text_of(key);
                let twin = added
                    .iter()
                    .position(|other| value.is_some() && other.node.text_of(key) == value);
                twin.map(|place| pairs.push((server.clone(), added.remove(place)))).is_none()
            });
        }
        let left = removed.len().min(added.len());
        pairs.extend(removed.drain(..left).zip(added.drain(..left)));
        for (base, head) in pairs {
            self.each_key(&base, &head, |this, name, base, head| match name {
                "url" => {
                    this.changed(Class::Breaking, name, "the server's URL changed", base, head)
                }
                "x-name" => this.changed(
                    Class::SourceBreaking,
                    name,
                    "the server's constant in Rust has another name",
                    base,
                    head,
                ),
                _ => this.other(name, base, head),
            });
        }
        for server in &removed {
            let url = server.node.text_of("url").unwrap_or_default();
            let note =
                PendingChange::new(Class::Breaking, url, format!("the server `{url}` is gone"));
            self.note(Sides::base(server), note);
        }
        for server in &added {
            let url = server.node.text_of("url").unwrap_or_default();
            let note =
                PendingChange::new(Class::Compatible, url, format!("the server `{url}` is new"));
            self.note(Sides::head(server), note);
        }
    }

    /// One sentence for a value that is not the same any more.
    pub(super) fn changed(
        &mut self,
        class: Class,
        name: &str,
        message: &str,
        base: Option<Located<'a>>,
        head: Option<Located<'a>>,
    ) {
        if let (Some(base), Some(head)) = (&base, &head)
            && same(base.node, head.node)
        {
            return;
        }
        self.note_values(PendingChange::new(class, name, message), base, head);
    }

    /// Which operations are there, and how those differ that are in both.
    pub(super) fn paths(&mut self) {
        let base = std::mem::take(&mut self.base.operations);
        let head = std::mem::take(&mut self.head.operations);
        let mut twins: HashMap<usize, usize> = HashMap::new();
        let mut taken = HashSet::new();
        // By method and path, then by the same with other names of parameters, then by identifier.
        let keys: [fn(&Operation<'_>) -> Option<String>; 3] = [
            |operation| Some(operation.title()),
            |operation| Some(format!("{} {}", operation.method, shape(operation.path))),
            |operation| operation.at.node.text_of("operationId").map(str::to_owned),
        ];
        for key in keys {
            let mut free: HashMap<String, usize> = HashMap::new();
            for (index, operation) in head.iter().enumerate() {
                if let (false, Some(key)) = (taken.contains(&index), key(operation)) {
                    free.entry(key).or_insert(index);
                }
            }
            for (index, operation) in base.iter().enumerate() {
                if twins.contains_key(&index) {
                    continue;
                }
                if let Some(twin) = key(operation).and_then(|key| free.remove(&key)) {
                    twins.insert(index, twin);
                    taken.insert(twin);
                }
            }
        }
        for (index, operation) in base.iter().enumerate() {
            let twin = twins.get(&index).map(|twin| &head[*twin]);
            self.start_operation(twin.unwrap_or(operation).title());
            match twin {
                Some(twin) => self.operation(operation, twin),
                None => {
                    let note = PendingChange::new(
                        Class::Breaking,
                        operation.path,
                        format!("the operation {} is gone", operation.title()),
                    );
                    self.note(Sides::base(&operation.at), note);
                }
            }
        }
        for (_, operation) in head.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
            self.start_operation(operation.title());
            let note = PendingChange::new(
                Class::Compatible,
                operation.path,
                format!("the operation {} is new", operation.title()),
            );
            self.note(Sides::head(&operation.at), note);
        }
        self.owner = super::compare::Owner::Document;
        self.path_items();
    }

    /// What stands on paths and is not an operation's: words, and what is not understood.
    fn path_items(&mut self) {
        let paths = |root: &'a Node| root.get("paths").into_iter().flat_map(Node::members);
        let heads: HashMap<String, (&str, _)> =
            paths(self.head.root).map(|(path, member)| (shape(path), (path, member))).collect();
        let mut bases = HashSet::new();
        let at = |path: &str, member: &'a crate::openapi::tree::Member| Located {
            node: &member.node,
            anchor: member.key,
            pointer: step("/paths", path),
        };
        for (path, member) in paths(self.base.root) {
            bases.insert(shape(path));
            let base = at(path, member);
            let Some(head) = heads.get(&shape(path)).map(|(path, member)| at(path, member)) else {
                // Operations that are gone say so; a path without any says it here.
                self.bare_path(path, Some(base), None);
                continue;
            };
            self.each_key(&base, &head, |this, name, base, head| match name {
                "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => {
                    // What is no map is no operation.
                    let is_operation = |at: &Option<Located<'_>>| {
                        at.as_ref().is_none_or(|at| at.node.map().is_some())
                    };
                    if !is_operation(&base) || !is_operation(&head) {
                        this.other(name, base, head);
                    }
                }
                "parameters" | "servers" => {}
                _ => this.other(name, base, head),
            });
        }
        for (path, member) in
            paths(self.head.root).filter(|(path, _)| !bases.contains(&shape(path)))
        {
            self.bare_path(path, None, Some(at(path, member)));
        }
    }

    fn bare_path(&mut self, path: &str, base: Option<Located<'a>>, head: Option<Located<'a>>) {
        let has_operation = |at: &Option<Located<'a>>| {
            let node = at.as_ref().map(|at| at.node);
            node.is_some_and(|node| {
                crate::openapi::grammar::METHODS.iter().any(|method| node.get(method).is_some())
            })
        };
        if !has_operation(&base) && !has_operation(&head) {
            self.other(path, base, head);
        }
    }
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut is_inside = false;
    for c in path.chars() {
        is_inside = match c {
            '{' => true,
            '}' => false,
            _ => is_inside,
        };
        if !is_inside || c == '{' {
            shape.push(c);
        }
    }
    shape
}

pub(super) fn items<'a>(list: Option<&Located<'a>>) -> Vec<Located<'a>> {
    let Some(list) = list else { return Vec::new() };
    let items = list.node.items().iter().enumerate();
    items
        .map(|(index, node)| Located {
            node,
            anchor: node.span,
            pointer: format!("{}/{index}", list.pointer),
        })
        .collect()
}
