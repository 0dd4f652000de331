// The client of the Vault API: generated from spec/vault.yaml by progenitor, in the build script
// of `vault-api`. Do not edit it; edit the document, then regenerate this file with:
//
//     cargo xtask codegen

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///Why the server rejected a request.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ErrorBody {
        ///More about the error, as key-value pairs.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub data: ::std::option::Option<
            ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        >,
        ///The name of the error, for example `COMMON`. The set of names is open.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error: ::std::option::Option<::std::string::String>,
        ///The number of the error.
        #[serde(
            rename = "errorId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub error_id: ::std::option::Option<i64>,
        ///Where in the server's code the error occurred.
        #[serde(
            rename = "errorStackTrace",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub error_stack_trace: ::std::option::Option<::std::string::String>,
        ///The field of the request that caused the error.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub field: ::std::option::Option<::std::string::String>,
        ///A message that may be shown to the user.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message: ::std::option::Option<::std::string::String>,
        ///The message of the error's origin, before any rewording.
        #[serde(
            rename = "originalMessage",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub original_message: ::std::option::Option<::std::string::String>,
        ///The component that reported the error.
        #[serde(
            rename = "systemId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub system_id: ::std::option::Option<::std::string::String>,
    }

    impl ErrorBody {
        /// Starts a builder of this type.
        pub fn builder() -> builder::ErrorBody {
            Default::default()
        }
    }

    ///Which phone number to send a new verification code to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ResendCodeRequest {
        ///The phone number, which must be the one given at registration.
        pub phone: ::std::string::String,
    }

    impl ResendCodeRequest {
        /// Starts a builder of this type.
        pub fn builder() -> builder::ResendCodeRequest {
            Default::default()
        }
    }

    ///The outcome of a request for a new verification code.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ResendCodeResponse {
        ///The outcome; `ok` when a new code was sent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result: ::std::option::Option<::std::string::String>,
    }

    impl ResendCodeResponse {
        /// Starts a builder of this type.
        pub fn builder() -> builder::ResendCodeResponse {
            Default::default()
        }
    }

    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone)]
        pub struct ErrorBody {
            data: ::std::result::Result<
                ::std::option::Option<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                ::std::string::String,
            >,
            error: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            error_id: ::std::result::Result<
                ::std::option::Option<i64>,
                ::std::string::String,
            >,
            error_stack_trace: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            field: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            message: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            original_message: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            system_id: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }

        impl ::std::default::Default for ErrorBody {
            fn default() -> Self {
                Self {
                    data: Ok(Default::default()),
                    error: Ok(Default::default()),
                    error_id: Ok(Default::default()),
                    error_stack_trace: Ok(Default::default()),
                    field: Ok(Default::default()),
                    message: Ok(Default::default()),
                    original_message: Ok(Default::default()),
                    system_id: Ok(Default::default()),
                }
            }
        }

        impl ErrorBody {
            /// Sets `data`.
            pub fn data<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<
                        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                    >,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.data = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for data"));
                self
            }
            /// Sets `error`.
            pub fn error<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.error = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for error"));
                self
            }
            /// Sets `error_id`.
            pub fn error_id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<i64>>,
                T::Error: ::std::fmt::Display,
            {
                self.error_id = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for error_id")
                    });
                self
            }
            /// Sets `error_stack_trace`.
            pub fn error_stack_trace<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.error_stack_trace = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for error_stack_trace")
                    });
                self
            }
            /// Sets `field`.
            pub fn field<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.field = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for field"));
                self
            }
            /// Sets `message`.
            pub fn message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.message = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for message"));
                self
            }
            /// Sets `original_message`.
            pub fn original_message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.original_message = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for original_message")
                    });
                self
            }
            /// Sets `system_id`.
            pub fn system_id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.system_id = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for system_id")
                    });
                self
            }
        }

        impl ::std::convert::TryFrom<ErrorBody> for super::ErrorBody {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ErrorBody,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    data: value.data?,
                    error: value.error?,
                    error_id: value.error_id?,
                    error_stack_trace: value.error_stack_trace?,
                    field: value.field?,
                    message: value.message?,
                    original_message: value.original_message?,
                    system_id: value.system_id?,
                })
            }
        }

        impl ::std::convert::From<super::ErrorBody> for ErrorBody {
            fn from(value: super::ErrorBody) -> Self {
                Self {
                    data: Ok(value.data),
                    error: Ok(value.error),
                    error_id: Ok(value.error_id),
                    error_stack_trace: Ok(value.error_stack_trace),
                    field: Ok(value.field),
                    message: Ok(value.message),
                    original_message: Ok(value.original_message),
                    system_id: Ok(value.system_id),
                }
            }
        }

        #[derive(Clone)]
        pub struct ResendCodeRequest {
            phone: ::std::result::Result<::std::string::String, ::std::string::String>,
        }

        impl ::std::default::Default for ResendCodeRequest {
            fn default() -> Self {
                Self {
                    phone: Err("no value supplied for phone".to_string()),
                }
            }
        }

        impl ResendCodeRequest {
            /// Sets `phone`.
            pub fn phone<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.phone = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for phone"));
                self
            }
        }

        impl ::std::convert::TryFrom<ResendCodeRequest> for super::ResendCodeRequest {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ResendCodeRequest,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { phone: value.phone? })
            }
        }

        impl ::std::convert::From<super::ResendCodeRequest> for ResendCodeRequest {
            fn from(value: super::ResendCodeRequest) -> Self {
                Self { phone: Ok(value.phone) }
            }
        }

        #[derive(Clone, Debug)]
        pub struct ResendCodeResponse {
            result: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }

        impl ::std::default::Default for ResendCodeResponse {
            fn default() -> Self {
                Self {
                    result: Ok(Default::default()),
                }
            }
        }

        impl ResendCodeResponse {
            /// Sets `result`.
            pub fn result<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.result = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for result"));
                self
            }
        }

        impl ::std::convert::TryFrom<ResendCodeResponse> for super::ResendCodeResponse {
            type Error = super::error::ConversionError;
            fn try_from(
                value: ResendCodeResponse,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { result: value.result? })
            }
        }

        impl ::std::convert::From<super::ResendCodeResponse> for ResendCodeResponse {
            fn from(value: super::ResendCodeResponse) -> Self {
                Self { result: Ok(value.result) }
            }
        }

        impl ::std::fmt::Debug for ErrorBody {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct("ErrorBody")
                    .field("data", &crate::Redacted)
                    .field("error", &self.error)
                    .field("error_id", &self.error_id)
                    .field("error_stack_trace", &crate::Redacted)
                    .field("field", &self.field)
                    .field("message", &crate::Redacted)
                    .field("original_message", &crate::Redacted)
                    .field("system_id", &self.system_id)
                    .finish()
            }
        }

        impl ::std::fmt::Debug for ResendCodeRequest {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct("ResendCodeRequest")
                    .field("phone", &crate::Redacted)
                    .finish()
            }
        }
    }

    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }

        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }

    impl ::std::fmt::Debug for ErrorBody {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ErrorBody")
                .field("data", &crate::Redacted)
                .field("error", &self.error)
                .field("error_id", &self.error_id)
                .field("error_stack_trace", &crate::Redacted)
                .field("field", &self.field)
                .field("message", &crate::Redacted)
                .field("original_message", &crate::Redacted)
                .field("system_id", &self.system_id)
                .finish()
        }
    }

    impl ::std::fmt::Debug for ResendCodeRequest {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ResendCodeRequest").field("phone", &crate::Redacted).finish()
        }
    }
}

