//! Compares two operations: who may call, what goes in, what comes out.

use super::change::{Class, Direction};
use super::compare::{Comparison, Note, Spot, below};
use super::document::items;
use crate::spec::objects::{HEADER, SECURITY_SCHEME};
use crate::spec::operations::{Operation, Parameter, Response};
use crate::spec::references::{At, component};
use crate::spec::tree::{Node, Value};

impl<'a> Comparison<'a> {
    pub(super) fn operation(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let spot = Spot {
            base: Some((&base.at.pointer, base.path_key)),
            head: Some((&head.at.pointer, head.path_key)),
        };
        if base.method != head.method {
            let note = Note::new(
                Class::Breaking,
                head.path,
                format!("the method of `{}` changed", head.path),
            );
            self.note(
                spot,
                note.texts(&base.method.to_uppercase(), &head.method.to_uppercase()),
            );
        }
        let renamed = names(base.path)
            .into_iter()
            .zip(names(head.path))
            .collect::<Vec<_>>();
        let is_same_shape = renamed
            .iter()
            .fold(base.path.to_owned(), |path, (from, to)| {
                path.replacen(&format!("{{{from}}}"), &format!("{{{to}}}"), 1)
            })
            == head.path;
        if !is_same_shape {
            let id = head.at.node.text_of("operationId").unwrap_or_default();
            let note = Note::new(
                Class::Breaking,
                head.path,
                format!("the path of `{id}` changed"),
            );
            self.note(spot, note.texts(base.path, head.path));
        }
        self.each_key(&base.at, &head.at, |this, name, old, new| match name {
            "operationId" => {
                let id = base
                    .at
                    .node
                    .text_of("operationId")
                    .unwrap_or_default()
                    .to_owned();
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
            let path = At {
                node: &path.node,
                anchor: path.key,
                pointer: crate::spec::tree::step("/paths", operation.path),
            };
            below(&operation.at, "servers").or_else(|| below(&path, "servers"))
        };
        let (base, head) = (own(self.base.root, base), own(self.head.root, head));
        if base.is_none() && head.is_none() {
            return;
        }
        // Without servers of its own it has those of the document.
        let shared = |root: &'a Node| {
            root.member("servers").map(|member| At {
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
                root.member("security").map(|member| At {
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
        let is_open = |list: &Option<At<'a>>| {
            let is_nothing = |item: &Node| item.map().is_some_and(|map| map.is_empty());
            list.as_ref()
                .is_none_or(|list| list.node.items().iter().all(is_nothing))
        };
        if is_open(&old) && is_open(&new) {
            return;
        }
        if is_open(&old) != is_open(&new) {
            let (class, message) = match is_open(&old) {
                true => (Class::Breaking, "the operation now asks for credentials"),
                false => (
                    Class::Breaking,
                    "the operation asks for no credentials any more",
                ),
            };
            let note = Note::new(class, "security", message);
            let spot = Spot {
                base: Some((
                    &base.at.pointer,
                    old.as_ref().map_or(base.at.anchor, |at| at.anchor),
                )),
                head: Some((
                    &head.at.pointer,
                    new.as_ref().map_or(head.at.anchor, |at| at.anchor),
                )),
            };
            return self.note(spot, note);
        }
        // Schemes of one name are compared with each other elsewhere; of another name, by what they are.
        let scheme = |root: &'a Node, name: &str| {
            component(
                root,
                &SECURITY_SCHEME,
                &format!("#/components/securitySchemes/{name}"),
            )
        };
        let (base_root, head_root) = (self.base.root, self.head.root);
        let key = |root: &'a Node, alternative: &At<'_>| {
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
                    format!("{scheme} {}", member.node.to_json())
                })
                .collect();
            schemes.sort();
            schemes
        };
        let mut added: Vec<(Vec<String>, At<'a>)> = items(new.as_ref())
            .into_iter()
            .map(|at| (key(self.head.root, &at), at))
            .collect();
        for at in items(old.as_ref()) {
            let wanted = key(self.base.root, &at);
            match added.iter().position(|(found, _)| *found == wanted) {
                Some(place) => drop(added.remove(place)),
                None => {
                    let names = schemes(&at);
                    let note = Note::new(
                        Class::Breaking,
                        &names,
                        format!("the credentials {names} are not accepted any more, or are others"),
                    );
                    self.note(Spot::base(&at), note);
                }
            }
        }
        for (_, at) in added {
            let names = schemes(&at);
            let note = Note::new(
                Class::Compatible,
                &names,
                format!("the credentials {names} are accepted, too"),
            );
            self.note(Spot::head(&at), note);
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
                    let note = Note::new(
                        Class::Breaking,
                        name,
                        format!("the {} parameter `{name}` is gone", parameter.location()),
                    );
                    self.note(Spot::base(&parameter.at), note);
                }
            }
        }
        for parameter in added {
            let (name, location) = (parameter.name(), parameter.location());
            let note = match parameter.at.node.is_true("required") {
                true => Note::new(
                    Class::Breaking,
                    name,
                    format!("the {location} parameter `{name}` is new and required"),
                ),
                false => Note::new(
                    Class::Compatible,
                    name,
                    format!("the {location} parameter `{name}` is new and optional"),
                ),
            };
            self.note(Spot::head(&parameter.at), note.going(Direction::Request));
        }
    }

    fn parameter(&mut self, base: &Parameter<'a>, head: &Parameter<'a>) {
        let subject = format!("`{}`", head.name());
        let is_path = head.location() == "path";
        self.each_key(&base.at, &head.at, |this, name, old, new| match name {
            "name" => {
                let class = if is_path {
                    Class::SourceBreaking
                } else {
                    Class::Documentation
                };
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
                Spot::both(&base.at, &head.at),
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
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        spot: Spot<'_>,
    ) {
        let is_true = |at: &Option<At<'a>>| {
            at.as_ref()
                .is_some_and(|at| matches!(at.node.value, Value::Bool(true)))
        };
        let is_known = |at: &Option<At<'a>>| {
            at.as_ref()
                .is_none_or(|at| matches!(at.node.value, Value::Bool(_)))
        };
        if !is_known(&old) || !is_known(&new) {
            return self.other("required", old, new);
        }
        let place = direction.place();
        let note = match (is_true(&old), is_true(&new), direction) {
            (false, true, Direction::Request) => Note::new(
                Class::Breaking,
                name,
                format!("{subject} is now required {place}"),
            ),
            (false, true, Direction::Response) => Note::new(
                Class::Compatible,
                name,
                format!("{subject} is now always there {place}"),
            ),
            (true, false, Direction::Request) => Note::new(
                Class::Compatible,
                name,
                format!("{subject} is not required any more {place}"),
            ),
            (true, false, Direction::Response) => Note::new(
                Class::Breaking,
                name,
                format!("{subject} can now be missing {place}"),
            ),
            _ => return,
        };
        let spot = match (&old, &new) {
            (Some(old), Some(new)) => Spot::both(old, new),
            _ => spot,
        };
        self.note(spot, note.going(direction));
    }

    pub(super) fn sensitive(&mut self, name: &str, old: Option<At<'a>>, new: Option<At<'a>>) {
        self.changed(
            Class::Compatible,
            name,
            &format!("whether `{name}` is hidden in `Debug` changed"),
            old,
            new,
        );
    }

    fn body(
        &mut self,
        old: Option<&At<'a>>,
        new: Option<&At<'a>>,
        base: &Operation<'a>,
        head: &Operation<'a>,
    ) {
        match (old, new) {
            (None, None) => {
                let body = |operation: &Operation<'a>| below(&operation.at, "requestBody");
                let (old, new) = (body(base), body(head));
                if old.is_some() || new.is_some() {
                    self.other("requestBody", old, new);
                }
            }
            (Some(old), None) => {
                let note = Note::new(Class::Breaking, "requestBody", "the request body is gone");
                self.note(Spot::base(old), note);
            }
            (None, Some(new)) => {
                let note = match new.node.is_true("required") {
                    true => Note::new(
                        Class::Breaking,
                        "requestBody",
                        "a request body is new and required",
                    ),
                    false => Note::new(
                        Class::Compatible,
                        "requestBody",
                        "a request body is new and optional",
                    ),
                };
                self.note(Spot::head(new), note.going(Direction::Request));
            }
            (Some(old), Some(new)) => self.each_key(old, new, |this, name, a, b| match name {
                "required" => this.required(
                    "the request body",
                    "requestBody",
                    Direction::Request,
                    a,
                    b,
                    Spot::both(old, new),
                ),
                "content" => this.content(a, b, Direction::Request, "the request body"),
                _ => this.other(name, a, b),
            }),
        }
    }

    /// Media types and their schemas.
    fn content(
        &mut self,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &str,
    ) {
        let entries = |at: &Option<At<'a>>| -> Vec<(&'a str, At<'a>)> {
            let Some(at) = at else { return Vec::new() };
            let names = at.node.members().map(|(name, _)| name);
            names
                .filter_map(|name| Some((name, below(at, name)?)))
                .collect()
        };
        if [&old, &new]
            .into_iter()
            .flatten()
            .any(|at| at.node.map().is_none())
        {
            return self.other("content", old, new);
        }
        let mut added = entries(&new);
        for (name, at) in entries(&old) {
            match added.iter().position(|(other, _)| *other == name) {
                Some(place) => {
                    let (_, other) = added.remove(place);
                    self.each_key(&at, &other, |this, key, a, b| match (key, a, b) {
                        ("schema", Some(a), Some(b)) => {
                            this.schema(&a, &b, direction, subject, name);
                        }
                        (_, a, b) => this.other(key, a, b),
                    });
                }
                None => {
                    let note = Note::new(
                        Class::Breaking,
                        name,
                        format!("{subject} is not `{name}` any more"),
                    );
                    self.note(Spot::base(&at), note);
                }
            }
        }
        for (name, at) in added {
            let note = match direction {
                Direction::Request => Note::new(
                    Class::Compatible,
                    name,
                    format!("{subject} can also be `{name}`"),
                ),
                Direction::Response => Note::new(
                    Class::Breaking,
                    name,
                    format!("{subject} can now be `{name}`"),
                ),
            };
            self.note(Spot::head(&at), note.going(direction));
        }
    }

    fn responses(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let mut removed: Vec<&Response<'a>> = Vec::new();
        let mut added: Vec<&Response<'a>> = head.responses.iter().collect();
        for response in &base.responses {
            match added
                .iter()
                .position(|other| other.status == response.status)
            {
                Some(place) => {
                    let other = added.remove(place);
                    self.response(response, other);
                }
                None => removed.push(response),
            }
        }
        // One success in place of another is one change.
        let is_success = |response: &Response<'a>| response.status.starts_with('2');
        if let (Some(from), Some(to)) = (
            removed.iter().position(|response| is_success(response)),
            added.iter().position(|response| is_success(response)),
        ) {
            let (from, to) = (removed.remove(from), added.remove(to));
            let spot = Spot {
                base: Some((&from.at.pointer, from.key)),
                head: Some((&to.at.pointer, to.key)),
            };
            let note = Note::new(Class::Breaking, to.status, "the status of success changed")
                .texts(from.status, to.status);
            self.note(spot, note);
            self.response(from, to);
        }
        for response in removed {
            let status = response.status;
            let note = Note::new(
                Class::Breaking,
                status,
                format!("the response {status} is gone"),
            );
            self.note(
                Spot {
                    base: Some((&response.at.pointer, response.key)),
                    head: None,
                },
                note,
            );
        }
        for response in added {
            let status = response.status;
            // What a range or `default` stood for before may look different now.
            let range = format!("{}XX", &status[..1]);
            let covering = [range.as_str(), "default"].into_iter().find_map(|status| {
                base.responses
                    .iter()
                    .find(|covering| covering.status == status)
            });
            if let Some(covering) = covering.filter(|_| status != "default") {
                self.response(covering, response);
            }
            let class = if is_success(response) {
                Class::Breaking
            } else {
                Class::Compatible
            };
            let note = Note::new(class, status, format!("the response {status} is new"));
            self.note(
                Spot {
                    base: None,
                    head: Some((&response.at.pointer, response.key)),
                },
                note,
            );
        }
        let keys = |at: Option<At<'a>>| at;
        if let (Some(old), Some(new)) = (
            keys(below(&base.at, "responses")),
            keys(below(&head.at, "responses")),
        ) {
            self.each_key(&old, &new, |this, name, a, b| {
                let is_response =
                    |at: &Option<At<'a>>| at.as_ref().is_none_or(|at| at.node.map().is_some());
                if name.starts_with("x-") || !is_response(&a) || !is_response(&b) {
                    this.other(name, a, b);
                }
            });
        }
    }

    fn response(&mut self, base: &Response<'a>, head: &Response<'a>) {
        let subject = format!("the body of {}", head.status);
        self.each_key(&base.at, &head.at, |this, name, old, new| match name {
            "content" => {
                let is_empty = |at: &Option<At<'a>>| {
                    at.as_ref()
                        .is_none_or(|at| at.node.map().is_some_and(|map| map.is_empty()))
                };
                match (is_empty(&old), is_empty(&new)) {
                    (true, true) => {}
                    (true, false) => this.changed(
                        Class::Breaking,
                        head.status,
                        &format!("the response {} has a body now", head.status),
                        old,
                        new,
                    ),
                    (false, true) => this.changed(
                        Class::Breaking,
                        head.status,
                        &format!("the response {} has no body any more", head.status),
                        old,
                        new,
                    ),
                    (false, false) => this.content(old, new, Direction::Response, &subject),
                }
            }
            "headers" => this.headers(old, new),
            _ => this.other(name, old, new),
        });
    }

