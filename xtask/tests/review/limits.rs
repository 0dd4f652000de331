//! Documents that would take long, or lead in a circle.

use std::fmt::Write;
use std::time::{Duration, Instant};

use xtask::openapi::{Document, Parsed};
use xtask::review::compare;

use crate::edited;

/// How many changes there are, within the time that a debug build may take.
fn count(base: &str, head: &str) -> usize {
    let (base, head) = (Parsed::from_text("base", base), Parsed::from_text("head", head));
    let (Some(base_root), Some(head_root)) = (&base.root, &head.root) else {
        panic!("the documents are YAML");
    };
    let start = Instant::now();
    let base = Document::new(&base.source, base_root);
    let changes = compare(&base, &Document::new(&head.source, head_root));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    changes.len()
}

fn with_schemas(schemas: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: T, version: 1.0.0}}\npaths:\n  /a:\n    get: {{operationId: a, responses: \
         {{\"200\": {{description: D., content: {{application/json: {{schema: {{$ref: \"#/components/schemas/S0\"}}}}}}}}}}}}\n\
         components:\n  schemas:\n{schemas}"
    )
}

#[test]
fn a_status_can_be_any_key() {
    for status in ["\"\"", "\u{e9}00", "\u{1f512}"] {
        let head = edited("\"200\":", &format!("{status}:"));
        assert!(count(crate::BASE, &head) > 0, "{status}");
        assert!(count(&head, crate::BASE) > 0, "{status}");
    }
}

#[test]
fn an_enum_of_ten_thousand_values() {
    let schema = |from: usize| {
        let values: Vec<String> = (from..from + 10_000).map(|value| format!("v{value}")).collect();
        with_schemas(&format!("    S0: {{type: string, enum: [{}]}}\n", values.join(", ")))
    };
    assert_eq!(count(&schema(0), &schema(5)), 10);
}

#[test]
fn parts_are_found_by_what_they_are() {
    let schema = |from: usize| {
        let parts: Vec<String> =
            (from..from + 20_000).map(|value| format!("{{maximum: {value}}}")).collect();
        with_schemas(&format!("    S0: {{allOf: [{}]}}\n", parts.join(", ")))
    };
    assert_eq!(count(&schema(0), &schema(1)), 1);
}

#[test]
fn components_that_all_refer_to_each_other() {
    let schemas = |kind: &str| {
        let mut text = String::new();
        for number in 0..400 {
            let _ =
                write!(text, "    S{number}: {{type: object, properties: {{x: {{type: {kind}}}");
            for other in 0..400 {
                let _ = write!(text, ", p{other}: {{$ref: \"#/components/schemas/S{other}\"}}");
            }
            text.push_str("}}\n");
        }
        with_schemas(&text)
    };
    assert_eq!(count(&schemas("string"), &schemas("integer")), 400);
}

#[test]
fn references_that_never_line_up_come_to_an_end() {
    let document = |root: &str, name: &str| {
        edited("{$ref: \"#/components/schemas/Thing\"}", root).replacen(
            "  schemas:\n",
            &format!("  schemas:\n    {name}: {{description: R., type: object, properties: {{c: {{type: object, properties: {{c: {{$ref: \"#/components/schemas/{name}\"}}}}}}}}}}\n"),
            1,
        )
    };
    let base = document("{$ref: \"#/components/schemas/A\"}", "A");
    let head = document("{type: object, properties: {c: {$ref: \"#/components/schemas/B\"}}}", "B");
    count(&base, &head);
    let wrapped = document("{allOf: [{$ref: \"#/components/schemas/A\"}]}", "A");
    count(
        &wrapped,
        &wrapped.replace(
            "type: object, properties: {c: {type",
            "allOf: [{$ref: \"#/components/schemas/A\"}], properties: {c: {type",
        ),
    );
}
