//! The operations of a document, with their references resolved. What is broken is left out: a finding says so.

use std::collections::HashSet;

use super::grammar::{METHODS, PARAMETER, REQUEST_BODY, RESPONSE};
use super::references::{Located, resolve};
use super::tree::{Member, Node, step};
use crate::source::Span;

/// An operation.
pub struct Operation<'a> {
    /// The method, in lower case.
    pub method: &'static str,
    /// The path.
    pub path: &'a str,
    /// Where the path stands.
    pub path_key: Span,
    /// The operation.
    pub at: Located<'a>,
    /// The parameters of the path, then its own.
    pub parameters: Vec<Parameter<'a>>,
    /// The body.
    pub body: Option<Located<'a>>,
    /// The responses.
    pub responses: Vec<Response<'a>>,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter<'a> {
    /// Where the operation or its path lists it.
    pub listed: Located<'a>,
    /// The parameter.
    pub at: Located<'a>,
    /// Whether it is listed by the path, for all its operations.
    pub is_shared: bool,
}

/// A response of an operation.
pub struct Response<'a> {
    /// The status, `2XX` or `default`.
    pub status: &'a str,
    /// Where the status stands.
    pub key: Span,
    /// The response.
    pub at: Located<'a>,
}

impl<'a> Operation<'a> {
    /// What reports call it.
    pub fn title(&self) -> String {
        let path: String = self.path.chars().take(200).collect();
        format!("{} {path}", self.method.to_uppercase())
    }

    /// Its parameters without those of the path that it replaces.
    pub fn effective_parameters(&self) -> impl Iterator<Item = &Parameter<'a>> {
        let own = self.parameters.iter().filter(|other| !other.is_shared);
        let own: HashSet<_> = own.map(Parameter::key).collect();
        self.parameters
            .iter()
            .filter(move |parameter| !parameter.is_shared || !own.contains(&parameter.key()))
    }
}

impl<'a> Parameter<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.at.node.text_of("name").unwrap_or_default()
    }

    /// Where it goes: `path`, `query`, `header` or `cookie`.
    pub fn location(&self) -> &'a str {
        self.at.node.text_of("in").unwrap_or_default()
    }

    /// What makes two parameters one.
    pub fn key(&self) -> (&'a str, &'a str) {
        (self.location(), self.name())
    }
}

/// The operations in the document's order.
pub fn operations(root: &Node) -> Vec<Operation<'_>> {
    let paths = root.get("paths").into_iter().flat_map(Node::members);
    let paths = paths.filter(|(path, _)| !path.starts_with("x-"));
    paths
        .flat_map(|(path, item)| {
            let of_path = item.node.members();
            of_path.filter_map(move |(name, member)| {
                let method = METHODS.into_iter().find(|method| *method == name)?;
                member.node.map()?;
                Some(operation(root, (path, item), method, member))
            })
        })
        .collect()
}

fn operation<'a>(
    root: &'a Node,
    (path, item): (&'a str, &'a Member),
    method: &'static str,
    member: &'a Member,
) -> Operation<'a> {
    let node = &member.node;
    let path_pointer = step("/paths", path);
    let pointer = step(&path_pointer, method);
    let shared = parameters(root, &item.node, &path_pointer, true);
    let own = parameters(root, node, &pointer, false);
    let body = node.member("requestBody").and_then(|body| {
        let at =
            Located { node: &body.node, anchor: body.key, pointer: step(&pointer, "requestBody") };
        resolve(root, &REQUEST_BODY, at)
    });
    let responses = node.get("responses").into_iter().flat_map(Node::members);
    let responses = responses
        .filter(|(status, _)| !status.starts_with("x-"))
        .filter_map(|(status, response)| {
            let at = Located {
                node: &response.node,
                anchor: response.key,
                pointer: step(&step(&pointer, "responses"), status),
            };
            Some(Response { status, key: response.key, at: resolve(root, &RESPONSE, at)? })
        })
        .collect();
    Operation {
        method,
        path,
        path_key: item.key,
        parameters: shared.chain(own).collect(),
        body,
        responses,
        at: Located { node, anchor: member.key, pointer },
    }
}

fn parameters<'a>(
    root: &'a Node,
    owner: &'a Node,
    pointer: &str,
    is_shared: bool,
) -> impl Iterator<Item = Parameter<'a>> {
    let items = owner.get("parameters").map(Node::items).unwrap_or_default();
    let pointer = step(pointer, "parameters");
    items.iter().enumerate().filter_map(move |(index, node)| {
        let listed = Located { node, anchor: node.span, pointer: format!("{pointer}/{index}") };
        let at = resolve(root, &PARAMETER, listed.clone())?;
        at.node.map()?;
        Some(Parameter { listed, at, is_shared })
    })
}
