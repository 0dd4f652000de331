//! From progenitor's methods to this crate's requests.
//!
//! For each operation progenitor writes `async fn id(&self, every parameter) -> Result<…>`: it builds the request, sends
//! it, and reads the response. The result here is a method that takes what is required, and a struct that takes what is
//! optional, fills in the crate's own [`Draft`](../src/draft.rs) of a request, and sends it.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItem, Item, Type, parse_quote};

use super::method::{Argument, JSON, Method};
use super::operation::{Location, Operation};
use super::spec::Marks;
use super::{GenerateError, docs, types};

/// What became of the operations.
pub struct Requests {
    /// The method of each operation, and the structs that the methods return.
    pub items: Vec<Item>,
    /// Each type that an operation succeeds with.
    pub successes: Vec<Type>,
    /// Each type that an operation fails with.
    pub errors: Vec<Type>,
}

/// Rewrites the methods in progenitor's `file`.
pub fn rewrite(api: &OpenAPI, file: &syn::File, marks: &Marks) -> Result<Requests, GenerateError> {
    let methods = file.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    let methods = methods.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method),
        _ => None,
    });
    let mut functions = Vec::new();
    let mut structs = Vec::new();
    let mut requests = Requests { items: Vec::new(), successes: Vec::new(), errors: Vec::new() };
    // Both go through the document's operations in its order.
    for (index, (method, operation)) in methods.zip(Operation::all(api)?).enumerate() {
        let method = Method::read(method.clone(), &operation, marks).ok_or_else(|| {
            let id = &method.sig.ident;
            GenerateError::new(format!(
                "progenitor generated `{id}` in a form that this workspace does not know"
            ))
        })?;
        let docs = docs::operation(api, &operation, &method.id, &method.arguments, file);
        functions.push(method.function(index, &docs));
        structs.push(method.structure(&operation));
        requests.successes.push(method.success);
        requests.errors.push(method.error);
    }
    let docs = docs::client(api);
    requests.items = vec![
        parse_quote! {
            #(#[doc = #docs])*
            impl crate::Client { #(#functions)* }
        },
        parse_quote! {
            /// The requests that the methods of [`Client`](crate::Client) return.
            // Whole paths: a request may have the name of anything.
            pub mod request {
                use super::types;
                use crate::draft::path_segment;
                #(#structs)*
            }
        },
    ];
    Ok(requests)
}

impl Method {
    /// The struct's name, which is also that of its module's only item for this operation.
    fn struct_name(&self) -> Ident {
        let id = self.id.to_string();
        let words = id.trim_start_matches("r#").split('_');
        let name: String = words.map(capitalised).collect();
        // An `operationId` may start with a digit; progenitor then puts an underscore in front of it.
        syn::parse_str(&name).unwrap_or_else(|_| format_ident!("_{name}"))
    }

