//! From progenitor's methods to this crate's requests.
//!
//! For each operation progenitor writes `async fn id(&self, every parameter) -> Result<…>`: it builds the request, sends
//! it, and reads the response. This module keeps the building of the request, which is where the document is, and puts
//! the crate's own [`Pending`](../src/call.rs) in the place of the rest. The result is a method that takes what is
//! required, and a struct that takes what is optional and sends.

use openapiv3::OpenAPI;
use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprMethodCall, FnArg, Ident, ImplItem, Item, Lit, Pat, ReturnType, Stmt, Type,
    parse_quote,
};

use super::operation::{Location, Operation};
use super::spec::Marks;
use super::{GenerateError, docs, types};

/// What became of the operations.
pub struct Requests {
    /// The method of each operation, and the structs that the methods return.
    pub items: Vec<Item>,
    /// Each type that an operation succeeds with.
    pub successes: Vec<Type>,
    /// Each type that an operation fails with.
    pub errors: Vec<Type>,
}

/// Rewrites the methods in progenitor's `file`.
pub fn rewrite(api: &OpenAPI, file: &syn::File, marks: &Marks) -> Result<Requests, GenerateError> {
    let methods = file.items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
        _ => None,
    });
    let methods = methods.flatten().filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method),
        _ => None,
    });
    let mut functions = Vec::new();
    let mut structs = Vec::new();
    let mut requests = Requests {
        items: Vec::new(),
        successes: Vec::new(),
        errors: Vec::new(),
    };
    // Both go through the document's operations in its order.
    for (index, (method, operation)) in methods.zip(Operation::all(api)?).enumerate() {
        let method = Method::read(method.clone(), &operation, marks).ok_or_else(|| {
            let id = &method.sig.ident;
            GenerateError::new(format!(
                "progenitor generated `{id}` in a form that this workspace does not know"
            ))
        })?;
        let docs = docs::operation(api, &operation, &method.id, &method.arguments, file);
        functions.push(method.function(index, &docs));
        structs.push(method.structure());
        requests.successes.push(method.success);
        requests.errors.push(method.error);
    }
    let docs = docs::client(api);
    requests.items = vec![
        parse_quote! {
            #(#[doc = #docs])*
            impl crate::Client { #(#functions)* }
        },
        parse_quote! {
            /// The requests that the methods of [`Client`](crate::Client) return.
            pub mod request {
                use super::types;
                use crate::call::{Answer, Pending, RequestExt, header_value, path_segment};
                use progenitor_client::{ByteStream, ResponseValue, encode_path};
                #(#structs)*
            }
        },
    ];
    Ok(requests)
}

/// A value that a caller gives.
pub struct Argument {
    /// Its name in this crate.
    pub name: Ident,
    /// Its name in progenitor's code.
    local: Ident,
    /// Its type, owned.
    pub of: Type,
    /// Where it travels, and under which name.
    pub location: Location,
    pub wire: String,
    pub required: bool,
    sensitive: bool,
    pub description: String,
    /// A value of the document's, if it is text.
    pub example: Option<String>,
}

/// One of progenitor's methods, taken apart.
struct Method {
    id: Ident,
    arguments: Vec<Argument>,
    /// The statements in front of the request, and the expression that builds it.
    building: Vec<Stmt>,
    built: Expr,
    /// For `matches!`: the statuses of a success.
    statuses: Vec<Pat>,
    /// The method of `Answer` that reads a success.
    reader: Ident,
    success: Type,
    error: Type,
}

