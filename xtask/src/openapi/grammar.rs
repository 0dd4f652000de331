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
    /// What a change of it means.
    pub meaning: Meaning,
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

/// What it means for client and server if the value of a key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Only people read it.
    Words,
    /// A greatest value: without it there is no limit.
    Maximum,
    /// A least value: without it there is no limit; what counts cannot be less than 0.
    Minimum,
    /// Fewer values are allowed with it than without it.
    Restriction,
    /// `true` or `false`; `false` where it is not written.
    Flag(FlagMeaning),
    /// A list of the values that are allowed. Their order means nothing.
    Set,
    /// It means what the objects under it mean.
    Recurse,
    /// Client and server must have the same value.
    Exact,
    /// The command that compares has a function for it.
    Own,
    /// The comparison does not understand it.
    Opaque,
}

/// What `true` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagMeaning {
    /// Nothing on the wire.
    NoEffect,
    /// Fewer values are allowed.
    AllowsFewer,
    /// `null` is allowed as well.
    AllowsNull,
    /// Client and server must have the same value.
    MustAgree,
}

/// What the extensions of this project mean. A change of any other is not understood.
pub const EXTENSIONS: &[(&str, Meaning)] = &[
    ("x-docs-departure", Words),
    ("x-example", Words),
    ("x-known-errors", Words),
    ("x-name", Own),
    ("x-sensitive", Own),
];

use FlagMeaning::{AllowsFewer, AllowsNull, MustAgree, NoEffect};
use Meaning::{Exact, Flag, Maximum, Minimum, Opaque, Own, Recurse, Restriction, Set, Words};
use ValueType::{Any, Bool, BoolOr, Count, List, Map, Number, Object, ObjectOrRef, Text, Word};

const fn may(key: &'static str, value_type: ValueType, meaning: Meaning) -> Field {
    Field { key, value_type, is_required: false, meaning }
}

const fn must(key: &'static str, value_type: ValueType, meaning: Meaning) -> Field {
    Field { key, value_type, is_required: true, meaning }
}

const fn object_type(name: &'static str, fields: &'static [Field]) -> ObjectType {
    ObjectType { name, fields, others: None, implied: &[], one_of: &[] }
}

impl ObjectType {
    /// What a change of a key means.
    pub fn meaning(&self, key: &str) -> Meaning {
        if let Some(field) = self.fields.iter().find(|field| field.key == key) {
            return field.meaning;
        }
        let extension = EXTENSIONS.iter().find(|(name, _)| *name == key);
        match extension {
            Some((_, meaning)) => *meaning,
            None if self.others.is_some() && !key.starts_with("x-") => Own,
            None => Opaque,
        }
    }
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
        must("openapi", Text, Words),
        must("info", Object(&INFO), Recurse),
        may("servers", List(&Object(&SERVER)), Own),
        must("paths", Object(&PATHS), Own),
        may("components", Object(&COMPONENTS), Own),
        may("security", List(&Object(&SECURITY_REQUIREMENT)), Own),
        may("tags", List(&Object(&TAG)), Words),
        may("externalDocs", Object(&EXTERNAL_DOCS), Words),
    ],
);

static INFO: ObjectType = object_type(
    "info",
    &[
        must("title", Text, Words),
        may("description", Text, Words),
        may("termsOfService", Text, Words),
        may("contact", Object(&CONTACT), Words),
        may("license", Object(&LICENSE), Words),
        must("version", Text, Words),
    ],
);

static CONTACT: ObjectType = object_type(
    "contact",
    &[may("name", Text, Words), may("url", Text, Words), may("email", Text, Words)],
);

static LICENSE: ObjectType =
    object_type("license", &[must("name", Text, Words), may("url", Text, Words)]);

/// A server.
pub static SERVER: ObjectType = object_type(
    "server",
    &[
        must("url", Text, Own),
        may("description", Text, Words),
        may("variables", Map(&Object(&SERVER_VARIABLE)), Recurse),
    ],
);

/// A part of a server's URL.
pub static SERVER_VARIABLE: ObjectType = object_type(
    "server variable",
    &[
        may("enum", List(&Text), Exact),
        must("default", Text, Exact),
        may("description", Text, Words),
    ],
);

/// What operations share.
pub static COMPONENTS: ObjectType = object_type(
    "components",
    &[
        may("schemas", Map(&ObjectOrRef(&SCHEMA)), Own),
        may("responses", Map(&ObjectOrRef(&RESPONSE)), Own),
        may("parameters", Map(&ObjectOrRef(&PARAMETER)), Own),
        may("examples", Map(&ObjectOrRef(&EXAMPLE)), Own),
        may("requestBodies", Map(&ObjectOrRef(&REQUEST_BODY)), Own),
        may("headers", Map(&ObjectOrRef(&HEADER)), Own),
        may("securitySchemes", Map(&ObjectOrRef(&SECURITY_SCHEME)), Own),
        may("links", Map(&ObjectOrRef(&LINK)), Own),
        may("callbacks", Map(&ObjectOrRef(&CALLBACK)), Own),
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
        may("$ref", Text, Opaque),
        may("summary", Text, Words),
        may("description", Text, Words),
        may("get", Object(&OPERATION), Own),
        may("put", Object(&OPERATION), Own),
        may("post", Object(&OPERATION), Own),
        may("delete", Object(&OPERATION), Own),
        may("options", Object(&OPERATION), Own),
        may("head", Object(&OPERATION), Own),
        may("patch", Object(&OPERATION), Own),
        may("trace", Object(&OPERATION), Own),
        may("servers", List(&Object(&SERVER)), Own),
        may("parameters", List(&ObjectOrRef(&PARAMETER)), Own),
    ],
);

