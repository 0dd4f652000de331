//! Holds a page against an operation: what one has and the other has not, and what they say of what both have.

use std::collections::{HashMap, HashSet};

use super::fields::Owner;
use super::finding::{Aspect, DifferenceKind, Findings, short};
use super::json::Document;
use super::media;
use super::operation::{Content, Operation, SpecItem, contents};
use super::page::{Body, Page};
use crate::openapi::operations::Response;
use crate::openapi::values::Schemas;

/// A page and the operation of its method and path.
pub struct Comparison<'a, 'p> {
    pub(super) page: &'p Page,
    pub(super) spec: Operation<'a>,
    pub(super) schemas: Schemas<'a>,
    pub(super) found: Findings<'a>,
}

/// Compares them.
pub fn compare<'a>(page: &Page, spec: Operation<'a>) -> Findings<'a> {
    let mut comparison =
        Comparison { schemas: Schemas::new(spec.root), page, spec, found: Findings::default() };
    for (line, what) in &page.unreadable {
        comparison.found.unreadable(*line, "page", what.as_str());
    }
    comparison.parameters("header", &page.headers);
    comparison.parameters("path", &page.path);
    comparison.parameters("query", &page.query);
    comparison.request_body();
    comparison.samples();
    comparison.responses();
    comparison.found.list.sort_by_key(|finding| finding.page_line);
    comparison.found
}

/// What is on the page, in the spec, or both, in the order of the page. Of what the page has twice, the second counts
/// as read and is handed to `twice`.
pub fn pairs<'p, 's, P, S>(
    page: &'p [P],
    spec: &'s [S],
    page_name: impl Fn(&P) -> String,
    spec_name: impl Fn(&S) -> String,
    mut twice: impl FnMut(&P),
) -> Vec<(Option<&'p P>, Option<&'s S>)> {
    let mut left: HashMap<String, usize> =
        spec.iter().enumerate().map(|(place, it)| (spec_name(it), place)).collect();
    let mut seen = HashSet::new();
    let mut pairs = Vec::new();
    for it in page {
        let name = page_name(it);
        if !name.is_empty() && !seen.insert(name.clone()) {
            twice(it);
            continue;
        }
        pairs.push((Some(it), left.remove(&name).and_then(|place| spec.get(place))));
    }
    let mut rest: Vec<usize> = left.into_values().collect();
    rest.sort_unstable();
    pairs.extend(rest.into_iter().map(|place| (None, spec.get(place))));
    pairs
}

