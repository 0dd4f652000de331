//! The report of a comparison.

use serde_json::{Map, json};

use super::RustEffect;
use super::change::Change;
use super::kinds::Class;
use super::rust::ApiChange;
use super::version::{Bump, MISSING_VERSION};
use crate::finding::{Finding, Report, Section, counted};

/// The worse of the answers for the wire and for Rust; `None` if nothing changed.
pub(super) fn verdict(changes: &[Change], rust: &RustEffect) -> Option<Class> {
    wire(changes).into_iter().chain(rust.class()).min()
}

fn wire(changes: &[Change]) -> Option<Class> {
    changes.iter().map(|change| change.kind.class).min()
}

/// The report: what is missing first, then the changes, the worst first.
pub(super) fn report(
    changes: Vec<Change>,
    rust: RustEffect,
    bump: Option<Bump>,
    missing: Vec<Finding>,
    lines: Vec<String>,
) -> Report {
    let is_asked = |it: &Finding| it.rule == MISSING_VERSION;
    let summary = summary(&changes, &rust, bump.filter(|_| missing.iter().any(is_asked)));
    let name = |class: Option<Class>| class.map_or("none", Class::name);
    let mut fields = Map::new();
    fields.insert("verdict".to_owned(), name(verdict(&changes, &rust)).into());
    fields.insert("wire".to_owned(), name(wire(&changes)).into());
    fields.insert("rust".to_owned(), name(rust.class()).into());
    fields.insert("bump".to_owned(), bump.map_or("none", Bump::name).into());
    fields.insert("api".to_owned(), json!(rust.items));
    let mut sections = Vec::new();
    let mut section = |title: &str, language, lines: Vec<String>| {
        if !lines.is_empty() {
            sections.push(Section { title: title.to_owned(), language, lines });
        }
    };
    let title = "The effect on Rust code is unknown, and counts as source-breaking";
    section(title, "text", rust.unknown.into_iter().collect());
    let items: Vec<String> = rust.items.iter().flat_map(in_rust).collect();
    let title = format!("In Rust: {}", counted(rust.items.len(), "public item"));
    section(&title, "diff", items);
    section("For CHANGELOG.md, under `## [Unreleased]`", "markdown", lines);
    let found = changes.iter().filter_map(Change::finding);
    Report { summary, findings: missing.into_iter().chain(found).collect(), sections, fields }
}

/// The lines that show a changed item; `!` marks what breaks.
fn in_rust(change: &ApiChange) -> Vec<String> {
    let mark = if change.class == Class::SourceBreaking { "! " } else { "" };
    let line = |sign: char, text: &Option<String>| {
        text.as_ref().map(|text| format!("{sign} {mark}{}  {text}", change.item))
    };
    line('-', &change.from).into_iter().chain(line('+', &change.to)).collect()
}

fn summary(changes: &[Change], rust: &RustEffect, bump: Option<Bump>) -> String {
    let Some(verdict) = verdict(changes, rust) else {
        return "nothing changed".to_owned();
    };
    let breaking = changes.iter().filter(|change| change.kind.class.is_breaking()).count();
    let broken = rust.items.iter().filter(|change| change.class == Class::SourceBreaking).count();
    let wire = match breaking {
        0 => "no breaking change on the wire".to_owned(),
        count => format!("{} on the wire", counted(count, "breaking change")),
    };
    let rust = match (broken, &rust.unknown) {
        (_, Some(_)) => "the effect on Rust code is unknown".to_owned(),
        (0, None) => "none in Rust".to_owned(),
        (count, None) => format!("{count} in Rust"),
    };
    let asked = match bump {
        None => String::new(),
        Some(bump) => format!("; a {} version is asked for", bump.name()),
    };
    format!("{}: {wire}, {rust}{asked}", verdict.name())
}
