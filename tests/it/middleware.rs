//! What a middleware can do, and what it is told.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vault_api::reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use vault_api::reqwest::{Request, StatusCode, Url};
use vault_api::types::ResendCodeRequest;
use vault_api::{Call, Error, Middleware, Outcome, Refusal};
use vault_api_sandbox::Sandbox;
use vault_api_sign::SigningMiddleware;

use crate::raw_server::{Connections, RawServer, json, read_request, wait_for_end};
use crate::support::{PHONE, SIGNATURE, chain, resend, signed, signer, unsigned, with_credentials};

/// Notes what it is told, and sets a header.
struct Witness(Arc<Mutex<Vec<String>>>, &'static str);

impl Middleware for Witness {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
        let Self(notes, name) = self;
        let mut headers: Vec<_> = request.headers().keys().map(|name| name.as_str()).collect();
        headers.sort_unstable();
        let operation = call.operation;
        let note = format!(
            "{name}: {} {} {}, headers {headers:?}",
            operation.id, operation.method, operation.path
        );
        notes.lock().expect("no other thread panicked").push(note);
        request.headers_mut().insert("x-trace", HeaderValue::from_static(name));
        Ok(())
    }
}

#[tokio::test]
async fn middleware_run_in_order_on_the_finished_request() {
    let notes = Arc::default();
    let server = RawServer::answering(json("200 OK", "{}"));
    let client = unsigned(&server.base_url)
        .middleware(Witness(Arc::clone(&notes), "first"))
        .middleware(Witness(Arc::clone(&notes), "second"));
    resend(client).await.expect("it is answered");
    let request = String::from_utf8(server.request()).expect("the request is text");
    assert!(request.contains("x-trace: second\r\n") && !request.contains("first"), "{request}");
    insta::assert_snapshot!(notes.lock().expect("no other thread panicked").join("\n"));
}

#[tokio::test]
async fn closures_and_shared_middleware_are_middleware() {
    let notes = Arc::default();
    let server = RawServer::answering(json("200 OK", "{}"));
    let shared: Arc<dyn Middleware> = Arc::new(Witness(Arc::clone(&notes), "shared"));
    let client = unsigned(&server.base_url).middleware(Arc::clone(&shared)).middleware(
        |call: &Call<'_>, request: &mut Request| {
            request.headers_mut().insert("x-operation", HeaderValue::try_from(call.operation.id)?);
            Ok(())
        },
    );
    resend(client).await.expect("it is answered");
    let request = String::from_utf8(server.request()).expect("the request is text");
    assert!(request.contains("x-trace: shared\r\nx-operation: resend_code\r\n"), "{request}");
}

#[derive(Debug, PartialEq)]
struct Closed(u8);

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gate {} is closed", self.0)
    }
}

impl std::error::Error for Closed {}

#[tokio::test]
async fn error_of_a_middleware_arrives_with_its_type_and_nothing_is_sent() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let closed = |_: &Call<'_>, _: &mut Request| Err(Closed(7).into());
    let error = resend(signed(&sandbox.base_url()).middleware(closed))
        .await
        .expect_err("the gate is closed");
    let Error::Middleware(source) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(source.downcast_ref::<Closed>(), Some(&Closed(7)));
    assert!(!error.may_have_been_sent() && !error.is_caller_error());
    assert_eq!(sandbox.requests().len(), 0);
    insta::assert_snapshot!(chain(&error));
}

#[tokio::test]
async fn middleware_can_blame_the_caller() {
    let sandbox = Sandbox::builder(signer()).start().await.expect("a sandbox");
    let blame = |_: &Call<'_>, _: &mut Request| Err(Refusal::invalid_value("phone", Closed(7)));
    let error = resend(signed(&sandbox.base_url()).middleware(blame))
        .await
        .expect_err("the gate is closed");
    assert!(error.is_caller_error() && !error.may_have_been_sent());
    insta::assert_snapshot!(chain(&error));
}

