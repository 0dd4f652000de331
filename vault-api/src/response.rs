use std::fmt;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use crate::{Redacted, Transport};

/// A documented success: the value of its body, with the status and the headers.
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> ResponseValue<T> {
    /// A response to test a service with; the client makes its own.
    pub fn new(value: T, status: StatusCode, headers: HeaderMap) -> Self {
        Self { value, status, headers }
    }

    /// The value, without the rest.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the response. A server controls them: do not log them.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for ResponseValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// A body that is not JSON. It is read as it arrives, and [`ClientBuilder::response_limit`] does not apply to it.
///
/// [`ClientBuilder::response_limit`]: crate::ClientBuilder::response_limit
pub struct ByteStream(Response);

impl ByteStream {
    pub(crate) fn new(response: Response) -> Self {
        Self(response)
    }

    /// The next bytes; `None` at the end of the body.
    ///
    /// # Errors
    ///
    /// A [`Transport`] if the body breaks off or the call's time is over.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Transport> {
        self.0.chunk().await.map_err(|error| Transport::in_body(None, error))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ByteStream").field(&Redacted).finish()
    }
}
