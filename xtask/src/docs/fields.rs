//! Holds lists of fields against each other: headers, parameters, and the fields of bodies at each level.

use serde_json::Value as Json;

use super::compare::{Comparison, pairs};
use super::finding::{Aspect, DifferenceKind, quoted, short};
use super::kind;
use super::media;
use super::operation::{Field, SpecItem};
use super::page;
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
    /// The examples that the page has of it: what is in one of them need not be called a default. Nothing, if nobody
    /// asks for defaults.
    pub shown: Option<&'o [Json]>,
}

impl Owner<'_> {
    /// What findings about a field say that they are about.
    pub fn what(&self, name: &str) -> String {
        format!("{} `{}`{}", self.noun, short(name), self.of)
    }

    /// A name in a form that can be compared.
    fn key(&self, name: &str) -> String {
        match self.noun {
            "header" => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    /// What the page has and the spec has not, for departures.
    fn extra<'n>(&self, name: &'n str) -> Aspect<'n> {
        match self.noun {
            "field" => Aspect::Field(name),
            _ => Aspect::Part(name),
        }
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
            // What is in the path is in the sample.
            shown: (location != "path").then_some(&[]),
        };
        self.fields(owner, "", &page.list, &spec, &thing);
        if let Some(again) = &page.again {
            // What the page does not list at all has been said.
            let is_there = |list: &[page::Field], field: &Field<'_>| {
                let mut names = list.iter().map(|stated| owner.key(&stated.name));
                names.any(|name| name == owner.key(&field.name))
            };
            spec.retain(|field| is_there(&page.list, field) || is_there(again, field));
            let owner = Owner {
                of: " in the JSON",
                line: again.first().map_or(line, |field| field.line),
                ..owner
            };
            self.fields(owner, "", again, &spec, &thing);
        }
    }

    /// Compares lists of fields, whose names start with `prefix`. What the spec lacks belongs to `parent` there.
    pub(super) fn fields(
        &mut self,
        owner: Owner<'_>,
        prefix: &str,
        page: &[page::Field],
        spec: &[Field<'a>],
        parent: &SpecItem<'a>,
    ) {
        let found = &mut self.found;
        let pairs = pairs(
            page,
            spec,
            |field| owner.key(&field.name),
            |field| owner.key(&field.name),
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
                    let extra = owner.extra(&stated.name);
                    self.found.only_on_page(extra, &what, stated.line, parent);
                }
                (None, Some(field)) if !field.is_implied => {
                    let what = owner.what(&format!("{prefix}{}", field.name));
                    self.found.only_in_spec(Aspect::Presence, &what, owner.line, &field.thing);
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
            None => Shape { kind: kind::FieldType::named("string"), ..Shape::default() },
        };
        let kind = shape.kind.as_ref();
        let is_same = kind.is_some_and(|kind| kind.agrees(&page.kind));
        let named = |kind: &kind::FieldType| format!("`{kind}`");
        let required = |is: bool| if is { "required" } else { "optional" }.to_owned();
        let differences = [
            (!is_same).then(|| {
                let known = kind.map_or_else(|| "anything".to_owned(), named);
                (Aspect::Type, named(&page.kind), known)
            }),
            (page.is_nullable && !shape.is_nullable)
                .then(|| (Aspect::Type, "nullable".to_owned(), "never `null`".to_owned())),
            spec.is_required
                .filter(|is_required| *is_required != page.is_required)
                .map(|is| (Aspect::Required, required(page.is_required), required(is))),
        ];
        for (aspect, on_page, in_spec) in differences.into_iter().flatten() {
            let message = format!("the {what} is {on_page} on the page and {in_spec} in the spec");
            self.found.add(DifferenceKind::Differs, aspect, &what, message, page.line, &spec.thing);
        }
        match &page.default {
            Some((stated, line)) => self.default(&what, stated, *line, spec),
            None => self.no_default(owner, &what, page, spec),
        }
        if is_same {
            let span = shape.anchor.unwrap_or(spec.thing.span);
            let parent = spec.thing.with(shape.nodes).at(span);
            let owner = Owner { line: page.line, ..owner };
            let prefix = format!("{path}.");
            self.fields(owner, &prefix, &page.fields, &shape.fields, &parent);
        }
    }

    /// A documented default is an example in the spec.
    fn default(&mut self, what: &str, stated: &str, line: usize, spec: &Field<'a>) {
        let (kind, known, span) = match &spec.value {
            None => (DifferenceKind::MissingInSpec, "none".to_owned(), spec.thing.span),
            Some((value, _)) if value == stated => return,
            Some((value, _)) if spec.is_implied && media::have_common(stated, value) => return,
            Some((value, span)) => (DifferenceKind::Differs, quoted(value), *span),
        };
        let stated = quoted(stated);
        let message = format!(
            "the value given for the {what} is {stated} on the page, and {known} in the spec"
        );
        let thing = spec.thing.at(span);
        self.found.add(kind, Aspect::Default, what, message, line, &thing);
    }

    /// An example in the spec comes from the page.
    fn no_default(&mut self, owner: Owner<'_>, what: &str, page: &page::Field, spec: &Field<'a>) {
        let (Some((value, span)), Some(shown)) = (&spec.value, owner.shown) else {
            return;
        };
        let is_shown = shown.iter().any(|example| has(example, &spec.name, value));
        if value.is_empty() || spec.is_implied || is_shown {
            return;
        }
        let message = format!(
            "the example of the {what} is {} in the spec, and the page has no such {}",
            quoted(value),
            if owner.noun == "field" { "default or example" } else { "default" }
        );
        let thing = spec.thing.at(*span);
        self.found.add(
            DifferenceKind::MissingOnPage,
            Aspect::Default,
            what,
            message,
            page.line,
            &thing,
        );
    }
}

/// Whether a value has another under a name, at any level.
fn has(value: &Json, name: &str, wanted: &str) -> bool {
    match value {
        Json::Object(map) => map.iter().any(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            key == name && text == wanted || has(value, name, wanted)
        }),
        Json::Array(values) => values.iter().any(|value| has(value, name, wanted)),
        _ => false,
    }
}
