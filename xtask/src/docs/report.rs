//! The report in its forms.

use std::io::{self, Write};

use serde::Serialize;

use super::finding::{DifferenceKind, Finding};
use super::{PageReport, Report};
use crate::finding::{self, Finding as Common, Format};
use crate::source::Span;

/// The form is documented in `spec/README.md`, and does not change.
#[derive(Serialize)]
struct Json<'a> {
    pages: Vec<JsonPage<'a>>,
    disagreements: usize,
}

#[derive(Serialize)]
struct JsonPage<'a> {
    file: &'a str,
    operation: Option<&'a str>,
    findings: Vec<JsonFinding<'a>>,
    draft: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    kind: DifferenceKind,
    what: &'a str,
    message: &'a str,
    page_line: Option<usize>,
    spec: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: &'a str,
    line: usize,
}

impl Report {
    /// How much of what was found is neither as declared nor needless to say.
    pub(super) fn disagreements(&self) -> usize {
        self.pages.iter().map(PageReport::disagreements).sum()
    }
}

impl PageReport {
    fn departures(&self) -> usize {
        self.findings.iter().filter(|finding| finding.kind == DifferenceKind::Departure).count()
    }

    fn disagreements(&self) -> usize {
        self.findings.len() - self.departures()
    }

    /// How many there are, in words.
    fn summary(&self) -> String {
        let count = |count, name: &str| match count {
            1 => format!("1 {name}"),
            count => format!("{count} {name}s"),
        };
        let operation = self.operation.as_deref().filter(|_| self.draft.is_none());
        let operation =
            operation.map_or_else(String::new, |operation| format!(" with `{operation}`"));
        let verdict = match self.disagreements() {
            0 => format!("agrees{operation}"),
            disagreements => format!("{}{operation}", count(disagreements, "disagreement")),
        };
        let departures = match self.departures() {
            0 => String::new(),
            departures => format!(", {} declared", count(departures, "departure")),
        };
        format!("{}: {verdict}{departures}", self.source.name)
    }
}

pub(super) fn print(report: &Report, format: Format, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Human => human(report, out),
        Format::Json => json(report, out),
        Format::Github | Format::Markdown => {
            let findings: Vec<_> = report
                .pages
                .iter()
                .flat_map(|page| {
                    page.findings.iter().map(|finding| common(finding, report, page, true))
                })
                .collect();
            finding::print(&findings, format, out)
        }
    }
}

fn json(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let place = |span: Span| JsonPlace {
        file: &report.spec.name,
        line: report.spec.position(span.start).line,
    };
    let pages = report.pages.iter().map(|page| JsonPage {
        file: &page.source.name,
        operation: page.operation.as_deref(),
        findings: page
            .findings
            .iter()
            .map(|finding| JsonFinding {
                kind: finding.kind,
                what: &finding.what,
                message: &finding.message,
                page_line: finding.page_line,
                spec: finding.spec.map(place),
            })
            .collect(),
        draft: page.draft.as_deref(),
    });
    let json = Json { pages: pages.collect(), disagreements: report.disagreements() };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn human(report: &Report, out: &mut impl Write) -> io::Result<()> {
    // With a draft in it, the whole can be saved and used as YAML: the rest are comments.
    let has_draft = report.pages.iter().any(|page| page.draft.is_some());
    for page in &report.pages {
        let (declared, other): (Vec<_>, Vec<_>) =
            page.findings.iter().partition(|finding| finding.kind == DifferenceKind::Departure);
        let other = other.into_iter().map(|finding| common(finding, report, page, false));
        let mut text = Vec::new();
        finding::print(&other.collect::<Vec<_>>(), Format::Human, &mut text)?;
        for finding in declared {
            let line = |span: Span| report.spec.position(span.start).line;
            let on_page = finding.page_line.map(|line| format!("{}:{line}", page.source.name));
            let in_spec = finding.spec.map(|span| format!("{}:{}", report.spec.name, line(span)));
            let places: Vec<_> = on_page.into_iter().chain(in_spec).collect();
            writeln!(
                text,
                "departure: {}\n  --> {}\n",
                finding::clean(&finding.message),
                places.join(", ")
            )?;
        }
        writeln!(text, "{}", page.summary())?;
        for line in String::from_utf8_lossy(&text).lines() {
            match (has_draft, line.is_empty()) {
                (false, _) => writeln!(out, "{line}")?,
                (true, true) => writeln!(out, "#")?,
                (true, false) => writeln!(out, "# {line}")?,
            }
        }
        if let Some(draft) = &page.draft {
            writeln!(out, "\n---\n{draft}")?;
        }
    }
    Ok(())
}

/// The finding in the terms of all reports. It stands where the thing is: in the spec, if it is the page that lacks it.
fn common(finding: &Finding, report: &Report, page: &PageReport, prefers_spec: bool) -> Common {
    let rule = finding.kind.rule();
    let (source, spec) = (&page.source, &report.spec);
    let is_in_spec = match finding.kind {
        DifferenceKind::MissingOnPage => true,
        DifferenceKind::Unreadable => false,
        _ => prefers_spec,
    };
    let (on_page, in_spec) = match finding.kind {
        DifferenceKind::MissingInSpec => ("the page has it here", "it would belong here"),
        DifferenceKind::MissingOnPage => ("the page should have it here", ""),
        DifferenceKind::Unreadable => ("", "it belongs to this"),
        _ => ("the page says this", "the spec says this"),
    };
    match (finding.page_line, finding.spec) {
        (Some(number), Some(span)) if is_in_spec => {
            rule.at(spec, span, &finding.message).related(source, source.line(number), on_page)
        }
        (Some(number), Some(span)) => {
            rule.at(source, source.line(number), &finding.message).related(spec, span, in_spec)
        }
        (None, Some(span)) => rule.at(spec, span, &finding.message),
        (number, None) => rule.at(source, source.line(number.unwrap_or(1)), &finding.message),
    }
}
