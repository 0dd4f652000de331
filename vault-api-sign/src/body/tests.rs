#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::fmt;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::{GREATEST_BODY, signed_fields};
use crate::RequestError;

type Fields = Result<(String, Option<String>), RequestError>;

fn read(body: &[u8]) -> Fields {
    let fields = signed_fields(body)?;
    let password = fields.password.map(|password| password.to_string());
    Ok((fields.phone.to_string(), password))
}

/// The same by serde_json.
fn expected(body: &[u8]) -> Fields {
    let Pairs(pairs) = serde_json::from_slice(body).map_err(|_| RequestError::BodyNotObject)?;
    let text = |field: &'static str| {
        let values: Vec<&Value> =
            pairs.iter().filter(|(key, _)| key == field).map(|(_, value)| value).collect();
        match values[..] {
            [] => Ok(None),
            [Value::String(text)] => Ok(Some(text.clone())),
            [_] => Err(RequestError::FieldNotText { field }),
            _ => Err(RequestError::FieldTwice { field }),
        }
    };
    let phone = text("phone")?.ok_or(RequestError::NoPhone)?;
    Ok((phone, text("password")?))
}

/// A JSON object with all its keys: a `Value` keeps only the last of several that are equal.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(PairsVisitor)
    }
}

fn assert_read_as_expected(body: &[u8]) {
    assert_eq!(read(body), expected(body), "{:?}", String::from_utf8_lossy(body));
}

#[test]
fn bodies_at_the_edges_of_json_are_read_as_serde_json_reads_them() {
    let in_objects = [
        "0",
        "-0",
        "01",
        "-",
        "+1",
        "1.",
        ".1",
        "1.5",
        "1e5",
        "1E+5",
        "1e-5",
        "1e",
        "1e+",
        "1e308",
        "1e309",
        "-1e309",
        "1e-400",
        "0x1",
        "NaN",
        "Infinity",
        "inf",
        "true",
        "false",
        "null",
        "nul",
        "True",
        "\"\"",
        "\"a",
        "\"\t\"",
        "\"\u{7f}\"",
        "\"\u{1f}\"",
        "\" \"",
        "'a'",
        "\"\\u00e9\"",
        "\"\\u00E9\"",
        "\"\\u00g0\"",
        "\"\\u+041\"",
        "\"\\u12\"",
        "\"\\x\"",
        "\"\\\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ude00\\ud83d\"",
        "\"\\udbff\\udfff\"",
        "\"\\ud800\\udc00\"",
        "\"\\udfff\"",
        "[]",
        "[1]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,2 , 3]",
        "[}",
        "{}",
        "{,}",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{\"a\" : 1 , \"b\" : [ ] }",
        "{\"a\"1}",
        "{\"phone\":1}",
        "\u{a0}1",
        "1\u{b}",
        "//a\n1",
    ];
    for value in in_objects {
        assert_read_as_expected(format!("{{\"phone\":\"1\",\"a\":{value}}}").as_bytes());
        assert_read_as_expected(format!("{{\"a\":{value},\"phone\":\"1\"}}").as_bytes());
        assert_read_as_expected(format!("{{\"phone\":{value},\"password\":\"1\"}}").as_bytes());
        assert_read_as_expected(format!("{{\"phone\":\"1\",\"password\":{value}}}").as_bytes());
    }
    for body in [
        "",
        " ",
        "{",
        "}",
        "{}",
        "[]",
        "1",
        "\"phone\"",
        "null",
        "{\"phone\":\"1\"} \r\n\t",
        "\u{feff}{\"phone\":\"1\"}",
        "{\"phone\":\"1\"}{}",
        "{\"phone\":\"1\"}x",
        " {\"phone\":\"1\"}",
        "{ \"phone\" : \"1\" }",
        "{\"phone\":\"1\"",
        "{\"phone\":\"1\",\"phone\":\"1\"}",
        "{\"phone\":\"1\",\"ph\\u006fne\":\"1\"}",
        "{\"Phone\":\"1\"}",
        "{\"ph\\u006fne\":\"\\u002b\\n\\t\\r\\b\\f\\/\\\\\\\"1\"}",
        "{\"phone\":\"1\",\"password\":1,\"password\":1}",
    ] {
        assert_read_as_expected(body.as_bytes());
    }
    assert_read_as_expected(b"{\"phone\":\"\xff\"}");
    assert_read_as_expected(b"{\"phone\":\"1\"}\xff");
    assert_read_as_expected(b"{\"phone\":\"\xed\xa0\x80\"}");
}

#[test]
fn escapes_are_decoded() {
    let body = br#"{"ph\u006fne":"\u002b\ud83d\ude00 \"\\\/\b\f\n\r\t\u00E9x","password":"p"}"#;
    let phone = "+\u{1f600} \"\\/\u{8}\u{c}\n\r\té\u{78}".to_owned();
    assert_eq!(read(body), Ok((phone, Some("p".to_owned()))));
}

/// The limit is serde_json's, and the same for arrays and objects.
#[test]
fn nesting_is_bounded() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for (depth, is_read) in [(126, true), (127, false), (100_000, false)] {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            let body = format!("{{\"phone\":\"1\",\"a\":{open}1{close}}}");
            assert_eq!(read(body.as_bytes()).is_ok(), is_read, "{depth}");
            assert_read_as_expected(body.as_bytes());
        }
    }
}

