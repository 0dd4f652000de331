//! `cargo xtask codegen`: keeps the committed copy of the generated client fresh.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::check::{self, SPEC};
use crate::finding::{self, Format, Severity};
use crate::{Error, Outcome, workspace_root};

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
/// If the client cannot be generated from the spec, does not compile, or cannot be read or written.
/// The committed copy is then as it was.
pub fn run(args: &Args, out: &mut impl Write) -> Result<Outcome, Error> {
    check(&args.root, out)?;
    let generated = generated(&args.root)?;
    let path = args.root.join(COMMITTED);
    let committed = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::file("read", &path, error)),
    };
    if generated == committed {
        writeln!(out, "fresh: {COMMITTED} is what {SPEC} makes")?;
        return Ok(Outcome::Yes);
    }
    if !args.check {
        // Before anything is printed: a pager that is closed early must not keep it from being written.
        replace(&path, &generated)?;
    }
    print_diff(&committed, &generated, out)?;
    if args.check {
        writeln!(out, "stale: {COMMITTED} is not what {SPEC} makes")?;
        writeln!(out, "run: cargo xtask codegen")?;
        return Ok(Outcome::No);
    }
    writeln!(out, "wrote: {COMMITTED}, from {SPEC}")?;
    Ok(Outcome::Yes)
}

/// Whether the committed copy is what the spec makes.
///
/// # Errors
///
/// If the client cannot be generated.
pub fn is_fresh(root: &Path) -> Result<bool, Error> {
    check(root, &mut io::sink())?;
    let path = root.join(COMMITTED);
    let committed = fs::read_to_string(&path).map_err(|error| Error::file("read", &path, error))?;
    Ok(generated(root)? == committed)
}

/// Looks at the spec before the generator does, which knows neither all that is wrong with it nor where.
fn check(root: &Path, out: &mut impl Write) -> Result<(), Error> {
    let findings = check::findings_in(root)?;
    finding::print(&findings, Format::Human, out)?;
    match finding::count(&findings, Severity::Error) {
        0 => Ok(()),
        _ => Err(Error::Spec {
            summary: finding::summary(&findings),
        }),
    }
}

/// The client as the build script makes it: the only generator there is.
fn generated(root: &Path) -> Result<String, Error> {
    let spec = root.join(SPEC);
    let mut folder = build(root)?;
    // Cargo runs the script again for a newer spec only, not for another one with an older time, such as a
    // backup that was moved into place. The script leaves a copy of what it read.
    if let Ok(text) = fs::read_to_string(&spec)
        && fs::read_to_string(folder.join("vault.yaml")).is_ok_and(|read| read != text)
    {
        File::options()
            .append(true)
            .open(&spec)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .map_err(|error| Error::file("touch", &spec, error))?;
        folder = build(root)?;
    }
    let path = folder.join("generated.rs");
    fs::read_to_string(&path).map_err(|error| Error::file("read", &path, error))
}

/// Builds the client and returns the folder that the build script wrote into.
fn build(root: &Path) -> Result<PathBuf, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["build", "--package", "vault-api", "--features", "codegen"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::Cargo)?;
    let stderr = child.stderr.take();
    let messages = std::thread::spawn(move || stderr.map_or_else(Vec::new, complaints));
    let mut folder = None;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            folder = out_dir(&line.map_err(Error::Cargo)?).or(folder);
        }
    }
    let status = child.wait().map_err(Error::Cargo)?;
    let messages = messages.join().unwrap_or_default();
    if !status.success() {
        return Err(failure(&messages));
    }
    folder.ok_or(Error::NoOutput)
}

/// The `OUT_DIR` of the build script of `vault-api`, if this message of cargo's names it.
fn out_dir(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["reason"] != "build-script-executed" {
        return None;
    }
    // `path+file:///…/vault-api#0.1.0`, or `…#vault-api@0.1.0` where the folder has another name.
    let (folder, name) = message["package_id"].as_str()?.rsplit_once('#')?;
    let is_client = folder.ends_with("/vault-api") || name.starts_with("vault-api@");
    is_client.then(|| message["out_dir"].as_str().map(PathBuf::from))?
}

/// Passes cargo's progress on as it comes, for the first build is long, and returns all else.
fn complaints(stderr: impl io::Read) -> Vec<String> {
    let mut complaints = Vec::new();
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if !is_progress(&line) {
            complaints.push(line);
        } else if !line.trim_start().starts_with("Finished") {
            anstream::eprintln!("{line}");
        }
    }
    complaints
}

/// Whether a line is progress: cargo aligns its verbs to column 12, as in `   Compiling itoa v1.0.0`.
fn is_progress(line: &str) -> bool {
    let indent = line.len() - line.trim_start().len();
    let verb = line.trim_start().split(' ').next().unwrap_or_default();
    indent > 0 && indent + verb.len() == 12
}

/// What keeps the client from being built, without what cargo says around it.
fn failure(messages: &[String]) -> Error {
    let own: Vec<&str> = messages
        .iter()
        .filter_map(|line| line.strip_prefix("error: vault-api@")?.split_once(": "))
        .map(|(_version, message)| message)
        // The check has been made, and it found nothing.
        .filter(|message| !message.contains("`cargo xtask check`"))
        .collect();
    if !own.is_empty() {
        return Error::Generate {
            cause: own.join("\n"),
        };
    }
    let messages = messages.join("\n");
    match messages.contains("/out/generated.rs") {
        true => Error::NotRust { messages },
        false => Error::Build { messages },
    }
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

/// Replaces a file whole, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let temporary = path.with_extension("rs.new");
    fs::write(&temporary, text)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| {
            // Without this file there is nothing more to clean up.
            let _ = fs::remove_file(&temporary);
            Error::file("write", path, error)
        })
}
