//! What the comparison of a page and a spec finds, and the departures that a spec declares.

use std::collections::HashSet;

use serde::Serialize;

use super::operation::SpecItem;
use crate::finding::Rule;
use crate::openapi::tree::{Node, Value};
use crate::source::Span;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// The page has it, and the spec does not.
    MissingInSpec,
    /// The spec has it, and the page does not.
    MissingOnPage,
    /// They say different things of it.
    Differs,
    /// One of these, and the spec says why.
    Departure,
    /// The spec says why something differs, and it does not.
    UnneededDeparture,
    /// Something on the page that could not be read.
    Unreadable,
}

impl DifferenceKind {
    /// The same as a rule of the common reports.
    pub fn rule(self) -> Rule {
        match self {
            Self::MissingInSpec => Rule::error("missing-in-spec"),
            Self::MissingOnPage => Rule::error("missing-on-page"),
            Self::Differs => Rule::error("differs"),
            Self::Departure => Rule::notice("departure"),
            Self::UnneededDeparture => Rule::error("unneeded-departure"),
            Self::Unreadable => Rule::error("unreadable"),
        }
    }
}

/// Something that was found.
#[derive(Debug)]
pub struct Finding {
    /// Of what kind.
    pub kind: DifferenceKind,
    /// What it is about.
    pub what: String,
    /// A sentence.
    pub message: String,
    /// The line of the page, or the one that it should be near to.
    pub page_line: Option<usize>,
    /// The place in the spec, or the one that it should be near to.
    pub spec: Option<Span>,
}

/// The key of a departure.
pub const DEPARTURE: &str = "x-docs-departure";

/// What of a thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect<'n> {
    /// Whether it is there at all.
    Presence,
    /// Its type.
    Type,
    /// Whether it is required.
    Required,
    /// Its default.
    Default,
    /// Its example, and what a sample sends.
    Example,
    /// A field of this name, which only the page has inside of it.
    Field(&'n str),
    /// A part of an operation of this name, which only the page has: a header, a parameter, a status.
    Part(&'n str),
}

impl<'n> Aspect<'n> {
    /// The name by which a departure is limited to it.
    const fn name(self) -> &'n str {
        match self {
            Self::Presence => "presence",
            Self::Type => "type",
            Self::Required => "required",
            Self::Default => "default",
            Self::Example => "example",
            Self::Field(name) | Self::Part(name) => name,
        }
    }
}

/// The names by which a departure is limited, but for those of what a page has inside of a thing.
pub const ASPECTS: [&str; 5] = [
    Aspect::Presence.name(),
    Aspect::Type.name(),
    Aspect::Required.name(),
    Aspect::Default.name(),
    Aspect::Example.name(),
];

/// A reason that a departure gives.
pub struct Reason<'a> {
    /// What it is limited to: an aspect, or the name of something inside, whose end may be `*`.
    limit: Option<&'a str>,
    /// The reason.
    pub text: &'a str,
    /// Where its key stands.
    pub key: Span,
}

impl Reason<'_> {
    fn covers(&self, aspect: Aspect<'_>) -> bool {
        let Some(limit) = self.limit else {
            // An operation has so many parts that one has to be named.
            return !matches!(aspect, Aspect::Part(_));
        };
        match aspect {
            Aspect::Field(name) | Aspect::Part(name) => match limit.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name.eq_ignore_ascii_case(limit),
            },
            // In the spec, a default on the page is an example.
            Aspect::Default if limit == Aspect::Example.name() => true,
            aspect => limit == aspect.name(),
        }
    }
}

/// The reasons that an object gives for departures.
pub fn reasons(holder: &Node) -> Vec<Reason<'_>> {
    let Some(member) = holder.member(DEPARTURE) else {
        return Vec::new();
    };
    if let Value::Text(text) = &member.node.value {
        return vec![Reason { limit: None, text, key: member.key }];
    }
    let limited = member.node.members().filter_map(|(limit, reason)| {
        Some(Reason { limit: Some(limit), text: reason.node.text()?, key: reason.key })
    });
    limited.collect()
}

/// What is found on one page.
#[derive(Default)]
pub struct Findings<'a> {
    /// In the order in which it was found.
    pub list: Vec<Finding>,
    /// Where the departures stand that were needed.
    pub needed: HashSet<usize>,
    /// What was not looked into, so that nobody knows which departures inside of it are needed.
    pub skipped: Vec<&'a Node>,
}

impl<'a> Findings<'a> {
    /// Adds what differs in an aspect of a thing, unless the spec declares it, which is added as such.
    pub fn add(
        &mut self,
        kind: DifferenceKind,
        aspect: Aspect<'_>,
        what: &str,
        message: String,
        line: usize,
        thing: &SpecItem<'a>,
    ) {
        let declared = thing.holders.iter().flat_map(|holder| reasons(holder));
        let declared: Vec<_> = declared.filter(|reason| reason.covers(aspect)).collect();
        self.needed.extend(declared.iter().map(|reason| reason.key.start));
        let (kind, message) = match declared.first() {
            None => (kind, message),
            Some(reason) => (
                DifferenceKind::Departure,
                format!("{message}; the spec departs here: {}", reason.text),
            ),
        };
        if kind == DifferenceKind::MissingOnPage
            || kind == DifferenceKind::Differs && aspect == Aspect::Type
        {
            self.skipped.extend(&thing.holders);
        }
        self.list.push(Finding {
            kind,
            what: what.to_owned(),
            message,
            page_line: Some(line),
            spec: Some(thing.span),
        });
    }

    /// Adds what the spec lacks.
    pub fn only_on_page(
        &mut self,
        aspect: Aspect<'_>,
        what: &str,
        line: usize,
        thing: &SpecItem<'a>,
    ) {
        let message = format!("the {what} is on the page and not in the spec");
        self.add(DifferenceKind::MissingInSpec, aspect, what, message, line, thing);
    }

    /// Adds what the page lacks.
    pub fn only_in_spec(
        &mut self,
        aspect: Aspect<'_>,
        what: &str,
        line: usize,
        thing: &SpecItem<'a>,
    ) {
        let message = format!("the {what} is in the spec and not on the page");
        self.add(DifferenceKind::MissingOnPage, aspect, what, message, line, thing);
    }

    /// Adds what could not be read.
    pub fn unreadable(&mut self, line: usize, what: &str, message: impl Into<String>) {
        self.list.push(Finding {
            kind: DifferenceKind::Unreadable,
            what: what.to_owned(),
            message: message.into(),
            page_line: Some(line),
            spec: None,
        });
    }
}

/// A value in a sentence.
pub fn quoted(value: &str) -> String {
    match value.is_empty() {
        true => "empty".to_owned(),
        false => format!("`{}`", short(value)),
    }
}

/// The start of a text, for a sentence.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => text.to_owned(),
        Some((place, _)) => format!("{}…", &text[..place]),
    }
}
