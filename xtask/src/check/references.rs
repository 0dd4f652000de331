//! References: that each leads somewhere, that none leads in a circle, and that nothing is there for nobody.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Rule};
use crate::spec::api::Api;
use crate::spec::objects::{
    COMPONENTS, DISCRIMINATOR, Kind, OPERATION, SECURITY_REQUIREMENT, SECURITY_SCHEME, section,
};
use crate::spec::references::{At, Target};
use crate::spec::source::Span;
use crate::spec::suggest::similar;
use crate::spec::tree::{Node, step};
use crate::spec::walk::Part;

const DANGLING: Rule = Rule::error("dangling-ref");
const EXTERNAL: Rule = Rule::error("external-ref");
const CYCLE: Rule = Rule::error("ref-cycle");
const UNUSED: Rule = Rule::warning("unused-component");

/// The rules of this family.
pub const RULES: [Rule; 4] = [DANGLING, EXTERNAL, CYCLE, UNUSED];

/// A place that refers to a component by its section and name.
struct Use<'a> {
    section: &'static str,
    name: &'a str,
    /// Where it stands.
    pointer: String,
}

/// Checks references, and looks for components without any.
pub fn check(api: &Api<'_>, findings: &mut Vec<Finding>) {
    let mut uses = Vec::new();
    for part in api.parts.iter().filter(|part| part.is_reference) {
        reference(api, part, &mut uses, findings);
    }
    security(api, &mut uses, findings);
    mappings(api, &mut uses, findings);
    aliases(api, findings);
    recursion(api, findings);
    unused(api, &uses, findings);
}

fn reference<'a>(
    api: &Api<'a>,
    part: &Part<'a>,
    uses: &mut Vec<Use<'a>>,
    findings: &mut Vec<Finding>,
) {
    let Some((target, text)) = part
        .node
        .get("$ref")
        .and_then(|node| Some((node, node.text()?)))
    else {
        return;
    };
    let section = section(part.kind).unwrap_or_default();
    let pointer = step(&part.pointer, "$ref");
    let names = || names_in(api, section);
    match Target::of(text) {
        Target::Component {
            section: found,
            name,
        } if found == section => {
            if api.component(part.kind, text).is_some() {
                let pointer = part.pointer.clone();
                uses.push(Use {
                    section,
                    name,
                    pointer,
                });
                return;
            }
            let message = format!("there is no `components/{section}/{name}`");
            let finding = api.finding(DANGLING, target.span, &pointer, message);
            findings.push(finding.help(meant(section, name, names())));
            // What was meant is not unused.
            if let Some(name) = similar(name, names()) {
                let pointer = part.pointer.clone();
                uses.push(Use {
                    section,
                    name,
                    pointer,
                });
            }
        }
        Target::External => {
            let message =
                format!("`{text}` leads out of this document, which the generator does not follow");
            let help = match similar(text, names()) {
                Some(name) => format!("did you mean `#/components/{section}/{name}`?"),
                None => format!(
                    "copy what it leads to into `components/{section}`, and write `#/components/{section}/…`"
                ),
            };
            findings.push(
                api.finding(EXTERNAL, target.span, &pointer, message)
                    .help(help),
            );
        }
        Target::Component { name, .. } => {
            let message = format!(
                "a {} belongs here, and `{text}` leads to something else",
                part.kind.name
            );
            let finding = api.finding(DANGLING, target.span, &pointer, message);
            findings.push(finding.help(meant(section, name, names())));
        }
        Target::Local => {
            let message = format!(
                "`{text}` leads to no component, and the generator follows only references to those"
            );
            let last = text.rsplit('/').next().unwrap_or_default();
            let finding = api.finding(DANGLING, target.span, &pointer, message);
            findings.push(finding.help(meant(section, last, names())));
        }
    }
}

fn names_in<'a>(api: &Api<'a>, section: &str) -> impl Iterator<Item = &'a str> {
    let components = api
        .root
        .get("components")
        .and_then(|node| node.get(section));
    components
        .into_iter()
        .flat_map(Node::members)
        .map(|(name, _)| name)
}

