//! What a change asks of the version and of the changelog.

use semver::Version;
use serde::Serialize;

use super::change::{Change, Class};

/// Which number of a version has to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// The first.
    Major,
    /// The second.
    Minor,
    /// The third.
    Patch,
    /// None.
    None,
}

impl Bump {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
            Self::None => "none",
        }
    }

    /// What a verdict asks for, by SemVer, and by Cargo's rules for versions below 1: there the first number that is
    /// not zero counts as the major one.
    pub fn asked(verdict: Option<Class>, base: &Version) -> Self {
        let (breaking, compatible) = match (base.major, base.minor) {
            (0, 0) => (Self::Patch, Self::Patch),
            (0, _) => (Self::Minor, Self::Patch),
            _ => (Self::Major, Self::Minor),
        };
        match verdict {
            Some(Class::Breaking | Class::SourceBreaking) => breaking,
            Some(Class::Compatible) => compatible,
            Some(Class::Documentation) | None => Self::None,
        }
    }

    /// The least version that has moved so.
    pub fn after(self, base: &Version) -> Version {
        match self {
            Self::Major => Version::new(base.major + 1, 0, 0),
            Self::Minor => Version::new(base.major, base.minor + 1, 0),
            Self::Patch => Version::new(base.major, base.minor, base.patch + 1),
            Self::None => base.clone(),
        }
    }
}

/// The lines that the changelog does not have, to paste into it.
///
/// A change is named by a line of the section of the new version, or of `[Unreleased]`, that was not in the old
/// changelog and has the name of what changed in backticks.
pub fn missing_lines(changes: &[Change], base: &str, head: &str, version: &str) -> Vec<String> {
    let old: Vec<&str> = base.lines().collect();
    let new: Vec<&str> = section(head, version).filter(|line| !old.contains(line)).collect();
    let text = new.join("\n");
    let mut missing = Vec::new();
    for change in changes.iter().filter(|change| change.class.is_breaking()) {
        // Names that have backticks of their own are in them already.
        let name = match change.name.contains('`') {
            true => change.name.clone(),
            false => format!("`{}`", change.name),
        };
        if text.contains(&name) {
            continue;
        }
        let title =
            if change.class == Class::Breaking { "Breaking" } else { "Breaking for Rust code" };
        let detail = match (&change.from, &change.to) {
            (Some(from), Some(to)) => format!(" (from `{from}` to `{to}`)"),
            _ => String::new(),
        };
        let place =
            change.operation().map_or_else(String::new, |operation| format!(" (`{operation}`)"));
        let subject = match change.message.contains(&name) {
            true => String::new(),
            false => format!("{name}: "),
        };
        missing.push(format!("- **{title}:** {subject}{}{detail}{place}.", change.message));
    }
    missing
}

/// The lines of the changelog that speak of what is not released, and of a version.
fn section<'a>(changelog: &'a str, version: &'a str) -> impl Iterator<Item = &'a str> {
    let mut is_inside = false;
    changelog.lines().filter(move |line| {
        if let Some(title) = line.strip_prefix("## ") {
            let title = title.trim_start_matches('[');
            let is = |name: &str| {
                title.strip_prefix(name).is_some_and(|rest| {
                    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.' || c == '-')
                })
            };
            is_inside = is("Unreleased") || is(version);
        }
        is_inside
    })
}
