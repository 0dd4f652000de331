//! The command in git repositories: with and without the version and the changelog that a change asks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anstream::adapter::strip_str;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::review::{Args, Format, run_with};
use xtask::{Error, Outcome, error_chain};

use crate::{BASE, edited};

const CLIENT: &str = "/// A client.\npub struct Client { pub base: String }\nimpl Client { pub fn put_thing(&self) {} }\n";

/// A repository with one commit on `main`, and a branch for the change.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().expect("a temporary folder"));
        repository.write("spec/vault.yaml", BASE);
        repository.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n- `name` is here.\n");
        repository.write("vault-api/src/generated.rs", CLIENT);
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.commit();
        repository.git(&["checkout", "--quiet", "-b", "change"]);
        repository
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn git(&self, args: &[&str]) {
        let output = Command::new("git")
            .current_dir(self.path())
            .args([
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

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change"]);
    }

    fn spec(&self, at: &str, text: &str) {
        self.write("spec/vault.yaml", &edited(at, text));
    }

    fn review(&self, base: Option<&str>, format: Format) -> (u8, String) {
        review(self.path(), base, format)
    }

    /// The exit code, the verdict, the version it asks for, and what is missing.
    fn judge(&self) -> (u8, Value, Value, Value) {
        let (code, out) = self.review(None, Format::Json);
        let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
        (code, report["verdict"].clone(), report["bump"].clone(), report["missing"].clone())
    }
}

fn review(root: &Path, base: Option<&str>, format: Format) -> (u8, String) {
    let args = Args { base: base.map(str::to_owned), specs: None, format, root: root.to_owned() };
    answer(&args, |_| Ok(true))
}

fn answer(args: &Args, is_fresh: impl Fn(&Path) -> Result<bool, Error>) -> (u8, String) {
    let mut out = Vec::new();
    let result = run_with(args, is_fresh, &mut out);
    let out = strip_str(&String::from_utf8_lossy(&out)).to_string();
    match result {
        Ok(Outcome::Pass) => (0, out),
        Ok(Outcome::Fail) => (1, out),
        Err(error) => (2, format!("{out}{}", error_chain(&error))),
    }
}

const BREAKING: (&str, &str) = ("required: [name]", "required: [name, note]");
const COMPATIBLE: (&str, &str) = ("maxLength: 20", "maxLength: 30");

#[test]
fn nothing_changed() {
    let repository = Repository::new();
    assert_eq!(repository.judge(), (0, json!("none"), json!("none"), json!([])));
}

#[test]
fn words_ask_for_nothing() {
    let repository = Repository::new();
    repository.spec("A thing.", "Something.");
    assert_eq!(repository.judge(), (0, json!("documentation"), json!("none"), json!([])));
}

#[test]
fn what_is_compatible_asks_for_a_minor_version() {
    let repository = Repository::new();
    repository.spec(COMPATIBLE.0, COMPATIBLE.1);
    let missing = "the version is 1.2.3, and the changes since 1.2.3 ask for 1.3.0 at least: set it in spec/vault.yaml:2 \
                   (`info.version`) and in vault-api/Cargo.toml (`version`)";
    assert_eq!(repository.judge(), (1, json!("compatible"), json!("minor"), json!([missing])));

    let text = edited(COMPATIBLE.0, COMPATIBLE.1).replace("1.2.3", "1.3.0");
    repository.write("spec/vault.yaml", &text);
    assert_eq!(repository.judge(), (0, json!("compatible"), json!("minor"), json!([])));
}

#[test]
fn what_breaks_asks_for_a_major_version_and_a_line() {
    let repository = Repository::new();
    repository.spec(BREAKING.0, BREAKING.1);
    repository.commit();
    let (code, verdict, bump, missing) = repository.judge();
    assert_eq!((code, verdict, bump), (1, json!("breaking"), json!("major")));
    assert_eq!(missing.as_array().map(Vec::len), Some(2), "{missing}");

    // The version, but not the line. That another line names `name` counts as little as an old one would.
    let text = edited(BREAKING.0, BREAKING.1).replace("1.2.3", "2.0.0");
    repository.write("spec/vault.yaml", &text);
    let (code, _, _, missing) = repository.judge();
    assert_eq!(code, 1);
    let line =
        "CHANGELOG.md does not name 1 breaking change under `## [Unreleased]` or `## [2.0.0]`";
    assert_eq!(missing, json!([line]));

    // The line that the report asks for, in either place.
    let (_, out) = repository.review(None, Format::Human);
    let line = out.lines().last().expect("the line to paste").to_owned();
    for title in ["[Unreleased]", "[2.0.0] - 2026-01-02"] {
        repository
            .write("CHANGELOG.md", &format!("# Changelog\n\n## {title}\n\n{line}\n\n## [1.2.3]\n"));
        assert_eq!(repository.judge(), (0, json!("breaking"), json!("major"), json!([])));
    }
    // Not in that of an older version.
    repository.write(
        "CHANGELOG.md",
        &format!("# Changelog\n\n## [Unreleased]\n\n## [1.2.3]\n\n{line}\n"),
    );
    assert_eq!(repository.judge().0, 1);
}

#[test]
fn below_one_the_second_number_is_the_major_one() {
    for (version, breaking, compatible) in
        [("0.1.4", "minor", "patch"), ("0.0.4", "patch", "patch"), ("1.0.0", "major", "minor")]
    {
        let repository = Repository::new();
        repository.spec("1.2.3", version);
        repository.commit();
        repository.git(&["branch", "--force", "main", "HEAD"]);
        for (edit, bump) in [(BREAKING, breaking), (COMPATIBLE, compatible)] {
            let text = edited(edit.0, edit.1).replace("1.2.3", version);
            repository.write("spec/vault.yaml", &text);
            assert_eq!(repository.judge().2, json!(bump), "{version}");
        }
    }
}

/// A few changes of each class, and one of the client.
fn rich() -> Repository {
    let repository = Repository::new();
    let text = edited(BREAKING.0, BREAKING.1)
        .replace("operationId: put_thing", "operationId: store_thing")
        .replace("maxLength: 40", "maxLength: 50")
        .replace("What to do.", "What is | to be done.");
    repository.write("spec/vault.yaml", &text);
    repository.write(
        "vault-api/src/generated.rs",
        &CLIENT
            .replace("put_thing(&self)", "store_thing(&self, id: u32) -> Option<u8>")
            .replace("base: String", "base: u8"),
    );
    repository
}

#[test]
fn forms_of_the_report() {
    let repository = rich();
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
fn long_tables_are_folded() {
    let repository = Repository::new();
    let properties: Vec<String> =
        (0..30).map(|number| format!("f{number}: {{type: string}}")).collect();
    repository
        .spec("why: {type: string}", &format!("why: {{type: string}}, {}", properties.join(", ")));
    let (_, out) = repository.review(None, Format::Markdown);
    assert!(out.contains("<details><summary>10 more changes</summary>\n\n|"), "{out}");
    // GitHub reads a table only where an empty line goes before it.
    assert_eq!(out.matches("| class | operation |").count(), 2);
}

#[test]
fn a_stale_client_is_missing_and_no_failure() {
    let repository = Repository::new();
    let args = Args { root: repository.path().to_owned(), ..Args::default() };
    let (code, out) = answer(&args, |_| Ok(false));
    assert_eq!(code, 1);
    assert!(
        out.contains("missing: vault-api/src/generated.rs is stale: run `cargo xtask codegen`"),
        "{out}"
    );
    let (code, out) =
        answer(&args, |_| Err(Error::Generate { cause: "cannot generate".to_owned() }));
    assert_eq!(code, 1);
    assert!(out.contains("missing: the client could not be generated: "), "{out}");
}

#[test]
fn another_revision_can_be_named() {
    let repository = Repository::new();
    repository.spec(COMPATIBLE.0, COMPATIBLE.1);
    repository.commit();
    // A dirty tree: what counts is what is there now.
    let text = edited(COMPATIBLE.0, COMPATIBLE.1).replace("A thing.", "Something.");
    repository.write("spec/vault.yaml", &text);
    let verdict = |base| {
        repository.review(base, Format::Human).1.lines().next().unwrap_or_default().to_owned()
    };
    assert!(verdict(None).starts_with("compatible"));
    assert!(verdict(Some("HEAD")).starts_with("documentation"));
    repository.git(&["checkout", "--quiet", "--detach"]);
    assert!(verdict(None).starts_with("compatible"));
    assert!(verdict(Some("main")).starts_with("compatible"));
}

#[test]
fn a_renamed_document_is_found() {
    let repository = Repository::new();
    repository.git(&["mv", "spec/vault.yaml", "spec/old.yml"]);
    repository.commit();
    repository.git(&["branch", "--force", "main", "HEAD"]);
    repository.git(&["mv", "spec/old.yml", "spec/vault.yaml"]);
    repository.spec("A thing.", "Something.");
    let (code, out) = repository.review(None, Format::Human);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("spec/old.yml:39 → spec/vault.yaml:39"), "{out}");
}

#[test]
fn without_an_old_document_all_is_new() {
    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "-r", "spec"]);
    repository.commit();
    repository.git(&["branch", "--force", "main", "HEAD"]);
    repository.write("spec/vault.yaml", BASE);
    let (code, verdict, _, missing) = repository.judge();
    assert_eq!((code, verdict, missing), (0, json!("compatible"), json!([])));
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
    assert_says(Some("nowhere"), "git knows no revision `nowhere`");
    assert_says(Some("--all"), "git knows no revision `--all`");
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
    repository.spec("operationId: put_thing", "operationId: putThing");
    assert_eq!(repository.judge().1, json!("source-breaking"));
    fs::remove_file(repository.path().join("spec/vault.yaml")).expect("the file is there");
    assert_says(None, "cannot read spec/vault.yaml");
}

