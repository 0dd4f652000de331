//! The departures that a spec declares, and those that no page needs any more.

use std::collections::{HashMap, HashSet};

use super::differences::{DEPARTURE, Differences, Reason, UNNEEDED, reasons};
use crate::finding::Finding;
use crate::openapi::Document;
use crate::openapi::grammar::METHODS;
use crate::openapi::operations::Operation;
use crate::openapi::references::reached;
use crate::openapi::tree::{Node, step};

pub struct Departures<'d, 'a> {
    document: &'d Document<'a>,
    /// The reasons, each with the pointer to the object that gives it.
    declared: Vec<(String, Reason<'a>)>,
    /// The first page of each operation that has one, by the pointer to the operation.
    pages: HashMap<&'d str, usize>,
    /// The keys of those that are needed, or may be.
    needed: HashSet<usize>,
}

impl<'d, 'a> Departures<'d, 'a> {
    pub fn new(document: &'d Document<'a>) -> Self {
        let mut declared = Vec::new();
        collect(document.root, String::new(), &mut declared);
        Self { document, declared, pages: HashMap::new(), needed: HashSet::new() }
    }

    /// Notes the differences between an operation and a page.
    pub fn note(&mut self, operation: &'d Operation<'a>, page: usize, found: &Differences<'a>) {
        self.pages.entry(&operation.at.pointer).or_insert(page);
        self.needed.extend(&found.needed);
        if self.declared.is_empty() {
            return;
        }
        let root = self.document.root;
        let components = reached(root, found.skipped.clone());
        let components = components.iter().filter_map(|pointer| root.at(pointer));
        let mut skipped = Vec::new();
        for node in components.chain(found.skipped.iter().copied()) {
            collect(node, String::new(), &mut skipped);
        }
        self.needed.extend(skipped.iter().map(|(_, reason)| reason.key.start));
    }

    /// A finding for each that no page needs, with the page to report it on. If a page that was not compared may need
    /// it, there is no finding.
    pub fn unneeded(&self) -> Vec<(usize, Finding)> {
        let declared = self.declared.iter();
        let unneeded = declared.filter(|(_, reason)| !self.needed.contains(&reason.key.start));
        let unneeded: Vec<_> = unneeded.collect();
        if unneeded.is_empty() {
            return Vec::new();
        }
        let operations = self.document.operations.iter();
        let reach: Vec<_> = operations.map(|it| (it, self.components(it))).collect();
        let finding = |(pointer, reason): &(String, Reason<'_>)| {
            let owners = reach.iter().filter(|(it, used)| has(it, used, pointer));
            let pages = owners.map(|(it, _)| self.pages.get(it.at.pointer.as_str()));
            let pages: Vec<&usize> = pages.collect::<Option<_>>()?;
            let text = reason.text;
            let message = format!("this departure is not needed, because nothing differs: {text}");
            let finding = UNNEEDED.at(self.document.source, reason.key, message);
            let finding = finding.pointer(pointer).field("what", DEPARTURE).help("remove it");
            Some((pages.into_iter().min().copied().unwrap_or(0), finding))
        };
        unneeded.into_iter().filter_map(finding).collect()
    }

    /// The components that an operation uses.
    fn components(&self, operation: &Operation<'a>) -> HashSet<String> {
        let shared = self.document.path_item(operation).and_then(|item| item.below("parameters"));
        let from = shared.map(|at| at.node).into_iter().chain([operation.at.node]).collect();
        let mut found = reached(self.document.root, from);
        let security = self.document.security(operation).map(|at| at.items()).unwrap_or_default();
        let schemes = security.iter().flat_map(|alternative| alternative.node.members());
        found.extend(schemes.map(|(name, _)| step("/components/securitySchemes", name)));
        found
    }
}

/// Whether a pointer leads to a part of an operation, to what it uses, or to a part of the whole document.
fn has(operation: &Operation<'_>, components: &HashSet<String>, pointer: &str) -> bool {
    let is_in = |outer: &str| {
        pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    match steps[..] {
        ["components", ..] => components.iter().any(|component| is_in(component)),
        ["paths", _, method, ..] if METHODS.contains(&method) => is_in(&operation.at.pointer),
        ["paths", _, ..] => is_in(&step("/paths", operation.path)),
        _ => true,
    }
}

fn collect<'a>(node: &'a Node, pointer: String, found: &mut Vec<(String, Reason<'a>)>) {
    found.extend(reasons(node).into_iter().map(|reason| (pointer.clone(), reason)));
    for (name, member) in node.members() {
        collect(&member.node, step(&pointer, name), found);
    }
    for (index, item) in node.items().iter().enumerate() {
        collect(item, format!("{pointer}/{index}"), found);
    }
}
