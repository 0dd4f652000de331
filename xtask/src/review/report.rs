//! The report in its forms.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::Report;
use super::change::{Affects, Change, Class};
use super::version::Bump;
use crate::finding::{self, Format as Findings, Place};

/// A form to print a report in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    #[default]
    Human,
    /// A comment on a pull request.
    Markdown,
    /// One JSON object.
    Json,
    /// Commands that make GitHub show the changes in a pull request.
    Github,
}

pub(super) fn print(report: &Report, format: Format, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Human => human(report, out),
        Format::Markdown => markdown(report, out),
        Format::Json => json(report, out),
        Format::Github => github(report, out),
    }
}

fn line(place: &Place) -> usize {
    place.source.position(place.span.start).line
}

/// Where a change was and where it is.
fn places(change: &Change) -> String {
    let place = |place: &Place| format!("{}:{}", place.source.name, line(place));
    match (&change.base, &change.head) {
        (Some(base), Some(head)) => format!("{} → {}", place(base), place(head)),
        (Some(base), None) => format!("{}, before", place(base)),
        (None, Some(head)) => place(head),
        (None, None) => String::new(),
    }
}

fn verdict(report: &Report) -> &'static str {
    report.verdict.map_or("none", Class::name)
}

/// The first line of a report.
fn headline(report: &Report) -> String {
    let bump = match report.bump {
        Bump::None => "no new version is asked for".to_owned(),
        bump => format!("a {} version is asked for", bump.name()),
    };
    match report.verdict {
        None => format!("none: the documents mean the same; {bump}"),
        Some(class) => format!("{}: {bump}", class.name()),
    }
}

fn values(change: &Change) -> Option<String> {
    match (&change.from, &change.to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("was {from}")),
        (None, Some(to)) => Some(format!("is {to}")),
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
    }
}

