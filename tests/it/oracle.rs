//! What `cargo xtask check` accepts becomes a client that parses and has nothing twice.

use std::collections::HashSet;
use std::sync::Mutex;

use syn::{File, ImplItem, Item};
use xtask::check;
use xtask::openapi::Parsed;

use crate::mutants::mutants;

/// What is wrong with the client of a document that the check accepts; `None` if the check refuses it.
fn problem(text: &str) -> Option<Result<(), String>> {
    let (_, client) = check::check(&Parsed::from_text("spec.yaml", text));
    let file = syn::parse_file(&client?.text).map_err(|error| error.to_string());
    Some(file.and_then(|File { items, .. }| nothing_twice(&items)))
}

/// Whether each item, field, variant and method has a name of its own where it is.
fn nothing_twice(items: &[Item]) -> Result<(), String> {
    let mut names = HashSet::new();
    let mut once = |name: String| match names.insert(name.clone()) {
        true => Ok(()),
        false => Err(format!("{name} is there twice")),
    };
    for item in items {
        match item {
            Item::Mod(module) => {
                once(format!("mod {}", module.ident))?;
                nothing_twice(
                    module.content.as_ref().map(|(_, items)| &items[..]).unwrap_or_default(),
                )?;
            }
            Item::Struct(item) => {
                once(format!("type {}", item.ident))?;
                for field in item.fields.iter().filter_map(|field| field.ident.as_ref()) {
                    once(format!("field {}.{field}", item.ident))?;
                }
            }
            Item::Enum(item) => {
                once(format!("type {}", item.ident))?;
                for variant in &item.variants {
                    once(format!("variant {}::{}", item.ident, variant.ident))?;
                }
            }
            Item::Type(item) => once(format!("type {}", item.ident))?,
            Item::Fn(item) => once(format!("fn {}", item.sig.ident))?,
            Item::Static(item) => once(format!("static {}", item.ident))?,
            Item::Const(item) => once(format!("const {}", item.ident))?,
            Item::Impl(item) if item.trait_.is_none() => {
                // `Error<A>` and `Error<B>` may have methods of one name.
                let syn::Type::Path(of) = &*item.self_ty else { continue };
                if of.path.segments.iter().any(|part| !part.arguments.is_empty()) {
                    continue;
                }
                let of: String =
                    of.path.segments.iter().map(|part| part.ident.to_string()).collect();
                for member in &item.items {
                    if let ImplItem::Fn(method) = member {
                        once(format!("method {of}::{}", method.sig.ident))?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn accepted_mutants_become_clients() {
    for text in
        [crate::spec::SIGNED, include_str!("specs/lockers.yaml"), include_str!("specs/desk.yaml")]
    {
        let spec = Parsed::from_text("spec.yaml", text);
        let root = spec.root.expect("the document is YAML");
        let mutants = mutants(&root);
        assert!(mutants.len() > 150, "{}", mutants.len());
        let next = Mutex::new(mutants.iter());
        let (accepted, wrong) = (Mutex::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            let work = || {
                while let Some(mutant) = { next.lock().expect("no thread panicked").next() } {
                    let Some(result) = problem(&mutant.text(&root)) else { continue };
                    *accepted.lock().expect("no thread panicked") += 1;
                    if let Err(problem) = result {
                        let title = format!("{} {:?}: {problem}", mutant.pointer, mutant.change);
                        wrong.lock().expect("no thread panicked").push(title);
                    }
                }
            };
            scope.spawn(work);
            scope.spawn(work);
        });
        let (accepted, wrong) = (accepted.into_inner(), wrong.into_inner());
        assert!(accepted.expect("no thread panicked") > 20);
        assert_eq!(wrong.expect("no thread panicked"), [""; 0]);
    }
}

/// The test can fail.
#[test]
fn two_of_a_name_are_seen() {
    for twice in [
        "struct A; enum A {}",
        "mod a { struct A { b: u8, b: u8 } }",
        "impl A { fn a() {} } impl A { fn a() {} }",
    ] {
        let file = syn::parse_file(twice).expect("it parses");
        assert!(nothing_twice(&file.items).is_err(), "{twice}");
    }
}