fn meant<'a>(section: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    match similar(name, names) {
        Some(name) => format!("did you mean `components/{section}/{name}`?"),
        None => format!("add it to `components/{section}`, or refer to one that is there"),
    }
}

/// The security schemes that operations, or the document, ask for.
fn security<'a>(api: &Api<'a>, uses: &mut Vec<Use<'a>>, findings: &mut Vec<Finding>) {
    let section = "securitySchemes";
    for part in api.of_kind(&SECURITY_REQUIREMENT) {
        for (name, member) in part
            .node
            .members()
            .filter(|(name, _)| !name.starts_with("x-"))
        {
            let text = format!("#/components/{section}/{name}");
            let pointer = step(&part.pointer, name);
            let Some(scheme) = api.component(&SECURITY_SCHEME, &text) else {
                let message = format!("there is no `components/{section}/{name}`");
                let finding = api.finding(DANGLING, member.key, &pointer, message);
                findings.push(finding.help(meant(section, name, names_in(api, section))));
                continue;
            };
            if scheme.node.get("$ref").is_some() {
                let message = format!(
                    "the security scheme `{name}` is itself a reference, which the generator does not follow"
                );
                let finding = api.finding(DANGLING, member.key, &pointer, message);
                let finding = finding.related(api.source, scheme.anchor, "the reference");
                findings.push(finding.help("ask for the scheme that it leads to"));
            }
            uses.push(Use {
                section,
                name,
                pointer,
            });
        }
    }
}

/// What discriminators name: schemas, by reference or by name.
fn mappings<'a>(api: &Api<'a>, uses: &mut Vec<Use<'a>>, findings: &mut Vec<Finding>) {
    let section = "schemas";
    for part in api.of_kind(&DISCRIMINATOR) {
        let mapping = part.node.get("mapping").into_iter().flat_map(Node::members);
        for (value, member) in mapping {
            let Some(text) = member.node.text() else {
                continue;
            };
            let name = match Target::of(text) {
                Target::Component {
                    section: found,
                    name,
                } if found == section => name,
                _ => text,
            };
            let pointer = step(&step(&part.pointer, "mapping"), value);
            if names_in(api, section).any(|known| known == name) {
                uses.push(Use {
                    section,
                    name,
                    pointer,
                });
            } else {
                let message = format!("there is no `components/{section}/{name}`");
                let finding = api.finding(DANGLING, member.node.span, &pointer, message);
                findings.push(finding.help(meant(section, name, names_in(api, section))));
            }
        }
    }
}

/// Components that are references in a circle, so that there is nothing in the end.
fn aliases(api: &Api<'_>, findings: &mut Vec<Finding>) {
    for part in api.parts.iter().filter(|part| part.is_reference) {
        let Some(reference) = part.node.get("$ref") else {
            continue;
        };
        let leads_somewhere = reference
            .text()
            .and_then(|text| api.component(part.kind, text))
            .is_some();
        let at = At {
            node: part.node,
            anchor: part.anchor,
            pointer: part.pointer.clone(),
        };
        if leads_somewhere
            && part.pointer.starts_with("/components/")
            && part.pointer.matches('/').count() == 3
            && api.resolve(part.kind, at).is_none()
            && is_circle(api, part.kind, part.node)
        {
            let message = "this reference comes back to itself";
            let pointer = step(&part.pointer, "$ref");
            let finding = api.finding(CYCLE, reference.span, &pointer, message);
            findings.push(finding.help(format!(
                "describe the {} in one place of the circle",
                part.kind.name
            )));
        }
    }
}

/// Whether the references from a node come back to it.
fn is_circle(api: &Api<'_>, kind: &Kind, start: &Node) -> bool {
    let mut node = start;
    for _ in 0..32 {
        let next = node
            .get("$ref")
            .and_then(Node::text)
            .and_then(|text| api.component(kind, text));
        match next {
            None => return false,
            Some(next) if std::ptr::eq(next.node, start) => return true,
            Some(next) => node = next.node,
        }
    }
    false
}

