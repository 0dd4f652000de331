//! Compares the alternatives of `security`, their schemes and scopes.

use super::change::{Sides, items};
use super::compare::{Comparison, Subject, fingerprint};
use super::kinds::{self, Direction};
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
struct Alternative<'a> {
    at: Located<'a>,
    schemes: Vec<Scheme<'a>>,
}

struct Scheme<'a> {
    name: &'a str,
    /// Its name or, if only one document has that name, its content.
    identity: String,
    scopes: Vec<&'a str>,
}

impl Alternative<'_> {
    fn title(&self) -> String {
        let names: Vec<String> =
            self.schemes.iter().map(|scheme| format!("`{}`", scheme.name)).collect();
        names.join(" with ")
    }
}

impl<'a> Comparison<'_, 'a> {
    pub(super) fn security(&mut self, base: &Operation<'a>, head: &Operation<'a>) {
        let sides = Sides { base: self.base.security(base), head: self.head.security(head) };
        if !sides.iter().all(|at| is_of_type(at.node, &REQUIREMENTS)) {
            return self.not_understood("security", &sides);
        }
        // The alternatives that ask for something, and whether it can be left out.
        let side = |document: &Document<'a>, at: &Option<Located<'a>>| {
            let all = items(at);
            let asking = all.iter().filter(|at| at.node.members().next().is_some());
            let asking: Vec<_> = asking.map(|at| self.alternative(document, at.clone())).collect();
            let is_open = all.is_empty() || asking.len() < all.len();
            (asking, is_open)
        };
        let (old, was_open) = side(self.base, &sides.base);
        let (new, is_open) = side(self.head, &sides.head);
        let at_operation = Sides {
            base: sides.base.or_else(|| Some(base.at.clone())),
            head: sides.head.or_else(|| Some(head.at.clone())),
        };
        match (was_open, is_open) {
            (true, false) => {
                let titles: Vec<String> = new.iter().map(Alternative::title).collect();
                let message = format!("credentials are now asked for: {}", titles.join(" or "));
                self.note(&kinds::CREDENTIALS_REQUIRED, "security", message, &at_operation);
            }
            (false, true) => {
                let message = "credentials are no longer required";
                self.note(&kinds::CREDENTIALS_OPTIONAL, "security", message, &at_operation);
            }
            _ => {}
        }
        // If only one side asks for credentials, the change is noted above.
        if !old.is_empty() && !new.is_empty() {
            self.alternatives(old, new);
        }
    }

    fn alternative(&self, document: &Document<'a>, at: Located<'a>) -> Alternative<'a> {
        let mut schemes: Vec<Scheme<'a>> = at
            .node
            .members()
            .map(|(name, member)| {
                let mut scopes: Vec<&str> =
                    member.node.items().iter().filter_map(Node::text).collect();
                scopes.sort_unstable();
                let is_in_both = self.base.security_scheme(name).is_some()
                    && self.head.security_scheme(name).is_some();
                let identity = match document.security_scheme(name) {
                    Some(at) if !is_in_both => content(&at),
                    _ => name.to_owned(),
                };
                Scheme { name, identity, scopes }
            })
            .collect();
        schemes.sort_by(|a, b| a.identity.cmp(&b.identity));
        Alternative { at, schemes }
    }

    fn alternatives(&mut self, old: Vec<Alternative<'a>>, new: Vec<Alternative<'a>>) {
        // By scopes first, for alternatives that differ only in these.
        let matched = Matched::new(old, new)
            .by(|alternative| {
                let whole = |scheme: &Scheme<'a>| (scheme.identity.clone(), scheme.scopes.clone());
                Some(alternative.schemes.iter().map(whole).collect::<Vec<_>>())
            })
            .by(|alternative| {
                let identity = |scheme: &Scheme<'a>| scheme.identity.clone();
                Some(alternative.schemes.iter().map(identity).collect::<Vec<_>>())
            });
        for (base, head) in &matched.pairs {
            self.schemes(base, head);
        }
        for base in &matched.removed {
            let title = base.title();
            let message = format!("the credentials {title} are no longer accepted");
            self.note(&kinds::CREDENTIALS_REMOVED, &title, message, &Sides::base(&base.at));
        }
        for head in &matched.added {
            let title = head.title();
            let message = format!("the credentials {title} are now accepted as well");
            self.note(&kinds::CREDENTIALS_ADDED, &title, message, &Sides::head(&head.at));
        }
    }

    /// The schemes of one alternative, and the scopes that it asks for.
    fn schemes(&mut self, base: &Alternative<'a>, head: &Alternative<'a>) {
        let sides = Sides::both(&base.at, &head.at);
        for (old, new) in base.schemes.iter().zip(&head.schemes) {
            for scope in new.scopes.iter().filter(|scope| !old.scopes.contains(scope)) {
                let message = format!("the scope `{scope}` of `{}` is now asked for", new.name);
                self.note(&kinds::SCOPE_REQUIRED, scope, message, &sides);
            }
            for scope in old.scopes.iter().filter(|scope| !new.scopes.contains(scope)) {
                let message =
                    format!("the scope `{scope}` of `{}` is no longer asked for", new.name);
                self.note(&kinds::SCOPE_NOT_REQUIRED, scope, message, &sides);
            }
            let schemes =
                (self.base.security_scheme(old.name), self.head.security_scheme(new.name));
            if let (Some(old), Some(at)) = schemes {
                let title = format!("the security scheme `{}`", new.name);
                let subject = Subject::new(title, new.name);
                self.refer(&SECURITY_SCHEME, (old, at), Direction::Request, subject);
            }
        }
    }

    /// Names of headers and of HTTP schemes do not depend on case (RFC 9110, sections 5.1 and 11.1).
    pub(super) fn credential(&mut self, key: &Key<'_, 'a>) {
        let text = |at: &Option<Located<'a>>| at.as_ref().and_then(|at| at.node.text());
        let is_header = key.sides.iter().count() == 2
            && key.parents.iter().all(|at| at.node.text_of("in") == Some("header"));
        match (text(&key.sides.base), text(&key.sides.head)) {
            (Some(old), Some(new))
                if old != new
                    && old.eq_ignore_ascii_case(new)
                    && (key.name == "scheme" || is_header) =>
            {
                let message =
                    format!("`{}` of {} is written in another case", key.name, key.subject.title);
                let kind = &kinds::HEADER_CASE_CHANGED;
                self.note_values(kind, &key.subject.name, message, &key.sides);
            }
            _ => self.exact(key),
        }
    }

    pub(super) fn scopes(&mut self, key: &Key<'_, 'a>) {
        for name in key.sides.keys() {
            let sides = key.sides.below(name);
            let (kind, what) = match (&sides.base, &sides.head) {
                (Some(_), Some(_)) => {
                    self.words(name, &sides);
                    continue;
                }
                (None, _) => (&kinds::SCOPE_ADDED, "is new"),
                (_, None) => (&kinds::SCOPE_REMOVED, "is gone"),
            };
            let message = format!("the scope `{name}` of {} {what}", key.subject.title);
            self.note(kind, name, message, &sides);
        }
    }
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
