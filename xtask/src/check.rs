//! `cargo xtask check`: finds mistakes in an OpenAPI document before the generator reads it.

mod cycles;
mod examples;
mod generator;
mod known_errors;
mod object_rules;
mod operations;
mod parameters;
mod project_rules;
mod schemas;
mod signed;
mod unused;

use std::io::Write;
use std::path::PathBuf;

use crate::finding::{self, Finding, Format, Report, Rule, Severity};
use crate::generator::Client;
use crate::openapi::document::Findings;
use crate::openapi::version::{self, is_openapi};
use crate::openapi::{self, Document, Parsed, links, walk, yaml};
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
    /// Exit with 1 for warnings, too.
    #[arg(long)]
    pub deny_warnings: bool,
}

/// Checks the document and prints the findings.
///
/// # Errors
///
/// [`Error::File`] if the document cannot be read, [`Error::Print`] if `out` fails.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let own = workspace_root().join(SPEC);
    let is_own = |path: &&PathBuf| {
        path.canonicalize().is_ok_and(|path| own.canonicalize().is_ok_and(|own| own == path))
    };
    let spec = match args.spec.as_ref().filter(|path| !is_own(path)) {
        Some(path) => Parsed::open(path, &path.to_string_lossy())?,
        None => Parsed::open(&own, SPEC)?,
    };
    let (findings, _) = check(&spec);
    let summary = format!("{}: {}", spec.source.name, finding::summary(&findings));
    let report = Report { summary, findings, ..Report::default() };
    report.print(args.format, out)?;
    let has_warnings = finding::count(&report.findings, Severity::Warning) > 0;
    match args.deny_warnings && has_warnings {
        true => Ok(Outcome::Fail),
        false => Ok(report.outcome()),
    }
}

type Family = fn(&mut Findings<'_, '_>);

const FAMILIES: [Family; 10] = [
    operations::check,
    object_rules::check,
    unused::check,
    cycles::check,
    parameters::check,
    schemas::check,
    examples::check,
    project_rules::check,
    known_errors::check,
    signed::check,
];

/// All rules, in the order of the table in `spec/README.md`.
pub fn rules() -> impl Iterator<Item = Rule> {
    causes().into_iter().flatten()
}

/// The rules in groups: what breaks a rule of one group often breaks rules of the later ones as well.
fn causes() -> [Vec<Rule>; 7] {
    let text = [openapi::NOT_UTF8, openapi::TOO_LARGE].into_iter();
    let of_document = operations::RULES.into_iter().chain(unused::RULES);
    let of_project = project_rules::RULES.into_iter().chain(known_errors::RULES);
    [
        text.chain(yaml::RULES).chain([version::NOT_OPENAPI]).collect(),
        walk::RULES.to_vec(),
        vec![walk::MISSING_KEY],
        links::RULES.to_vec(),
        of_document.chain(object_rules::RULES).chain(schemas::RULES).chain(of_project).collect(),
        signed::RULES.into_iter().chain(examples::RULES).collect(),
        generator::RULES.to_vec(),
    ]
}

/// The findings in a document in the order of their causes, and the client that is generated from it if it has no errors.
///
/// The generator is asked about every document whose other parts are right: what is wrong there would confuse it.
pub fn check(spec: &Parsed) -> (Vec<Finding>, Option<Client>) {
    let mut findings = spec.findings.clone();
    let mut client = None;
    if let Some(root) = &spec.root
        && is_openapi(&spec.source, root, &mut findings)
    {
        let document = Document::new(&spec.source, root);
        findings.extend_from_slice(document.misplaced());
        let mut found = Findings::new(&document);
        FAMILIES.into_iter().for_each(|family| family(&mut found));
        findings.append(&mut found.list);
        if finding::count(&findings, Severity::Error) == 0 {
            client = generator::client(&mut found);
        }
        findings.append(&mut found.list);
    }
    sort(&mut findings);
    (findings, client)
}

/// Errors first, then by their cause, and then in the order of the document.
fn sort(findings: &mut Vec<Finding>) {
    finding::sort(findings);
    let causes = causes();
    findings.sort_by_key(|finding| {
        let is_cause = |rules: &Vec<Rule>| rules.iter().any(|rule| rule.code == finding.rule.code);
        let cause = causes.iter().position(is_cause);
        // A wrong value in an `enum` makes the examples wrong.
        (finding.rule.severity, cause, !finding.pointer.contains("/enum/"))
    });
}
