use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};

use crate::call::Pending;
use crate::{BoxError, Middleware, OPERATIONS, Operation, Redacted, base_url, tls};

/// The total time-out of a call, unless [`ClientBuilder::timeout`] sets another: 30 seconds. A person waits for the
/// message that *resend code* sends, and by then has given up.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The time-out of connecting, unless [`ClientBuilder::connect_timeout`] sets another: 10 seconds. It is below the total
/// time-out, so that an error tells whether anything was sent.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The limit of a response's body, unless [`ClientBuilder::response_limit`] sets another: 64 KiB. The documented bodies
/// have a few hundred bytes.
pub const DEFAULT_RESPONSE_LIMIT: usize = 64 * 1024;
/// How long an unused connection is kept, unless [`ClientBuilder::configure_http`] sets another time: 50 seconds. Load
/// balancers typically close theirs after 60 seconds, and a request on a connection that is being closed fails without
/// telling whether it was received.
pub const DEFAULT_IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// How often the other end of a silent connection is asked for a sign of life: every 15 seconds. Routers forget a silent
/// connection without telling either end, and the next call would wait on it for its whole time-out.
pub const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The security scheme whose credential is set on the client.
pub(crate) const MERCHANT_ID: &str = "MerchantId";

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// A client of the Vault API, with a method for each operation.
///
/// Make one and share it: clones are cheap and share connections.
///
/// ```
/// use vault_api::types::ResendCodeRequest;
/// use vault_api::{Client, SANDBOX_URL};
///
/// # async fn call() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder(SANDBOX_URL)
///     .merchant_id("bece038f-2e46-49f4-b25e-89cd38d6dc16")
///     .build()?;
/// let request = client.resend_code("1234444", ResendCodeRequest::new("+447871234567"));
/// let response = request.send().await?;
/// // The document does not require `result`: a response without it says nothing.
/// if response.result.as_deref() != Some("ok") {
///     eprintln!("the server does not say whether the code was sent");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Connections
///
/// The defaults are for a service that makes many calls at the same time; [`ClientBuilder::configure_http`] changes them.
///
/// - A connection is kept for the next call, for [`DEFAULT_IDLE_TIMEOUT`]. Their number has no limit: after many calls at
///   the same time, a limit would close connections that the next ones have to make again, with a TLS handshake each.
/// - `TCP_NODELAY` is on. A request is smaller than a packet, and without it the packet may wait for the acknowledgement
///   of the one before.
/// - A silent connection is checked every [`DEFAULT_KEEP_ALIVE`].
/// - Where the server offers HTTP/2 in the TLS handshake, it is used: all calls share one connection, and one handshake.
///   The server says how many calls may share it, often 100 to 128, and more wait for their turn. If that is too few,
///   `configure_http(|http| http.http1_only())` gives each call at the same time a connection of its own.
///
/// A call takes no lock of this crate. Clones share their settings by a counter, and the pool of connections is that of
/// `hyper-util`, which locks it for the moment in which a connection is taken out or put back.
///
/// A client without middleware sends requests unsigned; the crate `vault-api-sign` has the middleware that signs them.
///
/// The client never follows a redirect and never retries: a redirect would carry the credentials to another host, and
/// a second request sends the customer a second message. It calls `http://` on this machine only, unless
/// [`ClientBuilder::allow_insecure_http`] says otherwise.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
}

/// What all clones of a client share.
pub(crate) struct Settings {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: Url,
    /// Where each operation goes, made once; only the base URL where the path has parameters.
    pub(crate) urls: Vec<Url>,
    /// Where the merchant id goes; `None` if the document does not say.
    pub(crate) merchant_id_header: Option<HeaderName>,
    pub(crate) merchant_id: HeaderValue,
    pub(crate) middleware: Vec<Box<dyn Middleware>>,
    pub(crate) response_limit: usize,
}

