//! Files that are not pages, and broken pages: each gives a finding or exit code 2, never a panic or "agrees".

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use serde_json::Value;
use xtask::docs::Args;
use xtask::finding::Format;

use crate::departures::DECLARED;
use crate::{PAGE, SPEC, answer, docs, edited, found, line_of, sorted};

#[test]
fn other_files_are_not_pages() {
    let many_lines = "- **name:** string\n".repeat(600_000);
    assert!(many_lines.len() > 10 * 1024 * 1024);
    let rows: [(&str, Vec<u8>, &str); 9] = [
        (
            "a README",
            include_bytes!("../../../README.md").to_vec(),
            "no line has a method and a path",
        ),
        ("nothing", Vec::new(), "the file is empty"),
        ("white space", b" \n\n".to_vec(), "the file is empty"),
        ("binary", vec![0x7f, b'E', b'L', b'F', 0xff, 0xfe, 0], "the file is not UTF-8"),
        ("binary that is UTF-8", vec![0, 1, 2, 3], "no line has a method and a path"),
        ("10 MB", vec![b'a'; 10_000_000], "the file is larger than 1 MiB"),
        ("more than is read", many_lines.into_bytes(), "the file is larger than 1 MiB"),
        (
            "HTML",
            b"<!DOCTYPE html>\n<html><body><h1>POST /v1/lockers</h1></body></html>".to_vec(),
            "no line has a method and a path",
        ),
        ("the spec", SPEC.as_bytes().to_vec(), "no line has a method and a path"),
    ];
    for (name, page, sentence) in rows {
        let (code, out) = docs(&[&page], SPEC, Format::Human);
        assert_eq!(code, 1, "{name}: {out}");
        assert!(out.contains("error[unreadable]: this is not a page: "), "{name}: {out}");
        assert!(out.contains(sentence), "{name}: {out}");
        assert!(out.ends_with("page.md: 1 disagreement\n"), "{name}: {out}");
    }
}

#[test]
fn files_that_cannot_be_used_give_exit_code_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("page.md"), PAGE).expect("a page");
    fs::write(path("spec.yaml"), SPEC).expect("a spec");
    fs::write(path("broken.yaml"), "openapi: [").expect("a spec");
    fs::write(path("other.yaml"), "swagger: '2.0'\n").expect("a spec");
    let rows = [
        ("nowhere.md", "spec.yaml", "error: cannot read "),
        (".", "spec.yaml", "error: cannot read "),
        ("page.md", "nowhere.yaml", "error: cannot read "),
        ("page.md", "broken.yaml", "cannot be used"),
        ("page.md", "other.yaml", "cannot be used"),
    ];
    for (page, spec, sentence) in rows {
        for format in [Format::Human, Format::Json, Format::Github] {
            let args = Args {
                pages: vec![path("page.md"), path(page)],
                spec: Some(path(spec)),
                format,
                ..Args::default()
            };
            let (code, out) = answer(&args);
            assert_eq!(code, 2, "{page}, {spec}: {out}");
            assert!(out.contains(sentence), "{page}, {spec}: {out}");
        }
    }
}

/// Invalid JSON does not hide the other findings.
#[test]
fn invalid_json_adds_one_finding() {
    let rows = [
        ("\"errorId\": 7\n", "\"errorId\": 7,\n", "}\n```\n\n</details>"),
        ("\"errorId\": 7\n", "\"errorId\": 7, ...\n", "  \"errorId\": 7, ..."),
        ("\"errorId\": 7\n", "\"errorId\": 7 // or more\n", "  \"errorId\": 7 //"),
        ("\"errorId\": 7\n", "\"errorId\": 07\n", "  \"errorId\": 07"),
        ("\"errorId\": 7\n", "errorId: 7\n", "  errorId: 7"),
        ("\"errorId\": 7\n", "\"errorId\": 7, \"errorId\": 7\n", "  \"errorId\": 7, "),
        ("\"WRONG_CODE\"", "“WRONG_CODE”", "  \"reason\": “"),
    ];
    let plain = sorted(found(PAGE, SPEC).1);
    for (at, text, line) in rows {
        let page = edited(PAGE, at, text);
        let (code, mut found) = found(&page, SPEC);
        let unreadable = found
            .iter()
            .position(|(kind, ..)| kind == "unreadable")
            .map(|place| found.remove(place));
        let expected = (
            "unreadable".to_owned(),
            "example of the response 423".to_owned(),
            Some(line_of(&page, line)),
        );
        assert_eq!(unreadable, Some(expected), "{text}");
        assert_eq!(sorted(found), plain, "{text}");
        assert_eq!(code, 1);
    }
}

