//! Compares what an object has, and must have.

use super::change::{Class, Direction};
use super::compare::{Comparison, PendingChange, Sides, below};
use super::document::items;
use super::schema::{Subject, requires};
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};

impl<'a> Comparison<'a> {
    pub(super) fn nullable(
        &mut self,
        subject: &Subject,
        direction: Direction,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        spot: Sides<'_>,
    ) {
        let value = |at: &Option<Located<'a>>| match at.as_ref().map(|at| &at.node.value) {
            None => Some(false),
            Some(Value::Bool(value)) => Some(*value),
            Some(_) => None,
        };
        let (title, place) = (&subject.title, direction.place());
        let note = match (value(&old), value(&new)) {
            (Some(was), Some(is)) if was == is => return,
            (Some(_), Some(true)) => {
                let class = if direction == Direction::Request {
                    Class::Compatible
                } else {
                    Class::Breaking
                };
                PendingChange::new(class, &subject.name, format!("{title} can now be null {place}"))
            }
            (Some(_), Some(false)) => {
                let class = if direction == Direction::Request {
                    Class::Breaking
                } else {
                    Class::Compatible
                };
                PendingChange::new(
                    class,
                    &subject.name,
                    format!("{title} cannot be null any more {place}"),
                )
            }
            _ => return self.other("nullable", old, new),
        };
        let spot = match (&old, &new) {
            (Some(old), Some(new)) => Sides::both(old, new),
            _ => spot,
        };
        self.note(spot, note.going(direction));
    }

    pub(super) fn properties(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is_odd = |at: &&Located<'a>| at.node.map().is_none();
        if old.as_ref().is_some_and(|at| is_odd(&at)) || new.as_ref().is_some_and(|at| is_odd(&at))
        {
            return self.other("properties", old, new);
        }
        let names = |at: &Option<Located<'a>>| -> Vec<&'a str> {
            let node = at.as_ref().map(|at| at.node);
            node.into_iter().flat_map(Node::members).map(|(name, _)| name).collect()
        };
        let place = direction.place();
        for name in names(&old) {
            let Some(was) = old.as_ref().and_then(|at| below(at, name)) else {
                continue;
            };
            let property = subject.property(name);
            match new.as_ref().and_then(|at| below(at, name)) {
                Some(is) => self.pair(&was, &is, direction, &property),
                None => {
                    let note = PendingChange::new(
                        Class::Breaking,
                        name,
                        format!("{} is gone {place}", property.title),
                    );
                    let _ = base;
                    self.note(Sides::base(&was), note);
                }
            }
        }
        for name in names(&new) {
            if old.as_ref().and_then(|at| at.node.get(name)).is_some() {
                continue;
            }
            let Some(is) = new.as_ref().and_then(|at| below(at, name)) else {
                continue;
            };
            let title = subject.property(name).title;
            let is_required = requires(head.node, name);
            let note = match (is_required, direction) {
                (true, Direction::Request) => PendingChange::new(
                    Class::Breaking,
                    name,
                    format!("{title} is new and required {place}"),
                ),
                _ => PendingChange::new(Class::Compatible, name, format!("{title} is new {place}")),
            };
            self.note(Sides::head(&is), note.going(direction));
        }
    }

    /// The names in `required`, whose order says nothing. Of properties that are new or gone, that is said already.
    pub(super) fn requirements(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is_odd = |at: &Option<Located<'a>>| {
            at.as_ref().is_some_and(|at| {
            !matches!(&at.node.value, Value::List(items) if items.iter().all(|item| item.text().is_some()))
        })
        };
        if is_odd(&old) || is_odd(&new) {
            return self.other("required", old, new);
        }
        let has = |at: &Located<'a>, name: &str| {
            at.node.get("properties").is_some_and(|node| node.get(name).is_some())
        };
        // A property that is new says that it is required, and one that is gone that it is.
        let is_new = |name: &str| has(head, name) && !has(base, name);
        let is_gone = |name: &str| has(base, name) && !has(head, name);
        for item in items(new.as_ref()) {
            let name = item.node.text().unwrap_or_default();
            if requires(base.node, name) || is_new(name) {
                continue;
            }
            let title = subject.property(name).title;
            let note = PendingChange::required(&title, name, direction, true);
            let spot = Sides {
                base: Some((&base.pointer, base.anchor)),
                head: Some((&item.pointer, item.anchor)),
            };
            self.note(spot, note);
        }
        for item in items(old.as_ref()) {
            let name = item.node.text().unwrap_or_default();
            if requires(head.node, name) || is_gone(name) {
                continue;
            }
            let title = subject.property(name).title;
            let note = PendingChange::required(&title, name, direction, false);
            let spot = Sides {
                base: Some((&item.pointer, item.anchor)),
                head: Some((&head.pointer, head.anchor)),
            };
            self.note(spot, note);
        }
    }

    /// `additionalProperties`, of which nothing is as much as `true`.
    pub(super) fn additional(
        &mut self,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is = |at: &Option<Located<'a>>, wanted: bool| match at.as_ref().map(|at| &at.node.value)
        {
            None => wanted,
            Some(Value::Bool(value)) => *value == wanted,
            Some(_) => false,
        };
        let title = &subject.title;
        match (&old, &new) {
            (Some(old), Some(new)) if old.node.map().is_some() && new.node.map().is_some() => {
                self.pair(old, new, direction, &subject.part("a further value"));
            }
            _ if is(&old, true) && is(&new, true) => {
                let message = format!(
                    "what {title} says of further properties is written in another way, which may change its type in Rust"
                );
                self.changed(Class::SourceBreaking, &subject.name, &message, old, new);
            }
            _ if is(&old, false) && is(&new, true) => {
                let note = PendingChange::new(
                    Class::Compatible,
                    &subject.name,
                    format!("{title} can now have further properties"),
                );
                self.note_values(note.going(direction), old, new);
            }
            _ => {
                let message = format!("{title} takes other further properties than before");
                self.changed(Class::Breaking, &subject.name, &message, old, new);
            }
        }
    }
}
