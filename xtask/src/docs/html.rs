//! HTML on a page.

/// Tags that change nothing of what is read.
const KNOWN: [&str; 24] = [
    "a", "b", "br", "center", "code", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "p", "small", "span", "strong", "sub", "summary", "sup",
];

/// The text of HTML without comments and tags, with its line feeds, and the first tag that is not known.
pub fn text(html: &str) -> (String, Option<&str>) {
    let mut text = String::new();
    let mut unknown = None;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        let tag = &rest[start..];
        let is_comment = tag.starts_with("<!--");
        let end = if is_comment { "-->" } else { ">" };
        let length = tag.find(end).map_or(tag.len(), |place| place + end.len());
        text.extend(tag[..length].chars().filter(|c| *c == '\n'));
        let name = tag[1..length].trim_start_matches('/');
        let name = name
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .next()
            .unwrap_or_default();
        if !is_comment && !KNOWN.contains(&name.to_ascii_lowercase().as_str()) {
            unknown.get_or_insert(name);
        }
        rest = &tag[length..];
    }
    text.push_str(rest);
    (text, unknown)
}
