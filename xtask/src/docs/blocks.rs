//! A Markdown page as a flat list of blocks. The crate `pulldown-cmark` reads it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::html::Html;
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

/// The blocks of a page.
pub fn read(source: &Source) -> Vec<Block> {
    // A byte order mark would hide the first heading.
    let text = source.text.trim_start_matches('\u{feff}');
    let mut reader = Reader {
        source,
        skipped: source.text.len() - text.len(),
        blocks: Vec::new(),
        open: Vec::new(),
        start: 0,
        depth: 0,
        strong: 0,
        heading: None,
        item: None,
        within: None,
    };
    for (event, range) in Parser::new(text).into_offset_iter() {
        reader.take(event, &range);
    }
    reader.close_line();
    reader.blocks
}

/// A block that consists of several events.
enum Within {
    /// A block of code, and whether it starts with a fence. The line of its text is not known before the text.
    Code(Code, bool),
    Html(String),
}

struct Reader<'a> {
    source: &'a Source,
    /// The length of the byte order mark.
    skipped: usize,
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
    within: Option<Within>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match (event, &mut self.within) {
            (Event::Text(text), Some(Within::Code(code, _))) => {
                if code.text.is_empty() {
                    code.line = self.source.position(self.skipped + range.start).line;
                }
                code.text.push_str(&text.replace("\r\n", "\n"));
            }
            (Event::Html(text), Some(Within::Html(html))) => html.push_str(&text),
            (Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock), _) => self.close_block(range),
            (Event::Start(tag), _) => self.start(tag),
            (Event::End(tag), _) => self.end(tag),
            (Event::SoftBreak | Event::HardBreak, _) => self.close_line(),
            (Event::Text(text), _) => self.text(range.start, Style::Plain, &text),
            (Event::Code(text), _) => self.text(range.start, Style::Code, &text),
            (Event::InlineHtml(html), _) => self.inline_html(range.start, &html),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.close_line();
                self.heading = Some(level == HeadingLevel::H1);
            }
            Tag::List(_) => {
                self.close_line();
                self.depth += 1;
            }
            Tag::Item => {
                self.close_line();
                self.item = Some(self.depth);
            }
            Tag::Strong => self.strong += 1,
            Tag::CodeBlock(kind) => {
                self.close_line();
                let (info, is_fenced) = match kind {
                    CodeBlockKind::Fenced(info) => (info.to_string(), true),
                    CodeBlockKind::Indented => (String::new(), false),
                };
                let (text, line) = (String::new(), 0);
                self.within =
                    Some(Within::Code(Code { info, text, line, is_closed: false }, is_fenced));
            }
            Tag::HtmlBlock => {
                self.close_line();
                self.within = Some(Within::Html(String::new()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.close_line();
                self.heading = None;
            }
            TagEnd::List(_) => {
                self.close_line();
                self.depth = self.depth.saturating_sub(1);
            }
            TagEnd::Item => {
                self.close_line();
                self.item = None;
            }
            TagEnd::Paragraph => self.close_line(),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, start: usize, style: Style, text: &str) {
        let style = match style {
            Style::Plain if self.strong > 0 => Style::Strong,
            style => style,
        };
        if self.open.is_empty() {
            self.start = start;
        }
        match self.open.last_mut() {
            // An escaped character is a piece of its own.
            Some((last, open)) if *last == style => open.push_str(text),
            _ => self.open.push((style, text.to_owned())),
        }
    }

    /// Tags that only change the style are left out.
    fn inline_html(&mut self, start: usize, html: &str) {
        if html.starts_with("<br") {
            self.close_line();
        } else if !Html::read(html).unknown.is_empty() {
            self.text(start, Style::Plain, html);
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

    fn close_block(&mut self, range: &Range<usize>) {
        let content = match self.within.take() {
            Some(Within::Code(mut code, is_fenced)) => {
                let whole = self.source.text[self.skipped..].get(range.clone());
                code.is_closed = is_fenced && whole.is_some_and(has_two_fences);
                Content::Code(code)
            }
            Some(Within::Html(html)) => Content::Html(html),
            None => return,
        };
        self.push(range.start, content);
    }

    fn push(&mut self, start: usize, content: Content) {
        self.blocks.push((self.source.position(self.skipped + start).line, content));
    }
}

/// Whether a block of code that starts with a fence ends with one. Otherwise it goes on to the end of the page.
fn has_two_fences(block: &str) -> bool {
    let first = block.trim_start();
    let mark = first.chars().next().unwrap_or('`');
    let width = first.len() - first.trim_start_matches(mark).len();
    let last = block.trim_end().lines().skip(1).last().unwrap_or_default();
    let last = last.trim();
    last.len() >= width && last.chars().all(|c| c == mark)
}
