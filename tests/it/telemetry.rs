//! What arrives at OpenTelemetry, through the bridge that services use.

use std::collections::BTreeMap;

use opentelemetry::Value;
use opentelemetry::trace::{SpanKind, Status, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::subscriber::set_default;
use tracing_subscriber::layer::SubscriberExt;

use crate::raw_server::{RawServer, json};
use crate::support::{PHONE, resend, signed};

/// The span of a call, as it is exported.
async fn exported(call: impl Future) -> SpanData {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    // hyper and its like write spans and events, too.
    let own = tracing_subscriber::filter::filter_fn(|of| of.target().starts_with("vault_api"));
    let layer = tracing_subscriber::Layer::with_filter(layer, own);
    let guard = set_default(tracing_subscriber::registry().with(layer));
    call.await;
    drop(guard);
    let spans = exporter.get_finished_spans().expect("they are in memory");
    let [span] = &spans[..] else { panic!("{spans:?}") };
    span.clone()
}

fn attributes(span: &SpanData) -> BTreeMap<&str, &Value> {
    span.attributes.iter().map(|pair| (pair.key.as_str(), &pair.value)).collect()
}

#[tokio::test]
async fn span_has_the_types_that_the_conventions_ask_for() {
    let server = RawServer::answering(json("200 OK", "{}"));
    let url = format!("{}/base/", server.base_url);
    let port: i64 = server.base_url.rsplit(':').next().and_then(|it| it.parse().ok()).expect("one");
    let span = exported(resend(signed(&url))).await;
    let path = "/v2/mobile/phone/verify/resend";
    assert_eq!(
        (span.name.as_ref(), &span.span_kind),
        (&*format!("POST {path}"), &SpanKind::Client)
    );
    // Only an error has one.
    assert_eq!(span.status, Status::Unset);
    let mut attributes = attributes(&span);
    let duration = attributes.remove("http.client.request.duration");
    assert!(matches!(duration, Some(Value::F64(seconds)) if *seconds > 0.0), "{duration:?}");
    for (name, value) in [
        ("http.request.method", Value::from("POST")),
        ("http.response.status_code", Value::I64(200)),
        ("server.address", Value::from("127.0.0.1")),
        ("server.port", Value::I64(port)),
        ("url.full", Value::from(format!("{}/base{path}", server.base_url))),
        ("url.template", Value::from(path)),
    ] {
        assert_eq!(attributes.remove(name), Some(&value), "{name}");
    }
    assert!(attributes.keys().all(|name| !name.contains("error")), "{attributes:?}");
}

#[tokio::test]
async fn failed_call_has_the_status_of_an_error() {
    let quoting = format!(r#"{{"error":"{PHONE}"}}"#);
    for (answer, status, class) in [
        (json("400 Bad Request", &quoting), Some(400), "400"),
        (json("503 Busy", "<html>"), Some(503), "503"),
        (json("200 OK", "<html>"), Some(200), "unexpected"),
        (json("307 Go", ""), Some(307), "unexpected"),
        (vec![], None, "transport"),
    ] {
        let server = RawServer::answering(answer);
        let span = exported(resend(signed(&server.base_url))).await;
        assert_eq!(span.status, Status::error(""), "{class}");
        let attributes = attributes(&span);
        assert_eq!(attributes.get("error.type"), Some(&&Value::from(class)));
        let status = status.map(Value::I64);
        assert_eq!(attributes.get("http.response.status_code").copied(), status.as_ref());
        assert!(!format!("{span:?}").contains(PHONE.trim_start_matches('+')));
    }
}
