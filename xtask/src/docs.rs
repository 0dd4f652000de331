//! `cargo xtask docs`: whether the spec still says what the vendor's pages say.

mod blocks;
mod compare;
mod curl;
mod departures;
mod draft;
mod examples;
mod fields;
mod finding;
mod html;
mod item;
mod json;
mod kind;
mod media;
mod operation;
mod page;
mod reader;
mod report;
mod samples;
mod shape;
mod statement;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::check::{self, SPEC};
use crate::finding::Format;
use crate::spec::source::{self, Source};
use crate::spec::{Spec, operations};
use crate::{Error, Outcome, workspace_root};
use departures::Departures;
use finding::{Finding, Findings, Kind};
use operation::Operation;
use page::{Page, Title};

pub use finding::{ASPECTS, DEPARTURE};

/// Hold the spec against the vendor's documentation pages.
///
/// Exits with 0 if they say the same but for what the spec declares, with 1 if not, with 2 if the spec or a page could
/// not be opened, or the spec is none of OpenAPI 3.0 or has a reference that leads nowhere. spec/README.md explains what is compared, and the form of the JSON.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The pages, as Markdown.
    #[arg(required = true, value_name = "PAGE.md")]
    pub pages: Vec<PathBuf>,
    /// The document [default: spec/vault.yaml of this workspace].
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// How to print what is found.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What there is to say of the pages.
struct Report {
    spec: Rc<Source>,
    pages: Vec<PageReport>,
}

/// What there is to say of a page.
struct PageReport {
    source: Rc<Source>,
    operation: Option<String>,
    findings: Vec<Finding>,
    draft: Option<String>,
}

/// How large a page may be, in bytes. The vendor's have a few thousand.
const GREATEST_PAGE: usize = 1024 * 1024;

/// Compares the pages with the document and prints what differs.
///
/// # Errors
///
/// [`Error::File`] if the document or a page cannot be read, [`Error::Incomparable`] if the document is not one of
/// OpenAPI 3.0, [`Error::Print`] if `out` fails.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let (path, name) = match &args.spec {
        Some(path) => (path.clone(), path.to_string_lossy().into_owned()),
        None => (workspace_root().join(SPEC), SPEC.to_owned()),
    };
    let spec = Spec::open(&path, &name)?;
    let pages: Vec<_> = args
        .pages
        .iter()
        .map(|path| open(path))
        .collect::<Result<_, _>>()?;
    let report = compare(&spec, pages)?;
    report::print(&report, args.format, out)?;
    Ok(match report.disagreements() {
        0 => Outcome::Yes,
        _ => Outcome::No,
    })
}

/// The text of a file, and why it is no page, if that is known.
type File = (Rc<Source>, Option<&'static str>);

fn open(path: &Path) -> Result<File, Error> {
    let name = path.to_string_lossy();
    let (bytes, is_whole) = source::read(path, &name)?;
    let (text, problem) = match String::from_utf8(bytes) {
        _ if !is_whole => (String::new(), Some("it is larger than 1 MiB")),
        Ok(text) if text.len() > GREATEST_PAGE => (String::new(), Some("it is larger than 1 MiB")),
        Ok(text) if text.trim().is_empty() => (text, Some("it is empty")),
        Ok(text) => (text, None),
        Err(_) => (String::new(), Some("it is not UTF-8")),
    };
    Ok((Rc::new(Source::new(&name, text)), problem))
}

fn compare(spec: &Spec, pages: Vec<File>) -> Result<Report, Error> {
    let (source, root) = check::comparable(spec, &spec.source.name)?;
    let operations = operations::operations(root);
    let mut departures = Departures::new(root, &operations);
    let mut reports: Vec<PageReport> = Vec::new();
    for (page, problem) in pages {
        let mut report = PageReport {
            source: page,
            operation: None,
            findings: Vec::new(),
            draft: None,
        };
        let page = match problem {
            Some(_) => None,
            None => reader::parse(&report.source),
        };
        match page {
            Some(page) => {
                report.operation = Some(page.operation.text());
                let title = &page.operation;
                let mut known = operations.iter();
                match known.find(|it| it.method == title.method && it.path == title.path) {
                    Some(it) => {
                        let found = compare::compare(&page, Operation { root, it });
                        departures.note(it, reports.len(), &found);
                        report.findings = found.list;
                    }
                    None => {
                        let draft = draft::draft(&page, &report.source.name, root);
                        report.findings.push(unknown(&page, &operations));
                        report.findings.extend(draft.unreadable);
                        report.draft = Some(draft.text);
                    }
                }
            }
            // Of what is no page, nothing else can be said.
            None => {
                let problem = problem
                    .unwrap_or("no line has a method and a path, such as `POST` **/v2/things**");
                let mut found = Findings::default();
                found.unreadable(1, "page", format!("this is no page: {problem}"));
                report.findings = found.list;
            }
        }
        reports.push(report);
    }
    for (page, finding) in departures.unneeded() {
        reports[page].findings.push(finding);
    }
    Ok(Report {
        spec: Rc::clone(source),
        pages: reports,
    })
}

/// What to say of a page without an operation.
fn unknown(page: &Page, operations: &[operations::Operation<'_>]) -> Finding {
    let title = &page.operation;
    let near = operations.iter().find(|it| is_near(title, it));
    let hint = near.map_or_else(String::new, |near| {
        format!("; did it have `{}` before?", near.title())
    });
    Finding {
        kind: Kind::MissingInSpec,
        what: "operation".to_owned(),
        message: format!("the spec has no operation `{}`{hint}", title.text()),
        page_line: Some(title.line),
        spec: near.map(|near| near.path_key),
    }
}

/// Whether an operation may be the one of a page, with another method, or another word in a path of three or more.
fn is_near(title: &Title, operation: &operations::Operation<'_>) -> bool {
    let (one, other): (Vec<_>, Vec<_>) = (
        title.path.split('/').collect(),
        operation.path.split('/').collect(),
    );
    let same = one
        .iter()
        .zip(&other)
        .filter(|(one, other)| one == other)
        .count();
    let is_one_word = one.len() == other.len() && same + 1 == one.len() && one.len() > 3;
    title.path == operation.path || title.method == operation.method && is_one_word
}
