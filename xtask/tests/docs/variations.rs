//! Variations of the template: pages that say the same in another form give the same findings.

use crate::{PAGE, SPEC, edited, found, sorted};

/// A page in another form, by the name of what is different.
fn variations() -> Vec<(&'static str, String)> {
    let all = |at: &str, text: &str| {
        assert!(PAGE.contains(at), "the page has `{at}`");
        PAGE.replace(at, text)
    };
    let lines = |change: &dyn Fn(&str) -> String| -> String {
        PAGE.lines().map(|line| change(line) + "\n").collect()
    };
    let marker = |marker: &str| {
        lines(&|line| {
            let text = line.trim_start();
            let indent = &line[..line.len() - text.len()];
            match text.strip_prefix("- ") {
                Some(rest) => format!("{indent}{marker} {rest}"),
                None => line.to_owned(),
            }
        })
    };
    let of_types = |before: &str, after: &str| {
        let mut page = PAGE.to_owned();
        for kind in ["string", "integer", "number", "boolean", "object"] {
            for sign in ["**: ", ":** "] {
                page =
                    page.replace(&format!("{sign}{kind}"), &format!("{sign}{before}{kind}{after}"));
            }
        }
        page
    };
    let required = |mark: &str| all("*(required)*", mark);
    vec![
        ("CRLF", all("\n", "\r\n")),
        ("a byte order mark", format!("\u{feff}{PAGE}")),
        ("stars for items", marker("*")),
        ("pluses for items", marker("+")),
        ("types in italics", of_types("*", "*")),
        ("types in italics by underscores", of_types("_", "_")),
        ("types as code", of_types("`", "`")),
        ("types in capitals", all(": integer", ": Integer")),
        ("names with the colon inside", all("**: ", ":** ")),
        ("names with the colon outside", all(":** ", "**: ")),
        ("names as code", all("**notify**: boolean", "`notify`: boolean")),
        ("*(Required)*", required("*(Required)*")),
        ("(required)", required("(required)")),
        ("**(required)**", required("**(required)**")),
        ("_(required)_", required("_(required)_")),
        ("required", required("required")),
        ("*required*", required("*required*")),
        (
            "(optional) for the rest",
            all("- **attempts**: integer", "- **attempts**: integer *(optional)*"),
        ),
        ("Request Headers", all("### Headers", "### Request Headers")),
        ("Header Parameters", all("### Headers", "#### Header parameters")),
        ("Request Body", all("### Body", "### Request Body")),
        ("Body Parameters", all("### Parameters", "### Body Parameters")),
        (
            "Body Parameters without a heading of the body",
            edited(&all("### Body\n", "### Body Parameters\n"), "### Parameters\n", ""),
        ),
        ("Path Variables", all("### Path Parameters", "### Path Variables")),
        ("URL Parameters", all("### Path Parameters", "#### URL Parameters")),
        ("Query String", all("### Query Parameters", "### Query String Parameters")),
        ("Parameters for those of the path", all("### Path Parameters", "### Parameters")),
        ("Response in the singular", all("## Responses", "## Response")),
        ("open details", all("<details>", "<details open>")),
        ("details on one line", all("<details>\n<summary>", "<details><summary>")),
        (
            "a summary on three lines",
            all(
                "<summary><strong>200 - OK</strong></summary>",
                "<summary>\n<strong>200 - OK</strong>\n</summary>",
            ),
        ),
        ("a summary that is not bold", all("<strong>", "").replace("</strong>", "")),
        ("<b> for <strong>", all("strong>", "b>")),
        ("another dash", all("200 - OK", "200 – OK")),
        (
            "::: details",
            all("<details>\n<summary><strong>", "::: details ")
                .replace("</strong></summary>", "\n")
                .replace("</details>", ":::"),
        ),
        (
            "responses as headings",
            all("<details>\n<summary><strong>", "### ")
                .replace("</strong></summary>", "")
                .replace("</details>", ""),
        ),
        (
            "containers for prose",
            all("### Body\n", "::: tip Hint\nSend it once.\n:::\n\n### Body\n"),
        ),
        ("Default value", all("**Default:** `true`", "**Default value**: `true`")),
        ("a plain default", all("**Default:** `true`", "Default: true")),
        (
            "a comment in HTML",
            all("## Responses", "## Responses\n\n<!-- 500\n- **odd:** string\n-->"),
        ),
        (
            "nested fields without a description",
            all("  - What is to be taken out.\n    - **weight**", "  - **weight**")
                .replace("      - In grams.\n    - **labels**", "    - In grams.\n  - **labels**"),
        ),
        (
            "nested fields beside the description",
            all(
                "    - **number:** integer\n    - **side:**",
                "  - **number:** integer\n  - **side:**",
            ),
        ),
        (
            "nested fields further in",
            lines(&|line| format!("{}{line}", if line.starts_with("    - ") { "  " } else { "" })),
        ),
        ("array of objects", all("- **doors:** array", "- **doors:** array of objects")),
        ("object[]", all("- **doors:** array", "- **doors:** object[]")),
        ("array<string>", all("array of strings", "array\\<string\\>")),
        ("string[]", all("array of strings", "string[]")),
        ("waves for fences", all("```", "~~~")),
        ("tabs in JSON", all("  \"", "\t\"")),
        (
            "JSON in one line",
            all(
                "{\n  \"reason\": \"WRONG_CODE\",\n  \"errorId\": 7\n}",
                "{\"reason\": \"WRONG_CODE\", \"errorId\": 7}",
            ),
        ),
        (
            "JSON in another order",
            all(
                "  \"reason\": \"WRONG_CODE\",\n  \"errorId\": 7\n",
                "  \"errorId\": 7,\n  \"reason\": \"WRONG_CODE\"\n",
            ),
        ),
        ("a block without a language", all("```json", "```")),
        (
            "bold method",
            all("`POST` **/v1/lockers/{lockerId}/open**", "**POST** `/v1/lockers/{lockerId}/open`"),
        ),
        (
            "plain method",
            all("`POST` **/v1/lockers/{lockerId}/open**", "POST /v1/lockers/{lockerId}/open"),
        ),
        ("method in lower case", all("`POST`", "`post`")),
        ("method in a heading", all("`POST` **", "## `POST` **")),
        (
            "header names in lower case",
            all("'X-Site: ", "'x-site: ").replace("**X-Seal**", "**x-seal**"),
        ),
        ("short options", all("--header", "-H").replace("--request", "-X").replace("--data", "-d")),
        ("short options with their values", all("--request POST", "-XPOST")),
        ("a URL without an option", all("--url ", "")),
        ("no method but a body", all("--request POST \\\n  ", "")),
        ("--data-raw", all("--data", "--data-raw")),
        ("silent options", all("--request POST", "--location --silent -i --request POST")),
        ("double quotes", all("'Accept: application/json'", "\"Accept: application/json\"")),
        ("any answer", all("'Accept: application/json'", "'Accept: application/json, */*'")),
        (
            "a charset",
            all(
                "'Content-Type: application/json'",
                "'Content-Type: application/json; charset=utf-8'",
            ),
        ),
        (
            "a header that HTTP has anyway",
            all(
                "- **X-Seal**: string",
                "- **Content-Type**: string *(required)*\n  - **Default:** `application/json`\n\n- **X-Seal**: string",
            ),
        ),
        ("a sample in a block for shells", all("```curl cURL", "```bash")),
        (
            "prose between",
            all("### Body\n", "### Body\n\n**Note:** send it *once*.\n\n> Not twice.\n"),
        ),
        ("a dash before the mark", all("string *(required)*", "string — *(required)*")),
        (
            "a dash before a description",
            all("- **notify**: boolean\n", "- **notify**: boolean - whether to tell\n"),
        ),
        (
            "the mark on a line of its own",
            all("- **X-Site**: string *(required)*\n", "- **X-Site**: string\n  *(required)*\n"),
        ),
        (
            "the mark as an item",
            all(
                "- **X-Site**: string *(required)*\n",
                "- **X-Site**: string\n  - **Required:** true\n",
            ),
        ),
        (
            "type and mark in parentheses",
            all("- **X-Site**: string *(required)*", "- **X-Site** (string, required)"),
        ),
        (
            "a line break in HTML",
            all("- **X-Seal**: string\n", "- **X-Seal**: string<br>\n  no more\n"),
        ),
        ("a quoted default", all("**Default:** `north`", "**Default:** `\"north\"`")),
        ("Params", all("### Parameters", "### Params")),
        ("Fields", all("### Parameters", "### Body Fields")),
        (
            "bold headings",
            all("### Headers", "**Headers**")
                .replace("### Body", "**Request Body**")
                .replace("## Responses", "**Responses**"),
        ),
        (
            "a heading of the example",
            all("```json\n{\n  \"code\"", "#### Request Sample: JSON\n\n```json\n{\n  \"code\""),
        ),
        ("Content-Type for Media Type", all("**Media Type:**", "**Content-Type:**")),
        (
            "a bold status in details",
            all(
                "<summary><strong>200 - OK</strong></summary>",
                "<summary>\n\n**200 - OK**\n\n</summary>",
            ),
        ),
        ("words before a status", all("200 - OK", "Success (200)")),
        ("a comment before the call", all("curl --request", "# Opens it.\ncurl --request")),
        (
            "a colon in the path",
            edited(PAGE, "lockers/{lockerId}/open**", "lockers/:lockerId/open**"),
        ),
        ("--compressed", all("--request POST", "--compressed --request POST")),
        ("no Accept", all("  --header 'Accept: application/json' \\\n", "")),
        ("no title", edited(PAGE, "# Open Locker\n", "")),
    ]
}

