//! Compares two operations: who may call, what goes in, what comes out.

use super::change::{Class, Direction};
use super::compare::{Comparison, PendingChange, Sides, below};
use super::document::items;
use crate::openapi::grammar::SECURITY_SCHEME;
use crate::openapi::operations::{Operation, Parameter};
use crate::openapi::references::{Located, component};
use crate::openapi::tree::{Node, Value};

impl<'a> Comparison<'a> {
    pub(super) fn operation(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let spot = Sides {
            base: Some((&base.at.pointer, base.path_key)),
            head: Some((&head.at.pointer, head.path_key)),
        };
        if base.method != head.method {
            let note = PendingChange::new(
                Class::Breaking,
                head.path,
                format!("the method of `{}` changed", head.path),
            );
            self.note(spot, note.texts(&base.method.to_uppercase(), &head.method.to_uppercase()));
        }
        let renamed = names(base.path).into_iter().zip(names(head.path)).collect::<Vec<_>>();
        let is_same_shape = renamed.iter().fold(base.path.to_owned(), |path, (from, to)| {
            path.replacen(&format!("{{{from}}}"), &format!("{{{to}}}"), 1)
        }) == head.path;
        if !is_same_shape {
            let id = head.at.node.text_of("operationId").unwrap_or_default();
            let note = PendingChange::new(
                Class::Breaking,
                head.path,
                format!("the path of `{id}` changed"),
            );
            self.note(spot, note.texts(base.path, head.path));
        }
        self.each_key(&base.at, &head.at, |this, name, old, new| match name {
            "operationId" => {
                let id = base.at.node.text_of("operationId").unwrap_or_default().to_owned();
                this.changed(
                    Class::SourceBreaking,
                    &id,
                    "the `operationId`, which is the method's name in Rust, changed",
                    old,
                    new,
                );
            }
            "tags" => this.words(name, old, new),
            // These are compared whole, with what stands on the path or in the document.
            "parameters" | "requestBody" | "responses" | "security" | "servers" => {}
            _ => this.other(name, old, new),
        });
        self.security(base, head);
        self.own_servers(base, head);
        self.parameters(base, head, if is_same_shape { &renamed } else { &[] });
        self.body(base.body.as_ref(), head.body.as_ref(), base, head);
        self.responses(base, head);
    }

