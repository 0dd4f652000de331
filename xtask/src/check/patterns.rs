//! Mistakes that one object shows, as a table.

use crate::finding::Rule;
use crate::openapi::Document;
use crate::openapi::document::Findings;
use crate::openapi::grammar::{
    HEADER, LINK, MEDIA_TYPE, OPERATION, ObjectType, PARAMETER, PATH_ITEM, REQUEST_BODY, RESPONSE,
    SCHEMA, SECURITY_SCHEME, SERVER,
};
use crate::openapi::links::DANGLING;
use crate::openapi::operations::names;
use crate::openapi::references::Located;
use crate::openapi::tree::{Node, Value};
use crate::openapi::walk::IGNORED_KEY;

pub const PATH_PARAMETER: Rule = Rule::error("path-parameter");
const COOKIE: Rule = Rule::error("cookie-parameter");
const HEADER_NAME: Rule = Rule::error("header-name");
const STYLE: Rule = Rule::error("parameter-style");
const CONTENT: Rule = Rule::error("parameter-content");
const HEADER_DEFAULT: Rule = Rule::warning("header-default");
const ENCODING: Rule = Rule::error("body-encoding");
pub const SHAPE: Rule = Rule::error("parameter-shape");
pub const UNSUPPORTED: Rule = Rule::error("unsupported-schema");
const METHOD: Rule = Rule::error("method");
const BODY: Rule = Rule::error("unexpected-body");
const SERVER_URL: Rule = Rule::error("server");
const EXCLUSIVE: Rule = Rule::error("exclusive-keys");
const REQUIRED_DEFAULT: Rule = Rule::error("required-default");
const DESCRIPTION: Rule = Rule::error("missing-description");

