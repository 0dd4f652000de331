//! What each kind of change means on the wire and in Rust, there and back.

use std::collections::BTreeMap;

use xtask::openapi::{Document, Parsed};
use xtask::review::{Change, Package, RustEffect, compare, kinds};

use crate::{BASE, edited};

/// What stands in the document, what to write in its place, and what that is, there and back: the kinds of change on the
/// wire or `same`, then the effect on Rust code. `unknown` means that the generator does not take one of the documents.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // The document.
    ("openapi: 3.0.3", "openapi: 3.0.4", "documentation-changed, none", "documentation-changed, none"),
    ("title: Things", "title: Stuff", "documentation-changed, none", "documentation-changed, none"),
    (", description: All of them.", "", "documentation-changed, none", "documentation-changed, none"),
    ("version: 1.2.3", "version: 1.3.0", "documentation-changed, none", "documentation-changed, none"),
    ("https://things.example", "https://stuff.example", "server-url-changed, source-breaking", "server-url-changed, source-breaking"),
    ("x-name: main", "x-name: first", "server-renamed, source-breaking", "server-renamed, source-breaking"),
    ("x-name: main}", "x-name: main}, {url: \"https://b.example\"}", "server-added, none", "server-removed, none"),
    ("info:", "x-owner: us\ninfo:", "documentation-changed, none", "documentation-changed, none"),
    // Operations.
    ("/things/{id}:", "/stuff/{id}:", "operation-path-changed, none", "operation-path-changed, none"),
    ("    put:", "    post:", "operation-method-changed, none", "operation-method-changed, none"),
    ("  /pets:\n    post:\n      operationId: add_pet", "  /new: {post: {operationId: add_pet, responses: {\"204\": {description: Fine.}}}}\n  /pets:\n    post:\n      operationId: keep_pet", "operation-id-moved + operation-added + documentation-changed, source-breaking", "operation-removed + operation-id-moved + documentation-changed, source-breaking"),
    ("operationId: put_thing", "operationId: store", "documentation-changed, source-breaking", "documentation-changed, source-breaking"),
    ("summary: Puts a thing.", "summary: Stores a thing.", "documentation-changed, none", "documentation-changed, none"),
    ("summary: Puts a thing.", "summary: Puts a thing.\n      deprecated: true", "documentation-changed, none", "documentation-changed, none"),
    ("paths:\n", "paths:\n  /new: {get: {operationId: get_new, responses: {\"204\": {description: Fine.}}}}\n", "operation-added, compatible", "operation-removed, source-breaking"),
    // Security.
    ("[{Key: []}]", "[{Key: []}, {Pin: []}]", "credentials-added, compatible", "credentials-removed, source-breaking"),
    ("[{Key: []}]", "[]", "credentials-optional, source-breaking", "credentials-required, compatible"),
    ("in: header, name: X-Key", "in: query, name: X-Key", "exact-value-changed, none", "exact-value-changed, none"),
    ("Who calls.", "Who it is.", "documentation-changed, none", "documentation-changed, none"),
    // Parameters.
    ("- {name: X-Trace, in: header,", "- {name: X-Trace, in: header, required: true,", "parameter-became-required, source-breaking", "parameter-became-optional, source-breaking"),
    ("        - {name: X-Trace, in: header, schema: {type: string}}\n", "", "parameter-removed, source-breaking", "parameter-added, compatible"),
    ("        - {name: X-Trace", "        - {name: q, in: query, required: true, schema: {type: string}}\n        - {name: X-Trace", "parameter-added-required, source-breaking", "parameter-removed, source-breaking"),
    ("name: X-Trace", "name: x-trace", "header-case-changed, none", "header-case-changed, none"),
    ("in: header, schema: {type: string}", "in: header, schema: {type: integer}", "request-type-changed, source-breaking", "request-type-changed, source-breaking"),
    ("maximum: 100", "maximum: 200", "request-limit-loosened, none", "request-limit-tightened, none"),
    ("default: 20", "default: 30", "exact-value-changed, none", "exact-value-changed, none"),
    (", default: 20", "", "exact-value-changed, none", "exact-value-changed, none"),
    // Request bodies.
    ("        required: true\n", "", "request-body-became-optional, source-breaking", "request-body-became-required, source-breaking"),
    ("application/json: {schema: {$ref: \"#/components/schemas/Order\"}}", "application/json: {schema: {$ref: \"#/components/schemas/Order\"}}, text/plain: {schema: {type: string}}", "request-media-type-added, none", "request-media-type-removed, none"),
    // What goes in.
    ("required: [name]", "required: []", "request-property-became-optional, source-breaking", "request-property-became-required, source-breaking"),
    ("        note: {type: string}\n    Thing", "    Thing", "request-property-removed, source-breaking", "request-property-added, compatible"),
    ("required: [name]", "required: [name, note]", "request-property-became-required, source-breaking", "request-property-became-optional, source-breaking"),
    ("enum: [small, large]", "enum: [small, large, huge]", "request-enum-value-added, compatible", "request-enum-value-removed, source-breaking"),
    ("size: {type: string, enum: [small, large]}", "size: {type: string}", "request-enum-removed, source-breaking", "request-enum-added, source-breaking"),
    ("maxLength: 20", "maxLength: 30", "request-limit-loosened, none", "request-limit-tightened, none"),
    (", maxLength: 20", "", "request-limit-loosened, none", "request-limit-tightened, none"),
    (", maxLength: 20", ", maxLength: 20, pattern: a", "request-restriction-added, none", "request-restriction-removed, none"),
    (", maxLength: 20", ", maxLength: 20, nullable: true", "request-null-allowed, source-breaking", "request-null-forbidden, source-breaking"),
    ("What to do.", "What is to be done.", "documentation-changed, none", "documentation-changed, none"),
    (", maxLength: 20", ", maxLength: 20, x-log-safe: true", "shown, none", "hidden, none"),
    // Responses.
    ("\"200\":", "\"201\":", "success-changed, none", "success-changed, none"),
    ("        \"400\":\n", "        \"403\": {description: No.}\n        \"400\":\n", "response-added, source-breaking", "response-removed, source-breaking"),
    ("          content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}\n", "", "response-body-removed, source-breaking", "response-body-added, source-breaking"),
    ("content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}", "content: {application/xml: {schema: {$ref: \"#/components/schemas/Thing\"}}}", "response-media-type-removed + response-media-type-added, source-breaking", "response-media-type-removed + response-media-type-added, source-breaking"),
    ("description: Done.", "description: Stored.", "documentation-changed, none", "documentation-changed, none"),
    ("{X-Total: {required: true,", "{X-Total: {", "response-header-became-optional, none", "response-header-became-required, none"),
    ("          headers: {X-Total: {required: true, schema: {type: integer}}}\n", "", "response-header-removed, none", "response-header-added, none"),
    // What comes out.
    ("description: A thing.\n      type: object\n      required: [name]", "description: A thing.\n      type: object", "response-property-became-optional, source-breaking", "response-property-became-required, source-breaking"),
    ("maxLength: 40", "maxLength: 40, nullable: true", "response-null-allowed, source-breaking", "response-null-forbidden, source-breaking"),
    ("enum: [new, old]", "enum: [new, old, lost]", "response-enum-value-added, compatible", "response-enum-value-removed, source-breaking"),
    ("        state:", "        extra: {type: string}\n        state:", "response-property-added, compatible", "response-property-removed, source-breaking"),
    ("why: {type: string}", "why: {type: string, title: Reason}", "documentation-changed, none", "documentation-changed, none"),
    ("additionalProperties: {type: string}", "additionalProperties: {type: integer}", "response-type-changed, source-breaking", "response-type-changed, source-breaking"),
    ("additionalProperties: {type: string}", "additionalProperties: false", "response-additional-properties-forbidden, source-breaking", "response-additional-properties-allowed, source-breaking"),
    ("maxLength: 40", "maxLength: 40, readOnly: true", "exact-value-changed, source-breaking", "exact-value-changed, source-breaking"),
    // What was too mild once.
    ("note: {type: string}\n    Thing", "note: {type: string, anyOf: [{maxLength: 3}]}\n    Thing", "request-restriction-added, none", "request-restriction-removed, none"),
    ("      summary: Puts", "      servers: [{url: \"https://b.example\"}]\n      summary: Puts", "server-removed + server-added, none", "server-removed + server-added, none"),
    ("servers: [{url: \"https://things.example\", x-name: main}, {url: \"https://test.example\", x-name: test}]\n", "", "servers-added-or-removed, source-breaking", "servers-added-or-removed, compatible"),
    ("schema: {type: string}}\n        - {name: X-Trace", "schema: {type: string}, x-rate: {description: 1}}\n        - {name: X-Trace", "documentation-changed, none", "documentation-changed, none"),
    ("        \"400\":\n          description: Refused.", "        4XX:\n          description: Refused.", "response-removed + response-added, none", "response-removed + response-added, none"),
    // Components.
    ("    Order:\n", "    Spare: {description: S., type: string}\n    Order:\n", "unused-component-changed, compatible", "unused-component-changed, source-breaking"),
    // What was too strict or too mild once.
    ("maxLength: 40", "maxLength: 50", "response-limit-loosened, none", "response-limit-tightened, none"),
    (", maxLength: 40", "", "response-limit-loosened, none", "response-limit-tightened, none"),
    ("minimum: 1}", "minimum: 0}", "response-limit-loosened, none", "response-limit-tightened, none"),
    ("minimum: 1}", "minimum: 2}", "response-limit-tightened, none", "response-limit-loosened, none"),
    ("properties: {width: {type: integer}}", "properties: {width: {type: integer}, height: {type: integer}}", "response-property-added-to-closed, compatible", "response-property-removed, source-breaking"),
    ("additionalProperties: false\n", "additionalProperties: true\n", "response-additional-properties-allowed, none", "response-additional-properties-forbidden, none"),
    ("additionalProperties: {type: string}}", "additionalProperties: {type: string}, properties: {n: {type: integer}}}", "response-type-changed + response-property-added, source-breaking", "response-property-removed, source-breaking"),
    ("more: {type: object, additionalProperties: {type: string}}", "more: {type: object, additionalProperties: true}", "response-additional-properties-allowed, source-breaking", "response-additional-properties-forbidden, source-breaking"),
    ("x-name: main}, {url: \"https://test.example\", x-name: test}", "x-name: test}, {url: \"https://test.example\", x-name: main}", "server-url-changed, source-breaking", "server-url-changed, source-breaking"),
    ("url: \"https://test.example\"", "url: \"https://try.example\"", "server-url-changed, source-breaking", "server-url-changed, source-breaking"),
    ("    Pin: {", "    Pin: {x-example: 1, ", "unused-component-changed, none", "unused-component-changed, none"),
    ("[{Key: []}]", "[{Key: []}, {}]", "credentials-optional, compatible", "credentials-required, source-breaking"),
    ("[{Key: []}]", "[{Key: [], Pin: []}]", "credentials-removed + credentials-added, compatible", "credentials-optional + credentials-added, source-breaking"),
    ("[read, write]", "[read]", "scope-not-required, none", "scope-required, none"),
    ("write: Write.}", "write: Write., drop: Drop.}", "scope-added, none", "scope-removed, none"),
    ("tokenUrl: \"https://login.example\"", "tokenUrl: \"https://token.example\"", "exact-value-changed, none", "exact-value-changed, none"),
    ("[{$ref: \"#/components/schemas/Cat\"}, {$ref: \"#/components/schemas/Dog\"}]", "[{$ref: \"#/components/schemas/Dog\"}, {$ref: \"#/components/schemas/Cat\"}]", "same, source-breaking", "same, source-breaking"),
    ("[{$ref: \"#/components/schemas/Cat\"}, {$ref: \"#/components/schemas/Dog\"}]", "[{$ref: \"#/components/schemas/Cat\"}, {$ref: \"#/components/schemas/Dog\"}, {$ref: \"#/components/schemas/Box\"}]", "response-alternative-added + request-alternative-added, compatible", "request-alternative-removed + response-alternative-removed, source-breaking"),
    ("{$ref: \"#/components/schemas/Dog\"}]", "{$ref: \"#/components/schemas/Dog\"}]\n      discriminator: {propertyName: kind}", "request-discriminator-changed + response-discriminator-changed, source-breaking", "request-discriminator-changed + response-discriminator-changed, source-breaking"),
    ("type: object\n      required: [tricks]", "type: object\n      required: []", "response-property-became-optional + request-property-became-optional, source-breaking", "request-property-became-required + response-property-became-required, source-breaking"),
    ("items: {type: string, maxLength: 9}", "items: {type: string}", "response-limit-loosened + request-limit-loosened, none", "request-limit-tightened + response-limit-tightened, none"),
    ("items: {type: string, maxLength: 9}", "uniqueItems: true, items: {type: string, maxLength: 9}", "request-restriction-added + response-restriction-added, none", "response-restriction-removed + request-restriction-removed, none"),
    ("lives: {type: integer}", "lives: {type: number}", "response-type-widened + request-type-widened, source-breaking", "request-type-narrowed + response-type-narrowed, source-breaking"),
    ("lives: {type: integer}", "lives: {type: integer, format: int32}", "request-restriction-added + response-restriction-added, source-breaking", "response-restriction-removed + request-restriction-removed, source-breaking"),
    ("lives: {type: integer}", "lives: {}", "response-type-widened + request-type-widened, source-breaking", "request-type-narrowed + response-type-narrowed, source-breaking"),
    ("lives: {type: integer}", "lives: {type: integer, multipleOf: 2}", "request-restriction-added + response-restriction-added, none", "response-restriction-removed + request-restriction-removed, none"),
    ("width: {type: integer}", "width: {allOf: [{type: integer}, {maximum: 9}]}", "response-type-widened + response-restriction-added, none", "response-restriction-removed + response-type-narrowed, none"),
    ("note: {type: string}\n        count", "note: {type: string, enum: [a]}\n        count", "response-enum-added, source-breaking", "response-enum-removed, source-breaking"),
    ("note: {type: string}\n        count", "note: {type: string, deprecated: true}\n        count", "documentation-changed, none", "documentation-changed, none"),
    ("why: {type: string}", "why: {type: string, nullable: true, x-log-safe: true}", "response-null-allowed + shown, none", "response-null-forbidden + hidden, none"),
    ("responses:\n        \"200\":\n          description: Added.", "callbacks: {}\n      responses:\n        \"200\":\n          description: Added.", "not-understood, none", "not-understood, none"),
    ("        - {name: X-Trace,", "        - {name: X-Trace, style: simple, explode: true,", "exact-value-changed, none", "exact-value-changed, none"),
    ("      requestBody:\n        content: {application/json: {schema: {$ref: \"#/components/schemas/Pet\"}}}\n", "", "request-body-removed, source-breaking", "request-body-added, compatible"),
    ("operationId: add_pet", "operationId: add_pet\n      parameters: [{name: q, in: query, schema: {type: string}}]", "parameter-added, compatible", "parameter-removed, source-breaking"),
    ("width: {type: integer}", "width: {allOf: [{type: integer}]}", "same, none", "same, none"),
    ("width: {type: integer}", "width: {type: integer, format: int64, minLength: 0, deprecated: false}", "same, none", "same, none"),
    ("note: {type: string}\n    Thing", "note: {type: string}\n        no: {type: string, additionalProperties: true}\n    Thing", "request-property-added, compatible", "request-property-removed, source-breaking"),
    ("    Order:\n      description: What to do.", "    Order:\n      additionalProperties: true\n      description: What to do.", "same, none", "same, none"),
    ("{id}:\n    put:\n      parameters:\n        - {name: id,", "{key}:\n    put:\n      parameters:\n        - {name: key,", "path-parameter-renamed, none", "path-parameter-renamed, none"),
    ("      requestBody:\n        required: true\n        content: {application/json: {schema: {$ref: \"#/components/schemas/Order\"}}}\n", "", "request-body-removed, source-breaking", "request-body-added-required, source-breaking"),
    ("pattern: \"^[a-z]\"", "pattern: \"^[a-zA-Z]\"", "request-restriction-changed + response-restriction-changed, none", "request-restriction-changed + response-restriction-changed, none"),
    ("pattern: \"^[a-z]\"}", "pattern: \"^[a-z]\"}\n        color: {type: string}", "response-property-added-to-closed + request-property-added-to-closed, compatible", "request-property-removed + response-property-removed, source-breaking"),
    (", {type: object, properties: {b: {type: string}}}]", "]", "response-part-removed + request-property-removed + response-property-removed + request-part-removed, source-breaking", "request-part-added + response-part-added, compatible"),
    ("operationId: add_pet\n", "operationId: add_pet\n      deprecated: false\n", "same, none", "same, none"),
    ("in: header, schema: {type: string}", "in: header, style: simple, explode: false, required: false, schema: {type: string}", "same, none", "same, none"),
    ("in: header, schema: {type: string}", "in: header, schema: {type: string, pattern: a}", "request-restriction-added, none", "request-restriction-removed, none"),
    ("A cat.\n      type: object\n      additionalProperties: false\n", "A cat.\n      type: object\n", "response-additional-properties-allowed + request-additional-properties-allowed, none", "request-additional-properties-forbidden + response-additional-properties-forbidden, none"),
    ("required: [tricks]\n      properties: {", "required: [tricks, age]\n      properties: {age: {type: integer}, ", "request-property-added-required + response-property-added-required, source-breaking", "request-property-removed + response-property-removed, source-breaking"),
    ("        \"200\":\n          description: Added.", "        \"202\": {description: Later., content: {application/json: {schema: {$ref: \"#/components/schemas/Pet\"}}}}\n        \"200\":\n          description: Added.", "success-added, none", "response-removed, none"),
];

