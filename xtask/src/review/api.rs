//! What two generated files differ in for Rust code: their public items, parsed, and not their text.

use std::collections::BTreeMap;

use quote::ToTokens;
use serde::Serialize;
use syn::{Fields, ImplItem, Item, Type, Visibility};

/// A public item that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiChange {
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// The path of the item.
    pub item: String,
    /// What it was.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
}

/// The public items that differ.
///
/// # Errors
///
/// If one of the texts is not Rust.
pub fn changes(base: &str, head: &str) -> Result<Vec<ApiChange>, syn::Error> {
    let (base, mut head) = (items(base)?, items(head)?);
    let mut changes = Vec::new();
    for (item, from) in base {
        let to = head.remove(&item);
        if to.as_ref() != Some(&from) {
            let change = if to.is_some() { "changed" } else { "removed" };
            changes.push(ApiChange { change, item, from: Some(from), to });
        }
    }
    changes.extend(head.into_iter().map(|(item, to)| ApiChange {
        change: "added",
        item,
        from: None,
        to: Some(to),
    }));
    changes.sort_by(|a, b| a.item.cmp(&b.item));
    Ok(changes)
}

/// The public items by their paths, each with its declaration.
fn items(text: &str) -> Result<BTreeMap<String, String>, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut found = BTreeMap::new();
    gather(&file.items, "", &mut found);
    Ok(found)
}

fn gather(items: &[Item], path: &str, found: &mut BTreeMap<String, String>) {
    let join = |name: &dyn ToString| match path.is_empty() {
        true => name.to_string(),
        false => format!("{path}::{}", name.to_string()),
    };
    let is_public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    for item in items {
        match item {
            Item::Mod(module) if is_public(&module.vis) => {
                if let Some((_, items)) = &module.content {
                    gather(items, &join(&module.ident), found);
                }
            }
            Item::Struct(item) if is_public(&item.vis) => {
                let name = join(&item.ident);
                found.insert(
                    name.clone(),
                    format!("struct {}{}", item.ident, tokens(&item.generics)),
                );
                fields(&item.fields, &name, found);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                let name = join(&item.ident);
                found
                    .insert(name.clone(), format!("enum {}{}", item.ident, tokens(&item.generics)));
                for variant in &item.variants {
                    let declaration = format!("{}{}", variant.ident, tokens(&variant.fields));
                    found.insert(format!("{name}::{}", variant.ident), declaration);
                }
            }
            Item::Fn(item) if is_public(&item.vis) => {
                found.insert(join(&item.sig.ident), tokens(&item.sig));
            }
            Item::Const(item) if is_public(&item.vis) => {
                let declaration =
                    format!("const {}: {} = {}", item.ident, tokens(&item.ty), tokens(&item.expr));
                found.insert(join(&item.ident), declaration);
            }
            Item::Static(item) if is_public(&item.vis) => {
                found.insert(
                    join(&item.ident),
                    format!("static {}: {}", item.ident, tokens(&item.ty)),
                );
            }
            Item::Type(item) if is_public(&item.vis) => {
                found.insert(
                    join(&item.ident),
                    format!("type {} = {}", item.ident, tokens(&item.ty)),
                );
            }
            Item::Impl(item) => implementation(item, path, found),
            _ => {}
        }
    }
}

fn fields(fields: &Fields, path: &str, found: &mut BTreeMap<String, String>) {
    for (index, field) in fields.iter().enumerate() {
        if matches!(field.vis, Visibility::Public(_)) {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            found.insert(format!("{path}::{name}"), tokens(&field.ty));
        }
    }
}

/// The public functions of a type, and the traits that it has.
fn implementation(item: &syn::ItemImpl, path: &str, found: &mut BTreeMap<String, String>) {
    let name = match &*item.self_ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    };
    let Some(name) = name else { return };
    let name = match path.is_empty() {
        true => name,
        false => format!("{path}::{name}"),
    };
    if let Some((of, _)) = &item.trait_ {
        let declaration = format!("impl {} for {}", tokens(of), tokens(&item.self_ty));
        found.insert(format!("{name}: {}", tokens(of)), declaration);
        return;
    }
    for function in &item.items {
        if let ImplItem::Fn(function) = function
            && matches!(function.vis, Visibility::Public(_))
        {
            found.insert(format!("{name}::{}", function.sig.ident), tokens(&function.sig));
        }
    }
}

/// Rust as a person would write it, or nearly.
fn tokens(item: &impl ToTokens) -> String {
    // A colon by itself is put aside, so that it is not taken for a part of a path.
    let mut text = item.to_token_stream().to_string().replace(" : ", "\u{1} ");
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        ("& ", "&"),
        ("\u{1}", ": "),
        (":  ", ": "),
    ] {
        text = text.replace(from, to);
    }
    text.replace("::std::option::Option", "Option")
        .replace("::std::string::String", "String")
        .replace("::std::vec::Vec", "Vec")
}
