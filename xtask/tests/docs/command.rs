//! The command's output in each form.

use serde_json::Value;
use xtask::finding::Format;

use crate::{PAGE, SPEC, docs, edited};

/// A page with a difference of each kind.
fn changed() -> String {
    let page = edited(PAGE, "- **X-Site**: string *(required)*\n", "- **X-Site**: string\n");
    let page = edited(&page, "- **attempts**: integer\n", "- **retries**: integer\n");
    edited(&page, "  \"errorId\": 7\n", "  \"errorId\": 7,\n")
}

#[test]
fn forms_of_the_report() {
    for (name, format) in
        [("human", Format::Human), ("json", Format::Json), ("github", Format::Github)]
    {
        let (code, out) = docs(&[changed().as_bytes(), PAGE.as_bytes()], SPEC, format);
        assert_eq!(code, 1);
        insta::assert_snapshot!(name, out);
    }
}

#[test]
fn json_has_the_documented_form() {
    let (_, out) = docs(&[changed().as_bytes(), b"nothing"], SPEC, Format::Json);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let keys = |value: &Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&report), ["disagreements", "pages"]);
    let pages = report["pages"].as_array().expect("pages");
    for page in pages {
        assert_eq!(keys(page), ["draft", "file", "findings", "operation"]);
        for finding in page["findings"].as_array().expect("findings") {
            assert_eq!(keys(finding), ["kind", "message", "page_line", "spec", "what"]);
            if !finding["spec"].is_null() {
                assert_eq!(keys(&finding["spec"]), ["file", "line"]);
            }
        }
    }
    let counted = pages.iter().flat_map(|page| page["findings"].as_array().expect("findings"));
    let counted = counted.filter(|finding| finding["kind"] != "departure").count();
    assert_eq!(report["disagreements"], counted);
    assert_eq!(pages[1]["operation"], Value::Null);
}

#[test]
fn a_page_that_agrees() {
    let (code, out) = docs(&[PAGE.as_bytes()], SPEC, Format::Human);
    assert_eq!(code, 0);
    let last = out.lines().last();
    assert_eq!(
        last,
        Some("page.md: agrees with `POST /v1/lockers/{lockerId}/open`, 1 departure declared")
    );
}
