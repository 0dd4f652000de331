// The client of the Vault API: generated from spec/vault.yaml by progenitor and vault-api/build.
// Do not edit it; edit the document, then regenerate this file with:
//
//     cargo xtask codegen

/// The types that operations take and return.
pub mod types {
    ///Why the server rejected a request.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Default, PartialEq)]
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
        /// Makes a value without any field.
        pub fn new() -> Self {
            ::std::default::Default::default()
        }

        /// More about the error, as key-value pairs.
        pub fn data(
            mut self,
            data: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ) -> Self {
            self.data = Some(data);
            self
        }

        /// The name of the error, for example `COMMON`. The set of names is open.
        pub fn error(
            mut self,
            error: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.error = Some(error.into());
            self
        }

        /// The number of the error.
        pub fn error_id(mut self, error_id: i64) -> Self {
            self.error_id = Some(error_id);
            self
        }

        /// Where in the server's code the error occurred.
        pub fn error_stack_trace(
            mut self,
            error_stack_trace: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.error_stack_trace = Some(error_stack_trace.into());
            self
        }

        /// The field of the request that caused the error.
        pub fn field(
            mut self,
            field: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.field = Some(field.into());
            self
        }

        /// A message that may be shown to the user.
        pub fn message(
            mut self,
            message: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.message = Some(message.into());
            self
        }

        /// The message of the error's origin, before any rewording.
        pub fn original_message(
            mut self,
            original_message: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.original_message = Some(original_message.into());
            self
        }

        /// The component that reported the error.
        pub fn system_id(
            mut self,
            system_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.system_id = Some(system_id.into());
            self
        }
    }

    impl ::std::fmt::Debug for ErrorBody {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ErrorBody")
                .field("known", &crate::KnownErrors::known(self))
                .field("data", &crate::redacted::hidden(&self.data))
                .field("error", &crate::redacted::hidden(&self.error))
                .field("error_id", &crate::redacted::hidden(&self.error_id))
                .field(
                    "error_stack_trace",
                    &crate::redacted::hidden(&self.error_stack_trace),
                )
                .field("field", &crate::redacted::hidden(&self.field))
                .field("message", &crate::redacted::hidden(&self.message))
                .field(
                    "original_message",
                    &crate::redacted::hidden(&self.original_message),
                )
                .field("system_id", &crate::redacted::hidden(&self.system_id))
                .finish()
        }
    }

    ///Which phone number to send a new verification code to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ResendCodeRequest {
        ///The phone number, which must be the one given at registration.
        pub phone: ::std::string::String,
    }

    impl ResendCodeRequest {
        /// Makes a value of the required fields.
        ///
        /// - `phone`: The phone number, which must be the one given at registration.
        pub fn new(phone: impl ::std::convert::Into<::std::string::String>) -> Self {
            Self { phone: phone.into() }
        }
    }

    impl ::std::fmt::Debug for ResendCodeRequest {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ResendCodeRequest").field("phone", &crate::Redacted).finish()
        }
    }

    ///The outcome of a request for a new verification code.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ResendCodeResponse {
        ///The outcome; `ok` when a new code was sent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result: ::std::option::Option<::std::string::String>,
    }

    impl ResendCodeResponse {
        /// Makes a value without any field.
        pub fn new() -> Self {
            ::std::default::Default::default()
        }

        /// The outcome; `ok` when a new code was sent.
        pub fn result(
            mut self,
            result: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.result = Some(result.into());
            self
        }
    }

    impl ::std::fmt::Debug for ResendCodeResponse {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ResendCodeResponse")
                .field("result", &crate::redacted::hidden(&self.result))
                .finish()
        }
    }
}

