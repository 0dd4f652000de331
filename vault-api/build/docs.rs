//! The documentation of the generated methods.
//!
//! Every description of the document is in the client, so that an edit of any shows in a diff.

use serde_yaml::Value;
use syn::{Attribute, Expr, Fields, Item, Lit, Meta};

use super::credentials::Scheme;
use super::document::{At, Document};
use super::operations::{Argument, Location};
use super::requests::Typed;
use super::{markdown, rust_types};

/// The document as a whole.
pub struct Api<'a>(pub &'a Document);

/// The documentation of the generated methods as a whole: the API, and its tags.
pub fn client(Api(document): &Api<'_>) -> Vec<String> {
    let whole = document.whole();
    let info = whole.get("info");
    let text = |key| info.as_ref().and_then(|info| info.text(key));
    let title = match text("version") {
        Some(version) => format!(
            "The operations of the {} (version {version} of the document).",
            text("title").unwrap_or("API")
        ),
        None => format!("The operations of the {}.", text("title").unwrap_or("API")),
    };
    let mut docs = lines(&markdown::sanitized(&title));
    docs.extend(
        text("description").into_iter().flat_map(|text| paragraph(&markdown::sanitized(text))),
    );
    let tags = whole.items("tags");
    let tags = tags.iter().map(|tag| {
        let name = tag.text("name").unwrap_or_default();
        match tag.text("description") {
            Some(text) => format!("*{name}*: {}", one_line(&markdown::sanitized(text))),
            None => format!("*{name}*"),
        }
    });
    docs.extend(section("Tags", tags.collect()));
    docs
}

