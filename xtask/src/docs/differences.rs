//! The differences between a page and the spec, and the reasons that the spec gives for them.

use std::collections::HashSet;
use std::rc::Rc;

use super::insert::{Addition, advice};
use super::spec_side::SpecItem;
use crate::finding::{Finding, Rule, start_of};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};
use crate::openapi::{DEPARTURE, Document};
use crate::source::{Source, Span};

/// The page has something that the spec does not have.
pub const MISSING_IN_SPEC: Rule = Rule::error("missing-in-spec");
/// The spec has something that the page does not have.
pub const MISSING_ON_PAGE: Rule = Rule::error("missing-on-page");
/// The page and the spec say different things.
pub const DIFFERS: Rule = Rule::error("differs");
/// The page and the spec may have two names for the same thing.
pub const RENAMED: Rule = Rule::error("renamed");
/// One of these, for which the spec gives a reason.
pub const DEPARTED: Rule = Rule::notice("departure");
/// The spec gives a reason, and nothing differs.
pub const UNNEEDED: Rule = Rule::error("unneeded-departure");
/// A part of the page that cannot be read.
pub const UNREADABLE: Rule = Rule::error("unreadable");

const MAX_ADVICE: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect<'n> {
    /// One of [`ASPECTS`](crate::openapi::ASPECTS).
    Named(&'static str),
    /// A field of this name, which only the page has inside.
    Field(&'n str),
    /// A part of an operation of this name, which only the page has: a header, a parameter, a status.
    Part(&'n str),
}

pub const PRESENCE: Aspect<'static> = Aspect::Named("presence");
pub const TYPE: Aspect<'static> = Aspect::Named("type");
pub const REQUIRED: Aspect<'static> = Aspect::Named("required");
pub const DEFAULT: Aspect<'static> = Aspect::Named("default");
/// The example in the spec, or what a sample sends.
pub const EXAMPLE: Aspect<'static> = Aspect::Named("example");

pub struct Reason<'a> {
    /// An aspect, or the name of something that only the page has, whose end may be `*`.
    limit: Option<&'a str>,
    pub text: &'a str,
    pub key: Span,
}

impl Reason<'_> {
    fn covers(&self, aspect: Aspect<'_>) -> bool {
        match (self.limit, aspect) {
            // An operation has many parts, so a departure has to name one.
            (None, aspect) => !matches!(aspect, Aspect::Part(_)),
            (Some(limit), Aspect::Field(name) | Aspect::Part(name)) => {
                match limit.strip_suffix('*') {
                    Some(start) => name.starts_with(start),
                    None => name.eq_ignore_ascii_case(limit),
                }
            }
            // In the spec, a default on the page is an example.
            (Some("example"), DEFAULT) => true,
            (Some(limit), Aspect::Named(name)) => limit == name,
        }
    }
}

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

/// Something that a page and the spec say, or that only one of them says.
#[derive(Clone)]
pub struct Subject<'a> {
    /// What findings call it.
    pub what: String,
    /// Its line on the page, or the line that it would be near.
    pub line: usize,
    /// Its part of the spec, or the part that it would be in.
    pub item: SpecItem<'a>,
}

impl<'a> Subject<'a> {
    pub fn new(what: impl Into<String>, line: usize, item: &SpecItem<'a>) -> Self {
        Self { what: what.into(), line, item: item.clone() }
    }

    /// The reasons that the spec gives for what differs in an aspect.
    pub fn declared(&self, aspect: Aspect<'_>) -> Vec<Reason<'a>> {
        let declared = self.item.holders.iter().flat_map(|holder| reasons(holder));
        declared.filter(|reason| reason.covers(aspect)).collect()
    }
}

pub struct Differences {
    page: Rc<Source>,
    spec: Rc<Source>,
    pub list: Vec<(usize, Finding)>,
    /// The keys of the departures that were needed.
    pub needed: HashSet<usize>,
    /// The objects and arrays that earlier advice inserts besides what it is about.
    parents: HashSet<String>,
}

impl Differences {
    pub fn new(page: &Rc<Source>, spec: &Rc<Source>) -> Self {
        let (page, spec) = (Rc::clone(page), Rc::clone(spec));
        let (needed, parents) = (HashSet::new(), HashSet::new());
        Self { page, spec, list: Vec::new(), needed, parents }
    }

