//! Departures from a page: declared and needed, declared and not needed, not declared.

use serde_json::Value;
use xtask::check;
use xtask::finding::Format;
use xtask::openapi::Parsed;

use crate::{PAGE, SPEC, docs, edited, findings, found, place_in};

/// The departure of the spec.
pub const DECLARED: &str =
    "          x-docs-departure: {additionalProp*: that is how a free-form map is drawn}\n";

fn row(kind: &str, what: &str, line: Option<u64>) -> (String, String, Option<u64>) {
    (kind.to_owned(), what.to_owned(), line)
}

#[test]
fn declared_and_needed() {
    let field = "field `details.additionalProp1` of the response 423";
    let whole = edited(
        SPEC,
        DECLARED,
        "          x-docs-departure: that is how a free-form map is drawn\n",
    );
    for spec in [SPEC, &whole] {
        assert_eq!(found(PAGE, spec), (0, vec![row("departure", field, Some(151))]));
        let (_, out) = docs(&[PAGE.as_bytes()], spec, Format::Json);
        assert!(
            out.contains(
                "; the spec declares this departure: that is how a free-form map is drawn"
            ),
            "{out}"
        );
    }
}

#[test]
fn declared_and_not_needed() {
    let page = edited(PAGE, "    - **additionalProp1:** object\n", "");
    let (code, out) = docs(&[page.as_bytes()], SPEC, Format::Json);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let finding = &findings(&report)[0];
    assert_eq!(code, 1);
    assert_eq!(report["errors"], 1);
    assert_eq!(finding["code"], "unneeded-departure");
    assert_eq!(place_in("page.md", finding), None);
    let line =
        SPEC.lines().position(|line| line.contains("x-docs-departure")).map(|index| index + 1);
    assert_eq!(place_in("spec.yaml", finding), line.map(|line| line as u64));
}

#[test]
fn not_declared() {
    let field = "field `details.additionalProp1` of the response 423";
    assert_eq!(
        found(PAGE, &edited(SPEC, DECLARED, "")),
        (1, vec![row("missing-in-spec", field, Some(151))])
    );
}

/// A departure can be declared beside each difference, and does not cover others.
#[test]
fn each_kind_of_difference_can_be_declared() {
    let rows = [
        // An edit of the page, the declaration, and an edit that it does not cover.
        (
            "- **errorId:** integer",
            "- **errorId:** string",
            "        errorId:\n",
            "          {type: odd}\n",
            ("- **reason:** string", "- **reason:** integer"),
        ),
        (
            "- **errorId:** integer",
            "- **errorId:** integer (required)",
            "        errorId:\n",
            "          {required: odd}\n",
            ("- **errorId:** integer", "- **errorId:** string (required)"),
        ),
        (
            "- **errorId:** integer\n  - The number of the reason.\n",
            "",
            "        errorId:\n",
            "          odd\n",
            ("- **until:** string", "- **until:** integer"),
        ),
        (
            "**Default:** `key-of-the-north`",
            "**Default:** `another`",
            "      description: Which shop asks.\n",
            "      odd\n",
            ("**Default:** `north`", "**Default:** `another`"),
        ),
        (
            "\"errorId\": 7\n",
            "\"errorId\": 8\n",
            "                wrong_code:\n",
            "                  odd\n",
            ("\"until\": \"noon\"", "\"until\": \"midnight\""),
        ),
        (
            "**Media Type:** `application/json`",
            "**Media Type:** `text/json`",
            "      requestBody:\n",
            "        odd\n",
            ("<strong>423", "<strong>424"),
        ),
        (
            "https://api.lockers.example/",
            "https://api.lockers.test/",
            "  - url: https://api.lockers.example\n",
            "    odd\n",
            ("?notify=true", "?notify=false"),
        ),
        (
            "- **X-Seal**: string\n",
            "- **X-Trace**: string\n\n- **X-Seal**: string\n",
            "      operationId: open_locker\n",
            "      {x-trace: odd}\n",
            ("- **X-Seal**: string\n", "- **X-Span**: string\n\n- **X-Seal**: string\n"),
        ),
        (
            "<details>\n<summary><strong>423",
            "<details>\n<summary><strong>500 - Error</strong></summary>\n\n</details>\n<details>\n<summary><strong>423",
            "      operationId: open_locker\n",
            "      {\"500\": odd}\n",
            ("<strong>423", "<strong>424"),
        ),
        (
            "--request POST",
            "--request PUT",
            "      operationId: open_locker\n",
            "      odd\n",
            ("- **X-Seal**: string\n", "- **X-Span**: string\n\n- **X-Seal**: string\n"),
        ),
    ];
    for (at, text, beside, reason, (other_at, other)) in rows {
        let indent = &reason[..reason.len() - reason.trim_start().len()];
        let spec = edited(
            SPEC,
            beside,
            &format!("{beside}{indent}x-docs-departure: {}", reason.trim_start()),
        );
        let page = edited(PAGE, at, text);
        let before = found(&page, SPEC).1;
        let rows = found(&page, &spec).1;
        let kinds = |rows: &[crate::Row], wanted: &str| {
            rows.iter().filter(|(kind, ..)| kind == wanted).count()
        };
        assert!(kinds(&rows, "departure") > kinds(&before, "departure"), "{text}: {rows:?}");
        let is_new = |row: &&crate::Row| !before.contains(row) && row.0 != "departure";
        assert_eq!(rows.iter().find(is_new), None, "{text}");
        // It was not needed before, and does not cover another edit.
        let (code, rows) = found(PAGE, &spec);
        assert_eq!((code, kinds(&rows, "unneeded-departure")), (1, 1), "{text}: {rows:?}");
        if PAGE.contains(other_at) {
            let (code, rows) = found(&edited(PAGE, other_at, other), &spec);
            assert_eq!(code, 1, "{other}: {rows:?}");
            assert!(
                rows.iter().any(|(kind, ..)| kind != "departure" && kind != "unneeded-departure"),
                "{other}: {rows:?}"
            );
        }
    }
}

