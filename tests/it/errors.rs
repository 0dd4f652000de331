//! Every error, made as a service's own tests make it, and what its methods say.

use std::error::Error as _;

use vault_api::reqwest::StatusCode;
use vault_api::reqwest::header::{HeaderMap, HeaderValue};
use vault_api::types::ErrorBody;
use vault_api::{
    Error, InvalidRequest, Reason, Rejected, TooLarge, Transport, TransportKind, Unexpected,
};

use crate::support::{PHONE, all_texts, chain};

fn headers() -> HeaderMap {
    HeaderMap::from_iter([("x-quote".parse().expect("a name"), HeaderValue::from_static(PHONE))])
}

fn reason() -> std::io::Error {
    std::io::Error::other("a reason")
}

fn unexpected(status: StatusCode, body: &str, reason: Reason) -> Unexpected {
    Unexpected::new::<ErrorBody>(status, headers(), body.as_bytes(), reason)
}

/// An error, its class, its status, and whether it is a time-out, is about connecting, is the caller's, may have been sent.
type Row = (crate::support::Error, &'static str, Option<u16>, [bool; 4]);

fn rows() -> Vec<Row> {
    use TransportKind::*;
    let status = StatusCode::IM_A_TEAPOT;
    let body = ErrorBody::new().error("COMMON").message(PHONE);
    let transport = |kind| Error::Transport(Transport::new(kind));
    let in_response =
        |kind| Error::Transport(Transport::new(kind).with_response(status, headers()));
    let (no, yes) = (false, true);
    vec![
        (
            Error::Rejected(Rejected::new(status, headers(), body)),
            "rejected",
            Some(418),
            [no, no, no, yes],
        ),
        (
            Error::Unexpected(unexpected(status, PHONE, Reason::Incomplete)),
            "unexpected",
            Some(418),
            [no, no, no, yes],
        ),
        (
            Error::TooLarge(TooLarge::new(status, headers())),
            "too_large",
            Some(418),
            [no, no, no, yes],
        ),
        (transport(Connect), "connect", None, [no, yes, no, no]),
        (transport(ConnectTimeout), "connect_timeout", None, [yes, yes, no, no]),
        (transport(Response), "transport", None, [no, no, no, yes]),
        (transport(ResponseTimeout), "timeout", None, [yes, no, no, yes]),
        (in_response(Body), "transport", Some(418), [no, no, no, yes]),
        (in_response(BodyTimeout), "timeout", Some(418), [yes, no, no, yes]),
        (
            Error::InvalidRequest(InvalidRequest::new("phone", reason())),
            "invalid_request",
            None,
            [no, no, yes, no],
        ),
        (Error::Middleware(Box::new(reason())), "middleware", None, [no, no, no, no]),
    ]
}

#[test]
fn each_error_answers_for_itself() {
    for (error, class, status, expected) in rows() {
        assert_eq!(error.class(), class);
        assert_eq!(error.status().map(|status| status.as_u16()), status, "{class}");
        let answers = [
            error.is_timeout(),
            error.is_connect(),
            error.is_caller_error(),
            error.may_have_been_sent(),
        ];
        assert_eq!(answers, expected, "{class}");
        assert_eq!(error.headers(), status.map(|_| headers()).as_ref(), "{class}");
        assert_eq!(error.body().is_some(), class == "rejected");
        assert_eq!(error.error_code(), (class == "rejected").then_some("COMMON"), "{class}");
        assert!(!all_texts(&error).contains(PHONE), "{error:?}");
    }
}

#[test]
fn messages() {
    let messages: Vec<_> = rows().iter().map(|(error, ..)| chain(error)).collect();
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn debug_shows_the_kind_and_the_status() {
    let texts: Vec<_> = rows().iter().map(|(error, ..)| format!("{error:?}")).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn parts_of_an_error_can_be_taken_out() {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let rejected = Rejected::new(status, headers(), ErrorBody::new().message(PHONE));
    assert_eq!(rejected.known(), Some(&ErrorBody::RATE_LIMITED), "the status means it");
    assert_eq!(rejected.status(), status);
    assert_eq!(rejected.headers(), &headers());
    assert_eq!(rejected.body().message.as_deref(), Some(PHONE));
    assert_eq!(rejected.into_body().message.as_deref(), Some(PHONE));

    let long = "x".repeat(5000);
    let moved = unexpected(StatusCode::FOUND, &long, Reason::UndocumentedStatus);
    assert_eq!(moved.body(), &long.as_bytes()[..4096]);
    assert_eq!(moved.reason(), &Reason::UndocumentedStatus);
    assert!(moved.to_string().ends_with("redirects are not followed"));
    let limited = unexpected(status, "", Reason::NotJson { line: 1, column: 0 });
    assert!(
        limited.to_string().contains(ErrorBody::RATE_LIMITED.description.trim_end_matches('.'))
    );

    let invalid = InvalidRequest::new("phone", reason());
    assert_eq!(invalid.parameter(), "phone");
    assert!(invalid.source().is_some_and(|source| source.to_string() == "a reason"));

    let transport = Transport::new(TransportKind::Body);
    assert_eq!(transport.kind(), TransportKind::Body);
    assert!(transport.http_error().is_none() && transport.source().is_none());
}
