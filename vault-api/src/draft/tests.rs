//! What the generated code calls to build a request.

use std::error::Error as _;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Method, Request, Url};
use serde::Serialize;
use serde_json::json;

use super::Style::{Deep, Exploded, Joined, Json};
use super::{Draft, path_segment, text};
use crate::InvalidRequest;

fn reason(error: &InvalidRequest) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}

fn draft() -> Draft {
    at("http://127.0.0.1:1")
}

fn at(base_url: &str) -> Draft {
    Draft::new(Method::POST, Url::parse(base_url).expect("a URL"))
}

#[test]
fn headers_name_their_parameter() {
    let name = HeaderName::from_static("x-device");
    for text in ["text", "", "t\u{e9}xt"] {
        let mut draft = draft();
        draft.header(name.clone(), "device", text.to_owned()).expect("it can be sent");
        let request = draft.into_request();
        let value = &request.headers()[&name];
        assert_eq!((value.as_bytes(), value.is_sensitive()), (text.as_bytes(), true));
    }
    for text in ["a\nb", "a\rb", "a\0b", "\u{7f}"] {
        let error = draft().header(name.clone(), "device", text.to_owned());
        let error = error.expect_err("it cannot be sent");
        assert_eq!(error.parameter(), "device");
        assert!(reason(&error).contains("control characters"), "{text:?}");
    }
}

#[test]
fn path_follows_that_of_the_base_url() {
    for (base_url, url) in [
        ("https://vault.example", "https://vault.example/a/b%2Fc"),
        ("https://vault.example/", "https://vault.example/a/b%2Fc"),
        ("https://vault.example/stem", "https://vault.example/stem/a/b%2Fc"),
        ("https://vault.example/a/stem/", "https://vault.example/a/stem/a/b%2Fc"),
    ] {
        let mut draft = at(base_url);
        draft.path("/a/b%2Fc");
        assert_eq!(draft.into_request().url().as_str(), url);
    }
}

/// A URL's path loses its empty parts at the end and resolves its dots (WHATWG URL), so that another operation is called.
#[test]
fn path_segments_are_segments() {
    for text in ["a", "...", ".a", "a/b", "a\\..\\b", "%2e%2e", " ", "\t.", "?#", "\u{e9}"] {
        let mut draft = draft();
        draft.path(&format!("/a/{}/b", path_segment("id", text).expect("it can be sent")));
        let request = draft.into_request();
        let parts: Vec<_> = request.url().path_segments().expect("a path").collect();
        let [_, part, "b"] = parts[..] else { unreachable!("{parts:?}") };
        let decoded = percent_encoding::percent_decode_str(part).decode_utf8().expect("UTF-8");
        assert_eq!((decoded.as_ref(), request.url().query()), (text, None));
    }
    for text in ["", ".", ".."] {
        let error = path_segment("id", text).expect_err("it changes the path");
        assert_eq!(error.parameter(), "id");
        assert!(reason(&error).contains("part of a path"), "{text:?}");
    }
}

fn query_of(fill: impl Fn(&mut Draft) -> Result<(), InvalidRequest>) -> String {
    let mut draft = draft();
    fill(&mut draft).expect("it can be sent");
    draft.into_request().url().as_str().trim_start_matches("http://127.0.0.1:1/").to_owned()
}

#[test]
fn queries_are_written_as_openapi_does_by_default() {
    #[derive(Serialize)]
    enum Kind {
        Loan,
    }
    for (value, expected) in [
        (json!("a b&c"), "?of=a+b%26c"),
        (json!(7), "?of=7"),
        (json!(true), "?of=true"),
        (json!(null), ""),
        (json!([]), ""),
        (json!(["a", 1]), "?of=a&of=1"),
        (json!({"a": "b", "c": ["d", "e"]}), "?a=b&c=d&c=e"),
    ] {
        assert_eq!(query_of(|draft| draft.query("of", "of", Exploded, &value)), expected);
    }
    assert_eq!(query_of(|draft| draft.query("of", "of", Exploded, &None::<i64>)), "");
    assert_eq!(query_of(|draft| draft.query("of", "of", Exploded, &Kind::Loan)), "?of=Loan");
    // In the digits of its own type.
    assert_eq!(query_of(|draft| draft.query("of", "of", Exploded, &0.1_f32)), "?of=0.1");
    let two = |draft: &mut Draft| {
        draft.query("a", "a", Exploded, &1)?;
        draft.query("b", "b", Exploded, &2)
    };
    assert_eq!(query_of(two), "?a=1&b=2");
    for value in [json!([["a"]]), json!([null]), json!({"a": {"b": 1}}), json!({"a": [{}]})] {
        let error = draft().query("X-Of", "of", Exploded, &value).expect_err("it is too deep");
        assert_eq!(error.parameter(), "of");
    }
}

