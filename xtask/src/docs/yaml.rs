//! YAML in the order in which it is written.

use serde_yaml::{Mapping, Value as Yaml};

use crate::openapi::tree::{Node, Value};

/// A map of YAML that keeps its order.
pub fn map<const N: usize>(members: [(&str, Yaml); N]) -> Mapping {
    members.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// A part of the spec as YAML.
pub fn yaml(node: &Node) -> Yaml {
    match &node.value {
        Value::List(items) => items.iter().map(yaml).collect::<Vec<_>>().into(),
        Value::Map(members) => {
            let members =
                members.iter().map(|(name, member)| (name.as_str().into(), yaml(&member.node)));
            Yaml::Mapping(members.collect())
        }
        _ => serde_yaml::to_value(node.to_json()).unwrap_or_default(),
    }
}

/// A sentence for a description.
pub fn described(text: &str, otherwise: &str) -> Yaml {
    let text = if text.trim().is_empty() { otherwise } else { text.trim() };
    text.into()
}
