//! The sandbox knows an operation from its document alone.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use vault_api::reqwest::{Method, RequestBuilder};
use vault_api_sandbox::{DocumentError, Sandbox, SandboxError};

use super::{PATH, http, said};
use crate::support::{FINGERPRINT, PHONE, SIGNATURE, signer};

const CARDS: &str = r##"
openapi: 3.0.3
info: {title: Cards, version: 1.0.0}
security: [{Token: []}]
paths:
  /cards/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}, example: 7}
    get:
      operationId: get_card
      parameters:
        - {name: fields, in: query, required: true, schema: {$ref: "#/components/schemas/Fields"}, example: all}
      responses:
        "200":
          description: The card.
          content:
            application/json: {example: {z: 1, a: 2}}
        "401": {description: No token.}
    delete:
      operationId: delete_card
      security: []
      responses: {"204": {description: Deleted.}}
  /cards/new:
    put:
      operationId: new_card
      security: [{}]
      requestBody: {$ref: "#/components/requestBodies/Card"}
      responses:
        "201":
          description: The card.
          content: {text/csv: {examples: {one: {value: "a;b"}}}}
components:
  requestBodies:
    Card:
      content: {application/json: {schema: {$ref: "#/components/schemas/Card"}, example: {pin: "1234"}}}
  schemas:
    Fields: {type: string, enum: [all, some]}
    Card:
      type: object
      required: [pin, id]
      additionalProperties: false
      properties:
        id: {type: integer, readOnly: true}
        pin: {type: string, pattern: "^[0-9]{4}$"}
        name: {type: string, nullable: true, maxLength: 3}
        more: {type: array, items: {$ref: "#/components/schemas/Card"}}
  securitySchemes:
    Token: {type: http, scheme: bearer, x-example: Bearer abc}
"##;

