//! Pages without an operation: the draft passes the check, and agrees with its page.

use serde_json::Value;
use xtask::check;
use xtask::finding::{Finding, Format, Severity};
use xtask::openapi::Parsed;

use crate::{PAGE, SPEC, docs, edited, findings, found, place_in};

/// A page with nested fields and two errors, one of which says more than the other, for an API that has a scheme for
/// one of its headers.
const NEW: &str = include_str!("new.md");

/// The findings of a page without an operation, and the draft.
fn draft(page: &str, spec: &str) -> (Vec<Value>, String) {
    let (code, out) = docs(&[page.as_bytes()], spec, Format::Json);
    assert_eq!(code, 1);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let draft = report["pages"][0]["draft"].as_str().expect("a draft");
    (findings(&report).to_vec(), draft.to_owned())
}

fn errors(text: &str) -> Vec<String> {
    let findings = check::check(&Parsed::from_text("draft.yaml", text)).0;
    let is_error = |finding: &Finding| finding.rule.severity == Severity::Error;
    findings.into_iter().filter(is_error).map(|finding| finding.message).collect()
}

#[test]
fn draft_passes_the_check_and_agrees_with_its_page() {
    let (findings, draft) = draft(NEW, SPEC);
    assert_eq!(findings[0]["code"], "missing-in-spec");
    assert_eq!(findings[0]["line"], 3);
    assert_eq!(findings.len(), 1);
    assert_eq!(errors(&draft), [""; 0], "{draft}");
    let (code, rows) = found(NEW, &draft);
    assert_eq!(code, 0, "{rows:?}\n{draft}");
    let (code, out) = docs(&[NEW.as_bytes()], SPEC, Format::Human);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn draft_of_the_first_page_agrees_with_it() {
    let empty = "openapi: 3.0.3\ninfo: {title: Lockers, version: 1.0.0}\npaths: {}\n";
    let (_, draft) = draft(PAGE, empty);
    assert_eq!(errors(&draft), [""; 0], "{draft}");
    assert_eq!(found(PAGE, &draft).0, 0, "{draft}");
}

/// If the spec has the operation with another method or path, the finding names it.
#[test]
fn operations_that_are_near_are_named() {
    for (at, text) in [("`POST`", "`PUT`"), ("{lockerId}/open**", "{lockerId}/unlock**")] {
        let (findings, _) = draft(&edited(PAGE, at, text), SPEC);
        assert_eq!(findings[0]["code"], "missing-in-spec");
        assert_eq!(findings[0]["what"], "operation");
        let help = findings[0]["help"].as_str().expect("a sentence");
        assert!(help.contains("`POST /v1/lockers/{lockerId}/open`"), "{help}");
        assert_eq!(place_in("spec.yaml", &findings[0]), Some(7));
    }
}

/// A name has ASCII letters, and comes from what else the page has.
#[test]
fn draft_without_an_ascii_name_has_that_of_its_method() {
    let page = "# Größe\n\n`GET` **/größe/{id}**\n\n### 200\n\n### 400\n";
    let (_, draft) = draft(page, SPEC);
    assert!(draft.contains("operationId: get\n"), "{draft}");
}

/// Two pieces of advice do not insert one key twice.
#[test]
fn second_piece_for_a_missing_list_says_so() {
    let spec = "openapi: 3.0.3\ninfo: {title: A, version: 1.0.0}\npaths:\n  /a:\n    get:\n      operationId: a\n      \
                responses:\n        '200': {description: Fine.}\n        '400': {description: No.}\n";
    let page = "# A\n\n`GET` **/a**\n\n### Headers\n\n- **X-A**: string\n- **X-B**: string\n";
    let (_, out) = docs(&[page.as_bytes()], spec, Format::Json);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let advice: Vec<&str> = findings(&report).iter().filter_map(|it| it["help"].as_str()).collect();
    let place = "insert this after line 9 of spec.yaml";
    let yaml = |name: &str| format!(":\n      parameters:\n      - name: {name}\n");
    let [first, second] = advice[..] else { panic!("{advice:?}") };
    assert!(first.starts_with(&format!("{place}{}", yaml("X-A"))), "{first}");
    let again = ", without its first line if that is there by then";
    assert!(second.starts_with(&format!("{place}{again}{}", yaml("X-B"))), "{second}");
}

/// A page with parts that a simple draft gets wrong.
const ODD: &str = "# Odd Orders

`POST` **/v1/orders/:order/lines**

### Headers

- **Authorization**: string *(required)*
  - **Default:** `Bearer abc`

### Body

**Media Type:** `application/json`

### Parameters

- **size**: string *(required)*
- **count**: integer

```json
{ \"size\": \"S\", \"count\": 2 }
```

```curl
curl --request POST \\
  --url https://other.example/v1/orders/7/lines \\
  --header 'Content-Type: application/json' \\
  --header 'Authorization: Bearer abc' \\
  --data '{ \"size\": \"S\" }'
```

## Responses

### 200

- **Media type:** `application/json`
- **size:** string

```json
[{ \"size\": \"S\" }]
```

### 400

- **Media type:** `application/json`
- **code:** string

```json
{ \"code\": \"A\" }
```

### 409

- **Media type:** `application/json`
- **code:** integer

```json
{ \"code\": 1 }
```

### 500
";

#[test]
fn drafts_of_odd_pages_agree() {
    let (_, draft) = draft(ODD, SPEC);
    assert_eq!(errors(&draft), [""; 0], "{draft}");
    let (code, rows) = found(ODD, &draft);
    assert_eq!(code, 0, "{rows:?}\n{draft}");
}

/// What the draft leaves out is reported, in the draft or beside it.
#[test]
fn what_a_draft_leaves_out_is_reported() {
    let row = |at: &str, text: &str| draft(&edited(ODD, at, text), SPEC);
    // Only the example that does not follow its fields is left out.
    let (_, text) =
        row("{ \"size\": \"S\", \"count\": 2 }", "{ \"size\": \"S\", \"count\": \"two\" }");
    assert!(!text.contains("two") && text.contains("code: A"), "{text}");
    assert_eq!(errors(&text), [""; 0], "{text}");
    // What cannot be read.
    for (at, text) in [
        ("\"count\": 2 }", "\"count\": 2, }"),
        ("--request POST", "--form a=b"),
        ("- **count**: integer", "- **count**: strnig"),
    ] {
        let (findings, _) = row(at, text);
        let codes: Vec<_> = findings.iter().map(|finding| &finding["code"]).collect();
        assert_eq!(codes, ["missing-in-spec", "unreadable"], "{text}");
    }
}

/// A page whose body is a form.
const FORM: &str = "# Get Token

`POST` **/v1/token**

### Body

**Media Type:** `application/x-www-form-urlencoded`

### Parameters

- **name**: string *(required)*
- **days**: integer

```
name=a+b&days=3
```

```curl
curl https://api.lockers.example/v1/token \\
  --header 'Content-Type: application/x-www-form-urlencoded' \\
  --data-urlencode 'name=a b' \\
  --data days=3
```

## Responses

### 204

### 400

- **Media type:** `text/plain`

```
No.
```
";

#[test]
fn forms_are_compared_by_their_fields() {
    let (_, spec) = draft(FORM, SPEC);
    let (code, rows) = found(FORM, &spec);
    assert_eq!(code, 0, "{rows:?}\n{spec}");
    let rows = [
        ("--data days=3", "--data days=4", "differs"),
        ("--data days=3", "--data days=many", "differs"),
        ("--data days=3", "--data hours=3", "missing-in-spec"),
        ("'name=a b'", "'nam=a b'", "missing-in-spec"),
        ("name=a+b&days=3", "name=ab&days=3", "differs"),
        ("No.", "Yes.", "differs"),
    ];
    for (at, text, expected) in rows {
        let (code, rows) = found(&edited(FORM, at, text), &spec);
        assert_eq!(code, 1, "{text}");
        assert!(rows.iter().any(|(found, ..)| found == expected), "{text}: {rows:?}");
    }
}
