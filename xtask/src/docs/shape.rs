//! What a schema says of a value, with references and combinations resolved.

use std::collections::HashSet;

use super::kind::FieldType;
use super::operation::{Field, SpecItem};
use crate::openapi::grammar::SCHEMA;
use crate::openapi::references::{Located, resolve};
use crate::openapi::tree::{Member, Node, Value, step};
use crate::source::Span;

/// What a schema says of a value, with all that it is made of.
#[derive(Default)]
pub struct Shape<'a> {
    /// The type, unless anything is allowed.
    pub kind: Option<FieldType>,
    /// Whether it may be `null`.
    pub is_nullable: bool,
    /// Whether an object may have properties that are not described.
    pub is_open: bool,
    /// The properties, of an array's items if it is one.
    pub fields: Vec<Field<'a>>,
    /// The schema of an array's items.
    pub items: Option<Located<'a>>,
    /// The schemas that were looked at.
    pub nodes: Vec<&'a Node>,
    /// What names the first of them that is not a reference.
    pub anchor: Option<Span>,
}

/// What the schema at a place says.
pub fn shape<'a>(root: &'a Node, at: &Located<'a>) -> Shape<'a> {
    within(root, at, 0)
}

fn within<'a>(root: &'a Node, at: &Located<'a>, depth: usize) -> Shape<'a> {
    let mut shape = Shape::default();
    // Arrays of arrays may lead back to themselves.
    if depth > 8 {
        return shape;
    }
    add(root, at.clone(), true, &mut shape, &mut HashSet::new());
    if let Some(items) = &shape.items {
        let inner = within(root, items, depth + 1);
        if let (Some(kind), Some(inner)) = (&mut shape.kind, inner.kind) {
            kind.items = Some(Box::new(inner));
        }
        shape.fields = inner.fields;
        shape.is_open = inner.is_open;
    } else if shape.kind.is_none() && !shape.fields.is_empty() {
        shape.kind = FieldType::named("object");
    }
    let is_object = shape.kind.as_ref().is_none_or(|kind| kind.name == "object");
    shape.is_open |= shape.fields.is_empty() && shape.items.is_none() && is_object;
    shape
}

fn add<'a>(
    root: &'a Node,
    at: Located<'a>,
    is_certain: bool,
    shape: &mut Shape<'a>,
    seen: &mut HashSet<String>,
) {
    let listed = at.node;
    let Some(at) = resolve(root, &SCHEMA, at) else {
        return;
    };
    if !seen.insert(at.pointer.clone()) {
        return;
    }
    let node = at.node;
    shape.anchor.get_or_insert(at.anchor);
    shape.nodes.push(listed);
    if !std::ptr::eq(listed, node) {
        shape.nodes.push(node);
    }
    if shape.kind.is_none() {
        shape.kind = node.text_of("type").and_then(FieldType::named);
        if let Some(kind) = &mut shape.kind {
            kind.format = node.text_of("format").map(str::to_owned);
        }
    }
    shape.is_nullable |= node.is_true("nullable");
    shape.is_open |= !matches!(
        node.get("additionalProperties").map(|node| &node.value),
        None | Some(Value::Bool(false))
    );
    let below = |name: &str, member: &'a Member| Located {
        node: &member.node,
        anchor: member.key,
        pointer: step(&at.pointer, name),
    };
    if let Some(items) = node.member("items") {
        shape.items.get_or_insert(below("items", items));
    }
    let required = node.get("required").map(Node::items).unwrap_or_default();
    let properties = step(&at.pointer, "properties");
    for (name, member) in node.get("properties").into_iter().flat_map(Node::members) {
        let is_required = required.iter().any(|item| item.text() == Some(name));
        let schema =
            Located { node: &member.node, anchor: member.key, pointer: step(&properties, name) };
        add_field(root, name, schema, is_certain && is_required, shape);
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let items = node.get(key).map(Node::items).unwrap_or_default();
        for (index, node) in items.iter().enumerate() {
            let at = Located {
                node,
                anchor: node.span,
                pointer: format!("{}/{index}", step(&at.pointer, key)),
            };
            add(root, at, is_certain && key == "allOf", shape, seen);
        }
    }
}

fn add_field<'a>(
    root: &'a Node,
    name: &str,
    schema: Located<'a>,
    is_required: bool,
    shape: &mut Shape<'a>,
) {
    if let Some(known) = shape.fields.iter_mut().find(|field| field.name == name) {
        known.is_required = known.is_required.map(|known| known || is_required);
        return;
    }
    let target = resolve(root, &SCHEMA, schema.clone()).map(|at| at.node);
    let holders: Vec<&Node> = [Some(schema.node), target].into_iter().flatten().collect();
    shape.fields.push(Field {
        name: name.to_owned(),
        is_required: Some(is_required),
        value: holders.iter().find_map(|node| value(node)).map(stated),
        is_implied: false,
        scheme: None,
        thing: SpecItem { span: schema.anchor, holders },
        schema: Some(schema),
    });
}

/// The example of a parameter, a security scheme or a property, or else its default.
pub fn value(node: &Node) -> Option<&Node> {
    ["example", "x-example", "default"].into_iter().find_map(|key| node.get(key))
}

/// A value as a text, and where it stands.
pub fn stated(node: &Node) -> (String, Span) {
    let text = match &node.value {
        Value::Text(text) => text.clone(),
        _ => node.to_json().to_string(),
    };
    (text, node.span)
}
