//! `cargo xtask review` on every small change of two documents: none is passed over.

use std::collections::BTreeMap;

use serde_json::json;
use xtask::finding::Severity;
use xtask::openapi::tree::{Node, Value, step};
use xtask::openapi::{Document, Parsed};
use xtask::review::{Change as Difference, compare};

use crate::mutants::{Change, Mutant, some_of_each_class};

pub fn changes(base: &str, head: &str) -> Vec<Difference> {
    let (base, head) = (Parsed::from_text("base", base), Parsed::from_text("head", head));
    let (Some(base_root), Some(head_root)) = (&base.root, &head.root) else {
        panic!("the documents are YAML");
    };
    let base = Document::new(&base.source, base_root);
    compare(&base, &Document::new(&head.source, head_root))
}

/// Every small change of a document.
pub fn every_mutant(root: &Node) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    gather(root, None, "", &mut mutants);
    mutants
}

fn gather(node: &Node, key: Option<&str>, pointer: &str, mutants: &mut Vec<Mutant>) {
    let mut add = |change| {
        mutants.push(Mutant { pointer: pointer.to_owned(), change });
    };
    if !pointer.is_empty() {
        add(Change::Delete);
        for other in [json!(7), json!(["text"])] {
            if other != node.to_json() {
                add(Change::Replace(other));
            }
        }
    }
    match &node.value {
        Value::Bool(value) => add(Change::Replace(json!(!value))),
        Value::Text(text) => add(Change::Replace(json!(format!("{text}x")))),
        Value::Number(_) => add(Change::Replace(json!(8))),
        Value::List(items) if items.len() > 1 => add(Change::Reverse),
        Value::Map(map) => {
            add(Change::Insert("unheardOf", json!(1)));
            add(Change::Insert("x-unheard-of", json!({ "a": "b" })));
            if map.len() > 1 {
                add(Change::Reverse);
            }
        }
        _ => {}
    }
    if let Some(key) = key {
        add(Change::Rename(format!("{key}x")));
    }
    for (name, member) in node.members() {
        gather(&member.node, Some(name), &step(pointer, name), mutants);
    }
    for (index, item) in node.items().iter().enumerate() {
        gather(item, None, &format!("{pointer}/{index}"), mutants);
    }
}

/// Whether a change means nothing, and why.
fn means_nothing(mutant: &Mutant, root: &Node) -> Option<&'static str> {
    let pointer = mutant.pointer.as_str();
    let last = pointer.rsplit('/').next().unwrap_or_default();
    let node = root.at(pointer)?;
    match &mutant.change {
        Change::Insert(..) if node.get("$ref").is_some() => {
            Some("OpenAPI ignores what is beside `$ref`")
        }
        Change::Reverse if node.map().is_some() => Some("the order of keys"),
        Change::Reverse if matches!(last, "required" | "enum") => {
            Some("the order of names and values")
        }
        Change::Reverse if matches!(last, "parameters" | "security" | "servers") => {
            Some("the order of what is found by its name")
        }
        Change::Reverse if matches!(last, "oneOf" | "anyOf" | "allOf") => {
            Some("the order of alternatives")
        }
        // What is not said is `false`.
        Change::Delete if matches!(&node.value, Value::Bool(false)) => {
            Some("`false` is what nothing means")
        }
        Change::Delete
            if last == "additionalProperties" && matches!(node.value, Value::Bool(true)) =>
        {
            Some("any further property is what nothing means")
        }
        Change::Delete if matches!(last, "style" | "explode") => {
            Some("a default that is written out")
        }
        Change::Delete if last == "scopes" && node.map().is_some_and(|map| map.is_empty()) => {
            Some("no scopes")
        }
        Change::Delete if last == "format" && node.text() == Some("int64") => {
            Some("`int64` is what nothing means")
        }
        _ => None,
    }
}

