//! What a documentation page of the vendor says of an operation. Lines count from 1.

use super::blocks::Code;
use super::field_type::FieldType;
use crate::openapi::operations::Operation;

#[derive(Debug, Default)]
pub struct Page {
    pub operation: Title,
    pub title: String,
    /// The paragraphs before the first heading.
    pub summary: String,
    pub headers: Part,
    pub query: Part,
    pub path: Part,
    pub body: Part,
    pub responses: Vec<Response>,
    pub samples: Vec<Code>,
    pub unreadable: Vec<Unreadable>,
}

/// A line of the page and why it cannot be read.
pub type Unreadable = (usize, String);

/// A method, in lower case, and a path.
#[derive(Debug, Default)]
pub struct Title {
    pub method: String,
    pub path: String,
    pub line: usize,
}

impl Title {
    pub fn text(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }

    pub fn is_of(&self, operation: &Operation<'_>) -> bool {
        self.method == operation.method && self.path == operation.path
    }
}

/// The headers of a request, its parameters in one place, or a body.
#[derive(Debug, Default)]
pub struct Part {
    pub line: Option<usize>,
    pub media_type: Option<(String, usize)>,
    pub fields: Vec<Field>,
    /// The same fields as a block of JSON.
    pub json: Option<Vec<Field>>,
    pub examples: Vec<Code>,
}

impl Part {
    pub fn is_empty(&self) -> bool {
        self.media_type.is_none() && self.fields.is_empty() && self.examples.is_empty()
    }
}

/// A header, a parameter or a field of a body.
#[derive(Clone, Debug, Default)]
pub struct Field {
    pub name: String,
    pub field_type: FieldType,
    pub is_required: bool,
    pub is_nullable: bool,
    pub default: Option<(String, usize)>,
    pub description: String,
    pub fields: Vec<Field>,
    /// Whether other places of the page say something else of it.
    pub varies: bool,
    pub line: usize,
}

#[derive(Debug, Default)]
pub struct Response {
    /// The status. It is empty if the page has a response whose status cannot be read.
    pub status: String,
    /// The words beside the status.
    pub reason: String,
    pub line: usize,
    pub body: Part,
}
