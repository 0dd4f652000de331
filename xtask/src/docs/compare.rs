//! Holds a page against an operation: what one has and the other has not, and what they say of what both have.

use std::collections::{HashMap, HashSet};

use super::finding::{Aspect, Findings, Kind};
use super::operation::{Content, Field, Operation, Thing, contents};
use super::page::{self, Body, Page};
use super::reader::short;
use super::samples::have_common_media_type;
use super::shape::Shape;
use crate::spec::operations::Response;
use crate::spec::values::Schemas;

/// A page and the operation of its method and path.
pub struct Comparison<'a, 'p> {
    pub(super) page: &'p Page,
    pub(super) spec: Operation<'a>,
    pub(super) schemas: Schemas<'a>,
    pub(super) found: Findings<'a>,
}

/// Compares them.
pub fn compare<'a>(page: &Page, spec: Operation<'a>) -> Findings<'a> {
    let mut comparison = Comparison {
        schemas: Schemas::new(spec.root),
        page,
        spec,
        found: Findings::default(),
    };
    for (line, what) in &page.unreadable {
        comparison.found.unreadable(*line, "page", what.as_str());
    }
    comparison.parameters("header", &page.headers);
    comparison.parameters("path", &page.path);
    comparison.parameters("query", &page.query);
    comparison.request_body();
    comparison.samples();
    comparison.responses();
    comparison
        .found
        .list
        .sort_by_key(|finding| finding.page_line);
    comparison.found
}

/// What fields belong to: `field` and ` of the body`.
#[derive(Clone, Copy)]
struct Owner<'o> {
    noun: &'o str,
    of: &'o str,
    /// The line of the page that is about it.
    line: usize,
}

impl Owner<'_> {
    fn what(&self, name: &str) -> String {
        format!("{} `{}`{}", self.noun, short(name), self.of)
    }
}

/// What is on the page, in the spec, or both, in the order of the page. Of what the page has twice, the second counts
/// as read and is handed to `twice`.
fn pairs<'p, 's, P, S>(
    page: &'p [P],
    spec: &'s [S],
    page_name: impl Fn(&P) -> String,
    spec_name: impl Fn(&S) -> String,
    mut twice: impl FnMut(&P),
) -> Vec<(Option<&'p P>, Option<&'s S>)> {
    let mut left: HashMap<String, usize> = spec
        .iter()
        .enumerate()
        .map(|(place, it)| (spec_name(it), place))
        .collect();
    let mut seen = HashSet::new();
    let mut pairs = Vec::new();
    for it in page {
        let name = page_name(it);
        if !name.is_empty() && !seen.insert(name.clone()) {
            twice(it);
            continue;
        }
        pairs.push((
            Some(it),
            left.remove(&name).and_then(|place| spec.get(place)),
        ));
    }
    let mut rest: Vec<usize> = left.into_values().collect();
    rest.sort_unstable();
    pairs.extend(rest.into_iter().map(|place| (None, spec.get(place))));
    pairs
}

