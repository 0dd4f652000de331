//! What progenitor leaves out of the documentation: the answers of an operation, where to read more, and
//! the tags.
//!
//! With it every description of the document is in the client, so that an edit of any shows in a diff.

use openapiv3::{OpenAPI, Operation, ReferenceOr, Response};
use syn::{Attribute, ImplItem, Item, parse_quote};

use super::names;

/// Adds to the documentation of `Client` and of its methods.
pub fn apply(file: &mut syn::File, api: &OpenAPI) {
    for item in &mut file.items {
        match item {
            Item::Struct(item) if item.ident == "Client" => add(&mut item.attrs, tags(api)),
            Item::Impl(item) if item.trait_.is_none() => {
                for item in &mut item.items {
                    if let ImplItem::Fn(function) = item {
                        let name = function.sig.ident.to_string();
                        add(&mut function.attrs, method(api, &name));
                    }
                }
            }
            _ => {}
        }
    }
}

fn add(attributes: &mut Vec<Attribute>, lines: Vec<String>) {
    for line in lines {
        let line = match line.is_empty() {
            true => line,
            false => format!(" {line}"),
        };
        attributes.push(parse_quote!(#[doc = #line]));
    }
}

fn tags(api: &OpenAPI) -> Vec<String> {
    let lines = api.tags.iter().map(|tag| {
        let description = tag.description.as_deref().unwrap_or_default();
        format!("- *{}*: {}", tag.name, one_line(description))
    });
    section("Tags", lines.collect())
}

/// What is added to the method that makes calls of an operation; nothing for any other function.
fn method(api: &OpenAPI, name: &str) -> Vec<String> {
    let operation = api.operations().find(|(_, _, operation)| {
        operation
            .operation_id
            .as_deref()
            .is_some_and(|id| names::same(id, name))
    });
    let Some((_, _, operation)) = operation else {
        return Vec::new();
    };
    let answers = &operation.responses;
    let numbered = answers
        .responses
        .iter()
        .map(|(status, answer)| (status.to_string(), answer));
    let default = answers
        .default
        .iter()
        .map(|answer| ("default".to_owned(), answer));
    let lines = numbered.chain(default).filter_map(|(status, answer)| {
        Some(format!(
            "- `{status}`: {}",
            one_line(&response(api, answer)?.description)
        ))
    });
    let mut section = section("Answers", lines.collect());
    section.extend(see_also(operation));
    section
}

fn see_also(operation: &Operation) -> Vec<String> {
    let Some(docs) = &operation.external_docs else {
        return Vec::new();
    };
    let text = docs.description.as_deref().unwrap_or("the documentation");
    vec![
        String::new(),
        format!("See also: [{}]({})", one_line(text), docs.url),
    ]
}

fn section(title: &str, lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        return lines;
    }
    [String::new(), format!("# {title}"), String::new()]
        .into_iter()
        .chain(lines)
        .collect()
}

fn response<'a>(api: &'a OpenAPI, answer: &'a ReferenceOr<Response>) -> Option<&'a Response> {
    match answer {
        ReferenceOr::Item(response) => Some(response),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/responses/")?;
            api.components.as_ref()?.responses.get(name)?.as_item()
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