/// The mutants that nothing is said of, and, of those that mean nothing, why.
fn silent(text: &str, mutants: &[Mutant]) -> (Vec<String>, Vec<&'static str>) {
    let spec = Parsed::from_text("base", text);
    let root = spec.root.as_ref().expect("the document is YAML");
    let (mut silent, mut null) = (Vec::new(), Vec::new());
    for mutant in mutants {
        let title = format!("{} {:?}", mutant.pointer, mutant.change);
        let head = Parsed::from_text("head", &mutant.text(root));
        let head_root = head.root.as_ref().expect("the mutant is YAML");
        let base = Document::new(&spec.source, root);
        let head = Document::new(&head.source, head_root);
        let is_silent = compare(&base, &head).is_empty();
        // What is new in one direction is gone in the other.
        let is_one_sided = matches!(mutant.change, Change::Delete | Change::Insert(..));
        if is_one_sided && compare(&head, &base).is_empty() != is_silent {
            silent.push(format!("{title} in one direction only"));
        } else if is_silent && !is_refused(&mutant.text(root)) {
            match means_nothing(mutant, root) {
                Some(reason) => null.push(reason),
                None => silent.push(title),
            }
        }
    }
    (silent, null)
}

/// Whether a document leaves nothing to compare. It must only not panic.
fn is_refused(text: &str) -> bool {
    let spec = Parsed::from_text("head", text);
    xtask::check::check(&spec).0.iter().any(|finding| {
        finding.rule.severity == Severity::Error
            && matches!(
                finding.rule.code,
                "dangling-ref" | "external-ref" | "ref-cycle" | "openapi-version"
            )
    })
}

fn assert_none_silent(name: &str, text: &str) {
    let spec = Parsed::from_text(name, text);
    let root = spec.root.as_ref().expect("the document is YAML");
    let mutants = some_of_each_class(every_mutant(root));
    let (first, second) = mutants.split_at(mutants.len() / 2);
    let halves = std::thread::scope(|scope| {
        let other = scope.spawn(|| silent(text, second));
        let first = silent(text, first);
        [first, other.join().expect("no panic")]
    });
    let mut null = BTreeMap::new();
    let mut silent = Vec::new();
    for (said_nothing, reasons) in halves {
        silent.extend(said_nothing);
        for reason in reasons {
            *null.entry(reason).or_insert(0) += 1;
        }
    }
    println!("{name}: {} mutants, of which these mean nothing: {null:?}", mutants.len());
    assert!(silent.is_empty(), "{} silent:\n{}", silent.len(), silent.join("\n"));
}

#[test]
fn no_change_of_the_shipped_document_is_silent() {
    assert_none_silent("vault.yaml", crate::spec::SIGNED);
}

#[test]
fn no_change_of_a_larger_document_is_silent() {
    assert_none_silent("lockers.yaml", include_str!("specs/lockers.yaml"));
}

#[test]
fn documents_are_the_same_as_themselves() {
    for text in [crate::spec::SIGNED, include_str!("specs/lockers.yaml")] {
        assert!(changes(text, text).is_empty());
        // Indented otherwise, without comments, as JSON.
        let spec = Parsed::from_text("spec", text);
        let json = spec.root.expect("the document is YAML").to_json().to_string();
        assert!(changes(text, &json).is_empty());
        assert!(changes(&json, text).is_empty());
    }
}

#[test]
fn an_inline_schema_may_move_to_a_component() {
    let lockers = include_str!("specs/lockers.yaml");
    let inline = "            schema:
              type: object
              required: [locker]
              properties:
                locker:
                  type: string
                minutes:
                  type: integer
                  default: 15
";
    let component = "    CodeRequest:
      type: object
      required: [locker]
      properties:
        locker:
          type: string
        minutes:
          type: integer
          default: 15
";
    assert!(lockers.contains(inline));
    let moved = lockers.replace(
        inline,
        "            schema:\n              $ref: \"#/components/schemas/CodeRequest\"\n",
    );
    let moved = format!("{moved}{component}");
    assert_eq!(changes(lockers, &moved).len(), 0);
    assert_eq!(changes(&moved, lockers).len(), 0);
}

/// Its name is not on the wire; that its type in Rust has another name is another question.
#[test]
fn a_component_may_have_another_name() {
    let lockers = include_str!("specs/lockers.yaml");
    assert_eq!(changes(lockers, &lockers.replace("Position", "Place2D")).len(), 0);
}