/// One client, many calls at a time: each gets its own response, which repeats the fingerprint of its request.
#[tokio::test]
async fn calls_at_the_same_time_do_not_mix() {
    let server = Connections::start(|_, mut stream| {
        let request = String::from_utf8(read_request(&mut stream)).expect("text");
        let number = request.lines().find_map(|line| line.strip_prefix("x-fingerprint: "));
        let body = format!(r#"{{"result":"{}"}}"#, number.expect("a fingerprint"));
        let _ = stream.write_all(&json("200 OK\r\nconnection: close", &body));
    });
    let gate = |_: &Call<'_>, request: &mut Request| match request.headers().get("x-number") {
        Some(number) => Err(Closed(number.to_str()?.parse()?).into()),
        None => Ok(()),
    };
    let client =
        signed(&server.base_url()).middleware(gate).build().expect("the settings are valid");
    let calls = (0..64_u8).map(|number| {
        let request = client.resend_code(number.to_string(), ResendCodeRequest::new(PHONE));
        let request = match number % 2 {
            0 => request,
            _ => request.header("x-number", number.to_string()),
        };
        (number, tokio::spawn(request.send()))
    });
    for (number, call) in calls.collect::<Vec<_>>() {
        match (number % 2, call.await.expect("the task ends")) {
            (0, Ok(response)) => {
                assert_eq!(response.result.as_deref(), Some(number.to_string().as_str()))
            }
            (1, Err(Error::Middleware(error))) => {
                assert_eq!(error.downcast_ref(), Some(&Closed(number)))
            }
            (_, other) => panic!("{number}: {other:?}"),
        }
    }
    assert_eq!(server.count(), 32);
}

/// Whatever the order of the middleware, and with or without a signature, nothing leaves for another host.
#[tokio::test]
async fn request_goes_to_the_base_urls_origin_or_nowhere() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let urls = [
        server.base_url.replace("127.0.0.1", "localhost"),
        server.base_url.replace("http:", "https:"),
        "http://127.0.0.1:1".to_owned(),
    ];
    for url in urls {
        let redirect = move |_: &Call<'_>, request: &mut Request| {
            *request.url_mut() = url.parse::<Url>()?;
            Ok(())
        };
        let sign = || SigningMiddleware::new(signer());
        for client in [
            unsigned(&server.base_url).middleware(redirect.clone()),
            with_credentials(&server.base_url).middleware(sign()).middleware(redirect.clone()),
            with_credentials(&server.base_url).middleware(redirect.clone()).middleware(sign()),
        ] {
            let error = resend(client).await.expect_err("it goes elsewhere");
            assert!(matches!(error, Error::Middleware(_)), "{error:?}");
        }
    }
    // Another server may be behind the same address.
    let host = |_: &Call<'_>, request: &mut Request| {
        request.headers_mut().insert("host", HeaderValue::from_static("vault.example"));
        Ok(())
    };
    let error = resend(signed(&server.base_url).middleware(host)).await.expect_err("another host");
    assert!(matches!(error, Error::Middleware(_)), "{error:?}");
    // A path of the same origin is the middleware's business. This also ends the server.
    let same = |_: &Call<'_>, request: &mut Request| {
        request.url_mut().set_path("/other");
        Ok(())
    };
    resend(unsigned(&server.base_url).middleware(same)).await.expect("it is answered");
    assert!(server.request().starts_with(b"POST /other HTTP/1.1\r\n"));
}

/// reqwest adds default headers below the client, which does not see them: its documentation says so.
#[tokio::test]
async fn default_headers_are_sent_unless_the_call_has_them() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let client = signed(&server.base_url).configure_http(|http| {
        http.default_headers(HeaderMap::from_iter([
            (HOST, HeaderValue::from_static("other.example")),
            (HeaderName::from_static("x-fingerprint"), HeaderValue::from_static("other")),
            (HeaderName::from_static("x-signature"), HeaderValue::from_static("other")),
        ]))
    });
    resend(client).await.expect("it is answered");
    let request = String::from_utf8(server.request()).expect("the request is text");
    assert!(request.contains("host: other.example\r\n"), "{request}");
    assert!(request.contains(&format!("x-signature: {SIGNATURE}\r\n")), "{request}");
    assert_eq!(request.matches("other").count(), 1, "{request}");
}

