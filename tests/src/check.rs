//! Whether a request is one that the document describes.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::Value;
use vault_api_sign::{Verifier, seed_offset};

use crate::document::Api;
use crate::operation::{Body, Credential, Operation, Parameter, Place, decoded, is_json};
use crate::refusal::Refusal;
use crate::signed::SignedNames;

/// What a request says.
pub(crate) struct Incoming<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// How signatures are checked.
#[derive(Debug)]
pub(crate) struct Signatures {
    pub(crate) verifier: Verifier,
    pub(crate) required: bool,
}

impl Api {
    /// The operation that a request calls.
    pub(crate) fn operation(&self, method: &Method, path: &str) -> Result<&Operation, Refusal> {
        let matching = self.operations.iter().filter_map(|operation| {
            operation.matches(path).map(|parameters| (parameters, operation))
        });
        let matching: Vec<_> = matching.collect();
        let called = matching.iter().filter(|(_, operation)| operation.method == method);
        // A path that is written out goes before one with parameters.
        if let Some((_, operation)) = called.min_by_key(|(parameters, _)| *parameters) {
            return Ok(operation);
        }
        if matching.is_empty() {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "the path is not in the document"));
        }
        let allow: Vec<_> =
            matching.iter().map(|(_, operation)| operation.method.as_str()).collect();
        let message = "the document does not have this method for the path";
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message);
        Err(Refusal { allow: Some(allow.join(", ")), ..refusal })
    }
}