    /// The client's method.
    fn function(&self, index: usize, docs: &[String]) -> TokenStream {
        let (id, request) = (&self.id, self.struct_name());
        let required = || self.arguments.iter().filter(|argument| argument.required);
        let parameters = required().map(|Argument { name, of, .. }| {
            let of = types::accepted(of);
            quote! { #name: #of }
        });
        let required_fields =
            required().map(|Argument { name, of, .. }| match types::is_converted(of) {
                true => quote! { #name: #name.into() },
                false => quote! { #name },
            });
        let optional = self.arguments.iter().filter(|argument| !argument.required);
        let optional = optional.map(|argument| &argument.name);
        quote! {
            #(#[doc = #docs])*
            pub fn #id(&self, #(#parameters),*) -> request::#request {
                request::#request {
                    pending: self.pending(#index),
                    #(#required_fields,)*
                    #(#optional: None,)*
                }
            }
        }
    }

    /// The struct that the method returns.
    fn structure(&self, operation: &Operation<'_>) -> TokenStream {
        let Self { id, statuses, reader, success, error, .. } = self;
        let request = self.struct_name();
        let method = format_ident!("{}", operation.method.to_uppercase());
        let filling = self.filling(operation);
        let doc = format!(" A call of [`Client::{id}`](crate::Client::{id}).");
        let fields =
            self.arguments.iter().map(|Argument { name, of, required, .. }| match required {
                true => quote! { #name: #of },
                false => quote! { #name: ::std::option::Option<#of> },
            });
        let setters = self.arguments.iter().filter(|argument| !argument.required).map(setter);
        let shown = self.arguments.iter().map(|Argument { name, sensitive, .. }| {
            let label = name.to_string();
            match sensitive {
                true => quote! { .field(#label, &crate::Redacted) },
                false => quote! { .field(#label, &self.#name) },
            }
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

                /// Sends the request and reads the response.
                ///
                /// # Errors
                ///
                /// Any [`Error`](crate::Error); it says what went wrong and whether the server may have acted.
                pub async fn send(
                    self,
                ) -> ::std::result::Result<crate::ResponseValue<#success>, crate::Error<#error>> {
                    let built = self.pending.build(::reqwest::Method::#method, |draft| {
                        #(#filling)*
                        Ok(())
                    });
                    let read = crate::call::Answer::#reader;
                    self.pending.send(built, |status| matches!(status, #(#statuses)|*), read).await
                }
            }

            crate::call::request!(#request, #success, #error);

            impl ::std::fmt::Debug for #request {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#label) #(#shown)* .finish_non_exhaustive()
                }
            }
        }
    }
}

impl Method {
    /// The statements that fill in the draft of the request.
    fn filling(&self, operation: &Operation<'_>) -> Vec<TokenStream> {
        let mut statements = Vec::from_iter(self.path(operation));
        if self.accepts_json {
            statements.push(quote! { draft.accept_json(); });
        }
        for argument in &self.arguments {
            statements.extend(match argument.location {
                Location::Path => None,
                Location::Query => Some(query(argument)),
                Location::Header => Some(header(argument)),
                Location::Body => Some(body(argument, operation.body_type().unwrap_or(JSON))),
            });
        }
        statements
    }

    /// The path with its parameters; a client knows the others.
    fn path(&self, operation: &Operation<'_>) -> Option<TokenStream> {
        let of = |wire: &str| {
            self.arguments
                .iter()
                .find(|argument| argument.location == Location::Path && argument.wire == wire)
        };
        let segments =
            operation.path_parameters().filter_map(of).map(|Argument { name, of, .. }| {
                let parameter = name.to_string();
                let text = match types::is_text(of) {
                    true => quote! { &self.#name },
                    false => quote! { &self.#name.to_string() },
                };
                quote! { path_segment(#parameter, #text)? }
            });
        let segments: Vec<_> = segments.collect();
        let texts = operation
            .path
            .split('{')
            .map(|text| text.split_once('}').map_or(text, |(_, text)| text));
        let template = texts.collect::<Vec<_>>().join("{}");
        let has_parameters = !segments.is_empty();
        has_parameters.then(|| quote! { draft.path(&format!(#template, #(#segments),*)); })
    }
}

fn query(Argument { name, wire, .. }: &Argument) -> TokenStream {
    let parameter = name.to_string();
    quote! { draft.query(#wire, #parameter, &self.#name)?; }
}

fn header(Argument { name, of, wire, required, sensitive, .. }: &Argument) -> TokenStream {
    let (parameter, wire) = (name.to_string(), wire.to_ascii_lowercase());
    let text = |value: TokenStream| match types::is_text(of) {
        true => value,
        false => quote! { #value.to_string() },
    };
    let add = |text: TokenStream| {
        quote! {
            draft.header(
                ::reqwest::header::HeaderName::from_static(#wire), #parameter, #text, #sensitive
            )?;
        }
    };
    match required {
        true => add(text(quote! { self.#name })),
        false => {
            let add = add(text(quote! { value }));
            quote! { if let Some(value) = self.#name { #add } }
        }
    }
}

fn body(Argument { name, required, .. }: &Argument, media_type: &str) -> TokenStream {
    match (media_type, required) {
        (JSON, true) => quote! { draft.json(&self.#name)?; },
        (JSON, false) => quote! { draft.optional_json(&self.#name)?; },
        ("application/x-www-form-urlencoded", _) => quote! { draft.form(&self.#name)?; },
        _ => quote! {
            draft.body(::reqwest::header::HeaderValue::from_static(#media_type), self.#name.into());
        },
    }
}

fn setter(argument: &Argument) -> TokenStream {
    let Argument { name, of, description, location, wire, .. } = argument;
    let (accepted, converted) = (types::accepted(of), types::converted(of, name));
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

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
