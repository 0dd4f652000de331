//! What changes of Rust code mean, there and back.

use xtask::review::{Files, Package, RustEffect};

/// `lib.rs`, what it becomes, and what that means there and back.
type Row = (&'static str, &'static str, &'static str, &'static str);

const S: &str = "source-breaking";
const C: &str = "compatible";
const N: &str = "none";

const ROWS: &[Row] = &[
    // Functions.
    ("", "pub fn a() {}", C, S),
    ("pub fn a(b: u8) {}", "pub fn a(c: u8) {}", N, N),
    ("pub fn a(b: u8) {}", "pub fn a(b: u16) {}", S, S),
    ("pub fn a(b: u8) {}", "pub fn a(\n    b: u8,\n) {}", N, N),
    ("pub fn a() {}", "fn a() {}", S, C),
    ("pub fn a() {}", "#[cfg(feature = \"b\")] pub fn a() {}", S, S),
    ("pub fn a() {}", "/// Words.\npub fn a() {}", N, N),
    ("", "#[doc(hidden)] pub fn a() {}", N, N),
    ("", "#[cfg(test)] mod tests { pub fn a() {} }", N, N),
    // Structs.
    ("pub struct A { pub b: u8 }", "pub struct A { pub b: u8, pub c: u8 }", S, S),
    ("pub struct A { pub b: u8 }", "pub struct A { pub b: u8, c: u8 }", S, C),
    ("pub struct A { pub b: u8, d: u8 }", "pub struct A { pub b: u8, d: u8, pub c: u8 }", C, S),
    (
        "#[non_exhaustive] pub struct A { pub b: u8 }",
        "#[non_exhaustive] pub struct A { pub b: u8, pub c: u8 }",
        C,
        S,
    ),
    ("pub struct A { pub b: u8 }", "#[non_exhaustive] pub struct A { pub b: u8 }", S, C),
    ("pub struct A { pub b: u8 }", "pub struct A { #[serde(rename = \"c\")] pub b: u8 }", N, N),
    ("pub struct A { b: u8 }", "pub struct A { b: u16 }", N, N),
    // Enums.
    ("pub trait A {}", "pub unsafe trait A {}", S, S),
    ("pub struct A;", "pub struct A {}", S, S),
    ("pub const A: &[u8] = &[1, 2];", "pub const A: &[u16] = &[1, 2];", S, S),
    (
        "pub const A: &[u8] = &[1, 2];",
        "#[cfg(feature = \"b\")] pub const A: &[u8] = &[1, 2];",
        S,
        S,
    ),
    ("pub enum A { B }", "pub enum A { B, C }", S, S),
    ("#[non_exhaustive] pub enum A { B }", "#[non_exhaustive] pub enum A { B, C }", C, S),
    ("pub enum A { B, C }", "pub enum A { C, B }", N, N),
    ("#[serde(untagged)] pub enum A { B, C }", "#[serde(untagged)] pub enum A { C, B }", S, S),
    (
        "#[non_exhaustive] #[serde(untagged)] pub enum A { B, C }",
        "#[non_exhaustive] #[serde(untagged)] pub enum A { B, C, D }",
        C,
        S,
    ),
    // Traits.
    ("pub struct A;", "#[derive(Clone)] pub struct A;", C, S),
    ("#[derive(Debug)] pub struct A;", "pub struct A;\nimpl std::fmt::Debug for A { }", N, N),
    (
        "pub struct A;\nimpl Iterator for A { type Item = u8; }",
        "pub struct A;\nimpl Iterator for A { type Item = u16; }",
        S,
        S,
    ),
    ("pub trait A { fn b(); }", "pub trait A { fn b(); fn c(); }", S, S),
    ("pub trait A { fn b(); }", "pub trait A { fn b(); fn c() {} }", C, S),
    ("pub trait A { fn b() {} }", "pub trait A { fn b(); }", S, C),
    ("pub trait A { /// C.\n const C: u8; }", "pub trait A { /// D.\n const C: u8; }", N, N),
    ("trait A {}\nimpl A for other::B {}", "", N, N),
    // Bounds and conditions.
    ("pub struct A<T>(T);", "pub struct A<T>(T) where T: Clone;", S, S),
    ("pub enum A<T> { B(T) }", "pub enum A<T> where T: Clone { B(T) }", S, S),
    ("pub trait A {}", "pub trait A where Self: Clone {}", S, S),
    (
        "pub struct A<T>(T);\nimpl<T> A<T> { pub fn b() {} }",
        "pub struct A<T>(T);\nimpl<T: Clone> A<T> { pub fn b() {} }",
        S,
        S,
    ),
    (
        "pub struct A<T>(T);\nimpl<T> A<T> { pub fn b() {} }",
        "pub struct A<T>(T);\nimpl<T> A<T> where T: Clone { pub fn b() {} }",
        S,
        S,
    ),
    (
        "pub trait A {}\nimpl<F> A for F where F: Fn() {}",
        "pub trait A {}\nimpl<F> A for F where F: Fn() + Clone {}",
        S,
        S,
    ),
    ("pub struct A;", "#[cfg(feature = \"b\")] pub struct A;", S, S),
    (
        "pub struct A;\nimpl Clone for A {}",
        "pub struct A;\n#[cfg(feature = \"b\")] impl Clone for A {}",
        S,
        S,
    ),
    (
        "pub struct A;\nimpl A { pub fn b() {} }",
        "pub struct A;\n#[cfg(feature = \"b\")] impl A { pub fn b() {} }",
        S,
        S,
    ),
    // Constants.
    ("pub const A: u8 = 1;", "pub const A: u8 = 2;", S, S),
    ("pub static A: &[u8] = &[1];", "pub static A: &[u8] = &[1, 2];", C, S),
    (
        "pub const A: B = B { name: 1, description: \"c\" };",
        "pub const A: B = B { name: 1, description: \"d\" };",
        N,
        N,
    ),
    // Arguments of one type that change places compile, and mean something else.
    ("pub fn a(b: u8, c: u8) {}", "pub fn a(c: u8, b: u8) {}", S, S),
    ("pub fn a(b: u8, c: u16) {}", "pub fn a(d: u8, e: u16) {}", N, N),
    // What a macro writes.
    ("macro_rules! a { () => { pub fn b() {} } }", "macro_rules! a { () => {} }", S, S),
    (
        "macro_rules! a { () => { /// B.\n pub fn b() {} } }",
        "macro_rules! a { () => { /// C.\n pub fn b() {} } }",
        N,
        N,
    ),
    (
        "pub struct A<T>(T);\nimpl<T> A<T> { pub fn b() {} }",
        "pub struct A<T>(T);\nimpl A<u8> { pub fn b() {} }",
        S,
        S,
    ),
    ("pub enum A { B }", "pub enum A { #[cfg(feature = \"b\")] B }", S, S),
    ("pub enum A { B }", "pub enum A { #[non_exhaustive] B }", S, S),
    ("pub enum A { B }", "pub enum A { B = 7 }", S, S),
    ("pub enum A { B(#[from] u8) }", "pub enum A { B(u8) }", S, C),
    ("pub struct A { pub b: u8 }", "pub struct A { #[cfg(feature = \"b\")] pub b: u8 }", S, S),
    ("pub trait A { fn b() {} }", "pub trait A { #[cfg(feature = \"b\")] fn b() {} }", S, S),
    // Names from elsewhere.
    ("pub use other::A;", "", S, C),
    (
        "pub use other;\npub trait B {}\nimpl B for other::A {}",
        "pub trait B {}\nimpl B for other::A {}",
        S,
        C,
    ),
    (
        "mod part;\npub use part::Hidden;",
        "mod part;\n#[cfg(feature = \"b\")] pub use part::Hidden;",
        S,
        S,
    ),
    ("mod part;", "mod part;\npub use part::Hidden;", C, S),
    ("mod part;\npub use part::Hidden;", "mod part;\npub use part::*;", C, S),
    ("mod part;", "pub mod part;", C, S),
    ("pub mod part;", "#[cfg(feature = \"b\")] pub mod part;", S, S),
];

