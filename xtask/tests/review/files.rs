//! Two files, without git.

use std::fs;

use serde_json::{Value, json};
use xtask::finding::Format;
use xtask::review::Args;

use crate::command::{BREAKING, answer};
use crate::{BASE, edited};

#[test]
fn two_files_need_no_git() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.yaml"), BASE).expect("a file");
    fs::write(path("b.yaml"), edited(BREAKING.0, BREAKING.1)).expect("a file");
    let args = Args {
        specs: Some(vec![path("a.yaml"), path("b.yaml")]),
        format: Format::Json,
        ..Args::default()
    };
    let (code, out) = answer(&args);
    let report: Value = serde_json::from_str(&out).expect("one object");
    assert_eq!(code, 0);
    assert_eq!(
        [&report["wire"], &report["rust"], &report["errors"]],
        [&json!("breaking"), &json!("source-breaking"), &json!(0)]
    );
    assert!(report["api"].as_array().is_some_and(|api| !api.is_empty()));

    let missing = Args { specs: Some(vec![path("a.yaml"), path("c.yaml")]), ..Args::default() };
    assert_eq!(answer(&missing).0, 2);
}

/// A client that does not compile, or has one type for two schemas, is not compatible.
#[test]
fn flawed_client_is_not_compatible() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.yaml"), BASE).expect("a file");
    for schema in [
        "Default: {description: D., type: string, enum: [a]}",
        "Two: {description: T., type: object, properties: {a: {title: O, type: string, enum: [a]}, b: {title: O, type: string, enum: [b]}}}",
    ] {
        let head = edited("  schemas:\n", &format!("  schemas:\n    {schema}\n"));
        fs::write(path("b.yaml"), head).expect("a file");
        let specs = Some(vec![path("a.yaml"), path("b.yaml")]);
        let (_, out) = answer(&Args { specs, format: Format::Json, ..Args::default() });
        let report: Value = serde_json::from_str(&out).expect("one object");
        assert_eq!(report["rust"], json!("source-breaking"), "{schema}: {out}");
    }
}

/// To generate a client from a document of this size takes seconds.
#[test]
fn clients_of_very_large_documents_are_unknown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.yaml"), BASE).expect("a file");
    let large = format!("{BASE}x-large: [{}]\n", "1, ".repeat(10_000));
    fs::write(path("b.yaml"), large).expect("a file");
    let specs = Some(vec![path("a.yaml"), path("b.yaml")]);
    let (_, out) = answer(&Args { specs, ..Args::default() });
    let why = "The effect on Rust code is unknown, and counts as source-breaking\n  \
               the head: the document is too large to generate a client from\n";
    assert!(out.contains(why), "{out}");

    let specs = Some(vec![path("b.yaml"), path("b.yaml")]);
    let (_, out) = answer(&Args { specs, ..Args::default() });
    assert_eq!(out, "nothing changed\n");
}
