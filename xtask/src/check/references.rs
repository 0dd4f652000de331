//! References: that each leads somewhere, and that nothing is there for nobody.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Rule};
use crate::spec::api::Api;
use crate::spec::objects::{
    COMPONENTS, DISCRIMINATOR, OPERATION, SECURITY_REQUIREMENT, SECURITY_SCHEME, section,
};
use crate::spec::references::Target;
use crate::spec::suggest::similar;
use crate::spec::tree::{Node, step};
use crate::spec::walk::Part;

const DANGLING: Rule = Rule::error("dangling-ref");
const EXTERNAL: Rule = Rule::error("external-ref");
const UNUSED: Rule = Rule::warning("unused-component");

/// The rules of this family.
pub const RULES: [Rule; 3] = [DANGLING, EXTERNAL, UNUSED];

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
    unused(api, &uses, findings);
}

fn reference<'a>(
    api: &Api<'a>,
    part: &Part<'a>,
    uses: &mut Vec<Use<'a>>,
    findings: &mut Vec<Finding>,
) {
    let Some((target, text)) = part.node.get("$ref").and_then(|node| Some((node, node.text()?)))
    else {
        return;
    };
    let section = section(part.kind).unwrap_or_default();
    let pointer = step(&part.pointer, "$ref");
    let (rule, message) = match Target::of(text) {
        Target::Component { section: found, name }
            if found == section && api.component(part.kind, text).is_some() =>
        {
            let pointer = part.pointer.clone();
            uses.push(Use { section, name, pointer });
            return;
        }
        Target::Component { section: found, name } if found == section => {
            (DANGLING, format!("there is no `components/{section}/{name}`"))
        }
        Target::Component { .. } => {
            let kind = part.kind.name;
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

fn names_in<'a>(api: &Api<'a>, section: &str) -> impl Iterator<Item = &'a str> {
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
fn security<'a>(api: &Api<'a>, uses: &mut Vec<Use<'a>>, findings: &mut Vec<Finding>) {
    let section = "securitySchemes";
    for part in api.of_kind(&SECURITY_REQUIREMENT) {
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
fn mappings<'a>(api: &Api<'a>, uses: &mut Vec<Use<'a>>, findings: &mut Vec<Finding>) {
    let section = "schemas";
    let known: HashSet<&str> = names_in(api, section).collect();
    for part in api.of_kind(&DISCRIMINATOR) {
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

/// Components that nothing leads to, from the paths or from components that something leads to.
fn unused(api: &Api<'_>, uses: &[Use<'_>], findings: &mut Vec<Finding>) {
    // What the uses inside each component are, and those outside of all.
    let mut inside: HashMap<(&str, &str), Vec<(&str, &str)>> = HashMap::new();
    let mut reached: Vec<(&str, &str)> = Vec::new();
    let owners: HashMap<String, (&str, &str)> = sections()
        .flat_map(|section| {
            names_in(api, section)
                .map(move |name| (step(&format!("/components/{section}"), name), (section, name)))
        })
        .collect();
    for found in uses {
        let target = (found.section, found.name);
        let end =
            found.pointer.match_indices('/').nth(3).map_or(found.pointer.len(), |(place, _)| place);
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
        let members = api.root.get("components").and_then(|node| node.get(section));
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
