//! Schemas that contain themselves.

use std::collections::{HashMap, HashSet};

use super::object_rules::NO_VALUE;
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::links::CYCLE;
use crate::openapi::references::Located;
use crate::openapi::tree::Node;

pub fn check(out: &mut Findings<'_, '_>) {
    let before = out.list.len();
    through_all_of(out);
    if out.list.len() == before {
        endless(out);
    }
}

/// Looks for schemas that contain themselves through `allOf`: nothing follows them.
fn through_all_of(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for (name, at) in document.components("schemas") {
        let mut seen = HashSet::new();
        let mut open = parts(&at);
        while let Some(part) = open.pop() {
            let Some(target) = document.resolve(&SCHEMA, part.clone()) else { continue };
            if target.pointer == at.pointer {
                let message = format!("`{name}` always contains another `{name}`, without end");
                let help = "remove it from `allOf`, or make it a property";
                let place = part.below("$ref").unwrap_or(part).value();
                out.add(CYCLE, &place, message, help).also(at.anchor, "the schema");
                break;
            }
            if seen.insert(target.pointer.clone()) {
                open.extend(parts(&target));
            }
        }
    }
}

fn parts<'a>(schema: &Located<'a>) -> Vec<Located<'a>> {
    schema.below("allOf").map(|list| list.items()).unwrap_or_default()
}

/// Looks for schemas whose every value contains another value of theirs: they have none.
fn endless(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let components = document.components("schemas");
    let mut ends: HashMap<&str, bool> = components.iter().map(|(name, _)| (*name, false)).collect();
    // Each round finds the schemas whose values end because those of the earlier rounds do.
    loop {
        let found: Vec<_> = components
            .iter()
            .filter(|(name, at)| !ends[name] && has_end(document, at, &ends))
            .map(|(name, _)| *name)
            .collect();
        if found.is_empty() {
            break;
        }
        ends.extend(found.into_iter().map(|name| (name, true)));
    }
    for (name, at) in components.iter().filter(|(name, _)| !ends[name]) {
        let message =
            format!("every `{name}` requires another value without end, so there is none");
        let help = "make one of the properties that lead back to it optional or `nullable`";
        out.add(NO_VALUE, at, message, help);
    }
}

fn has_end<'a>(document: &Document<'a>, at: &Located<'a>, ends: &HashMap<&str, bool>) -> bool {
    if let Some(reference) = at.node.text_of("$ref") {
        let name = reference.strip_prefix("#/components/schemas/");
        return name.and_then(|name| ends.get(name)).copied().unwrap_or(true);
    }
    if at.node.is_true("nullable") {
        return true;
    }
    let required = at.node.get("required").map(Node::items).unwrap_or_default();
    let properties = at.below("properties");
    let required_end = required.iter().filter_map(Node::text).all(|name| {
        let property = properties.as_ref().and_then(|properties| properties.below(name));
        property.is_none_or(|property| {
            let target = document.resolve(&SCHEMA, property.clone()).unwrap_or(property.clone());
            let is_one_way =
                |at: &Located<'_>| at.node.is_true("readOnly") || at.node.is_true("writeOnly");
            is_one_way(&property) || is_one_way(&target) || has_end(document, &property, ends)
        })
    });
    let one_ends = |key: &str| {
        let members = at.below(key).map(|list| list.items()).unwrap_or_default();
        members.is_empty() || members.iter().any(|member| has_end(document, member, ends))
    };
    required_end
        && parts(at).iter().all(|part| has_end(document, part, ends))
        && one_ends("oneOf")
        && one_ends("anyOf")
}
