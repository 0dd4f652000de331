//! Mistakes that one object shows, as a table.

use crate::finding::Rule;
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::grammar::{
    HEADER, LINK, MEDIA_TYPE, OPERATION, ObjectType, PARAMETER, PATH_ITEM, REQUEST_BODY, RESPONSE,
    SCHEMA, SECURITY_SCHEME, SERVER,
};
use crate::openapi::operations::names;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};
use crate::openapi::walk::IGNORED_KEY;

pub const PATH_PARAMETER: Rule = Rule::error("path-parameter");
const HEADER_NAME: Rule = Rule::error("header-name");
const BODY: Rule = Rule::warning("unexpected-body");
const SERVER_URL: Rule = Rule::warning("server");
const BASE_URL: Rule = Rule::error("base-url");
const EXCLUSIVE: Rule = Rule::warning("exclusive-keys");
const REQUIRED_DEFAULT: Rule = Rule::warning("required-default");
pub const NO_VALUE: Rule = Rule::error("no-value");
const DESCRIPTION: Rule = Rule::warning("missing-description");
const DANGLING_LINK: Rule = Rule::warning("dangling-link");

pub const RULES: [Rule; 10] = [
    SERVER_URL,
    BASE_URL,
    EXCLUSIVE,
    PATH_PARAMETER,
    HEADER_NAME,
    REQUIRED_DEFAULT,
    BODY,
    NO_VALUE,
    DESCRIPTION,
    DANGLING_LINK,
];

/// A mistake in an object of one of some types, outside of callbacks.
struct Pattern {
    rule: Rule,
    on: &'static [&'static ObjectType],
    /// The place of the mistake, if the object has it.
    find: Find,
    /// The message, in which `{}` is the text at the place.
    message: &'static str,
    help: &'static str,
}

type Find = for<'a> fn(&Document<'a>, &Located<'a>) -> Option<Located<'a>>;

macro_rules! patterns {
    ($($rule:ident on $($on:ident)|+: $find:expr => $message:literal, $help:literal;)*) => {
        static PATTERNS: &[Pattern] = &[$(Pattern {
            rule: $rule,
            on: &[$(&$on),+],
            find: $find,
            message: $message,
            help: $help,
        }),*];
    };
}

