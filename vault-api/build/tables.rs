//! What the document says of operations, servers and components, as tables in the generated code.

use openapiv3::{
    APIKeyLocation, OpenAPI, Operation, Parameter, ReferenceOr, SecurityRequirement, SecurityScheme,
};
use quote::quote;
use syn::Item;

use super::{GenerateError, names};

/// The items to add to the generated `file`.
pub fn items(api: &OpenAPI, file: &syn::File) -> Result<Vec<Item>, GenerateError> {
    Ok(vec![
        servers(api)?,
        operations(api)?,
        component_schemas(api, file)?,
    ])
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
        let constant: syn::Ident = constant
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

fn operations(api: &OpenAPI) -> Result<Item, GenerateError> {
    let mut rows = Vec::new();
    for (path, method, operation) in api.operations() {
        // progenitor has refused a document in which an operation has no id.
        let id = operation.operation_id.as_deref().unwrap_or_default();
        let method = method.to_uppercase();
        let security = security(api, id, operation)?;
        let shared = api.paths.paths.get(path).and_then(ReferenceOr::as_item);
        let headers = shared
            .into_iter()
            .flat_map(|item| &item.parameters)
            .chain(&operation.parameters)
            .filter_map(|parameter| sensitive_header(api, parameter));
        rows.push(quote! {
            crate::Operation {
                id: #id,
                method: #method,
                path: #path,
                security: &[#(#security),*],
                sensitive_headers: &[#(#headers),*],
            }
        });
    }
    item(quote! {
        /// Every operation of the document.
        pub static OPERATIONS: &[crate::Operation] = &[#(#rows),*];
    })
}

/// The alternatives of an operation's security, its own or the document's.
fn security(
    api: &OpenAPI,
    id: &str,
    operation: &Operation,
) -> Result<Vec<proc_macro2::TokenStream>, GenerateError> {
    let none = Vec::new();
    let requirements: &Vec<SecurityRequirement> = operation
        .security
        .as_ref()
        .or(api.security.as_ref())
        .unwrap_or(&none);
    requirements
        .iter()
        .map(|requirement| {
            let schemes = requirement
                .keys()
                .map(|name| scheme(api, id, name))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(quote! { &[#(#schemes),*] })
        })
        .collect()
}

fn scheme(api: &OpenAPI, id: &str, name: &str) -> Result<proc_macro2::TokenStream, GenerateError> {
    let scheme = api
        .components
        .as_ref()
        .and_then(|components| components.security_schemes.get(name))
        .and_then(ReferenceOr::as_item)
        .ok_or_else(|| {
            GenerateError::new(format!(
                "the operation `{id}` asks for the security scheme `{name}`, which \
                 `components/securitySchemes` does not have"
            ))
        })?;
    let (header, description) = match scheme {
        SecurityScheme::APIKey {
            location: APIKeyLocation::Header,
            name,
            description,
            ..
        } => (quote! { Some(#name) }, description),
        SecurityScheme::APIKey { description, .. } => (quote! { None }, description),
        SecurityScheme::HTTP { description, .. }
        | SecurityScheme::OAuth2 { description, .. }
        | SecurityScheme::OpenIDConnect { description, .. } => {
            (quote! { Some("Authorization") }, description)
        }
    };
    let description = description.as_deref().unwrap_or_default();
    Ok(quote! {
        crate::SecurityScheme { name: #name, description: #description, header: #header }
    })
}

/// The name of a header parameter that is marked `x-sensitive: true`.
fn sensitive_header(api: &OpenAPI, parameter: &ReferenceOr<Parameter>) -> Option<String> {
    let parameter = match parameter {
        ReferenceOr::Item(parameter) => parameter,
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix("#/components/parameters/")?;
            api.components.as_ref()?.parameters.get(name)?.as_item()?
        }
    };
    let Parameter::Header { parameter_data, .. } = parameter else {
        return None;
    };
    let marked = parameter_data.extensions.get("x-sensitive")?;
    (marked.as_bool() == Some(true)).then(|| parameter_data.name.clone())
}

/// A function that gives the schema derived from each component's Rust type.
fn component_schemas(api: &OpenAPI, file: &syn::File) -> Result<Item, GenerateError> {
    let types = names::of_types(file);
    let components = api
        .components
        .iter()
        .flat_map(|components| components.schemas.keys());
    let mut rows = Vec::new();
    for name in components {
        let ident = types
            .iter()
            .find(|ident| names::same(&ident.to_string(), name));
        let ident = ident.ok_or_else(|| {
            GenerateError::new(format!(
                "the schema `{name}` did not become a Rust type of its own"
            ))
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
