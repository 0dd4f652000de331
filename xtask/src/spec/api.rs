//! A document as rules see it.

use std::rc::Rc;

use super::objects::Kind;
use super::operations::{Operation, operations};
use super::references::{At, component, resolve};
use super::source::{Source, Span};
use super::tree::Node;
use super::walk::{Part, walk};
use crate::finding::{Finding, Rule};

/// A document, its objects and its operations.
pub struct Api<'a> {
    /// Its text.
    pub source: &'a Rc<Source>,
    /// Its tree.
    pub root: &'a Node,
    /// Its objects, by what OpenAPI allows.
    pub parts: Vec<Part<'a>>,
    /// Its operations.
    pub operations: Vec<Operation<'a>>,
}

impl<'a> Api<'a> {
    /// Looks through a document; what does not belong in it comes with it.
    pub fn new(source: &'a Rc<Source>, root: &'a Node) -> (Self, Vec<Finding>) {
        let (parts, findings) = walk(source, root);
        let api = Self { source, root, parts, operations: operations(root) };
        (api, findings)
    }

    /// The objects of a kind, without the references to such.
    pub fn of_kind(&self, kind: &'static Kind) -> impl Iterator<Item = &Part<'a>> {
        let parts = self.parts.iter();
        parts.filter(move |part| part.kind == kind && !part.is_reference)
    }

    /// A finding at a place.
    pub fn finding(
        &self,
        rule: Rule,
        span: Span,
        pointer: &str,
        message: impl Into<String>,
    ) -> Finding {
        rule.at(self.source, span, message).pointer(pointer)
    }

    /// What a reference leads to; an object leads to itself.
    pub fn resolve(&self, kind: &Kind, at: At<'a>) -> Option<At<'a>> {
        resolve(self.root, kind, at)
    }

    /// The component that a reference leads to.
    pub fn component(&self, kind: &Kind, reference: &str) -> Option<At<'a>> {
        component(self.root, kind, reference)
    }
}
