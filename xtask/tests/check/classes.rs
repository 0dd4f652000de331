//! Mistakes that editors make: for each, the first finding, which is the one that people read.

use xtask::check;
use xtask::finding::Severity;
use xtask::openapi::Parsed;

use crate::{edited, findings, human};

const NAME: &str = "{type: string} # the name";
const TRACE: &str = "{name: X-Trace, in: header, schema: {type: string}}";
const KEY: &str = "Key: {type: apiKey, in: header, name: X-Key, description: Who calls.}";
const LIST: &str = "      operationId: list_things";
const FINE: &str = r#"      responses: {"200": {description: Fine.}, "404": {description: None.}}"#;
const SIZE: &str = "    Size: {description";
const SERVERS: &str = r#"servers: [{url: "https://things.example"}]"#;
const THING: &str =
    r##"content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}"##;
const SIGNED: &str = "Key: {type: apiKey, in: header, name: X-Key, description: Who calls., x-signed: {fingerprint: X-Trace, phone: name, password: pin}}";

/// A text in the document and what stands in its place, the rule and the line of the first finding, and words of its
/// message or its remedy.
struct Row(&'static str, &'static str, &'static str, usize, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Extensions.
    Row(NAME, "{type: string, x-log-save: true}", "extension", 32, "did you mean `x-log-safe`?"),
    Row(NAME, "{type: string, X-Log-Safe: true}", "unknown-key", 32, "did you mean `x-log-safe`?"),
    Row(NAME, "{type: string, x_log_safe: true}", "unknown-key", 32, "did you mean `x-log-safe`?"),
    Row(NAME, "{type: string, x-Log-Safe: true}", "extension", 32, "did you mean `x-log-safe`?"),
    Row(NAME, "{type: string, x-sensitive: true}", "extension", 32, "`x-log-safe: true` on what a log may show"),
    Row(SERVERS, r#"servers: [{url: "https://things.example", x-Name: a}]"#, "extension", 3, "did you mean `x-name`?"),
    // What is signed.
    Row("  schemas:\n", "    Pin: {type: apiKey, in: header, name: X-Pin, description: P., x-signed: {fingerprint: X-Trace, phone: name, password: pin}}\n    Pan: {type: apiKey, in: header, name: X-Pan, description: P., x-signed: {fingerprint: X-Trace, phone: name, password: pin}}\n  schemas:\n", "extension", 25, "signs what the first `x-signed` names"),
    Row(KEY, SIGNED, "signed-part", 12, "whose schema requires the string `name`"),
    Row("properties: {why: {type: string}}", "properties: {why: {type: string}}, x-known-errors: {gone: {description: G., fields: {what: GONE}}}", "known-errors", 25, "has no property `what`"),
    // What the client gets wrong or drops.
    Row(FINE, "      responses: {\"204\": {description: Fine., content: {application/json: {schema: {type: string}}}}, \"404\": {description: None.}}", "unexpected-body", 8, "remove the `content`"),
    Row(NAME, "{type: string, properties: {a: {type: string}}}", "ignored-key", 32, "correct the `type`"),
    Row(SIZE, "    Both: {description: B., allOf: [{type: string}, {type: integer}]}\n    Size: {description", "unsupported", 26, "exclude each other"),
    Row(LIST, "      operationId: list_things\n      callbacks: {a: {'{$request.body#/url}': {post: {responses: {'200': {description: D.}}}}}}", "ignored-key", 8, "ignores `callbacks`"),
    Row(LIST, "      operationId: list_things\n      callbacks: {a: {$ref: '#/components/callbacks/A'}}", "dangling-ref", 8, "components/callbacks"),
    // OpenAPI's own rules.
    Row("  /things/{id}:", "  /things/{key}: {}\n  /things/{id}:", "path", 10, "below one path"),
    Row(TRACE, "{name: Authorization, in: header, schema: {type: string}}", "ignored-key", 15, "security scheme"),
    Row("\nsecurity: []", "\nx-security: []", "no-security", 6, "`security: []`"),
    Row(LIST, "      operationId: list_things\n      requestBody: {content: {application/json: {schema: {type: string}}}}", "unexpected-body", 8, "`in: query`"),
    Row(SERVERS, r#"servers: [{url: "https://{region}.example"}]"#, "server", 3, "declare it below `variables:`"),
    Row(SERVERS, "servers: [{url: things}]", "server", 3, "with its scheme and host"),
    Row(SERVERS, "servers: [{url: /v1, x-name: a}]", "base-url", 3, "remove the `x-name`"),
    Row(LIST, "      operationId: list_things\n      servers: [{url: 'https://a.example', x-name: a}]", "ignored-key", 8, "move them there"),
    Row(SIZE, "    My size: {description: S., type: string}\n    Size: {description", "component-name", 26, "use letters, digits"),
    Row(TRACE, "{name: X-Trace, in: header, schema: {type: string}, example: a, examples: {a: {value: a}}}", "exclusive-keys", 15, "into `examples`"),
    Row("properties: {why: {type: string}}", "properties: {why: {type: string}}, example: {whyy: a}", "undescribed-key", 25, "did you mean `why`?"),
    Row(NAME, "{type: integer, minimum: 3, maximum: 2}", "no-value", 32, "correct one of the two limits"),
    Row(NAME, "{type: integer, minimum: 3, maximum: 3, exclusiveMaximum: true}", "no-value", 32, "correct one of the two limits"),
    Row("\"200\": {description: Done.,", "\"200\": {description: Done., links: {a: {operationId: no_thing}},", "dangling-link", 18, "name an `operationId`"),
    Row("\"200\": {description: Done.,", "\"200\": {description: Done., links: {a: {operationRef: '#/paths/~1thing/get'}},", "dangling-link", 18, "name its `operationId`"),
    // Text.
    Row("description: A thing.", "description: Thing #4711", "odd-text", 28, "quote the value"),
    Row("description: A thing.", "description: \u{201c}A thing\u{201d}", "odd-text", 28, "U+201C"),
    Row("      type: object\n", "      type:\u{a0}object\n", "odd-text", 29, "a no-break space (U+00A0)"),
    Row("description: A thing.", "description: 'The customer's thing.'", "yaml-syntax", 28, "write the apostrophe twice"),
    Row("description: A thing.", "description: 'The customers' thing.'", "yaml-syntax", 28, "write the apostrophe twice"),
    // The remedy.
    Row(NAME, "{type: string, required: true}", "wrong-type", 32, "list `name` in the object's `required`"),
    Row("\"200\": {description: Done., content: {application/json: {schema", "\"200\": {description: Done., schema: {}, content: {application/json: {schema", "unknown-key", 18, "belongs inside `content:`"),
    Row(NAME, "{ref: '#/components/schemas/Size'}", "unknown-key", 32, "did you mean `$ref`?"),
    Row(TRACE, "{ref: '#/components/parameters/Trace'}", "unknown-key", 15, "did you mean `$ref`?"),
    Row(FINE, "    responses: {\"200\": {description: Fine.}, \"404\": {description: None.}}", "unknown-key", 8, "it belongs inside `get:`"),
    Row("    get:\n      operationId: list_things\n", "    operationId: list_things\n    get:\n", "unknown-key", 6, "it belongs inside `get:`"),
    Row("  schemas:\n", "schemas:\n", "unknown-key", 24, "it belongs inside `components:`"),
    Row("  schemas:\n", "", "unknown-key", 24, "is the line `schemas:` missing?"),
    Row("components:\n", "", "unknown-key", 21, "it belongs inside `components:`; is that line missing?"),
    Row(NAME, "{type: string, example: +447871234567}", "invalid-value", 32, "quote it: `\"+447871234567\"`"),
    Row(NAME, "{type: string, enum: [a, null]}", "invalid-value", 32, "add `nullable: true`"),
    Row("required: [name]", "required: [name]\n      example: {name: 7}\n      enum: [{name: a}, 7]", "invalid-value", 32, "it is a number, not an object"),
    Row("  /things:", "  https://things.example/things:", "path", 5, "the host belongs in `servers`"),
    Row("security: [{Key: []}]", "security: [{Key: }]", "wrong-type", 12, "write `Key: []`"),
    Row("      type: object\n", "      type: object\n      <<: {title: A}\n", "not-json", 30, "merge keys are not supported"),
    Row(NAME, "{type: string, required: false}", "wrong-type", 32, "remove it"),
    Row("required: [name]", "required: name", "wrong-type", 30, "write `[name]`"),
    Row("required: [name]", "required: [nam]", "required-property", 30, "did you mean `name`?"),
    Row("security: [{Key: []}]", "security: [Key]", "wrong-type", 12, "write `Key: []`"),
    Row("content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}}", "content: {schema: {$ref: \"#/components/schemas/Thing\"}}}", "unknown-key", 16, "put it below one"),
    Row("  schemas:\n", "  schemes:\n", "unknown-key", 24, "did you mean `schemas`?"),
    Row("  securitySchemes:\n    Key:", "  Key:", "unknown-key", 22, "it belongs inside `securitySchemes:`; is that line missing?"),
    Row(LIST, "      operationId: list_things\n      servers: [{url: 'https://a.example'}]", "ignored-key", 8, "move them there"),
];

#[test]
fn first_finding_has_the_remedy() {
    let mut wrong = String::new();
    for Row(at, text, code, line, words) in ROWS {
        let spec = Parsed::from_text("spec.yaml", &edited(at, text));
        let findings = check::check(&spec).0;
        let is_found = findings.first().is_some_and(|first| {
            let at = first.place.source.position(first.place.span.start);
            let help = first.help.as_deref().unwrap_or_default();
            let said = first.message.contains(words) || help.contains(words);
            first.rule.code == *code && at.line == *line && said
        });
        if !is_found {
            let found = human(&findings);
            wrong.push_str(&format!(
                "`{text}`: no {code} in line {line} with `{words}`, but\n{found}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What was reported and is right.
const RIGHT: &[(&str, &str)] = &[
    (FINE, "      responses: {\"101\": {description: Fine.}, \"404\": {description: None.}}"),
    (NAME, "{oneOf: [{type: integer}, {type: number}], minimum: 1}"),
    (NAME, "{type: string, format: time, example: '12:30:00Z'}"),
    (NAME, "{\n          type: string\n        }"),
    (TRACE, "{name: X-Trace, in: header, required: true, schema: {type: string}}"),
];

/// The name of the file does not matter, and codegen refuses what is an error.
#[test]
fn one_document_has_one_answer() {
    for text in [
        edited(NAME, "{type: object, properties: {a: {type: string}}}"),
        edited(NAME, "{type: strin}"),
    ] {
        let answers = [check::SPEC, "spec.yaml"].map(|name| {
            let (findings, client) = check::check(&Parsed::from_text(name, &text));
            let findings: Vec<_> =
                findings.iter().map(|it| (it.rule, it.message.clone())).collect();
            (findings, client.map(|client| client.text))
        });
        assert_eq!(answers[0], answers[1]);
        let has_errors = answers[0].0.iter().any(|(rule, _)| rule.severity == Severity::Error);
        assert_eq!(answers[0].1.is_none(), has_errors);
    }
}

/// A schema that contains itself through required properties has no values.
#[test]
fn schemas_without_end_are_told() {
    for (text, is_endless) in [
        (
            "type: object, required: [size], properties: {size: {$ref: '#/components/schemas/Size'}}",
            true,
        ),
        ("type: object, properties: {size: {$ref: '#/components/schemas/Size'}}", false),
        (
            "type: object, required: [a], properties: {a: {type: array, items: {$ref: '#/components/schemas/Size'}}}",
            false,
        ),
        (
            "type: object, required: [a], properties: {a: {nullable: true, allOf: [{$ref: '#/components/schemas/Size'}]}}",
            false,
        ),
        (
            "oneOf: [{type: string}, {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Size'}}}]",
            false,
        ),
        (
            "oneOf: [{type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Size'}}}]",
            true,
        ),
    ] {
        let text = edited(
            "{description: How large., type: string, enum: [small, large]}",
            &format!("{{description: S., {text}}}"),
        );
        let found = findings(&text);
        let has = found.iter().any(|it| it.rule.code == "no-value");
        assert_eq!(has, is_endless, "{}", human(&found));
    }
}

#[test]
fn right_documents_have_no_findings() {
    for (at, text) in RIGHT {
        let found = findings(&edited(at, text));
        assert!(found.is_empty(), "`{text}`:\n{}", human(&found));
    }
    let unused = "components:\n  requestBodies:\n    Two: {description: T., content: {text/plain: {schema: {type: string}}, text/csv: {schema: {type: string}}}}\n";
    let found = findings(&edited("components:\n", unused));
    assert!(found.iter().all(|it| it.rule.severity != Severity::Error), "{}", human(&found));
    let json = findings(&edited(THING, "content: {application/json: {}}"));
    assert!(json.iter().all(|it| it.rule.severity != Severity::Error), "{}", human(&json));
}

#[test]
fn signed_operation_has_what_is_signed() {
    let signed = edited(KEY, SIGNED).replace(
        "name: X-Trace, in: header, schema",
        "name: X-Trace, in: header, required: true, schema",
    );
    let codes = |text: &str| findings(text).iter().map(|it| it.message.clone()).collect::<Vec<_>>();
    let optional = findings(&edited(KEY, SIGNED));
    let help = optional.iter().filter_map(|it| it.help.as_deref());
    let wanted = "write `name: X-Trace`, `in: header` and `required: true`";
    assert_eq!(help.filter(|help| *help == wanted).count(), 1);
    let found = codes(&signed);
    assert!(found[0].contains("has no required string `name`"), "{found:?}");
    let whole = signed.replace("requestBody: {content", "requestBody: {required: true, content");
    assert_eq!(codes(&whole), [""; 0]);
    let renamed = codes(&whole.replace("name: X-Trace, in", "name: X-Track, in"));
    assert!(renamed[0].contains("has no required header `X-Trace`"), "{renamed:?}");
}
