//! What a documentation page of the vendor's says of an operation.

use super::blocks::Code;
use super::kind::FieldType;

/// A page. Lines count from 1.
#[derive(Debug, Default)]
pub struct Page {
    /// The operation that it is about.
    pub operation: Title,
    /// Its title.
    pub title: String,
    /// What it says first.
    pub summary: String,
    /// The headers of a request.
    pub headers: Fields,
    /// The parameters in the query.
    pub query: Fields,
    /// The parameters in the path.
    pub path: Fields,
    /// The body of a request.
    pub body: Body,
    /// The responses.
    pub responses: Vec<Response>,
    /// The calls by cURL.
    pub samples: Vec<Code>,
    /// What could not be read, with its line.
    pub unreadable: Vec<(usize, String)>,
}

/// A method and a path.
#[derive(Debug, Default)]
pub struct Title {
    /// The method, in lower case.
    pub method: String,
    /// The path.
    pub path: String,
    /// Their line.
    pub line: usize,
}

impl Title {
    /// Both, as people write them.
    pub fn text(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

/// A list of fields.
#[derive(Debug, Default)]
pub struct Fields {
    /// The line of its heading, where there is one.
    pub line: Option<usize>,
    /// The fields.
    pub list: Vec<Field>,
    /// What the page says of them a second time, as JSON.
    pub again: Option<Vec<Field>>,
}

/// A header, a parameter or a field of a body.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: FieldType,
    /// Whether it is marked as required.
    pub is_required: bool,
    /// Whether it is said that it may be `null`.
    pub is_nullable: bool,
    /// Its default, with its line.
    pub default: Option<(String, usize)>,
    /// What the page says of it.
    pub description: String,
    /// The fields inside it.
    pub fields: Vec<Field>,
    /// Its line.
    pub line: usize,
}

/// A body.
#[derive(Debug, Default)]
pub struct Body {
    /// The line of its heading, where there is one.
    pub line: Option<usize>,
    /// The media type, with its line.
    pub media_type: Option<(String, usize)>,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its examples.
    pub examples: Vec<Code>,
}

impl Body {
    /// Whether the page says that there is none.
    pub fn is_empty(&self) -> bool {
        self.media_type.is_none() && self.fields.is_empty() && self.examples.is_empty()
    }
}

/// A response.
#[derive(Debug, Default)]
pub struct Response {
    /// Its status.
    pub status: String,
    /// The words beside it.
    pub reason: String,
    /// Its line.
    pub line: usize,
    /// Its body.
    pub body: Body,
}
