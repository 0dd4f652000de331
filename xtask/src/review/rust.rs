//! Compares the public items of two crates.
//!
//! An item is compared as a whole unless a part of it can change alone: fields, variants, methods and trait
//! implementations are items of their own. Documentation, the names of arguments and attributes of serde do not count.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::kinds::Class;

/// A public item that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiChange {
    pub class: Class,
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// The path of the item.
    pub item: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    pub(super) text: String,
    pub(super) rule: Rule,
}

/// What it means if the item is new or changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// New is compatible.
    Item,
    /// New is breaking: a variant, a field, a method that a trait requires.
    Demand,
    /// New is breaking, gone is compatible: `#[non_exhaustive]`, private fields.
    Limit,
    /// New elements are compatible if the others keep their order.
    List(Vec<String>),
}

pub(super) type Items = BTreeMap<String, Declaration>;

/// The public items that differ. Parts of an item that is new or gone are left out.
pub(super) fn changes(base: &Items, head: &Items) -> Vec<ApiChange> {
    let all: BTreeSet<&String> = base.keys().chain(head.keys()).collect();
    let change = |item: &&String| {
        let (from, to) = (base.get(*item), head.get(*item));
        let owner = owner(item);
        let has_owner = |items: &Items| items.contains_key(owner);
        let (change, class) = match (from, to) {
            (Some(from), Some(to)) if from.text == to.text => return None,
            (Some(from), Some(to)) => ("changed", changed(from, to)),
            (Some(_), None) if has_owner(base) && !has_owner(head) => return None,
            (Some(Declaration { rule: Rule::Limit, .. }), None) => ("removed", Class::Compatible),
            (Some(_), None) => ("removed", Class::SourceBreaking),
            (None, _) if has_owner(head) && !has_owner(base) => return None,
            (None, Some(Declaration { rule: Rule::Demand | Rule::Limit, .. })) => {
                ("added", Class::SourceBreaking)
            }
            (None, _) => ("added", Class::Compatible),
        };
        let text = |declaration: Option<&Declaration>| Some(declaration?.text.clone());
        let item = (*item).clone();
        Some(ApiChange { class, change, item, from: text(from), to: text(to) })
    };
    all.iter().filter_map(change).collect()
}

/// What an item is a part of: the path without its last name, or without what follows a space.
fn owner(item: &str) -> &str {
    let owner = item.split_once(' ').or_else(|| item.rsplit_once("::"));
    owner.map_or("", |(owner, _)| owner.trim_end_matches(':'))
}

fn changed(from: &Declaration, to: &Declaration) -> Class {
    let [was, is] = [from, to].map(|of| of.text.split_once(" = ").map(|(head, _)| head));
    let is_kept = match (&from.rule, &to.rule) {
        (Rule::List(from), Rule::List(to)) => {
            let mut rest = to.iter();
            was == is && from.iter().all(|element| rest.any(|other| other == element))
        }
        _ => false,
    };
    if is_kept { Class::Compatible } else { Class::SourceBreaking }
}
