//! The OpenAPI document: what of it the sandbox serves.

use std::collections::HashSet;

use http::Method;
use serde_yaml::{Mapping, Value as Yaml};

use crate::operation::Operation;
use crate::schema::Schemas;

/// The document that this workspace generates the client from.
pub(crate) const SHIPPED: &str = include_str!("../../spec/vault.yaml");

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// How many references may lead from one to the next.
const MAX_REFERENCES: usize = 16;

/// Why the sandbox cannot serve an OpenAPI document. `cargo xtask check` says more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// The document is not YAML.
    #[error("the OpenAPI document is not YAML: run `cargo xtask check`")]
    Yaml(#[from] serde_yaml::Error),
    /// The document has no operation.
    #[error("the OpenAPI document has no operation: add one under `paths`")]
    NoOperation,
    /// A reference leads nowhere.
    #[error("the reference `{reference}` leads nowhere: run `cargo xtask check`")]
    Reference {
        /// What it says.
        reference: String,
    },
    /// A schema cannot be used.
    #[error("the schema of {place} cannot be used ({cause}): run `cargo xtask check`")]
    Schema {
        /// What the schema is of.
        place: String,
        /// What is wrong with it.
        cause: String,
    },
    /// A name cannot be that of a header.
    #[error("`{name}` cannot be the name of a header: run `cargo xtask check`")]
    Header {
        /// The name.
        name: String,
    },
}

/// A document as it is written. References are followed where they are met.
pub(crate) struct Document {
    root: Yaml,
}

impl Document {
    /// The node that a node stands for: itself, or what its `$ref` leads to.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Yaml) -> Result<&'a Yaml, DocumentError> {
        let mut node = node;
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = text(node, "$ref") else {
                return Ok(node);
            };
            node = self.at(reference).ok_or_else(|| broken(reference))?;
        }
        Err(broken(text(node, "$ref").unwrap_or_default()))
    }

    fn at(&self, reference: &str) -> Option<&Yaml> {
        reference.strip_prefix("#/")?.split('/').try_fold(&self.root, |node, step| {
            node.get(step.replace("~1", "/").replace("~0", "~").as_str())
        })
    }

    /// The node under a key of the whole document.
    pub(crate) fn get(&self, key: &str) -> Option<&Yaml> {
        self.root.get(key)
    }

    /// The security scheme of this name.
    pub(crate) fn security_scheme(&self, name: &str) -> Result<Option<&Yaml>, DocumentError> {
        let schemes = self.get("components").and_then(|node| node.get("securitySchemes"));
        schemes.and_then(|schemes| schemes.get(name)).map(|node| self.resolve(node)).transpose()
    }
}

fn broken(reference: &str) -> DocumentError {
    DocumentError::Reference { reference: reference.to_owned() }
}

/// The text under a key.
pub(crate) fn text<'a>(node: &'a Yaml, key: &str) -> Option<&'a str> {
    node.get(key).and_then(Yaml::as_str)
}

/// Whether `true` is under a key.
pub(crate) fn is_true(node: &Yaml, key: &str) -> bool {
    node.get(key).and_then(Yaml::as_bool).unwrap_or_default()
}

/// The items of the list under a key.
pub(crate) fn items<'a>(node: &'a Yaml, key: &str) -> &'a [Yaml] {
    node.get(key).and_then(Yaml::as_sequence).map(Vec::as_slice).unwrap_or_default()
}

/// The members of a map, in the document's order. Keys that are not texts, such as a status without quotes, are read
/// as their text.
pub(crate) fn members(node: Option<&Yaml>) -> impl Iterator<Item = (String, &Yaml)> {
    let map = node.and_then(Yaml::as_mapping).into_iter().flat_map(Mapping::iter);
    map.filter_map(|(key, node)| match key {
        Yaml::String(key) => Some((key.clone(), node)),
        Yaml::Number(key) => Some((key.to_string(), node)),
        _ => None,
    })
}

/// The operations of a document.
pub(crate) struct Api {
    pub(crate) operations: Vec<Operation>,
    /// Every key and every name in the document. A log may show these, wherever a request has them.
    pub(crate) names: HashSet<String>,
}

impl Api {
    pub(crate) fn read(text: &str) -> Result<Self, DocumentError> {
        let document = Document { root: serde_yaml::from_str(text)? };
        let schemas = Schemas::new(document.get("components"));
        let mut operations = Vec::new();
        for (path, item) in members(document.get("paths")) {
            let item = document.resolve(item)?;
            for (method, node) in members(Some(item)) {
                if METHODS.contains(&method.as_str())
                    && let Ok(method) = Method::from_bytes(method.to_ascii_uppercase().as_bytes())
                {
                    operations
                        .push(Operation::read(&document, &schemas, method, &path, item, node)?);
                }
            }
        }
        if operations.is_empty() {
            return Err(DocumentError::NoOperation);
        }
        let mut names = HashSet::new();
        collect_names(&document.root, &mut names);
        Ok(Self { operations, names })
    }
}

impl Api {
    /// The names of the examples of all operations, each once.
    pub(crate) fn example_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for example in self.operations.iter().flat_map(|operation| &operation.examples) {
            if !names.contains(&example.name.as_str()) {
                names.push(&example.name);
            }
        }
        names
    }
}

fn collect_names(node: &Yaml, names: &mut HashSet<String>) {
    for (key, node) in members(Some(node)) {
        collect_names(node, names);
        if key == "name"
            && let Some(name) = node.as_str()
        {
            names.insert(name.to_owned());
        }
        names.insert(key);
    }
    for item in node.as_sequence().into_iter().flatten() {
        collect_names(item, names);
    }
}
