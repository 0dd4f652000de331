//! What a comparison finds.

use serde::Serialize;

use crate::finding::{Finding, Place, Rule};

/// What a change means, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A request that was right can now be refused, or a response that was handled can now look different.
    Breaking,
    /// The wire is as it was, but Rust callers must change.
    SourceBreaking,
    /// Neither, and yet it is more than words.
    Compatible,
    /// Only people notice.
    Documentation,
}

impl Class {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::SourceBreaking => "source-breaking",
            Self::Compatible => "compatible",
            Self::Documentation => "documentation",
        }
    }

    /// Whether callers must do something about it.
    pub fn is_breaking(self) -> bool {
        matches!(self, Self::Breaking | Self::SourceBreaking)
    }
}

/// Who is hit by a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Affects {
    /// Whoever calls the API, in any language.
    Callers,
    /// Rust code that compiles against the crate.
    Rust,
    /// The server, which gets requests that it did not get before.
    Server,
    /// Nobody.
    Nobody,
}

impl Affects {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Callers => "callers on the wire",
            Self::Rust => "Rust code that uses the crate",
            Self::Server => "the server",
            Self::Nobody => "nobody",
        }
    }
}

/// Which way data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the client to the server.
    Request,
    /// From the server to the client.
    Response,
}

impl Direction {
    /// Where it is seen, in words.
    pub fn place(self) -> &'static str {
        match self {
            Self::Request => "in requests",
            Self::Response => "in responses",
        }
    }
}

/// One difference between two documents.
#[derive(Clone)]
pub struct Change {
    /// What it means.
    pub class: Class,
    /// Who is hit.
    pub affects: Affects,
    /// The operations that it is in, if it is not about the whole document.
    pub operations: Vec<String>,
    /// What changed, as a person would say it.
    pub message: String,
    /// The name of what changed, by which a changelog names it.
    pub name: String,
    /// What it was.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
    /// Where it is in the newer document, or where it was in the older: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// Where it was.
    pub base: Option<Place>,
    /// Where it is.
    pub head: Option<Place>,
}

impl Change {
    /// The operations, in words.
    pub fn operation(&self) -> Option<String> {
        match &self.operations[..] {
            [] => None,
            [one] => Some(one.clone()),
            [one, two] => Some(format!("{one}, {two}")),
            [one, rest @ ..] => Some(format!("{one} and {} more", rest.len())),
        }
    }

    /// The change as a finding in the newer document, if it has a place there.
    pub fn finding(&self) -> Option<Finding> {
        let place = self.head.as_ref()?;
        let finding = self.rule().at(&place.source, place.span, self.message.as_str());
        Some(finding.pointer(self.pointer.as_str()))
    }

    /// The kind of finding that it is, for what prints findings.
    pub fn rule(&self) -> Rule {
        match self.class {
            Class::Breaking | Class::SourceBreaking => Rule::warning(self.class.name()),
            Class::Compatible | Class::Documentation => Rule::notice(self.class.name()),
        }
    }
}

/// The worst class among changes.
pub fn verdict(changes: &[Change]) -> Option<Class> {
    changes.iter().map(|change| change.class).min()
}
