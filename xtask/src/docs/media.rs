//! Media types (RFC 9110, section 8.3.1), and bodies that are no JSON.

use serde_json::Value as Json;

/// A media type in a form that can be compared: in lower case, without a charset that is the usual one.
pub fn normal(media_type: &str) -> String {
    let parts = media_type.split(';').map(|part| part.trim().to_lowercase());
    let parts: Vec<_> = parts
        .filter(|part| !["", "charset=utf-8", "charset=\"utf-8\""].contains(&part.as_str()))
        .collect();
    parts.join(";")
}

/// Whether lists of media types have one in common, or the first has all of them.
pub fn have_common(value: &str, known: &str) -> bool {
    let known: Vec<String> = known.split(',').map(normal).chain(["*/*".to_owned()]).collect();
    value.split(',').any(|value| known.contains(&normal(value)))
}

/// Whether values of a media type are JSON.
pub fn is_json(media_type: &str) -> bool {
    media_type.to_lowercase().contains("json")
}

/// Whether values of a media type are forms, as HTML's are.
pub fn is_form(media_type: &str) -> bool {
    normal(media_type) == "application/x-www-form-urlencoded"
}

/// A form as JSON, with those values as texts that `is_text` says are.
pub fn form(text: &str, is_text: impl Fn(&str) -> bool) -> Json {
    let pairs = form_urlencoded::parse(text.trim().as_bytes()).into_owned();
    let values = pairs.map(|(name, value)| {
        let read = if is_text(&name) { None } else { serde_json::from_str(&value).ok() };
        (name, read.unwrap_or(Json::String(value)))
    });
    values.collect()
}
