//! A call whose future is dropped, wherever it waits: the middleware is told once, and the client still works.

use std::io::Write;
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use vault_api::reqwest::Request;
use vault_api::types::ResendCodeRequest;
use vault_api::{Call, Middleware, Outcome, Refusal};

use crate::raw_server::{Connections, json, read_request};
use crate::support::{Answer, FINGERPRINT, PHONE, signed};

/// The header by which the server knows the call that follows a dropped one.
const SECOND: &str = "x-second";

/// What the server sends of the first response, one group for each time that it is told.
const GROUPS: [&str; 8] = [
    "HTTP/1.1 200",
    " OK\r\ntransfer-encoding: chunked\r\n",
    "content-type: application/json\r\n\r\n",
    "4\r\n{\"re",
    "\r\n8\r\nsult\":\"o",
    "\r\n2\r\nk\"\r\n",
    "1\r\n}\r\n",
    "0\r\n\r\n",
];

/// A server, and what tells it to send the next group.
fn server() -> (Connections, Sender<()>) {
    let (next, told) = channel();
    let told = Mutex::new(Some(told));
    let server = Connections::start(move |_, mut stream| {
        loop {
            let request = read_request(&mut stream);
            if request.is_empty() {
                return;
            }
            let is_second = String::from_utf8_lossy(&request).contains(SECOND);
            let told = told.lock().expect("no other thread panicked").take();
            match (is_second, told) {
                (false, Some(told)) => send_groups(&mut stream, &told),
                _ => {
                    let _ = stream.write_all(&json("200 OK", r#"{"result":"second"}"#));
                }
            }
        }
    });
    (server, next)
}

fn send_groups(stream: &mut impl Write, told: &Receiver<()>) {
    for group in GROUPS {
        // The test is gone, or the client is.
        if told.recv().is_err() || stream.write_all(group.as_bytes()).is_err() {
            return;
        }
    }
}

/// Keeps the classes of the outcomes that it is told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Option<&'static str>>>>);

impl Middleware for Told {
    fn apply(&self, _: &Call<'_>, _: &mut Request) -> Result<(), Refusal> {
        Ok(())
    }

    fn observe(&self, _: &Call<'_>, outcome: &Outcome) {
        self.0.lock().expect("no other thread panicked").push(outcome.error);
    }
}

impl Told {
    fn take(&self) -> Vec<Option<&'static str>> {
        std::mem::take(&mut *self.0.lock().expect("no other thread panicked"))
    }
}

/// Polls a call at most `polls` times, tells the server after each to go on, and drops the call.
async fn polled(
    call: impl Future<Output = Answer>,
    polls: usize,
    next: &Sender<()>,
) -> Option<Answer> {
    let mut call = pin!(call);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        let answer = call.as_mut().poll(context).map(Some);
        // It has sent all groups if nothing receives this.
        let _ = next.send(());
        match (&answer, left) {
            (Poll::Pending, 0) => Poll::Ready(None),
            _ => answer,
        }
    })
    .await
}

/// Drops a call after so many polls, and says whether it was complete before that.
async fn completes_in(polls: usize) -> bool {
    let (server, next) = server();
    let told = Told::default();
    let client = signed(&server.base_url())
        .middleware(told.clone())
        .build()
        .expect("the settings are right");
    let request = || client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE));

    let answer = polled(request().send(), polls, &next).await;
    // The server ends a response that is not needed any more.
    drop(next);
    let expected = match &answer {
        // A call that was never polled has not begun.
        None if polls == 0 => vec![],
        None => vec![Some("cancelled")],
        Some(Ok(response)) => {
            assert_eq!(response.result.as_deref(), Some("ok"));
            vec![None]
        }
        Some(Err(error)) => panic!("{error:?}"),
    };
    assert_eq!(told.take(), expected, "after {polls} polls");

    let second = request().header(SECOND, "1").send().await;
    let second = second.unwrap_or_else(|error| panic!("after {polls} polls: {error:?}"));
    assert_eq!(second.result.as_deref(), Some("second"));
    assert_eq!(told.take(), vec![None], "after {polls} polls");
    answer.is_some()
}

#[tokio::test]
async fn call_can_be_dropped_wherever_it_waits() {
    let mut polls = 0;
    while !completes_in(polls).await {
        polls += 1;
        assert!(polls < 1000, "the call does not end");
    }
    // Connecting, the head and the body each wait at least once.
    assert!(polls > 3, "{polls} polls show too little");
}
