//! Compares a page with an operation: what only one of them has, and what they say of what both have.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::differences::{
    Aspect, DIFFERS, Differences, MISSING_IN_SPEC, PRESENCE, REQUIRED, Subject, TYPE, listed,
    quoted,
};
use super::fields::FieldOwner;
use super::json_block::JsonBlock;
use super::page::{Body, Page};
use super::spec_side::{SpecBody, SpecItem, bodies, properties};
use crate::openapi::Document;
use crate::openapi::media_type::normalized;
use crate::openapi::operations::Operation;
use crate::openapi::values::Schemas;
use crate::source::Source;

/// A page and the operation of its method and path.
pub struct PageComparison<'d, 'a> {
    pub(super) page: &'d Page,
    pub(super) document: &'d Document<'a>,
    pub(super) operation: &'d Operation<'a>,
    pub(super) schemas: Schemas<'a>,
    pub(super) found: Differences<'a>,
}

pub fn compare<'d, 'a>(
    page: &'d Page,
    source: &Rc<Source>,
    document: &'d Document<'a>,
    operation: &'d Operation<'a>,
) -> Differences<'a> {
    let schemas = Schemas::new(document.root);
    let found = Differences::new(source, document.source);
    let mut comparison = PageComparison { page, document, operation, schemas, found };
    for (line, message) in &page.unreadable {
        comparison.found.unreadable(*line, "page", message);
    }
    comparison.parameters("header", &page.headers);
    comparison.parameters("path", &page.path);
    comparison.parameters("query", &page.query);
    comparison.request_body();
    comparison.samples();
    comparison.responses();
    comparison.found
}

/// Where something is: on the page, in the spec, or both.
pub enum Pair<P, S> {
    Both(P, S),
    OnPage(P),
    InSpec(S),
    /// The page has it again.
    Again(P),
}

/// Pairs by name, in the order of the page.
pub fn pairs<'p, 's, P, S>(
    page: impl Iterator<Item = &'p P>,
    spec: &'s [S],
    page_name: impl Fn(&P) -> String,
    spec_name: impl Fn(&S) -> String,
) -> Vec<Pair<&'p P, &'s S>> {
    let known: HashMap<String, &S> = spec.iter().map(|it| (spec_name(it), it)).collect();
    let mut seen = HashSet::new();
    let pair = |it| {
        let name = page_name(it);
        let other = known.get(&name);
        match (seen.insert(name), other) {
            (false, _) => Pair::Again(it),
            (true, Some(other)) => Pair::Both(it, *other),
            (true, None) => Pair::OnPage(it),
        }
    };
    let mut pairs: Vec<_> = page.map(pair).collect();
    pairs.extend(spec.iter().filter(|it| !seen.contains(&spec_name(it))).map(Pair::InSpec));
    pairs
}

