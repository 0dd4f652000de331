//! Findings as GitHub's workflow commands, which a pull request shows beside the lines.

use std::io::{self, Write};

use super::{Finding, Rule, Severity};

pub(super) fn print(findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    for finding in findings {
        let command = command(finding.rule);
        let source = &finding.place.source;
        let start = source.position(finding.place.span.start);
        let end = source.position(finding.place.span.end);
        let file = property(&source.name);
        write!(out, "::{command} file={file},line={}", start.line)?;
        write!(out, ",endLine={}", end.line)?;
        // GitHub takes columns only within one line.
        if start.line == end.line {
            let last = end.column.max(start.column + 1) - 1;
            write!(out, ",col={},endColumn={last}", start.column)?;
        }
        write!(out, ",title={}", property(finding.rule.code))?;
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
        if let Some(help) = &finding.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        writeln!(out, "::{}", data(&message))?;
    }
    Ok(())
}

/// Prints something that has no place.
pub fn print_without_place(rule: Rule, message: &str, out: &mut impl Write) -> io::Result<()> {
    let title = property(rule.code);
    writeln!(out, "::{} title={title}::{}", command(rule), data(message))
}

fn command(rule: Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    }
}

fn data(text: &str) -> String {
    let is_obeyed = |c: char| c.is_control() && c != '\n' && c != '\r';
    text.replace(is_obeyed, "\u{fffd}")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
