//! What the generated code calls to build a request.

use std::error::Error as _;

use reqwest::Client;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use super::{InvalidRequest, RequestExt, header_value, path_segment};

fn reason(error: &InvalidRequest) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn header_values_name_their_parameter() {
    for (text, is_sensitive) in [("text", true), ("", false), ("t\u{e9}xt", false)] {
        let value = header_value("device", text, is_sensitive).expect("it can be sent");
        assert_eq!((value.as_bytes(), value.is_sensitive()), (text.as_bytes(), is_sensitive));
    }
    for text in ["a\nb", "a\rb", "a\0b", "\u{7f}"] {
        let error = header_value("device", text, true).expect_err("it cannot be sent");
        assert_eq!(error.parameter(), "device");
        assert!(reason(&error).contains("control characters"), "{text:?}");
    }
}

/// A URL's path loses its empty parts at the end and resolves its dots (WHATWG URL), so that another operation is called.
#[test]
fn path_segments_are_segments() {
    for text in ["a", "...", ".a", "a/b", " "] {
        assert!(path_segment("id", &text).is_ok(), "{text:?}");
    }
    for text in ["", ".", ".."] {
        let error = path_segment("id", &text).expect_err("it changes the path");
        assert_eq!(error.parameter(), "id");
        assert!(reason(&error).contains("part of a path"), "{text:?}");
    }
}

#[test]
fn bodies_are_written_if_there_are_any() {
    let post = || Client::new().post("http://127.0.0.1:1");
    let built = |request: reqwest::RequestBuilder| request.build().expect("a request");
    let body = |request: &reqwest::Request| {
        request.body().and_then(|body| body.as_bytes()).map(<[u8]>::to_vec)
    };

    let with = built(post().optional_json(&Some("text")));
    assert_eq!(body(&with), Some(b"\"text\"".to_vec()));
    assert_eq!(with.headers()[CONTENT_TYPE], "application/json");
    let without = built(post().optional_json(&None::<&str>));
    assert_eq!((body(&without), without.headers()), (None, &HeaderMap::new()));

    let form = built(post().form_urlencoded(&[("a", "b c")]).expect("a form"));
    assert_eq!(body(&form), Some(b"a=b+c".to_vec()));
    let error = post().form_urlencoded(&"no form").expect_err("it has no names");
    assert_eq!(error.parameter(), "body");
}

/// A value whose text cannot be JSON; its error quotes it.
struct Secret;

impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("secret"))
    }
}

#[test]
fn body_that_cannot_be_written_is_not_quoted() {
    let error = Client::new()
        .post("http://127.0.0.1:1")
        .json(&Secret)
        .build()
        .expect_err("it cannot be written");
    let error = InvalidRequest::from(error);
    assert_eq!(error.parameter(), "body");
    assert!(!format!("{error:?} {error} {}", reason(&error)).contains("secret"));
}
