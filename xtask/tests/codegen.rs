//! `cargo xtask codegen`, on this workspace and on a small one whose spec is changed and broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anstream::adapter::strip_str;
use tempfile::TempDir;
use xtask::codegen::{self, Args};
use xtask::{Outcome, error_chain, workspace_root};

/// Runs the command and returns its exit code and its output, without colour.
fn codegen(root: &Path, check: bool) -> (u8, String) {
    let mut out = Vec::new();
    let args = Args { check, root: root.to_owned() };
    let result = codegen::run(&args, &mut out);
    let out = strip_str(&String::from_utf8_lossy(&out)).to_string();
    match result {
        Ok(Outcome::Pass) => (0, out),
        Ok(Outcome::Fail) => (1, out),
        Err(error) => (2, format!("{out}{}", error_chain(&error))),
    }
}

/// A folder with the files that the command reads and writes.
struct Workspace(TempDir);

impl Workspace {
    fn new(spec: &str) -> Self {
        let workspace = Self(tempfile::tempdir().expect("a temporary folder"));
        for folder in ["spec", "vault-api/src"] {
            fs::create_dir_all(workspace.root().join(folder)).expect("a folder");
        }
        fs::write(workspace.spec(), spec).expect("a spec");
        workspace
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn spec(&self) -> PathBuf {
        self.root().join("spec/vault.yaml")
    }

    fn edit_spec(&self, from: &str, to: &str) {
        let spec = fs::read_to_string(self.spec()).expect("the spec");
        assert!(spec.contains(from), "the spec has no {from}");
        fs::write(self.spec(), spec.replacen(from, to, 1)).expect("the edited spec");
    }

    /// A file's content, and when it was last written.
    fn state(&self, name: &str) -> (String, SystemTime) {
        let path = self.root().join(name);
        let text = fs::read_to_string(&path).expect("the file");
        let time = fs::metadata(&path).and_then(|data| data.modified());
        (text, time.expect("a modification time"))
    }
}

const CLIENT: &str = "vault-api/src/generated.rs";

#[test]
fn committed_client_is_fresh() {
    let (code, out) = codegen(&workspace_root(), true);
    assert_eq!(
        (code, out.as_str()),
        (0, "fresh: vault-api/src/generated.rs matches spec/vault.yaml\n")
    );
}

#[test]
fn spec_is_edited_broken_and_fixed() {
    let workspace = Workspace::new(include_str!("check/base.yaml"));
    let root = workspace.root();
    assert_eq!(codegen(root, true).0, 1, "there is no client");
    assert_eq!(codegen(root, false).0, 0);

    // A word of a description: stale. `--check` touches neither file.
    workspace.edit_spec("How large.", "How large it is.");
    let before = [workspace.state(CLIENT), workspace.state("spec/vault.yaml")];
    let (code, stale) = codegen(root, true);
    assert_eq!(code, 1);
    assert_eq!([workspace.state(CLIENT), workspace.state("spec/vault.yaml")], before);
    insta::assert_snapshot!("stale", stale);

    // Written, and then fresh, and not written again.
    let (code, wrote) = codegen(root, false);
    assert_eq!(code, 0);
    assert!(
        wrote.ends_with("wrote: vault-api/src/generated.rs, from spec/vault.yaml\n"),
        "{wrote}"
    );
    let after = workspace.state(CLIENT);
    assert_ne!(after.0, before[0].0);
    assert_eq!((codegen(root, false).0, codegen(root, true).0), (0, 0));
    assert_eq!(workspace.state(CLIENT), after);

    // Broken: the cause, and the committed copy is as it was.
    workspace.edit_spec("schemas/Refusal", "schemas/Refusl");
    for check in [true, false] {
        let (code, broken) = codegen(root, check);
        assert_eq!(code, 2);
        insta::assert_snapshot!("broken", broken);
    }
    fs::remove_file(workspace.spec()).expect("the spec is removed");
    let (code, missing) = codegen(root, false);
    assert_eq!(code, 2);
    insta::assert_snapshot!("missing", missing);
    assert_eq!(workspace.state(CLIENT), after);
}

/// The version of the document is that of both crates, in manifests and lock files, and nothing else of these changes.
#[test]
fn version_follows_the_document() {
    let workspace = Workspace::new(include_str!("check/base.yaml"));
    let root = workspace.root();
    fs::create_dir_all(root.join("vault-api-sign")).expect("a folder");
    let files = [
        ("vault-api/Cargo.toml", MANIFEST),
        ("vault-api-sign/Cargo.toml", &MANIFEST.replace("vault-api", "vault-api-sign")),
        ("Cargo.lock", LOCK),
    ];
    for (name, text) in files {
        fs::write(root.join(name), text).expect("a file");
    }
    assert_eq!(codegen(root, true).0, 1, "there is no client");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    for (name, text) in files {
        let wanted = text.replace("\"0.0.9\"", "\"1.0.0\"");
        assert_eq!(workspace.state(name).0, wanted, "{name}");
    }
    assert_eq!(codegen(root, true).0, 0);

    workspace.edit_spec("version: 1.0.0", "version: latest");
    let before = workspace.state(CLIENT);
    let (code, out) = codegen(root, false);
    assert_eq!(code, 2);
    assert!(out.contains("`latest`, which is not a semantic version"), "{out}");
    assert_eq!(workspace.state(CLIENT), before);
}

/// The signing crate gets its names from the document.
#[test]
fn names_of_what_is_signed_follow_the_document() {
    const SIGNED: &str = "vault-api-sign/src/signed.rs";
    let spec = fs::read_to_string(workspace_root().join("spec/vault.yaml")).expect("the spec");
    let workspace = Workspace::new(&spec);
    let root = workspace.root();
    fs::create_dir_all(root.join("vault-api-sign/src")).expect("a folder");
    fs::write(root.join(SIGNED), "").expect("a file");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    let committed = fs::read_to_string(workspace_root().join(SIGNED)).expect("the names");
    assert_eq!(workspace.state(SIGNED).0, committed);

    // A header that only one of the two places renames.
    workspace.edit_spec("name: X-Fingerprint", "name: X-Device");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 2);
    assert!(out.contains("has no required header `X-Fingerprint`"), "{out}");
    workspace.edit_spec("fingerprint: X-Fingerprint", "fingerprint: X-Device");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 0, "{out}");
    assert!(workspace.state(SIGNED).0.contains("HeaderName::from_static(\"x-device\")"));

    workspace.edit_spec("      x-signed: {", "      x-other: {");
    let (code, out) = codegen(root, false);
    assert_eq!(code, 2);
    assert!(out.contains("no security scheme of spec/vault.yaml has `x-signed`"), "{out}");
}

