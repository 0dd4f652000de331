//! Descriptions as documentation: Markdown that rustdoc neither runs as a test nor takes for a link to an item.

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag};

/// A description with its code fenced as text, and its brackets and HTML escaped where rustdoc would read them.
pub fn sanitized(text: &str) -> String {
    let text = text.trim();
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    // rustdoc looks for an item where Markdown has a link without a definition.
    let mut undefined =
        |link: BrokenLink<'_>| Some((CowStr::from(link.reference.to_string()), "".into()));
    let parser =
        Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(&mut undefined));
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                let first = text[range.clone()].lines().next().unwrap_or_default();
                let fence = first.trim_end_matches(|c| c != '`' && c != '~');
                edits.push((range.start..range.start + first.len(), format!("{fence}text")));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                let start = text[..range.start].rfind('\n').map_or(0, |end| end + 1);
                edits.push((start..range.end, fenced(&text[start..range.end])));
            }
            Event::Start(Tag::Link { link_type, dest_url, .. })
                if link_type != LinkType::Autolink
                    && (is_undefined(link_type) || !dest_url.contains("://")) =>
            {
                edits.push((range.start..range.start, "\\".to_owned()));
            }
            Event::Html(_) | Event::InlineHtml(_) if text[range.clone()].starts_with('<') => {
                edits.push((range.start..range.start, "\\".to_owned()));
            }
            _ => {}
        }
    }
    let mut out = text.to_owned();
    // From the end, so that the places before stay right. One inside another is gone with it.
    edits.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    edits.retain(|(range, _)| {
        let is_outside = range.start >= end;
        end = end.max(range.end);
        is_outside
    });
    for (range, new) in edits.into_iter().rev() {
        out.replace_range(range, &new);
    }
    out
}

fn is_undefined(link_type: LinkType) -> bool {
    use LinkType::{CollapsedUnknown, ReferenceUnknown, ShortcutUnknown};
    matches!(link_type, CollapsedUnknown | ReferenceUnknown | ShortcutUnknown)
}

/// An indented block of code, fenced as text. Where it is in a list, it keeps the indentation of that.
fn fenced(block: &str) -> String {
    let spaces = block.len() - block.trim_start_matches(' ').len();
    let outer = &block[..spaces.saturating_sub(4)];
    let inner = |line: &str| line.get(spaces.min(line.len())..).unwrap_or(line).to_owned();
    let lines: Vec<_> =
        block.trim_end().lines().map(|line| format!("{outer}{}", inner(line))).collect();
    let fence = if block.contains("```") { "~~~~~~" } else { "```" };
    let end = if block.ends_with('\n') { "\n" } else { "" };
    format!("{outer}{fence}text\n{}\n{outer}{fence}{end}", lines.join("\n"))
}