patterns! {
    PATH_PARAMETER on PARAMETER: |_, at| value(at, "required").filter(|it| is(at, "in", "path") && is_false(it))
        => "a parameter in the path is always required",
        "write `required: true`";
    HEADER_NAME on PARAMETER | SECURITY_SCHEME: |_, at| no_token(at)
        => "`{}` cannot be the name of a header",
        "use letters, digits and hyphens";
    REQUIRED_DEFAULT on PARAMETER: |document, at| {
        let schema = at.below("schema").filter(|_| at.node.is_true("required"))?;
        document.resolve(&SCHEMA, schema)?.below("default")
    }
        => "a required parameter is always sent, so its default is never used",
        "call it `example`, beside the parameter's `schema`";
    SERVER_URL on SERVER: |_, at| value(at, "url").filter(|url| !is_url(url.node))
        => "`{}` is not the URL of a server",
        "write it with its scheme and host, for example `https://api.example.com/v1`";
    BASE_URL on SERVER: |_, at| value(at, "url").filter(|url| at.node.get("x-name").is_some() && !is_base_url(url.node))
        => "a client cannot be built with `{}`, which `x-name` makes a constant",
        "write a URL with scheme and host and without a query, or remove the `x-name`";
    SERVER_URL on SERVER: |_, at| value(at, "url").filter(|_| has_undeclared_variable(at.node))
        => "`{}` has a variable that `variables` does not declare",
        "declare it below `variables:`, with a `default`";
    EXCLUSIVE on PARAMETER | HEADER | MEDIA_TYPE: |_, at| at.below("examples").filter(|_| at.node.get("example").is_some())
        => "`examples` stands beside `example`, and OpenAPI allows only one of them",
        "move the value of `example` into `examples`";
    IGNORED_KEY on PARAMETER: |_, at| value(at, "in").filter(|_| is(at, "in", "cookie") && !at.node.is_true("required"))
        => "the client sends no cookies, so it leaves out this parameter",
        "set the cookie in a middleware";
    IGNORED_KEY on MEDIA_TYPE: |_, at| at.below("encoding")
        => "the client writes forms as browsers do, and ignores `encoding`",
        "remove it, or keep it as documentation";
    IGNORED_KEY on PARAMETER: |_, at| {
        let reserved = ["authorization", "accept", "content-type"];
        let is_reserved = |name: &str| reserved.contains(&name.to_lowercase().as_str());
        value(at, "name")
            .filter(|name| is(at, "in", "header") && name.node.text().is_some_and(is_reserved))
    }
        => "OpenAPI ignores a parameter for the header `{}`",
        "describe `Authorization` as a security scheme, and the others by the media types of the bodies";
    BODY on OPERATION: |_, at| {
        let method = at.pointer.rsplit('/').next();
        at.below("requestBody").filter(|_| matches!(method, Some("get" | "head")))
    }
        => "a request of this method has no body",
        "describe what is sent as parameters with `in: query`, or use `post`";
    BODY on OPERATION: |document, at| {
        let is_head = at.pointer.ends_with("/head");
        let responses = at.below("responses")?.entries().into_iter();
        responses
            .filter(|(status, _)| is_head || ["204", "205", "304"].contains(status))
            .find_map(|(_, at)| document.resolve(&RESPONSE, at)?.below("content"))
    }
        => "this response never has a body",
        "remove the `content`, or correct the status";
    IGNORED_KEY on OPERATION: |_, at| at.below("callbacks")
        => "the generator ignores `callbacks`",
        "keep it as documentation, or remove it";
    IGNORED_KEY on OPERATION | PATH_ITEM: |_, at| at.below("servers")
        => "the generator reads only the `servers` of the document",
        "move them there: a client is built with the URL of one of them";
    IGNORED_KEY on PARAMETER: |_, at| value(at, "allowReserved").filter(|_| at.node.is_true("allowReserved"))
        => "the client encodes reserved characters, and ignores `allowReserved`",
        "remove it";
    IGNORED_KEY on SCHEMA: |_, at| at.below("not").or_else(|| at.below("xml"))
        => "`{}` has no effect on the client",
        "write it in the description instead";
    IGNORED_KEY on SCHEMA: |_, at| {
        let is_alone = ["oneOf", "anyOf"].iter().all(|key| at.node.get(key).is_none());
        at.below("discriminator").filter(|_| is_alone)
    }
        => "`discriminator` has no effect without alternatives",
        "put it beside the `oneOf` that lists the schemas";
    IGNORED_KEY on SCHEMA: |_, at| {
        let of = at.node.text_of("type")?;
        let of = if of == "integer" { "number" } else { of };
        let others = KEYWORDS.iter().filter(|(name, _)| *name != of);
        others.flat_map(|(_, keys)| *keys).find_map(|key| at.below(key))
    }
        => "`{}` says nothing about values of this `type`",
        "remove it, or correct the `type`";
    NO_VALUE on SCHEMA: |_, at| {
        let is_empty = |at: &Located<'_>| matches!(&at.node.value, Value::List(items) if items.is_empty());
        ["allOf", "oneOf", "anyOf", "enum"].iter().find_map(|key| at.below(key).filter(is_empty))
    }
        => "`{}` is empty, so no value matches this schema",
        "fill it or remove it";
    NO_VALUE on SCHEMA: |_, at| {
        let pairs = [
            ("minimum", "maximum"),
            ("minLength", "maxLength"),
            ("minItems", "maxItems"),
            ("minProperties", "maxProperties"),
        ];
        let is_exclusive =
            at.node.is_true("exclusiveMinimum") || at.node.is_true("exclusiveMaximum");
        let is_empty = |(least, most): &(&str, &str)| {
            let least = number(at.node, least).zip(number(at.node, most));
            least.is_some_and(|(least, most)| least > most || least == most && is_exclusive)
        };
        at.below(pairs.into_iter().find(is_empty)?.0)
    }
        => "`{}` and the other limit leave no value",
        "correct one of the two limits";
    DESCRIPTION on SCHEMA | PARAMETER | REQUEST_BODY | HEADER | SECURITY_SCHEME: |_, at| {
        let is_component = at.pointer.starts_with("/components/") && at.pointer.split('/').nth(4).is_none();
        let text = at.node.text_of("description").unwrap_or_default();
        (is_component && at.node.map().is_some() && text.trim().is_empty()).then(|| at.clone())
    }
        => "the component `{}` has no description",
        "add `description:` to it: it becomes the documentation in Rust";
    DANGLING_LINK on LINK: |document, at| {
        let is_known = |id: &str| {
            document
                .operations
                .iter()
                .any(|operation| operation.at.node.text_of("operationId") == Some(id))
        };
        value(at, "operationId").filter(|id| id.node.text().is_some_and(|id| !is_known(id)))
    }
        => "no operation has the `operationId` `{}`",
        "name an `operationId` of this document";
    DANGLING_LINK on LINK: |document, at| {
        let is_known = |pointer: &str| {
            let pointer = pointer.replace("%7B", "{").replace("%7D", "}");
            document.operations.iter().any(|operation| operation.at.pointer == pointer)
        };
        value(at, "operationRef")
            .filter(|it| it.node.text().and_then(|text| text.strip_prefix('#')).is_some_and(|it| !is_known(it)))
    }
        => "`{}` does not lead to an operation",
        "name its `operationId` instead";
}

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for part in document.parts().iter().filter(|part| !part.is_reference && !part.is_in_callback())
    {
        for pattern in PATTERNS.iter().filter(|pattern| pattern.on.contains(&part.object_type)) {
            if let Some(at) = (pattern.find)(document, &part.at) {
                let text = document.source.text.get(at.anchor.start..at.anchor.end);
                let text = text.unwrap_or_default().trim_matches(['"', '\'']);
                out.add(pattern.rule, &at, pattern.message.replace("{}", text), pattern.help);
            }
        }
    }
}

