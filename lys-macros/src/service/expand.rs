//! What a service becomes: the item, its async methods boxed, and one table entry.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Fields, ItemImpl, ItemStruct, ItemTrait, Path};

use super::{
    def::{Kind, ServiceDef},
    item::{Item, Member, Members},
    method,
};

pub(super) fn service(def: &ServiceDef, item: &Item) -> TokenStream {
    match (&def.kind, item) {
        (Kind::Closed { entity }, Item::Struct(item)) => closed(def, entity, item),
        (Kind::Open { entity }, Item::Trait(item, members)) => open(def, entity, item, members),
        (Kind::Override { service }, Item::Impl(item, members)) => overriding(def, service, item, members),
        // `ServiceDef::new` pairs them.
        _ => TokenStream::new(),
    }
}

fn closed(def: &ServiceDef, entity: &Path, item: &ItemStruct) -> TokenStream {
    let ServiceDef { runtime, name, .. } = def;
    let ident = &item.ident;
    let made = match item.fields {
        Fields::Unit => quote!(#ident),
        Fields::Named(_) | Fields::Unnamed(_) => quote!(<#ident as ::core::default::Default>::default()),
    };
    quote_spanned! {Span::mixed_site()=>
        #item

        #[automatically_derived]
        impl #runtime::service::Service for #ident {
            type Entity = #entity;
        }

        const _: () = {
            fn __lys_make(_: #runtime::service::Previous<'_>) -> #runtime::service::Made {
                #runtime::service::shared::<#ident>(::std::sync::Arc::new(#made))
            }

            fn __lys_definition() -> #runtime::service::ServiceDef {
                #runtime::service::ServiceDef::new::<#ident>(#name, __lys_make)
            }

            #runtime::__register!(Service(__lys_definition));
        };
    }
}

fn open(def: &ServiceDef, entity: &Path, item: &ItemTrait, members: &Members) -> TokenStream {
    let ServiceDef { runtime, name, .. } = def;
    let ident = &item.ident;
    let item = open_trait(runtime, Some(entity), item, members);
    quote_spanned! {Span::mixed_site()=>
        #item

        const _: () = {
            struct __LysDefault;

            #[automatically_derived]
            impl #runtime::service::Service for __LysDefault {
                type Entity = #entity;
            }

            #[automatically_derived]
            impl #ident for __LysDefault {}

            fn __lys_make(_: #runtime::service::Previous<'_>) -> #runtime::service::Made {
                #runtime::service::shared::<dyn #ident>(::std::sync::Arc::new(__LysDefault))
            }

            fn __lys_definition() -> #runtime::service::ServiceDef {
                #runtime::service::ServiceDef::new::<dyn #ident>(#name, __lys_make)
            }

            #runtime::__register!(Service(__lys_definition));
        };
    }
}

/// The trait, object-safe: a `Service` whose async methods return boxed futures.
pub(super) fn open_trait(runtime: &Path, entity: Option<&Path>, item: &ItemTrait, members: &Members) -> TokenStream {
    let mut item = item.clone();
    let entity = entity.map(|entity| quote!(<Entity = #entity>));
    item.supertraits.push(syn::parse_quote!(#runtime::service::Service #entity));
    let ItemTrait { attrs, vis, ident, supertraits, generics, .. } = &item;
    let members = boxed(members, runtime);
    let bounds = &generics.where_clause;
    quote!(#(#attrs)* #vis trait #ident: #supertraits #bounds { #members })
}

fn overriding(def: &ServiceDef, service: &Path, item: &ItemImpl, members: &Members) -> TokenStream {
    let ServiceDef { runtime, name, .. } = def;
    let ty = &item.self_ty;
    let item = override_impl(runtime, item, members);
    quote_spanned! {Span::mixed_site()=>
        #item

        #[automatically_derived]
        impl #runtime::service::Service for #ty {
            type Entity = <dyn #service as #runtime::service::Service>::Entity;
        }

        const _: () = {
            fn __lys_make(previous: #runtime::service::Previous<'_>) -> #runtime::service::Made {
                #runtime::service::over::<dyn #service, #ty>(previous, |service| service)
            }

            fn __lys_definition() -> #runtime::service::ServiceDef {
                #runtime::service::ServiceDef::new::<dyn #service>(#name, __lys_make).overriding()
            }

            #runtime::__register!(Service(__lys_definition));
        };
    }
}

/// The `impl`, its async methods boxed.
pub(super) fn override_impl(runtime: &Path, item: &ItemImpl, members: &Members) -> TokenStream {
    let ItemImpl { attrs, generics, self_ty, .. } = item;
    let implemented = super::def::implemented(item).map(|path| quote!(#path for));
    let members = boxed(members, runtime);
    let bounds = &generics.where_clause;
    quote!(#(#attrs)* impl #generics #implemented #self_ty #bounds { #members })
}

fn boxed(members: &Members, runtime: &Path) -> TokenStream {
    members
        .0
        .iter()
        .map(|member| match member {
            Member::Method(method) => method::boxed(method, runtime),
            Member::Other(tokens) => tokens.clone(),
        })
        .collect()
}
