//! `--add`: operations of many pages become a part of the spec, and every other byte of it stays.

use std::fs;
use std::path::Path;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use xtask::check;
use xtask::docs::Args;
use xtask::finding::{Finding, Format, Severity};
use xtask::openapi::Parsed;

use crate::{SPEC, answer, findings};

/// Runs `--add` with pages and a spec in a folder; gives the exit code, the report and the spec afterwards.
fn add(pages: &[(String, String)], spec: &str) -> (u8, Value, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("spec.yaml"), spec).expect("a spec");
    for (name, page) in pages {
        fs::write(path(name), page).expect("a page");
    }
    let args = Args {
        pages: pages.iter().map(|(name, _)| path(name)).collect(),
        spec: Some(path("spec.yaml")),
        add: true,
        format: Format::Json,
        ..Args::default()
    };
    let (code, out) = answer(&args);
    let report = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
    let files = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(files, pages.len() + 1, "no temporary file is left");
    (code, report, fs::read_to_string(path("spec.yaml")).expect("a spec"))
}

/// The pages in the folder `add`, in the order of their names.
fn pages() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/docs/add");
    let entries = fs::read_dir(folder).expect("the pages").map(|entry| entry.expect("an entry"));
    let mut pages: Vec<_> = entries
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a page");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    pages.sort();
    pages
}

fn errors(text: &str) -> Vec<String> {
    let findings = check::check(&Parsed::from_text("spec.yaml", text)).0;
    let is_error = |finding: &Finding| finding.rule.severity == Severity::Error;
    findings.into_iter().filter(is_error).map(|finding| finding.message).collect()
}

/// Fails unless a text has all the bytes of another one, with whole lines between them.
fn assert_only_inserted(before: &str, after: &str) {
    let diff = TextDiff::from_lines(before, after);
    let deleted = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Delete);
    let deleted: Vec<_> = deleted.map(|change| change.value()).collect();
    assert_eq!(deleted, [""; 0], "{after}");
}

/// A spec in several styles, with comments everywhere.
fn commented() -> String {
    SPEC.replace(
        "components:\n",
        "# Between the paths\n\n  # and the components.\ncomponents: # here\n",
    ) + "  # Deeper than the end.\n# The end.\n"
}

#[test]
fn many_pages_are_added_at_once() {
    let pages = pages();
    assert!(pages.len() >= 12);
    for before in [SPEC.to_owned(), commented(), commented().replace('\n', "\r\n")] {
        let (code, report, after) = add(&pages, &before);
        let found = findings(&report).iter().filter(|finding| finding["code"] != "departure");
        let messages: Vec<_> = found.map(|finding| &finding["message"]).collect();
        assert_eq!((code, messages.len()), (0, 0), "{messages:?}\n{after}");
        assert_only_inserted(&before, &after);
        assert_eq!(after.contains("\r\n"), before.contains("\r\n"));
        assert_eq!(errors(&after), [""; 0], "{after}");
        for page in report["pages"].as_array().expect("pages") {
            assert!(page["added"].is_string(), "{page}");
        }
        // Again, there is nothing to add.
        let (code, report, again) = add(&pages, &after);
        assert_eq!((code, &again), (0, &after));
        assert_eq!(report["pages"][0]["added"], Value::Null);
    }
}

