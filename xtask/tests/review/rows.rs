//! What each kind of change means, there and back.

use xtask::openapi::Parsed;
use xtask::review::{Affects, Class, compare};

use crate::{BASE, edited};

use Class::{Breaking as B, Compatible as C, Documentation as D, SourceBreaking as S};

/// What stands in the document, what to write in its place, and what is said of that, there and back.
type Row = (&'static str, &'static str, (Class, &'static str), (Class, &'static str));

const ROWS: &[Row] = &[
    // The document.
    ("openapi: 3.0.3", "openapi: 3.0.4", (D, "`openapi` changed"), (D, "`openapi` changed")),
    ("title: Things", "title: Stuff", (D, "`title` changed"), (D, "`title` changed")),
    (", description: All of them.", "", (D, "`description` is gone"), (D, "`description` is new")),
    ("version: 1.2.3", "version: 1.3.0", (D, "`version` changed"), (D, "`version` changed")),
    (
        "https://things.example",
        "https://stuff.example",
        (B, "the server's URL changed"),
        (B, "the server's URL changed"),
    ),
    (
        "x-name: main",
        "x-name: first",
        (S, "the server's constant in Rust has another name"),
        (S, "the server's constant in Rust has another name"),
    ),
    (
        "x-name: main}",
        "x-name: main}, {url: \"https://b.example\"}",
        (C, "the server `https://b.example` is new"),
        (B, "the server `https://b.example` is gone"),
    ),
    (
        "info:",
        "x-owner: us\ninfo:",
        (B, "`x-owner` changed, which the comparison does not understand"),
        (B, "`x-owner` changed, which the comparison does not understand"),
    ),
    // Operations.
    (
        "/things/{id}:",
        "/stuff/{id}:",
        (B, "the path of `put_thing` changed"),
        (B, "the path of `put_thing` changed"),
    ),
    (
        "    put:",
        "    post:",
        (B, "the method of `/things/{id}` changed"),
        (B, "the method of `/things/{id}` changed"),
    ),
    (
        "operationId: put_thing",
        "operationId: store",
        (S, "the `operationId`, which is the method's name in Rust, changed"),
        (S, "the `operationId`, which is the method's name in Rust, changed"),
    ),
    (
        "summary: Puts a thing.",
        "summary: Stores a thing.",
        (D, "`summary` changed"),
        (D, "`summary` changed"),
    ),
    (
        "summary: Puts a thing.",
        "summary: Puts a thing.\n      deprecated: true",
        (D, "`deprecated` is new"),
        (D, "`deprecated` is gone"),
    ),
    (
        "paths:\n",
        "paths:\n  /new: {get: {operationId: get_new, responses: {\"204\": {description: Fine.}}}}\n",
        (C, "the operation GET /new is new"),
        (B, "the operation GET /new is gone"),
    ),
    // Security.
    (
        "[{Key: []}]",
        "[{Key: []}, {Pin: []}]",
        (C, "the credentials `Pin` are accepted, too"),
        (B, "the credentials `Pin` are not accepted any more, or are others"),
    ),
    (
        "[{Key: []}]",
        "[]",
        (B, "the operation asks for no credentials any more"),
        (B, "the operation now asks for credentials"),
    ),
    (
        "in: header, name: X-Key",
        "in: query, name: X-Key",
        (B, "`in` of the security scheme `Key` changed"),
        (B, "`in` of the security scheme `Key` changed"),
    ),
    ("Who calls.", "Who it is.", (D, "`description` changed"), (D, "`description` changed")),
    // Parameters.
    (
        "- {name: X-Trace, in: header,",
        "- {name: X-Trace, in: header, required: true,",
        (B, "`X-Trace` is now required in requests"),
        (C, "`X-Trace` is not required any more in requests"),
    ),
    (
        "        - {name: X-Trace, in: header, schema: {type: string}}\n",
        "",
        (B, "the header parameter `X-Trace` is gone"),
        (C, "the header parameter `X-Trace` is new and optional"),
    ),
    (
        "      requestBody:",
        "        - {name: q, in: query, required: true, schema: {type: string}}\n      requestBody:",
        (B, "the query parameter `q` is new and required"),
        (B, "the query parameter `q` is gone"),
    ),
    (
        "name: X-Trace",
        "name: x-trace",
        (D, "the name of the header is written in another case"),
        (D, "the name of the header is written in another case"),
    ),
    (
        "in: header, schema: {type: string}",
        "in: header, schema: {type: integer}",
        (B, "`type` of `X-Trace` changed"),
        (B, "`type` of `X-Trace` changed"),
    ),
    (
        "maximum: 100",
        "maximum: 200",
        (C, "`maximum` of `limit` was loosened"),
        (B, "`maximum` of `limit` was tightened"),
    ),
    (
        "default: 20",
        "default: 30",
        (B, "`default` of `limit` changed"),
        (B, "`default` of `limit` changed"),
    ),
    (", default: 20", "", (B, "`default` of `limit` changed"), (B, "`default` of `limit` changed")),
    // Request bodies.
    (
        "        required: true\n",
        "",
        (C, "the request body is not required any more in requests"),
        (B, "the request body is now required in requests"),
    ),
    (
        "application/json: {schema: {$ref: \"#/components/schemas/Order\"}}",
        "application/json: {schema: {$ref: \"#/components/schemas/Order\"}}, text/plain: {schema: {type: string}}",
        (C, "the request body can also be `text/plain`"),
        (B, "the request body is not `text/plain` any more"),
    ),
    // What goes in.
    (
        "required: [name]",
        "required: []",
        (C, "`name` of `Order` is not required any more in requests"),
        (B, "`name` of `Order` is now required in requests"),
    ),
    (
        "        note: {type: string}\n    Thing",
        "    Thing",
        (B, "`note` of `Order` is gone in requests"),
        (C, "`note` of `Order` is new in requests"),
    ),
    (
        "required: [name]",
        "required: [name, note]",
        (B, "`note` of `Order` is now required in requests"),
        (C, "`note` of `Order` is not required any more in requests"),
    ),
    (
        "enum: [small, large]",
        "enum: [small, large, huge]",
        (C, "`size` of `Order` can now be `\"huge\"` in requests"),
        (B, "`size` of `Order` cannot be `\"huge\"` any more in requests"),
    ),
    (
        "size: {type: string, enum: [small, large]}",
        "size: {type: string}",
        (S, "`size` of `Order` can have any value now in requests"),
        (B, "`size` of `Order` has only certain values now in requests"),
    ),
    (
        "maxLength: 20",
        "maxLength: 30",
        (C, "`maxLength` of `name` of `Order` was loosened"),
        (B, "`maxLength` of `name` of `Order` was tightened"),
    ),
    (
        ", maxLength: 20",
        "",
        (C, "`maxLength` of `name` of `Order` was loosened"),
        (B, "`maxLength` of `name` of `Order` was tightened"),
    ),
    (
        ", maxLength: 20",
        ", maxLength: 20, pattern: a",
        (B, "`name` of `Order` is restricted by a `pattern` now"),
        (C, "`name` of `Order` is not restricted by a `pattern` any more"),
    ),
    (
        ", maxLength: 20",
        ", maxLength: 20, nullable: true",
        (C, "`name` of `Order` can now be null in requests"),
        (B, "`name` of `Order` cannot be null any more in requests"),
    ),
    (
        "What to do.",
        "What is to be done.",
        (D, "`description` changed"),
        (D, "`description` changed"),
    ),
    (
        ", maxLength: 20",
        ", maxLength: 20, x-sensitive: true",
        (C, "whether `name` is hidden in `Debug` changed"),
        (C, "whether `name` is hidden in `Debug` changed"),
    ),
    // Responses.
    (
        "\"200\":",
        "\"201\":",
        (B, "the status of success changed"),
        (B, "the status of success changed"),
    ),
    (
        "        \"400\":\n",
        "        \"403\": {description: No.}\n        \"400\":\n",
        (C, "the response 403 is new"),
        (B, "the response 403 is gone"),
    ),
    (
        "          content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}\n",
        "",
        (B, "the response 200 has no body any more"),
        (B, "the response 200 has a body now"),
    ),
    (
        "content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}",
        "content: {application/xml: {schema: {$ref: \"#/components/schemas/Thing\"}}}",
        (B, "the body of 200 is not `application/json` any more"),
        (B, "the body of 200 is not `application/xml` any more"),
    ),
    (
        "description: Done.",
        "description: Stored.",
        (D, "`description` changed"),
        (D, "`description` changed"),
    ),
    (
        "{X-Total: {required: true,",
        "{X-Total: {",
        (B, "`X-Total` can now be missing in responses"),
        (C, "`X-Total` is now always there in responses"),
    ),
    (
        "          headers: {X-Total: {required: true, schema: {type: integer}}}\n",
        "",
        (B, "the response header `X-Total` is gone"),
        (C, "the response header `X-Total` is new"),
    ),
    // What comes out.
    (
        "description: A thing.\n      type: object\n      required: [name]",
        "description: A thing.\n      type: object",
        (B, "`name` of `Thing` can now be missing in responses"),
        (C, "`name` of `Thing` is now always there in responses"),
    ),
    (
        "maxLength: 40",
        "maxLength: 40, nullable: true",
        (B, "`name` of `Thing` can now be null in responses"),
        (C, "`name` of `Thing` cannot be null any more in responses"),
    ),
    (
        "enum: [new, old]",
        "enum: [new, old, lost]",
        (B, "`state` of `Thing` can now be `\"lost\"` in responses"),
        (S, "`state` of `Thing` cannot be `\"lost\"` any more in responses"),
    ),
    (
        "        state:",
        "        extra: {type: string}\n        state:",
        (C, "`extra` of `Thing` is new in responses"),
        (B, "`extra` of `Thing` is gone in responses"),
    ),
    (
        "why: {type: string}",
        "why: {type: string, title: Reason}",
        (S, "the title of `why` of the body of 400, which may name its type in Rust, changed"),
        (S, "the title of `why` of the body of 400, which may name its type in Rust, changed"),
    ),
    (
        "additionalProperties: {type: string}",
        "additionalProperties: {type: integer}",
        (B, "`type` of a further value of `more` of `Thing` changed"),
        (B, "`type` of a further value of `more` of `Thing` changed"),
    ),
    (
        "additionalProperties: {type: string}",
        "additionalProperties: false",
        (B, "`more` of `Thing` takes other further properties than before"),
        (B, "`more` of `Thing` takes other further properties than before"),
    ),
    (
        "maxLength: 40",
        "maxLength: 40, oneOf: [{minLength: 1}]",
        (B, "one of the schemas in `oneOf` of `name` of `Thing` is new"),
        (B, "one of the schemas in `oneOf` of `name` of `Thing` is gone"),
    ),
    (
        "maxLength: 40",
        "maxLength: 40, readOnly: true",
        (B, "`readOnly` of `name` of `Thing` changed"),
        (B, "`readOnly` of `name` of `Thing` changed"),
    ),
    // What was too mild once.
    (
        "note: {type: string}\n    Thing",
        "note: {type: string, anyOf: [{maxLength: 3}]}\n    Thing",
        (B, "one of the schemas in `anyOf` of `note` of `Order` is new"),
        (B, "one of the schemas in `anyOf` of `note` of `Order` is gone"),
    ),
    (
        "      summary:",
        "      servers: [{url: \"https://b.example\"}]\n      summary:",
        (B, "the server's URL changed"),
        (B, "the server's URL changed"),
    ),
    (
        "servers: [{url: \"https://things.example\", x-name: main}]\n",
        "",
        (B, "which servers there are is said now, or is said no more"),
        (B, "which servers there are is said now, or is said no more"),
    ),
    (
        "schema: {type: string}}\n        - {name: X-Trace",
        "schema: {type: string}, x-rate: {description: 1}}\n        - {name: X-Trace",
        (B, "`x-rate` changed, which the comparison does not understand"),
        (B, "`x-rate` changed, which the comparison does not understand"),
    ),
    (
        "        \"400\":\n          description: Refused.",
        "        4XX:\n          description: Refused.",
        (B, "the response 400 is gone"),
        (B, "the response 4XX is gone"),
    ),
    // Components.
    (
        "    Order:\n",
        "    Spare: {description: S., type: string}\n    Order:\n",
        (C, "the component `Spare` is new"),
        (S, "the component `Spare` is gone"),
    ),
];

