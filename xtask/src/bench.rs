//! `cargo xtask bench`: runs the benchmarks of the workspace, which print tables in Markdown.

use crate::{Error, Outcome, cargo};

/// What can be measured: its name, the package that has the benchmark, its name there, and what it is told.
const BENCHMARKS: [(&str, &str, &str, &[&str]); 4] = [
    ("calls", "vault-api-sign", "calls", &[]),
    ("signing", "vault-api-sign", "sign", &[]),
    ("commands", "xtask", "costs", &["commands"]),
    ("builds", "xtask", "costs", &["builds"]),
];

/// Measure what calls, signatures, commands and builds cost.
///
/// Each figure is a ratio to a reference of the same run. `commands` and `builds` also write the plots of
/// vault-api/docs. Nothing else may run meanwhile, and `builds` takes half an hour.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to measure [default: all].
    #[arg(value_parser = BENCHMARKS.map(|(name, ..)| name))]
    pub name: Option<String>,
    /// How often `commands` and `builds` measure each figure, instead of five times. The others decide for themselves.
    #[arg(long)]
    pub runs: Option<usize>,
}

/// Runs the command.
///
/// # Errors
///
/// If Cargo cannot be run.
pub fn run(args: &Args) -> Result<Outcome, Error> {
    let mut outcome = Outcome::Pass;
    for (name, package, bench, told) in BENCHMARKS {
        if args.name.as_deref().is_some_and(|wanted| wanted != name) {
            continue;
        }
        let status = cargo("bench", package)
            .args(["--quiet", "--bench", bench, "--"])
            .args(told)
            .args(args.runs.map(|runs| runs.to_string()))
            .status();
        if !status.map_err(|error| Error::Program("cargo", error))?.success() {
            outcome = Outcome::Fail;
        }
    }
    Ok(outcome)
}
