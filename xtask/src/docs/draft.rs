//! Drafts an operation that the spec does not have from a page.

mod document;
mod schemas;

use std::collections::HashSet;
use std::rc::Rc;

use heck::ToSnakeCase;
use serde_yaml::{Mapping, Value as Yaml};

use super::compare::compare;
use super::differences::{DEPARTED, DEPARTURE, MISSING_IN_SPEC, UNREADABLE};
use super::page::{Page, Title};
use crate::check;
use crate::finding::{Finding, Report, Section, Severity};
use crate::openapi::operations::Operation;
use crate::openapi::tree::{Node, Value};
use crate::openapi::{Document, Parsed};
use crate::source::Source;

/// Reports that the spec does not have an operation, with a draft. As far as possible the draft passes the check and
/// agrees with the page; comments at its top say where it does not.
pub fn report(page: &Page, source: &Rc<Source>, document: &Document<'_>) -> Report {
    let drafts = names(page, document).into_iter().map(|name| checked(page, document, &name));
    let (text, mut problems) =
        drafts.min_by_key(|(_, problems)| problems.len()).unwrap_or_default();
    let mut findings = vec![missing(page, source, document)];
    for mut difference in differences(page, source, &text) {
        match difference.rule {
            DEPARTED => {}
            UNREADABLE => {
                // The draft is not a file.
                difference.related.clear();
                findings.push(difference);
            }
            _ => problems.push(difference.message),
        }
    }
    let text = top(page, source, &text, &problems) + &text;
    let lines = text.lines().map(str::to_owned).collect();
    let title = format!("draft of `{}`", page.operation.text());
    let sections = vec![Section { title, language: "yaml", lines }];
    Report { findings, sections, ..Report::default() }
}

/// The comments above a draft.
fn top(page: &Page, source: &Source, text: &str, problems: &[String]) -> String {
    let mut top = format!(
        "# Draft of `{}`, which `cargo xtask docs` made from\n# {}\n\
         # Copy its path, its components and, if it is new, its server into the spec. Replace the sentences of the\n\
         # vendor by your own.\n",
        page.operation.text(),
        source.name.replace(char::is_control, "\u{fffd}")
    );
    if text.contains(DEPARTURE) {
        top.push_str("# Decide about each `x-docs-departure`: the draft adds it where it cannot follow the page.\n");
    }
    for problem in problems {
        top.push_str(&format!("# To fix: {}\n", problem.replace('\n', " ")));
    }
    top
}

/// Names that the operation can have, the best first.
fn names(page: &Page, document: &Document<'_>) -> Vec<String> {
    let Title { method, path, .. } = &page.operation;
    let steps = path.split('/').filter(|step| !step.starts_with('{'));
    let of_path = format!("{method} {}", steps.collect::<Vec<_>>().join(" "));
    let operations = document.operations.iter();
    let taken: HashSet<_> = operations.filter_map(|it| it.at.node.text_of("operationId")).collect();
    let is_free = |name: &String| {
        let is_name = name.is_ascii() && name.starts_with(|c: char| c.is_ascii_lowercase());
        is_name && !taken.contains(name.as_str())
    };
    let names = [page.title.as_str(), &of_path, &format!("{of_path} 2")].map(str::to_snake_case);
    names.into_iter().filter(is_free).collect()
}

/// A draft without the examples that do not follow their schemas, and what the check finds in it.
fn checked(page: &Page, document: &Document<'_>, name: &str) -> (String, Vec<String>) {
    let mut refused = HashSet::new();
    let mut problems = Vec::new();
    loop {
        let text = document::text(page, document, name, &refused);
        let draft = Parsed::from_text("draft.yaml", &text);
        let errors = check::findings(&draft).into_iter();
        let errors = errors.filter(|finding| finding.rule.severity == Severity::Error);
        let (examples, others): (Vec<_>, Vec<_>) =
            errors.partition(|error| example(&draft, error).is_some_and(|it| refused.insert(it)));
        let is_last = examples.is_empty();
        let reported = if is_last { others } else { examples };
        problems.extend(reported.into_iter().map(|error| error.message));
        if is_last {
            return (text, problems);
        }
    }
}

/// The example that a finding is about, as JSON.
fn example(draft: &Parsed, finding: &Finding) -> Option<String> {
    let (start, rest) = finding.pointer.split_once("/examples/")?;
    let name = rest.split('/').next()?;
    let value = draft.root.as_ref()?.at(&format!("{start}/examples/{name}/value"))?;
    Some(value.to_json().to_string())
}

/// The differences between a draft and its page.
fn differences(page: &Page, source: &Rc<Source>, text: &str) -> Vec<Finding> {
    let parsed = Parsed::from_text("draft.yaml", text);
    let Some(root) = &parsed.root else {
        return Vec::new();
    };
    let draft = Document::new(&parsed.source, root);
    let operation = draft.operations.first();
    operation.map(|it| compare(page, source, &draft, it).sorted()).unwrap_or_default()
}

fn missing(page: &Page, source: &Rc<Source>, document: &Document<'_>) -> Finding {
    let title = &page.operation;
    let message = format!("the spec does not have the operation `{}`", title.text());
    let finding = MISSING_IN_SPEC.at(source, source.line(title.line), message);
    let finding = finding.field("what", "operation");
    match document.operations.iter().find(|it| is_near(title, it)) {
        Some(near) => finding
            .related(document.source, near.path_key, "the spec has this instead")
            .help(format!("the page may have described `{}` before", near.title())),
        None => finding,
    }
}

/// Whether an operation differs from the title of a page in the method only, or in one step of a path of three or more.
fn is_near(title: &Title, operation: &Operation<'_>) -> bool {
    let (one, other): (Vec<_>, Vec<_>) =
        (title.path.split('/').collect(), operation.path.split('/').collect());
    let same = one.iter().zip(&other).filter(|(one, other)| one == other).count();
    let is_one_step = one.len() == other.len() && same + 1 == one.len() && one.len() > 3;
    title.path == operation.path || title.method == operation.method && is_one_step
}

/// A map of YAML, which keeps its order. Members without a value are left out.
fn map<const N: usize>(members: [(&str, Yaml); N]) -> Mapping {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.into(), value)).collect()
}

/// A map or a list, unless it is empty.
fn unless_empty(value: impl Into<Yaml>) -> Yaml {
    match value.into() {
        Yaml::Mapping(map) if map.is_empty() => Yaml::Null,
        Yaml::Sequence(list) if list.is_empty() => Yaml::Null,
        value => value,
    }
}

/// A part of the spec as YAML.
fn copy(node: &Node) -> Yaml {
    match &node.value {
        Value::List(items) => items.iter().map(copy).collect::<Vec<_>>().into(),
        Value::Map(members) => {
            let members = members.iter().map(|(name, it)| (name.as_str().into(), copy(&it.node)));
            Yaml::Mapping(members.collect())
        }
        _ => serde_yaml::to_value(node.to_json()).unwrap_or_default(),
    }
}

/// The text of a description, or another text if it is empty.
fn described(text: &str, otherwise: &str) -> Yaml {
    let text = text.trim();
    if text.is_empty() { otherwise.into() } else { text.into() }
}
