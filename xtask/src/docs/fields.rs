//! Holds lists of fields against each other: headers, parameters, and the fields of bodies at each level.

use super::compare::{Comparison, pairs};
use super::finding::{Aspect, Findings, Kind, short};
use super::kind;
use super::operation::{Field, Thing};
use super::page;
use super::samples::have_common_media_type;
use super::shape::Shape;

/// What fields belong to: `field` and ` of the body`.
#[derive(Clone, Copy)]
pub struct Owner<'o> {
    /// What each is called.
    pub noun: &'o str,
    /// What it is in.
    pub of: &'o str,
    /// The line of the page that is about it.
    pub line: usize,
}

impl Owner<'_> {
    /// What findings about a field say that they are about.
    pub fn what(&self, name: &str) -> String {
        format!("{} `{}`{}", self.noun, short(name), self.of)
    }
}

impl<'a> Comparison<'a, '_> {
    /// Compares the parameters of a place with what the page lists, and with what it says of them as JSON.
    pub(super) fn parameters(&mut self, location: &str, page: &page::Fields) {
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
        self.fields(owner, "", &page.list, &spec, &thing);
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
            self.fields(owner, "", again, &spec, &thing);
            for field in &spec {
                self.unstated_default(&owner, location, again, field);
            }
        }
    }

    /// The spec's example of a header or of what is in the query comes from the page's default. That of what is in the path
    /// may come from a sample, too.
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
            && location != "path"
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

    /// Compares lists of fields, whose names start with `prefix`. What the spec lacks belongs to `parent` there.
    pub(super) fn fields(
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
                    self.found
                        .only_on_page(Aspect::Fields, &what, stated.line, parent);
                }
                (None, Some(field)) if !field.is_implied => {
                    let what = owner.what(&format!("{prefix}{}", field.name));
                    self.found
                        .only_in_spec(Aspect::Presence, &what, owner.line, &field.thing);
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
                kind: kind::Kind::named("string"),
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
                span: shape.anchor.unwrap_or(spec.thing.span),
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
            self.fields(
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
}

/// Whether two parameters of a place have one name.
fn same(location: &str, one: &str, other: &str) -> bool {
    match location {
        "header" => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}
