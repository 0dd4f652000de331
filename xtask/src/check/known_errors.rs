//! `x-known-errors`: whether the errors can be told apart. The generator checks the rest.

use std::collections::HashMap;

use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::tree::{Node, Value};

const RULE: Rule = Rule::error("known-errors");

pub const RULES: [Rule; 1] = [RULE];

pub fn check(out: &mut Findings<'_, '_>) {
    for (_, schema) in out.document.components("schemas") {
        let mut seen: HashMap<String, &str> = HashMap::new();
        let errors = schema.below("x-known-errors").map(|at| at.entries()).unwrap_or_default();
        for (name, at) in errors {
            for sign in signs(at.node) {
                if let Some(other) = seen.insert(sign, name) {
                    let message = format!("`{name}` cannot be told apart from `{other}`");
                    out.add(
                        RULE,
                        &at,
                        message,
                        "give each error a string, a number and a status of its own",
                    );
                }
            }
        }
    }
}

/// The signs by which a response with an error is recognized: its strings, each of its numbers, and its status.
fn signs(error: &Node) -> impl Iterator<Item = String> {
    let fields: Vec<_> = error.get("fields").into_iter().flat_map(Node::members).collect();
    let mut texts: Vec<_> = fields
        .iter()
        .filter_map(|(property, member)| Some((property, member.node.text()?)))
        .collect();
    texts.sort_unstable();
    let texts = (!texts.is_empty()).then(|| format!("{texts:?}"));
    let numbers = fields.iter().filter(|(_, member)| matches!(member.node.value, Value::Number(_)));
    let numbers = numbers.map(|(property, member)| format!("{property} {}", member.node.to_json()));
    let status = error.get("status").map(|status| status.to_json().to_string());
    texts.into_iter().chain(numbers.collect::<Vec<_>>()).chain(status)
}
