//! The version and the changelog lines that a change needs.

use std::collections::HashSet;
use std::rc::Rc;

use semver::{Prerelease, Version};

use super::change::{Change, code, short};
use super::kinds::Class;
use super::rust::ApiChange;
use crate::finding::{Finding, Rule, counted};
use crate::openapi::Document;
use crate::source::{Source, Span};

const MISSING_CHANGELOG: Rule = Rule::error("missing-changelog");
/// The version does not say what changed since the last release.
pub(super) const MISSING_VERSION: Rule = Rule::error("missing-version");

/// Which number of a version has to move.
#[derive(Clone, Copy)]
pub(super) enum Bump {
    Major,
    Minor,
    Patch,
}

impl Bump {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
        }
    }

    /// What a verdict asks for, by SemVer, and by Cargo's rules for versions below 1: there the first number that is
    /// not zero counts as the major one.
    pub(super) fn asked(verdict: Class, released: &Version) -> Option<Self> {
        let (breaking, compatible) = match (released.major, released.minor) {
            (0, 0) => (Self::Patch, Self::Patch),
            (0, _) => (Self::Minor, Self::Patch),
            _ => (Self::Major, Self::Minor),
        };
        match verdict {
            Class::Breaking | Class::SourceBreaking => Some(breaking),
            Class::Compatible => Some(compatible),
            Class::Documentation => None,
        }
    }

    fn after(self, released: &Version) -> Version {
        match self {
            Self::Major => Version::new(released.major + 1, 0, 0),
            Self::Minor => Version::new(released.major, released.minor + 1, 0),
            Self::Patch => Version::new(released.major, released.minor, released.patch + 1),
        }
    }
}

/// The version that was released last: that of the first heading with a date, `## [1.2.3] - 2026-01-02`.
pub(super) fn released(changelog: &str) -> Option<Version> {
    changelog.lines().find_map(release)
}

fn release(line: &str) -> Option<Version> {
    let (version, date) = line.strip_prefix("## [")?.split_once("] - ")?;
    let is_date = date.len() >= 10 && date.starts_with(|c: char| c.is_ascii_digit());
    Version::parse(version).ok().filter(|_| is_date)
}

/// A finding if a heading of the changelog is that of no release, so that the version would not be compared with it.
pub(super) fn unknown_heading(changelog: &Rc<Source>) -> Option<Finding> {
    let is_known = |line: &str| line.starts_with("## [Unreleased]") || release(line).is_some();
    let mut lines = changelog.text.lines().zip(1..).filter(|(line, _)| line.starts_with("## "));
    let (heading, number) = lines.find(|(line, _)| !is_known(line))?;
    let message = format!("`{heading}` is not the heading of a release");
    let finding = MISSING_CHANGELOG.at(changelog, changelog.line(number), message);
    Some(finding.help("write it as `## [1.2.3] - 2026-01-02`"))
}

/// A finding if the version has moved less far from the released one than a bump asks, or back from that of the base.
pub(super) fn missing_version(
    head: &Document<'_>,
    base: Option<&str>,
    released: &Version,
    bump: Option<Bump>,
) -> Option<Finding> {
    let asked = bump.map_or_else(|| released.clone(), |bump| bump.after(released));
    let base = base.and_then(|version| Version::parse(version).ok());
    let asked = base.map_or(asked.clone(), |base| base.max(asked));
    let info = head.whole().below("info")?;
    let at = info.below("version").unwrap_or(info);
    let text = short(at.node);
    let message = match Version::parse(&text) {
        // A pre-release of the version will do.
        Ok(version)
            if version >= asked
                || Version { pre: Prerelease::EMPTY, ..version.clone() } == asked =>
        {
            return None;
        }
        Ok(version) => {
            format!("the version is {version}, but with these changes it must be {asked} or later")
        }
        Err(_) => format!("`{text}` is not a semantic version"),
    };
    let finding = MISSING_VERSION.at(head.source, at.node.span, message).pointer(&at.pointer);
    Some(finding.help(format!("set `info.version` to {asked} and run `cargo xtask codegen`")))
}

/// The lines that the changelog should have and lacks: none of the new lines for `[Unreleased]`, or for the new version,
/// names what the line is about.
pub(super) fn missing_lines(
    changes: &[Change],
    api: &[ApiChange],
    (base, head): (&str, &str),
    version: &str,
) -> Vec<String> {
    let old: HashSet<&str> = base.lines().collect();
    let new: Vec<&str> = section(head, version).filter(|line| !old.contains(line)).collect();
    let new = new.join("\n");
    let wire = changes.iter().filter(|change| change.kind.class.is_breaking());
    let wire = wire.map(|change| (code(&change.name), change.changelog_line()));
    let broken = api.iter().filter(|change| change.class == Class::SourceBreaking);
    let rust = broken.map(|change| {
        let name = code(&change.item);
        let line = format!("- **Breaking for Rust code:** {name} was {}.", change.change);
        (name, line)
    });
    let missing = wire.chain(rust).filter(|(name, _)| !new.contains(name.as_str()));
    missing.map(|(_, line)| line).collect()
}

pub(super) fn missing_changelog(changelog: &Rc<Source>, missing: usize) -> Finding {
    let start = changelog.text.find("## [Unreleased]").unwrap_or_default();
    let span = changelog.first_line(Span { start, end: changelog.text.len() });
    let message =
        format!("{} does not name {}", changelog.name, counted(missing, "breaking change"));
    let help = "add the lines below under `## [Unreleased]`";
    MISSING_CHANGELOG.at(changelog, span, message).help(help)
}

/// The lines of the changelog under `[Unreleased]`, and under a version.
fn section<'a>(changelog: &'a str, version: &'a str) -> impl Iterator<Item = &'a str> {
    let mut is_inside = false;
    changelog.lines().filter(move |line| {
        if let Some(title) = line.strip_prefix("## [") {
            let name = title.split(']').next().unwrap_or_default();
            is_inside = name == "Unreleased" || name == version;
        }
        is_inside
    })
}
