//! One span for each call, with the names of OpenTelemetry's conventions for HTTP clients.

use reqwest::Url;
use tracing::Span;
use tracing::field::Empty;

use crate::{Operation, Outcome};

pub(crate) fn new(operation: &Operation, base_url: &Url) -> Span {
    tracing::info_span!(
        target: "vault_api",
        "vault_api.call",
        otel.kind = "client",
        otel.name = %format_args!("{} {}", operation.method, operation.path),
        http.request.method = operation.method,
        url.template = operation.path,
        // Without the brackets that a URL has around an IPv6 address.
        server.address = base_url.host_str().map(|host| host.trim_matches(['[', ']'])),
        server.port = base_url.port_or_known_default(),
        http.response.status_code = Empty,
        error.type = Empty,
        // The metric's name, as a field: OpenTelemetry has none for it, since its spans know their own times.
        http.client.request.duration = Empty,
    )
}

pub(crate) fn end(span: &Span, outcome: &Outcome) {
    if let Some(status) = outcome.status {
        span.record("http.response.status_code", status.as_u16());
    }
    // The convention: the status for a response that is an error, and a class of few values for what has no response.
    match (outcome.error, outcome.status) {
        (Some(_), Some(status)) if status.is_client_error() || status.is_server_error() => {
            span.record("error.type", status.as_str());
        }
        (Some(class), _) => _ = span.record("error.type", class),
        (None, _) => {}
    }
    span.record("http.client.request.duration", outcome.duration.as_secs_f64());
}
