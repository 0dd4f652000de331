//! What only the generator knows: whether it makes a client of the document, and with which names.

use std::collections::HashMap;

use heck::ToPascalCase;
use serde_json::{Value as Json, json};
use syn::{Ident, ImplItem, Item, Type};

use super::patterns::UNSUPPORTED;
use crate::finding::{Rule, Severity};
use crate::generator::generate;
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::tree::{Node, step};

const INLINE: Rule = Rule::error("inline-type");
const MERGED: Rule = Rule::error("merged-types");
pub const COLLISION: Rule = Rule::error("name-collision");
const GENERATOR: Rule = Rule::error("generator");
const NOT_ASKED: Rule = Rule::warning("generator-not-asked");

pub const RULES: [Rule; 5] = [INLINE, COLLISION, MERGED, GENERATOR, NOT_ASKED];

/// The number of values up to which another project's document is given to the generator, which takes seconds for these.
pub const MAX_SIZE: usize = 10_000;

/// Checks that each type has a name. For the document of another project that is advice.
pub fn inline_types(out: &mut Findings<'_, '_>, severity: Severity) {
    let document = out.document;
    let rule = Rule { severity, ..INLINE };
    for at in inline(document, is_type) {
        let message = "this type has no name, so the generator invents one";
        let help = advice(document, &at);
        out.add(rule, &at, message, help);
    }
}

/// The schemas outside of `components/schemas` that become Rust types.
fn inline<'a>(document: &Document<'a>, is_type: fn(&Node) -> bool) -> Vec<Located<'a>> {
    let parts = document.of_type(&SCHEMA).filter(|part| !part.is_in_callback());
    // The generator ignores the headers of responses.
    let is_header = |pointer: &str| {
        let before =
            pointer.split("/headers/").next().filter(|before| before.len() < pointer.len());
        before.is_some_and(|it| it == "/components" || it.rsplit('/').nth(1) == Some("responses"))
    };
    let parts = parts.filter(|part| is_type(part.at.node) && !is_header(&part.at.pointer));
    let is_inline = |at: &Located<'_>| match at.pointer.split('/').collect::<Vec<_>>()[..] {
        [_, "components", "schemas", _] | [.., "not"] => false,
        // The members of `allOf` make one type.
        [.., "allOf", _] => false,
        _ => true,
    };
    parts.map(|part| part.at.clone()).filter(is_inline).collect()
}

fn is_type(schema: &Node) -> bool {
    let has = |key: &str, least: usize| {
        let members = schema.get(key).map(|node| node.items().len() + node.members().count());
        members.is_some_and(|count| count >= least)
    };
    has("properties", 1) || has("enum", 1) || has("oneOf", 1) || has("anyOf", 1) || has("allOf", 2)
}

/// A string with a limit becomes a type as well.
fn is_type_or_limited(schema: &Node) -> bool {
    let limits = ["maxLength", "minLength", "pattern"];
    is_type(schema) || limits.iter().any(|limit| schema.get(limit).is_some())
}

fn advice(document: &Document<'_>, at: &Located<'_>) -> String {
    let name = name_for(document, at);
    format!(
        "move it to `components/schemas/{name}`, and write `$ref: \"#/components/schemas/{name}\"` here"
    )
}

/// A name of its own for an inline schema, after its place.
fn name_for(document: &Document<'_>, at: &Located<'_>) -> String {
    let operation =
        document.operations.iter().find(|operation| at.pointer.starts_with(&operation.at.pointer));
    let mut words = Vec::new();
    let mut rest = at.pointer.as_str();
    if let Some(operation) = operation {
        words.push(operation.at.node.text_of("operationId").unwrap_or(operation.method));
        rest = &rest[operation.at.pointer.len()..];
        let parameter =
            operation.parameters.iter().find(|it| at.pointer.starts_with(&it.at.pointer));
        words.push(match rest.split('/').nth(1) {
            Some("requestBody") => "request",
            Some("responses") if rest.starts_with("/responses/2") => "response",
            Some("responses") => "error",
            _ => parameter.map(|parameter| parameter.name()).unwrap_or_default(),
        });
    }
    let steps: Vec<&str> = rest.split('/').collect();
    for pair in steps.windows(2) {
        match pair {
            ["schemas" | "properties", name] => words.push(name),
            [_, "items"] => words.push("item"),
            ["oneOf" | "anyOf", index] => words.extend(["option", index]),
            _ => {}
        }
    }
    let name = words.join("_").to_pascal_case();
    let is_taken = |name: &str| document.root.at(&step("/components/schemas", name)).is_some();
    let names = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name}{number}")));
    names.into_iter().find(|name| !is_taken(name)).unwrap_or_default()
}

