//! What references lead to.

use std::collections::HashSet;

use super::grammar::{ObjectType, section};
use super::tree::{Node, Value, step};
use crate::source::Span;

/// What a reference's text says.
#[derive(Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A component.
    Component {
        /// The part of `components`.
        section: &'a str,
        /// Its name there.
        name: &'a str,
    },
    /// Something else in the same document.
    Local,
    /// Another document.
    External,
}

impl<'a> Target<'a> {
    /// Reads the text of a `$ref`.
    pub fn of(reference: &'a str) -> Self {
        let Some(local) = reference.strip_prefix('#') else {
            return Self::External;
        };
        let component = local.strip_prefix("/components/").and_then(|rest| rest.split_once('/'));
        match component {
            Some((section, name)) if !name.is_empty() && !name.contains('/') => {
                Self::Component { section, name }
            }
            _ => Self::Local,
        }
    }
}

/// An object, where it really stands.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// The object.
    pub node: &'a Node,
    /// What names it.
    pub anchor: Span,
    /// Where it is, as a JSON pointer.
    pub pointer: String,
}

impl<'a> Located<'a> {
    /// What stands under a name in a map.
    pub fn below(&self, name: &str) -> Option<Self> {
        let member = self.node.member(name)?;
        Some(Self { node: &member.node, anchor: member.key, pointer: step(&self.pointer, name) })
    }

    /// The members of a map, with their names.
    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let names = self.node.members().map(|(name, _)| name);
        names.filter_map(|name| Some((name, self.below(name)?))).collect()
    }

    /// The items of a list.
    pub fn items(&self) -> Vec<Self> {
        let item = |(index, node): (usize, &'a Node)| Self {
            node,
            anchor: node.span,
            pointer: format!("{}/{index}", self.pointer),
        };
        self.node.items().iter().enumerate().map(item).collect()
    }
}

/// The component that a reference of a kind leads to, which may be a reference again.
pub fn component<'a>(root: &'a Node, kind: &ObjectType, reference: &str) -> Option<Located<'a>> {
    let Target::Component { section: found, name } = Target::of(reference) else {
        return None;
    };
    let section = section(kind).filter(|section| *section == found)?;
    let member = root.get("components")?.get(section)?.member(name)?;
    let pointer = format!("/components/{section}");
    Some(Located { node: &member.node, anchor: member.key, pointer: step(&pointer, name) })
}

/// Follows references until there is an object. None if one leads nowhere, or they lead in a circle.
pub fn resolve<'a>(root: &'a Node, kind: &ObjectType, mut at: Located<'a>) -> Option<Located<'a>> {
    // A chain of references is short; a longer one is a circle.
    for _ in 0..32 {
        match at.node.get("$ref") {
            None => return Some(at),
            Some(reference) => at = component(root, kind, reference.text()?)?,
        }
    }
    None
}

/// The pointers of the components that some nodes lead to, directly or not.
pub fn reached<'a>(root: &'a Node, from: Vec<&'a Node>) -> HashSet<String> {
    let mut used = HashSet::new();
    let mut open = from;
    while let Some(node) = open.pop() {
        let mut lead = |pointer: String| {
            if used.contains(&pointer) {
                return None;
            }
            let node = root.at(&pointer)?;
            used.insert(pointer);
            Some(node)
        };
        for (name, member) in node.members() {
            open.push(&member.node);
            match (name, &member.node.value) {
                ("$ref", Value::Text(text)) => {
                    let pointer = text
                        .strip_prefix('#')
                        .filter(|pointer| pointer.starts_with("/components/"));
                    open.extend(pointer.and_then(|pointer| lead(pointer.to_owned())));
                }
                ("security", Value::List(alternatives)) => {
                    for (scheme, _) in alternatives.iter().flat_map(Node::members) {
                        open.extend(lead(step("/components/securitySchemes", scheme)));
                    }
                }
                ("mapping", Value::Map(map)) => {
                    for text in map.values().filter_map(|member| member.node.text()) {
                        let name = text.rsplit('/').next().unwrap_or_default();
                        open.extend(lead(step("/components/schemas", name)));
                    }
                }
                _ => {}
            }
        }
        open.extend(node.items());
    }
    used
}
