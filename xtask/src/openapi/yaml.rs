//! Parses YAML into a tree, and reports every problem of YAML itself.

use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::scalar::plain;
use super::tree::{Map, Member, Node, Value, step};
use crate::finding::{Finding, Rule};
use crate::source::{Source, Span};

const SYNTAX: Rule = Rule::error("yaml-syntax");
const TAB: Rule = Rule::error("yaml-tab");
pub const DUPLICATE_KEY: Rule = Rule::error("duplicate-key");
const NOT_JSON: Rule = Rule::error("not-json");
const ODD_TEXT: Rule = Rule::error("odd-text");
pub const TOO_MUCH: Rule = Rule::error("too-much");

pub const RULES: [Rule; 6] = [TOO_MUCH, SYNTAX, TAB, DUPLICATE_KEY, NOT_JSON, ODD_TEXT];

/// The same as in the generator's reader of YAML.
const MAX_DEPTH: usize = 128;
/// The number of values, with each alias counted as the values that it stands for.
const MAX_SIZE: usize = 1_000_000;

/// The tree, unless the text is not YAML, and the findings.
pub fn parse(source: &Rc<Source>) -> (Option<Node>, Vec<Finding>) {
    let strict = parse_text(source, &source.text);
    if strict.0.is_some() {
        return strict;
    }
    // The generator's reader allows a closing bracket in the column of the key. With a space in place of the end of the
    // line before it, all other places stay the same.
    let mut bytes = source.text.clone().into_bytes();
    for line in source.text.match_indices('\n').map(|(end, _)| end) {
        let next = source.text[line + 1..].trim_start_matches(' ');
        if next.starts_with(['}', ']']) {
            bytes[line] = b' ';
        }
    }
    let relaxed = String::from_utf8(bytes).map(|text| parse_text(source, &text));
    relaxed.ok().filter(|(root, _)| root.is_some()).unwrap_or(strict)
}

fn parse_text(source: &Rc<Source>, text: &str) -> (Option<Node>, Vec<Finding>) {
    let mut builder = Builder {
        source,
        offsets: match source.text.is_ascii() {
            true => Vec::new(),
            false => source.text.char_indices().map(|(offset, _)| offset).collect(),
        },
        open: Vec::new(),
        root: None,
        documents: 0,
        size: 0,
        anchors: HashMap::new(),
        findings: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        let done = match event {
            Ok((event, span)) => {
                let span = builder.span(span);
                builder.take(event, span)
            }
            Err(error) => Err(builder.syntax(&error)),
        };
        if let Err(finding) = done {
            builder.findings.push(*finding);
            // The findings about half a tree would be wrong.
            return (None, builder.findings);
        }
    }
    // An empty file is `null`.
    let null = || Node { span: Span::default(), value: Value::Null };
    (Some(builder.root.unwrap_or_else(null)), builder.findings)
}

/// An array or object that has not ended.
struct Open {
    span: Span,
    anchor: usize,
    value: Collection,
}

enum Collection {
    List(Vec<Node>),
    Map { map: Map, key: Option<Key> },
}

struct Key {
    name: String,
    span: Span,
    is_text: bool,
}

struct Builder<'a> {
    source: &'a Rc<Source>,
    /// The offset in bytes of each character, unless all have one byte.
    offsets: Vec<usize>,
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    size: usize,
    anchors: HashMap<usize, Node>,
    findings: Vec<Finding>,
}

type Done = Result<(), Box<Finding>>;

