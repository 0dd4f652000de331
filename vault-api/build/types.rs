//! What becomes of the types in progenitor's output.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Field, Fields, GenericArgument, Ident, Item, ItemEnum, ItemStruct, LitStr,
    PathArguments, Type, parse_quote,
};

use super::combined::Tags;
use super::schemas::Described;
use super::{GenerateError, docs, names};

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
    let Some(Described { at: Some(at), properties, .. }) = described else { return Ok(()) };
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

/// The name of a field on the wire.
pub fn wire(field: &Field) -> String {
    let own = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let renamed = serde_value(&field.attrs, "rename");
    renamed.unwrap_or_else(|| own.trim_start_matches("r#").to_owned())
}

/// The value of a key in the attributes for serde.
fn serde_value(attributes: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is not understood here is of another kind of attribute.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: LitStr = meta.value()?.parse()?;
                if meta.path.is_ident(key) {
                    found = Some(value.value());
                }
            }
            Ok(())
        });
    }
    found
}

/// Decides what `Debug` shows.
struct Hidden<'a> {
    /// The types of the document, which hide what is in them themselves.
    own: &'a BTreeSet<String>,
}

impl Hidden<'_> {
    /// The value of a field as `Debug` shows it.
    fn field(
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
    fn whole(&self, ident: &Ident, shown: Option<&ItemEnum>) -> Item {
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

/// An enum of strings with a last variant for any other.
fn text_enum(name: &str, described: &Described<'_>) -> Vec<Item> {
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
fn tagged(item: &mut ItemEnum, tags: &Tags) -> Result<Item, GenerateError> {
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

/// `new` with the required fields in the order of the document, and a setter for each other field.
fn constructor(item: &ItemStruct, described: Option<&Described<'_>>) -> Item {
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

/// The value of an optional field that is not set; nothing for a required field.
pub fn default(field: &Field) -> Option<proc_macro2::TokenStream> {
    let mut found = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is not understood here is of another kind of attribute, and leaves the field required.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let _: LitStr = meta.value()?.parse()?;
            }
            if ["default", "skip_serializing_if", "flatten"]
                .iter()
                .any(|key| meta.path.is_ident(key))
            {
                found = Some(quote! { ::std::default::Default::default() });
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

/// The expression that makes a value of type `of` of such a parameter.
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

/// Whether a type is Rust's own of this name, which the generated code writes with its whole path.
pub fn is_named(of: &Type, name: &str) -> bool {
    let Type::Path(path) = of else { return false };
    // Those of the document have one segment and start with a capital letter.
    let is_primitive = path
        .path
        .get_ident()
        .is_some_and(|ident| ident.to_string().starts_with(char::is_lowercase));
    let is_whole = path.path.leading_colon.is_some() || is_primitive;
    is_whole && last_name(of).is_some_and(|last| last == name)
}

/// The name in the last segment of a type's path.
pub fn last_name(of: &Type) -> Option<&Ident> {
    match of {
        Type::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}
