//! Compares two schemas, with references resolved, in the direction in which their values go.

use super::change::{Class, Direction};
use super::compare::{Comparison, PendingChange, Sides, same};
use super::document::items;
use std::collections::HashSet;

use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, step};

/// What a schema is the schema of.
#[derive(Clone)]
pub(super) struct Subject {
    /// In words, for a sentence.
    pub(super) title: String,
    /// What it is a part of, in words.
    whole: String,
    /// The names on the way to it.
    path: String,
    /// What a changelog calls it.
    pub(super) name: String,
    /// Whether it is a component of that name, so that a title does not name its Rust type.
    is_component: bool,
}

impl Subject {
    pub(super) fn property(&self, name: &str) -> Self {
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

    pub(super) fn part(&self, what: &str) -> Self {
        Self { title: format!("{what} of {}", self.title), is_component: false, ..self.clone() }
    }
}

/// Keys that only people read, in a schema.
const WORDS: [&str; 6] =
    ["description", "example", "externalDocs", "deprecated", "x-example", "x-docs-departure"];

/// Limits that a greater number loosens, and those that it tightens.
pub(super) const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
pub(super) const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];

impl<'a> Comparison<'a> {
    /// Two schemas that stand somewhere in an operation.
    pub(super) fn schema(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
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
        base: &Located<'a>,
        head: &Located<'a>,
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
    pub(super) fn pair(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
        direction: Direction,
        subject: &Subject,
    ) {
        let is_reference = |at: &Located<'a>| at.node.get("$ref").is_some();
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
        base: &Located<'a>,
        head: &Located<'a>,
        old: &Located<'a>,
        new: &Located<'a>,
        subject: &Subject,
    ) {
        let is_renamed =
            self.head.root.at(&old.pointer).is_none() && self.base.root.at(&new.pointer).is_none();
        if old.pointer != new.pointer && !is_renamed {
            let last =
                |at: &Located<'_>| at.pointer.rsplit('/').next().unwrap_or_default().to_owned();
            let message = format!("{} has another type in Rust", subject.title);
            let note = PendingChange::new(Class::SourceBreaking, &subject.name, message);
            self.note(Sides::both(base, head), note.texts(&last(old), &last(new)));
        }
    }

    fn members(
        &mut self,
        base: &Located<'a>,
        head: &Located<'a>,
        direction: Direction,
        subject: &Subject,
    ) {
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
                    this.nullable(subject, direction, old, new, Sides::both(&spot.0, &spot.1))
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
                            PendingChange::new(Class::Breaking, &subject.name, message),
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
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
        direction: Direction,
        subject: &Subject,
    ) {
        let meant = |root: &'a Node, at: &Located<'a>| -> Option<Vec<(&'a str, Located<'a>)>> {
            let mapping = at.node.get("mapping").into_iter().flat_map(Node::members);
            let schema = |text: &str| {
                let name = text.rsplit('/').next()?;
                let member = root.get("components")?.get("schemas")?.member(name)?;
                let pointer = step("/components/schemas", name);
                Some(Located { node: &member.node, anchor: member.key, pointer })
            };
            mapping.map(|(value, member)| Some((value, schema(member.node.text()?)?))).collect()
        };
        let name = |at: &Located<'a>| at.node.get("propertyName").map(Node::to_json);
        if let (Some(old), Some(new)) = (&old, &new)
            && name(old) == name(new)
            && let (Some(was), Some(is)) = (meant(self.base.root, old), meant(self.head.root, new))
            && was.len() == is.len()
            && was.iter().all(|(value, _)| is.iter().any(|(other, _)| value == other))
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
        let note = PendingChange::new(
            Class::Breaking,
            &subject.name,
            format!("the discriminator of {} changed", subject.title),
        );
        self.note_values(note, old, new);
    }

    /// A title names the Rust type of a schema that is no component.
    fn title(&mut self, subject: &Subject, old: Option<Located<'a>>, new: Option<Located<'a>>) {
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

    /// Alternatives, or parts: what is the same in both lists is put aside, what is left is compared in order.
    fn combination(
        &mut self,
        key: &str,
        old: Option<Located<'a>>,
        new: Option<Located<'a>>,
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
            twin.map(|place| pairs.push((item.clone(), added.remove(place)))).is_none()
        });
        let both = removed.len().min(added.len());
        pairs.extend(removed.drain(..both).zip(added.drain(..both)));
        for (base, head) in pairs {
            self.pair(
                &base,
                &head,
                direction,
                &subject.part(if key == "allOf" { "a part" } else { "an alternative" }),
            );
        }
        let title = &subject.title;
        for item in removed {
            let note = PendingChange::new(
                Class::Breaking,
                &subject.name,
                format!("one of the schemas in `{key}` of {title} is gone"),
            );
            self.note(Sides::base(&item), note);
        }
        for item in added {
            let class = match (key, direction) {
                ("oneOf" | "anyOf", Direction::Request) if !was_none => Class::Compatible,
                _ => Class::Breaking,
            };
            let note = PendingChange::new(
                class,
                &subject.name,
                format!("one of the schemas in `{key}` of {title} is new"),
            );
            self.note(Sides::head(&item), note.going(direction));
        }
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

pub(super) fn requires(schema: &Node, name: &str) -> bool {
    let required = schema.get("required").map(Node::items).unwrap_or_default();
    required.iter().any(|item| item.text() == Some(name))
}
