//! A call of an operation, as a line for a shell.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use vault_api_sign::Keyring;

use crate::operation::{Operation, Place};
use crate::schema::to_json;

/// The call, if the document has an example of everything that it needs.
pub(crate) fn command(
    operation: &Operation,
    base_url: &str,
    keyring: Option<&Keyring>,
    phone: Option<&str>,
) -> Option<String> {
    let mut path = operation.path.clone();
    let mut query = Vec::new();
    let mut headers = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        let (name, value) = (&parameter.name, parameter.example.as_deref()?);
        let encoded = || utf8_percent_encode(value, NON_ALPHANUMERIC);
        match parameter.place {
            Place::Path => path = path.replace(&format!("{{{name}}}"), &encoded().to_string()),
            Place::Query => query.push(format!("{name}={}", encoded())),
            Place::Header(_) => headers.push((name.clone(), value.to_owned())),
            Place::Cookie => headers.push(("Cookie".to_owned(), format!("{name}={value}"))),
        }
    }

    let mut body = match &operation.body {
        Some(body) => {
            body.example.as_ref().map(to_json).or((!body.required).then_some(Value::Null))?
        }
        None => Value::Null,
    };
    if let (Some(phone), Some(example)) = (phone, body.get_mut("phone")) {
        *example = phone.into();
    }
    for credential in operation.security.first().into_iter().flatten() {
        let value = match (&credential.signed, keyring) {
            (Some(_), None) => continue,
            (Some(names), Some(keyring)) => {
                let is_it = |name: &str| name.eq_ignore_ascii_case(&names.fingerprint);
                let fingerprint = headers.iter().find(|(name, _)| is_it(name));
                let fingerprint = fingerprint.map(|(_, value)| value.as_bytes());
                let parts = names.parts(fingerprint.unwrap_or_default(), Some(&body));
                keyring.sign(&parts).ok()?
            }
            (None, _) => credential.example.clone()?,
        };
        match &credential.place {
            Place::Header(_) => headers.push((credential.name.clone(), value)),
            _ => query.push(format!("{}={value}", credential.name)),
        }
    }

    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let mut line = format!(
        "curl --request {} --url {}",
        operation.method,
        quoted(&format!("{base_url}{path}{query}"))
    );
    if let Some((media_type, _)) = operation.body.as_ref().and_then(|body| body.content.first()) {
        headers.insert(0, ("Content-Type".to_owned(), media_type.clone()));
    }
    for (name, value) in headers {
        line.push_str(&format!(" --header {}", quoted(&format!("{name}: {value}"))));
    }
    if !body.is_null() {
        line.push_str(&format!(" --data {}", quoted(&body.to_string())));
    }
    Some(line)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