/// Asks the generator for the client of a document without errors. What it says against it is a finding.
pub fn client(out: &mut Findings<'_, '_>, is_own: bool) -> Option<String> {
    let document = out.document;
    if !is_own && document.root.size() > MAX_SIZE {
        let message = "the document is too large to ask the generator about it";
        let help = "`cargo xtask codegen` asks it about `spec/vault.yaml`, however large that is";
        out.add(NOT_ASKED, &first_line(document), message, help);
        return None;
    }
    let client = match generate(&document.source.text) {
        Ok(client) => client,
        Err(error) => {
            let line = error.line.map(|line| document.source.line(line));
            let of_line = line.map(|anchor| Located { anchor, ..document.whole() });
            let at = part(document, &error.message).or(of_line).or_else(|| culprit(document));
            let at = at.unwrap_or_else(|| first_line(document));
            let help = "describe this part in another way; the message is that of the generator";
            out.add(GENERATOR, &at, error.message, help);
            return None;
        }
    };
    if let Ok(file) = syn::parse_file(&client) {
        duplicate_items(out, &file);
        impossible_values(out, &file);
    }
    Some(client)
}

/// Looks for types and properties without a value, because the parts of `allOf` exclude each other. The generator makes an
/// empty `enum` of such a type, and no field of such a property.
fn impossible_values(out: &mut Findings<'_, '_>, client: &syn::File) {
    let document = out.document;
    let help = "correct the parts of the `allOf`, which exclude each other";
    let modules = client.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    for item in modules.flat_map(|(_, items)| items) {
        match item {
            Item::Enum(item) if item.variants.is_empty() => {
                let at = place(document, &item.ident.to_string());
                out.add(UNSUPPORTED, &at, format!("no value matches `{}`", item.ident), help);
            }
            Item::Struct(item) if item.fields.iter().all(|field| field.ident.is_some()) => {
                let at = place(document, &item.ident.to_string());
                let known = summary(document, &at);
                // The properties of alternatives are fields of other types.
                let has = |key| known.parts.iter().any(|part| part.node.get(key).is_some());
                let has_all = item.fields.len() >= known.properties.len();
                if !has_all && !has("oneOf") && !has("anyOf") {
                    let message = format!("a property of `{}` can have no value", item.ident);
                    out.add(UNSUPPORTED, &at, message, help);
                }
            }
            _ => {}
        }
    }
}

fn first_line<'a>(document: &Document<'a>) -> Located<'a> {
    Located { anchor: document.source.line(1), ..document.whole() }
}

/// Looks for names that a client has twice: from two names of the document, or from one and hand-written code.
pub fn duplicate_items(out: &mut Findings<'_, '_>, client: &syn::File) {
    let document = out.document;
    for item in duplicates(client) {
        let (owner, name) = item.rsplit_once("::").unwrap_or(("", &item));
        let mut named = names_within(document, &place(document, owner));
        named.retain(|(other, _)| letters(other) == letters(name));
        if let [(a, first), (b, second), ..] = &named[..] {
            let (message, help) = match a == b {
                true => (format!("`{a}` is listed twice"), "remove one of the two"),
                false => (
                    format!("`{a}` and `{b}` become the same name in Rust, `{item}`"),
                    "rename one of the two, or leave it out",
                ),
            };
            out.add(COLLISION, second, message, help).also(first.anchor, "the first of them");
        } else {
            let only = named.into_iter().next().map(|(_, at)| at);
            let at = only.unwrap_or_else(|| place(document, &item));
            let message = match PRELUDE.contains(&name) {
                true => format!("the client's code means Rust's own `{name}` by this name"),
                false => format!("the client has another `{item}`"),
            };
            out.add(COLLISION, &at, message, "rename it in the document");
        }
    }
}