fn said(base: &str, head: &str) -> Vec<(Class, String)> {
    let (base, head) = (Parsed::from_text("base", base), Parsed::from_text("head", head));
    let (Some(base_root), Some(head_root)) = (&base.root, &head.root) else {
        panic!("the documents are YAML");
    };
    compare((&base.source, base_root), (&head.source, head_root))
        .into_iter()
        .map(|change| (change.class, change.message))
        .collect()
}

#[test]
fn each_change_means_what_its_direction_demands() {
    let mut wrong = String::new();
    for (at, text, there, back) in ROWS {
        let head = edited(at, text);
        for (said, (class, message)) in [(said(BASE, &head), there), (said(&head, BASE), back)] {
            // What is worst comes first; a change of media type is both gone and new.
            if said.first() != Some(&(*class, (*message).to_owned())) {
                wrong.push_str(&format!(
                    "`{at}` and `{text}`: not {class:?} {message:?}, but {said:?}\n"
                ));
            }
        }
    }
    assert!(ROWS.len() * 2 >= 60);
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is another text and the same document.
#[test]
fn what_is_written_otherwise_is_no_change() {
    for (at, text) in [
        ("enum: [small, large]", "enum: [large, small]"),
        ("required: true, schema: {type: string}", "schema: {type: string}, required: true"),
        (
            "- {name: X-Trace, in: header, schema: {type: string}}\n        - {name: limit, in: query, required: true, schema: {type: integer, maximum: 100, default: 20}}",
            "- {name: limit, in: query, required: true, schema: {type: integer, maximum: 100, default: 20}}\n        - {name: X-Trace, in: header, schema: {type: string}}",
        ),
        (
            "in: header, schema: {type: string}",
            "in: header, required: false, schema: {type: string, nullable: false}",
        ),
        ("[{Key: []}]", "[{Key: []}] # as ever"),
        (
            "{schema: {$ref: \"#/components/schemas/Thing\"}}",
            "{schema: {description: A thing., type: object, required: [name], properties: {name: {type: string, maxLength: 40}, state: {type: string, enum: [new, old]}, note: {type: string}, more: {type: object, additionalProperties: {type: string}}}}}",
        ),
    ] {
        assert_eq!(said(BASE, &edited(at, text)), [], "{text}");
        assert_eq!(said(&edited(at, text), BASE), [], "{text}");
    }
}

#[test]
fn a_change_says_where_it_is_and_whom_it_hits() {
    let head = edited("required: [name]", "required: [name, note]");
    let (base, head) = (Parsed::from_text("base", BASE), Parsed::from_text("head", &head));
    let (Some(base_root), Some(head_root)) = (&base.root, &head.root) else {
        panic!("the documents are YAML");
    };
    let changes = compare((&base.source, base_root), (&head.source, head_root));
    let [change] = &changes[..] else { panic!("one change") };
    assert_eq!(change.affects, Affects::Callers);
    assert_eq!(change.operations, ["PUT /things/{id}"]);
    assert_eq!(change.pointer, "/components/schemas/Order/required/1");
    let line = |place: &Option<xtask::finding::Place>| {
        place.as_ref().map(|place| place.source.position(place.span.start).line)
    };
    assert_eq!((line(&change.base), line(&change.head)), (Some(30), Some(33)));
}

/// Changes behind references that stand where nothing is understood, or where names look like words.
#[test]
fn nothing_hides_behind_a_reference() {
    let with = |extra: &str, kind: &str| {
        let text = edited(
            "  schemas:\n",
            &format!(
                "  schemas:\n    F: {{description: F., type: object, properties: {{x: {{type: {kind}}}}}}}\n"
            ),
        );
        text.replacen("        - {name: X-Trace, in: header, schema: {type: string}}\n", extra, 1)
    };
    let reference = "{$ref: \"#/components/schemas/F\"}";
    for extra in [
        format!("        - {{name: q, in: query, content: {{application/json: {{schema: {reference}}}}}}}\n"),
        format!("        - {{name: q, in: query, schema: {{not: {{allOf: [{reference}]}}}}}}\n"),
        "        - {name: q, in: query, schema: {discriminator: {propertyName: k, mapping: {f: F}}}}\n".to_owned(),
        format!("        - {{name: q, in: query, schema: {{properties: {{description: {reference}}}}}}}\n"),
        format!("        - {{name: q, in: query, content: {{application/json: {{schema: {{properties: {{description: {reference}}}}}}}}}}}\n"),
    ] {
        let said = said(&with(&extra, "string"), &with(&extra, "integer"));
        assert_eq!(said.first().map(|(class, _)| *class), Some(B), "{extra}: {said:?}");
    }
}

#[test]
fn a_status_can_be_any_key() {
    for status in ["\"\"", "\u{e9}00", "\u{1f512}"] {
        let head = edited("\"200\":", &format!("{status}:"));
        assert!(!said(BASE, &head).is_empty(), "{status}");
        assert!(!said(&head, BASE).is_empty(), "{status}");
    }
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
    assert!(said(&base, &head).iter().all(|(class, _)| *class != B));
}
