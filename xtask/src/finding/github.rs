//! Findings as GitHub's workflow commands, which a pull request shows beside the lines.

use std::io::{self, Write};

use super::{Report, Severity};

pub(super) fn print(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for finding in &report.findings {
        let command = match finding.rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        };
        let source = &finding.place.source;
        write!(out, "::{command} ")?;
        // An earlier revision has no lines in the pull request.
        if !source.is_past {
            let start = source.position(finding.place.span.start);
            let end = source.position(finding.place.span.end);
            let file = property(&source.name);
            write!(out, "file={file},line={},endLine={},", start.line, end.line)?;
            // GitHub accepts columns only for a single line.
            if start.line == end.line {
                let last = end.column.max(start.column + 1) - 1;
                write!(out, "col={},endColumn={last},", start.column)?;
            }
        }
        write!(out, "title={}", property(finding.rule.code))?;
        let mut message = finding.message.clone();
        for related in &finding.related {
            let other = &related.place.source;
            let line = other.position(related.place.span.start).line;
            let file = match other.name == source.name {
                true => String::new(),
                false => format!("{}, ", other.name),
            };
            message.push_str(&format!("\n{} ({file}line {line})", related.message));
        }
        for note in &finding.notes {
            message.push_str(&format!("\n{note}"));
        }
        if let Some(help) = &finding.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        writeln!(out, "::{}", data(&message))?;
    }
    for section in &report.sections {
        let lines = data(&section.lines.join("\n"));
        writeln!(out, "::notice title={}::{lines}", property(&section.title))?;
    }
    match report.findings.is_empty() && report.sections.is_empty() {
        true => Ok(()),
        false => writeln!(out, "::notice::{}", data(&report.summary)),
    }
}

fn data(text: &str) -> String {
    let is_control = |c: char| c.is_control() && c != '\n' && c != '\r';
    text.replace(is_control, "\u{fffd}")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
