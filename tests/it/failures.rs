//! What becomes of each thing that a server can do.

use std::error::Error as _;
use std::io::Write;
use std::net::TcpStream;

use vault_api::reqwest::StatusCode;
use vault_api::types::ErrorBody;
use vault_api::{Error, KnownError};
use vault_api_sandbox::Sandbox;

use crate::raw_server::{RawServer, json, wait_for_end, with_body};
use crate::support::{Answer, PHONE, all_texts, chain, patiently, resend, signed, signer};

/// The class of an outcome, its status, and what it says.
fn described(answer: &Answer) -> String {
    let error = match answer {
        Ok(response) => return format!("ok {}: {:?}", response.status(), **response),
        Err(error) => error,
    };
    let kept = match error {
        Error::Rejected(rejected) => format!(", {:?}", rejected.body()),
        Error::Unexpected(unexpected) => format!(", {} bytes kept", unexpected.body().len()),
        Error::Transport(transport) => format!(", {:?}", transport.kind()),
        _ => String::new(),
    };
    let sent = error.may_have_been_sent();
    format!(
        "{}{kept}\n  says: {error}\n  status: {:?}, may have been sent: {sent}",
        error.class(),
        error.status()
    )
}

async fn answered(answer: impl Into<Vec<u8>>) -> Answer {
    let server = RawServer::answering(answer);
    resend(signed(&server.base_url)).await
}

