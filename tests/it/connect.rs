//! How a connection is made: its time-out, and no proxy on the way to this machine.

use std::io::Write;
use std::time::Duration;

use vault_api::reqwest::Proxy;
use vault_api::reqwest::dns::{Name, Resolve, Resolving};
use vault_api::types::ResendCodeRequest;
use vault_api::{Error, TransportKind};

use crate::raw_server::{Connections, RawServer, json, read_request};
use crate::support::{FINGERPRINT, PHONE, resend, signed};

/// Never finds the address of a host.
struct Silent;

impl Resolve for Silent {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn connect_time_out_says_that_nothing_was_sent() {
    let client = signed("https://vault.example")
        .connect_timeout(Duration::from_millis(50))
        .configure_http(|http| http.dns_resolver(Silent));
    let error = resend(client).await.expect_err("there is no address");
    let Error::Transport(transport) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(transport.kind(), TransportKind::ConnectTimeout);
    assert_eq!(error.class(), "connect_timeout");
    assert!(error.is_connect() && error.is_timeout() && !error.may_have_been_sent());
}

/// The client's total time-out is below the connect time-out, which then ends earlier.
#[tokio::test]
async fn short_total_time_out_still_says_that_nothing_was_sent() {
    let client = signed("https://vault.example")
        .timeout(Duration::from_millis(500))
        .configure_http(|http| http.dns_resolver(Silent));
    let error = resend(client).await.expect_err("there is no address");
    assert_eq!(error.class(), "connect_timeout");
    assert!(!error.may_have_been_sent());
}

/// The time-out of one call may end it while it connects. Then nothing tells whether the request was sent.
#[tokio::test]
async fn time_out_of_a_call_while_connecting_does_not_say_that_nothing_was_sent() {
    let client = signed("https://vault.example")
        .configure_http(|http| http.dns_resolver(Silent))
        .build()
        .expect("the settings are valid");
    let request = client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE));
    let request = request.timeout(Duration::from_millis(50));
    let error = request.send().await.expect_err("there is no address");
    assert_eq!(error.class(), "timeout");
    assert!(error.is_timeout() && error.may_have_been_sent());
}

#[tokio::test]
async fn loopback_is_not_called_through_a_proxy() {
    let proxy = Connections::start(|_, mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(&json("200 OK", r#"{"result":"of the proxy"}"#));
    });
    let proxied = |base_url: &str| {
        let proxy = Proxy::all(proxy.base_url()).expect("a URL");
        signed(base_url).configure_http(|http| http.proxy(proxy))
    };
    let server = RawServer::answering(json("200 OK", r#"{"result":"of the server"}"#));
    let port = server.base_url.rsplit(':').next().expect("a port");
    let response = resend(proxied(&format!("http://127.0.0.1:{port}"))).await;
    assert_eq!(response.expect("it is answered").result.as_deref(), Some("of the server"));
    assert_eq!(proxy.count(), 0);

    // Any other host is called through it, so the proxy was set.
    let other = proxied("http://vault.example").allow_insecure_http();
    let response = resend(other).await.expect("it is answered");
    assert_eq!(response.result.as_deref(), Some("of the proxy"));
    assert_eq!(proxy.count(), 1);
}