/// The names that a schema, an operation or, without either, the document gives to what becomes an item in Rust.
fn names_within<'a>(document: &Document<'a>, owner: &Located<'a>) -> Vec<(&'a str, Located<'a>)> {
    if owner.pointer.is_empty() {
        let ids = document.operations.iter().filter_map(|it| it.at.below("operationId"));
        let ids = ids.filter_map(|at| Some((at.node.text()?, at.value())));
        return document.components("schemas").into_iter().chain(ids).collect();
    }
    if let Some(operation) = document.operations.iter().find(|it| it.at.pointer == owner.pointer) {
        let parameters = operation.effective_parameters();
        return parameters.map(|parameter| (parameter.name(), parameter.named())).collect();
    }
    let schemas = document.of_type(&SCHEMA).map(|part| &part.at);
    let schemas = schemas.filter(|at| {
        let below = at.pointer.strip_prefix(&owner.pointer);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    });
    let names = schemas.flat_map(|at| {
        let values = at.below("enum").map(|values| values.items()).unwrap_or_default();
        let values = values.into_iter().filter_map(|at| Some((at.node.text()?, at)));
        let properties = at.below("properties").map(|at| at.entries()).unwrap_or_default();
        properties.into_iter().chain(values).collect::<Vec<_>>()
    });
    names.collect()
}

/// The place of a message about a component `schema`, or about a `part` of a component `schema`.
fn part<'a>(document: &Document<'a>, message: &str) -> Option<Located<'a>> {
    let quoted: Vec<_> = message.split('`').skip(1).step_by(2).collect();
    let schemas = document.components("schemas");
    let schema = |name: &str| Some(schemas.iter().find(|(known, _)| *known == name)?.1.clone());
    let first = quoted.first().and_then(|name| schema(name));
    first.or_else(|| {
        quoted.first()?.split('/').try_fold(schema(quoted.get(1)?)?, |at, key| at.below(key))
    })
}

/// The operation or the schema without which the generator makes a client.
fn culprit<'a>(document: &Document<'a>) -> Option<Located<'a>> {
    let operations = document.operations.iter().map(|operation| (operation.at.clone(), Json::Null));
    let schemas = document.components("schemas").into_iter().map(|(_, at)| (at, json!({})));
    let all: Vec<_> = operations.chain(schemas).collect();
    let json = document.root.to_json();
    let is_culprit = |(at, nothing): &(Located<'a>, Json)| {
        let mut json = json.clone();
        let part = json.pointer_mut(&at.pointer);
        part.map(|part| *part = nothing.clone()).is_some() && generate(&json.to_string()).is_ok()
    };
    let is_quick = all.len() * document.root.size() <= 10 * MAX_SIZE;
    all.into_iter().filter(|_| is_quick).find(is_culprit).map(|(at, _)| at)
}

/// The items, methods, fields and variants that a client has twice: with those, it does not compile.
fn duplicates(client: &syn::File) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut add =
        |scope: &str, name: String| *seen.entry(format!("{scope}::{name}")).or_default() += 1;
    PRELUDE.into_iter().for_each(|name| add("::types", name.to_owned()));
    let by_hand = WRITTEN_BY_HAND.iter().filter_map(|text| Some(syn::parse_file(text).ok()?.items));
    let by_hand: Vec<_> = by_hand.flatten().collect();
    let items = client.items.iter().chain(&by_hand);
    let mut open: Vec<(String, &Item)> = items.map(|item| (String::new(), item)).collect();
    while let Some((scope, item)) = open.pop() {
        let (ident, parts): (_, Vec<&Ident>) = match item {
            Item::Struct(item) => {
                (&item.ident, item.fields.iter().filter_map(|field| field.ident.as_ref()).collect())
            }
            Item::Enum(item) => {
                (&item.ident, item.variants.iter().map(|variant| &variant.ident).collect())
            }
            Item::Type(item) => (&item.ident, Vec::new()),
            Item::Mod(module) => {
                let scope = format!("{scope}::{}", module.ident);
                let items = module.content.iter().flat_map(|(_, items)| items);
                open.extend(items.map(|item| (scope.clone(), item)));
                continue;
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let Type::Path(of) = &*item.self_ty else { continue };
                let names = of.path.segments.iter().map(|segment| segment.ident.to_string());
                let names: Vec<_> = names.filter(|name| name != "crate").collect();
                let scope = format!("{scope}::{}", names.join("::"));
                for member in &item.items {
                    match member {
                        ImplItem::Fn(it) => add(&format!("{scope}()"), it.sig.ident.to_string()),
                        ImplItem::Const(it) => add(&scope, it.ident.to_string()),
                        _ => {}
                    }
                }
                continue;
            }
            _ => continue,
        };
        add(&scope, ident.to_string());
        let scope = format!("{scope}::{ident}");
        parts.into_iter().for_each(|part| add(&scope, part.to_string()));
    }
    let twice = seen.into_iter().filter(|(_, count)| *count > 1);
    let mut names: Vec<_> =
        twice.map(|(name, _)| name.trim_start_matches(':').replace("()", "")).collect();
    // A field and its setter are one name.
    names.sort();
    names.dedup();
    names
}

