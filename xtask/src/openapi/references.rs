//! What references lead to.

use std::collections::HashSet;

use super::grammar::{ObjectType, section};
use super::tree::{Node, Value, step};
use crate::source::Span;

/// What the text of a reference says.
#[derive(Debug, PartialEq, Eq)]
pub enum Target<'a> {
    Component {
        section: &'a str,
        name: &'a str,
    },
    /// Something else in the same document.
    Local,
    External,
}

impl<'a> Target<'a> {
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

#[derive(Clone, Debug)]
pub struct Located<'a> {
    pub node: &'a Node,
    /// The text that names it: its key, or the node itself in an array.
    pub anchor: Span,
    pub pointer: String,
}

impl<'a> Located<'a> {
    pub fn whole(root: &'a Node) -> Self {
        Self { node: root, anchor: root.span, pointer: String::new() }
    }

    pub fn below(&self, key: &str) -> Option<Self> {
        let member = self.node.member(key)?;
        Some(Self { node: &member.node, anchor: member.key, pointer: step(&self.pointer, key) })
    }

    pub fn entries(&self) -> Vec<(&'a str, Self)> {
        let located = |(key, member): (&'a str, &'a super::tree::Member)| {
            let pointer = step(&self.pointer, key);
            (key, Self { node: &member.node, anchor: member.key, pointer })
        };
        self.node.members().map(located).collect()
    }

    pub fn items(&self) -> Vec<Self> {
        let item = |(index, node): (usize, &'a Node)| Self {
            node,
            anchor: node.span,
            pointer: format!("{}/{index}", self.pointer),
        };
        self.node.items().iter().enumerate().map(item).collect()
    }

    /// The same node, named by its value and not by its key.
    pub fn value(self) -> Self {
        Self { anchor: self.node.span, ..self }
    }
}

/// The component that a reference to an object of a type leads to, which may be a reference again.
pub fn component<'a>(
    root: &'a Node,
    object_type: &ObjectType,
    reference: &str,
) -> Option<Located<'a>> {
    let Target::Component { section: found, name } = Target::of(reference) else {
        return None;
    };
    let section = section(object_type).filter(|section| *section == found)?;
    let member = root.get("components")?.get(section)?.member(name)?;
    let pointer = step(&format!("/components/{section}"), name);
    Some(Located { node: &member.node, anchor: member.key, pointer })
}

/// Follows references to an object. None if one leads nowhere, or they form a cycle.
pub fn resolve<'a>(
    root: &'a Node,
    object_type: &ObjectType,
    mut at: Located<'a>,
) -> Option<Located<'a>> {
    // Longer chains are cycles.
    for _ in 0..32 {
        match at.node.get("$ref") {
            None => return Some(at),
            Some(reference) => at = component(root, object_type, reference.text()?)?,
        }
    }
    None
}

/// The pointers of the components that some nodes lead to, directly or through others. The root stands for everything
/// outside of its components.
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
            if name == "components" && std::ptr::eq(node, root) {
                continue;
            }
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