const MANIFEST: &str = r#"# A comment.
[package]
name = "vault-api"
version = "0.0.9" # Of the document.

[dependencies]
other = { version = "0.0.7" }
"#;

const LOCK: &str = r#"version = 4

[[package]]
name = "other"
version = "0.0.7"

[[package]]
name = "vault-api"
version = "0.0.9"
"#;

/// The client of operations of other kinds than the shipped one, compiled with the rest of the crate, which has no
/// Rust for any of them.
#[test]
fn further_endpoints_take_no_rust() {
    let spec = fs::read_to_string(workspace_root().join("spec/vault.yaml")).expect("the spec");
    let spec = spec.replacen("\ncomponents:\n", &format!("{FURTHER_PATHS}\ncomponents:\n"), 1);
    let spec = spec.replacen("\n  schemas:\n", &format!("\n  schemas:\n{FURTHER_SCHEMAS}"), 1);
    let workspace = Workspace::new(&spec);
    let (code, out) = codegen(workspace.root(), false);
    assert_eq!(code, 0, "{out}");
    let (client, _) = workspace.state(CLIENT);
    for part in ["fn get_customer", "fn sign_up", "fn ping", "fn import", "crate::Error<()>"] {
        assert!(client.contains(part), "{part}");
    }
    compile(workspace.root());
}

