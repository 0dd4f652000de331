//! The document of a draft.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use serde_yaml::{Mapping, Value as Yaml};

use super::schemas::{self, Schemas};
use super::{copy, described, map, unless_empty};
use crate::docs::DEPARTURE;
use crate::docs::curl::{Call, server_and_path};
use crate::docs::field_type::FieldType;
use crate::docs::page::{Field, Page};
use crate::openapi::references::{Located, reached};
use crate::openapi::{Document, Parsed};

/// The YAML of a document with the operation of a page under a name, without the examples in `refused`.
pub fn text(page: &Page, spec: &Document<'_>, name: &str, refused: &HashSet<String>) -> String {
    let calls: Vec<_> = page.samples.iter().filter_map(|code| Call::read(code).ok()).collect();
    let mut schemas = Schemas::new(spec, name.to_upper_camel_case(), refused);
    let mut schemes = Mapping::new();
    let security = security(page, spec, &mut schemes);
    let body = match page.body.is_empty() {
        true => Yaml::Null,
        false => {
            let sent = calls.iter().filter_map(|call| call.data.as_ref());
            schemas.request(&page.body, sent.collect()).into()
        }
    };
    let departure = match page.samples.is_empty() {
        true => map([("example", "the page has no sample".into())]).into(),
        false => Yaml::Null,
    };
    let operation = map([
        ("operationId", name.into()),
        ("summary", described(&page.title, &page.operation.text())),
        ("description", described(&page.summary, &page.title)),
        ("security", security),
        ("parameters", unless_empty(parameters(page, spec))),
        ("requestBody", body),
        (DEPARTURE, departure),
        ("responses", schemas.responses(&page.responses).into()),
    ]);
    let path = map([(page.operation.method.as_str(), operation.into())]);
    let copy_of = |name: &str| spec.root.get(name).map(copy).unwrap_or_default();
    let mut document = map([
        ("openapi", copy_of("openapi")),
        ("info", copy_of("info")),
        ("servers", servers(page, spec, calls.first()).into()),
        ("paths", map([(page.operation.path.as_str(), path.into())]).into()),
    ]);
    let components =
        map([("securitySchemes", unless_empty(schemes)), ("schemas", unless_empty(schemas.new))]);
    document.insert("components".into(), components.clone().into());
    let components = with_used(components, &document, spec);
    document.insert("components".into(), components.into());
    serde_yaml::to_string(&document).unwrap_or_default()
}

/// Adds the components of the spec that a document refers to.
fn with_used(mut components: Mapping, document: &Mapping, spec: &Document<'_>) -> Mapping {
    let text = serde_yaml::to_string(document).unwrap_or_default();
    let parsed = Parsed::from_text("draft.yaml", &text);
    let mut used: Vec<_> = reached(spec.root, parsed.root.iter().collect()).into_iter().collect();
    used.sort();
    for pointer in used {
        let parts = pointer.strip_prefix("/components/").and_then(|rest| rest.split_once('/'));
        let (Some((section, name)), Some(node)) = (parts, spec.root.at(&pointer)) else {
            continue;
        };
        let section = components.entry(section.into()).or_insert_with(|| Mapping::new().into());
        if let Some(section) = section.as_mapping_mut() {
            section.insert(name.replace("~1", "/").replace("~0", "~").into(), copy(node));
        }
    }
    components
}

/// The servers of the spec, and the server of the sample.
fn servers(page: &Page, spec: &Document<'_>, call: Option<&Call>) -> Vec<Yaml> {
    let known = spec.whole().below("servers").map(|at| at.items()).unwrap_or_default();
    let mut servers: Vec<Yaml> = known.iter().map(|server| copy(server.node)).collect();
    if let Some((url, _)) = call.and_then(|call| call.url.as_ref()) {
        let address = url.split('?').next().unwrap_or_default();
        let (server, _) = server_and_path(address, &page.operation.path);
        let mut urls = known.iter().filter_map(|server| server.node.text_of("url"));
        let is_known = urls.any(|url| url.trim_end_matches('/') == server);
        if server.contains("://") && !is_known {
            servers.push(map([("url", server.into())]).into());
        }
    }
    servers
}

/// The name of the spec's security scheme that sets a header.
fn scheme<'a>(spec: &Document<'a>, header: &str) -> Option<&'a str> {
    let is_scheme = |scheme: &Located<'_>| {
        let is = |key: &str, value: &str| {
            scheme.node.text_of(key).is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        match is("type", "apiKey") {
            true => is("in", "header") && is("name", header),
            false => is_authorization(header),
        }
    };
    let schemes = spec.components("securitySchemes");
    schemes.into_iter().find(|(_, scheme)| is_scheme(scheme)).map(|(name, _)| name)
}

fn is_authorization(header: &str) -> bool {
    header.eq_ignore_ascii_case("authorization")
}

/// The alternatives of security schemes: all of them, or only those that the page requires. A scheme that the spec does
/// not have goes into `new`.
fn security(page: &Page, spec: &Document<'_>, new: &mut Mapping) -> Yaml {
    let mut all = Mapping::new();
    let mut required = Mapping::new();
    for header in &page.headers.list {
        let name = match scheme(spec, &header.name) {
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
    match (all.is_empty(), all == required) {
        (true, _) if spec.root.get("security").is_none() => Yaml::Null,
        (true, _) => Yaml::Sequence(Vec::new()),
        (false, true) => vec![Yaml::from(all)].into(),
        (false, false) => vec![Yaml::from(all), required.into()].into(),
    }
}

fn bearer(header: &Field) -> Mapping {
    map([
        ("type", "http".into()),
        ("scheme", "bearer".into()),
        ("description", "Names the caller.".into()),
        ("x-example", example(header)),
    ])
}

fn parameters(page: &Page, spec: &Document<'_>) -> Vec<Yaml> {
    let names = page.operation.path.split('/');
    let names = names.filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
    let is_listed = |name: &str| page.path.list.iter().any(|field| field.name == name);
    let unlisted = names.filter(|name| !is_listed(name)).map(|name| {
        let field_type = FieldType::named("string").unwrap_or_default();
        let field = Field { name: name.to_owned(), field_type, ..Field::default() };
        let mut parameter = parameter("path", &field);
        parameter.insert(DEPARTURE.into(), "only the path has it on the page".into());
        parameter.into()
    });
    let is_parameter = |field: &&Field| {
        let name = field.name.to_lowercase();
        let is_other = ["accept", "content-type", "authorization"].contains(&name.as_str());
        !is_other && scheme(spec, &name).is_none()
    };
    let of_path = page.path.list.iter().map(|field| parameter("path", field).into());
    let query = page.query.list.iter().map(|field| parameter("query", field).into());
    let headers = page.headers.list.iter().filter(is_parameter);
    let headers = headers.map(|field| parameter("header", field).into());
    unlisted.chain(of_path).chain(query).chain(headers).collect()
}

fn parameter(location: &str, field: &Field) -> Mapping {
    map([
        ("name", field.name.as_str().into()),
        ("in", location.into()),
        ("required", (field.is_required || location == "path").into()),
        ("description", described(&field.description, &field.name)),
        ("schema", schemas::of_type(&field.field_type).into()),
        ("example", example(field)),
    ])
}

/// The default on the page, if it is a value.
pub fn example(field: &Field) -> Yaml {
    let text = field.default.as_ref().map(|(text, _)| text.as_str());
    match (text, field.field_type.name) {
        (Some(text), "string") => text.into(),
        (Some(text), _) => serde_json::from_str(text).unwrap_or_default(),
        (None, _) => Yaml::Null,
    }
}
