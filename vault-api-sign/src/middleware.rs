use vault_api::reqwest::Request;
use vault_api::reqwest::header::HeaderName;
use vault_api::{Call, Middleware, Refusal};

use crate::request::{SIGNATURE, signature};
use crate::{Keyring, RequestError};

/// The security scheme, in the OpenAPI document, of the operations that are signed.
const SCHEME: &str = "Signature";

/// Signs every request whose operation lists the security scheme `Signature`, and leaves the others as
/// they are.
///
/// It signs the finished request: the phone number (and the password, where there is one) as they stand
/// in the JSON body, and the fingerprint as it stands in its header. The signature replaces whatever the
/// header held, and is marked sensitive, so that HTTP libraries do not log it.
///
/// It signs only what goes to the scheme, host and port that the client was built for. What it cannot sign it
/// leaves as it was, and the call fails with a [`RequestError`] as the source of
/// [`Error::Middleware`](vault_api::Error::Middleware).
#[derive(Clone, Debug)]
pub struct SigningMiddleware {
    keyring: Keyring,
}

impl SigningMiddleware {
    /// A middleware that signs with the active signer of a [`Keyring`], or with a single
    /// [`Signer`](crate::Signer).
    pub fn new(keyring: impl Into<Keyring>) -> Self {
        Self {
            keyring: keyring.into(),
        }
    }
}

impl Middleware for SigningMiddleware {
    fn apply(&self, call: &Call<'_>, request: &mut Request) -> Result<(), Refusal> {
        let Some(scheme) = call.operation.security_scheme(SCHEME) else {
            return Ok(());
        };
        let header = match scheme.header {
            // The name that it has, without making it anew.
            Some(header) if header.eq_ignore_ascii_case(SIGNATURE.as_str()) => Ok(SIGNATURE),
            Some(header) => HeaderName::try_from(header).map_err(|_| RequestError::NoHeader),
            None => Err(RequestError::NoHeader),
        }?;
        // The last thing that can fail comes before the first that changes the request.
        let signature =
            signature(&self.keyring, call.base_url, request).map_err(|error| match error {
                RequestError::Phone(error) => Refusal::invalid_value("phone", error),
                RequestError::FingerprintChanges => Refusal::invalid_value("fingerprint", error),
                _ => Refusal::from(error),
            })?;
        request.headers_mut().insert(header, signature);
        Ok(())
    }
}
