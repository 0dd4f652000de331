//! What `cargo xtask review` says about Rust, compared with the compiler: callers that are written against a client are
//! compiled against the client of a changed document. Clients of other documents need no more Rust than the shipped one.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::generator::generate;
use xtask::review::{Package, RustEffect};
use xtask::workspace_root;

const BASE: &str = include_str!("specs/desk.yaml");

/// What changes, what stands in the document, what takes its place, a caller of the base client, and whether the caller
/// still compiles.
struct Row(&'static str, &'static str, &'static str, &'static str, bool);

const PUT: &str = r#"let _ = client.put_ticket("7", "loan", Ticket::new("Ann")).send().await;"#;
const LIST: &str = "let _ = client.list_tickets().limit(7_i64).send().await;";
const NEW: &str = r#"let _ = Ticket::new("Ann").size(7_i64).state(State::Open);"#;
const READ: &str =
    "let name: String = ticket.name; let size: Option<i64> = ticket.size; let _ = (name, size);";
const TAGS: &str = "let tags: Vec<String> = ticket.tags; let _ = tags;";
const STATE: &str = "match State::Open { State::Open => {} State::Closed => {} _ => {} }";
const DEFAULT: &str = "let _ = Tickets::default();";
const URL: &str =
    r#"const _: () = assert!(matches!(vault_api::DESK_URL.as_bytes(), b"https://desk.example"));"#;
const ERROR: &str = "fn code(error: &vault_api::Error<ErrorBody>) -> Option<&str> { error.body()?.error.as_deref() } let _ = code;";

const ROWS: [Row; 34] = [
    Row("text of a description", "How large.", "How large it is.", NEW, true),
    Row(
        "optional parameter added",
        "        - {name: limit",
        "        - {name: from, in: query, description: From., schema: {type: string}}\n        - {name: limit",
        LIST,
        true,
    ),
    Row(
        "optional parameter removed",
        "        - {name: limit, in: query, description: How many., schema: {type: integer}}",
        "        - {name: from, in: query, description: From., schema: {type: string}}",
        LIST,
        false,
    ),
    Row(
        "required parameter added",
        "        - {name: X-Kind",
        "        - {name: X-Desk, in: header, required: true, description: Which., schema: {type: string}}\n        - {name: X-Kind",
        PUT,
        false,
    ),
    Row(
        "required parameter removed",
        "        - {name: X-Kind, in: header, required: true, description: What kind., schema: {type: string}}\n",
        "",
        PUT,
        false,
    ),
    Row("parameter no longer required", "in: header, required: true", "in: header", PUT, false),
    Row(
        "parameter now required",
        "{name: limit, in: query,",
        "{name: limit, in: query, required: true,",
        LIST,
        false,
    ),
    Row(
        "type of a parameter",
        "What kind., schema: {type: string}",
        "What kind., schema: {type: integer}",
        PUT,
        false,
    ),
    Row("name of a header, in another case", "X-Kind", "x-kind", PUT, true),
    Row("name of a query parameter", "name: limit", "name: most", LIST, false),
    Row("operationId", "operationId: list_tickets", "operationId: tickets", LIST, false),
    Row(
        "operation added",
        "  /tickets:\n",
        "  /desks:\n    get: {operationId: list_desks, summary: Desks., security: [], responses: {\"204\": {description: None.}}}\n  /tickets:\n",
        LIST,
        true,
    ),
    Row("path", "/tickets/{id}", "/items/{id}", PUT, true),
    Row(
        "body no longer required",
        "        required: true\n        content",
        "        content",
        PUT,
        false,
    ),
    Row("required property added", "required: [name]", "required: [name, size]", NEW, false),
    Row("property no longer required", "      required: [name]\n", "", NEW, false),
    Row(
        "optional property added",
        "        size: {",
        "        due: {type: string, description: When.}\n        size: {",
        NEW,
        true,
    ),
    Row(
        "optional property removed",
        "        size: {type: integer, description: How large.}\n",
        "",
        NEW,
        false,
    ),
    Row("type of a property", "size: {type: integer", "size: {type: string", READ, false),
    Row(
        "nullable on a required property",
        "name: {type: string",
        "name: {nullable: true, type: string",
        READ,
        false,
    ),
    Row(
        "nullable on an optional property",
        "size: {type: integer",
        "size: {nullable: true, type: integer",
        READ,
        true,
    ),
    Row("minimum of zero", "size: {type: integer", "size: {minimum: 0, type: integer", READ, true),
    Row("minimum of one", "size: {type: integer", "size: {minimum: 1, type: integer", READ, true),
    Row("format int32", "size: {type: integer", "size: {format: int32, type: integer", READ, false),
    Row("format int64", "size: {type: integer", "size: {format: int64, type: integer", READ, true),
    Row(
        "maxLength of a text",
        "name: {type: string",
        "name: {maxLength: 9, type: string",
        READ,
        true,
    ),
    Row("unique items", "tags: {type: array", "tags: {uniqueItems: true, type: array", TAGS, true),
    Row("value added to an enum", "[open, closed]", "[open, closed, lost]", STATE, true),
    Row("value removed from an enum", "[open, closed]", "[open]", STATE, false),
    Row("component renamed", "State", "Progress", STATE, false),
    Row(
        "first required property",
        "    Tickets:\n      description: Tickets.\n      type: object\n",
        "    Tickets:\n      description: Tickets.\n      type: object\n      required: [next]\n",
        DEFAULT,
        false,
    ),
    Row("URL of a server", "https://desk.example", "https://table.example", URL, false),
    Row("name of a server", "x-name: desk", "x-name: table", URL, false),
    Row(
        "error that a body names",
        "        error: {type: string, description: A code.}",
        "        code: {type: string, description: A code.}",
        ERROR,
        false,
    ),
];

