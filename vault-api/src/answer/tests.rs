//! The ways to read a response. The shipped document needs one of them; another document may need each.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::types::ErrorBody;
use crate::{Error, Reason};

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Place {
    name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    places: Vec<Place>,
}

fn answer(status: u16, body: &'static str) -> Answer {
    let response = http::Response::builder().status(status).header("x-kept", "1").body(body);
    Answer::new(response.expect("a response").into(), 64)
}

fn kept(headers: &HeaderMap) -> bool {
    headers.get("x-kept") == Some(&HeaderValue::from_static("1"))
}

#[tokio::test]
async fn json_is_read_at_every_depth() {
    let place = |name: &str, places| Place { name: name.to_owned(), places };
    for (body, expected) in [
        (r#"{"name":"a"}"#, Some(place("a", vec![]))),
        (r#"{"name":"a","places":[{"name":"[b"}]}"#, Some(place("a", vec![place("[b", vec![])]))),
        // serde reads each of these as a struct from an array.
        (r#"["a"]"#, None),
        (r#"["a",[]]"#, None),
        (r#"{"name":"a","places":[["b"]]}"#, None),
        (r#"{"name":"a","places":[{"name":"b","places":[["c"]]}]}"#, None),
        (r#"{"name":"a","places":[{"name":"b"},["c"]]}"#, None),
    ] {
        match (answer(200, body).json::<Place, ErrorBody>().await, expected) {
            (Ok(value), Some(expected)) => {
                assert_eq!(*value, expected);
                assert!(kept(value.headers()));
            }
            (Err(Error::Unexpected(error)), None) => {
                assert!(matches!(error.reason(), Reason::OtherShape { .. }), "{error}");
                assert_eq!(error.body(), body.as_bytes());
                assert!(kept(error.headers()));
            }
            (other, _) => panic!("{body}: {other:?}"),
        }
    }
    // A list of values is one.
    let list = answer(200, r#"["a","b"]"#).json::<Vec<String>, ErrorBody>().await;
    assert_eq!(list.expect("a list").into_inner(), ["a", "b"]);
}

#[tokio::test]
async fn json_is_limited() {
    let body: &str = Box::leak(format!(r#"{{"name":"{}"}}"#, "x".repeat(64 - 11)).into_boxed_str());
    assert_eq!(body.len(), 64);
    assert!(answer(200, body).json::<Place, ErrorBody>().await.is_ok());
    let longer: &str = Box::leak(format!("{body} ").into_boxed_str());
    let error = answer(200, longer).json::<Place, ErrorBody>().await.expect_err("it is too large");
    assert!(matches!(error, Error::TooLarge(_)) && error.headers().is_some_and(kept), "{error:?}");
}

#[tokio::test]
async fn other_bodies_are_left_to_the_caller() {
    let empty = answer(204, "").empty::<ErrorBody>().await.expect("it is not read");
    assert_eq!((empty.status(), kept(empty.headers())), (StatusCode::NO_CONTENT, true));
    let mut stream = answer(200, "a,b\n").stream::<ErrorBody>().await.expect("it is not read");
    assert_eq!((stream.status(), kept(stream.headers())), (StatusCode::OK, true));
    assert_eq!(stream.chunk().await.expect("a chunk").as_deref(), Some(&b"a,b\n"[..]));
    assert_eq!(stream.chunk().await.expect("the end"), None);
    assert_eq!(format!("{stream:?}"), "ByteStream([REDACTED])");
    let error = answer(101, "").upgrade::<ErrorBody>().await.expect_err("there is no connection");
    assert!(matches!(error, Error::Transport(_)) && error.headers().is_some_and(kept), "{error:?}");
}

#[tokio::test]
async fn error_has_one_field_of_its_body_at_least() {
    for (status, body, known) in [
        (400, r#"{"error":"COMMON"}"#, Some(true)),
        (500, r#"{"message":"a message"}"#, Some(false)),
        (599, r#"{"errorId":"none","systemId":"core"}"#, Some(false)),
        (400, r#"{}"#, None),
        (400, r#"{"error":null}"#, None),
        (400, r#"{"detail":"COMMON"}"#, None),
        (400, r#"{"errorId":"none"}"#, None),
        (400, r#"[null,"COMMON"]"#, None),
        (399, r#"{"error":"COMMON"}"#, None),
        (204, "", None),
    ] {
        let error = answer(status, body).error::<ErrorBody>().await;
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert!(error.headers().is_some_and(kept));
        match (&error, known) {
            (Error::Rejected(rejected), Some(known)) => {
                assert_eq!(rejected.known().is_some(), known, "{body}")
            }
            (Error::Unexpected(unexpected), None) => assert_eq!(unexpected.body(), body.as_bytes()),
            _ => panic!("{body}: {error:?}"),
        }
    }
}
