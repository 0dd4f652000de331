//! The commands of `cargo xtask`.

use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use xtask::openapi::Parsed;
use xtask::{check, docs, review};

use super::document::{document, numbered};
use super::plot::{self, Curve};
use super::{Fault, cargo, client, head, medians, row, run as finish, workspace};

const PAGE: &str = include_str!("page.md");

pub fn run(runs: usize) -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    generation(runs, folder.path())?;
    readers(runs, folder.path())?;
    warm(runs)
}

/// The seconds that some work takes.
fn seconds(work: impl FnOnce() -> Result<(), Fault>) -> Result<f64, Fault> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// The commands as they are typed, with all of it built.
fn warm(runs: usize) -> Result<(), Fault> {
    let command = |arguments: &[&str]| {
        finish(cargo().current_dir(workspace()).arg("xtask").args(arguments)).map(drop)
    };
    command(&["check"])?;
    head("a warm command", "`cargo xtask check`");
    let [codegen, check] = medians(
        runs,
        [&mut || seconds(|| command(&["codegen", "--check"])), &mut || {
            seconds(|| command(&["check"]))
        }],
    )?;
    row("`cargo xtask codegen --check`", "s", codegen, check);
    Ok(())
}

/// From a document in a file to the text of a client.
fn generation(runs: usize, folder: &Path) -> Result<(), Fault> {
    let has_theirs = Command::new("cargo-progenitor").arg("--version").output().is_ok();
    if !has_theirs {
        println!(
            "\n`cargo-progenitor` is not installed; install the version of `progenitor` in Cargo.lock."
        );
    }
    head("generation, operations", "`cargo-progenitor`");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for operations in [1, 10, 100, 1000] {
        let spec = folder.join(format!("{operations}.yaml"));
        fs::write(&spec, document(operations)?)?;
        let mut generate = || {
            seconds(|| {
                let client = client(&fs::read_to_string(&spec)?)?;
                Ok(fs::write(folder.join("generated.rs"), client)?)
            })
        };
        let mut progenitor = || match has_theirs {
            true => seconds(|| {
                let mut command = Command::new("cargo-progenitor");
                command.arg("progenitor").arg("-i").arg(&spec).arg("-o").arg(folder.join("client"));
                finish(command.args(["-n", "client", "-v", "0.1.0"])).map(drop)
            }),
            false => Ok(f64::NAN),
        };
        let [our, their] = medians(runs, [&mut generate, &mut progenitor])?;
        row(&operations.to_string(), "s", our, their);
        ours.push((operations, our));
        theirs.push((operations, their));
    }
    let mut curves = vec![Curve("this workspace", ours)];
    curves.extend(has_theirs.then_some(Curve("cargo-progenitor", theirs)));
    plot::write("generation", "Time to generate a client", &curves)
}

/// The commands that only read.
fn readers(runs: usize, folder: &Path) -> Result<(), Fault> {
    head("a command, operations", "reading and parsing the YAML");
    for operations in [1, 100, 1000] {
        let text = document(operations)?;
        let (spec, changed) = (folder.join("base.yaml"), folder.join("head.yaml"));
        fs::write(&spec, &text)?;
        // A change in each operation.
        fs::write(
            &changed,
            text.replace("description: The code was sent again.", "description: It was."),
        )?;
        let pages = (0..operations).map(|number| {
            let page = folder.join(format!("{number}.md"));
            fs::write(&page, numbered(PAGE, number)).map(|()| page)
        });
        let pages: Vec<PathBuf> = pages.collect::<Result<_, _>>()?;
        let read = |spec: &PathBuf| Parsed::open(spec, "spec").map(black_box).map(drop);
        let check = || {
            check::run(
                &check::Args { spec: Some(spec.clone()), ..Default::default() },
                &mut io::sink(),
            )
        };
        let docs = || {
            let (spec, pages) = (Some(spec.clone()), pages.clone());
            docs::run(&docs::Args { spec, pages, ..Default::default() }, &mut io::sink())
        };
        let review = || {
            let specs = Some(vec![spec.clone(), changed.clone()]);
            review::run(&review::Args { specs, ..Default::default() }, &mut io::sink())
        };
        let [read, check, docs, review] = medians(
            runs,
            [
                &mut || seconds(|| Ok(read(&spec)?)),
                &mut || seconds(|| Ok(check().map(drop)?)),
                &mut || seconds(|| Ok(docs().map(drop)?)),
                &mut || seconds(|| Ok(review().map(drop)?)),
            ],
        )?;
        row(&format!("`check`, {operations}"), "s", check, read);
        row(&format!("`docs`, {operations}, a page each"), "s", docs, read);
        row(&format!("`review`, {operations}, a change each"), "s", review, 2.0 * read);
    }
    Ok(())
}