/// A departure in a component that two operations use may be needed by the page of either.
#[test]
fn shared_departures_wait_for_all_pages() {
    let shut = "  /v1/lockers/{lockerId}/shut:\n    post:\n      operationId: shut_locker\n      summary: Shut a locker.\n      \
                parameters:\n        - {name: lockerId, in: path, required: true, schema: {type: integer}}\n      responses:\n        \
                \"423\":\n          description: No.\n          content:\n            application/json:\n              \
                schema: {$ref: \"#/components/schemas/Refusal\"}\ncomponents:\n  security";
    let spec = edited(SPEC, "components:\n  security", shut);
    let plain = edited(PAGE, "    - **additionalProp1:** object\n", "");
    // The other operation's page might need it.
    assert_eq!(found(&plain, &spec), (0, Vec::new()));
    let other = "`POST` **/v1/lockers/{lockerId}/shut**\n\n### Path parameters\n\n- **lockerId**: integer\n\n```curl\n\
                 curl -X POST https://api.lockers.example/v1/lockers/1/shut\n```\n\n## Responses\n\n### 423\n\n\
                 - **Media type:** `application/json`\n- **reason:** string\n- **errorId:** integer\n- **details:** object\n";
    let (code, out) = docs(&[plain.as_bytes(), other.as_bytes()], &spec, Format::Json);
    assert_eq!((code, out.matches("\"unneeded-departure\"").count()), (1, 1), "{out}");
    let other = format!("{other}  - **additionalProp1:** object\n");
    let (code, out) = docs(&[plain.as_bytes(), other.as_bytes()], &spec, Format::Json);
    assert_eq!((code, out.matches("\"unneeded-departure\"").count()), (0, 0), "{out}");
}

/// A departure where no page can need it.
#[test]
fn misplaced_departures_are_unneeded() {
    for (at, text) in [
        ("info: {title: Lockers,", "info: {x-docs-departure: odd, title: Lockers,"),
        (DECLARED, "          x-docs-departure: {colour: odd, additionalProp*: odd}\n"),
        (
            "  schemas:\n",
            "  schemas:\n    Unused: {description: Nothing., type: string, x-docs-departure: odd}\n",
        ),
    ] {
        let (code, rows) = found(PAGE, &edited(SPEC, at, text));
        assert_eq!(code, 1, "{text}");
        assert!(
            rows.contains(&row("unneeded-departure", "x-docs-departure", None)),
            "{text}: {rows:?}"
        );
    }
}

/// The check requires a reason.
#[test]
fn a_departure_without_a_reason_is_an_error() {
    assert!(check::check(&Parsed::from_text("spec.yaml", SPEC)).0.is_empty());
    for value in ["", "\"\"", "true", "{}", "{type: 1}", "[odd]"] {
        let spec = edited(SPEC, DECLARED, &format!("          x-docs-departure: {value}\n"));
        let findings = check::check(&Parsed::from_text("spec.yaml", &spec)).0;
        let codes: Vec<_> = findings.iter().map(|finding| finding.rule.code).collect();
        assert_eq!(codes, ["extension"], "{value}");
    }
}

/// An example that is not JSON can be a departure, too.
#[test]
fn unreadable_examples_can_be_declared() {
    let page = edited(PAGE, "  \"errorId\": 7\n", "  \"errorId\": 7,\n");
    let beside = "              schema: {$ref: \"#/components/schemas/Refusal\"}\n";
    let declared = "              x-docs-departure: {example: a comma too much}\n";
    let spec = edited(SPEC, beside, &format!("{beside}{declared}"));
    assert_eq!(found(&page, SPEC).0, 1);
    let (code, rows) = found(&page, &spec);
    assert_eq!(code, 0, "{rows:?}");
    assert!(rows.contains(&row("departure", "example of the response 423", Some(160))), "{rows:?}");
    assert_eq!(found(PAGE, &spec).0, 1);
}
