use std::fmt;

/// Stands for a value that is not shown, nor its length.
pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

/// Stands for an optional value: it tells only whether there is one.
#[allow(dead_code, reason = "a document may have no optional values")]
pub(crate) fn hidden<T>(value: &Option<T>) -> Option<Redacted> {
    value.as_ref().map(|_| Redacted)
}
