//! The findings of all commands, and the formats to print them in.

mod github;
mod human;
mod json;
mod markdown;

use std::io::{self, Write};
use std::rc::Rc;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::Outcome;
pub use crate::source::Place;
use crate::source::{Source, Span};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It must be fixed.
    Error,
    /// It may be intended.
    Warning,
    /// For information.
    Notice,
}

/// What findings of one kind have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name, as in `spec/README.md`.
    pub code: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
}

impl Rule {
    pub(crate) const fn error(code: &'static str) -> Self {
        Self { code, severity: Severity::Error }
    }

    pub(crate) const fn warning(code: &'static str) -> Self {
        Self { code, severity: Severity::Warning }
    }

    pub(crate) const fn notice(code: &'static str) -> Self {
        Self { code, severity: Severity::Notice }
    }

    pub(crate) fn at(
        &self,
        source: &Rc<Source>,
        span: Span,
        message: impl Into<String>,
    ) -> Finding {
        Finding {
            rule: *self,
            message: start_of(&message.into(), 400),
            help: None,
            pointer: String::new(),
            place: source.place(span),
            related: Vec::new(),
            notes: Vec::new(),
            fields: Map::new(),
        }
    }
}

/// The start of a text: a name in a broken file can have any length.
pub(crate) fn start_of(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        None => text.to_owned(),
        Some((place, _)) => format!("{}…", &text[..place]),
    }
}

#[derive(Clone)]
pub(crate) struct Related {
    pub(crate) message: String,
    pub(crate) place: Place,
}

/// A message about a place in a file.
#[derive(Clone)]
pub struct Finding {
    /// What it is a case of.
    pub rule: Rule,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where it is.
    pub place: Place,
    /// Its JSON pointer (RFC 6901) in the document.
    pub(crate) pointer: String,
    pub(crate) related: Vec<Related>,
    /// More sentences.
    pub(crate) notes: Vec<String>,
    /// More fields of its JSON object.
    pub(crate) fields: Map<String, Json>,
}

impl Finding {
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn field(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Adds another place in the same file.
    pub(crate) fn also(&mut self, span: Span, message: &str) {
        let place = self.place.source.place(span);
        self.related.push(Related { message: message.to_owned(), place });
    }

    pub(crate) fn related(
        mut self,
        source: &Rc<Source>,
        span: Span,
        message: impl Into<String>,
    ) -> Self {
        self.related.push(Related { message: message.into(), place: source.place(span) });
        self
    }
}

/// Sorts findings by their places, and removes duplicates.
pub(crate) fn sort(findings: &mut Vec<Finding>) {
    fn key(finding: &Finding) -> (Span, Severity, &str, &str) {
        (finding.place.span, finding.rule.severity, finding.rule.code, &finding.message)
    }
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup_by(|a, b| key(a) == key(b));
}

pub(crate) fn count(findings: &[Finding], severity: Severity) -> usize {
    let is = |finding: &&Finding| finding.rule.severity == severity;
    findings.iter().filter(is).count()
}

/// A number of things that form their plural with an `s`.
pub(crate) fn counted(count: usize, name: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Text, with the lines of the file.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// GitHub's workflow commands, which a pull request shows beside the lines.
    Github,
    /// Markdown, for a comment on a pull request.
    Markdown,
}

/// The result of a command, which every format prints.
#[derive(Default)]
pub struct Report {
    /// One line. Text ends with it, where a terminal shows it; Markdown starts with it.
    pub(crate) summary: String,
    /// What the command found.
    pub findings: Vec<Finding>,
    /// Text without a place in a file.
    pub(crate) sections: Vec<Section>,
    /// More fields of the JSON object.
    pub(crate) fields: Map<String, Json>,
}

/// Lines under a title.
pub(crate) struct Section {
    pub(crate) title: String,
    /// The language of the lines, for a fence in Markdown.
    pub(crate) language: &'static str,
    pub(crate) lines: Vec<String>,
}

impl Report {
    /// Fails if one of the findings is an error.
    pub fn outcome(&self) -> Outcome {
        match count(&self.findings, Severity::Error) {
            0 => Outcome::Pass,
            _ => Outcome::Fail,
        }
    }

    /// Prints it.
    ///
    /// # Errors
    ///
    /// If `out` fails.
    pub fn print(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Human => human::print(self, out),
            Format::Json => json::print(self, out),
            Format::Github => github::print(self, out),
            Format::Markdown => markdown::print(self, out),
        }
    }
}

/// Findings as text, without colour.
pub(crate) fn text(findings: &[Finding]) -> String {
    let mut out = Vec::new();
    // Writing to a vector does not fail.
    let _ = human::findings(findings, &mut out);
    anstream::adapter::strip_str(&String::from_utf8_lossy(&out)).to_string()
}

pub(crate) use human::summary;
