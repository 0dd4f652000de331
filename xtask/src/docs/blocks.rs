//! A Markdown page as a flat list of blocks. The crate `pulldown-cmark` finds them.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::source::{Source, Span};

/// A block, with the line that it starts on, from 1.
pub type Block = (usize, Content);

/// Lines of text are as they are on the page, with their marks for bold text and code.
pub enum Content {
    /// A heading, and whether it is of the first level.
    Heading(bool, String),
    /// A line of a paragraph.
    Line(String),
    /// The first line of an item, and the depth of its list, from 1.
    Item(usize, String),
    Code(Code),
    Html(String),
}

#[derive(Clone, Debug, Default)]
pub struct Code {
    /// The language.
    pub info: String,
    pub text: String,
    /// The line of the page that the text starts on.
    pub line: usize,
    /// Whether it is between two fences.
    pub is_closed: bool,
}

/// The words of a line, without the marks around them.
pub fn words(line: &str) -> String {
    line.replace(['*', '`', '\\'], "").trim().to_owned()
}

/// The bold text or code that a line starts with, and the rest of the line.
pub fn marked(line: &str) -> Option<(&str, &str)> {
    let (name, rest) =
        ["**", "__", "`"].iter().find_map(|mark| line.strip_prefix(mark)?.split_once(mark))?;
    Some((name.trim_matches('`'), rest))
}

pub fn read(source: &Source) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // What the next line of text is.
    let mut heading = None;
    let mut item = None;
    let mut depth: usize = 0;
    let mut is_code = false;
    // The end of the last line of text.
    let mut end = 0;
    for (event, range) in Parser::new(&source.text).into_offset_iter() {
        match event {
            Event::Start(Tag::List(_)) => depth += 1,
            Event::End(TagEnd::List(_)) => depth = depth.saturating_sub(1),
            Event::Start(Tag::Item) => item = Some(depth),
            Event::End(TagEnd::Item) => item = None,
            Event::Start(Tag::Heading { level, .. }) => heading = Some(level == HeadingLevel::H1),
            Event::End(TagEnd::Heading(_)) => heading = None,
            Event::Start(Tag::HtmlBlock) => {
                let line = source.position(range.start).line;
                blocks.push((line, Content::Html(String::new())));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                is_code = true;
                let line = source.position(range.start).line;
                let mut code = Code { line: line + 1, ..Code::default() };
                if let CodeBlockKind::Fenced(info) = kind {
                    code.info = info.to_string();
                    code.is_closed = source.text.get(range).is_some_and(has_two_fences);
                }
                blocks.push((line, Content::Code(code)));
            }
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(text) if is_code => {
                if let Some((_, Content::Code(code))) = blocks.last_mut() {
                    code.text.push_str(&text.replace("\r\n", "\n"));
                }
            }
            Event::Html(text) => {
                if let Some((_, Content::Html(html))) = blocks.last_mut() {
                    html.push_str(&text);
                }
            }
            // The first event of a line.
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineHtml(_)
            | Event::Start(Tag::Strong | Tag::Emphasis | Tag::Link { .. } | Tag::Image { .. })
                if range.start >= end =>
            {
                end = source.whole_lines(Span { start: range.start, end: range.start }).end;
                let text = source.text.get(range.start..end).unwrap_or_default();
                let text = text.split("<br").next().unwrap_or_default().trim().to_owned();
                let content = match (heading, item.take()) {
                    (Some(is_first), _) => Content::Heading(is_first, text),
                    (None, Some(depth)) => Content::Item(depth, text),
                    (None, None) => Content::Line(text),
                };
                blocks.push((source.position(range.start).line, content));
            }
            _ => {}
        }
    }
    blocks
}

/// Whether a block of code that starts with a fence ends with one. Otherwise it goes on to the end of the page.
fn has_two_fences(block: &str) -> bool {
    let last = block.trim_end().lines().skip(1).last().unwrap_or_default().trim();
    last.starts_with("```") || last.starts_with("~~~")
}