fn changes(base: &str, head: &str) -> Vec<Change> {
    let (base, head) = (Parsed::from_text("base", base), Parsed::from_text("head", head));
    match (Document::usable(&base), Document::usable(&head)) {
        (Ok(base), Ok(head)) => compare(&base, &head),
        _ => panic!("a document cannot be used"),
    }
}

fn wire(changes: &[Change]) -> String {
    let mut ids: Vec<&str> = Vec::new();
    for change in changes {
        if !ids.contains(&change.kind.id) {
            ids.push(change.kind.id);
        }
    }
    if ids.is_empty() { "same".to_owned() } else { ids.join(" + ") }
}

fn rust(effect: &RustEffect) -> &'static str {
    match (effect.class(), &effect.unknown) {
        (_, Some(_)) => "unknown",
        (Some(class), None) => class.name(),
        (None, None) => "none",
    }
}

/// The rows that are not as they say, and a sentence for each kind of change that they have.
fn judge(rows: &[Row]) -> (String, BTreeMap<&'static str, String>) {
    let base = Package::generated(BASE);
    let mut wrong = String::new();
    let mut sentences = BTreeMap::new();
    for (at, text, there, back) in rows {
        let changed = edited(at, text);
        let head = Package::generated(&changed);
        for (expected, found, effect) in [
            (there, changes(BASE, &changed), RustEffect::between(&base, &head)),
            (back, changes(&changed, BASE), RustEffect::between(&head, &base)),
        ] {
            let is = format!("{}, {}", wire(&found), rust(&effect));
            if is != **expected {
                wrong.push_str(&format!("`{at}` and `{text}`:\n  not {expected}\n  but {is}\n"));
            }
            for change in found {
                sentences.entry(change.kind.id).or_insert(change.message);
            }
        }
    }
    (wrong, sentences)
}

