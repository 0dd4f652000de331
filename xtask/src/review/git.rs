//! Reads files of another revision with `git`.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use super::package::Files;
use crate::Error;

/// The variables that make git work on another repository than the one that it is started in. A hook has them.
static LOCAL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let output = Command::new("git").args(["rev-parse", "--local-env-vars"]).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()
});

/// `git` in a folder, even if git itself started this program for another repository.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder);
    for name in LOCAL.iter() {
        command.env_remove(name);
    }
    command
}

fn git(root: &Path, args: &[&str]) -> Result<Output, Error> {
    let output = command(root).args(args).output();
    output.map_err(|error| Error::Program("git", error))
}

/// What git prints, if it succeeds.
fn answer(root: &Path, args: &[&str]) -> Result<Option<String>, Error> {
    let output = git(root, args)?;
    let text = || String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success().then(text))
}

/// The revision to compare with: the given one, or the one where this branch left the main branch.
pub(super) fn revision(root: &Path, asked: Option<&str>) -> Result<String, Error> {
    if answer(root, &["rev-parse", "--git-dir"])?.is_none() {
        return Err(Error::Revision(
            "this is not a git checkout: run it in one, or compare two files with `--specs`"
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
            .ok_or_else(|| Error::Revision(format!("there is no revision `{asked}`{hint}")));
    }
    for branch in ["origin/main", "main"] {
        if let Some(commit) = answer(root, &["merge-base", "HEAD", branch])? {
            return Ok(commit);
        }
    }
    Err(Error::Revision(format!(
        "this branch shares no commit with `origin/main` or `main`{hint}; name one with `--base`"
    )))
}

pub(super) fn file(root: &Path, revision: &str, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let listed = answer(root, &["ls-tree", "--name-only", revision, name])?;
    if listed.is_none_or(|listed| listed.is_empty()) {
        return Ok(None);
    }
    // Without `./`, the name is relative to the top of the repository.
    let output = git(root, &["show", &format!("{revision}:./{name}")])?;
    match output.status.success() {
        true => Ok(Some(output.stdout)),
        false => Err(Error::Revision(format!(
            "git cannot show {name} of {revision}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))),
    }
}

/// The name that a file had at a revision, if git sees that it was renamed since.
pub(super) fn former(root: &Path, revision: &str, name: &str) -> Result<Option<String>, Error> {
    let args = ["diff", "-M", "--diff-filter=R", "--name-status", "-z", "--relative", revision];
    let renamed = answer(root, &args)?.unwrap_or_default();
    let fields: Vec<&str> = renamed.split('\0').collect();
    let of_file = fields.chunks(3).find(|fields| fields.get(2) == Some(&name));
    Ok(of_file.map(|fields| fields[1].to_owned()))
}

/// The files of a folder at a revision, without those below it.
pub(super) fn files(root: &Path, revision: &str, folder: &str) -> Result<Files, Error> {
    let listed = answer(root, &["ls-tree", "-z", "--name-only", revision, &format!("{folder}/")])?;
    let mut files = Files::new();
    for path in listed.unwrap_or_default().split('\0').filter(|path| path.ends_with(".rs")) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let content = file(root, revision, path)?.unwrap_or_default();
        files.insert(name.to_owned(), String::from_utf8_lossy(&content).into_owned());
    }
    Ok(files)
}
