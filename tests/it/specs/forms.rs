//! Callers of the client of `forms.yaml`, with a server that answers one request; see `forms.rs` beside this folder.
#![deny(warnings)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;

use vault_api::reqwest::Request;
use vault_api::{BuildError, Call, Client, ClientBuilder, Error, Middleware, Refusal, types};

/// Answers the first request, and tells it.
fn server(status: &str, body: &str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::channel();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let count = stream.read(&mut buffer).expect("bytes");
            text.extend_from_slice(&buffer[..count]);
            let all = String::from_utf8_lossy(&text).into_owned();
            let head = all.split_once("\r\n\r\n");
            let length = |head: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                line.map_or(0, |length| length.parse().expect("a length"))
            };
            if count == 0 || head.is_some_and(|(head, body)| body.len() >= length(head)) {
                break;
            }
        }
        stream.write_all(answer.as_bytes()).expect("it is taken");
        sender.send(String::from_utf8(text).expect("text")).expect("it is wanted");
    });
    (url, receiver)
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder(url)
}

struct Seal;

impl Middleware for Seal {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
        if call.security_scheme("Sealed").is_some() {
            let value = request.headers().get("x-note").map_or("sealed", |_| "sealed note");
            request.headers_mut().insert("x-seal", value.parse()?);
        }
        Ok(())
    }

    fn provides(&self) -> Option<&'static str> {
        Some("Sealed")
    }
}

fn note() -> types::Note {
    types::Note::new("longer than five", types::NoteKind::Memo, 7, "1")
}

