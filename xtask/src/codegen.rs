//! `cargo xtask codegen`: writes what follows from the spec, which is the generated client and the crates' version.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};
use toml_edit::{DocumentMut, Item, Table};

use crate::check::{self, SPEC};
use crate::finding::{self, Format, Report, Severity};
use crate::openapi::Parsed;
use crate::openapi::tree::Node;
use crate::{Error, Outcome, workspace_root};

/// The committed copy, relative to the workspace.
pub const COMMITTED: &str = "vault-api/src/generated.rs";
/// What the signing crate knows of the document, relative to the workspace.
const SIGNED: &str = "vault-api-sign/src/signed.rs";
/// The files that have the version of the crates: the manifests, and the lock files, which `--locked` builds compare.
const MANIFESTS: [&str; 4] = [
    "vault-api/Cargo.toml",
    "vault-api-sign/Cargo.toml",
    "Cargo.lock",
    "vault-api-sign/fuzz/Cargo.lock",
];
/// The crates that have the version of the document. The public API of the second uses that of the first.
const CRATES: [&str; 2] = ["vault-api", "vault-api-sign"];
const DIFF_LINES: usize = 80;
/// How long the shortest difference is looked for, which takes minutes between large files with little in common.
const DIFF_TIME: Duration = Duration::from_secs(1);

/// Generate the client from the spec, and write what changed.
///
/// Also sets the version of both crates to the spec's `info.version`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing; exit with 1 if a committed file is stale.
    #[arg(long)]
    pub check: bool,
    /// The workspace to work on.
    #[arg(skip = workspace_root())]
    pub root: PathBuf,
}

/// A file that follows from the spec.
pub(crate) struct Derived {
    pub(crate) name: &'static str,
    pub(crate) committed: String,
    pub(crate) wanted: String,
}

/// Runs the command.
///
/// # Errors
///
/// If the spec has errors, no client can be generated from it, or a file cannot be read or written. The committed files
/// are then as they were.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let stale = stale(&args.root, out)?;
    if stale.is_empty() {
        writeln!(out, "fresh: {COMMITTED} matches {SPEC}")?;
        return Ok(Outcome::Pass);
    }
    if !args.check {
        // Before anything is printed: a pager that is closed early must not keep the files from being written.
        for file in &stale {
            replace(&args.root.join(file.name), &file.wanted)?;
        }
    }
    for file in &stale {
        print_diff(file, out)?;
    }
    for Derived { name, .. } in &stale {
        match args.check {
            true => writeln!(out, "stale: {name} does not match {SPEC}")?,
            false => writeln!(out, "wrote: {name}, from {SPEC}")?,
        }
    }
    if args.check {
        writeln!(out, "run: cargo xtask codegen")?;
        return Ok(Outcome::Fail);
    }
    Ok(Outcome::Pass)
}

/// The files that do not match the spec. The check runs first: it knows more about the spec than the generator does.
fn stale(root: &Path, out: &mut impl Write) -> Result<Vec<Derived>, Error> {
    let spec = Parsed::open(&root.join(SPEC), SPEC)?;
    let (findings, client) = check::check(&spec);
    let report = Report { findings, ..Report::default() };
    report.print(Format::Human, out)?;
    let Some(client) = client else {
        return Err(Error::Spec { errors: finding::count(&report.findings, Severity::Error) });
    };
    let mut derived = match &spec.root {
        Some(document) => derived(root, document)?,
        None => Vec::new(),
    };
    derived.insert(0, derived_client(root, client.text)?);
    derived.retain(Derived::is_stale);
    Ok(derived)
}

pub(crate) fn derived_client(root: &Path, client: String) -> Result<Derived, Error> {
    let committed = read(root, COMMITTED)?.unwrap_or_default();
    Ok(Derived { name: COMMITTED, committed, wanted: client })
}

/// The files that follow from the document alone.
pub(crate) fn derived(root: &Path, document: &Node) -> Result<Vec<Derived>, Error> {
    let mut derived = versions(root, document.at("/info/version").and_then(Node::text))?;
    // Without a scheme that is signed, nothing asks for a signature.
    if let Some(committed) = read(root, SIGNED)?
        && let Some(wanted) = signed(document)
    {
        derived.push(Derived { name: SIGNED, committed, wanted });
    }
    Ok(derived)
}

