//! One of progenitor's methods, taken apart.
//!
//! Its signature has the Rust types of the parameters, and its body tells where each of them goes, which statuses are
//! successes, and how one is read.

use proc_macro2::TokenTree;
use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, FnArg, Ident, Lit, Pat, ReturnType, Type, parse_quote};

use super::operation::{Location, Operation};
use super::spec::Marks;
use super::types;

/// A value that a caller gives.
pub struct Argument {
    pub name: Ident,
    /// Its type, owned.
    pub of: Type,
    /// Where it travels, and under which name.
    pub location: Location,
    pub wire: String,
    pub required: bool,
    pub sensitive: bool,
    pub description: String,
    /// A value of the document's, if it is text.
    pub example: Option<String>,
}

/// One of progenitor's methods, taken apart.
pub struct Method {
    pub id: Ident,
    pub arguments: Vec<Argument>,
    /// Whether the request asks for JSON.
    pub accepts_json: bool,
    /// For `matches!`: the statuses of a success.
    pub statuses: Vec<Pat>,
    /// The method of `Answer` that reads a success.
    pub reader: Ident,
    pub success: Type,
    pub error: Type,
}

/// The media type of JSON.
pub const JSON: &str = "application/json";

impl Method {
    /// Takes a method apart; nothing if it has an unknown form.
    pub fn read(
        mut method: syn::ImplItemFn,
        operation: &Operation<'_>,
        marks: &Marks,
    ) -> Option<Self> {
        let (success, error) = outcome(&method.sig.output)?;
        let mut uses = Uses::default();
        uses.visit_block_mut(&mut method.block);
        let mut arguments = method
            .sig
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(input) => Some(input),
                FnArg::Receiver(_) => None,
            })
            .map(|input| argument(input, &uses, operation, marks))
            .collect::<Option<Vec<_>>>()?;
        // progenitor's code takes every body as required; only JSON can be left out here.
        let is_json = operation.body_type() == Some(JSON);
        for argument in &mut arguments {
            argument.required |= argument.location == Location::Body && !is_json;
        }
        name(&mut arguments);
        arguments.sort_by_key(|argument| operation.position(argument.location, &argument.wire));

        let Some(syn::Stmt::Expr(Expr::Match(answer), _)) = method.block.stmts.last() else {
            return None;
        };
        let arms = answer.arms.iter().map(|arm| (&arm.pat, tokens(&arm.body)));
        let is_success = |code: &str| {
            !["ErrorResponse", "UnexpectedResponse"].iter().any(|error| code.contains(error))
        };
        let successes: Vec<_> = arms.filter(|(_, code)| is_success(code)).collect();
        let reader = successes.iter().find_map(|(_, code)| reader(code))?;
        let statuses = successes.into_iter().map(|(status, _)| status.clone()).collect();
        let (id, accepts_json) = (method.sig.ident, uses.accepts_json);
        Some(Self { id, arguments, accepts_json, statuses, reader, success, error })
    }
}

/// Where progenitor's code uses its parameters.
#[derive(Default)]
struct Uses {
    found: Vec<(Location, String, Ident)>,
    /// What a `value` was unwrapped from.
    optional: Option<Ident>,
    /// The path parameters in their order.
    segments: Vec<Ident>,
    /// Whether the request asks for JSON.
    accepts_json: bool,
}

impl VisitMut for Uses {
    fn visit_expr_if_mut(&mut self, node: &mut syn::ExprIf) {
        if let Expr::Let(condition) = &*node.cond {
            self.optional = identifier(&condition.expr);
        }
        visit_mut::visit_expr_if_mut(self, node);
        self.optional = None;
    }

    fn visit_expr_method_call_mut(&mut self, node: &mut ExprMethodCall) {
        if let Some((wire, value)) = header(node)
            && let Some(local) = self.optional.clone().or_else(|| first_identifier(value))
        {
            self.found.push((Location::Header, wire, local));
        }
        visit_mut::visit_expr_method_call_mut(self, node);
    }

    fn visit_expr_call_mut(&mut self, node: &mut syn::ExprCall) {
        if let Expr::Path(function) = &*node.func
            && function.path.segments.iter().any(|segment| segment.ident == "QueryParam")
            && let [Expr::Lit(wire), value] = node.args.iter().collect::<Vec<_>>()[..]
            && let (Lit::Str(wire), Some(local)) = (&wire.lit, first_identifier(value))
        {
            self.found.push((Location::Query, wire.value(), local));
        }
        visit_mut::visit_expr_call_mut(self, node);
    }

