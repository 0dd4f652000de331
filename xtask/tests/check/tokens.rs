//! More mistakes for each rule than its example in `spec/README.md`, with the token that each finding underlines.

use xtask::openapi::Parsed;

use crate::{edited, findings, human};

const NAME: &str = "{type: string} # the name";
const BODY: &str = r##"{application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}"##;
const OPERATION: &str = "operationId: list_things";
const RESPONSES: &str = r#"{"200": {description: Fine.}, "404": {description: None.}}"#;
const NOT_FOUND: &str = r##""404": {description: Unknown., content: {application/json: {schema: {$ref: "#/components/schemas/Refusal"}}}}"##;
const TRACE: &str = "{name: X-Trace, in: header, schema: {type: string}}";
const LAST: &str = r##"        parts: {type: array, items: {$ref: "#/components/schemas/Thing"}}"##;

/// A text in the document, its replacement, the rule that finds it, and the underlined token.
#[rustfmt::skip]
const ROWS: &[(&str, &str, &str, &str)] = &[
    // YAML.
    (OPERATION, "operationId: [list_things", "yaml-syntax", ":"),
    (LAST, "        parts: *nothing", "yaml-syntax", "*"),
    (LAST, "        parts: {type: array, items: {}}\n---\n", "yaml-syntax", "---"),
    (NAME, "!name {type: string}", "not-json", "!name"),
    (NAME, "{type: string, ? [a] : 1}", "not-json", "[a]"),
    (NAME, "{type: string, example: .nan}", "not-json", ".nan"),
    ("  /things:", "  /things/{id}:", "duplicate-key", "/things/{id}"),
    // Keys and types.
    ("info: {title: Things, version: 1.0.0}", "info: {title: Things}", "missing-text", "info"),
    ("info: {title: Things, version: 1.0.0}", "info: {title: Things, version: 1.0}", "wrong-type", "1.0"),
    ("info: {title: Things, version: 1.0.0}", "info:", "wrong-type", "info"),
    ("info: {title: Things, version: 1.0.0}", "infos: {}", "missing-key", "openapi: 3.0.3"),
    ("responses: {", "response: {", "missing-key", "get"),
    (RESPONSES, r#"{"200": {}, "404": {description: None.}}"#, "missing-text", r#""200""#),
    (RESPONSES, r#"[{"200": {description: Fine.}}]"#, "wrong-type", r#"[{"200": {description: Fine.}}]"#),
    ("servers: [", "servers: {a: b} # [", "wrong-type", "{a: b}"),
    (NAME, "{type: string, maxLength: -1}", "wrong-type", "-1"),
    (NAME, r#"{type: string, maxLength: "2"}"#, "wrong-type", r#""2""#),
    (NAME, "{type: array, items: true}", "wrong-type", "true"),
    (NAME, "{type: [string, 'null']}", "wrong-type", "[string, 'null']"),
    (NAME, "{type: object, properties: {200: {type: string}}}", "wrong-type", "200"),
    ("type: apiKey", "type: apikey", "wrong-word", "apikey"),
    ("in: header, name: X-Key", "name: X-Key", "missing-key", "Key"),
    // The document.
    ("openapi: 3.0.3", "swagger: '2.0'", "openapi-version", "swagger"),
    ("openapi: 3.0.3", "openapi: 3.0", "openapi-version", "3.0"),
    ("openapi: 3.0.3", "openapi: 4.0.0", "openapi-version", "4.0.0"),
    ("openapi: 3.0.3", "title: none", "openapi-version", "title: none"),
    ("  /things:", "  /things?all:", "path", "/things?all"),
    ("  /things:", "  /things/{:", "path", "/things/{"),
    ("  /things:", "  /things}:", "path", "/things}"),
    ("  /things:", "  /things/{}:", "path", "/things/{}"),
    ("  /things:", "  /a: {$ref: b}\n  /things:", "unsupported", "/a"),
    (NOT_FOUND, "\"600\": {description: Never.}", "status", "\"600\""),
    (NOT_FOUND, "1XX: {description: Never.}", "status", "1XX"),
    (NOT_FOUND, "4xx: {description: Never.}", "status", "4xx"),
    (RESPONSES, "{}", "no-response", "responses"),
    (OPERATION, "summary: Things.", "operation-id", "get"),
    (OPERATION, "operationId: list-things", "operation-id", "list-things"),
    (OPERATION, "operationId: put_thing", "duplicate-id", "put_thing"),
    (OPERATION, "operationId: ''", "operation-id", "''"),
    // References.
    ("security: [{Key: []}]", "security: [{Ky: []}, {Key: []}]", "dangling-ref", "Ky"),
    (NAME, r##"{$ref: "#/components/responses/Thing"}"##, "dangling-ref", r##""#/components/responses/Thing""##),
    (NAME, r##"{$ref: "#/paths"}"##, "dangling-ref", r##""#/paths""##),
    (TRACE, r##"{$ref: "#/components/parameters/Trace"}"##, "dangling-ref", r##""#/components/parameters/Trace""##),
    ("requestBody: {content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}}", r##"requestBody: {$ref: "#/components/requestBodies/Thing"}"##, "dangling-ref", r##""#/components/requestBodies/Thing""##),
    (NOT_FOUND, r##""404": {$ref: "#/components/responses/Nowhere"}"##, "dangling-ref", r##""#/components/responses/Nowhere""##),
    (NAME, "{oneOf: [{$ref: '#/components/schemas/Refusal'}], discriminator: {propertyName: why, mapping: {a: Refusl}}}", "dangling-ref", "Refusl"),
    ("    Size: {description", "    Round: {$ref: '#/components/schemas/Trip'}\n    Trip: {$ref: '#/components/schemas/Round'}\n    Size: {description", "ref-cycle", "'#/components/schemas/Trip'"),
    ("      type: object\n      required", "      allOf: [{$ref: '#/components/schemas/Thing'}]\n      type: object\n      required", "ref-cycle", "'#/components/schemas/Thing'"),
    // Names.
    // Parameters.
    ("required: true, schema", "required: false, schema", "path-parameter", "false"),
    ("in: path, required: true, schema", "in: path, schema", "missing-key", "{name: id, in: path, schema: {type: string}}"),
    (TRACE, "{name: X-Trace, in: header}", "missing-key", "{name: X-Trace, in: header}"),
    (TRACE, "{name: '', in: header, schema: {type: string}}", "header-name", "''"),
    (TRACE, "{name: X-Trace, in: header, required: true, schema: {type: string, default: a}}", "required-default", "default"),
    (NAME, "{type: integer, maximum: 99999999999999999999}", "not-json", "99999999999999999999"),
    ("title: Things", "title:\tThings", "yaml-tab", "\t"),
    (NAME, "{type: integer, format: uint8, default: 300}", "invalid-value", "300"),
    (NAME, "{type: string, format: uuid, example: nope}", "invalid-value", "nope"),
    (NAME, "{type: object, nullable: true, properties: {a: {type: integer, nullable: true}}, example: {a: x}}", "invalid-value", "x"),
    (NAME, "{type: object, additionalProperties: false, example: {a: 1, b: 2}}", "invalid-value", "b"),
    (NAME, "{allOf: [{$ref: '#/components/schemas/Refusal'}, {required: [whyy]}]}", "required-property", "whyy"),
    (NAME, "{$ref: /components/schemas/Refusal}", "dangling-ref", "/components/schemas/Refusal"),
    (NAME, "{$ref: #/components/schemas/Refusal\n          }", "wrong-type", "$ref"),
    // Bodies.
    // A component may have the name of a section that the generator ignores.
    // Schemas and values.
    (NAME, "{type: string, minimum: 1, pattern: '(?<a'}", "invalid-regex", "'(?<a'"),
    (NAME, "{allOf: []}", "no-value", "allOf"),
    (NAME, "{type: string, minimum: 1}", "ignored-key", "minimum"),
    (NAME, "{type: string, not: {enum: [a]}}", "ignored-key", "not"),
    (NAME, "{type: integer, default: 1.5}", "invalid-value", "1.5"),
    (NAME, "{type: integer, minimum: 1, exclusiveMinimum: true, example: 1}", "invalid-value", "1"),
    (NAME, "{type: integer, maximum: 8, example: 9}", "invalid-value", "9"),
    (NAME, "{type: number, multipleOf: 0.1, example: 0.25}", "invalid-value", "0.25"),
    (NAME, "{type: string, minLength: 3, example: éé}", "invalid-value", "éé"),
    (NAME, "{type: string, pattern: '^a+$', example: ab}", "invalid-value", "ab"),
    (NAME, "{type: array, items: {}, uniqueItems: true, example: [1, 1]}", "invalid-value", "[1, 1]"),
    (NAME, "{not: {enum: [a]}, example: a}", "invalid-value", "a"),
    (NAME, "{anyOf: [{type: string}, {type: boolean}], example: 7}", "invalid-value", "7"),
    (NAME, "{oneOf: [{type: string}, {maxLength: 9}], example: text}", "invalid-value", "text"),
    (NAME, "{type: object, additionalProperties: {type: string}, example: {a: 7}}", "invalid-value", "7"),
    (NAME, "{type: integer, enum: [1, two]}", "invalid-value", "two"),
    (NAME, "{type: integer, format: int32, example: 3000000000}", "invalid-value", "3000000000"),
    (NAME, "{type: string, format: date-time, example: today}", "invalid-value", "today"),
    (NAME, "{type: object, properties: {a: {type: array, items: {type: integer}}}, example: {a: [1, b]}}", "invalid-value", "b"),
    (NAME, "{type: object, additionalProperties: false, properties: {a: {type: string}}, example: {a: b, c: d}}", "invalid-value", "c"),
    (TRACE, "{name: X-Trace, in: header, schema: {type: string}, example: 7}", "invalid-value", "7"),
    (BODY, "{multipart/form-data: {schema: {type: object}}}}", "unsupported", "multipart/form-data"),
    (BODY, "{application/json: {schema: {$ref: \"#/components/schemas/Thing\"}, examples: {a: {value: {name: 1}}}}}}", "invalid-value", "1"),
    (BODY, "{application/json: {schema: {$ref: \"#/components/schemas/Thing\"}, example: {size: small}}}}", "invalid-value", "{size: small}"),
    // The project's rules.
    ("operationId: list_things", "operationId: list_things\n      x-sensitive: true", "extension", "x-sensitive"),
    ("Key: {type: apiKey, in: header, name: X-Key, description: Who calls.}", "Key: {type: apiKey, in: header, name: X-Key, description: ' '}", "missing-description", "Key"),
];

#[test]
fn rules_find_the_token() {
    let mut missed = String::new();
    for (at, text, code, token) in ROWS {
        let findings = findings(&edited(at, text));
        let found = findings.iter().any(|finding| {
            let span = finding.place.span;
            let underlined = &finding.place.source.text[span.start..span.end];
            finding.rule.code == *code && underlined == *token
        });
        if !found {
            let found = human(&findings);
            missed.push_str(&format!("`{text}`: no {code} at `{token}`, but\n{found}\n"));
        }
    }
    assert!(missed.is_empty(), "{missed}");
}

/// What looks like a mistake and is not.
#[rustfmt::skip]
const RIGHT: &[(&str, &str)] = &[
    (NAME, "&name {type: string}"),
    (NAME, "!!map {type: string}"),
    (NAME, "{type: string, nullable: true, enum: [a, null], example: null}"),
    (NAME, "{type: string, format: phone, example: anything}"),
    (NAME, "{type: number, enum: [1, 2.5], example: 1.0}"),
    (NAME, "{type: number, multipleOf: 0.1, example: 0.3}"),
    (NAME, "{allOf: [{$ref: '#/components/schemas/Refusal'}], nullable: true, example: null}"),
    (NAME, "{oneOf: [{type: string}, {type: integer}], example: 7}"),
    (NAME, "{type: object, properties: {a: {type: string, readOnly: true}}, required: [a], example: {}}"),
    (NAME, "{allOf: [{$ref: '#/components/schemas/Refusal'}, {required: [why]}]}"),
    (NAME, "{allOf: [{$ref: '#/components/schemas/Refusal'}], required: [why]}"),
    (NAME, "{type: object, properties: {$ref: {type: string}, enum: {type: string}, x-sensitive: {type: string}}}"),
    (NAME, "{type: string, enum: [a-b, aB]}"),
    (NAME, "{}"),
    (NAME, "{type: object, additionalProperties: {type: string}, required: [a]}"),
    (NAME, "{type: string, pattern: '^(?=a)', example: b}"),
    (NAME, "{type: string, pattern: '^(?=a)b$', example: b}"),
    (NAME, "{type: string, example: {}, x-anything: {not: [checked]}} #"),
    (NOT_FOUND, "5XX: {description: Broken., content: {application/json: {schema: {$ref: \"#/components/schemas/Refusal\"}}}}"),
    (NOT_FOUND, "304: {description: As before.}"),
    (RESPONSES, "{200: {description: Fine.}, default: {description: Not.}}"),
    (RESPONSES, "{204: {description: Fine.}, 404: {description: None.}, x-more: 1}"),
    (TRACE, "{name: filter, in: query, schema: {type: array, items: {type: string}}}"),
    (TRACE, "{name: limit, in: query, schema: {type: integer, default: 20}}"),
    (BODY, "{application/octet-stream: {schema: {type: string, format: binary}}}}"),
    ("  /things:", "  /things/:"),
    ("parameters:\n", "parameters:\n        - {name: at, in: query, schema: {type: string}, examples: {a: {externalValue: 'https://a.example'}}}\n"),
];

#[test]
fn valid_variants_have_no_findings() {
    for (at, text) in RIGHT {
        let edited = edited(at, text);
        let findings = findings(&edited);
        // The only row with a mistake: its example has another type.
        let is_meant = text.contains("example: {}, x-anything");
        assert_eq!(findings.is_empty(), !is_meant, "`{text}`:\n{}", human(&findings));
    }
}

#[test]
fn places_count_characters() {
    // A byte order mark, two bytes to a character, two bytes to a line's end.
    let text = "\u{feff}openapi: 3.0.3\r\ninfo: {title: \"é→𝄞\", vrsion: a}\r\npaths: {}\r\n";
    let spec = Parsed::from_text("spec.yaml", text);
    let findings = xtask::check::check(&spec).0;
    let finding = findings.iter().find(|finding| finding.rule.code == "unknown-key");
    let place = &finding.expect("the misspelt key is found").place;
    let start = place.source.position(place.span.start);
    assert_eq!(&place.source.text[place.span.start..place.span.end], "vrsion");
    assert_eq!((start.line, start.column), (2, 22));
}

/// Examples of strings, for each format one that is of it and one that is not.
#[test]
fn formats_are_told_apart() {
    for (format, right, wrong) in [
        ("date", "2024-02-29", "2023-02-29"),
        ("date", "2024-12-31", "2024-13-01"),
        ("date", "2024-12-31", "2024-W01-1"),
        ("date-time", "2024-02-29T23:59:60Z", "2024-02-29"),
        ("date-time", "2024-02-29t01:02:03.004+05:30", "2024-02-29T01:02:03.Z"),
        ("date-time", "2024-02-29T01:02:03-00:00", "2024-02-29T24:02:03Z"),
        ("uuid", "123e4567-e89b-12d3-a456-42661417400A", "123e4567e89b12d3a45642661417400A"),
        ("email", "a@b", "a.b"),
        ("ipv4", "127.0.0.1", "127.0.0.256"),
        ("ipv6", "::1", "127.0.0.1"),
        ("uri", "https://a.example/b?c#d", "/b"),
        ("uri", "urn:a", "https://a b"),
    ] {
        let messages = |text: &str| {
            let property = format!("{{type: string, format: {format}, example: '{text}'}}");
            let findings = findings(&edited(NAME, &property)).into_iter();
            findings.map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(messages(right), [""; 0], "{format}: {right}");
        let said =
            format!("this example does not follow its schema: it is not of the format `{format}`");
        assert_eq!(messages(wrong), [said], "{format}: {wrong}");
    }
}
