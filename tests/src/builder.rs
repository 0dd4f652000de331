use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use vault_api_sign::{SharedKeyring, Verifier};

use crate::check::Signatures;
use crate::document::{Api, SHIPPED};
use crate::known::Phones;
use crate::log::Log;
#[cfg(feature = "command")]
use crate::page::Page;
use crate::server::{Clock, Failures, Server, State, serve};
use crate::{Answer, AnswerError, DocumentError, Sandbox};

/// How long a phone that got a code gets no other, unless [`SandboxBuilder::resend_window`] sets another time: ten
/// minutes.
pub const DEFAULT_RESEND_WINDOW: Duration = Duration::from_secs(600);

/// How many connections there are at a time. Further ones wait.
pub const CONNECTION_LIMIT: usize = 256;

/// How many bytes the body of a request may have: 64 KiB. The API's bodies are a few hundred bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// How many bytes the head of a request may have: 32 KiB.
pub const HEADER_LIMIT: usize = 32 * 1024;

/// How long a client may take to send the head of a request, again to send the body, and again to take more of an
/// answer: 10 seconds. A connection that is idle for so long is closed.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How many requests [`Sandbox::requests`] keeps: the last 1,000, as far as [`KEPT_BYTES`] allows.
pub const REQUEST_LIMIT: usize = 1_000;

/// How many bytes the requests have that [`Sandbox::requests`] keeps, with their headers: 4 MiB.
pub const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// Makes a [`Sandbox`].
#[must_use = "a builder does nothing until `start` is called"]
pub struct SandboxBuilder {
    keyring: Option<SharedKeyring>,
    require_signature: bool,
    document: Option<String>,
    phones: Vec<String>,
    window: Duration,
    clock: Clock,
    latency: Duration,
    fail_rate: f64,
    next: Vec<Answer>,
    all: Option<Answer>,
    log: Option<Log>,
    listen: SocketAddr,
    #[cfg(feature = "command")]
    page: Option<SharedKeyring>,
}

impl SandboxBuilder {
    pub(crate) fn new(keyring: Option<SharedKeyring>) -> Self {
        Self {
            require_signature: keyring.is_some(),
            keyring,
            document: None,
            phones: Vec::new(),
            window: DEFAULT_RESEND_WINDOW,
            clock: Box::new(Instant::now),
            latency: Duration::ZERO,
            fail_rate: 0.0,
            next: Vec::new(),
            all: None,
            log: None,
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            #[cfg(feature = "command")]
            page: None,
        }
    }

    /// Accepts requests without a signature where the document does. A signature that is there must still be right.
    pub fn optional_signature(mut self) -> Self {
        self.require_signature = false;
        self
    }

    /// Registers a phone number; repeat it for more. A phone that is not registered gets `customer_not_found`. Unless
    /// one is given, every phone is registered.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phones.push(phone.into());
        self
    }

    /// How long a phone that got a code gets `rate_limited` instead of another; [`DEFAULT_RESEND_WINDOW`] unless
    /// given. Zero limits nothing.
    pub fn resend_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Tells the time for [`resend_window`](Self::resend_window), so that a test need not wait. For example, under
    /// `#[tokio::test(start_paused = true)]`, `.clock(|| tokio::time::Instant::now().into_std())` follows
    /// `tokio::time::advance`.
    pub fn clock(mut self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.clock = Box::new(now);
        self
    }

    /// Answers every request this much later.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Fails this share of the right requests, from 0 to 1: in turn with status 503 and a body of HTML, as a gateway
    /// does, and by closing the connection. With 0.1, each tenth request fails. A share outside of 0 to 1 is the nearest of
    /// the two, and NaN is 0.
    pub fn fail_rate(mut self, share: f64) -> Self {
        self.fail_rate = share;
        self
    }

    /// Like [`Sandbox::answer`], before the first request.
    pub fn answer(mut self, answer: impl Into<Answer>) -> Self {
        self.next.push(answer.into());
        self
    }

    /// Like [`Sandbox::answer_all`], before the first request.
    pub fn answer_all(mut self, answer: impl Into<Answer>) -> Self {
        self.all = Some(answer.into());
        self
    }

    /// Gets a line for each request: method, path, status and reason. A line has names of the document, and nothing
    /// else of the request: no phone number, no credential. What is not HTTP gets a line with its status alone.
    ///
    /// In a test, `.log(|line| println!("{line}"))` shows why the sandbox refused a request.
    pub fn log(mut self, print: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Some(Box::new(print));
        self
    }

    /// Listens on this address, and not on a port of `127.0.0.1` that the system chooses.
    pub fn listen(mut self, address: impl Into<SocketAddr>) -> Self {
        self.listen = address.into();
        self
    }

    /// Serves this OpenAPI 3.0 document, in YAML or JSON, and not the Vault API's.
    pub fn document(mut self, text: impl Into<String>) -> Self {
        self.document = Some(text.into());
        self
    }

    /// Serves a page to try the API in at `/`, and the document at `/openapi.yaml`.
    ///
    /// The sandbox signs with `signer` what the page sends from this machine, so take one for tests only: whoever opens
    /// the page sees the signature and a part of the seed string.
    #[cfg(feature = "command")]
    pub fn page(mut self, signer: impl Into<SharedKeyring>) -> Self {
        self.page = Some(signer.into());
        self
    }

    /// Starts the server in the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// If the document cannot be served, an answer cannot be given, or the address cannot be listened on.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let text = self.document.as_deref().unwrap_or(SHIPPED);
        let api = Api::read(text)?;
        self.next.iter().chain(&self.all).try_for_each(|answer| answer.check(&api))?;
        let signatures = self.keyring.clone().map(|keyring| Signatures {
            verifier: Verifier::new(keyring).accept_base64(),
            required: self.require_signature,
        });
        let listener = TcpListener::bind(self.listen).await.map_err(SandboxError::Listen)?;
        let address = listener.local_addr().map_err(SandboxError::Listen)?;
        #[cfg(feature = "command")]
        let page = match self.page {
            Some(signer) => Some(Page::new(signer, text, &api).await),
            None => None,
        };
        let server = Arc::new(Server {
            api,
            signatures,
            clock: self.clock,
            latency: self.latency,
            log: self.log,
            state: State {
                phones: Phones::new(self.phones, self.window),
                failures: Failures::new(self.fail_rate),
                next: self.next.into(),
                all: self.all,
                requests: Default::default(),
            }
            .into(),
            #[cfg(feature = "command")]
            page,
        });
        let task = tokio::spawn(serve(listener, Arc::clone(&server)));
        Ok(Sandbox { address, keyring: self.keyring, server, task })
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxBuilder").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// Why no sandbox was started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The OpenAPI document cannot be served.
    #[error("the sandbox has nothing to answer from")]
    Document(#[from] DocumentError),
    /// An answer cannot be given.
    #[error("the sandbox cannot give an answer")]
    Answer(#[from] AnswerError),
    /// The address cannot be listened on.
    #[error("the sandbox cannot listen on its address: choose another")]
    Listen(#[source] io::Error),
}
