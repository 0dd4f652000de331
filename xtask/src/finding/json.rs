//! Findings as JSON, in the stable form that `spec/README.md` describes.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{Place, Report as Findings, Severity, count};

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    fields: &'a Map<String, Json>,
    diagnostics: Vec<Diagnostic<'a>>,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    help: Option<&'a str>,
    pointer: &'a str,
    #[serde(flatten)]
    range: Range<'a>,
    related: Vec<Related<'a>>,
    #[serde(flatten)]
    fields: &'a Map<String, Json>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    range: Range<'a>,
}

/// Lines and columns count from 1; the end is after the last character.
#[derive(Serialize)]
struct Range<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl<'a> From<&'a Place> for Range<'a> {
    fn from(place: &'a Place) -> Self {
        let start = place.source.position(place.span.start);
        let end = place.source.position(place.span.end);
        Self {
            file: &place.source.name,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

pub(super) fn print(report: &Findings, out: &mut impl Write) -> io::Result<()> {
    let diagnostics = report.findings.iter().map(|finding| Diagnostic {
        code: finding.rule.code,
        severity: finding.rule.severity,
        message: &finding.message,
        help: finding.help.as_deref(),
        pointer: &finding.pointer,
        range: (&finding.place).into(),
        related: finding
            .related
            .iter()
            .map(|related| Related { message: &related.message, range: (&related.place).into() })
            .collect(),
        fields: &finding.fields,
    });
    let report = Report {
        fields: &report.fields,
        diagnostics: diagnostics.collect(),
        errors: count(&report.findings, Severity::Error),
        warnings: count(&report.findings, Severity::Warning),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}
