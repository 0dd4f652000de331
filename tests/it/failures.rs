//! What becomes of each thing that a server can do.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use vault_api::reqwest::StatusCode;
use vault_api::{Failure, types};
use vault_api_tests::Sandbox;

use crate::raw_server::{RawServer, json, wait_for_end, with_body};
use crate::support::{Answer, PHONE, all_texts, chain, resend, signed, signer};

/// The class of an outcome, its status, and what it says.
fn described(answer: &Answer) -> String {
    let failure = match answer {
        Ok(response) => return format!("ok {}: {:?}", response.status(), **response),
        Err(failure) => failure,
    };
    let class = match failure {
        Failure::Rejected { body, .. } => format!("rejected {body:?}"),
        Failure::Unexpected(unexpected) => {
            format!("unexpected, {} bytes kept", unexpected.body().len())
        }
        Failure::TooLarge { .. } => "too large".to_owned(),
        Failure::Transport(transport) => format!(
            "transport: timeout {}, connect {}, body {}",
            transport.is_timeout(),
            transport.is_connect(),
            transport.is_body()
        ),
        Failure::InvalidRequest(_) => "invalid request".to_owned(),
        Failure::Middleware(_) => "middleware".to_owned(),
        _ => "of a class that this test does not know".to_owned(),
    };
    let sent = failure.may_have_been_sent();
    format!(
        "{class}\n  says: {}\n  status: {:?}, may have been sent: {sent}",
        failure,
        failure.status()
    )
}

async fn answered(answer: impl Into<Vec<u8>>) -> Answer {
    let server = RawServer::answering(answer);
    resend(signed(&server.base_url)).await
}

/// The answer of a server that stops in the middle and keeps the connection.
async fn stalled(start: &'static str) -> Answer {
    let server = RawServer::start(move |stream: &mut TcpStream| {
        let _ = stream.write_all(start.as_bytes());
        wait_for_end(stream);
    });
    resend(signed(&server.base_url).timeout(Duration::from_millis(300))).await
}

const ERROR: &str = r#"{"error":"RATE_LIMIT_SIGNUP_ATTEMPT","errorId":167,"message":null}"#;

