//! `cargo xtask docs --add`: with the operations of many pages, the shipped document still becomes a client that compiles.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use xtask::docs::{Args, run};
use xtask::finding::Format;
use xtask::generator::generate;
use xtask::openapi::Parsed;
use xtask::{Outcome, check, workspace_root};

use crate::callers;
use crate::spec::SIGNED;

/// The pages of the tests of `cargo xtask docs` that describe operations of another API.
fn pages() -> Vec<PathBuf> {
    let folder = workspace_root().join("xtask/tests/docs");
    let more = fs::read_dir(folder.join("add")).expect("the pages");
    let mut pages: Vec<_> = more.map(|entry| entry.expect("an entry").path()).collect();
    pages.extend([folder.join("new.md"), folder.join("page.md")]);
    pages.sort();
    pages
}

#[test]
fn added_operations_compile() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    let spec = root.join("spec.yaml");
    fs::write(&spec, SIGNED).expect("a spec");
    let pages = pages();
    assert!(pages.len() >= 12);
    let args = Args {
        pages,
        spec: Some(spec.clone()),
        add: true,
        format: Format::Json,
        ..Args::default()
    };
    let mut out = Vec::new();
    let outcome = run(&args, &mut out).expect("the files are there");
    let report: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(outcome, Outcome::Pass, "{report:#}");

    let text = fs::read_to_string(&spec).expect("a spec");
    let findings = check::check(&Parsed::from_text(check::SPEC, &text)).0;
    let findings: Vec<_> = findings.iter().map(|finding| &finding.message).collect();
    assert_eq!(findings, [""; 0], "{text}");
    let client = generate(&text).unwrap_or_else(|errors| panic!("{errors:?}")).text;
    for page in report["pages"].as_array().expect("pages") {
        let name = page["added"].as_str().expect("a name");
        // The generator appends `_` to a word of Rust.
        let is_method = |end: &str| client.contains(&format!("pub fn {name}{end}"));
        assert!(is_method("(") || is_method("_("), "{page}");
    }
    callers::write_client(root, 0, &text, &[]);
    assert_eq!(callers::check(root), "");
}
