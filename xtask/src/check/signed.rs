//! Operations that are signed: whether a request has what its signature covers.

use crate::finding::Rule;
use crate::generator::media_type::{self, Encoding};
use crate::openapi::document::Findings;
use crate::openapi::grammar::SCHEMA;
use crate::openapi::operations::{Operation, Parameter};
use crate::openapi::references::Located;
use crate::openapi::schema::summary;
use crate::openapi::walk::EXTENSION;

const SIGNED: Rule = Rule::error("signed-part");

pub const RULES: [Rule; 1] = [SIGNED];

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    let schemes = document.components("securitySchemes").into_iter();
    for second in schemes.filter_map(|(_, at)| at.below("x-signed")).skip(1) {
        let help = "remove it: the signer signs what the first `x-signed` names";
        out.add(EXTENSION, &second, "another scheme has `x-signed`, too", help);
    }
    for operation in &document.operations {
        let alternatives = document.security(operation).map(|at| at.items()).unwrap_or_default();
        let names = alternatives.iter().flat_map(|at| at.entries());
        let scheme = names.filter_map(|(name, at)| {
            Some((at, document.security_scheme(name)?.below("x-signed")?))
        });
        if let Some((listed, signed)) = scheme.into_iter().next() {
            header(out, operation, &listed, &signed);
            body(out, operation, &listed, &signed);
        }
    }
}

fn header<'a>(
    out: &mut Findings<'_, 'a>,
    operation: &Operation<'a>,
    listed: &Located<'a>,
    signed: &Located<'a>,
) {
    let Some(wanted) = signed.node.text_of("fingerprint") else {
        return;
    };
    let mut parameters = operation.effective_parameters();
    let named = parameters.find(|parameter| parameter.name().eq_ignore_ascii_case(wanted));
    let is_required_header =
        |it: &Parameter<'_>| it.location() == "header" && it.at.node.is_true("required");
    if named.is_some_and(is_required_header) {
        return;
    }
    let message = format!("{} is signed, and has no required header `{wanted}`", operation.title());
    let (at, verb) = match named {
        Some(parameter) => (parameter.named(), "write"),
        None => (listed.clone(), "add a parameter with"),
    };
    let help = format!("{verb} `name: {wanted}`, `in: header` and `required: true`");
    out.add(SIGNED, &at, message, help).also(signed.anchor, "what is signed");
}

fn body<'a>(
    out: &mut Findings<'_, 'a>,
    operation: &Operation<'a>,
    listed: &Located<'a>,
    signed: &Located<'a>,
) {
    let document = out.document;
    let Some(wanted) = signed.node.text_of("phone") else {
        return;
    };
    let body = operation.body.as_ref().filter(|body| body.node.is_true("required"));
    let schema = body
        .and_then(|body| {
            let content = body.below("content")?.entries();
            let json =
                content.into_iter().find(|(name, _)| media_type::encoding(name) == Encoding::Json);
            json?.1.below("schema")
        })
        .map(|schema| summary(document, &schema));
    let is_string = schema.is_some_and(|schema| {
        let property = schema.properties.get(wanted).filter(|property| property.is_required);
        let schema = property.and_then(|it| document.resolve(&SCHEMA, it.schema.clone()));
        schema.is_some_and(|at| {
            at.node.text_of("type") == Some("string") && !at.node.is_true("nullable")
        })
    });
    if !is_string {
        let message = format!(
            "{} is signed, and its body has no required string `{wanted}`",
            operation.title()
        );
        let help =
            format!("describe a required JSON body whose schema requires the string `{wanted}`");
        out.add(SIGNED, listed, message, help).also(signed.anchor, "what is signed");
    }
}