fn human(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{}{bold:#}\n", headline(report))?;
    for change in &report.changes {
        let colour = match change.class {
            Class::Breaking => AnsiColor::Red,
            Class::SourceBreaking => AnsiColor::Yellow,
            Class::Compatible => AnsiColor::Green,
            Class::Documentation => AnsiColor::Blue,
        };
        let style = Style::new().fg_color(Some(colour.into())).bold();
        let operation =
            change.operation().map_or_else(String::new, |operation| format!(" {operation}"));
        writeln!(out, "{style}{}{style:#}{operation}", change.class.name())?;
        writeln!(out, "  {}", change.message)?;
        if let Some(values) = values(change) {
            writeln!(out, "  {values}")?;
        }
        writeln!(out, "  hits {}", change.affects.title())?;
        writeln!(out, "  {}  {}\n", places(change), change.pointer)?;
    }
    if !report.api.is_empty() {
        writeln!(out, "{bold}in Rust{bold:#}")?;
        for change in &report.api {
            let sign = match change.change {
                "added" => '+',
                "removed" => '-',
                _ => '~',
            };
            let detail = match (&change.from, &change.to) {
                (Some(from), Some(to)) => format!("{from} → {to}"),
                (Some(one), None) | (None, Some(one)) => one.clone(),
                (None, None) => String::new(),
            };
            writeln!(out, "  {sign} {}  {detail}", change.item)?;
        }
        writeln!(out)?;
    }
    for missing in &report.missing {
        writeln!(out, "{bold}missing{bold:#}: {missing}")?;
    }
    if !report.lines.is_empty() {
        writeln!(out, "\nfor CHANGELOG.md, under `## [Unreleased]`:\n")?;
        for line in &report.lines {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// How many rows of a table are shown without a click.
const ROWS: usize = 20;

fn markdown(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "### Spec review: {}\n", headline(report))?;
    let rows: Vec<String> = report.changes.iter().map(row).collect();
    let head = "| class | operation | change | hits | where |\n| --- | --- | --- | --- | --- |";
    if !rows.is_empty() {
        table(head, &rows, "changes", out)?;
    }
    if !report.api.is_empty() {
        let rows: Vec<String> = report
            .api
            .iter()
            .map(|change| {
                let code = |text: &Option<String>| text.as_deref().map_or_else(String::new, code);
                format!(
                    "| {} | {} | {} | {} |",
                    change.change,
                    self::code(&change.item),
                    code(&change.from),
                    code(&change.to)
                )
            })
            .collect();
        writeln!(out, "<details><summary>In Rust: {} public items</summary>\n", rows.len())?;
        writeln!(out, "| | item | was | is |\n| --- | --- | --- | --- |")?;
        for row in &rows {
            writeln!(out, "{row}")?;
        }
        writeln!(out, "\n</details>\n")?;
    }
    for missing in &report.missing {
        writeln!(out, "- [ ] {}", escape(missing))?;
    }
    if !report.lines.is_empty() {
        writeln!(out, "\nFor `CHANGELOG.md`, under `## [Unreleased]`:\n\n~~~markdown")?;
        for line in &report.lines {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "~~~")?;
    }
    Ok(())
}

fn table(head: &str, rows: &[String], what: &str, out: &mut impl Write) -> io::Result<()> {
    let (shown, hidden) = rows.split_at(rows.len().min(ROWS));
    writeln!(out, "{head}")?;
    for row in shown {
        writeln!(out, "{row}")?;
    }
    writeln!(out)?;
    if !hidden.is_empty() {
        writeln!(out, "<details><summary>{} more {what}</summary>\n\n{head}", hidden.len())?;
        for row in hidden {
            writeln!(out, "{row}")?;
        }
        writeln!(out, "\n</details>\n")?;
    }
    Ok(())
}

fn row(change: &Change) -> String {
    let class = match change.class {
        Class::Breaking | Class::SourceBreaking => format!("**{}**", change.class.name()),
        class => class.name().to_owned(),
    };
    let operation = change.operation().map_or_else(String::new, |operation| code(&operation));
    let values = values(change).map_or_else(String::new, |values| format!("<br>{}", code(&values)));
    let message = escape(&change.message);
    format!(
        "| {class} | {operation} | {message}{values} | {} | {}<br>{} |",
        change.affects.title(),
        places(change),
        code(&change.pointer)
    )
}

/// Text in a table: what is code stays code, and nothing ends the cell or the line.
fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}

/// Code in a table. Enough backticks, for the code may have some.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match longest {
        0 => format!("`{text}`"),
        _ => format!("{fence} {text} {fence}"),
    }
}

#[derive(Serialize)]
struct JsonReport<'a> {
    verdict: &'a str,
    bump: Bump,
    changes: Vec<JsonChange<'a>>,
    api: &'a [super::api::ApiChange],
    missing: &'a [String],
}

#[derive(Serialize)]
struct JsonChange<'a> {
    class: Class,
    affects: Affects,
    operation: Option<String>,
    message: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    pointer: &'a str,
    base: Option<JsonPlace<'a>>,
    head: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: &'a str,
    line: usize,
}

impl<'a> From<&'a Place> for JsonPlace<'a> {
    fn from(place: &'a Place) -> Self {
        Self { file: &place.source.name, line: line(place) }
    }
}

fn json(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let changes = report.changes.iter().map(|change| JsonChange {
        class: change.class,
        affects: change.affects,
        operation: change.operation(),
        message: &change.message,
        from: change.from.as_deref(),
        to: change.to.as_deref(),
        pointer: &change.pointer,
        base: change.base.as_ref().map(Into::into),
        head: change.head.as_ref().map(Into::into),
    });
    let report = JsonReport {
        verdict: verdict(report),
        bump: report.bump,
        changes: changes.collect(),
        api: &report.api,
        missing: &report.missing,
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn github(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for change in &report.changes {
        match change.finding() {
            Some(finding) => finding::print(&[finding], Findings::Github, out)?,
            // What is gone has no line to show it beside.
            None => {
                let message = format!("{} (it was in {})", change.message, places(change));
                writeln!(out, "::warning title={}::{message}", change.rule().code)?;
            }
        }
    }
    for missing in &report.missing {
        writeln!(out, "::error title=missing::{missing}")?;
    }
    Ok(())
}
