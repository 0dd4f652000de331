//! Examples on a page, and the bodies of samples: what the spec says of such values.

use serde_json::Value as Json;

use super::blocks::Code;
use super::compare::Comparison;
use super::finding::{Aspect, DifferenceKind, short};
use super::json::Document;
use super::media;
use super::operation::{Content, SpecItem};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, step};

impl<'a> Comparison<'a, '_> {
    /// Compares the examples of a body with those of the spec.
    pub(super) fn examples(&mut self, what: &str, line: usize, page: &[Code], spec: &Content<'a>) {
        if page.is_empty()
            && let Some((_, thing)) = spec.examples.first()
        {
            self.found.only_in_spec(Aspect::Example, what, line, thing);
        }
        for code in page {
            // What cannot be read cannot be there, either.
            let is_readable = !media::is_json(spec.media_type) || Document::read(code).is_ok();
            if spec.examples.is_empty() && is_readable {
                self.found.only_on_page(Aspect::Example, what, code.line, &spec.thing);
            }
            self.value(what, code, spec);
        }
    }

    /// Compares one value with its schema and the examples of the spec.
    pub(super) fn value(&mut self, what: &str, code: &Code, spec: &Content<'a>) {
        let code = match spec.media_type {
            media_type if media::is_json(media_type) => code.clone(),
            media_type if media::is_form(media_type) => self.form(code, spec),
            _ => return self.text(what, code, spec),
        };
        let document = match Document::read(&code) {
            Ok(document) => document,
            Err((line, message)) => {
                let message = format!("the {what}: {message}");
                let kind = DifferenceKind::Unreadable;
                return self.found.add(kind, Aspect::Example, what, message, line, &spec.thing);
            }
        };
        let before = self.found.list.len();
        if let Some(schema) = &spec.schema {
            self.undescribed(what, &document, &document.value, "", schema);
            self.mismatches(what, &document, schema, spec);
        }
        if self.found.list.len() == before {
            self.known(what, &document, spec);
        }
    }

    /// A form as JSON, in one line.
    fn form(&self, code: &Code, spec: &Content<'a>) -> Code {
        let shape = spec.schema.as_ref().map(|schema| self.spec.shape(schema));
        let fields = shape.map(|shape| shape.fields).unwrap_or_default();
        let is_text = |name: &str| {
            let schema = fields
                .iter()
                .find(|field| field.name == name)
                .and_then(|field| field.schema.as_ref());
            let kind = schema.and_then(|schema| self.spec.shape(schema).kind);
            kind.is_none_or(|kind| kind.name == "string")
        };
        Code { text: media::form(&code.text, is_text).to_string(), ..code.clone() }
    }

    /// Compares a body that has no parts.
    fn text(&mut self, what: &str, code: &Code, spec: &Content<'a>) {
        let is_same = |node: &Node| node.text().is_some_and(|text| text.trim() == code.text.trim());
        if let Some((_, thing)) = spec.examples.first()
            && !spec.examples.iter().any(|(node, _)| is_same(node))
        {
            let message = format!("the {what} is another one in the spec");
            self.found.add(
                DifferenceKind::Differs,
                Aspect::Example,
                what,
                message,
                code.line,
                thing,
            );
        }
    }

    /// Keys that the schema does not describe, although a value with them may follow it.
    fn undescribed(
        &mut self,
        what: &str,
        document: &Document,
        value: &Json,
        pointer: &str,
        schema: &Located<'a>,
    ) {
        match value {
            Json::Object(map) => {
                let shape = self.spec.shape(schema);
                for (name, value) in map {
                    let below = step(pointer, name);
                    match shape.fields.iter().find(|field| field.name == *name) {
                        Some(field) => {
                            if let Some(schema) = &field.schema {
                                self.undescribed(what, document, value, &below, schema);
                            }
                        }
                        None if shape.is_open => {}
                        None => {
                            let message = format!(
                                "the {what} has `{}`, which the spec does not describe",
                                short(name)
                            );
                            let thing = SpecItem {
                                span: shape.anchor.unwrap_or(schema.anchor),
                                holders: shape.nodes.clone(),
                            };
                            self.found.add(
                                DifferenceKind::MissingInSpec,
                                Aspect::Field(name),
                                what,
                                message,
                                document.line(&below),
                                &thing,
                            );
                        }
                    }
                }
            }
            Json::Array(values) => {
                let Some(items) = self.spec.shape(schema).items else {
                    return;
                };
                for (index, value) in values.iter().enumerate() {
                    self.undescribed(what, document, value, &format!("{pointer}/{index}"), &items);
                }
            }
            _ => {}
        }
    }

    fn mismatches(
        &mut self,
        what: &str,
        document: &Document,
        schema: &Located<'a>,
        spec: &Content<'a>,
    ) {
        let Ok(mismatches) = self.schemas.mismatches(schema, &document.value) else {
            let message = format!(
                "the {what} was not held against its schema, behind which there are too many others"
            );
            return self.found.unreadable(document.line(""), what, message);
        };
        // Keys that do not belong there have been named.
        for mismatch in mismatches.iter().filter(|mismatch| !mismatch.is_key) {
            let message =
                format!("the {what} does not follow the schema in the spec: {}", mismatch.message);
            let line = document.line(&mismatch.pointer);
            let thing = self.property(schema, &mismatch.pointer, &spec.thing);
            self.found.add(DifferenceKind::Differs, Aspect::Example, what, message, line, &thing);
        }
    }

    /// The property that a pointer into a value leads to, or the nearest that is described, inside of `outer`.
    fn property(&self, schema: &Located<'a>, pointer: &str, outer: &SpecItem<'a>) -> SpecItem<'a> {
        let mut thing = outer.with([schema.node]).at(schema.anchor);
        let mut schema = schema.clone();
        for name in pointer.split('/').skip(1) {
            let shape = self.spec.shape(&schema);
            let name = name.replace("~1", "/").replace("~0", "~");
            let field = shape.fields.into_iter().find(|field| field.name == name);
            match (shape.items, field) {
                (Some(items), _) => schema = items,
                (None, Some(field)) => {
                    thing.span = field.thing.span;
                    thing.holders.extend(field.thing.holders);
                    match field.schema {
                        Some(inner) => schema = inner,
                        None => break,
                    }
                }
                (None, None) => break,
            }
        }
        thing
    }

    /// Whether it is one of the spec's examples; if not, says where it leaves the one that is most like it.
    fn known(&mut self, what: &str, document: &Document, spec: &Content<'a>) {
        let examples = spec.examples.iter().map(|(node, thing)| {
            let mut pointers = Vec::new();
            let value = node.to_json();
            differences(&document.value, &value, String::new(), &mut pointers);
            (pointers, value, node, thing)
        });
        let Some((pointers, value, node, thing)) =
            examples.min_by_key(|(pointers, ..)| pointers.len())
        else {
            return;
        };
        let Some(pointer) = pointers.first() else {
            return;
        };
        let at = |value: &Json| Some(format!("`{}`", short(&value.pointer(pointer)?.to_string())));
        let place = match pointer.is_empty() {
            true => String::new(),
            false => format!(" at `{}`", short(pointer)),
        };
        let message = match (at(&document.value), at(&value)) {
            (Some(page), Some(spec)) => {
                format!("the {what} is {page} on the page{place}, and {spec} in the spec")
            }
            (Some(page), None) => {
                format!("the {what} has {page} on the page{place}, and nothing in the spec")
            }
            (None, spec) => {
                let spec = spec.unwrap_or_default();
                format!("the {what} has nothing on the page{place}, and {spec} in the spec")
            }
        };
        let mut thing = match &spec.schema {
            Some(schema) => self.property(schema, pointer, thing),
            None => thing.clone(),
        };
        if let Some(node) = node.at(pointer) {
            thing.span = node.span;
        }
        self.found.add(
            DifferenceKind::Differs,
            Aspect::Example,
            what,
            message,
            document.line(pointer),
            &thing,
        );
    }
}

/// Pointers to the parts that two values do not have in common.
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
            found.extend(
                other
                    .keys()
                    .filter(|name| !one.contains_key(*name))
                    .map(|name| step(&pointer, name)),
            );
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
