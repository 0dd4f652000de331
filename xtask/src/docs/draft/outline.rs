//! The document of a draft.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value as Yaml};

use super::schemas::{self, Schemas};
use super::{copy, described, map};
use crate::docs::DEPARTURE;
use crate::docs::blocks::Code;
use crate::docs::curl::{Call, server_and_path};
use crate::docs::field_type::FieldType;
use crate::docs::page::{Field, Page};
use crate::openapi::references::{Located, reached};
use crate::openapi::{Document, Parsed};

pub struct Outline<'d, 'a> {
    pub page: &'d Page,
    /// The spec.
    pub document: &'d Document<'a>,
    /// The `operationId`.
    pub name: &'d str,
    /// Examples to leave out, as JSON.
    pub refused: &'d HashSet<String>,
}

impl Outline<'_, '_> {
    pub fn text(&self) -> String {
        let page = self.page;
        let name = self.name.to_upper_camel_case();
        let mut schemas = Schemas::new(self.document, name, self.refused);
        let mut schemes = Mapping::new();
        let mut operation = map([
            ("operationId", self.name.into()),
            ("summary", described(&page.title, &page.operation.text())),
            ("description", described(&page.summary, &page.title)),
        ]);
        if let Some(security) = self.security(&mut schemes) {
            operation.insert("security".into(), security);
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            operation.insert("parameters".into(), parameters.into());
        }
        if !page.body.is_empty() {
            let is_required = page.body.fields.iter().any(|field| field.is_required);
            let mut body = schemas.request(&page.body, &self.sent());
            body.insert("required".into(), is_required.into());
            operation.insert("requestBody".into(), body.into());
        }
        if page.samples.is_empty() {
            let reason = map([("example", "the page has no sample".into())]);
            operation.insert(DEPARTURE.into(), reason.into());
        }
        operation.insert("responses".into(), schemas.responses(&page.responses).into());
        let components =
            map([("securitySchemes", schemes.into()), ("schemas", schemas.new.into())]);
        self.document(operation, components)
    }

    /// The document of an operation and its new components, with the components of the spec that these use.
    fn document(&self, operation: Mapping, mut components: Mapping) -> String {
        let spec = self.document.root;
        let copy_of = |name: &str| spec.get(name).map(copy).unwrap_or_default();
        let path = map([(self.page.operation.method.as_str(), operation.into())]);
        let mut document = map([
            ("openapi", copy_of("openapi")),
            ("info", copy_of("info")),
            ("servers", self.servers()),
            ("paths", map([(self.page.operation.path.as_str(), path.into())]).into()),
            ("components", components.clone().into()),
        ]);
        let draft =
            Parsed::from_text("draft.yaml", &serde_yaml::to_string(&document).unwrap_or_default());
        let mut used: Vec<_> = reached(spec, draft.root.iter().collect()).into_iter().collect();
        used.sort();
        for pointer in used {
            let parts = pointer.strip_prefix("/components/").and_then(|rest| rest.split_once('/'));
            if let (Some((section, name)), Some(node)) = (parts, spec.at(&pointer)) {
                let section =
                    components.entry(section.into()).or_insert_with(|| Mapping::new().into());
                if let Some(section) = section.as_mapping_mut() {
                    let name = name.replace("~1", "/").replace("~0", "~");
                    section.insert(name.into(), copy(node));
                }
            }
        }
        components.retain(|_, section| section.as_mapping().is_some_and(|it| !it.is_empty()));
        document.insert("components".into(), components.into());
        serde_yaml::to_string(&document).unwrap_or_default()
    }

    /// The bodies of the samples, which are more examples.
    fn sent(&self) -> Vec<Code> {
        let calls = self.page.samples.iter().filter_map(|sample| Call::read(sample).ok());
        calls.filter_map(|call| call.data).collect()
    }

    /// The servers of the spec, with the server of the sample.
    fn servers(&self) -> Yaml {
        let known = self.document.whole().below("servers");
        let known = known.map(|at| at.items()).unwrap_or_default();
        let mut servers: Vec<Yaml> = known.iter().map(|server| copy(server.node)).collect();
        let call = self.page.samples.first().and_then(|sample| Call::read(sample).ok());
        if let Some((url, _)) = call.and_then(|call| call.url) {
            let address = url.split('?').next().unwrap_or_default();
            let (server, _) = server_and_path(address, &self.page.operation.path);
            let mut urls = known.iter().filter_map(|server| server.node.text_of("url"));
            let is_known = urls.any(|url| url.trim_end_matches('/') == server);
            if server.contains("://") && !is_known {
                servers.push(map([("url", server.into())]).into());
            }
        }
        servers.into()
    }

