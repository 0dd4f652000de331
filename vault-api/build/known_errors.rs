//! The errors that the document knows by name: `x-known-errors` on a component schema.
//!
//! ```yaml
//! x-known-errors:
//!   rate_limited:
//!     description: Too many attempts.
//!     fields: {error: RATE_LIMIT, errorId: 167}
//!     status: 429
//! ```
//!
//! Of `fields`, a text decides, and a number where the body has none of the texts. `status` is a status that means this
//! error whatever the body is.

use openapiv3::{OpenAPI, ReferenceOr};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::{Map, Value};
use syn::{Fields, Ident, Item, ItemStruct, Type, parse_quote};

use super::{GenerateError, docs, names, types};

const KEY: &str = "x-known-errors";

/// A schema with known errors.
pub struct Known<'a> {
    schema: &'a str,
    errors: &'a Map<String, Value>,
}

/// The schemas that have known errors.
pub fn all(api: &OpenAPI) -> Result<Vec<Known<'_>>, GenerateError> {
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    let marked = schemas.filter_map(|(schema, node)| match node {
        ReferenceOr::Item(node) => Some((schema, node.schema_data.extensions.get(KEY)?)),
        ReferenceOr::Reference { .. } => None,
    });
    marked
        .map(|(schema, errors)| match errors.as_object() {
            Some(errors) => Ok(Known { schema, errors }),
            None => Err(GenerateError::new(format!(
                "`{KEY}` of `{schema}` is not a map of names to errors"
            ))),
        })
        .collect()
}

