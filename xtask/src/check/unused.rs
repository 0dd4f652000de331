//! Components that nothing refers to.

use std::collections::{HashMap, HashSet};

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::{COMPONENTS, OPERATION};
use crate::openapi::links::{Use, links, names_in};
use crate::openapi::tree::{Node, step};

const UNUSED: Rule = Rule::warning("unused-component");

/// The rules of this family.
pub const RULES: [Rule; 1] = [UNUSED];

/// Checks references, and looks for components without any.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    let (uses, dangling) = links(api);
    findings.extend(dangling);
    unused(api, &uses, findings);
}

/// Components that nothing leads to, from the paths or from components that something leads to.
fn unused(api: &Document<'_>, uses: &[Use<'_>], findings: &mut Vec<Finding>) {
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
    if api.of_type(&OPERATION).next().is_none() {
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