#[test]
fn a_folder_without_git_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Nothing above it is a repository for git here.
    let (code, out) = review(folder.path(), None, Format::Human);
    assert_eq!((code, out.contains("this is no git checkout")), (2, true), "{out}");
}

#[test]
fn a_shallow_clone_is_told_how_to_fetch() {
    let repository = Repository::new();
    repository.spec("A thing.", "Something.");
    repository.commit();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let clone: PathBuf = folder.path().join("clone");
    let url = format!("file://{}", repository.path().display());
    let output = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", "--branch", "change", &url])
        .arg(&clone)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (code, out) = review(&clone, None, Format::Human);
    assert_eq!(code, 2);
    assert!(out.contains("the clone is shallow: run `git fetch --unshallow` first"), "{out}");
}

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
    let (code, out) = answer(&args, |_| panic!("no client has to do with it"));
    let report: Value = serde_json::from_str(&out).expect("one object");
    assert_eq!(code, 0);
    assert_eq!(
        (&report["verdict"], &report["api"], &report["missing"]),
        (&json!("breaking"), &json!([]), &json!([]))
    );

    let missing = Args { specs: Some(vec![path("a.yaml"), path("c.yaml")]), ..Args::default() };
    assert_eq!(answer(&missing, |_| Ok(true)).0, 2);
}