fn package(lib: &str) -> Package {
    let part = "pub struct Hidden;\npub struct Other;\nimpl Hidden { pub fn a() {} }".to_owned();
    let files = [("lib.rs".to_owned(), lib.to_owned()), ("part.rs".to_owned(), part)];
    Package::read(&Files::from(files), syn::parse_file("").map_err(|error| error.to_string()))
}

#[test]
fn changes_of_items() {
    let mut wrong = String::new();
    for (base, head, there, back) in ROWS {
        for (from, to, expected) in [(base, head, there), (head, base, back)] {
            let effect = RustEffect::between(&package(from), &package(to));
            assert_eq!(effect.unknown, None, "{from} {to}");
            let class = effect.class().map_or(N, |class| class.name());
            if class != *expected {
                wrong.push_str(&format!(
                    "{from} → {to}: not {expected} but {class}: {:?}\n",
                    effect.items
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A file that is not there is not an empty one.
#[test]
fn modules_without_their_file() {
    for lib in ["mod missing;", "#[path = \"part.rs\"] mod other;"] {
        let effect = RustEffect::between(&package(""), &package(lib));
        assert!(effect.unknown.as_ref().is_some_and(|why| why.contains("is not in")), "{lib}");
        assert_eq!(effect.class().map_or(N, |class| class.name()), S);
    }
}

/// An implementation for any type is public, wherever it stands.
#[test]
fn implementations_in_private_modules() {
    let package = |part: &str| {
        let lib = "mod part;\npub trait A {}".to_owned();
        let files = [("lib.rs".to_owned(), lib), ("part.rs".to_owned(), part.to_owned())];
        Package::read(&Files::from(files), syn::parse_file("").map_err(|error| error.to_string()))
    };
    for (from, to, expected) in [
        ("use crate::A;\nimpl<F> A for F where F: Fn() {}", "", S),
        ("use crate::A;\nimpl A for Arc<u8> {}", "use crate::A;\nimpl A for Box<u8> {}", S),
        ("", "use crate::A;\nimpl A for String {}", C),
        ("struct Own;\nimpl crate::A for Own {}", "struct Own;\nimpl crate::A for Own {}", N),
    ] {
        let effect = RustEffect::between(&package(from), &package(to));
        assert_eq!(effect.class().map_or(N, |class| class.name()), expected, "{from} → {to}");
    }
}
