//! Rust names for the document's names.
//!
//! progenitor and typify turn a name into one of Rust by rules of their own, and two can become one. Here a name is put
//! into the form that they leave as it is, and is unique before they see it.

use std::collections::HashSet;

use heck::{ToPascalCase, ToSnakeCase};
use syn::Ident;

/// Names that the generated code uses for Rust's own types and variants where a type could hide them.
const TAKEN: [&str; 11] =
    ["Box", "Default", "Err", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec"];

/// The name of a type.
pub fn type_name(text: &str) -> String {
    let name = stable(text, |text| text.to_pascal_case(), "X");
    match TAKEN.contains(&&*name) {
        true => format!("{name}Value"),
        false => name,
    }
}

/// The name of a variant.
pub fn variant(text: &str) -> String {
    match (text, text.get(..1)) {
        ("", _) => "Empty".to_owned(),
        (_, Some("+")) => variant(&format!("plus {}", &text[1..])),
        (_, Some("-")) if text.len() > 1 => variant(&format!("minus {}", &text[1..])),
        _ => stable(text, |text| text.to_pascal_case(), "X"),
    }
}

/// The name of a method, a field or a parameter, without the underscore behind a keyword.
pub fn snake(text: &str) -> String {
    match (text, text.get(..1)) {
        (_, Some("+")) => snake(&format!("plus {}", &text[1..])),
        (_, Some("-")) if text.len() > 1 => snake(&format!("minus {}", &text[1..])),
        _ => stable(text, |text| text.to_snake_case(), "x_").trim_end_matches('_').to_owned(),
    }
}

/// As [`snake`], and no keyword.
pub fn field(text: &str) -> String {
    let name = snake(text);
    match syn::parse_str::<Ident>(&name) {
        Ok(_) if name != "gen" => name,
        _ => format!("{name}_"),
    }
}

/// Puts a text into a case again and again until nothing changes: `a_b_cd` is `ABCd` at first, and then `AbCd`.
fn stable(text: &str, case: impl Fn(&str) -> String, prefix: &str) -> String {
    let letters = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let mut name = text.replace('\'', "").chars().map(letters).collect::<String>();
    for _ in 0..4 {
        name = case(&name);
        if !name.starts_with(char::is_alphabetic) {
            name = format!("{prefix}{name}");
        }
    }
    name
}

/// A name that is not taken yet: the wanted one, or that with a number behind it.
pub fn unique(taken: &mut HashSet<String>, wanted: String) -> String {
    let numbered =
        (2..).map(|number| match wanted.contains('_') || wanted.starts_with(char::is_lowercase) {
            true => format!("{}_{number}", wanted.trim_end_matches('_')),
            false => format!("{wanted}{number}"),
        });
    let mut names = [wanted.clone()].into_iter().chain(numbered);
    // The numbers do not end.
    let name = names.find(|name| !taken.contains(name)).unwrap_or(wanted.clone());
    taken.insert(name.clone());
    name
}
