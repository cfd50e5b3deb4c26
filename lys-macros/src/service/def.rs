//! What a service means: closed, open or an override, with the rules of each checked.

use darling::{Error, Result};
use proc_macro2::TokenStream;
use syn::{Path, ReturnType, Type, spanned::Spanned};

use super::{
    args::ServiceArgs,
    item::{Item, Members, Method},
};
use crate::{args, names};

/// A checked service: `expand` cannot fail on it.
pub(super) struct ServiceDef {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// Its name, for messages.
    pub(super) name: String,
    /// What kind it is.
    pub(super) kind: Kind,
}

/// Kinds of service.
pub(super) enum Kind {
    /// A struct over this entity.
    Closed { entity: Path },
    /// A trait over this entity.
    Open { entity: Path },
    /// An `impl` of this open service.
    Override { service: Path },
}

impl ServiceDef {
    pub(super) fn new(args: TokenStream, item: &Item) -> Result<Self> {
        let mut errors = Error::accumulator();
        match item {
            Item::Struct(item) => drop(errors.handle(check_not_generic(&item.generics, &item.ident))),
            Item::Trait(item, members) => {
                errors.handle(check_not_generic(&item.generics, &item.ident));
                errors.handle(check_methods(members));
                errors.handle(check_defaults(members, &item.ident));
            }
            Item::Impl(item, members) => {
                errors.handle(check_not_generic(&item.generics, &item.self_ty));
                errors.handle(check_methods(members));
            }
        }
        let args = errors.handle(ServiceArgs::parse(args));
        let kind = args.as_ref().and_then(|args| errors.handle(kind(args, item)));
        errors.finish()?;
        let (Some(args), Some(kind)) = (args, kind) else {
            return Err(Error::custom("unreadable service"));
        };
        let name = item.ident().map(names::unraw).unwrap_or_default();
        Ok(Self { runtime: args::runtime(args.options.runtime.as_ref()), name, kind })
    }
}

fn kind(args: &ServiceArgs, item: &Item) -> Result<Kind> {
    match (item, &args.entity, &args.options.overrides) {
        (Item::Struct(_), Some(entity), None) => Ok(Kind::Closed { entity: entity.clone() }),
        (Item::Trait(..), Some(entity), None) => Ok(Kind::Open { entity: entity.clone() }),
        (Item::Struct(item), _, Some(overrides)) => {
            let text =
                format!("an override stands on the `impl`; move it to `impl {} for {}`", last(overrides), item.ident);
            Err(Error::custom(text).with_span(overrides))
        }
        (Item::Trait(..), _, Some(overrides)) => {
            let text = "a trait overrides nothing; write `#[service(overrides = …)]` on an `impl` of the open service";
            Err(Error::custom(text).with_span(overrides))
        }
        (Item::Struct(item), None, None) => Err(no_entity(&item.ident)),
        (Item::Trait(item, _), None, None) => Err(no_entity(&item.ident)),
        (Item::Impl(item, _), Some(entity), _) => {
            let text = "an `impl` has the entity of the service it overrides; write `#[service(overrides = …)]`";
            let _ = item;
            Err(Error::custom(text).with_span(entity))
        }
        (Item::Impl(item, _), None, None) => {
            let text = "which open service does this override? Write `#[service(overrides = …)]`";
            Err(Error::custom(text).with_span(&item.impl_token))
        }
        (Item::Impl(item, _), None, Some(service)) => {
            check_same_trait(item, service)?;
            Ok(Kind::Override { service: service.clone() })
        }
    }
}

fn no_entity(ident: &syn::Ident) -> Error {
    let text = format!("which entity does `{ident}` serve? Write `#[service(Product)]`");
    Error::custom(text).with_span(ident)
}

fn last(path: &Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

fn check_same_trait(item: &syn::ItemImpl, service: &Path) -> Result<()> {
    let Some(implemented) = implemented(item) else {
        let text = format!("an override implements the open service; write `impl {} for …`", last(service));
        return Err(Error::custom(text).with_span(&item.self_ty.span()));
    };
    if last(implemented) == last(service) {
        return Ok(());
    }
    let text = format!("this implements `{}`, not `{}`; name the same service", last(implemented), last(service));
    Err(Error::custom(text).with_span(service))
}

/// The trait that an `impl` implements.
pub(super) fn implemented(item: &syn::ItemImpl) -> Option<&Path> {
    item.trait_.as_ref().map(|(path, _)| path)
}

fn check_not_generic(generics: &syn::Generics, item: &impl quote::ToTokens) -> Result<()> {
    match generics.params.first() {
        Some(parameter) => {
            let text = format!("service `{}` cannot be generic: it is looked up by its type", quote::quote!(#item));
            Err(Error::custom(text).with_span(parameter))
        }
        None => Ok(()),
    }
}

/// The rules of methods behind `dyn`.
fn check_methods(members: &Members) -> Result<()> {
    let mut errors = Error::accumulator();
    for method in members.methods() {
        errors.handle(check_receiver(method));
        errors.handle(check_types_named(method));
    }
    errors.finish()
}

fn check_receiver(method: &Method) -> Result<()> {
    if method.signature.receiver().is_some() {
        return Ok(());
    }
    let text = format!("method `{}` of an open service takes `&self`; add it", method.signature.ident);
    Err(Error::custom(text).with_span(&method.signature.ident))
}

fn check_types_named(method: &Method) -> Result<()> {
    let name = &method.signature.ident;
    let mut errors = Error::accumulator();
    if let Some(parameter) = method.signature.generics.type_params().next() {
        let text = format!(
            "method `{name}` of an open service cannot be generic, since it is called through `dyn`; name the type"
        );
        errors.push(Error::custom(text).with_span(parameter));
    }
    let types = method.signature.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Typed(input) => Some(&*input.ty),
        syn::FnArg::Receiver(_) => None,
    });
    let output = match &method.signature.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    for ty in types.chain(output) {
        if let Type::ImplTrait(ty) = ty {
            let text =
                format!("method `{name}` of an open service is called through `dyn`; name the type instead of `impl`");
            errors.push(Error::custom(text).with_span(&ty.impl_token));
        }
    }
    errors.finish()
}

/// The service that stands until an app overrides it has every method.
fn check_defaults(members: &Members, service: &syn::Ident) -> Result<()> {
    let mut errors = Error::accumulator();
    for method in members.methods().filter(|method| method.body.is_none()) {
        let name = &method.signature.ident;
        let text = format!("`{name}` needs a body: `{service}` works as it is, until an app overrides it");
        errors.push(Error::custom(text).with_span(name));
    }
    errors.finish()
}
