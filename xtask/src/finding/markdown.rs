//! A report as a comment on a pull request.

use std::io::{self, Write};

use super::{Finding, Place, Report, Severity};

/// How many rows are shown; the others are folded.
const MAX_OPEN_ROWS: usize = 20;

pub(super) fn print(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "### {}\n", escape(&report.summary))?;
    let head = "| | finding | where |\n| --- | --- | --- |";
    let (open, folded) = report.findings.split_at(report.findings.len().min(MAX_OPEN_ROWS));
    table(head, open, out)?;
    if !folded.is_empty() {
        writeln!(out, "<details><summary>{} more</summary>\n", folded.len())?;
        table(head, folded, out)?;
        writeln!(out, "</details>\n")?;
    }
    for section in &report.sections {
        writeln!(out, "<details><summary>{}</summary>\n", escape(&section.title))?;
        // Tildes, because the lines may have backticks.
        writeln!(out, "~~~{}", section.language)?;
        for line in &section.lines {
            writeln!(out, "{line}")?;
        }
        writeln!(out, "~~~\n\n</details>\n")?;
    }
    Ok(())
}

fn table(head: &str, findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{head}")?;
    for finding in findings {
        let code = match finding.rule.severity {
            Severity::Notice => finding.rule.code.to_owned(),
            Severity::Error | Severity::Warning => format!("**{}**", finding.rule.code),
        };
        let mut lines = vec![escape(&finding.message)];
        lines.extend(finding.notes.iter().map(|note| escape(note)));
        lines.extend(finding.help.iter().map(|help| format!("help: {}", escape(help))));
        let mut places = vec![place(&finding.place)];
        places.extend(finding.related.iter().map(|related| place(&related.place)));
        writeln!(out, "| {code} | {} | {} |", lines.join("<br>"), places.join("<br>"))?;
    }
    writeln!(out)
}

fn place(place: &Place) -> String {
    let line = place.source.position(place.span.start).line;
    escape(&format!("{}:{line}", place.source.name))
}

/// Escapes what would end a cell or a line of a table.
fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}
