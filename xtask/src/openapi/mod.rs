//! Reads OpenAPI documents: from text to a tree with spans, to a [`Document`] with operations and resolved references.

pub(crate) mod document;
mod formats;
pub(crate) mod grammar;
pub(crate) mod links;
pub(crate) mod media_type;
pub(crate) mod operations;
pub(crate) mod references;
mod scalar;
pub(crate) mod schema;
pub(crate) mod suggest;
#[doc(hidden)]
pub mod tree;
pub(crate) mod values;
pub(crate) mod version;
pub(crate) mod walk;
pub(crate) mod yaml;

use std::path::Path;
use std::rc::Rc;

use crate::Error;
use crate::finding::{Finding, Rule};
use crate::source::{self, Source, Span};
pub use document::Document;
use tree::Node;

/// The key of a reason for which the document differs from the vendor's page.
pub const DEPARTURE: &str = "x-docs-departure";
/// What a departure can be limited to, apart from the name of something that only the page has.
pub const ASPECTS: [&str; 5] = ["presence", "type", "required", "default", "example"];
pub(crate) const NOT_UTF8: Rule = Rule::error("not-utf8");
pub(crate) const TOO_LARGE: Rule = Rule::error("too-large");

/// A document that was read, and parsed as YAML.
pub struct Parsed {
    /// Its text.
    pub source: Rc<Source>,
    /// Its tree, unless it is not YAML.
    pub root: Option<Node>,
    /// The problems of the YAML.
    pub findings: Vec<Finding>,
}

impl Parsed {
    /// Reads the file at `path`, which findings call `name`.
    ///
    /// # Errors
    ///
    /// [`Error::File`] if the file cannot be read. Problems with its content are findings.
    pub fn open(path: &Path, name: &str) -> Result<Self, Error> {
        Ok(Self::from_bytes(name, source::read(path, name)?))
    }

    /// Reads a document from memory.
    pub fn from_text(name: &str, text: &str) -> Self {
        Self::from_bytes(name, text.as_bytes().to_vec())
    }

    /// Reads a document from memory, which may not be UTF-8.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        let refused = |text: String, rule: Rule, span: Span, message: String, help: &str| {
            let source = Rc::new(Source::new(name, text));
            let finding = rule.at(&source, span, message).help(help);
            Self { findings: vec![finding], root: None, source }
        };
        if bytes.len() as u64 > source::MAX_FILE {
            let message = "the file is larger than 10 MiB".to_owned();
            let help = "split it, or check that it is the right file";
            return refused(String::new(), TOO_LARGE, Span::default(), message, help);
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let source = Rc::new(Source::new(name, text));
                let (root, findings) = yaml::parse(&source);
                Self { source, root, findings }
            }
            Err(error) => {
                let end = error.utf8_error().valid_up_to();
                let byte = error.as_bytes().get(end).copied().unwrap_or_default();
                let text = String::from_utf8_lossy(&error.as_bytes()[..end]).into_owned();
                let message = format!("the byte {byte:#04x} is not UTF-8");
                refused(text, NOT_UTF8, Span { start: end, end }, message, "save the file as UTF-8")
            }
        }
    }
}