impl<'a> Comparison<'a, '_> {
    /// The line of the method and the path.
    pub(super) fn title_line(&self) -> usize {
        self.page.operation.as_ref().map_or(1, |title| title.line)
    }

    fn parameters(&mut self, location: &str, page: &page::Fields) {
        let mut spec = self.spec.fields(location);
        let noun = match location {
            "header" => location.to_owned(),
            _ => format!("{location} parameter"),
        };
        let line = page.line.unwrap_or_else(|| self.title_line());
        let thing = self.spec.thing();
        let owner = Owner {
            noun: &noun,
            of: "",
            line,
        };
        self.fields(owner, &page.list, &spec, &thing);
        for field in &spec {
            self.unstated_default(&owner, location, &page.list, field);
        }
        if let Some(again) = &page.again {
            // What the page does not list at all has been said.
            let listed = |field: &Field<'_>| {
                page.list
                    .iter()
                    .any(|listed| same(location, &listed.name, &field.name))
            };
            spec.retain(|field| {
                listed(field)
                    || again
                        .iter()
                        .any(|stated| same(location, &stated.name, &field.name))
            });
            let line = again.first().map_or(line, |field| field.line);
            let owner = Owner {
                noun: &noun,
                of: " in the JSON",
                line,
            };
            self.fields(owner, again, &spec, &thing);
            for field in &spec {
                self.unstated_default(&owner, location, again, field);
            }
        }
    }

    /// The spec's example of a header comes from the page's default.
    fn unstated_default(
        &mut self,
        owner: &Owner<'_>,
        location: &str,
        page: &[page::Field],
        field: &Field<'a>,
    ) {
        let stated = page
            .iter()
            .find(|stated| same(location, &stated.name, &field.name));
        if let (Some(stated), Some((value, span))) = (stated, &field.value)
            && location == "header"
            && stated.default.is_none()
            && !field.is_implied
            && !value.is_empty()
        {
            let what = owner.what(&field.name);
            let message = format!(
                "the {what} has the example `{}` in the spec and no default on the page",
                short(value)
            );
            let thing = Thing {
                span: *span,
                holders: field.thing.holders.clone(),
            };
            self.found.add(
                Kind::MissingOnPage,
                Aspect::Default,
                &what,
                message,
                stated.line,
                &thing,
            );
        }
    }

    /// Compares lists of fields; what has no counterpart in the spec belongs to `parent` there.
    fn fields(
        &mut self,
        owner: Owner<'_>,
        page: &[page::Field],
        spec: &[Field<'a>],
        parent: &Thing<'a>,
    ) {
        self.nested_fields(owner, "", page, spec, parent);
    }

    fn nested_fields(
        &mut self,
        owner: Owner<'_>,
        prefix: &str,
        page: &[page::Field],
        spec: &[Field<'a>],
        parent: &Thing<'a>,
    ) {
        let key = |name: &str| match owner.noun {
            "header" => name.to_lowercase(),
            _ => name.to_owned(),
        };
        let found = &mut self.found;
        let pairs = pairs(
            page,
            spec,
            |field| key(&field.name),
            |field| key(&field.name),
            |field| {
                let what = owner.what(&format!("{prefix}{}", field.name));
                found.unreadable(field.line, &what, format!("the {what} is there twice"));
            },
        );
        for pair in pairs {
            match pair {
                // Of what could not be read, that has been said.
                (Some(stated), field) if !stated.kind.is_known() => {
                    let holders = field.map(|field| field.thing.holders.clone());
                    self.found.skipped.extend(holders.unwrap_or_default());
                }
                (Some(stated), Some(field)) => self.field(owner, prefix, stated, field),
                (Some(stated), None) => {
                    let what = owner.what(&format!("{prefix}{}", stated.name));
                    let message = format!("the {what} is on the page and not in the spec");
                    self.found.add(
                        Kind::MissingInSpec,
                        Aspect::Fields,
                        &what,
                        message,
                        stated.line,
                        parent,
                    );
                }
                (None, Some(field)) if !field.is_implied => {
                    let what = owner.what(&format!("{prefix}{}", field.name));
                    let message = format!("the {what} is in the spec and not on the page");
                    self.found.add(
                        Kind::MissingOnPage,
                        Aspect::Presence,
                        &what,
                        message,
                        owner.line,
                        &field.thing,
                    );
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, owner: Owner<'_>, prefix: &str, page: &page::Field, spec: &Field<'a>) {
        let path = format!("{prefix}{}", page.name);
        let what = owner.what(&path);
        let shape = match &spec.schema {
            Some(schema) => self.spec.shape(schema),
            None => Shape {
                kind: super::kind::Kind::named("string"),
                ..Shape::default()
            },
        };
        let is_same = shape
            .kind
            .as_ref()
            .is_some_and(|kind| kind.agrees(&page.kind));
        let differs = |found: &mut Findings<'a>, aspect, on_page: String, in_spec: String, line| {
            let message = format!("the {what} is {on_page} on the page and {in_spec} in the spec");
            found.add(Kind::Differs, aspect, &what, message, line, &spec.thing);
        };
        if !is_same {
            let kind = shape
                .kind
                .as_ref()
                .map_or_else(|| "anything".to_owned(), |kind| format!("`{kind}`"));
            differs(
                &mut self.found,
                Aspect::Type,
                format!("`{}`", page.kind),
                kind,
                page.line,
            );
        }
        if page.is_nullable && !shape.is_nullable {
            differs(
                &mut self.found,
                Aspect::Type,
                "nullable".to_owned(),
                "never `null`".to_owned(),
                page.line,
            );
        }
        if let Some(is_required) = spec
            .is_required
            .filter(|is_required| *is_required != page.is_required)
        {
            let word = |is_required| if is_required { "required" } else { "optional" }.to_owned();
            differs(
                &mut self.found,
                Aspect::Required,
                word(page.is_required),
                word(is_required),
                page.line,
            );
        }
        self.default(&what, page, spec);
        if is_same {
            let parent = Thing {
                span: spec.thing.span,
                holders: spec
                    .thing
                    .holders
                    .iter()
                    .copied()
                    .chain(shape.nodes)
                    .collect(),
            };
            let owner = Owner {
                line: page.line,
                ..owner
            };
            self.nested_fields(
                owner,
                &format!("{path}."),
                &page.fields,
                &shape.fields,
                &parent,
            );
        }
    }

    /// A documented default is an example in the spec.
    fn default(&mut self, what: &str, page: &page::Field, spec: &Field<'a>) {
        let Some((stated, line)) = &page.default else {
            return;
        };
        let (kind, known, span) = match &spec.value {
            None => (Kind::MissingInSpec, "none".to_owned(), spec.thing.span),
            Some((value, _)) if value == stated => return,
            Some((value, _)) if spec.is_implied && have_common_media_type(stated, value) => return,
            Some((value, span)) => (Kind::Differs, format!("`{}`", short(value)), *span),
        };
        let message = format!(
            "the {what} has the default `{}` on the page, and the example in the spec is {known}",
            short(stated)
        );
        let thing = Thing {
            span,
            holders: spec.thing.holders.clone(),
        };
        self.found
            .add(kind, Aspect::Default, what, message, *line, &thing);
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
                    Kind::MissingInSpec,
                    Aspect::Fields,
                    "body",
                    message,
                    line,
                    &thing,
                );
            }
            Some(contents) => {
                let is_required = self
                    .spec
                    .it
                    .body
                    .as_ref()
                    .is_some_and(|body| body.node.is_true("required"));
                if let Some(field) = page.fields.iter().find(|field| field.is_required)
                    && !is_required
                {
                    let message = "the body has a required field on the page, and in the spec it is optional as a whole";
                    let thing = contents
                        .first()
                        .map_or(thing.clone(), |content| content.thing.clone());
                    self.found.add(
                        Kind::Differs,
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
        parent: &Thing<'a>,
    ) {
        let what = format!("media type of {of}");
        if page.is_empty()
            && let Some(content) = spec.first()
        {
            let what = of.strip_prefix("the ").unwrap_or(of);
            let what = if what == "body" {
                what.to_owned()
            } else {
                format!("body of {of}")
            };
            let message = format!("the spec describes the {what}, and the page does not");
            return self.found.add(
                Kind::MissingOnPage,
                Aspect::Presence,
                &what,
                message,
                line,
                &content.thing,
            );
        }
        let essence = |media_type: &str| {
            media_type
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_lowercase()
        };
        let stated = page.media_type.as_ref().map(|(stated, _)| essence(stated));
        let content = spec
            .iter()
            .find(|content| Some(essence(content.media_type)) == stated);
        match (&page.media_type, content) {
            (Some((stated, line)), None) => {
                let known: Vec<_> = spec
                    .iter()
                    .map(|content| format!("`{}`", content.media_type))
                    .collect();
                let thing = spec.first().map_or(parent, |content| &content.thing);
                let (kind, known) = match known.is_empty() {
                    true => (Kind::MissingInSpec, "no body".to_owned()),
                    false => (Kind::Differs, known.join(", ")),
                };
                let message = format!(
                    "the {what} is `{}` on the page, and the spec has {known}",
                    short(stated)
                );
                self.found
                    .add(kind, Aspect::Type, &what, message, *line, thing);
            }
            (None, _) if !page.is_empty() => {
                let message = format!("the {what} is not on the page");
                let thing = spec.first().map_or(parent, |content| &content.thing);
                self.found.add(
                    Kind::MissingOnPage,
                    Aspect::Type,
                    &what,
                    message,
                    line,
                    thing,
                );
            }
            _ => {}
        }
        for other in spec
            .iter()
            .filter(|other| content.is_some_and(|content| content.media_type != other.media_type))
        {
            let message = format!(
                "the {what} may be `{}` in the spec, which is not on the page",
                other.media_type
            );
            self.found.add(
                Kind::MissingOnPage,
                Aspect::Presence,
                &what,
                message,
                line,
                &other.thing,
            );
        }
        let Some(content) = content.or(spec.first()) else {
            return;
        };
        let shape = content
            .schema
            .as_ref()
            .map(|schema| self.spec.shape(schema))
            .unwrap_or_default();
        let schema = content
            .schema
            .as_ref()
            .map_or(content.thing.span, |schema| schema.anchor);
        let inside = Thing {
            span: shape.nodes.last().map_or(schema, |_| schema),
            holders: content
                .thing
                .holders
                .iter()
                .copied()
                .chain(shape.nodes.iter().copied())
                .collect(),
        };
        let suffix = format!(" of {of}");
        let owner = Owner {
            noun: "field",
            of: &suffix,
            line,
        };
        self.fields(owner, &page.fields, &shape.fields, &inside);
        self.examples(&format!("example of {of}"), line, &page.examples, content);
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
                    let message = format!("the {what} is on the page and not in the spec");
                    self.found.add(
                        Kind::MissingInSpec,
                        Aspect::Fields,
                        &what,
                        message,
                        stated.line,
                        &self.spec.thing(),
                    );
                }
                (None, Some(response)) => {
                    let what = format!("response {}", response.status);
                    let message = format!("the {what} is in the spec and not on the page");
                    let line = page.first().map_or(self.title_line(), |first| first.line);
                    self.found.add(
                        Kind::MissingOnPage,
                        Aspect::Presence,
                        &what,
                        message,
                        line,
                        &thing(response),
                    );
                }
                (None, None) => {}
            }
        }
    }
}

fn thing<'a>(response: &Response<'a>) -> Thing<'a> {
    Thing {
        span: response.key,
        holders: vec![response.at.node],
    }
}

/// Whether two parameters of a place have one name.
fn same(location: &str, one: &str, other: &str) -> bool {
    match location {
        "header" => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}
