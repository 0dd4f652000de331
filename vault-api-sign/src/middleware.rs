use vault_api::reqwest::Request;
use vault_api::reqwest::header::HeaderName;
use vault_api::{Call, Middleware, Refusal};

use crate::request::signature;
use crate::signed::{SCHEME, SIGNATURE};
use crate::{RequestError, SharedKeyring};

/// Signs every request that must carry a signature, and leaves the others as they are.
///
/// The OpenAPI document says which: those whose operation lists the security scheme with `x-signed`. The middleware
/// [provides](Middleware::provides) that scheme, so it runs behind all others.
///
/// It signs the finished request: the phone number, and the password if there is one, as they are in the JSON
/// body, and the fingerprint as it is in its header. The signature replaces the header's former values and is
/// marked sensitive, so that HTTP libraries do not log it.
///
/// It signs only requests to the scheme, host and port that the client was built for. It does not change a request
/// that it cannot sign: the call fails with [`Error::InvalidRequest`](vault_api::Error::InvalidRequest) if the caller
/// passed a value that cannot be signed, and with a [`RequestError`] as the source of
/// [`Error::Middleware`](vault_api::Error::Middleware) otherwise.
#[derive(Clone, Debug)]
pub struct SigningMiddleware {
    keyring: SharedKeyring,
}

impl SigningMiddleware {
    /// A middleware that signs with a [`Signer`](crate::Signer), with the active signer of a
    /// [`Keyring`](crate::Keyring), or with that of the keyring that a [`SharedKeyring`] has at the time.
    pub fn new(keyring: impl Into<SharedKeyring>) -> Self {
        Self { keyring: keyring.into() }
    }
}

impl Middleware for SigningMiddleware {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
        let Some(scheme) = call.security_scheme(SCHEME) else {
            return Ok(());
        };
        let header = match scheme.header() {
            // The usual name, ready made.
            Some(header) if header.eq_ignore_ascii_case(SIGNATURE.as_str()) => Ok(SIGNATURE),
            Some(header) => HeaderName::try_from(header).map_err(|_| RequestError::NoHeader),
            None => Err(RequestError::NoHeader),
        }?;
        // The last thing that can fail comes before the first that changes the request.
        let signature = signature(&self.keyring, call.base_url, request).map_err(refusal)?;
        request.headers_mut().insert(header, signature);
        Ok(())
    }

    fn provides(&self) -> Option<&'static str> {
        Some(SCHEME)
    }
}

/// Blames the caller for what the caller passed.
fn refusal(error: RequestError) -> Refusal {
    match (error.parameter(), error) {
        (Some(parameter), RequestError::Phone(error)) => Refusal::invalid_value(parameter, error),
        (Some(parameter), error) => Refusal::invalid_value(parameter, error),
        (None, error) => error.into(),
    }
}
