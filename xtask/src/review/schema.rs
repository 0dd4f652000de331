//! Compares two schemas, with references resolved, in the direction in which their values go.

use super::change::{Class, Direction};
use super::compare::{Comparison, Note, Spot, below, same};
use super::document::items;
use std::collections::HashSet;

use crate::spec::objects::SCHEMA;
use crate::spec::references::At;
use crate::spec::tree::{Node, Value, step};

/// What a schema is the schema of.
#[derive(Clone)]
pub(super) struct Subject {
    /// In words, for a sentence.
    title: String,
    /// What it is a part of, in words.
    whole: String,
    /// The names on the way to it.
    path: String,
    /// What a changelog calls it.
    name: String,
    /// Whether it is a component of that name, so that a title does not name its Rust type.
    is_component: bool,
}

impl Subject {
    fn property(&self, name: &str) -> Self {
        let path = match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{}.{name}", self.path),
        };
        Self {
            title: format!("`{path}` of {}", self.whole),
            whole: self.whole.clone(),
            path,
            name: name.to_owned(),
            is_component: false,
        }
    }

    fn part(&self, what: &str) -> Self {
        Self {
            title: format!("{what} of {}", self.title),
            is_component: false,
            ..self.clone()
        }
    }
}

/// Keys that only people read, in a schema.
const WORDS: [&str; 6] = [
    "description",
    "example",
    "externalDocs",
    "deprecated",
    "x-example",
    "x-docs-departure",
];

/// Limits that a greater number loosens, and those that it tightens.
const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];

impl<'a> Comparison<'a> {
    /// Two schemas that stand somewhere in an operation.
    pub(super) fn schema(
        &mut self,
        base: &At<'a>,
        head: &At<'a>,
        direction: Direction,
        title: &str,
        name: &str,
    ) {
        let subject = Subject {
            title: title.to_owned(),
            whole: title.to_owned(),
            path: String::new(),
            name: name.to_owned(),
            is_component: false,
        };
        self.pair(base, head, direction, &subject);
    }

    /// Two components.
    pub(super) fn component_schema(
        &mut self,
        base: &At<'a>,
        head: &At<'a>,
        direction: Direction,
        subject: Option<Subject>,
    ) {
        if let Some(subject) = subject {
            return self.members(base, head, direction, &subject);
        }
        let name = head
            .pointer
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .replace("~1", "/")
            .replace("~0", "~");
        let subject = Subject {
            title: format!("`{name}`"),
            whole: format!("`{name}`"),
            path: String::new(),
            name,
            is_component: true,
        };
        self.members(base, head, direction, &subject);
    }

    /// Two schemas or references to such.
    fn pair(&mut self, base: &At<'a>, head: &At<'a>, direction: Direction, subject: &Subject) {
        let is_reference = |at: &At<'a>| at.node.get("$ref").is_some();
        let old = self.base.resolve(&SCHEMA, base.clone());
        let new = self.head.resolve(&SCHEMA, head.clone());
        match (is_reference(base), is_reference(head)) {
            (true, true) => {
                self.other_component(base, head, &old, &new, subject);
                self.refer(old, new, direction, None);
            }
            (false, false) => self.members(&old, &new, direction, subject),
            // Put off as well, for such a pair may lead back to itself.
            _ => self.refer(old, new, direction, Some(subject.clone())),
        }
    }

    /// One component in place of another is another type in Rust, unless it is the same under another name.
    fn other_component(
        &mut self,
        base: &At<'a>,
        head: &At<'a>,
        old: &At<'a>,
        new: &At<'a>,
        subject: &Subject,
    ) {
        let is_renamed =
            self.head.root.at(&old.pointer).is_none() && self.base.root.at(&new.pointer).is_none();
        if old.pointer != new.pointer && !is_renamed {
            let last = |at: &At<'_>| at.pointer.rsplit('/').next().unwrap_or_default().to_owned();
            let message = format!("{} has another type in Rust", subject.title);
            let note = Note::new(Class::SourceBreaking, &subject.name, message);
            self.note(Spot::both(base, head), note.texts(&last(old), &last(new)));
        }
    }

