//! The header `Prefer` (RFC 7240), with which a request chooses its answer, as with Prism.

use http::{HeaderMap, HeaderName, StatusCode};

use crate::operation::{Example, Operation};
use crate::refusal::Refusal;

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The example that a request asks for by `example=NAME`, `code=STATUS` or both.
pub(crate) fn preferred<'a>(
    headers: &HeaderMap,
    operation: &'a Operation,
) -> Result<Option<&'a Example>, Refusal> {
    let (mut name, mut code) = (None, None);
    let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    for preference in values.flat_map(|value| value.split([',', ';'])) {
        let (key, value) = preference.split_once('=').unwrap_or_default();
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            // Of two, the first counts.
            "example" => name = name.or(Some(value)),
            "code" => code = code.or(Some(value)),
            _ => {}
        }
    }
    if (name, code) == (None, None) {
        return Ok(None);
    }
    let code = code.map(|code| StatusCode::from_bytes(code.as_bytes()).ok());
    let found = operation.examples.iter().find(|example| {
        name.is_none_or(|name| name == example.name)
            && code.is_none_or(|code| code == Some(example.status))
    });
    found.map(Some).ok_or_else(|| {
        let examples = operation.examples.iter();
        let known: Vec<_> =
            examples.map(|one| format!("{} ({})", one.name, one.status.as_u16())).collect();
        let message = match known.is_empty() {
            true => "the operation has no example to prefer".to_owned(),
            false => format!("the operation has these examples: {}", known.join(", ")),
        };
        Refusal::of("Prefer", message)
    })
}
