//! The chores of this workspace: a module for each, with its whole output in `run`.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod check;
pub mod codegen;
pub mod docs;
pub mod finding;
pub mod review;
pub mod spec;

use std::io;
use std::path::{Path, PathBuf};

/// What a chore found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is as it should be; exit code 0.
    Yes,
    /// Something is not; exit code 1.
    No,
}

/// Why a chore could not tell; exit code 2.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The check found errors in the spec.
    #[error("nothing can be generated from spec/vault.yaml ({summary}): mend it first")]
    Spec {
        /// How many there are.
        summary: String,
    },
    /// The build script could not generate a client.
    #[error("{cause}")]
    Generate {
        /// What it says, a line for each thing.
        cause: String,
    },
    /// The build script generated a client that does not compile.
    #[error(
        "the client generated from spec/vault.yaml is not right Rust: look for two names in it that become \
         one name in Rust, or for an `operationId` that the client has a method of\n\n{messages}"
    )]
    NotRust {
        /// What the compiler says.
        messages: String,
    },
    /// The crate could not be built for another reason.
    #[error("`vault-api` cannot be built\n\n{messages}")]
    Build {
        /// What cargo says.
        messages: String,
    },
    /// Cargo said that all went well, but not where the client is.
    #[error("cargo built `vault-api` and named no folder with the generated client")]
    NoOutput,
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
    /// A document leaves nothing to compare.
    #[error("{name} cannot be compared\n\n{diagnostics}")]
    Incomparable {
        /// Which one.
        name: String,
        /// What is wrong with it.
        diagnostics: String,
    },
    /// There is nothing to compare with.
    #[error("{0}")]
    Revision(String),
    /// Git could not be run.
    #[error("cannot run git")]
    Git(#[source] io::Error),
    /// Cargo could not be run.
    #[error("cannot run cargo")]
    Cargo(#[source] io::Error),
    /// The report could not be printed.
    #[error("cannot print")]
    Print(#[from] io::Error),
}

impl Error {
    fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File {
            action,
            path: path.to_owned(),
            source,
        }
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

/// The folder of this workspace.
pub fn workspace_root() -> PathBuf {
    // Cargo sets the variable when it runs the program, and then it is right even if the workspace
    // was moved since the program was built.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map(Path::to_owned).unwrap_or(package)
}
