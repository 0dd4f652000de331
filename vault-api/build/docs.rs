//! The documentation of the generated methods.
//!
//! Every description of the document is in the client, so that an edit of any shows in a diff.

use openapiv3::{OpenAPI, Response};
use serde_json::Value;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta};

use super::method::Argument;
use super::operation::{Location, Operation, resolve};
use super::{names, tables, types};

/// What stands on the generated methods as a whole: what the API is, and its tags.
pub fn client(api: &OpenAPI) -> Vec<String> {
    let title = format!(
        "The operations of the {} (version {} of the document).",
        api.info.title, api.info.version
    );
    let mut docs = vec![format!(" {title}")];
    docs.extend(api.info.description.iter().flat_map(|text| paragraph(text)));
    let tags = api.tags.iter().map(|tag| match &tag.description {
        Some(text) => format!("*{}*: {}", tag.name, one_line(text)),
        None => format!("*{}*", tag.name),
    });
    docs.extend(section("Tags", tags.collect()));
    docs
}

/// What stands on the method of an operation.
pub fn operation(
    api: &OpenAPI,
    operation: &Operation<'_>,
    id: &syn::Ident,
    arguments: &[Argument],
    file: &syn::File,
) -> Vec<String> {
    let node = operation.node;
    let call = format!("`{} {}`", operation.method.to_uppercase(), operation.path);
    let mut docs = lines(node.summary.as_deref().or(node.description.as_deref()).unwrap_or(&call));
    if let (Some(_), Some(text)) = (&node.summary, &node.description) {
        docs.extend(paragraph(text));
    }
    if node.summary.is_some() || node.description.is_some() {
        docs.extend(paragraph(&call));
    }
    let (required, optional): (Vec<_>, Vec<_>) =
        arguments.iter().partition(|argument| argument.required);
    docs.extend(section("Arguments", required.into_iter().map(described).collect()));
    docs.extend(section("Optional arguments", optional.into_iter().map(described).collect()));
    if arguments.iter().any(|argument| !argument.required) {
        docs.extend(paragraph("These are methods of the returned request."));
    }
    docs.extend(credentials(api, operation));
    docs.extend(section("Responses", responses(api, node)));
    docs.extend(section("Example", Vec::new()));
    docs.extend(example(operation, id, arguments, file).into_iter().map(|line| format!(" {line}")));
    if let Some(more) = &node.external_docs {
        let text = more.description.as_deref().unwrap_or("the documentation");
        docs.extend(paragraph(&format!("See also: [{}]({})", one_line(text), more.url)));
    }
    docs
}

fn described(argument: &Argument) -> String {
    let place = match argument.location {
        Location::Body => String::new(),
        location => format!(" ({} `{}`)", location.name(), argument.wire),
    };
    match argument.description.is_empty() {
        true => format!("`{}`{place}", argument.name),
        false => format!("`{}`{place}: {}", argument.name, one_line(&argument.description)),
    }
}

/// Who a request comes from: what the client adds, and what a middleware does.
fn credentials(api: &OpenAPI, operation: &Operation<'_>) -> Vec<String> {
    let alternatives = tables::alternatives(api, operation.node);
    let mut names = Vec::new();
    let mut text = Vec::new();
    for alternative in &alternatives {
        let these: Vec<_> = alternative.iter().map(|name| format!("`{name}`")).collect();
        text.push(match these.as_slice() {
            [] => "none".to_owned(),
            [one] if alternatives.len() > 1 => format!("{one} alone"),
            _ => these.join(" with "),
        });
        names.extend(
            alternative.iter().filter(|name| !names.contains(*name)).cloned().collect::<Vec<_>>(),
        );
    }
    if names.is_empty() {
        return Vec::new();
    }
    let schemes = names.iter().map(|name| {
        let (header, description) = tables::scheme_text(api, name);
        format!("`{name}`{header}: {}", one_line(&description))
    });
    let mut docs = section("Credentials", schemes.collect());
    let mut sentence = format!("The server accepts {}.", text.join(", or "));
    let (by_client, by_middleware): (Vec<_>, Vec<_>) =
        names.iter().partition(|name| *name == "MerchantId");
    if !by_client.is_empty() {
        sentence.push_str(" The client adds `MerchantId`.");
    }
    for name in by_middleware {
        sentence.push_str(&match tables::is_signature(api, name) {
            true => format!(
                " The middleware of the crate `vault-api-sign` signs the request and adds `{name}`."
            ),
            false => format!(" A [`Middleware`](crate::Middleware) adds `{name}`."),
        });
    }
    docs.extend(paragraph(&sentence));
    docs
}

