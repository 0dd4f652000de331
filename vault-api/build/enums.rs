//! Enums that the document reads otherwise than serde: those of strings, and alternatives that a property tells apart.

use std::collections::HashSet;

use quote::{format_ident, quote};
use syn::{Fields, Item, ItemEnum, parse_quote};

use super::combined::Tags;
use super::schemas::Described;
use super::{GenerateError, docs, names};

/// An enum of strings with a last variant for any other.
pub fn text_enum(name: &str, described: &Described<'_>) -> Vec<Item> {
    let ident = format_ident!("{name}");
    let mut taken = HashSet::new();
    let values = described.values.as_deref().unwrap_or_default();
    let variants: Vec<_> = values
        .iter()
        .map(|value| (format_ident!("{}", names::unique(&mut taken, names::variant(value))), value))
        .collect();
    let unknown = format_ident!("{}", names::unique(&mut taken, "Unknown".to_owned()));
    let text = described.at.as_ref().and_then(super::words::of_schema);
    let doc = docs::lines(&text.unwrap_or_else(|| "One of several texts.".to_owned()));
    let items = variants.iter().map(|(variant, value)| {
        let doc = docs::lines(&format!("The text {}.", super::words::quoted(value)));
        quote! { #(#[doc = #doc])* #variant }
    });
    let texts = variants.iter().map(|(variant, value)| quote! { #variant = #value });
    let is_log_safe = described.is_log_safe;
    vec![
        parse_quote! {
            #(#[doc = #doc])*
            #[derive(Clone, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum #ident {
                #(#items,)*
                /// A text that the document does not name.
                #unknown(::std::string::String),
            }
        },
        parse_quote! { crate::text::text_enum! { #ident, #unknown, #is_log_safe, #(#texts),* } },
    ]
}

/// How an enum of alternatives is read: by the property that tells them apart.
pub fn tagged(item: &mut ItemEnum, tags: &Tags) -> Result<Item, GenerateError> {
    let is_alternative = |variant: &syn::Variant| matches!(&variant.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1);
    let last = tags.values.iter().map(|(_, index)| *index).max().unwrap_or_default();
    if !item.variants.iter().all(is_alternative) || last >= item.variants.len() {
        return Err(GenerateError::new(format!(
            "progenitor gave the alternatives of `{}` a form that this workspace does not know",
            item.ident
        )));
    }
    let derives = item.attrs.iter_mut().find(|attribute| attribute.path().is_ident("derive"));
    if let Some(attribute) = derives {
        let mut kept: Vec<syn::Path> = Vec::new();
        // As in `derive`.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.segments.last().is_some_and(|last| last.ident != "Deserialize") {
                kept.push(meta.path);
            }
            Ok(())
        });
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
    let (ident, property) = (&item.ident, &tags.property);
    let arms = tags.values.iter().map(|(value, index)| {
        let variant = &item.variants[*index].ident;
        quote! { #value => alternative.read().map(Self::#variant) }
    });
    Ok(parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let alternative = crate::text::Alternative::read_tag(deserializer, #property)?;
                match alternative.tag() { #(#arms,)* _ => Err(alternative.unknown()) }
            }
        }
    })
}