/// An operation.
pub static OPERATION: ObjectType = object_type(
    "operation",
    &[
        may("tags", List(&Text), Words),
        may("summary", Text, Words),
        may("description", Text, Words),
        may("externalDocs", Object(&EXTERNAL_DOCS), Words),
        may("operationId", Text, Words),
        may("parameters", List(&ObjectOrRef(&PARAMETER)), Own),
        may("requestBody", ObjectOrRef(&REQUEST_BODY), Own),
        must("responses", Object(&RESPONSES), Own),
        may("callbacks", Map(&ObjectOrRef(&CALLBACK)), Opaque),
        may("deprecated", Bool, Flag(NoEffect)),
        may("security", List(&Object(&SECURITY_REQUIREMENT)), Own),
        may("servers", List(&Object(&SERVER)), Own),
    ],
);

static EXTERNAL_DOCS: ObjectType = object_type(
    "external documentation",
    &[may("description", Text, Words), must("url", Text, Words)],
);

const STYLES: &[&str] =
    &["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"];

/// A parameter.
pub static PARAMETER: ObjectType = ObjectType {
    implied: &[Implied { key: "in", value: "path", needs: &["required"] }],
    one_of: &["schema", "content"],
    ..object_type(
        "parameter",
        &[
            must("name", Text, Own),
            must("in", Word(&["query", "header", "path", "cookie"]), Exact),
            may("description", Text, Words),
            may("required", Bool, Own),
            may("deprecated", Bool, Flag(NoEffect)),
            may("allowEmptyValue", Bool, Flag(MustAgree)),
            may("style", Word(STYLES), Own),
            may("explode", Bool, Own),
            may("allowReserved", Bool, Flag(MustAgree)),
            may("schema", ObjectOrRef(&SCHEMA), Recurse),
            may("example", Any, Words),
            may("examples", Map(&ObjectOrRef(&EXAMPLE)), Words),
            may("content", Map(&Object(&MEDIA_TYPE)), Own),
        ],
    )
};

/// A header of a response.
pub static HEADER: ObjectType = ObjectType {
    one_of: &["schema", "content"],
    ..object_type(
        "header",
        &[
            may("description", Text, Words),
            may("required", Bool, Own),
            may("deprecated", Bool, Flag(NoEffect)),
            may("allowEmptyValue", Bool, Flag(MustAgree)),
            may("style", Word(STYLES), Own),
            may("explode", Bool, Own),
            may("allowReserved", Bool, Flag(MustAgree)),
            may("schema", ObjectOrRef(&SCHEMA), Recurse),
            may("example", Any, Words),
            may("examples", Map(&ObjectOrRef(&EXAMPLE)), Words),
            may("content", Map(&Object(&MEDIA_TYPE)), Own),
        ],
    )
};

/// A body of a request.
pub static REQUEST_BODY: ObjectType = object_type(
    "request body",
    &[
        may("description", Text, Words),
        must("content", Map(&Object(&MEDIA_TYPE)), Own),
        may("required", Bool, Own),
    ],
);

/// A body in one media type.
pub static MEDIA_TYPE: ObjectType = object_type(
    "media type",
    &[
        may("schema", ObjectOrRef(&SCHEMA), Recurse),
        may("example", Any, Words),
        may("examples", Map(&ObjectOrRef(&EXAMPLE)), Words),
        may("encoding", Map(&Object(&ENCODING)), Recurse),
    ],
);

static ENCODING: ObjectType = object_type(
    "encoding",
    &[
        may("contentType", Text, Exact),
        may("headers", Map(&ObjectOrRef(&HEADER)), Recurse),
        may("style", Text, Own),
        may("explode", Bool, Own),
        may("allowReserved", Bool, Flag(MustAgree)),
    ],
);

/// The responses of an operation.
pub static RESPONSES: ObjectType =
    ObjectType { others: Some(&ObjectOrRef(&RESPONSE)), ..object_type("responses", &[]) };

/// A response.
pub static RESPONSE: ObjectType = object_type(
    "response",
    &[
        must("description", Text, Words),
        may("headers", Map(&ObjectOrRef(&HEADER)), Own),
        may("content", Map(&Object(&MEDIA_TYPE)), Own),
        may("links", Map(&ObjectOrRef(&LINK)), Words),
    ],
);

static CALLBACK: ObjectType =
    ObjectType { others: Some(&Object(&PATH_ITEM)), ..object_type("callback", &[]) };

/// An example.
pub static EXAMPLE: ObjectType = object_type(
    "example",
    &[
        may("summary", Text, Words),
        may("description", Text, Words),
        may("value", Any, Words),
        may("externalValue", Text, Words),
    ],
);

