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

/// A security scheme of the OpenAPI document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SecurityScheme {
    /// The name under `components/securitySchemes`.
    pub name: &'static str,
    /// The document's description.
    pub description: &'static str,
    /// Where the credential travels.
    pub place: Place,
    /// The method of [`ClientBuilder`](crate::ClientBuilder) and of a request that takes the credential; `None` if a
    /// [`Middleware`](crate::Middleware) makes it from the request.
    pub method: Option<&'static str>,
}

/// Where a credential travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In a header of this name.
    Header(&'static str),
    /// In the query, as a parameter of this name.
    Query(&'static str),
    /// In the header `Authorization`, as a bearer token (RFC 6750).
    Bearer,
    /// In the header `Authorization`, as user name and password (RFC 7617).
    Basic,
}

impl SecurityScheme {
    /// The header that carries the credential; `None` where it travels elsewhere.
    pub fn header(&self) -> Option<&'static str> {
        match self.place {
            Place::Header(name) => Some(name),
            Place::Bearer | Place::Basic => Some("authorization"),
            Place::Query(_) => None,
        }
    }
}
