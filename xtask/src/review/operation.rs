//! Compares two operations.

use std::collections::HashMap;

use super::change::{Sides, Subject, entries};
use super::compare::Comparison;
use super::kinds::{self, Direction};
use super::matched::Matched;
use super::walk::{Key, flags};
use crate::openapi::grammar::{
    HEADER, MEDIA_TYPE, OPERATION, PARAMETER, REQUEST_BODY, RESPONSE, RESPONSES,
};
use crate::openapi::media_type::normalized;
use crate::openapi::operations::{Operation, Parameter, Response, names, shape};
use crate::openapi::references::Located;
use crate::openapi::tree::Node;

impl<'a> Comparison<'_, 'a> {
    pub(super) fn operation(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let sides = Sides::both(&base.at, &head.at);
        let subject = Subject::new(format!("the operation `{}`", head.title()), head.path);
        if base.method != head.method {
            let text = |operation: &Operation<'a>| Some(operation.method.to_uppercase());
            let kinds = &kinds::OPERATION_METHOD_CHANGED;
            self.note_texts(kinds, &subject, &sides, (text(base), text(head)));
        }
        let has_same_shape = shape(base.path) == shape(head.path);
        if !has_same_shape {
            let text = |operation: &Operation<'a>| Some(operation.path.to_owned());
            let kinds = &kinds::OPERATION_PATH_CHANGED;
            self.note_texts(kinds, &subject, &sides, (text(base), text(head)));
        }
        self.object(&OPERATION, &sides, &subject);
        self.security(base, head);
        self.own_servers(base, head);
        self.parameters(base, head, has_same_shape);
        self.body(&Sides { base: base.body.clone(), head: head.body.clone() });
        self.responses(base, head);
    }

    /// Compares the servers of an operation, unless they are those of the document.
    fn own_servers(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let sides = Sides { base: self.base.servers(base), head: self.head.servers(head) };
        if sides.iter().any(|at| at.pointer != "/servers") {
            self.servers(&sides);
        }
    }

    fn parameters(&mut self, base: &Operation<'a>, head: &Operation<'a>, has_same_shape: bool) {
        let renamed: HashMap<&str, &str> = match has_same_shape {
            true => names(base.path).zip(names(head.path)).collect(),
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
        for ((_, base), (_, head)) in &matched.pairs {
            self.parameter(base, head);
        }
        for (parameter, sides) in matched.unmatched(|(_, parameter)| (*parameter, &parameter.at)) {
            let what = format!("the {} parameter ", parameter.location());
            let kinds = match (&sides.head, parameter.at.node.is_true("required")) {
                (None, _) => &kinds::PARAMETER_REMOVED,
                (Some(_), true) => &kinds::PARAMETER_ADDED_REQUIRED,
                (Some(_), false) => &kinds::PARAMETER_ADDED,
            };
            self.note(kinds, &Subject::named(&what, parameter.name()), &sides);
        }
    }

    fn parameter(&mut self, base: &Parameter<'a>, head: &Parameter<'a>) {
        let subject = Subject::named("", head.name());
        let (kinds, what) = match head.location() {
            "path" => (&kinds::PATH_PARAMETER_RENAMED, "the path parameter "),
            _ => (&kinds::HEADER_CASE_CHANGED, "the name of the header "),
        };
        let name = Sides::both(&base.at, &head.at).below("name");
        self.note_difference(kinds, &Subject::named(what, base.name()), &name);
        self.pair(&PARAMETER, &base.listed, &head.listed, &subject);
    }

    fn body(&mut self, sides: &Sides<'a>) {
        let subject = Subject::new("the request body", "requestBody");
        match (&sides.base, &sides.head) {
            (None, None) => {}
            (Some(_), None) => self.note(&kinds::REQUEST_BODY_REMOVED, &subject, sides),
            (None, Some(head)) if head.node.is_true("required") => {
                self.note(&kinds::REQUEST_BODY_ADDED_REQUIRED, &subject, sides);
            }
            (None, Some(_)) => self.note(&kinds::REQUEST_BODY_ADDED, &subject, sides),
            (Some(_), Some(_)) => self.object(&REQUEST_BODY, sides, &subject),
        }
    }

    /// `required` of a parameter, a body or a header.
    pub(super) fn required(&mut self, key: &Key<'_, 'a>) {
        let (was, is) = flags(&key.sides);
        let kinds = match (key.object_type.name, self.direction, is) {
            ("request body", _, true) => &kinds::REQUEST_BODY_BECAME_REQUIRED,
            ("request body", _, false) => &kinds::REQUEST_BODY_BECAME_OPTIONAL,
            (_, Direction::Response, true) => &kinds::RESPONSE_HEADER_BECAME_REQUIRED,
            (_, Direction::Response, false) => &kinds::RESPONSE_HEADER_BECAME_OPTIONAL,
            (_, Direction::Request, true) => &kinds::PARAMETER_BECAME_REQUIRED,
            (_, Direction::Request, false) => &kinds::PARAMETER_BECAME_OPTIONAL,
        };
        if was != is {
            self.note(kinds, key.subject, &key.sides);
        }
    }

    /// `style` and `explode` have defaults that depend on where the value goes.
    pub(super) fn style(&mut self, key: &Key<'_, 'a>) {
        let style = |at: &Located<'a>| {
            let location = at.node.text_of("in");
            let is_simple =
                key.object_type == &HEADER || matches!(location, Some("path" | "header"));
            let default = if is_simple { "simple" } else { "form" };
            at.node.get("style").map_or_else(|| default.into(), Node::to_json)
        };
        let value = |at: &Located<'a>| match (key.name, at.node.get("explode")) {
            ("style", _) => style(at),
            (_, Some(explode)) => explode.to_json(),
            (_, None) => (style(at) == "form").into(),
        };
        let values: Vec<_> = key.parents.iter().map(value).collect();
        if values.first() != values.last() {
            self.exact(key);
        }
    }

    /// The media types of a body, whose names do not depend on case.
    pub(super) fn content(&mut self, key: &Key<'_, 'a>) {
        let (old, new) = (entries(&key.sides.base), entries(&key.sides.head));
        if key.object_type == &RESPONSE && old.is_empty() != new.is_empty() {
            let kinds = match new.is_empty() {
                true => &kinds::RESPONSE_BODY_REMOVED,
                false => &kinds::RESPONSE_BODY_ADDED,
            };
            return self.note_values(kinds, key.subject, &key.sides);
        }
        let matched = Matched::new(old, new).by(|(name, _)| Some(normalized(name)));
        for ((_, base), (_, head)) in &matched.pairs {
            self.pair(&MEDIA_TYPE, base, head, key.subject);
        }
        let kinds = (&kinds::MEDIA_TYPE_REMOVED, &kinds::MEDIA_TYPE_ADDED);
        self.note_unmatched(&matched, kinds, |(name, at)| {
            let title = format!("the media type `{name}` of {}", key.subject.title);
            (Subject::new(title, name), at)
        });
    }

    fn responses(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        self.direction = Direction::Response;
        let subject = |response: &Response<'a>| Subject::named("the response ", response.status);
        let is_success = |response: &&Response<'a>| response.status.starts_with('2');
        let mut matched =
            Matched::new(&base.responses, &head.responses).by(|response| Some(response.status));
        // One success in place of another is one change.
        if let (Some(from), Some(to)) =
            (matched.removed.iter().position(is_success), matched.added.iter().position(is_success))
        {
            let (from, to) = (matched.removed.remove(from), matched.added.remove(to));
            let sides = Sides::both(&listed(from), &listed(to));
            let texts = (Some(from.status.to_owned()), Some(to.status.to_owned()));
            self.note_texts(&kinds::SUCCESS_CHANGED, &subject(to), &sides, texts);
            matched.pairs.push((from, to));
        }
        for response in matched.removed {
            let sides = Sides::base(&listed(response));
            self.note(&kinds::RESPONSE_REMOVED, &subject(response), &sides);
        }
        for response in matched.added {
            let kinds = match is_success(&response) {
                true => &kinds::SUCCESS_ADDED,
                false => &kinds::RESPONSE_ADDED,
            };
            self.note(kinds, &subject(response), &Sides::head(&listed(response)));
            // A range or `default` described this status before.
            let range: String = response.status.chars().take(1).chain("XX".chars()).collect();
            let was_at = |status: &str| base.responses.iter().find(|other| other.status == status);
            let covering = was_at(&range).or_else(|| was_at("default"));
            if let Some(covering) = covering.filter(|_| response.status != "default") {
                matched.pairs.push((covering, response));
            }
        }
        for (base, head) in matched.pairs {
            let subject = Subject::new(format!("the body of `{}`", head.status), head.status);
            self.object(&RESPONSE, &Sides::both(&base.at, &head.at), &subject);
        }
        let all = Sides::both(&base.at, &head.at).below("responses");
        if all.iter().count() == 2 {
            self.object(&RESPONSES, &all, &Subject::new("the responses", "responses"));
        }
    }

    /// The headers of a response, whose names do not depend on case (RFC 9110, section 5.1).
    pub(super) fn headers(&mut self, key: &Key<'_, 'a>) {
        let matched = Matched::new(entries(&key.sides.base), entries(&key.sides.head))
            .by(|(name, _)| Some(name.to_lowercase()));
        for ((name, base), (other, head)) in &matched.pairs {
            let subject = Subject::named("the response header ", name);
            if other != name {
                let texts = (Some((*name).to_owned()), Some((*other).to_owned()));
                let sides = Sides::both(base, head);
                self.note_texts(&kinds::HEADER_CASE_CHANGED, &subject, &sides, texts);
            }
            self.pair(&HEADER, base, head, &subject);
        }
        let kinds = (&kinds::RESPONSE_HEADER_REMOVED, &kinds::RESPONSE_HEADER_ADDED);
        self.note_unmatched(&matched, kinds, |(name, at)| {
            (Subject::named("the response header ", name), at)
        });
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

fn listed<'a>(response: &Response<'a>) -> Located<'a> {
    Located { anchor: response.key, ..response.at.clone() }
}
