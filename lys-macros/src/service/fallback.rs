//! What is left of a service with mistakes: the item, all of them, and impls that satisfy its users.

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;

use super::{args::ServiceArgs, expand, item::Item};
use crate::args;

pub(super) fn service(args: TokenStream, item: &Item, errors: Error) -> TokenStream {
    let errors = errors.write_errors();
    let args = ServiceArgs::parse(args).ok();
    let runtime = args::runtime(args.as_ref().and_then(|args| args.options.runtime.as_ref()));
    let entity = args.and_then(|args| args.entity);
    let item = match item {
        Item::Struct(item) => {
            let ident = &item.ident;
            let service = entity.filter(|_| item.generics.params.is_empty()).map(|entity| {
                quote! {
                    #[automatically_derived]
                    impl #runtime::service::Service for #ident {
                        type Entity = #entity;
                    }
                }
            });
            quote!(#item #service)
        }
        Item::Trait(item, members) => expand::open_trait(&runtime, entity.as_ref(), item, members),
        Item::Impl(item, members) => expand::override_impl(&runtime, item, members),
    };
    quote!(#item #errors)
}
