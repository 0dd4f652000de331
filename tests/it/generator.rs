//! The generator on a document of these tests' own, `specs/desk.yaml`, with one text in the place of another.

use proc_macro2::TokenTree;
use quote::ToTokens;
use xtask::generator::{Client, generate};

use crate::spec::TEXT;

const DESK: &str = include_str!("specs/desk.yaml");

fn edited(from: &str, to: &str) -> String {
    assert!(DESK.contains(from), "the document has no {from}");
    DESK.replacen(from, to, 1)
}

fn client(document: &str) -> Client {
    generate(document).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// The text of the client of a document, with single spaces.
fn text(document: &str) -> String {
    let text = client(document).text;
    let text = text.replace("::std::convert::Into<::std::string::String>", "Into<String>");
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(", )", ")")
}

#[test]
fn build_script_and_xtask_make_the_committed_client() {
    let committed = include_str!("../../vault-api/src/generated.rs");
    assert_eq!(client(TEXT).text, committed);
    assert_eq!(vault_api::GENERATED, committed);
}

/// The identifiers in a token, in their order.
fn words(token: TokenTree) -> Vec<String> {
    match token {
        TokenTree::Ident(ident) => vec![ident.to_string()],
        TokenTree::Group(group) => group.stream().into_iter().flat_map(words).collect(),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    }
}

/// The tree that goes with the text is the text's.
#[test]
fn tree_is_that_of_the_text() {
    let client = client(DESK);
    let names =
        |file: &syn::File| file.to_token_stream().into_iter().flat_map(words).collect::<Vec<_>>();
    let parsed = syn::parse_file(&client.text).expect("it is Rust");
    assert_eq!(names(&parsed), names(&client.file));
}

#[test]
fn broken_documents_give_a_sentence() {
    let rows = [
        ("not yaml", "info: [".to_owned()),
        ("empty", String::new()),
        ("a list", "- 1\n".to_owned()),
        ("openapi 3.1", edited("openapi: 3.0.3", "openapi: 3.1.0")),
        ("no paths", edited("paths:", "x-paths:")),
        ("a dangling schema", edited("schemas/Tickets\"", "schemas/Tickts\"")),
        ("a path without its slash", edited("  /tickets:", "  tickets:")),
        ("a header that cannot be one", edited("name: X-Kind", "name: X Kind")),
        ("a schema elsewhere", edited("\"#/components/schemas/Tickets\"", "other.yaml#/Tickets")),
        ("an unknown type", edited("size: {type: integer", "size: {type: intger")),
        (
            "other successes",
            edited(
                "        \"200\": {description: All.",
                "        \"201\": {description: None.}\n        \"200\": {description: All.",
            ),
        ),
        ("an undeclared path parameter", edited("/tickets/{id}", "/tickets/{ident}")),
        ("a required cookie", edited("in: header", "in: cookie")),
        ("a style", edited("in: path,", "in: path, style: label,")),
        ("a multipart body", edited("application/json", "multipart/form-data")),
        ("an unknown security scheme", edited("security: []", "security: [{Key: []}]")),
        (
            "parts that exclude each other",
            edited(
                "state: {$ref: \"#/components/schemas/State\"}",
                "state: {allOf: [{type: integer}, {type: boolean}]}",
            ),
        ),
    ];
    let mut report = String::new();
    for (name, document) in rows {
        match generate(&document) {
            Ok(_) => panic!("a client was generated in spite of {name}"),
            Err(errors) => {
                report.push_str(&format!("{name}\n"));
                errors.iter().for_each(|error| report.push_str(&format!("  {error}\n")));
            }
        }
    }
    insta::assert_snapshot!(report.trim_end());
}

/// Each operation that cannot be generated is told.
#[test]
fn every_reason_is_told_in_one_run() {
    let document =
        DESK.replace("application/json", "multipart/form-data").replace("in: header", "in: cookie");
    let document = document.replacen("security: []", "security: [{Key: []}]", 2);
    let errors = generate(&document).err().expect("nothing can be generated");
    let rules: Vec<_> = errors.iter().map(|error| error.rule).collect();
    assert_eq!(rules, ["unsupported", "credential", "credential"]);
}

/// openapiv3 panics on some of these, and silently takes the last of the others.
#[test]
fn duplicate_keys_are_told_with_their_line() {
    let mut seen = 0;
    for (line, text) in TEXT.lines().enumerate() {
        let is_scalar = text.split_once(": ").is_some_and(|(key, value)| {
            let word = key.trim().chars().all(char::is_alphanumeric);
            word && !value.starts_with(['>', '[', '{'])
        });
        if !is_scalar {
            continue;
        }
        let mut lines: Vec<&str> = TEXT.lines().collect();
        lines.insert(line + 1, text);
        let errors = generate(&lines.join("\n")).err().expect("a key stands there twice");
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert!(error.message.contains("duplicate") && error.line.is_some(), "{text}: {error}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn every_description_is_in_the_client() {
    let mut seen = 0;
    for (place, _) in DESK.match_indices("description: ") {
        let place = place + "description: ".len();
        let (before, after) = DESK.split_at(place);
        let document = format!("{before}Another {after}");
        assert!(client(&document).text.contains("Another "), "{after}");
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn required_arguments_stand_by_place_and_then_as_in_the_document() {
    let string = "schema: {type: string}, required: true";
    for (parameter, arguments) in [
        (
            format!("name: X-Z-First, in: header, {string}"),
            "z_first: impl Into<String>, kind: impl Into<String>",
        ),
        (
            format!("name: zone, in: query, {string}"),
            "zone: impl Into<String>, kind: impl Into<String>",
        ),
        (
            "name: zone, in: query, required: true, schema: {type: integer}".to_owned(),
            "zone: i64, kind: impl Into<String>",
        ),
        // Two arguments would have one name, so the header keeps its prefix.
        (
            format!("name: kind, in: query, {string}"),
            "kind: impl Into<String>, x_kind: impl Into<String>",
        ),
        // A keyword.
        (
            format!("name: X-Type, in: header, {string}"),
            "type_: impl Into<String>, kind: impl Into<String>",
        ),
    ] {
        let document = edited(
            "        - {name: X-Kind",
            &format!("        - {{{parameter}}}\n        - {{name: X-Kind"),
        );
        let expected = format!(
            "pub fn put_ticket(&self, id: impl Into<String>, {arguments}, body: types::Ticket)"
        );
        assert!(text(&document).contains(&expected), "{expected}");
    }
}

#[test]
fn optional_arguments_are_methods_of_the_request() {
    for (parameter, setter) in [
        ("name: X-Trace, in: header, schema: {type: string}", "pub fn trace(mut self,"),
        ("name: page, in: query, schema: {type: integer}", "pub fn page(mut self, page: i64)"),
        // A method that every request has.
        ("name: X-Timeout, in: header, schema: {type: string}", "pub fn x_timeout(mut self,"),
    ] {
        let document = edited(
            "        - {name: limit",
            &format!("        - {{{parameter}, description: Another.}}\n        - {{name: limit"),
        );
        let text = text(&document);
        assert!(text.contains("pub fn list_tickets(&self)"), "{setter}");
        assert!(text.contains(&format!("/// Another. {setter}")), "{setter}");
    }
}

/// typify sorts the fields of a type by name.
#[test]
fn required_fields_stand_as_in_the_document() {
    let document = edited("required: [name]", "required: [tags, name, size]");
    let expected = "pub fn new(name: impl Into<String>, size: i64, tags: ::std::vec::Vec<::std::string::String>) -> Self";
    assert!(text(&document).contains(expected));
}

#[test]
fn limits_and_formats_are_in_the_documentation_and_in_no_type() {
    let limits = "name: {type: string, format: uuid, pattern: \"^[a-z]+$\", minLength: 3, maxLength: 9, default: abc,";
    let text = text(&edited("name: {type: string,", limits));
    assert!(text.contains("pub name: ::std::string::String"));
    let words = "The server takes 3 to 9 characters, text that matches `^[a-z]+$`, text in the format `uuid`. The server's default is `abc`.";
    let words = words.replace("3 to 9", "`3` to `9`");
    assert!(text.contains(&words), "{text}");
}

#[test]
fn known_errors_that_cannot_be_told_apart_are_refused() {
    let known = |text: &str| {
        edited(
            "      description: Why not.\n",
            &format!("      description: Why not.\n      x-known-errors: {{{text}}}\n"),
        )
    };
    assert!(
        client(&known("gone: {description: G., fields: {error: GONE}}"))
            .text
            .contains("fn is_gone")
    );
    for (text, word) in [
        ("gone: {description: G., fields: {}}", "needs a text"),
        ("gone: {description: G.}", "needs a text"),
        ("gone: {description: G., fields: {eror: GONE}}", "`eror`"),
        ("gone: {description: G., fields: {error: 7}}", "`error` never has this value"),
        ("g one: {description: G., fields: {error: GONE}}", "`g one`"),
        ("gone: {description: G., fields: {error: GONE}, status: 200}", "from 400 to 599"),
        ("gone: {fields: {error: GONE}}", "needs a `description`"),
    ] {
        let errors = generate(&known(text)).err().expect(text);
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert_eq!(error.rule, "known-errors");
        assert!(error.to_string().contains(word), "{text}: {error}");
        assert!(
            error.pointer.starts_with("/components/schemas/ErrorBody/x-known-errors"),
            "{error}"
        );
    }
}

/// `Debug` shows only what the document marks.
#[test]
fn values_are_shown_where_the_document_says_so() {
    let shown =
        |text: &str, value: &str| text.contains(&format!(".field(\"{value}\", &self.{value})"));
    let plain = text(DESK);
    assert!(
        !shown(&plain, "size")
            && plain.contains(".field(\"size\", &crate::redacted::hidden(&self.size))")
    );
    assert!(plain.contains(".field(\"name\", &crate::Redacted)"));
    assert!(shown(&text(&edited("size: {", "size: {x-log-safe: true, ")), "size"));
    let whole = text(&edited(
        "      description: A ticket.\n",
        "      description: A ticket.\n      x-log-safe: true\n",
    ));
    assert!(shown(&whole, "size") && shown(&whole, "name"));
    let parameter = text(&edited("{name: limit,", "{name: limit, x-log-safe: true,"));
    assert!(!shown(&plain, "limit") && shown(&parameter, "limit"));
}

/// The default of `Error` is the only type that operations fail with.
#[test]
fn errors_have_a_default_where_they_are_one_type() {
    assert!(client(DESK).text.contains("pub type Error<E = types::ErrorBody> ="));
    // A response without a body says nothing about the type.
    let status = "        \"400\": {description: Refused.";
    let bodiless = edited(status, &format!("        \"404\": {{description: None.}}\n{status}"));
    assert!(client(&bodiless).text.contains("pub type Error<E = types::ErrorBody> ="));
    let other = edited(
        "Refused., content: {application/json: {schema: {$ref: \"#/components/schemas/ErrorBody\"}}}",
        "Refused., content: {application/json: {schema: {$ref: \"#/components/schemas/Tickets\"}}}",
    );
    assert!(client(&other).text.contains("pub type Error<E> ="));
}
