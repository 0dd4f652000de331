//! `cargo xtask review`: what a change of the spec breaks, and whether the version and the changelog say so.

mod api;
mod bodies;
mod change;
mod compare;
mod components;
mod document;
mod git;
mod limits;
mod objects;
mod operation;
mod report;
mod schema;
mod unknown;
mod version;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use semver::Version;
use serde_json::json;

use crate::check::SPEC;
use crate::codegen;
use crate::openapi::tree::Node;
use crate::openapi::{Document, Parsed};
use crate::source::Source;
use crate::{Error, Outcome, workspace_root};

pub use api::ApiChange;
pub use change::{Affects, Change, Class};
pub use compare::compare;
pub use report::Format;
pub use version::Bump;

const CHANGELOG: &str = "CHANGELOG.md";
const MANIFEST: &str = "vault-api/Cargo.toml";

/// Say what the change of the spec since a revision breaks.
///
/// Exits with 0 if the version and the changelog say so, too, with 1 if something is missing, with 2 if there was
/// nothing to compare. spec/README.md explains the classes, and the form of the JSON.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The revision to compare with [default: where the branch left `origin/main`, or `main`].
    #[arg(long, value_name = "REV", conflicts_with = "specs")]
    pub base: Option<String>,
    /// Compare two files, and ask for no version.
    #[arg(long, num_args = 2, value_names = ["BASE", "HEAD"])]
    pub specs: Option<Vec<PathBuf>>,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The workspace to work on.
    #[arg(skip = workspace_root())]
    pub root: PathBuf,
}

/// What there is to say of two documents.
pub struct Report {
    /// The worst class, if anything changed.
    pub verdict: Option<Class>,
    /// What that asks of the version.
    pub bump: Bump,
    /// Every change, the worst first.
    pub changes: Vec<Change>,
    /// What changed for Rust code.
    pub api: Vec<ApiChange>,
    /// What is missing.
    pub missing: Vec<String>,
    /// The lines that the changelog should have.
    pub lines: Vec<String>,
}

/// Compares and prints the report.
///
/// # Errors
///
/// If there is nothing to compare: no git checkout, no such revision, or a document that cannot be read.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    run_with(args, codegen::is_fresh, out)
}

/// The same with another way to find out whether the committed client is fresh, which takes a build.
///
/// # Errors
///
/// As of [`run`].
pub fn run_with(
    args: &Args,
    is_fresh: impl Fn(&Path) -> Result<bool, Error>,
    out: &mut impl Write,
) -> Result<Outcome, Error> {
    let report = match args.specs.as_deref() {
        Some([base, head]) => files(base, head)?,
        _ => revisions(args, is_fresh)?,
    };
    report::print(&report, args.format, out)?;
    Ok(match report.missing.is_empty() {
        true => Outcome::Pass,
        false => Outcome::Fail,
    })
}

/// Two files, without git.
fn files(base: &Path, head: &Path) -> Result<Report, Error> {
    let open = |path: &Path| Parsed::open(path, &path.to_string_lossy());
    let (base, head) = (open(base)?, open(head)?);
    let (base, head) =
        (comparable(&base, &base.source.name)?, comparable(&head, &head.source.name)?);
    Ok(report(base, head))
}

fn comparable<'a>(spec: &'a Parsed, name: &str) -> Result<(&'a Rc<Source>, &'a Node), Error> {
    match Document::usable(spec) {
        Ok(document) => Ok((document.source, document.root)),
        Err(findings) => Err(Error::unusable(name, &findings)),
    }
}

fn report(base: (&Rc<Source>, &Node), head: (&Rc<Source>, &Node)) -> Report {
    let changes = compare(base, head);
    let verdict = change::verdict(&changes);
    let bump = match version_of(base.1) {
        Some(version) => Bump::asked(verdict, &version),
        None => Bump::asked(verdict, &Version::new(1, 0, 0)),
    };
    Report { verdict, bump, changes, api: Vec::new(), missing: Vec::new(), lines: Vec::new() }
}

/// The version of a document; `1.0` counts as `1.0.0`.
fn version_of(root: &Node) -> Option<Version> {
    let text = root.get("info")?.text_of("version")?.trim_start_matches('v');
    let whole = match text.split('.').count() {
        1 => format!("{text}.0.0"),
        2 => format!("{text}.0"),
        _ => text.to_owned(),
    };
    Version::parse(&whole).ok()
}

