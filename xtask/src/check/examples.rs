//! Values that stand in the document: that each follows the schema that it stands beside.

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{EXAMPLE, HEADER, MEDIA_TYPE, PARAMETER, SCHEMA, SERVER_VARIABLE};
use crate::openapi::references::Located;
use crate::openapi::tree::{Map, Member, Node, Value, step};
use crate::openapi::values::{Mismatch, Schemas};
use crate::openapi::walk::Part;

const VALUE: Rule = Rule::error("invalid-value");
const UNCHECKED: Rule = Rule::warning("unchecked-value");

/// The rules of this family.
pub const RULES: [Rule; 2] = [VALUE, UNCHECKED];

/// Checks examples, defaults and the values of enums.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    let mut checker = Checker { api, schemas: Schemas::new(api.root), findings };
    for part in api.parts() {
        if part.is_reference {
            continue;
        }
        let has_structure = || part.object_type == &MEDIA_TYPE && is_structured(&part.pointer);
        if part.object_type == &SCHEMA {
            checker.schema(part);
        } else if part.object_type == &PARAMETER || part.object_type == &HEADER || has_structure() {
            checker.beside(part);
        } else if part.object_type == &SERVER_VARIABLE {
            server_variable(api, part, checker.findings);
        }
    }
}

/// Whether examples of the media type at a pointer are values, and not a text in some other format.
fn is_structured(pointer: &str) -> bool {
    let name = pointer.rsplit('/').next().unwrap_or_default().to_lowercase();
    let essence = name.split(';').next().unwrap_or_default();
    essence.contains("json")
        || essence.ends_with("x-www-form-urlencoded")
        || essence.ends_with("form-data")
}

struct Checker<'a, 'b> {
    api: &'b Document<'a>,
    schemas: Schemas<'a>,
    findings: &'b mut Vec<Finding>,
}

impl<'a> Checker<'a, '_> {
    /// The values inside of a schema.
    fn schema(&mut self, part: &Part<'a>) {
        let whole = Located { node: part.node, anchor: part.anchor, pointer: part.pointer.clone() };
        for key in ["default", "example"] {
            if let Some(member) = part.node.member(key) {
                self.value(&whole, &member.node, &step(&part.pointer, key), key);
            }
        }
        self.values_of_enum(part);
    }

    /// The values of an enum follow the rest of their schema.
    fn values_of_enum(&mut self, part: &Part<'a>) {
        let (Some(values), Some(map)) = (part.node.get("enum"), part.node.map()) else {
            return;
        };
        let rest: Map = map
            .iter()
            .filter(|(name, _)| !["enum", "default", "example"].contains(&name.as_str()))
            .map(|(name, member)| (name.clone(), Member::clone(member)))
            .collect();
        let rest = Node { span: part.node.span, value: Value::Map(rest) };
        // The copy lives as long as this: it has a set of schemas to itself, which needs none of the components.
        let mut schemas = Schemas::new(&rest);
        let at = Located { node: &rest, anchor: part.anchor, pointer: String::new() };
        for (index, value) in values.items().iter().enumerate() {
            let pointer = format!("{}/{index}", step(&part.pointer, "enum"));
            for mismatch in schemas.mismatches(&at, &value.to_json()).unwrap_or_default() {
                let finding = report(self.api, value, &pointer, "value", &mismatch);
                self.findings.push(finding);
            }
        }
    }

    /// The values beside a schema.
    fn beside(&mut self, part: &Part<'a>) {
        let Some(schema) = part.node.member("schema") else {
            return;
        };
        let schema = Located {
            node: &schema.node,
            anchor: schema.key,
            pointer: step(&part.pointer, "schema"),
        };
        if let Some(example) = part.node.get("example") {
            self.value(&schema, example, &step(&part.pointer, "example"), "example");
        }
        let examples = part.node.get("examples").into_iter().flat_map(Node::members);
        for (name, member) in examples {
            let at = Located {
                node: &member.node,
                anchor: member.key,
                pointer: step(&step(&part.pointer, "examples"), name),
            };
            let Some(example) = self.api.resolve(&EXAMPLE, at) else {
                continue;
            };
            if let Some(value) = example.node.get("value") {
                self.value(&schema, value, &step(&example.pointer, "value"), "example");
            }
        }
    }

    fn value(&mut self, schema: &Located<'a>, value: &Node, pointer: &str, what: &str) {
        let Ok(mismatches) = self.schemas.mismatches(schema, &value.to_json()) else {
            let message = format!(
                "this {what} was not held against its schema, behind which there are too many others"
            );
            let finding = self.api.finding(UNCHECKED, value.span, pointer, message);
            self.findings
                .push(finding.help("use fewer `allOf`, `oneOf` and `anyOf`, or fewer examples"));
            return;
        };
        for mismatch in mismatches {
            let finding = report(self.api, value, pointer, what, &mismatch);
            let finding = match schema.node.get("$ref") {
                Some(reference) => {
                    finding.related(self.api.source, reference.span, "by this schema")
                }
                None => finding,
            };
            self.findings.push(finding);
        }
    }
}

fn report(
    api: &Document<'_>,
    value: &Node,
    pointer: &str,
    what: &str,
    mismatch: &Mismatch,
) -> Finding {
    let (parent, last) = mismatch.pointer.rsplit_once('/').unwrap_or_default();
    let key = value.at(parent).and_then(|parent| parent.member(last));
    let span = match (mismatch.is_key, value.at(&mismatch.pointer), key) {
        (true, _, Some(member)) => member.key,
        // What is empty, or spans lines, is better pointed at by its key.
        (
            false,
            Some(Node { value: Value::List(_) | Value::Map(_) | Value::Null, .. }),
            Some(member),
        ) => member.key,
        (_, Some(node), _) => node.span,
        _ => value.span,
    };
    let pointer = format!("{pointer}{}", mismatch.pointer);
    let message = format!("this {what} does not follow its schema: {}", mismatch.message);
    let finding = api.finding(VALUE, span, &pointer, message);
    finding.help("change the value, or the schema if the server really sends or takes this")
}

fn server_variable(api: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let (Some(values), Some(default)) = (part.node.get("enum"), part.node.get("default")) else {
        return;
    };
    let is_one = values.items().iter().any(|value| value.text() == default.text());
    if !values.items().is_empty() && !is_one {
        let pointer = step(&part.pointer, "default");
        let message = "this default is not one of the variable's values";
        let finding = api.finding(VALUE, default.span, &pointer, message);
        findings.push(finding.help("write one of those in `enum`"));
    }
}
