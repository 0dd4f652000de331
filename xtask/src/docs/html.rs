//! HTML on a page.

/// Tags without a meaning of their own.
const KNOWN: [&str; 24] = [
    "a", "b", "br", "center", "code", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "p", "small", "span", "strong", "sub", "summary", "sup",
];

/// HTML without comments and tags.
pub struct Html<'a> {
    /// The text, with all line feeds.
    pub text: String,
    /// The unknown tags, each with the number of line feeds before it.
    pub unknown: Vec<(usize, &'a str)>,
}

impl<'a> Html<'a> {
    pub fn read(html: &'a str) -> Self {
        let mut text = String::new();
        let mut unknown = Vec::new();
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            text.push_str(&rest[..start]);
            let tag = &rest[start..];
            let is_comment = tag.starts_with("<!--");
            let end = if is_comment { "-->" } else { ">" };
            let length = tag.find(end).map_or(tag.len(), |place| place + end.len());
            let name = &tag[1..length];
            let name = name
                .split(|c: char| c.is_whitespace() || "/>".contains(c))
                .next()
                .unwrap_or_default();
            let is_end = name.is_empty() && tag.starts_with("</");
            if !is_comment && !is_end && !KNOWN.contains(&name.to_ascii_lowercase().as_str()) {
                unknown.push((text.matches('\n').count(), name));
            }
            text.extend(tag[..length].chars().filter(|c| *c == '\n'));
            rest = &tag[length..];
        }
        text.push_str(rest);
        Self { text, unknown }
    }
}
