//! What a signature covers, by the names that the document gives in `x-signed`.

use http::HeaderName;
use serde_json::Value as Json;
use serde_yaml::Value as Yaml;
use vault_api_sign::Parts;

use crate::document::{DocumentError, text};
use crate::operation::header;

/// The names of what a signature covers.
#[derive(Clone, Debug)]
pub(crate) struct SignedNames {
    pub(crate) fingerprint: String,
    pub(crate) header: HeaderName,
    pub(crate) phone: String,
    password: String,
}

impl SignedNames {
    pub(crate) fn read(node: &Yaml) -> Result<Self, DocumentError> {
        let name = |key| text(node, key).unwrap_or(key).to_owned();
        Ok(Self {
            header: header(&name("fingerprint"))?,
            fingerprint: name("fingerprint"),
            phone: name("phone"),
            password: name("password"),
        })
    }

    /// A body that has what is signed, or why it is none.
    #[cfg(feature = "command")]
    pub(crate) fn readable(&self, body: &str) -> Result<Json, String> {
        let phone = &self.phone;
        if body.trim().is_empty() {
            return Err(format!("the body is empty: give one with a `{phone}`"));
        }
        let body: Json = serde_json::from_str(body).map_err(|_| "the body is not JSON")?;
        let Some(fields) = body.as_object() else {
            return Err("the body is not a JSON object".to_owned());
        };
        match fields.get(phone) {
            None => Err(format!("the body has no `{phone}`")),
            Some(Json::String(_)) => Ok(body),
            Some(_) => Err(format!("the body's `{phone}` is not a text")),
        }
    }

    /// What is signed of a request.
    pub(crate) fn parts<'a>(&self, fingerprint: &'a [u8], body: Option<&'a Json>) -> Parts<'a> {
        let password = field(body, &self.password);
        Parts::new(fingerprint, self.phone_in(body)).password(password)
    }

    pub(crate) fn phone_in<'a>(&self, body: Option<&'a Json>) -> &'a str {
        field(body, &self.phone)
    }
}

fn field<'a>(body: Option<&'a Json>, name: &str) -> &'a str {
    body.and_then(|body| body.get(name)).and_then(Json::as_str).unwrap_or_default()
}