#[test]
fn names_are_unused() {
    let (_, report, after) = add(&pages(), SPEC);
    let names: Vec<_> = report["pages"].as_array().expect("pages").iter().collect();
    let name_of = |file: &str| {
        let page =
            names.iter().find(|page| page["file"].as_str().is_some_and(|it| it.ends_with(file)));
        page.expect("a page")["added"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(name_of("get_site.md"), "get_site");
    assert_eq!(name_of("get_site_again.md"), "get_v1_partners_site");
    insta::assert_snapshot!(after);
}

#[test]
fn a_document_without_operations_gets_them() {
    for empty in
        ["paths: {}\n", "paths: {} # none yet\n", "paths: {}\ncomponents: {}\nservers: []\n"]
    {
        let before = format!("openapi: 3.0.3\ninfo: {{title: Lockers, version: 1.0.0}}\n{empty}");
        let (code, report, after) = add(&pages(), &before);
        assert_eq!(code, 0, "{report:#}\n{after}");
        assert_eq!(errors(&after), [""; 0], "{after}");
    }
}

/// A page that cannot be added does not keep the others from it.
#[test]
fn pages_that_cannot_be_added_are_skipped() {
    let unreadable = include_str!("add/list_sites.md").replace(": string", ": blob");
    let mut pages = pages();
    pages.insert(0, ("a_odd.md".to_owned(), unreadable.replace("/v1/sites", "/v1/odd")));
    pages.insert(4, ("b_other.md".to_owned(), "nothing".to_owned()));
    pages.push(("c_blob.md".to_owned(), unreadable.replace("/v1/sites", "/v1/blobs")));
    let (code, report, after) = add(&pages, SPEC);
    assert_eq!(code, 1);
    let added = |index: usize| report["pages"][index]["added"].is_string();
    let count = (0..pages.len()).filter(|index| added(*index)).count();
    assert_eq!(count, pages.len() - 3, "{report:#}");
    assert!(!added(0) && !after.contains("/v1/odd") && !after.contains("/v1/blobs"));
    assert_eq!(errors(&after), [""; 0], "{after}");
    assert_eq!(findings(&report)[0]["code"], "missing-in-spec");

    // Without any page that can be added, the file stays as it is.
    let (code, _, same) = add(&pages[..1], &commented());
    assert_eq!((code, same), (1, commented()));
}

/// Objects in brackets keep them.
#[test]
fn flow_style_stays() {
    let mut lines = SPEC.lines();
    let open = lines.position(|line| line == "  securitySchemes:").expect("the schemes");
    let before: String = SPEC.lines().take(open).map(|line| format!("{line}\n")).collect();
    let schemes = "  securitySchemes: {ApiKey: {type: apiKey, in: header, name: X-Api-Key, description: A., x-example: key-of-the-north},\n    Seal: {type: apiKey, in: header, name: X-Seal, description: A seal.}}\n";
    let schemas = &SPEC[SPEC.find("  schemas:").expect("the schemas")..];
    let before = before + schemes + schemas;
    let (code, report, after) = add(&pages(), &before);
    assert_eq!(code, 0, "{report:#}\n{after}");
    assert!(after.contains("  securitySchemes: {\"Bearer\":"), "{after}");
    assert_eq!(errors(&after), [""; 0], "{after}");
}

/// A spec in JSON, and one without an end of its last line.
#[test]
fn other_layouts_stay() {
    let whole: Value = serde_yaml::from_str(SPEC).expect("YAML");
    let json = serde_json::to_string_pretty(&whole).expect("JSON");
    let servers = SPEC
        .replace("\n  - url: https://api.lockers.example", " [{url: https://api.lockers.example}]");
    for before in [json.as_str(), &servers, SPEC.trim_end(), commented().trim_end()] {
        let (code, report, after) = add(&pages(), before);
        assert_eq!(code, 0, "{report:#}\n{after}");
        assert_eq!(errors(&after), [""; 0], "{after}");
    }
}

/// A spec with errors stays as it is.
#[test]
fn a_spec_with_errors_is_not_edited() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let spec = SPEC.replace("{$ref: \"#/components/schemas/Door\"}", "{type: strin}");
    let path = folder.path().join("spec.yaml");
    fs::write(&path, &spec).expect("a spec");
    let page = folder.path().join("page.md");
    fs::write(&page, &pages()[0].1).expect("a page");
    let args = Args { pages: vec![page], spec: Some(path.clone()), add: true, ..Args::default() };
    let (code, out) = answer(&args);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("cannot be used; fix this first"), "{out}");
    assert_eq!(fs::read_to_string(&path).expect("a spec"), spec);
}

/// An example that does not follow its fields is left out, and reported.
#[test]
fn wrong_examples_are_left_out() {
    let mut pages = pages();
    pages.retain(|(name, _)| name == "health.md");
    let page = &pages[0].1;
    assert!(page.contains("{ \"alive\": true }"));
    let page = page.replace("{ \"alive\": true }", "{ \"alive\": \"yes\" }");
    let (code, report, after) = add(&[("health.md".to_owned(), page)], SPEC);
    assert_eq!((code, &report["pages"][0]["added"]), (1, &Value::from("health")));
    assert_eq!(errors(&after), [""; 0], "{after}");
    let found: Vec<_> = findings(&report).iter().map(|finding| &finding["what"]).collect();
    assert_eq!(found, ["example of the response 200"; 2]);
}
