//! Drafts what the spec does not have from a page: an operation, or a part of one.

mod operation;
mod schemas;

use std::collections::HashSet;
use std::rc::Rc;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_yaml::{Mapping, Value as Yaml};

use super::compare::compare;
use super::differences::{DEPARTED, MISSING_IN_SPEC, UNREADABLE};
use super::insert::{Addition, advice, copy, insert};
use super::page::{Field, Page, Part, Response, Title};
use crate::check;
use crate::finding::{Finding, Report, Section, Severity};
use crate::openapi::operations::Operation;
use crate::openapi::tree::step;
use crate::openapi::{Document, Parsed};
use crate::source::Source;
use schemas::Schemas;

/// What the spec does not have of a page.
pub struct Draft {
    pub name: String,
    additions: Vec<Addition>,
    /// The spec with the operation.
    pub whole: Option<Parsed>,
    /// Why it does not pass the check.
    pub problems: Vec<String>,
}

/// Drafts the operation of a page, under the first name with which it passes the check.
pub fn draft(page: &Page, document: &Document<'_>) -> Option<Draft> {
    let mut first = None;
    for name in names(page, document) {
        let draft = Draft::new(page, document, name);
        if draft.problems.is_empty() {
            return Some(draft);
        }
        first.get_or_insert(draft);
    }
    first
}

impl Draft {
    /// A draft without the examples that do not follow their schemas.
    fn new(page: &Page, document: &Document<'_>, name: String) -> Self {
        let mut additions = operation::additions(page, document, &name);
        let mut whole = insert(document, &additions);
        let mut found = errors(whole.as_ref());
        let left_out = found.iter().filter_map(|error| leave_out(&mut additions, &error.pointer));
        if left_out.count() > 0 {
            whole = insert(document, &additions);
            found = errors(whole.as_ref());
        }
        if !found.is_empty() {
            // The spec may have errors without it, too.
            let known = errors(insert(document, &[]).as_ref());
            found.retain(|error| known.iter().all(|known| known.message != error.message));
        }
        let mut problems: Vec<String> = found.into_iter().map(|error| error.message).collect();
        if whole.is_none() {
            problems.push("the spec has no place for it in plain YAML".to_owned());
        }
        Self { name, additions, whole, problems }
    }
}

fn leave_out(additions: &mut [Addition], pointer: &str) -> Option<()> {
    let (content, example) = pointer.split_once("/examples/")?;
    let content = additions.iter_mut().find_map(|addition| {
        let mut steps = content.strip_prefix(&addition.pointer)?.split('/').skip(1);
        steps.try_fold(&mut addition.value, |value, step| {
            value.get_mut(step.replace("~1", "/").replace("~0", "~"))
        })
    });
    let content = content?.as_mapping_mut()?;
    let examples = content.get_mut("examples")?.as_mapping_mut()?;
    examples.remove(example.split('/').next()?);
    if examples.is_empty() {
        content.remove("examples");
    }
    Some(())
}

pub fn errors(spec: Option<&Parsed>) -> Vec<Finding> {
    let mut errors = spec.map(|spec| check::check(spec).0).unwrap_or_default();
    // A draft has no example that does not follow its fields.
    errors.retain(|it| it.rule.severity == Severity::Error || it.rule.code == "invalid-value");
    errors
}

/// Reports that the spec does not have an operation, with a draft of it.
pub fn report(page: &Page, source: &Rc<Source>, document: &Document<'_>) -> Report {
    let title = page.operation.text();
    let message = format!("the spec does not have the operation `{title}`");
    let finding = MISSING_IN_SPEC.at(source, source.line(page.operation.line), message);
    let mut finding = finding.field("what", "operation");
    if let Some(near) = document.operations.iter().find(|it| is_near(&page.operation, it)) {
        finding = finding.related(document.source, near.path_key, "the spec has this instead");
        finding = finding.help(format!("the page may have described `{}` before", near.title()));
    }
    let mut report = Report::default();
    if let Some(draft) = draft(page, document) {
        let mut problems = draft.problems;
        for mut difference in differences(page, source, draft.whole.as_ref()) {
            match difference.rule {
                DEPARTED => {}
                UNREADABLE => {
                    // The draft is not a file.
                    difference.related.clear();
                    report.findings.push(difference);
                }
                _ => problems.push(difference.message),
            }
        }
        let what_to_do = match problems.is_empty() && report.findings.is_empty() {
            true => "which `cargo xtask docs --add` inserts",
            false => "to be fixed and inserted by hand",
        };
        let title = format!("draft of `{title}`, {what_to_do}");
        let lines = advice(document, &draft.additions).unwrap_or_default();
        let lines = lines.lines().map(str::to_owned).collect();
        report.sections.push(Section { title, language: "yaml", lines });
        let problems = problems.iter().map(|problem| format!("fix this in the draft: {problem}"));
        finding.notes.extend(problems);
        let text = draft.whole.map(|whole| whole.source.text.clone());
        report.fields.insert("draft".to_owned(), text.into());
    }
    report.findings.insert(0, finding);
    report
}

/// Whether an operation differs from the title of a page in the method only, or in one step of a path of three or more.
fn is_near(title: &Title, operation: &Operation<'_>) -> bool {
    let [one, other] =
        [title.path.as_str(), operation.path].map(|it| it.split('/').collect::<Vec<_>>());
    let same = one.iter().zip(&other).filter(|(one, other)| one == other).count();
    let is_one_step = one.len() == other.len() && same + 1 == one.len() && one.len() > 3;
    title.path == operation.path || title.method == operation.method && is_one_step
}

