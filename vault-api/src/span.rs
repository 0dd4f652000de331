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
        // With the names of a path's parameters: their values may be personal. A base URL has no credentials and no query.
        url.full = %format_args!("{}{}", base_url.as_str().trim_end_matches('/'), operation.path),
        // Without the brackets that a URL has around an IPv6 address.
        server.address = base_url.host_str().map(|host| host.trim_matches(['[', ']'])),
        // The bridge to OpenTelemetry makes a text of any other integer.
        server.port = base_url.port_or_known_default().map(i64::from),
        http.response.status_code = Empty,
        error.type = Empty,
        otel.status_code = Empty,
        // The metric's name, as a field: OpenTelemetry has none for it, since its spans know their own times.
        http.client.request.duration = Empty,
    )
}

pub(crate) fn end(span: &Span, outcome: &Outcome) {
    if let Some(status) = outcome.status {
        span.record("http.response.status_code", i64::from(status.as_u16()));
    }
    // The convention: a span without an error has no status.
    if let Some(class) = outcome.error_type() {
        span.record("error.type", class);
        span.record("otel.status_code", "ERROR");
    }
    span.record("http.client.request.duration", outcome.duration.as_secs_f64());
}
