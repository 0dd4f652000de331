//! The sandbox, as a service's tests and a shell see it.

mod answers;
mod command;
mod known;
mod limits;
mod other_documents;
mod page;
mod requests;

use vault_api::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use vault_api::reqwest::{Client, RequestBuilder, Response};

use crate::support::{FINGERPRINT, MERCHANT_ID, SIGNATURE};

pub const PATH: &str = "/v2/mobile/phone/verify/resend";
/// The body of the vendor's page.
pub const BODY: &str = r#"{"phone":"+447871234567"}"#;

pub fn http() -> Client {
    Client::builder().no_proxy().build().expect("the settings are right")
}

/// A request with everything that the document asks for, and without a signature.
pub fn unsigned(base_url: &str) -> RequestBuilder {
    http()
        .post(format!("{base_url}{PATH}"))
        .header("X-Fingerprint", FINGERPRINT)
        .header("X-Merchant-ID", MERCHANT_ID)
        .header("Content-Type", "application/json")
}

/// A right request.
pub fn right(base_url: &str) -> RequestBuilder {
    unsigned(base_url).header("X-Signature", SIGNATURE).body(BODY)
}

/// The request with this header in the place of its own.
pub fn set(request: RequestBuilder, name: &'static str, value: &'static str) -> RequestBuilder {
    request.headers(HeaderMap::from_iter([(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )]))
}

/// The status of an answer, and what its error body says.
pub async fn said(response: Response) -> String {
    let status = response.status().as_u16();
    let body: serde_json::Value = response.json().await.expect("the body is json");
    let fields: Vec<_> = body.as_object().into_iter().flat_map(|body| body.keys()).collect();
    assert_eq!(fields.len(), 8, "the vendor's fields: {fields:?}");
    let text = |name: &str| body[name].as_str().unwrap_or("-").to_owned();
    format!("{status} {}: {}", text("field"), text("message"))
}
