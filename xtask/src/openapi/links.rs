//! What refers to what, and the references that lead nowhere. Nothing can be said of a document with one of these.

use std::collections::HashSet;

use super::Document;
use super::grammar::{DISCRIMINATOR, ObjectType, SECURITY_REQUIREMENT, SECURITY_SCHEME, section};
use super::references::{Located, Target};
use super::suggest::similar;
use super::tree::{Node, step};
use super::walk::Part;
use crate::finding::{Finding, Rule};

const DANGLING: Rule = Rule::error("dangling-ref");
const EXTERNAL: Rule = Rule::error("external-ref");
/// References, or schemas, without an end.
pub const CYCLE: Rule = Rule::error("ref-cycle");

/// The rules of this module.
pub const RULES: [Rule; 3] = [DANGLING, EXTERNAL, CYCLE];

/// A place that refers to a component by its section and name.
pub struct Use<'a> {
    /// The part of `components`.
    pub section: &'static str,
    /// The component's name.
    pub name: &'a str,
    /// Where the reference is, as a JSON pointer.
    pub pointer: String,
}

/// The references of a document, and what is wrong with those that lead nowhere.
pub fn links<'a>(api: &Document<'a>) -> (Vec<Use<'a>>, Vec<Finding>) {
    let (mut uses, mut findings) = (Vec::new(), Vec::new());
    for part in api.parts().iter().filter(|part| part.is_reference) {
        reference(api, part, &mut uses, &mut findings);
    }
    security(api, &mut uses, &mut findings);
    mappings(api, &mut uses, &mut findings);
    aliases(api, &mut findings);
    (uses, findings)
}

fn reference<'a>(
    api: &Document<'a>,
    part: &Part<'a>,
    uses: &mut Vec<Use<'a>>,
    findings: &mut Vec<Finding>,
) {
    let Some((target, text)) = part.node.get("$ref").and_then(|node| Some((node, node.text()?)))
    else {
        return;
    };
    let section = section(part.object_type).unwrap_or_default();
    let pointer = step(&part.pointer, "$ref");
    let (rule, message) = match Target::of(text) {
        Target::Component { section: found, name }
            if found == section && api.component(part.object_type, text).is_some() =>
        {
            let pointer = part.pointer.clone();
            uses.push(Use { section, name, pointer });
            return;
        }
        Target::Component { section: found, name } if found == section => {
            (DANGLING, format!("there is no `components/{section}/{name}`"))
        }
        Target::Component { .. } => {
            let kind = part.object_type.name;
            (DANGLING, format!("a {kind} belongs here, and `{text}` leads to something else"))
        }
        Target::Local => {
            let message = format!(
                "`{text}` leads to no component, and the generator follows only references to those"
            );
            (DANGLING, message)
        }
        Target::External if text.trim_start_matches('/').starts_with("components/") => (
            DANGLING,
            format!("`{text}` is not a reference into this document, which starts with a `#`"),
        ),
        Target::External => {
            let message =
                format!("`{text}` leads out of this document, which the generator does not follow");
            (EXTERNAL, message)
        }
    };
    let name = text.rsplit('/').next().unwrap_or_default();
    let name = name.split('.').next().unwrap_or_default();
    let help = match similar(name, names_in(api, section)) {
        Some(name) => {
            // What was meant is not unused.
            let pointer = part.pointer.clone();
            uses.push(Use { section, name, pointer });
            // The whole reference, where more than the name is wrong.
            let start = if text.starts_with("#/components/") { "" } else { "#/" };
            format!("did you mean `{start}components/{section}/{name}`?")
        }
        None if rule == EXTERNAL => format!(
            "copy what it leads to into `components/{section}`, and write `#/components/{section}/…`"
        ),
        None => format!("add it to `components/{section}`, or refer to one that is there"),
    };
    findings.push(api.finding(rule, target.span, &pointer, message).help(help));
}

/// The names of the components of a section.
pub fn names_in<'a>(api: &Document<'a>, section: &str) -> impl Iterator<Item = &'a str> {
    let components = api.root.get("components").and_then(|node| node.get(section));
    components.into_iter().flat_map(Node::members).map(|(name, _)| name)
}

fn meant<'a>(section: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    match similar(name, names) {
        Some(name) => format!("did you mean `components/{section}/{name}`?"),
        None => format!("add it to `components/{section}`, or refer to one that is there"),
    }
}

/// The security schemes that operations, or the document, ask for.
fn security<'a>(api: &Document<'a>, uses: &mut Vec<Use<'a>>, findings: &mut Vec<Finding>) {
    let section = "securitySchemes";
    for part in api.of_type(&SECURITY_REQUIREMENT) {
        for (name, member) in part.node.members().filter(|(name, _)| !name.starts_with("x-")) {
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
            uses.push(Use { section, name, pointer });
        }
    }
}

/// What discriminators name: schemas, by reference or by name.
fn mappings<'a>(api: &Document<'a>, uses: &mut Vec<Use<'a>>, findings: &mut Vec<Finding>) {
    let section = "schemas";
    let known: HashSet<&str> = names_in(api, section).collect();
    for part in api.of_type(&DISCRIMINATOR) {
        let mapping = part.node.get("mapping").into_iter().flat_map(Node::members);
        for (value, member) in mapping {
            let Some(text) = member.node.text() else {
                continue;
            };
            let name = match Target::of(text) {
                Target::Component { section: found, name } if found == section => name,
                _ => text,
            };
            let pointer = step(&step(&part.pointer, "mapping"), value);
            if known.contains(name) {
                uses.push(Use { section, name, pointer });
            } else {
                let message = format!("there is no `components/{section}/{name}`");
                let finding = api.finding(DANGLING, member.node.span, &pointer, message);
                findings.push(finding.help(meant(section, name, names_in(api, section))));
            }
        }
    }
}

/// Components that are references in a circle, so that there is nothing in the end.
fn aliases(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for part in api.parts().iter().filter(|part| part.is_reference) {
        let Some(reference) = part.node.get("$ref") else {
            continue;
        };
        let leads_somewhere =
            reference.text().and_then(|text| api.component(part.object_type, text)).is_some();
        let at = Located { node: part.node, anchor: part.anchor, pointer: part.pointer.clone() };
        if leads_somewhere
            && part.pointer.starts_with("/components/")
            && part.pointer.matches('/').count() == 3
            && api.resolve(part.object_type, at).is_none()
            && is_circle(api, part.object_type, part.node)
        {
            let message = "this reference comes back to itself";
            let pointer = step(&part.pointer, "$ref");
            let finding = api.finding(CYCLE, reference.span, &pointer, message);
            findings.push(finding.help(format!(
                "describe the {} in one place of the circle",
                part.object_type.name
            )));
        }
    }
}

/// Whether the references from a node come back to it.
fn is_circle(api: &Document<'_>, kind: &ObjectType, start: &Node) -> bool {
    let mut node = start;
    for _ in 0..32 {
        let next = node.get("$ref").and_then(Node::text).and_then(|text| api.component(kind, text));
        match next {
            None => return false,
            Some(next) if std::ptr::eq(next.node, start) => return true,
            Some(next) => node = next.node,
        }
    }
    false
}
