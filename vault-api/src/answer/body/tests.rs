//! Bodies of types as other documents have them.

#![allow(clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{error, success};
use crate::Reason;

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
struct Leaf {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<i64>,
}

fn leaf(name: &str) -> Leaf {
    Leaf { name: Some(name.to_owned()), size: None }
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Newtype(Leaf);

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Pair(Leaf, i64);

#[derive(Debug, Deserialize, PartialEq, Serialize)]
enum External {
    Unit,
    One(Leaf),
    Two(i64, Leaf),
    Named { leaf: Leaf },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind")]
enum Internal {
    Leaf(Leaf),
    Named { leaf: Leaf, others: Vec<Leaf> },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    Leaf(Leaf),
    Named { leaf: Leaf },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Double(f64),
    Named { leaf: Leaf, others: Vec<Leaf> },
    Leaf(Leaf),
    List(Vec<Leaf>),
}

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
struct Open {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Deep {
    list: Vec<Leaf>,
    map: BTreeMap<String, Leaf>,
    pair: Pair,
    maybe: Option<Box<Leaf>>,
    free: Map<String, Value>,
    choice: Option<Untagged>,
}

fn read<T: DeserializeOwned + Serialize>(body: &str) -> Result<T, Reason> {
    success(body.as_bytes())
}

/// Asserts that a body is read, and as serde_json reads it.
#[track_caller]
fn is_read<T: DeserializeOwned + Serialize + PartialEq + Debug>(body: &str, expected: T) {
    assert_eq!(read::<T>(body).as_ref(), Ok(&expected), "{body}");
    assert_eq!(serde_json::from_str::<T>(body).ok(), Some(expected), "{body}");
}

/// Asserts that serde_json takes an array in a body for an object, and this reader does not.
#[track_caller]
fn is_refused<T: DeserializeOwned + Serialize + Debug>(body: &str) {
    assert!(serde_json::from_str::<T>(body).is_ok(), "serde_json does not read {body} either");
    let reason = read::<T>(body).expect_err(body);
    assert!(matches!(reason, Reason::OtherShape { .. }), "{body}: {reason}");
}

#[test]
fn bodies_are_read_as_serde_json_reads_them() {
    is_read(r#"{"name":"a","other":[1,{"x":[]}]}"#, leaf("a"));
    is_read(r#"{"name":"a"}"#, Newtype(leaf("a")));
    is_read(r#"[{"name":"a"},7]"#, Pair(leaf("a"), 7));
    is_read(r#""Unit""#, External::Unit);
    is_read(r#"{"One":{"name":"a"}}"#, External::One(leaf("a")));
    is_read(r#"{"Two":[7,{"name":"a"}]}"#, External::Two(7, leaf("a")));
    is_read(r#"{"Named":{"leaf":{"name":"a"}}}"#, External::Named { leaf: leaf("a") });
    is_read(r#"{"kind":"Leaf","name":"a"}"#, Internal::Leaf(leaf("a")));
    is_read(
        r#"{"others":[{"name":"b"}],"leaf":{"name":"a"},"kind":"Named"}"#,
        Internal::Named { leaf: leaf("a"), others: vec![leaf("b")] },
    );
    is_read(r#"{"of":{"name":"a"},"kind":"Leaf"}"#, Adjacent::Leaf(leaf("a")));
    is_read(r#"{"kind":"Named","of":{"leaf":{"name":"a"}}}"#, Adjacent::Named { leaf: leaf("a") });
    is_read("7", Untagged::Number(7));
    is_read("7.5", Untagged::Double(7.5));
    is_read(r#"{"name":"[a"}"#, Untagged::Leaf(leaf("[a")));
    is_read(r#"[{"name":"a"},{"name":"b"}]"#, Untagged::List(vec![leaf("a"), leaf("b")]));
    is_read(
        r#"{"leaf":{"name":"a"},"others":[{"name":"b"}],"more":[[1]]}"#,
        Untagged::Named { leaf: leaf("a"), others: vec![leaf("b")] },
    );
    let more = Map::from_iter([("a".to_owned(), serde_json::json!([{ "b": [1.5, null] }]))]);
    is_read(r#"{"code":7,"a":[{"b":[1.5,null]}]}"#, Open { code: Some(7), more: more.clone() });
    is_read(r#"{"a":[{"b":[1.5,null]}]}"#, more);
    is_read(r#"[true,"a",null]"#, (true, 'a', ()));
    is_read(r#"[-1,1,-2,2,-3,3,-4,4]"#, (-1i8, 1u8, -2i16, 2u16, -3i32, 3u32, -4i64, 4u64));
    is_read(r#"[-1,1,1.5,-1.5,7]"#, (-1i128, 1u128, 1.5f32, -1.5f64, Some(7u8)));
    is_read(r#"{"1":"a","-2":"b"}"#, BTreeMap::from([(1i64, 'a'), (-2, 'b')]));
    is_read(
        r#"{"$serde_json::private::Number":1}"#,
        BTreeMap::from([("$serde_json::private::Number".to_owned(), 1)]),
    );
    let empty: Map<String, Value> = Map::new();
    is_read("{}", empty);
}

#[test]
fn array_is_no_object_wherever_it_is() {
    is_refused::<Leaf>("[]");
    is_refused::<Leaf>(r#"["a",7]"#);
    is_refused::<Option<Box<Leaf>>>(r#"["a",7]"#);
    is_refused::<Newtype>(r#"["a",7]"#);
    is_refused::<Pair>(r#"[["a",7],7]"#);
    is_refused::<(Leaf,)>(r#"[["a",7]]"#);
    is_refused::<Vec<Leaf>>(r#"[{"name":"a"},["a",7]]"#);
    is_refused::<BTreeMap<String, Leaf>>(r#"{"a":["a",7]}"#);
    is_refused::<External>(r#"{"One":["a",7]}"#);
    is_refused::<External>(r#"{"Two":[7,["a",7]]}"#);
    is_refused::<External>(r#"{"Named":[{"name":"a"}]}"#);
    is_refused::<Adjacent>(r#"["Leaf",{"name":"a"}]"#);
    is_refused::<Adjacent>(r#"{"kind":"Leaf","of":["a",7]}"#);
    // serde keeps these for later.
    is_refused::<Internal>(r#"["Leaf","a",7]"#);
    is_refused::<Internal>(r#"{"kind":"Named","leaf":["a",7],"others":[]}"#);
    is_refused::<Internal>(r#"{"kind":"Named","leaf":{},"others":[{},["a",7]]}"#);
    is_refused::<Untagged>(r#"["a",7]"#);
    is_refused::<Untagged>(r#"{"leaf":["a",7],"others":[]}"#);
    is_refused::<Vec<Untagged>>(r#"[[{},["a",7]]]"#);
}

#[test]
fn reason_has_the_place_and_no_name_of_the_servers() {
    let with = |name: &str, value: &str| {
        let whole = r#"{"list":[],"map":{},"pair":[{},1],"maybe":null,"free":{},"choice":null}"#;
        let body: Map<String, Value> = serde_json::from_str(whole).expect("an object");
        assert!(body.contains_key(name));
        let field = |(key, old): (&String, &Value)| match key == name {
            true => format!("\"{key}\":{value}"),
            false => format!("\"{key}\":{old}"),
        };
        format!("{{{}}}", body.iter().map(field).collect::<Vec<_>>().join(","))
    };
    for (body, expected) in [
        (with("list", "[{},5]"), "`list[1]`, "),
        (with("list", r#"[{},{"size":"447871234567"}]"#), "`list[1].size`, "),
        (with("list", "null"), "`list`, "),
        (with("map", r#"{"447871234567":{"name":447871234567}}"#), "`map.*.name`, "),
        (with("map", r#"{"name":{"name":1}}"#), "`map.*.name`, "),
        (with("pair", "[{},{}]"), "`pair[1]`, "),
        (with("pair", "[{}]"), "`pair`, "),
        (with("maybe", r#"{"size":1.5}"#), "`maybe.size`, "),
        (with("free", "447871234567"), "`free`, "),
        (with("choice", r#""447871234567""#), "`choice`, "),
        (with("choice", r#"null,"list":[]"#), ""),
        ("{}".to_owned(), ""),
        ("[\n\n  1]".to_owned(), ""),
        (r#""447871234567""#.to_owned(), ""),
    ] {
        let reason = read::<Deep>(&body).expect_err(&body);
        let Reason::OtherShape { line, column, .. } = reason else { panic!("{body}: {reason}") };
        assert!((1..=3).contains(&line) && (1..=body.len()).contains(&column), "{body}: {reason}");
        let said = reason.to_string();
        let start = "its body has another shape than documented: ";
        assert_eq!(said, format!("{start}{expected}line {line}, column {column}"), "{body}");
        assert!(!format!("{reason:?}").contains("447871234567"));
    }
    for (body, line, column) in [
        ("<html>".to_owned(), 1, 1),
        (String::new(), 1, 0),
        ("{\n\"list\":".to_owned(), 2, 7),
        (with("free", r#"{"447871234567":tru}"#), 1, 42),
        (format!("{} {{}}", with("list", "[]")), 1, 73),
        (with("list", r#"[{"name":"\ud800"}]"#), 1, 49),
    ] {
        let reason = read::<Deep>(&body).expect_err(&body);
        assert_eq!(reason, Reason::NotJson { line, column }, "{body}");
    }
}

#[test]
fn integers_may_be_written_as_decimals() {
    let leaf = |size| Ok(Leaf { size: Some(size), ..Leaf::default() });
    for (number, expected) in [
        ("167", 167),
        ("167.0", 167),
        ("1.67e2", 167),
        ("-167.00", -167),
        ("-0.0", 0),
        ("9007199254740992.0", 9_007_199_254_740_992),
    ] {
        assert_eq!(read::<Leaf>(&format!(r#"{{"size":{number}}}"#)), leaf(expected), "{number}");
    }
    // Above, a double may stand for another integer.
    for number in ["167.5", "1e-1", "9007199254740994.0", "1e30", "1e999", r#""167""#] {
        assert!(read::<Leaf>(&format!(r#"{{"size":{number}}}"#)).is_err(), "{number}");
    }
    assert_eq!(read("[255.0,-1.0,7.0]"), Ok((255u8, -1i8, 7u64)));
    assert!(read::<u8>("256.0").is_err() && read::<u64>("-1.0").is_err());
    assert_eq!(read("7.0"), Ok(7.0f64));
    assert_eq!(read("7.0"), Ok(Untagged::Number(7)));
    assert_eq!(read("7.0"), Ok(serde_json::json!(7.0)));
}

fn rejected<E: DeserializeOwned + Serialize>(body: impl AsRef<[u8]>) -> Result<E, Reason> {
    error(body.as_ref())
}

#[test]
fn text_that_is_not_unicode_is_replaced() {
    let named = |body: &[u8]| rejected::<Leaf>(body).map(|leaf| (leaf.name, leaf.size));
    let is = |name: &str| Ok((Some(name.to_owned()), Some(7)));
    let body = |name: &[u8]| [&br#"{"size":7,"name":""#[..], name, br#""}"#].concat();
    for (name, expected) in [
        (&b"a"[..], "a"),
        (b"Gr\xfc\xdfe", "Gr\u{fffd}\u{fffd}e"),
        (br"\ud800", "\u{fffd}"),
        (br"\udc00\ud800", "\u{fffd}\u{fffd}"),
        (br"\ud800\n", "\u{fffd}\n"),
        (br"\ud800\u0041", "\u{fffd}A"),
        (br"\ud83d\ude00", "\u{1f600}"),
        (br"\uD83D\uDE00\uD83D", "\u{1f600}\u{fffd}"),
        (br"\\ud800", r"\ud800"),
        (br"\\\ud800", "\\\u{fffd}"),
        (br"\ufffd", "\u{fffd}"),
    ] {
        let body = body(name);
        let shown = String::from_utf8_lossy(&body);
        assert_eq!(named(&body), is(expected), "{shown}");
        assert_eq!(named(&[b"\xEF\xBB\xBF", &body[..]].concat()), is(expected), "{shown}");
    }
    // Names are texts, too.
    for name in [&br"\ud800"[..], b"\xfc"] {
        let body = [b"{\"", name, br#"":[],"size":7}"#].concat();
        assert_eq!(named(&body), Ok((None, Some(7))));
    }
    for text in [&br"\"[..], br"\u", br"\ud8", br#"{"name":"\ud800"#, br#"{"name":"\u+d80"}"#] {
        assert!(rejected::<Leaf>(text).is_err());
    }
    // A success has the caller's data, which is not guessed.
    assert_eq!(read::<Leaf>("\u{feff}{\"name\":\"a\"}"), Ok(leaf("a")));
    assert!(read::<Leaf>(r#"{"name":"\ud800"}"#).is_err());
    assert!(success::<Leaf>(b"{\"name\":\"\xfc\"}").is_err());
}

#[test]
fn wrong_field_costs_no_other() {
    let is = |name: &str| Ok(leaf(name));
    for body in [
        r#"{"name":"a","size":"x"}"#,
        r#"{"size":[{"size":"x"}],"name":"a"}"#,
        r#"{"size":1e999,"name":"a"}"#,
        r#"{"size":99999999999999999999,"name":"a","other":[[]]}"#,
        // The first of two counts, as long as it is right.
        r#"{"name":"a","name":"b"}"#,
        r#"{"name":"a","name":5,"size":{}}"#,
        r#"{"name":"a","size":"x","name":"b","size":"y"}"#,
    ] {
        assert_eq!(rejected::<Leaf>(body), is("a"), "{body}");
    }
    // An object with none of the fields is another's, and an array is no object.
    for body in ["{}", r#"{"detail":"a"}"#, r#"{"name":5,"size":"x"}"#, r#"["a",7]"#, "[]", "7", ""]
    {
        assert!(rejected::<Leaf>(body).is_err(), "{body}");
    }
    // What is required stays so.
    let whole = r#"{"list":[],"map":{},"pair":[{},1],"maybe":5,"free":{},"choice":{"name":5}}"#;
    assert!(rejected::<Deep>(whole.replace("list", "last")).is_err());
    let deep = rejected::<Deep>(whole.replace(r#"{"name":5}"#, "5")).expect("the rest is right");
    assert_eq!((deep.maybe, deep.choice), (None, Some(Untagged::Number(5))));
    // The first reason is told.
    let first = rejected::<Leaf>(r#"{"name":5,"size":"x"}"#).expect_err("no field is left");
    assert_eq!(first, Reason::OtherShape { line: 1, column: 9, place: "name".to_owned() });
    assert!(rejected::<Leaf>(r#"{"name":5,"size":"x""#).is_err());
}

#[test]
fn open_errors_lose_wrong_fields_only() {
    let open = rejected::<Open>(r#"{"code":"x","a":[{"b":1}]}"#).expect("a field is left");
    assert_eq!((open.code, open.more["a"][0]["b"].clone()), (None, 1.into()));
    assert!(rejected::<Open>("{}").is_err());
    // So that a server does not decide how often a body is read.
    let wrong = |count: usize| {
        let fields = (0..count).map(|number| format!("\"{number}\":\"x\"")).collect::<Vec<_>>();
        format!("{{{},\"right\":1}}", fields.join(","))
    };
    let read = |count| rejected::<BTreeMap<String, i64>>(wrong(count));
    assert_eq!(read(16), Ok(BTreeMap::from([("right".to_owned(), 1)])));
    assert!(read(17).is_err());
}

#[test]
fn error_may_be_any_value() {
    assert_eq!(rejected::<Vec<String>>(r#"["a","b"]"#), Ok(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(rejected::<Vec<Leaf>>(r#"[{"name":"a"}]"#), Ok(vec![leaf("a")]));
    assert!(rejected::<Vec<Leaf>>(r#"[["a",7]]"#).is_err());
    assert_eq!(rejected::<String>(r#""a""#), Ok("a".to_owned()));
    assert_eq!(rejected::<i64>("167.0"), Ok(167));
    assert_eq!(rejected::<External>(r#""Unit""#), Ok(External::Unit));
    assert_eq!(
        rejected::<Internal>(r#"{"kind":"Leaf","name":"a"}"#),
        Ok(Internal::Leaf(leaf("a")))
    );
    assert_eq!(rejected::<Untagged>(r#"{"name":"a"}"#), Ok(Untagged::Leaf(leaf("a"))));
    assert!(rejected::<Untagged>(r#"["a",7]"#).is_err());
    assert!(rejected::<Internal>(r#"["Leaf","a",7]"#).is_err());
}

#[test]
fn objects_are_as_many_as_a_body_of_that_size_needs() {
    let list = |count| format!("[{}]", vec![r#"{"":0}"#; count].join(","));
    assert!(read::<Value>(&list(1_000)).is_ok());
    let nested = |count| format!("{}0{}", r#"{"":"#.repeat(count), "}".repeat(count));
    assert!(read::<Value>(&format!("[{},{}]", nested(100), "0,".repeat(100) + "0")).is_ok());
    assert!(read::<Value>(&nested(100)).is_err());
    // Those without a member, and structs, cost little.
    assert!(read::<Value>(&format!("[{}]", vec!["{}"; 1_000].join(","))).is_ok());
    assert!(read::<Vec<Leaf>>(&format!("[{}]", vec!["{}"; 1_000].join(","))).is_ok());
}
