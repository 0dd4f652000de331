//! `cargo xtask review`: finds what a change of the spec breaks, and checks that the version and the changelog say so.

mod change;
mod compare;
mod document;
mod git;
mod items;
mod kinds;
mod matched;
mod operation;
mod package;
mod report;
mod rust;
mod schema;
mod security;
mod version;
mod walk;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Map;

use crate::check::SPEC;
use crate::codegen::{self, COMMITTED, Derived};
use crate::finding::{Finding, Format, Rule};
use crate::generator::{self, Client, GenerateError};
use crate::openapi::{Document, Parsed};
use crate::source::Source;
use crate::{Error, Outcome, workspace_root};
use version::Bump;

pub use change::Change;
pub use compare::compare;
pub use git::command as git;
pub use kinds::{Class, kinds};
pub use package::{Files, Package, RustEffect};

const CHANGELOG: &str = "CHANGELOG.md";
const CRATE: &str = "vault-api/src";

const STALE_CLIENT: Rule = Rule::error("stale-client");

/// Compare the spec with that of a revision, and say what the change breaks.
///
/// Exits with 0 if the version, the changelog and the client follow the change, with 1 if something is missing, and with
/// 2 if there is nothing to compare. spec/README.md explains the classes, the kinds of change and the form of the JSON.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The revision to compare with [default: where the branch left `origin/main`, or `main`].
    #[arg(long, value_name = "REV", conflicts_with = "specs")]
    pub base: Option<String>,
    /// Compare two files; ask for no version and no changelog.
    #[arg(long, num_args = 2, value_names = ["BASE", "HEAD"])]
    pub specs: Option<Vec<PathBuf>>,
    /// How to print the report.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The workspace to work on.
    #[arg(skip = workspace_root())]
    pub root: PathBuf,
}

/// Runs the command.
///
/// # Errors
///
/// If there is nothing to compare: no git checkout, no such revision, or a document that cannot be used.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let report = match args.specs.as_deref() {
        Some([base, head]) => compare_files(base, head)?,
        _ => compare_revisions(args)?,
    };
    report.print(args.format, out)?;
    Ok(report.outcome())
}

fn compare_files(base: &Path, head: &Path) -> Result<crate::finding::Report, Error> {
    let open = |path: &Path| Parsed::open(path, &path.to_string_lossy());
    let (base, head) = (past(open(base)?), open(head)?);
    let (base, head) = (Document::usable(&base)?, Document::usable(&head)?);
    let package = |document: &Document<'_>| {
        let client = parsed(generator::generate(&document.source.text));
        Package::read(&Files::new(), client)
    };
    let rust = match base.source.text == head.source.text {
        true => RustEffect::default(),
        false => RustEffect::between(&package(&base), &package(&head)),
    };
    let changes = compare(&base, &head);
    Ok(report::report(changes, rust, None, Vec::new(), Vec::new()))
}

fn parsed(client: Result<Client, Vec<GenerateError>>) -> Result<syn::File, String> {
    let message = |errors: Vec<GenerateError>| {
        errors.first().map(|error| error.message.clone()).unwrap_or_default()
    };
    client.map(|client| client.file).map_err(message)
}

fn past(mut parsed: Parsed) -> Parsed {
    if parsed.root.is_some() {
        // Findings share the source, which could then not be changed.
        parsed.findings.clear();
    }
    if let Some(source) = Rc::get_mut(&mut parsed.source) {
        source.is_past = true;
    }
    parsed
}

/// The document and the crate of a revision, and those of the working tree.
fn compare_revisions(args: &Args) -> Result<crate::finding::Report, Error> {
    let root = &args.root;
    let revision = git::revision(root, args.base.as_deref())?;
    let head = Parsed::open(&root.join(SPEC), SPEC)?;
    let head = Document::usable(&head)?;
    let base = base_document(root, &revision, &head)?;
    let base = Document::usable(&base)?;
    let old = |name: &str| -> Result<Option<String>, Error> {
        let content = git::file(root, &revision, name)?;
        Ok(content.map(|content| String::from_utf8_lossy(&content).into_owned()))
    };
    let changes = compare(&base, &head);
    let generated = generator::generate(&head.source.text);
    let old_files = git::files(root, &revision, CRATE)?;
    let committed = match old(COMMITTED)? {
        None if !old_files.is_empty() => Err(format!("{COMMITTED} is missing")),
        text => package::parse(COMMITTED, &text.unwrap_or_default()),
    };
    let old_package = Package::read(&old_files, committed);
    let mut missing = stale(root, &head, &generated)?;
    let client = parsed(generated);
    let rust =
        RustEffect::between(&old_package, &Package::read(&files(&root.join(CRATE))?, client));
    let old_log = old(CHANGELOG)?.unwrap_or_default();
    let new_log = codegen::read(root, CHANGELOG)?.unwrap_or_default();
    let new_log = Rc::new(Source::new(CHANGELOG, new_log));
    let new_version = version(&head).unwrap_or_default();
    let logs = (&*old_log, &*new_log.text);
    let lines = version::missing_lines(&changes, &rust.items, logs, new_version);
    missing.extend(version::unknown_heading(&new_log));
    if !lines.is_empty() {
        missing.push(version::missing_changelog(&new_log, lines.len()));
    }
    let verdict = report::verdict(&changes, &rust);
    let released = version::released(&old_log);
    let bump = released.as_ref().and_then(|version| Bump::asked(verdict?, version));
    missing.extend(
        released
            .and_then(|released| version::missing_version(&head, version(&base), &released, bump)),
    );
    Ok(report::report(changes, rust, bump, missing, lines))
}

fn base_document(root: &Path, revision: &str, head: &Document<'_>) -> Result<Parsed, Error> {
    let name = format!("{SPEC} (base)");
    let former = git::former(root, revision, SPEC)?;
    Ok(past(match git::file(root, revision, former.as_deref().unwrap_or(SPEC))? {
        Some(content) => Parsed::from_bytes(&name, content),
        // Without a document, everything is new.
        None => {
            let mut empty = head.root.to_json();
            empty["paths"] = Map::new().into();
            Parsed::from_text(&name, &empty.to_string())
        }
    }))
}

fn version<'a>(document: &Document<'a>) -> Option<&'a str> {
    document.root.get("info")?.text_of("version")
}

/// The files of a folder, without those below it: the crate has only its tests there.
fn files(folder: &Path) -> Result<Files, Error> {
    let failed = |error| Error::file("read", folder, error);
    let mut files = Files::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rs") {
            let text = codegen::read(folder, &name)?;
            files.insert(name, text.unwrap_or_default());
        }
    }
    Ok(files)
}

/// Findings about the committed files that do not follow from the spec.
fn stale(
    root: &Path,
    head: &Document<'_>,
    client: &Result<Client, Vec<GenerateError>>,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let mut derived = codegen::derived(root, head.root)?;
    match client {
        Ok(client) => derived.insert(0, codegen::derived_client(root, client.text.clone())?),
        Err(errors) => {
            let message = errors.first().map(|error| &*error.message).unwrap_or_default();
            let finding = STALE_CLIENT.at(head.source, head.source.line(1), message);
            findings.push(finding.help("run `cargo xtask check`"));
        }
    }
    for file in derived.into_iter().filter(Derived::is_stale) {
        let source = Rc::new(Source::new(file.name, file.committed));
        let message = format!("{} does not match {SPEC}", file.name);
        let finding = STALE_CLIENT.at(&source, source.line(1), message);
        findings.push(finding.help("run `cargo xtask codegen`"));
    }
    Ok(findings)
}
