//! Compares the examples on a page, and the bodies of samples, with the schemas and examples of the spec.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::blocks::Code;
use super::compare::PageComparison;
use super::differences::{
    Aspect, DIFFERS, EXAMPLE, MISSING_IN_SPEC, Subject, UNREADABLE, quoted, short,
};
use super::json_block::JsonBlock;
use super::page::Part;
use super::spec_side::{SpecBody, SpecItem, field_type, properties};
use crate::openapi::media_type::{is_form, is_json};
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::tree::{Node, step};

impl<'a> PageComparison<'_, 'a> {
    /// Compares the examples of a body. The subject has the line of the body.
    pub(super) fn examples(&mut self, subject: &Subject<'a>, page: &Part, spec: &SpecBody<'a>) {
        if let (true, Some((_, item))) = (page.examples.is_empty(), spec.examples.first()) {
            self.found.only_in_spec(EXAMPLE, &Subject::new(&subject.what, subject.line, item));
        }
        for code in &page.examples {
            let is_readable = !is_json(spec.media_type) || JsonBlock::read(code).is_ok();
            if spec.examples.is_empty() && is_readable {
                let subject = Subject::new(&subject.what, code.line, &spec.item);
                self.found.only_on_page(EXAMPLE, &subject);
            }
            self.value(&subject.what, code, spec);
        }
    }

    /// Compares one value with its schema and the examples of the spec.
    pub(super) fn value(&mut self, what: &str, code: &Code, spec: &SpecBody<'a>) {
        let code = match spec.media_type {
            it if is_json(it) => self.with_names(code),
            it if is_form(it) => self.with_names(&self.form(code, spec)),
            _ => return self.text(what, code, spec),
        };
        let block = match JsonBlock::read(&code) {
            Ok(block) => block,
            Err((line, message)) => {
                let subject = Subject::new(what, line, &spec.item);
                let message = format!("the {what}: {message}");
                return self.found.add(UNREADABLE, EXAMPLE, &subject, message);
            }
        };
        let before = self.found.list.len();
        if let Some(schema) = &spec.schema {
            self.undescribed(what, &block, schema);
            self.mismatches(what, &block, schema, spec);
        }
        if self.found.list.len() == before {
            self.nearest_example(what, &block, spec);
        }
    }

    fn form(&self, code: &Code, spec: &SpecBody<'a>) -> Code {
        let fields = properties(self.document, spec.schema.as_ref());
        form_as_json(code, |name| {
            let field = fields.iter().find(|field| field.name == name);
            let schema = field.and_then(|field| field.schema.as_ref());
            field_type(self.document, schema).is_none_or(|it| it.name == "string")
        })
    }

    fn text(&mut self, what: &str, code: &Code, spec: &SpecBody<'a>) {
        let is_same = |node: &Node| node.text().is_some_and(|text| text.trim() == code.text.trim());
        if let Some((_, item)) = spec.examples.first()
            && !spec.examples.iter().any(|(node, _)| is_same(node))
        {
            let message = format!("the {what} is not the same in the spec");
            self.found.add(DIFFERS, EXAMPLE, &Subject::new(what, code.line, item), message);
        }
    }

    /// Reports the keys that the schema does not describe, even if it allows them.
    fn undescribed(&mut self, what: &str, block: &JsonBlock, schema: &Located<'a>) {
        for (pointer, _) in parts(&block.value) {
            if let Err((key, owner)) = self.follow(schema, &pointer, &SpecItem::new(schema)) {
                let item = SpecItem::new(&owner).inside(self.document, Some(&owner));
                let subject = Subject::new(what, block.line(&pointer), &item);
                let name = short(&key);
                let message = format!("the {what} has `{name}`, which the spec does not describe");
                self.found.add(MISSING_IN_SPEC, Aspect::Field(&key), &subject, message);
            }
        }
    }

    fn mismatches(
        &mut self,
        what: &str,
        block: &JsonBlock,
        schema: &Located<'a>,
        spec: &SpecBody<'a>,
    ) {
        let Ok(mismatches) = self.schemas.mismatches(schema, &block.value) else {
            let message = format!("the {what} has too many schemas to be compared with them");
            return self.found.unreadable(block.line(""), what, message);
        };
        // Keys that are not described have been reported.
        for mismatch in mismatches.iter().filter(|mismatch| !mismatch.is_key) {
            let item = self.follow(schema, &mismatch.pointer, &spec.item);
            let item = item.unwrap_or_else(|_| spec.item.clone());
            let subject = Subject::new(what, block.line(&mismatch.pointer), &item);
            let message =
                format!("the {what} does not follow the schema in the spec: {}", mismatch.message);
            self.found.add(DIFFERS, EXAMPLE, &subject, message);
        }
    }

    /// The property that a pointer into a value leads to, or the nearest that the schema describes. The error is the
    /// last key of the pointer, if an object has no property of this name, with the object.
    fn follow(
        &self,
        schema: &Located<'a>,
        pointer: &str,
        outer: &SpecItem<'a>,
    ) -> Result<SpecItem<'a>, (String, Located<'a>)> {
        let mut item = outer.clone().with([schema.node]).at(schema.anchor);
        let mut schema = schema.clone();
        let mut names = pointer.split('/').skip(1);
        while let Some(name) = names.next() {
            let known = summary(self.document, &schema);
            if let Some(items) = known.items {
                schema = items;
                continue;
            }
            let name = name.replace("~1", "/").replace("~0", "~");
            let fields = properties(self.document, Some(&schema));
            let is_open = known.is_open || fields.is_empty();
            match fields.into_iter().find(|field| field.name == name) {
                Some(field) => {
                    item = item.with(field.item.holders).at(field.item.span);
                    schema = field.schema.unwrap_or(schema);
                }
                None if !is_open && names.next().is_none() => return Err((name, schema)),
                None => break,
            }
        }
        Ok(item)
    }

    /// If a value is not one of the spec's examples, reports where it leaves the nearest of them.
    fn nearest_example(&mut self, what: &str, block: &JsonBlock, spec: &SpecBody<'a>) {
        let examples = spec.examples.iter().map(|(node, item)| {
            let value = node.to_json();
            (differences(&block.value, &value), value, node, item)
        });
        let nearest = examples.min_by_key(|(pointers, ..)| pointers.len());
        let Some((pointers, value, node, item)) = nearest else {
            return;
        };
        let Some(pointer) = pointers.first() else {
            return;
        };
        let part_of = |value: &Json| match value.pointer(pointer) {
            Some(part) => quoted(&part.to_string()),
            None => "absent".to_owned(),
        };
        let on_page = format!("{} at `{}`", part_of(&block.value), short(pointer));
        let schema = spec.schema.as_ref();
        let inner = schema.and_then(|schema| self.follow(schema, pointer, item).ok());
        let span = node.at(pointer).map_or(item.span, |node| node.span);
        let item = inner.unwrap_or_else(|| item.clone()).at(span);
        let subject = Subject::new(what, block.line(pointer), &item);
        self.found.differs(DIFFERS, EXAMPLE, &subject, (&on_page, &part_of(&value)));
    }
}

