//! A page to try the API in: Swagger UI, whose requests the sandbox signs.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, ORIGIN,
};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use serde::Deserialize;
use serde_json::{Value, json};
use swagger_ui_dist::{ApiDefinition, OpenApiSource};
use tower_service::Service;
use vault_api_sign::SharedKeyring;

use crate::document::Api;
use crate::operation::Operation;

/// Nothing from elsewhere, and in no frame of another page. Swagger UI sets styles and draws pictures of its own.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// The files of the page, and what it signs with.
pub(crate) struct Page {
    keyring: SharedKeyring,
    document: Bytes,
    /// The names of the examples that a request can choose, as JSON.
    answers: Bytes,
    bundle: Bytes,
    style: Bytes,
}

impl Page {
    pub(crate) async fn new(keyring: SharedKeyring, document: &str, api: &Api) -> Self {
        Self {
            keyring,
            answers: json!(api.example_names()).to_string().into(),
            document: Bytes::copy_from_slice(document.as_bytes()),
            bundle: file("/swagger-ui-bundle.js").await,
            style: file("/swagger-ui.css").await,
        }
    }

    /// The answer to a request for a file of the page.
    pub(crate) fn file(&self, parts: &Parts) -> Option<Response<Full<Bytes>>> {
        let (media_type, body) = match parts.uri.path() {
            "/" => ("text/html; charset=utf-8", include_str!("page/index.html").into()),
            "/openapi.yaml" => ("application/yaml", self.document.clone()),
            "/_sandbox/answers.json" => ("application/json", self.answers.clone()),
            "/_sandbox/page.js" => ("text/javascript", include_str!("page/page.js").into()),
            "/_sandbox/swagger-ui-bundle.js" => ("text/javascript", self.bundle.clone()),
            "/_sandbox/swagger-ui.css" => ("text/css", self.style.clone()),
            _ => return None,
        };
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            return Some(other_method("GET, HEAD"));
        }
        let mut response = respond(StatusCode::OK, media_type, body);
        let policy = HeaderValue::from_static(POLICY);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        Some(response)
    }
}

/// A file of Swagger UI. Its crate gives them through a router only.
async fn file(path: &str) -> Bytes {
    let api_definition = OpenApiSource::Uri(String::new());
    let definition = ApiDefinition { uri_prefix: "/ui".to_owned(), api_definition, title: None };
    let mut router: Router = swagger_ui_dist::generate_routes(definition);
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::try_from(format!("/ui{path}")).unwrap_or_default();
    let Ok(response) = router.call(request).await;
    response.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default()
}

fn respond(status: StatusCode, media_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to a method that a path of the page does not have.
fn other_method(allow: &'static str) -> Response<Full<Bytes>> {
    let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, "text/plain", Bytes::new());
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}

/// The path at which the page asks for a signature.
const SIGN: &str = "/_sandbox/sign";

/// A request that the page is going to send.
#[derive(Deserialize)]
struct ToSign {
    method: String,
    url: String,
    headers: Value,
    body: String,
}

impl Page {
    /// The answer to a request for a signature: header, signature and the message. It is only for this machine, and only
    /// for the sandbox's own page, because the message has a part of the seed string.
    pub(crate) fn sign(
        &self,
        parts: &Parts,
        body: &[u8],
        peer: SocketAddr,
        api: &Api,
    ) -> Option<Response<Full<Bytes>>> {
        if parts.uri.path() != SIGN {
            return None;
        }
        if parts.method != Method::POST {
            return Some(other_method("POST"));
        }
        let is_here = peer.ip().to_canonical().is_loopback();
        let (status, answer) = match is_here && is_of_own_page(&parts.headers) {
            true => match self.signed(body, api) {
                Ok(None) => (StatusCode::ACCEPTED, json!({})),
                Ok(Some(signed)) => (StatusCode::OK, signed),
                Err(problem) => (StatusCode::BAD_REQUEST, json!({ "problem": problem })),
            },
            false => {
                let problem = "the sandbox signs only for its page on this machine: open it at http://127.0.0.1 or http://localhost";
                (StatusCode::FORBIDDEN, json!({ "problem": problem }))
            }
        };
        Some(respond(status, "application/json", answer.to_string().into()))
    }

