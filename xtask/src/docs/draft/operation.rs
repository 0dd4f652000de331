//! The operation of a draft.

use heck::ToUpperCamelCase;
use serde_yaml::{Mapping, Value as Yaml};

use super::schemas::{Schemas, example};
use super::{described, map, unless_empty};
use crate::docs::curl::{Call, server_and_path};
use crate::docs::field_type::FieldType;
use crate::docs::insert::Addition;
use crate::docs::page::{Field, Page};
use crate::openapi::references::Located;
use crate::openapi::tree::step;
use crate::openapi::{DEPARTURE, Document};

/// What a document needs for the operation of a page under a name.
pub fn additions(page: &Page, document: &Document<'_>, name: &str) -> Vec<Addition> {
    let calls: Vec<_> = page.samples.iter().filter_map(|code| Call::read(code).ok()).collect();
    let mut schemas = Schemas::new(document, name.to_upper_camel_case());
    let mut additions = Vec::new();
    let security = security(page, document, &mut additions);
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
        ("parameters", unless_empty(parameters(page, document, &schemas))),
        ("requestBody", body),
        (DEPARTURE, departure),
        ("responses", schemas.responses(&page.responses).into()),
    ]);
    let path = step("/paths", &page.operation.path);
    additions.push(Addition::new(step(&path, &page.operation.method), operation));
    additions.extend(schemas.additions());
    additions.extend(calls.first().and_then(|call| server(page, document, call)));
    additions
}

/// The server of a sample, unless the document has it.
fn server(page: &Page, document: &Document<'_>, call: &Call) -> Option<Addition> {
    let (url, _) = call.url.as_ref()?;
    let address = url.split('?').next().unwrap_or_default();
    let (server, _) = server_and_path(address, &page.operation.path);
    let known = document.whole().below("servers").map(|at| at.items()).unwrap_or_default();
    let mut urls = known.iter().filter_map(|server| server.node.text_of("url"));
    let is_known = urls.any(|url| url.trim_end_matches('/') == server);
    let is_new = server.contains("://") && !is_known;
    is_new.then(|| Addition::new("/servers/-".to_owned(), map([("url", server.into())])))
}

/// The name of the document's security scheme that sets a header.
pub fn scheme<'a>(document: &Document<'a>, header: &str) -> Option<&'a str> {
    let is_scheme = |scheme: &Located<'_>| {
        let is = |key: &str, value: &str| {
            scheme.node.text_of(key).is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        match is("type", "apiKey") {
            true => is("in", "header") && is("name", header),
            false => is_authorization(header),
        }
    };
    let schemes = document.components("securitySchemes");
    schemes.into_iter().find(|(_, scheme)| is_scheme(scheme)).map(|(name, _)| name)
}

fn is_authorization(header: &str) -> bool {
    header.eq_ignore_ascii_case("authorization")
}

/// The alternatives of security schemes: all of them, or only those that the page requires. A scheme that the document
/// does not have goes into `new`.
fn security(page: &Page, document: &Document<'_>, new: &mut Vec<Addition>) -> Yaml {
    let mut all = Mapping::new();
    let mut required = Mapping::new();
    for header in &page.headers.fields {
        let name = match scheme(document, &header.name) {
            Some(name) => name,
            // OpenAPI ignores a parameter of this name.
            None if is_authorization(&header.name) => {
                let pointer = "/components/securitySchemes/Bearer".to_owned();
                new.push(Addition::new(pointer, bearer(header)));
                "Bearer"
            }
            None => continue,
        };
        all.insert(name.into(), Yaml::Sequence(Vec::new()));
        if header.is_required {
            required.insert(name.into(), Yaml::Sequence(Vec::new()));
        }
    }
    if all.is_empty() {
        return Yaml::Sequence(Vec::new());
    }
    match all == required {
        true => vec![Yaml::from(all)].into(),
        false => vec![Yaml::from(all), required.into()].into(),
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

fn parameters(page: &Page, document: &Document<'_>, schemas: &Schemas<'_, '_>) -> Vec<Yaml> {
    let names = page.operation.path.split('/');
    let names = names.filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
    let is_listed = |name: &str| page.path.fields.iter().any(|field| field.name == name);
    let unlisted = names.filter(|name| !is_listed(name)).map(|name| {
        let field_type = FieldType::named("string").unwrap_or_default();
        let field = Field { name: name.to_owned(), field_type, ..Field::default() };
        let mut parameter = schemas.parameter("path", &field);
        parameter.insert(DEPARTURE.into(), "only the path has it on the page".into());
        parameter.into()
    });
    let is_parameter = |field: &&Field| {
        let name = field.name.to_lowercase();
        let is_other = ["accept", "content-type", "authorization"].contains(&name.as_str());
        !is_other && scheme(document, &name).is_none()
    };
    let of_path = page.path.fields.iter().map(|field| schemas.parameter("path", field).into());
    let query = page.query.fields.iter().map(|field| schemas.parameter("query", field).into());
    let headers = page.headers.fields.iter().filter(is_parameter);
    let headers = headers.map(|field| schemas.parameter("header", field).into());
    unlisted.chain(of_path).chain(query).chain(headers).collect()
}
