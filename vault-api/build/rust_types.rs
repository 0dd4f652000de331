//! Questions about types and fields in Rust.

use quote::quote;
use syn::{Attribute, Field, GenericArgument, Ident, LitStr, PathArguments, Type};

/// The name of a field on the wire.
pub fn wire(field: &Field) -> String {
    let own = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let renamed = serde_value(&field.attrs, "rename");
    renamed.unwrap_or_else(|| own.trim_start_matches("r#").to_owned())
}

/// The value of a key in the attributes for serde.
fn serde_value(attributes: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is not understood here is of another kind of attribute.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let value: LitStr = meta.value()?.parse()?;
                if meta.path.is_ident(key) {
                    found = Some(value.value());
                }
            }
            Ok(())
        });
    }
    found
}

/// The value of an optional field that is not set; nothing for a required field.
pub fn default(field: &Field) -> Option<proc_macro2::TokenStream> {
    let mut found = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // What is not understood here is of another kind of attribute, and leaves the field required.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.input.peek(syn::Token![=]) {
                let _: LitStr = meta.value()?.parse()?;
            }
            if ["default", "skip_serializing_if", "flatten"]
                .iter()
                .any(|key| meta.path.is_ident(key))
            {
                found = Some(quote! { ::std::default::Default::default() });
            }
            Ok(())
        });
    }
    found
}

/// The type of a parameter for a value of type `of`: text and boxes are converted.
pub fn accepted(of: &Type) -> proc_macro2::TokenStream {
    match is_converted(of) {
        true => quote! { impl ::std::convert::Into<#of> },
        false => quote! { #of },
    }
}

/// The expression that makes a value of type `of` of such a parameter.
pub fn converted(of: &Type, name: &Ident) -> proc_macro2::TokenStream {
    match is_converted(of) {
        true => quote! { #name.into() },
        false => quote! { #name },
    }
}

/// Whether a parameter takes what can become a value of this type.
pub fn is_converted(of: &Type) -> bool {
    is_text(of) || is_named(of, "Box") || is_named(of, "Body")
}

/// Whether a type is `String`.
pub fn is_text(of: &Type) -> bool {
    is_named(of, "String") && arguments(of).is_none()
}

/// The type arguments of a type's last path segment.
pub fn arguments(of: &Type) -> Option<Vec<Type>> {
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

/// Whether a type is Rust's own of this name, which the generated code writes with its whole path.
pub fn is_named(of: &Type, name: &str) -> bool {
    let Type::Path(path) = of else { return false };
    // Those of the document have one segment and start with a capital letter.
    let is_primitive = path
        .path
        .get_ident()
        .is_some_and(|ident| ident.to_string().starts_with(char::is_lowercase));
    let is_whole = path.path.leading_colon.is_some() || is_primitive;
    is_whole && last_name(of).is_some_and(|last| last == name)
}

/// The name in the last segment of a type's path.
pub fn last_name(of: &Type) -> Option<&Ident> {
    match of {
        Type::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}
