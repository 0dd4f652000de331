//! The span of a call, and that nothing on the way writes a secret into a log, not even at the level TRACE.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_default;
use tracing::{Dispatch, Event, Metadata, Subscriber};
use vault_api::Call;
use vault_api::reqwest::Request;

use crate::raw_server::{RawServer, json, wait_for_end};
use crate::support::{
    FINGERPRINT, MERCHANT_ID, PHONE, SEED_STRING, SHARED_SECRET, SIGNATURE, resend, signed,
};
use crate::tls::server_that_shows_the_phone_number;

/// Records every span, field and event, whoever writes it: hyper's among them.
#[derive(Clone, Default)]
struct Recorder(Arc<Recorded>);

#[derive(Default)]
struct Recorded {
    ids: AtomicU64,
    spans: Mutex<Vec<Span>>,
    /// All of it, as text.
    text: Mutex<String>,
}

/// A span of this project.
struct Span {
    id: u64,
    name: &'static str,
    fields: Vec<(&'static str, String)>,
    /// How many hold it: 0 when it is over.
    holders: usize,
}

impl Span {
    fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(field, _)| *field == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is recorded twice");
        value
    }
}

struct Fields(Vec<(&'static str, String)>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }
}

impl Recorder {
    fn note(&self, what: impl Debug, fields: impl Debug) {
        let mut text = self.0.text.lock().expect("no other thread panicked");
        writeln!(text, "{what:?} {fields:?}").expect("memory takes everything");
    }

    fn spans(&self) -> std::sync::MutexGuard<'_, Vec<Span>> {
        self.0.spans.lock().expect("no other thread panicked")
    }

    fn text(&self) -> String {
        let text = self.0.text.lock().expect("no other thread panicked");
        text.clone()
    }

    fn with_span<T>(&self, id: &Id, change: impl FnOnce(&mut Span) -> T) -> Option<T> {
        let mut spans = self.spans();
        let span = spans.iter_mut().find(|span| span.id == id.into_u64());
        span.map(change)
    }
}

/// Whose span or event it is. `Debug` has addresses too, in which any digits may stand.
fn place<'a>(metadata: &Metadata<'a>) -> (&'a str, &'a str) {
    (metadata.target(), metadata.name())
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = self.0.ids.fetch_add(1, Ordering::SeqCst) + 1;
        let mut fields = Fields(Vec::new());
        attributes.record(&mut fields);
        self.note(place(attributes.metadata()), &fields.0);
        if attributes.metadata().target().starts_with("vault_api") {
            self.spans().push(Span {
                id,
                name: attributes.metadata().name(),
                fields: fields.0,
                holders: 1,
            });
        }
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut fields = Fields(Vec::new());
        values.record(&mut fields);
        self.note("recorded", &fields.0);
        self.with_span(id, |span| span.fields.extend(fields.0));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Vec::new());
        event.record(&mut fields);
        self.note(place(event.metadata()), &fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn clone_span(&self, id: &Id) -> Id {
        self.with_span(id, |span| span.holders += 1);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let holders = self.with_span(&id, |span| {
            span.holders -= 1;
            span.holders
        });
        holders == Some(0)
    }
}

thread_local! {
    /// Where what this thread logs with the crate `log` goes, as reqwest does.
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        RECORDER.with_borrow(|recorder| {
            if let Some(recorder) = recorder {
                recorder.note(record.target(), record.args());
            }
        });
    }

    fn flush(&self) {}
}

/// What a call of the operation records, on this thread.
async fn recorded(call: impl Future) -> Recorder {
    // The other tests of this module do the same.
    let _ = log::set_logger(&Logger);
    log::set_max_level(log::LevelFilter::Trace);
    let recorder = Recorder::default();
    RECORDER.set(Some(recorder.clone()));
    // While there is only one subscriber, tracing asks the thread that comes first, which may be another test's and have
    // none, and keeps its answer for all threads.
    let second = Dispatch::new(Recorder::default());
    let guard = set_default(recorder.clone());
    call.await;
    // The client's own tasks log, too.
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
    drop((guard, second));
    RECORDER.set(None);
    recorder
}

