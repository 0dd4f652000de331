//! `cargo xtask codegen`: keeps the committed copy of the generated client fresh.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::check::{self, SPEC};
use crate::finding::{self, Format, Report, Severity};
use crate::{Error, Outcome, workspace_root};

/// The build script's own code: the one generator.
#[allow(dead_code, reason = "the build script has more")]
#[path = "../../vault-api/build/codegen.rs"]
mod generator;

pub use generator::{GenerateError, generate};

/// The committed copy, relative to the workspace.
pub const COMMITTED: &str = "vault-api/src/generated.rs";
/// How many lines of a difference are printed at most.
const DIFF_LINES: usize = 80;

/// Generate the client from the spec, and write it if it differs from the committed copy.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write nothing; exit with 1 if the committed copy is stale.
    #[arg(long)]
    pub check: bool,
    /// The workspace to work on.
    #[arg(skip = workspace_root())]
    pub root: PathBuf,
}

/// Runs the command.
///
/// # Errors
///
/// If the spec has errors, no client can be generated from it, or a file cannot be read or written. The committed copy is
/// then as it was.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    let generated = generated(&args.root, out)?;
    let path = args.root.join(COMMITTED);
    let committed = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::file("read", &path, error)),
    };
    if generated == committed {
        writeln!(out, "fresh: {COMMITTED} matches {SPEC}")?;
        return Ok(Outcome::Pass);
    }
    if !args.check {
        // Before anything is printed: a pager that is closed early must not keep it from being written.
        replace(&path, &generated)?;
    }
    print_diff(&committed, &generated, out)?;
    if args.check {
        writeln!(out, "stale: {COMMITTED} does not match {SPEC}")?;
        writeln!(out, "run: cargo xtask codegen")?;
        return Ok(Outcome::Fail);
    }
    writeln!(out, "wrote: {COMMITTED}, from {SPEC}")?;
    Ok(Outcome::Pass)
}

/// Whether the committed copy matches the spec.
///
/// # Errors
///
/// If no client can be generated.
pub fn is_fresh(root: &Path) -> Result<bool, Error> {
    let path = root.join(COMMITTED);
    let committed = fs::read_to_string(&path).map_err(|error| Error::file("read", &path, error))?;
    Ok(generated(root, &mut io::sink())? == committed)
}

/// The client of the spec in a workspace, after the check, which knows more about the spec than the generator does.
fn generated(root: &Path, out: &mut impl Write) -> Result<String, Error> {
    let path = root.join(SPEC);
    let findings = check::findings_in(root)?;
    let report = Report { findings, ..Report::default() };
    report.print(Format::Human, out)?;
    match finding::count(&report.findings, Severity::Error) {
        0 => {}
        errors => return Err(Error::Parsed { errors }),
    }
    let text = fs::read_to_string(&path).map_err(|error| Error::file("read", &path, error))?;
    generate(&text).map_err(|error| Error::Generate { cause: error.to_string() })
}

fn print_diff(old: &str, new: &str, out: &mut impl Write) -> Result<(), Error> {
    let added = Style::new().fg_color(Some(AnsiColor::Green.into()));
    let removed = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let place = Style::new().fg_color(Some(AnsiColor::Cyan.into()));

    let diff = TextDiff::from_lines(old, new);
    writeln!(out, "--- {COMMITTED} (committed)")?;
    writeln!(out, "+++ {COMMITTED} (from {SPEC})")?;
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
fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let temporary = path.with_extension("rs.new");
    fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path)).map_err(|error| {
        // Without this file there is nothing more to clean up.
        let _ = fs::remove_file(&temporary);
        Error::file("write", path, error)
    })
}
