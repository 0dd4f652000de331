//! The methods of the client and the requests that they return.
//!
//! A method takes what an operation requires, and returns a struct with methods for what is optional, which fills in
//! the crate's own [`Draft`](../src/draft.rs) of a request and sends it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, Type, parse_quote};

use super::credentials::{self, Scheme};
use super::media_type::Encoding;
use super::operations::{Argument, Location, Operation, Style, argument_name, method_name};
use super::responses::Read;
use super::signatures::Signatures;
use super::{GenerateError, debug, docs, errors, rust_types};

/// An operation with the types of its arguments and its success.
pub struct Typed<'o, 'a> {
    pub operation: &'o Operation<'a>,
    pub arguments: Vec<(&'o Argument<'a>, Ident, Type)>,
    pub success: Type,
}

/// Pairs each operation with the signature of progenitor's method.
///
/// # Errors
///
/// If progenitor has no such method, or that has no such parameter.
pub fn typed<'o, 'a>(
    operations: &'o [Operation<'a>],
    signatures: &Signatures,
) -> Result<Vec<Typed<'o, 'a>>, GenerateError> {
    let typed = |(index, operation): (usize, &'o Operation<'a>)| {
        let missing = |what: &str| {
            let message = format!(
                "progenitor made no {what} of the operation `{}`: describe it in another way",
                operation.id
            );
            GenerateError::at(&operation.at, message)
        };
        let signature = signatures.get(&method_name(index)).ok_or_else(|| missing("method"))?;
        let argument = |(index, argument): (usize, &'o Argument<'a>)| {
            let of: Type = match argument.body.map(|body| body.encoding) {
                Some(Encoding::Bytes) => parse_quote!(::reqwest::Body),
                Some(_) => signature
                    .arguments
                    .get("body")
                    .cloned()
                    .ok_or_else(|| missing("parameter for the body"))?,
                None => {
                    let of = signature.arguments.get(&argument_name(index)).cloned();
                    of.ok_or_else(|| missing(&format!("parameter `{}`", argument.wire)))?
                }
            };
            Ok((argument, format_ident!("{}", argument.name), of))
        };
        let arguments =
            operation.arguments.iter().enumerate().map(argument).collect::<Result<_, _>>()?;
        let success = match operation.success.read {
            Read::Json => signature.success.clone(),
            Read::Empty => parse_quote!(()),
            Read::Bytes => parse_quote!(crate::ByteStream),
            Read::Upgrade => parse_quote!(::reqwest::Upgraded),
        };
        Ok(Typed { operation, arguments, success })
    };
    operations.iter().enumerate().map(typed).collect()
}

