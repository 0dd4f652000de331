use reqwest::header::HOST;
use reqwest::{Request, Url};
use url::Host;

use crate::BuildError;

/// Checks that credentials may be sent to the server at this URL: by `https://`, or by `http://` if its host is this
/// machine or `allow_insecure_http` is set. It is what [`ClientBuilder::build`](crate::ClientBuilder::build) asks.
///
/// # Errors
///
/// [`BuildError::InsecureBaseUrl`] for `http://` to another machine, and [`BuildError::UnsupportedBaseUrl`] for another
/// scheme and for a URL with a user name, password, query or fragment.
pub fn check_base_url(url: &Url, allow_insecure_http: bool) -> Result<(), BuildError> {
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
    match is_encrypted || allow_insecure_http || is_loopback(url) {
        true => Ok(()),
        false => Err(BuildError::InsecureBaseUrl),
    }
}

/// Checks that a request goes to the scheme, host and port of a base URL. It is what the client asks before it sends one.
///
/// # Errors
///
/// An [`OtherOrigin`] if it does not, or if it has a `Host` of its own: it may then be for another server behind the same
/// address.
pub fn check_origin(base_url: &Url, request: &Request) -> Result<(), OtherOrigin> {
    let url = request.url();
    // Like a comparison of `Url::origin`, which copies scheme and host.
    let is_same = url.scheme() == base_url.scheme()
        && url.host_str() == base_url.host_str()
        // Neither has the port that is the scheme's default.
        && url.port() == base_url.port();
    match is_same && !request.headers().contains_key(HOST) {
        true => Ok(()),
        false => Err(OtherOrigin),
    }
}

/// A request does not go where it may: see [`check_origin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error(
    "the request would go to another scheme, host or port than the base URL: do not change them, and do not set `Host`, in a middleware"
)]
pub struct OtherOrigin;

/// Reads a base URL that credentials may be sent to.
pub(crate) fn parse(text: &str, allow_insecure_http: bool) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|error| BuildError::InvalidBaseUrl(error.into()))?;
    check_base_url(&url, allow_insecure_http)?;
    Ok(url)
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
