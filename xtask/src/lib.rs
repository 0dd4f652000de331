//! The commands of `cargo xtask`: a module for each, whose `run` prints its whole output.
//!
//! `README.md` beside this crate shows the modules and what goes through them.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod bench;
pub mod check;
pub mod codegen;
pub mod docs;
pub mod finding;
pub mod generator;
pub mod openapi;
pub mod review;
pub mod sandbox;
mod source;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Yes: exit code 0.
    Pass,
    /// No, something is stale, wrong or missing: exit code 1.
    Fail,
}

/// Why a command could not tell: exit code 2.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The check found errors in the spec.
    #[error("spec/vault.yaml has {errors} error{}; fix {} first", if *errors == 1 { "" } else { "s" }, if *errors == 1 { "it" } else { "them" })]
    Spec {
        /// How many there are.
        errors: usize,
    },
    /// A manifest is not TOML.
    #[error("cannot read {name}")]
    Toml {
        /// Which one.
        name: &'static str,
        /// Why not.
        source: toml_edit::TomlError,
    },
    /// A file could not be read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A document is not YAML, not OpenAPI 3.0, or has references that lead nowhere.
    #[error("{name} cannot be used; fix this first\n\n{diagnostics}")]
    Unusable {
        /// Which one.
        name: String,
        /// What is wrong with it.
        diagnostics: String,
    },
    /// There is nothing to compare with.
    #[error("{0}")]
    Revision(String),
    /// A program could not be run.
    #[error("cannot run {0}")]
    Program(&'static str, #[source] io::Error),
    /// The report could not be printed.
    #[error("cannot print")]
    Print(#[from] io::Error),
}

impl Error {
    fn unusable(name: &str, findings: &[finding::Finding]) -> Self {
        Self::Unusable { name: name.to_owned(), diagnostics: finding::text(findings) }
    }

    fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File { action, path: path.to_owned(), source }
    }
}

/// An error and what it came from, as `error: this: because: because`.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = format!("error: {error}");
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}

/// A subcommand of Cargo in this workspace. Through Cargo, commands run what may not compile.
fn cargo(subcommand: &str, package: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([subcommand, "--package", package, "--manifest-path"]);
    command.arg(workspace_root().join("Cargo.toml"));
    command
}

/// The folder of this workspace.
pub fn workspace_root() -> PathBuf {
    // Cargo sets the variable when it runs the program, and then it is right even if the workspace
    // was moved since the program was built.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(Path::to_owned).unwrap_or(package)
}
