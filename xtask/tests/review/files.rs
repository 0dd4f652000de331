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
