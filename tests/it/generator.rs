//! The generator on other documents than the shipped one.

use xtask::check;
use xtask::generator::generate;
use xtask::openapi::Parsed;

use crate::spec::TEXT;

/// The shipped document with one text in the place of another.
fn edited(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "the document has no {from}");
    TEXT.replace(from, to)
}

#[test]
fn build_script_and_xtask_make_the_committed_client() {
    let committed = include_str!("../../vault-api/src/generated.rs");
    assert_eq!(generate(TEXT).expect("the document is valid"), committed);
    assert_eq!(vault_api::GENERATED, committed);
}

#[test]
fn broken_documents_give_a_sentence() {
    let second_post = "    get:\n      operationId: resend_code\n      responses: {}\n    post:\n";
    let other_error =
        "        \"403\":\n          description: Not allowed.\n      # end\ncomponents:\n";
    let rows = [
        ("not yaml", "info: [".to_owned()),
        ("empty", String::new()),
        ("a list", "- 1\n".to_owned()),
        ("without info", edited("info:", "inf:")),
        ("openapi 3.1", edited("openapi: 3.0.3", "openapi: 3.1.0")),
        ("no operationId", edited("operationId: resend_code", "x-operationId: resend_code")),
        ("an operationId twice", edited("    post:\n", second_post)),
        ("a dangling schema", edited("schemas/ErrorBody\"", "schemas/ErrorBdy\"")),
        ("a path without its slash", edited("  /v2/mobile", "  v2/mobile")),
        ("a header that cannot be one", edited("name: X-Fingerprint", "name: X Fingerprint")),
        (
            "a schema elsewhere",
            edited("\"#/components/schemas/ErrorBody\"", "other.yaml#/ErrorBody"),
        ),
        ("an unknown type", edited("type: integer", "type: intger")),
        (
            "another error body",
            edited("components:\n  security", &format!("{other_error}  security")),
        ),
        ("an undeclared path parameter", edited("/verify/resend:", "/verify/{id}:")),
        (
            "a cookie parameter",
            edited(
                "          in: header\n          required",
                "          in: cookie\n          required",
            ),
        ),
        ("an unknown security scheme", edited("MerchantId: []", "MerchantI: []")),
        ("x-sensitive that is no boolean", edited("x-sensitive: true", "x-sensitive: yes!")),
        (
            "x-sensitive on nothing with a name",
            edited("additionalProperties: true", "additionalProperties: {x-sensitive: true}"),
        ),
        ("a server's name that is no constant", edited("x-name: sandbox", "x-name: \"1\"")),
    ];
    let mut report = String::new();
    for (name, document) in rows {
        match generate(&document) {
            Ok(_) => panic!("a client was generated in spite of {name}"),
            Err(error) => report.push_str(&format!("{name}\n  {error}\n")),
        }
    }
    insta::assert_snapshot!(report.trim_end());
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
        let error = generate(&lines.join("\n")).expect_err("a key stands there twice");
        assert!(error.message.contains("duplicate"), "{text}: {error}");
        assert!(error.line.is_some(), "{text}: {error}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn every_description_is_in_the_client() {
    let mut seen = 0;
    for (index, line) in TEXT.lines().enumerate() {
        let Some((before, text)) =
            line.split_once("description: ").filter(|(_, text)| *text != ">-")
        else {
            continue;
        };
        let mut lines: Vec<String> = TEXT.lines().map(str::to_owned).collect();
        lines[index] = format!("{before}description: Another {text}");
        let client = generate(&lines.join("\n")).expect("the document is right");
        assert!(client.contains(&format!("Another {text}")), "{text}");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

/// typify makes a variant of a property by which two schemas differ.
#[test]
fn sensitive_fields_of_alternatives_are_hidden() {
    let schemas = "  schemas:\n    Contact:\n      oneOf:\n        - type: object\n          required: [phone]\n          \
                   properties: {phone: {type: string, x-sensitive: true}}\n          additionalProperties: \
                   false\n        - type: object\n          required: [mail]\n          properties: {mail: {type: \
                   string}}\n          additionalProperties: false\n";
    let client = generate(&edited("  schemas:\n", schemas)).expect("the document is right");
    assert!(client.contains("pub enum Contact {"));
    assert!(client.contains("f.debug_tuple(\"Contact\").field(&crate::Redacted).finish()"));
}

/// The first line of the method `resend_code` in the client of the shipped document with another parameter.
fn signature(parameter: &str) -> (String, String) {
    let more = format!("      parameters:\n        - {{{parameter}, description: Another.}}\n");
    let client = generate(&edited("      parameters:\n", &more)).expect("the document is valid");
    let (_, method) = client.split_once("pub fn resend_code(").expect("the method");
    let (parameters, _) = method.split_once(')').expect("parameters in parentheses");
    let parameters =
        parameters.replace("::std::convert::Into<::std::string::String>", "Into<String>");
    (parameters.split_whitespace().collect::<Vec<_>>().join(" "), client)
}

#[test]
fn required_arguments_stand_by_place_and_then_as_in_the_document() {
    let text = "schema: {type: string}, required: true";
    for (parameter, arguments) in [
        (
            format!("name: X-Z-First, in: header, {text}"),
            "z_first: impl Into<String>, fingerprint: impl Into<String>",
        ),
        (
            format!("name: zone, in: query, {text}"),
            "zone: impl Into<String>, fingerprint: impl Into<String>",
        ),
        (
            "name: zone, in: query, required: true, schema: {type: integer}".to_owned(),
            "zone: i64, fingerprint: impl Into<String>",
        ),
        // Two arguments would have one name, so the header keeps its prefix.
        (
            format!("name: fingerprint, in: query, {text}"),
            "fingerprint: impl Into<String>, x_fingerprint: impl Into<String>",
        ),
        // A keyword.
        (
            format!("name: X-Type, in: header, {text}"),
            "x_type: impl Into<String>, fingerprint: impl Into<String>",
        ),
    ] {
        let expected = format!("&self, {arguments}, body: types::ResendCodeRequest,");
        assert_eq!(signature(&parameter).0, expected);
    }
}

#[test]
fn check_refuses_known_errors_with_one_sign() {
    for (from, to) in [
        ("{error: COMMON, errorId: 0}", "{error: CUSTOMER_NOT_FOUND_EXCEPTION, errorId: 0}"),
        ("{error: COMMON, errorId: 0}", "{error: COMMON, errorId: 0}\n          status: 429"),
    ] {
        let findings = check::check(&Parsed::from_text("vault.yaml", &edited(from, to))).0;
        let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
        let [message] = messages[..] else { panic!("{messages:?}") };
        assert!(message.ends_with("cannot be told apart from `internal`"), "{message}");
    }
}

/// typify sorts the fields of a type by name.
#[test]
fn required_fields_stand_as_in_the_document() {
    let text = edited("required: [phone]", "required: [channel, phone]");
    let channel =
        "          x-sensitive: true\n        channel: {type: string}\n\n    ResendCodeResponse:";
    let end = "          x-sensitive: true\n\n    ResendCodeResponse:";
    assert!(text.contains(end));
    let client = generate(&text.replace(end, channel)).expect("the document is valid");
    let new = client.split("pub fn new(").find(|text| text.contains("channel: impl"));
    let arguments = new.and_then(|text| text.split(") -> Self").next()).expect("a constructor");
    let names: Vec<_> = arguments.split(',').filter_map(|text| text.split_once(':')).collect();
    let names: Vec<_> = names.iter().map(|(name, _)| name.trim()).collect();
    assert_eq!(names, ["phone", "channel"]);
}

#[test]
fn optional_arguments_are_methods_of_the_request() {
    let required = "&self, fingerprint: impl Into<String>, body: types::ResendCodeRequest,";
    for (parameter, setter) in [
        ("name: X-Trace, in: header, schema: {type: string}", "pub fn trace(mut self,"),
        ("name: page, in: query, schema: {type: integer}", "pub fn page(mut self, page: i64)"),
        // A method that every request has.
        ("name: X-Timeout, in: header, schema: {type: string}", "pub fn header_timeout(mut self,"),
    ] {
        let (arguments, client) = signature(parameter);
        assert_eq!(arguments, required);
        let client =
            client.split_whitespace().collect::<Vec<_>>().join(" ").replace("( mut", "(mut");
        assert!(client.contains(&format!("/// Another. {setter}")), "{setter}");
    }
}

#[test]
fn known_errors_that_cannot_be_told_apart_are_refused() {
    for (from, to) in [
        ("fields: {error: COMMON, errorId: 0}", "fields: {errorId: 0}"),
        ("fields: {error: COMMON, errorId: 0}", "fields: {eror: COMMON}"),
        ("fields: {error: COMMON, errorId: 0}", "fields: {error: COMMON, errorId: none}"),
        ("fields: {error: COMMON, errorId: 0}", "field: {error: COMMON}"),
        ("        internal:\n", "        in ternal:\n"),
        ("status: 429", "status: 200"),
        ("          description: The server had an internal error.\n", ""),
    ] {
        let error = generate(&edited(from, to)).expect_err(to);
        assert!(error.message.contains("x-known-errors"), "{to}: {error}");
    }
}

#[test]
fn formats_and_patterns_ask_for_no_crate() {
    let document = edited(
        "          type: string\n          example: \"+447871234567\"\n",
        "          type: string\n          format: uuid\n          pattern: \"^[+0-9]+$\"\n",
    );
    let client = generate(&document).expect("the document is right");
    assert!(!client.contains("uuid::") && !client.contains("regress"));
    assert!(client.contains("pub phone: ::std::string::String"));
}

#[test]
fn sensitive_name_that_is_nowhere_is_an_error() {
    // A parameter that is defined and never used becomes no field, so nothing would be hidden.
    let unused = "components:\n  parameters:\n    Device:\n      name: X-Device\n      in: header\n      \
                  x-sensitive: true\n      schema: {type: string}\n";
    let error = generate(&edited("components:\n", unused)).expect_err("nothing can be hidden");
    assert!(error.to_string().contains("`X-Device` is marked `x-sensitive`"), "{error}");
}

#[test]
fn whole_types_can_be_sensitive() {
    let kinds = "  schemas:\n    Pin:\n      x-sensitive: true\n      type: string\n      enum: [one, two]\n    \
                 Name:\n      x-sensitive: true\n      type: string\n      maxLength: 9\n";
    let client = generate(&edited("  schemas:\n", kinds)).expect("the document is right");
    for name in ["Pin", "Name"] {
        let debug = format!("f.debug_tuple(\"{name}\").field(&crate::Redacted).finish()");
        assert!(client.contains(&debug), "{name}");
    }
}
