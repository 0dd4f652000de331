use reqwest::{Response, StatusCode, Upgraded};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, Failure, Head, Rejected, TooLarge, Unexpected};
use crate::{ByteStream, KnownErrors, ResponseValue, Transport};

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
        match parsed(&body) {
            Some(value) => Ok(ResponseValue::new(value, head.status, head.headers)),
            None => Err(unexpected(head, &body)),
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
    pub(crate) async fn error<E>(mut self) -> Error<E>
    where
        E: DeserializeOwned + Serialize + KnownErrors,
    {
        let head = head(&mut self.response);
        let mut body = Vec::new();
        // The status says more than what ends the body early, be it the limit, the time-out or the connection.
        let _ = fill(&mut body, &mut self.response, self.limit).await;
        let is_error = head.status.is_client_error() || head.status.is_server_error();
        match error_body(&body).filter(|_| is_error) {
            Some(body) => Error::Rejected(Rejected::new(head.status, head.headers, body)),
            None => unexpected(head, &body),
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

fn unexpected<E: KnownErrors>(head: Head, body: &[u8]) -> Error<E> {
    Error::Unexpected(Unexpected::new::<E>(head.status, head.headers, body))
}

/// A value of JSON. serde also takes an array for a struct; this does not.
fn parsed<T: DeserializeOwned + Serialize>(body: &[u8]) -> Option<T> {
    let value = serde_json::from_slice(body).ok()?;
    // The comparison costs as much as reading, and most bodies have no array.
    match body.contains(&b'[') {
        true => has_shape(&value, &serde_json::from_slice(body).ok()?).then_some(value),
        false => Some(value),
    }
}

fn has_shape<T: Serialize>(value: &T, body: &Value) -> bool {
    serde_json::to_value(value).is_ok_and(|value| no_array_for_object(&value, body))
}

fn no_array_for_object(value: &Value, body: &Value) -> bool {
    match (value, body) {
        (Value::Object(_), Value::Array(_)) => false,
        (Value::Object(fields), Value::Object(body)) => fields.iter().all(|(name, value)| {
            body.get(name).is_none_or(|body| no_array_for_object(value, body))
        }),
        (Value::Array(items), Value::Array(body)) => {
            items.iter().zip(body).all(|(item, body)| no_array_for_object(item, body))
        }
        _ => true,
    }
}

/// The body as the operation's error, if it is an object with at least one of the error's fields.
///
/// The fields of an error may all be optional, and then any object reads as one: `{}`, or a gateway's. A field whose
/// value is not of its type, such as a number out of range, is left out, so that the others are not lost.
fn error_body<E: DeserializeOwned + Serialize>(body: &[u8]) -> Option<E> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(body) else {
        return None;
    };
    let read = |fields: &Map<String, Value>| {
        let body = Value::Object(fields.clone());
        serde_json::from_value::<E>(body.clone()).ok().filter(|error| has_shape(error, &body))
    };
    let error = read(&fields).or_else(|| {
        fields
            .retain(|name, value| read(&Map::from_iter([(name.clone(), value.clone())])).is_some());
        read(&fields)
    })?;
    let known = serde_json::to_value(&error).ok()?;
    let has_fields = known.as_object().is_some_and(|fields| !fields.is_empty());
    has_fields.then_some(error)
}

#[cfg(test)]
mod tests;
