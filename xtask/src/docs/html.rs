//! HTML on a page.

/// Tags without a meaning of their own. Other tags in a line are text: `integer<int64>`.
const STYLES: [&str; 24] = [
    "a", "b", "br", "center", "code", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "p", "small", "span", "strong", "sub", "summary", "sup",
];

/// Whether a tag or a comment only changes how a line looks.
pub fn is_style(html: &str) -> bool {
    let name = html.trim_start_matches(['<', '/']);
    let name = name.split(|c: char| c.is_whitespace() || "/>".contains(c)).next();
    html.starts_with("<!--")
        || name.is_some_and(|name| STYLES.contains(&name.to_ascii_lowercase().as_str()))
}

/// The text of a block of HTML. It keeps the line feeds of tags and comments.
pub fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        let (inside, after) = tag.split_once(end).unwrap_or((tag, ""));
        text.extend(inside.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    text + rest
}
