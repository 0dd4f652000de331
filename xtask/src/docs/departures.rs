//! The departures that a spec declares, and those that no page needs any more.

use std::collections::{HashMap, HashSet};

use super::differences::{DEPARTURE, Differences, Reason, UNNEEDED, reasons};
use crate::finding::Finding;
use crate::openapi::Document;
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
        let root = self.document.root;
        let components = reached(root, found.skipped.clone());
        let components = components.iter().filter_map(|pointer| root.at(pointer));
        let mut skipped = Vec::new();
        for node in components.chain(found.skipped.iter().copied()) {
            collect(node, String::new(), &mut skipped);
        }
        self.needed.extend(skipped.iter().map(|(_, reason)| reason.key.start));
    }

    /// A finding for each that no page needs, with the page to report it on. A departure in an operation waits for the
    /// page of the operation. Any other departure may be needed by every page, so it waits for the pages of all.
    pub fn unneeded(&self) -> Vec<(usize, Finding)> {
        let operations = &self.document.operations;
        let page_of = |it: &Operation<'_>| self.pages.get(it.at.pointer.as_str()).copied();
        let has_all = operations.iter().all(|it| page_of(it).is_some());
        let finding = |(pointer, reason): &(String, Reason<'_>)| {
            let is_in = |it: &&Operation<'_>| {
                let rest = pointer.strip_prefix(&it.at.pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let page = match operations.iter().find(is_in) {
                Some(operation) => page_of(operation)?,
                None => has_all.then_some(0)?,
            };
            let text = reason.text;
            let message = format!("this departure is not needed, because nothing differs: {text}");
            let finding = UNNEEDED.at(self.document.source, reason.key, message);
            Some((page, finding.pointer(pointer).field("what", DEPARTURE).help("remove it")))
        };
        let declared = self.declared.iter();
        let unneeded = declared.filter(|(_, reason)| !self.needed.contains(&reason.key.start));
        unneeded.filter_map(finding).collect()
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