fn responses(api: &OpenAPI, node: &openapiv3::Operation) -> Vec<String> {
    let find = |name: &str| api.components.as_ref()?.responses.get(name);
    let numbered =
        node.responses.responses.iter().map(|(status, response)| (status.to_string(), response));
    let default = node.responses.default.iter().map(|response| ("default".to_owned(), response));
    let rows = numbered.chain(default).filter_map(|(status, response)| {
        let response: &Response = resolve(response, "#/components/responses/", find)?;
        Some(format!("`{status}`: {}", one_line(&response.description)))
    });
    rows.collect()
}

/// A call that compiles: with the document's examples, and with parameters of a hidden function where it has none.
fn example(
    operation: &Operation<'_>,
    id: &syn::Ident,
    arguments: &[Argument],
    file: &syn::File,
) -> Vec<String> {
    let body_example = operation.body_example();
    let mut parameters = vec!["client: vault_api::Client".to_owned()];
    let values: Vec<String> = arguments
        .iter()
        .filter(|argument| argument.required)
        .map(|argument| {
            let text = argument.example.as_ref().filter(|_| types::is_text(&argument.of));
            let body = || {
                body_example.as_ref().and_then(|example| constructed(&argument.of, example, file))
            };
            text.map(|text| format!("{text:?}")).or_else(body).unwrap_or_else(|| {
                parameters.push(format!("{}: {}", argument.name, public(&argument.of)));
                argument.name.to_string()
            })
        })
        .collect();
    let use_types = values.iter().any(|value| value.contains("types::"));
    let mut lines = vec!["```".to_owned()];
    lines.extend(use_types.then(|| "use vault_api::types;".to_owned()));
    lines.push(format!(
        "# async fn call({}) -> Result<(), Box<dyn std::error::Error>> {{",
        parameters.join(", ")
    ));
    lines.push(format!("let request = client.{id}({});", values.join(", ")));
    let rest = ["let response = request.send().await?;", "# Ok(())", "# }", "```"];
    lines.extend(rest.map(str::to_owned));
    lines
}

/// `types::Name::new("…")`, if all required fields are text that the example has.
fn constructed(of: &syn::Type, example: &Value, file: &syn::File) -> Option<String> {
    let item = names::items_of_types(file).iter().find_map(|item| match item {
        Item::Struct(item) if types::last_name(of) == Some(&item.ident) => Some(item),
        _ => None,
    })?;
    let Fields::Named(fields) = &item.fields else {
        return None;
    };
    let values = fields.named.iter().filter(|field| types::default(field).is_none()).map(|field| {
        let name = field.ident.as_ref()?.to_string();
        let (_, value) = example.as_object()?.iter().find(|(wire, _)| names::same(wire, &name))?;
        let text = value.as_str().filter(|_| types::is_text(&field.ty))?;
        Some(format!("{text:?}"))
    });
    let values = values.collect::<Option<Vec<_>>>()?;
    Some(format!("types::{}::new({})", item.ident, values.join(", ")))
}

/// A type as a user of the crate writes it.
fn public(of: &syn::Type) -> String {
    let text = quote::ToTokens::to_token_stream(of).to_string().replace(' ', "");
    text.replace("types::", "vault_api::types::").replace("::reqwest", "vault_api::reqwest")
}

/// The text of doc attributes.
pub fn of(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    one_line(&lines.collect::<Vec<_>>().join(" "))
}

/// A text as the lines of a doc comment.
pub fn lines(text: &str) -> Vec<String> {
    text.trim().lines().map(|line| format!(" {line}").trim_end().to_owned()).collect()
}

fn paragraph(text: &str) -> Vec<String> {
    let mut docs = vec![String::new()];
    docs.extend(lines(text));
    docs
}

fn section(title: &str, items: Vec<String>) -> Vec<String> {
    if items.is_empty() && title != "Example" {
        return Vec::new();
    }
    let head = [String::new(), format!(" # {title}"), String::new()];
    head.into_iter().chain(items.into_iter().map(|item| format!(" - {item}"))).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
