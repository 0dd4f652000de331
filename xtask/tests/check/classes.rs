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
const LAST: &str = r##"        parts: {type: array, items: {$ref: "#/components/schemas/Thing"}}"##;
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
    Row(NAME, "{type: string, x-sensitve: true}", "extension", 32, "did you mean `x-sensitive`?"),
    Row(NAME, "{type: string, X-Sensitive: true}", "unknown-key", 32, "did you mean `x-sensitive`?"),
    Row(NAME, "{type: string, x_sensitive: true}", "unknown-key", 32, "did you mean `x-sensitive`?"),
    Row(NAME, "{type: string, x-Sensitive: true}", "extension", 32, "did you mean `x-sensitive`?"),
    Row(SERVERS, r#"servers: [{url: "https://things.example", x-Name: a}]"#, "extension", 3, "did you mean `x-name`?"),
    Row(TRACE, "{name: X-Trace, in: header, schema: {type: string}, x-sensitive: true}\n        - {name: name, in: query, schema: {type: string}, x-sensitive: true}", "unmarked-sensitive", 33, "add `x-sensitive: true`"),
    // What is signed.
    Row("  schemas:\n", "    Pin: {type: apiKey, in: header, name: X-Pin, description: P., x-signed: {fingerprint: X-Trace, phone: name, password: pin}}\n    Pan: {type: apiKey, in: header, name: X-Pan, description: P., x-signed: {fingerprint: X-Trace, phone: name, password: pin}}\n  schemas:\n", "extension", 25, "signs what the first `x-signed` names"),
    Row(KEY, SIGNED, "signed-part", 12, "whose schema requires the string `name`"),
    // Types with invented names.
    Row(NAME, "{type: object, properties: {a: {type: string}}}", "inline-type", 32, "`components/schemas/ThingName`"),
    Row(NAME, "{type: string, enum: [a, b]}", "inline-type", 32, "$ref: \"#/components/schemas/ThingName\""),
    Row(NAME, "{title: Refusal, type: object, properties: {a: {type: string}}}", "merged-types", 32, "move it to `components/schemas/ThingName`"),
    Row(FINE, "      responses: {\"200\": {description: Fine., content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}, \"404\": {description: None., content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}}}", "merged-types", 8, "`components/schemas/ListThingsError`"),
    Row("properties: {why: {type: string}}", "properties: {why: {type: string}}, x-known-errors: {timeout: {description: T., fields: {why: T}}}", "name-collision", 1, "`Error::is_timeout`"),
    Row("properties: {why: {type: string}}", "properties: {why: {type: string}, is_gone: {type: string}}, x-known-errors: {gone: {description: G., fields: {why: G}}}", "name-collision", 25, "rename it"),
    Row(SIZE, "    Default: {description: D., type: string}\n    Size: {description", "name-collision", 26, "rename it"),
    Row(NAME, "{title: Same, type: object, properties: {a: {type: string}}}\n        other: {title: Same, type: object, properties: {b: {type: string}}}", "merged-types", 33, "move it to `components/schemas/ThingOther`"),
    Row(NAME, "{title: Same, type: string, enum: [a]}\n        other: {title: Same, type: string, enum: [b]}", "merged-types", 33, "move it to `components/schemas/ThingOther`"),
    Row(NAME, "{title: Same, type: string, maxLength: 4}\n        other: {title: Same, type: string, maxLength: 5}", "merged-types", 33, "move it to `components/schemas/ThingOther`"),
    Row(LAST, "        parts: {type: array, items: {type: string}}\n        kind: {type: string, enum: [a]}\n    ThingKind: {description: K., type: string, enum: [b]}", "name-collision", 36, "rename"),
    Row("properties: {why: {type: string}}", "properties: {why: {type: string}}, x-known-errors: {gone: {description: G., fields: {what: GONE}}}", "generator", 25, "`x-known-errors/gone` of `Refusal`"),
    // What the client gets wrong or drops.
    Row(TRACE, "{name: q, in: query, explode: false, schema: {type: array, items: {type: string}}}", "parameter-style", 15, "remove it if the server reads"),
    Row(TRACE, "{name: q, in: query, schema: {type: array, minItems: 2, maxItems: 2, items: {type: string}}}", "parameter-shape", 15, "remove `minItems` or `maxItems`"),
    Row(TRACE, "{name: q, in: query, schema: {type: array, items: {type: object}}}", "parameter-shape", 15, "describe"),
    Row(FINE, "      responses: {\"204\": {description: Fine., content: {application/json: {schema: {type: string}}}}, \"404\": {description: None.}}", "unexpected-body", 8, "remove the `content`"),
    Row("    get:\n", "    options:\n", "method", 6, "remove the operation"),
    Row("    get:\n", "    trace:\n", "method", 6, "remove the operation"),
    Row(NAME, "{oneOf: [{$ref: '#/components/schemas/Refusal'}], discriminator: {propertyName: why}}", "ignored-key", 32, "first alternative that fits"),
    Row(NAME, "{type: string, properties: {a: {type: string}}}", "unsupported-schema", 32, "correct the `type`"),
    Row(NAME, "{type: boolean, format: int32}", "unsupported-schema", 32, "correct the `type`"),
    Row(NAME, "{type: integer, format: date-time}", "unsupported-schema", 32, "correct the `type`"),
    Row(SIZE, "    Both: {description: B., allOf: [{type: string}, {type: integer}]}\n    Size: {description", "unsupported-schema", 26, "exclude each other"),
    Row(SIZE, "    Both: {description: B., allOf: [{type: object, properties: {a: {type: string}, b: {type: string}}}, {type: object, properties: {a: {type: integer}}}]}\n    Size: {description", "unsupported-schema", 26, "a property of `Both` can have no value"),
    Row(NAME, "{oneOf: [{type: string}], anyOf: [{type: string}]}", "unsupported-schema", 32, "keep one of them"),
    Row(LIST, "      operationId: list_things\n      callbacks: {a: {'{$request.body#/url}': {post: {responses: {'200': {description: D.}}}}}}", "ignored-key", 8, "ignores `callbacks`"),
    Row(LIST, "      operationId: list_things\n      callbacks: {a: {$ref: '#/components/callbacks/A'}}", "dangling-ref", 8, "components/callbacks"),
    Row(NAME, "{type: array, minItems: 33, maxItems: 33, items: {type: string}}", "unsupported-schema", 32, "remove `minItems` or `maxItems`"),
    Row(NAME, "{pattern: '^a'}", "unsupported-schema", 32, "`type: string`"),
    Row(NAME, "{minLength: 5}", "unsupported-schema", 32, "`type: string`"),
    Row(NAME, "{enum: [a, null]}", "unsupported-schema", 32, "add `nullable: true`"),
    Row(TRACE, "{name: q, in: query, schema: {type: string}}\n        - {name: q, in: header, schema: {type: string}}", "name-collision", 16, "rename one of the two"),
    // OpenAPI's own rules.
    Row("  /things/{id}:", "  /things/{key}: {}\n  /things/{id}:", "path", 10, "below one path"),
    Row(TRACE, "{name: Authorization, in: header, schema: {type: string}}", "header-name", 15, "security scheme"),
    Row("\nsecurity: []", "\nx-security: []", "no-security", 6, "`security: []`"),
    Row(LIST, "      operationId: list_things\n      requestBody: {content: {application/json: {schema: {type: string}}}}", "unexpected-body", 8, "`in: query`"),
    Row(SERVERS, r#"servers: [{url: "https://{region}.example"}]"#, "server", 3, "declare it below `variables:`"),
    Row(SERVERS, "servers: [{url: things}]", "server", 3, "with its scheme and host"),
    Row(SERVERS, "servers: [{url: /v1, x-name: a}]", "server", 3, "remove the `x-name`"),
    Row(LIST, "      operationId: list_things\n      servers: [{url: 'https://a.example', x-name: a}]", "extension", 8, "put it on a server of the whole document"),
    Row(SIZE, "    My size: {description: S., type: string}\n    Size: {description", "component-name", 26, "use letters, digits"),
    Row(TRACE, "{name: X-Trace, in: header, schema: {type: string}, example: a, examples: {a: {value: a}}}", "exclusive-keys", 15, "into `examples`"),
    Row("properties: {why: {type: string}}", "properties: {why: {type: string}}, example: {whyy: a}", "undescribed-key", 25, "did you mean `why`?"),
    Row(NAME, "{type: integer, minimum: 3, maximum: 2}", "unsupported-schema", 32, "correct one of the two limits"),
    Row(NAME, "{type: integer, minimum: 3, maximum: 3, exclusiveMaximum: true}", "unsupported-schema", 32, "correct one of the two limits"),
    Row("\"200\": {description: Done.,", "\"200\": {description: Done., links: {a: {operationId: no_thing}},", "dangling-ref", 18, "name an `operationId`"),
    Row("\"200\": {description: Done.,", "\"200\": {description: Done., links: {a: {operationRef: '#/paths/~1thing/get'}},", "dangling-ref", 18, "name its `operationId`"),
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
        // In the document of another project, this is advice.
        let name = if *code == "inline-type" { check::SPEC } else { "spec.yaml" };
        let spec = Parsed::from_text(name, &edited(at, text));
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

/// `check` returns no client that has a name twice or lacks a type.
#[test]
fn flawed_clients_are_not_returned() {
    let merged = "{title: Same, type: string, maxLength: 4, description: A.}\n        other: {title: Same, type: string, maxLength: 5, description: B.}";
    let twice = "    sizes: {description: S., type: string}\n    Sizes: {description: S., type: string}\n    Types: {description: T., type: string}\n    Size: {description";
    for (at, text, code) in [(NAME, merged, "merged-types"), (SIZE, twice, "name-collision")] {
        let spec = Parsed::from_text(check::SPEC, &edited(at, text));
        let (findings, client) = check::check(&spec);
        let first = findings.first().map(|first| (first.rule.code, first.message.clone()));
        assert!(first.as_ref().is_some_and(|(first, _)| *first == code), "{first:?}");
        assert!(client.is_none());
        let place =
            findings.iter().map(|first| first.place.source.position(first.place.span.start));
        assert_ne!(place.map(|at| at.line).next(), Some(28), "`Types` is not what is there twice");
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
    assert!(json.iter().all(|it| it.rule.code != "byte-stream"), "{}", human(&json));
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
