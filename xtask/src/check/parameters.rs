//! Parameters: whether they match the path, and whether the generator can send them.

use std::collections::{HashMap, HashSet};

use super::document::template;
use super::generator::COLLISION;
use super::patterns::{PATH_PARAMETER, SHAPE};
use crate::openapi::document::Findings;
use crate::openapi::grammar::PARAMETER;
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::suggest::similar;

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for operation in &document.operations {
        path(out, operation);
        names(out, operation);
    }
    for part in document.of_type(&PARAMETER).filter(|part| !part.is_in_callback()) {
        shape(out, &part.at);
    }
}

/// The generator keeps one parameter of a name, wherever it is sent.
fn names<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let mut seen = HashMap::new();
    for parameter in operation.effective_parameters() {
        let name = parameter.name();
        if let Some(first) = seen.insert(name, parameter.named().anchor) {
            let message = format!(
                "{} has two parameters `{name}`, and the generator keeps one",
                operation.title()
            );
            let help = "rename one of the two, or leave it out";
            out.add(COLLISION, &parameter.named(), message, help).also(first, "the first of them");
        }
    }
}

fn path<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let Ok(names) = template(operation.path) else {
        return;
    };
    let mut declared: Vec<_> = operation.effective_parameters().collect();
    declared.retain(|parameter| parameter.location() == "path");
    let known: HashSet<&str> = declared.iter().map(|parameter| parameter.name()).collect();
    let wanted: HashSet<&str> = names.iter().copied().collect();
    for name in names.iter().filter(|name| !known.contains(*name)) {
        let help = match similar(name, known.difference(&wanted).copied()) {
            Some(other) => format!("did you mean `{other}`, which is declared?"),
            None => format!(
                "declare it: `- {{name: {name}, in: path, required: true, schema: {{type: string}}}}`"
            ),
        };
        let message = format!("no parameter of {} declares `{{{name}}}`", operation.title());
        if let Some(at) = out.document.path_item(operation) {
            out.add(PATH_PARAMETER, &at, message, help);
        }
    }
    for parameter in declared.into_iter().filter(|parameter| !wanted.contains(parameter.name())) {
        let message = format!("the path `{}` has no `{{{}}}`", operation.path, parameter.name());
        let help = "write it into the path in braces, or remove the parameter";
        out.add(PATH_PARAMETER, &parameter.named(), message, help)
            .also(operation.path_key, "the path");
    }
}

/// Headers and the parts of a path are each written as one string. In a query the generator writes arrays, and leaves
/// out what is null.
fn shape<'a>(out: &mut Findings<'_, 'a>, parameter: &Located<'a>) {
    let document = out.document;
    let location = parameter.node.text_of("in").unwrap_or_default();
    let Some(at) = parameter.below("schema").filter(|_| location != "cookie") else {
        return;
    };
    let summary = summary(document, &at);
    let is_query = location == "query";
    let is_nullable = summary.first().is_some_and(|schema| schema.node.is_true("nullable"));
    let found = match is_nullable && !is_query {
        true => Some("nullable"),
        false => summary
            .parts
            .iter()
            .find_map(collection)
            .filter(|found| !is_query || *found == "an object"),
    };
    let Some(found) = found else {
        return;
    };
    let key = match found {
        _ if at.node.get("$ref").is_some() => "$ref",
        "nullable" => found,
        _ => "type",
    };
    let span = at.node.get(key).map_or(at.anchor, |node| node.span);
    let message = format!("the generator cannot send a {location} parameter that is {found}");
    let help = "describe it as a `string`, and how to write it in the description";
    out.add(SHAPE, &Located { anchor: span, ..at }, message, help);
}

/// Whether a schema allows arrays or objects, in words.
fn collection(schema: &Located<'_>) -> Option<&'static str> {
    let has = |key: &str| schema.node.get(key).is_some();
    match schema.node.text_of("type") {
        Some("array") => Some("an array"),
        Some("object") => Some("an object"),
        None if has("properties") || has("additionalProperties") => Some("an object"),
        None if has("items") => Some("an array"),
        _ => None,
    }
}