/// The keywords that limit values of one type, by type.
const KEYWORDS: [(&str, &[&str]); 4] = [
    ("number", &["multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
    ("string", &["minLength", "maxLength", "pattern"]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    ("object", &["properties", "additionalProperties", "minProperties", "maxProperties"]),
];

fn is(at: &Located<'_>, key: &str, wanted: &str) -> bool {
    at.node.text_of(key) == Some(wanted)
}

fn is_false(at: &Located<'_>) -> bool {
    matches!(at.node.value, Value::Bool(false))
}

fn value<'a>(at: &Located<'a>, key: &str) -> Option<Located<'a>> {
    at.below(key).map(Located::value)
}

/// The name of a header that is not a token, which is made of letters, digits and some signs (RFC 9110, section 5.1).
fn no_token<'a>(at: &Located<'a>) -> Option<Located<'a>> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let name = value(at, "name").filter(|_| is(at, "in", "header"))?;
    let text = name.node.text()?;
    (text.is_empty() || !text.chars().all(is_token)).then_some(name)
}

fn number(node: &Node, key: &str) -> Option<f64> {
    match &node.get(key)?.value {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

fn has_undeclared_variable(server: &Node) -> bool {
    let declared = |name: &str| server.get("variables").and_then(|node| node.get(name)).is_some();
    server.text_of("url").is_some_and(|url| !names(url).all(declared))
}

/// Whether a client can be built with a URL once its variables are filled in, as `ClientBuilder::build` of `vault-api`
/// checks it.
fn is_base_url(url: &Node) -> bool {
    let is_plain = |url: url::Url| {
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
    };
    let text = url.text().map(|text| text.replace(['{', '}'], ""));
    text.is_none_or(|text| url::Url::parse(&text).is_ok_and(is_plain))
}

/// Whether it is a URL of HTTP, or one that is relative to the document's.
fn is_url(url: &Node) -> bool {
    let Some(text) = url.text() else {
        return true;
    };
    let filled = text.replace(['{', '}'], "");
    let filled = if names(text).any(|name| text.starts_with(&format!("{{{name}}}"))) {
        format!("https://{filled}")
    } else {
        filled
    };
    let is_http = |url: url::Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    !filled.contains(char::is_whitespace)
        && (filled.starts_with('/') || url::Url::parse(&filled).is_ok_and(is_http))
}