#[tokio::test]
async fn every_operation_of_a_document_is_served() {
    let sandbox = Sandbox::unsigned().document(CARDS).start().await.expect("a sandbox");
    let url = sandbox.base_url();
    let request = |method: Method, path: &str| http().request(method, format!("{url}{path}"));
    let authorised = |path| request(Method::GET, path).header("Authorization", "bearer abc");
    let put = |body: &'static str| {
        request(Method::PUT, "/cards/new").header("Content-Type", "application/json").body(body)
    };
    for (request, status, text) in [
        (authorised("/cards/7?fields=all"), 200, r#"{"z":1,"a":2}"#),
        (authorised("/cards/%37?x=&fields=some"), 200, r#"{"z":1,"a":2}"#),
        (request(Method::DELETE, "/cards/1"), 204, ""),
        (put(""), 201, "a;b"),
        (put(r#"{"pin":"1234","name":null,"more":[{"pin":"0000"}]}"#), 201, "a;b"),
    ] {
        let response = request.send().await.expect("it is answered");
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.text().await.expect("a text"), text);
    }
    let wrong: Vec<RequestBuilder> = vec![
        request(Method::GET, "/cards/7?fields=all"),
        request(Method::GET, "/cards/7?fields=all").header("Authorization", "Basic abc"),
        authorised("/cards/0?fields=all"),
        authorised("/cards/x?fields=all"),
        authorised("/cards/7"),
        authorised("/cards/7?fields=none"),
        authorised("/cards/new"),
        authorised("/cards/7/"),
        request(Method::POST, "/cards/7"),
        put(r#"{"pin":"12"}"#),
        put(r#"{"pin":"1234","name":"long"}"#),
        put(r#"{"pin":"1234","pine":1}"#),
        put(r#"{"pin":"1234","more":[{"pin":"0000"},{"pin":1}]}"#),
    ];
    let mut report = String::new();
    for request in wrong {
        let (client, request) = request.build_split();
        let request = request.expect("the request is right");
        let name = format!("{} {}", request.method(), &request.url().as_str()[url.len()..]);
        let response = client.execute(request).await.expect("it is answered");
        let allow = response.headers().get("allow").cloned();
        report.push_str(&format!("{name} {allow:?}\n  {}\n", said(response).await));
    }
    insta::assert_snapshot!(report.trim_end());
    let curl: Vec<_> = sandbox.curl().iter().map(|line| line.replace(&url, "")).collect();
    insta::assert_snapshot!("calls_by_curl", curl.join("\n"));
}

/// A name may be a phone number, however it is written. Only the caller gets to see it.
#[tokio::test]
async fn names_of_the_callers_are_not_logged() {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&lines);
    let free = "type: object\n      additionalProperties: {$ref: \"#/components/schemas/Card\"}";
    let text = CARDS.replacen(
        "Card:\n      type: object",
        &format!("Free:\n      {free}\n    Card:\n      type: object"),
        1,
    );
    let text = text.replace("schemas/Card\"}, example", "schemas/Free\"}, example");
    let sandbox = Sandbox::unsigned().document(text);
    let sandbox = sandbox.log(move |line| log.lock().expect("no panic").push(line.to_owned()));
    let sandbox = sandbox.start().await.expect("a sandbox");
    for (body, said, logged) in [
        (r#"{"06.12.34.56.78":1}"#, "06.12.34.56.78", None),
        (r#"{"06/12~34":{"pin":1}}"#, "06/12~34.pin", None),
        (r#"{"1":{"pin":1}}"#, "1.pin", None),
        (r#"{"name":{"pin":1}}"#, "name.pin", Some("name.pin")),
        (r#"{"name":{"name":{"06":1}}}"#, "name.name", Some("name.name")),
        (r#"{"name":{"pin":"1234","more":[{"pin":"1234"},{"12":1}]}}"#, "name.more.1.12", None),
        (
            r#"{"name":{"pin":"1234","more":[{"pin":"1234"},{"pin":1}]}}"#,
            "name.more.1.pin",
            Some("name.more.1.pin"),
        ),
    ] {
        let request = http().put(format!("{}/cards/new", sandbox.base_url()));
        let request = request.header("Content-Type", "application/json").body(body);
        let response: Value =
            request.send().await.expect("it is answered").json().await.expect("json");
        assert_eq!(response["field"], said, "{body}");
        let line = lines.lock().expect("no panic").pop().expect("a line");
        let requests = sandbox.requests();
        let request = requests.last().expect("it was kept");
        for shown in [&line, &format!("{request:?}"), request.reason().expect("a reason")] {
            match logged {
                Some(logged) => assert!(shown.contains(logged), "{body}: {shown}"),
                None => assert!(
                    !shown.contains("06") && !shown.contains("1.") && !shown.contains("12"),
                    "{body}: {shown}"
                ),
            }
        }
    }
}

/// Lists in the query and in headers, and the headers of a response.
#[tokio::test]
async fn lists_are_checked_and_headers_are_sent() {
    let get = "      operationId: get_card\n      parameters:\n";
    let lists = "        - {name: state, in: query, schema: {type: array, items: {$ref: \"#/components/schemas/State\"}}}\n        - {name: X-Ids, in: header, schema: {type: array, items: {type: integer}, maxItems: 2}}\n";
    let text = CARDS.replace(get, &format!("{get}{lists}"));
    let text =
        text.replace("  schemas:\n", "  schemas:\n    State: {type: string, enum: [open, shut]}\n");
    let limit = "description: The card.\n          headers: {Retry-After: {schema: {type: integer}, example: 7}}";
    let text = text.replacen("description: The card.", limit, 1);
    let sandbox = Sandbox::unsigned().document(text).start().await.expect("a sandbox");
    for (query, ids, status) in [
        ("state=open&state=shut", "1, 2", 200),
        ("state=open&state=ajar", "1", 400),
        ("state=open", "1,2,3", 400),
        ("state=open", "1,a", 400),
        ("fields=some", "1", 400),
    ] {
        let url = format!("{}/cards/7?fields=all&{query}", sandbox.base_url());
        let request = http().get(url).header("Authorization", "bearer abc").header("X-Ids", ids);
        let response = request.send().await.expect("it is answered");
        assert_eq!(response.status().as_u16(), status, "{query} {ids}");
        let after = response.headers().get("retry-after").cloned();
        assert_eq!(after.is_some_and(|after| after == "7"), status == 200);
    }
}

/// A signature covers what the document says, under the names that it gives.
#[tokio::test]
async fn what_is_signed_has_the_names_of_the_document() {
    let text = crate::spec::TEXT.replace("X-Fingerprint", "X-Device");
    let text = text
        .replace("phone: phone", "phone: number")
        .replace("        phone:\n", "        number:\n");
    let text = text
        .replace("required: [phone]", "required: [number]")
        .replace("phone: \"+44", "number: \"+44");
    let sandbox = Sandbox::builder(signer()).document(text).start().await.expect("a sandbox");
    let send = async |phone: &str| {
        let request = http().post(format!("{}{PATH}", sandbox.base_url()));
        let request = request.header("X-Merchant-ID", "a").header("X-Device", FINGERPRINT);
        let request = request.header("X-Signature", SIGNATURE);
        let request = request.json(&serde_json::json!({ "number": phone }));
        request.send().await.expect("it is answered").status().as_u16()
    };
    assert_eq!(send(PHONE).await, 200);
    assert_eq!(send("+447871234568").await, 400);
    assert!(sandbox.curl()[0].contains(SIGNATURE), "{:?}", sandbox.curl());
}

#[tokio::test]
async fn document_that_cannot_be_served_is_an_error() {
    let start = async |text: String| match Sandbox::unsigned().document(text).start().await {
        Err(SandboxError::Document(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(start("a: [".to_owned()).await, DocumentError::Yaml(_)));
    assert!(matches!(start("- 1".to_owned()).await, DocumentError::NoOperation));
    for (from, to) in [
        ("requestBodies/Card\"", "requestBodies/Crd\""),
        ("[{Token: []}]", "[{Tokn: []}]"),
        ("{$ref: \"#/components/schemas/Fields\"}", "{$ref: \"#/components/schemas/Field\"}"),
    ] {
        assert!(CARDS.contains(from));
        let error = start(CARDS.replace(from, to)).await;
        assert!(matches!(error, DocumentError::Reference { .. }), "{error:?}");
    }
    let schema = start(CARDS.replace("^[0-9]{4}$", "(")).await;
    assert!(matches!(schema, DocumentError::Schema { .. }), "{schema:?}");
    let circle = "paths: {/a: {$ref: \"#/paths/~1a\"}}".to_owned();
    assert!(matches!(start(circle).await, DocumentError::Reference { .. }));
}