    fn own_servers(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let own = |root: &'a Node, operation: &Operation<'a>| {
            let path = root.get("paths")?.member(operation.path)?;
            let path = Located {
                node: &path.node,
                anchor: path.key,
                pointer: crate::openapi::tree::step("/paths", operation.path),
            };
            below(&operation.at, "servers").or_else(|| below(&path, "servers"))
        };
        let (base, head) = (own(self.base.root, base), own(self.head.root, head));
        if base.is_none() && head.is_none() {
            return;
        }
        // Without servers of its own it has those of the document.
        let shared = |root: &'a Node| {
            root.member("servers").map(|member| Located {
                node: &member.node,
                anchor: member.key,
                pointer: "/servers".to_owned(),
            })
        };
        let base = base.or_else(|| shared(self.base.root));
        let head = head.or_else(|| shared(self.head.root));
        self.servers(base, head);
    }

    /// The alternatives, by what is in them: their order says nothing.
    fn security(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let list = |root: &'a Node, operation: &Operation<'a>| {
            let own = below(&operation.at, "security");
            let shared = || {
                root.member("security").map(|member| Located {
                    node: &member.node,
                    anchor: member.key,
                    pointer: "/security".to_owned(),
                })
            };
            own.or_else(shared)
        };
        let (old, new) = (list(self.base.root, base), list(self.head.root, head));
        if !self.are_lists("security", old.as_ref(), new.as_ref()) {
            return;
        }
        // Without any alternative there is one: nothing.
        let is_open = |list: &Option<Located<'a>>| {
            let is_nothing = |item: &Node| item.map().is_some_and(|map| map.is_empty());
            list.as_ref().is_none_or(|list| list.node.items().iter().all(is_nothing))
        };
        if is_open(&old) && is_open(&new) {
            return;
        }
        if is_open(&old) != is_open(&new) {
            let (class, message) = match is_open(&old) {
                true => (Class::Breaking, "the operation now asks for credentials"),
                false => (Class::Breaking, "the operation asks for no credentials any more"),
            };
            let note = PendingChange::new(class, "security", message);
            let spot = Sides {
                base: Some((&base.at.pointer, old.as_ref().map_or(base.at.anchor, |at| at.anchor))),
                head: Some((&head.at.pointer, new.as_ref().map_or(head.at.anchor, |at| at.anchor))),
            };
            return self.note(spot, note);
        }
        // Schemes of one name are compared with each other elsewhere; of another name, by what they are.
        let scheme = |root: &'a Node, name: &str| {
            component(root, &SECURITY_SCHEME, &format!("#/components/securitySchemes/{name}"))
        };
        let (base_root, head_root) = (self.base.root, self.head.root);
        let key = |root: &'a Node, alternative: &Located<'_>| {
            let mut schemes: Vec<String> = alternative
                .node
                .members()
                .map(|(name, member)| {
                    let is_in_both =
                        scheme(base_root, name).is_some() && scheme(head_root, name).is_some();
                    let scheme = match scheme(root, name) {
                        Some(at) if !is_in_both => without_words(at.node).to_string(),
                        _ => name.to_owned(),
                    };
                    let mut scopes = member.node.to_json();
                    if let Some(scopes) = scopes.as_array_mut() {
                        // Their order says nothing.
                        scopes.sort_by_key(ToString::to_string);
                    }
                    format!("{scheme} {scopes}")
                })
                .collect();
            schemes.sort();
            schemes
        };
        let mut added: Vec<(Vec<String>, Located<'a>)> =
            items(new.as_ref()).into_iter().map(|at| (key(self.head.root, &at), at)).collect();
        for at in items(old.as_ref()) {
            let wanted = key(self.base.root, &at);
            match added.iter().position(|(found, _)| *found == wanted) {
                Some(place) => drop(added.remove(place)),
                None => {
                    let names = schemes(&at);
                    let note = PendingChange::new(
                        Class::Breaking,
                        &names,
                        format!("the credentials {names} are not accepted any more, or are others"),
                    );
                    self.note(Sides::base(&at), note);
                }
            }
        }
        for (_, at) in added {
            let names = schemes(&at);
            let note = PendingChange::new(
                Class::Compatible,
                &names,
                format!("the credentials {names} are accepted, too"),
            );
            self.note(Sides::head(&at), note);
        }
    }

    fn parameters(&mut self, base: &Operation<'a>, head: &Operation<'a>, renamed: &[(&str, &str)]) {
        let own = |operation: &Operation<'a>| below(&operation.at, "parameters");
        if !self.are_lists("parameters", own(base).as_ref(), own(head).as_ref()) {
            return;
        }
        let key = |parameter: &Parameter<'_>| {
            let name = parameter.name();
            match parameter.location() {
                // RFC 9110, section 5.1: the names of headers do not depend on case.
                "header" => ("header".to_owned(), name.to_lowercase()),
                location => (location.to_owned(), name.to_owned()),
            }
        };
        let mut added: Vec<&Parameter<'a>> = head.effective_parameters().collect();
        for parameter in base.effective_parameters() {
            let mut wanted = key(parameter);
            if let Some((_, to)) = renamed
                .iter()
                .find(|(from, to)| wanted.0 == "path" && *from == wanted.1 && from != to)
            {
                (wanted.1).clone_from(&(*to).to_owned());
            }
            match added.iter().position(|other| key(other) == wanted) {
                Some(place) => {
                    let other = added.remove(place);
                    self.parameter(parameter, other);
                }
                None => {
                    let name = parameter.name();
                    let note = PendingChange::new(
                        Class::Breaking,
                        name,
                        format!("the {} parameter `{name}` is gone", parameter.location()),
                    );
                    self.note(Sides::base(&parameter.at), note);
                }
            }
        }
        for parameter in added {
            let (name, location) = (parameter.name(), parameter.location());
            let note = match parameter.at.node.is_true("required") {
                true => PendingChange::new(
                    Class::Breaking,
                    name,
                    format!("the {location} parameter `{name}` is new and required"),
                ),
                false => PendingChange::new(
                    Class::Compatible,
                    name,
                    format!("the {location} parameter `{name}` is new and optional"),
                ),
            };
            self.note(Sides::head(&parameter.at), note.going(Direction::Request));
        }
    }

    fn parameter(&mut self, base: &Parameter<'a>, head: &Parameter<'a>) {
        let subject = format!("`{}`", head.name());
        let is_path = head.location() == "path";
        self.each_key(&base.at, &head.at, |this, name, old, new| match name {
            "name" => {
                let class = if is_path { Class::SourceBreaking } else { Class::Documentation };
                let message = match is_path {
                    true => "the parameter of the path has another name",
                    false => "the name of the header is written in another case",
                };
                this.changed(class, base.name(), message, old, new);
            }
            "in" => {}
            "required" => this.required(
                &subject,
                head.name(),
                Direction::Request,
                old,
                new,
                Sides::both(&base.at, &head.at),
            ),
            "schema" => match (old, new) {
                (Some(old), Some(new)) => {
                    this.schema(&old, &new, Direction::Request, &subject, head.name())
                }
                (old, new) => this.other(name, old, new),
            },
            "x-sensitive" => this.sensitive(head.name(), old, new),
            _ => this.other(name, old, new),
        });
    }

    /// `required: true` against `false` or nothing, on a parameter, a body or a header.
    pub(super) fn required(
        &mut self,
        subject: &str,
        name: &str,
        direction: Direction,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        spot: Sides<'_>,
    ) {
        let is_true = |at: &Option<Located<'a>>| {
            at.as_ref().is_some_and(|at| matches!(at.node.value, Value::Bool(true)))
        };
        let is_known = |at: &Option<Located<'a>>| {
            at.as_ref().is_none_or(|at| matches!(at.node.value, Value::Bool(_)))
        };
        if !is_known(&old) || !is_known(&new) {
            return self.other("required", old, new);
        }
        if is_true(&old) == is_true(&new) {
            return;
        }
        let note = PendingChange::required(subject, name, direction, is_true(&new));
        let spot = match (&old, &new) {
            (Some(old), Some(new)) => Sides::both(old, new),
            _ => spot,
        };
        self.note(spot, note);
    }

    pub(super) fn sensitive(
        &mut self,
        name: &str,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
    ) {
        self.changed(
            Class::Compatible,
            name,
            &format!("whether `{name}` is hidden in `Debug` changed"),
            old,
            new,
        );
    }
}

/// The names of the parameters in a path.
fn names(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// The schemes of an alternative, in words.
fn schemes(alternative: &Located<'_>) -> String {
    let names: Vec<String> =
        alternative.node.members().map(|(name, _)| format!("`{name}`")).collect();
    match names.is_empty() {
        true => "of none of the schemes".to_owned(),
        false => names.join(" with "),
    }
}

/// A security scheme without what only people read.
fn without_words(node: &Node) -> serde_json::Value {
    let mut json = node.to_json();
    if let Some(map) = json.as_object_mut() {
        map.retain(|key, _| key != "description" && key != "x-example" && key != "bearerFormat");
    }
    json
}