/// The items of the generated file's root for all operations.
pub fn items(
    api: &docs::Api<'_>,
    operations: &[Typed<'_, '_>],
    schemes: &[Scheme<'_>],
    types: &[Item],
) -> Vec<Item> {
    let functions = operations.iter().enumerate().map(|(index, operation)| {
        let docs = docs::operation(operation, schemes, types);
        operation.function(index, &docs)
    });
    let structs = operations.iter().map(|operation| operation.structure(schemes));
    let docs = docs::client(api);
    vec![
        parse_quote! {
            #(#[doc = #docs])*
            impl crate::Client { #(#functions)* }
        },
        parse_quote! {
            /// The requests that the methods of [`Client`](crate::Client) return.
            // Whole paths: a request may have the name of anything.
            pub mod request {
                use super::{SCHEMES, types};
                use crate::draft::path_segment;
                #(#structs)*
            }
        },
    ]
}

impl Typed<'_, '_> {
    fn required(&self) -> impl Iterator<Item = (&Argument<'_>, &Ident, &Type)> {
        self.arguments
            .iter()
            .filter(|(it, _, _)| it.is_required)
            .map(|(it, name, of)| (*it, name, of))
    }

    fn optional(&self) -> impl Iterator<Item = (&Argument<'_>, &Ident, &Type)> {
        self.arguments
            .iter()
            .filter(|(it, _, _)| !it.is_required)
            .map(|(it, name, of)| (*it, name, of))
    }

    /// The client's method.
    fn function(&self, index: usize, docs: &[String]) -> TokenStream {
        let (id, request) = (format_ident!("{}", self.operation.name), self.request());
        let parameters = self.required().map(|(_, name, of)| {
            let of = rust_types::accepted(of);
            quote! { #name: #of }
        });
        let values = self.required().map(|(_, name, of)| match rust_types::is_converted(of) {
            true => quote! { #name: #name.into() },
            false => quote! { #name },
        });
        let optional = self.optional().map(|(_, name, _)| name);
        let deprecated = self.operation.at.is_true("deprecated").then(|| quote! { #[deprecated] });
        quote! {
            #(#[doc = #docs])*
            #deprecated
            pub fn #id(&self, #(#parameters),*) -> request::#request {
                request::#request {
                    pending: self.pending(#index),
                    #(#values,)*
                    #(#optional: None,)*
                }
            }
        }
    }

    fn request(&self) -> Ident {
        format_ident!("{}", self.operation.request)
    }

    /// The struct that the method returns.
    fn structure(&self, schemes: &[Scheme<'_>]) -> TokenStream {
        let Operation { success, .. } = self.operation;
        let (request, of, error) =
            (self.request(), &self.success, errors::type_of(&self.operation.errors));
        let id = &self.operation.name;
        let method = format_ident!("{}", self.operation.method.to_uppercase());
        let statuses = success.statuses.iter().map(|status| errors::pattern(*status));
        let reader = match success.read {
            Read::Json => quote! { json },
            Read::Empty => quote! { empty },
            Read::Bytes => quote! { stream },
            Read::Upgrade => quote! { upgrade },
        };
        let filling = self.filling();
        let doc = format!(" A call of [`Client::{id}`](crate::Client::{id}).");
        let fields = self.arguments.iter().map(|(argument, name, of)| match argument.is_required {
            true => quote! { #name: #of },
            false => quote! { #name: ::std::option::Option<#of> },
        });
        let setters = self.optional().map(setter);
        let credentials = self
            .operation
            .schemes()
            .filter_map(|index| credentials::call_setter(index, &schemes[index]));
        let shown = self.arguments.iter().map(|(argument, name, of)| {
            let label = name.to_string();
            let value = debug::shown(of, name, argument.is_required, argument.is_log_safe);
            quote! { .field(#label, #value) }
        });
        let label = request.to_string();
        quote! {
            #[doc = #doc]
            #[must_use = "a request is sent by `send` or by awaiting it"]
            pub struct #request {
                pub(super) pending: crate::call::Pending,
                #(pub(super) #fields,)*
            }

            impl #request {
                #(#setters)*
                #(#credentials)*

                /// Sends the request and reads the response.
                ///
                /// # Errors
                ///
                /// Any [`Error`](crate::Error); it says what went wrong and whether the server may have acted.
                pub async fn send(
                    self,
                ) -> ::std::result::Result<crate::ResponseValue<#of>, crate::CallError<#error>> {
                    let built = self.pending.build(::reqwest::Method::#method, |draft| {
                        #(#filling)*
                        Ok(())
                    });
                    let read = crate::call::Answer::#reader;
                    self.pending.send(built, |status| matches!(status, #(#statuses)|*), read).await
                }
            }

            crate::call::request!(#request, #of, #error);

            impl ::std::fmt::Debug for #request {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#label) #(#shown)* .finish_non_exhaustive()
                }
            }
        }
    }

    /// The statements that fill in the draft of the request.
    fn filling(&self) -> Vec<TokenStream> {
        let mut statements = Vec::from_iter(self.path());
        let accept = self.operation.success.accept.join(", ");
        if !accept.is_empty() {
            statements.push(quote! { draft.accept(#accept); });
        }
        for (argument, name, of) in &self.arguments {
            statements.extend(match argument.location {
                Location::Path => None,
                Location::Query => Some(query(argument, name)),
                Location::Header => Some(header(argument, name, of)),
                Location::Body => Some(body(argument, name)),
            });
        }
        statements
    }

    /// The path with its parameters; a client knows the others.
    fn path(&self) -> Option<TokenStream> {
        let mut parts = Vec::new();
        for (index, part) in self.operation.path.split('{').enumerate() {
            let (name, text) = part.split_once('}').unwrap_or(("", part));
            let argument = self
                .arguments
                .iter()
                .find(|(it, _, _)| it.location == Location::Path && it.wire == name);
            if let Some((argument, name, of)) = argument.filter(|_| index > 0) {
                let (label, text) =
                    (name.to_string(), text_of(argument, of, quote! { self.#name }));
                parts.push(quote! { &path_segment(#label, &#text)? });
            }
            if !text.is_empty() {
                parts.push(quote! { #text });
            }
        }
        let has_parameters = self.operation.path.contains('{');
        has_parameters.then(|| quote! { draft.path(&[#(#parts),*].concat()); })
    }
}

fn query(argument: &Argument<'_>, name: &Ident) -> TokenStream {
    let (wire, label) = (argument.wire, name.to_string());
    let style = match argument.style {
        Style::Exploded | Style::Fields => quote! { Exploded },
        Style::Joined(separator) => quote! { Joined(#separator) },
        Style::Deep => quote! { Deep },
        Style::Json => quote! { Json },
    };
    quote! { draft.query(#wire, #label, crate::draft::Style::#style, &self.#name)?; }
}

/// A value as one text, as headers and the parts of a path are.
fn text_of(argument: &Argument<'_>, of: &Type, value: TokenStream) -> TokenStream {
    let label = &argument.name;
    match (rust_types::is_text(of) && argument.style != Style::Json, argument.style) {
        (true, _) => value,
        (_, Style::Fields) => {
            quote! { crate::draft::text(#label, crate::draft::Style::Exploded, &#value)? }
        }
        (_, Style::Json) => {
            quote! { crate::draft::text(#label, crate::draft::Style::Json, &#value)? }
        }
        _ => quote! { crate::draft::text(#label, crate::draft::Style::Joined(','), &#value)? },
    }
}

fn header(argument: &Argument<'_>, name: &Ident, of: &Type) -> TokenStream {
    let (label, wire) = (&argument.name, argument.wire.to_ascii_lowercase());
    let add = |text: TokenStream| {
        quote! { draft.header(::reqwest::header::HeaderName::from_static(#wire), #label, #text)?; }
    };
    match argument.is_required {
        true => add(text_of(argument, of, quote! { self.#name })),
        false => {
            let add = add(text_of(argument, of, quote! { value }));
            quote! { if let Some(value) = self.#name { #add } }
        }
    }
}

fn body(argument: &Argument<'_>, name: &Ident) -> TokenStream {
    let Some(body) = argument.body else { return TokenStream::new() };
    let media_type = body.media_type;
    let media_type = quote! { ::reqwest::header::HeaderValue::from_static(#media_type) };
    let add = |value: TokenStream| match body.encoding {
        Encoding::Json => quote! { draft.json(#media_type, &#value)?; },
        Encoding::Form => quote! { draft.form(#media_type, &#value)?; },
        Encoding::Bytes | Encoding::Multipart => quote! { draft.body(#media_type, #value); },
    };
    match argument.is_required {
        true => add(quote! { self.#name }),
        false => {
            let add = add(quote! { value });
            quote! { if let Some(value) = self.#name { #add } }
        }
    }
}

fn setter((argument, name, of): (&Argument<'_>, &Ident, &Type)) -> TokenStream {
    let Argument { description, location, wire, .. } = argument;
    let (accepted, converted) = (rust_types::accepted(of), rust_types::converted(of, name));
    let doc = match description.is_empty() {
        true => docs::lines(&format!("The {} parameter `{wire}`.", location.name())),
        false => docs::lines(description),
    };
    quote! {
        #(#[doc = #doc])*
        pub fn #name(mut self, #name: #accepted) -> Self {
            self.#name = Some(#converted);
            self
        }
    }
}
