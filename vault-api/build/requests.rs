//! From progenitor's methods to this crate's requests.
//!
//! For each operation progenitor writes `async fn id(&self, every parameter) -> Result<…>`: it builds the request, sends
//! it, and reads the response. This module keeps the building of the request, which is where the document is, and puts
//! the crate's own [`Pending`](../src/call.rs) in the place of the rest. The result is a method that takes what is
//! required, and a struct that takes what is optional and sends.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItem, Item, Type, parse_quote};

use super::method::{Argument, Method, free};
use super::operation::Operation;
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
        structs.push(method.structure());
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
            pub mod request {
                use super::types;
                use crate::call::{Answer, Pending, RequestExt, header_value, path_segment};
                use progenitor_client::{ByteStream, ResponseValue, encode_path};
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
                    pending: self.pending(&OPERATIONS[#index]),
                    #(#required_fields,)*
                    #(#optional: None,)*
                }
            }
        }
    }

    /// The struct that the method returns.
    fn structure(&self) -> TokenStream {
        let Self { id, building, built, statuses, reader, success, error, .. } = self;
        let request = self.struct_name();
        let doc = format!(" A call of [`Client::{id}`](crate::Client::{id}).");
        let fields =
            self.arguments.iter().map(|Argument { name, of, required, .. }| match required {
                true => quote! { #name: #of },
                false => quote! { #name: Option<#of> },
            });
        let bound = self.arguments.iter().map(|argument| bound_as(&argument.name, &argument.local));
        let setters = self.arguments.iter().filter(|argument| !argument.required).map(setter);
        let shown = self.arguments.iter().map(|Argument { name, sensitive, .. }| {
            let label = name.to_string();
            match sensitive {
                true => quote! { .field(#label, &crate::Redacted) },
                false => quote! { .field(#label, &self.#name) },
            }
        });
        let label = request.to_string();
        let pending = free(&self.arguments, "pending");
        let client = free(&self.arguments, "client");
        let bound_pending = bound_as(&format_ident!("pending"), &pending);
        quote! {
            #[doc = #doc]
            #[must_use = "a request is sent by `send` or by awaiting it"]
            pub struct #request {
                pub(super) pending: Pending,
                #(pub(super) #fields,)*
            }

            impl #request {
                #(#setters)*

                /// Sends the request and reads the response.
                ///
                /// # Errors
                ///
                /// Any [`Error`](crate::Error); it says what went wrong and whether the server may have acted.
                pub async fn send(self) -> Result<ResponseValue<#success>, crate::Error<#error>> {
                    let Self { #bound_pending, #(#bound),* } = self;
                    let built = #pending.build(|#client| { #(#building)* Ok(#built) });
                    #pending.send(built, |status| matches!(status, #(#statuses)|*), Answer::#reader).await
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

/// A field in a pattern, bound to a variable.
fn bound_as(field: &Ident, variable: &Ident) -> TokenStream {
    match field == variable {
        true => quote! { #field },
        false => quote! { #field: #variable },
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
