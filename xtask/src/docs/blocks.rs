//! A Markdown page as a flat list of blocks. The crate `pulldown-cmark` reads it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::html;
use crate::source::Source;

/// A block, with the line that it starts on, from 1.
pub type Block = (usize, Content);

pub enum Content {
    /// A heading, and whether it is of the first level.
    Heading(bool, Text),
    /// A line of a paragraph.
    Line(Text),
    /// The first line of an item, and the depth of its list, from 1.
    Item(usize, Text),
    Code(Code),
    Html(String),
}

/// A block of code.
#[derive(Clone, Debug)]
pub struct Code {
    /// The language.
    pub info: String,
    pub text: String,
    /// The line of the page that the text starts on.
    pub line: usize,
    /// Whether it is between two fences.
    pub is_closed: bool,
}

/// A line of text, in pieces of one style.
pub type Text = Vec<(Style, String)>;

/// The style of a piece of text. Italics count as plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Strong,
    Code,
}

/// The words of a line, whatever their style.
pub fn words(text: &[(Style, String)]) -> String {
    let words: String = text.iter().map(|(_, text)| text.as_str()).collect();
    words.trim().to_owned()
}

pub fn read(source: &Source) -> Vec<Block> {
    let mut reader = Reader {
        source,
        blocks: Vec::new(),
        open: Vec::new(),
        start: 0,
        depth: 0,
        strong: 0,
        heading: None,
        item: None,
        block: None,
    };
    for (event, range) in Parser::new(&source.text).into_offset_iter() {
        reader.take(event, range);
    }
    reader.close_line();
    reader.blocks
}

struct Reader<'a> {
    source: &'a Source,
    blocks: Vec<Block>,
    /// The line of text that is being read, and its first byte.
    open: Text,
    start: usize,
    depth: usize,
    strong: usize,
    /// Whether the heading that is being read is of the first level.
    heading: Option<bool>,
    /// The depth of the item whose first line is being read.
    item: Option<usize>,
    /// The code or HTML that is being read.
    block: Option<Content>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match (event, &mut self.block) {
            (Event::Text(text), Some(Content::Code(code))) => {
                if code.text.is_empty() {
                    code.line = self.source.position(range.start).line;
                }
                code.text.push_str(&text.replace("\r\n", "\n"));
            }
            (Event::Html(text), Some(Content::Html(html))) => html.push_str(&text),
            (Event::Start(Tag::Strong), _) => self.strong += 1,
            (Event::End(TagEnd::Strong), _) => self.strong = self.strong.saturating_sub(1),
            (Event::Start(Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. }), _)
            | (Event::End(TagEnd::Emphasis | TagEnd::Link | TagEnd::Image), _) => {}
            (Event::Start(tag), _) => {
                self.close_line();
                self.start(tag);
            }
            (Event::End(tag), _) => {
                self.close_line();
                self.end(tag, range);
            }
            (Event::SoftBreak | Event::HardBreak, _) => self.close_line(),
            (Event::InlineHtml(html), _) if html.starts_with("<br") => self.close_line(),
            (Event::InlineHtml(html), _) if html::is_style(&html) => {}
            (Event::Code(text), _) => self.text(range.start, Style::Code, &text),
            (Event::Text(text) | Event::InlineHtml(text), _) => {
                let style = if self.strong > 0 { Style::Strong } else { Style::Plain };
                self.text(range.start, style, &text);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(level == HeadingLevel::H1),
            Tag::List(_) => self.depth += 1,
            Tag::Item => self.item = Some(self.depth),
            Tag::HtmlBlock => self.block = Some(Content::Html(String::new())),
            Tag::CodeBlock(kind) => {
                let (info, is_closed) = match kind {
                    CodeBlockKind::Fenced(info) => (info.to_string(), true),
                    CodeBlockKind::Indented => (String::new(), false),
                };
                let code = Code { info, text: String::new(), line: 0, is_closed };
                self.block = Some(Content::Code(code));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(_) => self.heading = None,
            TagEnd::List(_) => self.depth = self.depth.saturating_sub(1),
            TagEnd::Item => self.item = None,
            _ => {}
        }
        let Some(mut block) = self.block.take() else {
            return;
        };
        if let Content::Code(code) = &mut block {
            let whole = self.source.text.get(range.clone());
            code.is_closed &= whole.is_some_and(has_two_fences);
        }
        self.push(range.start, block);
    }

    fn text(&mut self, start: usize, style: Style, text: &str) {
        if self.open.is_empty() {
            self.start = start;
        }
        match self.open.last_mut() {
            // An escaped character is an event of its own.
            Some((last, open)) if *last == style => open.push_str(text),
            _ => self.open.push((style, text.to_owned())),
        }
    }

    fn close_line(&mut self) {
        let text = std::mem::take(&mut self.open);
        if text.is_empty() {
            return;
        }
        let content = match (self.heading, self.item.take()) {
            (Some(is_first), _) => Content::Heading(is_first, text),
            (None, Some(depth)) => Content::Item(depth, text),
            (None, None) => Content::Line(text),
        };
        self.push(self.start, content);
    }

    fn push(&mut self, start: usize, content: Content) {
        self.blocks.push((self.source.position(start).line, content));
    }
}

/// Whether a block of code that starts with a fence ends with one. Otherwise it goes on to the end of the page.
fn has_two_fences(block: &str) -> bool {
    let first = block.trim_start();
    let mark = first.chars().next().unwrap_or('`');
    let width = first.len() - first.trim_start_matches(mark).len();
    let last = block.trim_end().lines().skip(1).last().unwrap_or_default().trim();
    last.len() >= width && last.chars().all(|c| c == mark)
}
