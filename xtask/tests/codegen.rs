//! `cargo xtask codegen`, on this workspace and on a small one whose spec is changed and broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anstream::adapter::strip_str;
use tempfile::TempDir;
use xtask::codegen::{self, Args};
use xtask::{Outcome, error_chain, workspace_root};

/// Runs the command and returns its exit code and its output, without colour.
fn codegen(root: &Path, check: bool) -> (u8, String) {
    let mut out = Vec::new();
    let args = Args { check, root: root.to_owned() };
    let result = codegen::run(&args, &mut out);
    let out = strip_str(&String::from_utf8_lossy(&out)).to_string();
    match result {
        Ok(Outcome::Pass) => (0, out),
        Ok(Outcome::Fail) => (1, out),
        Err(error) => (2, format!("{out}{}", error_chain(&error))),
    }
}

/// A folder with the files that the command reads and writes.
struct Workspace(TempDir);

impl Workspace {
    fn new(spec: &str) -> Self {
        let workspace = Self(tempfile::tempdir().expect("a temporary folder"));
        for folder in ["spec", "vault-api/src"] {
            fs::create_dir_all(workspace.root().join(folder)).expect("a folder");
        }
        fs::write(workspace.spec(), spec).expect("a spec");
        workspace
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn spec(&self) -> PathBuf {
        self.root().join("spec/vault.yaml")
    }

    fn edit_spec(&self, from: &str, to: &str) {
        let spec = fs::read_to_string(self.spec()).expect("the spec");
        assert!(spec.contains(from), "the spec has no {from}");
        fs::write(self.spec(), spec.replacen(from, to, 1)).expect("the edited spec");
    }

    /// A file's content, and when it was last written.
    fn state(&self, name: &str) -> (String, SystemTime) {
        let path = self.root().join(name);
        let text = fs::read_to_string(&path).expect("the file");
        let time = fs::metadata(&path).and_then(|data| data.modified());
        (text, time.expect("a modification time"))
    }
}

const CLIENT: &str = "vault-api/src/generated.rs";

#[test]
fn committed_client_is_fresh() {
    let (code, out) = codegen(&workspace_root(), true);
    assert_eq!(
        (code, out.as_str()),
        (0, "fresh: vault-api/src/generated.rs matches spec/vault.yaml\n")
    );
}

#[test]
fn spec_is_edited_broken_and_fixed() {
    let workspace = Workspace::new(include_str!("check/base.yaml"));
    let root = workspace.root();
    assert_eq!(codegen(root, true).0, 1, "there is no client");
    assert_eq!(codegen(root, false).0, 0);

    // A word of a description: stale. `--check` touches neither file.
    workspace.edit_spec("How large.", "How large it is.");
    let before = [workspace.state(CLIENT), workspace.state("spec/vault.yaml")];
    let (code, stale) = codegen(root, true);
    assert_eq!(code, 1);
    assert_eq!([workspace.state(CLIENT), workspace.state("spec/vault.yaml")], before);
    insta::assert_snapshot!("stale", stale);

    // Written, and then fresh, and not written again.
    let (code, wrote) = codegen(root, false);
    assert_eq!(code, 0);
    assert!(
        wrote.ends_with("wrote: vault-api/src/generated.rs, from spec/vault.yaml\n"),
        "{wrote}"
    );
    let after = workspace.state(CLIENT);
    assert_ne!(after.0, before[0].0);
    assert_eq!((codegen(root, false).0, codegen(root, true).0), (0, 0));
    assert_eq!(workspace.state(CLIENT), after);

    // Broken: the cause, and the committed copy is as it was.
    workspace.edit_spec("schemas/Refusal", "schemas/Refusl");
    for check in [true, false] {
        let (code, broken) = codegen(root, check);
        assert_eq!(code, 2);
        insta::assert_snapshot!("broken", broken);
    }
    fs::remove_file(workspace.spec()).expect("the spec is removed");
    let (code, missing) = codegen(root, false);
    assert_eq!(code, 2);
    insta::assert_snapshot!("missing", missing);
    assert_eq!(workspace.state(CLIENT), after);
}

/// The shortest difference between such files would take minutes.
#[test]
fn a_client_with_nothing_in_common_is_shown_in_part() {
    let workspace = Workspace::new(include_str!("check/base.yaml"));
    let old: String = (0..200_000).map(|line| format!("// {line}\n")).collect();
    fs::write(workspace.root().join(CLIENT), old).expect("a file");
    let (code, out) = codegen(workspace.root(), true);
    assert_eq!(code, 1);
    assert!(out.contains("\n-// 0\n") && out.contains(" more lines\n"), "{out}");
}

/// The version of the document is that of both crates, in manifests and lock files, and nothing else of these changes.
#[test]
fn version_follows_the_document() {
    let workspace = Workspace::new(include_str!("check/base.yaml"));
    let root = workspace.root();
    fs::create_dir_all(root.join("vault-api-sign")).expect("a folder");
    let files = [
        ("vault-api/Cargo.toml", MANIFEST),
        ("vault-api-sign/Cargo.toml", &MANIFEST.replace("vault-api", "vault-api-sign")),
        ("Cargo.lock", LOCK),
    ];
    for (name, text) in files {
        fs::write(root.join(name), text).expect("a file");
    }
    assert_eq!(codegen(root, true).0, 1, "there is no client");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    for (name, text) in files {
        let wanted = text.replace("\"0.0.9\"", "\"1.0.0\"");
        assert_eq!(workspace.state(name).0, wanted, "{name}");
    }
    assert_eq!(codegen(root, true).0, 0);

    workspace.edit_spec("version: 1.0.0", "version: latest");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("`latest` is not a semantic version"), "{out}");
    for (name, text) in files {
        let wanted = text.replace("\"0.0.9\"", "\"1.0.0\"");
        assert_eq!(workspace.state(name).0, wanted, "{name}");
    }
}

/// The signing crate gets its names from the document.
#[test]
fn names_of_what_is_signed_follow_the_document() {
    const SIGNED: &str = "vault-api-sign/src/signed.rs";
    let workspace = Workspace::new(include_str!("../../tests/it/specs/signed.yaml"));
    let root = workspace.root();
    fs::create_dir_all(root.join("vault-api-sign/src")).expect("a folder");
    fs::write(root.join(SIGNED), "").expect("a file");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    assert!(workspace.state(SIGNED).0.contains("HeaderName::from_static(\"x-fingerprint\")"));

    // A header that only one of the two places renames.
    workspace.edit_spec("name: X-Fingerprint", "name: X-Device");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 2);
    assert!(out.contains("has no required header `X-Fingerprint`"), "{out}");
    workspace.edit_spec("fingerprint: X-Fingerprint", "fingerprint: X-Device");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    assert!(workspace.state(SIGNED).0.contains("HeaderName::from_static(\"x-device\")"));

    // Without a signature, the names stay.
    let before = workspace.state(SIGNED);
    workspace.edit_spec("      x-signed: {", "      x-other: {");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    assert_eq!(workspace.state(SIGNED), before);
}

const MANIFEST: &str = r#"# A comment.
[package]
name = "vault-api"
version = "0.0.9" # Of the document.

[dependencies]
other = { version = "0.0.7" }
"#;

const LOCK: &str = r#"version = 4

[[package]]
name = "other"
version = "0.0.7"

[[package]]
name = "vault-api"
version = "0.0.9"
"#;
