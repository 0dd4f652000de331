//! The kinds of change on the wire, with their classes and explanations.

use serde::Serialize;

/// What a change means, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The server can refuse a request that it accepted, or a client can get a response that it cannot read.
    Breaking,
    /// The wire is the same, but Rust code that uses the crate may not compile.
    SourceBreaking,
    /// Client and server still understand each other, and code still compiles.
    Compatible,
    /// Only people notice.
    Documentation,
}

impl Class {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::SourceBreaking => "source-breaking",
            Self::Compatible => "compatible",
            Self::Documentation => "documentation",
        }
    }

    /// Whether callers must change something.
    pub fn is_breaking(self) -> bool {
        matches!(self, Self::Breaking | Self::SourceBreaking)
    }
}

/// Which way values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Request,
    Response,
}

/// How the values that are allowed now compare with those that were allowed before.
#[derive(Clone, Copy)]
enum Relation {
    Same,
    Fewer,
    More,
    /// Some are gone, and some are new.
    Incomparable,
}

impl Relation {
    /// A server must accept what clients send, and a client must read what servers send.
    const fn class(self, direction: Direction) -> Class {
        match (self, direction) {
            (Self::Fewer | Self::Incomparable, Direction::Request)
            | (Self::More | Self::Incomparable, Direction::Response) => Class::Breaking,
            _ => Class::Compatible,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable, as in `spec/README.md`.
    pub id: &'static str,
    pub class: Class,
    pub text: &'static str,
}

/// A kind of change of the allowed values, which means something else in each direction.
pub(super) struct ValueKind([Kind; 2]);

impl ValueKind {
    pub(super) fn of(&'static self, direction: Direction) -> &'static Kind {
        match direction {
            Direction::Request => &self.0[0],
            Direction::Response => &self.0[1],
        }
    }
}

macro_rules! kinds {
    ($($name:ident $id:literal $class:ident $text:literal)*) => {
        $(pub(super) static $name: Kind = Kind { id: $id, class: Class::$class, text: $text };)*
        static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

macro_rules! value_kinds {
    ($($name:ident $id:literal $relation:ident $text:literal)*) => {
        $(pub(super) static $name: ValueKind = ValueKind([
            Kind {
                id: concat!("request-", $id),
                class: Relation::$relation.class(Direction::Request),
                text: $text,
            },
            Kind {
                id: concat!("response-", $id),
                class: Relation::$relation.class(Direction::Response),
                text: $text,
            },
        ]);)*
        static VALUE_KINDS: &[&ValueKind] = &[$(&$name),*];
    };
}

/// Every kind of change.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    let values = VALUE_KINDS.iter().flat_map(|kind| kind.0.iter());
    KINDS.iter().copied().chain(values)
}

kinds! {
    NOT_UNDERSTOOD "not-understood" Breaking "something that the comparison does not understand, such as an unknown `x-` key"
    EXACT_VALUE_CHANGED "exact-value-changed" Breaking "a value that client and server must share: `in`, `style`, `default`, `readOnly`, the type of a security scheme, …"
    DOCUMENTATION_CHANGED "documentation-changed" Documentation "words and examples, `deprecated`, `operationId`, `title`, `info.version`"
    UNUSED_COMPONENT_CHANGED "unused-component-changed" Documentation "a component that no operation leads to"
    SENSITIVE_ADDED "sensitive-added" Compatible "`x-sensitive` is set: the value no longer appears in logs"
    SENSITIVE_REMOVED "sensitive-removed" Compatible "`x-sensitive` is gone: the value then appears in logs"
    OPERATION_ADDED "operation-added" Compatible "an operation is new"
    OPERATION_REMOVED "operation-removed" Breaking "an operation is gone"
    OPERATION_PATH_CHANGED "operation-path-changed" Breaking "an operation has another path"
    OPERATION_METHOD_CHANGED "operation-method-changed" Breaking "an operation has another method"
    PATH_PARAMETER_RENAMED "path-parameter-renamed" Documentation "a parameter of the path has another name, which is not sent"
    HEADER_CASE_CHANGED "header-case-changed" Documentation "the name of a header, or of an HTTP scheme, in another case"
    SERVER_ADDED "server-added" Compatible "a server is new"
    SERVER_REMOVED "server-removed" Breaking "a server is gone"
    SERVER_RENAMED "server-renamed" Documentation "a URL has another `x-name`"
    SERVER_URL_CHANGED "server-url-changed" Breaking "an `x-name`, or the server in its place, stands for another URL"
    SERVERS_CHANGED "servers-added-or-removed" Breaking "`servers` was added or removed"
    CREDENTIALS_REQUIRED "credentials-required" Breaking "credentials are now asked for"
    CREDENTIALS_OPTIONAL "credentials-optional" Compatible "credentials are no longer required"
    CREDENTIALS_ADDED "credentials-added" Compatible "an alternative of `security` is new"
    CREDENTIALS_REMOVED "credentials-removed" Breaking "an alternative of `security` is gone"
    SCOPE_REQUIRED "scope-required" Breaking "an operation asks for one scope more"
    SCOPE_NOT_REQUIRED "scope-not-required" Compatible "an operation asks for one scope less"
    SCOPE_ADDED "scope-added" Compatible "an OAuth flow has a new scope"
    SCOPE_REMOVED "scope-removed" Breaking "an OAuth flow has lost a scope"
    PARAMETER_ADDED "parameter-added" Compatible "an optional parameter is new"
    PARAMETER_ADDED_REQUIRED "parameter-added-required" Breaking "a required parameter is new"
    PARAMETER_REMOVED "parameter-removed" Breaking "a parameter is gone"
    PARAMETER_BECAME_REQUIRED "parameter-became-required" Breaking "a parameter is now required"
    PARAMETER_BECAME_OPTIONAL "parameter-became-optional" Compatible "a parameter is no longer required"
    REQUEST_BODY_ADDED "request-body-added" Compatible "an optional request body is new"
    REQUEST_BODY_ADDED_REQUIRED "request-body-added-required" Breaking "a required request body is new"
    REQUEST_BODY_REMOVED "request-body-removed" Breaking "the request body is gone"
    REQUEST_BODY_BECAME_REQUIRED "request-body-became-required" Breaking "the request body is now required"
    REQUEST_BODY_BECAME_OPTIONAL "request-body-became-optional" Compatible "the request body is no longer required"
    RESPONSE_ADDED "response-added" Compatible "a response is new and no success"
    RESPONSE_REMOVED "response-removed" Breaking "a response is gone"
    SUCCESS_ADDED "success-added" Breaking "a 2XX response is new"
    SUCCESS_CHANGED "success-changed" Breaking "one 2XX response stands in place of another"
    RESPONSE_BODY_ADDED "response-body-added" Breaking "a response has a body now"
    RESPONSE_BODY_REMOVED "response-body-removed" Breaking "a response has no body any more"
    RESPONSE_HEADER_ADDED "response-header-added" Compatible "a header of a response is new"
    RESPONSE_HEADER_REMOVED "response-header-removed" Breaking "a header of a response is gone"
    RESPONSE_HEADER_BECAME_REQUIRED "response-header-became-required" Compatible "a header of a response is now always there"
    RESPONSE_HEADER_BECAME_OPTIONAL "response-header-became-optional" Breaking "a header of a response can now be missing"
}

value_kinds! {
    MEDIA_TYPE_ADDED "media-type-added" More "a body can have a new media type"
    MEDIA_TYPE_REMOVED "media-type-removed" Incomparable "a media type of a body is gone"
    TYPE_CHANGED "type-changed" Incomparable "`type` is another one"
    TYPE_WIDENED "type-widened" More "`type` is gone, or `integer` became `number`"
    TYPE_NARROWED "type-narrowed" Fewer "`type` is new, or `number` became `integer`"
    LIMIT_LOOSENED "limit-loosened" More "a limit in numbers allows more values, or is gone"
    LIMIT_TIGHTENED "limit-tightened" Fewer "a limit in numbers allows fewer values, or is new"
    RESTRICTION_ADDED "restriction-added" Fewer "`pattern`, `format`, `items`, `uniqueItems`, … restrict a value now"
    RESTRICTION_REMOVED "restriction-removed" More "`pattern`, `format`, `items`, `uniqueItems`, … no longer restrict a value"
    RESTRICTION_CHANGED "restriction-changed" Incomparable "`pattern`, `format` or `multipleOf` is another one"
    NULL_ALLOWED "null-allowed" More "a value can now be `null`"
    NULL_FORBIDDEN "null-forbidden" Fewer "a value can no longer be `null`"
    ENUM_ADDED "enum-added" Fewer "only certain values are allowed now"
    ENUM_REMOVED "enum-removed" More "any value is allowed now"
    ENUM_VALUE_ADDED "enum-value-added" More "a value of an `enum` is new"
    ENUM_VALUE_REMOVED "enum-value-removed" Fewer "a value of an `enum` is gone"
    PROPERTY_ADDED "property-added" Same "an optional property is new"
    PROPERTY_ADDED_REQUIRED "property-added-required" Fewer "a required property is new"
    PROPERTY_ADDED_TO_CLOSED "property-added-to-closed" More "a property is new where `additionalProperties: false` allowed no other"
    PROPERTY_REMOVED "property-removed" Incomparable "a property is gone"
    PROPERTY_BECAME_REQUIRED "property-became-required" Fewer "a property is now required"
    PROPERTY_BECAME_OPTIONAL "property-became-optional" More "a property can now be missing"
    ADDITIONAL_PROPERTIES_ALLOWED "additional-properties-allowed" More "`additionalProperties` allows more"
    ADDITIONAL_PROPERTIES_FORBIDDEN "additional-properties-forbidden" Fewer "`additionalProperties` allows less"
    ALTERNATIVE_ADDED "alternative-added" More "an alternative of `oneOf` or `anyOf` is new"
    ALTERNATIVE_REMOVED "alternative-removed" Fewer "an alternative of `oneOf` or `anyOf` is gone"
    PART_ADDED "part-added" Fewer "a part of `allOf` is new"
    PART_REMOVED "part-removed" More "a part of `allOf` is gone"
    DISCRIMINATOR_CHANGED "discriminator-changed" Incomparable "`discriminator` was added or removed"
}