/// Asserts that a record has something, and nothing that is secret or personal.
fn assert_no_secrets(recorder: &Recorder) {
    let text = recorder.text();
    assert!(text.contains("/v2/mobile/phone/verify/resend"), "{text}");
    let phone = PHONE.trim_start_matches('+');
    for secret in [phone, FINGERPRINT, MERCHANT_ID, SHARED_SECRET, SEED_STRING, SIGNATURE] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// Asserts that a call had one span, which has ended with this status and this error.
fn assert_span(recorder: &Recorder, port: &str, status: Option<&str>, error: Option<&str>) {
    let spans = recorder.spans();
    let [span] = &spans[..] else {
        panic!("{} spans", spans.len());
    };
    // The scheme is `https` in one of the tests.
    let url = span.field("url.full").expect("it has one").replace("https:", "http:");
    assert_eq!(url, format!("http://127.0.0.1:{port}/v2/mobile/phone/verify/resend"));
    assert_eq!(span.name, "vault_api.call");
    assert_eq!(span.holders, 0, "the span has not ended");
    for (name, value) in [
        ("otel.kind", Some("client")),
        ("otel.name", Some("POST /v2/mobile/phone/verify/resend")),
        ("http.request.method", Some("POST")),
        ("url.template", Some("/v2/mobile/phone/verify/resend")),
        ("otel.status_code", error.map(|_| "ERROR")),
        ("server.address", Some("127.0.0.1")),
        ("server.port", Some(port)),
        ("http.response.status_code", status),
        ("error.type", error),
    ] {
        assert_eq!(span.field(name), value, "{name}");
    }
    let duration = span.field("http.client.request.duration");
    let duration: f64 = duration.and_then(|text| text.parse().ok()).expect("seconds");
    assert!(duration > 0.0 && duration < 60.0, "{duration}");
}

/// The port of a URL.
fn port(base_url: &str) -> &str {
    base_url.rsplit(':').next().expect("a port")
}

#[tokio::test]
async fn each_call_has_one_span() {
    let quoting = format!("HTTP/1.1 200 {PHONE}\r\nx-{FINGERPRINT}: {MERCHANT_ID}\r\n\r\n{PHONE}");
    let redirect = format!("HTTP/1.1 307 Go\r\nlocation: /{PHONE}\r\ncontent-length: 0\r\n\r\n");
    let error = format!(r#"{{"error":"{PHONE}","errorId":447871234567}}"#);
    let broken = format!("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{PHONE}");
    for (answer, status, class) in [
        (json("200 OK", r#"{"result":"ok"}"#), Some("200"), None),
        (json("400 Bad Request", &error), Some("400"), Some("400")),
        (json("503 Busy", "<html>"), Some("503"), Some("503")),
        (quoting.into_bytes(), Some("200"), Some("unexpected")),
        (redirect.into_bytes(), Some("307"), Some("unexpected")),
        (broken.into_bytes(), Some("200"), Some("transport")),
        (format!("SSH {PHONE}\r\n").into_bytes(), None, Some("transport")),
        (vec![], None, Some("transport")),
    ] {
        let server = RawServer::answering(answer);
        let recorder = recorded(resend(signed(&server.base_url))).await;
        assert_span(&recorder, port(&server.base_url), status, class);
        assert_no_secrets(&recorder);
    }
}

#[tokio::test]
async fn span_of_a_call_without_a_response_has_a_class() {
    // Port 0 cannot be listened on.
    let recorder = recorded(resend(signed("http://127.0.0.1:0"))).await;
    assert_span(&recorder, "0", None, Some("connect"));
    assert_no_secrets(&recorder);

    let closed = |_: &Call<'_>, _: &mut Request| Err("closed".into());
    let recorder = recorded(resend(signed("http://127.0.0.1:0").middleware(closed))).await;
    assert_span(&recorder, "0", None, Some("middleware"));

    let server = RawServer::start(wait_for_end);
    let call = resend(signed(&server.base_url).timeout(Duration::from_millis(100)));
    let recorder = recorded(call).await;
    assert_span(&recorder, port(&server.base_url), None, Some("timeout"));
    assert_no_secrets(&recorder);
}

#[tokio::test]
async fn span_of_a_dropped_call_is_cancelled() {
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let server = RawServer::start(move |stream| {
        sender.send(()).expect("the test waits");
        wait_for_end(stream);
    });
    let recorder = recorded(async {
        tokio::select! {
            answer = resend(signed(&server.base_url)) => panic!("{answer:?}"),
            received = received.recv() => received.expect("a request"),
        }
    })
    .await;
    assert_span(&recorder, port(&server.base_url), None, Some("cancelled"));
    assert_no_secrets(&recorder);
}

#[tokio::test]
async fn names_in_a_certificate_are_not_logged() {
    let (server, client) = server_that_shows_the_phone_number();
    let recorder = recorded(resend(client)).await;
    let port = server.address.port().to_string();
    assert_span(&recorder, &port, None, Some("connect"));
    assert_no_secrets(&recorder);
}

/// Shows that the recorder sees what reqwest and hyper log. reqwest logs whole requests only if it is told to.
#[tokio::test]
async fn recorder_sees_what_the_http_client_logs() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let recorder = recorded(resend(signed(&server.base_url))).await;
    let text = recorder.text();
    assert!(text.contains("reqwest::connect"), "{text}");
    assert!(text.contains("hyper_util::client"), "{text}");

    let server = RawServer::answering(json("200 OK", "{}"));
    let client = signed(&server.base_url).configure_http(|http| http.connection_verbose(true));
    let text = recorded(resend(client)).await.text();
    assert!(text.contains(PHONE) && text.contains(SIGNATURE), "{text}");
}