/// The document of a revision and that of the working tree.
fn revisions(
    args: &Args,
    is_fresh: impl Fn(&Path) -> Result<bool, Error>,
) -> Result<Report, Error> {
    let root = &args.root;
    let revision = git::revision(root, args.base.as_deref())?;
    let short = revision.get(..12).unwrap_or(&revision);
    let head = Parsed::open(&root.join(SPEC), SPEC)?;
    let head = comparable(&head, SPEC)?;
    let base = match git::spec(root, &revision, SPEC)? {
        // What was not there says nothing: all that is there now is new.
        None => {
            let servers = head.1.get("servers").map(Node::to_json).unwrap_or_default();
            let empty = json!({ "openapi": "3.0.3", "servers": servers, "paths": {} });
            Parsed::from_text(SPEC, &empty.to_string())
        }
        Some(old) => Parsed::from_bytes(&old.name, old.content),
    };
    let name = format!("{} at {short}", base.source.name);
    let base = comparable(&base, &name)?;
    let mut report = report(base, head);
    let committed = |name: &str| -> Result<String, Error> {
        match fs::read_to_string(root.join(name)) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(Error::file("read", Path::new(name), error)),
        }
    };
    let old = |name: &str| -> Result<String, Error> {
        let content = git::file(root, &revision, name)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&content).into_owned())
    };
    match api::changes(&old(codegen::COMMITTED)?, &committed(codegen::COMMITTED)?) {
        Ok(changes) => report.api = changes,
        Err(error) => report.missing.push(format!("{} is not Rust: {error}", codegen::COMMITTED)),
    }
    versions(&mut report, base.1, head);
    manifest(&mut report, &committed(MANIFEST)?, head.1);
    let version = version_of(head.1).map_or_else(String::new, |version| version.to_string());
    report.lines =
        version::missing_lines(&report.changes, &old(CHANGELOG)?, &committed(CHANGELOG)?, &version);
    if !report.lines.is_empty() {
        let count = report.lines.len();
        let changes = if count == 1 {
            "1 breaking change".to_owned()
        } else {
            format!("{count} breaking changes")
        };
        report.missing.push(format!(
            "{CHANGELOG} does not name {changes} under `## [Unreleased]` or `## [{version}]`"
        ));
    }
    match is_fresh(root) {
        Ok(true) => {}
        Ok(false) => report
            .missing
            .push(format!("{} is stale: run `cargo xtask codegen`", codegen::COMMITTED)),
        Err(error) => report
            .missing
            .push(format!("the client could not be generated: {}", first_line(&error))),
    }
    Ok(report)
}

fn first_line(error: &Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

/// Whether the version moved as far as the verdict asks.
fn versions(report: &mut Report, base: &Node, head: (&Rc<Source>, &Node)) {
    let Some(base) = version_of(base) else {
        // A document that was not there had no version either.
        if let Some(version) = base.get("info").and_then(|info| info.text_of("version")) {
            report.missing.push(format!(
                "the version was `{version}`, which is none, so nobody can tell whether it moved: write three numbers"
            ));
        }
        return;
    };
    let asked = report.bump.after(&base);
    let place = head.1.at("/info/version").map_or(1, |node| head.0.position(node.span.start).line);
    match version_of(head.1) {
        Some(version) if version >= asked => {}
        Some(version) => report.missing.push(format!(
            "the version is {version}, and the changes since {base} ask for {asked} at least: set it in {SPEC}:{place} \
             (`info.version`) and in vault-api/Cargo.toml (`version`)"
        )),
        None => report.missing.push(format!(
            "{SPEC}:{place}: `info.version` is no version: write three numbers, {asked} at least"
        )),
    }
}

/// Whether the crate has the version of its document.
fn manifest(report: &mut Report, manifest: &str, head: &Node) {
    let version = head.get("info").and_then(|info| info.text_of("version")).unwrap_or_default();
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = "));
    if let Some(found) = line.map(|line| line.trim_matches('"'))
        && found != version
    {
        report.missing.push(format!(
            "{MANIFEST} has the version {found}, and {SPEC} has {version}: they are the same crate's"
        ));
    }
}
