//! Compares what restricts a value: enums, limits, patterns.

use super::change::{Class, Direction};
use super::compare::{Comparison, PendingChange, Sides, same};
use super::document::items;
use super::schema::{LOWER, Subject, UPPER};
use crate::openapi::references::Located;
use crate::openapi::tree::Value;

impl<'a> Comparison<'a> {
    /// The values of an enum, whose order says nothing.
    pub(super) fn values(
        &mut self,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let (title, place) = (&subject.title, direction.place());
        let is_list = |at: &Located<'a>| matches!(at.node.value, Value::List(_));
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) if is_list(&old) && is_list(&new) => (old, new),
            (None, Some(new)) if is_list(&new) => {
                let note = PendingChange::new(
                    Class::Breaking,
                    &subject.name,
                    format!("{title} has only certain values now {place}"),
                );
                return self.note_values(note, None, Some(new));
            }
            (Some(old), None) if is_list(&old) => {
                let class = if direction == Direction::Request {
                    Class::SourceBreaking
                } else {
                    Class::Breaking
                };
                let note = PendingChange::new(
                    class,
                    &subject.name,
                    format!("{title} can have any value now {place}"),
                );
                return self.note_values(note.going(direction), Some(old), None);
            }
            (old, new) => return self.other("enum", old, new),
        };
        let (was, is) = (items(Some(&old)), items(Some(&new)));
        let lacks = |list: &[Located<'a>], item: &Located<'a>| {
            !list.iter().any(|other| same(other.node, item.node))
        };
        for item in is.iter().filter(|item| lacks(&was, item)) {
            let class =
                if direction == Direction::Request { Class::Compatible } else { Class::Breaking };
            let value = item.node.to_json();
            let note = PendingChange::new(
                class,
                &subject.name,
                format!("{title} can now be `{value}` {place}"),
            );
            self.note(Sides::head(item), note.going(direction));
        }
        for item in was.iter().filter(|item| lacks(&is, item)) {
            // The name of the variant is gone in Rust, even where nobody misses the value.
            let class = if direction == Direction::Request {
                Class::Breaking
            } else {
                Class::SourceBreaking
            };
            let value = item.node.to_json();
            let note = PendingChange::new(
                class,
                &subject.name,
                format!("{title} cannot be `{value}` any more {place}"),
            );
            self.note(Sides::base(item), note);
        }
        if was.len() != is.len()
            && was.iter().all(|item| !lacks(&is, item))
            && is.iter().all(|item| !lacks(&was, item))
        {
            self.other("enum", Some(old), Some(new));
        }
    }

    /// Something that restricts by being there.
    pub(super) fn restriction(
        &mut self,
        key: &str,
        head: &Located<'a>,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        subject: &Subject,
    ) {
        let title = &subject.title;
        // The format of a number is its type in Rust.
        let is_number = matches!(head.node.text_of("type"), Some("integer" | "number"));
        let loosened = match key == "format" && is_number {
            true => Class::SourceBreaking,
            false => Class::Compatible,
        };
        let note = match (&old, &new) {
            (None, _) => PendingChange::new(
                Class::Breaking,
                &subject.name,
                format!("{title} is restricted by a `{key}` now"),
            ),
            (_, None) => PendingChange::new(
                loosened,
                &subject.name,
                format!("{title} is not restricted by a `{key}` any more"),
            ),
            _ => PendingChange::new(
                Class::Breaking,
                &subject.name,
                format!("`{key}` of {title} changed"),
            ),
        };
        self.note_values(note, old, new);
    }

    /// A restriction that is on or off.
    pub(super) fn switch(
        &mut self,
        key: &str,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        subject: &Subject,
    ) {
        let value = |at: &Option<Located<'a>>| match at.as_ref().map(|at| &at.node.value) {
            None => Some(false),
            Some(Value::Bool(value)) => Some(*value),
            Some(_) => None,
        };
        let title = &subject.title;
        match (value(&old), value(&new)) {
            (Some(false), Some(true)) => {
                let message = format!("`{key}` restricts {title} now");
                self.changed(Class::Breaking, &subject.name, &message, old, new);
            }
            (Some(true), Some(false)) => {
                // Unique items are a set in Rust.
                let class =
                    if key == "uniqueItems" { Class::SourceBreaking } else { Class::Compatible };
                let message = format!("`{key}` does not restrict {title} any more");
                self.changed(class, &subject.name, &message, old, new);
            }
            (Some(_), Some(_)) => {}
            _ => self.other(key, old, new),
        }
    }

    /// A limit in numbers.
    pub(super) fn limit(
        &mut self,
        key: &str,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        subject: &Subject,
    ) {
        let value = |at: &Option<Located<'a>>| match at.as_ref().map(|at| &at.node.value) {
            None => Some(None),
            Some(Value::Number(number)) => Some(number.as_f64()),
            Some(_) => None,
        };
        let (Some(was), Some(is)) = (value(&old), value(&new)) else {
            return self.other(key, old, new);
        };
        // Without a limit it is as far off as can be; what is counted cannot be less than nothing.
        let far = match key {
            "minimum" => f64::NEG_INFINITY,
            _ if LOWER.contains(&key) => 0.0,
            _ => f64::INFINITY,
        };
        let (was, is) = (was.unwrap_or(far), is.unwrap_or(far));
        let whole = |at: &Option<Located<'a>>| match at.as_ref().map(|at| &at.node.value) {
            Some(Value::Number(number)) => number.as_i128(),
            _ => None,
        };
        // Numbers beyond 2^53 may only look the same.
        if was == is
            && (whole(&old).is_none() || whole(&new).is_none() || whole(&old) == whole(&new))
        {
            return;
        }
        let is_looser = if UPPER.contains(&key) { is > was } else { is < was };
        let (class, verb) = match is_looser {
            true => (Class::Compatible, "loosened"),
            false => (Class::Breaking, "tightened"),
        };
        let message = format!("`{key}` of {} was {verb}", subject.title);
        self.changed(class, &subject.name, &message, old, new);
    }
}
