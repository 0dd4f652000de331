//! What goes over the wire.

use std::net::{Ipv4Addr, TcpListener};

use vault_api::reqwest::{StatusCode, redirect};

use crate::raw_server::{RawServer, json};
use crate::support::{SIGNATURE, resend, signed, unsigned};

const OK: &str = r#"{"result":"ok"}"#;

/// The request as text, with the port, which the system chooses, taken out.
fn readable(server: RawServer) -> String {
    let port = server.base_url.rsplit(':').next().unwrap_or_default().to_owned();
    let request = String::from_utf8(server.request()).expect("the request is text");
    request.replace(&format!(":{port}"), ":PORT").replace("\r\n", "\n")
}

#[tokio::test]
async fn signed_request_is_as_on_the_vendors_page() {
    let server = RawServer::answering(json("200 OK", OK));
    let response = resend(signed(&server.base_url)).await.expect("it is answered");
    assert_eq!(response.result.as_deref(), Some("ok"));
    assert_eq!(response.status(), StatusCode::OK);

    let request = readable(server);
    assert!(request.contains(&format!("x-signature: {SIGNATURE}\n")), "{request}");
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn unsigned_request_differs_by_the_signature_only() {
    let server = RawServer::answering(json("200 OK", OK));
    resend(signed(&server.base_url)).await.expect("it is answered");
    let with = readable(server);
    let server = RawServer::answering(json("200 OK", OK));
    resend(unsigned(&server.base_url)).await.expect("it is answered");
    let without = readable(server);

    assert_eq!(with.replace(&format!("x-signature: {SIGNATURE}\n"), ""), without);
}

#[tokio::test]
async fn path_of_the_base_url_is_a_stem() {
    let server = RawServer::answering(json("200 OK", OK));
    let base_url = format!("{}/gateway/", server.base_url);
    resend(signed(&base_url)).await.expect("it is answered");
    let request = readable(server);
    assert!(
        request.starts_with("POST /gateway/v2/mobile/phone/verify/resend HTTP/1.1\n"),
        "{request}"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let target = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        target.set_nonblocking(true).expect("a listener that does not wait");
        let location = target.local_addr().expect("a bound address");
        let server = RawServer::answering(format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://{location}/\r\ncontent-length: 0\r\n\r\n"
        ));
        // Not even when the HTTP client is told to.
        let client = signed(&server.base_url)
            .configure_http(|http| http.redirect(redirect::Policy::limited(5)));
        let failure = resend(client).await.expect_err("a redirect is no answer");
        assert_eq!(failure.status().map(|status| status.as_u16()), Some(status));
        assert!(failure.to_string().ends_with("redirects are not followed"), "{failure}");
        let connection = target.accept().map(|(_, from)| from);
        assert!(connection.is_err(), "{status} was followed from {connection:?}");
    }
}