/// Keeps the outcomes that it is told.
#[derive(Clone, Default)]
struct Outcomes(Arc<Mutex<Vec<Outcome>>>);

impl Middleware for Outcomes {
    fn apply(&self, _: &Call<'_>, _: &mut Request) -> Result<(), Refusal> {
        Ok(())
    }

    fn observe(&self, call: &Call<'_>, outcome: &Outcome) {
        assert_eq!(call.operation.id, "resend_code");
        self.0.lock().expect("no other thread panicked").push(*outcome);
    }
}

impl Outcomes {
    fn only(&self) -> (Option<u16>, Option<&'static str>) {
        let outcomes = self.0.lock().expect("no other thread panicked");
        let [outcome] = outcomes[..] else { panic!("{outcomes:?}") };
        assert!(outcome.duration > Duration::ZERO);
        (outcome.status.map(|status| status.as_u16()), outcome.error)
    }
}

#[tokio::test]
async fn middleware_sees_how_a_call_ended() {
    let html = json("503 Service Unavailable", "<html>");
    for (answer, expected) in [
        (json("200 OK", "{}"), (Some(200), None)),
        (json("400 Bad Request", r#"{"error":"COMMON"}"#), (Some(400), Some("rejected"))),
        (html, (Some(503), Some("unexpected"))),
        (Vec::new(), (None, Some("transport"))),
    ] {
        let outcomes = Arc::new(Outcomes::default());
        let server = RawServer::answering(answer);
        let _ = resend(signed(&server.base_url).middleware(Arc::clone(&outcomes))).await;
        assert_eq!(outcomes.only(), expected);
    }
    let outcomes = Outcomes::default();
    let closed = |_: &Call<'_>, _: &mut Request| Err(Closed(7).into());
    let refused = unsigned("http://127.0.0.1:1").middleware(closed).middleware(outcomes.clone());
    resend(refused).await.expect_err("the gate is closed");
    assert_eq!(outcomes.only(), (None, Some("middleware")));
}

/// Panics twice if it is told of its own panic, which aborts the process.
struct Panics;

impl Middleware for Panics {
    fn apply(&self, _: &Call<'_>, _: &mut Request) -> Result<(), Refusal> {
        panic!("in `apply`")
    }

    fn observe(&self, _: &Call<'_>, _: &Outcome) {
        panic!("in `observe`")
    }
}

#[tokio::test]
async fn panic_of_a_middleware_ends_its_task_only() {
    let call = resend(unsigned("http://127.0.0.1:1").middleware(Panics));
    let ended = tokio::spawn(call).await;
    assert!(ended.is_err_and(|error| error.is_panic()));
}

#[test]
fn outcome_has_the_error_type_for_metrics() {
    for (status, error, expected) in [
        (Some(200), None, None),
        (Some(400), Some("rejected"), Some("400")),
        (Some(599), Some("unexpected"), Some("599")),
        (Some(200), Some("too_large"), Some("too_large")),
        (Some(307), Some("unexpected"), Some("unexpected")),
        (None, Some("timeout"), Some("timeout")),
    ] {
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let outcome = Outcome::new(status, Duration::from_secs(1), error);
        assert_eq!(outcome.error_type(), expected, "{outcome:?}");
    }
}

#[test]
fn refusal_names_the_parameter_with_the_wrong_value() {
    assert_eq!(Refusal::invalid_value("phone", Closed(7)).parameter(), Some("phone"));
    assert_eq!(Refusal::from(Closed(7)).parameter(), None);
}

#[tokio::test]
async fn middleware_sees_that_a_call_was_dropped() {
    let outcomes = Outcomes::default();
    let (received, mut is_received) = tokio::sync::mpsc::unbounded_channel();
    let server = RawServer::start(move |stream| {
        received.send(()).expect("the test waits");
        wait_for_end(stream);
    });
    let call = resend(signed(&server.base_url).middleware(outcomes.clone()));
    tokio::select! {
        answer = call => panic!("{answer:?}"),
        received = is_received.recv() => received.expect("a request"),
    }
    assert_eq!(outcomes.only(), (None, Some("cancelled")));
}
