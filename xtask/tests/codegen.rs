//! `cargo xtask codegen`, on this workspace and on a copy of it whose spec is changed and broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anstream::adapter::strip_str;
use tempfile::TempDir;
use xtask::codegen::{self, Args};
use xtask::{Outcome, error_chain, workspace_root};

/// Runs the command and returns its exit code and its output, without colour.
fn codegen(root: &Path, check: bool) -> (u8, String) {
    let mut out = Vec::new();
    let args = Args {
        check,
        root: root.to_owned(),
    };
    let result = codegen::run(&args, &mut out);
    let out = strip_str(&String::from_utf8_lossy(&out)).to_string();
    match result {
        Ok(Outcome::Yes) => (0, out),
        Ok(Outcome::No) => (1, out),
        Err(error) => (2, format!("{out}{}", error_chain(&error))),
    }
}

/// A copy of this workspace, to change at will.
struct Copy(TempDir);

impl Copy {
    /// Each copy needs a `version` of its own: cargo tells packages of one target folder apart by name and
    /// version, and would take the copies for one package.
    fn new(version: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = workspace_root();
        for name in ["Cargo.toml", "Cargo.lock"] {
            fs::copy(root.join(name), folder.path().join(name)).expect("a copied file");
        }
        for name in ["spec", "vault-api", "vault-api-sign", "xtask", "tests"] {
            copy_folder(&root.join(name), &folder.path().join(name));
        }
        let manifest = folder.path().join("vault-api/Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("the manifest");
        let text = text.replacen(
            "version = \"0.1.0\"",
            &format!("version = \"{version}\""),
            1,
        );
        fs::write(&manifest, text).expect("the manifest with another version");
        // The dependencies are the same, so they need not be built once more.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .expect("the target folder");
        let config = format!("[build]\ntarget-dir = {target:?}\n");
        fs::create_dir(folder.path().join(".cargo")).expect("a folder");
        fs::write(folder.path().join(".cargo/config.toml"), config).expect("the configuration");
        Self(folder)
    }

    fn spec(&self) -> PathBuf {
        self.0.path().join("spec/vault.yaml")
    }

    fn edit_spec(&self, from: &str, to: &str) {
        let spec = fs::read_to_string(self.spec()).expect("the spec");
        assert!(spec.contains(from), "the spec has no {from}");
        fs::write(self.spec(), spec.replacen(from, to, 1)).expect("the edited spec");
    }

    /// The committed copy, and when it was last written.
    fn committed(&self) -> (String, SystemTime) {
        let path = self.0.path().join("vault-api/src/generated.rs");
        let text = fs::read_to_string(&path).expect("the committed copy");
        let time = fs::metadata(&path).and_then(|data| data.modified());
        (text, time.expect("a modification time"))
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to read") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_folder(&from, &to),
            // A link to a license would lead nowhere in the copy; its content is what counts.
            false => fs::write(to, fs::read(from).expect("a file")).expect("a copied file"),
        }
    }
}

#[test]
fn committed_client_is_fresh() {
    let (code, out) = codegen(&workspace_root(), true);
    assert_eq!(
        (code, out.as_str()),
        (
            0,
            "fresh: vault-api/src/generated.rs is what spec/vault.yaml makes\n"
        )
    );
}

#[test]
fn spec_is_edited_broken_and_mended() {
    let copy = Copy::new("0.1.1001");
    let root = copy.0.path();
    let before = copy.committed();

    // A word of a description: stale, and `--check` writes nothing.
    copy.edit_spec(
        "The phone number, which must be",
        "The phone number. It must be",
    );
    let (code, stale) = codegen(root, true);
    assert_eq!(code, 1);
    assert_eq!(copy.committed(), before);
    insta::assert_snapshot!("stale", stale);

    // Written, and then fresh, and not written again.
    let (code, wrote) = codegen(root, false);
    assert_eq!(code, 0);
    insta::assert_snapshot!("wrote", wrote);
    let after = copy.committed();
    assert_ne!(after.0, before.0);
    assert_eq!(codegen(root, false).0, 0);
    assert_eq!(codegen(root, true).0, 0);
    assert_eq!(copy.committed(), after);

    // Another spec with an older time, as a backup has that is moved into place: cargo does not see it.
    copy.edit_spec(
        "The phone number. It must be",
        "The phone number. It has to be",
    );
    let spec = fs::File::options()
        .append(true)
        .open(copy.spec())
        .expect("the spec");
    spec.set_modified(SystemTime::UNIX_EPOCH)
        .expect("an older time");
    assert_eq!(codegen(root, true).0, 1);
    copy.edit_spec(
        "The phone number. It has to be",
        "The phone number. It must be",
    );

    // Broken: the cause, and the committed copy is as it was.
    copy.edit_spec("schemas/ErrorBody\"", "schemas/ErrorBdy\"");
    for check in [true, false] {
        let (code, broken) = codegen(root, check);
        assert_eq!(code, 2);
        insta::assert_snapshot!("broken", broken);
    }
    fs::remove_file(copy.spec()).expect("the spec is removed");
    let (code, missing) = codegen(root, false);
    assert_eq!(code, 2);
    insta::assert_snapshot!("missing", missing);
    assert_eq!(copy.committed(), after);
}

/// Operations of other kinds than the shipped one. `codegen` compiles what it generates, so this shows
/// that a further endpoint takes no Rust.
#[test]
fn further_endpoints_take_no_rust() {
    let copy = Copy::new("0.1.1002");
    copy.edit_spec(
        "\ncomponents:\n",
        &format!("{FURTHER_PATHS}\ncomponents:\n"),
    );
    let (code, out) = codegen(copy.0.path(), false);
    assert_eq!(code, 0, "{out}");
    let (client, _) = copy.committed();
    for part in [
        "fn get_customer",
        "fn sign_up",
        "fn ping",
        "fn import",
        "crate::Error<()>",
    ] {
        assert!(client.contains(part), "{part}");
    }
}

/// The compiler's words alone would point at a file that nobody edits.
#[test]
fn clients_that_do_not_compile_are_put_down_to_the_spec() {
    let copy = Copy::new("0.1.1003");
    // The Rust type of one of the alternatives cannot be written into a header, which the check does not see.
    copy.edit_spec(
        "          schema:\n            type: string\n",
        "          schema:\n            oneOf: [{type: string, nullable: true}, {type: integer}]\n",
    );
    let (code, out) = codegen(copy.0.path(), true);
    assert_eq!(code, 2);
    let first = out.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("error: the client generated from spec/vault.yaml is not right Rust"),
        "{out}"
    );
}

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
          schema: {type: string, enum: [short, long]}
      responses:
        "200":
          description: The customer.
          content:
            application/json:
              schema:
                type: object
                description: A customer.
                required: [born]
                properties:
                  born: {type: string, format: date, description: A day.}
                  children: {type: array, items: {type: object, properties: {name: {type: string}}}}
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
            schema:
              type: object
              description: An account.
              required: [phone, password]
              properties:
                phone: {type: string, x-sensitive: true}
                password: {type: string, x-sensitive: true, minLength: 8, pattern: "^[a-z]+$"}
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
