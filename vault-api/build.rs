//! Generates the client from the OpenAPI document, where the feature `codegen` asks for it.
//!
//! Without the feature the crate compiles `src/generated.rs`, a committed copy of what this script
//! made, and the script does nothing: a consumer pays neither for progenitor nor for its
//! dependencies.

#[cfg(feature = "codegen")]
#[allow(dead_code, reason = "the commands of xtask compile it, too, and use more of it")]
#[path = "build/codegen.rs"]
mod codegen;

fn main() -> std::process::ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    return codegen::build_script();
    #[cfg(not(feature = "codegen"))]
    std::process::ExitCode::SUCCESS
}
