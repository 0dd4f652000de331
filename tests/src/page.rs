//! A page to try the API in: Swagger UI, whose requests the sandbox signs.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use serde::Deserialize;
use serde_json::{Value, json};
use swagger_ui_dist::{ApiDefinition, OpenApiSource};
use tower_service::Service;
use vault_api_sign::Keyring;

use crate::document::Api;

/// Nothing from elsewhere. Swagger UI sets styles and draws pictures of its own.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/// The files of the page.
pub(crate) struct Page {
    document: Bytes,
    bundle: Bytes,
    style: Bytes,
}

impl Page {
    pub(crate) async fn new(document: &str) -> Self {
        Self {
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

/// The answer to a request for a signature: header, signature and the message. It is only for this machine, and only
/// for the sandbox's own page, because the message has a part of the seed string.
pub(crate) fn sign(
    parts: &Parts,
    body: &[u8],
    peer: SocketAddr,
    api: &Api,
    keyring: Option<&Keyring>,
) -> Option<Response<Full<Bytes>>> {
    if parts.uri.path() != SIGN {
        return None;
    }
    if parts.method != Method::POST {
        return Some(other_method("POST"));
    }
    // A page from elsewhere can send no JSON here, and a name of its own leads to another `Host`.
    let is_json = parts.headers.get(CONTENT_TYPE).is_some_and(|value| value == "application/json");
    let is_here = peer.ip().to_canonical().is_loopback();
    let (status, answer) = match is_here && is_own_host(&parts.headers) && is_json {
        true => match signed(body, api, keyring) {
            None => (StatusCode::ACCEPTED, json!({})),
            Some(Ok(signed)) => (StatusCode::OK, signed),
            Some(Err(problem)) => (StatusCode::BAD_REQUEST, json!({ "problem": problem })),
        },
        false => {
            let problem = "the sandbox signs only for its page on this machine: open it at http://127.0.0.1 or http://localhost";
            (StatusCode::FORBIDDEN, json!({ "problem": problem }))
        }
    };
    Some(respond(status, "application/json", answer.to_string().into()))
}

fn is_own_host(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

/// What the page shows and sends, or why it is not signed; nothing if the operation has no signature.
fn signed(body: &[u8], api: &Api, keyring: Option<&Keyring>) -> Option<Result<Value, String>> {
    let asked: ToSign = serde_json::from_slice(body).ok()?;
    let method = Method::from_bytes(asked.method.as_bytes()).ok()?;
    let url: Uri = asked.url.parse().ok()?;
    let operation = api.operation(&method, url.path()).ok()?;
    let (scheme, names) = operation.signature()?;
    let signer = keyring?.active();
    let mut headers = asked.headers.as_object().into_iter().flatten();
    let fingerprint = headers.find(|(name, _)| name.eq_ignore_ascii_case(&names.fingerprint));
    let fingerprint = fingerprint.and_then(|(_, value)| value.as_str()).unwrap_or_default();
    let body: Option<Value> = serde_json::from_str(&asked.body).ok();
    let parts = names.parts(fingerprint.as_bytes(), body.as_ref());
    Some(match (signer.expose_canonical_message(&parts), signer.sign(&parts)) {
        (Ok(message), Ok(signature)) => Ok(json!({
            "header": scheme.name,
            "signature": signature,
            "message": String::from_utf8_lossy(&message),
        })),
        (Err(error), _) | (_, Err(error)) => Err(error.to_string()),
    })
}