    fn members(&mut self, base: &At<'a>, head: &At<'a>, direction: Direction, subject: &Subject) {
        let spot = (base.clone(), head.clone());
        self.each_key(base, head, |this, key, old, new| {
            if let (Some(old), Some(new)) = (&old, &new)
                && !has_schemas(key)
                && same(old.node, new.node)
            {
                return;
            }
            match key {
                _ if WORDS.contains(&key) => this.words(key, old, new),
                "title" => this.title(subject, old, new),
                "x-sensitive" => this.sensitive(&subject.name, old, new),
                "nullable" => {
                    this.nullable(subject, direction, old, new, Spot::both(&spot.0, &spot.1))
                }
                "properties" => this.properties(&spot.0, &spot.1, old, new, direction, subject),
                "required" => this.requirements(&spot.0, &spot.1, old, new, direction, subject),
                "items" => match (old, new) {
                    (Some(old), Some(new)) => {
                        this.pair(&old, &new, direction, &subject.part("an item"))
                    }
                    (old, new) => this.changed(
                        Class::Breaking,
                        &subject.name,
                        &format!("the items of {} changed", subject.title),
                        old,
                        new,
                    ),
                },
                "additionalProperties" => this.additional(old, new, direction, subject),
                "allOf" | "oneOf" | "anyOf" => this.combination(key, old, new, direction, subject),
                "enum" => this.values(old, new, direction, subject),
                "pattern" | "multipleOf" | "format" => {
                    this.restriction(key, &spot.1, old, new, subject)
                }
                "uniqueItems" | "exclusiveMaximum" | "exclusiveMinimum" => {
                    this.switch(key, old, new, subject)
                }
                _ if UPPER.contains(&key) || LOWER.contains(&key) => {
                    this.limit(key, old, new, subject)
                }
                "discriminator" => this.discriminator(old, new, direction, subject),
                "not" => match (old, new) {
                    (Some(old), Some(new))
                        if this.is_same(old.node, new.node, &mut HashSet::new()) => {}
                    (old, new) => {
                        let message = format!("`not` of {} changed", subject.title);
                        this.note_values(
                            Note::new(Class::Breaking, &subject.name, message),
                            old,
                            new,
                        );
                    }
                },
                "type" | "default" | "readOnly" | "writeOnly" => {
                    let message = format!("`{key}` of {} changed", subject.title);
                    this.changed(Class::Breaking, &subject.name, &message, old, new);
                }
                _ => this.other(key, old, new),
            }
        });
    }

    /// How values tell their schemas: the schemas are compared by what they are, not by their names.
    fn discriminator(
        &mut self,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let meant = |root: &'a Node, at: &At<'a>| -> Option<Vec<(&'a str, At<'a>)>> {
            let mapping = at.node.get("mapping").into_iter().flat_map(Node::members);
            let schema = |text: &str| {
                let name = text.rsplit('/').next()?;
                let member = root.get("components")?.get("schemas")?.member(name)?;
                let pointer = step("/components/schemas", name);
                Some(At {
                    node: &member.node,
                    anchor: member.key,
                    pointer,
                })
            };
            mapping
                .map(|(value, member)| Some((value, schema(member.node.text()?)?)))
                .collect()
        };
        let name = |at: &At<'a>| at.node.get("propertyName").map(Node::to_json);
        if let (Some(old), Some(new)) = (&old, &new)
            && name(old) == name(new)
            && let (Some(was), Some(is)) = (meant(self.base.root, old), meant(self.head.root, new))
            && was.len() == is.len()
            && was
                .iter()
                .all(|(value, _)| is.iter().any(|(other, _)| value == other))
        {
            for (value, base) in was {
                for (_, head) in is.iter().filter(|(other, _)| *other == value) {
                    self.refer(base.clone(), head.clone(), direction, None);
                }
            }
            // What else there is, OpenAPI does not know.
            return self.each_key(old, new, |this, key, old, new| match key {
                "propertyName" | "mapping" => {}
                _ => this.other(key, old, new),
            });
        }
        let note = Note::new(
            Class::Breaking,
            &subject.name,
            format!("the discriminator of {} changed", subject.title),
        );
        self.note_values(note, old, new);
    }

    /// A title names the Rust type of a schema that is no component.
    fn title(&mut self, subject: &Subject, old: Option<At<'a>>, new: Option<At<'a>>) {
        match subject.is_component {
            true => self.words("title", old, new),
            false => {
                let message = format!(
                    "the title of {}, which may name its type in Rust, changed",
                    subject.title
                );
                self.changed(Class::SourceBreaking, &subject.name, &message, old, new);
            }
        }
    }

