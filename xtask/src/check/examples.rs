//! Examples, defaults and the values of enums: whether they match their schemas.

use crate::finding::Rule;
use crate::generator::media_type::{self, Encoding};
use crate::openapi::document::Findings;
use crate::openapi::grammar::{EXAMPLE, HEADER, MEDIA_TYPE, PARAMETER, SCHEMA};
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::suggest::similar;
use crate::openapi::tree::{Node, Value};
use crate::openapi::values::{Mismatch, Schemas};

const VALUE: Rule = Rule::warning("invalid-value");
const UNDESCRIBED: Rule = Rule::warning("undescribed-key");
const UNCHECKED: Rule = Rule::warning("unchecked-value");

pub const RULES: [Rule; 3] = [VALUE, UNDESCRIBED, UNCHECKED];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let mut schemas = Schemas::new(document.root);
    for part in document.parts().iter().filter(|part| !part.is_reference) {
        let at = &part.at;
        let has_values = || part.object_type == &MEDIA_TYPE && has_values(&at.pointer);
        if part.object_type == &SCHEMA {
            for key in ["default", "example"] {
                if let Some(value) = at.below(key) {
                    self::value(out, &mut schemas, at, &value, key);
                }
            }
            for value in at.below("enum").map(|values| values.items()).unwrap_or_default() {
                self::value(out, &mut schemas, at, &value, "value");
            }
        } else if part.object_type == &PARAMETER || part.object_type == &HEADER || has_values() {
            let Some(schema) = at.below("schema") else { continue };
            let examples = at.below("examples").map(|at| at.entries()).unwrap_or_default();
            let named = examples
                .into_iter()
                .filter_map(|(_, at)| document.resolve(&EXAMPLE, at)?.below("value"));
            for value in at.below("example").into_iter().chain(named) {
                self::value(out, &mut schemas, &schema, &value, "example");
            }
        }
    }
}

/// Whether an example of the media type at a pointer is a value, and not the text of some other format.
fn has_values(pointer: &str) -> bool {
    let name = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/");
    media_type::encoding(&name) != Encoding::Bytes
}

fn value<'a>(
    out: &mut Findings<'_, 'a>,
    schemas: &mut Schemas<'a>,
    schema: &Located<'a>,
    value: &Located<'a>,
    what: &str,
) {
    let Ok(mismatches) = schemas.mismatches(schema, &value.node.to_json()) else {
        let message = format!("this {what} was not compared with its schema: that takes too long");
        let help = "use fewer `allOf`, `oneOf` and `anyOf`, or fewer examples";
        out.add(UNCHECKED, &value.clone().value(), message, help);
        return;
    };
    if mismatches.is_empty() {
        undescribed(out, schema, value, &mut 1000);
    }
    for mismatch in mismatches {
        let message = format!("this {what} does not follow its schema: {}", mismatch.message);
        let at = place(value, &mismatch);
        let text = out.document.source.text.get(at.anchor.start..at.anchor.end).unwrap_or_default();
        let help = match value.node.at(&mismatch.pointer).map(|node| &node.value) {
            Some(Value::Null) => {
                "add `nullable: true` to the schema, or remove the value".to_owned()
            }
            Some(Value::Number(_)) if mismatch.message.ends_with("not a string") => {
                format!("quote it: `\"{text}\"`")
            }
            _ => "change the value, or the schema if the server really sends or takes this"
                .to_owned(),
        };
        let added = out.add(VALUE, &at, message, help);
        if let Some(reference) = schema.node.get("$ref") {
            added.also(reference.span, "the schema");
        }
    }
}

fn place<'a>(value: &Located<'a>, mismatch: &Mismatch) -> Located<'a> {
    let (parent, last) = mismatch.pointer.rsplit_once('/').unwrap_or_default();
    let key = value.node.at(parent).and_then(|parent| parent.member(last));
    let anchor = match (value.node.at(&mismatch.pointer), key) {
        (_, Some(member)) if mismatch.is_key => member.key,
        // The key shows better where an empty value is, or one of several lines.
        (Some(Node { value: Value::List(_) | Value::Map(_) | Value::Null, .. }), Some(member)) => {
            member.key
        }
        (Some(node), _) => node.span,
        _ => value.node.span,
    };
    Located { anchor, pointer: format!("{}{}", value.pointer, mismatch.pointer), ..value.clone() }
}

/// Looks for keys of an example that its schema does not describe. `left` limits the work.
fn undescribed<'a>(
    out: &mut Findings<'_, 'a>,
    schema: &Located<'a>,
    value: &Located<'a>,
    left: &mut usize,
) {
    if *left == 0 || value.node.map().is_none() && value.node.items().is_empty() {
        return;
    }
    *left -= 1;
    let summary = summary(out.document, schema);
    for (name, below) in value.entries() {
        match summary.properties.get(name) {
            Some(property) => undescribed(out, &property.schema, &below, left),
            None if summary.is_open || summary.is_broken || summary.properties.is_empty() => {}
            None => {
                let message = format!("no schema describes the key `{name}` of this example");
                let help = match similar(name, summary.properties.keys().copied()) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "add it to the `properties`, or remove it here".to_owned(),
                };
                out.add(UNDESCRIBED, &below, message, help);
            }
        }
    }
    if let Some(items) = &summary.items {
        value.items().iter().for_each(|item| undescribed(out, items, item, left));
    }
}