impl<'a> PageComparison<'_, 'a> {
    /// The line of the method and the path.
    pub(super) fn title_line(&self) -> usize {
        self.page.operation.line
    }

    /// The operation itself.
    pub(super) fn item(&self) -> SpecItem<'a> {
        SpecItem::new(&self.operation.at)
    }

    /// The body of the operation in each media type.
    pub(super) fn bodies(&self) -> Option<Vec<SpecBody<'a>>> {
        self.operation.body.as_ref().map(|at| bodies(self.document, at))
    }

    pub(super) fn is_body_required(&self) -> bool {
        self.operation.body.as_ref().is_some_and(|body| body.node.is_true("required"))
    }

    fn request_body(&mut self) {
        let page = &self.page.body;
        let line = page.fields.line.unwrap_or_else(|| self.title_line());
        let subject = Subject::new("body", line, &self.item());
        let Some(spec) = self.bodies() else {
            if !page.is_empty() {
                self.found.only_on_page(Aspect::Part("body"), &subject);
            }
            return;
        };
        let required = page.fields.list.iter().find(|field| field.is_required);
        if let (Some(field), false) = (required, self.is_body_required()) {
            let item = spec.first().map_or(&subject.item, |body| &body.item);
            let subject = Subject::new("body", field.line, item);
            self.found.differs(DIFFERS, REQUIRED, &subject, ("required", "optional"));
        }
        self.body("the body", &subject, page, &spec);
    }

    fn responses(&mut self) {
        let page = &self.page.responses;
        let first_line = page.first().map_or(self.title_line(), |first| first.line);
        let known = page.iter().filter(|response| !response.status.is_empty());
        let spec = &self.operation.responses;
        let pairs = pairs(known, spec, |it| it.status.clone(), |it| it.status.to_owned());
        for pair in pairs {
            match pair {
                Pair::Both(stated, response) => {
                    let of = format!("the response {}", stated.status);
                    let item = SpecItem::new(&response.at).at(response.key);
                    let subject = Subject::new(format!("body of {of}"), stated.line, &item);
                    let spec = bodies(self.document, &response.at);
                    self.body(&of, &subject, &stated.body, &spec);
                }
                Pair::OnPage(stated) => {
                    let what = format!("response {}", stated.status);
                    let subject = Subject::new(what, stated.line, &self.item());
                    self.found.only_on_page(Aspect::Part(&stated.status), &subject);
                }
                Pair::InSpec(response) => {
                    let item = SpecItem::new(&response.at).at(response.key);
                    let what = format!("response {}", response.status);
                    self.found.only_in_spec(PRESENCE, &Subject::new(what, first_line, &item));
                }
                Pair::Again(stated) => {
                    self.found.again(stated.line, &format!("response {}", stated.status));
                }
            }
        }
    }

    /// Compares the body of the request or of a response. The subject belongs to its parent in the spec.
    fn body(&mut self, of: &str, subject: &Subject<'a>, page: &Body, spec: &[SpecBody<'a>]) {
        let line = subject.line;
        if let (true, Some(body)) = (page.is_empty(), spec.first()) {
            let subject = Subject::new(&subject.what, line, &body.item);
            return self.found.only_in_spec(PRESENCE, &subject);
        }
        let Some(body) = self.of_media_type(of, subject, page, spec) else {
            return;
        };
        let schema = body.schema.as_ref();
        let inside = body.item.clone().inside(self.document, schema);
        let known = properties(self.document, schema);
        let shown = page.examples.iter().filter_map(|code| Some(JsonBlock::read(code).ok()?.value));
        let shown: Vec<_> = shown.collect();
        let suffix = format!(" of {of}");
        let owner = FieldOwner { noun: "field", of: &suffix, line, shown: Some(&shown) };
        self.fields(owner, "", &page.fields.list, &known, &inside);
        self.examples(&Subject::new(format!("example of {of}"), line, &body.item), page, body);
    }

    /// Compares the media types of a body, and gives the one that the rest is compared with.
    fn of_media_type<'c>(
        &mut self,
        of: &str,
        subject: &Subject<'a>,
        page: &Body,
        spec: &'c [SpecBody<'a>],
    ) -> Option<&'c SpecBody<'a>> {
        let what = format!("media type of {of}");
        let item = spec.first().map_or(&subject.item, |body| &body.item);
        let subject = Subject::new(&what, subject.line, item);
        let Some((stated, line)) = &page.media_type else {
            if !page.is_empty() {
                self.found.only_in_spec(TYPE, &subject);
            }
            return spec.first();
        };
        let is_same = |body: &&SpecBody<'_>| normalized(body.media_type) == normalized(stated);
        let Some(body) = spec.iter().find(is_same) else {
            let rule = if spec.is_empty() { MISSING_IN_SPEC } else { DIFFERS };
            let known = listed(spec.iter().map(|body| body.media_type));
            let subject = Subject { line: *line, ..subject };
            self.found.differs(rule, TYPE, &subject, (&quoted(stated), &known));
            return spec.first();
        };
        for other in spec.iter().filter(|other| !is_same(other)) {
            let what = format!("media type `{}` of {of}", other.media_type);
            self.found.only_in_spec(PRESENCE, &Subject::new(what, subject.line, &other.item));
        }
        Some(body)
    }
}
