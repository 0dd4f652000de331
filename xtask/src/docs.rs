//! `cargo xtask docs`: compares the vendor's documentation pages with the spec, and adds what the spec does not have.

mod blocks;
mod compare;
mod curl;
mod differences;
mod draft;
mod examples;
mod field_type;
mod fields;
mod insert;
mod item;
mod json_block;
mod page;
mod reader;
mod samples;
mod spec_side;

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, json};

use crate::check::SPEC;
use crate::codegen::replace;
use crate::finding::{Format, Report, Severity, count, counted};
use crate::openapi::{Document, Parsed};
use crate::source::{self, Source};
use crate::{Error, Outcome, workspace_root};
use page::Page;

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
    /// Insert the operations that the spec does not have, where the result passes the check.
    #[arg(long)]
    pub add: bool,
    /// List the departures that the spec declares, too.
    #[arg(long)]
    pub verbose: bool,
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
/// [`Error::File`] if the spec or a page cannot be read, or the spec cannot be written, [`Error::Unusable`] if the spec
/// is not a valid OpenAPI 3.0 document or, with [`Args::add`], has errors, [`Error::Print`] if `out` fails.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let (path, name) = match &args.spec {
        Some(path) => (path.clone(), path.to_string_lossy().into_owned()),
        None => (workspace_root().join(SPEC), SPEC.to_owned()),
    };
    let mut spec = Parsed::open(&path, &name)?;
    let files: Vec<_> = args.pages.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
    let mut added = HashMap::new();
    if args.add {
        add_all(&files, &mut spec, &mut added)?;
        if !added.is_empty() {
            replace(&path, &spec.source.text)?;
        }
    }
    let mut reports = compare_all(&files, &Document::usable(&spec)?);
    for (index, (report, (source, page))) in reports.iter_mut().zip(&files).enumerate() {
        summarize(report, source, page.as_ref().ok(), added.get(&index));
        if args.format != Format::Json && !args.verbose {
            report.findings.retain(|finding| finding.rule != differences::DEPARTED);
        }
    }
    print(&reports, args.format, out)?;
    Ok(reports.iter().map(Report::outcome).max().unwrap_or(Outcome::Pass))
}

type File = (Rc<Source>, Result<Page, &'static str>);

fn open(path: &Path) -> Result<File, Error> {
    let name = path.to_string_lossy();
    let bytes = source::read(path, &name)?;
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

/// Adds the operations that the spec does not have, one after another, and notes the name of each by its page.
fn add_all(
    files: &[File],
    spec: &mut Parsed,
    added: &mut HashMap<usize, String>,
) -> Result<(), Error> {
    let errors = draft::errors(Some(spec));
    if !errors.is_empty() {
        return Err(Error::unusable(&spec.source.name, &errors));
    }
    for (index, (source, page)) in files.iter().enumerate() {
        let document = Document::usable(spec)?;
        let Ok(page) = page else { continue };
        if document.operations.iter().any(|it| page.operation.is_of(it)) {
            continue;
        }
        let draft = draft::draft(page, &document);
        if let Some(draft) = draft.filter(|draft| draft.problems.is_empty())
            && let Some(whole) = draft.whole
            && draft::is_readable(page, source, &whole)
        {
            added.insert(index, draft.name);
            *spec = whole;
        }
    }
    Ok(())
}

fn compare_all(files: &[File], document: &Document<'_>) -> Vec<Report> {
    let mut needed = HashSet::new();
    let mut compared = HashSet::new();
    let mut reports: Vec<Report> = Vec::new();
    for (source, page) in files {
        let operation = page
            .as_ref()
            .ok()
            .and_then(|page| document.operations.iter().find(|it| page.operation.is_of(it)));
        reports.push(match (page, operation) {
            (Ok(page), Some(operation)) => {
                let found = compare::compare(page, source, document, operation);
                needed.extend(&found.needed);
                compared.insert(&operation.at.pointer);
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
    // Any page may need a departure, and where the two sides differ, not everything is compared.
    let is_whole = compared.len() == document.operations.len()
        && reports.iter().all(|report| report.outcome() == Outcome::Pass);
    if let Some(first) = reports.first_mut().filter(|_| is_whole) {
        first.findings.extend(differences::unneeded_departures(document, &needed));
    }
    reports
}

/// Adds the summary of a page, and its entry in the JSON.
fn summarize(report: &mut Report, source: &Source, page: Option<&Page>, added: Option<&String>) {
    let operation = page.map(|page| page.operation.text());
    let has_draft = !report.sections.is_empty();
    let errors = count(&report.findings, Severity::Error);
    let departures = count(&report.findings, Severity::Notice);
    let mut summary = match errors {
        0 => format!("{}: agrees", source.name),
        errors => format!("{}: {}", source.name, counted(errors, "disagreement")),
    };
    if let (Some(operation), false) = (&operation, has_draft) {
        summary.push_str(&format!(" with `{operation}`"));
    }
    if let Some(name) = added {
        summary.push_str(&format!(", added as `{name}`"));
    }
    if departures > 0 {
        summary.push_str(&format!(", {} declared", counted(departures, "departure")));
    }
    report.summary = summary;
    let draft = report.fields.remove("draft");
    let entry = json!({
        "file": source.name, "operation": operation, "errors": errors, "departures": departures,
        "added": added, "draft": draft,
    });
    report.fields.insert("pages".to_owned(), json!([entry]));
}

/// Prints the report of each page. JSON is one object with all of them.
fn print(reports: &[Report], format: Format, out: &mut impl Write) -> io::Result<()> {
    if format != Format::Json {
        return reports.iter().try_for_each(|report| report.print(format, out));
    }
    let pages = reports.iter().filter_map(|report| report.fields.get("pages")?.as_array());
    let pages: Vec<_> = pages.flatten().cloned().collect();
    let fields = Map::from_iter([("pages".to_owned(), pages.into())]);
    let findings = reports.iter().flat_map(|report| report.findings.clone()).collect();
    Report { findings, fields, ..Report::default() }.print(format, out)
}