pub const RULES: [Rule; 15] = [
    METHOD,
    SERVER_URL,
    EXCLUSIVE,
    PATH_PARAMETER,
    COOKIE,
    HEADER_NAME,
    SHAPE,
    STYLE,
    CONTENT,
    HEADER_DEFAULT,
    REQUIRED_DEFAULT,
    BODY,
    ENCODING,
    UNSUPPORTED,
    DESCRIPTION,
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
    COOKIE on PARAMETER: |_, at| value(at, "in").filter(|_| is(at, "in", "cookie"))
        => "the generator cannot send a cookie",
        "remove the parameter, and set the cookie in a middleware";
    PATH_PARAMETER on PARAMETER: |_, at| value(at, "required").filter(|it| is(at, "in", "path") && is_false(it))
        => "a parameter in the path is always required",
        "write `required: true`";
    STYLE on PARAMETER: |_, at| other_style(at, "form").filter(|_| is(at, "in", "query"))
        => "the generator cannot write this style",
        "remove it: the generator writes `form` only";
    STYLE on PARAMETER: |_, at| other_style(at, "simple").filter(|_| is_plain(at))
        => "the generator cannot write this style",
        "remove it: the generator writes `simple` only";
    CONTENT on PARAMETER: |_, at| at.below("content").filter(|_| !is(at, "in", "cookie"))
        => "the generator cannot write a parameter with `content`",
        "give it only a `schema`";
    HEADER_NAME on PARAMETER | SECURITY_SCHEME: |_, at| no_token(at)
        => "`{}` cannot be the name of a header",
        "use letters, digits and hyphens";
    HEADER_DEFAULT on PARAMETER: |document, at| {
        let is_optional = is(at, "in", "header") && !at.node.is_true("required");
        document.resolve(&SCHEMA, at.below("schema").filter(|_| is_optional)?)?.below("default")
    }
        => "the generated client does not send the default of a header",
        "if it is a value to try, call it `example`; otherwise write it in the description";
    REQUIRED_DEFAULT on PARAMETER: |document, at| {
        let schema = at.below("schema").filter(|_| at.node.is_true("required"))?;
        document.resolve(&SCHEMA, schema)?.below("default")
    }
        => "a required parameter is always sent, so its default is never used",
        "call it `example`, beside the parameter's `schema`";
    ENCODING on MEDIA_TYPE: |_, at| at.below("encoding")
        => "the generator ignores `encoding`",
        "remove it";
    METHOD on PATH_ITEM: |_, at| at.below("options").or_else(|| at.below("trace"))
        => "the generated client cannot send the method `{}`",
        "remove the operation";
    SERVER_URL on SERVER: |_, at| value(at, "url").filter(|url| !is_url(url.node))
        => "`{}` is not the URL of a server",
        "write it with its scheme and host, for example `https://api.example.com/v1`";
    SERVER_URL on SERVER: |_, at| value(at, "url").filter(|url| at.node.get("x-name").is_some() && !is_base_url(url.node))
        => "a client cannot be built with `{}`, which `x-name` makes a constant",
        "write a URL with scheme and host and without a query, or remove the `x-name`";
    SERVER_URL on SERVER: |_, at| value(at, "url").filter(|_| has_undeclared_variable(at.node))
        => "`{}` has a variable that `variables` does not declare",
        "declare it below `variables:`, with a `default`";
    EXCLUSIVE on PARAMETER | HEADER | MEDIA_TYPE: |_, at| at.below("examples").filter(|_| at.node.get("example").is_some())
        => "`examples` stands beside `example`, and OpenAPI allows only one of them",
        "move the value of `example` into `examples`";
    HEADER_NAME on PARAMETER: |_, at| {
        let reserved = ["authorization", "accept", "content-type"];
        let is_reserved = |name: &str| reserved.contains(&name.to_lowercase().as_str());
        value(at, "name")
            .filter(|name| is(at, "in", "header") && name.node.text().is_some_and(is_reserved))
    }
        => "OpenAPI ignores a parameter for the header `{}`",
        "describe `Authorization` as a security scheme, and the others by the media types of the bodies";
    STYLE on PARAMETER: |_, at| value(at, "explode").filter(|it| is(at, "in", "query") && is_false(it))
        => "the generator ignores `explode: false`, and repeats the name for each item",
        "remove it if the server reads `a=1&a=2`; otherwise describe the parameter as a `string`";
    SHAPE on PARAMETER: |document, at| {
        let schema =
            document.resolve(&SCHEMA, at.below("schema").filter(|_| is(at, "in", "query"))?)?;
        let items = document.resolve(&SCHEMA, schema.below("items")?)?;
        let is_simple = !is(&items, "type", "object")
            && !is(&items, "type", "array")
            && items.node.get("properties").is_none();
        let is_fixed = number(schema.node, "minItems").is_some()
            && number(schema.node, "minItems") == number(schema.node, "maxItems");
        (!is_simple || is_fixed).then(|| at.below("schema"))?
    }
        => "the generator cannot send an array of a fixed size, of arrays or of objects in the query",
        "remove `minItems` or `maxItems`, or describe the parameter as a `string`";
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
    UNSUPPORTED on OPERATION: |_, at| {
        let callbacks = at.below("callbacks")?.entries().into_iter();
        callbacks.map(|(_, callback)| callback).find(|callback| callback.node.get("$ref").is_some())
    }
        => "the generator does not follow a reference to a callback",
        "write the callback here, or describe it in words";
    IGNORED_KEY on OPERATION: |_, at| at.below("callbacks")
        => "the generator ignores `callbacks`",
        "keep it as documentation, or remove it";
    IGNORED_KEY on OPERATION | PATH_ITEM: |_, at| at.below("servers")
        => "the generator reads only the `servers` of the document",
        "move them there: a client is built with the URL of one of them";
    IGNORED_KEY on SCHEMA: |_, at| at.below("discriminator")
        => "the generator ignores `discriminator`: the client takes the first alternative that fits",
        "put the alternatives that require the most properties first";
    UNSUPPORTED on SCHEMA: |_, at| at.below("anyOf").filter(|_| at.node.get("oneOf").is_some())
        => "the generator has no type for `anyOf` beside `oneOf`",
        "keep one of them, or put both below `allOf`";
    UNSUPPORTED on SCHEMA: |_, at| {
        let of_text = ["date", "date-time", "time", "uuid", "email", "uri", "byte", "binary"];
        let format = at.below("format")?;
        let has_meaning = match at.node.text_of("type") {
            Some("integer" | "number") => format.node.text().is_none_or(|it| !of_text.contains(&it)),
            of => matches!(of, None | Some("string")),
        };
        (!has_meaning).then_some(format)
    }
        => "this `format` has no meaning for values of this `type`",
        "remove it, or correct the `type`";
    UNSUPPORTED on SCHEMA: |_, at| {
        let least = number(at.node, "minItems").filter(|least| *least > 32.0);
        at.below("minItems").filter(|_| least.is_some() && least == number(at.node, "maxItems"))
    }
        => "the generator has no type for an array of a fixed size above 32",
        "remove `minItems` or `maxItems`";
    UNSUPPORTED on SCHEMA: |_, at| {
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
    DANGLING on LINK: |document, at| {
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
    DANGLING on LINK: |document, at| {
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

fn is(at: &Located<'_>, key: &str, wanted: &str) -> bool {
    at.node.text_of(key) == Some(wanted)
}

fn is_false(at: &Located<'_>) -> bool {
    matches!(at.node.value, Value::Bool(false))
}

/// Whether a parameter is written as one string, as headers and the parts of a path are.
fn is_plain(at: &Located<'_>) -> bool {
    is(at, "in", "header") || is(at, "in", "path")
}

fn value<'a>(at: &Located<'a>, key: &str) -> Option<Located<'a>> {
    at.below(key).map(Located::value)
}

fn other_style<'a>(at: &Located<'a>, own: &str) -> Option<Located<'a>> {
    value(at, "style").filter(|style| style.node.text().is_some_and(|style| style != own))
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
