//! The public items of a file of Rust, by their paths.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, Fields, FnArg, ImplItem, Item, TraitItem, Type, Visibility};

use super::rust::{Declaration, Items, Rule};

/// Adds the public items of a module, under its path.
pub(super) fn gather(items: &[Item], path: &str, found: &mut Items) {
    for item in items.iter().filter(|item| !is_hidden(attributes(item))) {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                if let Some((_, items)) = &module.content {
                    gather(items, &join(path, &module.ident), found);
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let name = join(path, &item.ident);
                let head = format!("struct {}{}", item.ident, code(&item.generics));
                put(found, name.clone(), head, Rule::Item);
                let is_open = marks(&name, &item.attrs, found);
                fields(&item.fields, &name, is_open, found);
            }
            Item::Enum(item) if is_public(&item.vis) => enumeration(item, path, found),
            Item::Trait(item) if is_public(&item.vis) => {
                let name = join(path, &item.ident);
                let head = format!(
                    "trait {}{}: {}",
                    item.ident,
                    code(&item.generics),
                    code(&item.supertraits)
                );
                put(found, name.clone(), head, Rule::Item);
                for item in &item.items {
                    let TraitItem::Fn(function) = item else {
                        put(found, format!("{name}::{}", code(item)), code(item), Rule::Demand);
                        continue;
                    };
                    let rule = if function.default.is_some() { Rule::Item } else { Rule::Demand };
                    let function_name = format!("{name}::{}()", function.sig.ident);
                    put(found, function_name, signature(&function.sig), rule);
                }
            }
            Item::Fn(item) if is_public(&item.vis) => {
                let text = format!("{}{}", conditions(&item.attrs), signature(&item.sig));
                put(found, format!("{}()", join(path, &item.sig.ident)), text, Rule::Item);
            }
            Item::Const(item) if is_public(&item.vis) => {
                let head = format!("const {}: {}", item.ident, code(&item.ty));
                constant(found, join(path, &item.ident), &head, &item.expr);
            }
            Item::Static(item) if is_public(&item.vis) => {
                let head = format!("static {}: {}", item.ident, code(&item.ty));
                constant(found, join(path, &item.ident), &head, &item.expr);
            }
            Item::Type(item) if is_public(&item.vis) => {
                let text =
                    format!("type {}{} = {}", item.ident, code(&item.generics), code(&item.ty));
                put(found, join(path, &item.ident), text, Rule::Item);
            }
            Item::Impl(item) => implementation(item, path, found),
            // Macros are not expanded, so any change of one counts.
            Item::Macro(syn::ItemMacro { ident: Some(name), mac, .. }) => {
                let text = without_docs(mac.tokens.clone()).to_string();
                put(found, format!("macro_rules! {name}"), text, Rule::Item);
            }
            // A call of a macro implements something for the type that it names first.
            Item::Macro(item) => {
                let text = code(&item.mac.tokens);
                let name = text.split([',', ' ']).next().unwrap_or_default();
                let of = item.mac.path.segments.last().map(|last| last.ident.to_string());
                let key = format!("{}: {}!", join(path, &name), of.unwrap_or_default());
                put(found, key, text, Rule::Item);
            }
            _ => {}
        }
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
    let is_limited = attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"));
    if is_limited {
        let key = format!("{name} #[non_exhaustive]");
        put(found, key, "#[non_exhaustive]".to_owned(), Rule::Limit);
    }
    !is_limited
}

fn enumeration(item: &syn::ItemEnum, path: &str, found: &mut Items) {
    let name = join(path, &item.ident);
    put(found, name.clone(), format!("enum {}{}", item.ident, code(&item.generics)), Rule::Item);
    let rule = if marks(&name, &item.attrs, found) { Rule::Demand } else { Rule::Item };
    for variant in &item.variants {
        let mut fields = variant.fields.clone();
        for field in &mut fields {
            field.attrs.clear();
        }
        let text = format!("{}{}", variant.ident, code(&fields));
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

fn fields(fields: &Fields, path: &str, is_open: bool, found: &mut Items) {
    let is_whole = is_open && fields.iter().all(|field| is_public(&field.vis));
    if fields.iter().any(|field| !is_public(&field.vis)) {
        let rule = if is_open { Rule::Limit } else { Rule::Item };
        put(found, format!("{path} (private fields)"), "private fields".to_owned(), rule);
    }
    for (index, field) in fields.iter().enumerate().filter(|(_, field)| is_public(&field.vis)) {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        let rule = if is_whole { Rule::Demand } else { Rule::Item };
        put(found, format!("{path}::{name}"), code(&field.ty), rule);
    }
}

/// The public functions and constants of a type, or the trait that it has.
fn implementation(item: &syn::ItemImpl, path: &str, found: &mut Items) {
    let generics = code(&item.generics);
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
        let text = format!("impl{generics} {of}{parts}");
        return put(found, format!("{name}: {of}"), text, Rule::Item);
    }
    for item in &item.items {
        match item {
            ImplItem::Fn(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                let text = format!("{}{}", conditions(&item.attrs), signature(&item.sig));
                put(found, format!("{name}::{}()", item.sig.ident), text, Rule::Item);
            }
            ImplItem::Const(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                let head = format!("const {}: {}", item.ident, code(&item.ty));
                constant(found, format!("{name}::{}", item.ident), &head, &item.expr);
            }
            _ => {}
        }
    }
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

/// Tokens without `#[doc = "…"]`.
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

/// A signature without the names of its arguments.
fn signature(signature: &syn::Signature) -> String {
    let mut signature = signature.clone();
    for argument in &mut signature.inputs {
        match argument {
            FnArg::Typed(argument) => {
                argument.attrs.clear();
                *argument.pat = syn::parse_quote!(_);
            }
            // `mut self` is the same to callers as `self`.
            FnArg::Receiver(receiver) => receiver.mutability = None,
        }
    }
    code(&signature)
}

/// The `cfg` attributes of an item.
fn conditions(attributes: &[Attribute]) -> String {
    let conditions = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    conditions.map(|attribute| format!("{} ", code(attribute))).collect()
}

/// Whether an item is for tests, or not for users.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = code(&attribute.meta);
        matches!(text.as_str(), "cfg(test)" | "cfg(doctest)" | "doc(hidden)")
    })
}

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        _ => &[],
    }
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
