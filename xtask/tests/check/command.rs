//! The command line: exit codes, formats, real documents and arbitrary files.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, iter};

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::openapi::Parsed;
use xtask::{check, workspace_root};

use crate::{BASE, edited};

fn xtask(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("xtask runs")
}

/// A folder with a file in it.
fn folder(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), content).expect("a file");
    folder
}

/// Runs the command on a text with some more arguments, and returns its exit code and its output.
fn check(text: impl AsRef<[u8]>, args: &[&str]) -> (Option<i32>, String) {
    let folder = folder("spec.yaml", text);
    let args: Vec<&str> = ["check", "spec.yaml"].into_iter().chain(args.iter().copied()).collect();
    let output = xtask(folder.path(), &args);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Two errors and a warning, one of them with another place.
fn three_findings() -> String {
    edited(
        "info: {title: Things, version: 1.0.0}",
        "info: {titel: Things, version: 1.0.0, version: 2}",
    )
    .replace("size: {$ref: \"#/components/schemas/Size\"}", "size: {type: string}")
    .replace("title: Things", "title: \"100%, or\\nmore\"")
}

#[test]
fn shipped_document_has_no_findings() {
    let output = xtask(&workspace_root(), &["check"]);
    assert_eq!(output.status.code(), Some(0));
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(out, "spec/vault.yaml: no errors, no warnings\n");
}

#[test]
fn exit_code_counts_errors_only() {
    assert_eq!(check(BASE, &[]).0, Some(0));
    let unused = edited("size: {$ref: \"#/components/schemas/Size\"}", "size: {type: string}");
    let (code, out) = check(&unused, &[]);
    assert_eq!(code, Some(0));
    assert!(out.ends_with("spec.yaml: no errors, 1 warning\n"), "{out}");
    assert_eq!(check(three_findings(), &[]).0, Some(1));
}

#[test]
fn text_shows_the_lines() {
    let (_, out) = check(three_findings(), &[]);
    insta::assert_snapshot!("human", out);
    // Without a terminal there are no colours.
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn colour_is_for_terminals_unless_disabled() {
    let folder = folder("spec.yaml", three_findings());
    let run = |variable: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .current_dir(folder.path())
            .args(["check", "spec.yaml"])
            .env(variable, "1")
            .output()
            .expect("xtask runs");
        String::from_utf8_lossy(&output.stdout).contains('\u{1b}')
    };
    assert!(run("CLICOLOR_FORCE"));
    assert!(!run("NO_COLOR"));
}

#[test]
fn json_is_one_object() {
    let (code, out) = check(three_findings(), &["--format", "json"]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("json", out);
    let report: Value = serde_json::from_str(&out).expect("one object and nothing else");
    assert_eq!((&report["errors"], &report["warnings"]), (&json!(2), &json!(2)));

    let (code, out) = check(BASE, &["--format", "json"]);
    let report: Value = serde_json::from_str(&out).expect("one object and nothing else");
    assert_eq!(code, Some(0));
    assert_eq!(report, json!({ "diagnostics": [], "errors": 0, "warnings": 0 }));
}

#[test]
fn github_format_is_commands() {
    let (code, out) = check(three_findings(), &["--format", "github"]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("github", out);
    assert!(out.lines().all(|line| line.starts_with("::")));
}

#[test]
fn unreadable_files_are_errors() {
    let folder = folder("spec.yaml", BASE);
    for path in [".", "missing.yaml"] {
        let output = xtask(folder.path(), &["check", path, "--format", "json"]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with(&format!("error: cannot read {path}: ")), "{said}");
    }
}

fn codes(text: impl AsRef<[u8]>) -> Vec<&'static str> {
    let spec = Parsed::from_bytes("spec.yaml", text.as_ref().to_vec());
    let findings = check::check(&spec).0;
    findings.iter().map(|finding| finding.rule.code).collect()
}

#[test]
fn whole_files_have_limits() {
    assert_eq!(codes(vec![b'#'; 10 * 1024 * 1024]), ["openapi-version"]);
    assert_eq!(codes(vec![b'#'; 10 * 1024 * 1024 + 1]), ["too-large"]);
    // The document is the first level.
    let nested =
        |depth: usize| format!("openapi: 3.0.3\nx-a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    assert!(!codes(nested(127)).contains(&"too-much"));
    assert_eq!(codes(nested(128)), ["too-much"]);
    assert_eq!(codes(nested(100_000)), ["too-much"]);
}

#[test]
fn aliases_count_as_what_they_stand_for() {
    let first = "openapi: 3.0.3\nx-0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    let laughs = (1..12).fold(first, |text, level| {
        let aliases: Vec<String> = iter::repeat_n(format!("*a{}", level - 1), 9).collect();
        format!("{text}x-{level}: &a{level} [{}]\n", aliases.join(", "))
    });
    assert_eq!(codes(laughs), ["too-much"]);
    assert_eq!(codes("openapi: 3.0.3\nx-a: &a [*a]\n"), ["yaml-syntax"]);
}

#[test]
fn long_lines_are_cut() {
    let text =
        edited("info: {title: Things,", &format!("info: {{title: {}, titel: é,", "é".repeat(5000)));
    let (_, out) = check(text, &[]);
    assert!(out.contains("--> spec.yaml:2:5017"), "{out}");
    assert!(out.lines().all(|line| line.chars().count() < 500), "{out}");
}

/// The folder of documents that come with the crate `openapiv3`, wherever cargo keeps its sources.
fn others() -> PathBuf {
    // For this platform only, because dependencies for others may not be there.
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let output = Command::new(env!("CARGO"))
        .current_dir(workspace_root())
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(["--filter-platform", host.expect("rustc names its host")])
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo's metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "openapiv3");
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    Path::new(manifest.expect("the package's manifest")).with_file_name("fixtures")
}

/// Real documents, and OpenAPI's own examples. The counts of `invalid-value` agree with the crate `jsonschema`.
#[test]
fn real_documents_have_these_findings() {
    let mut report = String::new();
    let mut names: Vec<_> = fs::read_dir(others())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    names.sort();
    for path in names {
        let spec = Parsed::open(&path, "other.yaml").expect("a file");
        let mut codes: Vec<&str> =
            check::check(&spec).0.iter().map(|finding| finding.rule.code).collect();
        codes.sort_unstable();
        let mut counted = String::new();
        for chunk in codes.chunk_by(|a, b| a == b) {
            counted.push_str(&format!(" {} {}", chunk.len(), chunk[0]));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        report.push_str(&format!("{name}:{counted}\n"));
    }
    insta::assert_snapshot!("others", report);
}

/// Values that resemble OpenAPI.
fn tree() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "type",
        "string",
        "object",
        "array",
        "$ref",
        "#/components/schemas/A",
        "#/components/parameters/A",
        "A",
        "properties",
        "items",
        "required",
        "allOf",
        "oneOf",
        "not",
        "enum",
        "default",
        "example",
        "examples",
        "parameters",
        "schema",
        "name",
        "in",
        "path",
        "header",
        "get",
        "responses",
        "200",
        "4XX",
        "content",
        "application/json",
        "components",
        "schemas",
        "securitySchemes",
        "security",
        "discriminator",
        "mapping",
        "propertyName",
        "additionalProperties",
        "nullable",
        "x-sensitive",
        "x-name",
        "/a/{id}",
        "id",
        "value",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_can_be_checked(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        codes(bytes);
    }

    #[test]
    fn any_text_after_a_start_can_be_checked(text in r"(\PC|[ \n\t:{}\[\]&*!|>'\x22-]){0,200}") {
        codes(format!("openapi: 3.0.3\n{text}"));
    }

    #[test]
    fn any_tree_can_be_checked(paths in tree(), components in tree(), security in tree()) {
        let document = json!({
            "openapi": "3.0.3",
            "paths": { "/a/{id}": { "get": paths, "parameters": [security.clone()] } },
            "components": { "schemas": { "A": components.clone() }, "parameters": { "A": components } },
            "security": security,
        });
        let spec = Parsed::from_text("spec.yaml", &document.to_string());
        let findings = check::check(&spec).0;
        prop_assert!(!findings.is_empty());
        let place = |finding: &xtask::finding::Finding| finding.place.source.position(finding.place.span.start);
        prop_assert!(findings.iter().all(|finding| place(finding).line == 1));
        // Printing them does not panic either.
        crate::human(&findings);
    }
}
