//! Compares two operations.

use std::collections::HashMap;

use super::change::{Sides, entries};
use super::compare::{Comparison, Subject};
use super::document::shape;
use super::kinds::{self, Direction};
use super::matched::Matched;
use super::walk::{Key, flags};
use crate::openapi::grammar::{
    HEADER, MEDIA_TYPE, OPERATION, PARAMETER, REQUEST_BODY, RESPONSE, RESPONSES,
};
use crate::openapi::operations::{Operation, Parameter, Response};
use crate::openapi::references::Located;

impl<'a> Comparison<'_, 'a> {
    pub(super) fn operation(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let sides = Sides::both(&base.at, &head.at);
        if base.method != head.method {
            let message = format!("the method of `{}` changed", head.path);
            let texts = (&*base.method.to_uppercase(), &*head.method.to_uppercase());
            let kind = &kinds::OPERATION_METHOD_CHANGED;
            self.note_texts(kind, head.path, message, &sides, texts);
        }
        let has_same_shape = shape(base.path) == shape(head.path);
        if !has_same_shape {
            let id = head.at.node.text_of("operationId").unwrap_or_default();
            let message = format!("the path of `{id}` changed");
            let kind = &kinds::OPERATION_PATH_CHANGED;
            self.note_texts(kind, head.path, message, &sides, (base.path, head.path));
        }
        let subject = Subject::new("the operation", head.path);
        self.object(&OPERATION, &sides, Direction::Request, &subject);
        self.security(base, head);
        self.own_servers(base, head);
        self.parameters(base, head, has_same_shape);
        self.body(base.body.as_ref(), head.body.as_ref());
        self.responses(base, head);
    }

    /// Compares the servers of an operation, unless they are those of the document.
    fn own_servers(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let (old, new) = (self.base.servers(base), self.head.servers(head));
        let is_shared =
            |at: &Option<Located<'a>>| at.as_ref().is_none_or(|at| at.pointer == "/servers");
        if !is_shared(&old) || !is_shared(&new) {
            self.servers(&Sides { base: old, head: new });
        }
    }

    fn parameters(&mut self, base: &Operation<'a>, head: &Operation<'a>, has_same_shape: bool) {
        let renamed: HashMap<&str, &str> = match has_same_shape {
            true => names(base.path).into_iter().zip(names(head.path)).collect(),
            false => HashMap::new(),
        };
        let old = base.effective_parameters().map(|parameter| {
            let (location, name) = key(parameter);
            match renamed.get(parameter.name()) {
                Some(name) if location == "path" => ((location, (*name).to_owned()), parameter),
                _ => ((location, name), parameter),
            }
        });
        let new = head.effective_parameters().map(|parameter| (key(parameter), parameter));
        let matched = Matched::new(old, new).by(|(key, _)| Some(key.clone()));
        for ((_, base), (_, head)) in matched.pairs {
            self.parameter(base, head);
        }
        for (_, parameter) in matched.removed {
            let (name, location) = (parameter.name(), parameter.location());
            let message = format!("the {location} parameter `{name}` is gone");
            self.note(&kinds::PARAMETER_REMOVED, name, message, &Sides::base(&parameter.at));
        }
        for (_, parameter) in matched.added {
            let (name, location) = (parameter.name(), parameter.location());
            let (kind, what) = match parameter.at.node.is_true("required") {
                true => (&kinds::PARAMETER_ADDED_REQUIRED, "is new and required"),
                false => (&kinds::PARAMETER_ADDED, "is new and optional"),
            };
            let message = format!("the {location} parameter `{name}` {what}");
            self.note(kind, name, message, &Sides::head(&parameter.at));
        }
    }

    fn parameter(&mut self, base: &Parameter<'a>, head: &Parameter<'a>) {
        let name = head.name();
        if base.name() != name {
            let (kind, message) = match head.location() {
                "path" => {
                    (&kinds::PATH_PARAMETER_RENAMED, "the parameter of the path has another name")
                }
                _ => (
                    &kinds::HEADER_CASE_CHANGED,
                    "the name of the header is written in another case",
                ),
            };
            let sides = Sides::both(&base.at, &head.at).below("name");
            self.note_values(kind, base.name(), message, &sides);
        }
        let subject = Subject::new(format!("`{name}`"), name);
        self.pair(&PARAMETER, &base.listed, &head.listed, Direction::Request, &subject);
    }

    fn body(&mut self, base: Option<&Located<'a>>, head: Option<&Located<'a>>) {
        let name = "requestBody";
        match (base, head) {
            (None, None) => {}
            (Some(base), None) => {
                let message = "the request body is gone";
                self.note(&kinds::REQUEST_BODY_REMOVED, name, message, &Sides::base(base));
            }
            (None, Some(head)) => {
                let (kind, message) = match head.node.is_true("required") {
                    true => {
                        (&kinds::REQUEST_BODY_ADDED_REQUIRED, "a request body is new and required")
                    }
                    false => (&kinds::REQUEST_BODY_ADDED, "a request body is new and optional"),
                };
                self.note(kind, name, message, &Sides::head(head));
            }
            (Some(base), Some(head)) => {
                let subject = Subject::new("the request body", name);
                let sides = Sides::both(base, head);
                self.object(&REQUEST_BODY, &sides, Direction::Request, &subject);
            }
        }
    }

    /// `required` of a parameter, a body or a header.
    pub(super) fn required(&mut self, key: &Key<'_, 'a>) {
        let (was, is) = flags(&key.sides);
        let kind = match (key.object_type.name, is) {
            ("parameter", true) => &kinds::PARAMETER_BECAME_REQUIRED,
            ("parameter", false) => &kinds::PARAMETER_BECAME_OPTIONAL,
            ("header", true) => &kinds::RESPONSE_HEADER_BECAME_REQUIRED,
            ("header", false) => &kinds::RESPONSE_HEADER_BECAME_OPTIONAL,
            (_, true) => &kinds::REQUEST_BODY_BECAME_REQUIRED,
            (_, false) => &kinds::REQUEST_BODY_BECAME_OPTIONAL,
        };
        if was != is {
            let what = if is { "is now required" } else { "can now be missing" };
            let message = format!("{} {what}", key.subject.title);
            self.note(kind, &key.subject.name, message, &key.sides);
        }
    }

    /// `style` and `explode` have defaults that depend on where the value goes.
    pub(super) fn style(&mut self, key: &Key<'_, 'a>) {
        let style = |at: &Located<'a>| {
            let location = at.node.text_of("in");
            let is_simple =
                key.object_type == &HEADER || matches!(location, Some("path" | "header"));
            let default = if is_simple { "simple" } else { "form" };
            match at.node.get("style") {
                Some(style) => style.to_json(),
                None => default.into(),
            }
        };
        let explode = |at: &Located<'a>| match at.node.get("explode") {
            Some(explode) => explode.to_json(),
            None => (style(at) == "form").into(),
        };
        let value = |at: &Located<'a>| match key.name {
            "style" => style(at),
            _ => explode(at),
        };
        if let (Some(base), Some(head)) = (&key.parents.base, &key.parents.head)
            && value(base) != value(head)
        {
            self.exact(key);
        }
    }

    /// The media types of a body, whose names do not depend on case.
    pub(super) fn content(&mut self, key: &Key<'_, 'a>) {
        let sides = &key.sides;
        let title = &key.subject.title;
        let (old, new) = (entries(&sides.base), entries(&sides.head));
        if key.object_type == &RESPONSE && old.is_empty() != new.is_empty() {
            let (kind, what) = match new.is_empty() {
                true => (&kinds::RESPONSE_BODY_REMOVED, "is gone"),
                false => (&kinds::RESPONSE_BODY_ADDED, "is new"),
            };
            return self.note_values(kind, &key.subject.name, format!("{title} {what}"), sides);
        }
        let matched = Matched::new(old, new).by(|(name, _)| Some(name.to_lowercase()));
        for ((_, base), (_, head)) in &matched.pairs {
            self.pair(&MEDIA_TYPE, base, head, key.direction, key.subject);
        }
        for (name, at) in &matched.removed {
            let message = format!("{title} is no longer `{name}`");
            let kind = kinds::MEDIA_TYPE_REMOVED.of(key.direction);
            self.note(kind, name, message, &Sides::base(at));
        }
        for (name, at) in &matched.added {
            let message = format!("{title} can now be `{name}`");
            let kind = kinds::MEDIA_TYPE_ADDED.of(key.direction);
            self.note(kind, name, message, &Sides::head(at));
        }
    }

    fn responses(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let is_success = |response: &Response<'a>| response.status.starts_with('2');
        let mut matched =
            Matched::new(&base.responses, &head.responses).by(|response| Some(response.status));
        for (base, head) in matched.pairs {
            self.response(base, head);
        }
        // One success in place of another is one change.
        if let (Some(from), Some(to)) = (
            matched.removed.iter().position(|response| is_success(response)),
            matched.added.iter().position(|response| is_success(response)),
        ) {
            let (from, to) = (matched.removed.remove(from), matched.added.remove(to));
            let message = "the status of success changed";
            let sides = Sides::both(&listed(from), &listed(to));
            let texts = (from.status, to.status);
            self.note_texts(&kinds::SUCCESS_CHANGED, to.status, message, &sides, texts);
            self.response(from, to);
        }
        for response in matched.removed {
            let message = format!("the response `{}` is gone", response.status);
            let sides = Sides::base(&listed(response));
            self.note(&kinds::RESPONSE_REMOVED, response.status, message, &sides);
        }
        for response in matched.added {
            let status = response.status;
            // A range or `default` described this status before.
            let range: String = status.chars().take(1).chain("XX".chars()).collect();
            let was_at = |status: &str| base.responses.iter().find(|other| other.status == status);
            let covering = was_at(&range).or_else(|| was_at("default"));
            if let Some(covering) = covering.filter(|_| status != "default") {
                self.response(covering, response);
            }
            let kind = match is_success(response) {
                true => &kinds::SUCCESS_ADDED,
                false => &kinds::RESPONSE_ADDED,
            };
            let message = format!("the response `{status}` is new");
            self.note(kind, status, message, &Sides::head(&listed(response)));
        }
        let all = Sides::both(&base.at, &head.at).below("responses");
        let subject = Subject::new("the responses", "responses");
        if all.base.is_some() && all.head.is_some() {
            self.object(&RESPONSES, &all, Direction::Response, &subject);
        }
    }

    fn response(&mut self, base: &Response<'a>, head: &Response<'a>) {
        let title = format!("the body of `{}`", head.status);
        let subject = Subject::new(title, head.status);
        let sides = Sides::both(&base.at, &head.at);
        self.object(&RESPONSE, &sides, Direction::Response, &subject);
    }

    /// The headers of a response, whose names do not depend on case (RFC 9110, section 5.1).
    pub(super) fn headers(&mut self, key: &Key<'_, 'a>) {
        let matched = Matched::new(entries(&key.sides.base), entries(&key.sides.head))
            .by(|(name, _)| Some(name.to_lowercase()));
        for ((name, base), (other, head)) in &matched.pairs {
            if other != name {
                let message = "the name of the response header is written in another case";
                let sides = Sides::both(base, head);
                self.note_texts(&kinds::HEADER_CASE_CHANGED, name, message, &sides, (name, other));
            }
            let subject = Subject::new(format!("the response header `{name}`"), name);
            self.pair(&HEADER, base, head, Direction::Response, &subject);
        }
        for (name, at) in &matched.removed {
            let message = format!("the response header `{name}` is gone");
            self.note(&kinds::RESPONSE_HEADER_REMOVED, name, message, &Sides::base(at));
        }
        for (name, at) in &matched.added {
            let message = format!("the response header `{name}` is new");
            self.note(&kinds::RESPONSE_HEADER_ADDED, name, message, &Sides::head(at));
        }
    }
}

/// What makes two parameters one: the names of headers do not depend on case (RFC 9110, section 5.1).
fn key(parameter: &Parameter<'_>) -> (String, String) {
    let (location, name) = (parameter.location(), parameter.name());
    match location {
        "header" => (location.to_owned(), name.to_lowercase()),
        _ => (location.to_owned(), name.to_owned()),
    }
}

/// A response where the operation lists it.
fn listed<'a>(response: &Response<'a>) -> Located<'a> {
    Located { anchor: response.key, ..response.at.clone() }
}

/// The names of the parameters in a path.
fn names(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}
