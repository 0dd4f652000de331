//! A document as a tree of values, each with its place in the text.

use indexmap::IndexMap;

use crate::source::Span;

#[derive(Clone, Debug)]
pub struct Node {
    /// Its place. Of an array or an object, the first line.
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Node>),
    Map(Map),
}

/// The members of an object in their order.
pub type Map = IndexMap<String, Member>;

#[derive(Clone, Debug)]
pub struct Member {
    pub key: Span,
    /// Whether the key is a string, and not, for example, a number.
    pub is_text: bool,
    pub node: Node,
}

impl Node {
    pub fn map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    pub fn get(&self, name: &str) -> Option<&Node> {
        Some(&self.member(name)?.node)
    }

    pub fn member(&self, name: &str) -> Option<&Member> {
        self.map()?.get(name)
    }

    /// The items of an array; nothing else has any.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; nothing else has any.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Member)> {
        let members = self.map().into_iter().flatten();
        members.map(|(name, member)| (name.as_str(), member))
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    pub fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Node { value: Value::Bool(true), .. }))
    }

    /// The number of nodes in it, itself included.
    pub fn size(&self) -> usize {
        let below: usize = match &self.value {
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(map) => map.values().map(|member| member.node.size()).sum(),
            _ => 0,
        };
        1 + below
    }

    /// The number of its levels, itself included.
    pub fn depth(&self) -> usize {
        let below = match &self.value {
            Value::List(items) => items.iter().map(Self::depth).max(),
            Value::Map(map) => map.values().map(|member| member.node.depth()).max(),
            _ => None,
        };
        1 + below.unwrap_or(0)
    }

    /// The name of its type, with an article.
    pub fn kind(&self) -> &'static str {
        kind(&self.to_json())
    }

    /// The same value without its places.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => number.clone().into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(map) => {
                map.iter().map(|(name, member)| (name.clone(), member.node.to_json())).collect()
            }
        }
    }

    /// The node at a JSON pointer (RFC 6901) from here.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        pointer.split('/').skip(1).try_fold(self, |node, step| {
            let step = step.replace("~1", "/").replace("~0", "~");
            match &node.value {
                Value::List(items) => items.get(step.parse::<usize>().ok()?),
                _ => node.get(&step),
            }
        })
    }
}

/// The name of the type of a value, with an article.
pub fn kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "`null`",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}

/// A JSON pointer one step longer.
pub fn step(pointer: &str, name: &str) -> String {
    match name.bytes().any(|byte| byte == b'~' || byte == b'/') {
        true => format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")),
        false => [pointer, "/", name].concat(),
    }
}
