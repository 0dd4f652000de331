/// An operation of the API, as the OpenAPI document describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`, for example `resend_code`.
    pub id: &'static str,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path below the base URL, with its parameters in braces.
    pub path: &'static str,
    /// The alternatives by which a request can prove who sends it. One of them is enough; within one, every scheme is
    /// needed. Empty where the operation needs none.
    pub security: &'static [&'static [SecurityScheme]],
}

impl Operation {
    /// The security scheme of this name, if an alternative of this operation lists it.
    pub fn security_scheme(&self, name: &str) -> Option<&'static SecurityScheme> {
        self.security.iter().copied().flatten().find(|scheme| scheme.name == name)
    }
}

/// A security scheme of the OpenAPI document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecurityScheme {
    /// The name under `components/securitySchemes`, for example `Signature`.
    pub name: &'static str,
    /// The document's description.
    pub description: &'static str,
    /// The header that carries the credential; `None` where it travels elsewhere.
    pub header: Option<&'static str>,
}
