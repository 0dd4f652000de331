//! The kinds of change on the wire, with their classes and sentences.

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

/// A kind of change, in one direction.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Stable, as in `spec/README.md`.
    pub id: &'static str,
    pub class: Class,
    /// What happened. What it happened to stands between braces.
    sentence: &'static str,
}

impl Kind {
    /// What happened, in general.
    pub fn text(&self) -> String {
        self.sentence.replace(['{', '}'], "")
    }

    /// What happened to one thing. `changed` is the word for what changed, was added or was removed.
    pub(super) fn about(&self, title: &str, changed: &str) -> String {
        let parts = self.sentence.split_once('{');
        match parts.and_then(|(start, rest)| Some((start, rest.split_once('}')?.1))) {
            Some((start, end)) => format!("{start}{title}{}", end.replacen("changed", changed, 1)),
            None => self.sentence.to_owned(),
        }
    }
}

/// A kind of change in requests and in responses.
pub(super) type Kinds = [Kind; 2];

macro_rules! kinds {
    (
        both { $($name:ident $id:literal $class:ident $sentence:literal)* }
        values { $($value:ident $value_id:literal $relation:ident $value_sentence:literal)* }
    ) => {
        $(pub(super) static $name: Kinds = {
            const KIND: Kind = Kind { id: $id, class: Class::$class, sentence: $sentence };
            [KIND, KIND]
        };)*
        $(pub(super) static $value: Kinds = [
            Kind {
                id: concat!("request-", $value_id),
                class: Relation::$relation.class(Direction::Request),
                sentence: $value_sentence,
            },
            Kind {
                id: concat!("response-", $value_id),
                class: Relation::$relation.class(Direction::Response),
                sentence: $value_sentence,
            },
        ];)*
        static KINDS: &[&Kinds] = &[$(&$name,)* $(&$value),*];
    };
}

/// Every kind of change.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().flat_map(|[request, response]| {
        [Some(request), (request != response).then_some(response)].into_iter().flatten()
    })
}