/// The answer of a server that stops in the middle and keeps the connection.
async fn stalled(start: &'static str) -> Answer {
    let call = async |timeout| {
        let server = RawServer::start(move |stream: &mut TcpStream| {
            let _ = stream.write_all(start.as_bytes());
            wait_for_end(stream);
        });
        resend(signed(&server.base_url).timeout(timeout)).await
    };
    let has_arrived = |answer: &Answer| match answer {
        Ok(_) => true,
        Err(error) => start.is_empty() || error.status().is_some(),
    };
    patiently(call, has_arrived).await
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
        ("200 with a number", json("200 OK", "{\n  \"result\": 5\n}")),
        ("200 with an array", json("200 OK", r#"["ok"]"#)),
        ("200 with 2 MiB", json("200 OK", &large)),
        ("204", b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
        ("400", json("400 Bad Request", ERROR)),
        ("400 with nulls", json("400 Bad Request", r#"{"error":null,"data":null,"errorId":null}"#)),
        ("400 with a list for a text", json("400 Bad Request", r#"{"message":["447871234567"]}"#)),
        (
            "400 that is cut off",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 99\r\n\r\n{\"er".to_vec(),
        ),
        ("307", b"HTTP/1.1 307 Go\r\nlocation: /\r\ncontent-length: 0\r\n\r\n".to_vec()),
        (
            "400 with a number out of range and a list for the map",
            json(
                "400 Bad Request",
                r#"{"error":"COMMON","errorId":99999999999999999999,"data":[1]}"#,
            ),
        ),
        ("400 with an empty object", json("400 Bad Request", "{}")),
        ("400 of a gateway", json("400 Bad Request", r#"{"detail":"blocked by firewall"}"#)),
        ("400 with html", with_body("400 Bad Request", "text/html", b"<html>")),
        ("400 with nothing", json("400 Bad Request", "")),
        ("400 with 2 MiB", json("400 Bad Request", &large)),
        ("401 with the error body", json("401 Unauthorized", ERROR)),
        ("429 with the error body", json("429 Too Many Requests", ERROR)),
        ("500 with the error body", json("500 Internal Server Error", ERROR)),
        ("500 with other json", json("500 Internal Server Error", r#"{"foo":1}"#)),
        ("500 with an array", json("500 Internal Server Error", r#"["x"]"#)),
        ("502 with 30 kB of html", with_body("502 Bad Gateway", "text/html", long_html.as_bytes())),
        ("503 with 2 MiB", json("503 Service Unavailable", &large)),
        ("not http", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
        ("closed without an answer", Vec::new()),
        ("closed in the body", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"res".to_vec()),
    ];
    let mut report = String::new();
    for (name, answer) in rows {
        report.push_str(&format!("{name}: {}\n\n", described(&answered(answer).await)));
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
    // Port 0 cannot be listened on.
    let error = resend(signed("http://127.0.0.1:0")).await.expect_err("the port is closed");
    assert!(error.is_connect() && !error.is_timeout() && !error.may_have_been_sent());
    assert!(chain(&error).contains("because: "), "{}", chain(&error));
    let cause = error.source().expect("reqwest's error");
    assert_eq!(format!("{cause:?}"), format!("{:?}", cause.to_string()));
}

#[tokio::test]
async fn announced_length_takes_no_memory() {
    let server = RawServer::answering(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9223372036854775807\r\n\r\n{",
    );
    let answer = resend(signed(&server.base_url).response_limit(usize::MAX)).await;
    assert_eq!(answer.expect_err("the body breaks off").class(), "transport");
    server.request();
}

#[tokio::test]
async fn response_limit_is_settable() {
    let body = r#"{"result":"okokokok"}"#;
    let server = RawServer::answering(json("200 OK", body));
    let answer = resend(signed(&server.base_url).response_limit(body.len())).await;
    assert!(answer.is_ok(), "{}", described(&answer));

    let server = RawServer::answering(json("200 OK", body));
    let answer = resend(signed(&server.base_url).response_limit(body.len() - 1)).await;
    assert!(matches!(answer, Err(Error::TooLarge(_))), "{}", described(&answer));
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
    assert!(matches!(answer, Err(Error::TooLarge(_))), "{}", described(&answer));
}

/// Bodies that a reader of JSON or of Unicode stumbles over.
#[tokio::test]
async fn text_that_is_not_unicode_costs_no_error_its_code() {
    let code = ErrorBody::RATE_LIMITED.code;
    for (start, message, number) in [
        (&b"\xEF\xBB\xBF"[..], &b"wait"[..], "167"),
        (b"", b"f\xfcnf Minuten", "167"),
        (b"", br"\ud83d wait", "167"),
        (b"", br"\ude00", "167"),
        (b"", b"wait", "167.0"),
    ] {
        for name in [Some(code), None] {
            let name = name.map(|name| format!(r#""error":"{name}","#)).unwrap_or_default();
            let end = format!(r#"",{name}"errorId":{number}}}"#);
            let body = [start, br#"{"message":""#, message, end.as_bytes()].concat();
            let answer = with_body("400 Bad Request", "application/json", &body);
            let error = answered(answer).await.expect_err("it is an error");
            assert!(error.is_rate_limited(), "{}: {error}", String::from_utf8_lossy(&body));
            let message = error.body().and_then(|body| body.message.as_deref());
            assert!(message.is_some_and(|message| !message.is_empty()));
        }
    }
}

#[tokio::test]
async fn known_errors_have_a_name() {
    type Is = fn(&crate::support::Error) -> bool;
    let known: [(&str, KnownError, Is); 3] = [
        ("common", ErrorBody::INTERNAL, Error::is_internal),
        ("customer_not_found", ErrorBody::CUSTOMER_NOT_FOUND, Error::is_customer_not_found),
        ("rate_limited", ErrorBody::RATE_LIMITED, Error::is_rate_limited),
    ];
    for (example, expected, _) in known {
        let sandbox = Sandbox::builder(signer()).answer(example).start().await.expect("a sandbox");
        let error = resend(signed(&sandbox.base_url())).await.expect_err("it is rejected");
        assert_eq!(error.status(), Some(StatusCode::BAD_REQUEST));
        for (name, _, is) in known {
            assert_eq!(is(&error), name == example, "{name} of {example}");
        }
        assert_eq!(error.known(), Some(&expected));
        assert_eq!(error.error_code(), Some(expected.code));
        assert!(error.to_string().contains(expected.code), "{error}");
    }
}

#[tokio::test]
async fn text_decides_and_a_number_without_it() {
    let known = async |status: &str, body: &str| {
        let error = answered(json(status, body)).await.expect_err("it is an error");
        error.error_code()
    };
    let bad = "400 Bad Request";
    assert_eq!(known(bad, r#"{"errorId":167}"#).await, Some("RATE_LIMIT_SIGNUP_ATTEMPT"));
    assert_eq!(
        known(bad, r#"{"error":null,"errorId":2}"#).await,
        Some("CUSTOMER_NOT_FOUND_EXCEPTION")
    );
    assert_eq!(known(bad, r#"{"error":"COMMON","errorId":167}"#).await, Some("COMMON"));
    // The document does not name it, so a log must not have it.
    assert_eq!(known(bad, r#"{"error":"PHONE_447871234567_UNKNOWN","errorId":0}"#).await, None);
    assert_eq!(known(bad, r#"{"errorId":447871234567}"#).await, None);
    let too_many = "429 Too Many Requests";
    assert_eq!(known(too_many, "<html>").await, Some("RATE_LIMIT_SIGNUP_ATTEMPT"));
    assert_eq!(known(too_many, r#"{"error":"OTHER"}"#).await, Some("RATE_LIMIT_SIGNUP_ATTEMPT"));
}

#[tokio::test]
async fn headers_of_a_failure_are_kept() {
    let with = |status: &str, headers: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\n{headers}\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let dates = "date: Mon, 23 Nov 2026 10:00:00 GMT\r\nretry-after: Mon, 23 Nov 2026 10:02:00 GMT";
    let past = "retry-after: Mon, 23 Nov 2020 10:02:00 GMT";
    let rows = [
        (with("400 Bad Request", "retry-after: 600", r#"{"error":"COMMON"}"#), Some(600)),
        (with("503 Service Unavailable", dates, "<html>"), Some(120)),
        (with("503 Service Unavailable", past, ""), Some(0)),
        (with("503 Service Unavailable", "retry-after: soon", ""), None),
        // An `Instant` cannot be `u64::MAX` seconds later.
        (with("503 Busy", "retry-after: 18446744073709551615", ""), Some(u32::MAX.into())),
        (with("503 Busy", "retry-after: 18446744073709551616", ""), Some(u32::MAX.into())),
        (
            with("503 Busy", &format!("retry-after: {}", "9".repeat(1_000)), ""),
            Some(u32::MAX.into()),
        ),
        (with("503 Busy", "retry-after: Fri, 31 Dec 9999 23:59:59 GMT", ""), Some(u32::MAX.into())),
        (with("503 Busy", "retry-after: 0000000000000000000000007", ""), Some(7)),
        // Neither is a number of RFC 9110.
        (with("503 Busy", "retry-after: +7", ""), None),
        (with("503 Busy", "retry-after: ", ""), None),
        (with("503 Service Unavailable", "x-other: 1", ""), None),
        (with("200 OK", "retry-after: 7", "<html>"), Some(7)),
        (with("200 OK", "retry-after: 8", &"x".repeat(2 * 1024 * 1024)), Some(8)),
        ("HTTP/1.1 200 OK\r\nretry-after: 9\r\ncontent-length: 99\r\n\r\n{".to_owned(), Some(9)),
    ];
    for (answer, seconds) in rows {
        let error = answered(answer.clone()).await.expect_err("it is a failure");
        assert_eq!(error.retry_after().map(|wait| wait.as_secs()), seconds, "{error:?}");
        assert!(error.headers().is_some_and(|headers| !headers.is_empty()), "{error:?}");
        assert!(!format!("{error:?}").contains("retry-after"), "{error:?}");
    }
}

/// serde reads a struct from an array. This client does not, at any depth.
#[tokio::test]
async fn array_is_not_an_object() {
    let answer = answered(json("200 OK", r#"["ok"]"#)).await;
    assert!(matches!(answer, Err(Error::Unexpected(_))), "{}", described(&answer));
    let array = r#"[null,"COMMON",0,null,null,null,null,"core"]"#;
    let answer = answered(json("400 Bad Request", array)).await;
    assert!(matches!(answer, Err(Error::Unexpected(_))), "{}", described(&answer));
    // An array elsewhere is a value like any other.
    assert!(answered(json("200 OK", r#"{"result":"[ok]","more":[1]}"#)).await.is_ok());
}

/// A server may quote the request anywhere.
#[tokio::test]
async fn answers_that_quote_the_request_are_not_shown() {
    let quoted = format!(r#""{PHONE}""#);
    let number = PHONE.trim_start_matches('+');
    let fields = [
        "message",
        "field",
        "systemId",
        "originalMessage",
        "errorStackTrace",
        "error",
        "result",
        PHONE,
    ];
    let mut bodies: Vec<String> =
        fields.iter().map(|field| format!(r#"{{"{field}":{quoted}}}"#)).collect();
    bodies.push(format!(r#"{{"errorId":{number}}}"#));
    bodies.push(format!(r#"{{"data":{{"{PHONE}":{quoted}}},"error":"COMMON"}}"#));
    bodies.push(format!(r#"{{"errorId":{quoted}}}"#));
    bodies.push(format!("<p>{PHONE}</p>"));
    bodies.push(quoted.clone());
    let mut marked = 0;
    for body in &bodies {
        for status in ["200 OK", "400 Bad Request", "500 Internal Server Error", "404 Not Found"] {
            let quoting_reason = format!("{status} {PHONE}");
            for answer in [json(status, body), with_body(&quoting_reason, PHONE, body.as_bytes())] {
                let texts = match answered(answer).await {
                    Ok(response) => format!("{response:?} {response:#?}"),
                    Err(error) => all_texts(&error),
                };
                assert!(!texts.contains(number), "{texts}");
                // A value that is not there needs no marker.
                assert!(texts.contains("[REDACTED]") || texts.contains("None"), "{texts}");
                marked += usize::from(texts.contains("[REDACTED]"));
            }
        }
    }
    assert!(marked > bodies.len() * 6, "{marked}");
}
