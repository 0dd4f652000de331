use std::fmt;

use async_trait::async_trait;
use http::Extensions;
use reqwest::{Request, Response, Url};
use reqwest_middleware::{Error, Middleware, Next, Result};

use crate::Keyring;
use crate::request::{SIGNATURE, signature};

/// Signs every request that passes it in a chain of the crate `reqwest-middleware`.
///
/// It does what `SigningMiddleware` does for the client `vault-api`, but knows no operations: it signs whatever
/// goes to the scheme, host and port that it was made for, and refuses everything else. Put it behind a
/// middleware that retries, so that each attempt is signed, and behind any that changes the body or the
/// fingerprint.
///
/// ```
/// use vault_api_sign::{ChainSigner, Signer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let signer = Signer::builder()
///     .shared_secret("agreed with the vendor")
///     .seed_string("abcdefghijklmn")
///     .seed_length(4)
///     .build()?;
/// let http = reqwest::Client::builder()
///     // A redirect would carry the signature to another host.
///     .redirect(reqwest::redirect::Policy::none())
///     .build()?;
/// let client = reqwest_middleware::ClientBuilder::new(http)
///     .with(ChainSigner::new(signer, "https://vault.example".parse()?))
///     .build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ChainSigner {
    keyring: Keyring,
    origin: Url,
}

impl ChainSigner {
    /// A middleware that signs requests to the scheme (`https`, or `http`), host and port of `origin` with the active signer of a
    /// [`Keyring`], or with a single [`Signer`](crate::Signer).
    pub fn new(keyring: impl Into<Keyring>, origin: Url) -> Self {
        Self {
            keyring: keyring.into(),
            origin,
        }
    }
}

impl fmt::Debug for ChainSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A URL may also hold a password.
        f.debug_struct("ChainSigner")
            .field("keyring", &self.keyring)
            .field("origin", &self.origin.origin().ascii_serialization())
            .finish()
    }
}

#[async_trait]
impl Middleware for ChainSigner {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let signature =
            signature(&self.keyring, &self.origin, &request).map_err(Error::middleware)?;
        request.headers_mut().insert(SIGNATURE, signature);
        next.run(request, extensions).await
    }
}
