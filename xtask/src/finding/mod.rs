//! What a chore has to say about a file, and the one way to say it: to people, to programs, to GitHub.

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
    /// It has to be mended.
    Error,
    /// It may be as it should.
    Warning,
    /// It is worth knowing.
    Notice,
}

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in `spec/README.md`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

impl Rule {
    /// A rule whose findings are errors.
    pub const fn error(code: &'static str) -> Self {
        Self { code, severity: Severity::Error }
    }

    /// A rule whose findings are warnings.
    pub const fn warning(code: &'static str) -> Self {
        Self { code, severity: Severity::Warning }
    }

    /// A rule whose findings are only worth knowing.
    pub const fn notice(code: &'static str) -> Self {
        Self { code, severity: Severity::Notice }
    }

    /// A finding of this kind at a place.
    pub fn at(&self, source: &Rc<Source>, span: Span, message: impl Into<String>) -> Finding {
        Finding {
            rule: *self,
            message: shorten(message.into()),
            help: None,
            pointer: String::new(),
            place: source.place(span),
            related: Vec::new(),
            notes: Vec::new(),
            fields: Map::new(),
        }
    }
}

/// Names in a broken file can be of any length.
fn shorten(message: String) -> String {
    match message.char_indices().nth(400) {
        None => message,
        Some((place, _)) => format!("{}…", &message[..place]),
    }
}

/// Another place that a finding has to do with.
#[derive(Clone)]
pub struct Related {
    /// What it has to do with it.
    pub message: String,
    /// Where it is.
    pub place: Place,
}

/// Something to say about a place in a file.
#[derive(Clone)]
pub struct Finding {
    /// Of which kind it is.
    pub rule: Rule,
    /// What there is to say.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where in the document it is, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// Where in the text it is.
    pub place: Place,
    /// What else to look at.
    pub related: Vec<Related>,
    /// More sentences about it.
    pub notes: Vec<String>,
    /// Fields of its JSON object beyond those that every finding has.
    pub fields: Map<String, Json>,
}

impl Finding {
    /// The same with advice.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with a place in the document.
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    /// The same with a further sentence.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with a further field of its JSON object.
    pub fn field(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// The same with another place to look at.
    pub fn related(mut self, source: &Rc<Source>, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related { message: message.into(), place: source.place(span) });
        self
    }
}

/// Sorts findings by their places, and drops those said twice.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.place.span, finding.rule.severity);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.rule.code.cmp(b.rule.code))
            .then_with(|| a.message.cmp(&b.message))
    });
    findings.dedup_by(|a, b| {
        a.place.span == b.place.span && a.rule == b.rule && a.message == b.message
    });
}

/// How many of a severity there are.
pub fn count(findings: &[Finding], severity: Severity) -> usize {
    let is = |finding: &&Finding| finding.rule.severity == severity;
    findings.iter().filter(is).count()
}

/// A form to print a report in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people, with the lines of the file.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// Commands that make GitHub show the findings in a pull request.
    Github,
    /// A comment on a pull request.
    Markdown,
}

/// What a command has to say: the same in every format.
#[derive(Default)]
pub struct Report {
    /// One line that sums it up. People read it last, as the last line of a terminal is where they look; a comment
    /// starts with it.
    pub summary: String,
    /// What it found.
    pub findings: Vec<Finding>,
    /// What belongs to no place.
    pub sections: Vec<Section>,
    /// Fields of the JSON object beyond the findings and their counts.
    pub fields: Map<String, Json>,
}

/// Lines under a title.
pub struct Section {
    /// The title.
    pub title: String,
    /// The language of the lines, as a Markdown fence names it.
    pub language: &'static str,
    /// The lines.
    pub lines: Vec<String>,
}

impl Report {
    /// Fails if there is an error in it.
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
    /// What `out` fails with.
    pub fn print(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Human => human::print(self, out),
            Format::Json => json::print(self, out),
            Format::Github => github::print(&self.findings, out),
            Format::Markdown => markdown::print(self, out),
        }
    }
}

/// Prints findings alone. To be replaced by [`Report`] where it is still called.
///
/// # Errors
///
/// What `out` fails with.
pub fn print(findings: &[Finding], format: Format, out: &mut impl Write) -> io::Result<()> {
    Report { findings: findings.to_vec(), ..Report::default() }.print(format, out)
}

/// Findings for people, without colour.
pub fn text(findings: &[Finding]) -> String {
    let mut out = Vec::new();
    // A vector takes everything.
    let _ = human::findings(findings, &mut out);
    anstream::adapter::strip_str(&String::from_utf8_lossy(&out)).to_string()
}

pub use human::{clean, summary};
