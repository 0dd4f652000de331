//! Media types, which the generator reads: one place decides which values are JSON.

pub use crate::generator::media_type::normalized;
use crate::generator::media_type::{Encoding, encoding};

/// Whether values of a media type are JSON.
pub fn is_json(media_type: &str) -> bool {
    encoding(media_type) == Encoding::Json
}

/// Whether values of a media type are forms, as a browser sends them.
pub fn is_form(media_type: &str) -> bool {
    encoding(media_type) == Encoding::Form
}