impl Incoming<'_> {
    /// Checks the request against an operation, and returns its body if that is JSON.
    pub(crate) fn check(
        &self,
        operation: &Operation,
        signatures: Option<&Signatures>,
    ) -> Result<Option<Value>, Refusal> {
        self.credentials(operation, signatures)?;
        for parameter in &operation.parameters {
            self.parameter(operation, parameter)?;
        }
        let body = match &operation.body {
            Some(body) => self.body(body)?,
            None => None,
        };
        if let (Some((scheme, names)), Some(signatures)) = (operation.signature(), signatures)
            && let Some(signature) = self.single(&scheme.name, &scheme.place)?
            // The vendor's own sample has it empty.
            && !signature.is_empty()
        {
            let verified = self.signature(names, &signature, signatures, body.as_ref());
            verified.map_err(|(field, message)| {
                Refusal::of(field.unwrap_or(scheme.name.as_str()), message)
            })?;
        }
        Ok(body)
    }

    /// One alternative of the security must be there.
    fn credentials(
        &self,
        operation: &Operation,
        signatures: Option<&Signatures>,
    ) -> Result<(), Refusal> {
        let is_signed = |alternative: &&Vec<Credential>| {
            alternative.iter().any(|credential| credential.signed.is_some())
        };
        let must_sign = signatures.is_some_and(|signatures| signatures.required)
            && operation.security.iter().any(|alternative| is_signed(&alternative));
        let mut first_refusal = None;
        for alternative in &operation.security {
            if must_sign && !is_signed(&alternative) {
                continue;
            }
            match alternative.iter().try_for_each(|credential| self.credential(credential)) {
                Ok(()) => return Ok(()),
                Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
            }
        }
        match first_refusal {
            Some(refusal) if operation.has_status(StatusCode::UNAUTHORIZED) => {
                Err(Refusal { status: StatusCode::UNAUTHORIZED, ..refusal })
            }
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }

    fn credential(&self, credential: &Credential) -> Result<(), Refusal> {
        let Credential { name, place, prefix, .. } = credential;
        let value = self.single(name, place)?.filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Refusal::of(name, "the credential is missing or empty"))?;
        match prefix {
            Some(prefix) if !starts_with(&value, prefix) => {
                let message = format!("the credential does not start with `{}`", prefix.trim());
                Err(Refusal::of(name, message))
            }
            _ => Ok(()),
        }
    }

    fn parameter(&self, operation: &Operation, parameter: &Parameter) -> Result<(), Refusal> {
        let Parameter { name, place, required, schema, kind, item_kind, .. } = parameter;
        let kind = kind.as_deref();
        let mut values = match place {
            Place::Path => operation.path_value(name, self.path).into_iter().collect(),
            _ => self.values(name, place),
        };
        let separated = kind == Some("array") && *place != Place::Query;
        if separated {
            let items = values.iter().flat_map(|list| list.split(',')).map(str::trim);
            values = items.map(str::to_owned).collect();
        } else if kind != Some("array") && values.len() > 1 {
            return Err(Refusal::of(name, TWICE));
        }
        let (first, schema) = match (values.first(), schema) {
            (Some(first), Some(schema)) => (first, schema),
            (None, _) if *required => {
                return Err(Refusal::of(name, "the required parameter is missing"));
            }
            _ => return Ok(()),
        };
        let value = match kind {
            Some("array") => values.iter().map(|it| typed(it, item_kind.as_deref())).collect(),
            // Its styles are many.
            Some("object") => return Ok(()),
            kind => typed(first, kind),
        };
        schema.check(&value).map_err(|mismatch| Refusal::of(name, mismatch.message))
    }

    /// The values in a place.
    fn values(&self, name: &str, place: &Place) -> Vec<String> {
        match place {
            Place::Header(header) => {
                let values = self.headers.get_all(header).iter();
                values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
            }
            Place::Query => pairs(self.query, '&')
                .filter(|(key, _)| decoded(key) == name)
                .map(|(_, value)| decoded(&value.replace('+', " ")))
                .collect(),
            Place::Cookie => {
                let cookies = self.headers.get_all(COOKIE).iter();
                let cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
                let pairs = cookies.flat_map(|cookies| pairs(cookies, ';'));
                pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).collect()
            }
            Place::Path => Vec::new(),
        }
    }

    /// A value that may stand once in its place.
    fn single(&self, name: &str, place: &Place) -> Result<Option<String>, Refusal> {
        match <[String; 1]>::try_from(self.values(name, place)) {
            Ok([value]) => Ok(Some(value)),
            Err(values) if values.is_empty() => Ok(None),
            Err(_) => Err(Refusal::of(name, TWICE)),
        }
    }

    fn body(&self, expected: &Body) -> Result<Option<Value>, Refusal> {
        if self.body.is_empty() {
            return match expected.required {
                true => Err(Refusal::of("body", "the required body is missing")),
                false => Ok(None),
            };
        }
        let unsupported = |field: HeaderName, message: String| Refusal {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..Refusal::of(field.as_str(), message)
        };
        if self.headers.contains_key(CONTENT_ENCODING) {
            let message = "the sandbox reads no encoding: send the body as it is".to_owned();
            return Err(unsupported(CONTENT_ENCODING, message));
        }
        let given = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let described = |media_type: &str| media_type == essence || media_type == "*/*";
        let Some((_, schema)) = expected.content.iter().find(|(name, _)| described(name)) else {
            let names: Vec<_> = expected.content.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("the operation takes {}", names.join(", "));
            return Err(unsupported(CONTENT_TYPE, message));
        };
        if !is_json(&essence) {
            return Ok(None);
        }
        let value: Value = serde_json::from_slice(self.body)
            .map_err(|_| Refusal::of("body", "the body is not JSON"))?;
        match schema.as_ref().map_or(Ok(()), |schema| schema.check(&value)) {
            Ok(()) => Ok(Some(value)),
            Err(mismatch) if mismatch.field.0.is_empty() => {
                Err(Refusal::of("body", mismatch.message))
            }
            Err(mismatch) => Err(Refusal::of(mismatch.field, mismatch.message)),
        }
    }

    /// Compares the signature. The error has the name of what is wrong, unless that is the signature.
    fn signature<'n>(
        &self,
        names: &'n SignedNames,
        signature: &str,
        signatures: &Signatures,
        body: Option<&Value>,
    ) -> Result<(), (Option<&'n str>, String)> {
        let mut fingerprints = self.headers.get_all(&names.header).iter();
        let fingerprint = match (fingerprints.next(), fingerprints.next()) {
            (Some(fingerprint), None) => fingerprint.as_bytes(),
            _ => {
                let message = "a signed request has it once".to_owned();
                return Err((Some(names.fingerprint.as_str()), message));
            }
        };
        let parts = names.parts(fingerprint, body);
        // The verifier does not say why it refuses. Here that helps, and the number is the sender's own.
        let phone = names.phone_in(body);
        seed_offset(phone).map_err(|error| (Some(names.phone.as_str()), error.to_string()))?;
        signatures.verifier.verify(&parts, signature.as_bytes()).map_err(|error| {
            let compare =
                "compare the secret, the seed string, the seed length and what was signed";
            (None, format!("{error}: {compare}"))
        })
    }
}

const TWICE: &str = "the request has it more than once: send one";

/// A value as its type has it.
fn typed(text: &str, kind: Option<&str>) -> Value {
    let is_read = matches!(kind, Some("integer" | "number" | "boolean"));
    let is_plain = !text.contains(char::is_whitespace);
    let read = (is_read && is_plain).then(|| serde_json::from_str(text).ok()).flatten();
    read.unwrap_or_else(|| Value::String(text.to_owned()))
}

fn starts_with(value: &str, prefix: &str) -> bool {
    value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn pairs(text: &str, separator: char) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split(separator).map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}
