//! Inserts YAML into the text of a document, and leaves every other byte as it is.

use serde_yaml::{Mapping, Value as Yaml};

use crate::openapi::tree::{Node, Value};
use crate::openapi::{Document, Parsed};
use crate::source::{Source, Span};

/// A value that a document does not have.
pub struct Addition {
    /// Where it belongs, as a JSON pointer (RFC 6901). Its last step can be `-`, the end of an array.
    pub pointer: String,
    pub value: Yaml,
}

impl Addition {
    pub fn new(pointer: String, value: impl Into<Yaml>) -> Self {
        Self { pointer, value: value.into() }
    }
}

/// A document with some more values, unless their places are not plain YAML.
pub fn insert(document: &Document<'_>, additions: &[Addition]) -> Option<Parsed> {
    let name = &document.source.name;
    let mut expected = copy(document.root);
    let mut whole = Parsed::from_text(name, &document.source.text);
    for addition in additions {
        let insertion = Insertion::of(&whole.source, whole.root.as_ref()?, addition)?;
        // Between brackets, the new item is the first one.
        let first = addition.pointer.strip_suffix("/-").filter(|_| insertion.is_inline);
        let first = first.map(|list| format!("{list}/0"));
        let pointer = first.as_deref().unwrap_or(&addition.pointer);
        put(&mut expected, pointer, addition.value.clone());
        let mut text = whole.source.text.clone();
        text.replace_range(insertion.place.start..insertion.place.end, &insertion.text);
        whole = Parsed::from_text(name, &text);
    }
    let is_expected = whole.root.as_ref().is_some_and(|root| copy(root) == expected);
    is_expected.then_some(whole)
}

/// What to insert where, in words.
pub fn advice(document: &Document<'_>, additions: &[Addition]) -> Option<String> {
    let Source { name, .. } = &**document.source;
    let mut advice = String::new();
    let mut last = String::new();
    for addition in additions {
        let Insertion { place, text, is_inline } =
            Insertion::of(document.source, document.root, addition)?;
        let line = document.source.position(place.start).line;
        let place = match is_inline {
            true => format!("insert this on line {line} of {name}, after the bracket:\n"),
            false if place.start == place.end => {
                format!("insert this after line {} of {name}:\n", line - 1)
            }
            false => {
                format!("insert this below line {line} of {name}, in place of the brackets:\n")
            }
        };
        if place != last {
            advice.push_str(&place);
        }
        advice.push_str(&format!("{}\n", text.trim_matches('\n').trim_end()));
        last = place;
    }
    (!advice.is_empty()).then(|| advice.trim_end().to_owned())
}

struct Insertion {
    /// An empty object or array that gives way, or nothing.
    place: Span,
    text: String,
    /// Whether it goes into an object or array between brackets.
    is_inline: bool,
}

impl Insertion {
    fn of(source: &Source, root: &Node, addition: &Addition) -> Option<Self> {
        let (mut parent, name) = addition.pointer.rsplit_once('/')?;
        let mut value = Yaml::Null;
        put(&mut value, &format!("/{name}"), addition.value.clone());
        // The parent may be missing, too.
        while root.at(parent).is_none() {
            let (above, name) = parent.rsplit_once('/')?;
            let inner = std::mem::take(&mut value);
            put(&mut value, &format!("/{name}"), inner);
            parent = above;
        }
        let node = root.at(parent)?;
        let has_brackets = |node: &Node| {
            let bracket = if node.map().is_some() { '{' } else { '[' };
            source.text[node.span.start..].starts_with(bracket)
        };
        let mut above = parent.rmatch_indices('/').map(|(place, _)| &parent[..place]);
        let is_inside = above.any(|pointer| root.at(pointer).is_some_and(has_brackets));
        let last = match &node.value {
            Value::Map(map) => map.last().map(|(_, member)| member.key),
            Value::List(items) => items.last().map(|item| item.span),
            _ => return None,
        };
        match last {
            Some(last) if !has_brackets(node) => Self::below(source, &value, node, last),
            None if !is_inside => Self::instead(source, &value, node.span.start),
            _ => {
                let json = serde_json::to_string(&value).ok()?;
                let comma = if last.is_some() { ", " } else { "" };
                let text = format!("{}{comma}", json.get(1..json.len() - 1)?);
                let start = node.span.start + 1;
                Some(Self { place: Span { start, end: start }, text, is_inline: true })
            }
        }
    }

