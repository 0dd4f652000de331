//! Compares what is not an operation's: servers, the document's own words, components, and which operations there are.

use std::collections::{HashMap, HashSet};

use super::change::{Class, Direction};
use super::compare::{Comparison, Note, Spot, below, same};
use crate::spec::operations::Operation;
use crate::spec::references::At;
use crate::spec::tree::{Node, Value, step};

impl<'a> Comparison<'a> {
    /// The document but for its paths and components.
    pub(super) fn document(&mut self) {
        let root = |node: &'a Node| At {
            node,
            anchor: node.span,
            pointer: String::new(),
        };
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
    pub(super) fn servers(&mut self, base: Option<At<'a>>, head: Option<At<'a>>) {
        if !self.are_lists("servers", base.as_ref(), head.as_ref()) {
            return;
        }
        let mut removed = items(base.as_ref());
        let mut added = items(head.as_ref());
        if removed.is_empty() != added.is_empty() {
            // Without any there is one: where the document was found.
            let note = Note::new(
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
                twin.map(|place| pairs.push((server.clone(), added.remove(place))))
                    .is_none()
            });
        }
        let left = removed.len().min(added.len());
        pairs.extend(removed.drain(..left).zip(added.drain(..left)));
        for (base, head) in pairs {
            self.each_key(&base, &head, |this, name, base, head| match name {
                "url" => this.changed(
                    Class::Breaking,
                    name,
                    "the server's URL changed",
                    base,
                    head,
                ),
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
            let note = Note::new(Class::Breaking, url, format!("the server `{url}` is gone"));
            self.note(Spot::base(server), note);
        }
        for server in &added {
            let url = server.node.text_of("url").unwrap_or_default();
            let note = Note::new(Class::Compatible, url, format!("the server `{url}` is new"));
            self.note(Spot::head(server), note);
        }
    }

    /// One sentence for a value that is not the same any more.
    pub(super) fn changed(
        &mut self,
        class: Class,
        name: &str,
        message: &str,
        base: Option<At<'a>>,
        head: Option<At<'a>>,
    ) {
        if let (Some(base), Some(head)) = (&base, &head)
            && same(base.node, head.node)
        {
            return;
        }
        self.note_values(Note::new(class, name, message), base, head);
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
                    let note = Note::new(
                        Class::Breaking,
                        operation.path,
                        format!("the operation {} is gone", operation.title()),
                    );
                    self.note(Spot::base(&operation.at), note);
                }
            }
        }
        for (_, operation) in head
            .iter()
            .enumerate()
            .filter(|(index, _)| !taken.contains(index))
        {
            self.start_operation(operation.title());
            let note = Note::new(
                Class::Compatible,
                operation.path,
                format!("the operation {} is new", operation.title()),
            );
            self.note(Spot::head(&operation.at), note);
        }
        self.owner = super::compare::Owner::Document;
        self.path_items();
    }

    /// What stands on paths and is not an operation's: words, and what is not understood.
    fn path_items(&mut self) {
        let paths = |root: &'a Node| root.get("paths").into_iter().flat_map(Node::members);
        let heads: HashMap<String, (&str, _)> = paths(self.head.root)
            .map(|(path, member)| (shape(path), (path, member)))
            .collect();
        let mut bases = HashSet::new();
        let at = |path: &str, member: &'a crate::spec::tree::Member| At {
            node: &member.node,
            anchor: member.key,
            pointer: step("/paths", path),
        };
        for (path, member) in paths(self.base.root) {
            bases.insert(shape(path));
            let base = at(path, member);
            let Some(head) = heads
                .get(&shape(path))
                .map(|(path, member)| at(path, member))
            else {
                // Operations that are gone say so; a path without any says it here.
                self.bare_path(path, Some(base), None);
                continue;
            };
            self.each_key(&base, &head, |this, name, base, head| match name {
                "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => {
                    // What is no map is no operation.
                    let is_operation =
                        |at: &Option<At<'_>>| at.as_ref().is_none_or(|at| at.node.map().is_some());
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

    fn bare_path(&mut self, path: &str, base: Option<At<'a>>, head: Option<At<'a>>) {
        let has_operation = |at: &Option<At<'a>>| {
            let node = at.as_ref().map(|at| at.node);
            node.is_some_and(|node| {
                crate::spec::objects::METHODS
                    .iter()
                    .any(|method| node.get(method).is_some())
            })
        };
        if !has_operation(&base) && !has_operation(&head) {
            self.other(path, base, head);
        }
    }

    /// Components that no operation leads to, that have another name, or that are only in one document.
    pub(super) fn components(&mut self) {
        let components = |root: &'a Node| {
            root.member("components").map(|member| At {
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
                    let of = |at: &Option<At<'a>>| at.as_ref().and_then(|at| below(at, section));
                    self.section(section, of(&base), of(&head));
                }
            }
        }
    }

    fn section(&mut self, section: &str, base: Option<At<'a>>, head: Option<At<'a>>) {
        if section.starts_with("x-")
            || ![&base, &head]
                .into_iter()
                .flatten()
                .all(|at| at.node.map().is_some())
        {
            return self.other(section, base, head);
        }
        let members = |at: &Option<At<'a>>| -> Vec<(&'a str, At<'a>)> {
            let Some(at) = at else { return Vec::new() };
            let names = at.node.members().map(|(name, _)| name);
            names
                .filter_map(|name| Some((name, below(at, name)?)))
                .collect()
        };
        let (base, head) = (members(&base), members(&head));
        let heads: HashMap<&str, &At<'a>> = head.iter().map(|(name, at)| (*name, at)).collect();
        let bases: HashMap<&str, &At<'a>> = base.iter().map(|(name, at)| (*name, at)).collect();
        let mut added: Vec<&(&str, At<'a>)> = head
            .iter()
            .filter(|(name, _)| !bases.contains_key(name))
            .collect();
        let renamed = self.renamed();
        for (name, at) in &base {
            match heads.get(name) {
                Some(other) => self.component(section, name, at, other),
                None => {
                    let twin = added
                        .iter()
                        .position(|(_, other)| same(at.node, other.node));
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
                let note = Note::new(
                    Class::Compatible,
                    name,
                    format!("the component `{name}` is new"),
                );
                self.note(Spot::head(at), note);
            }
        }
    }

    /// A component that is in both. If operations lead to both, it has been compared where they do.
    fn component(&mut self, section: &str, name: &str, base: &At<'a>, head: &At<'a>) {
        if same(base.node, head.node) {
            return;
        }
        let is_used = self.used_in(true).contains(&base.pointer)
            && self.used_in(false).contains(&head.pointer);
        match section {
            "examples" => self.words(name, Some(base.clone()), Some(head.clone())),
            "securitySchemes" => self.each_key(base, head, |this, key, old, new| match key {
                "description" | "bearerFormat" | "x-example" => this.words(key, old, new),
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
        at: &At<'a>,
        twin: Option<&(&'a str, At<'a>)>,
        renamed: &HashMap<String, At<'a>>,
    ) {
        let is_schema = section == "schemas";
        let twin = twin
            .map(|(_, head)| head.clone())
            .or_else(|| renamed.get(&at.pointer).cloned());
        if let Some(head) = &twin {
            let other = &head
                .pointer
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            // Only schemas become something in Rust, and security schemes are asked for by name.
            let class = match section {
                "schemas" | "securitySchemes" => Class::SourceBreaking,
                _ => Class::Documentation,
            };
            let note = Note::new(
                class,
                name,
                format!("the component `{name}` is now called `{other}`"),
            )
            .texts(name, other);
            return self.note(Spot::both(at, head), note);
        }
        // What operations led to was compared with whatever is there now.
        if !self.used_in(true).contains(&at.pointer) {
            let class = if is_schema {
                Class::SourceBreaking
            } else {
                Class::Compatible
            };
            let note = Note::new(class, name, format!("the component `{name}` is gone"));
            self.note(Spot::base(at), note);
        }
    }

    /// The pointers of the components that operations lead to, directly or not.
    fn used_in(&mut self, is_base: bool) -> std::rc::Rc<HashSet<String>> {
        let side = if is_base {
            &mut self.base
        } else {
            &mut self.head
        };
        let root = side.root;
        side.used
            .get_or_insert_with(|| std::rc::Rc::new(used(root)))
            .clone()
    }
}

/// The components that paths lead to.
fn used(root: &Node) -> HashSet<String> {
    let mut used = HashSet::new();
    let mut open: Vec<&Node> = root
        .get("paths")
        .into_iter()
        .chain(root.get("security"))
        .collect();
    while let Some(node) = open.pop() {
        let mut lead = |pointer: String| {
            if let (Some(node), true) = (root.at(&pointer), !used.contains(&pointer)) {
                used.insert(pointer);
                return Some(node);
            }
            None
        };
        for (name, member) in node.members() {
            open.push(&member.node);
            match (name, &member.node.value) {
                ("$ref", Value::Text(text)) => {
                    let pointer = text
                        .strip_prefix('#')
                        .filter(|pointer| pointer.starts_with("/components/"));
                    open.extend(pointer.and_then(|pointer| lead(pointer.to_owned())));
                }
                ("security", Value::List(alternatives)) => {
                    for (scheme, _) in alternatives.iter().flat_map(Node::members) {
                        open.extend(lead(step("/components/securitySchemes", scheme)));
                    }
                }
                ("mapping", Value::Map(map)) => {
                    for text in map.values().filter_map(|member| member.node.text()) {
                        let name = text.rsplit('/').next().unwrap_or_default();
                        open.extend(lead(step("/components/schemas", name)));
                    }
                }
                _ => {}
            }
        }
        open.extend(node.items());
    }
    // The document's own security is a list, and not under a key here.
    for (scheme, _) in root
        .get("security")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .flat_map(Node::members)
    {
        used.insert(step("/components/securitySchemes", scheme));
    }
    used
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

pub(super) fn items<'a>(list: Option<&At<'a>>) -> Vec<At<'a>> {
    let Some(list) = list else { return Vec::new() };
    let items = list.node.items().iter().enumerate();
    items
        .map(|(index, node)| At {
            node,
            anchor: node.span,
            pointer: format!("{}/{index}", list.pointer),
        })
        .collect()
}