/// A form as JSON. A value is read as JSON, too, unless `is_text` says that the field of that name is a string.
pub fn form_as_json(form: &Code, is_text: impl Fn(&str) -> bool) -> Code {
    let pairs = form_urlencoded::parse(form.text.trim().as_bytes()).into_owned();
    let values: Json = pairs
        .map(|(name, value)| {
            let read = if is_text(&name) { None } else { serde_json::from_str(&value).ok() };
            (name, read.unwrap_or(Json::String(value)))
        })
        .collect();
    Code { text: values.to_string(), ..form.clone() }
}

/// A value and everything inside it, each with a pointer to it.
pub fn parts(value: &Json) -> Vec<(String, &Json)> {
    let mut parts = vec![(String::new(), value)];
    let mut index = 0;
    while let Some((pointer, value)) = parts.get(index).cloned() {
        match value {
            Json::Object(map) => {
                parts.extend(map.iter().map(|(name, value)| (step(&pointer, name), value)));
            }
            Json::Array(values) => {
                let items = values.iter().enumerate();
                parts.extend(items.map(|(index, value)| (format!("{pointer}/{index}"), value)));
            }
            _ => {}
        }
        index += 1;
    }
    parts
}

/// Pointers to the parts in which two values differ.
fn differences(one: &Json, other: &Json) -> Vec<String> {
    let [one, other] = [one, other].map(|value| {
        let is_leaf = |(_, part): &(String, &Json)| !(part.is_object() || part.is_array());
        parts(value).into_iter().filter(is_leaf).collect::<BTreeMap<String, &Json>>()
    });
    let changed = one.iter().filter(|(pointer, value)| other.get(*pointer) != Some(value));
    let gone = other.keys().filter(|pointer| !one.contains_key(*pointer));
    changed.map(|(pointer, _)| pointer).chain(gone).cloned().collect()
}
