//! Compares servers, paths and components, and matches operations.

use std::collections::HashSet;

use super::change::{Sides, Subject, entries, items};
use super::compare::Comparison;
use super::kinds;
use super::matched::Matched;
use super::walk::Key;
use crate::openapi::grammar::{COMPONENTS, DOCUMENT, METHODS, PATH_ITEM, SERVER};
use crate::openapi::operations::{Operation, shape};
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
            (_, "x-log-safe") => self.log_safe(key),
            (_, "x-known-errors") => self.known_errors(key),
            // What these mean depends on the whole document; `operations` and `components` compare them.
            ("document", "paths" | "components" | "security") | ("server", "url" | "x-name") => {}
            ("path item", name) if !name.starts_with("x-") => {}
            ("operation", "parameters" | "requestBody" | "responses" | "security" | "servers") => {}
            ("paths" | "responses" | "components", name) if !name.starts_with("x-") => {}
            _ => self.not_understood(key.name, &key.sides),
        }
    }

    pub(super) fn document(&mut self) {
        let whole = Sides::both(&self.base.whole(), &self.head.whole());
        let subject = Subject::new("the document", "document");
        self.object(&DOCUMENT, &whole, &subject);
        let components = whole.below("components");
        if components.iter().count() == 2 {
            self.object(&COMPONENTS, &components, &subject);
        }
        self.paths(&whole.below("paths"), &subject);
    }

    /// Compares what `paths` has besides operations.
    fn paths(&mut self, paths: &Sides<'a>, subject: &Subject) {
        let shape = |(path, _): &(&str, Located<'a>)| Some(shape(path));
        let matched = Matched::new(entries(&paths.base), entries(&paths.head)).by(shape);
        for ((path, base), (_, head)) in &matched.pairs {
            let sides = Sides::both(base, head);
            match path.starts_with("x-") {
                true => self.not_understood(path, &sides),
                false => self.object(&PATH_ITEM, &sides, subject),
            }
        }
        // `operations` notes the operations that are gone or new.
        for (path, sides) in matched.unmatched(|(path, at)| (*path, at)) {
            if !sides.iter().any(has_operation) {
                self.not_understood(path, &sides);
            }
        }
    }

    /// Servers, matched by their names, then by their URLs, then by their places.
    pub(super) fn servers(&mut self, sides: &Sides<'a>) {
        let (old, new) = (items(&sides.base), items(&sides.head));
        if old.is_empty() != new.is_empty() {
            let subject = Subject::named("", "servers");
            return self.note_values(&kinds::SERVERS_CHANGED, &subject, sides);
        }
        let matched = Matched::new(old, new)
            .by(|server| server.node.text_of("x-name"))
            .by(|server| server.node.text_of("url"))
            .by(|server| server.node.get("x-name").is_none().then_some(()));
        for (base, head) in &matched.pairs {
            self.server(&Sides::both(base, head));
        }
        let kinds = (&kinds::SERVER_REMOVED, &kinds::SERVER_ADDED);
        self.note_unmatched(&matched, kinds, |at| {
            (Subject::named("the server ", at.node.text_of("url").unwrap_or_default()), at)
        });
    }

    fn server(&mut self, sides: &Sides<'a>) {
        let name = |at: &Located<'a>| at.node.text_of("x-name").or(at.node.text_of("url"));
        let subject =
            Subject::named("the server ", sides.iter().find_map(name).unwrap_or_default());
        self.object(&SERVER, sides, &subject);
        let (url, name) = (sides.below("url"), sides.below("x-name"));
        self.note_difference(&kinds::SERVER_URL_CHANGED, &subject, &url);
        self.note_difference(&kinds::SERVER_RENAMED, &subject, &name);
    }

    /// Operations, matched by method and path, then by the same with other names of parameters, then by identifier.
    pub(super) fn operations(&mut self) {
        let mut matched = Matched::new(&self.base.operations, &self.head.operations)
            .by(|operation| Some(operation.title()))
            .by(|operation| Some((operation.method, shape(operation.path))))
            .by(|operation| operation.at.node.text_of("operationId"));
        matched.pairs.sort_by_key(|(base, _)| base.at.anchor.start);
        for (base, head) in &matched.pairs {
            self.start_operation(head.title());
            self.operation(base, head);
            self.moved_id(base, head);
        }
        for (operation, sides) in matched.unmatched(|operation| (*operation, &operation.at)) {
            let title = operation.title();
            let subject = Subject::new(format!("the operation `{title}`"), operation.path);
            self.start_operation(title);
            let kinds = match sides.head {
                Some(_) => &kinds::OPERATION_ADDED,
                None => &kinds::OPERATION_REMOVED,
            };
            self.note(kinds, &subject, &sides);
            if sides.head.is_some() {
                self.moved_id(operation, operation);
            }
        }
    }

    /// Code calls an operation by its identifier, whatever its method and path.
    fn moved_id(&mut self, twin: &Operation<'a>, head: &Operation<'a>) {
        let id = |operation: &Operation<'a>| operation.at.node.text_of("operationId");
        let Some(name) = id(head) else { return };
        let was = self.base.operations.iter().find(|it| id(it) == Some(name));
        if let Some(was) = was.filter(|was| !std::ptr::eq(was.at.node, twin.at.node)) {
            let subject = Subject::new(format!("the `operationId` `{name}`"), name);
            let sides = Sides::both(&was.at, &head.at);
            let texts = (Some(was.title()), Some(head.title()));
            self.note_texts(&kinds::OPERATION_ID_MOVED, &subject, &sides, texts);
        }
    }

    /// Compares the components that no operation uses. Operations compare the others.
    pub(super) fn unused_components(&mut self) {
        let (was_used, is_used) = (used(self.base.root), used(self.head.root));
        let whole = Sides::both(&self.base.whole(), &self.head.whole()).below("components");
        for field in COMPONENTS.fields {
            let section = whole.below(field.key);
            if !section.are_maps() {
                self.not_understood(field.key, &section);
                continue;
            }
            for name in section.keys() {
                let sides = section.below(name);
                let base = sides.base.as_ref().map(|at| was_used.contains(&at.pointer));
                let head = sides.head.as_ref().map(|at| is_used.contains(&at.pointer));
                if base.unwrap_or(true) && head.unwrap_or(true) {
                    continue;
                }
                let subject = Subject::named("the component ", name);
                // The values may be long.
                if !self.are_same(&sides) {
                    self.note(&kinds::UNUSED_COMPONENT_CHANGED, &subject, &sides);
                }
            }
        }
    }
}

fn has_operation(path: &Located<'_>) -> bool {
    METHODS.iter().any(|method| path.node.get(method).is_some())
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
