//! A document as the commands see it: the one place that knows what overrides what.

use std::cell::OnceCell;
use std::rc::Rc;

use super::Parsed;
use super::grammar::{ObjectType, SECURITY_SCHEME};
use super::links;
use super::operations::{Operation, operations};
use super::references::{Located, component, resolve};
use super::tree::{Node, step};
use super::version::is_openapi;
use super::walk::{Part, walk};
use crate::Error;
use crate::finding::{Finding, Rule};
use crate::source::Source;

pub(crate) struct Findings<'d, 'a> {
    pub(crate) document: &'d Document<'a>,
    pub(crate) list: Vec<Finding>,
}

impl<'d, 'a> Findings<'d, 'a> {
    pub(crate) fn new(document: &'d Document<'a>) -> Self {
        Self { document, list: Vec::new() }
    }

    /// Adds a finding at the anchor of a node.
    pub(crate) fn add(
        &mut self,
        rule: Rule,
        at: &Located<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        let finding = rule.at(self.document.source, at.anchor, message);
        let index = self.list.len();
        self.list.push(finding.pointer(&at.pointer).help(help));
        &mut self.list[index]
    }
}

/// A document, its objects and its operations.
pub struct Document<'a> {
    pub(crate) source: &'a Rc<Source>,
    pub(crate) root: &'a Node,
    pub(crate) operations: Vec<Operation<'a>>,
    walked: OnceCell<(Vec<Part<'a>>, Vec<Finding>)>,
}

impl<'a> Document<'a> {
    /// A document, whatever is wrong with it.
    pub fn new(source: &'a Rc<Source>, root: &'a Node) -> Self {
        Self { source, root, operations: operations(root), walked: OnceCell::new() }
    }

    /// A document that is OpenAPI 3.0 and whose references all lead somewhere.
    ///
    /// # Errors
    ///
    /// [`Error::Unusable`], which says why it is not.
    pub fn usable(parsed: &'a Parsed) -> Result<Self, Error> {
        let refused = |findings: &[Finding]| Err(Error::unusable(&parsed.source.name, findings));
        let Some(root) = &parsed.root else { return refused(&parsed.findings) };
        let mut findings = Vec::new();
        is_openapi(&parsed.source, root, &mut findings);
        if !findings.is_empty() {
            return refused(&findings);
        }
        let document = Self::new(&parsed.source, root);
        let mut dangling = Findings::new(&document);
        links::check(&mut dangling);
        let findings = dangling.list;
        if findings.is_empty() { Ok(document) } else { refused(&findings) }
    }

    /// Its objects in their order, with the type that OpenAPI gives each.
    pub(crate) fn parts(&self) -> &[Part<'a>] {
        &self.walked().0
    }

    /// What OpenAPI 3.0 does not allow where it is.
    pub(crate) fn misplaced(&self) -> &[Finding] {
        &self.walked().1
    }

    fn walked(&self) -> &(Vec<Part<'a>>, Vec<Finding>) {
        self.walked.get_or_init(|| walk(self.source, self.root))
    }

    /// The objects of a type, without references to them.
    pub(crate) fn of_type(
        &self,
        object_type: &'static ObjectType,
    ) -> impl Iterator<Item = &Part<'a>> {
        let parts = self.parts().iter();
        parts.filter(move |part| part.object_type == object_type && !part.is_reference)
    }

    pub(crate) fn whole(&self) -> Located<'a> {
        Located::whole(self.root)
    }

    /// The object that a reference leads to; an object leads to itself.
    pub(crate) fn resolve(&self, object_type: &ObjectType, at: Located<'a>) -> Option<Located<'a>> {
        resolve(self.root, object_type, at)
    }

    pub(crate) fn component(
        &self,
        object_type: &ObjectType,
        reference: &str,
    ) -> Option<Located<'a>> {
        component(self.root, object_type, reference)
    }

    pub(crate) fn path_item(&self, operation: &Operation<'a>) -> Option<Located<'a>> {
        self.whole().below("paths")?.below(operation.path)
    }

    /// The security requirements of an operation: its own, or those of the document. They are alternatives.
    pub(crate) fn security(&self, operation: &Operation<'a>) -> Option<Located<'a>> {
        operation.at.below("security").or_else(|| self.whole().below("security"))
    }

    /// The security scheme of a name, with references resolved.
    pub(crate) fn security_scheme(&self, name: &str) -> Option<Located<'a>> {
        let member = self.root.get("components")?.get("securitySchemes")?.member(name)?;
        let pointer = step("/components/securitySchemes", name);
        let at = Located { node: &member.node, anchor: member.key, pointer };
        self.resolve(&SECURITY_SCHEME, at)
    }

    /// The servers of an operation: its own, those of its path, or those of the document.
    pub(crate) fn servers(&self, operation: &Operation<'a>) -> Option<Located<'a>> {
        let own = operation.at.below("servers");
        let of_path = || self.path_item(operation)?.below("servers");
        own.or_else(of_path).or_else(|| self.whole().below("servers"))
    }

    /// The components of a section, such as `schemas`.
    pub(crate) fn components(&self, section: &str) -> Vec<(&'a str, Located<'a>)> {
        let section = self.whole().below("components").and_then(|at| at.below(section));
        section.map(|at| at.entries()).unwrap_or_default()
    }
}
