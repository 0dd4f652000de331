//! The bodies of errors: which type each status has, and the errors that the document knows by name.
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

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_yaml::Value;
use syn::{Fields, Ident, Item, ItemStruct, parse_quote};

use super::document::At;
use super::operations::Operation;
use super::responses::{Errors, Status};
use super::schemas::Schemas;
use super::{GenerateError, docs, rust_types};

const KEY: &str = "x-known-errors";

/// The items of the generated file's root for the errors of all operations.
///
/// # Errors
///
/// If an entry of `x-known-errors` cannot tell an error apart.
pub fn items(
    schemas: &Schemas<'_>,
    operations: &[Operation<'_>],
    types: &[Item],
) -> Result<Vec<Item>, GenerateError> {
    let mut items = Vec::new();
    let mut known = Vec::new();
    for (name, described) in &schemas.types {
        let Some(at) = described.at.as_ref().and_then(|at| at.get(KEY)) else { continue };
        let body = structure(types, name).ok_or_else(|| {
            refused(&at, format!("`{KEY}` belongs on an object with properties: move it there"))
        })?;
        let errors = at.entries().into_iter().map(|(name, at)| Entry::read(body, name, &at));
        known.push((body.ident.clone(), errors.collect::<Result<Vec<_>, _>>()?));
    }
    let bodies =
        operations.iter().flat_map(|it| &it.errors.bodies).filter_map(|(body, _)| body.clone());
    let bodies: BTreeSet<String> =
        bodies.chain(known.iter().map(|(body, _)| body.to_string())).collect();
    for body in bodies {
        let entries =
            known.iter().find(|(name, _)| *name == body).map(|(_, entries)| entries.as_slice());
        items.extend(of_body(&format_ident!("{body}"), entries.unwrap_or_default()));
    }
    for errors in operations.iter().map(|it| &it.errors) {
        if let Some(name) = &errors.name {
            items.extend(of_variants(&format_ident!("{name}"), errors, &known));
        }
    }
    items.push(default_error(operations));
    Ok(items)
}

/// `Error`, with a default where all errors that have a body have the same.
fn default_error(operations: &[Operation<'_>]) -> Item {
    let bodies = operations.iter().flat_map(|it| &it.errors.bodies);
    let names: BTreeSet<_> = bodies.filter_map(|(body, _)| body.as_deref()).collect();
    let doc = docs::lines(
        "Why a call has no documented response. `E` is the operation's error body; the variants and the methods are \
         those of [`CallError`](crate::CallError).",
    );
    match names.into_iter().collect::<Vec<_>>()[..] {
        [name] => {
            let name = format_ident!("{name}");
            parse_quote! { #(#[doc = #doc])* pub type Error<E = types::#name> = crate::CallError<E>; }
        }
        _ => parse_quote! { #(#[doc = #doc])* pub type Error<E> = crate::CallError<E>; },
    }
}

/// The type of the errors of an operation, in the generated file's root.
pub fn type_of(errors: &Errors) -> TokenStream {
    match errors.type_name() {
        Some(name) => {
            let name = format_ident!("{name}");
            quote! { types::#name }
        }
        None => quote! { () },
    }
}

fn structure<'a>(types: &'a [Item], name: &str) -> Option<&'a ItemStruct> {
    types.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name && matches!(item.fields, Fields::Named(_)) => {
            Some(item)
        }
        _ => None,
    })
}

/// What a body's type says about the errors that it reports.
fn of_body(body: &Ident, entries: &[Entry<'_>]) -> Vec<Item> {
    let read = quote! {
        fn read(_: ::reqwest::StatusCode, body: &[u8]) -> ::std::result::Result<Self, crate::Reason> {
            crate::answer::error(body)
        }
    };
    if entries.is_empty() {
        return vec![parse_quote! { impl crate::KnownErrors for types::#body { #read } }];
    }
    let constants = entries.iter().map(Entry::constant);
    let names = entries.iter().map(|error| &error.constant);
    let signs = signs(entries);
    let of_body = entries.iter().map(|error| {
        let constant = &error.constant;
        error.question(quote! { crate::KnownErrors::known(self) == Some(&Self::#constant) })
    });
    let of_error = of_error(entries.iter().map(|entry| (body, entry)));
    vec![
        parse_quote! { impl types::#body { #(#constants)* #(#of_body)* } },
        parse_quote! {
            impl crate::KnownErrors for types::#body {
                const KNOWN: &'static [crate::KnownError] = &[#(Self::#names),*];
                fn sign(&self, property: &str) -> ::std::option::Option<crate::Sign<'_>> {
                    match property { #(#signs,)* _ => None }
                }
                #read
            }
        },
        parse_quote! { impl crate::CallError<types::#body> { #(#of_error)* } },
    ]
}

fn of_error<'e>(entries: impl Iterator<Item = (&'e Ident, &'e Entry<'e>)>) -> Vec<TokenStream> {
    let mut seen = BTreeSet::new();
    let entries = entries.filter(|(_, entry)| seen.insert(entry.name));
    let question = |(body, entry): (&Ident, &Entry<'_>)| {
        let constant = &entry.constant;
        entry.question(quote! { self.known() == Some(&types::#body::#constant) })
    };
    entries.map(question).collect()
}

/// The values of a body's properties that tell its errors apart.
fn signs(entries: &[Entry<'_>]) -> Vec<TokenStream> {
    let mut seen = BTreeSet::new();
    let fields =
        entries.iter().flat_map(|entry| &entry.fields).filter(|field| seen.insert(field.wire));
    let sign = |Field { wire, ident, value, is_optional }: &Field<'_>| {
        let (sign, read) = match value {
            Sign::Text(_) => (quote! { Text }, quote! { value.as_str() }),
            Sign::Number(_) => (quote! { Number }, quote! { (*value).into() }),
        };
        let of = match is_optional {
            true => quote! { self.#ident.as_ref() },
            false => quote! { Some(&self.#ident) },
        };
        quote! { #wire => #of.map(|value| crate::Sign::#sign(#read)) }
    };
    fields.map(sign).collect()
}

/// An enum with a variant for each body, which the status chooses.
fn of_variants(name: &Ident, errors: &Errors, known: &[(Ident, Vec<Entry<'_>>)]) -> Vec<Item> {
    let statuses = |statuses: &[Status]| {
        let patterns = statuses.iter().map(|status| pattern(*status));
        quote! { #(#patterns)|* }
    };
    let mut reads = Vec::new();
    let mut signs = Vec::new();
    // A class comes behind the statuses that it covers.
    let mut rows: Vec<_> = errors
        .bodies
        .iter()
        .flat_map(|(body, all)| all.iter().map(move |status| (body, *status)))
        .collect();
    rows.sort_by_key(|(_, status)| *status);
    for (body, status) in rows {
        let pattern = statuses(&[status]);
        reads.push(match variant(body) {
            (variant, true) => {
                quote! { #pattern => crate::KnownErrors::read(status, body).map(Self::#variant) }
            }
            (variant, false) => quote! { #pattern => Ok(Self::#variant) },
        });
    }
    for (body, _) in &errors.bodies {
        if let (variant, true) = variant(body) {
            signs.push(quote! { Self::#variant(body) => crate::KnownErrors::known(body) });
        }
    }
    let entries = || {
        let is_body = |name: &Ident| {
            errors.bodies.iter().any(|(body, _)| body.as_deref().is_some_and(|body| name == body))
        };
        known
            .iter()
            .filter(move |(name, _)| is_body(name))
            .flat_map(|(name, all)| all.iter().map(move |it| (name, it)))
    };
    let all = entries().map(|(body, entry)| {
        let constant = &entry.constant;
        quote! { types::#body::#constant }
    });
    let questions = of_error(entries());
    let mut items: Vec<Item> = vec![parse_quote! {
        impl crate::KnownErrors for types::#name {
            const KNOWN: &'static [crate::KnownError] = &[#(#all),*];
            fn read(status: ::reqwest::StatusCode, body: &[u8]) -> ::std::result::Result<Self, crate::Reason> {
                match status.as_u16() {
                    #(#reads,)*
                    _ => Err(crate::Reason::UndocumentedStatus),
                }
            }
            fn known(&self) -> ::std::option::Option<&'static crate::KnownError> {
                match self { #(#signs,)* #[allow(unreachable_patterns)] _ => None }
            }
        }
    }];
    if !questions.is_empty() {
        items.push(parse_quote! { impl crate::CallError<types::#name> { #(#questions)* } });
    }
    items
}

/// The variant of a body, and whether it has one.
fn variant(body: &Option<String>) -> (Ident, bool) {
    match body {
        Some(body) => (format_ident!("{body}"), true),
        None => (format_ident!("Empty"), false),
    }
}

/// The statuses of a class or a single one, as a pattern.
pub fn pattern(status: Status) -> TokenStream {
    match status {
        Status::One(status) => quote! { #status },
        Status::Class(class) => {
            let (first, last) = (class * 100, class * 100 + 99);
            quote! { #first..=#last }
        }
    }
}

/// The types with a variant for each body, for the module `types`.
pub fn variant_types(operations: &[Operation<'_>]) -> Vec<Item> {
    let named = operations.iter().filter_map(|it| Some((it, it.errors.name.as_ref()?)));
    let item = |(operation, name): (&Operation<'_>, &String)| {
        let ident = format_ident!("{name}");
        let variants = operation.errors.bodies.iter().map(|(body, statuses)| {
            let statuses: Vec<_> =
                statuses.iter().map(|status| format!("`{}`", words(*status))).collect();
            let doc = format!(" With the status {}.", statuses.join(", "));
            match variant(body) {
                (variant, true) => quote! { #[doc = #doc] #variant(#variant) },
                (variant, false) => quote! { #[doc = #doc] #variant },
            }
        });
        let shown = operation.errors.bodies.iter().map(|(body, _)| match variant(body) {
            (variant, true) => quote! { Self::#variant(body) => body.fmt(f) },
            (variant, false) => {
                let name = variant.to_string();
                quote! { Self::#variant => f.write_str(#name) }
            }
        });
        let doc = format!(" The body of an error of `{}`, by its status.", operation.id);
        let items: [Item; 2] = [
            parse_quote! {
                #[doc = #doc]
                #[derive(Clone, PartialEq)]
                #[non_exhaustive]
                pub enum #ident { #(#variants),* }
            },
            parse_quote! {
                impl ::std::fmt::Debug for #ident {
                    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        match self { #(#shown),* }
                    }
                }
            },
        ];
        items
    };
    named.flat_map(item).collect()
}

fn words(status: Status) -> String {
    match status {
        Status::One(status) => status.to_string(),
        Status::Class(class) => format!("{class}XX"),
    }
}

enum Sign<'a> {
    Text(&'a str),
    Number(i64),
}

struct Field<'a> {
    wire: &'a str,
    ident: Ident,
    value: Sign<'a>,
    is_optional: bool,
}

/// One entry of `x-known-errors`.
struct Entry<'a> {
    name: &'a str,
    code: &'a str,
    description: &'a str,
    status: Option<u16>,
    constant: Ident,
    question: Ident,
    fields: Vec<Field<'a>>,
}

fn refused(at: &At<'_>, message: impl Into<String>) -> GenerateError {
    GenerateError { rule: "known-errors", ..GenerateError::at(at, message) }
}

impl<'a> Entry<'a> {
    fn read(body: &ItemStruct, name: &'a str, at: &At<'a>) -> Result<Self, GenerateError> {
        let status = at.node.get("status").map(|status| {
            let number = status.as_u64().and_then(|status| u16::try_from(status).ok());
            number.filter(|status| (400..600).contains(status)).ok_or_else(|| {
                let at = at.get("status").unwrap_or_else(|| at.clone());
                refused(&at, "the status of a known error is from 400 to 599: correct it")
            })
        });
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_name) {
            return Err(refused(
                at,
                format!(
                    "`{name}` cannot become a name in Rust: use lower-case letters and underscores"
                ),
            ));
        }
        let fields = at.named("fields").into_iter().map(|(wire, at)| field(body, wire, &at));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let code = fields.iter().find_map(|field| match field.value {
            Sign::Text(text) => Some(text),
            Sign::Number(_) => None,
        });
        let no_text = || {
            refused(
                at,
                "a known error needs a text among its `fields`: add the one by which a body reports it",
            )
        };
        let no_description = || refused(at, "a known error needs a `description`: add one");
        Ok(Self {
            name,
            code: code.ok_or_else(no_text)?,
            description: at.text("description").ok_or_else(no_description)?,
            status: status.transpose()?,
            constant: format_ident!("{}", name.to_uppercase()),
            question: format_ident!("is_{name}"),
            fields,
        })
    }

    fn constant(&self) -> TokenStream {
        let Self { name, code, description, status, constant, fields, .. } = self;
        let doc = docs::lines(&format!("{description} (`{code}`)"));
        let status = match status {
            Some(status) => quote! { Some(#status) },
            None => quote! { None },
        };
        let fields = fields.iter().map(|Field { wire, value, .. }| match value {
            Sign::Text(text) => quote! { (#wire, crate::Sign::Text(#text)) },
            Sign::Number(number) => quote! { (#wire, crate::Sign::Number(#number)) },
        });
        quote! {
            #(#[doc = #doc])*
            pub const #constant: crate::KnownError = crate::KnownError {
                name: #name,
                code: #code,
                description: #description,
                status: #status,
                fields: &[#(#fields),*],
            };
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

/// A property by which an error is told apart.
fn field<'a>(body: &ItemStruct, wire: &'a str, at: &At<'a>) -> Result<Field<'a>, GenerateError> {
    const INTEGERS: [&str; 7] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32"];
    let field = body.fields.iter().find(|field| rust_types::wire(field) == wire);
    let field = field.ok_or_else(|| {
        refused(at, format!("the schema has no property `{wire}`: name one that it has"))
    })?;
    let is_optional = rust_types::is_named(&field.ty, "Option");
    let inner =
        rust_types::arguments(&field.ty).and_then(|mut it| it.pop()).filter(|_| is_optional);
    let inner = inner.unwrap_or_else(|| field.ty.clone());
    let is_integer = INTEGERS.iter().any(|name| rust_types::is_named(&inner, name));
    let value = match at.node {
        Value::String(text) if rust_types::is_text(&inner) => Some(Sign::Text(text)),
        Value::Number(number) if is_integer => number.as_i64().map(Sign::Number),
        _ => None,
    };
    let wrong = || {
        refused(
            at,
            format!("`{wire}` never has this value: give a text or an integer, as its schema says"),
        )
    };
    let ident = field.ident.clone().ok_or_else(wrong)?;
    Ok(Field { wire, ident, value: value.ok_or_else(wrong)?, is_optional })
}
