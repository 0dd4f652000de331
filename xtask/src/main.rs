//! `cargo xtask`: runs one command and turns its outcome into an exit code.

use std::io::{BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{Error, Outcome, bench, check, codegen, docs, error_chain, review, sandbox};

/// Maintain the OpenAPI document and the client that is generated from it.
///
/// Exit codes: 0 yes, 1 no, 2 could not tell.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Bench(bench::Args),
    Check(check::Args),
    Codegen(codegen::Args),
    Docs(docs::Args),
    Review(review::Args),
    Sandbox(sandbox::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A report can have very many lines.
    let mut out = BufWriter::new(anstream::stdout().lock());
    let result = match cli.command {
        Command::Bench(args) => bench::run(&args),
        Command::Check(args) => check::run(&args, &mut out),
        Command::Codegen(args) => codegen::run(&args, &mut out),
        Command::Docs(args) => docs::run(&args, &mut out),
        Command::Review(args) => review::run(&args, &mut out),
        Command::Sandbox(args) => sandbox::run(&args),
    };
    let result = result.and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match result {
        Ok(Outcome::Pass) => ExitCode::SUCCESS,
        Ok(Outcome::Fail) => ExitCode::from(1),
        // A pager was closed.
        Err(Error::Print(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(2),
        Err(error) => {
            anstream::eprintln!("{}", error_chain(&error));
            ExitCode::from(2)
        }
    }
}