/// Each variation has an edit, because a page that is not read at all would give the same findings, too.
#[test]
fn variations_give_the_same_findings() {
    let (code, mut expected) = found(PAGE, SPEC);
    assert_eq!(code, 0);
    expected.push(("differs".to_owned(), "example of the response 423".to_owned(), None));
    let expected = sorted(expected);
    for (name, page) in variations() {
        assert_ne!(page, PAGE, "{name}");
        let (code, rows) = found(&edited(&page, "WRONG_CODE", "BAD_CODE"), SPEC);
        assert_eq!(sorted(rows), expected, "{name}");
        assert_eq!(code, 1, "{name}");
    }
}

/// "Security" and "Hourly" contain `uri` and `url`, but do not start a section for the path.
#[test]
fn headings_are_read_as_words() {
    for heading in ["Security", "Hourly limits"] {
        let list = format!("### {heading}\n\n- **token**: string\n\n### Body\n");
        let (code, rows) = found(&edited(PAGE, "### Body\n", &list), SPEC);
        let rows = sorted(rows);
        let unreadable = ("unreadable".to_owned(), "page".to_owned());
        assert!(rows.contains(&unreadable), "{heading}: {rows:?}");
        assert!(rows.iter().all(|(_, what)| !what.contains("token")), "{heading}: {rows:?}");
        assert_eq!(code, 1);
    }
}

/// A media type that ends in `+json` is JSON, so that examples are compared by their values.
#[test]
fn json_has_a_suffix() {
    let suffix = |text: &str| text.replace("application/json", "application/vnd.lockers+json");
    let (page, spec) = (suffix(PAGE), suffix(SPEC));
    assert_eq!(found(&page, &spec).0, 0);
    let (code, rows) = found(&edited(&page, "\"errorId\": 7\n", "\"errorId\": 7,\n"), &spec);
    let unreadable = ("unreadable".to_owned(), "example of the response 423".to_owned());
    assert!(sorted(rows).contains(&unreadable));
    assert_eq!(code, 1);
}
