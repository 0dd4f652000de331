//! What the document says of operations, servers and components, as tables in the generated code.

use std::collections::BTreeMap;

use openapiv3::{APIKeyLocation, OpenAPI, SecurityScheme};
use quote::quote;
use syn::{Ident, Item};

use super::operation::Operation;
use super::{GenerateError, names};

/// The items to add to the generated `file`.
pub fn items(api: &OpenAPI, types: &[Item]) -> Result<Vec<Item>, GenerateError> {
    Ok(vec![servers(api)?, operations(api, &Operation::all(api)?)?, component_schemas(api, types)?])
}

fn item(tokens: proc_macro2::TokenStream) -> Result<Item, GenerateError> {
    syn::parse2(tokens).map_err(|error| GenerateError::new(error.to_string()))
}

/// A module with a constant `NAME_URL` for each server that has an `x-name`.
fn servers(api: &OpenAPI) -> Result<Item, GenerateError> {
    let mut constants = Vec::new();
    for server in &api.servers {
        let Some(name) = server.extensions.get("x-name") else {
            continue;
        };
        let constant = name
            .as_str()
            .map(|name| format!("{}_URL", name.to_uppercase().replace(['-', ' '], "_")));
        let constant: Ident = constant
            .and_then(|constant| syn::parse_str(&constant).ok())
            .ok_or_else(|| {
                GenerateError::new(format!(
                    "the server's `x-name: {name}` cannot become a name in Rust: use letters and hyphens"
                ))
            })?;
        let url = &server.url;
        let doc = format!(" {}", server.description.as_deref().unwrap_or("A server."));
        constants.push(quote! {
            #[doc = #doc]
            pub const #constant: &str = #url;
        });
    }
    item(quote! {
        /// The servers that the document names.
        pub mod servers { #(#constants)* }
    })
}

fn operations(api: &OpenAPI, operations: &[Operation<'_>]) -> Result<Item, GenerateError> {
    let mut rows = Vec::new();
    for Operation { path, method, node, .. } in operations {
        // progenitor has refused a document in which an operation has no id.
        let id = node.operation_id.as_deref().unwrap_or_default();
        let method = method.to_uppercase();
        let mut security = Vec::new();
        for alternative in alternatives(api, node) {
            let schemes = alternative
                .iter()
                .map(|name| scheme(api, id, name))
                .collect::<Result<Vec<_>, _>>()?;
            security.push(quote! { &[#(#schemes),*] });
        }
        rows.push(quote! {
            crate::Operation { id: #id, method: #method, path: #path, security: &[#(#security),*] }
        });
    }
    item(quote! {
        /// Every operation of the document.
        pub static OPERATIONS: &[crate::Operation] = &[#(#rows),*];
    })
}

/// The alternatives of an operation's security, its own or the document's: each with the names of its schemes.
pub fn alternatives(api: &OpenAPI, node: &openapiv3::Operation) -> Vec<Vec<String>> {
    let alternatives = node.security.as_ref().or(api.security.as_ref());
    alternatives.into_iter().flatten().map(|schemes| schemes.keys().cloned().collect()).collect()
}

/// What the documentation says about a scheme: ` (header …)` and the description.
pub fn scheme_text(api: &OpenAPI, name: &str) -> (String, String) {
    let Some((header, description)) = find_scheme(api, name) else {
        return Default::default();
    };
    let header = header.map(|header| format!(" (header `{header}`)")).unwrap_or_default();
    (header, description)
}

/// Whether a scheme is the signature of a request: whether it says what is signed.
pub fn is_signature(api: &OpenAPI, name: &str) -> bool {
    let scheme = api.components.as_ref().and_then(|all| all.security_schemes.get(name)?.as_item());
    match scheme {
        Some(SecurityScheme::APIKey { extensions, .. }) => extensions.contains_key("x-signed"),
        _ => false,
    }
}

fn scheme(api: &OpenAPI, id: &str, name: &str) -> Result<proc_macro2::TokenStream, GenerateError> {
    let (header, description) = find_scheme(api, name).ok_or_else(|| {
        GenerateError::new(format!(
            "the operation `{id}` asks for the security scheme `{name}`, which `components/securitySchemes` does not \
             have"
        ))
    })?;
    let header = match header {
        Some(header) => quote! { Some(#header) },
        None => quote! { None },
    };
    Ok(quote! {
        crate::SecurityScheme { name: #name, description: #description, header: #header }
    })
}

/// The header that a scheme's credential is in, and the scheme's description.
fn find_scheme(api: &OpenAPI, name: &str) -> Option<(Option<String>, String)> {
    let scheme = api.components.as_ref()?.security_schemes.get(name)?.as_item()?;
    let (header, description) = match scheme {
        SecurityScheme::APIKey { location: APIKeyLocation::Header, name, description, .. } => {
            (Some(name.clone()), description)
        }
        SecurityScheme::APIKey { description, .. } => (None, description),
        SecurityScheme::HTTP { description, .. }
        | SecurityScheme::OAuth2 { description, .. }
        | SecurityScheme::OpenIDConnect { description, .. } => {
            (Some("Authorization".to_owned()), description)
        }
    };
    Some((header, description.clone().unwrap_or_default()))
}

/// A function that gives the schema derived from each component's Rust type.
fn component_schemas(api: &OpenAPI, types: &[Item]) -> Result<Item, GenerateError> {
    let components = api.components.iter().flat_map(|components| components.schemas.keys());
    let idents: BTreeMap<String, &Ident> =
        names::of_types(types).map(|ident| (names::key(&ident.to_string()), ident)).collect();
    let mut rows = Vec::new();
    for name in components {
        let ident = idents.get(&names::key(name)).ok_or_else(|| {
            GenerateError::new(format!("the schema `{name}` did not become a Rust type of its own"))
        })?;
        rows.push(quote! { (#name, ::schemars::schema_for!(types::#ident)) });
    }
    item(quote! {
        /// Each schema of the document's components by its name, as derived from its Rust type.
        #[cfg(feature = "schemars")]
        pub fn component_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#(#rows),*]
        }
    })
}
