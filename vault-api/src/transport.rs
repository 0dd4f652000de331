use std::error::Error;
use std::{fmt, io};

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::error::Head;

/// A failure on the way to the server or back.
pub struct Transport {
    kind: TransportKind,
    head: Option<Box<Head>>,
    cause: Option<Cause>,
}

/// Where on the way a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportKind {
    /// No connection was made (name, address, proxy, TLS), so nothing was sent.
    Connect,
    /// Connecting took longer than its time-out, so nothing was sent.
    ConnectTimeout,
    /// The connection broke before the response, or what came is not HTTP.
    Response,
    /// The response did not begin before the time-out.
    ResponseTimeout,
    /// The response broke off in its body.
    Body,
    /// The response's body did not end before the time-out.
    BodyTimeout,
}

impl Transport {
    /// Such a failure, without a response and without a cause.
    pub fn new(kind: TransportKind) -> Self {
        Self { kind, head: None, cause: None }
    }

    /// The same after a response has begun.
    #[must_use]
    pub fn with_response(mut self, status: StatusCode, headers: HeaderMap) -> Self {
        self.head = Some(Box::new(Head { status, headers }));
        self
    }

    pub(crate) fn before_response(error: reqwest::Error) -> Self {
        let kind = match (error.is_connect(), error.is_timeout()) {
            (true, true) => TransportKind::ConnectTimeout,
            (true, false) => TransportKind::Connect,
            (false, true) => TransportKind::ResponseTimeout,
            (false, false) => TransportKind::Response,
        };
        Self { cause: Some(Cause(error.without_url())), ..Self::new(kind) }
    }

    pub(crate) fn in_body(head: Option<Head>, error: reqwest::Error) -> Self {
        let kind = match error.is_timeout() {
            true => TransportKind::BodyTimeout,
            false => TransportKind::Body,
        };
        Self { kind, head: head.map(Box::new), cause: Some(Cause(error.without_url())) }
    }

    /// Where the call failed.
    pub fn kind(&self) -> TransportKind {
        self.kind
    }

    /// Whether a time-out ended the call, in connecting, waiting or reading.
    pub fn is_timeout(&self) -> bool {
        use TransportKind::{BodyTimeout, ConnectTimeout, ResponseTimeout};
        matches!(self.kind, ConnectTimeout | ResponseTimeout | BodyTimeout)
    }

    /// Whether no connection was made, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind, TransportKind::Connect | TransportKind::ConnectTimeout)
    }

    /// The status of the response, if it began.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.as_ref().map(|head| head.status)
    }

    /// The headers of the response, if it began.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head.as_ref().map(|head| &head.headers)
    }

    /// What the HTTP client said. It may quote the server, names in its certificate for example: do not log it.
    pub fn http_error(&self) -> Option<&reqwest::Error> {
        self.cause.as_ref().map(|cause| &cause.0)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("kind", &self.kind)
            .field("status", &self.status())
            .field("cause", &self.cause)
            .finish()
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportKind::Connect => {
                "the client could not connect to the server, so nothing was sent"
            }
            TransportKind::ConnectTimeout => {
                "connecting to the server took longer than its time-out, so nothing was sent"
            }
            TransportKind::Response => {
                "the connection broke before a response, or what came is not HTTP"
            }
            TransportKind::ResponseTimeout => "the server did not respond before the time-out",
            TransportKind::Body => "the response broke off",
            TransportKind::BodyTimeout => "the response did not end before the time-out",
        })?;
        match self.status() {
            Some(status) => write!(f, " (status {status})"),
            None => Ok(()),
        }
    }
}

