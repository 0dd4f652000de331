//! Where the generated code calls back: progenitor's hooks.

use http_body_util::Limited;
use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Body, Request, Response};

use crate::client::Inner;
use crate::{BoxError, Call, Client, OPERATIONS, call};

/// The security scheme whose credential is set on the client.
const MERCHANT_ID: &str = "MerchantId";

impl ClientHooks<Inner> for Client {
    async fn pre<E>(&self, request: &mut Request, info: &OperationInfo) -> Result<(), Error<E>> {
        self.prepare(request, info).map_err(|error| {
            // progenitor's own variant takes text only, so the error itself goes another way.
            call::record(|record| record.middleware = Some(error));
            Error::Custom("a middleware refused the request".to_owned())
        })
    }

    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let response = self.client.execute(request).await?;
        call::record(|record| record.status = Some(response.status()));
        let limit = self.inner.0.response_limit;
        let response = http::Response::<Body>::from(response)
            .map(|body| Body::wrap(Limited::new(body, limit)));
        Ok(response.into())
    }
}

impl Client {
    fn prepare(&self, request: &mut Request, info: &OperationInfo) -> Result<(), BoxError> {
        // progenitor sends the version of the document, which the API does not ask for.
        request.headers_mut().remove("api-version");

        let operation = OPERATIONS
            .iter()
            .find(|operation| operation.id == info.operation_id)
            .ok_or(UnknownOperation)?;
        for name in operation.sensitive_headers {
            if let Some(value) = request.headers_mut().get_mut(*name) {
                value.set_sensitive(true);
            }
        }
        let settings = &*self.inner.0;
        if let Some(header) = operation
            .security_scheme(MERCHANT_ID)
            .and_then(|scheme| scheme.header)
        {
            let name = HeaderName::try_from(header)?;
            let value: HeaderValue = settings.merchant_id.clone();
            request.headers_mut().insert(name, value);
        }
        let call = Call::new(operation, &settings.base_url);
        settings
            .middleware
            .iter()
            .try_for_each(|middleware| middleware.apply(&call, request))
    }
}

/// The generated methods and the generated table come from one document, so this is never seen.
#[derive(Debug, thiserror::Error)]
#[error("the operation is not in the generated table: run `cargo xtask codegen`")]
struct UnknownOperation;
