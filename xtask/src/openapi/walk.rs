//! Walks a document by the grammar of OpenAPI 3.0: finds its objects, each with its type, and what the grammar does not
//! allow.

use std::rc::Rc;

use super::grammar::{
    COMPONENTS, DOCUMENT, EXTENSIONS, Field, MEDIA_TYPE, Meaning, ObjectType, PARAMETER, PATHS,
    RESPONSES, SECURITY_REQUIREMENT, SECURITY_SCHEME, SERVER, ValueType,
};
use super::references::Located;
use super::suggest::similar;
use super::tree::{Node, Value};
use crate::finding::{Finding, Rule};
use crate::source::Source;

const UNKNOWN_KEY: Rule = Rule::error("unknown-key");
pub const IGNORED_KEY: Rule = Rule::warning("ignored-key");
const WRONG_TYPE: Rule = Rule::error("wrong-type");
const WRONG_WORD: Rule = Rule::error("wrong-word");
pub const MISSING_KEY: Rule = Rule::error("missing-key");
const MISSING_TEXT: Rule = Rule::warning("missing-text");
pub const EXTENSION: Rule = Rule::warning("extension");

/// Without [`MISSING_KEY`]: what is missing often has another name, or is in another place.
pub const RULES: [Rule; 6] =
    [UNKNOWN_KEY, IGNORED_KEY, MISSING_TEXT, WRONG_TYPE, WRONG_WORD, EXTENSION];

pub struct Part<'a> {
    pub object_type: &'static ObjectType,
    /// Whether it is a reference to an object of that type.
    pub is_reference: bool,
    pub at: Located<'a>,
}

impl Part<'_> {
    /// Whether it describes requests that the server makes; the generator ignores them.
    pub fn is_in_callback(&self) -> bool {
        // Not by the name alone: a component can have the name `callbacks`.
        let pointer = self.at.pointer.as_str();
        pointer.starts_with("/components/callbacks/")
            || pointer.starts_with("/paths/") && pointer.split('/').nth(4) == Some("callbacks")
    }
}

/// The objects of a document in their order, and what the grammar does not allow in them.
pub fn walk<'a>(source: &'a Rc<Source>, root: &'a Node) -> (Vec<Part<'a>>, Vec<Finding>) {
    let mut walker = Walker { source, parts: Vec::new(), findings: Vec::new() };
    walker.object(&DOCUMENT, false, Located::whole(root));
    (walker.parts, walker.findings)
}

