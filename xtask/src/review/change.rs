//! What a comparison finds.

use super::kinds::Kind;
use crate::finding::{Finding, Place, Rule, start_of};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

/// One difference between two documents.
#[derive(Clone)]
pub struct Change {
    /// The kind of change.
    pub kind: &'static Kind,
    /// The operations that it is in; empty if it is about the whole document.
    pub operations: Vec<String>,
    /// What changed, as a sentence.
    pub message: String,
    pub(super) name: String,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    /// Where it is in the newer document, or where it was in the older: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// Where it was.
    pub base: Option<Place>,
    /// Where it is.
    pub head: Option<Place>,
}

/// A value in the base, in the head, or in both.
#[derive(Clone, Default)]
pub(super) struct Sides<'a> {
    pub(super) base: Option<Located<'a>>,
    pub(super) head: Option<Located<'a>>,
}

impl<'a> Sides<'a> {
    pub(super) fn both(base: &Located<'a>, head: &Located<'a>) -> Self {
        Self { base: Some(base.clone()), head: Some(head.clone()) }
    }

    pub(super) fn base(at: &Located<'a>) -> Self {
        Self { base: Some(at.clone()), head: None }
    }

    pub(super) fn head(at: &Located<'a>) -> Self {
        Self { base: None, head: Some(at.clone()) }
    }

    pub(super) fn below(&self, name: &str) -> Self {
        let below = |at: &Option<Located<'a>>| at.as_ref().and_then(|at| at.below(name));
        Self { base: below(&self.base), head: below(&self.head) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Located<'a>> {
        self.base.iter().chain(&self.head)
    }

    /// The names of all members, those of the base first.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        let names = |at: &Located<'a>| -> Vec<&'a str> {
            at.node.members().map(|(name, _)| name).collect()
        };
        let mut keys = self.base.as_ref().map(names).unwrap_or_default();
        if let Some(head) = &self.head {
            let is_new =
                |name: &&str| self.base.as_ref().is_none_or(|at| at.node.get(name).is_none());
            keys.extend(names(head).into_iter().filter(is_new));
        }
        keys
    }

    pub(super) fn are_maps(&self) -> bool {
        self.iter().all(|at| at.node.map().is_some())
    }
}

pub(super) fn entries<'a>(at: &Option<Located<'a>>) -> Vec<(&'a str, Located<'a>)> {
    at.as_ref().map(Located::entries).unwrap_or_default()
}

pub(super) fn items<'a>(at: &Option<Located<'a>>) -> Vec<Located<'a>> {
    at.as_ref().map(Located::items).unwrap_or_default()
}

impl Change {
    fn place_in_words(&self) -> Option<String> {
        match &self.operations[..] {
            [] => None,
            [one] => Some(format!("`{one}`")),
            [one, two] => Some(format!("`{one}` and `{two}`")),
            [one, rest @ ..] => Some(format!("`{one}` and {} more operations", rest.len())),
        }
    }

    pub(super) fn changelog_line(&self) -> String {
        let name = code(&self.name);
        let subject = match self.message.contains(&name) {
            true => String::new(),
            false => format!("{name}: "),
        };
        let detail = match (&self.from, &self.to) {
            (Some(from), Some(to)) => format!(" (from `{from}` to `{to}`)"),
            _ => String::new(),
        };
        let place = self.place_in_words().map(|place| format!(" ({place})")).unwrap_or_default();
        format!("- **Breaking:** {subject}{}{detail}{place}.", self.message)
    }

    /// The change as a finding, at its place in the head or, if it is gone, in the base.
    pub(super) fn finding(&self) -> Option<Finding> {
        let place = self.head.as_ref().or(self.base.as_ref())?;
        let is_breaking = self.kind.class.is_breaking();
        let rule = if is_breaking { Rule::warning } else { Rule::notice };
        let finding = rule(self.kind.id).at(&place.source, place.span, &self.message);
        let mut finding = finding
            .pointer(&self.pointer)
            .field("class", self.kind.class.name())
            .field("affects", is_breaking.then_some("callers"))
            .field("operations", self.operations.clone())
            .field("from", self.from.clone())
            .field("to", self.to.clone());
        if let (Some(base), Some(_)) = (&self.base, &self.head) {
            finding = finding.related(&base.source, base.span, "it was here");
        }
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => finding = finding.note(format!("from {from} to {to}")),
            (Some(from), None) => finding = finding.note(format!("it was {from}")),
            (None, Some(to)) => finding = finding.note(format!("it is {to}")),
            (None, None) => {}
        }
        Some(match (self.place_in_words(), is_breaking) {
            (Some(place), true) => finding.note(format!("affects: callers of {place}")),
            (Some(place), false) => finding.note(format!("in {place}")),
            (None, true) => finding.note("affects: all callers"),
            (None, false) => finding,
        })
    }
}

/// What an object is called in sentences.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) title: String,
    /// The title of the schema that it is a part of.
    whole: String,
    /// The names of the properties that lead to it.
    path: String,
    pub(super) name: String,
}

impl Subject {
    pub(super) fn new(title: impl Into<String>, name: &str) -> Self {
        let title = title.into();
        Self { whole: title.clone(), title, path: String::new(), name: name.to_owned() }
    }

    /// Something with a name of its own, such as a component.
    pub(super) fn named(what: &str, name: &str) -> Self {
        Self::new(format!("{what}`{name}`"), name)
    }

    pub(super) fn property(&self, name: &str) -> Self {
        let path = match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{}.{name}", self.path),
        };
        let title = format!("`{path}` of {}", self.whole);
        Self { title, whole: self.whole.clone(), path, name: name.to_owned() }
    }

    pub(super) fn part(&self, what: &str) -> Self {
        Self::new(format!("{what} of {}", self.title), &self.name)
    }
}

/// A name in backticks, unless it has some already.
pub(super) fn code(name: &str) -> String {
    match name.contains('`') {
        true => name.to_owned(),
        false => format!("`{name}`"),
    }
}

/// A value for a report, in one line of at most 80 characters.
pub(super) fn short(node: &Node) -> String {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        _ => node.to_json().to_string(),
    };
    start_of(&text.replace(['\n', '\r'], " "), 80)
}
