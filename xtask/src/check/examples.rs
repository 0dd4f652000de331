//! Examples, defaults and the values of enums: whether they match their schemas.

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{EXAMPLE, HEADER, MEDIA_TYPE, PARAMETER, SCHEMA};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};
use crate::openapi::values::{Mismatch, Schemas};

const VALUE: Rule = Rule::error("invalid-value");
const UNCHECKED: Rule = Rule::warning("unchecked-value");

pub const RULES: [Rule; 2] = [VALUE, UNCHECKED];

pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let mut checker = Checker { document, schemas: Schemas::new(document.root), findings };
    for part in document.parts().iter().filter(|part| !part.is_reference) {
        let has_values = || part.object_type == &MEDIA_TYPE && has_values(&part.at.pointer);
        if part.object_type == &SCHEMA {
            checker.schema(&part.at);
        } else if part.object_type == &PARAMETER || part.object_type == &HEADER || has_values() {
            checker.beside(&part.at);
        }
    }
}

/// Whether an example of the media type at a pointer is a value, and not the text of some other format.
fn has_values(pointer: &str) -> bool {
    let name = pointer.rsplit('/').next().unwrap_or_default().to_lowercase();
    let essence = name.split(';').next().unwrap_or_default();
    essence.contains("json")
        || essence.ends_with("x-www-form-urlencoded")
        || essence.ends_with("form-data")
}

struct Checker<'a, 'b> {
    document: &'b Document<'a>,
    schemas: Schemas<'a>,
    findings: &'b mut Vec<Finding>,
}

impl<'a> Checker<'a, '_> {
    /// The values inside of a schema.
    fn schema(&mut self, schema: &Located<'a>) {
        for key in ["default", "example"] {
            if let Some(value) = schema.below(key) {
                self.value(schema, &value, key);
            }
        }
        for value in schema.below("enum").map(|values| values.items()).unwrap_or_default() {
            self.value(schema, &value, "value");
        }
    }

    /// The values beside a schema.
    fn beside(&mut self, owner: &Located<'a>) {
        let Some(schema) = owner.below("schema") else {
            return;
        };
        let examples = owner.below("examples").map(|at| at.entries()).unwrap_or_default();
        let named = examples
            .into_iter()
            .filter_map(|(_, at)| self.document.resolve(&EXAMPLE, at)?.below("value"));
        let values: Vec<_> = owner.below("example").into_iter().chain(named).collect();
        for value in values {
            self.value(&schema, &value, "example");
        }
    }

    fn value(&mut self, schema: &Located<'a>, value: &Located<'a>, what: &str) {
        let Ok(mismatches) = self.schemas.mismatches(schema, &value.node.to_json()) else {
            let message =
                format!("this {what} was not compared with its schema: that takes too long");
            let finding = self.document.finding(UNCHECKED, &value.clone().value(), message);
            self.findings
                .push(finding.help("use fewer `allOf`, `oneOf` and `anyOf`, or fewer examples"));
            return;
        };
        for mismatch in mismatches {
            let finding = report(self.document, value, what, &mismatch);
            self.findings.push(match schema.node.get("$ref") {
                Some(reference) => {
                    finding.related(self.document.source, reference.span, "the schema")
                }
                None => finding,
            });
        }
    }
}

fn report(
    document: &Document<'_>,
    value: &Located<'_>,
    what: &str,
    mismatch: &Mismatch,
) -> Finding {
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
    let pointer = format!("{}{}", value.pointer, mismatch.pointer);
    let at = Located { anchor, pointer, ..value.clone() };
    let message = format!("this {what} does not follow its schema: {}", mismatch.message);
    let finding = document.finding(VALUE, &at, message);
    finding.help("change the value, or the schema if the server really sends or takes this")
}