/// Schemas that no finite value follows, because each needs another of its kind inside.
fn recursion(api: &Api<'_>, findings: &mut Vec<Finding>) {
    let schemas = api
        .root
        .get("components")
        .and_then(|node| node.get("schemas"));
    let schemas: Vec<_> = schemas.into_iter().flat_map(Node::members).collect();
    let mut finite: HashSet<&str> = HashSet::new();
    // Each round finds at least one more that is finite, or it is the last.
    loop {
        let before = finite.len();
        for (name, member) in &schemas {
            if !finite.contains(name) && is_finite(&member.node, &finite) {
                finite.insert(name);
            }
        }
        if finite.len() == before {
            break;
        }
    }
    for (name, member) in &schemas {
        let infinite =
            |name: &str| !finite.contains(name) && schemas.iter().any(|(known, _)| *known == name);
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
    let items_are_needed = schema.get("minItems").is_some_and(|least| {
        matches!(&least.value, crate::spec::tree::Value::Number(least) if least.as_u64() != Some(0))
    });
    below("allOf").iter().all(|item| is_finite(item, finite))
        && any("oneOf")
        && any("anyOf")
        && required_properties(schema).all(|property| is_finite(property, finite))
        && (!items_are_needed
            || schema
                .get("items")
                .is_none_or(|items| is_finite(items, finite)))
}

fn required_properties(schema: &Node) -> impl Iterator<Item = &Node> {
    let required = schema.get("required").map(Node::items).unwrap_or_default();
    let properties = schema.get("properties");
    required
        .iter()
        .filter_map(move |name| properties?.get(name.text()?))
}

/// The references that a schema cannot do without, with their places.
fn needed(schema: &Node) -> Vec<(Span, &str)> {
    if let Some(reference) = schema.get("$ref") {
        return reference
            .text()
            .map(|text| (reference.span, text))
            .into_iter()
            .collect();
    }
    let lists = ["allOf", "oneOf", "anyOf"].into_iter();
    let members = lists.flat_map(|key| schema.get(key).map(Node::items).unwrap_or_default());
    members
        .chain(required_properties(schema))
        .chain(schema.get("items"))
        .flat_map(needed)
        .collect()
}

/// Components that nothing leads to, from the paths or from components that something leads to.
fn unused(api: &Api<'_>, uses: &[Use<'_>], findings: &mut Vec<Finding>) {
    // What the uses inside each component are, and those outside of all.
    let mut inside: HashMap<(&str, &str), Vec<(&str, &str)>> = HashMap::new();
    let mut reached: Vec<(&str, &str)> = Vec::new();
    let owners: HashMap<String, (&str, &str)> = sections()
        .flat_map(|section| {
            names_in(api, section).map(move |name| {
                (
                    step(&format!("/components/{section}"), name),
                    (section, name),
                )
            })
        })
        .collect();
    for found in uses {
        let target = (found.section, found.name);
        let end = found
            .pointer
            .match_indices('/')
            .nth(3)
            .map_or(found.pointer.len(), |(place, _)| place);
        match owners.get(&found.pointer[..end]) {
            Some(owner) => inside.entry(*owner).or_default().push(target),
            None => reached.push(target),
        }
    }
    let mut used: HashSet<(&str, &str)> = HashSet::new();
    while let Some(next) = reached.pop() {
        if used.insert(next) {
            reached.extend(inside.get(&next).into_iter().flatten().copied());
        }
    }
    // Without operations nothing can be used, and that is another finding's business.
    if api.of_kind(&OPERATION).next().is_none() {
        return;
    }
    for section in sections() {
        let members = api
            .root
            .get("components")
            .and_then(|node| node.get(section));
        for (name, member) in members.into_iter().flat_map(Node::members) {
            if !used.contains(&(section, name)) && !name.starts_with("x-") {
                let message = format!("nothing refers to `components/{section}/{name}`");
                let pointer = step(&format!("/components/{section}"), name);
                let finding = api.finding(UNUSED, member.key, &pointer, message);
                findings.push(finding.help("remove it, or refer to it"));
            }
        }
    }
}

fn sections() -> impl Iterator<Item = &'static str> {
    COMPONENTS.fields.iter().map(|field| field.key)
}
