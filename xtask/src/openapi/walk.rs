//! Goes through a document by what OpenAPI allows in it: gives its objects, each with its type, and what does not
//! belong there.

use std::rc::Rc;

use super::grammar::{DOCUMENT, Field, ObjectType, RESPONSES, ValueType};
use super::suggest::similar;
use super::tree::{Member, Node, Value, step};
use crate::finding::{Finding, Rule};
use crate::source::{Source, Span};

/// A key that OpenAPI does not know there.
pub const UNKNOWN_KEY: Rule = Rule::error("unknown-key");
/// A key that is ignored where it stands.
pub const IGNORED_KEY: Rule = Rule::warning("ignored-key");
/// A value of another type than OpenAPI asks for.
pub const WRONG_TYPE: Rule = Rule::error("wrong-type");
/// A word that is not one of those that OpenAPI allows.
pub const WRONG_WORD: Rule = Rule::error("wrong-word");
/// A key that must be there.
pub const MISSING_KEY: Rule = Rule::error("missing-key");

/// An object of a document.
pub struct Part<'a> {
    /// Its type.
    pub object_type: &'static ObjectType,
    /// Whether it is a reference to an object of that type.
    pub is_reference: bool,
    /// The object.
    pub node: &'a Node,
    /// What names it: its key, or the first line of it, in a list.
    pub anchor: Span,
    /// Where it is, as a JSON pointer.
    pub pointer: String,
}

impl Part<'_> {
    /// Whether it belongs to requests that the server makes, which no client is generated for.
    pub fn is_in_callback(&self) -> bool {
        let steps: Vec<_> = self.pointer.split('/').skip(1).collect();
        // A component may have any name, `callbacks` for example.
        matches!(steps[..], ["components", "callbacks", ..] | ["paths", _, _, "callbacks", ..])
    }
}

/// The objects of a document in their order, and what does not belong in them.
pub fn walk<'a>(source: &'a Rc<Source>, root: &'a Node) -> (Vec<Part<'a>>, Vec<Finding>) {
    let mut walker = Walker { source, parts: Vec::new(), findings: Vec::new() };
    walker.object(&DOCUMENT, false, root, root.span, String::new());
    (walker.parts, walker.findings)
}

