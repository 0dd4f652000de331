//! `cargo xtask check`: what is wrong with an OpenAPI document, before the generator meets it.

mod bodies;
mod cycles;
mod document;
mod examples;
mod house;
mod known_errors;
mod names;
mod parameters;
mod references;
mod schemas;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::finding::{self, Finding, Format, Rule, Severity};
use crate::spec::Spec;
use crate::spec::api::Api;
use crate::spec::source::Source;
use crate::spec::tree::Node;
use crate::spec::{source, suggest, walk, yaml};
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
        Some(path) => Spec::open(path, &path.to_string_lossy())?,
        None => Spec::open(&workspace_root().join(SPEC), SPEC)?,
    };
    let findings = findings(&spec);
    finding::print(&findings, args.format, out)?;
    if args.format == Format::Human {
        writeln!(out, "{}: {}", spec.source.name, finding::summary(&findings))?;
    }
    Ok(match finding::count(&findings, Severity::Error) {
        0 => Outcome::Yes,
        _ => Outcome::No,
    })
}

/// What is wrong with the document of a workspace.
///
/// # Errors
///
/// [`Error::File`] if it cannot be read.
pub fn findings_in(root: &Path) -> Result<Vec<Finding>, Error> {
    Ok(findings(&Spec::open(&root.join(SPEC), SPEC)?))
}

/// A family of rules.
type Family = fn(&Api<'_>, &mut Vec<Finding>);

const FAMILIES: [Family; 10] = [
    document::check,
    references::check,
    cycles::check,
    names::check,
    parameters::check,
    bodies::check,
    schemas::check,
    examples::check,
    house::check,
    known_errors::check,
];

/// Every rule there is, in the order of the table in `spec/README.md`.
pub fn rules() -> impl Iterator<Item = Rule> {
    let yaml = [
        source::NOT_UTF8,
        source::TOO_LARGE,
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
    ];
    yaml.into_iter()
        .chain(objects)
        .chain(document::RULES)
        .chain(references::RULES)
        .chain(cycles::RULES)
        .chain(names::RULES)
        .chain(parameters::RULES)
        .chain(bodies::RULES)
        .chain(schemas::RULES)
        .chain(examples::RULES)
        .chain(house::RULES)
        .chain(known_errors::RULES)
}

/// Everything that is wrong with a document, in its order.
pub fn findings(spec: &Spec) -> Vec<Finding> {
    suggest::start();
    let mut findings = spec.findings.clone();
    if let Some(root) = &spec.root
        && document::is_openapi(&spec.source, root, &mut findings)
    {
        let (api, misplaced) = Api::new(&spec.source, root);
        findings.extend(misplaced);
        for family in FAMILIES {
            family(&api, &mut findings);
        }
    }
    finding::sort(&mut findings);
    shorten(&mut findings);
    findings
}

/// The codes of findings that leave nothing to compare.
const HINDRANCES: [&str; 8] = [
    "not-utf8",
    "too-large",
    "too-much",
    "yaml-syntax",
    "yaml-tab",
    "openapi-version",
    "dangling-ref",
    "external-ref",
];

/// A document that can be compared, or what is wrong with the one of this `name`.
///
/// # Errors
///
/// [`Error::Incomparable`] with what leaves nothing to compare.
pub(crate) fn comparable<'a>(
    spec: &'a Spec,
    name: &str,
) -> Result<(&'a Rc<Source>, &'a Node), Error> {
    let findings: Vec<_> = findings(spec)
        .into_iter()
        .filter(|finding| finding.rule.severity == Severity::Error)
        .filter(|finding| {
            let is_circle = finding.rule.code == "ref-cycle" && finding.pointer.ends_with("/$ref");
            HINDRANCES.contains(&finding.rule.code) || is_circle
        })
        .collect();
    match (&spec.root, findings.is_empty()) {
        (Some(root), true) => Ok((&spec.source, root)),
        _ => Err(Error::Incomparable {
            name: name.to_owned(),
            diagnostics: finding::text(&findings),
        }),
    }
}

/// How many findings there are at most. Nobody mends more before looking again.
const GREATEST_COUNT: usize = 10_000;

fn shorten(findings: &mut Vec<Finding>) {
    let more = findings.len().saturating_sub(GREATEST_COUNT);
    findings.truncate(GREATEST_COUNT);
    if let Some(last) = findings.last().filter(|_| more > 0) {
        let message = format!("there are {more} findings more behind this place");
        let place = last.place.clone();
        let finding = yaml::TOO_MUCH.at(&place.source, place.span, message);
        findings.push(finding.help("mend these first, or check that it is the right file"));
    }
}
