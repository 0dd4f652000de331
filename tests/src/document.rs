//! The parts of the OpenAPI document that the sandbox answers from.

use openapiv3::{
    APIKeyLocation, OpenAPI, Operation, Parameter, ReferenceOr, RequestBody, Response, Schema,
    SchemaKind, SecurityScheme, StatusCode, Type,
};
use serde_json::Value;

/// The document this workspace generates the client from.
const TEXT: &str = include_str!("../../spec/vault.yaml");
const JSON: &str = "application/json";

/// The OpenAPI document could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the openapi document cannot be read: run `cargo xtask codegen`")]
pub struct DocumentError(#[from] serde_yaml::Error);

pub(crate) struct Document(OpenAPI);

impl Document {
    pub(crate) fn read() -> Result<Self, DocumentError> {
        Ok(Self(serde_yaml::from_str(TEXT)?))
    }

    /// The operation that a request of this method and path calls.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        self.0
            .operations()
            .find(|(template, verb, _)| {
                verb.eq_ignore_ascii_case(method) && matches(template, path)
            })
            .map(|(_, _, operation)| operation)
    }

    /// The headers that every call of the operation has: its required parameters, and the credentials of
    /// the first, strictest alternative of its security.
    pub(crate) fn required_headers(&self, operation: &Operation) -> Vec<String> {
        let parameters = operation.parameters.iter().filter_map(ReferenceOr::as_item);
        let parameters = parameters.filter_map(|parameter| match parameter {
            Parameter::Header { parameter_data, .. } if parameter_data.required => {
                Some(parameter_data.name.clone())
            }
            _ => None,
        });
        let first = operation.security.iter().flatten().next();
        let credentials = first
            .into_iter()
            .flat_map(|schemes| schemes.keys())
            .filter_map(|name| self.header_of_scheme(name));
        parameters.chain(credentials).collect()
    }

    /// The header of a security scheme, if it is a key in one.
    pub(crate) fn header_of_scheme(&self, name: &str) -> Option<String> {
        let components = self.0.components.as_ref()?;
        match components.security_schemes.get(name)?.as_item()? {
            SecurityScheme::APIKey {
                location: APIKeyLocation::Header,
                name,
                ..
            } => Some(name.clone()),
            _ => None,
        }
    }

    /// The first required field that a JSON body lacks, or has with another type than string where it is
    /// one.
    pub(crate) fn wrong_field(&self, operation: &Operation, body: &Value) -> Option<String> {
        let request: &RequestBody = operation.request_body.as_ref()?.as_item()?;
        let schema = self.schema(request.content.get(JSON)?.schema.as_ref()?)?;
        let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else {
            return None;
        };
        let wrong = |name: &&String| match body.get(name) {
            None => true,
            Some(value) => {
                let property = object.properties.get(*name).cloned();
                let property = property.map(ReferenceOr::unbox);
                let is_text = property
                    .as_ref()
                    .and_then(|property| self.schema(property))
                    .is_some_and(|schema| {
                        matches!(schema.schema_kind, SchemaKind::Type(Type::String(_)))
                    });
                is_text && !value.is_string()
            }
        };
        object.required.iter().find(wrong).cloned()
    }

    /// The example of this name, with the status of the response that has it.
    pub(crate) fn example(&self, operation: &Operation, name: &str) -> Option<(u16, Value)> {
        examples(operation)
            .find(|(_, example, _)| *example == name)
            .map(|(status, _, value)| (status, value))
    }

    /// The first example of a success.
    pub(crate) fn success(&self, operation: &Operation) -> Option<(u16, Value)> {
        examples(operation)
            .find(|(status, _, _)| (200..300).contains(status))
            .map(|(status, _, value)| (status, value))
    }

    fn schema<'a>(&'a self, schema: &'a ReferenceOr<Schema>) -> Option<&'a Schema> {
        match schema {
            ReferenceOr::Item(schema) => Some(schema),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/schemas/")?;
                self.0.components.as_ref()?.schemas.get(name)?.as_item()
            }
        }
    }
}

fn matches(template: &str, path: &str) -> bool {
    let segments = template.split('/').count() == path.split('/').count();
    let same = |(template, given): (&str, &str)| template.starts_with('{') || template == given;
    segments && template.split('/').zip(path.split('/')).all(same)
}

/// Every named example of a response: status, name, value.
fn examples(operation: &Operation) -> impl Iterator<Item = (u16, &str, Value)> {
    let responses = operation.responses.responses.iter();
    responses.flat_map(|(status, response)| {
        let status = match status {
            StatusCode::Code(status) => *status,
            StatusCode::Range(hundred) => hundred * 100,
        };
        let content = response
            .as_item()
            .and_then(|response: &Response| response.content.get(JSON));
        let examples = content.into_iter().flat_map(|content| &content.examples);
        examples.filter_map(move |(name, example)| {
            let value = example.as_item()?.value.clone()?;
            Some((status, name.as_str(), value))
        })
    })
}
