//! What is left of an input object with mistakes: all of them, and impls that satisfy its users.

use darling::{Error, FromAttributes};
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use super::args::InputArgs;
use crate::args;

pub(super) fn input(item: &DeriveInput, errors: Error) -> TokenStream {
    let errors = errors.write_errors();
    let args = InputArgs::from_attributes(&item.attrs).unwrap_or_default();
    let runtime = args::runtime(args.runtime.as_ref());
    let ident = &item.ident;
    let (generics, arguments, bounds) = item.generics.split_for_impl();
    let into_draft = args.entity.as_ref().map(|entity| {
        quote! {
            #[automatically_derived]
            impl #generics #runtime::input::IntoDraft<#entity> for #ident #arguments #bounds {
                fn fill(self, _: &mut #runtime::data::Draft<#entity>) -> #runtime::Result<()> {
                    ::core::unreachable!()
                }
            }

            #[automatically_derived]
            impl #generics #runtime::input::Children<#entity, #runtime::entity::relation::One> for #ident #arguments #bounds {
                    fn into_drafts(self) -> #runtime::Result<::std::vec::Vec<#runtime::data::Draft<#entity>>> {
                    ::core::unreachable!()
                }
            }
        }
    });
    // A generic input cannot be `'static` by itself: it gets no stub, and no user.
    let input = item.generics.params.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl #runtime::input::Input for #ident {
                fn type_ref() -> #runtime::output::TypeRef {
                    ::core::unreachable!()
                }

                fn declare(_: &mut #runtime::input::InputTypes) {}

                fn decode(
                    _: ::core::option::Option<&#runtime::__private::async_graphql_value::ConstValue>,
                    _: &mut #runtime::input::Decoder,
                ) -> ::core::option::Option<Self> {
                    ::core::unreachable!()
                }
            }
        }
    });
    quote!(#errors #input #into_draft)
}
