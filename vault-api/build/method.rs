//! One of progenitor's methods, taken apart.
//!
//! Its body builds the request, sends it and reads the response. What builds the request is kept, with this crate's calls in
//! the place of some of progenitor's.

use proc_macro2::TokenTree;
use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, FnArg, Ident, Lit, Pat, ReturnType, Stmt, Type, parse_quote};

use super::operation::{Location, Operation};
use super::spec::Marks;
use super::types;

/// A value that a caller gives.
pub struct Argument {
    /// Its name in this crate.
    pub name: Ident,
    /// Its name in progenitor's code.
    pub local: Ident,
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
    /// The statements in front of the request, and the expression that builds it.
    pub building: Vec<Stmt>,
    pub built: Expr,
    /// For `matches!`: the statuses of a success.
    pub statuses: Vec<Pat>,
    /// The method of `Answer` that reads a success.
    pub reader: Ident,
    pub success: Type,
    pub error: Type,
}

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
        let is_json = tokens(&method.block).contains(". json (");
        for argument in &mut arguments {
            argument.required |= argument.location == Location::Body && !is_json;
        }
        name(&mut arguments);
        arguments.sort_by_key(|argument| operation.position(argument.location, &argument.wire));

        let is_request =
            |stmt: &Stmt| matches!(stmt, Stmt::Local(local) if mutable(&local.pat, "request"));
        let at = method.block.stmts.iter().position(is_request)?;
        let mut rest = method.block.stmts.split_off(at);
        let Stmt::Local(request) = rest.remove(0) else {
            return None;
        };
        let Stmt::Expr(Expr::Match(answer), _) = rest.pop()? else {
            return None;
        };
        let mut built = *request.init?.expr;
        let mut building = method.block.stmts;
        building.retain(|stmt| !tokens(stmt).contains("api_version"));
        let mut rewriting = Rewriting { arguments: &arguments };
        building.iter_mut().for_each(|stmt| rewriting.visit_stmt_mut(stmt));
        rewriting.visit_expr_mut(&mut built);
        let segments = arguments.iter().filter(|argument| argument.location == Location::Path);
        let segments = segments.map(|argument| {
            let (name, local) = (argument.name.to_string(), &argument.local);
            parse_quote! { path_segment(#name, &#local.to_string())?; }
        });
        let building = segments.chain(building).collect();

        let is_error =
            |code: &str| code.contains("ErrorResponse") || code.contains("UnexpectedResponse");
        let successes = answer.arms.iter().filter(|arm| !is_error(&tokens(&arm.body)));
        let reader = successes.clone().find_map(|arm| reader(&tokens(&arm.body)))?;
        let statuses = successes.map(|arm| arm.pat.clone()).collect();
        Some(Self {
            id: method.sig.ident,
            arguments,
            building,
            built,
            statuses,
            reader,
            success,
            error,
        })
    }
}

/// Where progenitor's code uses its parameters.
#[derive(Default)]
struct Uses {
    found: Vec<(Location, String, Ident)>,
    /// What a `value` was unwrapped from.
    optional: Option<Ident>,
    /// How many path parameters there have been.
    segments: Vec<Ident>,
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
        if tokens(&node.func).ends_with("QueryParam :: new")
            && let [Expr::Lit(wire), value] = node.args.iter().collect::<Vec<_>>()[..]
            && let (Lit::Str(wire), Some(local)) = (&wire.lit, first_identifier(value))
        {
            self.found.push((Location::Query, wire.value(), local));
        }
        visit_mut::visit_expr_call_mut(self, node);
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
    Some(Argument {
        name: local.clone(),
        local,
        of,
        location,
        required: !is_optional && described.required,
        sensitive: location != Location::Body && marks.cover_field(&wire),
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
        let local = argument.local.to_string();
        let short = local.strip_prefix("x_").filter(|_| argument.location == Location::Header)?;
        syn::parse_str(short).ok()
    };
    let wanted: Vec<Ident> = arguments
        .iter()
        .map(|argument| short(argument).unwrap_or_else(|| argument.local.clone()))
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

/// Puts this crate's calls in the place of progenitor's.
struct Rewriting<'a> {
    arguments: &'a [Argument],
}

impl Rewriting<'_> {
    fn argument(&self, location: Location, wire: &str) -> Option<&Argument> {
        let same = |argument: &&Argument| argument.location == location && argument.wire == wire;
        self.arguments.iter().find(same)
    }
}

impl VisitMut for Rewriting<'_> {
    fn visit_expr_method_call_mut(&mut self, node: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, node);
        if let Some((wire, value)) = header(node)
            && let Some(argument) = self.argument(Location::Header, &wire)
        {
            let (name, sensitive) = (argument.name.to_string(), argument.sensitive);
            let wire = wire.to_ascii_lowercase();
            // Text is taken as it is; `to_string` would copy it.
            let text = match (value, types::is_text(&argument.of)) {
                (Expr::MethodCall(call), true) => (*call.receiver).clone(),
                _ => value.clone(),
            };
            node.args = parse_quote! {
                ::reqwest::header::HeaderName::from_static(#wire), header_value(#name, &#text, #sensitive)?
            };
        }
        if let Some(body) = self.argument(Location::Body, "body")
            && !body.required
            && node.method == "json"
        {
            node.method = format_ident!("optional_json");
        }
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        visit_mut::visit_expr_mut(self, node);
        if let Expr::Field(field) = node
            && tokens(&field.base) == "self"
        {
            // `self.client`
            let client = free(self.arguments, "client");
            *node = parse_quote! { #client.http };
        }
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        // `format!("…", self.baseurl, …)`
        let client = free(self.arguments, "client");
        let rename = |token| match token {
            TokenTree::Ident(ident) if ident == "self" => TokenTree::Ident(client.clone()),
            token => token,
        };
        node.tokens = node.tokens.clone().into_iter().map(rename).collect();
    }
}

/// A name for a variable that no parameter has.
pub fn free(arguments: &[Argument], name: &str) -> Ident {
    let mut name = format_ident!("{name}");
    while arguments.iter().any(|argument| argument.local == name) {
        name = format_ident!("{name}_");
    }
    name
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

fn mutable(pat: &Pat, name: &str) -> bool {
    // progenitor puts underscores in front where a parameter has the name.
    matches!(pat, Pat::Ident(pat) if pat.mutability.is_some() && pat.ident.to_string().trim_start_matches('_') == name)
}

fn tokens(of: &impl quote::ToTokens) -> String {
    of.to_token_stream().to_string()
}