    /// What the page shows and sends, or why it is not signed; nothing if the operation has no signature.
    fn signed(&self, body: &[u8], api: &Api) -> Result<Option<Value>, String> {
        let asked: ToSign = serde_json::from_slice(body)
            .map_err(|_| "the page does not say what to sign: load it again")?;
        let (Ok(method), Ok(url)) =
            (Method::from_bytes(asked.method.as_bytes()), asked.url.parse::<Uri>())
        else {
            return Err("the page asks for a method or a URL that is none".to_owned());
        };
        let operation = api.operation(&method, url.path()).ok();
        let Some((scheme, names)) = operation.and_then(Operation::signature) else {
            return Ok(None);
        };
        let mut headers = asked.headers.as_object().into_iter().flatten();
        let fingerprint = headers.find(|(name, _)| name.eq_ignore_ascii_case(&names.fingerprint));
        let fingerprint = fingerprint.and_then(|(_, value)| value.as_str()).unwrap_or_default();
        if fingerprint.is_empty() {
            return Err(format!("the header `{}` is missing or empty", names.fingerprint));
        }
        let body = names.readable(&asked.body)?;
        let parts = names.parts(fingerprint.as_bytes(), Some(&body));
        let keyring = self.keyring.load();
        let signer = keyring.active();
        match (signer.expose_canonical_message(&parts), signer.sign(&parts)) {
            (Ok(message), Ok(signature)) => Ok(Some(json!({
                "header": scheme.name,
                "signature": signature,
                "message": String::from_utf8_lossy(&message),
            }))),
            (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
        }
    }
}

/// Whether a request is one that a browser sends for the sandbox's own page. A page from elsewhere can send no JSON here, a
/// name of its own leads to another `Host`, and a browser says in the other headers whose page it is. Other programs do
/// not send them.
fn is_of_own_page(headers: &HeaderMap) -> bool {
    let only = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    };
    let host = only(HOST).filter(|host| is_own_host(host));
    let origin = host.map(|host| format!("http://{host}"));
    let is_absent_or = |name: HeaderName, expected: Option<&str>| {
        !headers.contains_key(&name) || only(name) == expected
    };
    host.is_some()
        && only(CONTENT_TYPE) == Some("application/json")
        && is_absent_or(ORIGIN, origin.as_deref())
        && is_absent_or(HeaderName::from_static("sec-fetch-site"), Some("same-origin"))
}

fn is_own_host(text: &str) -> bool {
    let Ok(authority) = text.parse::<Authority>() else { return false };
    let host = authority.host();
    // Nothing but a host and its port: in front of an `@` may be another.
    let rest = text.strip_prefix(host).unwrap_or("@");
    let is_port = rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    let own = ["127.0.0.1", "localhost", "[::1]"];
    (rest.is_empty() || is_port) && own.iter().any(|own| host.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::is_own_host;

    #[test]
    fn host_is_this_machine() {
        for host in
            ["127.0.0.1", "127.0.0.1:80", "localhost", "LOCALHOST:8081", "[::1]", "[::1]:80"]
        {
            assert!(is_own_host(host), "{host}");
        }
        for host in [
            "",
            ":80",
            "localhost:",
            "localhost:http",
            "evil.example",
            "localhost.evil.example",
            "localhost:80@evil.example",
            "evil.example@localhost",
            "evil.example:localhost",
            "localhost:80:80",
            "::1",
            "[::1",
            "[::1].evil.example",
            "127.0.0.1.evil.example",
            "localhost/evil",
            "localhost,evil.example",
        ] {
            assert!(!is_own_host(host), "{host}");
        }
    }
}
