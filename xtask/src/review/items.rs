//! The public items of a file of Rust, by their paths.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, Fields, FnArg, Ident, ImplItem, ImplItemConst, Item, ItemConst, ItemStatic,
    ItemStruct, ItemTrait, ItemType, Meta, Signature, TraitItem, Type, Visibility,
};

use super::rust::{Declaration, Items, Rule};

/// Adds the public items of a module, under its path.
pub(super) fn gather(items: &[Item], path: &str, found: &mut Items) {
    let is_private = |ident: &Ident| {
        let of_name = |item: &&Item| named(item).is_some_and(|(.., name)| name == ident);
        let defined = items.iter().find(of_name).and_then(named);
        defined.is_some_and(|(_, visibility, _)| !is_public(visibility))
    };
    for item in items {
        let mut own = Items::new();
        let attributes = match item {
            Item::Impl(item) if is_hidden(&item.attrs) => continue,
            Item::Impl(item) => {
                let of = item.trait_.as_ref().and_then(|(of, ..)| of.get_ident());
                if !of.is_some_and(is_private) {
                    implementation(item, path, &mut own);
                }
                &item.attrs[..]
            }
            // Macros are not expanded, so any change of one counts.
            Item::Macro(syn::ItemMacro { ident: Some(name), mac, .. }) => {
                let text = without_docs(mac.tokens.clone()).to_string();
                put(&mut own, format!("macro_rules! {name}"), text, Rule::Item);
                &[]
            }
            // A call of a macro implements something for the type that it names first.
            Item::Macro(item) => {
                let text = code(&item.mac.tokens);
                let name = text.split([',', ' ']).next().unwrap_or_default().to_owned();
                let of = item.mac.path.segments.last().map(|last| last.ident.to_string());
                let of = of.unwrap_or_default();
                // The texts of an enum are its variants, which are items of their own.
                let key = format!("{}: {of}!", join(path, &name));
                let text = if of == "text_enum" { String::new() } else { text };
                put(&mut own, key, text, Rule::Item);
                &item.attrs[..]
            }
            item => match named(item) {
                Some((attributes, visibility, name))
                    if is_public(visibility) && !is_hidden(attributes) =>
                {
                    gather_named(item, join(path, name), &mut own);
                    attributes
                }
                _ => continue,
            },
        };
        put_all(found, own, &conditions(attributes));
    }
}

pub(super) fn put_all(found: &mut Items, declarations: Items, condition: &str) {
    for (name, Declaration { text, rule }) in declarations {
        put(found, name, format!("{condition}{text}"), rule);
    }
}

