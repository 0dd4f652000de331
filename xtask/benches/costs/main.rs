//! What the commands and the builds cost, by the number of operations.
//!
//! ```sh
//! cargo xtask bench commands
//! cargo xtask bench builds
//! ```
//!
//! Each figure is a ratio to a reference of the same run, which takes turns with it, and the medians are compared: a shared
//! machine changes its speed meanwhile. The plots go into `vault-api/docs`.

mod builds;
mod commands;
mod document;
mod plot;

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use xtask::generator::{GenerateError, generate};

type Fault = Box<dyn Error + Send + Sync>;

/// How often each figure is measured, unless the command says otherwise.
const RUNS: usize = 5;

fn main() -> Result<(), Fault> {
    // Cargo adds `--bench`.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    let runs = arguments.iter().find_map(|one| one.parse().ok()).unwrap_or(RUNS);
    let is_wanted = |name: &str| arguments.iter().any(|one| one == name);
    if is_wanted("commands") {
        commands::run(runs)?;
    }
    if is_wanted("builds") {
        builds::run(runs)?;
    }
    Ok(())
}

/// Prints a row: what, the figure, the reference's figure, and the ratio.
fn row(what: &str, unit: &str, figure: f64, reference: f64) {
    println!("| {what} | {figure:.2} {unit} | {reference:.2} {unit} | {:.2} |", figure / reference);
}

fn head(title: &str, reference: &str) {
    println!("\n| {title} | median | {reference} | ratio |\n| --- | ---: | ---: | ---: |");
}

/// Measures each candidate in turn, and gives the median of each.
fn medians<const N: usize>(
    runs: usize,
    mut candidates: [&mut dyn FnMut() -> Result<f64, Fault>; N],
) -> Result<[f64; N], Fault> {
    let mut figures: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..runs {
        for (candidate, figures) in candidates.iter_mut().zip(&mut figures) {
            figures.push(candidate()?);
        }
    }
    Ok(figures.map(|mut figures| {
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    }))
}

/// Runs a command to its end; its output is shown if it fails.
fn run(command: &mut Command) -> Result<String, Fault> {
    let output = command.stdin(Stdio::null()).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(format!("{command:?} failed:\n{text}").into())
        }
    }
}

/// The text of the client of a document.
fn client(document: &str) -> Result<String, Fault> {
    let reasons = |errors: Vec<GenerateError>| {
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    Ok(generate(document).map_err(reasons)?.text)
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn workspace() -> PathBuf {
    xtask::workspace_root()
}
