//! The command in git repositories: with and without the version and the changelog that a change asks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anstream::adapter::strip_str;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::finding::Format;
use xtask::generator::generate;
use xtask::review::{Args, git, run};
use xtask::{Outcome, error_chain};

use crate::{BASE, edited};

static CLIENT: LazyLock<String> =
    LazyLock::new(|| generate(BASE).expect("the document is valid").text);

const LIB: &str = "mod client;\nmod generated { include!(\"generated.rs\"); }\n\
    pub use client::Client;\npub use generated::{OPERATIONS, request, types};\npub use generated::servers::*;\n";
const CHANGELOG: &str =
    "# Changelog\n\n## [Unreleased]\n\n- `name` is here.\n\n## [1.2.3] - 2026-01-02\n";

/// A repository with one commit on `main`, and a branch for the change.
pub struct Repository(TempDir);

impl Repository {
    pub fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a temporary folder"));
        repository.write("spec/vault.yaml", BASE);
        repository.write("CHANGELOG.md", CHANGELOG);
        repository.write(
            "vault-api/Cargo.toml",
            "[package]\nname = \"vault-api\"\nversion = \"1.2.3\"\n",
        );
        repository.write("vault-api/src/generated.rs", &CLIENT);
        repository.write("vault-api/src/lib.rs", LIB);
        repository.write(
            "vault-api/src/client.rs",
            "pub struct Client { base: String }\nimpl Client { pub fn close(self) {} }\n",
        );
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.commit();
        repository.git(&["checkout", "--quiet", "-b", "change"]);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub fn git(&self, args: &[&str]) {
        let output = git(self.path())
            .args([
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "user.name=nobody",
                "-c",
                "user.email=nobody@example.com",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(args)
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change"]);
    }

    /// Edits the document as a person would: with its version, and the client that it makes.
    pub fn spec(&self, at: &str, text: &str, version: &str) {
        let document = edited(at, text).replace("1.2.3", version);
        self.write("vault-api/src/generated.rs", &generate(&document).expect("it is valid").text);
        self.write(
            "vault-api/Cargo.toml",
            &format!("[package]\nname = \"vault-api\"\nversion = \"{version}\"\n"),
        );
        self.write("spec/vault.yaml", &document);
    }

    pub fn review(&self, base: Option<&str>, format: Format) -> (u8, String) {
        review(self.path(), base, format)
    }

    /// The exit code, the answers for the wire and for Rust, the version that is asked for, and what is missing.
    pub fn judge(&self) -> Value {
        let (code, out) = self.review(None, Format::Json);
        let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
        let missing: Vec<&Value> = report["diagnostics"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| &finding["code"])
            .collect();
        json!([code, report["wire"], report["rust"], report["bump"], missing])
    }
}

fn review(root: &Path, base: Option<&str>, format: Format) -> (u8, String) {
    let args = Args { base: base.map(str::to_owned), specs: None, format, root: root.to_owned() };
    answer(&args)
}

pub fn answer(args: &Args) -> (u8, String) {
    let mut out = Vec::new();
    let result = run(args, &mut out);
    let out = strip_str(&String::from_utf8_lossy(&out)).to_string();
    match result {
        Ok(Outcome::Pass) => (0, out),
        Ok(Outcome::Fail) => (1, out),
        Err(error) => (2, format!("{out}{}", error_chain(&error))),
    }
}

/// Breaking on the wire and in Rust.
pub const BREAKING: (&str, &str) = ("required: [name]", "required: [name, note]");
/// Compatible on the wire, and the same in Rust.
pub const COMPATIBLE: (&str, &str) = ("maxLength: 20", "maxLength: 30");
/// The same on the wire, and breaking in Rust.
pub const RENAMED: (&str, &str) = ("operationId: put_thing", "operationId: store");

#[test]
fn nothing_changed() {
    let repository = Repository::new();
    assert_eq!(repository.judge(), json!([0, "none", "none", "none", []]));
    let (_, out) = repository.review(None, Format::Human);
    assert_eq!(out, "nothing changed\n");
}

#[test]
fn words_ask_for_nothing() {
    let repository = Repository::new();
    repository.spec("A thing.", "Something.", "1.2.3");
    assert_eq!(repository.judge(), json!([0, "documentation", "none", "none", []]));
}

#[test]
fn what_is_compatible_asks_for_a_minor_version() {
    let repository = Repository::new();
    repository.spec(COMPATIBLE.0, COMPATIBLE.1, "1.2.3");
    assert_eq!(repository.judge(), json!([1, "compatible", "none", "minor", ["missing-version"]]));
    repository.spec(COMPATIBLE.0, COMPATIBLE.1, "1.3.0");
    assert_eq!(repository.judge(), json!([0, "compatible", "none", "minor", []]));
}

#[test]
fn what_breaks_asks_for_a_major_version_and_lines() {
    let repository = Repository::new();
    repository.spec(BREAKING.0, BREAKING.1, "1.2.3");
    repository.commit();
    let missing = ["missing-changelog", "missing-version"];
    let judged = repository.judge();
    assert_eq!(judged, json!([1, "breaking", "source-breaking", "major", missing]));

    // The version, but not the lines. That another line names `name` counts as little as an old one would.
    repository.spec(BREAKING.0, BREAKING.1, "2.0.0");
    let missing = ["missing-changelog"];
    let judged = repository.judge();
    assert_eq!(judged, json!([1, "breaking", "source-breaking", "major", missing]));

    // The lines that the report asks for, in either place.
    let (_, out) = repository.review(None, Format::Human);
    let lines: Vec<&str> =
        out.lines().map(str::trim_start).filter(|line| line.starts_with("- **")).collect();
    let lines = lines.join("\n");
    for title in ["[Unreleased]", "[2.0.0] - 2026-02-03"] {
        let log = format!("# Changelog\n\n## {title}\n\n{lines}\n\n## [1.2.3] - 2026-01-02\n");
        repository.write("CHANGELOG.md", &log);
        assert_eq!(repository.judge()[4], json!([]), "{lines}");
    }
    // Not in that of an older version.
    repository.write("CHANGELOG.md", &format!("{CHANGELOG}\n{lines}\n"));
    assert_eq!(repository.judge()[4], json!(["missing-changelog"]));
}

/// Changes of each class, with the client and the version as they were.
#[test]
fn forms_of_the_report() {
    let repository = Repository::new();
    let text = edited(BREAKING.0, BREAKING.1)
        .replace(RENAMED.0, RENAMED.1)
        .replace(", maxLength: 40", "")
        .replace("What to do.", "What is | to be done.");
    repository.write("spec/vault.yaml", &text);
    for (name, format) in [
        ("human", Format::Human),
        ("markdown", Format::Markdown),
        ("json", Format::Json),
        ("github", Format::Github),
    ] {
        let (code, out) = repository.review(None, format);
        assert_eq!(code, 1);
        insta::assert_snapshot!(name, out);
    }
}

#[test]
fn a_stale_client_is_missing() {
    let repository = Repository::new();
    repository.write("vault-api/src/generated.rs", &CLIENT.replace("put_thing", "store"));
    assert_eq!(repository.judge(), json!([1, "none", "none", "none", ["stale-client"]]));
    repository.write("vault-api/src/generated.rs", &CLIENT);
    repository
        .write("vault-api/Cargo.toml", "[package]\nname = \"vault-api\"\nversion = \"1.2.4\"\n");
    assert_eq!(repository.judge(), json!([1, "none", "none", "none", ["stale-client"]]));
}

/// The committed client of the base counts, so that an upgrade of the generator is judged.
#[test]
fn the_base_is_what_was_committed() {
    let repository = Repository::new();
    repository.write("vault-api/src/generated.rs", &CLIENT.replace("pub fn send", "pub fn sent"));
    repository
        .write("vault-api/src/generated.rs", &CLIENT.replace("async fn send", "async fn sent"));
    repository.commit();
    repository.git(&["branch", "--force", "main", "HEAD"]);
    repository.write("vault-api/src/generated.rs", &CLIENT);
    let missing = ["missing-changelog", "missing-version"];
    assert_eq!(repository.judge(), json!([1, "none", "source-breaking", "major", missing]));
}

#[test]
fn the_rest_of_the_crate_counts() {
    let repository = Repository::new();
    let client = |text: &str| repository.write("vault-api/src/client.rs", text);
    client(
        "pub struct Client { base: u8 }\npub struct Hidden;\nimpl Client { pub fn close(self) {} pub fn stop(self) {} }\n",
    );
    assert_eq!(repository.judge()[2], json!("compatible"));
    client("pub struct Client { base: u8 }\nimpl Client { pub fn close(&self) {} }\n");
    assert_eq!(repository.judge()[2], json!("source-breaking"));
    client("pub struct Client { base");
    let (_, out) = repository.review(None, Format::Human);
    assert!(out.contains("client.rs is not Rust"), "{out}");
    assert_eq!(repository.judge()[2], json!("source-breaking"));
}

/// What the generator does not take counts as source-breaking, and the report says why.
#[test]
fn a_client_that_cannot_be_generated_is_said() {
    let repository = Repository::new();
    let text =
        edited("        \"400\":\n", "        \"202\": {description: Later.}\n        \"400\":\n");
    repository.write("spec/vault.yaml", &text);
    let (code, out) = repository.review(None, Format::Human);
    assert_eq!((code, out.contains("has another body than the one before")), (1, true), "{out}");
    assert_eq!(repository.judge()[2], json!("source-breaking"));
}

/// The generator turns the panics of its libraries into errors.
#[test]
fn panics_of_the_generator_are_not_printed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (base, head) = (folder.path().join("a.yaml"), folder.path().join("b.yaml"));
    fs::write(&base, BASE).expect("a file");
    let text =
        edited("        \"400\":\n", "        \"202\": {description: Later.}\n        \"400\":\n");
    fs::write(&head, text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.args(["review", "--specs"]).args([base, head]).output();
    let output = output.expect("the command runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("has another body than the one before"), "{out}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn another_revision_can_be_named() {
    let repository = Repository::new();
    repository.spec(COMPATIBLE.0, COMPATIBLE.1, "1.3.0");
    repository.commit();
    // A dirty tree: what counts is what is there now.
    let text = edited(COMPATIBLE.0, COMPATIBLE.1).replace("A thing.", "Something.");
    repository.write("spec/vault.yaml", &text.replace("1.2.3", "1.3.0"));
    let verdict = |base| {
        repository.review(base, Format::Human).1.lines().last().unwrap_or_default().to_owned()
    };
    assert!(verdict(None).starts_with("compatible"));
    assert!(verdict(Some("HEAD")).starts_with("documentation"));
    repository.git(&["checkout", "--quiet", "--detach"]);
    assert!(verdict(None).starts_with("compatible"));
    assert!(verdict(Some("main")).starts_with("compatible"));
}

#[test]
fn without_an_old_document_all_is_new() {
    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "-r", "spec", "vault-api"]);
    repository.commit();
    repository.git(&["branch", "--force", "main", "HEAD"]);
    repository.write("spec/vault.yaml", BASE);
    repository.write("vault-api/src/generated.rs", &CLIENT);
    let judged = repository.judge();
    assert_eq!(judged, json!([1, "compatible", "compatible", "minor", ["missing-version"]]));
}

/// The base has the document under another name, and a crate without its generated file.
#[test]
fn a_document_that_was_renamed_is_compared() {
    let repository = Repository::new();
    repository.git(&["mv", "spec/vault.yaml", "spec/api.yaml"]);
    repository.git(&["rm", "--quiet", "vault-api/src/generated.rs"]);
    repository.commit();
    repository.git(&["branch", "--force", "main", "HEAD"]);
    repository.git(&["mv", "spec/api.yaml", "spec/vault.yaml"]);
    repository.spec("  /things/{id}:", "  /items/{id}:", "2.0.0");
    let (_, out) = repository.review(None, Format::Human);
    assert!(out.contains("[operation-path-changed]"), "{out}");
    assert!(out.contains("the base: vault-api/src/generated.rs is missing"), "{out}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let repository = Repository::new();
    let assert_says = |base, part: &str| {
        for format in [Format::Human, Format::Json] {
            let (code, out) = repository.review(base, format);
            assert_eq!(code, 2, "{out}");
            assert!(out.starts_with("error: ") && out.contains(part), "{out}");
        }
    };
    assert_says(Some("nowhere"), "there is no revision `nowhere`");
    assert_says(Some("--all"), "there is no revision `--all`");
    for (text, part) in [
        ("openapi: [", "error[yaml-syntax]"),
        ("openapi: 3.1.0\npaths: {}\n", "error[openapi-version]"),
        (
            &*edited("schemas/Order", "schemas/Ordr"),
            "error[dangling-ref]: there is no `components/schemas/Ordr`",
        ),
    ] {
        repository.write("spec/vault.yaml", text);
        assert_says(None, part);
        assert_says(None, "spec/vault.yaml cannot be used");
    }
    // The other side is broken.
    repository.commit();
    repository.write("spec/vault.yaml", BASE);
    assert_says(Some("HEAD"), "error[dangling-ref]");
    // Other findings do not stop it.
    repository.write("spec/vault.yaml", &edited("operationId: put_thing", "operationId: putThing"));
    assert_eq!(repository.judge()[1], json!("documentation"));
    fs::remove_file(repository.path().join("spec/vault.yaml")).expect("the file is there");
    assert_says(None, "cannot read spec/vault.yaml");
}

#[test]
fn a_folder_without_git_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Nothing above it is a repository for git here.
    let (code, out) = review(folder.path(), None, Format::Human);
    assert_eq!((code, out.contains("this is not a git checkout")), (2, true), "{out}");
}

#[test]
fn a_shallow_clone_is_told_how_to_fetch() {
    let repository = Repository::new();
    repository.spec("A thing.", "Something.", "1.2.3");
    repository.commit();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clone: PathBuf = folder.path().join("clone");
    let url = format!("file://{}", repository.path().display());
    let output = git(folder.path())
        .args(["clone", "--quiet", "--depth", "1", "--branch", "change", &url])
        .arg(&clone)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (code, out) = review(&clone, None, Format::Human);
    assert_eq!(code, 2);
    assert!(out.contains("the clone is shallow: run `git fetch --unshallow` first"), "{out}");
}
