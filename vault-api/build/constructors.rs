//! Constructors of the document's objects.

use quote::{ToTokens, format_ident, quote};
use syn::{Field, Ident, Item, ItemStruct, parse_quote};

use super::docs;
use super::rust_types::{accepted, arguments, converted, default, is_named, wire};
use super::schemas::Described;

/// `new` with the required fields in the order of the document, and a setter for each other field.
pub fn constructor(item: &ItemStruct, described: Option<&Described<'_>>) -> Item {
    let ident = &item.ident;
    let fields = || {
        item.fields.iter().filter_map(|field| Some((field.ident.as_ref()?, field, default(field))))
    };
    let properties = described.map(|it| it.properties.as_slice()).unwrap_or_default();
    let place = |field: &Field| {
        let wire = wire(field);
        properties.iter().position(|property| property.wire == wire)
    };
    let mut required: Vec<_> = fields().filter(|(_, _, default)| default.is_none()).collect();
    required.sort_by_key(|(_, field, _)| place(field).unwrap_or(usize::MAX));
    let parameters = required.iter().map(|(name, field, _)| {
        let of = accepted(&field.ty);
        quote! { #name: #of }
    });
    let values = fields().map(|(name, field, default)| {
        let value = default.unwrap_or_else(|| converted(&field.ty, name));
        quote! { #name: #value }
    });
    let derives_default = item
        .attrs
        .iter()
        .any(|attribute| attribute.to_token_stream().to_string().contains("Default"));
    let value = match derives_default {
        // A field may have the name `default`.
        true => quote! { ::std::default::Default::default() },
        false => quote! { Self { #(#values),* } },
    };
    let mut docs = match required.is_empty() {
        true => vec![" Makes a value without any field.".to_owned()],
        false => vec![" Makes a value of the required fields.".to_owned(), String::new()],
    };
    docs.extend(
        required.iter().map(|(name, field, _)| format!(" - `{name}`: {}", docs::of(&field.attrs))),
    );
    let setters = fields()
        .filter(|(_, _, default)| default.is_some())
        .map(|(name, field, _)| setter(name, field));
    parse_quote! {
        impl #ident {
            #(#[doc = #docs])*
            pub fn new(#(#parameters),*) -> Self {
                #value
            }
            #(#setters)*
        }
    }
}

fn setter(name: &Ident, field: &Field) -> proc_macro2::TokenStream {
    let method = match name == "new" {
        true => format_ident!("with_new"),
        false => name.clone(),
    };
    let docs = docs::lines_of(&field.attrs);
    let docs = match docs.is_empty() {
        true => vec![format!(" The field `{name}`.")],
        false => docs,
    };
    let inner = is_named(&field.ty, "Option").then(|| arguments(&field.ty)?.pop()).flatten();
    let (of, is_option) = match &inner {
        Some(inner) => (inner, true),
        None => (&field.ty, false),
    };
    let (accepted, mut value) = (accepted(of), converted(of, name));
    if is_option {
        value = quote! { Some(#value) };
    }
    quote! {
        #(#[doc = #docs])*
        pub fn #method(mut self, #name: #accepted) -> Self {
            self.#name = #value;
            self
        }
    }
}
