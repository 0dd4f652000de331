//! Compares what goes in and what comes out: bodies, statuses, the headers of responses.

use super::change::{Class, Direction};
use super::compare::{Comparison, PendingChange, Sides, below, entries};
use crate::openapi::grammar::HEADER;
use crate::openapi::operations::{Operation, Response};
use crate::openapi::references::Located;

impl<'a> Comparison<'a> {
    pub(super) fn body(
        &mut self,
        old: Option<&Located<'a>>,
        new: Option<&Located<'a>>,
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
                let note =
                    PendingChange::new(Class::Breaking, "requestBody", "the request body is gone");
                self.note(Sides::base(old), note);
            }
            (None, Some(new)) => {
                let note = match new.node.is_true("required") {
                    true => PendingChange::new(
                        Class::Breaking,
                        "requestBody",
                        "a request body is new and required",
                    ),
                    false => PendingChange::new(
                        Class::Compatible,
                        "requestBody",
                        "a request body is new and optional",
                    ),
                };
                self.note(Sides::head(new), note.going(Direction::Request));
            }
            (Some(old), Some(new)) => self.each_key(old, new, |this, name, a, b| match name {
                "required" => this.required(
                    "the request body",
                    "requestBody",
                    Direction::Request,
                    a,
                    b,
                    Sides::both(old, new),
                ),
                "content" => this.content(a, b, Direction::Request, "the request body"),
                _ => this.other(name, a, b),
            }),
        }
    }

    /// Media types and their schemas.
    pub(super) fn content(
        &mut self,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        direction: Direction,
        subject: &str,
    ) {
        if [&old, &new].into_iter().flatten().any(|at| at.node.map().is_none()) {
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
                    let note = PendingChange::new(
                        Class::Breaking,
                        name,
                        format!("{subject} is not `{name}` any more"),
                    );
                    self.note(Sides::base(&at), note);
                }
            }
        }
        for (name, at) in added {
            let note = match direction {
                Direction::Request => PendingChange::new(
                    Class::Compatible,
                    name,
                    format!("{subject} can also be `{name}`"),
                ),
                Direction::Response => PendingChange::new(
                    Class::Breaking,
                    name,
                    format!("{subject} can now be `{name}`"),
                ),
            };
            self.note(Sides::head(&at), note.going(direction));
        }
    }

    pub(super) fn responses(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let mut removed: Vec<&Response<'a>> = Vec::new();
        let mut added: Vec<&Response<'a>> = head.responses.iter().collect();
        for response in &base.responses {
            match added.iter().position(|other| other.status == response.status) {
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
            let spot = Sides {
                base: Some((&from.at.pointer, from.key)),
                head: Some((&to.at.pointer, to.key)),
            };
            let note =
                PendingChange::new(Class::Breaking, to.status, "the status of success changed")
                    .texts(from.status, to.status);
            self.note(spot, note);
            self.response(from, to);
        }
        for response in removed {
            let status = response.status;
            let note = PendingChange::new(
                Class::Breaking,
                status,
                format!("the response {status} is gone"),
            );
            self.note(Sides { base: Some((&response.at.pointer, response.key)), head: None }, note);
        }
        for response in added {
            let status = response.status;
            // What a range or `default` stood for before may look different now.
            let range: String = status.chars().take(1).chain("XX".chars()).collect();
            let covering = [range.as_str(), "default"].into_iter().find_map(|status| {
                base.responses.iter().find(|covering| covering.status == status)
            });
            if let Some(covering) = covering.filter(|_| status != "default") {
                self.response(covering, response);
            }
            let class = if is_success(response) { Class::Breaking } else { Class::Compatible };
            let note = PendingChange::new(class, status, format!("the response {status} is new"));
            self.note(Sides { base: None, head: Some((&response.at.pointer, response.key)) }, note);
        }
        let keys = |at: Option<Located<'a>>| at;
        if let (Some(old), Some(new)) =
            (keys(below(&base.at, "responses")), keys(below(&head.at, "responses")))
        {
            self.each_key(&old, &new, |this, name, a, b| {
                let is_response =
                    |at: &Option<Located<'a>>| at.as_ref().is_none_or(|at| at.node.map().is_some());
                if name.starts_with("x-") || !is_response(&a) || !is_response(&b) {
                    this.other(name, a, b);
                }
            });
        }
    }

    pub(super) fn response(&mut self, base: &Response<'a>, head: &Response<'a>) {
        let subject = format!("the body of {}", head.status);
        self.each_key(&base.at, &head.at, |this, name, old, new| match name {
            "content" => {
                let is_empty = |at: &Option<Located<'a>>| {
                    at.as_ref().is_none_or(|at| at.node.map().is_some_and(|map| map.is_empty()))
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

    pub(super) fn headers(&mut self, old: Option<Located<'a>>, new: Option<Located<'a>>) {
        if [&old, &new].into_iter().flatten().any(|at| at.node.map().is_none()) {
            return self.other("headers", old, new);
        }
        let mut added = entries(&new);
        for (name, at) in entries(&old) {
            let Some(place) = added.iter().position(|(other, _)| other.eq_ignore_ascii_case(name))
            else {
                let note = PendingChange::new(
                    Class::Breaking,
                    name,
                    format!("the response header `{name}` is gone"),
                );
                self.note(Sides::base(&at), note);
                continue;
            };
            let (other_name, other) = added.remove(place);
            if other_name != name {
                let note = PendingChange::new(
                    Class::Documentation,
                    name,
                    "the response header is written in another case",
                );
                self.note(Sides::both(&at, &other), note.texts(name, other_name));
            }
            let (at, other) = (self.base.resolve(&HEADER, at), self.head.resolve(&HEADER, other));
            let subject = format!("`{name}`");
            self.each_key(&at, &other, |this, key, a, b| match (key, a, b) {
                ("required", a, b) => this.required(
                    &subject,
                    name,
                    Direction::Response,
                    a,
                    b,
                    Sides::both(&at, &other),
                ),
                ("schema", Some(a), Some(b)) => {
                    this.schema(&a, &b, Direction::Response, &subject, name)
                }
                (_, a, b) => this.other(key, a, b),
            });
        }
        for (name, at) in added {
            let note = PendingChange::new(
                Class::Compatible,
                name,
                format!("the response header `{name}` is new"),
            );
            self.note(Sides::head(&at), note);
        }
    }
}
