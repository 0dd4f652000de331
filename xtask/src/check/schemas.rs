//! Schemas: what contradicts itself, and what the generator can make no type of.

use std::collections::HashSet;

use crate::finding::{Finding, Rule};
use crate::openapi::Document;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::Located;
use crate::openapi::suggest::similar;
use crate::openapi::tree::{Node, Value, step};
use crate::openapi::walk::Part;

const REQUIRED: Rule = Rule::error("required-property");
const REGEX: Rule = Rule::error("invalid-regex");
const UNSUPPORTED: Rule = Rule::error("unsupported-schema");

/// The rules of this family.
pub const RULES: [Rule; 3] = [REQUIRED, REGEX, UNSUPPORTED];

/// Checks the schemas.
pub fn check(api: &Document<'_>, findings: &mut Vec<Finding>) {
    for part in api.of_type(&SCHEMA) {
        required(api, part, findings);
        pattern(api, part, findings);
        unsupported(api, part, findings);
    }
}

fn required<'a>(api: &Document<'a>, part: &Part<'a>, findings: &mut Vec<Finding>) {
    let Some(required) = part.node.get("required") else {
        return;
    };
    let (whole, pointer) = whole(api, part);
    let mut names = HashSet::new();
    let is_all = properties(api, whole, &mut HashSet::new(), &mut names);
    // A map whose keys are free may well ask for one of them.
    let is_map = whole.get("properties").is_none()
        && whole
            .get("additionalProperties")
            .is_some_and(|node| !matches!(node.value, Value::Bool(false)));
    if !is_all || is_map {
        return;
    }
    for (index, item) in required.items().iter().enumerate() {
        let Some(name) = item.text().filter(|name| !names.contains(name)) else {
            continue;
        };
        let message = format!("`required` names `{name}`, which is no property here");
        let help = match similar(name, names.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None if pointer == part.pointer => "describe it among the `properties`, or remove it".to_owned(),
            None => "describe it among the `properties` of one of the schemas that are combined here, or remove it".to_owned(),
        };
        let pointer = format!("{}/{index}", step(&part.pointer, "required"));
        findings.push(api.finding(REQUIRED, item.span, &pointer, message).help(help));
    }
}

/// What a schema is a part of: itself, or the combination that it is a member of, whose other members may have the
/// property.
fn whole<'a>(api: &Document<'a>, part: &Part<'a>) -> (&'a Node, String) {
    let (mut whole, mut pointer) = (part.node, part.pointer.clone());
    while let Some((list, index)) = pointer.rsplit_once('/')
        && let Some((parent, "allOf" | "oneOf" | "anyOf")) = list.rsplit_once('/')
        && index.parse::<usize>().is_ok()
        && let Some(node) = api.root.at(parent)
    {
        (whole, pointer) = (node, parent.to_owned());
    }
    (whole, pointer)
}

/// Gathers the properties of a schema and of what it is combined from, and tells whether these were all.
fn properties<'a>(
    api: &Document<'a>,
    schema: &'a Node,
    seen: &mut HashSet<*const Node>,
    names: &mut HashSet<&'a str>,
) -> bool {
    let mut open = vec![schema];
    let mut is_all = true;
    while let Some(schema) = open.pop() {
        if !seen.insert(std::ptr::from_ref(schema)) {
            continue;
        }
        let own = schema.get("properties").into_iter().flat_map(Node::members);
        names.extend(own.map(|(name, _)| name));
        let lists = ["allOf", "oneOf", "anyOf"].into_iter();
        for member in lists.flat_map(|key| schema.get(key).map(Node::items).unwrap_or_default()) {
            let at = Located { node: member, anchor: member.span, pointer: String::new() };
            match api.resolve(&SCHEMA, at) {
                Some(at) => open.push(at.node),
                // What cannot be looked up may have it; another finding says that it cannot.
                None => is_all = false,
            }
        }
    }
    is_all
}

