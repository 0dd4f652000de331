//! What a crate pays that depends on `vault-api`, and what somebody pays who works on it.

use std::fs;
use std::path::Path;

use super::document::document;
use super::plot::{self, Curve};
use super::{Fault, cargo, client, head, medians, row, run as finish, workspace};

const OURS: &str = r#"
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = vault_api::Client::builder("http://127.0.0.1:1").merchant_id("partner").build()?;
    let body = vault_api::types::ResendCodeRequest::new("+447871234567");
    let response = client.resend_code("1234444", body).send().await?;
    println!("{:?}", response.result);
    Ok(())
}
"#;

const BY_HAND: &str = r#"
#[derive(serde::Serialize)]
struct Request {
    phone: String,
}

#[derive(Debug, serde::Deserialize)]
struct Response {
    result: Option<String>,
}

#[derive(Debug, serde::Deserialize)]
struct Refusal {
    error: Option<String>,
    message: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let request = client
        .post("http://127.0.0.1:1/v2/mobile/phone/verify/resend")
        .header("X-Merchant-ID", "partner")
        .header("X-Fingerprint", "1234444")
        .json(&Request { phone: "+447871234567".to_owned() });
    let response = request.send().await?;
    if !response.status().is_success() {
        let refusal: Refusal = response.json().await?;
        return Err(format!("{:?} {:?}", refusal.error, refusal.message).into());
    }
    println!("{:?}", response.json::<Response>().await?.result);
    Ok(())
}
"#;

pub fn run(runs: usize) -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    alone(runs, folder.path())?;
    consumers(runs, folder.path())
}

/// Two crates with the same call: the folder of each.
fn write_consumers(folder: &Path, has_tls: bool) -> Result<[String; 2], Fault> {
    let reqwest = r#"reqwest = { version = "0.13.4", default-features = false, features = ["json""#;
    let by_hand = match has_tls {
        true => format!("{reqwest}, \"rustls\", \"http2\"] }}"),
        false => format!("{reqwest}] }}"),
    };
    let path = workspace().join("vault-api");
    let ours = format!("vault-api = {{ path = {path:?}, default-features = {has_tls} }}");
    let serde = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"";
    let mut folders = [("ours", OURS, ours), ("by-hand", BY_HAND, format!("{by_hand}\n{serde}"))].map(
        |(name, code, dependency)| -> Result<String, Fault> {
            let folder = folder.join(format!("{name}-{has_tls}"));
            fs::create_dir_all(folder.join("src"))?;
            fs::write(folder.join("src/main.rs"), code)?;
            let tokio = r#"tokio = { version = "1", features = ["macros", "rt"] }"#;
            let manifest = format!(
                "[package]\nname = \"consumer\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{tokio}\n{dependency}\n"
            );
            fs::write(folder.join("Cargo.toml"), manifest)?;
            // The same versions.
            fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))?;
            finish(cargo().current_dir(&folder).args(["fetch", "--quiet"]))?;
            Ok(folder.to_string_lossy().into_owned())
        },
    ).into_iter();
    let mut next = || folders.next().unwrap_or_else(|| Err("two crates".into()));
    Ok([next()?, next()?])
}

fn consumers(runs: usize, folder: &Path) -> Result<(), Fault> {
    let target = folder.join("target");
    head("a crate that calls `vault-api`", "the same call by hand");
    for has_tls in [true, false] {
        let tls = if has_tls { "default TLS" } else { "without TLS" };
        let [ours, by_hand] = write_consumers(folder, has_tls)?;
        let crates = |folder: &str| -> Result<f64, Fault> {
            let tree = ["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe"];
            let tree = finish(cargo().current_dir(folder).args(tree))?;
            let mut names: Vec<_> =
                tree.lines().map(|line| line.trim_end_matches(" (proc-macro)")).collect();
            names.sort_unstable();
            names.dedup();
            Ok(names.len() as f64 - 1.0)
        };
        row(&format!("crates, {tls}"), "", crates(&ours)?, crates(&by_hand)?);
        let cold = |folder: &str, profile: &[&str]| {
            if target.exists() {
                fs::remove_dir_all(&target)?;
            }
            cpu(|| {
                finish(
                    cargo()
                        .current_dir(folder)
                        .env("CARGO_TARGET_DIR", &target)
                        .args(["build", "--quiet"])
                        .args(profile),
                )
                .map(drop)
            })
        };
        let [our_time, their_time] =
            medians(runs, [&mut || cold(&ours, &[]), &mut || cold(&by_hand, &[])])?;
        row(&format!("cold build, {tls}, CPU"), "s", our_time, their_time);
        if !has_tls {
            let size = |folder: &str| -> Result<f64, Fault> {
                cold(folder, &["--release"])?;
                Ok(fs::metadata(target.join("release/consumer"))?.len() as f64 / 1e6)
            };
            row("release binary, without TLS", "MB", size(&ours)?, size(&by_hand)?);
        }
    }
    Ok(())
}

/// `vault-api` compiled again, with its dependencies built.
fn alone(runs: usize, folder: &Path) -> Result<(), Fault> {
    let package = folder.join("vault-api");
    let source = workspace().join("vault-api");
    fs::create_dir_all(package.join("src"))?;
    for entry in fs::read_dir(source.join("src"))? {
        let path = entry?.path();
        // The folders have tests.
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            fs::copy(&path, package.join("src").join(name))?;
        }
    }
    for name in ["Cargo.toml", "README.md"] {
        fs::copy(source.join(name), package.join(name))?;
    }
    let workspace_manifest = fs::read_to_string(workspace().join("Cargo.toml"))?;
    let (_, rest) = workspace_manifest.split_once("members = [").ok_or("no members")?;
    let (_, rest) = rest.split_once(']').ok_or("no members")?;
    fs::write(
        folder.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = [\"vault-api\"]{rest}"),
    )?;
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock"))?;

    let build = || {
        let mut command = cargo();
        command.current_dir(folder).env("CARGO_TARGET_DIR", folder.join("alone"));
        finish(command.args([
            "build",
            "--quiet",
            "--package",
            "vault-api",
            "--no-default-features",
        ]))
        .map(drop)
    };
    head("`vault-api` alone after a change, operations", "1 operation");
    let mut points = Vec::new();
    for operations in [1, 10, 69, 300] {
        let client = client(&document(operations)?)?;
        let mut number = 0;
        let mut change = || {
            number += 1;
            fs::write(package.join("src/generated.rs"), format!("{client}// {number}\n"))?;
            cpu(build)
        };
        change()?;
        let [time] = medians(runs, [&mut change])?;
        points.push((operations, time));
        row(&operations.to_string(), "s", time, points[0].1);
    }
    plot::write(
        "compilation",
        "CPU time to compile vault-api alone, debug",
        &[Curve("vault-api", points)],
    )
}

/// The CPU seconds of the processes that some work starts and waits for. Linux tells them in hundredths.
fn cpu(work: impl FnOnce() -> Result<(), Fault>) -> Result<f64, Fault> {
    let ticks = || -> Result<f64, Fault> {
        let stat = fs::read_to_string("/proc/self/stat")?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no name in stat")?;
        let fields: Vec<_> = fields.split_whitespace().collect();
        // `cutime` and `cstime`: 16 and 17 in proc(5), where the first behind the name is 3.
        Ok(fields[13].parse::<f64>()? + fields[14].parse::<f64>()?)
    };
    let before = ticks()?;
    work()?;
    Ok((ticks()? - before) / 100.0)
}
