//! What is known of the `error` and `errorId` of an error body. The set is open: the server may send
//! others, so nothing here is exhaustive.

use crate::Failure;
use crate::types::ErrorBody;

/// A pair of `error` and `errorId` that the vendor uses.
struct Known {
    name: &'static str,
    id: i64,
}

const INTERNAL: Known = Known {
    name: "COMMON",
    id: 0,
};
const CUSTOMER_NOT_FOUND: Known = Known {
    name: "CUSTOMER_NOT_FOUND_EXCEPTION",
    id: 2,
};
const RATE_LIMITED: Known = Known {
    name: "RATE_LIMIT_SIGNUP_ATTEMPT",
    id: 167,
};

impl ErrorBody {
    /// Whether the server had an internal error (`COMMON`, 0).
    pub fn is_internal(&self) -> bool {
        self.is(&INTERNAL)
    }

    /// Whether the phone number is not registered (`CUSTOMER_NOT_FOUND_EXCEPTION`, 2).
    pub fn is_customer_not_found(&self) -> bool {
        self.is(&CUSTOMER_NOT_FOUND)
    }

    /// Whether there were too many attempts (`RATE_LIMIT_SIGNUP_ATTEMPT`, 167). The vendor asks to wait
    /// ten minutes before the next one.
    pub fn is_rate_limited(&self) -> bool {
        self.is(&RATE_LIMITED)
    }

    /// The name decides; the number does where the server sends no name.
    fn is(&self, known: &Known) -> bool {
        match &self.error {
            Some(name) => name == known.name,
            None => self.error_id == Some(known.id),
        }
    }
}

impl Failure<ErrorBody> {
    /// The server's name for the error, for example `COMMON`, fit for a log: `None` if the server sent
    /// none, or one that has anything but ASCII capitals, digits and underscores after its first
    /// letter, for that is no name.
    pub fn error_code(&self) -> Option<&str> {
        let name = self.rejection()?.error.as_deref()?;
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.len() <= 64
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        is_name.then_some(name)
    }

    /// Whether the server rejected the request because of an error of its own.
    pub fn is_internal(&self) -> bool {
        self.rejection().is_some_and(ErrorBody::is_internal)
    }

    /// Whether the server does not know the phone number.
    pub fn is_customer_not_found(&self) -> bool {
        self.rejection()
            .is_some_and(ErrorBody::is_customer_not_found)
    }

    /// Whether there were too many attempts, be it by the API's error or by status 429.
    pub fn is_rate_limited(&self) -> bool {
        self.rejection().is_some_and(ErrorBody::is_rate_limited)
            || self.status() == Some(reqwest::StatusCode::TOO_MANY_REQUESTS)
    }
}