/// The operations of the Vault API (version 0.1.0 of the document).
///
/// Mobile endpoints of the Vault API by Crypterium.
///
/// # Tags
///
/// - *phone*: Verification of a customer's phone number.
impl crate::Client {
    /// Send the phone verification code again.
    ///
    /// Sends a new verification code to a phone number whose first code did not arrive or is no longer valid, so that the customer can finish verifying the number.
    ///
    /// `POST /v2/mobile/phone/verify/resend`
    ///
    /// # Arguments
    ///
    /// - `fingerprint` (header `X-Fingerprint`): Fingerprint of the customer's device, as its front end sent it. The API treats it as an opaque string; it is also part of what is signed.
    /// - `body`: The phone number to send a new code to.
    ///
    /// # Credentials
    ///
    /// - `MerchantId`: Tells which partner a request comes from. Set it with [`ClientBuilder::merchant_id`](crate::ClientBuilder::merchant_id), or for one call with `merchant_id` of the request.
    /// - `Signature`: HMAC-SHA256 under the secret shared with the vendor, over a seed, the fingerprint, the phone number and, where the body has one, the password. A [`Middleware`](crate::Middleware) makes it from the request.
    ///
    /// The server accepts `MerchantId` with `Signature`, or `MerchantId` alone.
    ///
    /// # Responses
    ///
    /// - `200`: The code was sent again.
    /// - `400`: The request was rejected; the body says why.
    ///
    /// # Example
    ///
    /// ```
    /// use vault_api::types;
    /// # async fn call(client: vault_api::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = client.resend_code("1234444", types::ResendCodeRequest::new("+447871234567"));
    /// let response = request.send().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// See also: [The vendor's wiki on fingerprints and signatures.](https://github.com/crypterium-com/api-vault/wiki/Digital-signature-verification-and-fingerprint)
    pub fn resend_code(
        &self,
        fingerprint: impl ::std::convert::Into<::std::string::String>,
        body: types::ResendCodeRequest,
    ) -> request::ResendCode {
        request::ResendCode {
            pending: self.pending(0usize),
            fingerprint: fingerprint.into(),
            body,
        }
    }
}

/// The requests that the methods of [`Client`](crate::Client) return.
pub mod request {
    use super::{SCHEMES, types};
    use crate::draft::path_segment;
    /// A call of [`Client::resend_code`](crate::Client::resend_code).
    #[must_use = "a request is sent by `send` or by awaiting it"]
    pub struct ResendCode {
        pub(super) pending: crate::call::Pending,
        pub(super) fingerprint: ::std::string::String,
        pub(super) body: types::ResendCodeRequest,
    }

    impl ResendCode {
        /// Tells which partner a request comes from.
        ///
        /// This call sends it in place of the client's, in the header `X-Merchant-ID`.
        pub fn merchant_id(
            mut self,
            merchant_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.pending
                .set_credential(
                    &SCHEMES[0usize],
                    crate::credential::Secret::Text(merchant_id.into()),
                );
            self
        }

        /// Sends the request and reads the response.
        ///
        /// # Errors
        ///
        /// Any [`Error`](crate::Error); it says what went wrong and whether the server may have acted.
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            crate::ResponseValue<types::ResendCodeResponse>,
            crate::CallError<types::ErrorBody>,
        > {
            let built = self
                .pending
                .build(
                    ::reqwest::Method::POST,
                    |draft| {
                        draft.accept("application/json");
                        draft
                            .header(
                                ::reqwest::header::HeaderName::from_static("x-fingerprint"),
                                "fingerprint",
                                self.fingerprint,
                            )?;
                        draft
                            .json(
                                ::reqwest::header::HeaderValue::from_static(
                                    "application/json",
                                ),
                                &self.body,
                            )?;
                        Ok(())
                    },
                );
            let read = crate::call::Answer::json;
            self.pending.send(built, |status| matches!(status, 200u16), read).await
        }
    }

    crate::call::request!(ResendCode, types::ResendCodeResponse, types::ErrorBody);
    impl ::std::fmt::Debug for ResendCode {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.debug_struct("ResendCode")
                .field("fingerprint", &crate::Redacted)
                .field("body", &self.body)
                .finish_non_exhaustive()
        }
    }
}

impl types::ErrorBody {
    /// The server had an internal error. (`COMMON`)
    pub const INTERNAL: crate::KnownError = crate::KnownError {
        name: "internal",
        code: "COMMON",
        description: "The server had an internal error.",
        status: None,
        fields: &[
            ("error", crate::Sign::Text("COMMON")),
            ("errorId", crate::Sign::Number(0i64)),
        ],
    };
    /// The phone number is not registered. (`CUSTOMER_NOT_FOUND_EXCEPTION`)
    pub const CUSTOMER_NOT_FOUND: crate::KnownError = crate::KnownError {
        name: "customer_not_found",
        code: "CUSTOMER_NOT_FOUND_EXCEPTION",
        description: "The phone number is not registered.",
        status: None,
        fields: &[
            ("error", crate::Sign::Text("CUSTOMER_NOT_FOUND_EXCEPTION")),
            ("errorId", crate::Sign::Number(2i64)),
        ],
    };
    /// There were too many attempts; wait ten minutes before the next one. (`RATE_LIMIT_SIGNUP_ATTEMPT`)
    pub const RATE_LIMITED: crate::KnownError = crate::KnownError {
        name: "rate_limited",
        code: "RATE_LIMIT_SIGNUP_ATTEMPT",
        description: "There were too many attempts; wait ten minutes before the next one.",
        status: Some(429u16),
        fields: &[
            ("error", crate::Sign::Text("RATE_LIMIT_SIGNUP_ATTEMPT")),
            ("errorId", crate::Sign::Number(167i64)),
        ],
    };
    /// Whether the server reports `COMMON`: The server had an internal error.
    pub fn is_internal(&self) -> bool {
        crate::KnownErrors::known(self) == Some(&Self::INTERNAL)
    }

