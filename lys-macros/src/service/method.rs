//! Async methods behind `dyn`: each becomes a method that returns a boxed future, as one would write it by hand.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    FnArg, GenericParam, Ident, Lifetime, Path, ReceiverKind, ReturnType, Signature, Type, TypeReference, parse_quote,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::item::Method;
use crate::function::ours_at;

/// The method as it stands in the trait or `impl`.
pub(super) fn boxed(method: &Method, runtime: &Path) -> TokenStream {
    if method.signature.asyncness.is_none() {
        return quote!(#method);
    }
    let Method { attributes, visibility, body, .. } = method;
    let output = output(&method.signature);
    let signature = boxed_signature(&method.signature, &output, runtime);
    let body = body.as_ref().map_or_else(
        || quote!(;),
        |body| {
            let boxed = quote_spanned!(ours_at(output.span())=> #runtime::service::boxed::<#output>);
            quote!({ #boxed(async move #body) })
        },
    );
    quote!(#(#attributes)* #visibility #signature #body)
}

fn output(signature: &Signature) -> Type {
    match &signature.output {
        ReturnType::Type(_, ty) => (**ty).clone(),
        ReturnType::Default => parse_quote!(()),
    }
}

/// Every borrowed parameter gets a lifetime that outlives the future's.
fn boxed_signature(signature: &Signature, output: &Type, runtime: &Path) -> Signature {
    let mut boxed = signature.clone();
    boxed.asyncness = None;
    let mut lifetimes = Lifetimes::default();
    for parameter in &mut boxed.inputs {
        match parameter {
            FnArg::Receiver(receiver) => match &mut receiver.kind {
                ReceiverKind::Reference(_, lifetime, _) => lifetimes.name(lifetime, receiver.self_token.span),
                kind => lifetimes.visit_receiver_kind_mut(kind),
            },
            FnArg::Typed(parameter) => lifetimes.visit_type_mut(&mut parameter.ty),
        }
    }
    let future = Lifetime::new("'__lys_future", Span::mixed_site());
    let named: Vec<Lifetime> = boxed.generics.lifetimes().map(|parameter| parameter.lifetime.clone()).collect();
    let where_clause = boxed.generics.make_where_clause();
    for lifetime in named.iter().chain(&lifetimes.0) {
        where_clause.predicates.push(parse_quote!(#lifetime: #future));
    }
    let first = boxed.generics.params.len().min(named.len());
    for lifetime in lifetimes.0.into_iter().chain([future.clone()]) {
        boxed.generics.params.insert(first, GenericParam::Lifetime(syn::LifetimeParam::new(lifetime)));
    }
    boxed.output = parse_quote!(-> #runtime::service::Boxed<#future, #output>);
    boxed
}

/// Names the lifetimes that were left out.
#[derive(Default)]
struct Lifetimes(Vec<Lifetime>);

impl Lifetimes {
    fn name(&mut self, lifetime: &mut Option<Lifetime>, span: Span) {
        match lifetime {
            Some(lifetime) => self.visit_lifetime_mut(lifetime),
            None => *lifetime = Some(self.next(span)),
        }
    }

    fn next(&mut self, span: Span) -> Lifetime {
        let ident: Ident = format_ident!("__lys_{}", self.0.len());
        let lifetime = Lifetime { apostrophe: ours_at(span), ident };
        self.0.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Lifetimes {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.name(&mut reference.lifetime, reference.and_token.span);
        self.visit_type_mut(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.next(lifetime.span());
        }
    }

    // The lifetimes of a function pointer are its own.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
    }
}
