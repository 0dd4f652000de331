//! Servers, operations and components as tables in the generated code.

use std::collections::HashSet;

use quote::{format_ident, quote};
use syn::{Item, parse_quote};

use super::document::Document;
use super::operations::Operation;
use super::schemas::Schemas;
use super::{docs, markdown, names};

/// The items to add to the generated file.
pub fn items(
    document: &Document,
    operations: &[Operation<'_>],
    schemas: &Schemas<'_>,
) -> Vec<Item> {
    vec![servers(document), self::operations(operations), component_schemas(schemas)]
}

/// A module with a constant `NAME_URL` for each server that has an `x-name`.
fn servers(document: &Document) -> Item {
    let mut taken = HashSet::new();
    let servers = document.whole().items("servers").into_iter();
    let constants = servers.filter_map(|server| {
        let name = names::unique(&mut taken, names::snake(server.text("x-name")?));
        let constant = format_ident!("{}_URL", name.to_uppercase());
        let url = server.text("url").unwrap_or_default();
        let doc =
            server.text("description").map_or_else(|| "A server.".to_owned(), markdown::sanitized);
        let doc = docs::lines(&doc);
        Some(quote! {
            #(#[doc = #doc])*
            pub const #constant: &str = #url;
        })
    });
    parse_quote! {
        /// The servers that the document names.
        pub mod servers { #(#constants)* }
    }
}

fn operations(operations: &[Operation<'_>]) -> Item {
    let rows = operations.iter().map(|Operation { id, method, path, security, .. }| {
        let method = method.to_uppercase();
        let security = security.iter().map(|alternative| quote! { &[#(SCHEMES[#alternative]),*] });
        quote! {
            crate::Operation { id: #id, method: #method, path: #path, security: &[#(#security),*] }
        }
    });
    parse_quote! {
        /// Every operation of the document.
        pub static OPERATIONS: &[crate::Operation] = &[#(#rows),*];
    }
}

/// A function that gives the schema derived from each component's Rust type.
fn component_schemas(schemas: &Schemas<'_>) -> Item {
    // In the document's order.
    let names = schemas.lowered.keys().filter_map(|name| name.as_str());
    let rows = names.filter_map(|name| {
        let component = schemas.types.get(name)?.component?;
        let ident = format_ident!("{name}");
        Some(quote! { (#component, ::schemars::schema_for!(types::#ident)) })
    });
    parse_quote! {
        /// Each schema of the document's components by its name, as derived from its Rust type.
        #[cfg(feature = "schemars")]
        pub fn component_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#(#rows),*]
        }
    }
}
