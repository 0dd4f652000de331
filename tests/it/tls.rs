//! What becomes of a server whose TLS is not right: nothing is sent, and the error says why without the
//! names in the certificate, which the server chooses.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;

use rcgen::{
    CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType,
    date_time_ymd,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use vault_api::{ClientBuilder, Error, Transport};

use crate::raw_server::{Connections, json, read_request};
use crate::support::{Answer, PHONE, all_texts, chain, resend, signed};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// An authority whose name has the phone number.
fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let name = format!("{name} {PHONE}");
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, key()).expect("a certificate")
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

/// A certificate for the loopback address.
fn for_loopback() -> CertificateParams {
    with_names(vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))])
}

/// A certificate for other hosts, whose names are the phone number.
fn for_others() -> CertificateParams {
    let text = |text: String| text.try_into().expect("the name is ASCII");
    let number = PHONE.trim_start_matches('+');
    with_names(vec![
        SanType::DnsName(text(number.to_owned())),
        SanType::DnsName(text(format!("{number}.example"))),
        SanType::DnsName(text(PHONE.to_owned())),
        SanType::DnsName(text(format!("*.{PHONE}.example"))),
        SanType::Rfc822Name(text(format!("{PHONE}@vault.example"))),
        SanType::URI(text(format!("tel:{PHONE}"))),
    ])
}

fn with_names(names: Vec<SanType>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.subject_alt_names = names;
    params.distinguished_name.push(DnType::CommonName, PHONE);
    params
}

