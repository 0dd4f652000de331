use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::{BoxError, Client, Middleware, Redacted};

/// How long a call may take in all, unless [`ClientBuilder::timeout`] says otherwise: 30 seconds.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long connecting may take, unless [`ClientBuilder::connect_timeout`] says otherwise: 10 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes of a response body are read, unless [`ClientBuilder::response_limit`] says
/// otherwise: 1 MiB.
pub const DEFAULT_RESPONSE_LIMIT: usize = 1024 * 1024;

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What the hand-written part of the client keeps beside the generated part.
#[derive(Clone)]
pub struct Inner(pub(crate) Arc<Settings>);

pub(crate) struct Settings {
    pub(crate) base_url: Url,
    pub(crate) merchant_id: HeaderValue,
    pub(crate) middleware: Vec<Box<dyn Middleware>>,
    pub(crate) response_limit: usize,
}

impl Client {
    /// Starts a client for the API at `base_url`, for example [`SANDBOX_URL`](crate::SANDBOX_URL).
    ///
    /// A path in the URL is kept as the stem of every request's path.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.into(),
            merchant_id: None,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            user_agent: USER_AGENT.to_owned(),
            response_limit: DEFAULT_RESPONSE_LIMIT,
            allow_insecure_http: false,
            middleware: Vec::new(),
            configure_http: Vec::new(),
        }
    }

    /// The base URL that the client was built with.
    pub fn base_url(&self) -> &Url {
        &self.inner.0.base_url
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.baseurl)
            .field("merchant_id", &Redacted)
            .finish_non_exhaustive()
    }
}

type ConfigureHttp = Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send>;

/// Makes a [`Client`]; [`Client::builder`] starts one.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    merchant_id: Option<String>,
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
    response_limit: usize,
    allow_insecure_http: bool,
    middleware: Vec<Box<dyn Middleware>>,
    configure_http: Vec<ConfigureHttp>,
}

impl ClientBuilder {
    /// The id by which the API knows the partner that calls; required. It is sent with every
    /// operation whose security lists the scheme `MerchantId`.
    pub fn merchant_id(mut self, merchant_id: impl Into<String>) -> Self {
        self.merchant_id = Some(merchant_id.into());
        self
    }

    /// How long a call may take in all, connecting and the response's body included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The `User-Agent` header; by default the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How many bytes of a response's body are read at most.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Permits a base URL with `http://` on any host.
    ///
    /// Everything then travels in clear, and a signature that is seen can be used again.
    /// Loopback hosts need no permission.
    pub fn allow_insecure_http(mut self) -> Self {
        self.allow_insecure_http = true;
        self
    }

    /// Adds a middleware. They run in the order in which they were added.
    pub fn middleware(mut self, middleware: impl Middleware + 'static) -> Self {
        self.middleware.push(Box::new(middleware));
        self
    }

    /// Changes the HTTP client below: a proxy, certificates, the connection pool.
    ///
    /// What is set here wins over this builder's own settings, except that redirects are never
    /// followed and nothing is ever retried. A ready-made `reqwest::Client` is not taken, because
    /// neither can be seen on one. Proxies that the environment names are not used for a loopback host.
    pub fn configure_http(
        mut self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + 'static,
    ) -> Self {
        self.configure_http.push(Box::new(configure));
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// A [`BuildError`] if the base URL is none, or not to be trusted with credentials; if the
    /// merchant id is missing or cannot be a header; or if reqwest refuses its configuration.
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = base_url(&self.base_url, self.allow_insecure_http)?;
        let mut merchant_id = self
            .merchant_id
            .filter(|id| !id.trim().is_empty())
            .map(HeaderValue::try_from)
            .ok_or(BuildError::MissingMerchantId)?
            .map_err(|_| BuildError::InvalidMerchantId)?;
        merchant_id.set_sensitive(true);

        let mut http = reqwest::Client::builder()
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            .user_agent(self.user_agent)
            // Another crate may have turned these features of reqwest on, and each adds a header.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd();
        if is_loopback(&base_url) {
            // A proxy that the environment names is elsewhere, and `http://` is only good for here.
            http = http.no_proxy();
        }
        for configure in self.configure_http {
            http = configure(http);
        }
        let http = http
            // A 307 or 308 would carry body, merchant id and signature to whatever host it names.
            .redirect(reqwest::redirect::Policy::none())
            // A second POST is a second message to the customer.
            .retry(reqwest::retry::never())
            .build()
            .map_err(BuildError::Http)?;

        // The generated code appends paths, which start with a slash.
        let stem = base_url.as_str().trim_end_matches('/').to_owned();
        let inner = Inner(Arc::new(Settings {
            base_url,
            merchant_id,
            middleware: self.middleware,
            response_limit: self.response_limit,
        }));
        Ok(Client::new_with_client(&stem, http, inner))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL has not been checked yet and may hold a password.
        f.debug_struct("ClientBuilder")
            .field("base_url", &Redacted)
            .field("merchant_id", &Redacted)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

fn base_url(text: &str, allow_insecure_http: bool) -> Result<Url, BuildError> {
    let url = Url::parse(text).map_err(|error| BuildError::InvalidBaseUrl(error.into()))?;
    let insecure = match url.scheme() {
        "https" => false,
        "http" => !is_loopback(&url),
        _ => return Err(BuildError::UnsupportedBaseUrl),
    };
    if url.has_authority()
        && (!url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some())
    {
        return Err(BuildError::UnsupportedBaseUrl);
    }
    if insecure && !allow_insecure_http {
        return Err(BuildError::InsecureBaseUrl);
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost",
    }
}

/// Why [`ClientBuilder::build`] made no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL could not be read.
    #[error("the base URL is not a URL: give one like `https://host/`")]
    InvalidBaseUrl(#[source] BoxError),
    /// The base URL is a URL of a kind that this client cannot call.
    #[error(
        "the base URL must start with `https://` (or `http://` for a loopback host) and have no user \
         name, password, query or fragment"
    )]
    UnsupportedBaseUrl,
    /// The base URL has `http://` and its host is not this machine.
    #[error(
        "the base URL is not encrypted: use `https://`, or call `allow_insecure_http` if everything \
         between here and the host may read and repeat the requests"
    )]
    InsecureBaseUrl,
    /// No merchant id was given, or an empty one.
    #[error("there is no merchant id: set it with `merchant_id`")]
    MissingMerchantId,
    /// The merchant id has characters that a header cannot carry.
    #[error("the merchant id cannot be sent in a header: check it for line breaks")]
    InvalidMerchantId,
    /// reqwest refused its configuration.
    #[error(
        "the HTTP client could not be made: check the user agent, the TLS features and `configure_http`"
    )]
    Http(#[source] reqwest::Error),
}