    fn nullable(
        &mut self,
        subject: &Subject,
        direction: Direction,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        spot: Spot<'_>,
    ) {
        let value = |at: &Option<At<'a>>| match at.as_ref().map(|at| &at.node.value) {
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
                Note::new(
                    class,
                    &subject.name,
                    format!("{title} can now be null {place}"),
                )
            }
            (Some(_), Some(false)) => {
                let class = if direction == Direction::Request {
                    Class::Breaking
                } else {
                    Class::Compatible
                };
                Note::new(
                    class,
                    &subject.name,
                    format!("{title} cannot be null any more {place}"),
                )
            }
            _ => return self.other("nullable", old, new),
        };
        let spot = match (&old, &new) {
            (Some(old), Some(new)) => Spot::both(old, new),
            _ => spot,
        };
        self.note(spot, note.going(direction));
    }

    fn properties(
        &mut self,
        base: &At<'a>,
        head: &At<'a>,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is_odd = |at: &&At<'a>| at.node.map().is_none();
        if old.as_ref().is_some_and(|at| is_odd(&at)) || new.as_ref().is_some_and(|at| is_odd(&at))
        {
            return self.other("properties", old, new);
        }
        let names = |at: &Option<At<'a>>| -> Vec<&'a str> {
            let node = at.as_ref().map(|at| at.node);
            node.into_iter()
                .flat_map(Node::members)
                .map(|(name, _)| name)
                .collect()
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
                    let note = Note::new(
                        Class::Breaking,
                        name,
                        format!("{} is gone {place}", property.title),
                    );
                    let _ = base;
                    self.note(Spot::base(&was), note);
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
                (true, Direction::Request) => Note::new(
                    Class::Breaking,
                    name,
                    format!("{title} is new and required {place}"),
                ),
                _ => Note::new(Class::Compatible, name, format!("{title} is new {place}")),
            };
            self.note(Spot::head(&is), note.going(direction));
        }
    }

    /// The names in `required`, whose order says nothing. Of properties that are new or gone, that is said already.
    fn requirements(
        &mut self,
        base: &At<'a>,
        head: &At<'a>,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is_odd = |at: &Option<At<'a>>| {
            at.as_ref().is_some_and(|at| {
            !matches!(&at.node.value, Value::List(items) if items.iter().all(|item| item.text().is_some()))
        })
        };
        if is_odd(&old) || is_odd(&new) {
            return self.other("required", old, new);
        }
        let place = direction.place();
        let has = |at: &At<'a>, name: &str| {
            at.node
                .get("properties")
                .is_some_and(|node| node.get(name).is_some())
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
            let note = match direction {
                Direction::Request => Note::new(
                    Class::Breaking,
                    name,
                    format!("{title} is now required {place}"),
                ),
                Direction::Response => Note::new(
                    Class::Compatible,
                    name,
                    format!("{title} is now always there {place}"),
                ),
            };
            let spot = Spot {
                base: Some((&base.pointer, base.anchor)),
                head: Some((&item.pointer, item.anchor)),
            };
            self.note(spot, note.going(direction));
        }
        for item in items(old.as_ref()) {
            let name = item.node.text().unwrap_or_default();
            if requires(head.node, name) || is_gone(name) {
                continue;
            }
            let title = subject.property(name).title;
            let note = match direction {
                Direction::Request => Note::new(
                    Class::Compatible,
                    name,
                    format!("{title} is not required any more {place}"),
                ),
                Direction::Response => Note::new(
                    Class::Breaking,
                    name,
                    format!("{title} can now be missing {place}"),
                ),
            };
            let spot = Spot {
                base: Some((&item.pointer, item.anchor)),
                head: Some((&head.pointer, head.anchor)),
            };
            self.note(spot, note.going(direction));
        }
    }

    /// `additionalProperties`, of which nothing is as much as `true`.
    fn additional(
        &mut self,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is = |at: &Option<At<'a>>, wanted: bool| match at.as_ref().map(|at| &at.node.value) {
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
                let note = Note::new(
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

    /// Alternatives, or parts: what is the same in both lists is put aside, what is left is compared in order.
    fn combination(
        &mut self,
        key: &str,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        if !self.are_lists(key, old.as_ref(), new.as_ref()) {
            return;
        }
        let mut removed = items(old.as_ref());
        let mut added = items(new.as_ref());
        let was_none = old.is_none();
        let mut pairs = Vec::new();
        removed.retain(|item| {
            let twin = added.iter().position(|other| same(item.node, other.node));
            twin.map(|place| pairs.push((item.clone(), added.remove(place))))
                .is_none()
        });
        let both = removed.len().min(added.len());
        pairs.extend(removed.drain(..both).zip(added.drain(..both)));
        for (base, head) in pairs {
            self.pair(
                &base,
                &head,
                direction,
                &subject.part(if key == "allOf" {
                    "a part"
                } else {
                    "an alternative"
                }),
            );
        }
        let title = &subject.title;
        for item in removed {
            let note = Note::new(
                Class::Breaking,
                &subject.name,
                format!("one of the schemas in `{key}` of {title} is gone"),
            );
            self.note(Spot::base(&item), note);
        }
        for item in added {
            let class = match (key, direction) {
                ("oneOf" | "anyOf", Direction::Request) if !was_none => Class::Compatible,
                _ => Class::Breaking,
            };
            let note = Note::new(
                class,
                &subject.name,
                format!("one of the schemas in `{key}` of {title} is new"),
            );
            self.note(Spot::head(&item), note.going(direction));
        }
    }

    /// The values of an enum, whose order says nothing.
    fn values(
        &mut self,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let (title, place) = (&subject.title, direction.place());
        let is_list = |at: &At<'a>| matches!(at.node.value, Value::List(_));
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) if is_list(&old) && is_list(&new) => (old, new),
            (None, Some(new)) if is_list(&new) => {
                let note = Note::new(
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
                let note = Note::new(
                    class,
                    &subject.name,
                    format!("{title} can have any value now {place}"),
                );
                return self.note_values(note.going(direction), Some(old), None);
            }
            (old, new) => return self.other("enum", old, new),
        };
        let (was, is) = (items(Some(&old)), items(Some(&new)));
        let lacks =
            |list: &[At<'a>], item: &At<'a>| !list.iter().any(|other| same(other.node, item.node));
        for item in is.iter().filter(|item| lacks(&was, item)) {
            let class = if direction == Direction::Request {
                Class::Compatible
            } else {
                Class::Breaking
            };
            let value = item.node.to_json();
            let note = Note::new(
                class,
                &subject.name,
                format!("{title} can now be `{value}` {place}"),
            );
            self.note(Spot::head(item), note.going(direction));
        }
        for item in was.iter().filter(|item| lacks(&is, item)) {
            // The name of the variant is gone in Rust, even where nobody misses the value.
            let class = if direction == Direction::Request {
                Class::Breaking
            } else {
                Class::SourceBreaking
            };
            let value = item.node.to_json();
            let note = Note::new(
                class,
                &subject.name,
                format!("{title} cannot be `{value}` any more {place}"),
            );
            self.note(Spot::base(item), note);
        }
        if was.len() != is.len()
            && was.iter().all(|item| !lacks(&is, item))
            && is.iter().all(|item| !lacks(&was, item))
        {
            self.other("enum", Some(old), Some(new));
        }
    }

    /// Something that restricts by being there.
    fn restriction(
        &mut self,
        key: &str,
        head: &At<'a>,
        old: Option<At<'a>>,
        new: Option<At<'a>>,
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
            (None, _) => Note::new(
                Class::Breaking,
                &subject.name,
                format!("{title} is restricted by a `{key}` now"),
            ),
            (_, None) => Note::new(
                loosened,
                &subject.name,
                format!("{title} is not restricted by a `{key}` any more"),
            ),
            _ => Note::new(
                Class::Breaking,
                &subject.name,
                format!("`{key}` of {title} changed"),
            ),
        };
        self.note_values(note, old, new);
    }

    /// A restriction that is on or off.
    fn switch(&mut self, key: &str, old: Option<At<'a>>, new: Option<At<'a>>, subject: &Subject) {
        let value = |at: &Option<At<'a>>| match at.as_ref().map(|at| &at.node.value) {
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
                let class = if key == "uniqueItems" {
                    Class::SourceBreaking
                } else {
                    Class::Compatible
                };
                let message = format!("`{key}` does not restrict {title} any more");
                self.changed(class, &subject.name, &message, old, new);
            }
            (Some(_), Some(_)) => {}
            _ => self.other(key, old, new),
        }
    }

    /// A limit in numbers.
    fn limit(&mut self, key: &str, old: Option<At<'a>>, new: Option<At<'a>>, subject: &Subject) {
        let value = |at: &Option<At<'a>>| match at.as_ref().map(|at| &at.node.value) {
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
        let whole = |at: &Option<At<'a>>| match at.as_ref().map(|at| &at.node.value) {
            Some(Value::Number(number)) => number.as_i128(),
            _ => None,
        };
        // Numbers beyond 2^53 may only look the same.
        if was == is
            && (whole(&old).is_none() || whole(&new).is_none() || whole(&old) == whole(&new))
        {
            return;
        }
        let is_looser = if UPPER.contains(&key) {
            is > was
        } else {
            is < was
        };
        let (class, verb) = match is_looser {
            true => (Class::Compatible, "loosened"),
            false => (Class::Breaking, "tightened"),
        };
        let message = format!("`{key}` of {} was {verb}", subject.title);
        self.changed(class, &subject.name, &message, old, new);
    }
}

/// Keys under which there are schemas, so that what is the same text may still refer to what is not.
fn has_schemas(key: &str) -> bool {
    matches!(
        key,
        "properties"
            | "items"
            | "additionalProperties"
            | "allOf"
            | "oneOf"
            | "anyOf"
            | "not"
            | "discriminator"
    )
}

fn requires(schema: &Node, name: &str) -> bool {
    let required = schema.get("required").map(Node::items).unwrap_or_default();
    required.iter().any(|item| item.text() == Some(name))
}
