//! Compares the examples on a page, and the bodies of samples, with the schemas and examples of the spec.

use serde_json::Value as Json;

use super::blocks::Code;
use super::compare::PageComparison;
use super::differences::{
    Aspect, DIFFERS, EXAMPLE, MISSING_IN_SPEC, Subject, UNREADABLE, quoted, short,
};
use super::json_block::JsonBlock;
use super::page::Body;
use super::spec_side::{SpecBody, SpecItem, field_type, properties};
use crate::openapi::media_type::{is_form, is_json};
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::tree::{Node, step};

impl<'a> PageComparison<'_, 'a> {
    /// Compares the examples of a body. The subject has the line of the body.
    pub(super) fn examples(&mut self, subject: &Subject<'a>, page: &Body, spec: &SpecBody<'a>) {
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
        let block = match spec.media_type {
            it if is_json(it) => JsonBlock::read(code),
            it if is_form(it) => JsonBlock::read(&self.form(code, spec)),
            _ => return self.text(what, code, spec),
        };
        let block = match block {
            Ok(block) => block,
            Err((line, message)) => {
                let subject = Subject::new(what, line, &spec.item);
                let message = format!("the {what}: {message}");
                return self.found.add(UNREADABLE, EXAMPLE, &subject, message);
            }
        };
        let before = self.found.list.len();
        if let Some(schema) = &spec.schema {
            self.undescribed(what, &block, &block.value, "", schema);
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

    /// Compares a value that is a text.
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
    fn undescribed(
        &mut self,
        what: &str,
        block: &JsonBlock,
        value: &Json,
        pointer: &str,
        schema: &Located<'a>,
    ) {
        let summary = summary(self.document, schema);
        match (value, &summary.items) {
            (Json::Object(map), None) => {
                let fields = properties(self.document, Some(schema));
                let is_open = summary.is_open || fields.is_empty();
                for (name, value) in map {
                    let below = step(pointer, name);
                    match fields.iter().find(|field| field.name == *name) {
                        Some(field) => {
                            if let Some(schema) = &field.schema {
                                self.undescribed(what, block, value, &below, schema);
                            }
                        }
                        None if is_open => {}
                        None => {
                            let item = SpecItem::new(schema).inside(self.document, Some(schema));
                            let subject = Subject::new(what, block.line(&below), &item);
                            let key = short(name);
                            let message =
                                format!("the {what} has `{key}`, which the spec does not describe");
                            self.found.add(MISSING_IN_SPEC, Aspect::Field(name), &subject, message);
                        }
                    }
                }
            }
            (Json::Array(values), Some(items)) => {
                for (index, value) in values.iter().enumerate() {
                    self.undescribed(what, block, value, &format!("{pointer}/{index}"), items);
                }
            }
            _ => {}
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
            let item = self.property(schema, &mismatch.pointer, &spec.item);
            let subject = Subject::new(what, block.line(&mismatch.pointer), &item);
            let message =
                format!("the {what} does not follow the schema in the spec: {}", mismatch.message);
            self.found.add(DIFFERS, EXAMPLE, &subject, message);
        }
    }

    /// The property that a pointer into a value leads to, or the nearest that the schema describes.
    fn property(&self, schema: &Located<'a>, pointer: &str, outer: &SpecItem<'a>) -> SpecItem<'a> {
        let mut item = outer.clone().with([schema.node]).at(schema.anchor);
        let mut schema = schema.clone();
        for name in pointer.split('/').skip(1) {
            if let Some(items) = summary(self.document, &schema).items {
                schema = items;
                continue;
            }
            let name = name.replace("~1", "/").replace("~0", "~");
            let mut fields = properties(self.document, Some(&schema)).into_iter();
            let Some(field) = fields.find(|field| field.name == name) else {
                break;
            };
            item = item.with(field.item.holders).at(field.item.span);
            schema = field.schema.unwrap_or(schema);
        }
        item
    }

    /// If a value is not one of the spec's examples, reports where it leaves the nearest of them.
    fn nearest_example(&mut self, what: &str, block: &JsonBlock, spec: &SpecBody<'a>) {
        let examples = spec.examples.iter().map(|(node, item)| {
            let mut pointers = Vec::new();
            let value = node.to_json();
            differences(&block.value, &value, String::new(), &mut pointers);
            (pointers, value, node, item)
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
        let item = match &spec.schema {
            Some(schema) => self.property(schema, pointer, item),
            None => item.clone(),
        };
        let span = node.at(pointer).map_or(item.span, |node| node.span);
        let subject = Subject::new(what, block.line(pointer), &item.at(span));
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

/// Pointers to the parts in which two values differ.
fn differences(one: &Json, other: &Json, pointer: String, found: &mut Vec<String>) {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            for (name, value) in one {
                let below = step(&pointer, name);
                match other.get(name) {
                    Some(other) => differences(value, other, below, found),
                    None => found.push(below),
                }
            }
            let rest = other.keys().filter(|name| !one.contains_key(*name));
            found.extend(rest.map(|name| step(&pointer, name)));
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(one, other, format!("{pointer}/{index}"), found);
            }
        }
        _ if one == other => {}
        _ => found.push(pointer),
    }
}
