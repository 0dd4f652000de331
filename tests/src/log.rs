//! A line for each request, with names of the document and nothing else of the request.

use http::{Method, StatusCode};

use crate::operation::Operation;
use crate::refusal::{Field, Step};
use crate::server::Server;

/// Gets a line for each request.
pub(crate) type Log = Box<dyn Fn(&str) + Send + Sync>;

/// The names that a refusal may have besides the document's.
const OWN_NAMES: [&str; 5] =
    ["body", "Authorization", "Prefer", "content-type", "content-encoding"];

impl Server {
    /// Whether every name of a field is one of the document's.
    pub(crate) fn is_named(&self, field: &Field) -> bool {
        field.0.iter().all(|step| match step {
            Step::Name(name) => self.api.names.contains(name) || OWN_NAMES.contains(&name.as_str()),
            Step::Item(_) => true,
        })
    }

    /// The path as the document has it, or as far as the document has it.
    pub(crate) fn logged_path(&self, operation: Option<&Operation>, path: &str) -> String {
        if let Some(operation) = operation {
            return operation.path.clone();
        }
        let common = |template: &str| {
            let pairs = template.split('/').zip(path.split('/'));
            let same = pairs.take_while(|(template, given)| template == given);
            let same: Vec<_> = same.map(|(template, _)| template).collect();
            let whole =
                template.split('/').count() == same.len() && path.split('/').count() == same.len();
            (same.len(), if whole { same.join("/") } else { format!("{}/…", same.join("/")) })
        };
        let operations = self.api.operations.iter();
        let longest = operations.map(|operation| common(&operation.path)).max();
        longest.map(|(_, path)| path).unwrap_or_default()
    }

    pub(crate) fn log(
        &self,
        method: &Method,
        path: &str,
        status: Option<StatusCode>,
        reason: Option<&str>,
    ) {
        let Some(log) = &self.log else { return };
        // A method can be any word.
        let known = [
            Method::GET,
            Method::PUT,
            Method::POST,
            Method::DELETE,
            Method::OPTIONS,
            Method::HEAD,
            Method::PATCH,
            Method::TRACE,
        ];
        let method = known.iter().find(|known| *known == method).map_or("…", Method::as_str);
        let status = status.map_or("dropped".to_owned(), |status| status.as_u16().to_string());
        let reason = reason.map(|reason| format!(" {reason}")).unwrap_or_default();
        log(&format!("{method} {path} {status}{reason}"));
    }

    /// Logs what hyper answered by itself.
    pub(crate) fn log_error(&self, error: &hyper::Error) {
        let line = match (error.is_parse_too_large(), error.is_parse()) {
            (true, _) => "431 the head of the request is too large",
            (_, true) => "400 the request is not HTTP/1.1",
            _ => return,
        };
        if let Some(log) = &self.log {
            log(line);
        }
    }
}
