//! The operations of a document, with their references resolved. Broken parts are left out; the check reports them.

use std::collections::HashSet;

use super::grammar::{METHODS, PARAMETER, REQUEST_BODY, RESPONSE};
use super::references::{Located, resolve};
use super::tree::Node;
use crate::source::Span;

pub struct Operation<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub path_key: Span,
    pub at: Located<'a>,
    /// The parameters of its path, then its own.
    pub parameters: Vec<Parameter<'a>>,
    pub body: Option<Located<'a>>,
    pub responses: Vec<Response<'a>>,
}

#[derive(Clone, Debug)]
pub struct Parameter<'a> {
    /// Where the operation or its path lists it.
    pub listed: Located<'a>,
    pub at: Located<'a>,
    /// Whether the path lists it, for all its operations.
    pub is_shared: bool,
}

pub struct Response<'a> {
    /// The status, `2XX` or `default`.
    pub status: &'a str,
    pub key: Span,
    pub at: Located<'a>,
}

impl<'a> Operation<'a> {
    pub fn title(&self) -> String {
        let path: String = self.path.chars().take(200).collect();
        format!("{} {path}", self.method.to_uppercase())
    }

    /// Its parameters, without those of the path that it overrides.
    pub fn effective_parameters(&self) -> impl Iterator<Item = &Parameter<'a>> {
        let own = self.parameters.iter().filter(|other| !other.is_shared);
        let own: HashSet<_> = own.map(Parameter::key).collect();
        self.parameters
            .iter()
            .filter(move |parameter| !parameter.is_shared || !own.contains(&parameter.key()))
    }
}

impl<'a> Parameter<'a> {
    pub fn name(&self) -> &'a str {
        self.at.node.text_of("name").unwrap_or_default()
    }

    /// Where it is sent: `path`, `query`, `header` or `cookie`.
    pub fn location(&self) -> &'a str {
        self.at.node.text_of("in").unwrap_or_default()
    }

    /// Where it is listed, at its name or its reference.
    pub fn named(&self) -> Located<'a> {
        let node = self.listed.node.get("$ref").or_else(|| self.listed.node.get("name"));
        let anchor = node.map_or(self.listed.anchor, |node| node.span);
        Located { anchor, ..self.listed.clone() }
    }

    /// Two parameters with the same key are the same parameter.
    pub fn key(&self) -> (&'a str, &'a str) {
        (self.location(), self.name())
    }
}

pub fn paths(root: &Node) -> impl Iterator<Item = (&str, Located<'_>)> {
    let paths = Located::whole(root).below("paths").map(|paths| paths.entries());
    paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-"))
}

/// The names between the braces of a path or of the URL of a server.
pub fn names(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// A path without the names of its parameters.
pub fn shape(path: &str) -> String {
    let texts = path.split('{').map(|text| text.split_once('}').map_or(text, |(_, text)| text));
    texts.collect::<Vec<_>>().join("{}")
}

pub fn operations(root: &Node) -> Vec<Operation<'_>> {
    paths(root)
        .flat_map(|(path, item)| {
            let of_path = item.entries().into_iter();
            of_path.filter_map(move |(name, at)| {
                let method = METHODS.into_iter().find(|method| *method == name)?;
                at.node.map()?;
                Some(operation(root, path, &item, method, at))
            })
        })
        .collect()
}

fn operation<'a>(
    root: &'a Node,
    path: &'a str,
    item: &Located<'a>,
    method: &'static str,
    at: Located<'a>,
) -> Operation<'a> {
    let mut all = parameters(root, item, true);
    all.extend(parameters(root, &at, false));
    let body = at.below("requestBody").and_then(|body| resolve(root, &REQUEST_BODY, body));
    let responses = at.below("responses").map(|responses| responses.entries()).unwrap_or_default();
    let responses = responses
        .into_iter()
        .filter(|(status, _)| !status.starts_with("x-"))
        .filter_map(|(status, listed)| {
            let key = listed.anchor;
            Some(Response { status, key, at: resolve(root, &RESPONSE, listed)? })
        })
        .collect();
    Operation { method, path, path_key: item.anchor, parameters: all, body, responses, at }
}

fn parameters<'a>(root: &'a Node, owner: &Located<'a>, is_shared: bool) -> Vec<Parameter<'a>> {
    let items = owner.below("parameters").map(|list| list.items()).unwrap_or_default();
    let parameter = |listed: Located<'a>| {
        let at = resolve(root, &PARAMETER, listed.clone())?;
        at.node.map()?;
        Some(Parameter { listed, at, is_shared })
    };
    items.into_iter().filter_map(parameter).collect()
}
