//! What an input object becomes: `Input` and, with an entity, `IntoDraft`; one line for each field.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Path, spanned::Spanned};

use super::def::{FieldDef, InputDef, Role, RuleDef};
use crate::function::ours_at;

pub(super) fn input(def: &InputDef) -> TokenStream {
    let input = input_impl(def);
    let into_draft = def.entity.as_ref().map(|entity| into_draft_impl(def, entity));
    quote!(#input #into_draft)
}

fn input_impl(def: &InputDef) -> TokenStream {
    let InputDef { runtime, ident, name, description, fields, .. } = def;
    let declared =
        fields.iter().map(|FieldDef { ty, name, description, .. }| quote!(.field::<#ty>(#name, #description)));
    let mentioned = fields.iter().map(|FieldDef { ty, .. }| quote!(<#ty as #runtime::input::Input>::declare));
    let decoded = fields.iter().map(|field| decode(field, runtime));
    let filled = fields.iter().map(|FieldDef { ident, .. }| quote!(#ident: #ident?));
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #runtime::input::Input for #ident {
            fn type_ref() -> #runtime::output::TypeRef {
                #runtime::output::TypeRef::named(#name)
            }

            fn declare(types: &mut #runtime::input::InputTypes) {
                // First: a type that is no `Input` is reported by the same words here and in `decode`, thus once.
                let mentioned: &[fn(&mut #runtime::input::InputTypes)] = &[#(#mentioned),*];
                types.declare_object(#runtime::input::InputDef::new(#name, #description) #(#declared)*, mentioned);
            }

            fn decode(
                value: ::core::option::Option<&#runtime::__private::async_graphql_value::ConstValue>,
                decoder: &mut #runtime::input::Decoder,
            ) -> ::core::option::Option<Self> {
                let mut fields = #runtime::input::Fields::new(value, decoder);
                #(#decoded)*
                ::core::option::Option::Some(Self { #(#filled),* })
            }
        }
    }
}

/// All fields are decoded before any is missed: every mistake is listed.
fn decode(field: &FieldDef, runtime: &Path) -> TokenStream {
    let FieldDef { ident, name, ty, rules, .. } = field;
    let rules = rules.iter().map(|rule| self::rule(rule, runtime));
    let decode = quote!(<#ty as #runtime::input::Input>::decode);
    quote_spanned!(Span::mixed_site()=> let #ident = fields.take(#name, &[#(#rules),*], #decode);)
}

fn rule(rule: &RuleDef, runtime: &Path) -> TokenStream {
    let rule = match rule {
        RuleDef::Length { min, max } => {
            let (min, max) = (option(min.as_ref()), option(max.as_ref()));
            quote!(Length { min: #min, max: #max })
        }
        RuleDef::Range { min, max } => {
            let (min, max) = (option(min.as_ref()), option(max.as_ref()));
            quote!(Range { min: #min, max: #max })
        }
        RuleDef::Email => quote!(Email),
        RuleDef::Url => quote!(Url),
    };
    quote!(#runtime::input::rules::Rule::#rule)
}

fn option(value: Option<&impl quote::ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(::core::option::Option::None), |value| quote!(::core::option::Option::Some(#value)))
}

fn into_draft_impl(def: &InputDef, entity: &Path) -> TokenStream {
    let InputDef { runtime, ident, fields, .. } = def;
    let assigned = fields.iter().filter_map(|field| match field.role {
        Role::Column => Some(assigned_column(field, entity, runtime)),
        Role::Children => Some(added_children(field, entity, runtime)),
        Role::Skipped => None,
    });
    quote_spanned! {Span::mixed_site()=>
        #[automatically_derived]
        impl #runtime::input::IntoDraft<#entity> for #ident {
            fn fill(self, draft: &mut #runtime::data::Draft<#entity>) -> #runtime::Result<()> {
                #(#assigned)*
                ::core::result::Result::Ok(())
            }
        }

        #[automatically_derived]
        impl #runtime::input::Children<#entity, #runtime::entity::relation::One> for #ident {
            fn into_drafts(self) -> #runtime::Result<::std::vec::Vec<#runtime::data::Draft<#entity>>> {
                #runtime::input::children::one(self)
            }
        }
    }
}

fn assigned_column(FieldDef { ident, ty, .. }: &FieldDef, entity: &Path, runtime: &Path) -> TokenStream {
    // At the type, so that a type that does not fit the column is underlined.
    quote_spanned! {ours_at(ty.span())=>
        #runtime::input::Assign::assign(
            self.#ident,
            <#entity as #runtime::entity::Entity>::COLUMN.#ident,
            draft,
        )?;
    }
}

fn added_children(FieldDef { ident, name, ty, .. }: &FieldDef, entity: &Path, runtime: &Path) -> TokenStream {
    // Each at what would be edited: the type for its rows, the name for the relation.
    let children = quote_spanned!(ours_at(ty.span())=> self.#ident);
    quote_spanned! {ours_at(ident.span())=>
        #runtime::input::children::add::<#entity, _>(
            <#entity as #runtime::entity::Entity>::MEMBER.#ident,
            #name,
            #children,
            draft,
        )?;
    }
}