impl Known<'_> {
    /// The Rust type of the schema.
    pub fn body<'a>(&self, types: &'a [Item]) -> Result<&'a ItemStruct, GenerateError> {
        let mut structs = types.iter().filter_map(|item| match item {
            Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => Some(item),
            _ => None,
        });
        structs.find(|item| names::same(&item.ident.to_string(), self.schema)).ok_or_else(|| {
            GenerateError::new(format!(
                "`{KEY}` of `{}` is not on an object with properties",
                self.schema
            ))
        })
    }

    /// The items of the generated file's root that tell the errors apart.
    pub fn items(&self, types: &[Item]) -> Result<Vec<Item>, GenerateError> {
        let body = self.body(types)?;
        let ident = &body.ident;
        let errors = self.errors.iter().map(|(name, node)| {
            Entry::read(body, name, node).map_err(|what| {
                GenerateError::new(format!("`{KEY}/{name}` of `{}` {what}", self.schema))
            })
        });
        let errors = errors.collect::<Result<Vec<_>, _>>()?;
        let constants = errors.iter().map(Entry::constant);
        let names = errors.iter().map(|error| &error.constant);
        let cases = errors.iter().map(|Entry { constant, condition, .. }| {
            quote! { if #condition { return Some(&Self::#constant); } }
        });
        let of_body = errors.iter().map(|error| {
            let constant = &error.constant;
            error.question(quote! { crate::KnownErrors::known(self) == Some(&Self::#constant) })
        });
        let of_error = errors.iter().map(|error| {
            let constant = &error.constant;
            error.question(quote! { self.known() == Some(&types::#ident::#constant) })
        });
        let read = read();
        Ok(vec![
            parse_quote! { impl types::#ident { #(#constants)* #(#of_body)* } },
            parse_quote! {
                impl crate::KnownErrors for types::#ident {
                    const KNOWN: &'static [crate::KnownError] = &[#(Self::#names),*];
                    fn known(&self) -> Option<&'static crate::KnownError> { #(#cases)* None }
                    #read
                }
            },
            parse_quote! { impl crate::Error<types::#ident> { #(#of_error)* } },
        ])
    }
}

/// One entry of `x-known-errors`.
struct Entry<'a> {
    name: &'a str,
    code: &'a str,
    description: &'a str,
    status: TokenStream,
    constant: Ident,
    question: Ident,
    condition: TokenStream,
}

impl<'a> Entry<'a> {
    /// The error says what is wrong with the entry.
    fn read(body: &ItemStruct, name: &'a str, node: &'a Value) -> Result<Self, &'static str> {
        let fields = node["fields"].as_object().ok_or("has no `fields`")?;
        let status = match &node["status"] {
            Value::Null => quote! { None },
            status => {
                let status = status.as_u64().and_then(|status| u16::try_from(status).ok());
                let status = status.filter(|status| (400..600).contains(status));
                let status = status.ok_or("has a `status` that is not from 400 to 599")?;
                quote! { Some(#status) }
            }
        };
        let invalid_name = "cannot become a name in Rust: use lower-case letters and underscores";
        Ok(Self {
            name,
            code: fields.values().find_map(Value::as_str).ok_or("has no text among its `fields`")?,
            description: node["description"].as_str().ok_or("has no `description`")?,
            status,
            constant: syn::parse_str(&name.to_uppercase()).map_err(|_| invalid_name)?,
            question: syn::parse_str(&format!("is_{name}")).map_err(|_| invalid_name)?,
            condition: condition(body, fields).ok_or(
                "has a field that is not a text or integer property of the schema, or a value of another type",
            )?,
        })
    }

    fn constant(&self) -> TokenStream {
        let Self { name, code, description, status, constant, .. } = self;
        let doc = docs::lines(&format!("{description} (`{code}`)"));
        quote! {
            #(#[doc = #doc])*
            pub const #constant: crate::KnownError =
                crate::KnownError { name: #name, code: #code, description: #description, status: #status };
        }
    }

    fn question(&self, answer: TokenStream) -> TokenStream {
        let Self { code, description, question, .. } = self;
        let doc = docs::lines(&format!("Whether the server reports `{code}`: {description}"));
        quote! {
            #(#[doc = #doc])*
            pub fn #question(&self) -> bool { #answer }
        }
    }
}

/// Whether a body is this error.
fn condition(body: &ItemStruct, fields: &Map<String, Value>) -> Option<TokenStream> {
    let mut condition = quote! { false };
    let (texts, numbers): (Vec<_>, Vec<_>) =
        fields.iter().partition(|(_, value)| value.is_string());
    // From the inside out, so numbers first.
    for (wire, value) in numbers.into_iter().chain(texts) {
        let field = body.fields.iter().find(|field| {
            field.ident.as_ref().is_some_and(|ident| names::same(&ident.to_string(), wire))
        })?;
        let name = &field.ident;
        let optional = types::is_named(&field.ty, "Option");
        let inner = if optional { types::arguments(&field.ty)?.pop()? } else { field.ty.clone() };
        let same = compared(&inner, value)?;
        condition = match optional {
            true => quote! { match &self.#name { Some(value) => #same, None => #condition } },
            false => quote! {{ let value = &self.#name; #same }},
        };
    }
    Some(condition)
}

fn compared(of: &Type, value: &Value) -> Option<TokenStream> {
    const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
    match value {
        Value::String(text) if types::is_text(of) => Some(quote! { value == #text }),
        Value::Number(number) if INTEGERS.iter().any(|name| types::is_named(of, name)) => {
            let number: syn::Expr = syn::parse_str(&number.to_string()).ok()?;
            Some(quote! { *value == #number })
        }
        _ => None,
    }
}

/// The method that reads the body of an error.
fn read() -> TokenStream {
    quote! {
        fn read(_: ::reqwest::StatusCode, body: &[u8]) -> ::std::result::Result<Self, crate::Reason> {
            crate::answer::error(body)
        }
    }
}

/// `KnownErrors` for the error types that have none.
pub fn without(errors: &[Type], known: &[Type]) -> Vec<Item> {
    let text = |of: &Type| of.to_token_stream().to_string();
    let mut seen: Vec<_> = known.iter().map(text).collect();
    // The crate has this one.
    seen.push("()".to_owned());
    let mut items = Vec::new();
    for error in errors {
        if !seen.contains(&text(error)) {
            let read = read();
            items.push(parse_quote! { impl crate::KnownErrors for #error { #read } });
            seen.push(text(error));
        }
    }
    items
}
