//! The reader of JSON bodies: what it takes, serde_json's own reader takes with the same phone number.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use vault_api::reqwest::{Client, Request, Url};
use vault_api::{Call, Middleware, OPERATIONS};
use vault_api_sign::{Parts, Signer, SigningMiddleware, Verifier};

struct Setting {
    base_url: Url,
    http: Client,
    middleware: SigningMiddleware,
    verifier: Verifier,
}

static SETTING: LazyLock<Setting> = LazyLock::new(|| {
    let signer = Signer::builder()
        .shared_secret("correct horse battery staple")
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .build()
        .unwrap();
    Setting {
        base_url: Url::parse("http://127.0.0.1").unwrap(),
        http: Client::new(),
        middleware: SigningMiddleware::new(signer.clone()),
        verifier: Verifier::new(signer),
    }
});

fuzz_target!(|body: &[u8]| {
    let setting = &*SETTING;
    let operation = OPERATIONS.iter().find(|operation| operation.id == "resend_code").unwrap();
    let call = Call::new(operation, &setting.base_url);
    let mut request: Request = setting
        .http
        .post(setting.base_url.clone())
        .header("X-Fingerprint", "1234444")
        .body(body.to_vec())
        .build()
        .unwrap();
    if setting.middleware.apply(&call, &mut request).is_ok() {
        let read: serde_json::Value = serde_json::from_slice(body).unwrap();
        let text = |field: &str| read.get(field).map(|value| value.as_str().unwrap());
        let parts = Parts::new("1234444", text("phone").unwrap());
        let parts = parts.password(text("password").unwrap_or_default());
        let signature = request.headers()["x-signature"].as_bytes();
        setting.verifier.verify(&parts, signature).unwrap();
    } else {
        assert!(!request.headers().contains_key("x-signature"));
    }
});
