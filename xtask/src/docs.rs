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
mod yaml;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::check::SPEC;
use crate::finding::Format;
use crate::openapi::{Document, Parsed, operations};
use crate::source::{self, Source};
use crate::{Error, Outcome, workspace_root};
use departures::Departures;
use finding::{Finding, Findings};
use operation::Operation;
use page::Title;

pub use finding::{ASPECTS, DEPARTURE};

/// Hold the spec against the vendor's documentation pages.
///
/// Exits with 0 if they say the same but for what the spec declares, with 1 if not, with 2 if the spec or a page could
/// not be opened, or the spec is none of OpenAPI 3.0 or has a reference that leads nowhere. spec/README.md explains
/// what is compared, and the form of the JSON.
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
const MAX_PAGE: usize = 1024 * 1024;

/// Compares the pages with the document and prints what differs.
///
/// # Errors
///
/// [`Error::File`] if the document or a page cannot be read, [`Error::Unusable`] if the document is not one of
/// OpenAPI 3.0, [`Error::Print`] if `out` fails.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let (path, name) = match &args.spec {
        Some(path) => (path.clone(), path.to_string_lossy().into_owned()),
        None => (workspace_root().join(SPEC), SPEC.to_owned()),
    };
    let spec = Parsed::open(&path, &name)?;
    let pages: Vec<_> = args.pages.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
    let report = compare(&spec, pages)?;
    report::print(&report, args.format, out)?;
    Ok(match report.disagreements() {
        0 => Outcome::Pass,
        _ => Outcome::Fail,
    })
}

/// The text of a file, and why it is no page, if that is known.
type File = (Rc<Source>, Option<&'static str>);

fn open(path: &Path) -> Result<File, Error> {
    let name = path.to_string_lossy();
    let (bytes, is_whole) = source::read(path, &name)?;
    let (text, problem) = match String::from_utf8(bytes) {
        _ if !is_whole => (String::new(), Some("it is larger than 1 MiB")),
        Ok(text) if text.len() > MAX_PAGE => (String::new(), Some("it is larger than 1 MiB")),
        Ok(text) if text.trim().is_empty() => (text, Some("it is empty")),
        Ok(text) => (text, None),
        Err(_) => (String::new(), Some("it is not UTF-8")),
    };
    Ok((Rc::new(Source::new(&name, text)), problem))
}

fn compare(spec: &Parsed, files: Vec<File>) -> Result<Report, Error> {
    let document =
        Document::usable(spec).map_err(|findings| Error::unusable(&spec.source.name, &findings))?;
    let Document { source, root, operations, .. } = document;
    let mut departures = Departures::new(root, &operations);
    let mut pages: Vec<PageReport> = Vec::new();
    for (source, problem) in files {
        let page = match problem {
            Some(_) => None,
            None => reader::parse(&source),
        };
        let title = page.as_ref().map(|page| &page.operation);
        let is_its = |it: &&operations::Operation<'_>| {
            title.is_some_and(|title| Operation { root, it }.is_at(&title.method, &title.path))
        };
        let mut draft = None;
        let findings = match (&page, operations.iter().find(is_its)) {
            (Some(page), Some(it)) => {
                let found = compare::compare(page, Operation { root, it });
                departures.note(it, pages.len(), &found);
                found.list
            }
            (Some(page), None) => {
                let (text, findings) = draft::draft(page, &source.name, root, &operations);
                draft = Some(text);
                findings
            }
            // Of what is no page, nothing else can be said.
            (None, _) => {
                let problem = problem
                    .unwrap_or("no line has a method and a path, such as `POST` **/v2/things**");
                let mut found = Findings::default();
                found.unreadable(1, "page", format!("this is no page: {problem}"));
                found.list
            }
        };
        pages.push(PageReport { operation: title.map(Title::text), source, findings, draft });
    }
    for (page, finding) in departures.unneeded() {
        pages[page].findings.push(finding);
    }
    Ok(Report { spec: Rc::clone(source), pages })
}
