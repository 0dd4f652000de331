//! The parts of the OpenAPI document that the sandbox answers from.

use openapiv3::{
    OpenAPI, Operation, Parameter, ReferenceOr, RequestBody, Response, Schema, SchemaKind,
    StatusCode, Type,
};
use serde_json::Value;
use vault_api::OPERATIONS;

/// The document this workspace generates the client from.
const TEXT: &str = include_str!("../../spec/vault.yaml");
const JSON: &str = "application/json";

/// The OpenAPI document could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the openapi document cannot be read: run `cargo xtask codegen`")]
pub struct DocumentError(#[from] serde_yaml::Error);

pub(crate) struct Document(OpenAPI);

/// The operation that a request calls: as the client knows it, and as the document describes it.
pub(crate) struct Called<'a> {
    pub(crate) table: &'static vault_api::Operation,
    pub(crate) described: &'a Operation,
}

impl Document {
    pub(crate) fn read() -> Result<Self, DocumentError> {
        Ok(Self(serde_yaml::from_str(TEXT)?))
    }

    /// The operation that a request of this method and path calls.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<Called<'_>> {
        let table = OPERATIONS
            .iter()
            .find(|operation| operation.method == method && matches(operation.path, path))?;
        let (_, _, described) = self
            .0
            .operations()
            .find(|(_, _, operation)| operation.operation_id.as_deref() == Some(table.id))?;
        Some(Called { table, described })
    }

    /// The headers that every call of the operation has: its required parameters, and the credentials of
    /// the first, strictest alternative of its security.
    pub(crate) fn required_headers(&self, called: &Called<'_>) -> Vec<String> {
        let shared = self.0.paths.paths.get(called.table.path).and_then(ReferenceOr::as_item);
        let shared = shared.into_iter().flat_map(|item| &item.parameters);
        let parameters = called.described.parameters.iter().chain(shared);
        let parameters = parameters.filter_map(|parameter| match self.parameter(parameter)? {
            Parameter::Header { parameter_data, .. } if parameter_data.required => {
                Some(parameter_data.name.clone())
            }
            _ => None,
        });
        let schemes = called.table.security.iter().take(1).copied().flatten();
        let credentials = schemes.filter_map(|scheme| scheme.header.map(str::to_owned));
        parameters.chain(credentials).collect()
    }

    fn parameter<'a>(&'a self, parameter: &'a ReferenceOr<Parameter>) -> Option<&'a Parameter> {
        match parameter {
            ReferenceOr::Item(parameter) => Some(parameter),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/parameters/")?;
                self.0.components.as_ref()?.parameters.get(name)?.as_item()
            }
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
                let is_text =
                    property.as_ref().and_then(|property| self.schema(property)).is_some_and(
                        |schema| matches!(schema.schema_kind, SchemaKind::Type(Type::String(_))),
                    );
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
        let content = response.as_item().and_then(|response: &Response| response.content.get(JSON));
        let examples = content.into_iter().flat_map(|content| &content.examples);
        examples.filter_map(move |(name, example)| {
            let value = example.as_item()?.value.clone()?;
            Some((status, name.as_str(), value))
        })
    })
}
