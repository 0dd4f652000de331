//! A secret is changed while clients sign and a server verifies.

mod support;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use http::{Extensions, Request, Response, StatusCode};
use http_body_util::Full;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use support::{BODY, FINGERPRINT, signer_with};
use tokio::task::{JoinSet, yield_now};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt};
use vault_api_sign::{ChainSigner, Keyring, Parts, SharedKeyring, Signer, Verifier, VerifyLayer};

const ROTATIONS: usize = 100;
const CLIENTS: usize = 4;

fn signer(generation: usize) -> Signer {
    signer_with(&format!("secret {generation}"))
}

/// Is at the end of a chain, and hands requests to a service without a network.
struct Server(BoxCloneSyncService<Request<Full<Bytes>>, Response<Full<Bytes>>, Infallible>);

impl Server {
    fn new(keyring: SharedKeyring) -> Self {
        let service = tower::service_fn(|_: Request<Full<Bytes>>| async {
            Ok(Response::new(Full::default()))
        });
        let layer = VerifyLayer::new(Verifier::new(keyring));
        Self(BoxCloneSyncService::new(layer.layer(service)))
    }
}

#[async_trait::async_trait]
impl Middleware for Server {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let body = Full::from(Bytes::copy_from_slice(body.expect("it is in memory")));
        let mut incoming = Request::new(body);
        *incoming.headers_mut() = request.headers().clone();
        let Ok(response) = self.0.clone().oneshot(incoming).await;
        Ok(response.map(|_| "").into())
    }
}

async fn send(client: &ClientWithMiddleware) -> StatusCode {
    let request = client.post("https://vault.example/").body(BODY);
    let request = request.header("X-Fingerprint", FINGERPRINT);
    request.send().await.expect("it is signed").status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rotation_under_load_loses_no_request() {
    let client_keyring = SharedKeyring::new(signer(0));
    let server_keyring = SharedKeyring::new(signer(0));
    let origin = "https://vault.example".parse().expect("a URL");
    let client = ClientBuilder::new(reqwest::Client::new())
        .with(ChainSigner::new(client_keyring.clone(), origin).expect("an origin"))
        .with(Server::new(server_keyring.clone()))
        .build();

    let sent: Arc<[AtomicUsize; CLIENTS]> = Arc::default();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let (client, sent) = (client.clone(), Arc::clone(&sent));
        clients.spawn(async move {
            loop {
                assert_eq!(send(&client).await, StatusCode::OK);
                sent[number].fetch_add(1, Ordering::SeqCst);
                yield_now().await;
            }
        });
    }

    for generation in 1..=ROTATIONS {
        let (old, new) = (signer(generation - 1), signer(generation));
        server_keyring.replace(Keyring::new(new.clone()).with_older(old));
        client_keyring.replace(new);
        // Until each request that was under way has been answered: then nothing is signed by the old secret.
        let before: Vec<_> = sent.iter().map(|sent| sent.load(Ordering::SeqCst)).collect();
        for (sent, before) in sent.iter().zip(before) {
            while sent.load(Ordering::SeqCst) < before + 2 {
                if let Some(ended) = clients.try_join_next() {
                    ended.expect("every request is accepted");
                }
                yield_now().await;
            }
        }
    }
    clients.abort_all();
    while let Some(ended) = clients.join_next().await {
        assert!(ended.is_err_and(|error| error.is_cancelled()));
    }

    // The rotation has taken effect.
    let parts = Parts::new(FINGERPRINT, "+447871234567");
    let verifier = Verifier::new(server_keyring);
    for (generation, is_valid) in [(ROTATIONS, true), (ROTATIONS - 1, true), (0, false)] {
        let signature = signer(generation).sign(&parts).expect("the phone is valid");
        let verified = verifier.verify(&parts, signature.as_bytes());
        assert_eq!(verified.is_ok(), is_valid, "{generation}");
    }
    assert_eq!(client_keyring.load().sign(&parts), signer(ROTATIONS).sign(&parts));
}

#[test]
fn replaced_keyring_is_dropped() {
    let shared = SharedKeyring::new(signer(0));
    let old = Arc::downgrade(&shared.load());
    let in_use = shared.load();
    shared.replace(signer(1));
    assert!(old.upgrade().is_some());
    drop(in_use);
    assert!(old.upgrade().is_none());
}
