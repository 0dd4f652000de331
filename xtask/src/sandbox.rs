//! `cargo xtask sandbox`: builds the sandbox of the package `vault-api-sandbox`, and runs it.

use std::ffi::OsString;
use std::process::Command;

use crate::{Error, Outcome, cargo};

/// Run a sandbox server of the Vault API, to try things against offline.
///
/// Everything after `sandbox` goes to the sandbox; `cargo xtask sandbox --help` lists its options.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Args {
    /// The options of the sandbox.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTION")]
    pub options: Vec<OsString>,
}

/// Runs the command, which returns when the sandbox ends.
///
/// # Errors
///
/// If Cargo cannot be run.
pub fn run(args: &Args) -> Result<Outcome, Error> {
    // In two steps: the first shows its progress, and the second would print the options, which may be secrets.
    let failed = |error| Error::Program("cargo", error);
    if !cargo("build", PACKAGE).status().map_err(failed)?.success() {
        return Ok(Outcome::Fail);
    }
    let mut command = cargo("run", PACKAGE);
    command.args(["--quiet", "--"]).args(&args.options);
    finish(command).map_err(failed)
}

const PACKAGE: &str = "vault-api-sandbox";

/// Takes this process's place, so that a signal reaches the sandbox.
#[cfg(unix)]
fn finish(mut command: Command) -> std::io::Result<Outcome> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn finish(mut command: Command) -> std::io::Result<Outcome> {
    match command.status()?.success() {
        true => Ok(Outcome::Pass),
        false => Ok(Outcome::Fail),
    }
}