impl Client {
    /// Starts a client for the API at `base_url`, for example [`SANDBOX_URL`](crate::SANDBOX_URL).
    ///
    /// A path in the URL is kept in front of every request's path.
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
        &self.settings.base_url
    }

    /// A call of the operation that has this place in [`OPERATIONS`].
    pub(crate) fn pending(&self, index: usize) -> Pending {
        Pending::new(Arc::clone(&self.settings), index)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.settings.base_url.as_str())
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
    /// The id by which the API knows the partner that calls; required. It is sent with every operation whose security
    /// lists the scheme `MerchantId`.
    pub fn merchant_id(mut self, merchant_id: impl Into<String>) -> Self {
        self.merchant_id = Some(merchant_id.into());
        self
    }

    /// How long a call may take in all, connecting and the response's body included; [`DEFAULT_TIMEOUT`] by default.
    ///
    /// A server that sends without a pause can keep one thread of the runtime busy, for some seconds. On a runtime with a
    /// single thread (`current_thread`), all its tasks and time-outs wait for that.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take; [`DEFAULT_CONNECT_TIMEOUT`] by default, and at most nine tenths of
    /// [`timeout`](Self::timeout). When the total time-out ends a call, the client cannot tell whether the request was
    /// sent; when this one does, it was not.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The `User-Agent` header; by default the name and version of this crate, so that the vendor can tell clients
    /// apart.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How many bytes of a response's body are read at most; [`DEFAULT_RESPONSE_LIMIT`] by default.
    ///
    /// In memory, a free-form map takes up to 105 times as much as its text: at the default, less than 7 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Permits a base URL with `http://` on any host.
    ///
    /// Everything then travels in clear, and a signature that is seen can be used again. Loopback hosts need no
    /// permission.
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
    /// What is set here wins over this builder's own settings, with three exceptions: the client never follows a
    /// redirect, never retries, and never calls a loopback host through a proxy. It takes no finished
    /// `reqwest::Client`, because such a client does not tell whether it follows redirects.
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
    /// A [`BuildError`] if the base URL is invalid or must not be sent credentials, if the merchant id is missing or
    /// invalid, if `https://` needs TLS and this build has none, or if reqwest refuses its configuration.
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = base_url::parse(&self.base_url, self.allow_insecure_http)?;
        if base_url.scheme() == "https" && !tls::is_available() {
            return Err(BuildError::NoTls);
        }
        let merchant_id = merchant_id(self.merchant_id)?;
        let http = reqwest::Client::builder()
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout.min(self.timeout - self.timeout / 10))
            .pool_idle_timeout(DEFAULT_IDLE_TIMEOUT)
            .pool_max_idle_per_host(usize::MAX)
            .tcp_nodelay(true)
            .tcp_keepalive(DEFAULT_KEEP_ALIVE)
            .user_agent(self.user_agent)
            // Another crate may have turned these features of reqwest on, and each adds a header.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd();
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        let http = http
            .http2_keep_alive_interval(DEFAULT_KEEP_ALIVE)
            .http2_keep_alive_timeout(DEFAULT_KEEP_ALIVE);
        // Another crate may have turned `native-tls` on, too.
        #[cfg(feature = "rustls")]
        let http = http.tls_backend_rustls();
        let mut http =
            self.configure_http.into_iter().fold(http, |http, configure| configure(http));
        if base_url::is_loopback(&base_url) {
            // A proxy is elsewhere, and would see what is sent in clear.
            http = http.no_proxy();
        }
        let http = http
            // A 307 or 308 would carry body, merchant id and signature to whatever host it names.
            .redirect(reqwest::redirect::Policy::none())
            // A second POST is a second message to the customer.
            .retry(reqwest::retry::never())
            .build()
            .map_err(BuildError::Http)?;
        let settings = Settings {
            http,
            urls: OPERATIONS.iter().map(|operation| url(&base_url, operation)).collect(),
            base_url,
            merchant_id_header: merchant_id_header(),
            merchant_id,
            middleware: self.middleware,
            response_limit: self.response_limit,
        };
        Ok(Client { settings: Arc::new(settings) })
    }
}

fn url(base_url: &Url, operation: &Operation) -> Url {
    let mut url = base_url.clone();
    if !operation.path.contains('{') {
        base_url::append(&mut url, operation.path);
    }
    url
}

/// Made once: a name that is not one of HTTP's own is copied each time it is made.
fn merchant_id_header() -> Option<HeaderName> {
    let mut schemes =
        OPERATIONS.iter().filter_map(|operation| operation.security_scheme(MERCHANT_ID));
    HeaderName::try_from(schemes.find_map(|scheme| scheme.header)?).ok()
}

fn merchant_id(text: Option<String>) -> Result<HeaderValue, BuildError> {
    let text = text.filter(|text| !text.is_empty()).ok_or(BuildError::MissingMerchantId)?;
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BuildError::InvalidMerchantId);
    }
    let mut value = HeaderValue::try_from(text).map_err(|_| BuildError::InvalidMerchantId)?;
    value.set_sensitive(true);
    Ok(value)
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

/// Why [`ClientBuilder::build`] made no client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL could not be read.
    #[error("the base URL is not a URL: give one like `https://host/`")]
    InvalidBaseUrl(#[source] BoxError),
    /// The base URL is a URL of a kind that this client cannot call.
    #[error(
        "the base URL must start with `https://` (or `http://` for a loopback host) and have no user name, password, \
         query or fragment"
    )]
    UnsupportedBaseUrl,
    /// The base URL has `http://` and its host is not this machine.
    #[error(
        "the base URL is not encrypted: use `https://`, or call `allow_insecure_http` if everything between here and \
         the host may read and repeat the requests"
    )]
    InsecureBaseUrl,
    /// The base URL has `https://` and this build has no TLS.
    #[error(
        "the base URL needs TLS and this build has none: turn on the feature `rustls` or `native-tls` of `vault-api`"
    )]
    NoTls,
    /// No merchant id was given, or an empty one.
    #[error("the merchant id is missing: set it with `merchant_id`")]
    MissingMerchantId,
    /// The merchant id has characters other than visible ASCII.
    #[error(
        "the merchant id has characters other than visible ASCII: check it for spaces and line breaks"
    )]
    InvalidMerchantId,
    /// reqwest refused its configuration.
    #[error(
        "the HTTP client cannot be made: check the user agent, the TLS features and `configure_http`"
    )]
    Http(#[source] reqwest::Error),
}