/// Whether a draft has all of a page: nothing in it could not be read.
pub fn is_readable(page: &Page, source: &Rc<Source>, whole: &Parsed) -> bool {
    differences(page, source, Some(whole)).iter().all(|it| it.rule != UNREADABLE)
}

fn differences(page: &Page, source: &Rc<Source>, whole: Option<&Parsed>) -> Vec<Finding> {
    let Some((whole, root)) = whole.and_then(|whole| Some((whole, whole.root.as_ref()?))) else {
        return Vec::new();
    };
    let document = Document::new(&whole.source, root);
    let operation = document.operations.iter().find(|it| page.operation.is_of(it));
    operation.map(|it| compare(page, source, &document, it).sorted()).unwrap_or_default()
}

/// Names that the operation can have, the best first.
fn names(page: &Page, document: &Document<'_>) -> Vec<String> {
    let Title { method, path, .. } = &page.operation;
    // Other letters make no name in any of its forms.
    let steps = path.split('/').filter(|step| !step.starts_with('{') && step.is_ascii());
    let of_path = format!("{method} {}", steps.collect::<Vec<_>>().join(" "));
    let operations = document.operations.iter();
    let taken: HashSet<_> = operations.filter_map(|it| it.at.node.text_of("operationId")).collect();
    let numbered = (2..).map(|number| format!("{of_path} {number}"));
    let names = [page.title.clone(), of_path.clone()].into_iter().chain(numbered);
    let is_free = |name: &String| {
        let is_name = name.is_ascii() && name.starts_with(|c: char| c.is_ascii_lowercase());
        is_name && !taken.contains(name.as_str())
    };
    names.map(|name| name.to_snake_case()).filter(is_free).take(3).collect()
}

pub fn parameter(
    noun: &str,
    field: &Field,
    document: &Document<'_>,
    operation: &Operation<'_>,
) -> Vec<Addition> {
    let location = noun.split(' ').next().unwrap_or_default();
    if let Some(scheme) = operation::scheme(document, &field.name).filter(|_| location == "header")
    {
        // An operation without alternatives of its own has those of the document.
        let alternatives = operation.at.below("security").map(|at| at.items());
        let additions = alternatives.unwrap_or_default().into_iter().next().map(|first| {
            let nothing = Yaml::Sequence(Vec::new());
            match (field.is_required, copy(first.node)) {
                (false, Yaml::Mapping(mut alternative)) => {
                    alternative.insert(scheme.into(), nothing);
                    Addition::new(format!("{}/security/-", operation.at.pointer), alternative)
                }
                _ => Addition::new(step(&first.pointer, scheme), nothing),
            }
        });
        return additions.into_iter().collect();
    }
    let parameter = Schemas::new(document, String::new()).parameter(location, field);
    vec![Addition::new(format!("{}/parameters/-", operation.at.pointer), parameter)]
}

pub fn request_body(
    body: &Part,
    document: &Document<'_>,
    operation: &Operation<'_>,
) -> Vec<Addition> {
    let mut schemas = Schemas::new(document, prefix(operation));
    let body = schemas.request(body, Vec::new());
    let pointer = format!("{}/requestBody", operation.at.pointer);
    std::iter::once(Addition::new(pointer, body)).chain(schemas.additions()).collect()
}

/// The start of the names of an operation's schemas.
fn prefix(operation: &Operation<'_>) -> String {
    operation.at.node.text_of("operationId").unwrap_or_default().to_upper_camel_case()
}

pub fn field(field: &Field, document: &Document<'_>, object: &str) -> Vec<Addition> {
    let owner = object.rsplit('/').next().unwrap_or_default().to_upper_camel_case();
    let mut schemas = Schemas::new(document, String::new());
    let property = schemas.property(&owner, field);
    let pointer = step(&format!("{object}/properties"), &field.name);
    let mut additions = vec![Addition::new(pointer, property)];
    if field.is_required {
        additions.push(Addition::new(format!("{object}/required/-"), field.name.as_str()));
    }
    additions.extend(schemas.additions());
    additions
}

pub fn response(
    response: &Response,
    document: &Document<'_>,
    operation: &Operation<'_>,
) -> Vec<Addition> {
    let mut schemas = Schemas::new(document, prefix(operation));
    let responses = schemas.responses(std::slice::from_ref(response)).into_iter();
    let pointer = format!("{}/responses/{}", operation.at.pointer, response.status);
    let responses = responses.map(|(_, value)| Addition::new(pointer.clone(), value));
    responses.chain(schemas.additions()).collect()
}

/// A map of YAML, which keeps its order. Members without a value are left out.
fn map<const N: usize>(members: [(&str, Yaml); N]) -> Mapping {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.into(), value)).collect()
}

fn unless_empty(value: impl Into<Yaml>) -> Yaml {
    match value.into() {
        Yaml::Mapping(map) if map.is_empty() => Yaml::Null,
        Yaml::Sequence(list) if list.is_empty() => Yaml::Null,
        value => value,
    }
}

/// The text of a description, or another text if it is empty.
fn described(text: &str, otherwise: &str) -> Yaml {
    let text = text.trim();
    if text.is_empty() { otherwise.into() } else { text.into() }
}
