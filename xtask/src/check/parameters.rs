//! Parameters: whether they match the path.

use std::collections::HashSet;

use super::object_rules::PATH_PARAMETER;
use super::operations::template;
use crate::openapi::document::Findings;
use crate::openapi::operations::Operation;
use crate::openapi::suggest::similar;

pub fn check(out: &mut Findings<'_, '_>) {
    let document = out.document;
    for operation in &document.operations {
        path(out, operation);
    }
}

fn path<'a>(out: &mut Findings<'_, 'a>, operation: &Operation<'a>) {
    let Ok(names) = template(operation.path) else {
        return;
    };
    let mut declared: Vec<_> = operation.effective_parameters().collect();
    declared.retain(|parameter| parameter.location() == "path");
    let known: HashSet<&str> = declared.iter().map(|parameter| parameter.name()).collect();
    let wanted: HashSet<&str> = names.iter().copied().collect();
    for name in names.iter().filter(|name| !known.contains(*name)) {
        let help = match similar(name, known.difference(&wanted).copied()) {
            Some(other) => format!("did you mean `{other}`, which is declared?"),
            None => format!(
                "declare it: `- {{name: {name}, in: path, required: true, schema: {{type: string}}}}`"
            ),
        };
        let message = format!("no parameter of {} declares `{{{name}}}`", operation.title());
        if let Some(at) = out.document.path_item(operation) {
            out.add(PATH_PARAMETER, &at, message, help);
        }
    }
    for parameter in declared.into_iter().filter(|parameter| !wanted.contains(parameter.name())) {
        let message = format!("the path `{}` has no `{{{}}}`", operation.path, parameter.name());
        let help = "write it into the path in braces, or remove the parameter";
        out.add(PATH_PARAMETER, &parameter.named(), message, help)
            .also(operation.path_key, "the path");
    }
}