struct Walker<'a> {
    source: &'a Rc<Source>,
    parts: Vec<Part<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Walker<'a> {
    fn report(&mut self, rule: Rule, at: &Located<'a>, message: String, help: String) {
        let finding = rule.at(self.source, at.anchor, message).pointer(&at.pointer);
        self.findings.push(finding.help(help));
    }

    fn value(&mut self, value_type: &'static ValueType, at: Located<'a>) {
        match (value_type, &at.node.value) {
            (ValueType::Any, _)
            | (ValueType::Text, Value::Text(_))
            | (ValueType::Bool | ValueType::BoolOr(_), Value::Bool(_))
            | (ValueType::Number, Value::Number(_)) => {}
            (ValueType::Count, Value::Number(number)) if number.is_u64() => {}
            (ValueType::Word(words), Value::Text(word)) if words.contains(&word.as_str()) => {}
            (ValueType::Word(words), Value::Text(word)) => {
                let message = format!("`{word}` is not one of {}", list(words));
                let help = match similar(word, words.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("write one of {}", list(words)),
                };
                self.report(WRONG_WORD, &at.value(), message, help);
            }
            (ValueType::Object(object_type), Value::Map(_)) => self.object(object_type, false, at),
            (ValueType::ObjectOrRef(object_type), Value::Map(_)) => {
                match other_section(object_type, &at) {
                    Some((section, title)) => self.elsewhere(object_type, &at, section, title),
                    None => self.object(object_type, true, at),
                }
            }
            (ValueType::List(value_type), Value::List(_)) => {
                at.items().into_iter().for_each(|item| self.value(value_type, item));
            }
            (ValueType::Map(value_type), Value::Map(_)) => {
                let is_content = matches!(value_type, ValueType::Object(it) if *it == &MEDIA_TYPE);
                for (name, below) in at.entries() {
                    if is_content && MEDIA_TYPE.has(name) {
                        let message = format!("`{name}` is not a media type");
                        let help = "put it below one, for example `application/json:`";
                        self.report(UNKNOWN_KEY, &below, message, help.to_owned());
                    } else {
                        self.named(value_type, &at, name, below);
                    }
                }
            }
            (ValueType::BoolOr(value_type), Value::Map(_)) => self.value(value_type, at),
            _ => self.wrong_type(value_type, at),
        }
    }

    fn wrong_type(&mut self, value_type: &ValueType, at: Located<'a>) {
        let node = at.node;
        let wanted = wanted(value_type);
        let message = format!("expected {wanted}, found {}", node.kind());
        let key = at.pointer.rsplit('/').next().unwrap_or_default();
        let text = self.source.text.get(node.span.start..node.span.end).unwrap_or_default();
        let help = match (value_type, &node.value) {
            (ValueType::Text, Value::Null) if key == "$ref" => {
                "quote it: without quotes a `#` starts a comment".to_owned()
            }
            (ValueType::Word(_), Value::List(_)) if key == "type" => {
                "write one type, and `nullable: true` beside it if it may be null".to_owned()
            }
            (ValueType::Bool, Value::Number(_)) if key.starts_with("exclusive") => format!(
                "in OpenAPI 3.0 write the limit as `minimum` or `maximum: {text}`, and this as `true`"
            ),
            (ValueType::Text, Value::Number(_) | Value::Bool(_)) => {
                format!("quote it: `\"{text}\"`")
            }
            (ValueType::Bool | ValueType::BoolOr(_), Value::Text(_)) => {
                "write `true` or `false`, without quotes".to_owned()
            }
            (ValueType::Number | ValueType::Count, Value::Text(_)) => {
                "write the number without quotes".to_owned()
            }
            (ValueType::Object(it), Value::Text(_)) if *it == &SECURITY_REQUIREMENT => {
                format!("write `{text}: []`")
            }
            (ValueType::Object(_) | ValueType::ObjectOrRef(_) | ValueType::Map(_), _) => {
                "write `key: value` lines below it, indented".to_owned()
            }
            (ValueType::List(_), Value::Bool(false)) if key == "required" => {
                "remove it: what the object's `required` does not list is optional".to_owned()
            }
            (ValueType::List(ValueType::Text | ValueType::Any), Value::Text(_)) => {
                format!("write `[{text}]`")
            }
            (ValueType::List(_), Value::Bool(true)) if key == "required" => {
                let owner = at.pointer.rsplit('/').nth(1).unwrap_or_default();
                format!("list `{owner}` in the object's `required`: `required: [{owner}]`")
            }
            (ValueType::List(ValueType::Text), Value::Null)
                if at.pointer.contains("/security/") =>
            {
                format!("write `{key}: []`")
            }
            (ValueType::List(_), _) => "write lines below it that start with `- `".to_owned(),
            _ => format!("write {wanted}"),
        };
        // An empty value has no text to underline, and a block has only its first line.
        let is_collection = matches!(node.value, Value::List(_) | Value::Map(_));
        let is_block = is_collection && !text.starts_with(['[', '{']);
        let at = if is_block || text.is_empty() { at } else { at.value() };
        self.report(WRONG_TYPE, &at, message, help);
    }

    fn object(&mut self, object_type: &'static ObjectType, may_refer: bool, at: Located<'a>) {
        let is_reference = may_refer && at.node.get("$ref").is_some();
        match may_refer.then(|| at.below("ref")).flatten() {
            _ if is_reference => self.reference(object_type, &at),
            // Without the keys that are missing beside it.
            Some(below) => self.unknown(object_type, &at, "ref", &below),
            None => self.members(object_type, &at),
        }
        self.parts.push(Part { object_type, is_reference, at });
    }

    fn elsewhere(&mut self, here: &ObjectType, at: &Located<'a>, section: &str, title: &str) {
        let name = at.pointer.rsplit('/').next().unwrap_or_default();
        let message = format!("`{name}` is a {title}, and this place is for a {}", here.name);
        let help =
            format!("put it below `components/{section}`; is the line `{section}:` missing?");
        self.report(UNKNOWN_KEY, at, message, help);
    }

    fn reference(&mut self, object_type: &'static ObjectType, at: &Located<'a>) {
        for (name, below) in at.entries() {
            if name == "$ref" {
                self.named(&ValueType::Text, at, name, below);
            } else if name.starts_with("x-") {
                self.extension(object_type, at, name, below);
            } else {
                let message = format!("`{name}` is ignored beside `$ref`");
                let help = "remove it, or move it to the target of the reference".to_owned();
                self.report(IGNORED_KEY, &below, message, help);
            }
        }
    }

    fn members(&mut self, object_type: &'static ObjectType, at: &Located<'a>) {
        for (name, below) in at.entries() {
            let field = object_type.fields.iter().find(|field| field.key == name);
            match (field, object_type.others) {
                (Some(field), _) => self.value(&field.value_type, below),
                _ if name.starts_with("x-") => self.extension(object_type, at, name, below),
                // A status is the one key that may be a number.
                (None, Some(value_type)) if object_type == &RESPONSES => {
                    self.value(value_type, below);
                }
                // The line `components:` is missing, and the sections stand below `paths`.
                (None, Some(_)) if object_type == &PATHS && COMPONENTS.has(name) => {
                    let message = format!("`{name}` is not a path");
                    let help = "it belongs inside `components:`; is that line missing?".to_owned();
                    self.report(UNKNOWN_KEY, &below, message, help);
                }
                (None, Some(value_type)) => self.named(value_type, at, name, below),
                (None, None) => self.unknown(object_type, at, name, &below),
            }
        }
        self.missing(object_type, at);
    }

    fn extension(
        &mut self,
        object_type: &'static ObjectType,
        at: &Located<'a>,
        name: &str,
        below: Located<'a>,
    ) {
        if name == "x-sensitive" {
            let message =
                "`x-sensitive` has no effect: nothing is shown unless it is marked".to_owned();
            let help = "remove it, and write `x-log-safe: true` on what a log may show".to_owned();
            return self.report(EXTENSION, &below, message, help);
        }
        let Some((field, place)) = EXTENSIONS.iter().find(|(field, _)| field.key == name) else {
            // Another project's, unless it is close to one of these.
            let plain = name.to_lowercase().replace('_', "-");
            let is_close = |key: &&str| {
                // Other tools have this one.
                name != "x-examples"
                    && strsim::damerau_levenshtein(key, &plain) <= if key.len() < 8 { 1 } else { 2 }
            };
            if let Some(key) = EXTENSIONS.iter().map(|(field, _)| field.key).find(is_close) {
                let message = format!("`{name}` has no effect");
                self.report(EXTENSION, &below, message, format!("did you mean `{key}`?"));
            }
            return;
        };
        let steps: Vec<_> = at.pointer.split('/').collect();
        let is_component = matches!(steps[..], [_, "components", "schemas", _]);
        let has_effect = match name {
            "x-known-errors" => is_component,
            "x-signed" => object_type == &SECURITY_SCHEME,
            // On other objects it may be another project's.
            "x-name" => object_type != &SERVER || at.pointer.starts_with("/servers/"),
            "x-log-safe" => {
                let is_property = matches!(steps[..], [.., "properties" | "headers", _]);
                object_type == &PARAMETER
                    || is_component
                    || is_property
                    || matches!(below.node.value, Value::Bool(false))
            }
            _ => true,
        };
        if let Some(place) = place.filter(|_| !has_effect) {
            let message = format!("`{name}` has no effect here");
            self.report(EXTENSION, &below, message, format!("put it on {place}"));
        } else {
            self.value(&field.value_type, below);
        }
    }

    fn missing(&mut self, object_type: &'static ObjectType, at: &Located<'a>) {
        let is_missing = |key: &&str| at.node.get(key).is_none();
        let choice = object_type.one_of;
        if !choice.is_empty() && choice.iter().all(|key| at.node.get(key).is_none()) {
            let keys = list(choice);
            let message =
                format!("the {} has neither {}", object_type.name, keys.replace(" and ", " nor "));
            let help = format!("add {} to it", keys.replace(" and ", " or "));
            self.report(MISSING_KEY, at, message, help);
        }
        let required = object_type.fields.iter().filter(|field| field.is_required);
        let implied = object_type
            .implied
            .iter()
            .filter(|(key, value, _)| at.node.text_of(key) == Some(value))
            .flat_map(|(_, _, needs)| needs.iter().copied());
        for key in required.map(|field| field.key).chain(implied).filter(is_missing) {
            let message = format!("the {} has no `{key}`", object_type.name);
            // A client can do without what only people read, and takes any items.
            let is_needed = object_type.meaning(key) != Meaning::Words && key != "items";
            let rule = if is_needed { MISSING_KEY } else { MISSING_TEXT };
            self.report(rule, at, message, format!("add `{key}:` to it"));
        }
    }

    /// A member whose key is a name that the document chooses.
    fn named(
        &mut self,
        value_type: &'static ValueType,
        owner: &Located<'a>,
        name: &str,
        below: Located<'a>,
    ) {
        if owner.node.member(name).is_some_and(|member| !member.is_text) {
            let message = format!("the key `{name}` is not a string");
            self.report(WRONG_TYPE, &below, message, format!("quote it: `\"{name}\"`"));
        }
        self.value(value_type, below);
    }

    fn unknown(
        &mut self,
        object_type: &ObjectType,
        at: &Located<'a>,
        name: &str,
        below: &Located<'a>,
    ) {
        let extensions = EXTENSIONS.iter().map(|(field, _)| field);
        let keys = object_type.fields.iter().chain(extensions).map(|field| field.key);
        let missing = section_of(below.node).filter(|_| object_type == &COMPONENTS);
        let help = match similar(name, keys.filter(|key| at.node.get(key).is_none())) {
            _ if name == "const" => {
                "write `enum` with this one value: OpenAPI 3.0 has no `const`".to_owned()
            }
            _ if name == "ref" => "did you mean `$ref`?".to_owned(),
            _ if let Some((section, _)) = missing => {
                format!("it belongs inside `{section}:`; is that line missing?")
            }
            similar => match (inner(object_type, at.node, name), similar) {
                (Some("content"), _) => {
                    "it belongs inside `content:`, below a media type such as `application/json:`"
                        .to_owned()
                }
                (Some(key), _) => format!("indent it: it belongs inside `{key}:`"),
                (None, Some(key)) => format!("did you mean `{key}`?"),
                (None, None) => {
                    let message =
                        format!("the {} has no key `{name}` in OpenAPI 3.0", object_type.name);
                    let help = "remove it, or start it with `x-` if it is an extension".to_owned();
                    return self.report(IGNORED_KEY, below, message, help);
                }
            },
        };
        let message = format!("the {} has no key `{name}` in OpenAPI 3.0", object_type.name);
        self.report(UNKNOWN_KEY, below, message, help);
    }
}

