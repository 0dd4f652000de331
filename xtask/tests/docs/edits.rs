//! Edits of each part of a page and of the spec: each is reported, on its line.

use serde_json::Value;
use xtask::finding::Format;

use crate::{PAGE, SPEC, disagreements, docs, edited, findings, line_of, place_in};

/// The line of an expected finding.
enum Line {
    /// The line of the edit.
    Edit,
    /// The line of a text of the edited page.
    Of(&'static str),
}
use Line::{Edit, Of};

struct Row {
    at: &'static str,
    text: &'static str,
    expected: &'static [(&'static str, &'static str, Line)],
}

const fn row(
    at: &'static str,
    text: &'static str,
    expected: &'static [(&'static str, &'static str, Line)],
) -> Row {
    Row { at, text, expected }
}

const MISSING: &str = "missing-on-page";
const EXTRA: &str = "missing-in-spec";
const DIFFERS: &str = "differs";
const RENAMED: &str = "renamed";
const UNREADABLE: &str = "unreadable";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // The headers.
    row("- **X-Site**: string", "- **X-Side**: string", &[(RENAMED, "header `X-Site`", Edit)]),
    row("- **X-Site**: string *(required)*\n", "- **X-Site**: integer *(required)*\n", &[(DIFFERS, "header `X-Site`", Edit)]),
    row("- **X-Site**: string *(required)*\n", "- **X-Site**: strin *(required)*\n", &[
        (UNREADABLE, "page", Edit),
    ]),
    row("- **X-Site**: string *(required)*\n", "- **X-Site**: string\n", &[(DIFFERS, "header `X-Site`", Edit)]),
    row("- **X-Site**: string *(required)*\n", "- **X-Site**: string *(mandatry)*\n", &[
        (UNREADABLE, "page", Edit),
    ]),
    row("**Default:** `north`", "**Default:** `south`", &[(DIFFERS, "header `X-Site`", Edit)]),
    row("  - **Default:** `north`\n", "", &[(MISSING, "header `X-Site`", Of("- **X-Site**"))]),
    row("- **X-Api-Key**: string *(required)*\n", "- **X-Api-Key**: string\n", &[(DIFFERS, "header `X-Api-Key`", Edit)]),
    row("- **X-Api-Key**: string", "- **X-Api-Key**: object", &[(DIFFERS, "header `X-Api-Key`", Edit)]),
    row("**Default:** `key-of-the-north`", "**Default:** `another`", &[(DIFFERS, "header `X-Api-Key`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string *(required)*\n", &[(DIFFERS, "header `X-Seal`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: number\n", &[(DIFFERS, "header `X-Seal`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string (uuid)\n", &[(DIFFERS, "header `X-Seal`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string (nullable)\n", &[(DIFFERS, "header `X-Seal`", Edit)]),
    row("- **X-Seal**: string\n  - A seal over the request.\n", "", &[(MISSING, "header `X-Seal`", Of("### Headers"))]),
    row("- **X-Seal**: string\n", "- **X-Trace**: string\n\n- **X-Seal**: string\n", &[(EXTRA, "header `X-Trace`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Site**: string\n\n- **X-Seal**: string\n", &[(UNREADABLE, "header `X-Site`", Edit)]),
    row("  - **Default:** `north`\n", "  - **Default:** `north`\n  - **Default:** `south`\n", &[(UNREADABLE, "page", Of("  - **Default:** `south`"))]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string - required\n", &[(DIFFERS, "header `X-Seal`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string — *(required)*\n", &[(DIFFERS, "header `X-Seal`", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string - required by some\n", &[(UNREADABLE, "page", Edit)]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string\n  *(required)*\n", &[(DIFFERS, "header `X-Seal`", Of("- **X-Seal**"))]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string\n  - *(required)*\n", &[(DIFFERS, "header `X-Seal`", Of("- **X-Seal**"))]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string\n  - **Required:** yes\n", &[(DIFFERS, "header `X-Seal`", Of("- **X-Seal**"))]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string\n  - **Required:** maybe\n", &[(UNREADABLE, "page", Of("  - **Required:**"))]),
    row("- **X-Seal**: string\n", "- **X-Seal**: string\n  - **Format:** uuid\n", &[(DIFFERS, "header `X-Seal`", Of("- **X-Seal**"))]),
    row("**Default:** `north`", "**Default:** `north` or `south`", &[(DIFFERS, "header `X-Site`", Edit)]),
    // The headers once more, as JSON.
    row("  \"X-Seal\": {\n    \"type\": \"string\"", "  \"X-Seal\": {\n    \"type\": \"boolean\"", &[(DIFFERS, "header `X-Seal` in the JSON", Of("  \"X-Seal\""))]),
    row("  \"X-Seal\": {", "  \"X-Sea\": {", &[
        (RENAMED, "header `X-Seal` in the JSON", Edit),
    ]),
    row("    \"required\": true,\n    \"description\": \"The site", "    \"required\": false,\n    \"description\": \"The site", &[(DIFFERS, "header `X-Site` in the JSON", Of("  \"X-Site\""))]),
    row("    \"required\": true,\n    \"description\": \"Tells", "    \"description\": \"Tells", &[(DIFFERS, "header `X-Api-Key` in the JSON", Of("  \"X-Api-Key\""))]),
    row("\"default\": \"north\"", "\"default\": \"west\"", &[(DIFFERS, "header `X-Site` in the JSON", Edit)]),
    row("that the locker stands on.\",\n    \"default\": \"north\"", "that the locker stands on.\"", &[(MISSING, "header `X-Site` in the JSON", Of("  \"X-Site\""))]),
    row("    \"description\": \"A seal over the request.\"\n", "    \"pattern\": \"a*\"\n", &[(UNREADABLE, "page", Edit)]),
    row("    \"description\": \"A seal over the request.\"\n", "    \"description\": \"A seal over the request.\",\n", &[(UNREADABLE, "page", Of("  }\n}\n```\n\n### Path"))]),
    // The path and the query.
    row("- **lockerId**: integer", "- **lockerId**: string", &[(DIFFERS, "path parameter `lockerId`", Edit)]),
    row("- **lockerId**: integer", "- **locker**: integer", &[(RENAMED, "path parameter `lockerId`", Edit)]),
    row("- **notify**: boolean\n", "- **notify**: boolean *(required)*\n", &[(DIFFERS, "query parameter `notify`", Edit)]),
    row("- **notify**: boolean\n", "- **notify**: string\n", &[(DIFFERS, "query parameter `notify`", Edit)]),
    row("- **notify**: boolean\n", "- **tell**: boolean\n", &[(RENAMED, "query parameter `notify`", Edit)]),
    row("**Default:** `true`", "**Default:** `false`", &[(DIFFERS, "query parameter `notify`", Edit)]),
    row("  - **Default:** `true`\n", "", &[(MISSING, "query parameter `notify`", Of("- **notify**"))]),
    // The body.
    row("**Media Type:** `application/json`", "**Media Type:** `application/xml`", &[(DIFFERS, "media type of the body", Edit)]),
    row("**Media Type:** `application/json`\n", "", &[(MISSING, "media type of the body", Of("### Body"))]),
    row("- **code**: string *(Required)*\n", "- **code**: string\n", &[(DIFFERS, "field `code` of the body", Edit)]),
    row("- **code**: string", "- **code**: integer", &[(DIFFERS, "field `code` of the body", Edit)]),
    row("- **code**: string", "- **kode**: string", &[
        (RENAMED, "field `code` of the body", Edit),
    ]),
    row("- **parcel**: object", "- **parcel**: array of objects", &[(DIFFERS, "field `parcel` of the body", Edit)]),
    row("    - **weight**: number *(required)*", "    - **weight**: number", &[(DIFFERS, "field `parcel.weight` of the body", Edit)]),
    row("    - **weight**: number", "    - **weight**: integer", &[(DIFFERS, "field `parcel.weight` of the body", Edit)]),
    row("    - **labels**: array of strings\n", "", &[(MISSING, "field `parcel.labels` of the body", Of("- **parcel**"))]),
    row("    - **labels**: array of strings\n", "    - **labels**: array of integers\n", &[(DIFFERS, "field `parcel.labels` of the body", Edit)]),
    row("    - **labels**: array", "    - **height**: number\n    - **labels**: array", &[(EXTRA, "field `parcel.height` of the body", Edit)]),
    row("- **attempts**: integer\n", "- **attempts**: integer *(required)*\n", &[(DIFFERS, "field `attempts` of the body", Edit)]),
    row("- **attempts**: integer\n", "- attempts\n", &[
        (MISSING, "field `attempts` of the body", Of("### Body")),
        (UNREADABLE, "page", Edit),
    ]),
    row("- **attempts**: integer\n", "| attempts | integer |\n", &[
        (MISSING, "field `attempts` of the body", Of("### Body")),
        (UNREADABLE, "page", Edit),
        (UNREADABLE, "page", Of("  - How often")),
    ]),
    row("```json\n{\n  \"code\": \"4711\"", "```json\n{\n  \"code\": \"4712\"", &[(DIFFERS, "example of the body", Of("  \"code\": \"4712\""))]),
    row("```json\n{\n  \"code\": \"4711\"", "```json\n{\n  \"code\": 4711", &[(DIFFERS, "example of the body", Of("  \"code\": 4711"))]),
    row("```json\n{\n  \"code\": \"4711\"", "```json\n{\n  \"kode\": 1,\n  \"code\": \"4711\"", &[(EXTRA, "example of the body", Of("  \"kode\": 1"))]),
    row("```json\n{\n  \"code\": \"4711\"", "```json\n{\n  \"attempts\": 1,\n  \"code\": \"4711\"", &[(DIFFERS, "example of the body", Of("  \"attempts\": 1"))]),
    row("```json\n{\n  \"code\": \"4711\",\n", "```json\n{\n", &[(DIFFERS, "example of the body", Of("{\n  \"parcel\""))]),
    row("\"labels\": [\"fragile\"]\n  }\n}\n```", "\"labels\": [\"fragile\", 3]\n  }\n}\n```", &[(DIFFERS, "example of the body", Edit)]),
    row("\"labels\": [\"fragile\"]\n  }\n}\n```", "\"labels\": [\"fragile\"],\n    \"height\": 1\n  }\n}\n```", &[(EXTRA, "example of the body", Of("    \"height\": 1"))]),
    row("- **attempts**: integer\n", "**tries:** integr\n\n- **attempts**: integer\n", &[(UNREADABLE, "page", Edit)]),
    row("- **attempts**: integer\n", "**tries**\n\n- **attempts**: integer\n", &[(UNREADABLE, "page", Edit)]),
    row("- **attempts**: integer\n", "tries: integer\n\n- **attempts**: integer\n", &[(EXTRA, "field `tries` of the body", Edit)]),
    row("- **attempts**: integer\n", "\ntries\n: integer\n\n- **attempts**: integer\n", &[(UNREADABLE, "page", Of(": integer\n\n- **attempts**"))]),
    row("- **attempts**: integer\n", "\nname | type\n---|---\n\n- **attempts**: integer\n", &[(UNREADABLE, "page", Of("---|---"))]),
    row("- **attempts**: integer\n", "- **attempts**: long\n", &[(DIFFERS, "field `attempts` of the body", Edit)]),
    row("- **attempts**: integer\n", "- **attempts**: integer\n  - **Default:** `1`\n", &[(EXTRA, "field `attempts` of the body", Of("  - **Default:** `1`"))]),
    row("**Media Type:** `application/json`", "**Media Type:** `application/json; charset=latin1`", &[(DIFFERS, "media type of the body", Edit)]),
    row("    - **labels**: array", "    - **height** number *(required)*\n    - **labels**: array", &[(EXTRA, "field `parcel.height` of the body", Edit)]),
    row("    - **labels**: array", "    - `height` - number\n    - **labels**: array", &[(EXTRA, "field `parcel.height` of the body", Edit)]),
    row("    - **labels**: array of strings\n", "    - **labels**: array of arrays of strings\n", &[(DIFFERS, "field `parcel.labels` of the body", Edit)]),
    row("- **attempts**: integer\n", "**tries** integer\n\n- **attempts**: integer\n", &[(EXTRA, "field `tries` of the body", Edit)]),
    row("- **attempts**: integer\n", "- **attempts**: integer\n  - **Possible values:** 1, 2\n", &[(UNREADABLE, "page", Of("  - **Possible"))]),
    // The sample.
    row("--request POST", "--request PUT", &[(DIFFERS, "method of the sample", Edit)]),
    row("https://api.lockers.example/", "https://api.lockers.test/", &[(DIFFERS, "server of the sample", Edit)]),
    row("/v1/lockers/12/open", "/v2/lockers/12/open", &[(DIFFERS, "URL of the sample", Edit)]),
    row("/v1/lockers/12/open", "/v1/lockers/twelve/open", &[(DIFFERS, "path parameter `lockerId` of the sample", Edit)]),
    row("?notify=true", "?notify=false", &[(DIFFERS, "query parameter `notify` of the sample", Edit)]),
    row("?notify=true", "?notify=true&force=1", &[(EXTRA, "query parameter `force` of the sample", Edit)]),
    row("'Accept: application/json'", "'Accept: text/html'", &[(DIFFERS, "header `Accept` of the sample", Edit)]),
    row("'Content-Type: application/json'", "'Content-Type: text/plain'", &[(DIFFERS, "header `Content-Type` of the sample", Edit)]),
    row("  --header 'Content-Type: application/json' \\\n", "", &[(DIFFERS, "header `Content-Type` of the sample", Of("curl --request"))]),
    row("'X-Site: north'", "'X-Site: east'", &[(DIFFERS, "header `X-Site` of the sample", Edit)]),
    row("'X-Site: north'", "'X-Sight: north'", &[
        (DIFFERS, "header `X-Site` of the sample", Of("curl --request")),
        (EXTRA, "header `X-Sight` of the sample", Edit),
    ]),
    row("  --header 'X-Api-Key: key-of-the-north' \\\n", "", &[(DIFFERS, "header `X-Api-Key` of the sample", Of("curl --request"))]),
    row("'X-Seal: '", "'X-Seal: 00'", &[(DIFFERS, "header `X-Seal` of the sample", Edit)]),
    row("'X-Seal: '", "'X-Seal'", &[(UNREADABLE, "sample", Edit)]),
    row("  --header 'X-Seal: ' \\\n", "", &[(DIFFERS, "header `X-Seal` of the sample", Of("curl --request"))]),
    row("--data '{\n  \"code\": \"4711\"", "--data '{\n  \"code\": \"0815\"", &[(DIFFERS, "body of the sample", Of("  \"code\": \"0815\""))]),
    row("--data '{\n  \"code\": \"4711\"", "--data '{\n  \"colour\": 1,\n  \"code\": \"4711\"", &[(EXTRA, "body of the sample", Of("  \"colour\": 1"))]),
    row("--data '{\n  \"code\": \"4711\",", "--data '{\n  \"code\": \"4711\"", &[(UNREADABLE, "body of the sample", Of("  \"parcel\": {\n    \"weight\": 250.5,\n    \"labels\": [\"fragile\"]\n  }\n}'"))]),
    row("  }\n}'\n", "  }\n}\n", &[(UNREADABLE, "sample", Of("  --data"))]),
    row("--request POST \\\n", "--request POST\n", &[(UNREADABLE, "sample", Of("  --url"))]),
    row("--request POST", "--frobnicate --request POST", &[(UNREADABLE, "sample", Edit)]),
    row("```curl cURL\ncurl ", "```curl cURL\nwget ", &[(UNREADABLE, "sample", Of("wget"))]),
    row("  }\n}'\n", "  }\n}' && curl other\n", &[(UNREADABLE, "sample", Of("}' && curl other"))]),
    row("'Content-Type: application/json'", "'Content-Type: application/json; charset=latin1'", &[(DIFFERS, "header `Content-Type` of the sample", Edit)]),
    row("--url 'https://api.lockers.example/v1/lockers/12/open?notify=true'", "--url https://other.example/v1", &[
        (DIFFERS, "server of the sample", Edit),
        (DIFFERS, "URL of the sample", Edit),
    ]),
    // The responses.
    row("<strong>200 - OK</strong>", "<strong>201 - Created</strong>", &[
        (EXTRA, "response 201", Edit),
        (MISSING, "response 200", Edit),
    ]),
    row("<strong>423 - Locked</strong>", "<strong>423, 424 - Locked</strong>", &[(UNREADABLE, "page", Edit)]),
    row("<strong>423 - Locked</strong>", "<strong>Locked</strong>", &[
        (MISSING, "response 423", Of("<summary><strong>200")),
        (UNREADABLE, "page", Edit),
    ]),
    row("- **Media type:** `application/json`\n\n- **until", "- **Media type:** `text/plain`\n\n- **until", &[(DIFFERS, "media type of the response 200", Edit)]),
    row("- **Media type:** `application/json`\n\n\n- **reason", "- **reason", &[(MISSING, "media type of the response 423", Of("<summary><strong>423"))]),
    row("- **until:** string", "- **until:** integer", &[(DIFFERS, "field `until` of the response 200", Edit)]),
    row("- **until:** string", "- **since:** string", &[
        (RENAMED, "field `until` of the response 200", Edit),
    ]),
    row("- **doors:** array", "- **doors:** object", &[(DIFFERS, "field `doors` of the response 200", Edit)]),
    row("    - **number:** integer", "    - **number:** number", &[(DIFFERS, "field `doors.number` of the response 200", Edit)]),
    row("    - **number:** integer", "    - **number:** integer (int64)", &[(DIFFERS, "field `doors.number` of the response 200", Edit)]),
    row("    - **side:** string\n", "", &[(MISSING, "field `doors.side` of the response 200", Of("- **doors"))]),
    row("\"until\": \"noon\"", "\"until\": \"midnight\"", &[(DIFFERS, "example of the response 200", Edit)]),
    row("\"number\": 12, \"side\"", "\"number\": \"12\", \"side\"", &[(DIFFERS, "example of the response 200", Edit)]),
    row("\"side\": \"left\"", "\"size\": \"left\"", &[(EXTRA, "example of the response 200", Edit)]),
    row("- **reason:** string", "- **reason:** string (required)", &[(DIFFERS, "field `reason` of the response 423", Edit)]),
    row("- **errorId:** integer", "- **errorId:** string", &[(DIFFERS, "field `errorId` of the response 423", Edit)]),
    row("- **details:** object", "- **detail:** object", &[
        (RENAMED, "field `details` of the response 423", Edit),
    ]),
    row("\"errorId\": 7\n", "\"errorId\": 8\n", &[(DIFFERS, "example of the response 423", Edit)]),
    row("**Responses example**\n\n```json\n{\n  \"reason\": \"WRONG_CODE\",\n  \"errorId\": 7\n}\n```\n", "", &[(MISSING, "example of the response 423", Of("<summary><strong>423"))]),
];

#[test]
fn each_edit_is_reported_on_its_line() {
    assert_eq!(disagreements(PAGE, SPEC), [], "as it is, it agrees");
    for row in ROWS {
        let page = edited(PAGE, row.at, row.text);
        let first_change =
            PAGE.lines().zip(page.lines()).take_while(|(one, other)| one == other).count() as u64
                + 1;
        let mut expected: Vec<_> = row
            .expected
            .iter()
            .map(|(kind, what, line)| {
                let line = match line {
                    Edit => first_change,
                    Of(text) => line_of(&page, text),
                };
                ((*kind).to_owned(), (*what).to_owned(), Some(line))
            })
            .collect();
        let mut found = disagreements(&page, SPEC);
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{} → {}", row.at, row.text);
    }
    assert!(ROWS.len() >= 40);
}

/// The same for edits of the spec.
#[test]
fn each_edit_of_the_spec_is_reported() {
    let rows = [
        (
            "https://api.lockers.example",
            "https://api.lockers.test",
            "differs",
            "server of the sample",
        ),
        (
            "{name: X-Site, in: header, required: true",
            "{name: X-Site, in: header",
            "differs",
            "header `X-Site`",
        ),
        ("name: X-Seal\n", "name: X-Sealed\n", "renamed", "header `X-Sealed`"),
        (
            "        - ApiKey: []\n      parameters",
            "        - {}\n      parameters",
            "differs",
            "header `X-Api-Key`",
        ),
        ("x-example: key-of-the-north", "x-example: other", "differs", "header `X-Api-Key`"),
        ("      x-example: key-of-the-north\n", "", "missing-in-spec", "header `X-Api-Key`"),
        (", example: north", "", "missing-in-spec", "header `X-Site`"),
        ("      requestBody:\n        required: true\n", "      requestBody:\n", "differs", "body"),
        ("        \"423\":", "        \"424\":", "missing-in-spec", "response 423"),
        (
            "          description: The door is open.\n",
            "          description: The door is open.\n          headers: {}\n",
            "",
            "",
        ),
        (
            "        errorId:\n          type: integer",
            "        errorId:\n          type: integer\n          nullable: true",
            "",
            "",
        ),
        (
            "        errorId:\n          type: integer",
            "        errorId: {}",
            "differs",
            "field `errorId` of the response 423",
        ),
        (
            "        errorId:\n          type: integer",
            "        errorId:\n          allOf: [{type: integer}]",
            "",
            "",
        ),
        (
            "      required: [code]\n",
            "      required: [code, attempts]\n",
            "differs",
            "field `attempts` of the body",
        ),
        (
            "        attempts:\n          type: integer\n",
            "        attempts:\n          type: integer\n          example: 3\n",
            "missing-on-page",
            "field `attempts` of the body",
        ),
        (
            "        code:\n          type: string\n",
            "        code:\n          type: string\n          example: \"4711\"\n",
            "",
            "",
        ),
        (
            "      type: apiKey\n      in: header\n      name: X-Api-Key\n      description: Which shop asks.\n      x-example: key-of-the-north\n",
            "      type: http\n      scheme: bearer\n",
            "renamed",
            "header `Authorization`",
        ),
        ("errorId: 7\n", "errorId: 70\n", "differs", "example of the response 423"),
    ];
    for (at, text, kind, what) in rows {
        let found = disagreements(PAGE, &edited(SPEC, at, text));
        let is_found = found.iter().any(|(found, about, _)| found == kind && about == what);
        assert_eq!(is_found, !kind.is_empty(), "{at} → {text}: {found:?}");
        assert_eq!(found.is_empty(), kind.is_empty(), "{at} → {text}: {found:?}");
    }
}

/// A name that changes everywhere on the page is one finding.
#[test]
fn a_renamed_part_is_one_finding() {
    let rows = [
        ("X-Site", "X-Place", "header `X-Site`"),
        ("notify", "tell", "query parameter `notify`"),
        ("code", "pin", "field `code` of the body"),
        ("weight", "mass", "field `parcel.weight` of the body"),
        ("until", "since", "field `until` of the response 200"),
        ("reason", "cause", "field `reason` of the response 423"),
    ];
    let code = "        code:\n          type: string\n";
    let spec = edited(SPEC, code, &format!("{code}          example: \"4711\"\n"));
    for (old, new, what) in rows {
        assert!(PAGE.matches(old).count() > 1, "{old}");
        let found = disagreements(&PAGE.replace(old, new), &spec);
        let found: Vec<_> = found.iter().map(|(code, what, _)| (&**code, &**what)).collect();
        assert_eq!(found, [(RENAMED, what)]);
    }
}

/// What only the page has is one finding, wherever the page shows it, with what to insert into the spec.
#[test]
fn a_missing_part_is_one_finding() {
    let body = &SPEC[SPEC.find("      requestBody:").expect("a body")..];
    let body = &body[..body.find("      responses:").expect("responses")];
    let seal = "        - ApiKey: []\n          Seal: []\n        - ApiKey: []\n";
    let in_one_column = SPEC.replace("        - {name: ", "      - {name: ");
    let site = "      - {name: X-Site, in: header, required: true, schema: {type: string}, example: north}\n";
    let rows = [
        (edited(SPEC, body, ""), "body", "\n                requestBody:"),
        (edited(SPEC, seal, "        - ApiKey: []\n"), "header `X-Seal`", "- ApiKey: []\n"),
        (edited(&in_one_column, site, ""), "header `X-Site`", "\n            - name: X-Site"),
    ];
    for (spec, what, yaml) in rows {
        let (_, out) = docs(&[PAGE.as_bytes()], &spec, Format::Json);
        let report: Value = serde_json::from_str(&out).expect("JSON");
        let mut found = findings(&report).iter().filter(|it| it["code"] == EXTRA);
        let first = found.next().expect("a finding");
        assert_eq!(first["what"], what);
        let help = first["help"].as_str().expect("advice");
        assert!(help.contains(yaml.trim_start_matches('\n').trim_start()), "{help}");
        assert!(found.next().is_none(), "{out}");
    }
}

/// What only the page has is shown where it belongs, with what to insert there.
#[test]
fn missing_parts_come_with_their_yaml() {
    let header = "- **X-Trace**: string *(required)*\n\n- **X-Seal**: string\n";
    let status = "<details>\n<summary><strong>500 - Error</strong></summary>\n\n</details>\n<details>\n<summary><strong>423";
    let rows = [
        (
            "- **X-Seal**: string\n",
            header,
            "      parameters:",
            "        - name: X-Trace\n          in: header\n",
        ),
        (
            "<details>\n<summary><strong>423",
            status,
            "      responses:",
            "        '500':\n          description: Error",
        ),
        (
            "- **attempts**: integer\n",
            "- **attempts**: integer\n\n- **note**: string\n",
            "    Opening:",
            "        note:\n",
        ),
    ];
    for (at, text, line, yaml) in rows {
        let (_, out) = docs(&[edited(PAGE, at, text).as_bytes()], SPEC, Format::Json);
        let report: Value = serde_json::from_str(&out).expect("JSON");
        let finding = findings(&report).iter().find(|it| it["code"] == EXTRA).expect("a finding");
        assert_eq!(place_in("spec.yaml", finding), Some(line_of(SPEC, line)));
        let help = finding["help"].as_str().expect("advice");
        assert!(help.contains(yaml), "{help}");
        // The line after which it belongs is the last one of its list.
        let after = help.split(" of ").next().and_then(|text| text.rsplit(' ').next());
        let after: usize = after.and_then(|number| number.parse().ok()).expect("a line");
        let lines: Vec<&str> = SPEC.lines().collect();
        let inserted =
            [&lines[..after], &[help.split_once('\n').expect("YAML").1], &lines[after..]];
        let inserted = inserted.concat().join("\n");
        let rest = disagreements(&edited(PAGE, at, text), &inserted);
        assert!(
            rest.iter().all(|(code, ..)| code != EXTRA || line.contains("parameters")),
            "{rest:?}"
        );
    }
}
