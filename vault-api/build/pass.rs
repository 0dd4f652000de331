//! One pass over progenitor's output, for what progenitor cannot be told.

use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Fields, GenericArgument, Ident, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct,
    LitStr, Macro, PathArguments, ReturnType, Type, Visibility, parse_quote,
};

use super::spec::Sensitive;
use super::{GenerateError, names};

/// Changes the generated file in place:
///
/// - structs with named fields in `types` become `#[non_exhaustive]`: their builders make them, and
///   a field more in a response is then no breaking change;
/// - types derive `schemars::JsonSchema` under the feature of that name;
/// - what is named in `sensitive` is left out of every `Debug`, the builders' included;
/// - the error of a caller's own conversion, which may quote the value, is not repeated;
/// - what progenitor leaves undocumented, which is builders and their setters, gets a line;
/// - `Client` has no public constructor but the hand-written builder;
/// - `send` returns the crate's own error instead of progenitor's, which prints response bodies and
///   loses a middleware's error.
pub fn apply(file: &mut syn::File, sensitive: &[Sensitive]) -> Result<(), GenerateError> {
    let mut pass = Pass {
        sensitive: sensitive.iter().map(|mark| (mark, false)).collect(),
        module: Vec::new(),
        additions: Vec::new(),
        failure: None,
    };
    pass.visit_file_mut(file);
    if let Some(failure) = pass.failure {
        return Err(failure);
    }
    match pass.sensitive.iter().find(|(_, hidden)| !hidden) {
        None => Ok(()),
        Some((Sensitive { name, .. }, _)) => Err(GenerateError::new(format!(
            "`{name}` is marked `x-sensitive` but became no Rust field or type, so it cannot be \
             hidden: mark the property, parameter or component that holds the value"
        ))),
    }
}

struct Pass<'a> {
    /// The names to hide, and whether something of that name was found.
    sensitive: Vec<(&'a Sensitive, bool)>,
    /// The modules around the current item.
    module: Vec<String>,
    /// Implementations to add to the current module.
    additions: Vec<Item>,
    failure: Option<GenerateError>,
}

impl VisitMut for Pass<'_> {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        visit_mut::visit_file_mut(self, file);
        file.items.append(&mut self.additions);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        let outer = std::mem::take(&mut self.additions);
        self.module.push(module.ident.to_string());
        visit_mut::visit_item_mod_mut(self, module);
        self.module.pop();
        let additions = std::mem::replace(&mut self.additions, outer);
        if let Some((_, items)) = &mut module.content {
            items.extend(additions);
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        let in_types = self.module == ["types"];
        if in_types {
            item.attrs.push(schemars_attribute());
            if matches!(item.fields, Fields::Named(_)) {
                item.attrs.push(parse_quote!(#[non_exhaustive]));
            }
        }
        let root = self.module.is_empty();
        let whole = in_types && self.hides_type(&item.ident);
        let fields: Vec<(Ident, bool)> = match &item.fields {
            Fields::Named(fields) if !whole => {
                let idents = fields.named.iter().filter_map(|field| field.ident.clone());
                idents
                    .map(|ident| (ident.clone(), self.hides_field(&ident)))
                    .collect()
            }
            _ => Vec::new(),
        };
        if root {
            // The client holds credentials; its `Debug` is hand-written.
            remove_debug(&mut item.attrs);
        } else if whole || fields.iter().any(|(_, hidden)| *hidden) {
            remove_debug(&mut item.attrs);
            self.additions
                .push(debug_impl(&item.ident, &item.generics, whole, &fields));
        }
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        if self.module != ["types"] {
            return;
        }
        item.attrs.push(schemars_attribute());
        // typify makes a variant of a property where schemas differ by one.
        let variants = item.variants.iter().flat_map(|variant| {
            let fields = variant
                .fields
                .iter()
                .filter_map(|field| field.ident.as_ref());
            fields.chain([&variant.ident])
        });
        let hidden = variants.filter(|ident| self.hides_field(ident)).count() > 0;
        if self.hides_type(&item.ident) || hidden {
            remove_debug(&mut item.attrs);
            self.additions
                .push(debug_impl(&item.ident, &item.generics, true, &[]));
        }
    }

    fn visit_macro_mut(&mut self, item: &mut Macro) {
        if item.path.is_ident("format") {
            forget_caller_error(item);
        }
    }

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        if item.trait_.is_some() {
            return;
        }
        visit_mut::visit_item_impl_mut(self, item);
        document(item);
        if self.module.is_empty() {
            restrict_constructors(item);
        } else if self.module == ["builder"] {
            match type_send(item) {
                Ok(Some(send)) => item.items.push(send),
                Ok(None) => {}
                Err(failure) => self.failure = Some(failure),
            }
        }
    }
}

/// How progenitor and typify start the message of a failed conversion.
const CONVERSIONS: [&str; 2] = ["error converting supplied value for ", "conversion to `"];

/// Takes the caller's error out of a `format!` of a failed conversion: `…: {e}`, or `…: {}` and a value.
fn forget_caller_error(format: &mut Macro) {
    let literal = format.parse_body_with(|input: syn::parse::ParseStream<'_>| {
        let literal: LitStr = input.parse()?;
        let _: proc_macro2::TokenStream = input.parse()?;
        Ok(literal.value())
    });
    let Ok(text) = literal else { return };
    if CONVERSIONS.iter().any(|start| text.starts_with(start))
        && let Some((sentence, _)) = text.rsplit_once(": {")
    {
        format.tokens = quote! { #sentence };
    }
}