#[tokio::test]
#[allow(deprecated)]
async fn parameters_are_on_the_wire_as_the_document_says() {
    let body = r#"{"text":"longer than five","kind":"postcard","number":-3,"phone":"1","level":9,"maybe":null,"items":[{"Name":"a","name":"b"}]}"#;
    let (url, request) = server("200 OK", body);
    let client = builder(&url).access_token("t-1").build().expect("a client");
    let call = client
        .get_note(types::Kind::Plus1, 2)
        .tags(vec!["a".to_owned(), "b,c".to_owned()])
        .sort(types::GetNoteSort::Unknown("other".to_owned()))
        .filter(types::Filter::new().from(7).name("n"))
        .self_("s")
        .ids(vec![1, 2])
        .shown("shown")
        .query_access_token("q")
        .where_(types::Filter::new().from(1));
    let debug = format!("{call:?}");
    assert!(debug.contains(r#"shown: Some("shown")"#) && debug.contains("Some([REDACTED])"), "{debug}");
    assert!(!debug.contains("b,c") && !debug.contains("t-1"), "{debug}");
    let note = call.await.expect("a note").into_inner();
    assert_eq!(note.kind.as_str(), "postcard");
    assert!(matches!(note.kind, types::NoteKind::Unknown(_)));
    assert_eq!((note.level, note.number, note.maybe.is_none()), (Some(9), -3, true));
    assert_eq!(note.items[0].name_2.as_deref(), Some("b"));
    let debug = format!("{note:?}");
    assert!(debug.contains("number: -3") && !debug.contains("postcard") && !debug.contains("longer"), "{debug}");
    let request = request.recv().expect("a request");
    let first = "GET /notes/+1/2?tags=a%2Cb%2Cc&sort=other&filter%5Bfrom%5D=7&filter%5Bname%5D=n&self=s&access_token=q&where=%7B%22from%22%3A1%7D HTTP/1.1\r\n";
    assert!(request.starts_with(first), "{request}");
    for header in ["x-ids: 1,2", "x-shown: shown", "authorization: Bearer t-1", "accept: application/json; charset=utf-8, application/problem+json"] {
        assert!(request.contains(&format!("{header}\r\n")), "{request}");
    }
}

#[tokio::test]
async fn error_bodies_are_chosen_by_the_status() {
    for (status, body, is_it) in [
        ("400 Bad Request", r#"["a"]"#, (|it| matches!(it, types::PutNoteError::PutNoteError400(_))) as fn(&types::PutNoteError) -> bool),
        ("401 Unauthorized", r#"{"who":"b"}"#, |it| matches!(it, types::PutNoteError::PutNoteError401(_))),
        ("404 Not Found", "", |it| matches!(it, types::PutNoteError::Empty)),
        ("502 Bad Gateway", r#"{"title":"GONE"}"#, |it| matches!(it, types::PutNoteError::Problem(_))),
    ] {
        let (url, _request) = server(status, body);
        let client = builder(&url).access_token("t").without_sealed().build().expect("a client");
        let error = client.put_note("p", note()).await.expect_err(status);
        let body = error.body().expect(status);
        assert!(is_it(body), "{status}: {body:?}");
        assert_eq!(error.is_gone(), status.starts_with("502"), "{status}");
    }
    let (url, _request) = server("503 Busy", "no JSON");
    let client = builder(&url).access_token("t").without_sealed().build().expect("a client");
    let error = client.put_note("p", note()).await.expect_err("it is busy");
    assert!(error.is_busy() && matches!(error, Error::Unexpected(_)), "{error:?}");
    // An error that the document does not describe has no body that fits by chance.
    let (url, _request) = server("418 Teapot", r#"{"title":"GONE"}"#);
    let client = builder(&url).access_token("t").without_sealed().build().expect("a client");
    let error = client.put_note("p", note()).await.expect_err("it is a teapot");
    assert!(error.body().is_none() && !error.is_gone(), "{error:?}");
}

#[tokio::test]
async fn bodies_have_their_media_type_and_one_way_properties_are_optional() {
    let (url, request) = server("200 OK", r#"{"text":"a","kind":"memo","number":1,"phone":"1","String":{"some":"b"}}"#);
    let client = builder(&url).access_token("t").without_sealed().build().expect("a client");
    client.put_note("p", note().secret("s").third(types::X3dNote::new().depth(1.5))).await.expect("it is stored");
    let request = request.recv().expect("a request");
    assert!(request.contains("content-type: application/merge-patch+json\r\n"), "{request}");
    let body = request.split_once("\r\n\r\n").expect("a body").1;
    assert_eq!(body, r#"{"kind":"memo","number":7,"phone":"1","secret":"s","text":"longer than five","third":{"depth":1.5}}"#);
}

#[tokio::test]
async fn alternatives_are_told_apart_by_their_tag() {
    let body = r#"[{"kind":"round","inside":{"kind":"square","side":2}},{"kind":"square"}]"#;
    let (url, request) = server("206 Partial Content", body);
    let client = builder(&url).login("clerk", "p:w").build().expect("a client");
    let shapes = client.clone_().await.expect("shapes").into_inner();
    assert!(matches!(&shapes[..], [types::Shape::Round(_), types::Shape::Square(_)]), "{shapes:?}");
    let again = serde_json::to_value(&shapes).expect("JSON");
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(body).expect("JSON"));
    // RFC 7617: `clerk:p:w` in Base64, by `printf clerk:p:w | base64`.
    assert!(request.recv().expect("a request").contains("authorization: Basic Y2xlcms6cDp3\r\n"));

    let (url, _request) = server("200 OK", r#"{"kind":"none","why":"because"}"#);
    let client = builder(&url).days("d").build().expect("a client");
    let tagged = client.post_shape().await.expect("a shape").into_inner();
    assert!(matches!(tagged, types::Tagged::None { .. }), "{tagged:?}");
}

#[tokio::test]
async fn credential_in_the_query_is_in_no_error_and_no_debug() {
    let (url, request) = server("204 No Content", "");
    let client = builder(&url).key("k e&y").build().expect("a client");
    client.builder_().await.expect("nothing");
    assert!(request.recv().expect("a request").starts_with("OPTIONS /notes?key=k+e%26y HTTP/1.1\r\n"));
    let closed = builder("http://127.0.0.1:1").key("k-secret").build().expect("a client");
    let error = closed.builder_().await.expect_err("no server is there");
    assert!(!format!("{error} {error:?} {client:?}").contains("k-secret"), "{error:?}");
}

#[tokio::test]
async fn first_alternative_is_used_unless_the_service_says_otherwise() {
    // The signature is made by the middleware that provides it, behind all others.
    let (url, request) = server("200 OK", r#"{"text":"a","kind":"memo","number":1,"phone":"1"}"#);
    let client = builder(&url).middleware(Seal).middleware(|_: &Call<'_>, request: &mut Request| {
        request.headers_mut().insert("x-note", "n".parse()?);
        Ok(())
    });
    let client = client.access_token("t").build().expect("a client");
    client.put_note("p", note()).access_token("of this call").await.expect_err("a token has no spaces");
    client.put_note("p", note()).access_token("own").await.expect("it is stored");
    let request = request.recv().expect("a request");
    assert!(request.contains("x-seal: sealed note\r\n") && request.contains("authorization: Bearer own\r\n"), "{request}");

    // Without it, the call says what is missing, and sends nothing.
    let client = builder("http://127.0.0.1:1").access_token("t").build().expect("a client");
    let error = client.put_note("p", note()).await.expect_err("it is not signed");
    let Error::MissingCredential(missing) = &error else { panic!("{error:?}") };
    assert_eq!((missing.scheme, missing.method), ("Sealed", None));
    assert!(!error.may_have_been_sent() && error.to_string().contains("`Sealed`"), "{error}");
    let error = builder("http://127.0.0.1:1").build().expect("a client").post_shape().await.expect_err("no token");
    assert!(error.to_string().contains("`Days`") && error.to_string().contains("`days`"), "{error}");

    // A later alternative by name.
    let (url, request) = server("200 OK", r#"{"kind":"none"}"#);
    let client = builder(&url).partner("p").without_days().build().expect("a client");
    client.post_shape().await.expect("it is answered");
    assert!(request.recv().expect("a request").contains("x-partner: p\r\n"));
    let (url, request) = server("200 OK", r#"{"text":"a","kind":"memo","number":1,"phone":"1"}"#);
    let client = builder(&url).without_access_token().build().expect("a client");
    client.put_note("p", note()).await.expect("anybody may");
    let request = request.recv().expect("a request");
    assert!(!request.contains("x-seal") && !request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn credentials_are_checked_and_never_shown() {
    for token in ["", " ", "a\nb", "a ", "\u{e9}", "a b"] {
        let error = builder("http://127.0.0.1:1").access_token(token).build().expect_err("it cannot be sent");
        assert!(matches!(&error, BuildError::InvalidCredential(it) if it.scheme == "AccessToken"), "{error:?}");
        assert!(error.to_string().contains("`AccessToken`"), "{error}");
        let client = builder("http://127.0.0.1:1").build().expect("a client");
        let error = client.put_note("p", note()).access_token(token).await.expect_err("it cannot be sent");
        assert!(error.is_caller_error() && error.to_string().contains("`AccessToken`"), "{error}");
    }
    assert!(builder("http://127.0.0.1:1").login("a:b", "c").build().is_err());
    let debug = format!("{:?}", builder("http://127.0.0.1:1").access_token("tok-1").build().expect("a client"));
    assert!(debug.contains(r#""AccessToken": [REDACTED]"#) && !debug.contains("tok-1"), "{debug}");
}

#[test]
fn enums_show_what_may_be_shown() {
    assert_eq!(format!("{:?}", types::Kind::Long), "Long");
    assert_eq!(format!("{:?}", types::Kind::from("+44")), "Unknown([REDACTED])");
    assert_eq!(format!("{:?}", types::NoteKind::Memo), "NoteKind([REDACTED])");
    for (kind, text) in [
        (types::Kind::Minus1, "-1"),
        (types::Kind::Long2, "Long"),
        (types::Kind::Empty, ""),
        (types::Kind::Unknown("x".to_owned()), "x"),
    ] {
        assert_eq!(kind.as_str(), text);
        assert_eq!(types::Kind::from(text), kind);
    }
}
