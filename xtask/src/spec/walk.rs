//! Goes through a document by what OpenAPI allows in it: gives its objects, each with its kind, and what does not
//! belong there.

use std::rc::Rc;

use super::objects::{DOCUMENT, Field, Kind, RESPONSES, Shape};
use super::source::{Source, Span};
use super::suggest::similar;
use super::tree::{Member, Node, Value, step};
use crate::finding::{Finding, Rule};

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
    /// Its kind.
    pub kind: &'static Kind,
    /// Whether it is a reference to an object of that kind.
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
    fn value(&mut self, shape: &'static Shape, node: &'a Node, anchor: Span, pointer: String) {
        match (shape, &node.value) {
            (Shape::Any, _)
            | (Shape::Text, Value::Text(_))
            | (Shape::Bool | Shape::BoolOr(_), Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => {}
            (Shape::Count, Value::Number(number)) if number.is_u64() => {}
            (Shape::Word(words), Value::Text(word)) if words.contains(&word.as_str()) => {}
            (Shape::Word(words), Value::Text(word)) => {
                let message = format!("`{word}` is not one of {}", list(words));
                let finding = WRONG_WORD.at(self.source, node.span, message).pointer(pointer);
                self.findings.push(finding.help(match similar(word, words.iter().copied()) {
                    Some(word) => format!("did you mean `{word}`?"),
                    None => format!("write one of {}", list(words)),
                }));
            }
            (Shape::Object(kind) | Shape::ObjectOrRef(kind), Value::Map(_)) => {
                let may_refer = matches!(shape, Shape::ObjectOrRef(_));
                self.object(kind, may_refer, node, anchor, pointer);
            }
            (Shape::List(shape), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(shape, item, item.span, format!("{pointer}/{index}"));
                }
            }
            (Shape::Map(shape), Value::Map(map)) => {
                for (name, member) in map {
                    self.named(shape, name, member, &pointer);
                }
            }
            (Shape::BoolOr(shape), Value::Map(_)) => self.value(shape, node, anchor, pointer),
            _ => self.wrong_type(shape, node, anchor, pointer),
        }
    }

    fn wrong_type(&mut self, shape: &Shape, node: &Node, anchor: Span, pointer: String) {
        let wanted = wanted(shape);
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
            .push(finding.help(match (shape, &node.value, text) {
                (Shape::Text, Value::Null, _) if is_reference => {
                "quote it: without quotes a `#` starts a comment".to_owned()
            }
            (Shape::Word(_), Value::List(_), _) if is_type => {
                "write one type, and `nullable: true` beside it if it may be null".to_owned()
            }
            (Shape::Bool, Value::Number(_), Some(text)) if is_exclusive => {
                format!("in OpenAPI 3.0 write the limit as `minimum` or `maximum: {text}`, and this as `true`")
            }
            (Shape::Text, Value::Number(_) | Value::Bool(_), Some(text)) => {
                    format!("quote it: `\"{text}\"`")
                }
                (Shape::Bool | Shape::BoolOr(_), Value::Text(_), _) => {
                    "write `true` or `false`, without quotes".to_owned()
                }
                (Shape::Number | Shape::Count, Value::Text(_), _) => {
                    "write the number without quotes".to_owned()
                }
                (Shape::Object(_) | Shape::ObjectOrRef(_) | Shape::Map(_), _, _) => {
                    "write `key: value` lines below it, indented".to_owned()
                }
                (Shape::List(_), _, _) => "write lines below it that start with `- `".to_owned(),
                _ => format!("write {wanted}"),
            }));
    }

    fn object(
        &mut self,
        kind: &'static Kind,
        may_refer: bool,
        node: &'a Node,
        anchor: Span,
        pointer: String,
    ) {
        let is_reference = may_refer && node.get("$ref").is_some();
        match is_reference {
            true => self.reference(node, &pointer),
            false => self.members(kind, node, anchor, &pointer),
        }
        self.parts.push(Part { kind, is_reference, node, anchor, pointer });
    }

    fn reference(&mut self, node: &'a Node, pointer: &str) {
        for (name, member) in node.members() {
            if name == "$ref" {
                self.named(&Shape::Text, name, member, pointer);
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

    fn members(&mut self, kind: &'static Kind, node: &'a Node, anchor: Span, pointer: &str) {
        for (name, member) in node.members() {
            let field = kind.fields.iter().find(|field| field.key == name);
            match (field, kind.others) {
                (Some(Field { shape, .. }), _) => {
                    self.value(shape, &member.node, member.key, step(pointer, name));
                }
                _ if name.starts_with("x-") => {}
                // Statuses are the one kind of name that may be a number.
                (None, Some(shape)) if kind == &RESPONSES => {
                    self.value(shape, &member.node, member.key, step(pointer, name));
                }
                (None, Some(shape)) => self.named(shape, name, member, pointer),
                (None, None) => self.unknown(kind, node, name, member, pointer),
            }
        }
        let missing = |key: &str| node.get(key).is_none();
        if !kind.one_of.is_empty() && kind.one_of.iter().all(|key| missing(key)) {
            let keys = list(kind.one_of).replace(" and ", " or ");
            let message =
                format!("the {} has neither {}", kind.name, keys.replace(" or ", " nor "));
            let finding = MISSING_KEY
                .at(self.source, anchor, message)
                .pointer(pointer)
                .help(format!("add {keys} to it"));
            self.findings.push(finding);
        }
        let must_have = kind.fields.iter().filter(|field| field.is_required).map(|field| field.key);
        let implied = kind
            .implied
            .iter()
            .filter(|implied| node.text_of(implied.key) == Some(implied.value))
            .flat_map(|implied| implied.needs.iter().copied());
        for key in must_have.chain(implied) {
            if missing(key) {
                let message = format!("the {} has no `{key}`", kind.name);
                let finding = MISSING_KEY
                    .at(self.source, anchor, message)
                    .pointer(pointer)
                    .help(format!("add `{key}:` to it"));
                self.findings.push(finding);
            }
        }
    }

    /// A member whose key is a name that the document gives.
    fn named(&mut self, shape: &'static Shape, name: &str, member: &'a Member, pointer: &str) {
        let pointer = step(pointer, name);
        if !member.is_text {
            let finding = WRONG_TYPE
                .at(self.source, member.key, format!("the name `{name}` is not a text"))
                .pointer(&pointer)
                .help(format!("quote it: `\"{name}\"`"));
            self.findings.push(finding);
        }
        self.value(shape, &member.node, member.key, pointer);
    }

    fn unknown(&mut self, kind: &Kind, node: &Node, name: &str, member: &Member, pointer: &str) {
        let free = kind.fields.iter().map(|field| field.key).filter(|key| node.get(key).is_none());
        let help = match similar(name, free) {
            _ if name == "const" => {
                "write `enum` with this one value: OpenAPI 3.0 has no `const`".to_owned()
            }
            Some(key) => format!("did you mean `{key}`?"),
            None => "remove it, or start it with `x-` if it is an extension".to_owned(),
        };
        let message = format!("the {} has no key `{name}` in OpenAPI 3.0", kind.name);
        let finding = UNKNOWN_KEY
            .at(self.source, member.key, message)
            .pointer(step(pointer, name))
            .help(help);
        self.findings.push(finding);
    }
}

fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Text => "a text".to_owned(),
        Shape::Word(words) => format!("one of {}", list(words)),
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::Count => "a whole number that is not negative".to_owned(),
        Shape::Any => "anything".to_owned(),
        Shape::Object(kind) | Shape::ObjectOrRef(kind) => format!("a map (the {})", kind.name),
        Shape::List(_) => "a list".to_owned(),
        Shape::Map(_) => "a map".to_owned(),
        Shape::BoolOr(shape) => format!("`true`, `false` or {}", wanted(shape)),
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
