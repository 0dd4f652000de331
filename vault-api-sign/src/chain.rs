use std::fmt;

use async_trait::async_trait;
use http::Extensions;
use reqwest_middleware::{Error, Middleware, Next};
use vault_api::reqwest::{Request, Response, Url};
use vault_api::{BuildError, check_base_url};

use crate::SharedKeyring;
use crate::request::signature;
use crate::signed::SIGNATURE;

/// Signs every request that passes it in a chain of the crate `reqwest-middleware`.
///
/// It is for services that already call their servers through `reqwest-middleware`. The client `vault_api::Client`
/// takes no such chain; use `SigningMiddleware` with it.
///
/// It signs requests to the scheme, host and port that it was made for, whatever their operation, and refuses all
/// others, and those with a `Host` of their own, as the client `vault_api::Client` does. Put it behind a middleware that retries, so that each attempt is signed, and behind any that changes the
/// body or the fingerprint.
///
/// # Redirects
///
/// Build the client below the chain with `redirect::Policy::none()`, as here. `reqwest` follows redirects below all
/// middleware, so `ChainSigner` does not see them: by its default policy it sends all three `X-` headers, the signature
/// among them, to whatever host the server names; after 307 and 308 with the body, after 301, 302 and 303 as a `GET`.
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
///     .redirect(reqwest::redirect::Policy::none())
///     .build()?;
/// let client = reqwest_middleware::ClientBuilder::new(http)
///     .with(ChainSigner::new(signer, "https://vault.example".parse()?)?)
///     .build();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ChainSigner {
    keyring: SharedKeyring,
    origin: Url,
}

impl ChainSigner {
    /// A middleware that signs requests to the scheme, host and port of `origin`, a URL with `https://`, or with `http://`
    /// to this machine. It signs with a [`Signer`](crate::Signer), with the active signer of a
    /// [`Keyring`](crate::Keyring), or with that of the keyring that a [`SharedKeyring`] has at the time.
    ///
    /// # Errors
    ///
    /// A [`BuildError`] if requests must not be sent to `origin`: see [`check_base_url`].
    pub fn new(keyring: impl Into<SharedKeyring>, origin: Url) -> Result<Self, BuildError> {
        check_base_url(&origin, false)?;
        Ok(Self { keyring: keyring.into(), origin })
    }

    /// The same, with `http://` to any host.
    ///
    /// Everything then travels in clear, and a signature that is seen can be used again.
    ///
    /// # Errors
    ///
    /// A [`BuildError`] if requests must not be sent to `origin`: see [`check_base_url`].
    pub fn allow_insecure_http(
        keyring: impl Into<SharedKeyring>,
        origin: Url,
    ) -> Result<Self, BuildError> {
        check_base_url(&origin, true)?;
        Ok(Self { keyring: keyring.into(), origin })
    }
}

impl fmt::Debug for ChainSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    ) -> reqwest_middleware::Result<Response> {
        let signature =
            signature(&self.keyring, &self.origin, &request).map_err(Error::middleware)?;
        request.headers_mut().insert(SIGNATURE, signature);
        next.run(request, extensions).await
    }
}
