//! The file at another revision, by the program `git`.

use std::path::Path;
use std::process::{Command, Output};

use crate::Error;

/// A file as it was.
pub(super) struct Old {
    /// Its name then.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

fn git(root: &Path, args: &[&str]) -> Result<Output, Error> {
    Command::new("git").arg("-C").arg(root).args(args).output().map_err(Error::Git)
}

/// What git prints, if it succeeds.
fn answer(root: &Path, args: &[&str]) -> Result<Option<String>, Error> {
    let output = git(root, args)?;
    let text = || String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success().then(text))
}

/// The revision to compare with: the one that was asked for, or where this branch left the main one.
pub(super) fn revision(root: &Path, asked: Option<&str>) -> Result<String, Error> {
    if answer(root, &["rev-parse", "--git-dir"])?.is_none() {
        return Err(Error::Revision(
            "this is no git checkout: run it in one, or compare two files with `--specs`"
                .to_owned(),
        ));
    }
    let is_shallow =
        answer(root, &["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true");
    let hint = match is_shallow {
        true => "; the clone is shallow: run `git fetch --unshallow` first",
        false => "",
    };
    if let Some(asked) = asked {
        // The dashes keep a name that looks like an option from being one.
        let commit = format!("{asked}^{{commit}}");
        let found =
            answer(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        return found
            .ok_or_else(|| Error::Revision(format!("git knows no revision `{asked}`{hint}")));
    }
    for branch in ["origin/main", "main"] {
        if let Some(commit) = answer(root, &["merge-base", "HEAD", branch])? {
            return Ok(commit);
        }
    }
    Err(Error::Revision(format!(
        "there is no commit that this branch shares with `origin/main` or `main`{hint}; name one with `--base`"
    )))
}

/// A file of a revision, if it was there.
pub(super) fn file(root: &Path, revision: &str, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let listed = answer(root, &["ls-tree", "--name-only", revision, name])?;
    if listed.is_none_or(|listed| listed.is_empty()) {
        return Ok(None);
    }
    // Without the `./` the name would be taken from the top of the repository, and not from here.
    let output = git(root, &["show", &format!("{revision}:./{name}")])?;
    match output.status.success() {
        true => Ok(Some(output.stdout)),
        false => Err(Error::Revision(format!(
            "git cannot show {name} of {revision}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))),
    }
}

/// The document of a revision: under its name, or under the only other one that it could have had.
pub(super) fn spec(root: &Path, revision: &str, name: &str) -> Result<Option<Old>, Error> {
    if let Some(content) = file(root, revision, name)? {
        let name = name.to_owned();
        return Ok(Some(Old { name, content }));
    }
    let listed = answer(root, &["ls-tree", "-r", "--name-only", revision])?.unwrap_or_default();
    let is_data = |name: &&str| [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
    let mut found = Vec::new();
    for name in listed.lines().filter(is_data) {
        if let Some(content) = file(root, revision, name)?.filter(|content| is_openapi(content)) {
            let name = name.to_owned();
            found.push(Old { name, content });
        }
    }
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => {
            let names: Vec<&str> = found.iter().map(|old| old.name.as_str()).collect();
            Err(Error::Revision(format!(
                "there was no {name} at {revision}, and each of {} may have been it: compare with `--specs`",
                names.join(", ")
            )))
        }
    }
}

/// Whether a file of a revision is an OpenAPI document, at a glance.
fn is_openapi(content: &[u8]) -> bool {
    let text = String::from_utf8_lossy(content);
    let is_version = |line: &str| line.trim_start_matches([' ', '{', '"']).starts_with("openapi");
    text.lines().take(50).any(is_version)
}
