//! The public items of `vault-api`: of the generated client and of the files around it.
//!
//! It reads `lib.rs`, the files of the modules that `lib.rs` declares, and the `pub use` in `lib.rs`. It does not follow
//! nested modules in files, `pub use` elsewhere, or macros; a changed macro counts as a change.

use std::collections::BTreeMap;

use syn::{Item, UseTree};

use super::items::{conditions, gather, is_hidden, is_public, put, put_all};
use super::kinds::Class;
use super::rust::{self, ApiChange, Declaration, Items, Rule};
use crate::generator;

const GENERATED: &str = "generated";

/// The files of a crate's `src`, by their names there.
pub type Files = BTreeMap<String, String>;

/// The public items of a crate, or why they are not known.
pub struct Package(Result<Items, String>);

impl Package {
    /// The client that is generated from a document, without a crate around it.
    pub fn generated(document: &str) -> Self {
        Self::read(&Files::new(), super::parsed(generator::generate(document)))
    }

    /// A crate with the client in it.
    pub fn read(files: &Files, client: Result<syn::File, String>) -> Self {
        Self(client.and_then(|client| items(files, client)))
    }
}

/// What a change does to Rust code.
#[derive(Default)]
pub struct RustEffect {
    /// The public items that changed.
    pub items: Vec<ApiChange>,
    /// Why they are not known.
    pub unknown: Option<String>,
}

impl RustEffect {
    /// What changed between two crates.
    pub fn between(base: &Package, head: &Package) -> Self {
        let unknown =
            |side, why| Self { items: Vec::new(), unknown: Some(format!("{side}: {why}")) };
        match (&base.0, &head.0) {
            (Ok(base), Ok(head)) => Self { items: rust::changes(base, head), unknown: None },
            (Err(why), _) => unknown("the base", why),
            (_, Err(why)) => unknown("the head", why),
        }
    }

    /// The worst class; `None` if no public item changed.
    pub fn class(&self) -> Option<Class> {
        let worst = self.items.iter().map(|change| change.class).min();
        if self.unknown.is_some() { Some(Class::SourceBreaking) } else { worst }
    }
}

/// What `lib.rs` exports from a path, as what, and on what condition. The name is empty if it is everything in a module.
type Export = (String, String, String);

pub(super) fn parse(name: &str, text: &str) -> Result<syn::File, String> {
    syn::parse_file(text).map_err(|error| format!("{name} is not Rust: {error}"))
}

/// The public items of a crate, or of the generated client alone if there is no crate around it.
fn items(files: &Files, generated: syn::File) -> Result<Items, String> {
    let read = files.get("lib.rs").map(|lib| parse("lib.rs", lib)).transpose()?;
    let lib = read.as_ref().unwrap_or(&generated);
    let mut all = Items::new();
    gather(&lib.items, "", &mut all);
    let mut private = Vec::new();
    let mut exports = Vec::new();
    for item in &lib.items {
        match item {
            Item::Mod(module) if !is_hidden(&module.attrs) => {
                let name = module.ident.to_string();
                let mut own = Items::new();
                let mut condition = conditions(&module.attrs);
                if name == GENERATED {
                    gather(&generated.items, &name, &mut own);
                } else if module.content.is_none() {
                    let file = format!("{name}.rs");
                    let has_path = module.attrs.iter().any(|it| it.path().is_ident("path"));
                    let text = files.get(&file).filter(|_| !has_path);
                    let text = text.ok_or_else(|| format!("module `{name}` is not in {file}"))?;
                    let file = parse(&file, text)?;
                    condition.push_str(&conditions(&file.attrs));
                    gather(&file.items, &name, &mut own);
                }
                put_all(&mut all, own, &condition);
                if !is_public(&module.vis) {
                    private.push(name);
                }
            }
            Item::Use(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                let from = exports.len();
                export(&item.tree, "", &mut exports);
                let condition = conditions(&item.attrs);
                exports[from..].iter_mut().for_each(|export| export.2.clone_from(&condition));
            }
            _ => {}
        }
    }
    let mut public = Items::new();
    for (key, declaration) in &all {
        let is_private = |module: &String| key.split("::").next() == Some(module);
        // Of a type from elsewhere, or of any type, an implementation is public wherever it stands.
        let is_foreign = || {
            let name = key.split_once("::").and_then(|(_, rest)| rest.split_once(": "));
            name.is_some_and(|(name, _)| {
                let name = name.split('<').next().and_then(|name| name.rsplit("::").next());
                !all.keys().any(|key| key.rsplit("::").next() == name)
            })
        };
        if !private.iter().any(is_private) || is_foreign() {
            public.insert(key.clone(), declaration.clone());
        }
        for export in &exports {
            if let Some(name) = exported(export, key, &all) {
                let Declaration { text, rule } = declaration.clone();
                public.insert(name, Declaration { text: format!("{}{text}", export.2), rule });
            }
        }
    }
    for (from, to, condition) in exports.iter().filter(|(_, to, _)| !to.is_empty()) {
        // An item of another crate, for which this one may implement traits.
        if !public.keys().any(|key| !key.contains(": ") && rest(key, to).is_some()) {
            put(&mut public, to.clone(), format!("{condition}use {from}"), Rule::Item);
        }
    }
    Ok(public)
}

fn export(tree: &UseTree, path: &str, exports: &mut Vec<Export>) {
    let from = |name: &dyn ToString| format!("{path}{}", name.to_string());
    match tree {
        UseTree::Path(tree) => {
            let path = match tree.ident == "crate" || tree.ident == "self" {
                true => path.to_owned(),
                false => format!("{}::", from(&tree.ident)),
            };
            export(&tree.tree, &path, exports);
        }
        UseTree::Name(tree) => {
            exports.push((from(&tree.ident), tree.ident.to_string(), String::new()))
        }
        UseTree::Rename(tree) => {
            exports.push((from(&tree.ident), tree.rename.to_string(), String::new()))
        }
        UseTree::Glob(_) => exports.push((path.to_owned(), String::new(), String::new())),
        UseTree::Group(tree) => {
            for tree in &tree.items {
                export(tree, path, exports);
            }
        }
    }
}

/// The name under which a `pub use` exports an item, if it does.
fn exported((from, to, _): &Export, key: &str, all: &Items) -> Option<String> {
    if to.is_empty() {
        return key.strip_prefix(from).map(str::to_owned);
    }
    if let Some(rest) = rest(key, from) {
        return Some(format!("{to}{rest}"));
    }
    // An implementation may stand in another module than its type.
    let (module, name) = key.split_once("::")?;
    let rest = rest(name, to).filter(|rest| !rest.is_empty())?;
    let is_defined_there = all.contains_key(&format!("{module}::{to}"));
    (!is_defined_there && all.contains_key(from)).then(|| format!("{to}{rest}"))
}

fn rest<'a>(key: &'a str, path: &str) -> Option<&'a str> {
    let rest = key.strip_prefix(path)?;
    let is_end = rest.is_empty() || [":", " ", "<", "("].iter().any(|end| rest.starts_with(end));
    is_end.then_some(rest)
}
