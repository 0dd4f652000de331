//! `cargo xtask review`: what each kind of change means in each direction, and the command in real repositories.

#![allow(clippy::panic, reason = "a test fails by panicking")]

#[path = "review/command.rs"]
mod command;
#[path = "review/files.rs"]
mod files;
#[path = "review/limits.rs"]
mod limits;
#[path = "review/rows.rs"]
mod rows;
#[path = "review/rust.rs"]
mod rust;
#[path = "review/version.rs"]
mod version;

/// A small document to change.
const BASE: &str = include_str!("review/base.yaml");

/// The document with one text in the place of another, where it stands first.
fn edited(at: &str, text: &str) -> String {
    assert!(BASE.contains(at), "the document has no {at}");
    BASE.replacen(at, text, 1)
}
