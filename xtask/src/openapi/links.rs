//! References that lead nowhere. A document with one of these is unusable.

use super::Document;
use super::grammar::{DISCRIMINATOR, ObjectType, SECURITY_REQUIREMENT, SECURITY_SCHEME, section};
use super::references::{Located, Target};
use super::suggest::similar;
use super::tree::Node;
use super::walk::Part;
use crate::finding::{Finding, Rule};

const DANGLING: Rule = Rule::error("dangling-ref");
const EXTERNAL: Rule = Rule::error("external-ref");
/// References that form a cycle, or a schema that contains itself.
pub const CYCLE: Rule = Rule::error("ref-cycle");

pub const RULES: [Rule; 3] = [DANGLING, EXTERNAL, CYCLE];

pub fn check(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for part in document.parts().iter().filter(|part| part.is_reference) {
        reference(document, part, findings);
        cycle(document, part, findings);
    }
    security(document, findings);
    mappings(document, findings);
}

fn reference(document: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let Some(target) = part.at.below("$ref").map(Located::value) else {
        return;
    };
    let Some(text) = target.node.text() else {
        return;
    };
    let section = section(part.object_type).unwrap_or_default();
    let (rule, message) = match Target::of(text) {
        Target::Component { section: found, name } if found == section => {
            if document.component(part.object_type, text).is_some() {
                return;
            }
            (DANGLING, format!("there is no `components/{section}/{name}`"))
        }
        Target::Component { .. } => {
            (DANGLING, format!("expected a {}, found `{text}`", part.object_type.name))
        }
        Target::Local => {
            (DANGLING, format!("the generator follows only references to components, not `{text}`"))
        }
        Target::External if text.trim_start_matches('/').starts_with("components/") => {
            (DANGLING, format!("`{text}` lacks the `#` of a reference into this document"))
        }
        Target::External => (
            EXTERNAL,
            format!("`{text}` is outside of this document, and the generator reads only this"),
        ),
    };
    let name = text.rsplit('/').next().unwrap_or_default();
    let name = name.split('.').next().unwrap_or_default();
    let help = match similar(name, names(document, section)) {
        Some(name) => {
            // Where more than the name is wrong, the whole reference.
            let start = if text.starts_with("#/components/") { "" } else { "#/" };
            format!("did you mean `{start}components/{section}/{name}`?")
        }
        None if rule == EXTERNAL => format!(
            "copy the target into `components/{section}` and write `#/components/{section}/…`"
        ),
        None => format!("add it to `components/{section}`, or refer to another component there"),
    };
    findings.push(document.finding(rule, &target, message).help(help));
}

fn names<'a>(document: &Document<'a>, section: &str) -> impl Iterator<Item = &'a str> {
    let section = document.root.get("components").and_then(|node| node.get(section));
    section.into_iter().flat_map(Node::members).map(|(name, _)| name)
}

/// Reports a name for which there is no component.
fn missing(document: &Document<'_>, at: &Located<'_>, section: &str, name: &str) -> Finding {
    let message = format!("there is no `components/{section}/{name}`");
    document.finding(DANGLING, at, message).help(match similar(name, names(document, section)) {
        Some(name) => format!("did you mean `components/{section}/{name}`?"),
        None => format!("add it to `components/{section}`, or name another component there"),
    })
}

fn security(document: &Document<'_>, findings: &mut Vec<Finding>) {
    for part in document.of_type(&SECURITY_REQUIREMENT) {
        let schemes = part.at.entries().into_iter().filter(|(name, _)| !name.starts_with("x-"));
        for (name, at) in schemes {
            let text = format!("#/components/securitySchemes/{name}");
            match document.component(&SECURITY_SCHEME, &text) {
                None => findings.push(missing(document, &at, "securitySchemes", name)),
                Some(scheme) if scheme.node.get("$ref").is_some() => {
                    let message = format!(
                        "the security scheme `{name}` is a reference, which the generator does not follow"
                    );
                    let finding = document.finding(DANGLING, &at, message);
                    let finding = finding.related(document.source, scheme.anchor, "the reference");
                    findings.push(finding.help("name the scheme that it leads to"));
                }
                Some(_) => {}
            }
        }
    }
}

/// The schemas that discriminators name, by reference or by name.
fn mappings(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let mappings = document.of_type(&DISCRIMINATOR).filter_map(|part| part.at.below("mapping"));
    for (_, at) in mappings.flat_map(|mapping| mapping.entries()) {
        let Some(text) = at.node.text() else {
            continue;
        };
        let name = match Target::of(text) {
            Target::Component { section: "schemas", name } => name,
            _ => text,
        };
        let schemas = document.root.get("components").and_then(|node| node.get("schemas"));
        if schemas.and_then(|node| node.get(name)).is_none() {
            findings.push(missing(document, &at.value(), "schemas", name));
        }
    }
}

/// Components that are references to each other, without an object at the end.
fn cycle(document: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let is_component =
        part.at.pointer.starts_with("/components/") && part.at.pointer.matches('/').count() == 3;
    if let Some(reference) = part.at.below("$ref").filter(|_| is_component)
        && is_cycle(document, part.object_type, part.at.node)
    {
        let finding =
            document.finding(CYCLE, &reference.value(), "this reference leads back to itself");
        let name = part.object_type.name;
        findings.push(finding.help(format!("replace one of the references by a {name}")));
    }
}

fn is_cycle(document: &Document<'_>, object_type: &ObjectType, start: &Node) -> bool {
    let mut node = start;
    for _ in 0..32 {
        let next = node.text_of("$ref").and_then(|text| document.component(object_type, text));
        match next {
            None => return false,
            Some(next) if std::ptr::eq(next.node, start) => return true,
            Some(next) => node = next.node,
        }
    }
    false
}
