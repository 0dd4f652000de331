//! What `build` says about a URL that needs TLS. In the workspace's own tests every build has TLS, so
//! `cargo test --package vault-api --no-default-features` is the run in which it is missing.

use vault_api::{BuildError, Client, SANDBOX_URL};

#[test]
fn https_needs_tls() {
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    let client = Client::builder(SANDBOX_URL).merchant_id("partner").without_signature().build();
    match has_tls {
        true => assert!(client.is_ok(), "{client:?}"),
        false => assert!(matches!(client, Err(BuildError::NoTls)), "{client:?}"),
    }
    let loopback =
        Client::builder("http://127.0.0.1:1").merchant_id("partner").without_signature().build();
    assert!(loopback.is_ok(), "{loopback:?}");
}
