//! The credentials that `components/securitySchemes` describes: how each is sent, and the methods that take one.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, parse_quote};

use super::document::{At, Document};
use super::operations::{Operation, is_token};
use super::{GenerateError, docs, markdown, names};

/// A security scheme that the client can send.
pub struct Scheme<'a> {
    pub name: &'a str,
    pub place: Place<'a>,
    pub description: String,
    /// The name of the methods that take the credential.
    pub method: String,
    /// Whether a middleware makes the credential from the request, which `x-signed` says.
    pub is_signature: bool,
}

/// Where a credential travels.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    Header(&'a str),
    Query(&'a str),
    Bearer,
    Basic,
}

/// The schemes of the document, in its order. Those that cannot be sent are left out. `taken` has the builder's methods.
pub fn schemes<'a>(document: &'a Document, mut taken: HashSet<String>) -> Vec<Scheme<'a>> {
    let mut schemes = Vec::new();
    for (name, at) in document.components("securitySchemes") {
        let Some((at, place)) = document.resolve(at).and_then(|at| Some((at.clone(), place(&at)?)))
        else {
            continue;
        };
        let mut method = names::field(name);
        if taken.contains(&method) || taken.contains(&format!("without_{method}")) {
            method = format!("{method}_credential");
        }
        let method = names::unique(&mut taken, method);
        taken.insert(format!("without_{method}"));
        taken.insert(format!("{method}_per_call"));
        let description = at.text("description").map(markdown::sanitized).unwrap_or_default();
        let is_signature = at.node.get("x-signed").is_some();
        schemes.push(Scheme { name, place, description, method, is_signature });
    }
    schemes
}

fn place<'a>(at: &At<'a>) -> Option<Place<'a>> {
    match (at.text("type")?, at.text("in"), at.text("name")) {
        ("apiKey", Some("header"), Some(name)) if is_token(name) => Some(Place::Header(name)),
        ("apiKey", Some("query"), Some(name)) => Some(Place::Query(name)),
        ("http", ..) => match at.text("scheme")?.to_lowercase().as_str() {
            "bearer" => Some(Place::Bearer),
            "basic" => Some(Place::Basic),
            _ => None,
        },
        ("oauth2" | "openIdConnect", ..) => Some(Place::Bearer),
        _ => None,
    }
}

