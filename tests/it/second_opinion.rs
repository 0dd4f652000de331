//! A second opinion on `cargo xtask review`: what Oxide's `drift` calls incompatible is breaking here, too.

use std::panic::catch_unwind;

use drift::ChangeClass;
use serde_json::Value;
use xtask::openapi::Parsed;
use xtask::review::{Class, Package, RustEffect};

use crate::review::{changes, every_mutant};

/// Whether `drift` says that a client of the base fails. It panics on documents that it does not expect, and then it has
/// no opinion.
fn is_incompatible(base: &Value, head: &str) -> bool {
    let Ok(head) = serde_json::from_str::<Value>(head) else { return false };
    let changes = catch_unwind(|| drift::compare(base, &head));
    let Ok(Ok(changes)) = changes else { return false };
    changes.iter().flat_map(|change| &change.changes).any(|change| {
        matches!(change.class, ChangeClass::BackwardIncompatible | ChangeClass::Incompatible)
    })
}

/// Keeps the messages of panics in `drift` out of the output.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some("drift") {
                hook(panic);
            }
        }));
    });
}

/// The mutants of a document that `drift` calls incompatible, and those of them that are milder here.
fn opinions(text: &str) -> (usize, Vec<String>) {
    let spec = Parsed::from_text("base", text);
    let root = spec.root.as_ref().expect("the document is YAML");
    let (base, package) = (root.to_json(), Package::generated(text));
    let (mut count, mut milder) = (0, Vec::new());
    for mutant in every_mutant(root) {
        let head = mutant.text(root);
        if !is_incompatible(&base, &head) {
            continue;
        }
        count += 1;
        let is_breaking_on_the_wire =
            || changes(text, &head).iter().any(|change| change.kind.class == Class::Breaking);
        let is_breaking_in_rust = || {
            let rust = RustEffect::between(&package, &Package::generated(&head));
            rust.class().is_some_and(Class::is_breaking)
        };
        if !is_breaking_on_the_wire() && !is_breaking_in_rust() {
            milder.push(format!("{} {:?}", mutant.pointer, mutant.change));
        }
    }
    (count, milder)
}

/// What `drift` calls incompatible and is milder here, with the reason.
const MILDER: [(&str, &str); 1] = [(
    "/components/schemas/ResendCodeRequest/type Delete",
    "a request may then have any value, and the generated type is the same",
)];

#[test]
fn what_drift_calls_incompatible_is_breaking() {
    for (text, least) in [(crate::spec::SIGNED, 50), (include_str!("specs/desk.yaml"), 50)] {
        quiet_panics();
        let thread = std::thread::Builder::new().name("drift".to_owned());
        let thread = thread.spawn(move || opinions(text)).expect("a thread");
        let (count, mut milder) = thread.join().expect("no panic");
        milder.retain(|mutant| MILDER.iter().all(|(known, _)| mutant != known));
        assert!(count >= least, "drift has an opinion on {count} mutants only");
        assert!(milder.is_empty(), "{} are milder here:\n{}", milder.len(), milder.join("\n"));
    }
}