fn pattern(api: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let Some((node, pattern)) =
        part.node.get("pattern").and_then(|node| Some((node, node.text()?)))
    else {
        return;
    };
    // With the crate that the generated code would use.
    if let Err(error) = regress::Regex::new(pattern) {
        let message = format!("this is not a regular expression: {}", error.text);
        let pointer = step(&part.pointer, "pattern");
        let finding = api.finding(REGEX, node.span, &pointer, message);
        findings.push(finding.help("write it as in JavaScript, without the slashes around it"));
    }
}

fn unsupported(api: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let node = part.node;
    if let Some(not) = node.member("not")
        && !is_list_of_values(&not.node)
    {
        let message = "the generator can make no type of this `not`";
        let pointer = step(&part.pointer, "not");
        let finding = api.finding(UNSUPPORTED, not.key, &pointer, message);
        findings.push(finding.help("say it in the description instead"));
    }
    for key in ["allOf", "oneOf", "anyOf", "enum"] {
        if let Some(member) = node.member(key)
            && matches!(&member.node.value, Value::List(items) if items.is_empty())
        {
            let message = format!("`{key}` is empty, so no value follows this schema");
            let pointer = step(&part.pointer, key);
            let finding = api.finding(UNSUPPORTED, member.key, &pointer, message);
            findings.push(finding.help("fill it or remove it"));
        }
    }
    untyped(api, part, findings);
    if let Some(values) = node.member("enum").filter(|_| node.get("type").is_none()) {
        let kinds = kinds(&values.node);
        if kinds.len() > 1 || kinds.iter().any(|kind| matches!(*kind, "a list" | "a map")) {
            let message = "the generator can make no type of values of different types";
            let pointer = step(&part.pointer, "enum");
            let finding = api.finding(UNSUPPORTED, values.key, &pointer, message);
            findings.push(finding.help("keep those of one type, and name the type with `type`"));
        }
    }
}

/// Keys that restrict values of one type, by the type. The generator wants that type to be named, unless it is clear.
const FAMILIES: [(&str, &[&str]); 4] = [
    ("number", &["multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
    ("string", &["minLength", "maxLength", "pattern"]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    ("object", &["properties", "additionalProperties", "minProperties", "maxProperties"]),
];

fn untyped(api: &Document<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let node = part.node;
    if node.get("type").is_some() {
        return;
    }
    let has = |key: &&&str| node.get(key).is_some();
    let mut found =
        FAMILIES.iter().filter_map(|(name, keys)| Some((*name, *keys.iter().find(has)?)));
    let first = found.next();
    let second = found.next();
    let (key, help) = match (first, second) {
        _ if node.get("format").is_some() => {
            ("format", "name its type, for example `type: string`")
        }
        (Some((_, _)), Some((_, key))) => {
            (key, "name the type with `type`, and remove what restricts others")
        }
        (Some((_, key)), None) if node.get("enum").is_some() => (key, "name the type with `type`"),
        (Some(("number", key)), _) => (key, "name its type: `type: number`, or `type: integer`"),
        _ => return,
    };
    let place = node.member(key).map_or(part.anchor, |member| member.key);
    let message = format!("`{key}` restricts values of a type that the schema does not name");
    let pointer = step(&part.pointer, key);
    let finding = api.finding(UNSUPPORTED, place, &pointer, message);
    findings.push(finding.help(help));
}

/// Whether a schema is nothing but a list of texts, numbers or booleans.
fn is_list_of_values(schema: &Node) -> bool {
    let is_alone = schema.members().count() == 1;
    schema
        .get("enum")
        .filter(|_| is_alone)
        .is_some_and(|values| matches!(kinds(values)[..], ["a text" | "a number" | "a boolean"]))
}

/// The kinds of the items of a list, each once, without nothing.
fn kinds(list: &Node) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    for item in list.items() {
        let kind = item.kind();
        if !kinds.contains(&kind) && kind != "nothing" {
            kinds.push(kind);
        }
    }
    kinds
}
