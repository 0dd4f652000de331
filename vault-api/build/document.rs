//! The document as a tree of YAML, with the place of each node as a JSON pointer (RFC 6901).

use serde_yaml::{Mapping, Value};

use super::GenerateError;

/// A node of the document and its place.
#[derive(Clone)]
pub struct At<'a> {
    pub node: &'a Value,
    pub pointer: String,
}

impl<'a> At<'a> {
    pub fn get(&self, key: &str) -> Option<At<'a>> {
        let node = self.node.get(key)?;
        let step = key.replace('~', "~0").replace('/', "~1");
        Some(At { node, pointer: format!("{}/{step}", self.pointer) })
    }

    /// The members of an object in their order, without extensions.
    pub fn entries(&self) -> Vec<(&'a str, At<'a>)> {
        let keys = self.node.as_mapping().into_iter().flat_map(Mapping::keys);
        let keys = keys.filter_map(Value::as_str).filter(|key| !key.starts_with("x-"));
        keys.filter_map(|key| Some((key, self.get(key)?))).collect()
    }

    /// The members of the object at a key, whatever their names are.
    pub fn named(&self, key: &str) -> Vec<(&'a str, At<'a>)> {
        let Some(at) = self.get(key) else { return Vec::new() };
        let keys = at.node.as_mapping().into_iter().flat_map(Mapping::keys);
        keys.filter_map(|key| Some((key.as_str()?, at.get(key.as_str()?)?))).collect()
    }

    /// The items of the list at a key.
    pub fn items(&self, key: &str) -> Vec<At<'a>> {
        let items = self.node.get(key).and_then(Value::as_sequence).into_iter().flatten();
        let at = |(index, node)| At { node, pointer: format!("{}/{key}/{index}", self.pointer) };
        items.enumerate().map(at).collect()
    }

    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.node.get(key)?.as_str()
    }

    pub fn is_true(&self, key: &str) -> bool {
        self.node.get(key).and_then(Value::as_bool) == Some(true)
    }
}

/// A whole document.
pub struct Document {
    root: Value,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// If it is not YAML, has a key twice, or is not OpenAPI 3.0.
    pub fn read(text: &str) -> Result<Self, GenerateError> {
        // A byte order mark before the first key would be part of it.
        let text = text.trim_start_matches('\u{feff}');
        let root: Value = serde_yaml::from_str(text).map_err(|error| GenerateError {
            line: error.location().map(|location| location.line()),
            message: error.to_string(),
            ..GenerateError::new("")
        })?;
        match root.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0.") => Ok(Self { root }),
            Some(version) => {
                let message = format!("the document is OpenAPI {version}: write it in OpenAPI 3.0");
                Err(GenerateError { pointer: "/openapi".to_owned(), ..GenerateError::new(message) })
            }
            None => Err(GenerateError::new(
                "the document has no `openapi: 3.0.3`: write an OpenAPI document",
            )),
        }
    }

    pub fn whole(&self) -> At<'_> {
        At { node: &self.root, pointer: String::new() }
    }

    /// The components of a section, such as `schemas`.
    pub fn components(&self, section: &str) -> Vec<(&str, At<'_>)> {
        self.whole()
            .get("components")
            .map(|components| components.named(section))
            .unwrap_or_default()
    }

    /// The object that a chain of references leads to; an object leads to itself. Nothing if the chain does not end.
    pub fn resolve<'a>(&'a self, at: At<'a>) -> Option<At<'a>> {
        let mut at = at;
        // A longer chain is a circle.
        for _ in 0..32 {
            let Some(reference) = at.text("$ref") else { return Some(at) };
            let pointer = reference.strip_prefix("#/")?;
            at = pointer.split('/').try_fold(self.whole(), |at, step| {
                at.get(&step.replace("~1", "/").replace("~0", "~"))
            })?;
        }
        None
    }
}