impl<'a> Comparison<'a, '_> {
    /// The line of the method and the path.
    pub(super) fn title_line(&self) -> usize {
        self.page.operation.line
    }

    fn request_body(&mut self) {
        let page = &self.page.body;
        let line = page.line.unwrap_or_else(|| self.title_line());
        let thing = self.spec.thing();
        match self.spec.body() {
            None if page.is_empty() => {}
            None => {
                let message = "the page describes a body, and the spec has none".to_owned();
                self.found.add(
                    DifferenceKind::MissingInSpec,
                    Aspect::Part("body"),
                    "body",
                    message,
                    line,
                    &thing,
                );
            }
            Some(contents) => {
                let mut required = page.fields.iter().filter(|field| field.is_required);
                if !self.spec.is_body_required()
                    && let Some(field) = required.next()
                {
                    let message = "the body has a required field on the page, and in the spec it is optional as a whole";
                    let thing =
                        contents.first().map_or(thing.clone(), |content| content.thing.clone());
                    self.found.add(
                        DifferenceKind::Differs,
                        Aspect::Required,
                        "body",
                        message.to_owned(),
                        field.line,
                        &thing,
                    );
                }
                self.body("the body", line, page, &contents, &thing);
            }
        }
    }

    /// Compares a body with what the spec has in its place, which belongs to `parent`.
    fn body(
        &mut self,
        of: &str,
        line: usize,
        page: &Body,
        spec: &[Content<'a>],
        parent: &SpecItem<'a>,
    ) {
        if page.is_empty()
            && let Some(content) = spec.first()
        {
            let what = match of {
                "the body" => "body".to_owned(),
                of => format!("body of {of}"),
            };
            let message = format!("the spec describes the {what}, and the page does not");
            let kind = DifferenceKind::MissingOnPage;
            return self.found.add(kind, Aspect::Presence, &what, message, line, &content.thing);
        }
        let Some(content) = self.content(of, line, page, spec, parent) else {
            return;
        };
        let schema = content.schema.as_ref();
        let shape = schema.map(|schema| self.spec.shape(schema)).unwrap_or_default();
        let span = shape.anchor.unwrap_or(content.thing.span);
        let inside = content.thing.with(shape.nodes.iter().copied()).at(span);
        let suffix = format!(" of {of}");
        let shown = page.examples.iter().filter_map(|code| Document::read(code).ok());
        let shown: Vec<_> = shown.map(|document| document.value).collect();
        let owner = Owner { noun: "field", of: &suffix, line, shown: Some(&shown) };
        self.fields(owner, "", &page.fields, &shape.fields, &inside);
        self.examples(&format!("example of {of}"), line, &page.examples, content);
    }

    /// Compares the media types of a body, and gives what the rest is compared with.
    fn content<'c>(
        &mut self,
        of: &str,
        line: usize,
        page: &Body,
        spec: &'c [Content<'a>],
        parent: &SpecItem<'a>,
    ) -> Option<&'c Content<'a>> {
        let what = format!("media type of {of}");
        let thing = spec.first().map_or(parent, |content| &content.thing);
        let Some((stated, stated_line)) = &page.media_type else {
            if !page.is_empty() {
                let message = format!("the {what} is not on the page");
                let kind = DifferenceKind::MissingOnPage;
                self.found.add(kind, Aspect::Type, &what, message, line, thing);
            }
            return spec.first();
        };
        let is_same =
            |content: &&Content<'_>| media::normal(content.media_type) == media::normal(stated);
        let Some(content) = spec.iter().find(is_same) else {
            let known: Vec<_> =
                spec.iter().map(|content| format!("`{}`", content.media_type)).collect();
            let (kind, known) = match known.is_empty() {
                true => (DifferenceKind::MissingInSpec, "no body".to_owned()),
                false => (DifferenceKind::Differs, known.join(", ")),
            };
            let message =
                format!("the {what} is `{}` on the page, and the spec has {known}", short(stated));
            self.found.add(kind, Aspect::Type, &what, message, *stated_line, thing);
            return spec.first();
        };
        for other in spec.iter().filter(|other| !is_same(other)) {
            let message = format!(
                "the {what} may be `{}` in the spec, which is not on the page",
                other.media_type
            );
            let kind = DifferenceKind::MissingOnPage;
            self.found.add(kind, Aspect::Presence, &what, message, line, &other.thing);
        }
        Some(content)
    }

    fn responses(&mut self) {
        let page = &self.page.responses;
        let spec = &self.spec.it.responses;
        let found = &mut self.found;
        let pairs = pairs(
            page,
            spec,
            |response| response.status.clone(),
            |response: &Response<'a>| response.status.to_owned(),
            |response| {
                let what = format!("response {}", response.status);
                found.unreadable(response.line, &what, format!("the {what} is there twice"));
            },
        );
        for pair in pairs {
            match pair {
                // Of what could not be read, that has been said.
                (Some(stated), _) if stated.status.is_empty() => {}
                (Some(stated), Some(response)) => {
                    let contents = contents(self.spec.root, &response.at);
                    let of = format!("the response {}", stated.status);
                    self.body(&of, stated.line, &stated.body, &contents, &thing(response));
                }
                (Some(stated), None) => {
                    let what = format!("response {}", stated.status);
                    let (part, thing) = (Aspect::Part(&stated.status), self.spec.thing());
                    self.found.only_on_page(part, &what, stated.line, &thing);
                }
                (None, Some(response)) => {
                    let what = format!("response {}", response.status);
                    let line = page.first().map_or(self.title_line(), |first| first.line);
                    self.found.only_in_spec(Aspect::Presence, &what, line, &thing(response));
                }
                (None, None) => {}
            }
        }
    }
}

fn thing<'a>(response: &Response<'a>) -> SpecItem<'a> {
    SpecItem { span: response.key, holders: vec![response.at.node] }
}
