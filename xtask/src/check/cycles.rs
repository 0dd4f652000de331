//! Schemas that contain themselves through `allOf`: nothing follows them, and the generator does not end.

use std::collections::HashSet;

use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::links::CYCLE;
use crate::openapi::references::Located;

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for (name, at) in document.components("schemas") {
        let mut seen = HashSet::new();
        let mut open = parts(&at);
        while let Some(part) = open.pop() {
            let Some(target) = document.resolve(&SCHEMA, part.clone()) else { continue };
            if target.pointer == at.pointer {
                let message = format!("`{name}` always contains another `{name}`, without end");
                let help = "remove it from `allOf`, or make it a property";
                let place = part.below("$ref").unwrap_or(part).value();
                out.add(CYCLE, &place, message, help).also(at.anchor, "the schema");
                break;
            }
            if seen.insert(target.pointer.clone()) {
                open.extend(parts(&target));
            }
        }
    }
}

fn parts<'a>(schema: &Located<'a>) -> Vec<Located<'a>> {
    schema.below("allOf").map(|list| list.items()).unwrap_or_default()
}
