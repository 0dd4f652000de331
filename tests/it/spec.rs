//! What holds of the shipped document.

use openapiv3::OpenAPI;
use serde_json::Value;
use vault_api::{OPERATIONS, SANDBOX_URL, types};

pub const TEXT: &str = include_str!("../../spec/vault.yaml");
/// A document of these tests' own, for those that must not change with the shipped one.
pub const SIGNED: &str = include_str!("specs/signed.yaml");

fn document() -> Value {
    serde_yaml::from_str(TEXT).expect("the document is YAML")
}

#[test]
fn version_is_the_clients() {
    let manifest = include_str!("../../vault-api/Cargo.toml");
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = "))
        .expect("the manifest has a version");
    let api: OpenAPI = serde_yaml::from_str(TEXT).expect("it is an OpenAPI document");
    assert_eq!(version.trim_matches('"'), api.info.version);
}

#[test]
fn sandbox_constant_is_the_documents_server() {
    assert_eq!(document()["servers"][0]["url"], SANDBOX_URL);
}

#[test]
fn table_has_every_operation() {
    let api: OpenAPI = serde_yaml::from_str(TEXT).expect("it is an OpenAPI document");
    let rows: Vec<_> =
        OPERATIONS.iter().map(|it| (it.path, it.method.to_lowercase(), it.id)).collect();
    let written = api.operations().map(|(path, method, operation)| {
        let id = operation.operation_id.as_deref().expect("it has an id");
        (path, method.to_owned(), id)
    });
    assert_eq!(rows, written.collect::<Vec<_>>());
}

/// An example that has a key the type does not know would come back without it.
#[test]
fn examples_are_values_of_their_types() {
    let post = &document()["paths"]["/v2/mobile/phone/verify/resend"]["post"];
    let json = |node: &Value| node["content"]["application/json"]["examples"].clone();
    fn round_trip<T: serde::de::DeserializeOwned + serde::Serialize>(
        examples: Value,
        names: &[&str],
    ) {
        let examples = examples.as_object().expect("there are examples").clone();
        let found: Vec<_> = examples.keys().collect();
        assert_eq!(found, names);
        for (name, example) in examples {
            let value: T =
                serde_json::from_value(example["value"].clone()).expect("it is of the type");
            let again = serde_json::to_value(value).expect("it is data");
            assert_eq!(again, example["value"], "{name}");
        }
    }
    round_trip::<types::ResendCodeRequest>(json(&post["requestBody"]), &["request"]);
    round_trip::<types::ResendCodeResponse>(json(&post["responses"]["200"]), &["ok"]);
    round_trip::<types::ErrorBody>(
        json(&post["responses"]["400"]),
        &["common", "customer_not_found", "rate_limited"],
    );
}
