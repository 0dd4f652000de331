//! Which Rust name belongs to which name of the document.

use syn::{Ident, Item};

/// Whether two names are the same but for case and punctuation.
///
/// progenitor and typify turn `X-Fingerprint` into `x_fingerprint`, `errorId` into `error_id` and
/// `type` into `type_`, each by rules of its own. This comparison knows none of them, and at worst
/// takes two names for one.
pub fn same(a: &str, b: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
    }
    letters(a).eq(letters(b))
}

/// The types in the generated module `types`.
pub fn of_types(file: &syn::File) -> Vec<Ident> {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let items = types.map(|(_, items)| items.as_slice()).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.clone()),
            Item::Enum(item) => Some(item.ident.clone()),
            Item::Type(item) => Some(item.ident.clone()),
            _ => None,
        })
        .collect()
}
