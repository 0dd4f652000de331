//! `cargo xtask check`: each rule on a small document, arbitrary files, and documents that would take too long.

#![allow(clippy::panic, reason = "a test fails by panicking")]

#[path = "check/classes.rs"]
mod classes;
#[path = "check/command.rs"]
mod command;
#[path = "check/rules.rs"]
mod rules;
#[path = "check/tokens.rs"]
mod tokens;
#[path = "check/work.rs"]
mod work;

use anstream::adapter::strip_str;
use xtask::check;
use xtask::finding::{Finding, Format, Report};
use xtask::openapi::Parsed;

/// A small document without mistakes.
const BASE: &str = include_str!("check/base.yaml");

/// The document with the first occurrence of a text replaced.
fn edited(at: &str, text: &str) -> String {
    assert!(BASE.contains(at), "the document has no {at}");
    BASE.replacen(at, text, 1)
}

/// The findings in another project's document, without the advice to give types names.
fn findings(text: &str) -> Vec<Finding> {
    let mut findings = check::check(&Parsed::from_text("spec.yaml", text)).0;
    findings.retain(|finding| finding.rule.code != "inline-type");
    findings
}

fn human(findings: &[Finding]) -> String {
    let mut out = Vec::new();
    let mut report = Report::default();
    report.findings = findings.to_vec();
    report.print(Format::Human, &mut out).expect("writing to a vector does not fail");
    strip_str(&String::from_utf8_lossy(&out)).to_string()
}

#[test]
fn base_has_no_findings() {
    assert_eq!(human(&findings(BASE)), "");
}
