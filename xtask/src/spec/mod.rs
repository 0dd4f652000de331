//! The one reader of OpenAPI documents: text, to a tree with spans, to operations with references resolved.

pub mod api;
pub mod objects;
pub mod operations;
pub mod references;
mod scalar;
pub mod source;
pub mod suggest;
pub mod tree;
pub mod values;
pub mod walk;
pub mod yaml;

use std::path::Path;
use std::rc::Rc;

use crate::Error;
use crate::finding::Finding;
use source::Source;
use tree::Node;

/// A document that was read.
pub struct Spec {
    /// Its text.
    pub source: Rc<Source>,
    /// Its tree, unless it is not YAML at all.
    pub root: Option<Node>,
    /// What is wrong with it as YAML.
    pub findings: Vec<Finding>,
}

impl Spec {
    /// Reads the file at `path`, which findings call `name`.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if there is no such file, or it cannot be read. What is in it is never an error: it is a
    /// finding.
    pub fn open(path: &Path, name: &str) -> Result<Self, Error> {
        let (bytes, is_whole) = source::read(path, name)?;
        Ok(Self::read(name, bytes, is_whole))
    }

    /// Reads a document from memory.
    pub fn from_text(name: &str, text: &str) -> Self {
        Self::from_bytes(name, text.as_bytes().to_vec())
    }

    /// Reads a document from memory, whatever it is.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let is_whole = bytes.len() as u64 <= source::GREATEST_FILE;
        Self::read(name, bytes, is_whole)
    }

    fn read(name: &str, bytes: Vec<u8>, is_whole: bool) -> Self {
        let (source, finding) = Source::from_bytes(name, bytes, is_whole);
        let source = Rc::new(source);
        match finding {
            Some(finding) => Self { findings: vec![finding(&source)], root: None, source },
            None => {
                let (root, findings) = yaml::parse(&source);
                Self { source, root, findings }
            }
        }
    }
}
