//! What the comparison of a page and a spec finds, and the departures that a spec declares.

use std::collections::HashSet;

use serde::Serialize;

use super::operation::Thing;
use crate::finding::Rule;
use crate::spec::source::Span;
use crate::spec::tree::{Node, Value};

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
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

impl Kind {
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
    pub kind: Kind,
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
pub enum Aspect {
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
    /// What is inside of it.
    Fields,
}

impl Aspect {
    /// Every aspect, by its name in the spec.
    pub const ALL: [(&'static str, Self); 6] = [
        ("presence", Self::Presence),
        ("type", Self::Type),
        ("required", Self::Required),
        ("default", Self::Default),
        ("example", Self::Example),
        ("fields", Self::Fields),
    ];
}

/// The reasons that a departure gives, each with where its key stands: one for everything, or one for each aspect.
pub fn reasons(holder: &Node) -> Vec<(Option<Aspect>, &str, Span)> {
    let Some(member) = holder.member(DEPARTURE) else {
        return Vec::new();
    };
    match &member.node.value {
        Value::Text(reason) => vec![(None, reason, member.key)],
        _ => Aspect::ALL
            .into_iter()
            .filter_map(|(name, aspect)| {
                let reason = member.node.member(name)?;
                Some((Some(aspect), reason.node.text()?, reason.key))
            })
            .collect(),
    }
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
        kind: Kind,
        aspect: Aspect,
        what: &str,
        message: String,
        line: usize,
        thing: &Thing<'a>,
    ) {
        let declared = thing.holders.iter().flat_map(|holder| reasons(holder));
        let declared: Vec<_> = declared
            .filter(|(covered, ..)| covered.is_none_or(|covered| covered == aspect))
            .collect();
        self.needed
            .extend(declared.iter().map(|(.., key)| key.start));
        let (kind, message) = match declared.first() {
            None => (kind, message),
            Some((_, reason, _)) => (
                Kind::Departure,
                format!("{message}; the spec departs here: {reason}"),
            ),
        };
        if kind == Kind::MissingOnPage || kind == Kind::Differs && aspect == Aspect::Type {
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
    pub fn only_on_page(&mut self, aspect: Aspect, what: &str, line: usize, thing: &Thing<'a>) {
        let message = format!("the {what} is on the page and not in the spec");
        self.add(Kind::MissingInSpec, aspect, what, message, line, thing);
    }

    /// Adds what the page lacks.
    pub fn only_in_spec(&mut self, aspect: Aspect, what: &str, line: usize, thing: &Thing<'a>) {
        let message = format!("the {what} is in the spec and not on the page");
        self.add(Kind::MissingOnPage, aspect, what, message, line, thing);
    }

    /// Adds what could not be read.
    pub fn unreadable(&mut self, line: usize, what: &str, message: impl Into<String>) {
        self.list.push(Finding {
            kind: Kind::Unreadable,
            what: what.to_owned(),
            message: message.into(),
            page_line: Some(line),
            spec: None,
        });
    }
}

/// The start of a text, for a sentence.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        None => text.to_owned(),
        Some((place, _)) => format!("{}…", &text[..place]),
    }
}
