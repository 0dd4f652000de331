//! `cargo xtask check`: what is wrong with an OpenAPI document, before the generator meets it.

mod bodies;
mod cycles;
mod document;
mod examples;
mod known_errors;
mod names;
mod parameters;
mod project_rules;
mod schemas;
mod unused;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::finding::{self, Finding, Format, Report, Rule};
use crate::openapi::Document;
use crate::openapi::Parsed;
use crate::openapi::version::{self, is_openapi};
use crate::openapi::{self, links, suggest, walk, yaml};
use crate::{Error, Outcome, workspace_root};

/// The document that is checked unless another is named, from the workspace's root.
pub const SPEC: &str = "spec/vault.yaml";

/// Finds what is wrong with the OpenAPI document.
///
/// spec/README.md explains each finding by its code, and the form of the JSON.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The document [default: spec/vault.yaml of this workspace].
    pub spec: Option<PathBuf>,
    /// How to print what is found.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Checks the document and prints what is wrong with it.
///
/// # Errors
///
/// [`Error::File`] if the document cannot be read, [`Error::Print`] if `out` fails.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let spec = match &args.spec {
        Some(path) => Parsed::open(path, &path.to_string_lossy())?,
        None => Parsed::open(&workspace_root().join(SPEC), SPEC)?,
    };
    let findings = findings(&spec);
    let summary = format!("{}: {}", spec.source.name, finding::summary(&findings));
    let report = Report { summary, findings, ..Report::default() };
    report.print(args.format, out)?;
    Ok(report.outcome())
}

/// What is wrong with the document of a workspace.
///
/// # Errors
///
/// [`Error::File`] if it cannot be read.
pub fn findings_in(root: &Path) -> Result<Vec<Finding>, Error> {
    Ok(findings(&Parsed::open(&root.join(SPEC), SPEC)?))
}

/// A family of rules.
type Family = fn(&Document<'_>, &mut Vec<Finding>);

const FAMILIES: [Family; 10] = [
    document::check,
    unused::check,
    cycles::check,
    names::check,
    parameters::check,
    bodies::check,
    schemas::check,
    examples::check,
    project_rules::check,
    known_errors::check,
];

/// Every rule there is, in the order of the table in `spec/README.md`.
pub fn rules() -> impl Iterator<Item = Rule> {
    let yaml = [
        openapi::NOT_UTF8,
        openapi::TOO_LARGE,
        yaml::TOO_MUCH,
        yaml::SYNTAX,
        yaml::TAB,
        yaml::DUPLICATE_KEY,
        yaml::NOT_JSON,
    ];
    let objects = [
        walk::UNKNOWN_KEY,
        walk::IGNORED_KEY,
        walk::WRONG_TYPE,
        walk::WRONG_WORD,
        walk::MISSING_KEY,
        version::NOT_OPENAPI,
    ];
    yaml.into_iter()
        .chain(objects)
        .chain(document::RULES)
        .chain(links::RULES)
        .chain(unused::RULES)
        .chain(names::RULES)
        .chain(parameters::RULES)
        .chain(bodies::RULES)
        .chain(schemas::RULES)
        .chain(examples::RULES)
        .chain(project_rules::RULES)
        .chain(known_errors::RULES)
}

/// Everything that is wrong with a document, in its order.
pub fn findings(spec: &Parsed) -> Vec<Finding> {
    suggest::start();
    let mut findings = spec.findings.clone();
    if let Some(root) = &spec.root
        && is_openapi(&spec.source, root, &mut findings)
    {
        let document = Document::new(&spec.source, root);
        findings.extend_from_slice(document.misplaced());
        for family in FAMILIES {
            family(&document, &mut findings);
        }
    }
    finding::sort(&mut findings);
    shorten(&mut findings);
    findings
}

/// How many findings there are at most. Nobody mends more before looking again.
const MAX_COUNT: usize = 10_000;

fn shorten(findings: &mut Vec<Finding>) {
    let more = findings.len().saturating_sub(MAX_COUNT);
    findings.truncate(MAX_COUNT);
    if let Some(last) = findings.last().filter(|_| more > 0) {
        let message = format!("there are {more} findings more behind this place");
        let place = last.place.clone();
        let finding = yaml::TOO_MUCH.at(&place.source, place.span, message);
        findings.push(finding.help("mend these first, or check that it is the right file"));
    }
}
