//! Compares lists of fields: headers, parameters, and the fields of bodies at each level.

use serde_json::Value as Json;

use super::compare::{PageComparison, Pair, pairs};
use super::differences::{
    Aspect, DEFAULT, DIFFERS, MISSING_IN_SPEC, MISSING_ON_PAGE, PRESENCE, REQUIRED, Subject, TYPE,
    listed, short,
};
use super::page::{Field, Fields};
use super::spec_side::{self, SpecField, SpecItem, field_type, has_media_type, properties};
use crate::openapi::schema::summary;

/// What a list of fields belongs to.
#[derive(Clone, Copy)]
pub struct FieldOwner<'o> {
    /// What a field is called: `header`, `field`.
    pub noun: &'o str,
    /// What follows its name: ` of the body`.
    pub of: &'o str,
    /// The line of the page that introduces it.
    pub line: usize,
    /// The examples on the page. A value in one of them may be the example of a property. Nothing, if defaults are not
    /// compared.
    pub shown: Option<&'o [Json]>,
}

impl FieldOwner<'_> {
    fn subject<'a>(&self, path: &str, line: usize, item: &SpecItem<'a>) -> Subject<'a> {
        Subject::new(format!("{} `{}`{}", self.noun, short(path), self.of), line, item)
    }

    /// The name by which fields are compared. Headers are the same in lower case.
    fn key(&self, name: &str) -> String {
        match self.noun {
            "header" => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }
}

impl<'a> PageComparison<'_, 'a> {
    /// Compares the parameters in a place with the list on the page, and with the block of JSON after it.
    pub(super) fn parameters(&mut self, location: &str, page: &Fields) {
        let mut spec = spec_side::fields(self.document, self.operation, location);
        let noun = match location {
            "header" => location.to_owned(),
            _ => format!("{location} parameter"),
        };
        let line = page.line.unwrap_or_else(|| self.title_line());
        // The sample shows what is in the path.
        let shown: Option<&[Json]> = (location != "path").then_some(&[]);
        let owner = FieldOwner { noun: &noun, of: "", line, shown };
        let item = self.item();
        self.fields(owner, "", &page.list, &spec, &item);
        if let Some(json) = &page.json {
            // A field that is in neither has been reported.
            spec.retain(|field| {
                let mut stated = page.list.iter().chain(json);
                stated.any(|stated| owner.key(&stated.name) == owner.key(&field.name))
            });
            let line = json.first().map_or(line, |field| field.line);
            let owner = FieldOwner { of: " in the JSON", line, ..owner };
            self.fields(owner, "", json, &spec, &item);
        }
    }

    /// Compares lists of fields whose names start with `prefix`. What only the page has would be in `parent`.
    pub(super) fn fields(
        &mut self,
        owner: FieldOwner<'_>,
        prefix: &str,
        page: &[Field],
        spec: &[SpecField<'a>],
        parent: &SpecItem<'a>,
    ) {
        let path_of = |name: &str| format!("{prefix}{name}");
        for pair in pairs(page.iter(), spec, |it| owner.key(&it.name), |it| owner.key(&it.name)) {
            match pair {
                // The page is unreadable there, and that has been reported.
                Pair::Both(stated, field) if !stated.field_type.is_known() => {
                    self.found.skipped.extend(&field.item.holders);
                }
                Pair::OnPage(stated) if !stated.field_type.is_known() => {}
                Pair::Both(stated, field) => {
                    self.field(owner, &path_of(&stated.name), stated, field)
                }
                Pair::OnPage(stated) => {
                    let aspect = match owner.noun {
                        "field" => Aspect::Field(&stated.name),
                        _ => Aspect::Part(&stated.name),
                    };
                    let subject = owner.subject(&path_of(&stated.name), stated.line, parent);
                    self.found.only_on_page(aspect, &subject);
                }
                Pair::InSpec(field) if field.is_implied => {}
                Pair::InSpec(field) => {
                    let subject = owner.subject(&path_of(&field.name), owner.line, &field.item);
                    self.found.only_in_spec(PRESENCE, &subject);
                }
                Pair::Again(stated) => {
                    let what = owner.subject(&path_of(&stated.name), stated.line, parent).what;
                    self.found.again(stated.line, &what);
                }
            }
        }
    }

    fn field(&mut self, owner: FieldOwner<'_>, path: &str, page: &Field, spec: &SpecField<'a>) {
        let subject = owner.subject(path, page.line, &spec.item);
        let schema = spec.schema.as_ref();
        let known = field_type(self.document, schema);
        let is_same_type = known.as_ref().is_some_and(|known| known.agrees(&page.field_type));
        if !is_same_type {
            let known = known.map_or_else(|| "anything".to_owned(), |known| format!("`{known}`"));
            let on_page = format!("`{}`", page.field_type);
            self.found.differs(DIFFERS, TYPE, &subject, (&on_page, &known));
        }
        let is_nullable = || schema.is_some_and(|it| summary(self.document, it).is_nullable);
        if page.is_nullable && !is_nullable() {
            self.found.differs(DIFFERS, TYPE, &subject, ("nullable", "not nullable"));
        }
        match (page.is_required, spec.is_required) {
            (true, Some(false)) => {
                self.found.differs(DIFFERS, REQUIRED, &subject, ("required", "optional"));
            }
            (false, Some(true)) => {
                self.found.differs(DIFFERS, REQUIRED, &subject, ("optional", "required"));
            }
            _ => {}
        }
        self.value_of(owner, &subject, page, spec);
        if is_same_type {
            let parent = spec.item.clone().inside(self.document, schema);
            let owner = FieldOwner { line: page.line, ..owner };
            let known = properties(self.document, schema);
            self.fields(owner, &format!("{path}."), &page.fields, &known, &parent);
        }
    }

    /// Compares the default on the page with the example in the spec.
    fn value_of(
        &mut self,
        owner: FieldOwner<'_>,
        subject: &Subject<'a>,
        page: &Field,
        spec: &SpecField<'a>,
    ) {
        let is_shown = |value| {
            let is_in = |shown: &[Json]| shown.iter().any(|it| has(it, &spec.name, value));
            owner.shown.is_none_or(is_in)
        };
        let (rule, is_same) = match (&page.default, &spec.value) {
            (None, None) => return,
            (Some(_), None) => (MISSING_IN_SPEC, false),
            (Some((stated, _)), Some((value, _))) => {
                let is_same = spec.is_implied && has_media_type(stated, value);
                (DIFFERS, is_same || stated == value)
            }
            (None, Some((value, _))) => {
                (MISSING_ON_PAGE, value.is_empty() || spec.is_implied || is_shown(value))
            }
        };
        if is_same {
            return;
        }
        let on_page = listed(page.default.iter().map(|(value, _)| value.as_str()));
        let in_spec = listed(spec.value.iter().map(|(value, _)| value.as_str()));
        let mut subject = subject.clone();
        subject.line = page.default.as_ref().map_or(subject.line, |(_, line)| *line);
        subject.item.span = spec.value.as_ref().map_or(subject.item.span, |(_, span)| *span);
        self.found.differs(rule, DEFAULT, &subject, (&on_page, &in_spec));
    }
}

/// Whether a value has another one under a name, at any level.
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