/// The documentation of an operation's method.
pub fn operation(typed: &Typed<'_, '_>, schemes: &[Scheme<'_>], types: &[Item]) -> Vec<String> {
    let operation = typed.operation;
    let (summary, description) = (operation.at.text("summary"), operation.at.text("description"));
    let call = format!("`{} {}`", operation.method.to_uppercase(), operation.path);
    let mut docs =
        lines(&summary.or(description).map_or_else(|| call.clone(), markdown::sanitized));
    if let (Some(_), Some(text)) = (summary, description) {
        docs.extend(paragraph(&markdown::sanitized(text)));
    }
    if summary.is_some() || description.is_some() {
        docs.extend(paragraph(&call));
    }
    let (required, optional): (Vec<_>, Vec<_>) =
        operation.arguments.iter().partition(|argument| argument.is_required);
    docs.extend(section("Arguments", required.into_iter().map(described).collect()));
    let has_optional = !optional.is_empty();
    docs.extend(section("Optional arguments", optional.into_iter().map(described).collect()));
    if has_optional {
        docs.extend(paragraph("These are methods of the returned request."));
    }
    docs.extend(credentials(&operation.security, schemes));
    docs.extend(section("Responses", responses(&operation.at)));
    docs.extend(section("Example", Vec::new()));
    docs.extend(example(typed, types).into_iter().map(|line| format!(" {line}")));
    if let Some(more) = operation.at.get("externalDocs")
        && let Some(url) = more.text("url")
    {
        let text = more.text("description").unwrap_or("the documentation");
        docs.extend(paragraph(&format!(
            "See also: [{}]({url})",
            one_line(&markdown::sanitized(text))
        )));
    }
    docs
}

fn described(argument: &Argument<'_>) -> String {
    let place = match argument.location {
        Location::Body => String::new(),
        location => format!(" ({} `{}`)", location.name(), argument.wire),
    };
    match argument.description.is_empty() {
        true => format!("`{}`{place}", argument.name),
        false => format!("`{}`{place}: {}", argument.name, one_line(&argument.description)),
    }
}

/// Who a request comes from: the alternatives, and where the credentials of each come from.
fn credentials(security: &[Vec<usize>], schemes: &[Scheme<'_>]) -> Vec<String> {
    let mut used: Vec<&Scheme<'_>> = Vec::new();
    let mut text = Vec::new();
    for alternative in security {
        let these: Vec<_> =
            alternative.iter().map(|index| format!("`{}`", schemes[*index].name)).collect();
        text.push(match these.as_slice() {
            [] => "none".to_owned(),
            [one] if security.len() > 1 => format!("{one} alone"),
            _ => these.join(" with "),
        });
        for index in alternative {
            let scheme = &schemes[*index];
            if used.iter().all(|other| other.name != scheme.name) {
                used.push(scheme);
            }
        }
    }
    if used.is_empty() {
        return Vec::new();
    }
    let rows = used.iter().map(|scheme| {
        let source = match scheme.is_signature {
            true => "A [`Middleware`](crate::Middleware) makes it from the request.".to_owned(),
            false => format!(
                "Set it with [`ClientBuilder::{0}`](crate::ClientBuilder::{0}), or for one call with `{0}` of the request.",
                scheme.method
            ),
        };
        match scheme.description.is_empty() {
            true => format!("`{}`: {source}", scheme.name),
            false => format!("`{}`: {} {source}", scheme.name, one_line(&scheme.description)),
        }
    });
    let mut docs = section("Credentials", rows.collect());
    docs.extend(paragraph(&format!("The server accepts {}.", text.join(", or "))));
    docs
}

fn responses(operation: &At<'_>) -> Vec<String> {
    let responses = operation.get("responses").map(|all| all.entries()).unwrap_or_default();
    let rows = responses.into_iter().map(|(status, response)| match response.text("description") {
        Some(text) if !text.is_empty() => {
            format!("`{status}`: {}", one_line(&markdown::sanitized(text)))
        }
        _ => format!("`{status}`"),
    });
    rows.collect()
}

/// A call that compiles: with the document's examples, and with parameters of a hidden function where it has none.
fn example(typed: &Typed<'_, '_>, types: &[Item]) -> Vec<String> {
    let mut parameters = vec!["client: vault_api::Client".to_owned()];
    let mut values = Vec::new();
    for (argument, name, of) in
        typed.arguments.iter().filter(|(argument, _, _)| argument.is_required)
    {
        let text = argument.example.and_then(Value::as_str).filter(|_| rust_types::is_text(of));
        let body = || constructed(of, argument.example?, types);
        values.push(text.map(|text| format!("{text:?}")).or_else(body).unwrap_or_else(|| {
            parameters.push(format!("{name}: {}", public(of)));
            name.to_string()
        }));
    }
    let use_types = values.iter().any(|value| value.contains("types::"));
    let mut lines = vec!["```".to_owned()];
    lines.extend(
        typed.operation.at.is_true("deprecated").then(|| "# #![allow(deprecated)]".to_owned()),
    );
    lines.extend(use_types.then(|| "use vault_api::types;".to_owned()));
    lines.push(format!(
        "# async fn call({}) -> Result<(), Box<dyn std::error::Error>> {{",
        parameters.join(", ")
    ));
    lines.push(format!("let request = client.{}({});", typed.operation.name, values.join(", ")));
    let rest = ["let response = request.send().await?;", "# Ok(())", "# }", "```"];
    lines.extend(rest.map(str::to_owned));
    lines
}

/// `types::Name::new("…")`, if all required fields are text that the example has.
fn constructed(of: &syn::Type, example: &Value, types: &[Item]) -> Option<String> {
    let item = types.iter().find_map(|item| match item {
        Item::Struct(item) if rust_types::last_name(of) == Some(&item.ident) => Some(item),
        _ => None,
    })?;
    let Fields::Named(fields) = &item.fields else {
        return None;
    };
    let values =
        fields.named.iter().filter(|field| rust_types::default(field).is_none()).map(|field| {
            let text = example
                .get(rust_types::wire(field))?
                .as_str()
                .filter(|_| rust_types::is_text(&field.ty))?;
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

/// The text of doc attributes, in one line.
pub fn of(attributes: &[Attribute]) -> String {
    one_line(&lines_of(attributes).join(" "))
}

/// The lines of doc attributes.
pub fn lines_of(attributes: &[Attribute]) -> Vec<String> {
    let texts = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    texts.flat_map(|text| lines(&text)).collect()
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