fn gather_named(item: &Item, name: String, found: &mut Items) {
    match item {
        Item::Mod(module) => {
            let items = module.content.as_ref().map(|(_, items)| &**items);
            gather(items.unwrap_or_default(), &name, found);
        }
        Item::Struct(ItemStruct { ident, generics, attrs, fields, .. }) => {
            let bounds = &generics.where_clause;
            let end = matches!(fields, Fields::Unit).then(|| quote!(;));
            let head = code(&quote!(struct #ident #generics #bounds #end));
            put(found, name.clone(), head, Rule::Item);
            let is_open = marks(&name, attrs, found);
            gather_fields(fields, &name, is_open, found);
        }
        Item::Enum(item) => enumeration(item, &name, found),
        Item::Trait(ItemTrait { unsafety, ident, generics, supertraits, items, .. }) => {
            let bounds = &generics.where_clause;
            let head = code(&quote!(#unsafety trait #ident #generics: #supertraits #bounds));
            put(found, name.clone(), head, Rule::Item);
            for item in items {
                let TraitItem::Fn(function) = item else {
                    let text = code(&without_docs(item.to_token_stream()));
                    put(found, format!("{name}::{text}"), text, Rule::Demand);
                    continue;
                };
                let function_name = format!("{name}::{}()", function.sig.ident);
                let rule = match function.default {
                    Some(_) => Rule::Item,
                    None => Rule::Demand,
                };
                if function.default.is_some() {
                    let key = format!("{function_name} (provided)");
                    put(found, key, "provided".to_owned(), Rule::Item);
                }
                let text = conditions(&function.attrs) + &signature(&function.sig);
                put(found, function_name, text, rule);
            }
        }
        Item::Fn(item) => function(found, &name, &[], &item.sig),
        Item::Const(ItemConst { ident, ty, expr, .. }) => {
            constant(found, name, &code(&quote!(const #ident: #ty)), expr);
        }
        Item::Static(ItemStatic { ident, ty, expr, .. }) => {
            constant(found, name, &code(&quote!(static #ident: #ty)), expr);
        }
        Item::Type(ItemType { ident, generics, ty, .. }) => {
            let bounds = &generics.where_clause;
            put(found, name, code(&quote!(type #ident #generics #bounds = #ty)), Rule::Item);
        }
        _ => {}
    }
}

pub(super) fn put(found: &mut Items, name: String, text: String, rule: Rule) {
    // Two items of one name have different `cfg` attributes.
    match found.get_mut(&name) {
        Some(declaration) => declaration.text = format!("{}; {text}", declaration.text),
        None => drop(found.insert(name, Declaration { text, rule })),
    }
}

/// Adds derives and `#[non_exhaustive]`. Returns whether other crates can construct the type and match it exhaustively.
fn marks(name: &str, attributes: &[Attribute], found: &mut Items) -> bool {
    for attribute in attributes {
        let text = code(&attribute.meta);
        let Some((condition, traits)) = text.split_once("derive(") else { continue };
        let condition = condition.trim_start_matches("cfg_attr(").trim_end_matches([',', ' ']);
        let condition = match condition.is_empty() {
            true => String::new(),
            false => format!("if {condition}: "),
        };
        let traits = traits.split(')').next().unwrap_or_default().split(',');
        for path in traits.map(str::trim).filter(|path| !path.is_empty()) {
            let of = path.rsplit("::").next().unwrap_or(path);
            put(found, format!("{name}: {of}"), format!("{condition}impl {of}"), Rule::Item);
        }
    }
    let is_limited = is_limited(attributes);
    if is_limited {
        let key = format!("{name} #[non_exhaustive]");
        put(found, key, "#[non_exhaustive]".to_owned(), Rule::Limit);
    }
    !is_limited
}

fn is_limited(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

fn enumeration(item: &syn::ItemEnum, name: &str, found: &mut Items) {
    let (ident, generics) = (&item.ident, &item.generics);
    let bounds = &generics.where_clause;
    put(found, name.to_owned(), code(&quote!(enum #ident #generics #bounds)), Rule::Item);
    let rule = if marks(name, &item.attrs, found) { Rule::Demand } else { Rule::Item };
    for variant in &item.variants {
        let mut fields = variant.fields.clone();
        for field in &mut fields {
            // What `thiserror` derives.
            if field.attrs.iter().any(|attribute| attribute.path().is_ident("from")) {
                let of = format!("From<{}>", code(&field.ty));
                put(found, format!("{name}: {of}"), format!("impl {of}"), Rule::Item);
            }
            field.attrs.clear();
        }
        let value = variant.discriminant.as_ref().map(|(_, value)| format!(" = {}", code(value)));
        let mark = if is_limited(&variant.attrs) { " #[non_exhaustive]" } else { "" };
        let text = [
            conditions(&variant.attrs),
            variant.ident.to_string(),
            code(&fields),
            value.unwrap_or_default(),
            mark.to_owned(),
        ]
        .concat();
        put(found, format!("{name}::{}", variant.ident), text, rule.clone());
    }
    let is_untagged = |attribute: &Attribute| {
        attribute.path().is_ident("serde") && code(&attribute.meta).contains("untagged")
    };
    if item.attrs.iter().any(is_untagged) {
        let names: Vec<String> =
            item.variants.iter().map(|variant| variant.ident.to_string()).collect();
        let key = format!("{name} #[serde(untagged)]");
        put(found, key, format!("read in the order {}", names.join(", ")), Rule::List(names));
    }
}

fn gather_fields(fields: &Fields, path: &str, is_open: bool, found: &mut Items) {
    let is_whole = is_open && fields.iter().all(|field| is_public(&field.vis));
    if fields.iter().any(|field| !is_public(&field.vis)) {
        let rule = if is_open { Rule::Limit } else { Rule::Item };
        put(found, format!("{path} (private fields)"), "private fields".to_owned(), rule);
    }
    for (index, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        let rule = if is_whole { Rule::Demand } else { Rule::Item };
        let text = conditions(&field.attrs) + &code(&field.ty);
        put(found, format!("{path}::{name}"), text, rule);
    }
}

/// The public functions and constants of a type, or the trait that it has.
fn implementation(item: &syn::ItemImpl, path: &str, found: &mut Items) {
    let generics = code(&item.generics);
    let bounds = item.generics.where_clause.as_ref();
    let bounds = bounds.map_or_else(String::new, |bounds| format!(" {}", code(bounds)));
    let self_type = code(&item.self_ty);
    let self_type = self_type.trim_start_matches("crate::").trim_start_matches("super::");
    // The names of generic parameters do not matter; generic arguments do.
    let name = match generics.is_empty() {
        true => self_type,
        false => self_type.split('<').next().unwrap_or(self_type),
    };
    // A path of several names starts at the crate, or leads out of it.
    let has_path = match &*item.self_ty {
        Type::Path(found) => found.path.leading_colon.is_some() || found.path.segments.len() > 1,
        _ => true,
    };
    let name = if has_path { name.to_owned() } else { join(path, &name) };
    if let Some((of, _)) = &item.trait_ {
        let part = |item: &ImplItem| match item {
            ImplItem::Type(item) => Some(format!(" {}", code(item))),
            ImplItem::Const(item) => Some(format!(" const {}: {};", item.ident, code(&item.ty))),
            _ => None,
        };
        let parts: String = item.items.iter().filter_map(part).collect();
        // Without its path, as for a derived one: both are the same to users.
        let of = code(&of.segments.last());
        // Without generics, as for a derived one.
        let whole = if generics.is_empty() { String::new() } else { format!(" for {self_type}") };
        let text = format!("impl{generics} {of}{whole}{parts}{bounds}");
        return put(found, format!("{name}: {of}"), text, Rule::Item);
    }
    let mut own = Items::new();
    for item in &item.items {
        match item {
            ImplItem::Fn(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                function(&mut own, &join(&name, &item.sig.ident), &item.attrs, &item.sig);
            }
            ImplItem::Const(ImplItemConst { attrs, vis, ident, ty, expr, .. })
                if is_public(vis) && !is_hidden(attrs) =>
            {
                constant(&mut own, join(&name, ident), &code(&quote!(const #ident: #ty)), expr);
            }
            _ => {}
        }
    }
    let condition = match generics.is_empty() {
        true => String::new(),
        false => format!("impl{generics} {self_type}{bounds}: "),
    };
    put_all(found, own, &condition);
}

fn function(found: &mut Items, name: &str, attributes: &[Attribute], of: &Signature) {
    let text = format!("{}{}", conditions(attributes), signature(of));
    put(found, format!("{name}()"), text, Rule::Item);
}

pub(super) fn conditions(attributes: &[Attribute]) -> String {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.map(|attribute| format!("{} ", code(attribute))).collect()
}

/// A constant with its value. Of a table only the first field of each element, which names it, in any order: the rest
/// describes what happens on the wire.
fn constant(found: &mut Items, name: String, head: &str, value: &Expr) {
    let element = |value: &Expr| match value {
        Expr::Struct(value) => value.fields.first().map(|field| code(&field.expr)),
        value => Some(code(value)),
    };
    let mut value = value.clone();
    if let Expr::Reference(reference) = &value
        && let Expr::Array(array) = &*reference.expr
    {
        let mut elements: Vec<String> = array.elems.iter().filter_map(element).collect();
        let text = format!("{head} = &[{}]", elements.join(", "));
        elements.sort();
        return put(found, name, text, Rule::List(elements));
    }
    if let Expr::Struct(value) = &mut value {
        let fields = std::mem::take(&mut value.fields).into_iter();
        value.fields = fields.filter(|field| code(&field.member) != "description").collect();
    }
    put(found, name, format!("{head} = {}", code(&value)), Rule::Item);
}

fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.stream().to_string().starts_with("doc =") => {
                // The `#` before it.
                kept.pop();
            }
            TokenTree::Group(group) => {
                let inner = without_docs(group.stream());
                kept.push(Group::new(group.delimiter(), inner).into());
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// A signature without the names of its arguments, unless two have one type: callers that pass them in the old order
/// compile, and send the wrong values.
fn signature(signature: &Signature) -> String {
    let mut signature = signature.clone();
    let typed = |argument: &FnArg| match argument {
        FnArg::Typed(argument) => Some(code(&argument.ty)),
        FnArg::Receiver(_) => None,
    };
    let types: Vec<_> = signature.inputs.iter().filter_map(typed).collect();
    for argument in &mut signature.inputs {
        match argument {
            FnArg::Typed(argument) => {
                argument.attrs.clear();
                let ty = code(&argument.ty);
                if types.iter().filter(|other| **other == ty).count() < 2 {
                    *argument.pat = syn::parse_quote!(_);
                }
            }
            // `mut self` is the same to callers as `self`.
            FnArg::Receiver(receiver) => receiver.mutability = None,
        }
    }
    code(&signature)
}

/// Whether an item is for tests, or not for users.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| matches!(attribute.meta, Meta::List(_))).any(|attribute| {
        let text = code(&attribute.meta);
        matches!(text.as_str(), "cfg(test)" | "cfg(doctest)" | "doc(hidden)")
    })
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn named(item: &Item) -> Option<(&[Attribute], &Visibility, &Ident)> {
    Some(match item {
        Item::Const(item) => (&item.attrs, &item.vis, &item.ident),
        Item::Enum(item) => (&item.attrs, &item.vis, &item.ident),
        Item::Fn(item) => (&item.attrs, &item.vis, &item.sig.ident),
        Item::Mod(item) => (&item.attrs, &item.vis, &item.ident),
        Item::Static(item) => (&item.attrs, &item.vis, &item.ident),
        Item::Struct(item) => (&item.attrs, &item.vis, &item.ident),
        Item::Trait(item) => (&item.attrs, &item.vis, &item.ident),
        Item::Type(item) => (&item.attrs, &item.vis, &item.ident),
        _ => return None,
    })
}

fn join(path: &str, name: &dyn ToString) -> String {
    match path.is_empty() {
        true => name.to_string(),
        false => format!("{path}::{}", name.to_string()),
    }
}

/// Tokens as text, spaced nearly as rustfmt does.
fn code(item: &impl ToTokens) -> String {
    let mut text = item.to_token_stream().to_string();
    for (from, to) in [
        ("crate :: ", ""),
        (":: std :: result :: Result", "Result"),
        (":: std :: option :: Option", "Option"),
        (":: std :: string :: String", "String"),
        (":: std :: vec :: Vec", "Vec"),
        (":: std :: convert :: Into", "Into"),
        // Hides single colons from the rules for paths.
        (" : ", "\u{1} "),
        ("impl :: ", "impl ::"),
        (", :: ", ", ::"),
        (" :: ", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("& ", "&"),
        (" ;", ";"),
        ("\u{1}", ": "),
        (":  ", ": "),
        // Trailing commas.
        (",)", ")"),
        (",>", ">"),
        (",]", "]"),
    ] {
        text = text.replace(from, to);
    }
    text
}
