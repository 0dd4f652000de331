//! From the text of an OpenAPI document to the text of the client: the one generator.
//!
//! progenitor does the work. Before it, [`spec`] reads the document and takes out what must not become Rust. After it,
//! [`requests`] and [`types`] give the output its shape and [`docs`] its documentation, and [`known_errors`] and
//! [`tables`] add what the document says about errors, operations and servers.

mod docs;
mod known_errors;
mod method;
mod names;
mod operation;
mod requests;
mod spec;
mod tables;
mod types;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use syn::parse_quote;

/// The document, relative to the package: it lies outside, so a packaged crate has none.
const SPEC: &str = "../spec/vault.yaml";
/// The document as messages and the generated file's header name it.
const SPEC_NAME: &str = "spec/vault.yaml";
/// The file in `OUT_DIR`.
const OUTPUT: &str = "generated.rs";

/// Why nothing was generated.
#[derive(Debug)]
pub struct GenerateError {
    /// The line of the document, from 1, where one is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl GenerateError {
    fn new(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SPEC_NAME)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for GenerateError {}

/// The build script: reads the document and writes the client into `OUT_DIR`.
///
/// A failure is told to cargo as an error of this package, a line each, so that it reaches a person
/// without the build script's exit status and output around it.
pub fn build_script() -> ExitCode {
    // The default hook would print a panic, with a location inside progenitor, before it is caught.
    std::panic::set_hook(Box::new(|_| {}));
    println!("cargo::rerun-if-changed={SPEC}");
    println!("cargo::rerun-if-changed=build");
    match write_client() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines().filter(|line| !line.trim().is_empty()) {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn write_client() -> Result<(), String> {
    let text = std::fs::read_to_string(SPEC).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!(
            "the feature `codegen` of `vault-api` needs {SPEC_NAME} beside the package, which only \
             the repository has: build without `codegen` to use the generated client that the \
             package contains"
        ),
        _ => format!("cannot read {SPEC_NAME}: {error}"),
    })?;
    let client = generate(&text).map_err(|error| {
        format!("{error}\n`cargo xtask check` shows all that is wrong with the document, and where")
    })?;
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let path = Path::new(&folder).join(OUTPUT);
    std::fs::write(&path, client)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(())
}

/// Makes the text of the client from the text of the document.
///
/// The same document gives the same text, byte for byte.
///
/// # Errors
///
/// Whatever keeps the document from becoming a client, progenitor's panics included.
pub fn generate(text: &str) -> Result<String, GenerateError> {
    // progenitor is not alone in panicking: openapiv3 does, too, and whatever builds Rust from names may.
    without_panic(|| client(text)).unwrap_or_else(|message| Err(cannot_generate(&message))).map_err(
        |error| GenerateError {
            line: error.line.or_else(|| spec::line_of(text, &error.message)),
            ..error
        },
    )
}

fn client(text: &str) -> Result<String, GenerateError> {
    let document = spec::read(text)?;
    let (api, marks) = (&document.api, &document.marks);
    let mut settings = GenerationSettings::new();
    // The other style writes a builder for each type and each operation.
    settings.with_interface(InterfaceStyle::Positional);
    let tokens = Generator::new(&settings)
        .generate_tokens(api)
        .map_err(|error| cannot_generate(&error.to_string()))?;
    let file: syn::File = syn::parse2(tokens).map_err(|error| {
        GenerateError::new(format!("progenitor generated invalid Rust: {error}"))
    })?;

    let requests = requests::rewrite(api, &file, marks)?;
    let known = known_errors::all(api)?;
    let mut items = names::items_of_types(&file).to_vec();
    let mut known_items = Vec::new();
    let mut with_known: Vec<syn::Type> = Vec::new();
    for known in &known {
        known_items.extend(known.items(&items)?);
        let ident = &known.body(&items)?.ident;
        with_known.push(parse_quote!(types::#ident));
    }
    known_items.extend(known_errors::without(&requests.errors, &with_known));
    let from_server = [requests.successes, requests.errors].concat();
    types::apply(&mut items, api, marks, &from_server, &with_known);
    marks.check()?;
    let tables = tables::items(api, &items)?;
    let mut types: syn::ItemMod = parse_quote! {
        /// The types that operations take and return.
        pub mod types {}
    };
    types.content = Some((Default::default(), items));
    let mut file: syn::File = parse_quote! {};
    file.items = [vec![syn::Item::Mod(types)], requests.items, known_items, tables].concat();
    Ok(format!("{}{}", header(), spaced(&prettyplease::unparse(&file))))
}

fn cannot_generate(message: &str) -> GenerateError {
    let message = readable(message);
    GenerateError::new(format!("progenitor cannot generate a client: {message}"))
}

fn header() -> String {
    format!(
        "// The client of the Vault API: generated from {SPEC_NAME} by progenitor and vault-api/build.\n\
         // Do not edit it; edit the document, then regenerate this file with:\n\
         //\n\
         //     cargo xtask codegen\n\n"
    )
}

/// progenitor's message without the dump of a node behind it, and in words where it is an assertion.
fn readable(message: &str) -> &str {
    if message.contains("response_types.len() <= 1") {
        return "an operation has several different bodies among its errors or among its successes, and \
                a call can have one type for each";
    }
    let first = message.lines().next().unwrap_or_default();
    match first.strip_suffix(" {").and_then(|start| start.rsplit_once(' ')) {
        Some((sentence, _dumped_type)) => sentence,
        None => first,
    }
}

/// Runs `work` and returns the message of a panic as an error.
fn without_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("it panicked without a message").to_owned()
    })
}

/// Puts an empty line behind each item, which prettyplease does not: the file is read in reviews.
fn spaced(code: &str) -> String {
    let mut out = String::with_capacity(code.len() + code.len() / 16);
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let closes_item = line.trim_start() == "}" && line.len() <= 9;
        if closes_item && lines.peek().is_some_and(|next| !next.trim_start().starts_with('}')) {
            out.push('\n');
        }
    }
    out
}
