//! What `Debug` shows.

use std::collections::BTreeSet;

use quote::{format_ident, quote};
use syn::{Fields, Ident, Item, ItemEnum, Type, parse_quote};

use super::rust_types::{arguments, is_named, last_name};

/// Decides what `Debug` shows.
pub struct Hidden<'a> {
    /// The types of the document, which hide what is in them themselves.
    pub own: &'a BTreeSet<String>,
}

impl Hidden<'_> {
    /// The value of a field as `Debug` shows it.
    pub fn field(
        &self,
        of: &Type,
        value: proc_macro2::TokenStream,
        is_log_safe: bool,
    ) -> proc_macro2::TokenStream {
        let inner = arguments(of).and_then(|mut inner| inner.pop());
        match inner {
            _ if is_log_safe || self.is_own(of) => quote! { &#value },
            Some(inner) if is_named(of, "Option") && !self.is_own(&inner) => {
                quote! { &crate::redacted::hidden(&#value) }
            }
            Some(_) if is_named(of, "Option") => quote! { &#value },
            _ => quote! { &crate::Redacted },
        }
    }

    fn is_own(&self, of: &Type) -> bool {
        let inner = arguments(of).and_then(|mut inner| inner.pop());
        match inner {
            Some(inner) if is_named(of, "Box") => self.is_own(&inner),
            Some(_) => false,
            None => last_name(of).is_some_and(|name| self.own.contains(&name.to_string())),
        }
    }

    /// `Debug` of a type whose values are shown whole, by the name of the variant and what it holds, or not at all.
    pub fn whole(&self, ident: &Ident, shown: Option<&ItemEnum>) -> Item {
        let name = ident.to_string();
        let shown = shown.map(|item| {
            let arms = item.variants.iter().map(|variant| {
                let (ident, label) = (&variant.ident, variant.ident.to_string());
                let names: Vec<_> = variant.fields.iter().filter_map(|field| field.ident.as_ref()).collect();
                let places: Vec<_> = (0..variant.fields.len()).map(|index| format_ident!("value_{index}")).collect();
                let labels = names.iter().map(|name| name.to_string());
                match &variant.fields {
                    Fields::Unit => quote! { Self::#ident => f.write_str(#label) },
                    Fields::Unnamed(_) => quote! {
                        Self::#ident(#(#places),*) => f.debug_tuple(#label) #(.field(#places))* .finish()
                    },
                    Fields::Named(_) => quote! {
                        Self::#ident { #(#names: #places),* } => f.debug_struct(#label) #(.field(#labels, #places))* .finish()
                    },
                }
            });
            quote! { match self { #(#arms),* } }
        });
        let hidden = quote! { f.debug_tuple(#name).field(&crate::Redacted).finish() };
        let body = shown.unwrap_or(hidden);
        parse_quote! {
            impl ::std::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { #body }
            }
        }
    }
}

/// The value of an argument as `Debug` of its request shows it.
pub fn shown(
    of: &Type,
    name: &Ident,
    is_required: bool,
    is_log_safe: bool,
) -> proc_macro2::TokenStream {
    let is_own = matches!(of, Type::Path(path) if path.path.segments.first().is_some_and(|first| first.ident == "types"));
    match (is_own || is_log_safe, is_required) {
        (true, _) => quote! { &self.#name },
        (false, true) => quote! { &crate::Redacted },
        (false, false) => quote! { &crate::redacted::hidden(&self.#name) },
    }
}