    /// Whether the server reports `CUSTOMER_NOT_FOUND_EXCEPTION`: The phone number is not registered.
    pub fn is_customer_not_found(&self) -> bool {
        crate::KnownErrors::known(self) == Some(&Self::CUSTOMER_NOT_FOUND)
    }

    /// Whether the server reports `RATE_LIMIT_SIGNUP_ATTEMPT`: There were too many attempts; wait ten minutes before the next one.
    pub fn is_rate_limited(&self) -> bool {
        crate::KnownErrors::known(self) == Some(&Self::RATE_LIMITED)
    }
}

impl crate::KnownErrors for types::ErrorBody {
    const KNOWN: &'static [crate::KnownError] = &[
        Self::INTERNAL,
        Self::CUSTOMER_NOT_FOUND,
        Self::RATE_LIMITED,
    ];
    fn sign(&self, property: &str) -> ::std::option::Option<crate::Sign<'_>> {
        match property {
            "error" => self.error.as_ref().map(|value| crate::Sign::Text(value.as_str())),
            "errorId" => {
                self.error_id.as_ref().map(|value| crate::Sign::Number((*value).into()))
            }
            _ => None,
        }
    }

    fn read(
        _: ::reqwest::StatusCode,
        body: &[u8],
    ) -> ::std::result::Result<Self, crate::Reason> {
        crate::answer::error(body)
    }
}

impl crate::CallError<types::ErrorBody> {
    /// Whether the server reports `COMMON`: The server had an internal error.
    pub fn is_internal(&self) -> bool {
        self.known() == Some(&types::ErrorBody::INTERNAL)
    }

    /// Whether the server reports `CUSTOMER_NOT_FOUND_EXCEPTION`: The phone number is not registered.
    pub fn is_customer_not_found(&self) -> bool {
        self.known() == Some(&types::ErrorBody::CUSTOMER_NOT_FOUND)
    }

    /// Whether the server reports `RATE_LIMIT_SIGNUP_ATTEMPT`: There were too many attempts; wait ten minutes before the next one.
    pub fn is_rate_limited(&self) -> bool {
        self.known() == Some(&types::ErrorBody::RATE_LIMITED)
    }
}

/// Why a call has no documented response. `E` is the operation's error body; the variants and the methods are those of [`CallError`](crate::CallError).
pub type Error<E = types::ErrorBody> = crate::CallError<E>;
/// The security schemes of the document.
pub(crate) const SCHEMES: [crate::SecurityScheme; 2usize] = [
    crate::SecurityScheme {
        name: "MerchantId",
        description: "Tells which partner a request comes from.",
        place: crate::Place::Header("X-Merchant-ID"),
        method: Some("merchant_id"),
    },
    crate::SecurityScheme {
        name: "Signature",
        description: "HMAC-SHA256 under the secret shared with the vendor, over a seed, the fingerprint, the phone number and, where the body has one, the password.",
        place: crate::Place::Header("X-Signature"),
        method: None,
    },
];
/// The credentials of the document.
impl crate::ClientBuilder {
    /// Tells which partner a request comes from.
    ///
    /// All calls of operations that list `MerchantId` send it, in the header `X-Merchant-ID`.
    pub fn merchant_id(
        mut self,
        merchant_id: impl ::std::convert::Into<::std::string::String>,
    ) -> Self {
        self.set_credential(
            &SCHEMES[0usize],
            crate::credential::Secret::Text(merchant_id.into()),
        );
        self
    }

    /// Makes a client without a `MerchantId` of its own: each call brings one, for example for the customer that it is for.
    pub fn merchant_id_per_call(mut self) -> Self {
        self.expect_per_call(&SCHEMES[0usize]);
        self
    }

    /// Does without `Signature` where an operation accepts that: a call then uses the first alternative of its security that does not list it.
    pub fn without_signature(mut self) -> Self {
        self.leave_out(&SCHEMES[1usize]);
        self
    }
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
        security: &[&[SCHEMES[0usize], SCHEMES[1usize]], &[SCHEMES[0usize]]],
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
