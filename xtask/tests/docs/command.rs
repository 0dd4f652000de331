//! The output of the command in each format.

use serde_json::Value;
use xtask::finding::Format;

use crate::{PAGE, SPEC, docs, edited, findings};

/// A page with a finding of each kind.
fn changed() -> String {
    let page = edited(PAGE, "- **X-Site**: string *(required)*\n", "- **X-Site**: string\n");
    let page = edited(&page, "- **attempts**: integer\n", "- **retries**: integer\n");
    let page = edited(
        &page,
        "    - **labels**",
        "    - **colour**: string *(required)*\n    - **labels**",
    );
    edited(&page, "  \"errorId\": 7\n", "  \"errorId\": 7,\n")
}

#[test]
fn formats_of_the_report() {
    let mut all = String::new();
    for format in [Format::Human, Format::Github, Format::Markdown] {
        let (code, out) = docs(&[changed().as_bytes(), PAGE.as_bytes()], SPEC, format);
        assert_eq!(code, 1);
        all.push_str(&format!("===== {format:?}\n{out}"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn json_has_the_documented_form() {
    let (_, out) = docs(&[changed().as_bytes(), b"nothing", PAGE.as_bytes()], SPEC, Format::Json);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let keys = |value: &Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&report), ["diagnostics", "errors", "pages", "warnings"]);
    for finding in findings(&report) {
        for key in ["code", "message", "what", "file", "line", "related"] {
            assert!(!finding[key].is_null(), "{key}: {finding}");
        }
    }
    let pages = report["pages"].as_array().expect("pages");
    for page in pages {
        assert_eq!(keys(page), ["added", "departures", "draft", "errors", "file", "operation"]);
    }
    let errors: Vec<_> = pages.iter().map(|page| page["errors"].as_u64()).collect();
    assert_eq!(errors, [Some(4), Some(1), Some(0)]);
    assert_eq!(report["errors"], 5);
    assert_eq!(pages[0]["operation"], "POST /v1/lockers/{lockerId}/open");
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
