//! Schemas that no finite value matches, because each value must contain another one.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::openapi::document::Findings;
use crate::openapi::links::CYCLE;
use crate::openapi::references::{Located, Target, combined};
use crate::openapi::tree::{Node, Value};
use crate::source::Span;

/// Looks for component schemas that contain themselves.
pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let schemas: IndexMap<&str, Located<'_>> = document.components("schemas").into_iter().collect();
    let finite = finite(&schemas);
    let is_infinite = |name: &str| !finite.contains(name) && schemas.contains_key(name);
    for (name, at) in schemas.iter().filter(|(name, _)| is_infinite(name)) {
        // A cycle of references alone is another finding.
        if at.node.get("$ref").is_some() {
            continue;
        }
        let leads_on = |reference: &&(Span, &str)| matches!(Target::of(reference.1), Target::Component { name, .. } if is_infinite(name));
        let Some((span, _)) = needed(at.node).iter().find(leads_on).copied() else {
            continue;
        };
        let message = format!("`{name}` always contains another `{name}`, without end");
        let place = Located { anchor: span, ..at.clone() };
        let help = "make a property on the way optional or `nullable`, or an array of them";
        out.add(CYCLE, &place, message, help).related(at.anchor, "the schema");
    }
}

/// The components that a finite value matches.
fn finite<'a>(schemas: &IndexMap<&'a str, Located<'a>>) -> HashSet<&'a str> {
    let mut dependents: HashMap<&str, Vec<&'a str>> = HashMap::new();
    for (name, at) in schemas {
        for (_, reference) in needed(at.node) {
            if let Target::Component { name: target, .. } = Target::of(reference) {
                dependents.entry(target).or_default().push(name);
            }
        }
    }
    let mut finite = HashSet::new();
    let mut open: Vec<&'a str> = schemas.keys().copied().collect();
    while let Some(name) = open.pop() {
        let is_new = !finite.contains(name)
            && schemas.get(name).is_some_and(|at| is_finite(at.node, &finite));
        if is_new {
            finite.insert(name);
            // These may have waited for it.
            open.extend(dependents.get(name).into_iter().flatten());
        }
    }
    finite
}

/// Whether a finite value matches a schema, given the components for which one is known.
fn is_finite(schema: &Node, finite: &HashSet<&str>) -> bool {
    if let Some(reference) = schema.get("$ref") {
        return match reference.text().map(Target::of) {
            Some(Target::Component { name, .. }) => finite.contains(name),
            _ => true,
        };
    }
    if schema.is_true("nullable") || schema.get("enum").is_some() {
        return true;
    }
    let below = |key: &str| schema.get(key).map(Node::items).unwrap_or_default();
    let any = |key: &str| {
        let items = below(key);
        items.is_empty() || items.iter().any(|item| is_finite(item, finite))
    };
    let items_are_needed = schema.get("minItems").is_some_and(
        |least| matches!(&least.value, Value::Number(least) if least.as_u64() != Some(0)),
    );
    below("allOf").iter().all(|item| is_finite(item, finite))
        && any("oneOf")
        && any("anyOf")
        && required_properties(schema).all(|property| is_finite(property, finite))
        && (!items_are_needed || schema.get("items").is_none_or(|items| is_finite(items, finite)))
}

fn required_properties(schema: &Node) -> impl Iterator<Item = &Node> {
    let required = schema.get("required").map(Node::items).unwrap_or_default();
    let properties = schema.get("properties");
    required.iter().filter_map(move |name| properties?.get(name.text()?))
}

/// The references that a value may have to follow, with their places.
fn needed(schema: &Node) -> Vec<(Span, &str)> {
    if let Some(reference) = schema.get("$ref") {
        return reference.text().map(|text| (reference.span, text)).into_iter().collect();
    }
    let members = combined(schema).chain(required_properties(schema));
    members.chain(schema.get("items")).flat_map(needed).collect()
}
