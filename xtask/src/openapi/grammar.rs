//! What OpenAPI 3.0 allows in its objects, as data.
//!
//! Source: the OpenAPI Specification 3.0.3, section 4.7. Any object may also have keys that start with `x-`.

pub struct ObjectType {
    pub name: &'static str,
    pub fields: &'static [Field],
    /// What stands under all other keys, in an object whose keys are names that the document gives.
    pub others: Option<&'static ValueType>,
    /// A key, one of its values, and the keys that the object must also have then.
    pub implied: &'static [(&'static str, &'static str, &'static [&'static str])],
    /// Keys of which it must have one.
    pub one_of: &'static [&'static str],
}

/// A key that an object may have.
pub struct Field {
    pub key: &'static str,
    /// What may stand under it.
    pub value_type: ValueType,
    pub is_required: bool,
    pub meaning: Meaning,
}

pub enum ValueType {
    Text,
    /// One of a few words.
    Word(&'static [&'static str]),
    Bool,
    Number,
    /// A whole number, not negative.
    Count,
    Any,
    Object(&'static ObjectType),
    /// An object of a kind, or a reference to one in a part of `components`.
    ObjectOrRef(&'static ObjectType),
    List(&'static ValueType),
    /// A map whose keys are names that the document gives.
    Map(&'static ValueType),
    BoolOr(&'static ValueType),
}

/// What a change of a key means for client and server.
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
    AllowsFewer,
    AllowsNull,
    /// Client and server must have the same value.
    MustAgree,
}

use super::DEPARTURE;
use FlagMeaning::{AllowsFewer, AllowsNull, MustAgree, NoEffect};
use Meaning::{Exact, Flag, Maximum, Minimum, Opaque, Own, Recurse, Restriction, Set, Words};
use ValueType::{Any, Bool, BoolOr, Count, List, Map, Number, Object, ObjectOrRef, Text, Word};

/// The extensions of this project, and what each belongs on if its effect depends on that. A change of any other is not
/// understood.
pub static EXTENSIONS: &[(Field, Option<&str>)] = &[
    (may(DEPARTURE, Any, Words), None),
    (may("x-example", Any, Words), None),
    (may("x-known-errors", Map(&Object(&KNOWN_ERROR)), Own), Some("a component schema")),
    (may("x-name", Any, Own), Some("a server of the whole document")),
    (may("x-signed", Object(&SIGNED), Exact), Some("a security scheme")),
    (may("x-log-safe", Bool, Own), Some("a property, a parameter or a component schema")),
];

const fn may(key: &'static str, value_type: ValueType, meaning: Meaning) -> Field {
    Field { key, value_type, is_required: false, meaning }
}

const fn must(key: &'static str, value_type: ValueType, meaning: Meaning) -> Field {
    Field { key, value_type, is_required: true, meaning }
}

impl ObjectType {
    const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, others: None, implied: &[], one_of: &[] }
    }

    pub fn has(&self, key: &str) -> bool {
        self.fields.iter().any(|field| field.key == key)
    }

    pub fn meaning(&self, key: &str) -> Meaning {
        let extensions = EXTENSIONS.iter().map(|(field, _)| field);
        match self.fields.iter().chain(extensions).find(|field| field.key == key) {
            Some(field) => field.meaning,
            None if key.starts_with("x-") => Words,
            None if self.others.is_some() => Own,
            None => Opaque,
        }
    }
}

/// Each is a static of its own.
impl PartialEq for ObjectType {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The part of `components` that has the components of a kind.
pub fn section(kind: &ObjectType) -> Option<&'static str> {
    COMPONENTS.fields.iter().find_map(|field| match &field.value_type {
        Map(ObjectOrRef(held)) if *held == kind => Some(field.key),
        _ => None,
    })
}

pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

const STYLES: &[&str] =
    &["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"];

/// Defines object types: a name in Rust and in the specification, the keys, and `=> field: value` for the other fields.
macro_rules! object_types {
    ($($name:ident $title:literal {
        $($presence:ident $key:literal $value_type:expr, $meaning:expr;)*
        $(=> $field:ident: $value:expr;)*
    })*) => {$(
        pub static $name: ObjectType = ObjectType {
            $($field: $value,)*
            ..ObjectType::new($title, &[$($presence($key, $value_type, $meaning)),*])
        };
    )*};
}

object_types! {
    DOCUMENT "document" {
        must "openapi" Text, Words;
        must "info" Object(&INFO), Recurse;
        may "servers" List(&Object(&SERVER)), Own;
        must "paths" Object(&PATHS), Own;
        may "components" Object(&COMPONENTS), Own;
        may "security" List(&Object(&SECURITY_REQUIREMENT)), Own;
        may "tags" List(&Object(&TAG)), Words;
        may "externalDocs" Object(&EXTERNAL_DOCS), Words;
    }

    INFO "info" {
        must "title" Text, Words;
        may "description" Text, Words;
        may "termsOfService" Text, Words;
        may "contact" Object(&CONTACT), Words;
        may "license" Object(&LICENSE), Words;
        must "version" Text, Words;
    }

    CONTACT "contact" {
        may "name" Text, Words;
        may "url" Text, Words;
        may "email" Text, Words;
    }

    LICENSE "license" {
        must "name" Text, Words;
        may "url" Text, Words;
    }

    SERVER "server" {
        must "url" Text, Own;
        may "description" Text, Words;
        may "variables" Map(&Object(&SERVER_VARIABLE)), Recurse;
    }

    SERVER_VARIABLE "server variable" {
        may "enum" List(&Text), Exact;
        must "default" Text, Exact;
        may "description" Text, Words;
    }

    COMPONENTS "components" {
        may "schemas" Map(&ObjectOrRef(&SCHEMA)), Own;
        may "responses" Map(&ObjectOrRef(&RESPONSE)), Own;
        may "parameters" Map(&ObjectOrRef(&PARAMETER)), Own;
        may "examples" Map(&ObjectOrRef(&EXAMPLE)), Own;
        may "requestBodies" Map(&ObjectOrRef(&REQUEST_BODY)), Own;
        may "headers" Map(&ObjectOrRef(&HEADER)), Own;
        may "securitySchemes" Map(&ObjectOrRef(&SECURITY_SCHEME)), Own;
        may "links" Map(&ObjectOrRef(&LINK)), Own;
        may "callbacks" Map(&ObjectOrRef(&CALLBACK)), Own;
    }

    PATHS "paths" {
        => others: Some(&Object(&PATH_ITEM));
    }

    PATH_ITEM "path item" {
        may "$ref" Text, Opaque;
        may "summary" Text, Words;
        may "description" Text, Words;
        may "get" Object(&OPERATION), Own;
        may "put" Object(&OPERATION), Own;
        may "post" Object(&OPERATION), Own;
        may "delete" Object(&OPERATION), Own;
        may "options" Object(&OPERATION), Own;
        may "head" Object(&OPERATION), Own;
        may "patch" Object(&OPERATION), Own;
        may "trace" Object(&OPERATION), Own;
        may "servers" List(&Object(&SERVER)), Own;
        may "parameters" List(&ObjectOrRef(&PARAMETER)), Own;
    }

    OPERATION "operation" {
        may "tags" List(&Text), Words;
        may "summary" Text, Words;
        may "description" Text, Words;
        may "externalDocs" Object(&EXTERNAL_DOCS), Words;
        may "operationId" Text, Words;
        may "parameters" List(&ObjectOrRef(&PARAMETER)), Own;
        may "requestBody" ObjectOrRef(&REQUEST_BODY), Own;
        must "responses" Object(&RESPONSES), Own;
        may "callbacks" Map(&ObjectOrRef(&CALLBACK)), Opaque;
        may "deprecated" Bool, Flag(NoEffect);
        may "security" List(&Object(&SECURITY_REQUIREMENT)), Own;
        may "servers" List(&Object(&SERVER)), Own;
    }

    EXTERNAL_DOCS "external documentation" {
        may "description" Text, Words;
        must "url" Text, Words;
    }

    PARAMETER "parameter" {
        must "name" Text, Own;
        must "in" Word(&["query", "header", "path", "cookie"]), Exact;
        may "description" Text, Words;
        may "required" Bool, Own;
        may "deprecated" Bool, Flag(NoEffect);
        may "allowEmptyValue" Bool, Flag(MustAgree);
        may "style" Word(STYLES), Own;
        may "explode" Bool, Own;
        may "allowReserved" Bool, Flag(MustAgree);
        may "schema" ObjectOrRef(&SCHEMA), Recurse;
        may "example" Any, Words;
        may "examples" Map(&ObjectOrRef(&EXAMPLE)), Words;
        may "content" Map(&Object(&MEDIA_TYPE)), Own;
        => implied: &[("in", "path", &["required"])];
        => one_of: &["schema", "content"];
    }

    HEADER "header" {
        may "description" Text, Words;
        may "required" Bool, Own;
        may "deprecated" Bool, Flag(NoEffect);
        may "allowEmptyValue" Bool, Flag(MustAgree);
        may "style" Word(STYLES), Own;
        may "explode" Bool, Own;
        may "allowReserved" Bool, Flag(MustAgree);
        may "schema" ObjectOrRef(&SCHEMA), Recurse;
        may "example" Any, Words;
        may "examples" Map(&ObjectOrRef(&EXAMPLE)), Words;
        may "content" Map(&Object(&MEDIA_TYPE)), Own;
        => one_of: &["schema", "content"];
    }

    REQUEST_BODY "request body" {
        may "description" Text, Words;
        must "content" Map(&Object(&MEDIA_TYPE)), Own;
        may "required" Bool, Own;
    }

    MEDIA_TYPE "media type" {
        may "schema" ObjectOrRef(&SCHEMA), Recurse;
        may "example" Any, Words;
        may "examples" Map(&ObjectOrRef(&EXAMPLE)), Words;
        may "encoding" Map(&Object(&ENCODING)), Recurse;
    }

    ENCODING "encoding" {
        may "contentType" Text, Exact;
        may "headers" Map(&ObjectOrRef(&HEADER)), Recurse;
        may "style" Text, Own;
        may "explode" Bool, Own;
        may "allowReserved" Bool, Flag(MustAgree);
    }

    RESPONSES "responses" {
        => others: Some(&ObjectOrRef(&RESPONSE));
    }

    RESPONSE "response" {
        must "description" Text, Words;
        may "headers" Map(&ObjectOrRef(&HEADER)), Own;
        may "content" Map(&Object(&MEDIA_TYPE)), Own;
        may "links" Map(&ObjectOrRef(&LINK)), Words;
    }

    CALLBACK "callback" {
        => others: Some(&Object(&PATH_ITEM));
    }

    EXAMPLE "example" {
        may "summary" Text, Words;
        may "description" Text, Words;
        may "value" Any, Words;
        may "externalValue" Text, Words;
    }

    LINK "link" {
        may "operationRef" Text, Words;
        may "operationId" Text, Words;
        may "parameters" Map(&Any), Words;
        may "requestBody" Any, Words;
        may "description" Text, Words;
        may "server" Object(&SERVER), Words;
        => one_of: &["operationId", "operationRef"];
    }

    TAG "tag" {
        must "name" Text, Words;
        may "description" Text, Words;
        may "externalDocs" Object(&EXTERNAL_DOCS), Words;
    }

    SCHEMA "schema" {
        may "title" Text, Words;
        may "multipleOf" Number, Restriction;
        may "maximum" Number, Maximum;
        may "exclusiveMaximum" Bool, Flag(AllowsFewer);
        may "minimum" Number, Minimum;
        may "exclusiveMinimum" Bool, Flag(AllowsFewer);
        may "maxLength" Count, Maximum;
        may "minLength" Count, Minimum;
        may "pattern" Text, Restriction;
        may "maxItems" Count, Maximum;
        may "minItems" Count, Minimum;
        may "uniqueItems" Bool, Flag(AllowsFewer);
        may "maxProperties" Count, Maximum;
        may "minProperties" Count, Minimum;
        may "required" List(&Text), Own;
        may "enum" List(&Any), Set;
        may "type" Word(&["string", "integer", "number", "boolean", "object", "array"]), Own;
        may "allOf" List(&ObjectOrRef(&SCHEMA)), Own;
        may "oneOf" List(&ObjectOrRef(&SCHEMA)), Own;
        may "anyOf" List(&ObjectOrRef(&SCHEMA)), Own;
        may "not" ObjectOrRef(&SCHEMA), Opaque;
        may "items" ObjectOrRef(&SCHEMA), Own;
        may "properties" Map(&ObjectOrRef(&SCHEMA)), Own;
        may "additionalProperties" BoolOr(&ObjectOrRef(&SCHEMA)), Own;
        may "description" Text, Words;
        may "format" Text, Own;
        may "default" Any, Exact;
        may "nullable" Bool, Flag(AllowsNull);
        may "discriminator" Object(&DISCRIMINATOR), Own;
        may "readOnly" Bool, Flag(MustAgree);
        may "writeOnly" Bool, Flag(MustAgree);
        may "xml" Any, Opaque;
        may "externalDocs" Object(&EXTERNAL_DOCS), Words;
        may "example" Any, Words;
        may "deprecated" Bool, Flag(NoEffect);
        => implied: &[("type", "array", &["items"])];
    }

    // How a value tells which of several schemas it follows.
    DISCRIMINATOR "discriminator" {
        must "propertyName" Text, Exact;
        may "mapping" Map(&Text), Own;
    }

    SECURITY_SCHEME "security scheme" {
        must "type" Word(&["apiKey", "http", "oauth2", "openIdConnect"]), Exact;
        may "description" Text, Words;
        may "name" Text, Own;
        may "in" Word(&["query", "header", "cookie"]), Exact;
        may "scheme" Text, Own;
        may "bearerFormat" Text, Words;
        may "flows" Object(&OAUTH_FLOWS), Recurse;
        may "openIdConnectUrl" Text, Exact;
        => implied: &[
            ("type", "apiKey", &["name", "in"]),
            ("type", "http", &["scheme"]),
            ("type", "oauth2", &["flows"]),
            ("type", "openIdConnect", &["openIdConnectUrl"]),
        ];
    }

    OAUTH_FLOWS "OAuth flows" {
        may "implicit" Object(&OAUTH_FLOW), Recurse;
        may "password" Object(&OAUTH_FLOW), Recurse;
        may "clientCredentials" Object(&OAUTH_FLOW), Recurse;
        may "authorizationCode" Object(&OAUTH_FLOW), Recurse;
    }

    OAUTH_FLOW "OAuth flow" {
        may "authorizationUrl" Text, Exact;
        may "tokenUrl" Text, Exact;
        may "refreshUrl" Text, Exact;
        must "scopes" Map(&Text), Own;
    }

    // The security schemes that must be met together.
    SECURITY_REQUIREMENT "security requirement" {
        => others: Some(&List(&Text));
    }

    // Which header and which fields of the body a signature covers.
    SIGNED "list of what is signed" {
        must "fingerprint" Text, Exact;
        must "phone" Text, Exact;
        must "password" Text, Exact;
    }

    KNOWN_ERROR "known error" {
        must "description" Text, Words;
        must "fields" Map(&Any), Exact;
        may "status" Count, Exact;
    }
}
