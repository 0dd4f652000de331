//! A document as a tree of values, each with its place in the text.

use indexmap::IndexMap;

use crate::source::Span;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands. Of a list or a map, its first line only.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A value of JSON.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Map),
}

/// The members of a map in their order.
pub type Map = IndexMap<String, Member>;

/// What a map has under a name.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where the name stands.
    pub key: Span,
    /// Whether the name is a text, and not, say, a number.
    pub is_text: bool,
    /// What stands under it.
    pub node: Node,
}

impl Node {
    /// The members, of a map.
    pub fn map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// What stands under a name, in a map.
    pub fn get(&self, name: &str) -> Option<&Node> {
        Some(&self.member(name)?.node)
    }

    /// The member of a name, in a map.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.map()?.get(name)
    }

    /// The items, of a list; of anything else none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members, of a map; of anything else none.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Member)> {
        let members = self.map().into_iter().flatten();
        members.map(|(name, member)| (name.as_str(), member))
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text under a name.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// Whether `true` stands under a name.
    pub fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Node { value: Value::Bool(true), .. }))
    }

    /// How many nodes it is made of, itself included.
    pub fn size(&self) -> usize {
        let below: usize = match &self.value {
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(map) => map.values().map(|member| member.node.size()).sum(),
            _ => 0,
        };
        1 + below
    }

    /// How many levels it has, itself included.
    pub fn depth(&self) -> usize {
        let below = match &self.value {
            Value::List(items) => items.iter().map(Self::depth).max(),
            Value::Map(map) => map.values().map(|member| member.node.depth()).max(),
            _ => None,
        };
        1 + below.unwrap_or(0)
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
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

    /// What a JSON pointer (RFC 6901) leads to from here.
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

/// A JSON pointer one step longer.
pub fn step(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}
