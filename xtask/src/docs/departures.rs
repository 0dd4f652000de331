//! Departures that a spec declares, and which of them no page needs any longer.

use std::collections::HashSet;

use super::finding::{DEPARTURE, DifferenceKind, Finding, Findings, reasons};
use crate::openapi::operations::Operation;
use crate::openapi::references::reached;
use crate::openapi::tree::{Node, step};
use crate::source::Span;

/// The departures of a document.
pub struct Departures<'a> {
    root: &'a Node,
    declared: Vec<Declared<'a>>,
    /// The operations, and the pages of those that there is one of.
    operations: Vec<(Reach<'a>, Option<usize>)>,
    /// Where those stand that were needed, or may be.
    needed: HashSet<usize>,
}

struct Declared<'a> {
    reason: &'a str,
    key: Span,
    /// The object that it stands in.
    pointer: String,
}

/// What an operation is made of.
struct Reach<'a> {
    pointer: &'a str,
    path: String,
    components: HashSet<String>,
}

impl<'a> Departures<'a> {
    /// Those of a document.
    pub fn new(root: &'a Node, operations: &'a [Operation<'a>]) -> Self {
        let mut declared = Vec::new();
        collect(root, String::new(), &mut declared);
        let reach = |operation: &'a Operation<'a>| Reach {
            pointer: &operation.at.pointer,
            path: step("/paths", operation.path),
            components: components(root, operation),
        };
        // Without departures, nobody asks.
        let operations = match declared.is_empty() {
            true => Vec::new(),
            false => operations.iter().map(|operation| (reach(operation), None)).collect(),
        };
        Self { root, declared, operations, needed: HashSet::new() }
    }

    /// Notes that an operation was held against a page, and what was found.
    pub fn note(&mut self, operation: &Operation<'_>, page: usize, found: &Findings<'a>) {
        self.needed.extend(&found.needed);
        for (reach, first) in &mut self.operations {
            if reach.pointer == operation.at.pointer {
                first.get_or_insert(page);
            }
        }
        if self.declared.is_empty() {
            return;
        }
        let components = reached(self.root, found.skipped.clone());
        let components = components.iter().filter_map(|pointer| self.root.at(pointer));
        let mut skipped = Vec::new();
        for node in components.chain(found.skipped.iter().copied()) {
            collect(node, String::new(), &mut skipped);
        }
        self.needed.extend(skipped.iter().map(|declared| declared.key.start));
    }

    /// Those that no page needs, each with the page to say it on. Where one could be needed by a page that was not
    /// looked at, nothing is said.
    pub fn unneeded(&self) -> Vec<(usize, Finding)> {
        let unneeded =
            self.declared.iter().filter(|declared| !self.needed.contains(&declared.key.start));
        let findings = unneeded.filter_map(|declared| {
            let owners: Vec<_> =
                self.operations.iter().filter(|(reach, _)| reach.has(&declared.pointer)).collect();
            if owners.iter().any(|(_, page)| page.is_none()) {
                return None;
            }
            let page = owners.iter().filter_map(|(_, page)| *page).min().unwrap_or(0);
            let finding = Finding {
                kind: DifferenceKind::UnneededDeparture,
                what: DEPARTURE.to_owned(),
                message: format!(
                    "this departure is no longer needed, for nothing that it covers differs: {}",
                    declared.reason
                ),
                page_line: None,
                spec: Some(declared.key),
            };
            Some((page, finding))
        });
        findings.collect()
    }
}

impl Reach<'_> {
    /// Whether what stands at a pointer belongs to the operation, or to the whole document.
    fn has(&self, pointer: &str) -> bool {
        let is_in = |outer: &str| {
            pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if pointer.starts_with("/components/") {
            return self.components.iter().any(|component| is_in(component));
        }
        let is_beside = || is_in(&self.path) && !is_in_other_method(pointer, &self.path);
        !pointer.starts_with("/paths/") || is_in(self.pointer) || is_beside()
    }
}

/// Whether a pointer leads into an operation of the path, and not into what all of them share.
fn is_in_other_method(pointer: &str, path: &str) -> bool {
    let rest = pointer.strip_prefix(path).unwrap_or_default();
    let name = rest.split('/').nth(1).unwrap_or_default();
    crate::openapi::grammar::METHODS.contains(&name)
}

fn components(root: &Node, operation: &Operation<'_>) -> HashSet<String> {
    let item = root.get("paths").and_then(|paths| paths.get(operation.path));
    let shared = item.into_iter().flat_map(|item| item.get("parameters"));
    let own_security = operation.at.node.get("security");
    let security = own_security.or_else(|| root.get("security"));
    let mut found = reached(root, shared.chain([operation.at.node]).collect());
    for (scheme, _) in security.map(Node::items).unwrap_or_default().iter().flat_map(Node::members)
    {
        found.insert(step("/components/securitySchemes", scheme));
    }
    found
}

fn collect<'a>(node: &'a Node, pointer: String, found: &mut Vec<Declared<'a>>) {
    for reason in reasons(node) {
        found.push(Declared { reason: reason.text, key: reason.key, pointer: pointer.clone() });
    }
    for (name, member) in node.members() {
        collect(&member.node, step(&pointer, name), found);
    }
    for (index, item) in node.items().iter().enumerate() {
        collect(item, format!("{pointer}/{index}"), found);
    }
}
