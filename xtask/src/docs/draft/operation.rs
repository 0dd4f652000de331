//! A document with the operation that a page describes.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value as Yaml};

use super::schemas::{self, Schemas};
use crate::docs::DEPARTURE;
use crate::docs::blocks::Code;
use crate::docs::curl::{Call, server_and_path};
use crate::docs::kind::FieldType;
use crate::docs::page::{Field, Fields, Page};
use crate::docs::yaml::{described, map, yaml};
use crate::openapi::tree::Node;

/// What a draft is made of.
pub struct Outline<'a> {
    /// The page.
    pub page: &'a Page,
    /// The document that it is for.
    pub root: &'a Node,
    /// The `operationId`.
    pub name: &'a str,
    /// Examples that do not follow their schemas, as JSON.
    pub refused: &'a HashSet<String>,
}

impl Outline<'_> {
    /// The document.
    pub fn text(&self) -> String {
        let title = &self.page.operation;
        let mut schemas = Schemas::new(self.root, self.name.to_upper_camel_case(), self.refused);
        let (security, mut schemes) = self.security();
        let mut operation = map([
            ("operationId", self.name.into()),
            ("summary", described(&self.page.title, &title.text())),
            ("description", described(&self.page.summary, &self.page.title)),
        ]);
        operation.extend(security.map(|security| ("security".into(), security)));
        let parameters = self.parameters();
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
        if !self.page.body.is_empty() {
            let is_required = self.page.body.fields.iter().any(|field| field.is_required);
            let mut body = schemas.body(&self.page.body, &self.bodies());
            body.insert("required".into(), is_required.into());
            operation.insert("requestBody".into(), body.into());
        }
        if self.page.samples.is_empty() {
            let reason = map([("example", "the page has no sample".into())]);
            operation.insert(DEPARTURE.into(), reason.into());
        }
        operation.insert("responses".into(), schemas.responses(&self.page.responses).into());
        let mut components = Mapping::new();
        let (known, copied) = schemas.components();
        for (section, name, value) in copied {
            match section.as_str() {
                "securitySchemes" => _ = schemes.insert(name.into(), value),
                _ => {
                    let section =
                        components.entry(section.into()).or_insert_with(|| Mapping::new().into());
                    if let Some(section) = section.as_mapping_mut() {
                        section.insert(name.into(), value);
                    }
                }
            }
        }
        if !schemes.is_empty() {
            components.insert("securitySchemes".into(), schemes.into());
        }
        if let Some(all) = components
            .entry("schemas".into())
            .or_insert_with(|| Mapping::new().into())
            .as_mapping_mut()
        {
            all.extend(known);
        }
        let copy = |name: &str| self.root.get(name).map(yaml).unwrap_or_default();
        let path = map([(title.method.as_str(), operation.into())]);
        let document = map([
            ("openapi", copy("openapi")),
            ("info", copy("info")),
            ("servers", self.servers()),
            ("paths", map([(title.path.as_str(), path.into())]).into()),
            ("components", components.into()),
        ]);
        serde_yaml::to_string(&document).unwrap_or_default()
    }

    /// What the samples send, which may be more examples.
    fn bodies(&self) -> Vec<Code> {
        let calls = self.page.samples.iter().filter_map(|sample| Call::read(sample).ok());
        calls.filter_map(|call| call.data).collect()
    }

    /// The server of the sample. One of the spec's comes with the others.
    fn servers(&self) -> Yaml {
        let known = self.root.get("servers");
        let path = self.page.operation.path.as_str();
        let call = self.page.samples.first().and_then(|sample| Call::read(sample).ok());
        let url = call.and_then(|call| call.url).map(|(url, _)| url);
        let server = url.as_deref().map(|url| {
            let address = url.split('?').next().unwrap_or_default();
            server_and_path(address, path).0
        });
        let server = server.filter(|server| server.contains("://"));
        let mut servers = known.map(yaml).unwrap_or_else(|| Vec::<Yaml>::new().into());
        let is_known = |server: &str| {
            let known = known.map(Node::items).unwrap_or_default().iter();
            known
                .filter_map(|node| node.text_of("url"))
                .any(|url| url.trim_end_matches('/') == server)
        };
        if let (Some(server), Some(servers)) =
            (server.filter(|server| !is_known(server)), servers.as_sequence_mut())
        {
            servers.push(map([("url", server.into())]).into());
        }
        servers
    }

    /// The security scheme of the spec that puts something into a header.
    fn scheme(&self, header: &str) -> Option<(&str, Yaml)> {
        let schemes = self.root.get("components").and_then(|node| node.get("securitySchemes"));
        let found = schemes.into_iter().flat_map(Node::members).find(|(_, member)| {
            let scheme = &member.node;
            match scheme.text_of("type") {
                Some("apiKey") => {
                    scheme.text_of("in") == Some("header")
                        && scheme
                            .text_of("name")
                            .is_some_and(|name| name.eq_ignore_ascii_case(header))
                }
                Some("http" | "oauth2") => header.eq_ignore_ascii_case("authorization"),
                _ => false,
            }
        });
        match found {
            Some((name, member)) => Some((name, yaml(&member.node))),
            // A parameter of this name would be ignored (OpenAPI 3.0.3, "Parameter Object").
            None if header.eq_ignore_ascii_case("authorization") => {
                let mut scheme = map([
                    ("type", "http".into()),
                    ("scheme", "bearer".into()),
                    ("description", "Tells who calls.".into()),
                ]);
                let stated = self.page.headers.list.iter().find(|stated| stated.name == header);
                scheme.extend(stated.and_then(example).map(|value| ("x-example".into(), value)));
                Some(("Bearer", scheme.into()))
            }
            None => None,
        }
    }

    /// The alternatives of schemes, and the schemes themselves.
    fn security(&self) -> (Option<Yaml>, Mapping) {
        let mut all = Mapping::new();
        let mut required = Mapping::new();
        let mut schemes = Mapping::new();
        for header in &self.page.headers.list {
            if let Some((name, scheme)) = self.scheme(&header.name) {
                all.insert(name.into(), Yaml::Sequence(Vec::new()));
                if header.is_required {
                    required.insert(name.into(), Yaml::Sequence(Vec::new()));
                }
                schemes.insert(name.into(), scheme);
            }
        }
        let is_by_default = self.root.get("security").is_some();
        let alternatives: Vec<Yaml> = match (all.is_empty(), all == required) {
            (true, _) => Vec::new(),
            (false, true) => vec![all.into()],
            (false, false) => vec![all.into(), required.into()],
        };
        let security = (is_by_default || !alternatives.is_empty()).then(|| alternatives.into());
        (security, schemes)
    }

    fn parameters(&self) -> Vec<Yaml> {
        let page = self.page;
        let path = page.operation.path.as_str();
        let listed: HashSet<&str> =
            page.path.list.iter().map(|field| field.name.as_str()).collect();
        let names = path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
        let unlisted = names.filter(|name| !listed.contains(name)).map(|name| {
            let reason = "the page has it in the path only";
            let mut parameter = parameter(
                "path",
                &Field {
                    name: name.to_owned(),
                    kind: FieldType::named("string").unwrap_or_default(),
                    ..Field::default()
                },
            );
            parameter.insert(DEPARTURE.into(), reason.into());
            parameter.into()
        });
        let is_implied =
            |name: &str| ["accept", "content-type"].contains(&name.to_lowercase().as_str());
        let of = |location, fields: &Fields| -> Vec<Yaml> {
            let fields = fields.list.iter();
            let fields = fields.filter(|field| {
                location != "header"
                    || !is_implied(&field.name) && self.scheme(&field.name).is_none()
            });
            fields.map(|field| parameter(location, field).into()).collect()
        };
        let mut parameters: Vec<Yaml> = unlisted.collect();
        parameters.extend(of("path", &page.path));
        parameters.extend(of("query", &page.query));
        parameters.extend(of("header", &page.headers));
        parameters
    }
}

fn parameter(location: &str, field: &Field) -> Mapping {
    let mut parameter = map([
        ("name", field.name.as_str().into()),
        ("in", location.into()),
        ("required", (field.is_required || location == "path").into()),
        ("description", described(&field.description, &field.name)),
        ("schema", schemas::kind(&field.kind).into()),
    ]);
    if let Some(example) = example(field) {
        parameter.insert("example".into(), example);
    }
    parameter
}

/// The documented default, if it is a value of the field's type.
pub fn example(field: &Field) -> Option<Yaml> {
    let (text, _) = field.default.as_ref()?;
    let value: Json = match field.kind.name {
        "string" => text.as_str().into(),
        _ => serde_json::from_str(text).ok()?,
    };
    let is_right = match field.kind.name {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => true,
    };
    serde_yaml::to_value(value).ok().filter(|_| is_right)
}
