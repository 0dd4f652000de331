//! What the document says about values, in words.

use serde_yaml::Value;

use super::document::At;
use super::markdown;

/// The description of a schema or a parameter, with its limits.
pub fn of_schema(at: &At<'_>) -> Option<String> {
    let description =
        at.text("description").map(markdown::sanitized).filter(|text| !text.is_empty());
    match (description, notes(at)) {
        (Some(text), Some(notes)) => Some(format!("{text}\n\n{notes}")),
        (text, notes) => text.or(notes),
    }
}

/// What a schema says besides its description: which values the server takes, and who sends them.
pub fn notes(at: &At<'_>) -> Option<String> {
    let flag = |key, text: &str| at.is_true(key).then(|| text.to_owned());
    let limits = limits(at);
    let limits = (!limits.is_empty()).then(|| format!("The server takes {}.", limits.join(", ")));
    let default =
        at.node.get("default").map(|value| format!("The server's default is {}.", code(value)));
    let sentences = [
        flag("deprecated", "Deprecated."),
        flag("readOnly", "Only the server sends it."),
        flag("writeOnly", "The server never sends it."),
        limits,
        default,
    ];
    let sentences: Vec<_> = sentences.into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The limits of values as the objects of a sentence.
fn limits(at: &At<'_>) -> Vec<String> {
    let value = |key| at.node.get(key).map(code);
    let border = |key, exclusive| match at.is_true(exclusive) {
        true => value(key).map(|value| format!("{value} excluded")),
        false => value(key),
    };
    let range = |least: Option<String>, most: Option<String>, unit: &str| match (least, most) {
        (Some(least), Some(most)) if least == most => Some(format!("{least}{unit}")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
        (Some(least), None) => Some(format!("at least {least}{unit}")),
        (None, Some(most)) => Some(format!("at most {most}{unit}")),
        (None, None) => None,
    };
    let counted = |least, most, unit| range(value(least), value(most), unit);
    let numbers =
        range(border("minimum", "exclusiveMinimum"), border("maximum", "exclusiveMaximum"), "");
    let is_text = at.text("type") == Some("string");
    let limits = [
        numbers,
        value("multipleOf").map(|value| format!("multiples of {value}")),
        counted("minLength", "maxLength", " characters"),
        counted("minItems", "maxItems", " items"),
        counted("minProperties", "maxProperties", " fields"),
        at.is_true("uniqueItems").then(|| "no item twice".to_owned()),
        value("pattern").map(|value| format!("text that matches {value}")),
        value("format").filter(|_| is_text).map(|value| format!("text in the format {value}")),
        // The type of an enum of strings has them.
        values(at).filter(|_| !is_text).map(|values| format!("the values {values}")),
    ];
    limits.into_iter().flatten().collect()
}

fn values(at: &At<'_>) -> Option<String> {
    let values: Vec<_> = at.items("enum").iter().map(|value| code(value.node)).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// A value as code.
fn code(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        value => quoted(&serde_json::to_string(value).unwrap_or_default()),
    }
}

/// A text as code.
pub fn quoted(text: &str) -> String {
    let text = text.replace('\n', " ");
    // A longer fence holds the ticks inside, and needs spaces at its ends.
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}