impl Builder<'_> {
    fn byte(&self, marker: &Marker) -> usize {
        let length = self.source.text.len();
        match self.offsets.is_empty() {
            true => marker.index().min(length),
            false => self.offsets.get(marker.index()).copied().unwrap_or(length),
        }
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        let start = self.byte(&span.start);
        Span { start, end: self.byte(&span.end).max(start) }
    }

    fn finding(
        &self,
        rule: Rule,
        span: Span,
        message: impl Into<String>,
        help: &str,
    ) -> Box<Finding> {
        Box::new(rule.at(self.source, span, message).help(help))
    }

    fn syntax(&self, error: &ScanError) -> Box<Finding> {
        let start = self.byte(error.marker());
        if error.info() == "recursion limit exceeded" {
            return self.too_deep(Span { start, end: start });
        }
        let before = &self.source.text[..start];
        let tab = before.trim_end_matches('\t').len();
        if tab < start && before[..tab].ends_with(':') {
            let span = Span { start: tab, end: start };
            let message = "a tab between a key and its value";
            return self.finding(TAB, span, message, "write a space instead");
        }
        if let Some(span) = self.tab_after(start, error.info().contains("tab")) {
            let help = "YAML allows only spaces there: write two for each tab";
            return self.finding(TAB, span, "a tab in the indentation", help);
        }
        let line = self.source.whole_lines(Span { start, end: start });
        let text = &self.source.text[line.start..line.end];
        // The line before it as well: a value may go on in the next line.
        let two = self.source.whole_lines(Span { start: line.start.saturating_sub(1), end: start });
        let mut characters = self.source.text[two.start..two.end].char_indices();
        if let Some((at, c)) = characters.find(|(_, c)| is_invisible(*c)) {
            let start = two.start + at;
            return self.odd(Span { start, end: start + c.len_utf8() }, c);
        }
        // Between two letters, or between two words.
        let is_inside = |at: &usize| {
            let after = &text[*at + 1..];
            let after = after.strip_prefix(' ').unwrap_or(after);
            text[..*at].ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
        };
        let opens = text.contains(": '") || text.contains("- '");
        let apostrophe = text.match_indices('\'').map(|(at, _)| at).find(is_inside);
        if let Some(at) = apostrophe.filter(|_| opens) {
            let span = Span { start: line.start + at, end: line.start + at + 1 };
            let message = "this apostrophe ends the string";
            return self.finding(SYNTAX, span, message, "write the apostrophe twice: `\'\'`");
        }
        let next = self.source.text[start..].chars().next().filter(|c| !c.is_control());
        let span = Span { start, end: start + next.map_or(0, char::len_utf8) };
        let message = format!("this is not YAML: {}", error.info());
        let help = "check the indentation, the quotes and the colons, here and in the lines above";
        self.finding(SYNTAX, span, message, help)
    }

    fn odd(&self, span: Span, c: char) -> Box<Finding> {
        let code = u32::from(c);
        let (name, help) = match c {
            _ if is_quote(c) => (format!("`{c}`"), "write a straight quote, `\"` or `\'`"),
            '\u{a0}' => ("a no-break space".to_owned(), "write a space"),
            _ => ("an invisible character".to_owned(), "remove it"),
        };
        let message = format!("{name} (U+{code:04X}), which YAML takes for a letter");
        self.finding(ODD_TEXT, span, message, help)
    }

    /// What an unquoted scalar has or is followed by, and looks like something else.
    fn odd_text(&mut self, text: &str, span: Span) {
        let first = text.chars().next().filter(|c| is_quote(*c) || is_invisible(*c));
        let last = text.chars().next_back().filter(|c| is_quote(*c) || is_invisible(*c));
        // A word has none inside; a sentence may.
        let inner = text.chars().find(|c| is_invisible(*c) && !text.contains(' '));
        if let Some(c) = first.or(last).or(inner) {
            let place = self.source.text[span.start..span.end].find(c).unwrap_or_default();
            let start = span.start + place;
            let finding = self.odd(Span { start, end: start + c.len_utf8() }, c);
            self.findings.push(*finding);
        }
        let rest = &self.source.text[span.end..];
        let comment = rest.trim_start_matches([' ', '\t']);
        if comment.len() < rest.len()
            && !text.is_empty()
            && comment.strip_prefix('#').is_some_and(|it| it.starts_with(char::is_alphanumeric))
        {
            let start = span.end + rest.len() - comment.len();
            let span = self.source.first_line(Span { start, end: self.source.text.len() });
            let message = "this `#` starts a comment, so the value ends before it";
            let help = "quote the value, or write a space after the `#`";
            self.findings.push(*self.finding(ODD_TEXT, span, message, help));
        }
    }

    /// The tabs in the indentation of the line, or, if tabs are the problem, of the first line after it with some.
    fn tab_after(&self, byte: usize, look_further: bool) -> Option<Span> {
        let mut start = self.source.whole_lines(Span { start: byte, end: byte }).start;
        let text = self.source.text.get(start..)?;
        for line in text.split_inclusive('\n').take(if look_further { 100 } else { 1 }) {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line[..indent].find('\t') {
                let tabs = line[tab..].bytes().take_while(|byte| *byte == b'\t').count();
                let start = start + tab;
                return Some(Span { start, end: start + tabs });
            }
            start += line.len();
        }
        None
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Done {
        match event {
            Event::DocumentStart(_) => self.document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), span);
                self.node(Node { span, value }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                self.start(span, anchor, Collection::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.as_deref(), span);
                let map = Map::new();
                self.start(span, anchor, Collection::Map { map, key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, span: Span) -> Done {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        let help = "a file contains one OpenAPI document: remove the `---`, or move the rest to another file";
        Err(self.finding(SYNTAX, span, "a second document starts here", help))
    }

    fn start(&mut self, span: Span, anchor: usize, value: Collection) -> Done {
        if self.open.len() == MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.open.push(Open { span, anchor, value });
        Ok(())
    }

    /// The JSON pointer of the innermost array or object that has not ended.
    fn pointer(&self) -> String {
        let outer = self.open.split_last().map(|(_, outer)| outer).unwrap_or_default();
        outer.iter().fold(String::new(), |pointer, open| match &open.value {
            Collection::List(items) => format!("{pointer}/{}", items.len()),
            Collection::Map { key, .. } => step(&pointer, key.as_ref().map_or("", |key| &key.name)),
        })
    }

    fn too_deep(&self, span: Span) -> Box<Finding> {
        let message = format!("the document is nested deeper than {MAX_DEPTH} levels");
        let help = "move parts of it to `components`, and refer to them with `$ref`";
        self.finding(TOO_MUCH, span, message, help)
    }

    fn too_long(&self, span: Span) -> Box<Finding> {
        let message =
            format!("the document has more than {MAX_SIZE} values, counting those in aliases");
        let help =
            "use `$ref` to components instead of aliases, or check that it is the right file";
        self.finding(TOO_MUCH, span, message, help)
    }

    fn end(&mut self, span: Span) -> Done {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.value {
            Collection::List(items) => Value::List(items),
            Collection::Map { map, .. } => Value::Map(map),
        };
        // After a closing bracket, the parser's end is that of the next token.
        let has_bracket = self.source.text[span.start..].starts_with(['}', ']']);
        let end = if has_bracket { span.start + 1 } else { span.end };
        let whole = Span { start: open.span.start, end: end.max(open.span.end) };
        let span = self.source.first_line(whole);
        self.node(Node { span, value }, open.anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Done {
        let Some(target) = self.anchors.get(&anchor) else {
            let message = "this alias is inside of the value that it stands for";
            return Err(self.finding(SYNTAX, span, message, "write the value out"));
        };
        let size = target.size();
        // Before the copy is made.
        if self.size + size > MAX_SIZE {
            return Err(self.too_long(span));
        }
        if self.open.len() + target.depth() > MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        self.size += size;
        let copy = target.clone();
        self.node(copy, 0)
    }

    fn node(&mut self, node: Node, anchor: usize) -> Done {
        if anchor != 0 {
            // The copy counts as well: anchors can be nested.
            self.size += node.size();
            self.anchors.insert(anchor, node.clone());
        }
        self.size += 1;
        if self.size > MAX_SIZE {
            return Err(self.too_long(node.span));
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        let (map, key) = match &mut parent.value {
            Collection::List(items) => {
                items.push(node);
                return Ok(());
            }
            Collection::Map { map, key } => (map, key),
        };
        match key.take() {
            None => {
                let found = self.key(node);
                if let Some(Open { value: Collection::Map { key, .. }, .. }) = self.open.last_mut()
                {
                    *key = Some(found);
                }
            }
            Some(key) => match map.get(&key.name).map(|first| first.key) {
                Some(first) => {
                    let name = &key.name;
                    let finding = DUPLICATE_KEY
                        .at(self.source, key.span, format!("the key `{name}` is used twice"))
                        .pointer(step(&self.pointer(), name))
                        .related(self.source, first, "first defined here")
                        .help("remove one of the two; or is the line with a name above the second missing?");
                    self.findings.push(finding);
                }
                None => {
                    let member = Member { key: key.span, is_text: key.is_text, node };
                    map.insert(key.name, member);
                }
            },
        }
        Ok(())
    }

    fn key(&mut self, node: Node) -> Key {
        let name = match &node.value {
            Value::Text(text) if text == "<<" => {
                let help = "write the keys out: the generator does not merge them";
                let message = "merge keys are not supported";
                self.findings.push(*self.finding(NOT_JSON, node.span, message, help));
                text.clone()
            }
            Value::Text(text) => text.clone(),
            Value::Null | Value::Bool(_) | Value::Number(_) => node.to_json().to_string(),
            Value::List(_) | Value::Map(_) => {
                let message = format!("{} is used as a key", node.kind());
                let help = "a key is a string: remove the `?`, or quote the braces";
                self.findings.push(*self.finding(NOT_JSON, node.span, message, help));
                node.to_json().to_string()
            }
        };
        Key { name, span: node.span, is_text: matches!(node.value, Value::Text(_)) }
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            let text = tag.to_string();
            let span = Span { start: span.start, end: span.end.min(span.start + text.len()) };
            let message = format!("JSON has no tags such as `{text}`");
            let help = "remove it: an OpenAPI document has only JSON's types";
            self.findings.push(*self.finding(NOT_JSON, span, message, help));
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        self.refuse_tag(tag, span);
        if style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str") {
            return Value::Text(text.to_owned());
        }
        self.odd_text(text, span);
        plain(text).unwrap_or_else(|| {
            let message = format!("`{text}` is not a JSON number of at most 64 bits");
            self.findings.push(*self.finding(
                NOT_JSON,
                span,
                message,
                "quote it, if it is a string",
            ));
            // Still a number, so that there are no more findings about it.
            Value::Number(0.into())
        })
    }
}

/// Quotes of a word processor, which quote nothing in YAML.
fn is_quote(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201f}')
}

/// Characters that look like a space, or like nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{200b}'..='\u{200d}' | '\u{202f}' | '\u{2060}')
}
