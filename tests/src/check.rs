//! Whether a request is one that the document describes.

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::Value;
use vault_api_sign::{Parts, Verifier, seed_offset};

use crate::document::Api;
use crate::operation::{Body, Credential, Operation, Parameter, Place, decoded, is_json};
use crate::refusal::Refusal;

/// The header that is signed along with the body.
const FINGERPRINT: HeaderName = HeaderName::from_static("x-fingerprint");

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
        let message = "the path has other methods in the document";
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
        let signature = operation.security.iter().flatten().find(|scheme| scheme.is_signature);
        if let (Some(scheme), Some(signatures)) = (signature, signatures)
            && let Some(signature) = self.single(&scheme.name, &scheme.place)?
            // The vendor's own sample has it empty.
            && !signature.is_empty()
        {
            self.signature(&scheme.name, &signature, signatures, body.as_ref())?;
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
            alternative.iter().any(|credential| credential.is_signature)
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
        let Parameter { name, place, required, schema, kind, .. } = parameter;
        let value = match place {
            Place::Path => operation.path_value(name, self.path),
            _ => self.single(name, place)?,
        };
        let (value, schema) = match (value, schema) {
            (Some(value), Some(schema)) => (value, schema),
            (None, _) if *required => {
                return Err(Refusal::of(name, "the required parameter is missing"));
            }
            _ => return Ok(()),
        };
        // The styles of lists and objects are left alone.
        let value = match kind.as_deref() {
            Some("integer" | "number" | "boolean") => {
                serde_json::from_str(&value).unwrap_or(Value::String(value))
            }
            Some("array" | "object") => return Ok(()),
            _ => Value::String(value),
        };
        schema.check(&value).map_err(|mismatch| Refusal::of(name, mismatch.message))
    }

    /// A value that may stand once in its place.
    fn single(&self, name: &str, place: &Place) -> Result<Option<String>, Refusal> {
        let values: Vec<String> = match place {
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
        };
        match <[String; 1]>::try_from(values) {
            Ok([value]) => Ok(Some(value)),
            Err(values) if values.is_empty() => Ok(None),
            // A list may be spread over the query.
            Err(values) if *place == Place::Query => Ok(values.into_iter().next()),
            Err(_) => Err(Refusal::of(name, "the request has it more than once: send one")),
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
            .map_err(|_| Refusal::of("body", "the body is not json"))?;
        match schema.as_ref().map_or(Ok(()), |schema| schema.check(&value)) {
            Ok(()) => Ok(Some(value)),
            Err(mismatch) if mismatch.field.is_empty() => {
                Err(Refusal::of("body", mismatch.message))
            }
            Err(mismatch) => Err(Refusal::of(mismatch.field, mismatch.message)),
        }
    }

    fn signature(
        &self,
        name: &str,
        signature: &str,
        signatures: &Signatures,
        body: Option<&Value>,
    ) -> Result<(), Refusal> {
        let field = |name: &str| body.and_then(|body| body.get(name)).and_then(Value::as_str);
        let phone = field("phone").unwrap_or_default();
        // The verifier does not say why it refuses. Here that helps, and the number is the sender's own.
        seed_offset(phone).map_err(|error| Refusal::of("phone", error.to_string()))?;
        let mut fingerprints = self.headers.get_all(FINGERPRINT).iter();
        let fingerprint = match (fingerprints.next(), fingerprints.next()) {
            (Some(fingerprint), None) => fingerprint.as_bytes(),
            _ => return Err(Refusal::of("X-Fingerprint", "a signed request has it once")),
        };
        let parts = Parts::new(fingerprint, phone).password(field("password").unwrap_or_default());
        signatures.verifier.verify(&parts, signature.as_bytes()).map_err(|error| {
            Refusal::of(
                name,
                format!("{error}: compare the secret, the seed string and its length"),
            )
        })
    }
}

fn starts_with(value: &str, prefix: &str) -> bool {
    value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn pairs(text: &str, separator: char) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split(separator).map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}
