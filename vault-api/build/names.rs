//! Which Rust name belongs to which name of the document.

use syn::{Ident, Item};

/// Whether two names are the same apart from case and punctuation.
///
/// progenitor and typify turn `X-Fingerprint` into `x_fingerprint`, `errorId` into `error_id` and `type` into `type_`,
/// each by rules of its own. This comparison knows none of them, and at worst takes two names for one.
pub fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

/// A text that is equal for the same names, to find one among many.
pub fn key(name: &str) -> String {
    letters(name).collect()
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The items of the module `types`.
pub fn items_of_types(file: &syn::File) -> &[Item] {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    types.map(|(_, items)| items.as_slice()).unwrap_or_default()
}

/// The types among items.
pub fn of_types(items: &[Item]) -> impl Iterator<Item = &Ident> {
    items.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    })
}
