use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::call::Pending;
use crate::credential::{self, Credentials, Secret};
use crate::{
    BoxError, InvalidCredential, Middleware, MissingCredential, OPERATIONS, Operation, Redacted,
    SecurityScheme, base_url, tls,
};

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
///     .without_signature()
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
/// # Credentials
///
/// The builder has a method for each credential that the document describes, and the request of an operation that lists
/// one has it, too, for a service that calls for many customers. An operation uses the first alternative of its
/// security; another one only if a `without_…` method of the builder asks for it. A credential that is missing is an
/// error before anything is sent.
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
    /// The alternative of its security that each operation uses.
    pub(crate) alternatives: Vec<&'static [SecurityScheme]>,
    pub(crate) credentials: Credentials,
    /// The security schemes that middleware provides.
    pub(crate) provided: Vec<&'static str>,
    /// In the order in which they run.
    pub(crate) middleware: Vec<Box<dyn Middleware>>,
    pub(crate) response_limit: usize,
}

impl Client {
    /// Starts a client for the API at `base_url`. The crate has a constant for each server that the document names.
    ///
    /// A path in the URL is kept in front of every request's path.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.into(),
            credentials: Credentials::default(),
            invalid: None,
            left_out: Vec::new(),
            per_call: Vec::new(),
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
            .field("credentials", &self.settings.credentials)
            .finish_non_exhaustive()
    }
}

type ConfigureHttp = Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send>;

/// Makes a [`Client`]; [`Client::builder`] starts one.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    credentials: Credentials,
    /// The first credential that cannot be sent.
    invalid: Option<InvalidCredential>,
    left_out: Vec<&'static str>,
    per_call: Vec<&'static str>,
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
    response_limit: usize,
    allow_insecure_http: bool,
    middleware: Vec<Box<dyn Middleware>>,
    configure_http: Vec<ConfigureHttp>,
}

impl ClientBuilder {
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

    /// Adds a middleware. They run in the order in which they were added, those that
    /// [provide a credential](Middleware::provides) behind all others: nothing changes what they have signed.
    pub fn middleware(mut self, middleware: impl Middleware + 'static) -> Self {
        self.middleware.push(Box::new(middleware));
        self
    }

    /// Changes the HTTP client below: a proxy, certificates, the connection pool.
    ///
    /// What is set here wins over this builder's own settings, with three exceptions: the client never follows a
    /// redirect, never retries, and never calls a loopback host through a proxy. It takes no finished
    /// `reqwest::Client`, because such a client does not tell whether it follows redirects.
    ///
    /// Where a request goes is up to you here, too: with a proxy, with a resolver of names, and with default headers, which
    /// the client does not see. They are sent as they are, unless a call has the same header. Do not set `Host`, by which
    /// a request may be for another server, or a header that frames a request.
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
    /// A [`BuildError`] if the base URL is invalid or must not be sent credentials, if a credential is invalid, or
    /// missing although every operation needs it, if `https://` needs TLS and this build has none, or if reqwest refuses
    /// its configuration.
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = base_url::parse(&self.base_url, self.allow_insecure_http)?;
        if base_url.scheme() == "https" && !tls::is_available() {
            return Err(BuildError::NoTls);
        }
        let provided: Vec<_> = self.middleware.iter().filter_map(|it| it.provides()).collect();
        let alternatives = self.alternatives(&provided)?;
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
            // A 307 or 308 would carry the body and the credentials to whatever host it names.
            .redirect(reqwest::redirect::Policy::none())
            // A second POST is a second message to the customer.
            .retry(reqwest::retry::never())
            .build()
            .map_err(BuildError::Http)?;
        let mut middleware = self.middleware;
        middleware.sort_by_key(|it| it.provides().is_some());
        let settings = Settings {
            http,
            urls: OPERATIONS.iter().map(|operation| url(&base_url, operation)).collect(),
            base_url,
            alternatives,
            credentials: self.credentials,
            provided,
            middleware,
            response_limit: self.response_limit,
        };
        Ok(Client { settings: Arc::new(settings) })
    }

    /// The alternative of each operation. A credential that every call needs is missing now, and not at the first call.
    fn alternatives(
        &self,
        provided: &[&'static str],
    ) -> Result<Vec<&'static [SecurityScheme]>, BuildError> {
        if let Some(invalid) = &self.invalid {
            return Err(invalid.clone().into());
        }
        let alternatives: Vec<_> = OPERATIONS
            .iter()
            .map(|operation| credential::alternative(operation, &self.left_out))
            .collect();
        let has = |scheme: &SecurityScheme| {
            self.credentials.has(scheme)
                || [provided, &self.per_call].concat().contains(&scheme.name)
        };
        let is_needed = |scheme: &SecurityScheme| alternatives.iter().all(|it| it.contains(scheme));
        let first = alternatives.first().copied().unwrap_or_default();
        match first.iter().find(|scheme| is_needed(scheme) && !has(scheme)) {
            Some(missing) => Err(BuildError::MissingCredential(MissingCredential::of(missing))),
            None => Ok(alternatives),
        }
    }
}

/// The generated methods for credentials call these.
#[allow(dead_code, reason = "a document may have no security schemes")]
impl ClientBuilder {
    pub(crate) fn set_credential(&mut self, scheme: &SecurityScheme, secret: Secret) {
        if let Err(invalid) = self.credentials.set(scheme, secret) {
            self.invalid.get_or_insert(invalid);
        }
    }

    pub(crate) fn leave_out(&mut self, scheme: &SecurityScheme) {
        self.left_out.push(scheme.name);
    }

    pub(crate) fn expect_per_call(&mut self, scheme: &SecurityScheme) {
        self.per_call.push(scheme.name);
    }
}

fn url(base_url: &Url, operation: &Operation) -> Url {
    let mut url = base_url.clone();
    if !operation.path.contains('{') {
        base_url::append(&mut url, operation.path);
    }
    url
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL has not been checked yet and may hold a password.
        f.debug_struct("ClientBuilder")
            .field("base_url", &Redacted)
            .field("credentials", &self.credentials)
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
    /// Every operation needs a credential that was not given.
    #[error(transparent)]
    MissingCredential(MissingCredential),
    /// A credential was given that cannot be sent.
    #[error(transparent)]
    InvalidCredential(InvalidCredential),
    /// reqwest refused its configuration.
    #[error(
        "the HTTP client cannot be made: check the user agent, the TLS features and `configure_http`"
    )]
    Http(#[source] reqwest::Error),
}