/// A block without a second fence goes on to the end of the page, which is reported.
#[test]
fn a_fence_without_an_end() {
    for (at, text) in
        [("  \"errorId\": 7\n}\n```\n", "  \"errorId\": 7\n}\n"), ("  ]\n}\n```\n", "  ]\n}\n")]
    {
        let (code, rows) = found(&edited(PAGE, at, text), SPEC);
        assert_eq!(code, 1);
        assert!(rows.iter().any(|(kind, ..)| kind == "unreadable"), "{rows:?}");
        assert!(rows.iter().any(|(kind, ..)| kind == "missing-on-page"), "{rows:?}");
    }
}

/// A page that ends early does not agree, wherever it ends. Only its last line, `</details>`, is not needed.
#[test]
fn no_part_of_a_page_agrees() {
    let lines: Vec<&str> = PAGE.lines().collect();
    let end =
        PAGE.find("}\n```\n\n</details>").map(|place| PAGE[..place].matches('\n').count() + 1);
    for count in 0..=end.expect("the last example") {
        let (code, out) = docs(&[lines[..count].join("\n").as_bytes()], SPEC, Format::Human);
        assert_eq!(code, 1, "{count} lines: {out}");
    }
}

/// The lines and words that can change without a finding: what the command does not read, for a person to review.
#[test]
fn what_nothing_depends_on() {
    // Without departures: each page would need those of the others.
    let page = edited(PAGE, "    - **additionalProp1:** object\n", "");
    let spec = edited(SPEC, DECLARED, "");
    let lines: Vec<&str> = page.lines().collect();
    let mut edits: Vec<(usize, &str, String)> = Vec::new();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut rest = lines.clone();
        rest.remove(index);
        edits.push((index, "(all of it)", rest.join("\n")));
        let is_between = |c: char| !(c.is_alphanumeric() || "._-".contains(c));
        for word in line.split(is_between).filter(|word| word.contains(char::is_alphanumeric)) {
            let start = word.as_ptr() as usize - line.as_ptr() as usize;
            let other = format!("{}zz{}", &line[..start], &line[start + word.len()..]);
            let mut page = lines.clone();
            page[index] = &other;
            edits.push((index, word, page.join("\n")));
        }
    }
    let pages: Vec<&[u8]> = edits.iter().map(|(.., page)| page.as_bytes()).collect();
    let (_, out) = docs(&pages, &spec, Format::Json);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let mut silent: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for ((index, word, _), page) in edits.iter().zip(report["pages"].as_array().expect("pages")) {
        if page["errors"] == 0 {
            silent.entry(index + 1).or_default().push(word);
        }
    }
    let silent = silent.iter().map(|(line, words)| format!("{line:>3}: {}\n", words.join(" ")));
    insta::assert_snapshot!(silent.collect::<String>());
}

/// Pages deeper and larger than a person writes.
#[test]
fn hostile_pages_are_read_in_bounded_time() {
    let title = "`POST` **/v1/lockers/{lockerId}/open**\n\n### Body\n\n";
    let nested: String =
        (0..600).map(|depth| format!("{}- **a:** object\n", "  ".repeat(depth))).collect();
    let rows = [
        nested,
        "- ".repeat(300_000),
        "> ".repeat(300_000),
        "- **a:** string\n".repeat(15_000),
        (0..15_000).map(|number| format!("- **a{number}:** string\n")).collect(),
        "*".repeat(500_000),
        "[".repeat(500_000),
        "<".repeat(500_000),
        format!("```json\n{}\n```\n", "[".repeat(500_000)),
        format!("```json\n{}{}\n```\n", "[".repeat(100), "]".repeat(100)),
        format!("```curl\ncurl {}\n```\n", "'\n".repeat(30_001)),
        "## 200\n".repeat(50_000),
    ];
    for page in rows {
        let (code, _) = docs(&[format!("{title}{page}").as_bytes()], SPEC, Format::Json);
        assert_eq!(code, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// With pieces of the template in other places, anything may be found, and nothing panics.
    #[test]
    fn nothing_panics(
        splices in proptest::collection::vec((any::<prop::sample::Index>(), 0..40_usize, prop::sample::select(PIECES)), 1..6)
    ) {
        let mut page: Vec<char> = PAGE.chars().collect();
        for (place, length, piece) in splices {
            let start = place.index(page.len());
            let end = (start + length).min(page.len());
            page.splice(start..end, piece.chars());
        }
        let page: String = page.into_iter().collect();
        let (code, _) = docs(&[page.as_bytes()], SPEC, Format::Json);
        prop_assert!(code < 2);
    }
}

const PIECES: &[&str] = &[
    "",
    "\n",
    "\n\n",
    "```",
    "~~~\n",
    "- ",
    "    ",
    "**",
    "`",
    ":",
    "*(required)*",
    "<details>",
    "</",
    "<summary>",
    ":::",
    "200",
    "## ",
    "### Headers\n",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "curl ",
    "é",
    "\u{0}",
    "\r",
    "|",
    "string",
    "--data '",
    "&",
    "\\u0000",
    "[]",
    "- **Default:** `1`\n",
    "![a](b)",
    "[a]: b\n",
    "null",
    "1e999",
];