#[tokio::test]
async fn each_answer_has_its_class() {
    let large = format!(r#"{{"result":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    let long_html = "<p>".repeat(10_000);
    let rows = [
        ("200", json("200 OK", r#"{"result":"ok"}"#)),
        ("200 without the field", json("200 OK", r#"{"foo":1}"#)),
        ("200 with html", with_body("200 OK", "text/html", b"<html>")),
        ("200 with nothing", json("200 OK", "")),
        ("200 with truncated json", json("200 OK", r#"{"result":"o"#)),
        ("200 with 2 MiB", json("200 OK", &large)),
        ("204", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        ("400", json("400 Bad Request", ERROR)),
        (
            "400 with nulls",
            json(
                "400 Bad Request",
                r#"{"error":null,"data":null,"errorId":null}"#,
            ),
        ),
        (
            "400 with a number out of range and a list for the map",
            json(
                "400 Bad Request",
                r#"{"error":"COMMON","errorId":99999999999999999999,"data":[1]}"#,
            ),
        ),
        (
            "400 with html",
            with_body("400 Bad Request", "text/html", b"<html>"),
        ),
        ("400 with nothing", json("400 Bad Request", "")),
        ("400 with 2 MiB", json("400 Bad Request", &large)),
        ("401 with the error body", json("401 Unauthorized", ERROR)),
        (
            "429 with the error body",
            json("429 Too Many Requests", ERROR),
        ),
        (
            "500 with the error body",
            json("500 Internal Server Error", ERROR),
        ),
        (
            "500 with other json",
            json("500 Internal Server Error", r#"{"foo":1}"#),
        ),
        (
            "500 with an array",
            json("500 Internal Server Error", r#"["x"]"#),
        ),
        (
            "502 with 30 kB of html",
            with_body("502 Bad Gateway", "text/html", long_html.as_bytes()),
        ),
        ("503 with 2 MiB", json("503 Service Unavailable", &large)),
        ("not http", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        ("closed without an answer", Vec::new()),
        (
            "closed in the body",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"res".to_vec(),
        ),
    ];
    let mut report = String::new();
    for (name, answer) in rows {
        report.push_str(&format!(
            "{name}: {}\n\n",
            described(&answered(answer).await)
        ));
    }
    insta::assert_snapshot!(report.trim_end());
}

#[tokio::test]
async fn time_outs_are_told_apart() {
    let silent = stalled("").await;
    let in_body = stalled("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"res").await;
    let in_unexpected_body =
        stalled("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 99\r\n\r\n<htm").await;
    insta::assert_snapshot!(format!(
        "no answer: {}\n\nstalled body: {}\n\nstalled body of an undocumented status: {}",
        described(&silent),
        described(&in_body),
        described(&in_unexpected_body)
    ));
}

#[tokio::test]
async fn refused_connection_was_not_sent() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
    let address = listener.local_addr().expect("a bound address");
    drop(listener);
    let failure = resend(signed(&format!("http://{address}")))
        .await
        .expect_err("nobody listens");
    assert!(failure.is_connect() && !failure.is_timeout() && !failure.may_have_been_sent());
    assert!(chain(&failure).contains("because: "), "{}", chain(&failure));
}

#[tokio::test]
async fn response_limit_is_settable() {
    let body = r#"{"result":"okokokok"}"#;
    let server = RawServer::answering(json("200 OK", body));
    let answer = resend(signed(&server.base_url).response_limit(body.len())).await;
    assert!(answer.is_ok(), "{}", described(&answer));

    let server = RawServer::answering(json("200 OK", body));
    let answer = resend(signed(&server.base_url).response_limit(body.len() - 1)).await;
    assert!(
        matches!(answer, Err(Failure::TooLarge { .. })),
        "{}",
        described(&answer)
    );
}

#[tokio::test]
async fn endless_body_is_cut_off() {
    let server = RawServer::start(|stream| {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut alive = stream.write_all(head.as_bytes());
        while alive.is_ok() {
            alive = stream.write_all(b"8\r\n        \r\n");
        }
    });
    let answer = resend(signed(&server.base_url)).await;
    assert!(
        matches!(answer, Err(Failure::TooLarge { .. })),
        "{}",
        described(&answer)
    );
}

#[tokio::test]
async fn known_errors_have_a_name() {
    type Is = fn(&Failure<types::ErrorBody>) -> bool;
    let known: [(&str, Is); 3] = [
        ("common", Failure::is_internal),
        ("customer_not_found", Failure::is_customer_not_found),
        ("rate_limited", Failure::is_rate_limited),
    ];
    for (example, _) in known {
        let sandbox = Sandbox::builder(signer())
            .answer(example)
            .start()
            .await
            .expect("a sandbox");
        let failure = resend(signed(&sandbox.base_url()))
            .await
            .expect_err("it is rejected");
        assert_eq!(failure.status(), Some(StatusCode::BAD_REQUEST));
        for (name, is) in known {
            assert_eq!(is(&failure), name == example, "{name} of {example}");
        }
        assert!(failure.error_code().is_some());
    }
}

#[tokio::test]
async fn only_names_are_error_codes() {
    let code = async |error: &str| {
        let body = format!(r#"{{"error":"{error}"}}"#);
        let failure = answered(json("400 Bad Request", &body))
            .await
            .expect_err("it is rejected");
        failure.error_code().map(str::to_owned)
    };
    assert_eq!(code("NEW_ERROR_2").await.as_deref(), Some("NEW_ERROR_2"));
    assert_eq!(code("no customer with 447871234567").await, None);
    assert_eq!(code("447871234567").await, None);
    assert_eq!(code(&"X".repeat(65)).await, None);
}

#[tokio::test]
async fn answers_that_quote_the_request_are_not_shown() {
    let quoting = format!(
        r#"{{"message":"{PHONE}","originalMessage":"{PHONE}","data":{{"phone":"{PHONE}"}},"errorId":"{PHONE}"}}"#
    );
    let typed = quoting.replace(&format!(r#""errorId":"{PHONE}""#), r#""errorId":1"#);
    for body in [&quoting, &typed] {
        for status in [
            "200 OK",
            "400 Bad Request",
            "500 Internal Server Error",
            "404 Not Found",
        ] {
            let html = body.replace('{', "<");
            for answer in [
                json(status, body),
                with_body(status, "text/html", html.as_bytes()),
            ] {
                let Err(failure) = answered(answer).await else {
                    continue;
                };
                let texts = all_texts(&failure);
                assert!(!texts.contains(PHONE), "{texts}");
                assert!(texts.contains("[REDACTED]"), "{texts}");
            }
        }
    }
}