#[test]
fn body_of_1_mib_is_read_and_a_longer_one_is_not() {
    let mut body = b"{\"phone\":\"1\"}".to_vec();
    body.resize(1024 * 1024, b' ');
    assert_eq!(body.len(), GREATEST_BODY);
    assert_eq!(read(&body), Ok(("1".to_owned(), None)));
    body.push(b' ');
    assert_eq!(read(&body), Err(RequestError::BodyTooLarge));
}

/// A JSON text, with each character as it is or as an escape.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -!#-\\[\\]-~]",
        1 => "[^\"\\\\\\x00-\\x1f]",
        1 => r#"\\["\\/bfnrt]"#,
        1 => r"\\u[0-9a-cA-C][0-9a-fA-F]{3}",
        1 => r"\\u[dD][89abAB][0-9a-f]{2}\\u[dD][c-fC-F][0-9a-f]{2}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(r#""phone""#.to_owned()),
        1 => Just(r#""p\u0068one""#.to_owned()),
        2 => Just(r#""password""#.to_owned()),
        2 => text(),
    ]
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => text(),
        1 => r"-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?",
        1 => "true|false|null",
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" ,"))),
            object(inner),
        ]
    })
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (key(), "[ \n\r\t]{0,2}", value)
        .prop_map(|(key, space, value)| format!("{key}{space}:{space}{value}"));
    prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(",\n")))
}

/// A body, and maybe something in the place of some of its bytes.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<prop::sample::Index>(),
        0..3_usize,
        prop_oneof![
            "[\\[\\]{}:,\"\\\\0-9eE+.a-z-]{0,2}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 1..3),
        ],
    );
    let signed = (text(), prop::option::of(text()), text(), value()).prop_map(
        |(phone, password, key, value)| {
            let password = password.map(|password| format!("\"password\":{password},"));
            let password = password.unwrap_or_default();
            format!("{{\"phone\":{phone},{password}{key}:{value}}}")
        },
    );
    let object = prop_oneof![signed, object(value())];
    (object, prop::option::of(edit)).prop_map(|(body, edit)| {
        let mut body = body.into_bytes();
        if let Some((start, length, new)) = edit {
            let start = start.index(body.len());
            let end = body.len().min(start + length);
            body.splice(start..end, new);
        }
        body
    })
}

#[test]
fn every_body_is_read_as_serde_json_reads_it() {
    let (signed, refused, not_json) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let config =
        ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&body(), |body| {
            let read = read(&body);
            let count = match read {
                Ok(_) => &signed,
                Err(RequestError::BodyNotObject) => &not_json,
                Err(_) => &refused,
            };
            count.set(count.get() + 1);
            prop_assert_eq!(read, expected(&body));
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    // Each kind is there often enough to mean something.
    for count in [signed, refused, not_json] {
        assert!(count.get() > 100, "{}", count.get());
    }
}