    fn headers(&mut self, old: Option<At<'a>>, new: Option<At<'a>>) {
        let entries = |at: &Option<At<'a>>| -> Vec<(&'a str, At<'a>)> {
            let Some(at) = at else { return Vec::new() };
            let names = at.node.members().map(|(name, _)| name);
            names
                .filter_map(|name| Some((name, below(at, name)?)))
                .collect()
        };
        if [&old, &new]
            .into_iter()
            .flatten()
            .any(|at| at.node.map().is_none())
        {
            return self.other("headers", old, new);
        }
        let mut added = entries(&new);
        for (name, at) in entries(&old) {
            let Some(place) = added
                .iter()
                .position(|(other, _)| other.eq_ignore_ascii_case(name))
            else {
                let note = Note::new(
                    Class::Breaking,
                    name,
                    format!("the response header `{name}` is gone"),
                );
                self.note(Spot::base(&at), note);
                continue;
            };
            let (other_name, other) = added.remove(place);
            if other_name != name {
                let note = Note::new(
                    Class::Documentation,
                    name,
                    "the response header is written in another case",
                );
                self.note(Spot::both(&at, &other), note.texts(name, other_name));
            }
            let (at, other) = (
                self.base.resolve(&HEADER, at),
                self.head.resolve(&HEADER, other),
            );
            let subject = format!("`{name}`");
            self.each_key(&at, &other, |this, key, a, b| match (key, a, b) {
                ("required", a, b) => this.required(
                    &subject,
                    name,
                    Direction::Response,
                    a,
                    b,
                    Spot::both(&at, &other),
                ),
                ("schema", Some(a), Some(b)) => {
                    this.schema(&a, &b, Direction::Response, &subject, name)
                }
                (_, a, b) => this.other(key, a, b),
            });
        }
        for (name, at) in added {
            let note = Note::new(
                Class::Compatible,
                name,
                format!("the response header `{name}` is new"),
            );
            self.note(Spot::head(&at), note);
        }
    }
}

/// The names of the parameters in a path.
fn names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// The schemes of an alternative, in words.
fn schemes(alternative: &At<'_>) -> String {
    let names: Vec<String> = alternative
        .node
        .members()
        .map(|(name, _)| format!("`{name}`"))
        .collect();
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
