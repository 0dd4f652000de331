//! The Rust types in the signatures of progenitor's methods.

use std::collections::BTreeMap;

use syn::{FnArg, ImplItem, Item, Pat, ReturnType, Type, parse_quote};

use super::rust_types;

/// progenitor's methods by their names.
pub struct Signatures(BTreeMap<String, Signature>);

pub struct Signature {
    /// The types of the parameters by their names, owned.
    pub arguments: BTreeMap<String, Type>,
    /// The type of a success.
    pub success: Type,
}

impl Signatures {
    /// The asynchronous methods of the client in progenitor's output.
    pub fn of(file: &syn::File) -> Self {
        let items = file.items.iter().filter_map(|item| match item {
            Item::Impl(item) if item.trait_.is_none() => Some(&item.items),
            _ => None,
        });
        let methods = items.flatten().filter_map(|item| match item {
            ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(&method.sig),
            _ => None,
        });
        let read = |signature: &syn::Signature| {
            let success = success(&signature.output)?;
            let arguments = signature.inputs.iter().filter_map(|input| match input {
                FnArg::Typed(input) => match &*input.pat {
                    Pat::Ident(name) => Some((name.ident.to_string(), owned(&input.ty))),
                    _ => None,
                },
                FnArg::Receiver(_) => None,
            });
            Some((
                signature.ident.to_string(),
                Signature { arguments: arguments.collect(), success },
            ))
        };
        Self(methods.filter_map(read).collect())
    }

    pub fn get(&self, method: &str) -> Option<&Signature> {
        self.0.get(method)
    }
}

/// `S` of `Result<ResponseValue<S>, …>`.
fn success(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, result) = output else { return None };
    let response = rust_types::arguments(result)?.into_iter().next()?;
    rust_types::arguments(&response)?.into_iter().next()
}

/// The owned form of a parameter's type.
fn owned(of: &Type) -> Type {
    match of {
        Type::Reference(reference) if rust_types::is_named(&reference.elem, "str") => {
            parse_quote!(::std::string::String)
        }
        Type::Reference(reference) => (*reference.elem).clone(),
        _ => of.clone(),
    }
}