kinds! {
both {
    NOT_UNDERSTOOD "not-understood" Breaking "{`not`, `xml`, an unknown `x-` key, …} changed, which the comparison does not understand"
    EXACT_VALUE_CHANGED "exact-value-changed" Breaking "{`in`, `style`, `default`, `readOnly`, the type of a security scheme, …} changed"
    DOCUMENTATION_CHANGED "documentation-changed" Documentation "{`description`, `example`, `deprecated`, `operationId`, `info.version`, …} changed"
    UNUSED_COMPONENT_CHANGED "unused-component-changed" Documentation "{a component}, which no operation uses, changed"
    SHOWN "shown" Compatible "{a value} is `x-log-safe` now, and appears in logs"
    HIDDEN "hidden" Compatible "{a value} is no longer `x-log-safe`, and appears in no log"
    OPERATION_ADDED "operation-added" Compatible "{an operation} is new"
    OPERATION_REMOVED "operation-removed" Breaking "{an operation} is gone"
    OPERATION_PATH_CHANGED "operation-path-changed" Breaking "{an operation} has another path"
    OPERATION_ID_MOVED "operation-id-moved" Breaking "{an `operationId`} now names another operation: code that uses it sends another request"
    OPERATION_METHOD_CHANGED "operation-method-changed" Breaking "{an operation} has another method"
    PATH_PARAMETER_RENAMED "path-parameter-renamed" Documentation "{a path parameter} has another name, which is not sent"
    HEADER_CASE_CHANGED "header-case-changed" Documentation "{the name of a header or of an HTTP scheme} is written in another case"
    SERVER_ADDED "server-added" Compatible "{a server} is new"
    SERVER_REMOVED "server-removed" Breaking "{a server} is gone"
    SERVER_RENAMED "server-renamed" Documentation "{a server} has another `x-name`"
    SERVER_URL_CHANGED "server-url-changed" Breaking "{a server} has another URL: code that uses it calls another host"
    SERVERS_CHANGED "servers-added-or-removed" Breaking "`servers` was added or removed"
    SCHEME_RENAMED "security-scheme-renamed" Breaking "{a security scheme} has another name, by which the client and middleware look for it"
    CREDENTIALS_REQUIRED "credentials-required" Breaking "credentials are now required: {a security scheme}"
    CREDENTIALS_OPTIONAL "credentials-optional" Compatible "credentials are no longer required"
    CREDENTIALS_ADDED "credentials-added" Compatible "{an alternative of `security`} is now accepted"
    CREDENTIALS_REMOVED "credentials-removed" Breaking "{an alternative of `security`} is no longer accepted"
    SCOPE_REQUIRED "scope-required" Breaking "{a scope} is now required"
    SCOPE_NOT_REQUIRED "scope-not-required" Compatible "{a scope} is no longer required"
    SCOPE_ADDED "scope-added" Compatible "{a scope of an OAuth flow} is new"
    SCOPE_REMOVED "scope-removed" Breaking "{a scope of an OAuth flow} is gone"
    PARAMETER_ADDED "parameter-added" Compatible "{a parameter} is new and optional"
    PARAMETER_ADDED_REQUIRED "parameter-added-required" Breaking "{a parameter} is new and required"
    PARAMETER_REMOVED "parameter-removed" Breaking "{a parameter} is gone"
    PARAMETER_BECAME_REQUIRED "parameter-became-required" Breaking "{a parameter} is now required"
    PARAMETER_BECAME_OPTIONAL "parameter-became-optional" Compatible "{a parameter} is now optional"
    REQUEST_BODY_ADDED "request-body-added" Compatible "{a request body} is new and optional"
    REQUEST_BODY_ADDED_REQUIRED "request-body-added-required" Breaking "{a request body} is new and required"
    REQUEST_BODY_REMOVED "request-body-removed" Breaking "{a request body} is gone"
    REQUEST_BODY_BECAME_REQUIRED "request-body-became-required" Breaking "{a request body} is now required"
    REQUEST_BODY_BECAME_OPTIONAL "request-body-became-optional" Compatible "{a request body} is now optional"
    RESPONSE_ADDED "response-added" Compatible "{a response other than 2XX} is new"
    RESPONSE_REMOVED "response-removed" Breaking "{a response} is gone"
    SUCCESS_ADDED "success-added" Breaking "{a 2XX response} is new"
    SUCCESS_CHANGED "success-changed" Breaking "{a 2XX response} replaces another"
    RESPONSE_BODY_ADDED "response-body-added" Breaking "{the body of a response} is new"
    RESPONSE_BODY_REMOVED "response-body-removed" Breaking "{the body of a response} is gone"
    RESPONSE_HEADER_ADDED "response-header-added" Compatible "{a response header} is new"
    RESPONSE_HEADER_REMOVED "response-header-removed" Breaking "{a response header} is gone"
    RESPONSE_HEADER_BECAME_REQUIRED "response-header-became-required" Compatible "{a response header} is now required"
    RESPONSE_HEADER_BECAME_OPTIONAL "response-header-became-optional" Breaking "{a response header} is now optional"
}
values {
    MEDIA_TYPE_ADDED "media-type-added" More "{a media type} is new"
    MEDIA_TYPE_REMOVED "media-type-removed" Incomparable "{a media type} is gone"
    TYPE_CHANGED "type-changed" Incomparable "{`type`} changed"
    TYPE_WIDENED "type-widened" More "{`type`} changed, which allows more values"
    TYPE_NARROWED "type-narrowed" Fewer "{`type`} changed, which allows fewer values"
    LIMIT_LOOSENED "limit-loosened" More "{`maximum`, `minLength`, `maxItems`, …} changed, which allows more values"
    LIMIT_TIGHTENED "limit-tightened" Fewer "{`maximum`, `minLength`, `maxItems`, …} changed, which allows fewer values"
    RESTRICTION_ADDED "restriction-added" Fewer "{`pattern`, `format`, `items`, `uniqueItems`, …} was added"
    RESTRICTION_REMOVED "restriction-removed" More "{`pattern`, `format`, `items`, `uniqueItems`, …} was removed"
    RESTRICTION_CHANGED "restriction-changed" Incomparable "{`pattern`, `format` or `multipleOf`} changed"
    NULL_ALLOWED "null-allowed" More "{a value} can now be `null`"
    NULL_FORBIDDEN "null-forbidden" Fewer "{a value} can no longer be `null`"
    ENUM_ADDED "enum-added" Fewer "{`enum`} was added"
    ENUM_REMOVED "enum-removed" More "{`enum`} was removed"
    ENUM_VALUE_ADDED "enum-value-added" Same "{a value of an `enum`} is new, and the client keeps values that it does not know"
    ENUM_VALUE_REMOVED "enum-value-removed" Fewer "{a value of an `enum`} is gone"
    PROPERTY_ADDED "property-added" Same "{a property} is new and optional"
    PROPERTY_ADDED_REQUIRED "property-added-required" Fewer "{a property} is new and required"
    PROPERTY_ADDED_TO_CLOSED "property-added-to-closed" More "{a property} is new, and `additionalProperties: false` allowed no other"
    PROPERTY_REMOVED "property-removed" Incomparable "{a property} is gone"
    PROPERTY_BECAME_REQUIRED "property-became-required" Fewer "{a property} is now required"
    PROPERTY_BECAME_OPTIONAL "property-became-optional" More "{a property} is now optional"
    ADDITIONAL_PROPERTIES_ALLOWED "additional-properties-allowed" More "{`additionalProperties`} changed, which allows more values"
    ADDITIONAL_PROPERTIES_FORBIDDEN "additional-properties-forbidden" Fewer "{`additionalProperties`} changed, which allows fewer values"
    ALTERNATIVE_ADDED "alternative-added" More "{an alternative of `oneOf` or `anyOf`} is new"
    ALTERNATIVE_REMOVED "alternative-removed" Fewer "{an alternative of `oneOf` or `anyOf`} is gone"
    PART_ADDED "part-added" Fewer "{a part of `allOf`} is new"
    PART_REMOVED "part-removed" More "{a part of `allOf`} is gone"
    DISCRIMINATOR_CHANGED "discriminator-changed" Incomparable "{`discriminator`} changed"
}
}