/// A server with this certificate, signed by `authority` or by itself.
fn server(params: CertificateParams, authority: Option<&Authority>) -> Connections {
    let config = Arc::new(config(params, authority));
    Connections::start(move |_, stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        let mut stream = StreamOwned::new(connection, stream);
        // Empty if the client ends the handshake.
        if !read_request(&mut stream).is_empty() {
            let _ = stream.write_all(&json("200 OK", r#"{"result":"ok"}"#));
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}

fn config(params: CertificateParams, authority: Option<&Authority>) -> ServerConfig {
    let key = key();
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, authority),
        None => params.self_signed(&key),
    };
    let chain = vec![certificate.expect("a certificate").der().clone()];
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_no_client_auth()
        .with_single_cert(chain, PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .expect("the key fits the certificate")
}

/// A server that reads the start of the handshake and does `respond`.
fn without_tls(respond: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Connections {
    Connections::start(move |_, mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        respond(&mut stream);
        // Closing with bytes unread resets the connection, and the client may lose what was sent.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    })
}

/// A client of `server` that trusts only what `authority` signed.
fn client(server: &Connections, authority: &Authority) -> ClientBuilder {
    let root = reqwest::Certificate::from_der(authority.der()).expect("a certificate");
    signed(&format!("https://{}", server.address))
        .configure_http(|http| http.tls_certs_only([root]))
}

async fn call(server: &Connections, authority: &Authority) -> Answer {
    resend(client(server, authority)).await
}

/// A server whose certificate is for other hosts and shows the phone number, and a client of it.
pub fn server_that_shows_the_phone_number() -> (Connections, ClientBuilder) {
    let authority = authority("trusted");
    let server = server(for_others(), Some(&authority));
    let client = client(&server, &authority);
    (server, client)
}

/// The failure of a call that made no connection.
fn unconnected(answer: Answer) -> (String, Transport) {
    let error = answer.expect_err("the client must not talk to this server");
    assert!(error.is_connect() && !error.may_have_been_sent(), "{error:?}");
    assert_eq!(error.class(), "connect", "{error:?}");
    assert!(std::error::Error::source(&error).is_some(), "nothing says what is wrong: {error:?}");
    let (texts, chain) = (all_texts(&error), chain(&error));
    let number = ["447871234567", "44, 78, 71, 23, 45, 67", "44.78.71.23.45.67"];
    assert!(!number.iter().any(|number| texts.contains(number)), "{texts}");
    match error {
        Error::Transport(transport) => (chain, transport),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn certificate_of_a_trusted_authority_is_accepted() {
    let authority = authority("trusted");
    let answer = call(&server(for_loopback(), Some(&authority)), &authority).await;
    assert_eq!(answer.expect("it is answered").result.as_deref(), Some("ok"));
}

#[tokio::test]
async fn wrong_tls_is_no_connection_and_says_why() {
    let authority = authority("trusted");
    let mut expired = for_loopback();
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    let mut future = for_loopback();
    future.not_before = date_time_ymd(2090, 1, 1);
    // The numbers of an object identifier are the server's to choose.
    let mut other_use = for_loopback();
    other_use.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::Other(vec![1, 3, 44, 78, 71, 23, 45, 67])];
    let (forged, unknown) = (self::authority("trusted"), self::authority("unknown"));
    let plain = without_tls(|stream| {
        let _ = stream.write_all(&json("400 Bad Request", PHONE));
    });
    let servers = [
        ("expired", server(expired, Some(&authority))),
        ("not yet valid", server(future, Some(&authority))),
        ("names of others", server(for_others(), Some(&authority))),
        ("no names", server(with_names(vec![]), Some(&authority))),
        ("for another use", server(other_use, Some(&authority))),
        ("self-signed", server(for_loopback(), None)),
        ("unknown authority", server(for_loopback(), Some(&unknown))),
        ("forged authority", server(for_loopback(), Some(&forged))),
        ("no TLS", plain),
        ("closed in the handshake", without_tls(|_| ())),
    ];
    let mut report = String::new();
    for (name, server) in servers {
        let (chain, transport) = unconnected(call(&server, &authority).await);
        assert!(transport.http_error().is_some(), "{name}");
        report.push_str(&format!("{name}: {chain}\n\n"));
    }
    insta::assert_snapshot!(report.trim_end());
}

/// A server can write into the reason for which it ends an HTTP/2 connection.
#[tokio::test]
async fn reason_of_http2_is_not_shown() {
    let preface = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    // GOAWAY of the last stream 0, with the error code 0x4478 and debug data.
    let data = format!("{PHONE} connection closed before message completed");
    let mut frame =
        vec![0, 0, 8 + data.len() as u8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x44, 0x78];
    frame.extend(data.as_bytes());
    let server = Connections::start(move |_, mut stream| {
        let _ = stream.write_all(&[&preface[..], &frame].concat());
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let client = signed(&server.base_url()).configure_http(|http| http.http2_prior_knowledge());
    let error = resend(client).await.expect_err("the connection ends");
    let texts = all_texts(&error);
    assert!(!texts.contains("447871234567") && !texts.contains("4478"), "{texts}");
    let chain = chain(&error);
    // The second, where the client closes the connection before it has read the frame.
    let causes = ["connection error received", "operation was canceled"];
    assert!(causes.iter().any(|cause| chain.contains(cause)), "{chain}");
}

/// Shows that the names reach the client at all: without this, the assertions above prove nothing.
#[tokio::test]
async fn names_in_a_certificate_are_in_the_http_error_only() {
    let (_server, client) = server_that_shows_the_phone_number();
    let (chain, transport) = unconnected(resend(client).await);
    let source = transport.http_error().expect("reqwest's error is kept");
    assert!(all_texts(source).contains("447871234567"), "{source:?}");
    assert!(chain.contains("certificate not valid for name"), "{chain}");
}

#[tokio::test]
async fn http2_is_chosen_where_the_server_offers_it() {
    let authority = authority("trusted");
    let mut config = config(for_loopback(), Some(&authority));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let config = Arc::new(config);
    let (chosen, protocols) = std::sync::mpsc::channel();
    let server = Connections::start(move |_, mut stream| {
        let mut connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        let _ = chosen.send(connection.alpn_protocol().map(<[u8]>::to_vec));
    });
    let error = call(&server, &authority).await.expect_err("the server closes the connection");
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert_eq!(protocols.recv().expect("a handshake"), Some(b"h2".to_vec()));
}
