//! A service to copy: it lets its own callers have a verification code sent again.
//!
//! ```sh
//! cargo xtask sandbox --listen 127.0.0.1:8081
//! ```
//!
//! In another shell:
//!
//! ```sh
//! export VAULT_API_BASE_URL=http://127.0.0.1:8081 VAULT_API_MERCHANT_ID=bece038f-2e46-49f4-b25e-89cd38d6dc16
//! export VAULT_API_SHARED_SECRET=sandbox-secret VAULT_API_SEED_STRING=abcdefghijklmn VAULT_API_SEED_LENGTH=4
//! cargo run --example service
//! ```
//!
//! To copy it, besides the three crates of this workspace:
//!
//! ```sh
//! cargo add axum serde_json tracing tracing-subscriber && cargo add serde --features derive
//! cargo add tokio --features macros,net,rt-multi-thread,signal
//! cargo add --dev tower --features util && cargo add --dev tokio --features test-util
//! ```
//!
//! And in a third shell, with the address that the service prints:
//!
//! ```sh
//! curl --verbose --json '{"phone":"+447871234567"}' --header 'X-Fingerprint: 1234444' http://127.0.0.1:8080/resend
//! ```

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use vault_api::types::{ErrorBody, ResendCodeRequest};
use vault_api::{BuildError, Client};
use vault_api_sign::{Signer, SignerError, SigningMiddleware};

/// How long a caller waits after too many attempts, unless the server says it. The vendor documents ten minutes.
const RATE_LIMIT: Duration = Duration::from_secs(600);
/// How long a call may take. The service's own caller is waiting, too.
const TIMEOUT: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    // Everything that can be wrong with the configuration fails here, before the service listens.
    let client = client(|name| std::env::var(name).ok())?;
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(&listen).await;
    let listener =
        listener.map_err(|error| format!("cannot listen on LISTEN={listen}: {error}"))?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    axum::serve(listener, router(client)).with_graceful_shutdown(ended()).await?;
    Ok(())
}

/// Ctrl-C, or the request to end that a container gets.
async fn ended() {
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}

/// Why the service does not start. It names a variable and shows no value.
#[derive(Debug)]
enum ConfigError {
    Missing(&'static str),
    NotANumber(&'static str),
    Signer(SignerError),
    Client(BuildError),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "set the environment variable {name}"),
            Self::NotANumber(name) => write!(f, "set the environment variable {name} to a number"),
            Self::Signer(error) => error.fmt(f),
            Self::Client(error) => error.fmt(f),
        }
    }
}

impl Error for ConfigError {}

/// The one client of the service. It keeps its connections, and its clones share them.
fn client(variable: impl Fn(&str) -> Option<String>) -> Result<Client, ConfigError> {
    let variable = |name| variable(name).ok_or(ConfigError::Missing(name));
    let seed_length = "VAULT_API_SEED_LENGTH";
    let signer = Signer::builder()
        .shared_secret(variable("VAULT_API_SHARED_SECRET")?)
        .seed_string(variable("VAULT_API_SEED_STRING")?)
        .seed_length(
            variable(seed_length)?.parse().map_err(|_| ConfigError::NotANumber(seed_length))?,
        )
        .build()
        .map_err(ConfigError::Signer)?;
    Client::builder(variable("VAULT_API_BASE_URL")?)
        .merchant_id(variable("VAULT_API_MERCHANT_ID")?)
        .middleware(SigningMiddleware::new(signer))
        .timeout(TIMEOUT)
        .build()
        .map_err(ConfigError::Client)
}

fn router(client: Client) -> Router {
    Router::new().route("/resend", post(resend)).with_state(client)
}

/// What the service's own caller sends.
#[derive(Deserialize)]
struct Resend {
    phone: String,
}

async fn resend(
    State(client): State<Client>,
    headers: HeaderMap,
    Json(body): Json<Resend>,
) -> Result<StatusCode, Failure> {
    // A backend passes on what its front end sent.
    let fingerprint = headers.get("x-fingerprint").and_then(|value| value.to_str().ok());
    let fingerprint = fingerprint.ok_or(Failure::NoFingerprint)?;
    let response = client.resend_code(fingerprint, ResendCodeRequest::new(body.phone)).await?;
    // The document does not require `result`: a 200 without it says nothing.
    match response.result.as_deref() {
        Some("ok") => Ok(StatusCode::NO_CONTENT),
        _ => Err(Failure::NoResult),
    }
}

type VaultError = vault_api::Error<ErrorBody>;

