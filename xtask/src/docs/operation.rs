//! What the spec says of an operation, in the terms of a page.

use std::collections::HashSet;

use super::shape::{Shape, shape, stated, value};
use crate::openapi::grammar::{EXAMPLE, SECURITY_SCHEME};
use crate::openapi::operations;
use crate::openapi::references::{Located, resolve};
use crate::openapi::tree::{Member, Node, step};
use crate::source::Span;

/// An operation of the spec.
pub struct Operation<'a> {
    /// The whole document.
    pub root: &'a Node,
    /// The operation.
    pub it: &'a operations::Operation<'a>,
}

/// Something of the spec that a finding can be about.
#[derive(Clone)]
pub struct SpecItem<'a> {
    /// Where it stands.
    pub span: Span,
    /// Its objects, each of which may declare a departure.
    pub holders: Vec<&'a Node>,
}

impl<'a> SpecItem<'a> {
    /// The same at another place.
    pub fn at(&self, span: Span) -> Self {
        Self { span, holders: self.holders.clone() }
    }

    /// The same with more objects.
    pub fn with(&self, holders: impl IntoIterator<Item = &'a Node>) -> Self {
        Self { span: self.span, holders: self.holders.iter().copied().chain(holders).collect() }
    }
}

/// A header, a parameter or a property.
#[derive(Clone)]
pub struct Field<'a> {
    /// Its name.
    pub name: String,
    /// Its schema; what has none is a text.
    pub schema: Option<Located<'a>>,
    /// Whether it must be there; none, if a page need not say so.
    pub is_required: Option<bool>,
    /// Its example or default, as a text, and where that stands.
    pub value: Option<(String, Span)>,
    /// Whether HTTP has it anyway, so that a page need not list it.
    pub is_implied: bool,
    /// The scheme that it starts with, of `Authorization`.
    pub scheme: Option<&'a str>,
    /// What findings are about.
    pub thing: SpecItem<'a>,
}

/// A body in one media type.
pub struct Content<'a> {
    /// The media type.
    pub media_type: &'a str,
    /// Its schema.
    pub schema: Option<Located<'a>>,
    /// Its examples.
    pub examples: Vec<(&'a Node, SpecItem<'a>)>,
    /// What findings are about.
    pub thing: SpecItem<'a>,
}

impl<'a> Operation<'a> {
    /// Whether it is the one of a method and a path, which may start with the path of a server.
    pub fn is_at(&self, method: &str, path: &str) -> bool {
        let is_whole = |(server, _): (String, SpecItem<'_>)| {
            let host = server.find("://").map_or(0, |place| place + 3);
            let base = server[host..].find('/').map_or("", |place| &server[host + place..]);
            path.strip_prefix(base) == Some(self.it.path)
        };
        let is_path = || path == self.it.path || self.servers().into_iter().any(is_whole);
        self.it.method == method && is_path()
    }

