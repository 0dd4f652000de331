//! What becomes of the types in progenitor's output.

use std::collections::{BTreeMap, BTreeSet};

use quote::{ToTokens, quote};
use syn::{Attribute, Fields, Item, ItemStruct, parse_quote};

use super::constructors::constructor;
use super::debug::Hidden;
use super::enums::{tagged, text_enum};
use super::rust_types::{last_name, wire};
use super::schemas::Described;
use super::{GenerateError, docs};

type All<'a> = BTreeMap<String, Described<'a>>;

/// The items of the module `types` in progenitor's output, changed:
///
/// - structs with named fields and enums become `#[non_exhaustive]`, so that what a later document adds breaks no caller;
/// - such structs get a constructor and a setter for each optional field;
/// - an enum of strings gets a variant for the values that the document does not name;
/// - alternatives are told apart by the property that the document names;
/// - types derive `PartialEq`, and `schemars::JsonSchema` under the feature of that name;
/// - `Debug` shows which values are set, and only what the document marks `x-log-safe`.
///
/// # Errors
///
/// If a type of the document is missing, or alternatives have another form than this module knows.
pub fn rewritten(file: &syn::File, all: &All<'_>) -> Result<Vec<Item>, GenerateError> {
    let mut items = Vec::new();
    let mut missing: BTreeSet<&str> = all.keys().map(String::as_str).collect();
    let own: BTreeSet<String> = items_of_types(file).iter().filter_map(name_of).collect();
    let hidden = Hidden { own: &own };
    for item in items_of_types(file) {
        let name = name_of(item).unwrap_or_default();
        let described = all.get(&name);
        missing.remove(&*name);
        let mut item = item.clone();
        match &mut item {
            Item::Struct(_) if described.is_some_and(|it| it.values.is_some()) => {
                items.extend(described.into_iter().flat_map(|it| text_enum(&name, it)));
                continue;
            }
            Item::Struct(item) => {
                lost_property(item, described)?;
                derive(&mut item.attrs);
                name_fields(&mut item.fields, described);
                if let Fields::Named(_) = item.fields {
                    item.attrs.push(parse_quote!(#[non_exhaustive]));
                    describe(item, &own);
                }
                let additions = struct_additions(item, described, &hidden);
                items.push(Item::Struct(item.clone()));
                items.extend(additions);
                continue;
            }
            Item::Enum(item) if item.variants.is_empty() => return Err(no_value(&name, described)),
            Item::Enum(item) => {
                derive(&mut item.attrs);
                item.attrs.push(parse_quote!(#[non_exhaustive]));
                for variant in &mut item.variants {
                    name_fields(&mut variant.fields, described);
                }
                let tagged = described
                    .and_then(|it| it.tags.as_ref())
                    .map(|tags| tagged(item, tags))
                    .transpose()?;
                items.push(Item::Enum(item.clone()));
                items.extend(tagged);
                items.push(hidden.whole(
                    &item.ident,
                    described.is_some_and(|it| it.is_log_safe).then_some(&*item),
                ));
                continue;
            }
            Item::Impl(item) if !is_kept(item, all) => continue,
            Item::Mod(_) => continue,
            _ => {}
        }
        items.push(item);
    }
    match missing.into_iter().next() {
        None => Ok(items),
        Some(name) => {
            let at = all.get(name).and_then(|it| it.at.clone());
            let message = format!(
                "progenitor made no type `{name}` of this schema: describe it in another way"
            );
            Err(at.map_or_else(
                || GenerateError::new(&message),
                |at| GenerateError::at(&at, &message),
            ))
        }
    }
}

/// An enum without variants is typify's type for a schema that no value matches.
fn no_value(name: &str, described: Option<&Described<'_>>) -> GenerateError {
    let message = format!(
        "no value matches `{name}`: correct the parts of its `allOf`, which exclude each other"
    );
    let at = described.and_then(|it| it.at.as_ref());
    at.map_or_else(|| GenerateError::new(&message), |at| GenerateError::at(at, &message))
}

/// typify leaves out a property that no value matches.
fn lost_property(
    item: &ItemStruct,
    described: Option<&Described<'_>>,
) -> Result<(), GenerateError> {
    let Some(Described { at: Some(at), is_whole: true, properties, .. }) = described else {
        return Ok(());
    };
    let has = |key: &str| item.fields.iter().any(|field| wire(field) == key);
    match properties.iter().find(|property| !has(&property.key)) {
        Some(lost) if item.fields.iter().all(|field| field.ident.is_some()) => {
            Err(GenerateError::at(
                at,
                format!(
                    "no value matches the property `{}`: correct its schema, whose parts exclude each other",
                    lost.wire
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// The items of the module `types`.
pub fn items_of_types(file: &syn::File) -> &[Item] {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    types.map(|(_, items)| items.as_slice()).unwrap_or_default()
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// Whether an `impl` of progenitor's stays: conversions that cannot fail, of types that stay as they are.
fn is_kept(item: &syn::ItemImpl, all: &All<'_>) -> bool {
    let name = last_name(&item.self_ty).map(ToString::to_string).unwrap_or_default();
    let replaced = |name: &str| all.get(name).is_some_and(|it| it.values.is_some());
    let mentions =
        item.trait_.as_ref().map(|of| idents(of.0.to_token_stream())).unwrap_or_default();
    let is_fallible = ["Display", "FromStr", "TryFrom"].iter().any(|name| mentions.contains(*name));
    !replaced(&name) && !is_fallible && !mentions.iter().any(|name| replaced(name))
}

/// Sets the derived traits: without `Debug`, which is written here, and with `PartialEq`.
fn derive(attributes: &mut Vec<Attribute>) {
    let mut kept: Vec<syn::Path> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // What is no list of paths derives nothing.
        let _ = attribute.parse_nested_meta(|meta| {
            kept.push(meta.path);
            Ok(())
        });
    }
    let is =
        |path: &syn::Path, name: &str| path.segments.last().is_some_and(|last| last.ident == name);
    kept.retain(|path| !is(path, "Debug") && !is(path, "PartialEq"));
    attributes.retain(|attribute| !attribute.path().is_ident("derive"));
    // In front of the attributes that these derives read.
    let place = attributes
        .iter()
        .position(|attribute| !attribute.path().is_ident("doc"))
        .unwrap_or(attributes.len());
    let derives: [Attribute; 2] = [
        parse_quote!(#[derive(#(#kept,)* PartialEq)]),
        parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
    ];
    attributes.splice(place..place, derives);
}

/// Gives fields their names on the wire, where the lowered schema had others.
fn name_fields(fields: &mut Fields, described: Option<&Described<'_>>) {
    for field in fields.iter_mut().filter(|field| field.ident.is_some()) {
        let key = wire(field);
        let property =
            described.and_then(|it| it.properties.iter().find(|property| property.key == key));
        if let Some(wire) = property.map(|property| property.wire).filter(|wire| *wire != key) {
            field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
    }
}

fn struct_additions(
    item: &ItemStruct,
    described: Option<&Described<'_>>,
    hidden: &Hidden<'_>,
) -> Vec<Item> {
    let (ident, name) = (&item.ident, item.ident.to_string());
    let is_safe = described.is_some_and(|it| it.is_log_safe);
    let Fields::Named(fields) = &item.fields else {
        let shown = match is_safe {
            true => quote! { &self.0 },
            false => quote! { &crate::Redacted },
        };
        return vec![parse_quote! {
            impl ::std::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_tuple(#name).field(#shown).finish()
                }
            }
        }];
    };
    let has_known = described
        .and_then(|it| it.at.as_ref())
        .is_some_and(|at| at.node.get("x-known-errors").is_some());
    let known = has_known.then(|| quote! { .field("known", &crate::KnownErrors::known(self)) });
    let shown = fields.named.iter().map(|field| {
        let (ident, wire) = (&field.ident, wire(field));
        let label = ident.as_ref().map(ToString::to_string).unwrap_or_default();
        let property =
            described.and_then(|it| it.properties.iter().find(|property| property.wire == wire));
        let is_safe = is_safe || property.is_some_and(|property| property.is_log_safe);
        let value = hidden.field(&field.ty, quote! { self.#ident }, is_safe);
        quote! { .field(#label, #value) }
    });
    let debug = parse_quote! {
        impl ::std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#name) #known #(#shown)* .finish()
            }
        }
    };
    vec![constructor(item, described), debug]
}

fn idents(tokens: proc_macro2::TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Ident(ident) => _ = found.insert(ident.to_string()),
            proc_macro2::TokenTree::Group(group) => found.extend(idents(group.stream())),
            _ => {}
        }
    }
    found
}

/// Names the type of a field that has no description: in OpenAPI 3.0, a reference has none.
fn describe(item: &mut ItemStruct, types: &BTreeSet<String>) {
    for field in item.fields.iter_mut().filter(|field| docs::of(&field.attrs).is_empty()) {
        if let Some(of) = idents(field.ty.to_token_stream()).intersection(types).next() {
            let text = format!(" Of the type [`{of}`].");
            field.attrs.push(parse_quote!(#[doc = #text]));
        }
    }
}
