use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use tokio::task::JoinHandle;
use vault_api_sign::SharedKeyring;

use crate::server::Server;
use crate::{Answer, AnswerError, Request, SandboxBuilder, curl};

/// A server of the Vault API on loopback; [`Sandbox::builder`] makes one. It stops when it is dropped.
///
/// It takes a request if method, path, content type, credentials, parameters, the whole body and the signature are as
/// the OpenAPI document says. It does not look into parameters that are objects, at formats that JSON Schema's draft 4
/// does not have, such as `uuid`, and at the ranges of `int32`. What is wrong is said in `field` and `message` of the error body, whose `error` is
/// `SANDBOX_REFUSED_REQUEST`, with status 400, or 404, 405, 413 or 415 where that says it.
///
/// A valid request gets, in this order:
///
/// 1. what the test set with [`answer`](Self::answer) and [`answer_all`](Self::answer_all);
/// 2. a failure, if [`fail_rate`](SandboxBuilder::fail_rate) is due for one;
/// 3. the example that the request asks for with the header `Prefer: example=rate_limited` or `Prefer: code=400`;
/// 4. `customer_not_found` if its phone is not [registered](SandboxBuilder::phone), and `rate_limited` if that phone
///    got a success of the same operation in the last [ten minutes](SandboxBuilder::resend_window), both where the
///    operation has an example of that name;
/// 5. the operation's first example of a success.
pub struct Sandbox {
    pub(crate) address: SocketAddr,
    pub(crate) keyring: Option<SharedKeyring>,
    pub(crate) server: Arc<Server>,
    pub(crate) task: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a sandbox that takes only requests that a signer, or one of a keyring, has signed.
    /// [`SandboxBuilder::optional_signature`] takes others, too.
    pub fn builder(signer: impl Into<SharedKeyring>) -> SandboxBuilder {
        SandboxBuilder::new(Some(signer.into()))
    }

    /// Starts a sandbox that looks at no signature.
    pub fn unsigned() -> SandboxBuilder {
        SandboxBuilder::new(None)
    }

    /// The base URL for a client on this machine.
    pub fn base_url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address.is_ipv4() {
                true => Ipv4Addr::LOCALHOST.into(),
                false => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}")
    }

    /// Sets the answer to the next valid request. Called again, it sets the answer to the one after that, and so on: a
    /// sequence. An invalid request is still refused, and uses up no answer.
    ///
    /// # Errors
    ///
    /// If the document has no example of this name, or a response cannot be sent.
    pub fn answer(&self, answer: impl Into<Answer>) -> Result<(), AnswerError> {
        let answer = answer.into();
        answer.check(&self.server.api)?;
        self.server.state().next.push_back(answer);
        Ok(())
    }

    /// Sets the answer to every valid request, once the sequence of [`answer`](Self::answer) is over.
    /// [`Answer::usual`] ends it.
    ///
    /// # Errors
    ///
    /// If the document has no example of this name, or a response cannot be sent.
    pub fn answer_all(&self, answer: impl Into<Answer>) -> Result<(), AnswerError> {
        let answer = answer.into();
        answer.check(&self.server.api)?;
        self.server.state().all = Some(answer);
        Ok(())
    }

    /// The requests that have come in, valid and refused ones, the oldest first. Of very many, the last
    /// [`REQUEST_LIMIT`](crate::REQUEST_LIMIT) and [`KEPT_BYTES`](crate::KEPT_BYTES).
    pub fn requests(&self) -> Vec<Request> {
        self.server.state().requests.to_vec()
    }

    /// For each operation with the examples that it takes, a call by cURL that is signed if the sandbox has a signer. A
    /// call has values of the document, and the phone that was [registered](SandboxBuilder::phone) first.
    pub fn curl(&self) -> Vec<String> {
        let keyring = self.keyring.as_ref().map(SharedKeyring::load);
        let phone = self.server.state().phones.first.clone();
        let operations = self.server.api.operations.iter();
        operations
            .filter_map(|operation| {
                curl::command(operation, &self.base_url(), keyring.as_deref(), phone.as_deref())
            })
            .collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}
