//! An operation of the document, with its parameters resolved.

use openapiv3::{
    Components, MediaType, OpenAPI, Parameter, ParameterData, ParameterSchemaOrContent,
    ReferenceOr, RequestBody, Schema,
};
use serde_json::Value;

use super::GenerateError;

/// Where an argument travels. The order is that of the arguments.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    Path,
    Query,
    Header,
    Body,
}

impl Location {
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Body => "body",
        }
    }
}

/// An operation, where it is, and its parameters.
pub struct Operation<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub node: &'a openapiv3::Operation,
    /// The path's parameters, where the operation does not replace them, and then the operation's.
    pub parameters: Vec<&'a Parameter>,
    components: Option<&'a Components>,
}

/// What the document says about an argument.
#[derive(Default)]
pub struct Described {
    pub required: bool,
    pub description: String,
    pub example: Option<String>,
}

impl<'a> Operation<'a> {
    /// Every operation, in the document's order.
    ///
    /// # Errors
    ///
    /// If a parameter refers to one that the document does not have.
    pub fn all(api: &'a OpenAPI) -> Result<Vec<Self>, GenerateError> {
        let components = api.components.as_ref();
        let operations = api.operations().map(|(path, method, node)| {
            let item = api.paths.paths.get(path).and_then(ReferenceOr::as_item);
            let shared = item.map(|item| item.parameters.as_slice()).unwrap_or_default();
            let own = resolved(components, &node.parameters)?;
            let mut parameters = resolved(components, shared)?;
            parameters.retain(|shared| own.iter().all(|own| key(own) != key(shared)));
            parameters.extend(own);
            Ok(Self { path, method, node, parameters, components })
        });
        operations.collect()
    }

    /// The names in the path's braces.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'a str> {
        self.path.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
    }

    /// Where an argument stands among the others.
    pub fn position(&self, location: Location, wire: &str) -> (Location, Option<usize>) {
        let position = match location {
            Location::Path => self.path_parameters().position(|name| name == wire),
            _ => self.parameters.iter().position(|parameter| key(parameter) == (location, wire)),
        };
        (location, position)
    }

    /// What the document says about an argument.
    pub fn described(&self, location: Location, wire: &str) -> Described {
        if location == Location::Body {
            let body = self.body();
            return Described {
                required: body.is_some_and(|body| body.required),
                description: body.and_then(|body| body.description.clone()).unwrap_or_default(),
                example: None,
            };
        }
        let parameter = self.parameters.iter().find(|parameter| key(parameter) == (location, wire));
        let Some(data) = parameter.map(|parameter| parameter.parameter_data_ref()) else {
            return Described::default();
        };
        Described {
            required: data.required,
            description: data.description.clone().unwrap_or_default(),
            example: self.example(data),
        }
    }

    fn example(&self, data: &ParameterData) -> Option<String> {
        let schema = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => self.schema(schema),
            ParameterSchemaOrContent::Content(_) => None,
        };
        let of_schema = || schema?.schema_data.example.as_ref();
        data.example.as_ref().or_else(of_schema).and_then(Value::as_str).map(str::to_owned)
    }

    fn schema(&self, schema: &'a ReferenceOr<Schema>) -> Option<&'a Schema> {
        resolve(schema, "#/components/schemas/", |name| self.components?.schemas.get(name))
    }

    fn body(&self) -> Option<&'a RequestBody> {
        let body = self.node.request_body.as_ref()?;
        resolve(body, "#/components/requestBodies/", |name| {
            self.components?.request_bodies.get(name)
        })
    }

    /// The media type of the body. progenitor has refused an operation with several.
    pub fn body_type(&self) -> Option<&'a str> {
        let media_type = self.body()?.content.keys().next()?;
        Some(media_type.split(';').next().unwrap_or_default().trim())
    }

    /// An example of the body: its own, or that of its media type's schema.
    pub fn body_example(&self) -> Option<Value> {
        let media: &MediaType = self.body()?.content.get("application/json")?;
        let named = || media.examples.values().find_map(|example| example.as_item()?.value.clone());
        media.example.clone().or_else(named)
    }
}

fn key(parameter: &Parameter) -> (Location, &str) {
    let location = match parameter {
        Parameter::Path { .. } => Location::Path,
        Parameter::Header { .. } => Location::Header,
        // progenitor has refused cookies.
        Parameter::Query { .. } | Parameter::Cookie { .. } => Location::Query,
    };
    (location, &parameter.parameter_data_ref().name)
}

fn resolved<'a>(
    components: Option<&'a Components>,
    parameters: &'a [ReferenceOr<Parameter>],
) -> Result<Vec<&'a Parameter>, GenerateError> {
    let find = |parameter| {
        resolve(parameter, "#/components/parameters/", |name| components?.parameters.get(name))
            .ok_or_else(|| {
                GenerateError::new(
                    "a parameter refers to one that `components/parameters` does not have",
                )
            })
    };
    parameters.iter().map(find).collect()
}

/// The item itself, or what it refers to.
pub fn resolve<'a, T>(
    of: &'a ReferenceOr<T>,
    prefix: &str,
    find: impl FnOnce(&str) -> Option<&'a ReferenceOr<T>>,
) -> Option<&'a T> {
    match of {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { reference } => find(reference.strip_prefix(prefix)?)?.as_item(),
    }
}
