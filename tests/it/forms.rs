//! Documents of forms that the shipped document does not have: their clients compile without a warning, and call a server.

use std::path::Path;

use crate::callers::{cargo, write_client, write_workspace};

/// The client of `specs/forms.yaml`, called by the tests in `specs/forms.rs`.
#[test]
fn client_of_every_form_does_what_the_document_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    write_client(root, 0, include_str!("specs/forms.yaml"), &[]);
    let caller = root.join("caller0");
    let manifest = std::fs::read_to_string(caller.join("Cargo.toml")).expect("a manifest");
    let dependencies = "\nserde_json.workspace = true\ntokio = { workspace = true, features = [\"macros\", \"rt\"] }\n";
    std::fs::write(caller.join("Cargo.toml"), manifest + dependencies).expect("a manifest");
    std::fs::write(caller.join("src/lib.rs"), include_str!("specs/forms.rs")).expect("a caller");
    write_workspace(root);
    let run = |arguments: &[&str]| {
        let output = cargo(root, arguments).output().expect("cargo runs");
        let text =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        (output.status.success(), text.concat())
    };
    let (is_success, text) =
        run(&["test", "--offline", "--quiet", "--package", "caller0", "--lib"]);
    assert!(is_success, "{text}");
    // All features, the examples in the documentation, and no warning of rustc, clippy or rustdoc.
    let features = ["--no-default-features", "--features", "schemars", "--package", "client0"];
    let (is_success, text) =
        run(&[&["clippy", "--offline", "--quiet"], &features[..], &["--", "--deny", "warnings"]]
            .concat());
    assert!(is_success, "{text}");
    let (is_success, text) = run(&[
        &["rustdoc", "--offline", "--quiet", "--lib"],
        &features[..],
        &["--", "--deny", "warnings"],
    ]
    .concat());
    assert!(is_success, "{text}");
    let (is_success, text) =
        run(&[&["test", "--offline", "--quiet", "--doc"], &features[..], &["--", "generated"]]
            .concat());
    assert!(is_success, "{text}");
    assert!(Path::new(&caller).exists());
}