impl Pass<'_> {
    fn hides_field(&mut self, ident: &Ident) -> bool {
        self.hides(ident, false)
    }

    fn hides_type(&mut self, ident: &Ident) -> bool {
        self.hides(ident, true)
    }

    fn hides(&mut self, ident: &Ident, is_type: bool) -> bool {
        let ident = ident.to_string();
        let mut hides = false;
        for (mark, found) in &mut self.sensitive {
            if mark.is_type == is_type && names::same(&mark.name, &ident) {
                *found = true;
                hides = true;
            }
        }
        hides
    }
}

fn schemars_attribute() -> Attribute {
    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))])
}

fn remove_debug(attributes: &mut [Attribute]) {
    for attribute in attributes
        .iter_mut()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        let mut kept: Vec<syn::Path> = Vec::new();
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta
                .path
                .segments
                .last()
                .is_none_or(|last| last.ident != "Debug")
            {
                kept.push(meta.path);
            }
            Ok(())
        });
        if parsed.is_ok() {
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}

/// A `Debug` that shows `[REDACTED]` for the whole type or for its hidden fields.
fn debug_impl(
    ident: &Ident,
    generics: &syn::Generics,
    whole: bool,
    fields: &[(Ident, bool)],
) -> Item {
    let name = ident.to_string();
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let body = if whole {
        quote! { f.debug_tuple(#name).field(&crate::Redacted).finish() }
    } else {
        let fields = fields.iter().map(|(field, hidden)| {
            let label = field.to_string();
            if *hidden {
                quote! { .field(#label, &crate::Redacted) }
            } else {
                quote! { .field(#label, &self.#field) }
            }
        });
        quote! { f.debug_struct(#name) #(#fields)* .finish() }
    };
    parse_quote! {
        impl #impl_generics ::std::fmt::Debug for #ident #type_generics #where_clause {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #body
            }
        }
    }
}

/// Takes out `Client::new` and hides `Client::new_with_client`: both follow redirects.
fn restrict_constructors(item: &mut ItemImpl) {
    item.items
        .retain(|item| !matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"));
    for item in &mut item.items {
        if let ImplItem::Fn(function) = item
            && function.sig.ident == "new_with_client"
        {
            function.vis = parse_quote!(pub(crate));
        }
    }
}

/// Gives each public function without a comment one, by its name: they are the builders' only.
fn document(item: &mut ItemImpl) {
    for item in &mut item.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        let documented = function
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("doc"));
        if documented || !matches!(function.vis, Visibility::Public(_)) {
            continue;
        }
        let doc = match function.sig.ident.to_string().as_str() {
            "builder" => "Starts a builder of this type.".to_owned(),
            "new" => "Starts a call of this client.".to_owned(),
            "body_map" => "Changes the body by way of its builder.".to_owned(),
            setter => format!("Sets `{setter}`."),
        };
        let doc = format!(" {doc}");
        function.attrs.push(parse_quote!(#[doc = #doc]));
    }
}

/// Makes progenitor's `send` private under another name and returns the one that replaces it.
fn type_send(item: &mut ItemImpl) -> Result<Option<ImplItem>, GenerateError> {
    let send = item.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    });
    let Some(send) = send else { return Ok(None) };
    let (success, error) = outcome(&send.sig.output).ok_or_else(|| {
        GenerateError::new("progenitor generated a `send` whose result is of an unknown form")
    })?;
    let docs: Vec<Attribute> = send
        .attrs
        .extract_if(.., |attribute| attribute.path().is_ident("doc"))
        .collect();
    send.vis = Visibility::Inherited;
    send.sig.ident = format_ident!("dispatch");
    let (call, failure) = if is_named(&error, "ByteStream") {
        // An error body that is not JSON has no type.
        (quote! { crate::call::untyped }, parse_quote!(()))
    } else {
        (quote! { crate::call::typed }, error)
    };
    let failure: Type = failure;
    Ok(Some(parse_quote! {
        #(#docs)*
        ///
        /// # Errors
        ///
        /// A [`Failure`](crate::Failure) of any kind; it says which, and whether anything was sent.
        pub async fn send(self) -> Result<ResponseValue<#success>, crate::Failure<#failure>> {
            #call(self.dispatch()).await
        }
    }))
}

/// `S` and `E` of `Result<ResponseValue<S>, Error<E>>`.
fn outcome(output: &ReturnType) -> Option<(Type, Type)> {
    let ReturnType::Type(_, result) = output else {
        return None;
    };
    let [response, error] = arguments(result)?.try_into().ok()?;
    let [success] = arguments(&response)?.try_into().ok()?;
    let [error] = arguments(&error)?.try_into().ok()?;
    Some((success, error))
}

/// The type arguments of a type's last path segment.
fn arguments(of: &Type) -> Option<Vec<Type>> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let types = arguments.args.iter().map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument.clone()),
        _ => None,
    });
    types.collect()
}

fn is_named(of: &Type, name: &str) -> bool {
    matches!(of, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}
