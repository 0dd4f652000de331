use reqwest::{Response, StatusCode, Upgraded};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::body::error;
use crate::error::{Error, Failure, Head, Rejected, TooLarge, Unexpected};
use crate::{ByteStream, KnownErrors, Reason, ResponseValue, Transport};

mod body;
mod reader;

/// A response that was not read yet, and how it may be read.
pub(crate) struct Answer {
    response: Response,
    limit: usize,
}

#[allow(dead_code, reason = "each operation uses one way to read")]
impl Answer {
    pub(crate) fn new(response: Response, limit: usize) -> Self {
        Self { response, limit }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Reads a body of JSON.
    pub(crate) async fn json<T, E>(self) -> Result<ResponseValue<T>, Error<E>>
    where
        T: DeserializeOwned + Serialize,
        E: KnownErrors,
    {
        let (head, body) = self.read().await?;
        match body::success(&body) {
            Ok(value) => Ok(ResponseValue::new(value, head.status, head.headers)),
            Err(reason) => Err(unexpected(head, &body, reason)),
        }
    }

    /// Passes over the body.
    pub(crate) async fn empty<E>(mut self) -> Result<ResponseValue<()>, Error<E>> {
        let head = head(&mut self.response);
        Ok(ResponseValue::new((), head.status, head.headers))
    }

    /// Leaves the body to the caller, who reads it as far as they like: the response limit does not apply.
    pub(crate) async fn stream<E>(mut self) -> Result<ResponseValue<ByteStream>, Error<E>> {
        let head = head(&mut self.response);
        Ok(ResponseValue::new(ByteStream::new(self.response), head.status, head.headers))
    }

    /// Leaves the connection to the caller.
    pub(crate) async fn upgrade<E>(mut self) -> Result<ResponseValue<Upgraded>, Error<E>> {
        let head = head(&mut self.response);
        match self.response.upgrade().await {
            Ok(upgraded) => Ok(ResponseValue::new(upgraded, head.status, head.headers)),
            Err(error) => Err(Error::Transport(Transport::in_body(Some(head), error))),
        }
    }

    /// Reads a response that is not the operation's success.
    pub(crate) async fn error<E: KnownErrors>(mut self) -> Error<E> {
        let head = head(&mut self.response);
        let mut body = Vec::new();
        // The status says more than what ends the body early, be it the limit, the time-out or the connection.
        let is_whole = fill(&mut body, &mut self.response, self.limit).await.is_ok();
        let is_error = head.status.is_client_error() || head.status.is_server_error();
        let read = match is_error {
            true => E::read(head.status, &body),
            false => Err(Reason::UndocumentedStatus),
        };
        match read {
            Ok(body) => Error::Rejected(Rejected::new(head.status, head.headers, body)),
            Err(_) if is_error && !is_whole => unexpected(head, &body, Reason::Incomplete),
            Err(reason) => unexpected(head, &body, reason),
        }
    }

    async fn read(mut self) -> Result<(Head, Vec<u8>), Failure> {
        let announced = announced(&self.response);
        let head = head(&mut self.response);
        if announced.is_some_and(|length| length > self.limit) {
            return Err(Failure::TooLarge(TooLarge::new(head.status, head.headers)));
        }
        let mut body = Vec::new();
        match fill(&mut body, &mut self.response, self.limit).await {
            Ok(()) => Ok((head, body)),
            Err(None) => Err(Failure::TooLarge(TooLarge::new(head.status, head.headers))),
            Err(Some(error)) => Err(Failure::Transport(Transport::in_body(Some(head), error))),
        }
    }
}

fn head(response: &mut Response) -> Head {
    Head { status: response.status(), headers: std::mem::take(response.headers_mut()) }
}

/// How much memory a response's `Content-Length` alone can take: 64 KiB. The documented bodies are smaller, and a larger
/// one takes more as it arrives.
const MAX_RESERVED: usize = 65_536;

/// Reads the body as far as the limit. The error is `None` if the body is larger.
async fn fill(
    body: &mut Vec<u8>,
    response: &mut Response,
    limit: usize,
) -> Result<(), Option<reqwest::Error>> {
    body.reserve_exact(announced(response).unwrap_or_default().min(limit).min(MAX_RESERVED));
    // To the end, even if the length says that nothing follows: then the connection is free for the next call.
    while let Some(chunk) = response.chunk().await.map_err(Some)? {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Err(None);
        }
    }
    Ok(())
}

fn announced(response: &Response) -> Option<usize> {
    response.content_length().map(|length| usize::try_from(length).unwrap_or(usize::MAX))
}

fn unexpected<E: KnownErrors>(head: Head, body: &[u8], reason: Reason) -> Error<E> {
    Error::Unexpected(Unexpected::new::<E>(head.status, head.headers, body, reason))
}

#[cfg(test)]
mod tests;