#[derive(Clone)]
/**Client for Vault API

Mobile endpoints of the Vault API by Crypterium.

Version: 0.1.0*/
///
/// # Tags
///
/// - *phone*: Verification of a customer's phone number.
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::client::Inner,
}

impl Client {
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub(crate) fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::client::Inner,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}

impl ClientInfo<crate::client::Inner> for Client {
    fn api_version() -> &'static str {
        "0.1.0"
    }

    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }

    fn client(&self) -> &reqwest::Client {
        &self.client
    }

    fn inner(&self) -> &crate::client::Inner {
        &self.inner
    }
}

const _: () = {
    #[allow(dead_code)]
    fn assert_client_hooks()
    where
        Client: ClientHooks<crate::client::Inner>,
    {}
};
impl Client {
    /**Send the phone verification code again

Sends a new verification code to a phone number whose first code did not arrive or is no longer valid, so that the customer can finish verifying the number.

Sends a `POST` request to `/v2/mobile/phone/verify/resend`

Arguments:
- `x_fingerprint`: Fingerprint of the customer's device, as its front end sent it. The API treats it as an opaque string; it is also part of what is signed.
- `body`: The phone number to send a new code to.
```ignore
let response = client.resend_code()
    .x_fingerprint(x_fingerprint)
    .body(body)
    .send()
    .await;
```*/
    ///
    /// # Answers
    ///
    /// - `200`: The code was sent again.
    /// - `400`: The request was rejected; the body says why.
    ///
    /// See also: [The vendor's wiki on fingerprints and signatures.](https://github.com/crypterium-com/api-vault/wiki/Digital-signature-verification-and-fingerprint)
    pub fn resend_code(&self) -> builder::ResendCode<'_> {
        builder::ResendCode::new(self)
    }
}