/// The names that the signing crate uses: those of `x-signed` on a security scheme.
fn signed(document: &Node) -> Option<String> {
    let schemes = document.at("/components/securitySchemes")?;
    let (scheme, member) =
        schemes.members().find(|(_, member)| member.node.get("x-signed").is_some())?;
    let signature = member.node.text_of("name")?.to_lowercase();
    let name = |part: &str| member.node.get("x-signed")?.text_of(part);
    let (fingerprint, phone, password) = (name("fingerprint")?, name("phone")?, name("password")?);
    let header = fingerprint.to_lowercase();
    Some(format!(
        "// What is signed, and where it is: generated from {SPEC}. Do not edit it; edit `x-signed` in the document, then
// regenerate this file with:
//
//     cargo xtask codegen

use http::HeaderName;

/// The security scheme of the operations that are signed.
#[cfg(feature = \"vault-api\")]
pub(crate) const SCHEME: &str = {scheme:?};

/// The header that the signature is in.
pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static({signature:?});

/// The header whose value is signed.
pub(crate) const FINGERPRINT: HeaderName = HeaderName::from_static({header:?});

/// The name of that header as the document writes it.
pub(crate) const FINGERPRINT_NAME: &str = {fingerprint:?};

/// The field of the body with the phone number.
pub(crate) const PHONE: &str = {phone:?};

/// The field of the body with the password, which a body may lack.
pub(crate) const PASSWORD: &str = {password:?};
"
    ))
}

/// The manifests and lock files, with the version of the document as that of the two crates.
fn versions(root: &Path, version: Option<&str>) -> Result<Vec<Derived>, Error> {
    let Some(version) = version else { return Ok(Vec::new()) };
    if semver::Version::parse(version).is_err() {
        return Ok(Vec::new());
    }
    let mut derived = Vec::new();
    for name in MANIFESTS {
        let Some(committed) = read(root, name)? else { continue };
        // Most runs change no version, and to parse the lock files takes longer than all the rest.
        let is_current = CRATES.iter().all(|of| {
            let line = format!("name = \"{of}\"\n");
            let both = format!("{line}version = \"{version}\"\n");
            committed.matches(&line).count() == committed.matches(&both).count()
        });
        if is_current {
            continue;
        }
        let mut toml: DocumentMut =
            committed.parse().map_err(|source| Error::Toml { name, source })?;
        // A manifest has one table of this name, and a lock file a list of them.
        let packages: Vec<&mut Table> = match toml.get_mut("package") {
            Some(Item::Table(package)) => vec![package],
            Some(Item::ArrayOfTables(packages)) => packages.iter_mut().collect(),
            _ => Vec::new(),
        };
        for package in packages {
            let name = package.get("name").and_then(Item::as_str);
            if name.is_some_and(|name| CRATES.contains(&name))
                && let Some(value) = package.get_mut("version").and_then(Item::as_value_mut)
            {
                // With the white space and the comment around it.
                let decor = std::mem::take(value.decor_mut());
                *value = version.into();
                *value.decor_mut() = decor;
            }
        }
        derived.push(Derived { name, wanted: toml.to_string(), committed });
    }
    Ok(derived)
}

impl Derived {
    pub(crate) fn is_stale(&self) -> bool {
        self.committed != self.wanted
    }
}

pub(crate) fn read(root: &Path, name: &str) -> Result<Option<String>, Error> {
    let path = root.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", &path, error)),
    }
}

fn print_diff(file: &Derived, out: &mut impl Write) -> Result<(), Error> {
    let added = Style::new().fg_color(Some(AnsiColor::Green.into()));
    let removed = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let place = Style::new().fg_color(Some(AnsiColor::Cyan.into()));

    let Derived { name, committed, wanted } = file;
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(committed.as_str(), wanted);
    writeln!(out, "--- {name} (committed)")?;
    writeln!(out, "+++ {name} (from {SPEC})")?;
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        lines.push(format!("{place}{}{place:#}", hunk.header()));
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (' ', Style::new()),
                ChangeTag::Delete => ('-', removed),
                ChangeTag::Insert => ('+', added),
            };
            let text = change.value().trim_end_matches('\n');
            lines.push(format!("{style}{sign}{text}{style:#}"));
        }
    }
    for line in lines.iter().take(DIFF_LINES) {
        writeln!(out, "{line}")?;
    }
    if let Some(more) = lines.len().checked_sub(DIFF_LINES + 1) {
        writeln!(out, "… and {} more lines", more + 1)?;
    }
    Ok(())
}

/// Replaces a file whole, so that no reader sees half of it.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path)).map_err(|error| {
        // Without this file there is nothing more to clean up.
        let _ = fs::remove_file(&temporary);
        Error::file("write", path, error)
    })
}
