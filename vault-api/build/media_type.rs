//! Media types (RFC 9110, section 8.3.1).

/// How the values of a media type are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`, a name that ends in `+json` (RFC 6839), or any type.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` and its relatives.
    Multipart,
    /// Bytes that the client does not look into.
    Bytes,
}

/// A media type in lower case and without its parameters.
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_lowercase()
}

/// How the values of a media type are written.
pub fn encoding(media_type: &str) -> Encoding {
    match essence(media_type).as_str() {
        "application/json" | "text/json" | "application/*" | "*/*" => Encoding::Json,
        "application/x-www-form-urlencoded" => Encoding::Form,
        name if name.ends_with("+json") => Encoding::Json,
        name if name.starts_with("multipart/") => Encoding::Multipart,
        _ => Encoding::Bytes,
    }
}

/// A media type in a form that can be compared: in lower case, without spaces and without the charset UTF-8, which is
/// the default.
pub fn normalized(media_type: &str) -> String {
    let parts = media_type.split(';').map(|part| part.trim().to_lowercase());
    let is_default = |part: &String| part.replace('"', "") == "charset=utf-8";
    parts.filter(|part| !part.is_empty() && !is_default(part)).collect::<Vec<_>>().join(";")
}