/// The examples of OpenAPI 3.0.3, section 4.7.12.1.1, in percent-encoding.
#[test]
fn queries_have_the_styles_of_openapi() {
    let color = json!({"R": 100, "G": 200});
    for (style, value, expected) in [
        (Joined(','), json!(["blue", "black"]), "?color=blue%2Cblack"),
        (Joined(' '), json!(["blue", "black"]), "?color=blue+black"),
        (Joined('|'), json!(["blue", "black"]), "?color=blue%7Cblack"),
        (Joined(','), json!("blue"), "?color=blue"),
        (Joined(','), json!(null), ""),
        (Joined(','), color.clone(), "?color=G%2C200%2CR%2C100"),
        (Deep, color.clone(), "?color%5BG%5D=200&color%5BR%5D=100"),
        (Json, color, "?color=%7B%22G%22%3A200%2C%22R%22%3A100%7D"),
        (Json, json!(null), ""),
    ] {
        assert_eq!(query_of(|draft| draft.query("color", "color", style, &value)), expected);
    }
}

/// The style `simple` of the same section.
#[test]
fn values_are_one_text_in_headers_and_paths() {
    for (style, value, expected) in [
        (Joined(','), json!(["blue", "black"]), "blue,black"),
        (Joined(','), json!({"R": 100, "G": 200}), "G,200,R,100"),
        (Exploded, json!({"R": 100, "G": 200}), "G=200,R=100"),
        (Exploded, json!(["blue", "black"]), "blue,black"),
        (Joined(','), json!(7), "7"),
        (Json, json!(["blue"]), "[\"blue\"]"),
    ] {
        assert_eq!(text("color", style, &value).expect("it can be sent"), expected);
    }
    let error = text("color", Joined(','), &json!([["blue"]])).expect_err("it is too deep");
    assert_eq!(error.parameter(), "color");
}

#[test]
fn bodies_have_their_media_types() {
    let body = |request: &Request| request.body().and_then(Body::as_bytes).map(<[u8]>::to_vec);
    let media_type = |request: &Request| request.headers()[CONTENT_TYPE].as_bytes().to_vec();
    let patch = HeaderValue::from_static("application/merge-patch+json");
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");

    let mut json = draft();
    json.json(patch, &"text").expect("it can be sent");
    let json = json.into_request();
    assert_eq!(body(&json), Some(b"\"text\"".to_vec()));
    assert_eq!(media_type(&json), b"application/merge-patch+json");

    let mut with_form = draft();
    with_form.form(form.clone(), &json!({"a": "b c", "d": ["e", "f"], "g": null})).expect("a form");
    let with_form = with_form.into_request();
    assert_eq!(body(&with_form), Some(b"a=b+c&d=e&d=f".to_vec()));
    assert_eq!(media_type(&with_form), b"application/x-www-form-urlencoded");
    let error = draft().form(form, &"no form").expect_err("it has no names");
    assert_eq!(error.parameter(), "body");
}

/// A value whose text cannot be JSON; its error quotes it.
struct Secret;

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("secret"))
    }
}

#[test]
fn value_that_cannot_be_written_is_not_quoted() {
    let json = HeaderValue::from_static("application/json");
    let errors = [
        draft().json(json.clone(), &Secret),
        draft().form(json, &Secret),
        draft().query("of", "body", Exploded, &Secret),
    ];
    for error in errors {
        let error = error.expect_err("it cannot be written");
        assert_eq!(error.parameter(), "body");
        assert!(!format!("{error:?} {error} {}", reason(&error)).contains("secret"));
    }
}
