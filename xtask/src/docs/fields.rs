//! Compares lists of fields: headers, parameters, and the fields of bodies at each level.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::compare::PageComparison;
use super::differences::{
    Aspect, DEFAULT, DIFFERS, MISSING_IN_SPEC, MISSING_ON_PAGE, PRESENCE, RENAMED, REQUIRED,
    Subject, TYPE, listed, short,
};
use super::draft;
use super::examples::parts;
use super::page::{Field, Part};
use super::spec_side::{self, SpecField, SpecItem, field_type, has_media_type, properties};
use crate::openapi::schema::summary;
use crate::openapi::suggest::similar;

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

    fn is_body(&self) -> bool {
        self.noun == "field"
    }

    /// The name by which fields are compared. Headers are the same in lower case.
    fn key(&self, name: &str) -> String {
        match self.noun {
            "header" => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    fn aspect<'n>(&self, name: &'n str) -> Aspect<'n> {
        if self.is_body() { Aspect::Field(name) } else { Aspect::Part(name) }
    }
}

impl<'a> PageComparison<'_, 'a> {
    /// Compares the parameters in a place with the list on the page, and with the block of JSON after it.
    pub(super) fn parameters(&mut self, location: &str, page: &Part) {
        let mut spec = spec_side::fields(self.document, self.operation, location);
        let noun = match location {
            "header" => location.to_owned(),
            _ => format!("{location} parameter"),
        };
        let line = page.line.unwrap_or_else(|| self.title_line());
        // The sample shows what is in the path.
        let shown: Option<&[Json]> = (location != "path").then_some(&[]);
        let owner = FieldOwner { noun: &noun, of: "", line, shown };
        let item = self.item_at("parameters");
        self.fields(owner, "", &page.fields, &spec, &item);
        if let Some(json) = &page.json {
            // A field that is in neither has been reported.
            spec.retain(|field| {
                let mut stated = page.fields.iter().chain(json);
                stated.any(|stated| self.key(owner, &stated.name) == owner.key(&field.name))
            });
            let line = json.first().map_or(line, |field| field.line);
            let owner = FieldOwner { of: " in the JSON", line, ..owner };
            self.fields(owner, "", json, &spec, &item);
        }
    }

    /// The name of a field in the spec, by which fields are compared.
    fn key(&self, owner: FieldOwner<'_>, name: &str) -> String {
        let renamed = self.renamed.iter().find(|(on_page, _)| on_page == name);
        owner.key(renamed.map_or(name, |(_, in_spec)| in_spec))
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
        self.find_renamed(owner, prefix, page, spec);
        let mut seen = HashSet::new();
        for stated in page {
            let path = format!("{prefix}{}", stated.name);
            let key = self.key(owner, &stated.name);
            let known = spec.iter().find(|field| owner.key(&field.name) == key);
            let subject = owner.subject(&path, stated.line, parent);
            match known {
                _ if !seen.insert(key) => {
                    let message = format!("the page describes the {} twice", subject.what);
                    self.found.unreadable(stated.line, &subject.what, message);
                }
                // The page is unreadable there, and that has been reported.
                _ if !stated.field_type.is_known() => {}
                Some(field) => self.field(owner, &path, stated, field),
                None if !owner.is_body() && !self.missing.insert(stated.name.to_lowercase()) => {}
                None => {
                    self.found.only_on_page(owner.aspect(&stated.name), &subject);
                    let (document, operation) = (self.document, self.operation);
                    self.found.advise(document, || match owner.is_body() {
                        true => draft::field(stated, document, &parent.pointer),
                        false => draft::parameter(owner.noun, stated, document, operation),
                    });
                }
            }
        }
        let is_unseen =
            |it: &&SpecField<'_>| !it.is_implied && !seen.contains(&owner.key(&it.name));
        for field in spec.iter().filter(is_unseen) {
            let path = format!("{prefix}{}", field.name);
            self.found.only_in_spec(PRESENCE, &owner.subject(&path, owner.line, &field.item));
        }
    }

    /// Finds fields that have another name in the spec: a similar name, or the only name that the other side does not
    /// have.
    fn find_renamed(
        &mut self,
        owner: FieldOwner<'_>,
        prefix: &str,
        page: &[Field],
        spec: &[SpecField<'a>],
    ) {
        let is_on_page = |field: &SpecField<'_>| {
            page.iter().any(|it| self.key(owner, &it.name) == owner.key(&field.name))
        };
        let is_new = |field: &&Field| {
            !spec.iter().any(|it| owner.key(&it.name) == self.key(owner, &field.name))
        };
        let is_gone = |field: &&SpecField<'a>| !field.is_implied && !is_on_page(field);
        let new: Vec<&Field> = page.iter().filter(is_new).collect();
        let mut gone: Vec<&SpecField<'a>> = spec.iter().filter(is_gone).collect();
        let is_only = new.len() == 1 && gone.len() == 1;
        for stated in new {
            let is_like = |field: &&&SpecField<'a>| {
                let known = field_type(self.document, field.schema.as_ref());
                known.is_some_and(|known| known.agrees(&stated.field_type))
            };
            let names = gone.iter().filter(is_like).map(|field| field.name.as_str());
            let name = if is_only { names.last() } else { similar(&stated.name, names) };
            let Some(index) = gone.iter().position(|field| Some(&*field.name) == name) else {
                continue;
            };
            let field = gone.swap_remove(index);
            let subject =
                owner.subject(&format!("{prefix}{}", field.name), stated.line, &field.item);
            let (what, name) = (&subject.what, short(&stated.name));
            let message = format!("the {what} is called `{name}` on the page; was it renamed?");
            self.found.add(RENAMED, PRESENCE, &subject, message);
            self.renamed.push((stated.name.clone(), field.name.clone()));
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
        if spec.is_required.is_some_and(|is_required| is_required != page.is_required) {
            let sides = match page.is_required {
                true => ("required", "optional"),
                false => ("optional", "required"),
            };
            self.found.differs(DIFFERS, REQUIRED, &subject, sides);
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
            let is_in = |shown: &[Json]| shown.iter().any(|it| has(it, &page.name, value));
            owner.shown.is_none_or(is_in)
        };
        let is_media_type =
            |stated: &str, value: &str| spec.is_implied && has_media_type(stated, value);
        let rule = match (&page.default, &spec.value) {
            (None, None) => return,
            (Some((stated, _)), Some((value, _)))
                if stated == value || is_media_type(stated, value) =>
            {
                return;
            }
            (None, Some((value, _))) if value.is_empty() || spec.is_implied || is_shown(value) => {
                return;
            }
            (Some(_), None) => MISSING_IN_SPEC,
            (Some(_), Some(_)) => DIFFERS,
            (None, Some(_)) => MISSING_ON_PAGE,
        };
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
    parts(value).iter().any(|(pointer, part)| {
        let text = part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        pointer.rsplit('/').next() == Some(name) && text == wanted
    })
}