#[test]
fn each_change_means_what_its_direction_demands() {
    let (first, second) = ROWS.split_at(ROWS.len() / 2);
    let (mut wrong, mut sentences) = std::thread::scope(|scope| {
        let other = scope.spawn(|| judge(second));
        let mut judged = judge(first);
        let (wrong, sentences) = other.join().expect("no panic");
        judged.0.push_str(&wrong);
        judged.1.extend(sentences);
        judged
    });
    // In two places of the document.
    for change in changes(BASE, &BASE.replace("Key: ", "Token: ")) {
        sentences.insert(change.kind.id, change.message);
    }
    for kind in kinds() {
        if !sentences.contains_key(kind.id) {
            wrong.push_str(&format!("no row has {}\n", kind.id));
        }
    }
    sentences.retain(|id, _| kinds().all(|kind| kind.id != *id));
    assert!(sentences.is_empty(), "not in the table: {sentences:?}");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_kind_has_a_name_of_its_own() {
    let mut ids: Vec<&str> = kinds().map(|kind| kind.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

/// The README's table is that of the code.
#[test]
fn kinds_are_documented() {
    let readme = include_str!("../../../spec/README.md");
    for kind in kinds() {
        let row = format!("| `{}` | {} | {} |\n", kind.id, kind.class.name(), kind.text());
        assert!(readme.contains(&row), "spec/README.md lacks: {row}");
    }
    let rows = readme.lines().filter(|line| {
        let mut cells = line.split(" | ");
        let class = cells.nth(1).unwrap_or_default();
        line.starts_with("| `") && ["breaking", "compatible", "documentation"].contains(&class)
    });
    assert_eq!(rows.count(), kinds().count());
}

/// What is another text and the same document.
#[test]
fn what_is_written_otherwise_is_no_change() {
    for (at, text) in [
        ("enum: [small, large]", "enum: [large, small]"),
        ("required: true, schema: {type: string}", "schema: {type: string}, required: true"),
        (
            "        - {name: X-Trace, in: header, schema: {type: string}}\n        - {name: limit, in: query, required: true, schema: {type: integer, maximum: 100, default: 20}}",
            "        - {name: limit, in: query, required: true, explode: true, style: form, schema: {type: integer, maximum: 100.0, default: 20.0}}\n        - {name: X-Trace, in: header, schema: {nullable: false, type: string}}",
        ),
        ("[{Key: []}]", "[{Key: []}] # as ever"),
        ("[read, write]", "[write, read]"),
        (
            "application/json: {schema: {$ref: \"#/components/schemas/Order",
            "Application/JSON: {schema: {$ref: \"#/components/schemas/Order",
        ),
        (
            "box: {$ref: \"#/components/schemas/Box\"}",
            "box: {allOf: [{$ref: \"#/components/schemas/Box\"}]}",
        ),
        (
            "box: {$ref: \"#/components/schemas/Box\"}",
            "box: {description: What it is in., type: object, additionalProperties: false, properties: {width: {type: integer}}}",
        ),
    ] {
        assert_eq!(wire(&changes(BASE, &edited(at, text))), "same", "{text}");
        assert_eq!(wire(&changes(&edited(at, text), BASE)), "same", "{text}");
    }
    // `nullable` beside the one part of `allOf` is that alone.
    let nullable = edited(
        "box: {$ref: \"#/components/schemas/Box\"}",
        "box: {nullable: true, allOf: [{$ref: \"#/components/schemas/Box\"}]}",
    );
    assert_eq!(wire(&changes(BASE, &nullable)), "response-null-allowed");
    assert_eq!(wire(&changes(&nullable, BASE)), "response-null-forbidden");
    // Words beside the one part of `allOf` are only that.
    let wrapped =
        "box: {description: B., x-log-safe: true, allOf: [{$ref: \"#/components/schemas/Box\"}]}";
    let found = changes(BASE, &edited("box: {$ref: \"#/components/schemas/Box\"}", wrapped));
    assert_eq!(wire(&found), "shown + documentation-changed");
}

#[test]
fn case_of_credentials_does_not_count() {
    let http = edited("{type: apiKey, in: header, name: X-Key,", "{type: http, scheme: bearer,");
    for (base, head, expected) in [
        (BASE, &*edited("name: X-Key", "name: x-key"), "header-case-changed"),
        (&*http, &*http.replace("bearer", "Bearer"), "header-case-changed"),
        (&*http, &*http.replace("bearer", "basic"), "exact-value-changed"),
    ] {
        assert_eq!(wire(&changes(base, head)), expected);
    }
}

/// The names of the alternatives are the values of a discriminator without `mapping`.
#[test]
fn a_discriminator_has_the_names_of_components() {
    let with =
        |text: &str| edited("schemas/Dog\"}]\n", &format!("schemas/Dog\"}}]\n      {text}\n"));
    let base = with("discriminator: {propertyName: kind}");
    let mapped = with(
        "discriminator: {propertyName: kind, mapping: {Dog: Dog, Cat: \"#/components/schemas/Cat\"}}",
    );
    assert_eq!(wire(&changes(&base, &mapped)), "same");
    let renamed = base.replace("schemas/Cat", "schemas/Feline").replace("    Cat:", "    Feline:");
    let found = changes(&base, &renamed);
    assert!(
        found.iter().any(|change| change.message == "the value `Cat` of the discriminator of `Pet` is gone"),
        "{}",
        wire(&found)
    );
}

#[test]
fn a_change_says_where_it_is_and_whom_it_affects() {
    let head = edited("required: [name]", "required: [name, note]");
    let changes = changes(BASE, &head);
    let [change] = &changes[..] else { panic!("one change") };
    assert_eq!(change.operations, ["PUT /things/{id}"]);
    assert_eq!(change.pointer, "/components/schemas/Order/required/1");
    let line = |place: &Option<xtask::finding::Place>| {
        place.as_ref().map(|place| place.source.position(place.span.start).line)
    };
    assert_eq!((line(&change.base), line(&change.head)), (Some(42), Some(45)));
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
        let found = changes(&with(&extra, "string"), &with(&extra, "integer"));
        assert!(found.first().is_some_and(|change| change.kind.class.is_breaking()), "{extra}");
    }
}

/// What needs more than one edit of the document.
#[test]
fn changes_of_other_documents() {
    let both = |text: &str| edited("[{Key: []}]", text);
    let known = |error: &str| {
        let errors = format!("      x-known-errors: {{gone: {{fields: {{why: GONE, {error}}}}}\n");
        edited("      description: A thing.\n", &format!("      description: A thing.\n{errors}"))
    };
    let encoded = |header: &str| {
        let at = "{$ref: \"#/components/schemas/Order\"}";
        edited(at, &format!("{at}, encoding: {{name: {{headers: {{X-A: {header}}}}}}}"))
    };
    let listed = BASE.replace("required: [name]", "required: [name, extra]");
    let property = "name: {type: string, maxLength: 40}\n        extra: {type: string}";
    let optional = edited("name: {type: string, maxLength: 40}", property);
    for (base, head, expected) in [
        (both("[]"), both("[{Key: []}, {}]"), "credentials-added"),
        (both("[{Key: []}, {}]"), both("[]"), "credentials-removed"),
        (listed, optional, "response-property-became-optional"),
        (
            encoded("{schema: {type: string}}"),
            encoded("{required: true, schema: {type: string}}"),
            "parameter-became-required",
        ),
        (known("id: 1}"), known("id: 2}"), "exact-value-changed"),
        (known("id: 1}, status: 404"), known("id: 1}, status: 410"), "exact-value-changed"),
        (known("id: 1}"), known("id: 1}, description: Other"), "documentation-changed"),
        (BASE.to_owned(), BASE.replace("Key: ", "Token: "), "security-scheme-renamed"),
        (
            both("[{Key: [], Pin: []}]"),
            both("[{Key: []}]").replacen("X-Key", "X-Other", 1),
            "exact-value-changed",
        ),
    ] {
        let found = wire(&changes(&base, &head));
        assert!(found.split(" + ").any(|id| id == expected), "{found}");
    }
}
