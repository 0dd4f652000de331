//! Around each call: what the hooks know and progenitor's error does not carry.

use std::cell::RefCell;

use http_body_util::LengthLimitError;
use progenitor_client::{ByteStream, Error, ResponseValue};
use reqwest::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::BoxError;
use crate::failure::{BODY_EXCERPT, Failure, InvalidRequest, Transport, Unexpected};

tokio::task_local! {
    static RECORD: RefCell<Record>;
}

/// What the hooks noted in the course of one call.
#[derive(Default)]
pub(crate) struct Record {
    /// The error of the middleware that refused the request.
    pub(crate) middleware: Option<BoxError>,
    /// The status of the response, once there is one.
    pub(crate) status: Option<StatusCode>,
}

/// Notes something about the call under way.
pub(crate) fn record(note: impl FnOnce(&mut Record)) {
    // Outside of a call nobody would read the note.
    let _ = RECORD.try_with(|record| note(&mut record.borrow_mut()));
}

/// Runs a generated call whose errors have a JSON body of type `E`.
pub(crate) async fn typed<T, E>(
    call: impl Future<Output = Result<ResponseValue<T>, Error<E>>>,
) -> Result<ResponseValue<T>, Failure<E>>
where
    E: DeserializeOwned + Serialize,
{
    let rejected = |response: ResponseValue<E>| Failure::Rejected {
        status: response.status(),
        body: response.into_inner(),
    };
    recorded(call, rejected).await
}

/// Runs a generated call whose errors have a body of no known form, which is not read.
#[allow(
    dead_code,
    reason = "no operation of the shipped document has such an error"
)]
pub(crate) async fn untyped<T>(
    call: impl Future<Output = Result<ResponseValue<T>, Error<ByteStream>>>,
) -> Result<ResponseValue<T>, Failure<()>> {
    let rejected = |response: ResponseValue<ByteStream>| {
        Failure::Unexpected(Unexpected::new(response.status(), Vec::new()))
    };
    recorded(call, rejected).await
}

/// Runs a call with a record for the hooks, and makes its error a [`Failure`].
async fn recorded<T, A, E>(
    call: impl Future<Output = Result<ResponseValue<T>, Error<A>>>,
    rejected: impl FnOnce(ResponseValue<A>) -> Failure<E>,
) -> Result<ResponseValue<T>, Failure<E>>
where
    E: DeserializeOwned + Serialize,
{
    let scope = async {
        match call.await {
            Ok(value) => Ok(value),
            Err(error) => Err(failure(error, rejected).await),
        }
    };
    RECORD.scope(RefCell::default(), scope).await
}

async fn failure<A, E>(
    error: Error<A>,
    rejected: impl FnOnce(ResponseValue<A>) -> Failure<E>,
) -> Failure<E>
where
    E: DeserializeOwned + Serialize,
{
    let Record { middleware, status } = RECORD.with(RefCell::take);
    if let Some(error) = middleware {
        return Failure::Middleware(error);
    }
    match error {
        Error::ErrorResponse(response) => rejected(response),
        Error::UnexpectedResponse(response) => undocumented(response).await,
        Error::InvalidRequest(reason) | Error::Custom(reason) => {
            Failure::InvalidRequest(InvalidRequest::new(reason))
        }
        Error::CommunicationError(error) if error.is_builder() => {
            Failure::InvalidRequest(InvalidRequest::new(error.without_url().to_string()))
        }
        Error::CommunicationError(error)
        | Error::InvalidUpgrade(error)
        | Error::ResponseBodyError(error) => match status {
            Some(status) if exceeds_limit(&error) => Failure::TooLarge { status },
            _ => Failure::Transport(Transport::new(status, error.without_url())),
        },
        // serde_json's error is dropped: it quotes what it could not read.
        Error::InvalidResponsePayload(body, _) => {
            // There was a payload, so there was a status.
            unread(status.unwrap_or_default(), &body)
        }
    }
}

/// A response whose status the document does not list for the operation.
async fn undocumented<E>(mut response: Response) -> Failure<E>
where
    E: DeserializeOwned + Serialize,
{
    let status = response.status();
    let mut body = Vec::new();
    // Whatever ends the body early (the limit, the time-out, the connection), the status is known
    // and says more.
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
    }
    unread(status, &body)
}

/// What a body is that progenitor has not read as the operation's documented error.
fn unread<E>(status: StatusCode, body: &[u8]) -> Failure<E>
where
    E: DeserializeOwned + Serialize,
{
    let is_error = status.is_client_error() || status.is_server_error();
    match error_body(body).filter(|_| is_error) {
        Some(body) => Failure::Rejected { status, body },
        None => {
            let excerpt = &body[..body.len().min(BODY_EXCERPT)];
            Failure::Unexpected(Unexpected::new(status, excerpt.to_vec()))
        }
    }
}

/// The body as the operation's documented error, if it has at least one of that error's fields.
///
/// The fields of an error are all optional, so any JSON object would do, and serde takes an array
/// for a struct: neither is this API's error. A field whose value is not of its type, such as a number
/// out of range, is left out, so that the others are not lost.
fn error_body<E>(body: &[u8]) -> Option<E>
where
    E: DeserializeOwned + Serialize,
{
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(body) else {
        return None;
    };
    let read =
        |fields: &Map<String, Value>| serde_json::from_value::<E>(fields.clone().into()).ok();
    let error = read(&fields).or_else(|| {
        fields.retain(|name, value| {
            let alone = Map::from_iter([(name.clone(), value.clone())]);
            read(&alone).is_some()
        });
        read(&fields)
    })?;
    let known = serde_json::to_value(&error).ok()?;
    let has_fields = known.as_object().is_some_and(|fields| !fields.is_empty());
    has_fields.then_some(error)
}

fn exceeds_limit(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.is::<LengthLimitError>() {
            return true;
        }
        source = error.source();
    }
    false
}