    /// Adds what differs in an aspect of a subject. A departure that the spec declares is added as such.
    pub fn add(
        &mut self,
        rule: Rule,
        aspect: Aspect<'_>,
        subject: &Subject<'_>,
        message: impl Into<String>,
    ) {
        let mut message = message.into();
        let declared = subject.declared(aspect);
        self.needed.extend(declared.iter().map(|reason| reason.key.start));
        let reported = match declared.first() {
            None => rule,
            Some(reason) => {
                message = format!("{message}; the spec declares this departure: {}", reason.text);
                DEPARTED
            }
        };
        let Subject { what, line, item } = subject;
        let label = match rule {
            UNREADABLE => "the spec describes it here",
            MISSING_IN_SPEC => "the page has it here",
            MISSING_ON_PAGE => "the page does not have it here",
            _ => "the page says this",
        };
        let on_page = (&self.page, self.page.line(*line));
        let in_spec = (&self.spec, item.span);
        let (main, other) = match rule {
            UNREADABLE => (on_page, in_spec),
            _ => (in_spec, on_page),
        };
        let finding = reported.at(main.0, main.1, message).related(other.0, other.1, label);
        self.list.push((*line, finding.field("what", what.as_str())));
    }

    /// Adds that the page says one thing of a subject and the spec another.
    pub fn differs(
        &mut self,
        rule: Rule,
        aspect: Aspect<'_>,
        subject: &Subject<'_>,
        (on_page, in_spec): (&str, &str),
    ) {
        let what = &subject.what;
        let message = format!("the {what} is {on_page} on the page and {in_spec} in the spec");
        self.add(rule, aspect, subject, message);
    }

    pub fn only_on_page(&mut self, aspect: Aspect<'_>, subject: &Subject<'_>) {
        let message = format!("the {} is on the page and not in the spec", subject.what);
        self.add(MISSING_IN_SPEC, aspect, subject, message);
    }

    pub fn only_in_spec(&mut self, aspect: Aspect<'_>, subject: &Subject<'_>) {
        let message = format!("the {} is in the spec and not on the page", subject.what);
        self.add(MISSING_ON_PAGE, aspect, subject, message);
    }

    /// Adds the YAML to insert to the last finding, unless that is a departure.
    pub fn advise(&mut self, document: &Document<'_>, additions: impl FnOnce() -> Vec<Addition>) {
        let is_readable = self.list.len() <= MAX_ADVICE;
        if let Some((_, finding)) = self.list.last_mut()
            && finding.rule == MISSING_IN_SPEC
            && is_readable
        {
            let additions = additions();
            finding.help = advice(document, &additions);
            let parent = additions.first().and_then(|it| it.pointer.rsplit_once('/'));
            let new = parent.filter(|(parent, _)| document.root.at(parent).is_none());
            if let (Some((parent, _)), Some(help)) = (new, &mut finding.help)
                && !self.parents.insert(parent.to_owned())
            {
                *help =
                    help.replacen(":\n", ", without its first line if that is there by then:\n", 1);
            }
        }
    }

    /// Adds what cannot be read and has no part of the spec.
    pub fn unreadable(&mut self, line: usize, what: &str, message: impl Into<String>) {
        let finding = unreadable(&self.page, line, what, message);
        self.list.push((line, finding));
    }

    pub fn sorted(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|(line, _)| *line);
        self.list.into_iter().map(|(_, finding)| finding).collect()
    }
}

/// A finding for each departure that is not `needed`, by the place of its key.
pub fn unneeded_departures(document: &Document<'_>, needed: &HashSet<usize>) -> Vec<Finding> {
    let declared = document.parts().iter().map(|part| &part.at);
    let reasons = declared.flat_map(|at| reasons(at.node).into_iter().map(move |it| (at, it)));
    let unneeded = reasons.filter(|(_, reason)| !needed.contains(&reason.key.start));
    let finding = |(at, Reason { key, text, .. }): (&Located<'_>, Reason<'_>)| {
        let message = format!("this departure is not needed, because nothing differs: {text}");
        let finding = UNNEEDED.at(document.source, key, message).pointer(&at.pointer);
        finding.field("what", DEPARTURE).help("remove it")
    };
    unneeded.map(finding).collect()
}

/// A part of a page that cannot be read.
pub fn unreadable(
    page: &Rc<Source>,
    line: usize,
    what: &str,
    message: impl Into<String>,
) -> Finding {
    UNREADABLE.at(page, page.line(line), message).field("what", what)
}

pub fn quoted(value: &str) -> String {
    if value.is_empty() { "empty".to_owned() } else { format!("`{}`", short(value)) }
}

pub fn listed<'v>(values: impl IntoIterator<Item = &'v str>) -> String {
    let values: Vec<String> = values.into_iter().map(quoted).collect();
    if values.is_empty() { "absent".to_owned() } else { values.join(", ") }
}

/// The start of a text, for a sentence.
pub fn short(text: &str) -> String {
    start_of(text, 60)
}
