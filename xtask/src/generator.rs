//! The generator, which `vault-api/build` has.

use std::cell::Cell;
use std::panic;
use std::sync::Once;

/// The build script's own code.
#[allow(dead_code, reason = "the build script has more")]
#[path = "../../vault-api/build/codegen.rs"]
mod codegen;

pub use codegen::{Client, GenerateError, media_type};

/// Makes the client of the text of a document.
///
/// # Errors
///
/// Each reason for which no client can be generated from it.
pub fn generate(text: &str) -> Result<Client, Vec<GenerateError>> {
    thread_local! {
        static IS_GENERATING: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    // The generator turns the panics of its libraries into errors. The default hook prints them before that.
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_GENERATING.get() {
                hook(info);
            }
        }));
    });
    IS_GENERATING.set(true);
    let client = codegen::generate(text);
    IS_GENERATING.set(false);
    client
}