impl Error for Transport {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// The HTTP client's error, as far as its texts are known ones. A server can write into the others: names and numbers
/// from its certificate, or the reason for which it ends a connection.
struct Cause(reqwest::Error);

/// How the texts of the layers below reqwest start: those of hyper-util, hyper, h2, rustls and OpenSSL.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "client error",
    "dns error",
    "tcp bind local error",
    "tcp connect error",
    "tcp open error",
    "tunnel error",
    "error connecting to socks proxy",
    "error resolving for socks proxy",
    "operation timed out",
    "operation was canceled",
    "channel closed",
    "connection error",
    "connection closed before message completed",
    "error reading a body from connection",
    "error writing a body to connection",
    "end of file before message length reached",
    "unexpected EOF during chunk size line",
    "Invalid chunk size line",
    "invalid HTTP version parsed",
    "invalid HTTP header parsed",
    "invalid HTTP status-code parsed",
    "invalid content-length parsed",
    "unexpected transfer-encoding parsed",
    "received unexpected message from connection",
    "message head is too large",
    "http2 error",
    "connection error detected",
    "connection error received",
    "connection error received: not a result of an error",
    "connection error received: detected excessive load generating behavior",
    "connection error received: unspecific protocol error detected",
    "stream error detected",
    "stream error received",
    "stream error received: refused stream before processing any application logic",
    "stream error received: stream no longer needed",
    "stream error received: unexpected internal error encountered",
    "tls handshake eof",
    "peer closed connection without sending TLS close_notify",
    "peer doesn't support any known protocol",
    "peer is incompatible",
    "peer misbehaved",
    "peer sent no certificates",
    "peer sent excess record size",
    "cannot decrypt peer's message",
    "received corrupt message",
    "received corrupt message of type InvalidContentType",
    "received unexpected handshake message",
    "received unexpected message",
    "received fatal alert",
    "received fatal alert: AccessDenied",
    "received fatal alert: BadCertificate",
    "received fatal alert: CertificateRequired",
    "received fatal alert: HandshakeFailure",
    "received fatal alert: InternalError",
    "received fatal alert: NoApplicationProtocol",
    "received fatal alert: ProtocolVersion",
    "received fatal alert: UnrecognisedName",
    "invalid peer certificate",
    "invalid peer certificate: BadEncoding",
    "invalid peer certificate: BadSignature",
    "invalid peer certificate: Revoked",
    "invalid peer certificate: UnhandledCriticalExtension",
    "invalid peer certificate: UnknownIssuer",
    "invalid peer certificate: certificate does not allow extended key usage",
    "invalid peer certificate: certificate expired",
    "invalid peer certificate: certificate not valid for name",
    "invalid peer certificate: certificate not valid yet",
    "invalid peer certificate: certificate revocation list expired",
    "certificate verify failed",
    "wrong version number",
];

/// The longest known text that an error's own starts with, or the kind of an I/O error.
fn known(error: &(dyn Error + 'static)) -> Option<String> {
    let kind = || error.downcast_ref::<io::Error>().map(|error| error.kind().to_string());
    known_start(&error.to_string()).map(str::to_owned).or_else(kind)
}

fn known_start(text: &str) -> Option<&'static str> {
    // OpenSSL writes a number, its library and its function before the reason.
    let text = match text.strip_prefix("error:") {
        Some(text) => text.splitn(4, ':').last().unwrap_or_default(),
        None => text,
    };
    let known = KNOWN.iter().filter(|known| text.starts_with(**known));
    known.max_by_key(|known| known.len()).copied()
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // reqwest's own message says as much as `TransportKind`.
        let mut next = self.0.source();
        let mut texts: Vec<String> = Vec::new();
        while let Some(error) = next {
            texts.extend(known(error));
            next = error.source();
        }
        match texts.is_empty() {
            true => f.write_str("the HTTP client says no more"),
            false => f.write_str(&texts.join(": ")),
        }
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Error for Cause {}

#[cfg(test)]
mod tests {
    use super::known_start;

    #[test]
    fn nothing_is_shown_but_known_texts() {
        for (text, expected) in [
            (
                "invalid peer certificate: UnknownIssuer",
                Some("invalid peer certificate: UnknownIssuer"),
            ),
            ("invalid peer certificate: Other(447871234567)", Some("invalid peer certificate")),
            (
                "error:0A000086:SSL routines:f:certificate verify failed:a.c:1889:",
                Some("certificate verify failed"),
            ),
            ("error:447871234567", None),
            ("447871234567: client error", None),
            ("", None),
        ] {
            assert_eq!(known_start(text), expected, "{text}");
        }
    }
}