impl Method {
    fn read(mut method: syn::ImplItemFn, operation: &Operation<'_>, marks: &Marks) -> Option<Self> {
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
        let mut rewriting = Rewriting {
            arguments: &arguments,
        };
        building
            .iter_mut()
            .for_each(|stmt| rewriting.visit_stmt_mut(stmt));
        rewriting.visit_expr_mut(&mut built);
        let segments = arguments
            .iter()
            .filter(|argument| argument.location == Location::Path);
        let segments = segments.map(|argument| {
            let (name, local) = (argument.name.to_string(), &argument.local);
            parse_quote! { path_segment(#name, &#local.to_string())?; }
        });
        let building = segments.chain(building).collect();

        let is_error =
            |code: &str| code.contains("ErrorResponse") || code.contains("UnexpectedResponse");
        let successes = answer
            .arms
            .iter()
            .filter(|arm| !is_error(&tokens(&arm.body)));
        let reader = successes
            .clone()
            .find_map(|arm| reader(&tokens(&arm.body)))?;
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

    /// The struct's name, which is also that of its module's only item for this operation.
    fn struct_name(&self) -> Ident {
        let id = self.id.to_string();
        let words = id.trim_start_matches("r#").split('_');
        let name: String = words.map(capitalised).collect();
        // An `operationId` may start with a digit; progenitor then puts an underscore in front of it.
        syn::parse_str(&name).unwrap_or_else(|_| format_ident!("_{name}"))
    }

    /// A name for a variable that no parameter has.
    fn free(&self, name: &str) -> Ident {
        free(&self.arguments, name)
    }

    /// The client's method.
    fn function(&self, index: usize, docs: &[String]) -> TokenStream {
        let (id, request) = (&self.id, self.struct_name());
        let required = || self.arguments.iter().filter(|argument| argument.required);
        let parameters = required().map(|Argument { name, of, .. }| {
            let of = types::accepted(of);
            quote! { #name: #of }
        });
        let required_fields =
            required().map(|Argument { name, of, .. }| match types::is_converted(of) {
                true => quote! { #name: #name.into() },
                false => quote! { #name },
            });
        let optional = self.arguments.iter().filter(|argument| !argument.required);
        let optional = optional.map(|argument| &argument.name);
        quote! {
            #(#[doc = #docs])*
            pub fn #id(&self, #(#parameters),*) -> request::#request {
                request::#request {
                    pending: self.pending(&OPERATIONS[#index]),
                    #(#required_fields,)*
                    #(#optional: None,)*
                }
            }
        }
    }

    /// The struct that the method returns.
    fn structure(&self) -> TokenStream {
        let Self {
            id,
            building,
            built,
            statuses,
            reader,
            success,
            error,
            ..
        } = self;
        let request = self.struct_name();
        let doc = format!(" A call of [`Client::{id}`](crate::Client::{id}).");
        let fields = self.arguments.iter().map(
            |Argument {
                 name, of, required, ..
             }| match required {
                true => quote! { #name: #of },
                false => quote! { #name: Option<#of> },
            },
        );
        let bound = self
            .arguments
            .iter()
            .map(|argument| bound_as(&argument.name, &argument.local));
        let setters = self
            .arguments
            .iter()
            .filter(|argument| !argument.required)
            .map(setter);
        let shown = self.arguments.iter().map(
            |Argument {
                 name, sensitive, ..
             }| {
                let label = name.to_string();
                match sensitive {
                    true => quote! { .field(#label, &crate::Redacted) },
                    false => quote! { .field(#label, &self.#name) },
                }
            },
        );
        let label = request.to_string();
        let pending = self.free("pending");
        let client = self.free("client");
        let bound_pending = bound_as(&format_ident!("pending"), &pending);
        quote! {
            #[doc = #doc]
            #[must_use = "a request is sent by `send` or by awaiting it"]
            pub struct #request {
                pub(super) pending: Pending,
                #(pub(super) #fields,)*
            }

            impl #request {
                #(#setters)*

                /// Sends the request and reads the response.
                ///
                /// # Errors
                ///
                /// Any [`Error`](crate::Error); it says what went wrong and whether the server may have acted.
                pub async fn send(self) -> Result<ResponseValue<#success>, crate::Error<#error>> {
                    let Self { #bound_pending, #(#bound),* } = self;
                    let built = #pending.build(|#client| { #(#building)* Ok(#built) });
                    #pending.send(built, |status| matches!(status, #(#statuses)|*), Answer::#reader).await
                }
            }

            crate::call::request!(#request, #success, #error);

            impl ::std::fmt::Debug for #request {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#label) #(#shown)* .finish_non_exhaustive()
                }
            }
        }
    }
}

/// A field in a pattern, bound to a variable.
fn bound_as(field: &Ident, variable: &Ident) -> TokenStream {
    match field == variable {
        true => quote! { #field },
        false => quote! { #field: #variable },
    }
}

fn setter(argument: &Argument) -> TokenStream {
    let Argument {
        name,
        of,
        description,
        location,
        wire,
        ..
    } = argument;
    let (accepted, converted) = (types::accepted(of), types::converted(of, name));
    let doc = match description.is_empty() {
        true => docs::lines(&format!("The {} parameter `{wire}`.", location.name())),
        false => docs::lines(description),
    };
    quote! {
        #(#[doc = #doc])*
        pub fn #name(mut self, #name: #accepted) -> Self {
            self.#name = Some(#converted);
            self
        }
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
        Some((
            Location::Path,
            operation.path_parameters().nth(position)?.to_owned(),
        ))
    };
    let used = uses.found.iter().find(|(_, _, used)| *used == local);
    let used = used.map(|(location, wire, _)| (*location, wire.clone()));
    let (location, wire) = used
        .or_else(segment)
        .unwrap_or((Location::Body, "body".to_owned()));
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
        let short = local
            .strip_prefix("x_")
            .filter(|_| argument.location == Location::Header)?;
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

fn free(arguments: &[Argument], name: &str) -> Ident {
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
    let (_, reader) = readers
        .iter()
        .find(|(theirs, _)| code.contains(&format!("ResponseValue :: {theirs}")))?;
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

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
