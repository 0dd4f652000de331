//! Compares a page with an operation: what only one of them has, and what they say of what both have.

use std::collections::HashSet;
use std::rc::Rc;

use super::blocks::Code;
use super::differences::{
    Aspect, DIFFERS, Differences, MISSING_IN_SPEC, PRESENCE, REQUIRED, Subject, TYPE, listed,
    quoted,
};
use super::draft;
use super::fields::FieldOwner;
use super::json_block::JsonBlock;
use super::page::{Page, Part, Response};
use super::spec_side::{SpecBody, SpecItem, bodies, properties};
use crate::openapi::Document;
use crate::openapi::media_type::normalized;
use crate::openapi::operations::{self, Operation};
use crate::openapi::values::Schemas;
use crate::source::Source;

/// A page and the operation of its method and path.
pub struct PageComparison<'d, 'a> {
    pub(super) page: &'d Page,
    pub(super) document: &'d Document<'a>,
    pub(super) operation: &'d Operation<'a>,
    pub(super) schemas: Schemas<'a>,
    /// Names on the page with the names that the spec seems to have for the same.
    pub(super) renamed: Vec<(String, String)>,
    /// The headers and parameters of the page, and its body, that the spec does not have, in lower case: one finding is
    /// enough for each.
    pub(super) missing: HashSet<String>,
    pub(super) found: Differences,
}

pub fn compare<'d, 'a>(
    page: &'d Page,
    source: &Rc<Source>,
    document: &'d Document<'a>,
    operation: &'d Operation<'a>,
) -> Differences {
    let schemas = Schemas::new(document.root);
    let found = Differences::new(source, document.source);
    let (renamed, missing) = (Vec::new(), HashSet::new());
    let mut comparison =
        PageComparison { page, document, operation, schemas, renamed, missing, found };
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

impl<'a> PageComparison<'_, 'a> {
    pub(super) fn title_line(&self) -> usize {
        self.page.operation.line
    }

    pub(super) fn item(&self) -> SpecItem<'a> {
        SpecItem::new(&self.operation.at)
    }

    /// The operation, at its `parameters` or `responses`.
    pub(super) fn item_at(&self, key: &str) -> SpecItem<'a> {
        let at = self.operation.at.below(key);
        self.item().at(at.map_or(self.operation.at.anchor, |at| at.anchor))
    }

    pub(super) fn bodies(&self) -> Option<Vec<SpecBody<'a>>> {
        self.operation.body.as_ref().map(|at| bodies(self.document, at))
    }

    pub(super) fn is_body_required(&self) -> bool {
        self.operation.body.as_ref().is_some_and(|body| body.node.is_true("required"))
    }

    fn request_body(&mut self) {
        let page = &self.page.body;
        let line = page.line.unwrap_or_else(|| self.title_line());
        let subject = Subject::new("body", line, &self.item());
        let Some(spec) = self.bodies() else {
            if !page.is_empty() {
                self.found.only_on_page(Aspect::Part("body"), &subject);
                self.missing.extend(["body", "content-type"].map(str::to_owned));
                let (document, operation) = (self.document, self.operation);
                self.found.advise(document, || draft::request_body(page, document, operation));
            }
            return;
        };
        let required = page.fields.iter().find(|field| field.is_required);
        if let (Some(field), false) = (required, self.is_body_required()) {
            let item = spec.first().map_or(&subject.item, |body| &body.item);
            let subject = Subject::new("body", field.line, item);
            self.found.differs(DIFFERS, REQUIRED, &subject, ("required", "optional"));
        }
        self.body("the body", &subject, page, &spec);
    }

    fn responses(&mut self) {
        let page = &self.page.responses;
        let mut seen = HashSet::new();
        for stated in page.iter().filter(|response| !response.status.is_empty()) {
            let what = format!("response {}", stated.status);
            let spec = self.operation.responses.iter().find(|it| it.status == stated.status);
            match spec {
                _ if !seen.insert(stated.status.as_str()) => {
                    let message = format!("the page describes the {what} twice");
                    self.found.unreadable(stated.line, &what, message);
                }
                Some(response) => self.response(stated, response),
                None => {
                    let subject = Subject::new(what, stated.line, &self.item_at("responses"));
                    self.found.only_on_page(Aspect::Part(&stated.status), &subject);
                    let (document, operation) = (self.document, self.operation);
                    self.found.advise(document, || draft::response(stated, document, operation));
                }
            }
        }
        let line = page.first().map_or(self.title_line(), |first| first.line);
        for response in self.operation.responses.iter().filter(|it| !seen.contains(it.status)) {
            let item = SpecItem::new(&response.at).at(response.key);
            let subject = Subject::new(format!("response {}", response.status), line, &item);
            self.found.only_in_spec(PRESENCE, &subject);
        }
    }

    fn response(&mut self, stated: &Response, response: &operations::Response<'a>) {
        let of = format!("the response {}", stated.status);
        let item = SpecItem::new(&response.at).at(response.key);
        let subject = Subject::new(format!("body of {of}"), stated.line, &item);
        self.renamed.clear();
        self.body(&of, &subject, &stated.body, &bodies(self.document, &response.at));
    }

    /// Compares the body of the request or of a response. The subject belongs to its parent in the spec.
    fn body(&mut self, of: &str, subject: &Subject<'a>, page: &Part, spec: &[SpecBody<'a>]) {
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
        self.fields(owner, "", &page.fields, &known, &inside);
        self.examples(&Subject::new(format!("example of {of}"), line, &body.item), page, body);
    }

    /// Compares the media types of a body, and gives the one that the rest is compared with.
    fn of_media_type<'c>(
        &mut self,
        of: &str,
        subject: &Subject<'a>,
        page: &Part,
        spec: &'c [SpecBody<'a>],
    ) -> Option<&'c SpecBody<'a>> {
        let item = spec.first().map_or(&subject.item, |body| &body.item);
        let mut subject = Subject::new(format!("media type of {of}"), subject.line, item);
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
            subject.line = *line;
            self.found.differs(rule, TYPE, &subject, (&quoted(stated), &known));
            return spec.first();
        };
        for other in spec.iter().filter(|other| !is_same(other)) {
            let what = format!("media type `{}` of {of}", other.media_type);
            self.found.only_in_spec(PRESENCE, &Subject::new(what, subject.line, &other.item));
        }
        Some(body)
    }

    /// A block of code with the names that the spec has for what seems to be renamed.
    pub(super) fn with_names(&self, code: &Code) -> Code {
        let mut code = code.clone();
        for (on_page, in_spec) in &self.renamed {
            let quoted = |name: &str| format!("\"{name}\"");
            code.text = code.text.replace(&quoted(on_page), &quoted(in_spec));
        }
        code
    }
}
