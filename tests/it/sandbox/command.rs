//! The sandbox as a program.

use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::{BODY, http, unsigned};
use crate::support::{PHONE, SEED_STRING, SHARED_SECRET, SIGNATURE};

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vault-api-sandbox"));
    for (name, _) in std::env::vars() {
        if name.starts_with("VAULT_API_") || name.starts_with("VAULT_SANDBOX_") {
            command.env_remove(name);
        }
    }
    command
}

/// The program, and what it prints.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("a line").expect("it is text")
    }
}

impl Program {
    /// Ends it, and returns what it wrote besides.
    fn said(mut self) -> String {
        let _ = self.child.kill();
        let mut said = String::new();
        let stderr = self.child.stderr.as_mut().expect("a pipe");
        stderr.read_to_string(&mut said).expect("it is text");
        said
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer to a line for a shell, read as a shell reads it.
async fn pasted(line: &str) -> String {
    let words = shlex::split(line).expect("words");
    let [curl, request, method, url, address, rest @ ..] = &words[..] else { panic!("{line}") };
    assert_eq!((curl.as_str(), request.as_str(), url.as_str()), ("curl", "--request", "--url"));
    let method = method.parse().expect("a method");
    let mut request = http().request(method, address);
    for pair in rest.chunks(2) {
        let [option, value] = pair else { panic!("{line}") };
        request = match option.as_str() {
            "--header" => {
                let (name, value) = value.split_once(": ").expect("a header");
                request.header(name, value)
            }
            "--data" => request.body(value.clone()),
            _ => panic!("{line}"),
        };
    }
    request.send().await.expect("it is answered").text().await.expect("a text")
}

#[tokio::test]
async fn prints_its_url_a_call_and_a_line_for_each_request() {
    let mut program = Program::start(command().arg("--require-signature"));
    let url = program.line();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let line = program.line();
    assert_eq!(pasted(&line).await, r#"{"result":"ok"}"#);
    assert_eq!(program.line(), "POST /v2/mobile/phone/verify/resend 200 example `ok`");
    let refused = unsigned(&url).body(BODY).send().await.expect("it is answered");
    assert_eq!(refused.status().as_u16(), 400);
    assert_eq!(
        program.line(),
        "POST /v2/mobile/phone/verify/resend 400 X-Signature: the credential is missing or empty"
    );
}

#[tokio::test]
async fn secrets_come_from_options_or_the_environment_and_are_not_printed() {
    let phone = "+15550000000";
    let mut by_option = command();
    by_option.args(["--shared-secret", SHARED_SECRET, "--seed-string", SEED_STRING]);
    by_option.args(["--seed-length", "4", "--require-signature"]);
    let mut by_environment = command();
    by_environment.env("VAULT_SANDBOX_SHARED_SECRET", SHARED_SECRET);
    by_environment.env("VAULT_SANDBOX_SEED_STRING", SEED_STRING);
    by_environment.env("VAULT_SANDBOX_SEED_LENGTH", "4").arg("--require-signature");
    let mut by_both = command();
    by_both.env("VAULT_SANDBOX_SHARED_SECRET", SHARED_SECRET).arg("--require-signature");
    by_both.args(["--seed-string", SEED_STRING, "--seed-length", "4"]);
    for (mut command, key) in [
        (by_option, "the key is from the options"),
        (by_environment, "the key is from the VAULT_SANDBOX_ variables"),
        (by_both, "the key is from the options and the VAULT_SANDBOX_ variables"),
    ] {
        let mut program = Program::start(command.args(["--phone", phone]));
        let url = program.line();
        let line = program.line();
        assert!(line.contains(phone) && !line.contains(SIGNATURE), "{line}");
        assert_eq!(pasted(&line).await, r#"{"result":"ok"}"#);
        // The signature is right, and the phone is not registered.
        let request = unsigned(&url).header("X-Signature", SIGNATURE).body(BODY);
        let body = request.send().await.expect("it is answered").text().await.expect("a text");
        assert!(body.contains("CUSTOMER_NOT_FOUND_EXCEPTION"), "{body}");
        let log = [program.line(), program.line()].join("\n");
        let said = program.said();
        assert_eq!(said.trim_end(), key);
        let printed = format!("{url}\n{line}\n{log}\n{said}");
        assert!(!printed.contains(SHARED_SECRET) && !printed.contains(SEED_STRING), "{printed}");
        assert!(!log.contains(phone) && !log.contains(PHONE), "{log}");
    }
}

/// A developer's shell has those of a service, which may be real.
#[tokio::test]
async fn secrets_of_a_service_are_not_read() {
    let mut command = command();
    command.env("VAULT_API_SHARED_SECRET", SHARED_SECRET);
    command.env("VAULT_API_SEED_STRING", SEED_STRING).env("VAULT_API_SEED_LENGTH", "4");
    let mut program = Program::start(command.args(["--phone", PHONE]));
    let url = program.line();
    let line = program.line();
    assert!(!line.contains(SIGNATURE), "{line}");
    assert_eq!(pasted(&line).await, r#"{"result":"ok"}"#);
    let request = unsigned(&url).header("X-Signature", SIGNATURE).body(BODY);
    assert_eq!(request.send().await.expect("it is answered").status().as_u16(), 400);
    assert_eq!(program.said().trim_end(), "the key is built in, for tests");
}

/// One signal for each, from the system's own program.
#[cfg(unix)]
#[test]
fn signals_end_it_within_a_second() {
    for signal in ["-INT", "-TERM"] {
        let mut program = Program::start(&mut command());
        let url = program.line();
        let address = url.strip_prefix("http://").expect("a URL");
        // It does not wait for what is connected.
        let _idle = std::net::TcpStream::connect(address).expect("a connection");
        let start = Instant::now();
        let kill = Command::new("kill").arg(signal).arg(program.child.id().to_string()).status();
        assert!(kill.expect("kill runs").success());
        assert!(program.child.wait().expect("it ends").success());
        assert!(start.elapsed() < Duration::from_secs(1), "{signal}: {:?}", start.elapsed());
    }
}

/// A reader that does not read holds up neither the requests nor the end.
#[cfg(unix)]
#[tokio::test]
async fn a_full_pipe_does_not_hold_it_up() {
    let mut program = Program::start(&mut command());
    let url = program.line();
    let client = http();
    // More than the 64 KiB of a pipe.
    for _ in 0..1_500 {
        let request = client.get(format!("{url}/v2/mobile/phone/verify/resend"));
        request.send().await.expect("it is answered");
    }
    let kill = Command::new("kill").arg("-TERM").arg(program.child.id().to_string()).status();
    assert!(kill.expect("kill runs").success());
    assert!(program.child.wait().expect("it ends").success());
}

fn failure(arguments: &[&str]) -> Output {
    let output = command().args(arguments).output().expect("the program runs");
    assert!(output.status.code() == Some(2) && output.stdout.is_empty());
    output
}

#[test]
fn wrong_usage_is_told_and_not_repeated() {
    let mut report = String::new();
    for arguments in [
        vec![PHONE],
        vec!["--fone", PHONE],
        vec!["--listen", PHONE],
        vec!["--latency", "5"],
        vec!["--latency", "-5ms"],
        vec!["--latency"],
        vec!["--latency", "5s", "--latency", "6s"],
        vec!["--fail-rate", "2"],
        vec!["--shared-secret", SHARED_SECRET],
        vec!["--shared-secret", SHARED_SECRET, "--seed-string", "abc", "--seed-length", "4"],
        vec!["--listen", "203.0.113.1:1"],
    ] {
        let output = failure(&arguments);
        let said = String::from_utf8(output.stderr).expect("it is text");
        assert!(!said.contains(PHONE) && !said.contains(SHARED_SECRET), "{said}");
        report.push_str(&said);
    }
    insta::assert_snapshot!(report.trim_end());
}

#[test]
fn help_is_that_of_the_xtask_command() {
    let mut program =
        Program::start(command().arg("--help").env("VAULT_SANDBOX_SHARED_SECRET", "x"));
    let mut help = String::new();
    for line in program.lines.by_ref() {
        help.push_str(&format!("{}\n", line.expect("it is text")));
    }
    assert!(help.contains("Usage: cargo xtask sandbox [OPTIONS]"), "{help}");
    assert!(help.contains("[env: VAULT_SANDBOX_SHARED_SECRET]"), "{help}");
    let mut errors = String::new();
    let stderr = program.child.stderr.as_mut().expect("a pipe");
    stderr.read_to_string(&mut errors).expect("it is text");
    assert_eq!(errors, "");
}