/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::resend_code`]

[`Client::resend_code`]: super::Client::resend_code*/
    #[derive(Clone)]
    pub struct ResendCode<'a> {
        client: &'a super::Client,
        x_fingerprint: Result<::std::string::String, String>,
        body: Result<types::builder::ResendCodeRequest, String>,
    }

    impl<'a> ResendCode<'a> {
        /// Starts a call of this client.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                x_fingerprint: Err("x_fingerprint was not initialized".to_string()),
                body: Ok(::std::default::Default::default()),
            }
        }

        /// Sets `x_fingerprint`.
        pub fn x_fingerprint<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.x_fingerprint = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for x_fingerprint failed"
                        .to_string()
                });
            self
        }

        /// Sets `body`.
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::ResendCodeRequest>,
            <V as std::convert::TryInto<
                types::ResendCodeRequest,
            >>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| {
                    format!("conversion to `ResendCodeRequest` for body failed")
                });
            self
        }

        /// Changes the body by way of its builder.
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(
                types::builder::ResendCodeRequest,
            ) -> types::builder::ResendCodeRequest,
        {
            self.body = self.body.map(f);
            self
        }

        async fn dispatch(
            self,
        ) -> Result<ResponseValue<types::ResendCodeResponse>, Error<types::ErrorBody>> {
            let Self { client, x_fingerprint, body } = self;
            let x_fingerprint = x_fingerprint.map_err(Error::InvalidRequest)?;
            let body = body
                .and_then(|v| {
                    types::ResendCodeRequest::try_from(v).map_err(|e| e.to_string())
                })
                .map_err(Error::InvalidRequest)?;
            let url = format!("{}/v2/mobile/phone/verify/resend", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            header_map.append("X-Fingerprint", x_fingerprint.to_string().try_into()?);
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "resend_code",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }

        ///Sends a `POST` request to `/v2/mobile/phone/verify/resend`
        ///
        /// # Errors
        ///
        /// A [`Failure`](crate::Failure) of any kind; it says which, and whether anything was sent.
        pub async fn send(
            self,
        ) -> Result<
            ResponseValue<types::ResendCodeResponse>,
            crate::Failure<types::ErrorBody>,
        > {
            crate::call::typed(self.dispatch()).await
        }
    }

    impl<'a> ::std::fmt::Debug for ResendCode<'a> {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ResendCode")
                .field("client", &self.client)
                .field("x_fingerprint", &crate::Redacted)
                .field("body", &self.body)
                .finish()
        }
    }
}

/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}

/// The servers that the document names.
pub mod servers {
    /// The vendor's sandbox.
    pub const SANDBOX_URL: &str = "https://api.vault.sandbox.testessential.net";
}

/// Every operation of the document.
pub static OPERATIONS: &[crate::Operation] = &[
    crate::Operation {
        id: "resend_code",
        method: "POST",
        path: "/v2/mobile/phone/verify/resend",
        security: &[
            &[
                crate::SecurityScheme {
                    name: "MerchantId",
                    description: "Tells which partner a request comes from.",
                    header: Some("X-Merchant-ID"),
                },
                crate::SecurityScheme {
                    name: "Signature",
                    description: "HMAC-SHA256 under the secret shared with the vendor, over a seed, the fingerprint, the phone number and, where the body has one, the password.",
                    header: Some("X-Signature"),
                },
            ],
            &[
                crate::SecurityScheme {
                    name: "MerchantId",
                    description: "Tells which partner a request comes from.",
                    header: Some("X-Merchant-ID"),
                },
            ],
        ],
        sensitive_headers: &["X-Fingerprint"],
    },
];
/// Each schema of the document's components by its name, as derived from its Rust type.
#[cfg(feature = "schemars")]
pub fn component_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
    ::std::vec![
        ("ResendCodeRequest", ::schemars::schema_for!(types::ResendCodeRequest)),
        ("ResendCodeResponse", ::schemars::schema_for!(types::ResendCodeResponse)),
        ("ErrorBody", ::schemars::schema_for!(types::ErrorBody))
    ]
}