/// With a type of one of these names, generated code that means Rust's does not compile.
const PRELUDE: [&str; 6] = ["Default", "Err", "None", "Ok", "Some", "String"];

const WRITTEN_BY_HAND: [&str; 2] = [
    include_str!("../../../vault-api/src/client.rs"),
    include_str!("../../../vault-api/src/error.rs"),
];

/// The schema or operation that an item comes from: the last whose name is one of the words in that of the item.
fn place<'a>(document: &Document<'a>, item: &str) -> Located<'a> {
    let path = ["types::", "request::"].iter().find_map(|module| item.strip_prefix(module));
    let words: Vec<String> = path.unwrap_or(item).split("::").map(letters).collect();
    let is_named = |name: &str| words.contains(&letters(name));
    let mut schemas = document.components("schemas").into_iter();
    let schema = schemas.rfind(|(name, _)| is_named(name)).map(|(_, at)| at);
    let operation = || {
        let id = |at: &Located<'a>| at.node.text_of("operationId").is_some_and(is_named);
        document.operations.iter().map(|operation| operation.at.clone()).find(id)
    };
    schema.or_else(operation).unwrap_or_else(|| document.whole())
}

/// What names of one Rust name have in common.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Looks for schemas that differ and become one Rust type. A schema is one of those if its type is in the client only once
/// each schema has a title of its own, by which the generator names it.
pub fn merged_types(out: &mut Findings<'_, '_>, plain: &str) {
    let document = out.document;
    let schemas = inline(document, is_type_or_limited);
    if schemas.is_empty() {
        return;
    }
    let client_with = |has_titles: bool| {
        let mut json = document.root.to_json();
        for (index, at) in schemas.iter().enumerate() {
            let schema = json.pointer_mut(&at.pointer).and_then(|json| json.as_object_mut());
            let Some(schema) = schema else { continue };
            schema.insert("description".to_owned(), mark(index).into());
            if has_titles {
                schema.insert("title".to_owned(), format!("own title {index}").into());
            }
        }
        generate(&json.to_string()).unwrap_or_default()
    };
    let titled = client_with(true);
    if types(&titled) == types(plain) {
        return;
    }
    let client = client_with(false);
    let has_type = |index: &usize| is_documented(&client, &mark(*index));
    for (index, at) in schemas.iter().enumerate() {
        let is_same = |other: usize| bare(schemas[other].node) == bare(at.node);
        if is_documented(&titled, &mark(index))
            && !client.is_empty()
            && !has_type(&index)
            && !(0..schemas.len()).filter(has_type).any(is_same)
        {
            out.add(
                MERGED,
                at,
                "this type gets the name of another one in Rust, and is lost",
                advice(document, at),
            );
        }
    }
}

/// Whether a type, and not only a field, has a text in its documentation.
fn is_documented(client: &str, text: &str) -> bool {
    let types = client.split_once("pub mod types {").map_or("", |(_, types)| types);
    let types = types.split("\n}\n").next().unwrap_or_default();
    types.lines().any(|line| line.starts_with("    ///") && line.contains(text))
}

fn types(client: &str) -> usize {
    let starts = ["    pub struct ", "    pub enum ", "    pub type "];
    client.lines().filter(|line| starts.iter().any(|start| line.starts_with(start))).count()
}

/// A text in the documentation of a schema's type, by which it is found in the client.
fn mark(index: usize) -> String {
    format!("[schema {index}]")
}

/// A schema without its documentation.
fn bare(schema: &Node) -> serde_json::Value {
    let mut json = schema.to_json();
    if let Some(map) = json.as_object_mut() {
        map.retain(|key, _| !["title", "description", "example"].contains(&key.as_str()));
    }
    json
}
