//! Media types (RFC 9110, section 8.3.1).

/// A media type in lower case and without its parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_lowercase()
}

/// Whether values of a media type are JSON: `application/json`, or a name that ends in `+json` (RFC 6839).
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    essence == "application/json" || essence.ends_with("+json")
}

/// Whether the generator makes a type of a body: `application/json` only. Any other body is a stream of bytes.
pub fn is_typed(media_type: &str) -> bool {
    media_type == "application/json" || media_type.starts_with("application/json;")
}

/// Whether values of a media type are forms, as a browser sends them.
pub fn is_form(media_type: &str) -> bool {
    essence(media_type) == "application/x-www-form-urlencoded"
}

/// A media type in a form that can be compared: in lower case, without spaces and without the charset UTF-8, which is
/// the default.
pub fn normalized(media_type: &str) -> String {
    let parts = media_type.split(';').map(|part| part.trim().to_lowercase());
    let is_default = |part: &String| part.replace('"', "") == "charset=utf-8";
    parts.filter(|part| !part.is_empty() && !is_default(part)).collect::<Vec<_>>().join(";")
}