    /// The operation itself.
    pub fn thing(&self) -> SpecItem<'a> {
        SpecItem { span: self.it.at.anchor, holders: vec![self.it.at.node] }
    }

    /// The parameters of a place, and the security schemes that put something there.
    pub fn fields(&self, location: &str) -> Vec<Field<'a>> {
        let parameters = self.it.effective_parameters();
        let parameters = parameters.filter(|parameter| parameter.location() == location);
        let mut fields: Vec<Field<'a>> =
            parameters.map(|parameter| self.parameter(parameter)).collect();
        fields.extend(
            self.schemes()
                .into_iter()
                .filter(|(place, _)| *place == location)
                .map(|(_, field)| field),
        );
        if location == "header" {
            fields.extend(self.implied_headers());
        }
        fields
    }

    fn parameter(&self, parameter: &operations::Parameter<'a>) -> Field<'a> {
        let node = parameter.at.node;
        let schema = node.member("schema").map(|member| Located {
            node: &member.node,
            anchor: member.key,
            pointer: step(&parameter.at.pointer, "schema"),
        });
        let shape = schema.as_ref().map(|at| self.shape(at)).unwrap_or_default();
        let examples = node.get("examples").into_iter().flat_map(Node::members);
        let value =
            value(node).or_else(|| shape.nodes.iter().find_map(|node| value(node))).or_else(|| {
                examples.map(|(_, member)| member).find_map(|example| example.node.get("value"))
            });
        Field {
            name: parameter.name().to_owned(),
            schema,
            // What is in the path is always there.
            is_required: (parameter.location() != "path").then(|| node.is_true("required")),
            value: value.map(stated),
            is_implied: false,
            scheme: None,
            thing: SpecItem {
                span: node.get("name").map_or(parameter.at.anchor, |name| name.span),
                holders: [parameter.listed.node, node].into_iter().chain(shape.nodes).collect(),
            },
        }
    }

    /// The alternatives of security schemes.
    fn security(&self) -> &'a [Node] {
        let own = self.it.at.node.get("security");
        own.or_else(|| self.root.get("security")).map(Node::items).unwrap_or_default()
    }

    fn schemes(&self) -> Vec<(&'a str, Field<'a>)> {
        let alternatives = self.security();
        let schemes = self.root.get("components").and_then(|node| node.get("securitySchemes"));
        let mut seen = HashSet::new();
        let listed = alternatives.iter().flat_map(Node::members).map(|(name, _)| name);
        let listed: Vec<&str> = listed.filter(|name| seen.insert(*name)).collect();
        let schemes = listed.into_iter().filter_map(|name| {
            let member = schemes?.member(name)?;
            let at = Located {
                node: &member.node,
                anchor: member.key,
                pointer: step("/components/securitySchemes", name),
            };
            let scheme = resolve(self.root, &SECURITY_SCHEME, at)?.node;
            let (location, header, word) = match scheme.text_of("type")? {
                "apiKey" => (scheme.text_of("in")?, scheme.text_of("name")?, None),
                "http" => ("header", "Authorization", scheme.text_of("scheme")),
                _ => ("header", "Authorization", Some("bearer")),
            };
            let field = Field {
                name: header.to_owned(),
                schema: None,
                is_required: Some(
                    alternatives.iter().all(|alternative| alternative.get(name).is_some()),
                ),
                value: value(scheme).map(stated),
                is_implied: false,
                scheme: word,
                thing: SpecItem {
                    span: scheme.get("name").map_or(member.key, |name| name.span),
                    holders: vec![&member.node, scheme],
                },
            };
            Some((location, field))
        });
        schemes.collect()
    }

    /// `Accept` and `Content-Type`, which follow from the bodies.
    fn implied_headers(&self) -> Vec<Field<'a>> {
        let body = self.body().unwrap_or_default();
        let answers = self.it.responses.iter();
        let answers: Vec<_> =
            answers.flat_map(|response| contents(self.root, &response.at)).collect();
        let implied = [("Content-Type", body), ("Accept", answers)].into_iter().filter_map(
            |(name, contents)| {
                let first = contents.first()?;
                let mut media_types: Vec<&str> =
                    contents.iter().map(|content| content.media_type).collect();
                media_types.sort_unstable();
                media_types.dedup();
                Some(Field {
                    name: name.to_owned(),
                    schema: None,
                    is_required: None,
                    value: Some((media_types.join(", "), first.thing.span)),
                    is_implied: true,
                    scheme: None,
                    thing: first.thing.clone(),
                })
            },
        );
        implied.collect()
    }

    /// The body of a request in each media type.
    pub fn body(&self) -> Option<Vec<Content<'a>>> {
        self.it.body.as_ref().map(|at| contents(self.root, at))
    }

    /// Whether a request must have one.
    pub fn is_body_required(&self) -> bool {
        let body = self.it.body.as_ref();
        body.is_some_and(|body| body.node.is_true("required"))
    }

    /// The servers that take it.
    pub fn servers(&self) -> Vec<(String, SpecItem<'a>)> {
        let item = self.root.get("paths").and_then(|paths| paths.get(self.it.path));
        let owners = [Some(self.it.at.node), item, Some(self.root)];
        let servers = owners.into_iter().flatten().find_map(|owner| owner.get("servers"));
        let servers = servers.map(Node::items).unwrap_or_default().iter();
        let servers = servers.filter_map(|server| {
            let url = server.get("url")?;
            let mut text = url.text()?.trim_end_matches('/').to_owned();
            for (name, member) in server.get("variables").into_iter().flat_map(Node::members) {
                let default = member.node.text_of("default").unwrap_or_default();
                text = text.replace(&format!("{{{name}}}"), default);
            }
            let thing = SpecItem { span: url.span, holders: vec![server] };
            Some((text, thing))
        });
        servers.collect()
    }

    /// What a schema says, with references and combinations resolved.
    pub fn shape(&self, at: &Located<'a>) -> Shape<'a> {
        shape(self.root, at)
    }
}

/// A body in each of its media types.
pub fn contents<'a>(root: &'a Node, body: &Located<'a>) -> Vec<Content<'a>> {
    let content = body.node.get("content").into_iter().flat_map(Node::members);
    let contents = content.map(|(media_type, member)| {
        let pointer = step(&step(&body.pointer, "content"), media_type);
        let holders = vec![body.node, &member.node];
        let schema = member.node.member("schema").map(|schema| Located {
            node: &schema.node,
            anchor: schema.key,
            pointer: step(&pointer, "schema"),
        });
        Content {
            media_type,
            schema,
            examples: examples(root, member, &pointer),
            thing: SpecItem { span: member.key, holders },
        }
    });
    contents.collect()
}

fn examples<'a>(
    root: &'a Node,
    content: &'a Member,
    pointer: &str,
) -> Vec<(&'a Node, SpecItem<'a>)> {
    let node = &content.node;
    let named = node.get("examples").into_iter().flat_map(Node::members);
    let named = named.filter_map(|(name, member)| {
        let at = Located {
            node: &member.node,
            anchor: member.key,
            pointer: step(&step(pointer, "examples"), name),
        };
        let example = resolve(root, &EXAMPLE, at)?;
        let thing = SpecItem { span: example.anchor, holders: vec![example.node, node] };
        Some((example.node.get("value")?, thing))
    });
    let single = node.member("example").map(|member| {
        let thing = SpecItem { span: member.key, holders: vec![node] };
        (&member.node, thing)
    });
    single.into_iter().chain(named).collect()
}
