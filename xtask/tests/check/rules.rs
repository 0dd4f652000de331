//! The examples in the table of rules in `spec/README.md`, each put into the small document.

use std::collections::BTreeMap;
use std::fs;

use xtask::check;
use xtask::finding::{Finding, Severity};
use xtask::openapi::Parsed;
use xtask::workspace_root;

use crate::{edited, human};

/// The text in the small document that the examples of each rule replace.
const PLACES: &[(&str, &str)] = &[
    ("not-utf8", r##"title: Things"##),
    ("yaml-syntax", r##"required: [name]"##),
    ("yaml-tab", r##"      type: object"##),
    ("duplicate-key", r##"{type: string} # the name"##),
    ("not-json", r##"{type: string} # the name"##),
    ("unknown-key", r##"{type: string} # the name"##),
    ("ignored-key", r##"{type: string} # the name"##),
    ("wrong-type", r##"{type: string} # the name"##),
    ("wrong-word", r##"{type: string} # the name"##),
    ("missing-key", r##"{name: id, in: path, required: true, schema: {type: string}}"##),
    ("missing-text", r##"{type: string} # the name"##),
    ("openapi-version", r##"openapi: 3.0.3"##),
    ("path", r##"/things/{id}:"##),
    (
        "status",
        r##""404": {description: Unknown., content: {application/json: {schema: {$ref: "#/components/schemas/Refusal"}}}}"##,
    ),
    ("duplicate-id", r##"operationId: put_thing"##),
    ("no-response", r##"responses: {"200": {description: Fine.}, "404": {description: None.}}"##),
    ("dangling-link", r##""200": {description: Done., content"##),
    ("base-url", r##"servers: [{url: "https://things.example"}]"##),
    ("no-value", r##"{type: string} # the name"##),
    ("version", r##"version: 1.0.0"##),
    ("unsupported", r##"name: X-Trace, in: header"##),
    ("credential", r##"in: header, name: X-Key"##),
    ("operation-id", r##"operationId: put_thing"##),
    ("dangling-ref", r##"{type: string} # the name"##),
    ("external-ref", r##"{type: string} # the name"##),
    ("ref-cycle", r##"{description: How large., type: string, enum: [small, large]}"##),
    ("unused-component", r##"size: {$ref: "#/components/schemas/Size"}"##),
    ("path-parameter", r##"name: id, in: path"##),
    ("header-name", r##"name: X-Trace, in: header"##),
    ("mixed-bodies", r##"responses: {"200": {description: Fine.}, "404": {description: None.}}"##),
    ("required-property", r##"required: [name]"##),
    ("invalid-regex", r##"{type: string} # the name"##),
    ("invalid-value", r##"{type: string} # the name"##),
    ("security-header", r##"name: X-Trace, in: header"##),
    (
        "no-error-response",
        r##"responses: {"200": {description: Fine.}, "404": {description: None.}}"##,
    ),
    ("required-default", r##"required: true, schema: {type: string}"##),
    ("missing-description", r##"Refusal: {description: Why not., type: object,"##),
    ("extension", r##"{type: string} # the name"##),
    (
        "known-errors",
        r##"{description: Why not., type: object, properties: {why: {type: string}}}"##,
    ),
    ("odd-text", r##"operationId: list_things"##),
    ("no-security", r##"security: []"##),
    ("server", r##"https://things.example"##),
    ("exclusive-keys", r##"{name: X-Trace, in: header, schema: {type: string}}"##),
    (
        "unexpected-body",
        r##"responses: {"200": {description: Fine.}, "404": {description: None.}}"##,
    ),
    ("signed-part", r##"name: X-Key, description: Who calls."##),
    ("undescribed-key", r##"properties: {why: {type: string}}"##),
];

/// Rules about whole files, and whose examples have no place in the small document; other tests have these.
const WHOLE_FILES: [&str; 5] =
    ["too-large", "too-much", "unchecked-value", "component-name", "generator"];

struct Row {
    code: String,
    severity: String,
    wrong: String,
    right: String,
}

fn table() -> Vec<Row> {
    let readme = fs::read_to_string(workspace_root().join("spec/README.md")).expect("the README");
    let (_, table) = readme.split_once("| code | severity |").expect("the table of rules");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [code, severity, _, wrong, right] = cells[..] else {
            panic!("not five cells: {line}");
        };
        let bare = |cell: &str| cell.trim_matches(['|', ' ']).trim_matches('`').to_owned();
        Row {
            code: bare(code),
            severity: severity.to_owned(),
            wrong: bare(wrong),
            right: bare(right),
        }
    })
    .collect()
}

/// The findings in the small document with an example in it. In examples, `\t` is a tab and `\xe9` is a byte.
fn findings_with(at: &str, example: &str) -> Vec<Finding> {
    let text = edited(at, &example.replace("\\t", "\t"));
    let mut bytes = text.into_bytes();
    if let Some(place) = bytes.windows(4).position(|window| window == br"\xe9") {
        bytes.splice(place..place + 4, [0xe9]);
    }
    check::check(&Parsed::from_bytes("spec.yaml", bytes)).0
}

#[test]
fn table_has_every_rule_in_order() {
    let table: Vec<(String, String)> =
        table().into_iter().map(|row| (row.code, row.severity)).collect();
    let rules: Vec<(String, String)> = check::rules()
        .map(|rule| {
            let severity = match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Notice => "notice",
            };
            (rule.code.to_owned(), severity.to_owned())
        })
        .collect();
    assert_eq!(table, rules);
}

#[test]
fn examples_are_wrong_and_right() {
    let places: BTreeMap<&str, &str> = PLACES.iter().copied().collect();
    for row in table() {
        let code = row.code.as_str();
        if WHOLE_FILES.contains(&code) {
            continue;
        }
        let place = places[code];
        let wrong = findings_with(place, &row.wrong);
        assert!(!wrong.is_empty(), "{code}: `{}` is not found", row.wrong);
        for finding in &wrong {
            assert_eq!(finding.rule.code, code, "{}", human(&wrong));
            assert!(finding.help.is_some(), "{code} has no help");
        }
        insta::assert_snapshot!(code, human(&wrong));
        let right = findings_with(place, &row.right);
        assert!(right.is_empty(), "{code}: {}", human(&right));
    }
}
