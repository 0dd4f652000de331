//! Documents for which quadratic or exponential work would take hours or years.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::{edited, findings};

/// Each document needs a second or two. Quadratic or exponential work needs hours, even on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The codes found in the base with these schemas added to its components.
fn codes_with(schemas: &str) -> Vec<&'static str> {
    let place = "  schemas:\n";
    let text = edited(place, &format!("{place}{schemas}"));
    let start = Instant::now();
    let codes = findings(&text).into_iter().map(|finding| finding.rule.code);
    let codes = codes.filter(|code| *code != "generator-not-asked").collect();
    let took = start.elapsed();
    println!("{took:?}");
    assert!(took < LIMIT, "the check took {took:?}");
    codes
}

fn repeat(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (0..count).map(item).collect();
    items.join(", ")
}

/// `inner`, inside of `depth` pairs of brackets.
fn nested(depth: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn enum_of_ten_thousand_values() {
    let values = repeat(10_000, |index| format!("value{index}"));
    let codes = codes_with(&format!(
        "    Many: {{description: M., type: string, enum: [{values}], example: value9999}}\n"
    ));
    assert_eq!(codes, ["unused-component"]);
    let wrong = codes_with(&format!(
        "    Many: {{description: M., type: string, enum: [{values}], example: other}}\n"
    ));
    assert_eq!(wrong, ["unused-component", "invalid-value"]);
}

#[test]
fn four_hundred_components_that_refer_to_each_other() {
    let mut schemas = String::new();
    for index in 0..400 {
        let properties = repeat(40, |other| {
            format!("p{other}: {{$ref: '#/components/schemas/C{}'}}", (index + 7 * other) % 400)
        });
        let example = "{p1: {p2: {}}, p3: 4}";
        writeln!(
            schemas,
            "    C{index}: {{description: C., type: object, properties: {{{properties}}}, example: {example}}}"
        )
        .expect("a string takes everything");
    }
    let codes = codes_with(&schemas);
    assert_eq!(codes.iter().filter(|code| **code == "invalid-value").count(), 400);
}

#[test]
fn all_of_with_two_hundred_thousand_entries() {
    let entry = |index: usize| if index.is_multiple_of(20) { "{required: [a]}" } else { "{}" };
    let entries = repeat(200_000, |index| entry(index).to_owned());
    let codes = codes_with(&format!(
        "    Long:\n      description: L.\n      allOf: [{{properties: {{a: {{}}}}}}, {entries}]\n"
    ));
    assert_eq!(codes, ["unused-component"]);
}

/// One value, and two ways to every level of it.
#[test]
fn one_of_that_alternates_with_arrays_of_itself() {
    let array = "{type: array, items: {$ref: '#/components/schemas/Tree'}}";
    for (leaf, is_wrong) in [("leaf", false), ("1", true)] {
        let codes = codes_with(&format!(
            "    Tree:\n      description: T.\n      oneOf:\n        - {{type: string}}\n        - {{allOf: [{array}], maxItems: 9}}\n        - {{allOf: [{array}], minItems: 10}}\n      example: {}\n",
            nested(60, "[", leaf, "]")
        ));
        assert_eq!(codes.contains(&"invalid-value"), is_wrong);
    }
}

/// Two ways from each component to the next, of which one makes an array of it.
#[test]
fn one_of_with_two_ways_to_the_next_component() {
    let mut schemas = "    L40: {description: L., type: string}\n".to_owned();
    for level in 0..40 {
        let next = format!("{{$ref: '#/components/schemas/L{}'}}", level + 1);
        writeln!(
            schemas,
            "    L{level}: {{description: L., oneOf: [{{type: array, items: {next}}}, {next}], example: {}}}",
            nested(20, "[", "a", "]")
        )
        .expect("a string takes everything");
    }
    codes_with(&schemas);
}

#[test]
fn example_under_equal_recursive_branches() {
    for key in ["anyOf", "oneOf", "allOf"] {
        let branch = "{type: object, properties: {next: {$ref: '#/components/schemas/Chain'}}}";
        let codes = codes_with(&format!(
            "    Chain:\n      description: C.\n      {key}: [{branch}, {branch}]\n      example: {}\n",
            nested(40, "{next: ", "1", "}")
        ));
        assert_eq!(codes, ["unused-component", "invalid-value"], "{key}");
    }
}

/// There is a limit on the work, and a warning for each value that is over it.
#[test]
fn values_that_are_too_many_for_their_schemas_are_named() {
    let entries = repeat(5_000, |_| "{maxProperties: 1}".to_owned());
    let properties = repeat(200, |index| {
        format!("p{index}: {{allOf: [{{$ref: '#/components/schemas/Long'}}], example: {{}}}}")
    });
    let codes = codes_with(&format!(
        "    Long: {{description: L., allOf: [{entries}]}}\n    Many: {{description: M., type: object, properties: {{{properties}}}}}\n"
    ));
    let unchecked = codes.iter().filter(|code| **code == "unchecked-value").count();
    assert!((1..200).contains(&unchecked), "{unchecked}");
}