/// The section that a component belongs in, and the name of its type, if the component has keys that the type of its own
/// section has not.
fn other_section(here: &ObjectType, at: &Located<'_>) -> Option<(&'static str, &'static str)> {
    let steps: Vec<_> = at.pointer.split('/').collect();
    let is_component = matches!(steps[..], [_, "components", _, _]);
    section_of(at.node).filter(|_| is_component && !has_keys(here, at.node))
}

/// The first section of `components` whose type has all keys of an object, and the name of that type.
fn section_of(object: &Node) -> Option<(&'static str, &'static str)> {
    object.map()?;
    COMPONENTS.fields.iter().find_map(|field| match field.value_type {
        ValueType::Map(ValueType::ObjectOrRef(it)) => {
            has_keys(it, object).then_some((field.key, it.name))
        }
        _ => None,
    })
}

fn has_keys(object_type: &ObjectType, object: &Node) -> bool {
    let is_known = |key: &str| object_type.has(key) || key == "$ref" || key.starts_with("x-");
    object.members().all(|(key, _)| is_known(key))
}

/// The key of an object whose value has a key of this name. A key that the object has is the likelier one.
fn inner(object_type: &ObjectType, node: &Node, name: &str) -> Option<&'static str> {
    let has_name = |field: &&Field| match &field.value_type {
        ValueType::Object(inner) | ValueType::ObjectOrRef(inner) => inner.has(name),
        ValueType::Map(ValueType::Object(inner)) => field.key == "content" && inner.has(name),
        _ => false,
    };
    let found = || object_type.fields.iter().filter(has_name).map(|field| field.key);
    found().find(|key| node.get(key).is_some()).or_else(|| found().next())
}

fn wanted(value_type: &ValueType) -> String {
    match value_type {
        ValueType::Text => "a string".to_owned(),
        ValueType::Word(words) => format!("one of {}", list(words)),
        ValueType::Bool => "`true` or `false`".to_owned(),
        ValueType::Number => "a number".to_owned(),
        ValueType::Count => "a whole number that is not negative".to_owned(),
        ValueType::Any => "anything".to_owned(),
        ValueType::Object(object_type) | ValueType::ObjectOrRef(object_type) => {
            format!("an object (the {})", object_type.name)
        }
        ValueType::List(_) => "an array".to_owned(),
        ValueType::Map(_) => "an object".to_owned(),
        ValueType::BoolOr(value_type) => format!("`true`, `false` or {}", wanted(value_type)),
    }
}

/// Words in backticks, with commas and an "and".
fn list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