/// Why the service does not do what its caller asks for.
enum Failure {
    NoFingerprint,
    /// The code may have been sent or not.
    NoResult,
    Vault(VaultError),
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

/// What each class of error is to the service's own caller.
fn status_and_name(error: &VaultError) -> (StatusCode, &'static str) {
    match error {
        error if error.is_rate_limited() => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
        error if error.is_customer_not_found() => (StatusCode::NOT_FOUND, "customer_not_found"),
        error if error.is_caller_error() => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_value"),
        error if error.is_timeout() => (StatusCode::GATEWAY_TIMEOUT, "timeout"),
        _ => (StatusCode::BAD_GATEWAY, "unavailable"),
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let error = match self {
            Self::NoFingerprint => {
                let body = Json(json!({ "error": "no_fingerprint" }));
                return (StatusCode::BAD_REQUEST, body).into_response();
            }
            Self::NoResult => {
                tracing::warn!("the server does not say whether the code was sent");
                let body = Json(json!({ "error": "unknown_outcome" }));
                return (StatusCode::BAD_GATEWAY, body).into_response();
            }
            Self::Vault(error) => error,
        };
        let (status, name) = status_and_name(&error);
        // The messages of these errors quote neither the request nor the response.
        tracing::warn!(
            class = error.class(),
            code = error.error_code(),
            may_have_been_sent = error.may_have_been_sent(),
            "resend failed: {error}"
        );
        let mut response = (status, Json(json!({ "error": name }))).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = error.retry_after().unwrap_or(RATE_LIMIT);
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;
    use vault_api_sandbox::{Answer, Sandbox};

    use super::*;

    const PHONE: &str = "+447871234567";

    /// The service's configuration, for a server at this URL.
    fn variable(base_url: &str, name: &str) -> Option<String> {
        let value = match name {
            "VAULT_API_BASE_URL" => base_url,
            "VAULT_API_MERCHANT_ID" => "bece038f-2e46-49f4-b25e-89cd38d6dc16",
            "VAULT_API_SHARED_SECRET" => "a secret of this test",
            "VAULT_API_SEED_STRING" => "abcdefghijklmn",
            "VAULT_API_SEED_LENGTH" => "4",
            _ => return None,
        };
        Some(value.to_owned())
    }

    async fn sandbox() -> Sandbox {
        let signer = Signer::builder()
            .shared_secret("a secret of this test")
            .seed_string("abcdefghijklmn")
            .seed_length(4)
            .build()
            .expect("the values are right");
        Sandbox::builder(signer).phone(PHONE).start().await.expect("a sandbox")
    }

    /// What the service answers to a caller with this phone, and its `Retry-After`.
    async fn resend(base_url: &str, phone: &str) -> (u16, Option<String>) {
        let client = client(|name| variable(base_url, name)).expect("the settings are right");
        let request = Request::post("/resend")
            .header("content-type", "application/json")
            .header("x-fingerprint", "1234444")
            .body(Body::from(json!({ "phone": phone }).to_string()))
            .expect("the request is right");
        let response = router(client).oneshot(request).await.expect("it is answered");
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        (response.status().as_u16(), retry_after)
    }

    #[tokio::test]
    async fn code_is_sent_again() {
        let sandbox = sandbox().await;
        assert_eq!(resend(&sandbox.base_url(), PHONE).await, (204, None));
        let requests = sandbox.requests();
        let body: ResendCodeRequest = requests[0].parse().expect("it is the body");
        assert_eq!(body.phone, PHONE);
        assert_eq!(requests[0].header("X-Fingerprint"), Some("1234444"));
    }

    #[tokio::test]
    async fn second_attempt_has_to_wait() {
        let sandbox = sandbox().await;
        assert_eq!(resend(&sandbox.base_url(), PHONE).await, (204, None));
        assert_eq!(resend(&sandbox.base_url(), PHONE).await, (429, Some("600".to_owned())));
        let limited = Answer::response(429).header("retry-after", "30");
        sandbox.answer(limited).expect("it can be given");
        assert_eq!(resend(&sandbox.base_url(), PHONE).await, (429, Some("30".to_owned())));
    }

    #[tokio::test]
    async fn each_failure_has_its_status() {
        let sandbox = sandbox().await;
        assert_eq!(resend(&sandbox.base_url(), "+15550000000").await.0, 404);
        assert_eq!(resend(&sandbox.base_url(), "no digit").await.0, 422);
        for (answer, status) in [
            (Answer::dropped(), 502),
            (Answer::response(503).body("<h1>Busy</h1>"), 502),
            (Answer::example("internal"), 502),
            (Answer::response(200).body("{}"), 502),
            (Answer::response(200).body(r#"{"result":"later"}"#), 502),
        ] {
            sandbox.answer(answer).expect("it can be given");
            assert_eq!(resend(&sandbox.base_url(), PHONE).await.0, status);
        }
        drop(sandbox);
        assert_eq!(resend("http://127.0.0.1:0", PHONE).await.0, 502);
    }

    #[tokio::test(start_paused = true)]
    async fn slow_server_is_a_time_out() {
        let sandbox = sandbox().await;
        sandbox.answer(Answer::usual().after(TIMEOUT * 10)).expect("it can be given");
        assert_eq!(resend(&sandbox.base_url(), PHONE).await.0, 504);
    }

    #[test]
    fn configuration_is_checked_before_the_service_listens() {
        let without = |missing: &'static str| {
            move |name: &str| variable("http://127.0.0.1:1", name).filter(|_| name != missing)
        };
        let error = client(without("VAULT_API_SEED_STRING")).expect_err("it is missing");
        assert_eq!(error.to_string(), "set the environment variable VAULT_API_SEED_STRING");
    }
}
