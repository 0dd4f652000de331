//! What OpenAPI 3.0 allows in its objects, as data.
//!
//! Source: the OpenAPI Specification 3.0.3, section 4.7. Any object may also have keys that start with `x-`.

/// A kind of object.
pub struct ObjectType {
    /// Its name in the specification.
    pub name: &'static str,
    /// The keys that it may have.
    pub fields: &'static [Field],
    /// What stands under all other keys, in an object whose keys are names that the document gives.
    pub others: Option<&'static ValueType>,
    /// Keys that it must have if it has another key with a certain value.
    pub implied: &'static [Implied],
    /// Keys of which it must have one.
    pub one_of: &'static [&'static str],
}

/// A key that an object may have.
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What may stand under it.
    pub value_type: ValueType,
    /// Whether the object must have it.
    pub is_required: bool,
}

/// With `key: value`, an object must also have `needs`.
pub struct Implied {
    /// The key.
    pub key: &'static str,
    /// The value.
    pub value: &'static str,
    /// The keys that it must also have.
    pub needs: &'static [&'static str],
}

/// What may stand somewhere.
pub enum ValueType {
    /// Any text.
    Text,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A whole number, not negative.
    Count,
    /// Anything.
    Any,
    /// An object of a kind.
    Object(&'static ObjectType),
    /// An object of a kind, or a reference to one in a part of `components`.
    ObjectOrRef(&'static ObjectType),
    /// A list.
    List(&'static ValueType),
    /// A map whose keys are names that the document gives.
    Map(&'static ValueType),
    /// `true` or `false`, or something else.
    BoolOr(&'static ValueType),
}

use ValueType::{Any, Bool, BoolOr, Count, List, Map, Number, Object, ObjectOrRef, Text, Word};

const fn may(key: &'static str, value_type: ValueType) -> Field {
    Field { key, value_type, is_required: false }
}

const fn must(key: &'static str, value_type: ValueType) -> Field {
    Field { key, value_type, is_required: true }
}

const fn object_type(name: &'static str, fields: &'static [Field]) -> ObjectType {
    ObjectType { name, fields, others: None, implied: &[], one_of: &[] }
}

impl PartialEq for ObjectType {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// The whole document.
pub static DOCUMENT: ObjectType = object_type(
    "document",
    &[
        must("openapi", Text),
        must("info", Object(&INFO)),
        may("servers", List(&Object(&SERVER))),
        must("paths", Object(&PATHS)),
        may("components", Object(&COMPONENTS)),
        may("security", List(&Object(&SECURITY_REQUIREMENT))),
        may("tags", List(&Object(&TAG))),
        may("externalDocs", Object(&EXTERNAL_DOCS)),
    ],
);

static INFO: ObjectType = object_type(
    "info",
    &[
        must("title", Text),
        may("description", Text),
        may("termsOfService", Text),
        may("contact", Object(&CONTACT)),
        may("license", Object(&LICENSE)),
        must("version", Text),
    ],
);

static CONTACT: ObjectType =
    object_type("contact", &[may("name", Text), may("url", Text), may("email", Text)]);

static LICENSE: ObjectType = object_type("license", &[must("name", Text), may("url", Text)]);

/// A server.
pub static SERVER: ObjectType = object_type(
    "server",
    &[
        must("url", Text),
        may("description", Text),
        may("variables", Map(&Object(&SERVER_VARIABLE))),
    ],
);

/// A part of a server's URL.
pub static SERVER_VARIABLE: ObjectType = object_type(
    "server variable",
    &[may("enum", List(&Text)), must("default", Text), may("description", Text)],
);

/// What operations share.
pub static COMPONENTS: ObjectType = object_type(
    "components",
    &[
        may("schemas", Map(&ObjectOrRef(&SCHEMA))),
        may("responses", Map(&ObjectOrRef(&RESPONSE))),
        may("parameters", Map(&ObjectOrRef(&PARAMETER))),
        may("examples", Map(&ObjectOrRef(&EXAMPLE))),
        may("requestBodies", Map(&ObjectOrRef(&REQUEST_BODY))),
        may("headers", Map(&ObjectOrRef(&HEADER))),
        may("securitySchemes", Map(&ObjectOrRef(&SECURITY_SCHEME))),
        may("links", Map(&ObjectOrRef(&LINK))),
        may("callbacks", Map(&ObjectOrRef(&CALLBACK))),
    ],
);

/// The part of `components` that has the components of a kind.
pub fn section(kind: &ObjectType) -> Option<&'static str> {
    COMPONENTS.fields.iter().find_map(|field| match &field.value_type {
        Map(ObjectOrRef(held)) if *held == kind => Some(field.key),
        _ => None,
    })
}

/// The paths.
pub static PATHS: ObjectType =
    ObjectType { others: Some(&Object(&PATH_ITEM)), ..object_type("paths", &[]) };

/// The methods that a path can have.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A path.
pub static PATH_ITEM: ObjectType = object_type(
    "path item",
    &[
        may("$ref", Text),
        may("summary", Text),
        may("description", Text),
        may("get", Object(&OPERATION)),
        may("put", Object(&OPERATION)),
        may("post", Object(&OPERATION)),
        may("delete", Object(&OPERATION)),
        may("options", Object(&OPERATION)),
        may("head", Object(&OPERATION)),
        may("patch", Object(&OPERATION)),
        may("trace", Object(&OPERATION)),
        may("servers", List(&Object(&SERVER))),
        may("parameters", List(&ObjectOrRef(&PARAMETER))),
    ],
);

/// An operation.
pub static OPERATION: ObjectType = object_type(
    "operation",
    &[
        may("tags", List(&Text)),
        may("summary", Text),
        may("description", Text),
        may("externalDocs", Object(&EXTERNAL_DOCS)),
        may("operationId", Text),
        may("parameters", List(&ObjectOrRef(&PARAMETER))),
        may("requestBody", ObjectOrRef(&REQUEST_BODY)),
        must("responses", Object(&RESPONSES)),
        may("callbacks", Map(&ObjectOrRef(&CALLBACK))),
        may("deprecated", Bool),
        may("security", List(&Object(&SECURITY_REQUIREMENT))),
        may("servers", List(&Object(&SERVER))),
    ],
);

static EXTERNAL_DOCS: ObjectType =
    object_type("external documentation", &[may("description", Text), must("url", Text)]);

const STYLES: &[&str] =
    &["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"];

/// A parameter.
pub static PARAMETER: ObjectType = ObjectType {
    implied: &[Implied { key: "in", value: "path", needs: &["required"] }],
    one_of: &["schema", "content"],
    ..object_type(
        "parameter",
        &[
            must("name", Text),
            must("in", Word(&["query", "header", "path", "cookie"])),
            may("description", Text),
            may("required", Bool),
            may("deprecated", Bool),
            may("allowEmptyValue", Bool),
            may("style", Word(STYLES)),
            may("explode", Bool),
            may("allowReserved", Bool),
            may("schema", ObjectOrRef(&SCHEMA)),
            may("example", Any),
            may("examples", Map(&ObjectOrRef(&EXAMPLE))),
            may("content", Map(&Object(&MEDIA_TYPE))),
        ],
    )
};

/// A header of a response.
pub static HEADER: ObjectType = ObjectType {
    one_of: &["schema", "content"],
    ..object_type(
        "header",
        &[
            may("description", Text),
            may("required", Bool),
            may("deprecated", Bool),
            may("allowEmptyValue", Bool),
            may("style", Word(STYLES)),
            may("explode", Bool),
            may("allowReserved", Bool),
            may("schema", ObjectOrRef(&SCHEMA)),
            may("example", Any),
            may("examples", Map(&ObjectOrRef(&EXAMPLE))),
            may("content", Map(&Object(&MEDIA_TYPE))),
        ],
    )
};

/// A body of a request.
pub static REQUEST_BODY: ObjectType = object_type(
    "request body",
    &[may("description", Text), must("content", Map(&Object(&MEDIA_TYPE))), may("required", Bool)],
);

/// A body in one media type.
pub static MEDIA_TYPE: ObjectType = object_type(
    "media type",
    &[
        may("schema", ObjectOrRef(&SCHEMA)),
        may("example", Any),
        may("examples", Map(&ObjectOrRef(&EXAMPLE))),
        may("encoding", Map(&Object(&ENCODING))),
    ],
);

static ENCODING: ObjectType = object_type(
    "encoding",
    &[
        may("contentType", Text),
        may("headers", Map(&ObjectOrRef(&HEADER))),
        may("style", Text),
        may("explode", Bool),
        may("allowReserved", Bool),
    ],
);

/// The responses of an operation.
pub static RESPONSES: ObjectType =
    ObjectType { others: Some(&ObjectOrRef(&RESPONSE)), ..object_type("responses", &[]) };

/// A response.
pub static RESPONSE: ObjectType = object_type(
    "response",
    &[
        must("description", Text),
        may("headers", Map(&ObjectOrRef(&HEADER))),
        may("content", Map(&Object(&MEDIA_TYPE))),
        may("links", Map(&ObjectOrRef(&LINK))),
    ],
);

static CALLBACK: ObjectType =
    ObjectType { others: Some(&Object(&PATH_ITEM)), ..object_type("callback", &[]) };

/// An example.
pub static EXAMPLE: ObjectType = object_type(
    "example",
    &[
        may("summary", Text),
        may("description", Text),
        may("value", Any),
        may("externalValue", Text),
    ],
);

static LINK: ObjectType = ObjectType {
    one_of: &["operationId", "operationRef"],
    ..object_type(
        "link",
        &[
            may("operationRef", Text),
            may("operationId", Text),
            may("parameters", Map(&Any)),
            may("requestBody", Any),
            may("description", Text),
            may("server", Object(&SERVER)),
        ],
    )
};

static TAG: ObjectType = object_type(
    "tag",
    &[must("name", Text), may("description", Text), may("externalDocs", Object(&EXTERNAL_DOCS))],
);

/// A schema.
pub static SCHEMA: ObjectType = ObjectType {
    implied: &[Implied { key: "type", value: "array", needs: &["items"] }],
    ..object_type(
        "schema",
        &[
            may("title", Text),
            may("multipleOf", Number),
            may("maximum", Number),
            may("exclusiveMaximum", Bool),
            may("minimum", Number),
            may("exclusiveMinimum", Bool),
            may("maxLength", Count),
            may("minLength", Count),
            may("pattern", Text),
            may("maxItems", Count),
            may("minItems", Count),
            may("uniqueItems", Bool),
            may("maxProperties", Count),
            may("minProperties", Count),
            may("required", List(&Text)),
            may("enum", List(&Any)),
            may("type", Word(&["string", "integer", "number", "boolean", "object", "array"])),
            may("allOf", List(&ObjectOrRef(&SCHEMA))),
            may("oneOf", List(&ObjectOrRef(&SCHEMA))),
            may("anyOf", List(&ObjectOrRef(&SCHEMA))),
            may("not", ObjectOrRef(&SCHEMA)),
            may("items", ObjectOrRef(&SCHEMA)),
            may("properties", Map(&ObjectOrRef(&SCHEMA))),
            may("additionalProperties", BoolOr(&ObjectOrRef(&SCHEMA))),
            may("description", Text),
            may("format", Text),
            may("default", Any),
            may("nullable", Bool),
            may("discriminator", Object(&DISCRIMINATOR)),
            may("readOnly", Bool),
            may("writeOnly", Bool),
            may("xml", Object(&XML)),
            may("externalDocs", Object(&EXTERNAL_DOCS)),
            may("example", Any),
            may("deprecated", Bool),
        ],
    )
};

/// How a value tells which of several schemas it follows.
pub static DISCRIMINATOR: ObjectType =
    object_type("discriminator", &[must("propertyName", Text), may("mapping", Map(&Text))]);

static XML: ObjectType = object_type(
    "xml",
    &[
        may("name", Text),
        may("namespace", Text),
        may("prefix", Text),
        may("attribute", Bool),
        may("wrapped", Bool),
    ],
);

/// A security scheme.
pub static SECURITY_SCHEME: ObjectType = ObjectType {
    implied: &[
        Implied { key: "type", value: "apiKey", needs: &["name", "in"] },
        Implied { key: "type", value: "http", needs: &["scheme"] },
        Implied { key: "type", value: "oauth2", needs: &["flows"] },
        Implied { key: "type", value: "openIdConnect", needs: &["openIdConnectUrl"] },
    ],
    ..object_type(
        "security scheme",
        &[
            must("type", Word(&["apiKey", "http", "oauth2", "openIdConnect"])),
            may("description", Text),
            may("name", Text),
            may("in", Word(&["query", "header", "cookie"])),
            may("scheme", Text),
            may("bearerFormat", Text),
            may("flows", Object(&OAUTH_FLOWS)),
            may("openIdConnectUrl", Text),
        ],
    )
};

static OAUTH_FLOWS: ObjectType = object_type(
    "OAuth flows",
    &[
        may("implicit", Object(&IMPLICIT)),
        may("password", Object(&TOKEN)),
        may("clientCredentials", Object(&TOKEN)),
        may("authorizationCode", Object(&AUTHORIZATION_CODE)),
    ],
);

static IMPLICIT: ObjectType = object_type(
    "OAuth flow",
    &[must("authorizationUrl", Text), may("refreshUrl", Text), must("scopes", Map(&Text))],
);

static TOKEN: ObjectType = object_type(
    "OAuth flow",
    &[must("tokenUrl", Text), may("refreshUrl", Text), must("scopes", Map(&Text))],
);

static AUTHORIZATION_CODE: ObjectType = object_type(
    "OAuth flow",
    &[
        must("authorizationUrl", Text),
        must("tokenUrl", Text),
        may("refreshUrl", Text),
        must("scopes", Map(&Text)),
    ],
);

/// The security schemes that must be met together.
pub static SECURITY_REQUIREMENT: ObjectType =
    ObjectType { others: Some(&List(&Text)), ..object_type("security requirement", &[]) };
