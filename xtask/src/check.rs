//! `cargo xtask check`: finds mistakes in an OpenAPI document before the generator reads it.

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
use crate::openapi::version::{self, is_openapi};
use crate::openapi::{self, Document, Parsed, links, suggest, walk, yaml};
use crate::{Error, Outcome, workspace_root};

/// The document that the commands read by default, from the workspace's root.
pub const SPEC: &str = "spec/vault.yaml";

/// Check the OpenAPI document.
///
/// spec/README.md lists the rules by their codes, and describes the JSON.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The document [default: spec/vault.yaml of this workspace].
    pub spec: Option<PathBuf>,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Checks the document and prints the findings.
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

/// The findings in the document of a workspace.
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

/// All rules, in the order of the table in `spec/README.md`.
pub fn rules() -> impl Iterator<Item = Rule> {
    let whole_file = [openapi::NOT_UTF8, openapi::TOO_LARGE];
    whole_file
        .into_iter()
        .chain(yaml::RULES)
        .chain(walk::RULES)
        .chain([version::NOT_OPENAPI])
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

/// The findings in a document, in its order.
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
    findings
}
