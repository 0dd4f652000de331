//! `cargo xtask docs`: compares the vendor's documentation pages with the spec.

mod blocks;
mod compare;
mod curl;
mod departures;
mod differences;
mod draft;
mod examples;
mod field_type;
mod fields;
mod html;
mod item;
mod json_block;
mod json_fields;
mod page;
mod reader;
mod samples;
mod spec_side;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, json};

use crate::check::SPEC;
use crate::finding::{Format, Report, Severity, count};
use crate::openapi::{Document, Parsed};
use crate::source::{self, Source};
use crate::{Error, Outcome, workspace_root};
use departures::Departures;
use page::Page;

pub use differences::{ASPECTS, DEPARTURE};

/// Compare the vendor's documentation pages with the spec.
///
/// Exits with 0 if they agree or the spec declares each difference, with 1 if they do not, and with 2 if a file cannot
/// be read or the spec is not a valid OpenAPI 3.0 document. spec/README.md lists what is compared, and describes the
/// JSON.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The pages, as Markdown.
    #[arg(required = true, value_name = "PAGE.md")]
    pub pages: Vec<PathBuf>,
    /// The spec [default: spec/vault.yaml of this workspace].
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// The largest page that is read, in bytes. The vendor's have a few thousand.
const MAX_PAGE: usize = 1024 * 1024;

/// Compares the pages with the spec and prints the differences.
///
/// # Errors
///
/// [`Error::File`] if the spec or a page cannot be read, [`Error::Unusable`] if the spec is not a valid OpenAPI 3.0
/// document, [`Error::Print`] if `out` fails.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let (path, name) = match &args.spec {
        Some(path) => (path.clone(), path.to_string_lossy().into_owned()),
        None => (workspace_root().join(SPEC), SPEC.to_owned()),
    };
    let spec = Parsed::open(&path, &name)?;
    let document = Document::usable(&spec)
        .map_err(|findings| Error::unusable(&spec.source.name, &findings))?;
    let files: Vec<_> = args.pages.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
    let reports = compare_all(&files, &document);
    print(&reports, args.format, out)?;
    match reports.iter().all(|report| report.outcome() == Outcome::Pass) {
        true => Ok(Outcome::Pass),
        false => Ok(Outcome::Fail),
    }
}

/// A file as a page, or the reason why it is not one.
type File = (Rc<Source>, Result<Page, &'static str>);

fn open(path: &Path) -> Result<File, Error> {
    let name = path.to_string_lossy();
    let (bytes, _) = source::read(path, &name)?;
    let size = bytes.len();
    let (text, problem) = match String::from_utf8(bytes) {
        _ if size > MAX_PAGE => (String::new(), Some("the file is larger than 1 MiB")),
        Ok(text) if text.trim().is_empty() => (text, Some("the file is empty")),
        // A byte order mark would hide the first heading.
        Ok(text) => (text.trim_start_matches('\u{feff}').to_owned(), None),
        Err(_) => (String::new(), Some("the file is not UTF-8")),
    };
    let source = Rc::new(Source::new(&name, text));
    let no_title = "no line has a method and a path, such as `POST` **/v2/things**";
    let page = match problem {
        Some(problem) => Err(problem),
        None => reader::parse(&source).ok_or(no_title),
    };
    Ok((source, page))
}

/// Compares each page with its operation, or drafts the operation.
fn compare_all(files: &[File], document: &Document<'_>) -> Vec<Report> {
    let mut departures = Departures::new(document);
    let mut reports: Vec<Report> = Vec::new();
    for (source, page) in files {
        let operation = page.as_ref().ok().and_then(|page| {
            let mut operations = document.operations.iter();
            operations.find(|it| spec_side::is_at(document, it, &page.operation))
        });
        reports.push(match (page, operation) {
            (Ok(page), Some(operation)) => {
                let found = compare::compare(page, source, document, operation);
                departures.note(operation, reports.len(), &found);
                Report { findings: found.sorted(), ..Report::default() }
            }
            (Ok(page), None) => draft::report(page, source, document),
            (Err(problem), _) => {
                let message = format!("this is not a page: {problem}");
                let finding = differences::unreadable(source, 1, "page", message);
                Report { findings: vec![finding], ..Report::default() }
            }
        });
    }
    for (page, finding) in departures.unneeded() {
        if let Some(report) = reports.get_mut(page) {
            report.findings.push(finding);
        }
    }
    for (report, (source, page)) in reports.iter_mut().zip(files) {
        summarize(report, source, page.as_ref().ok());
    }
    reports
}

/// Adds the summary of a page, and its entry in the JSON.
fn summarize(report: &mut Report, source: &Source, page: Option<&Page>) {
    let in_words = |count, name: &str| match count {
        1 => format!("1 {name}"),
        count => format!("{count} {name}s"),
    };
    let operation = page.map(|page| page.operation.text());
    let draft = report.sections.first().map(|draft| draft.lines.join("\n") + "\n");
    let errors = count(&report.findings, Severity::Error);
    let mut summary = match errors {
        0 => format!("{}: agrees", source.name),
        errors => format!("{}: {}", source.name, in_words(errors, "disagreement")),
    };
    if let (Some(operation), None) = (&operation, &draft) {
        summary.push_str(&format!(" with `{operation}`"));
    }
    match count(&report.findings, Severity::Notice) {
        0 => {}
        count => summary.push_str(&format!(", {} declared", in_words(count, "departure"))),
    }
    report.summary = summary;
    let entry =
        json!({"file": source.name, "operation": operation, "errors": errors, "draft": draft});
    report.fields = Map::from_iter([("pages".to_owned(), json!([entry]))]);
}

/// Prints the report of each page. JSON is one object with all of them.
fn print(reports: &[Report], format: Format, out: &mut impl Write) -> io::Result<()> {
    let has_draft = reports.iter().any(|report| !report.sections.is_empty());
    match format {
        Format::Json => {
            let pages = reports.iter().filter_map(|report| report.fields.get("pages")?.as_array());
            let pages: Vec<_> = pages.flatten().cloned().collect();
            let fields = Map::from_iter([("pages".to_owned(), pages.into())]);
            let findings = reports.iter().flat_map(|report| report.findings.clone()).collect();
            Report { findings, fields, ..Report::default() }.print(format, out)
        }
        Format::Human if has_draft => reports.iter().try_for_each(|report| as_yaml(report, out)),
        _ => reports.iter().try_for_each(|report| report.print(format, out)),
    }
}

/// Prints a report so that it can be saved as YAML: everything but the draft is a comment.
fn as_yaml(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let (summary, findings) = (report.summary.clone(), report.findings.clone());
    let mut text = Vec::new();
    Report { summary, findings, ..Report::default() }.print(Format::Human, &mut text)?;
    for line in String::from_utf8_lossy(&text).lines() {
        writeln!(out, "{}", format!("# {line}").trim_end())?;
    }
    let mut drafts = report.sections.iter();
    drafts.try_for_each(|draft| writeln!(out, "\n---\n{}\n", draft.lines.join("\n")))
}
