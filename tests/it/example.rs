//! `cargo run --example resend`, as a person runs it.

use std::process::{Command, Output};

use crate::raw_server::{RawServer, json};
use crate::support::PHONE;

fn resend(arguments: &[&str]) -> Output {
    command(arguments).output().expect("cargo runs")
}

fn command(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["run", "--quiet", "--package", "vault-api-sandbox", "--example", "resend", "--"])
        .args(arguments);
    for (name, _) in std::env::vars() {
        // A developer's own settings, or a proxy, must not decide.
        if name.starts_with("VAULT_API_") || name.to_ascii_lowercase().ends_with("_proxy") {
            command.env_remove(name);
        }
    }
    command
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the output is text")
}

#[test]
fn prints_the_result_of_the_sandbox() {
    let output = resend(&[]);
    assert_eq!(text(&output.stdout), "{\"result\":\"ok\"}\n", "{}", text(&output.stderr));
    assert!(output.status.success());
}

/// The environment's proxy would be handed phone, merchant id and signature in clear.
#[test]
fn loopback_needs_no_proxy() {
    let mut command = command(&[]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    let output = command.output().expect("cargo runs");
    assert_eq!(text(&output.stdout), "{\"result\":\"ok\"}\n", "{}", text(&output.stderr));
}

#[test]
fn says_in_one_line_why_it_failed() {
    let body = format!(r#"{{"error":"CUSTOMER_NOT_FOUND_EXCEPTION","message":"no {PHONE}"}}"#);
    let server = RawServer::answering(json("400 Bad Request", &body));
    let output = resend(&["--base-url", &server.base_url, "--phone", PHONE]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(
        text(&output.stderr),
        "error: the server rejected the request with status 400 Bad Request: \
         CUSTOMER_NOT_FOUND_EXCEPTION (The phone number is not registered)\n"
    );
}

#[test]
fn wrong_usage_is_not_repeated() {
    let output = resend(&[PHONE]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "error: unexpected argument found: see --help\n");
}

#[test]
fn help_hides_secrets() {
    let output = resend(&["--help"]);
    let help = text(&output.stdout);
    assert!(help.contains("VAULT_API_SHARED_SECRET") && help.contains("VAULT_API_PHONE"), "{help}");
    assert!(!help.contains("sandbox-secret") && !help.contains("abcdefghijklmn"), "{help}");
}
