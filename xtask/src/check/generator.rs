//! Asks the generator, which alone knows whether it makes a client of the document.

use serde_json::{Value as Json, json};

use super::known_errors;
use crate::finding::Rule;
use crate::generator::{Client, GenerateError, generate};
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::references::Located;
use crate::openapi::tree::Node;

/// The codes of [`GenerateError::rule`], and that of [`known_errors`].
pub const RULES: [Rule; 4] = [
    Rule::error("unsupported"),
    Rule::error("mixed-bodies"),
    Rule::error("credential"),
    Rule::error("generator"),
];

/// The number of values up to which parts of a document are left out to find the one that the generator refuses.
const MAX_SIZE: usize = 10_000;

/// The client of a document, or the reasons against one as findings.
pub fn client(out: &mut Findings<'_, '_>) -> Option<Client> {
    match generate(&out.document.source.text) {
        Ok(client) => Some(client),
        Err(errors) => {
            errors.into_iter().for_each(|error| report(out, error));
            None
        }
    }
}

fn report(out: &mut Findings<'_, '_>, error: GenerateError) {
    let document = out.document;
    let rule = RULES
        .into_iter()
        .chain(known_errors::RULES)
        .find(|rule| rule.code == error.rule)
        .unwrap_or(Rule::error("generator"));
    let of_line = || {
        error.line.map(|line| Located { anchor: document.source.line(line), ..document.whole() })
    };
    let at = place(document, &error.pointer).or_else(of_line).or_else(|| culprit(document));
    let at = at.unwrap_or_else(|| Located { anchor: document.source.line(1), ..document.whole() });
    out.add(rule, &at, error.message, error.help);
}

/// The key or the item that a pointer leads to.
fn place<'a>(document: &Document<'a>, pointer: &str) -> Option<Located<'a>> {
    let (parent, last) = pointer.rsplit_once('/')?;
    let parent = Located {
        node: document.root.at(parent)?,
        anchor: Default::default(),
        pointer: parent.to_owned(),
    };
    let name = last.replace("~1", "/").replace("~0", "~");
    let item = || parent.items().into_iter().nth(last.parse().ok()?);
    parent.below(&name).or_else(item)
}

/// The operation or the schema without which the generator makes a client.
fn culprit<'a>(document: &Document<'a>) -> Option<Located<'a>> {
    let operations = document.operations.iter().map(|operation| (operation.at.clone(), Json::Null));
    let schemas = document.components("schemas").into_iter().map(|(_, at)| (at, json!({})));
    let all: Vec<_> = operations.chain(schemas).collect();
    let json = Node::to_json(document.root);
    let is_culprit = |(at, nothing): &(Located<'a>, Json)| {
        let mut json = json.clone();
        let part = json.pointer_mut(&at.pointer);
        part.map(|part| *part = nothing.clone()).is_some() && generate(&json.to_string()).is_ok()
    };
    let is_quick = all.len() * document.root.size() <= 10 * MAX_SIZE;
    all.into_iter().filter(|_| is_quick).find(is_culprit).map(|(at, _)| at)
}
