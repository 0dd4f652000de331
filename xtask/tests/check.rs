//! `cargo xtask check`: each rule on a small document, and any file at all.

#![allow(clippy::panic, reason = "a test fails by panicking")]

#[path = "check/command.rs"]
mod command;
#[path = "check/rules.rs"]
mod rules;
#[path = "check/tokens.rs"]
mod tokens;

use anstream::adapter::strip_str;
use xtask::check;
use xtask::finding::{self, Finding, Format};
use xtask::openapi::Parsed;

/// A small document in which nothing is wrong.
const BASE: &str = include_str!("check/base.yaml");

/// The document with one text in the place of another, where it stands first.
fn edited(at: &str, text: &str) -> String {
    assert!(BASE.contains(at), "the document has no {at}");
    BASE.replacen(at, text, 1)
}

fn findings(text: &str) -> Vec<Finding> {
    check::findings(&Parsed::from_text("spec.yaml", text))
}

fn human(findings: &[Finding]) -> String {
    let mut out = Vec::new();
    finding::print(findings, Format::Human, &mut out).expect("a vector takes everything");
    strip_str(&String::from_utf8_lossy(&out)).to_string()
}

#[test]
fn nothing_is_wrong_with_the_base() {
    assert_eq!(human(&findings(BASE)), "");
}
