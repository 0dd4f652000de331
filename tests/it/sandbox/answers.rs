//! How a test, or a request, chooses the answer.

use std::time::Duration;

use vault_api::Error;
use vault_api::reqwest::StatusCode;
use vault_api_sandbox::{Answer, AnswerError, Sandbox, SandboxError};

use super::{BODY, right, unsigned};
use crate::support::{resend, signed, signer};

/// A sandbox that limits no rate.
async fn sandbox() -> Sandbox {
    Sandbox::builder(signer()).resend_window(Duration::ZERO).start().await.expect("a sandbox")
}

/// The status of a right request, or 0 without one.
async fn status(sandbox: &Sandbox) -> u16 {
    let response = right(&sandbox.base_url()).send().await;
    response.map_or(0, |response| response.status().as_u16())
}

#[tokio::test]
async fn request_chooses_an_example() {
    let sandbox = sandbox().await;
    for (prefer, status, error) in [
        ("example=rate_limited", 400, Some("RATE_LIMIT_SIGNUP_ATTEMPT")),
        ("code=400, example=\"customer_not_found\"", 400, Some("CUSTOMER_NOT_FOUND_EXCEPTION")),
        ("respond-async; code=400", 400, Some("COMMON")),
        // A known error of the document that has no example.
        ("example=internal", 400, Some("COMMON")),
        ("code=200", 200, None),
        ("respond-async", 200, None),
    ] {
        let request = right(&sandbox.base_url()).header("Prefer", prefer);
        let response = request.send().await.expect("it is answered");
        assert_eq!(response.status().as_u16(), status, "{prefer}");
        let body: serde_json::Value = response.json().await.expect("it is json");
        assert_eq!(body["error"].as_str(), error, "{prefer}");
    }
}

#[tokio::test]
async fn answers_come_in_their_turn_and_then_for_all() {
    let sandbox = sandbox().await;
    sandbox.answer("rate_limited").expect("it is an example");
    sandbox.answer(Answer::usual()).expect("it can be given");
    sandbox.answer(Answer::response(418)).expect("it can be given");
    sandbox.answer_all(Answer::response(503)).expect("it can be given");
    // A wrong request takes none of them.
    let wrong = unsigned(&sandbox.base_url()).body(BODY).send().await.expect("it is answered");
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    for expected in [400, 200, 418, 503, 503] {
        assert_eq!(status(&sandbox).await, expected);
    }
    sandbox.answer_all(Answer::usual()).expect("it can be given");
    assert_eq!(status(&sandbox).await, 200);
}

#[tokio::test]
async fn any_response_can_be_given() {
    let sandbox = sandbox().await;
    let answer =
        Answer::response(302).header("location", "/a").header("x-b", "1").header("x-b", "2");
    sandbox.answer(answer.body("<html>")).expect("it can be given");
    let error = resend(signed(&sandbox.base_url())).await.expect_err("it is a redirect");
    let headers = error.headers().expect("a response");
    assert_eq!(headers["location"], "/a");
    assert_eq!(headers.get_all("x-b").iter().count(), 2);
    let Error::Unexpected(unexpected) = &error else { panic!("{error:?}") };
    assert_eq!(unexpected.body(), b"<html>");
}

/// A service's test sees why the sandbox answered so.
#[tokio::test]
async fn requests_have_the_reason_of_their_answers() {
    let sandbox = sandbox().await;
    let refused = unsigned(&sandbox.base_url()).body(BODY).send().await;
    assert_eq!(refused.expect("it is answered").status(), StatusCode::BAD_REQUEST);
    sandbox.answer(Answer::response(418)).expect("it can be given");
    for expected in [418, 200] {
        assert_eq!(status(&sandbox).await, expected);
    }
    let requests = sandbox.requests();
    let reasons: Vec<_> = requests.iter().filter_map(|request| request.reason()).collect();
    let missing = "X-Signature: the credential is missing or empty";
    assert_eq!(reasons, [missing, "set by `answer`", "example `ok`"]);
}

#[tokio::test]
async fn connection_can_be_dropped() {
    let sandbox = sandbox().await;
    sandbox.answer(Answer::dropped()).expect("it can be given");
    let error = resend(signed(&sandbox.base_url())).await.expect_err("there is no answer");
    assert_eq!((error.class(), error.may_have_been_sent()), ("transport", true));
    assert_eq!(sandbox.requests()[0].status(), None);
}

#[tokio::test(start_paused = true)]
async fn answer_can_be_late() {
    let sandbox = sandbox().await;
    sandbox
        .answer(Answer::example("ok").after(Duration::from_secs(3600)))
        .expect("it can be given");
    let error = resend(signed(&sandbox.base_url())).await.expect_err("it takes too long");
    assert!(error.is_timeout(), "{error:?}");
}

#[tokio::test]
async fn share_of_the_requests_fails() {
    let builder = Sandbox::builder(signer()).resend_window(Duration::ZERO).fail_rate(0.25);
    let sandbox = builder.start().await.expect("a sandbox");
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(status(&sandbox).await);
    }
    assert_eq!(statuses, [200, 200, 200, 503, 200, 200, 200, 0]);
}

#[tokio::test]
async fn answer_that_cannot_be_given_is_an_error() {
    let sandbox = sandbox().await;
    let error = sandbox.answer("rate_limitd").expect_err("there is none");
    let text = error.to_string();
    assert!(
        text.starts_with("the document has no example `rate_limitd`: use one of `ok`, "),
        "{text}"
    );
    assert!(text.contains("`rate_limited`"), "{text}");
    let header = Answer::response(200).header("a b", "c");
    assert!(matches!(sandbox.answer_all(header), Err(AnswerError::Header { .. })));
    let framing = Answer::response(200).header("Content-Length", "100").body("abc");
    assert!(matches!(sandbox.answer(framing), Err(AnswerError::Framing { .. })));
    for status in [0, 100, 199, 1000] {
        let answer = sandbox.answer(Answer::response(status));
        assert_eq!(answer, Err(AnswerError::Status { status }));
    }
    let started = Sandbox::unsigned().answer("rate_limitd").start().await;
    assert!(matches!(started, Err(SandboxError::Answer(_))));
}
