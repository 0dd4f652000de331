//! Components that nothing refers to.

use crate::finding::Rule;
use crate::openapi::document::Findings;
use crate::openapi::grammar::COMPONENTS;
use crate::openapi::links;
use crate::openapi::references::reached;

const UNUSED: Rule = Rule::warning("unused-component");

pub const RULES: [Rule; 1] = [UNUSED];

/// Checks references, and looks for components that nothing outside of `components` leads to.
pub fn check(out: &mut Findings<'_, '_>) {
    let before = out.list.len();
    links::check(out);
    let document = out.document;
    // A misspelt reference may be the one that is missing. Without operations nothing is used, and that is another finding.
    if out.list.len() > before || document.operations.is_empty() {
        return;
    }
    let used = reached(document.root, vec![document.root]);
    for section in COMPONENTS.fields.iter().map(|field| field.key) {
        for (name, at) in document.components(section) {
            if !used.contains(&at.pointer) && !name.starts_with("x-") {
                let message = format!("nothing refers to `components/{section}/{name}`");
                out.add(UNUSED, &at, message, "remove it, or refer to it");
            }
        }
    }
}