static LINK: ObjectType = ObjectType {
    one_of: &["operationId", "operationRef"],
    ..object_type(
        "link",
        &[
            may("operationRef", Text, Words),
            may("operationId", Text, Words),
            may("parameters", Map(&Any), Words),
            may("requestBody", Any, Words),
            may("description", Text, Words),
            may("server", Object(&SERVER), Words),
        ],
    )
};

static TAG: ObjectType = object_type(
    "tag",
    &[
        must("name", Text, Words),
        may("description", Text, Words),
        may("externalDocs", Object(&EXTERNAL_DOCS), Words),
    ],
);

/// A schema.
pub static SCHEMA: ObjectType = ObjectType {
    implied: &[Implied { key: "type", value: "array", needs: &["items"] }],
    ..object_type(
        "schema",
        &[
            may("title", Text, Words),
            may("multipleOf", Number, Restriction),
            may("maximum", Number, Maximum),
            may("exclusiveMaximum", Bool, Flag(AllowsFewer)),
            may("minimum", Number, Minimum),
            may("exclusiveMinimum", Bool, Flag(AllowsFewer)),
            may("maxLength", Count, Maximum),
            may("minLength", Count, Minimum),
            may("pattern", Text, Restriction),
            may("maxItems", Count, Maximum),
            may("minItems", Count, Minimum),
            may("uniqueItems", Bool, Flag(AllowsFewer)),
            may("maxProperties", Count, Maximum),
            may("minProperties", Count, Minimum),
            may("required", List(&Text), Own),
            may("enum", List(&Any), Set),
            may("type", Word(&["string", "integer", "number", "boolean", "object", "array"]), Own),
            may("allOf", List(&ObjectOrRef(&SCHEMA)), Own),
            may("oneOf", List(&ObjectOrRef(&SCHEMA)), Own),
            may("anyOf", List(&ObjectOrRef(&SCHEMA)), Own),
            may("not", ObjectOrRef(&SCHEMA), Opaque),
            may("items", ObjectOrRef(&SCHEMA), Own),
            may("properties", Map(&ObjectOrRef(&SCHEMA)), Own),
            may("additionalProperties", BoolOr(&ObjectOrRef(&SCHEMA)), Own),
            may("description", Text, Words),
            may("format", Text, Own),
            may("default", Any, Exact),
            may("nullable", Bool, Flag(AllowsNull)),
            may("discriminator", Object(&DISCRIMINATOR), Own),
            may("readOnly", Bool, Flag(MustAgree)),
            may("writeOnly", Bool, Flag(MustAgree)),
            may("xml", Object(&XML), Opaque),
            may("externalDocs", Object(&EXTERNAL_DOCS), Words),
            may("example", Any, Words),
            may("deprecated", Bool, Flag(NoEffect)),
        ],
    )
};

/// How a value tells which of several schemas it follows.
pub static DISCRIMINATOR: ObjectType = object_type(
    "discriminator",
    &[must("propertyName", Text, Exact), may("mapping", Map(&Text), Own)],
);

static XML: ObjectType = object_type(
    "xml",
    &[
        may("name", Text, Opaque),
        may("namespace", Text, Opaque),
        may("prefix", Text, Opaque),
        may("attribute", Bool, Opaque),
        may("wrapped", Bool, Opaque),
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
            must("type", Word(&["apiKey", "http", "oauth2", "openIdConnect"]), Exact),
            may("description", Text, Words),
            may("name", Text, Own),
            may("in", Word(&["query", "header", "cookie"]), Exact),
            may("scheme", Text, Own),
            may("bearerFormat", Text, Words),
            may("flows", Object(&OAUTH_FLOWS), Recurse),
            may("openIdConnectUrl", Text, Exact),
        ],
    )
};

static OAUTH_FLOWS: ObjectType = object_type(
    "OAuth flows",
    &[
        may("implicit", Object(&IMPLICIT), Recurse),
        may("password", Object(&TOKEN), Recurse),
        may("clientCredentials", Object(&TOKEN), Recurse),
        may("authorizationCode", Object(&AUTHORIZATION_CODE), Recurse),
    ],
);

static IMPLICIT: ObjectType = object_type(
    "OAuth flow",
    &[
        must("authorizationUrl", Text, Exact),
        may("refreshUrl", Text, Exact),
        must("scopes", Map(&Text), Own),
    ],
);

static TOKEN: ObjectType = object_type(
    "OAuth flow",
    &[
        must("tokenUrl", Text, Exact),
        may("refreshUrl", Text, Exact),
        must("scopes", Map(&Text), Own),
    ],
);

static AUTHORIZATION_CODE: ObjectType = object_type(
    "OAuth flow",
    &[
        must("authorizationUrl", Text, Exact),
        must("tokenUrl", Text, Exact),
        may("refreshUrl", Text, Exact),
        must("scopes", Map(&Text), Own),
    ],
);

/// The security schemes that must be met together.
pub static SECURITY_REQUIREMENT: ObjectType =
    ObjectType { others: Some(&List(&Text)), ..object_type("security requirement", &[]) };
