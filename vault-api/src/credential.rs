//! Credentials: how one is checked, which ones a call needs, and how they are added to it.

use std::fmt;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Request, Url};

use crate::{BuildError, InvalidRequest, Operation, Place, Redacted, SecurityScheme};

/// A credential as the caller gives it.
#[allow(dead_code, reason = "a document may have no security schemes")]
pub(crate) enum Secret {
    Text(String),
    Basic(String, String),
}

/// A credential that can be sent.
#[derive(Clone)]
enum Sent {
    Header(HeaderName, HeaderValue),
    Query(&'static str, String),
}

/// Credentials by the names of their schemes. A later one replaces an earlier one.
#[derive(Default)]
pub(crate) struct Credentials(Vec<(&'static str, Sent)>);

impl Credentials {
    /// Checks a credential and keeps it.
    pub(crate) fn set(
        &mut self,
        scheme: &SecurityScheme,
        secret: Secret,
    ) -> Result<(), InvalidCredential> {
        let sent = sent(scheme, secret).ok_or(InvalidCredential { scheme: scheme.name })?;
        self.0.retain(|(name, _)| *name != scheme.name);
        self.0.push((scheme.name, sent));
        Ok(())
    }

    fn get(&self, scheme: &str) -> Option<&Sent> {
        self.0.iter().find(|(name, _)| *name == scheme).map(|(_, sent)| sent)
    }

    pub(crate) fn has(&self, scheme: &SecurityScheme) -> bool {
        self.get(scheme.name).is_some()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// Adds those of an alternative to a request, and says which one is missing. `own` are those of this call.
    pub(crate) fn add(
        &self,
        own: &Self,
        alternative: &'static [SecurityScheme],
        provided: &[&'static str],
        request: &mut Request,
    ) -> Result<(), MissingCredential> {
        for scheme in alternative.iter().filter(|scheme| !provided.contains(&scheme.name)) {
            match own.get(scheme.name).or_else(|| self.get(scheme.name)) {
                Some(Sent::Header(name, value)) => {
                    _ = request.headers_mut().insert(name.clone(), value.clone())
                }
                Some(Sent::Query(name, value)) => {
                    request.url_mut().query_pairs_mut().append_pair(name, value);
                }
                None => return Err(MissingCredential::of(scheme)),
            }
        }
        Ok(())
    }
}

fn sent(scheme: &SecurityScheme, secret: Secret) -> Option<Sent> {
    let is_plain =
        |text: &str| !text.is_empty() && text == text.trim() && !text.contains(char::is_control);
    let header = |name: HeaderName, text: String| {
        let is_visible = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        let mut value = HeaderValue::try_from(text).ok().filter(|_| is_visible)?;
        value.set_sensitive(true);
        Some(Sent::Header(name, value))
    };
    match (scheme.place, secret) {
        (Place::Header(name), Secret::Text(text)) if is_plain(&text) => {
            header(HeaderName::try_from(name).ok()?, text)
        }
        (Place::Bearer, Secret::Text(text)) if is_plain(&text) && !text.contains(' ') => {
            header(AUTHORIZATION, format!("Bearer {text}"))
        }
        (Place::Query(name), Secret::Text(text)) if is_plain(&text) => {
            Some(Sent::Query(name, text))
        }
        // RFC 7617, section 2: the first colon ends the name.
        (Place::Basic, Secret::Basic(user, password))
            if is_plain(&user) && !user.contains(':') && is_plain(&password) =>
        {
            basic(&user, &password).map(|value| Sent::Header(AUTHORIZATION, value))
        }
        _ => None,
    }
}

/// `Basic …`, as reqwest writes it.
fn basic(user: &str, password: &str) -> Option<HeaderValue> {
    let url = Url::parse("http://localhost").ok()?;
    let request = reqwest::Client::builder()
        .no_proxy()
        .build()
        .ok()?
        .get(url)
        .basic_auth(user, Some(password));
    request.build().ok()?.headers_mut().remove(AUTHORIZATION)
}

/// The alternatives that a client uses, one for each operation: the first that lists no scheme that is left out.
pub(crate) fn alternative(
    operation: &Operation,
    left_out: &[&'static str],
) -> &'static [SecurityScheme] {
    let is_left_out = |scheme: &SecurityScheme| left_out.contains(&scheme.name);
    let mut alternatives = operation.security.iter().copied();
    let chosen = alternatives.clone().find(|alternative| !alternative.iter().any(is_left_out));
    chosen.or_else(|| alternatives.next()).unwrap_or_default()
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.names().map(|name| (name, Redacted))).finish()
    }
}

/// A credential that a call needs and does not have. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingCredential {
    /// The name of the security scheme.
    pub scheme: &'static str,
    /// The method that takes the credential; `None` if a [`Middleware`](crate::Middleware) makes it from the request.
    pub method: Option<&'static str>,
}

impl MissingCredential {
    pub(crate) fn of(scheme: &SecurityScheme) -> Self {
        Self { scheme: scheme.name, method: scheme.method }
    }
}

impl fmt::Display for MissingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, .. } = self;
        match self.method {
            Some(method) => {
                write!(f, "the credential `{scheme}` is missing: set it with `{method}`")
            }
            None => write!(
                f,
                "the credential `{scheme}` is missing: add the middleware that provides it with `middleware`"
            ),
        }
    }
}

impl std::error::Error for MissingCredential {}

/// A credential that cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the credential `{scheme}` cannot be sent: check it for line breaks, for white space at its ends and for characters that are not ASCII"
)]
#[non_exhaustive]
pub struct InvalidCredential {
    /// The name of the security scheme.
    pub scheme: &'static str,
}

impl InvalidCredential {
    /// As the error of a call.
    pub(crate) fn of_call(self) -> InvalidRequest {
        InvalidRequest::new(self.scheme, self)
    }
}

impl From<InvalidCredential> for BuildError {
    fn from(error: InvalidCredential) -> Self {
        Self::InvalidCredential(error)
    }
}
