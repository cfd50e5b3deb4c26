//! What an enum becomes: a table of its values, and impls of one call each. Nothing here can fail.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta};

use super::def::EnumDef;

pub(super) fn enumeration(def: &EnumDef<'_>) -> TokenStream {
    let impls = [value(def), graphql(def), column(def), sea_orm(def)];
    quote! {
        const _: () = {
            #(#impls)*
        };
    }
}

/// The values as data.
fn value(def: &EnumDef<'_>) -> TokenStream {
    let EnumDef { runtime, ident, name, description, values, is_partial } = def;
    let rest = is_partial.then(|| quote!(_ => ""));
    let table = values.iter().map(|value| {
        let (cfg, variant, name, description) = (cfg(value.attributes), value.ident, &value.name, &value.description);
        quote!(#(#cfg)* (#ident::#variant, #name, #description))
    });
    let positions = values.iter().map(|value| {
        let (cfg, variant, name) = (cfg(value.attributes), value.ident, &value.name);
        quote!(#(#cfg)* Self::#variant => #name)
    });
    quote! {
        #[automatically_derived]
        impl #runtime::output::EnumValue for #ident {
            const NAME: &'static str = #name;
            const DESCRIPTION: &'static str = #description;
            const VALUES: &'static [(Self, &'static str, &'static str)] = &[#(#table,)*];

            fn name(&self) -> &'static str {
                match self { #(#positions,)* #rest }
            }
        }
    }
}

/// `Output` and `Input`.
fn graphql(def: &EnumDef<'_>) -> TokenStream {
    let EnumDef { runtime, ident, .. } = def;
    quote! {
        #[automatically_derived]
        impl #runtime::output::Output for #ident {
            fn type_ref() -> #runtime::output::TypeRef {
                #runtime::output::enumeration::type_ref::<Self>()
            }

            fn declare(types: &mut #runtime::output::OutputTypes) {
                #runtime::output::enumeration::declare::<Self>(types)
            }

            fn write(&self, writer: &mut #runtime::output::ValueWriter<'_, '_>) -> #runtime::output::Written {
                #runtime::output::enumeration::write(self, writer)
            }
        }

        #[automatically_derived]
        impl #runtime::input::Input for #ident {
            fn type_ref() -> #runtime::output::TypeRef {
                #runtime::output::enumeration::type_ref::<Self>()
            }

            fn declare(types: &mut #runtime::input::InputTypes) {
                #runtime::input::enumeration::declare::<Self>(types)
            }

            fn decode(
                value: ::core::option::Option<&#runtime::__private::async_graphql_value::ConstValue>,
                decoder: &mut #runtime::input::Decoder,
            ) -> ::core::option::Option<Self> {
                #runtime::input::enumeration::decode(value, decoder)
            }
        }
    }
}

/// A column of text.
fn column(def: &EnumDef<'_>) -> TokenStream {
    let EnumDef { runtime, ident, .. } = def;
    quote! {
        #[automatically_derived]
        impl #runtime::entity::ColumnValue for #ident {
            const KIND: #runtime::entity::ColumnKind = #runtime::entity::ColumnKind::String;
        }

        #[automatically_derived]
        impl #runtime::connection::FilterValue for #ident {
            fn values() -> #runtime::connection::FilterValues {
                #runtime::connection::FilterValues::of_enum::<Self>()
            }
        }
    }
}

/// What SeaORM asks of a value.
fn sea_orm(def: &EnumDef<'_>) -> TokenStream {
    let EnumDef { runtime, ident, .. } = def;
    let sea_orm = quote!(#runtime::__private::sea_orm);
    let stored = quote!(#runtime::entity::enumeration);
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#ident> for #sea_orm::Value {
            fn from(value: #ident) -> Self {
                #stored::store(&value)
            }
        }

        #[automatically_derived]
        impl #sea_orm::TryGetable for #ident {
            fn try_get_by<I: #sea_orm::ColIdx>(
                row: &#sea_orm::QueryResult,
                index: I,
            ) -> ::core::result::Result<Self, #sea_orm::TryGetError> {
                #stored::load(row, index)
            }
        }

        #[automatically_derived]
        impl #sea_orm::sea_query::ValueType for #ident {
            fn try_from(
                value: #sea_orm::Value,
            ) -> ::core::result::Result<Self, #sea_orm::sea_query::ValueTypeErr> {
                #stored::read(value)
            }

            fn type_name() -> ::std::string::String {
                ::core::convert::From::from(<Self as #runtime::output::EnumValue>::NAME)
            }

            fn array_type() -> #sea_orm::sea_query::ArrayType {
                #sea_orm::sea_query::ArrayType::String
            }

            fn column_type() -> #sea_orm::sea_query::ColumnType {
                #sea_orm::sea_query::ColumnType::Text
            }
        }

        #[automatically_derived]
        impl #sea_orm::sea_query::Nullable for #ident {
            fn null() -> #sea_orm::Value {
                #sea_orm::Value::String(::core::option::Option::None)
            }
        }

        #[automatically_derived]
        impl #sea_orm::IntoActiveValue<#ident> for #ident {
            fn into_active_value(self) -> #sea_orm::ActiveValue<#ident> {
                #sea_orm::ActiveValue::Set(self)
            }
        }
    }
}

fn cfg(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes
        .iter()
        .filter(|attribute| matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("cfg")))
        .collect()
}