/// The alternatives of an operation's security, its own or the document's, that the client can send.
///
/// # Errors
///
/// If an alternative names a scheme that the document does not have, or if the client can send no alternative.
pub fn alternatives(
    document: &Document,
    schemes: &[Scheme<'_>],
    operation: &At<'_>,
) -> Result<Vec<Vec<usize>>, GenerateError> {
    let owner = match operation.node.get("security") {
        Some(_) => At { node: operation.node, pointer: operation.pointer.clone() },
        None => document.whole(),
    };
    let known = document.components("securitySchemes");
    let mut alternatives = Vec::new();
    let mut refused = None;
    for alternative in owner.items("security") {
        let mut indices = Vec::new();
        for (name, at) in alternative.entries() {
            match schemes.iter().position(|scheme| scheme.name == name) {
                Some(index) => indices.push(index),
                None => {
                    let is_known = known.iter().any(|(other, _)| *other == name);
                    let message = match is_known {
                        true => format!(
                            "the client cannot send the credential `{name}`: use a header or the query"
                        ),
                        false => format!(
                            "no security scheme has the name `{name}`: describe it in `components/securitySchemes`"
                        ),
                    };
                    let error =
                        GenerateError { rule: "credential", ..GenerateError::at(&at, message) };
                    if !is_known {
                        return Err(error);
                    }
                    refused = Some(error);
                }
            }
        }
        if indices.len() == alternative.entries().len() {
            alternatives.push(indices);
        }
    }
    match refused.filter(|_| alternatives.is_empty()) {
        Some(refused) => Err(refused),
        None => Ok(alternatives),
    }
}

/// The items of the generated file's root for all schemes.
pub fn items(schemes: &[Scheme<'_>], operations: &[Operation<'_>]) -> Vec<Item> {
    let rows = schemes.iter().map(|Scheme { name, place, description, method, is_signature }| {
        let place = match place {
            Place::Header(name) => quote! { Header(#name) },
            Place::Query(name) => quote! { Query(#name) },
            Place::Bearer => quote! { Bearer },
            Place::Basic => quote! { Basic },
        };
        let method = (!is_signature).then_some(method).map_or(quote! { None }, |it| quote! { Some(#it) });
        let place = quote! { crate::Place::#place };
        quote! { crate::SecurityScheme { name: #name, description: #description, place: #place, method: #method } }
    });
    let count = schemes.len();
    let methods = schemes.iter().enumerate().map(|(index, scheme)| {
        let setter = setter(
            index,
            scheme,
            &format!("All calls of operations that list `{}` send it", scheme.name),
            quote! { self },
        );
        let is_left_out = operations.iter().any(|it| it.leaves_out(index));
        let without = is_left_out.then(|| without(index, scheme));
        let is_needed = !scheme.is_signature
            && operations
                .iter()
                .all(|it| it.security.first().is_some_and(|it| it.contains(&index)));
        let per_call = is_needed.then(|| per_call(index, scheme));
        quote! { #setter #without #per_call }
    });
    vec![
        parse_quote! {
            /// The security schemes of the document.
            pub(crate) const SCHEMES: [crate::SecurityScheme; #count] = [#(#rows),*];
        },
        parse_quote! {
            /// The credentials of the document.
            impl crate::ClientBuilder { #(#methods)* }
        },
    ]
}

/// A method that takes a credential; nothing for one that a middleware makes.
fn setter(
    index: usize,
    scheme: &Scheme<'_>,
    sentence: &str,
    holder: TokenStream,
) -> Option<TokenStream> {
    let name = format_ident!("{}", scheme.method);
    let place = match scheme.place {
        Place::Header(header) => format!("in the header `{header}`"),
        Place::Query(parameter) => format!("in the query, as `{parameter}`"),
        Place::Bearer => "as a bearer token (RFC 6750)".to_owned(),
        Place::Basic => "as user name and password (RFC 7617)".to_owned(),
    };
    let mut text = docs::lines(&scheme.description);
    if !text.is_empty() {
        text.push(String::new());
    }
    text.extend(docs::lines(&format!("{sentence}, {place}.")));
    let (parameters, secret) = match scheme.place {
        Place::Basic => (
            quote! {
                user: impl ::std::convert::Into<::std::string::String>,
                password: impl ::std::convert::Into<::std::string::String>
            },
            quote! { crate::credential::Secret::Basic(user.into(), password.into()) },
        ),
        _ => (
            quote! { #name: impl ::std::convert::Into<::std::string::String> },
            quote! { crate::credential::Secret::Text(#name.into()) },
        ),
    };
    (!scheme.is_signature).then(|| {
        quote! {
            #(#[doc = #text])*
            pub fn #name(mut self, #parameters) -> Self {
                #holder.set_credential(&SCHEMES[#index], #secret);
                self
            }
        }
    })
}

/// The method of a request that takes a credential for that call.
pub fn call_setter(index: usize, scheme: &Scheme<'_>) -> Option<TokenStream> {
    let sentence = "This call sends it in place of the client's";
    let setter = setter(index, scheme, sentence, quote! { self.pending });
    setter.map(|setter| quote! { #setter })
}

fn without(index: usize, scheme: &Scheme<'_>) -> TokenStream {
    let name = format_ident!("without_{}", scheme.method);
    let text = docs::lines(&format!(
        "Does without `{}` where an operation accepts that: a call then uses the first alternative of its security that \
         does not list it.",
        scheme.name
    ));
    quote! {
        #(#[doc = #text])*
        pub fn #name(mut self) -> Self {
            self.leave_out(&SCHEMES[#index]);
            self
        }
    }
}

fn per_call(index: usize, scheme: &Scheme<'_>) -> TokenStream {
    let name = format_ident!("{}_per_call", scheme.method);
    let text = docs::lines(&format!(
        "Makes a client without a `{}` of its own: each call brings one, for example for the customer that it is for.",
        scheme.name
    ));
    quote! {
        #(#[doc = #text])*
        pub fn #name(mut self) -> Self {
            self.expect_per_call(&SCHEMES[#index]);
            self
        }
    }
}

impl Operation<'_> {
    /// Whether one of the alternatives lists a scheme and another does not.
    fn leaves_out(&self, scheme: usize) -> bool {
        let mut lists = self.security.iter().map(|alternative| alternative.contains(&scheme));
        lists.clone().any(|it| it) && !lists.all(|it| it)
    }
}