    fn visit_path_mut(&mut self, node: &mut syn::Path) {
        self.accepts_json |= node.segments.last().is_some_and(|last| last.ident == "ACCEPT");
        visit_mut::visit_path_mut(self, node);
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        let mut encoded = false;
        for token in node.tokens.clone() {
            match token {
                TokenTree::Ident(ident) => encoded = ident == "encode_path",
                TokenTree::Group(group) if encoded => {
                    let mut inside = group.stream().into_iter();
                    self.segments.extend(inside.find_map(|token| match token {
                        TokenTree::Ident(ident) => Some(ident),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
    }
}

fn argument(
    input: &syn::PatType,
    uses: &Uses,
    operation: &Operation<'_>,
    marks: &Marks,
) -> Option<Argument> {
    let Pat::Ident(local) = &*input.pat else {
        return None;
    };
    let local = local.ident.clone();
    let segment = || {
        let position = uses.segments.iter().position(|segment| *segment == local)?;
        Some((Location::Path, operation.path_parameters().nth(position)?.to_owned()))
    };
    let used = uses.found.iter().find(|(_, _, used)| *used == local);
    let used = used.map(|(location, wire, _)| (*location, wire.clone()));
    let (location, wire) = used.or_else(segment).unwrap_or((Location::Body, "body".to_owned()));
    let (of, is_optional) = owned(&input.ty);
    let described = operation.described(location, &wire);
    let is_marked = types::last_name(&of).is_some_and(|it| marks.cover_type(&it.to_string()));
    Some(Argument {
        name: local,
        of,
        location,
        required: !is_optional && described.required,
        sensitive: location != Location::Body && (marks.cover_field(&wire) || is_marked),
        description: described.description,
        example: described.example,
        wire,
    })
}

/// Names that the methods of every request have.
const RESERVED: [&str; 6] = ["timeout", "header", "send", "into_future", "pending", "fmt"];

/// Gives each argument its name: without the `x_` of a header, unless another argument has that name.
fn name(arguments: &mut [Argument]) {
    let short = |argument: &Argument| -> Option<Ident> {
        let local = argument.name.to_string();
        let short = local.strip_prefix("x_").filter(|_| argument.location == Location::Header)?;
        syn::parse_str(short).ok()
    };
    let wanted: Vec<Ident> = arguments
        .iter()
        .map(|argument| short(argument).unwrap_or_else(|| argument.name.clone()))
        .collect();
    for (index, argument) in arguments.iter_mut().enumerate() {
        let name = &wanted[index];
        if wanted.iter().filter(|other| *other == name).count() == 1 {
            argument.name = name.clone();
        }
        if RESERVED.iter().any(|reserved| argument.name == reserved) {
            argument.name = format_ident!("{}_{}", argument.location.name(), argument.name);
        }
    }
}

/// The name and the value of `header_map.append("name", value.try_into()?)`.
fn header(call: &ExprMethodCall) -> Option<(String, &Expr)> {
    let [Expr::Lit(name), Expr::Try(value)] = call.args.iter().collect::<Vec<_>>()[..] else {
        return None;
    };
    let (Lit::Str(name), Expr::MethodCall(conversion)) = (&name.lit, &*value.expr) else {
        return None;
    };
    (call.method == "append").then(|| (name.value(), &*conversion.receiver))
}

/// The method of `Answer` that does what progenitor's code for a success does.
fn reader(code: &str) -> Option<Ident> {
    let readers = [
        ("from_response", "json"),
        ("empty", "empty"),
        ("stream", "stream"),
        ("upgrade", "upgrade"),
    ];
    let (_, reader) =
        readers.iter().find(|(theirs, _)| code.contains(&format!("ResponseValue :: {theirs}")))?;
    Some(format_ident!("{reader}"))
}

/// `S` and `E` of `Result<ResponseValue<S>, Error<E>>`; an error without JSON is `()`.
fn outcome(output: &ReturnType) -> Option<(Type, Type)> {
    let ReturnType::Type(_, result) = output else {
        return None;
    };
    let [response, error] = types::arguments(result)?.try_into().ok()?;
    let [success] = types::arguments(&response)?.try_into().ok()?;
    let [error] = types::arguments(&error)?.try_into().ok()?;
    let success = match types::is_named(&success, "ByteStream") {
        true => parse_quote!(crate::ByteStream),
        false => success,
    };
    match types::is_named(&error, "ByteStream") || types::is_named(&error, "Upgraded") {
        true => Some((success, parse_quote!(()))),
        false => Some((success, error)),
    }
}

/// The owned form of a parameter's type, and whether it was an `Option`.
fn owned(of: &Type) -> (Type, bool) {
    match of {
        Type::Reference(reference) if types::is_named(&reference.elem, "str") => {
            (parse_quote!(::std::string::String), false)
        }
        Type::Reference(reference) => ((*reference.elem).clone(), false),
        // `B: Into<reqwest::Body>`
        Type::Path(path) if path.path.is_ident("B") => (parse_quote!(::reqwest::Body), false),
        _ if types::is_named(of, "Option") => {
            match types::arguments(of).and_then(|mut inner| inner.pop()) {
                Some(inner) => (owned(&inner).0, true),
                None => (of.clone(), true),
            }
        }
        _ if types::is_text(of) => (parse_quote!(::std::string::String), false),
        _ => (of.clone(), false),
    }
}

fn identifier(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

fn first_identifier(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::MethodCall(call) => first_identifier(&call.receiver),
        Expr::Reference(reference) => first_identifier(&reference.expr),
        _ => identifier(expr),
    }
}

fn tokens(of: &impl quote::ToTokens) -> String {
    of.to_token_stream().to_string()
}
