//! What becomes of the types in progenitor's output.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{OpenAPI, SchemaKind, Type as ApiType};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Field, Fields, GenericArgument, Ident, Item, ItemEnum, ItemStruct, PathArguments,
    Type, parse_quote,
};

use super::spec::Marks;
use super::{docs, names};

/// Changes the items of the module `types` in place:
///
/// - structs with named fields and enums become `#[non_exhaustive]`, so that what a later document adds breaks no caller;
/// - such structs get a constructor and a setter for each optional field;
/// - types derive `schemars::JsonSchema` under the feature of that name;
/// - `Debug` shows neither what the document marks `x-sensitive` nor, in the types of responses, what the server wrote;
/// - the module `error` goes where no type uses it.
pub fn apply(
    items: &mut Vec<Item>,
    api: &OpenAPI,
    marks: &Marks,
    responses: &[Type],
    known_errors: &[Type],
) {
    let redaction = Redaction::new(items, marks, responses);
    let properties = properties(api);
    let mut additions = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => {
                item.attrs.push(schemars_attribute());
                if let Fields::Named(_) = item.fields {
                    item.attrs.push(parse_quote!(#[non_exhaustive]));
                    describe(item, &redaction.types);
                    let key = names::key(&item.ident.to_string());
                    let properties = properties.get(&key).map(Vec::as_slice);
                    additions.push(constructor(item, properties.unwrap_or_default()));
                }
                let has_known = known_errors.iter().any(|of| last_name(of) == Some(&item.ident));
                additions.extend(redaction.of_struct(item, has_known));
            }
            Item::Enum(item) => {
                item.attrs.push(schemars_attribute());
                item.attrs.push(parse_quote!(#[non_exhaustive]));
                additions.extend(redaction.of_enum(item));
            }
            _ => {}
        }
    }
    items.retain(|item| {
        !matches!(item, Item::Mod(module) if module.ident == "error") || redaction.uses_errors
    });
    items.extend(additions);
}

/// Decides what `Debug` shows.
struct Redaction<'a> {
    marks: &'a Marks,
    /// The types whose values come from a server.
    from_server: BTreeSet<String>,
    types: BTreeSet<String>,
    uses_errors: bool,
}

impl<'a> Redaction<'a> {
    fn new(items: &[Item], marks: &'a Marks, responses: &[Type]) -> Self {
        let types: BTreeSet<String> = names::of_types(items).map(ToString::to_string).collect();
        let mut mentions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut uses_errors = false;
        for item in items {
            let (ident, tokens) = match item {
                Item::Struct(item) => (item.ident.to_string(), item.fields.to_token_stream()),
                Item::Enum(item) => (item.ident.to_string(), item.variants.to_token_stream()),
                Item::Impl(item) => {
                    uses_errors |= item.to_token_stream().to_string().contains("ConversionError");
                    continue;
                }
                _ => continue,
            };
            mentions.insert(ident, idents(tokens).intersection(&types).cloned().collect());
        }
        let mut from_server = BTreeSet::new();
        let mut next: Vec<String> =
            responses.iter().flat_map(|of| idents(of.to_token_stream())).collect();
        while let Some(name) = next.pop() {
            if let Some(mentioned) = mentions.get(&name)
                && from_server.insert(name)
            {
                next.extend(mentioned.iter().cloned());
            }
        }
        Self { marks, from_server, types, uses_errors }
    }

    fn of_struct(&self, item: &mut ItemStruct, has_known: bool) -> Option<Item> {
        let whole = self.marks.cover_type(&item.ident.to_string());
        let from_server = self.from_server.contains(&item.ident.to_string());
        let fields: Vec<bool> = item
            .fields
            .iter()
            .map(|field| {
                let marked = field
                    .ident
                    .as_ref()
                    .is_some_and(|ident| self.marks.cover_field(&ident.to_string()));
                marked || from_server && !self.is_log_safe(&field.ty)
            })
            .collect();
        let is_tuple = !matches!(item.fields, Fields::Named(_));
        if !whole && !fields.contains(&true) {
            return None;
        }
        remove_debug(&mut item.attrs);
        if whole || is_tuple {
            return Some(redacted(&item.ident));
        }
        let (ident, name) = (&item.ident, item.ident.to_string());
        let fields = item.fields.iter().zip(fields).filter_map(|(field, hidden)| {
            let field = field.ident.as_ref()?;
            let label = field.to_string();
            Some(match hidden {
                true => quote! { .field(#label, &crate::Redacted) },
                false => quote! { .field(#label, &self.#field) },
            })
        });
        let known = has_known.then(|| quote! { .field("known", &crate::KnownErrors::known(self)) });
        Some(parse_quote! {
            impl ::std::fmt::Debug for #ident {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#name) #known #(#fields)* .finish()
                }
            }
        })
    }

    fn of_enum(&self, item: &mut ItemEnum) -> Option<Item> {
        let mut hidden = self.marks.cover_type(&item.ident.to_string());
        let from_server = self.from_server.contains(&item.ident.to_string());
        for variant in &item.variants {
            // typify makes a variant of a property where schemas differ by one.
            let fields = variant.fields.iter();
            for ident in
                fields.clone().filter_map(|field| field.ident.as_ref()).chain([&variant.ident])
            {
                hidden |= self.marks.cover_field(&ident.to_string());
            }
            hidden |= from_server && !fields.clone().all(|field| self.is_log_safe(&field.ty));
        }
        hidden.then(|| {
            remove_debug(&mut item.attrs);
            redacted(&item.ident)
        })
    }

    /// Whether the values of a type are of the document's choosing, or hide themselves.
    fn is_log_safe(&self, of: &Type) -> bool {
        let Type::Path(path) = of else { return false };
        let Some(last) = path.path.segments.last() else {
            return false;
        };
        let name = last.ident.to_string();
        match name.as_str() {
            "bool" => true,
            "Option" | "Vec" | "Box" => {
                arguments(of).is_some_and(|inner| inner.iter().all(|of| self.is_log_safe(of)))
            }
            _ => self.types.contains(&name),
        }
    }
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

fn redacted(ident: &Ident) -> Item {
    let name = ident.to_string();
    parse_quote! {
        impl ::std::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_tuple(#name).field(&crate::Redacted).finish()
            }
        }
    }
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

fn schemars_attribute() -> Attribute {
    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))])
}

