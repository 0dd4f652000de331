//! From the text of an OpenAPI document to the text of the client: the one generator.
//!
//! progenitor makes the types, and the types of the arguments. Before it, [`schemas`] and [`operations`] lower the
//! [`document`] to the part of OpenAPI that it does well. After it, [`types`] gives the types their shape, and the other
//! modules write the rest of the client from the document: [`requests`], [`credentials`], [`errors`], [`tables`] and
//! the [`docs`] of all.

mod combined;
mod constructors;
mod credentials;
mod debug;
mod docs;
mod document;
mod enums;
mod errors;
mod markdown;
pub mod media_type;
mod names;
mod operations;
mod requests;
mod responses;
mod rust_types;
mod schemas;
mod signatures;
mod tables;
mod types;
mod words;

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_yaml::{Mapping, Value};
use syn::parse_quote;

use document::{At, Document};
use operations::Operation;
use schemas::Schemas;
use signatures::Signatures;

/// The document, relative to the package: it lies outside, so a packaged crate has none.
const SPEC: &str = "../spec/vault.yaml";
/// The document as messages and the generated file's header name it.
const SPEC_NAME: &str = "spec/vault.yaml";
/// The file in `OUT_DIR`.
const OUTPUT: &str = "generated.rs";

/// Why nothing was generated.
#[derive(Debug)]
pub struct GenerateError {
    /// The line of the document, from 1, where one is known: the document is not YAML there.
    pub line: Option<usize>,
    /// The place in the document as a JSON pointer (RFC 6901); empty where none is known.
    pub pointer: String,
    /// The code of the rule that the document breaks.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl GenerateError {
    /// An error without a place. What to do stands behind the first colon of the text.
    fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let (message, help) =
            text.split_once(": ").unwrap_or((&text, "describe this part in another way"));
        let (message, help) = (message.to_owned(), help.to_owned());
        Self { line: None, pointer: String::new(), rule: "unsupported", message, help }
    }

    fn at(at: &At<'_>, text: impl Into<String>) -> Self {
        Self { pointer: at.pointer.clone(), ..Self::new(text) }
    }
}

impl GenerateError {
    fn dangling(at: &At<'_>) -> Self {
        Self::at(at, "a reference leads nowhere: refer to something in this document")
    }
}

impl From<GenerateError> for Vec<GenerateError> {
    fn from(error: GenerateError) -> Self {
        vec![error]
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SPEC_NAME)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}; {}", self.message, self.help)?;
        match self.pointer.is_empty() {
            true => Ok(()),
            false => write!(f, " (at {})", self.pointer),
        }
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
    println!("cargo::rerun-if-changed=src/client.rs");
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
    let client = generate(&text).map_err(|errors| {
        let errors: String = errors.iter().map(|error| format!("{error}\n")).collect();
        format!("{errors}`cargo xtask check` shows all that is wrong with the document, and where")
    })?;
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let path = Path::new(&folder).join(OUTPUT);
    std::fs::write(&path, client.text)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(())
}

/// A generated client.
pub struct Client {
    /// The text of its file.
    pub text: String,
    /// The syntax tree that was printed.
    pub file: syn::File,
}

/// Makes the client of a document.
///
/// The same document gives the same text, byte for byte.
///
/// # Errors
///
/// Each reason for which the document cannot become a client, progenitor's panics included.
pub fn generate(text: &str) -> Result<Client, Vec<GenerateError>> {
    // progenitor is not alone in panicking: openapiv3 does, too, and whatever builds Rust from names may.
    without_panic(|| client(text)).unwrap_or_else(|message| Err(cannot_generate(&message).into()))
}

fn client(text: &str) -> Result<Client, Vec<GenerateError>> {
    let document = Document::read(text)?;
    let mut schemas = Schemas::new(&document);
    let schemes = credentials::schemes(&document, methods("ClientBuilder"));
    let operations = operations::all(&document, &mut schemas, &schemes, methods("Client"))?;
    let file = progenitor(&schemas, &operations)?;

    let typed = requests::typed(&operations, &Signatures::of(&file))?;
    let mut items = types::rewritten(&file, &schemas.types)?;
    items.extend(errors::variant_types(&operations));
    let mut types: syn::ItemMod = parse_quote! {
        /// The types that operations take and return.
        pub mod types {}
    };
    let rest = [
        requests::items(&docs::Api(&document), &typed, &schemes, &items),
        errors::items(&schemas, &operations, &items)?,
        credentials::items(&schemes, &operations),
        tables::items(&document, &operations, &schemas),
    ];
    types.content = Some((Default::default(), items));
    let mut file: syn::File = parse_quote! {};
    file.items.push(syn::Item::Mod(types));
    file.items.extend(rest.into_iter().flatten());
    Ok(Client { text: format!("{}{}", header(), spaced(&prettyplease::unparse(&file))), file })
}

/// Asks progenitor for the types of the lowered schemas, and for methods with the types of the arguments.
fn progenitor(
    schemas: &Schemas<'_>,
    operations: &[Operation<'_>],
) -> Result<syn::File, GenerateError> {
    let paths = operations.iter().enumerate().map(|(index, operation)| operation.lowered(index));
    let paths: Mapping = paths.map(|(path, item)| (path.into(), item)).collect();
    let lowered = schemas::node([
        ("openapi", "3.0.3".into()),
        ("info", schemas::node([("title", "".into()), ("version", "0.0.0".into())])),
        ("paths", Value::Mapping(paths)),
        ("components", schemas::node([("schemas", Value::Mapping(schemas.lowered.clone()))])),
    ]);
    let api: openapiv3::OpenAPI =
        serde_yaml::from_value(lowered).map_err(|error| cannot_generate(&error.to_string()))?;
    let mut settings = GenerationSettings::new();
    // The other style writes a builder for each type and each operation.
    settings.with_interface(InterfaceStyle::Positional);
    let tokens = Generator::new(&settings)
        .generate_tokens(&api)
        .map_err(|error| cannot_generate(&error.to_string()))?;
    syn::parse2(tokens)
        .map_err(|error| GenerateError::new(format!("progenitor generated invalid Rust: {error}")))
}

/// The names of a type's methods in `client.rs`, which no generated method may have.
fn methods(of: &str) -> HashSet<String> {
    let file =
        syn::parse_file(include_str!("../src/client.rs")).unwrap_or_else(|_| parse_quote! {});
    let is_it =
        |item: &syn::ItemImpl| rust_types::last_name(&item.self_ty).is_some_and(|name| name == of);
    let impls = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Impl(item) if is_it(&item) => Some(item.items),
        _ => None,
    });
    let names = impls.flatten().filter_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
        _ => None,
    });
    names.chain(["clone".to_owned()]).collect()
}

fn cannot_generate(message: &str) -> GenerateError {
    let message = format!("progenitor cannot generate a client of it ({})", readable(message));
    GenerateError { rule: "generator", message, ..GenerateError::new("") }
}

fn header() -> String {
    format!(
        "// The client of the Vault API: generated from {SPEC_NAME} by progenitor and vault-api/build.\n\
         // Do not edit it; edit the document, then regenerate this file with:\n\
         //\n\
         //     cargo xtask codegen\n\n"
    )
}

/// progenitor's message without the dump of a node behind it.
fn readable(message: &str) -> &str {
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
