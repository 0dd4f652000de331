//! The middleware for the client `vault-api`. What the adapters share is tested in `chain.rs`.

mod support;

use support::{BODY, FINGERPRINT, SIGNATURE, signer, signer_with};
use vault_api::reqwest::{Client, Request, Url};
use vault_api::{Call, Middleware, OPERATIONS, Operation, Place, SecurityScheme};
use vault_api_sign::{Parts, SharedKeyring, SigningMiddleware};

/// The first operation that is signed, with the security scheme of the signature changed.
fn operation(change: impl FnOnce(&mut SecurityScheme)) -> Operation {
    let name = SigningMiddleware::new(signer()).provides();
    let is_it = |scheme: &&SecurityScheme| Some(scheme.name) == name;
    let signed = OPERATIONS.iter().find_map(|operation| {
        let alternative = operation.security.first()?;
        Some((operation, alternative.iter().find(is_it)?))
    });
    let (operation, scheme) = signed.expect("the document has one");
    let (mut operation, mut scheme) = (*operation, *scheme);
    change(&mut scheme);
    let alternative: &'static [SecurityScheme] = Vec::leak(vec![scheme]);
    operation.security = Vec::leak(vec![alternative]);
    operation
}

fn request() -> Request {
    Client::new()
        .post("https://vault.example/v2/mobile/phone/verify/resend")
        .header("X-Fingerprint", FINGERPRINT)
        .body(BODY)
        .build()
        .expect("a request")
}

fn apply(operation: &Operation) -> (bool, Request) {
    let base_url = Url::parse("https://vault.example").expect("a URL");
    let mut request = request();
    let call = Call::new(operation, &base_url);
    let applied = SigningMiddleware::new(signer()).apply(&call, &mut request);
    (applied.is_ok(), request)
}

#[test]
fn signature_is_in_the_header_that_the_scheme_names() {
    for (name, others) in
        [("X-Signature", "x-other"), ("x-signature", "x-other"), ("X-Other", "x-signature")]
    {
        let (applied, request) = apply(&operation(|scheme| scheme.place = Place::Header(name)));
        assert!(applied);
        assert_eq!(request.headers()[name], SIGNATURE);
        assert!(request.headers()[name].is_sensitive());
        assert!(!request.headers().contains_key(others));
    }
}

#[test]
fn scheme_without_a_header_is_refused() {
    for place in [Place::Query("signature"), Place::Header("not a name")] {
        let (applied, request) = apply(&operation(|scheme| scheme.place = place));
        assert!(!applied);
        assert_eq!(request.headers().len(), 1);
    }
}

#[test]
fn operation_without_the_scheme_is_left_alone() {
    let (applied, request) = apply(&operation(|scheme| scheme.name = "Other"));
    assert!(applied);
    assert_eq!(request.headers().len(), 1);
}

/// A secret that is replaced signs the next request.
#[test]
fn middleware_signs_with_the_keyring_of_the_moment() {
    let keyring = SharedKeyring::new(signer());
    let middleware = SigningMiddleware::new(keyring.clone());
    let first = signature(&middleware);
    keyring.replace(signer_with("another secret"));
    let second = signature(&middleware);
    assert_eq!(first, SIGNATURE);
    let parts = Parts::new(FINGERPRINT, "+447871234567");
    let expected = signer_with("another secret").sign(&parts).expect("the phone is valid");
    assert_eq!(second, expected);
}

fn signature(middleware: &SigningMiddleware) -> String {
    let base_url = Url::parse("https://vault.example").expect("a URL");
    let operation = operation(|_| {});
    let mut request = request();
    middleware.apply(&Call::new(&operation, &base_url), &mut request).expect("it is signed");
    let signature = request.headers().get("x-signature").expect("a signature");
    signature.to_str().expect("hexadecimal").to_owned()
}
