//! Findings as text: the lines of the file with the place underlined, as in the messages of a compiler.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstyle::Style;

use super::{Finding, Place, Report, Severity, count, counted};
use crate::source::{Source, Span};

/// How many bytes of a long line are shown before and after the place.
const MARGIN: usize = 120;

const MAX_COUNT: usize = 1000;

pub(super) fn print(report: &Report, out: &mut impl Write) -> io::Result<()> {
    findings(&report.findings, out)?;
    let bold = Style::new().bold();
    for section in &report.sections {
        writeln!(out, "{bold}{}{bold:#}", clean(&section.title))?;
        for line in &section.lines {
            writeln!(out, "  {}", clean(line))?;
        }
        writeln!(out)?;
    }
    match report.summary.is_empty() {
        true => Ok(()),
        false => writeln!(out, "{}", clean(&report.summary)),
    }
}

pub(super) fn findings(findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    // The writer removes the colours if its output is not a terminal.
    let renderer = Renderer::styled();
    for finding in findings.iter().take(MAX_COUNT) {
        writeln!(out, "{}\n", renderer.render(&[group(finding)]))?;
    }
    match findings.len().checked_sub(MAX_COUNT + 1) {
        Some(more) => writeln!(out, "… and {} more; `--format json` has them all\n", more + 1),
        None => Ok(()),
    }
}

/// The number of errors and warnings, in words.
pub fn summary(findings: &[Finding]) -> String {
    let of = |severity, name: &str| match count(findings, severity) {
        0 => format!("no {name}s"),
        count => counted(count, name),
    };
    let errors = of(Severity::Error, "error");
    format!("{errors}, {}", of(Severity::Warning, "warning"))
}

fn group(finding: &Finding) -> Group<'_> {
    let level = match finding.rule.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE,
    };
    let title = level.primary_title(clean(&finding.message)).id(finding.rule.code);
    // Places close to each other are drawn in one piece of text, without most of the lines between them.
    let (near, far): (Vec<_>, Vec<_>) =
        finding.related.iter().partition(|related| is_near(&finding.place, &related.place));
    let mut marks = vec![(AnnotationKind::Primary, finding.place.span, "")];
    marks.extend(near.iter().map(|related| {
        let message = related.message.as_str();
        (AnnotationKind::Context, related.place.span, message)
    }));
    let mut group =
        draw(Group::with_title(title), &finding.place.source, finding.place.span, &marks);
    for related in far {
        let Place { source, span } = &related.place;
        let mark = (AnnotationKind::Context, *span, related.message.as_str());
        group = draw(group, source, *span, &[mark]);
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(clean(note)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    group
}

pub fn clean(text: &str) -> String {
    let is_control = |c: char| c.is_control() && c != '\n';
    text.replace(is_control, "\u{fffd}")
}

/// Whether two places fit into one piece of text.
fn is_near(place: &Place, other: &Place) -> bool {
    let source = &place.source;
    let span = Span {
        start: place.span.start.min(other.span.start),
        end: place.span.end.max(other.span.end),
    };
    let line = |byte| source.position(byte).line;
    source.name == other.source.name
        && !is_long(source, source.whole_lines(span))
        && line(span.end) - line(span.start) <= 100
}

fn draw<'a>(
    group: Group<'a>,
    source: &'a Source,
    span: Span,
    marks: &[(AnnotationKind, Span, &'a str)],
) -> Group<'a> {
    let start = marks.iter().map(|mark| mark.1.start).min().unwrap_or(0);
    let end = marks.iter().map(|mark| mark.1.end).max().unwrap_or(start);
    let lines = source.whole_lines(Span { start, end });
    let is_long = is_long(source, lines);
    let window = if is_long { around(source, lines, span) } else { lines };
    let text = &source.text[window.start..window.end];
    let annotations = marks.iter().map(|(kind, span, label)| {
        let start = span.start.clamp(window.start, window.end) - window.start;
        let end = span.end.clamp(window.start, window.end) - window.start;
        let annotation = kind.span(start..end.max(start));
        match label.is_empty() {
            true => annotation,
            false => annotation.label(*label),
        }
    });
    let snippet = Snippet::source(text)
        .line_start(source.position(window.start).line)
        .annotations(annotations);
    if !is_long {
        return group.element(snippet.path(&source.name));
    }
    // The column in the window is not the one in the file.
    let position = source.position(span.start);
    let origin = Origin::path(&source.name).line(position.line).char_column(position.column);
    group.element(origin).element(snippet)
}

fn is_long(source: &Source, lines: Span) -> bool {
    let text = &source.text[lines.start..lines.end];
    text.len() > 20_000 || text.lines().any(|line| line.len() > 4 * MARGIN)
}

/// The window around a place in its first line.
fn around(source: &Source, lines: Span, span: Span) -> Span {
    let boundary = |mut byte: usize| {
        while !source.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    };
    let end = span.end.min(span.start + MARGIN);
    Span {
        start: boundary(span.start.saturating_sub(MARGIN).max(lines.start)),
        end: boundary((end + MARGIN).min(lines.end)),
    }
}
