//! A server that accepts only requests with a valid signature.
//!
//! ```sh
//! export VAULT_API_SHARED_SECRET=secret VAULT_API_SEED_STRING=abcdefghijklmn
//! cargo run --package vault-api-sign --features tower --example axum
//! ```
//!
//! In another shell with the same variables, and with the port that it prints:
//!
//! ```sh
//! cargo run --example resend -- --base-url http://127.0.0.1:PORT
//! ```

use std::error::Error;

use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::routing::post;
use vault_api_sign::{Rejection, Signer, Verifier, VerifyLayer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Fails before the server listens.
    let router = router(signer()?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

fn signer() -> Result<Signer, Box<dyn Error>> {
    let signer = Signer::builder()
        .shared_secret(variable("VAULT_API_SHARED_SECRET")?)
        .seed_string(variable("VAULT_API_SEED_STRING")?)
        .seed_length(4)
        .build()?;
    Ok(signer)
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set the environment variable {name}"))
}

fn router(signer: Signer) -> Router {
    let verify = VerifyLayer::new(Verifier::new(signer).accept_base64())
        .body_limit(16 * 1024)
        .reject_with(rejected);
    Router::new()
        .route("/v2/mobile/phone/verify/resend", post(|| async { r#"{"result":"ok"}"# }))
        .layer(verify)
}

/// The body that the Vault API itself sends with an error.
fn rejected(rejection: &Rejection) -> Response<Body> {
    rejection.response(Body::from(r#"{"error":"COMMON","errorId":0}"#))
}
