//! What most tests start from.

use std::time::Duration;

use vault_api::types::{ErrorBody, ResendCodeRequest, ResendCodeResponse};
use vault_api::{Client, ClientBuilder, ResponseValue};
use vault_api_sign::{Signer, SigningMiddleware};

pub type Answer = Result<ResponseValue<ResendCodeResponse>, Error>;
/// The error of the operation that these tests call.
pub type Error = vault_api::Error<ErrorBody>;

/// The values of the vendor's page.
pub const PHONE: &str = "+447871234567";
pub const FINGERPRINT: &str = "1234444";
pub const MERCHANT_ID: &str = "bece038f-2e46-49f4-b25e-89cd38d6dc16";
/// The seed string and seed length of the vendor's worked example; the secret is this test's own.
pub const SHARED_SECRET: &str = "correct horse battery staple";
pub const SEED_STRING: &str = "abcdefghijklmn";
/// The signature that these give: see `signing.rs`, which says how it was made.
pub const SIGNATURE: &str = "bb75259e12560576bcc02d66dbc8de7943c6005d00018793170e3cc707d980c6";

pub fn signer() -> Signer {
    Signer::builder()
        .shared_secret(SHARED_SECRET)
        .seed_string(SEED_STRING)
        .seed_length(4)
        .build()
        .expect("the values are right")
}

/// A client of a server on loopback, which signs nothing.
pub fn unsigned(base_url: &str) -> ClientBuilder {
    with_credentials(base_url).without_signature()
}

/// The same, before it is decided whether it signs.
pub fn with_credentials(base_url: &str) -> ClientBuilder {
    Client::builder(base_url).merchant_id(MERCHANT_ID).timeout(Duration::from_secs(20))
}

/// The same, with the signature.
pub fn signed(base_url: &str) -> ClientBuilder {
    with_credentials(base_url).middleware(SigningMiddleware::new(signer()))
}

/// Calls the operation with the values of the vendor's page.
pub async fn resend(builder: ClientBuilder) -> Answer {
    let client = builder.build().expect("the settings are right");
    client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE)).send().await
}

/// Every text that an error gives to a log: `Display` and both forms of `Debug`, of it and its sources.
pub fn all_texts(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        text.push_str(&format!("{error}\n{error:?}\n{error:#?}\n"));
        next = error.source();
    }
    text
}

/// The messages of an error and its sources, a line each.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(&format!("\n  because: {error}"));
        next = error.source();
    }
    text
}

/// Makes a call with a short time-out, and with longer ones until its outcome is the expected one: on a busy machine a
/// short one may end the call before the server has sent its part.
pub async fn patiently(
    call: impl AsyncFn(Duration) -> Answer,
    is_expected: impl Fn(&Answer) -> bool,
) -> Answer {
    let mut timeout = Duration::from_millis(100);
    loop {
        let answer = call(timeout).await;
        if is_expected(&answer) || timeout > Duration::from_secs(10) {
            return answer;
        }
        timeout *= 3;
    }
}