    /// The name of the spec's security scheme that sets a header.
    fn scheme(&self, header: &str) -> Option<&str> {
        let is_scheme = |scheme: &Located<'_>| {
            let is = |key: &str, value: &str| {
                scheme.node.text_of(key).is_some_and(|text| text.eq_ignore_ascii_case(value))
            };
            match is("type", "apiKey") {
                true => is("in", "header") && is("name", header),
                false => is_authorization(header),
            }
        };
        let schemes = self.document.components("securitySchemes");
        schemes.into_iter().find(|(_, scheme)| is_scheme(scheme)).map(|(name, _)| name)
    }

    /// The alternatives of security schemes: all of them, or only those that the page requires. A scheme that the spec
    /// does not have goes into `new`.
    fn security(&self, new: &mut Mapping) -> Option<Yaml> {
        let mut all = Mapping::new();
        let mut required = Mapping::new();
        for header in &self.page.headers.list {
            let name = match self.scheme(&header.name) {
                Some(name) => name,
                // OpenAPI ignores a parameter of this name.
                None if is_authorization(&header.name) => {
                    new.insert("Bearer".into(), bearer(header).into());
                    "Bearer"
                }
                None => continue,
            };
            all.insert(name.into(), Yaml::Sequence(Vec::new()));
            if header.is_required {
                required.insert(name.into(), Yaml::Sequence(Vec::new()));
            }
        }
        let alternatives: Vec<Yaml> = match (all.is_empty(), all == required) {
            (true, _) => Vec::new(),
            (false, true) => vec![all.into()],
            (false, false) => vec![all.into(), required.into()],
        };
        // An empty list is needed only if the spec has a default.
        let is_needed = !alternatives.is_empty() || self.document.root.get("security").is_some();
        is_needed.then(|| alternatives.into())
    }

    fn parameters(&self) -> Vec<Yaml> {
        let page = self.page;
        let path = page.operation.path.split('/');
        let names = path.filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
        let is_listed = |name: &str| page.path.list.iter().any(|field| field.name == name);
        let unlisted = names.filter(|name| !is_listed(name)).map(|name| {
            let field_type = FieldType::named("string").unwrap_or_default();
            let field = Field { name: name.to_owned(), field_type, ..Field::default() };
            let mut parameter = parameter("path", &field);
            parameter.insert(DEPARTURE.into(), "only the path has it on the page".into());
            parameter.into()
        });
        let is_header = |field: &&Field| {
            let name = field.name.to_lowercase();
            let is_implied = ["accept", "content-type", "authorization"].contains(&name.as_str());
            !is_implied && self.scheme(&name).is_none()
        };
        let of_path = page.path.list.iter().map(|field| parameter("path", field).into());
        let query = page.query.list.iter().map(|field| parameter("query", field).into());
        let headers = page.headers.list.iter().filter(is_header);
        let headers = headers.map(|field| parameter("header", field).into());
        unlisted.chain(of_path).chain(query).chain(headers).collect()
    }
}

fn is_authorization(header: &str) -> bool {
    header.eq_ignore_ascii_case("authorization")
}

fn bearer(header: &Field) -> Mapping {
    let mut scheme = map([
        ("type", "http".into()),
        ("scheme", "bearer".into()),
        ("description", "Names the caller.".into()),
    ]);
    scheme.extend(example(header).map(|value| ("x-example".into(), value)));
    scheme
}

fn parameter(location: &str, field: &Field) -> Mapping {
    let mut parameter = map([
        ("name", field.name.as_str().into()),
        ("in", location.into()),
        ("required", (field.is_required || location == "path").into()),
        ("description", described(&field.description, &field.name)),
        ("schema", schemas::of_type(&field.field_type).into()),
    ]);
    parameter.extend(example(field).map(|example| ("example".into(), example)));
    parameter
}

/// The default on the page, if it is a value of the field's type.
pub fn example(field: &Field) -> Option<Yaml> {
    let (text, _) = field.default.as_ref()?;
    let value: Json = match field.field_type.name {
        "string" => text.as_str().into(),
        _ => serde_json::from_str(text).ok()?,
    };
    let is_of_type = match field.field_type.name {
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        _ => true,
    };
    serde_yaml::to_value(value).ok().filter(|_| is_of_type)
}
