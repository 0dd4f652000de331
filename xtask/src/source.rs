//! The text of a file, and places in it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use crate::Error;

/// The largest file that is read: 10 MiB. A document of a thousand operations has about one.
pub const MAX_FILE: u64 = 10 * 1024 * 1024;

/// A range of bytes of a text, without its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

pub struct Source {
    /// The name of the file in reports.
    pub name: String,
    pub text: String,
    /// Whether it is an earlier revision of the file, with other lines than the working tree.
    pub is_past: bool,
    /// The first byte of each line.
    lines: Vec<usize>,
}

/// Reads a file, up to the first byte beyond the limit.
pub fn read(path: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| Error::file("read", Path::new(name), error))
}

/// A place in a file.
#[derive(Clone)]
pub struct Place {
    /// The file.
    pub source: Rc<Source>,
    /// The bytes.
    pub span: Span,
}

impl Source {
    pub fn new(name: &str, text: String) -> Self {
        let mut lines = vec![0];
        let bytes = text.as_bytes();
        for (place, byte) in bytes.iter().enumerate() {
            // YAML ends a line with a line feed, a carriage return, or both.
            let is_end = *byte == b'\n' || *byte == b'\r' && bytes.get(place + 1) != Some(&b'\n');
            if is_end {
                lines.push(place + 1);
            }
        }
        Self { name: name.to_owned(), text, is_past: false, lines }
    }

    fn line_index(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte) - 1
    }

    pub fn position(&self, byte: usize) -> Position {
        let index = self.line_index(byte);
        let start = self.lines[index];
        let before = self.text.get(start..byte).unwrap_or_default();
        // A byte order mark takes no column.
        let mark = usize::from(index == 0 && byte > 0 && self.text.starts_with('\u{feff}'));
        Position { line: index + 1, column: before.chars().count().saturating_sub(mark) + 1 }
    }

    /// The lines that a span touches, without the end of the last one.
    pub fn whole_lines(&self, span: Span) -> Span {
        let start = self.lines[self.line_index(span.start)];
        let last = self.line_index(span.end.max(span.start));
        let end = self.lines.get(last + 1).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        Span { start, end: start + text.trim_end_matches(['\n', '\r']).len() }
    }

    /// A line, counted from 1, without the white space around it.
    pub fn line(&self, line: usize) -> Span {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let whole = self.whole_lines(Span { start, end: start });
        let text = self.text.get(whole.start..whole.end).unwrap_or_default();
        Span {
            start: whole.end - text.trim_start().len(),
            end: whole.start + text.trim_end().len(),
        }
    }

    pub fn first_line(&self, span: Span) -> Span {
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        Span { start: span.start, end: span.start + line.trim_end().len() }
    }

    pub fn place(self: &Rc<Self>, span: Span) -> Place {
        Place { source: Rc::clone(self), span }
    }
}
