//! `cargo xtask sandbox`, with a program in the place of Cargo that prints its arguments.
#![cfg(unix)]
#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

#[test]
fn every_option_goes_to_the_sandbox() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cargo = folder.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\necho \"$@\"\n").expect("a program");
    fs::set_permissions(&cargo, Permissions::from_mode(0o755)).expect("it can be run");
    for options in ["--help", "--phone +447871234567 --latency=50ms"] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("sandbox")
            .args(options.split(' '))
            .env("CARGO", &cargo)
            .output()
            .expect("xtask runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<&str> = said.lines().collect();
        let [build, run] = lines[..] else { panic!("{said}") };
        assert!(build.starts_with("build "), "{build}");
        assert!(run.starts_with("run ") && run.ends_with(&format!(" -- {options}")), "{run}");
    }
}
