//! Compares the alternatives of `security`, their schemes and scopes.

use super::change::{Sides, Subject, items};
use super::compare::{Comparison, fingerprint};
use super::kinds;
use super::matched::Matched;
use super::walk::{Key, is_of_type};
use crate::openapi::Document;
use crate::openapi::grammar::{Meaning, SECURITY_SCHEME, ValueType};
use crate::openapi::operations::Operation;
use crate::openapi::references::Located;
use crate::openapi::tree::Node;

/// Alternatives, each with the scopes of its schemes.
const REQUIREMENTS: ValueType = ValueType::List(&ValueType::Map(&ValueType::List(&ValueType::Any)));

/// One alternative: schemes that must be met together, in order.
type Alternative<'a> = (Vec<Scheme<'a>>, Located<'a>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Scheme<'a> {
    /// Its name or, if only one document has that name, its content.
    identity: String,
    scopes: Vec<&'a str>,
    name: &'a str,
}

impl<'a> Comparison<'_, 'a> {
    pub(super) fn security(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let sides = Sides { base: self.base.security(base), head: self.head.security(head) };
        if !sides.iter().all(|at| is_of_type(at.node, &REQUIREMENTS)) {
            return self.not_understood("security", &sides);
        }
        let (old, new) = (items(&sides.base), items(&sides.head));
        let asks = |at: &&Located<'a>| at.node.members().next().is_some();
        let is_open = |all: &[Located<'a>]| all.is_empty() || !all.iter().all(|at| asks(&at));
        let (was_open, is_open) = (is_open(&old), is_open(&new));
        let old = old.iter().filter(asks).map(|at| self.alternative(self.base, at));
        let new = new.iter().filter(asks).map(|at| self.alternative(self.head, at));
        let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
        let titles: Vec<_> = new.iter().map(|(schemes, _)| title(schemes)).collect();
        let subject = Subject::new(titles.join(" or "), "security");
        let at_operation = Sides {
            base: sides.base.or_else(|| Some(base.at.clone())),
            head: sides.head.or_else(|| Some(head.at.clone())),
        };
        match (was_open, is_open) {
            (true, false) => self.note(&kinds::CREDENTIALS_REQUIRED, &subject, &at_operation),
            (false, true) => self.note(&kinds::CREDENTIALS_OPTIONAL, &subject, &at_operation),
            _ => {}
        }
        // Otherwise this is the change that is noted above.
        if was_open == is_open || !old.is_empty() && !new.is_empty() {
            self.alternatives(old, new);
        }
    }

    fn alternative(&self, document: &Document<'a>, at: &Located<'a>) -> Alternative<'a> {
        let scheme = |(name, at): (&'a str, Located<'a>)| {
            let mut scopes: Vec<&str> = at.node.items().iter().filter_map(Node::text).collect();
            scopes.sort_unstable();
            let is_in_both = self.base.security_scheme(name).is_some()
                && self.head.security_scheme(name).is_some();
            let own = document.security_scheme(name).filter(|_| !is_in_both);
            let identity = own.map_or_else(|| name.to_owned(), |at| content(&at));
            Scheme { identity, scopes, name }
        };
        let mut schemes: Vec<_> = at.entries().into_iter().map(scheme).collect();
        schemes.sort();
        (schemes, at.clone())
    }

    fn alternatives(&mut self, old: Vec<Alternative<'a>>, new: Vec<Alternative<'a>>) {
        // By scopes first, for alternatives that differ only in these.
        let matched =
            Matched::new(old, new).by(|(schemes, _)| Some(schemes.clone())).by(|(schemes, _)| {
                Some(schemes.iter().map(|scheme| scheme.identity.clone()).collect::<Vec<_>>())
            });
        for ((old, base), (new, head)) in &matched.pairs {
            for (old, new) in old.iter().zip(new) {
                self.scheme(old, new, &Sides::both(base, head));
            }
        }
        let has = |all: &[Scheme<'a>], one: &Scheme<'a>| {
            all.iter().any(|it| {
                it.identity == one.identity
                    && it.scopes.iter().all(|scope| one.scopes.contains(scope))
            })
        };
        for (schemes, sides) in matched.unmatched(|(schemes, at)| (schemes, at)) {
            let title = title(schemes);
            let subject = Subject::new(format!("the alternative {title} of `security`"), &title);
            let is_less = |(other, _): &&Alternative<'a>| other.iter().all(|one| has(schemes, one));
            let kinds = match (&sides.head, matched.added.iter().find(is_less)) {
                (Some(_), _) => &kinds::CREDENTIALS_ADDED,
                // Its other schemes are no longer required.
                (None, Some((others, at))) => {
                    let sides = Sides { head: Some(at.clone()), ..sides.clone() };
                    for new in others {
                        let old = schemes.iter().find(|old| old.identity == new.identity);
                        old.into_iter().for_each(|old| self.scheme(old, new, &sides));
                    }
                    &kinds::CREDENTIALS_OPTIONAL
                }
                (None, None) => &kinds::CREDENTIALS_REMOVED,
            };
            self.note(kinds, &subject, &sides);
        }
    }

    /// A scheme, and the scopes of it that an operation asks for.
    fn scheme(&mut self, old: &Scheme<'a>, new: &Scheme<'a>, sides: &Sides<'a>) {
        let scope = |name| Subject::new(format!("the scope `{name}` of `{}`", new.name), name);
        for name in new.scopes.iter().filter(|name| !old.scopes.contains(name)) {
            self.note(&kinds::SCOPE_REQUIRED, &scope(name), sides);
        }
        for name in old.scopes.iter().filter(|name| !new.scopes.contains(name)) {
            self.note(&kinds::SCOPE_NOT_REQUIRED, &scope(name), sides);
        }
        let schemes = (self.base.security_scheme(old.name), self.head.security_scheme(new.name));
        if let (Some(base), Some(head)) = schemes {
            let subject = Subject::named("the security scheme ", new.name);
            if old.name != new.name {
                let texts = (Some(old.name.to_owned()), Some(new.name.to_owned()));
                let sides = Sides::both(&base, &head);
                self.note_texts(&kinds::SCHEME_RENAMED, &subject, &sides, texts);
            }
            self.refer(&SECURITY_SCHEME, (&base, &head), &subject);
        }
    }

    /// Names of headers and of HTTP schemes do not depend on case (RFC 9110, sections 5.1 and 11.1).
    pub(super) fn credential(&mut self, key: &Key<'_, 'a>) {
        let is_header = key.parents.iter().all(|at| at.node.text_of("in") == Some("header"));
        let texts: Vec<_> = key.sides.iter().filter_map(|at| at.node.text()).collect();
        match texts[..] {
            [old, new] if (key.name == "scheme" || is_header) && old.eq_ignore_ascii_case(new) => {
                let kinds = &kinds::HEADER_CASE_CHANGED;
                self.note_difference(kinds, &key.own_subject(), &key.sides);
            }
            _ => self.exact(key),
        }
    }

    pub(super) fn scopes(&mut self, key: &Key<'_, 'a>) {
        for name in key.sides.keys() {
            let sides = key.sides.below(name);
            let scope = format!("the scope `{name}` of {}", key.subject.title);
            let scope = Subject::new(scope, name);
            match (&sides.base, &sides.head) {
                (None, _) => self.note(&kinds::SCOPE_ADDED, &scope, &sides),
                (_, None) => self.note(&kinds::SCOPE_REMOVED, &scope, &sides),
                _ => self.words(&scope, &sides),
            }
        }
    }
}

fn title(schemes: &[Scheme<'_>]) -> String {
    let names: Vec<String> = schemes.iter().map(|scheme| format!("`{}`", scheme.name)).collect();
    names.join(" with ")
}

/// A scheme without what only people read.
fn content(at: &Located<'_>) -> String {
    let is_content = |name: &str| SECURITY_SCHEME.meaning(name) != Meaning::Words;
    let members = at.node.members().filter(|(name, _)| is_content(name));
    let mut texts: Vec<String> = members
        .map(|(name, member)| format!("{name}: {}", fingerprint(&member.node).to_lowercase()))
        .collect();
    texts.sort();
    texts.join(", ")
}
