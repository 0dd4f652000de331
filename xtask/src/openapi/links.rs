//! References that lead nowhere. A document with one of these is unusable.

use super::Document;
use super::document::Findings;
use super::grammar::{DISCRIMINATOR, SECURITY_REQUIREMENT, SECURITY_SCHEME, section};
use super::references::{Located, Target};
use super::suggest::similar;
use super::tree::Node;
use super::walk::Part;
use crate::finding::Rule;

pub const DANGLING: Rule = Rule::error("dangling-ref");
const EXTERNAL: Rule = Rule::error("external-ref");
/// References that form a cycle, or a schema that contains itself.
pub const CYCLE: Rule = Rule::error("ref-cycle");

pub const RULES: [Rule; 3] = [DANGLING, EXTERNAL, CYCLE];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for part in document.parts().iter().filter(|part| part.is_reference) {
        reference(out, part);
    }
    security(out);
    mappings(out);
}

fn reference<'a>(out: &mut Findings<'_, 'a>, part: &Part<'a>) {
    let document = out.document;
    let Some(target) = part.at.below("$ref").map(Located::value) else {
        return;
    };
    let Some(text) = target.node.text() else {
        return;
    };
    if document.component(part.object_type, text).is_some() {
        return cycle(out, part, &target);
    }
    let section = section(part.object_type).unwrap_or_default();
    let (rule, message) = match Target::of(text) {
        Target::Component { section: found, name } if found == section => {
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
    out.add(rule, &target, message, help);
}

/// Components that are references to each other, without an object at the end.
fn cycle<'a>(out: &mut Findings<'_, 'a>, part: &Part<'a>, target: &Located<'a>) {
    let mut node = part.at.node;
    for _ in 0..32 {
        let next = node.text_of("$ref");
        match next.and_then(|text| out.document.component(part.object_type, text)) {
            None => return,
            Some(next) if std::ptr::eq(next.node, part.at.node) => {
                let help = format!("replace one of the references by a {}", part.object_type.name);
                out.add(CYCLE, target, "this reference leads back to itself", help);
                return;
            }
            Some(next) => node = next.node,
        }
    }
}

fn names<'a>(document: &Document<'a>, section: &str) -> impl Iterator<Item = &'a str> {
    let section = document.root.get("components").and_then(|node| node.get(section));
    section.into_iter().flat_map(Node::members).map(|(name, _)| name)
}

/// Reports a name for which there is no component.
fn missing<'a>(out: &mut Findings<'_, 'a>, at: &Located<'a>, section: &str, name: &str) {
    let help = match similar(name, names(out.document, section)) {
        Some(name) => format!("did you mean `components/{section}/{name}`?"),
        None => format!("add it to `components/{section}`, or name another component there"),
    };
    out.add(DANGLING, at, format!("there is no `components/{section}/{name}`"), help);
}

fn security(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let requirements = document.of_type(&SECURITY_REQUIREMENT);
    for (name, at) in requirements.flat_map(|part| part.at.entries()) {
        let text = format!("#/components/securitySchemes/{name}");
        match document.component(&SECURITY_SCHEME, &text) {
            _ if name.starts_with("x-") => {}
            None => missing(out, &at, "securitySchemes", name),
            Some(scheme) if scheme.node.get("$ref").is_some() => {
                let message = format!(
                    "the security scheme `{name}` is a reference, which the generator does not follow"
                );
                out.add(DANGLING, &at, message, "name the scheme that it leads to")
                    .also(scheme.anchor, "the reference");
            }
            Some(_) => {}
        }
    }
}

/// The schemas that discriminators name, by reference or by name.
fn mappings(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let mappings = document.of_type(&DISCRIMINATOR).filter_map(|part| part.at.below("mapping"));
    for (_, at) in mappings.flat_map(|mapping| mapping.entries()) {
        let Some(text) = at.node.text() else {
            continue;
        };
        let name = match Target::of(text) {
            Target::Component { section: "schemas", name } => name,
            _ => text,
        };
        if names(document, "schemas").all(|known| known != name) {
            missing(out, &at.value(), "schemas", name);
        }
    }
}