/// Compiles the client in a workspace with the hand-written part of the crate.
fn compile(root: &Path) {
    let ours = workspace_root();
    for name in ["Cargo.lock", "vault-api/Cargo.toml", "vault-api/build.rs", "vault-api/README.md"]
    {
        fs::copy(ours.join(name), root.join(name)).expect("a copied file");
    }
    for entry in fs::read_dir(ours.join("vault-api/src")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = root.join("vault-api/src").join(path.file_name().unwrap_or_default());
        // The folders have unit tests only.
        if path.is_file() && !to.exists() {
            fs::copy(&path, to).expect("a copied file");
        }
    }
    let manifest = fs::read_to_string(ours.join("Cargo.toml")).expect("the manifest");
    let manifest: Vec<_> = manifest
        .lines()
        .map(|line| match line.starts_with("members = ") {
            true => "members = [\"vault-api\"]",
            false => line,
        })
        .collect();
    fs::write(root.join("Cargo.toml"), manifest.join("\n")).expect("a manifest");
    // The dependencies are those of this workspace, so they are not built once more.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--offline", "--quiet", "--package", "vault-api"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const FURTHER_SCHEMAS: &str = r#"
    Detail: {description: How much., type: string, enum: [short, long]}
    Customer:
      type: object
      description: A customer.
      required: [born]
      properties:
        born: {type: string, format: date, description: A day.}
        children: {type: array, items: {$ref: '#/components/schemas/Child'}}
    Child: {description: A child., type: object, properties: {name: {type: string}}}
    Account:
      type: object
      description: An account.
      required: [phone, password]
      properties:
        phone: {type: string, x-sensitive: true}
        password: {type: string, x-sensitive: true, minLength: 8, pattern: "^[a-z]+$"}
"#;

const FURTHER_PATHS: &str = r##"
  /v2/customers/{id}/notes:
    post:
      operationId: import
      summary: Names that are already taken, and a body that can be left out.
      parameters:
        - {name: id, in: path, required: true, description: A path's., schema: {type: string}}
        - {name: X-Id, in: header, required: true, description: A header's., schema: {type: string}}
        - {name: X-Type, in: header, required: true, description: A keyword., schema: {type: integer}}
        - {name: timeout, in: query, description: A method's., schema: {type: integer}}
        - {name: pending, in: query, required: true, description: A field's., schema: {type: boolean}}
        - {name: client, in: query, description: A variable's., schema: {type: array, items: {type: string}}}
      requestBody:
        description: May be left out.
        content:
          application/json:
            schema: {$ref: "#/components/schemas/ErrorBody"}
      responses:
        "200":
          description: A stream.
          content:
            text/csv:
              schema: {type: string}
        "400":
          description: Rejected.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/ErrorBody"}
  /v2/customers/{customerId}:
    parameters:
      - name: customerId
        in: path
        required: true
        description: The customer.
        x-sensitive: true
        schema: {type: string, format: uuid}
    get:
      operationId: get_customer
      summary: One customer.
      security: []
      parameters:
        - name: type
          in: query
          description: What to show.
          schema: {$ref: "#/components/schemas/Detail"}
      responses:
        "200":
          description: The customer.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Customer"}
        "4XX":
          description: An error that is no JSON.
          content:
            text/plain:
              schema: {type: string}
  /v2/mobile/signup:
    post:
      operationId: sign_up
      summary: Create an account.
      security:
        - MerchantId: []
          Signature: []
      parameters:
        - name: X-Fingerprint
          in: header
          required: true
          description: The device.
          x-sensitive: true
          schema: {type: string}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Account"}
      responses:
        "201":
          description: The account was created.
        "400":
          description: Rejected.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/ErrorBody"
  /v2/ping:
    get:
      operationId: ping
      summary: Nothing goes in and nothing comes out.
      responses:
        "204":
          description: The server is there.
        default:
          description: It is not.
"##;
