//! Compares two operations: who may call, what goes in, what comes out.

use std::collections::HashMap;

use super::change::Sides;
use super::compare::{Comparison, Subject};
use super::document::shape;
use super::kinds::{self, Direction};
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
            let texts = (Some(base.method.to_uppercase()), Some(head.method.to_uppercase()));
            self.note_texts(
                &kinds::OPERATION_METHOD_CHANGED,
                head.path,
                message,
                &sides,
                Some(texts),
            );
        }
        let has_same_shape = shape(base.path) == shape(head.path);
        if !has_same_shape {
            let id = head.at.node.text_of("operationId").unwrap_or_default();
            let message = format!("the path of `{id}` changed");
            let texts = (Some(base.path.to_owned()), Some(head.path.to_owned()));
            self.note_texts(
                &kinds::OPERATION_PATH_CHANGED,
                head.path,
                message,
                &sides,
                Some(texts),
            );
        }
        let subject = Subject::new("the operation", head.path);
        self.object(&OPERATION, &sides, Direction::Request, &subject);
        self.security(base, head);
        self.own_servers(base, head);
        self.parameters(base, head, has_same_shape);
        self.body(base.body.as_ref(), head.body.as_ref());
        self.responses(base, head);
    }

    /// The servers of an operation that does not have those of the document.
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
        let mut added: HashMap<(String, String), &Parameter<'a>> =
            head.effective_parameters().map(|parameter| (key(parameter), parameter)).collect();
        for parameter in base.effective_parameters() {
            let mut wanted = key(parameter);
            if let (true, Some(name)) = (wanted.0 == "path", renamed.get(parameter.name())) {
                wanted.1 = (*name).to_owned();
            }
            if let Some(other) = added.remove(&wanted) {
                self.parameter(parameter, other);
                continue;
            }
            let (name, location) = (parameter.name(), parameter.location());
            let message = format!("the {location} parameter `{name}` is gone");
            self.note(&kinds::PARAMETER_REMOVED, name, message, &Sides::base(&parameter.at));
        }
        for parameter in head.effective_parameters() {
            if added.remove(&key(parameter)).is_none() {
                continue;
            }
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
        let Some((was, is)) = flags(&key.sides) else {
            return self.not_understood(key.name, &key.sides);
        };
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
        let is_same = |base: &Located<'a>, head: &Located<'a>| match key.name {
            "style" => style(base) == style(head),
            _ => explode(base) == explode(head),
        };
        if let (Some(base), Some(head)) = (&key.parents.base, &key.parents.head)
            && !is_same(base, head)
        {
            let message = format!("`{}` of {} changed", key.name, key.subject.title);
            let kind = &kinds::EXACT_VALUE_CHANGED;
            self.note_values(kind, &key.subject.name, message, &key.sides);
        }
    }

    /// The media types of a body, whose names do not depend on case.
    pub(super) fn content(&mut self, key: &Key<'_, 'a>) {
        let sides = &key.sides;
        if !sides.are_maps() {
            return self.not_understood(key.name, sides);
        }
        let title = &key.subject.title;
        let entries =
            |at: &Option<Located<'a>>| at.as_ref().map(Located::entries).unwrap_or_default();
        let (old, new) = (entries(&sides.base), entries(&sides.head));
        if key.object_type == &RESPONSE && old.is_empty() != new.is_empty() {
            let (kind, what) = match new.is_empty() {
                true => (&kinds::RESPONSE_BODY_REMOVED, "is gone"),
                false => (&kinds::RESPONSE_BODY_ADDED, "is new"),
            };
            return self.note_values(kind, &key.subject.name, format!("{title} {what}"), sides);
        }
        let mut added: HashMap<String, (&str, Located<'a>)> =
            new.iter().map(|(name, at)| (name.to_lowercase(), (*name, at.clone()))).collect();
        for (name, at) in &old {
            if let Some((_, other)) = added.remove(&name.to_lowercase()) {
                self.pair(&MEDIA_TYPE, at, &other, key.direction, key.subject);
                continue;
            }
            let message = format!("{title} is no longer `{name}`");
            let kind = kinds::MEDIA_TYPE_REMOVED.of(key.direction);
            self.note(kind, name, message, &Sides::base(at));
        }
        for (name, at) in new.iter().filter(|(name, _)| added.contains_key(&name.to_lowercase())) {
            let message = format!("{title} can now be `{name}`");
            let kind = kinds::MEDIA_TYPE_ADDED.of(key.direction);
            self.note(kind, name, message, &Sides::head(at));
        }
    }

    fn responses(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let is_success = |response: &Response<'a>| response.status.starts_with('2');
        let at = |status: &str| head.responses.iter().find(|other| other.status == status);
        let was_at = |status: &str| base.responses.iter().find(|other| other.status == status);
        let mut removed: Vec<_> =
            base.responses.iter().filter(|response| at(response.status).is_none()).collect();
        let mut added: Vec<_> =
            head.responses.iter().filter(|response| was_at(response.status).is_none()).collect();
        for response in &base.responses {
            if let Some(other) = at(response.status) {
                self.response(response, other);
            }
        }
        // One success in place of another is one change.
        if let (Some(from), Some(to)) = (
            removed.iter().position(|response| is_success(response)),
            added.iter().position(|response| is_success(response)),
        ) {
            let (from, to) = (removed.remove(from), added.remove(to));
            let texts = Some((Some(from.status.to_owned()), Some(to.status.to_owned())));
            let message = "the status of success changed";
            let sides = Sides::both(&listed(from), &listed(to));
            self.note_texts(&kinds::SUCCESS_CHANGED, to.status, message, &sides, texts);
            self.response(from, to);
        }
        for response in removed {
            let message = format!("the response `{}` is gone", response.status);
            let sides = Sides::base(&listed(response));
            self.note(&kinds::RESPONSE_REMOVED, response.status, message, &sides);
        }
        for response in added {
            let status = response.status;
            // What a range or `default` stood for before may look different now.
            let range: String = status.chars().take(1).chain("XX".chars()).collect();
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
        if !key.sides.are_maps() {
            return self.not_understood(key.name, &key.sides);
        }
        let entries =
            |at: &Option<Located<'a>>| at.as_ref().map(Located::entries).unwrap_or_default();
        let (old, new) = (entries(&key.sides.base), entries(&key.sides.head));
        let mut added: HashMap<String, (&str, Located<'a>)> =
            new.iter().map(|(name, at)| (name.to_lowercase(), (*name, at.clone()))).collect();
        for (name, at) in &old {
            let Some((other_name, other)) = added.remove(&name.to_lowercase()) else {
                let message = format!("the response header `{name}` is gone");
                self.note(&kinds::RESPONSE_HEADER_REMOVED, name, message, &Sides::base(at));
                continue;
            };
            if other_name != *name {
                let texts = Some((Some((*name).to_owned()), Some(other_name.to_owned())));
                let message = "the name of the response header is written in another case";
                let sides = Sides::both(at, &other);
                self.note_texts(&kinds::HEADER_CASE_CHANGED, name, message, &sides, texts);
            }
            let subject = Subject::new(format!("the response header `{name}`"), name);
            self.pair(&HEADER, at, &other, Direction::Response, &subject);
        }
        for (name, at) in new.iter().filter(|(name, _)| added.contains_key(&name.to_lowercase())) {
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
