//! Whether this build has TLS. Another crate may have turned on reqwest's features, so this crate's own do not tell.

/// The answer for a type.
trait Known {
    fn has_tls(&self) -> bool;
}

impl Known for reqwest::ClientBuilder {
    fn has_tls(&self) -> bool {
        true
    }
}

/// What [`Fallback::tls_info`] returns.
struct Without;

impl Known for Without {
    fn has_tls(&self) -> bool {
        false
    }
}

/// Stands in for a method that reqwest's builder has with TLS only. Where it has it, that one is called.
trait Fallback {
    #[allow(dead_code, reason = "with TLS, reqwest's own method is called")]
    fn tls_info(self, _: bool) -> Without;
}

impl Fallback for reqwest::ClientBuilder {
    fn tls_info(self, _: bool) -> Without {
        Without
    }
}

pub(crate) fn is_available() -> bool {
    reqwest::Client::builder().tls_info(false).has_tls()
}
