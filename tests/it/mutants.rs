//! Documents with one mistake: every node is deleted, duplicated, replaced by another type, and misspelt.
//!
//! To replace each node by every other type, which takes minutes, run
//!
//! ```sh
//! VAULT_API_ALL_MUTANTS=1 cargo test --package vault-api-sandbox oracle
//! ```

use std::collections::BTreeSet;

use serde_json::json;
use xtask::openapi::tree::{Node, Value, step};

/// A change of a node.
#[derive(Clone, Debug)]
pub enum Change {
    /// Remove it.
    Delete,
    /// Write it twice.
    Duplicate,
    /// Replace its value.
    Replace(serde_json::Value),
    /// Rename its key.
    Rename(String),
    /// Add a member to it.
    Insert(&'static str, serde_json::Value),
    /// Reverse its members or items.
    Reverse,
}

/// Keys below which the document gives the names.
const NAMED: [&str; 12] = [
    "callbacks",
    "content",
    "examples",
    "headers",
    "mapping",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securitySchemes",
];

/// A document with one changed node.
pub struct Mutant {
    pub pointer: String,
    pub change: Change,
}

impl Mutant {
    /// What it has in common with others: the last two steps to it, without names and numbers, and what changes.
    fn class(&self) -> String {
        let mut path = Vec::new();
        let mut parent = "";
        for step in self.pointer.split('/').skip(1) {
            let is_name = NAMED.contains(&parent);
            let is_number = step.bytes().all(|byte| byte.is_ascii_digit());
            // Below a name, the next step is a key again.
            parent = if is_name { "" } else { step };
            path.push(if is_name || is_number { "*" } else { step });
        }
        let change = match &self.change {
            Change::Delete => "delete",
            Change::Duplicate => "duplicate",
            Change::Replace(_) => "replace",
            Change::Rename(_) => "rename",
            Change::Insert(name, _) => name,
            Change::Reverse => "reverse",
        };
        format!("{} {change}", path[path.len().saturating_sub(2)..].join("/"))
    }

    /// The text of the document, as JSON, which is YAML.
    pub fn text(&self, root: &Node) -> String {
        let mut text = String::new();
        self.write(root, "", &mut text);
        text
    }

    fn write(&self, node: &Node, pointer: &str, out: &mut String) {
        if pointer == self.pointer
            && let Change::Replace(value) = &self.change
        {
            out.push_str(&value.to_string());
            return;
        }
        match &node.value {
            Value::Map(map) => {
                out.push('{');
                let mut parts = Vec::new();
                for (name, member) in map {
                    let below = step(pointer, name);
                    let mut value = String::new();
                    self.write(&member.node, &below, &mut value);
                    match &self.change {
                        _ if below != self.pointer => parts.push((name.clone(), value)),
                        Change::Delete => {}
                        Change::Duplicate => {
                            parts.push((name.clone(), value.clone()));
                            parts.push((name.clone(), value));
                        }
                        Change::Rename(other) => parts.push((other.clone(), value)),
                        _ => parts.push((name.clone(), value)),
                    }
                }
                if pointer == self.pointer {
                    match &self.change {
                        Change::Insert(name, value) => {
                            parts.push(((*name).to_owned(), value.to_string()));
                        }
                        Change::Reverse => parts.reverse(),
                        _ => {}
                    }
                }
                let parts = parts.iter().map(|(name, value)| format!("{}: {value}", json!(name)));
                out.push_str(&parts.collect::<Vec<_>>().join(", "));
                out.push('}');
            }
            Value::List(items) => {
                out.push('[');
                let mut parts = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let below = format!("{pointer}/{index}");
                    let mut value = String::new();
                    self.write(item, &below, &mut value);
                    match &self.change {
                        Change::Delete if below == self.pointer => {}
                        Change::Duplicate if below == self.pointer => {
                            parts.push(value.clone());
                            parts.push(value);
                        }
                        _ => parts.push(value),
                    }
                }
                if pointer == self.pointer && matches!(self.change, Change::Reverse) {
                    parts.reverse();
                }
                out.push_str(&parts.join(", "));
                out.push(']');
            }
            _ => out.push_str(&node.to_json().to_string()),
        }
    }
}

fn all_mutants() -> bool {
    std::env::var_os("VAULT_API_ALL_MUTANTS").is_some()
}

pub fn mutants(root: &Node) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    gather(root, None, "", &mut mutants);
    some_of_each_class(mutants)
}

/// One mutant of each class, or all of them with `VAULT_API_ALL_MUTANTS=1`. A class has the same change of the same key
/// below the same key, whatever name the document gives to the thing around it.
pub fn some_of_each_class(mut mutants: Vec<Mutant>) -> Vec<Mutant> {
    let mut seen = BTreeSet::new();
    mutants.retain(|mutant| all_mutants() || seen.insert(mutant.class()));
    mutants
}

fn gather(node: &Node, key: Option<&str>, pointer: &str, mutants: &mut Vec<Mutant>) {
    let mut add = |change| {
        mutants.push(Mutant { pointer: pointer.to_owned(), change });
    };
    if !pointer.is_empty() {
        add(Change::Delete);
        add(Change::Duplicate);
    }
    let mut others = vec![json!(null), json!(true), json!(7), json!("text"), json!([]), json!({})];
    others.retain(|other| *other != node.to_json());
    if all_mutants() {
        others.extend([json!(-1.5), json!(["text"]), json!({ "key": "text" })]);
    } else {
        // One type for each node.
        let turn = pointer.len() % others.len();
        others = vec![others.swap_remove(turn)];
    }
    for other in others {
        add(Change::Replace(other));
    }
    if let Some(text) = node.text().filter(|text| text.len() > 1) {
        let mut shorter = text.to_owned();
        shorter.pop();
        add(Change::Replace(json!(shorter)));
    }
    if let Some(key) = key {
        let mut shorter = key.to_owned();
        shorter.pop();
        add(Change::Rename(shorter));
        if all_mutants() {
            add(Change::Rename(format!("{key}s")));
            add(Change::Rename(key.to_uppercase()));
        }
    }
    for (name, member) in node.members() {
        gather(&member.node, Some(name), &step(pointer, name), mutants);
    }
    for (index, item) in node.items().iter().enumerate() {
        gather(item, None, &format!("{pointer}/{index}"), mutants);
    }
}
