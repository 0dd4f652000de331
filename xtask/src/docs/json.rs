//! JSON on a page, with the line of each value.

use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use super::blocks::Code;
use super::yaml::yaml;
use crate::openapi::Parsed;
use crate::openapi::tree::Node;
use crate::openapi::yaml::DUPLICATE_KEY;

/// A value and where its parts stand.
pub struct Document {
    /// The value.
    pub value: Json,
    spec: Parsed,
    line: usize,
}

impl Document {
    /// Reads a block of code; in the case of an error, gives the line of the page, too.
    pub fn read(code: &Code) -> Result<Self, (usize, String)> {
        let value = serde_json::from_str(&code.text).map_err(|error| {
            let line = code.line + error.line().max(1) - 1;
            // The error ends with its place in the block, which would be read as one on the page.
            let text = error.to_string();
            let what = text.split(" at line ").next().unwrap_or_default();
            (line, format!("this JSON cannot be read: {what}"))
        })?;
        // JSON is YAML, and the reader of that knows where things stand.
        let spec = Parsed::from_text("", &code.text);
        let twice = spec.findings.iter().find(|finding| finding.rule == DUPLICATE_KEY);
        if let Some(finding) = twice {
            let line = spec.source.position(finding.place.span.start).line;
            return Err((
                code.line + line - 1,
                format!("this JSON cannot be read: {}", finding.message),
            ));
        }
        Ok(Self { value, spec, line: code.line })
    }

    /// The value with its keys in the order of the page.
    pub fn in_order(&self) -> Yaml {
        match &self.spec.root {
            Some(root) if root.to_json() == self.value => yaml(root),
            _ => serde_yaml::to_value(&self.value).unwrap_or_default(),
        }
    }

    /// The line of the page that what a pointer leads to stands on, or what is nearest above it.
    pub fn line(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            let found = self.spec.root.as_ref().and_then(|root| place(root, pointer));
            if let Some(byte) = found {
                return self.line + self.spec.source.position(byte).line - 1;
            }
            match pointer.rsplit_once('/') {
                Some((parent, _)) => pointer = parent,
                None => return self.line,
            }
        }
    }
}

/// Where a value starts, or the key that names it.
fn place(root: &Node, pointer: &str) -> Option<usize> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    match root.at(parent)?.member(&name) {
        Some(member) => Some(member.key.start),
        None => Some(root.at(pointer)?.span.start),
    }
}