    /// Below the last part of an object or array.
    fn below(source: &Source, value: &Yaml, node: &Node, last: Span) -> Option<Self> {
        let is_list = value.is_sequence();
        let line = source.whole_lines(Span { end: node.span.start, ..node.span });
        let line = &source.text[line.start..line.end];
        // An array may start behind the dash, in the column of its key.
        let indent = match is_list && !source.text[node.span.start..].starts_with('-') {
            true => line.len() - line.trim_start().len(),
            false => source.position(node.span.start).column - 1,
        };
        let last_line = source.whole_lines(Span { end: last.start, ..last });
        let mut end = last_line.end;
        let mut place = end;
        for line in source.text[end..].split_inclusive('\n') {
            place += line.len();
            let content = line.trim();
            let depth = line.len() - line.trim_start().len();
            // Brackets may close, and the items of an array may stand, in the column of their key.
            let is_same = content.starts_with(['}', ']']) || !is_list && content.starts_with('-');
            let is_inside = depth > indent || depth == indent && is_same;
            match content {
                "" => {}
                _ if is_inside => end = place,
                // A comment that is not deeper says nothing about the end.
                _ if content.starts_with('#') => {}
                _ => break,
            }
        }
        let mut text = block(value, indent)?;
        // Most documents have empty lines between large parts.
        let above = source.text[..last_line.start].lines().rev();
        let mut above = above.skip_while(|line| line.trim_start().starts_with('#'));
        if node.span.start != last.start && above.next().is_some_and(|line| line.trim().is_empty())
        {
            text.insert(0, '\n');
        }
        if let Some(rest) = source.text[end..].find('\n').filter(|_| end == last_line.end) {
            end += rest + 1;
        } else if !source.text[..end].ends_with('\n') {
            text.insert(0, '\n');
        }
        if source.text.contains("\r\n") {
            text = text.replace('\n', "\r\n");
        }
        Some(Self { place: Span { start: end, end }, text, is_inline: false })
    }

    /// Instead of an empty object or array.
    fn instead(source: &Source, value: &Yaml, start: usize) -> Option<Self> {
        let (before, rest) = source.text.split_at(start);
        let length = rest.find(['}', ']'])? + 1;
        let place = Span { start: before.trim_end_matches(' ').len(), end: start + length };
        let line = source.whole_lines(Span { start, end: start }).start;
        let line = source.text.get(line..start)?;
        let indent = line.len() - line.trim_start_matches([' ', '-']).len() + 2;
        let text = format!("\n{}", block(value, indent)?.trim_end());
        Some(Self { place, text, is_inline: false })
    }
}

/// YAML whose lines start in a column.
fn block(value: &Yaml, indent: usize) -> Option<String> {
    let text = serde_yaml::to_string(value).ok()?;
    let pad = |line: &str| match line.is_empty() {
        true => "\n".to_owned(),
        false => format!("{}{line}\n", " ".repeat(indent)),
    };
    Some(text.lines().map(pad).collect())
}

/// Puts a value where a pointer leads to, with the objects and arrays on the way there.
pub fn put(into: &mut Yaml, pointer: &str, value: Yaml) {
    let Some(steps) = pointer.strip_prefix('/') else {
        *into = value;
        return;
    };
    let name = steps.split('/').next().unwrap_or_default();
    let below = &steps[name.len()..];
    if into.is_null() {
        *into = if name == "-" { Vec::<Yaml>::new().into() } else { Mapping::new().into() };
    }
    match into {
        Yaml::Sequence(items) => {
            let index = name.parse().unwrap_or(items.len()).min(items.len());
            if below.is_empty() || index == items.len() {
                items.insert(index, Yaml::Null);
            }
            if let Some(item) = items.get_mut(index) {
                put(item, below, value);
            }
        }
        Yaml::Mapping(members) => {
            let name = name.replace("~1", "/").replace("~0", "~");
            put(members.entry(name.into()).or_insert(Yaml::Null), below, value);
        }
        _ => {}
    }
}

pub fn copy(node: &Node) -> Yaml {
    match &node.value {
        Value::List(items) => items.iter().map(copy).collect::<Vec<_>>().into(),
        Value::Map(members) => {
            let members = members.iter().map(|(name, it)| (name.as_str().into(), copy(&it.node)));
            Yaml::Mapping(members.collect())
        }
        _ => serde_yaml::to_value(node.to_json()).unwrap_or_default(),
    }
}