/// Each caller compiles with the base client, so what fails with another one fails because of the change.
#[test]
fn verdict_about_rust_is_the_compilers() {
    let workspace = tempfile::tempdir().expect("a temporary folder");
    let root = workspace.path();
    let callers: Vec<_> = ROWS.iter().map(|row| row.3).collect();
    write_client(root, BASE_PAIR, BASE, &callers);
    for (index, row) in ROWS.iter().enumerate() {
        write_client(root, index, &row.head(), &[row.3]);
    }
    write_client(root, FURTHER_PAIR, &further(), &[]);
    let errors = check(root);
    for pair in [BASE_PAIR, FURTHER_PAIR] {
        let is_named = |name: &str| errors.contains(&format!("`{name}{pair}`"));
        assert!(!is_named("client") && !is_named("caller"), "{errors}");
    }
    let base = Package::generated(BASE);
    let mut wrong = Vec::new();
    for (index, row) in ROWS.iter().enumerate() {
        let compiles = !errors.contains(&format!("`caller{index}`"));
        let head = Package::generated(&row.head());
        let review = RustEffect::between(&base, &head).class();
        let is_compatible = review.is_none_or(|class| !class.is_breaking());
        if (compiles, is_compatible) != (row.4, row.4) {
            let name = row.0;
            wrong.push(format!(
                "{name}: expected {}, compiles {compiles}, review {review:?}",
                row.4
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{errors}", wrong.join("\n"));
}

impl Row {
    fn head(&self) -> String {
        let Self(name, from, to, ..) = self;
        assert!(BASE.contains(from), "{name}: the document has no {from}");
        BASE.replace(from, to)
    }
}

/// The number of the pair whose client is that of the base.
const BASE_PAIR: usize = ROWS.len();

/// The number of the pair whose client has operations of many kinds.
const FURTHER_PAIR: usize = BASE_PAIR + 1;

/// The shipped document with operations of other kinds than its own, for which the crate has no Rust.
fn further() -> String {
    let paths = include_str!("specs/further_paths.yaml");
    let schemas = "  schemas:\n    ByteStream: {description: B., type: object, properties: {a: {type: string}}}\n    Upgraded: {description: U., type: object, properties: {a: {type: string}}}\n";
    let document =
        crate::spec::SIGNED.replacen("\ncomponents:\n", &format!("\n{paths}\ncomponents:\n"), 1);
    let document = document.replacen("  schemas:\n", schemas, 1);
    let client = generate(&document).unwrap_or_else(|errors| panic!("{errors:?}")).text;
    for part in [
        "fn get_customer",
        "fn sign_up",
        "fn ping",
        "fn import",
        "fn send",
        "crate::CallError<types::Upgraded>",
    ] {
        assert!(client.contains(part), "{part}");
    }
    document
}

/// Copies the files of a folder, and those of the folders in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let copied = to.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy(&path, &copied),
            false => _ = fs::copy(&path, copied).expect("a copied file"),
        }
    }
}

/// Writes the client of a document, with the hand-written part of the crate, and a crate that calls it.
pub(crate) fn write_client(root: &Path, index: usize, document: &str, callers: &[&str]) {
    let ours = workspace_root().join("vault-api");
    let (client, caller) =
        (root.join(format!("client{index}")), root.join(format!("caller{index}")));
    for folder in [&client, &caller] {
        fs::create_dir_all(folder.join("src")).expect("a folder");
    }
    copy(&ours.join("src"), &client.join("src"));
    fs::copy(ours.join("README.md"), client.join("README.md")).expect("a copied file");
    let generated = generate(document).unwrap_or_else(|errors| panic!("{errors:?}"));
    fs::write(client.join("src/generated.rs"), generated.text).expect("a written file");
    let manifest = fs::read_to_string(ours.join("Cargo.toml")).expect("the manifest");
    let manifest = manifest
        .replacen("name = \"vault-api\"", &format!("name = \"client{index}\""), 1)
        .replacen("[lints]", "[lib]\nname = \"vault_api\"\n\n[lints]", 1);
    fs::write(client.join("Cargo.toml"), manifest).expect("a manifest");

    let features = if index == FURTHER_PAIR { "\"schemars\"" } else { "" };
    let manifest = format!(
        "[package]\nname = \"caller{index}\"\nedition = \"2024\"\n\n[dependencies]\nclient{index} = {{ path = \"../client{index}\", default-features = false, features = [{features}] }}\n"
    );
    fs::write(caller.join("Cargo.toml"), manifest).expect("a manifest");
    let mut code = "#![allow(dead_code, unused)]\nuse vault_api::types::*;\n".to_owned();
    for (number, caller) in callers.iter().enumerate() {
        let signature = "(client: &vault_api::Client, ticket: Ticket)";
        code.push_str(&format!("async fn caller_{number}{signature} {{ {caller} }}\n"));
    }
    fs::write(caller.join("src/lib.rs"), code).expect("a written file");
}

/// Writes the manifest of the workspace that the clients and the callers are in: that of this one, with other members.
pub(crate) fn write_workspace(root: &Path) {
    let ours = workspace_root();
    fs::copy(ours.join("Cargo.lock"), root.join("Cargo.lock")).expect("a copied file");
    let manifest = fs::read_to_string(ours.join("Cargo.toml")).expect("the manifest");
    let manifest = manifest.lines().filter(|line| !line.starts_with("exclude = "));
    let manifest: Vec<_> = manifest
        .map(|line| match line.starts_with("members = ") {
            true => "members = [\"client*\", \"caller*\"]",
            false => line,
        })
        .collect();
    fs::write(root.join("Cargo.toml"), manifest.join("\n")).expect("a manifest");
}

/// Cargo in that workspace. The dependencies are those of this workspace, so they are built once.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root).env("CARGO_TARGET_DIR", target);
    command
}

/// Compiles all callers, and returns what the compiler says about those that fail.
pub(crate) fn check(root: &Path) -> String {
    write_workspace(root);
    let arguments = [
        "check",
        "--offline",
        "--quiet",
        "--workspace",
        "--keep-going",
        "--message-format",
        "short",
    ];
    let output = cargo(root, &arguments).output().expect("cargo runs");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
