//! References that come back to themselves, so that there is nothing in the end.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::finding::Finding;
use crate::openapi::Document;
use crate::openapi::links::CYCLE;
use crate::openapi::references::Target;
use crate::openapi::tree::{Member, Node, Value, step};
use crate::source::Span;

/// Looks for references and for schemas without an end.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    recursion(api, findings);
}

/// Schemas that no finite value follows, because each needs another of its kind inside.
fn recursion(api: &Document<'_>, findings: &mut Vec<Finding>) {
    let schemas = api.root.get("components").and_then(|node| node.get("schemas"));
    let schemas: IndexMap<&str, &Member> = schemas.into_iter().flat_map(Node::members).collect();
    let finite = finite(&schemas);
    for (name, member) in &schemas {
        let infinite = |name: &str| !finite.contains(name) && schemas.contains_key(name);
        if member.node.get("$ref").is_some() || !infinite(name) {
            continue;
        }
        let Some(place) = needed(&member.node).into_iter().find(
            |place| matches!(Target::of(place.1), Target::Component { name, .. } if infinite(name)),
        ) else {
            continue;
        };
        let message = format!(
            "no finite value follows `{name}`: it must always have another of its kind inside"
        );
        let pointer = step("/components/schemas", name);
        let finding = api.finding(CYCLE, place.0, &pointer, message);
        let finding = finding.related(api.source, member.key, "the schema");
        findings.push(
            finding.help("make a field on the way optional or `nullable`, or a list of them"),
        );
    }
}

/// The components of which there is a finite value.
fn finite<'a>(schemas: &IndexMap<&'a str, &'a Member>) -> HashSet<&'a str> {
    let mut dependents: HashMap<&str, Vec<&'a str>> = HashMap::new();
    for (name, member) in schemas {
        for (_, reference) in needed(&member.node) {
            if let Target::Component { name: target, .. } = Target::of(reference) {
                dependents.entry(target).or_default().push(name);
            }
        }
    }
    let mut finite = HashSet::new();
    let mut open: Vec<&'a str> = schemas.keys().copied().collect();
    while let Some(name) = open.pop() {
        let is_new = !finite.contains(name)
            && schemas.get(name).is_some_and(|member| is_finite(&member.node, &finite));
        if is_new {
            finite.insert(name);
            // It may be what these were waiting for.
            open.extend(dependents.get(name).into_iter().flatten());
        }
    }
    finite
}

/// Whether there is a finite value of a schema, given the components of which there is one.
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

/// The references that a schema cannot do without, with their places.
fn needed(schema: &Node) -> Vec<(Span, &str)> {
    if let Some(reference) = schema.get("$ref") {
        return reference.text().map(|text| (reference.span, text)).into_iter().collect();
    }
    let lists = ["allOf", "oneOf", "anyOf"].into_iter();
    let members = lists.flat_map(|key| schema.get(key).map(Node::items).unwrap_or_default());
    members.chain(required_properties(schema)).chain(schema.get("items")).flat_map(needed).collect()
}
