//! Compares servers, paths and components, and matches operations.

use std::collections::HashSet;

use super::change::{Sides, entries, items};
use super::compare::{Comparison, Subject};
use super::kinds::{self, Direction};
use super::matched::Matched;
use super::walk::Key;
use crate::openapi::grammar::{COMPONENTS, DOCUMENT, METHODS, PATH_ITEM, SERVER};
use crate::openapi::references::{Located, reached};
use crate::openapi::tree::{Node, step};

impl<'a> Comparison<'_, 'a> {
    /// Compares the keys that need a function of their own.
    pub(super) fn own(&mut self, key: &Key<'_, 'a>) {
        match (key.object_type.name, key.name) {
            ("schema", "type") => self.type_of(key),
            ("schema", "format") => self.format(key),
            ("schema", "items") => self.items_of(key),
            ("schema", "properties") => self.properties(key),
            ("schema", "required") => self.requirements(key),
            ("schema", "additionalProperties") => self.additional(key),
            ("schema", "allOf" | "oneOf" | "anyOf") => self.combination(key),
            ("schema", "discriminator") => self.discriminator(key),
            ("parameter" | "header" | "request body", "required") => self.required(key),
            ("parameter" | "header" | "encoding", "style" | "explode") => self.style(key),
            ("parameter" | "header" | "request body" | "response", "content") => self.content(key),
            ("discriminator", "mapping") | ("parameter", "name") => {}
            ("response", "headers") => self.headers(key),
            ("security scheme", "name" | "scheme") => self.credential(key),
            ("OAuth flow", "scopes") => self.scopes(key),
            ("document", "servers") => self.servers(&key.sides),
            (_, "x-sensitive") => self.sensitive(key),
            // What these mean depends on the whole document; `operations` and `components` compare them.
            ("document", "paths" | "components" | "security") | ("server", "url" | "x-name") => {}
            ("path item", name) if !name.starts_with("x-") => {}
            ("operation", "parameters" | "requestBody" | "responses" | "security" | "servers") => {}
            ("paths" | "responses" | "components", name) if !name.starts_with("x-") => {}
            _ => self.not_understood(key.name, &key.sides),
        }
    }

    pub(super) fn document(&mut self) {
        let whole = Sides { base: Some(self.base.whole()), head: Some(self.head.whole()) };
        let subject = Subject::new("the document", "document");
        self.object(&DOCUMENT, &whole, Direction::Request, &subject);
        let components = whole.below("components");
        if components.base.is_some() && components.head.is_some() {
            self.object(&COMPONENTS, &components, Direction::Request, &subject);
        }
        self.paths(&whole.below("paths"), &subject);
    }

    /// Compares what `paths` has besides operations.
    fn paths(&mut self, paths: &Sides<'a>, subject: &Subject) {
        let shape = |(path, _): &(&str, Located<'a>)| Some(shape(path));
        let matched = Matched::new(entries(&paths.base), entries(&paths.head)).by(shape);
        for ((path, base), (_, head)) in matched.pairs {
            let sides = Sides::both(&base, &head);
            match path.starts_with("x-") {
                true => self.not_understood(path, &sides),
                false => self.object(&PATH_ITEM, &sides, Direction::Request, subject),
            }
        }
        // Removed and added operations are noted by `operations`.
        for (path, base) in matched.removed.iter().filter(|(_, base)| !has_operation(base)) {
            self.not_understood(path, &Sides::base(base));
        }
        for (path, head) in matched.added.iter().filter(|(_, head)| !has_operation(head)) {
            self.not_understood(path, &Sides::head(head));
        }
    }

    /// Servers, matched by their names, then by their URLs, then by their places.
    pub(super) fn servers(&mut self, sides: &Sides<'a>) {
        let (old, new) = (items(&sides.base), items(&sides.head));
        if old.is_empty() != new.is_empty() {
            let message = "`servers` was added or removed";
            return self.note_values(&kinds::SERVERS_CHANGED, "servers", message, sides);
        }
        let matched = Matched::new(old, new)
            .by(|server| server.node.text_of("x-name"))
            .by(|server| server.node.text_of("url"))
            .by(|server| server.node.get("x-name").is_none().then_some(()));
        for (base, head) in matched.pairs {
            self.server(&base, &head);
        }
        for at in &matched.removed {
            let url = at.node.text_of("url").unwrap_or_default();
            let message = format!("the server `{url}` is gone");
            self.note(&kinds::SERVER_REMOVED, url, message, &Sides::base(at));
        }
        for at in &matched.added {
            let url = at.node.text_of("url").unwrap_or_default();
            let message = format!("the server `{url}` is new");
            self.note(&kinds::SERVER_ADDED, url, message, &Sides::head(at));
        }
    }

    fn server(&mut self, base: &Located<'a>, head: &Located<'a>) {
        let sides = Sides::both(base, head);
        let name = head.node.text_of("x-name").or(base.node.text_of("x-name")).unwrap_or("url");
        let subject = Subject::new(format!("the server `{name}`"), name);
        self.object(&SERVER, &sides, Direction::Request, &subject);
        let differs = |key: &str| {
            let json = |at: &Located<'a>| at.node.get(key).map(Node::to_json);
            json(base) != json(head)
        };
        if differs("url") {
            let message = match base.node.get("x-name").is_some() {
                true => format!(
                    "the server `{name}` has another URL: code that names it calls another host"
                ),
                false => "the server has another URL".to_owned(),
            };
            self.note_values(&kinds::SERVER_URL_CHANGED, name, message, &sides.below("url"));
        }
        if differs("x-name") {
            let message = "the server's `x-name` changed";
            self.note_values(&kinds::SERVER_RENAMED, name, message, &sides.below("x-name"));
        }
    }

    /// Operations, matched by method and path, then by the same with other names of parameters, then by identifier.
    pub(super) fn operations(&mut self) {
        let mut matched = Matched::new(&self.base.operations, &self.head.operations)
            .by(|operation| Some(operation.title()))
            .by(|operation| Some((operation.method, shape(operation.path))))
            .by(|operation| operation.at.node.text_of("operationId"));
        matched.pairs.sort_by_key(|(base, _)| base.at.anchor.start);
        for (base, head) in matched.pairs {
            self.start_operation(head.title());
            self.operation(base, head);
        }
        for operation in matched.removed {
            let title = self.start_operation(operation.title());
            let message = format!("the operation `{title}` is gone");
            let sides = Sides::base(&operation.at);
            self.note(&kinds::OPERATION_REMOVED, operation.path, message, &sides);
        }
        for operation in matched.added {
            let title = self.start_operation(operation.title());
            let message = format!("the operation `{title}` is new");
            let sides = Sides::head(&operation.at);
            self.note(&kinds::OPERATION_ADDED, operation.path, message, &sides);
        }
        self.end_operation();
    }

    /// Compares the components that no operation uses. Operations compare the others.
    pub(super) fn unused_components(&mut self) {
        let (used, is_used) = (used(self.base.root), used(self.head.root));
        for field in COMPONENTS.fields {
            let of = |document: &crate::openapi::Document<'a>| {
                document.whole().below("components").and_then(|at| at.below(field.key))
            };
            let section = Sides { base: of(self.base), head: of(self.head) };
            if !section.are_maps() {
                self.not_understood(field.key, &section);
                continue;
            }
            for name in section.keys() {
                let sides = section.below(name);
                let verb = match (&sides.base, &sides.head) {
                    (Some(base), Some(head)) => {
                        let are_used =
                            used.contains(&base.pointer) && is_used.contains(&head.pointer);
                        if are_used || self.is_same(base.node, head.node) {
                            continue;
                        }
                        "changed"
                    }
                    (Some(base), None) if !used.contains(&base.pointer) => "is gone",
                    (None, Some(head)) if !is_used.contains(&head.pointer) => "is new",
                    _ => continue,
                };
                let message = format!("the component `{name}`, which no operation uses, {verb}");
                self.note(&kinds::UNUSED_COMPONENT_CHANGED, name, message, &sides);
            }
        }
    }
}

fn has_operation(path: &Located<'_>) -> bool {
    METHODS.iter().any(|method| path.node.get(method).is_some())
}

/// A path without the names of its parameters.
pub(super) fn shape(path: &str) -> String {
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

/// The pointers of the components that operations use.
fn used(root: &Node) -> HashSet<String> {
    let mut used = reached(root, root.get("paths").into_iter().collect());
    let shared = root.get("security").map(Node::items).unwrap_or_default();
    for (scheme, _) in shared.iter().flat_map(Node::members) {
        used.insert(step("/components/securitySchemes", scheme));
    }
    used
}
