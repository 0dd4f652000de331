//! `cargo xtask docs`: edits of a page, pages in other forms, departures, drafts, and the command.

#![allow(clippy::panic, reason = "a test fails by panicking")]

#[path = "docs/add.rs"]
mod add;
#[path = "docs/command.rs"]
mod command;
#[path = "docs/departures.rs"]
mod departures;
#[path = "docs/drafts.rs"]
mod drafts;
#[path = "docs/edits.rs"]
mod edits;
#[path = "docs/strangers.rs"]
mod strangers;
#[path = "docs/variations.rs"]
mod variations;

use std::fs;
use std::path::Path;

use anstream::adapter::strip_str;
use serde_json::Value;
use xtask::docs::{Args, run};
use xtask::finding::Format;
use xtask::{Outcome, error_chain};

/// A page in the vendor's template, and a spec that agrees with it except for one departure.
const PAGE: &str = include_str!("docs/page.md");
const SPEC: &str = include_str!("docs/base.yaml");

/// A text with one part, which it has once, replaced by another.
fn edited(text: &str, at: &str, other: &str) -> String {
    assert_eq!(text.matches(at).count(), 1, "occurrences of `{at}`");
    text.replacen(at, other, 1)
}

/// Runs the command on pages and a spec in a folder; gives the exit code and the output, without colour.
fn docs(pages: &[&[u8]], spec: &str, format: Format) -> (u8, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("spec.yaml"), spec).expect("a spec");
    let pages = pages.iter().enumerate().map(|(index, page)| {
        let name = if index == 0 { "page.md".to_owned() } else { format!("page_{}.md", index + 1) };
        fs::write(path(&name), page).expect("a page");
        path(&name)
    });
    let args =
        Args { pages: pages.collect(), spec: Some(path("spec.yaml")), format, ..Args::default() };
    let (code, out) = answer(&args);
    (code, without(&out, folder.path()))
}

fn answer(args: &Args) -> (u8, String) {
    let mut out = Vec::new();
    let result = run(args, &mut out);
    let out = strip_str(&String::from_utf8_lossy(&out)).to_string();
    match result {
        Ok(Outcome::Pass) => (0, out),
        Ok(Outcome::Fail) => (1, out),
        Err(error) => (2, format!("{out}{}", error_chain(&error))),
    }
}

fn without(text: &str, folder: &Path) -> String {
    text.replace(&format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR), "")
}

/// The parts of a finding that most tests compare: its code, what it is about, and the line of the page.
type Row = (String, String, Option<u64>);

/// The exit code, and what is found on one page.
fn found(page: &str, spec: &str) -> (u8, Vec<Row>) {
    let (code, out) = docs(&[page.as_bytes()], spec, Format::Json);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}"));
    (code, findings(&report).iter().map(row_of).collect())
}

fn findings(report: &Value) -> &[Value] {
    report["diagnostics"].as_array().expect("findings")
}

fn row_of(finding: &Value) -> Row {
    let text = |name: &str| finding[name].as_str().expect("a text").to_owned();
    (text("code"), text("what"), place_in("page.md", finding))
}

/// The line of a file that a finding is about.
fn place_in(file: &str, finding: &Value) -> Option<u64> {
    let related = finding["related"].as_array().expect("places");
    let place = [finding].into_iter().chain(related).find(|place| place["file"] == file)?;
    place["line"].as_u64()
}

/// What is found besides the departure of the pair.
fn disagreements(page: &str, spec: &str) -> Vec<Row> {
    let (code, rows) = found(page, spec);
    let rows: Vec<Row> = rows.into_iter().filter(|(code, ..)| code != "departure").collect();
    assert_eq!(code, u8::from(!rows.is_empty()));
    rows
}

/// The line, from 1, that the first occurrence of a text starts on.
fn line_of(page: &str, text: &str) -> u64 {
    let place = page.find(text).unwrap_or_else(|| panic!("the page has no `{text}`"));
    page[..place].matches('\n').count() as u64 + 1
}

/// What is found, without the lines, which differ between variations.
fn sorted(rows: Vec<Row>) -> Vec<(String, String)> {
    let mut rows: Vec<_> = rows.into_iter().map(|(code, what, _)| (code, what)).collect();
    rows.sort();
    rows
}