fn remove_debug(attributes: &mut [Attribute]) {
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let mut kept: Vec<syn::Path> = Vec::new();
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.segments.last().is_none_or(|last| last.ident != "Debug") {
                kept.push(meta.path);
            }
            Ok(())
        });
        if parsed.is_ok() {
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}

/// The properties of each component by the key of its name, in the document's order. typify sorts them by name.
fn properties(api: &OpenAPI) -> BTreeMap<String, Vec<&str>> {
    let schemas = api.components.iter().flat_map(|components| &components.schemas);
    let properties = schemas.filter_map(|(name, schema)| {
        let properties = match &schema.as_item()?.schema_kind {
            SchemaKind::Type(ApiType::Object(object)) => &object.properties,
            SchemaKind::Any(any) => &any.properties,
            _ => return None,
        };
        Some((names::key(name), properties.keys().map(String::as_str).collect()))
    });
    properties.collect()
}

/// `new` with the required fields in the order of the document, and a setter for each other field.
fn constructor(item: &ItemStruct, properties: &[&str]) -> Item {
    let ident = &item.ident;
    let fields = || {
        item.fields.iter().filter_map(|field| Some((field.ident.as_ref()?, field, default(field))))
    };
    let place = |name: &Ident| {
        let name = name.to_string();
        properties.iter().position(|property| names::same(property, &name))
    };
    let required = || {
        let mut required: Vec<_> = fields().filter(|(_, _, default)| default.is_none()).collect();
        required.sort_by_key(|(name, _, _)| place(name).unwrap_or(usize::MAX));
        required.into_iter()
    };
    let parameters = required().map(|(name, field, _)| {
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
    let summary = match required().count() {
        0 => " Makes a value without any field.",
        _ => " Makes a value of the required fields.",
    };
    let parameter_docs = required().map(|(name, field, _)| {
        let text = docs::of(&field.attrs);
        format!(" - `{name}`: {text}")
    });
    let mut docs = vec![summary.to_owned()];
    if required().count() > 0 {
        docs.push(String::new());
        docs.extend(parameter_docs);
    }
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
    let docs = docs::of(&field.attrs);
    let docs = match docs.is_empty() {
        true => vec![format!(" The field `{name}`.")],
        false => docs::lines(&docs),
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

/// What an optional field is without a value; nothing for a required field.
pub fn default(field: &Field) -> Option<proc_macro2::TokenStream> {
    let mut found = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is not understood here is of another kind of attribute, and leaves the field required.
        let _ = attribute.parse_nested_meta(|meta| {
            let value: Option<syn::LitStr> = match meta.input.peek(syn::Token![=]) {
                true => Some(meta.value()?.parse()?),
                false => None,
            };
            let optional = ["default", "skip_serializing_if", "flatten"]
                .iter()
                .any(|key| meta.path.is_ident(key));
            if optional {
                let path = value.filter(|_| meta.path.is_ident("default"));
                match path.map(|path| path.parse::<syn::Expr>()).transpose()? {
                    Some(path) => found = Some(quote! { #path() }),
                    None => {
                        _ = found
                            .get_or_insert_with(|| quote! { ::std::default::Default::default() })
                    }
                }
            }
            Ok(())
        });
    }
    found
}

/// The type of a parameter for a value of type `of`: text and boxes are converted.
pub fn accepted(of: &Type) -> proc_macro2::TokenStream {
    match is_converted(of) {
        true => quote! { impl ::std::convert::Into<#of> },
        false => quote! { #of },
    }
}

/// What makes a value of type `of` of such a parameter.
pub fn converted(of: &Type, name: &Ident) -> proc_macro2::TokenStream {
    match is_converted(of) {
        true => quote! { #name.into() },
        false => quote! { #name },
    }
}

/// Whether a parameter takes what can become a value of this type.
pub fn is_converted(of: &Type) -> bool {
    is_text(of) || is_named(of, "Box") || is_named(of, "Body")
}

/// Whether a type is `String`.
pub fn is_text(of: &Type) -> bool {
    is_named(of, "String") && arguments(of).is_none()
}

/// The type arguments of a type's last path segment.
pub fn arguments(of: &Type) -> Option<Vec<Type>> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument.clone()),
        _ => None,
    });
    types.collect()
}

/// Whether the last segment of a type's path is `name`, and the type is not one of the document's.
pub fn is_named(of: &Type, name: &str) -> bool {
    let Type::Path(path) = of else { return false };
    let is_own = path.path.segments.first().is_some_and(|first| first.ident == "types");
    !is_own && last_name(of).is_some_and(|last| last == name)
}

/// The name in the last segment of a type's path.
pub fn last_name(of: &Type) -> Option<&Ident> {
    match of {
        Type::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}
