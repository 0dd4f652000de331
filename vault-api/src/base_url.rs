use reqwest::Url;
use url::Host;

use crate::BuildError;

/// Reads a base URL that credentials may be sent to.
pub(crate) fn parse(text: &str, allow_insecure_http: bool) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|error| BuildError::InvalidBaseUrl(error.into()))?;
    let is_encrypted = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(BuildError::UnsupportedBaseUrl),
    };
    let has_more = !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some();
    if has_more {
        return Err(BuildError::UnsupportedBaseUrl);
    }
    match is_encrypted || allow_insecure_http || is_loopback(&url) {
        true => Ok(url),
        false => Err(BuildError::InsecureBaseUrl),
    }
}

/// Appends an operation's path, which starts with a slash, to that of a URL.
pub(crate) fn append(url: &mut Url, path: &str) {
    let stem = url.path().trim_end_matches('/');
    match stem.is_empty() {
        true => url.set_path(path),
        false => url.set_path(&format!("{stem}{path}")),
    }
}

/// Whether a host is this machine: `localhost` (RFC 6761), 127.0.0.0/8 or `::1`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}