struct Walker<'a> {
    source: &'a Rc<Source>,
    parts: Vec<Part<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Walker<'a> {
    fn value(
        &mut self,
        value_type: &'static ValueType,
        node: &'a Node,
        anchor: Span,
        pointer: String,
    ) {
        match (value_type, &node.value) {
            (ValueType::Any, _)
            | (ValueType::Text, Value::Text(_))
            | (ValueType::Bool | ValueType::BoolOr(_), Value::Bool(_))
            | (ValueType::Number, Value::Number(_)) => {}
            (ValueType::Count, Value::Number(number)) if number.is_u64() => {}
            (ValueType::Word(words), Value::Text(word)) if words.contains(&word.as_str()) => {}
            (ValueType::Word(words), Value::Text(word)) => {
                let message = format!("`{word}` is not one of {}", list(words));
                let finding = WRONG_WORD.at(self.source, node.span, message).pointer(pointer);
                self.findings.push(finding.help(match similar(word, words.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("write one of {}", list(words)),
                }));
            }
            (
                ValueType::Object(object_type) | ValueType::ObjectOrRef(object_type),
                Value::Map(_),
            ) => {
                let may_refer = matches!(value_type, ValueType::ObjectOrRef(_));
                self.object(object_type, may_refer, node, anchor, pointer);
            }
            (ValueType::List(value_type), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(value_type, item, item.span, format!("{pointer}/{index}"));
                }
            }
            (ValueType::Map(value_type), Value::Map(map)) => {
                for (name, member) in map {
                    self.named(value_type, name, member, &pointer);
                }
            }
            (ValueType::BoolOr(value_type), Value::Map(_)) => {
                self.value(value_type, node, anchor, pointer)
            }
            _ => self.wrong_type(value_type, node, anchor, pointer),
        }
    }

    fn wrong_type(&mut self, value_type: &ValueType, node: &Node, anchor: Span, pointer: String) {
        let wanted = wanted(value_type);
        let message = match &node.value {
            Value::Null => format!("{wanted} belongs here, and there is nothing"),
            _ => format!("{wanted} belongs here, and this is {}", node.kind()),
        };
        // Nothing has no place of its own.
        let span = match node.span.start == node.span.end {
            true => anchor,
            false => node.span,
        };
        let is_reference = pointer.ends_with("/$ref");
        let is_type = pointer.ends_with("/type");
        let is_exclusive =
            pointer.rsplit('/').next().is_some_and(|key| key.starts_with("exclusive"));
        let finding = WRONG_TYPE.at(self.source, span, message).pointer(pointer);
        let text = self.source.text.get(node.span.start..node.span.end);
        self.findings
            .push(finding.help(match (value_type, &node.value, text) {
                (ValueType::Text, Value::Null, _) if is_reference => {
                "quote it: without quotes a `#` starts a comment".to_owned()
            }
            (ValueType::Word(_), Value::List(_), _) if is_type => {
                "write one type, and `nullable: true` beside it if it may be null".to_owned()
            }
            (ValueType::Bool, Value::Number(_), Some(text)) if is_exclusive => {
                format!("in OpenAPI 3.0 write the limit as `minimum` or `maximum: {text}`, and this as `true`")
            }
            (ValueType::Text, Value::Number(_) | Value::Bool(_), Some(text)) => {
                    format!("quote it: `\"{text}\"`")
                }
                (ValueType::Bool | ValueType::BoolOr(_), Value::Text(_), _) => {
                    "write `true` or `false`, without quotes".to_owned()
                }
                (ValueType::Number | ValueType::Count, Value::Text(_), _) => {
                    "write the number without quotes".to_owned()
                }
                (ValueType::Object(_) | ValueType::ObjectOrRef(_) | ValueType::Map(_), _, _) => {
                    "write `key: value` lines below it, indented".to_owned()
                }
                (ValueType::List(_), _, _) => "write lines below it that start with `- `".to_owned(),
                _ => format!("write {wanted}"),
            }));
    }

    fn object(
        &mut self,
        object_type: &'static ObjectType,
        may_refer: bool,
        node: &'a Node,
        anchor: Span,
        pointer: String,
    ) {
        let is_reference = may_refer && node.get("$ref").is_some();
        match is_reference {
            true => self.reference(node, &pointer),
            false => self.members(object_type, node, anchor, &pointer),
        }
        self.parts.push(Part { object_type, is_reference, node, anchor, pointer });
    }

    fn reference(&mut self, node: &'a Node, pointer: &str) {
        for (name, member) in node.members() {
            if name == "$ref" {
                self.named(&ValueType::Text, name, member, pointer);
            } else if !name.starts_with("x-") {
                let message = format!("`{name}` is ignored beside `$ref`");
                let finding = IGNORED_KEY
                    .at(self.source, member.key, message)
                    .pointer(step(pointer, name))
                    .help("remove it, or write it where the reference leads to");
                self.findings.push(finding);
            }
        }
    }

    fn members(
        &mut self,
        object_type: &'static ObjectType,
        node: &'a Node,
        anchor: Span,
        pointer: &str,
    ) {
        for (name, member) in node.members() {
            let field = object_type.fields.iter().find(|field| field.key == name);
            match (field, object_type.others) {
                (Some(Field { value_type, .. }), _) => {
                    self.value(value_type, &member.node, member.key, step(pointer, name));
                }
                _ if name.starts_with("x-") => {}
                // Statuses are the one kind of name that may be a number.
                (None, Some(value_type)) if object_type == &RESPONSES => {
                    self.value(value_type, &member.node, member.key, step(pointer, name));
                }
                (None, Some(value_type)) => self.named(value_type, name, member, pointer),
                (None, None) => self.unknown(object_type, node, name, member, pointer),
            }
        }
        let missing = |key: &str| node.get(key).is_none();
        if !object_type.one_of.is_empty() && object_type.one_of.iter().all(|key| missing(key)) {
            let keys = list(object_type.one_of).replace(" and ", " or ");
            let message =
                format!("the {} has neither {}", object_type.name, keys.replace(" or ", " nor "));
            let finding = MISSING_KEY
                .at(self.source, anchor, message)
                .pointer(pointer)
                .help(format!("add {keys} to it"));
            self.findings.push(finding);
        }
        let must_have =
            object_type.fields.iter().filter(|field| field.is_required).map(|field| field.key);
        let implied = object_type
            .implied
            .iter()
            .filter(|implied| node.text_of(implied.key) == Some(implied.value))
            .flat_map(|implied| implied.needs.iter().copied());
        for key in must_have.chain(implied) {
            if missing(key) {
                let message = format!("the {} has no `{key}`", object_type.name);
                let finding = MISSING_KEY
                    .at(self.source, anchor, message)
                    .pointer(pointer)
                    .help(format!("add `{key}:` to it"));
                self.findings.push(finding);
            }
        }
    }

    /// A member whose key is a name that the document gives.
    fn named(
        &mut self,
        value_type: &'static ValueType,
        name: &str,
        member: &'a Member,
        pointer: &str,
    ) {
        let pointer = step(pointer, name);
        if !member.is_text {
            let finding = WRONG_TYPE
                .at(self.source, member.key, format!("the name `{name}` is not a text"))
                .pointer(&pointer)
                .help(format!("quote it: `\"{name}\"`"));
            self.findings.push(finding);
        }
        self.value(value_type, &member.node, member.key, pointer);
    }

    fn unknown(
        &mut self,
        object_type: &ObjectType,
        node: &Node,
        name: &str,
        member: &Member,
        pointer: &str,
    ) {
        let free =
            object_type.fields.iter().map(|field| field.key).filter(|key| node.get(key).is_none());
        let help = match similar(name, free) {
            _ if name == "const" => {
                "write `enum` with this one value: OpenAPI 3.0 has no `const`".to_owned()
            }
            Some(key) => format!("did you mean `{key}`?"),
            None => "remove it, or start it with `x-` if it is an extension".to_owned(),
        };
        let message = format!("the {} has no key `{name}` in OpenAPI 3.0", object_type.name);
        let finding = UNKNOWN_KEY
            .at(self.source, member.key, message)
            .pointer(step(pointer, name))
            .help(help);
        self.findings.push(finding);
    }
}

fn wanted(value_type: &ValueType) -> String {
    match value_type {
        ValueType::Text => "a text".to_owned(),
        ValueType::Word(words) => format!("one of {}", list(words)),
        ValueType::Bool => "`true` or `false`".to_owned(),
        ValueType::Number => "a number".to_owned(),
        ValueType::Count => "a whole number that is not negative".to_owned(),
        ValueType::Any => "anything".to_owned(),
        ValueType::Object(object_type) | ValueType::ObjectOrRef(object_type) => {
            format!("a map (the {})", object_type.name)
        }
        ValueType::List(_) => "a list".to_owned(),
        ValueType::Map(_) => "a map".to_owned(),
        ValueType::BoolOr(value_type) => format!("`true`, `false` or {}", wanted(value_type)),
    }
}

/// Words in backticks, as a person would list them.
pub fn list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
