//! SeaORM's active model of an entity.

use proc_macro2::TokenStream;
use quote::quote;

use super::{super::def::EntityDef, Names, cfg, sea_orm::accessors};

/// The struct behind `product_entity::ActiveModel`.
pub(super) fn active_model(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, active_model, .. } = names;
    let visibility = &def.item.vis;
    let fields = def.columns.iter().map(|column| {
        let (cfg, visibility, ident, ty) = (cfg(&column.attributes), &column.visibility, &column.ident, &column.ty);
        quote!(#(#cfg)* #visibility #ident: #sea_orm::ActiveValue<#ty>)
    });
    quote! {
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #visibility struct #active_model { #(#fields,)* }
    }
}

pub(super) fn sea_orm_active_model(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let this = &names.active_model;
    let cell = {
        let entity = &names.entity;
        quote!(#entity::bridge::ActiveCell)
    };
    let accessors = accessors(def, &quote!(#this), &cell, "active", names);
    let conversions = conversions(def, names);
    let active_model_trait = active_model_trait(def, names);
    quote!(#accessors #conversions #active_model_trait)
}

fn active_model_trait(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, module, active_model, .. } = names;
    let not_set = def.columns.iter().map(|column| {
        let (cfg, ident) = (cfg(&column.attributes), &column.ident);
        quote!(#(#cfg)* #ident: #sea_orm::ActiveValue::NotSet)
    });
    let default_values = def.columns.iter().map(|column| {
        let (cfg, ident) = (cfg(&column.attributes), &column.ident);
        quote!(#(#cfg)* { model.#ident = (&model.#ident).default_value(); })
    });
    quote! {
        #[automatically_derived]
        impl #sea_orm::ActiveModelBehavior for #active_model {}

        #[automatically_derived]
        impl #sea_orm::ActiveModelTrait for #active_model {
            type Entity = #module::Entity;

            fn take(&mut self, column: #module::Column) -> #sea_orm::ActiveValue<#sea_orm::Value> {
                __lys_active_cell_mut(self, column).take()
            }

            fn get(&self, column: #module::Column) -> #sea_orm::ActiveValue<#sea_orm::Value> {
                __lys_active_cell(self, column).get()
            }

            fn set_if_not_equals(&mut self, column: #module::Column, value: #sea_orm::Value) {
                __lys_active_cell_mut(self, column).set_if_not_equals(value)
            }

            fn try_set(
                &mut self,
                column: #module::Column,
                value: #sea_orm::Value,
            ) -> ::core::result::Result<(), #sea_orm::DbErr> {
                __lys_active_cell_mut(self, column).try_set(value)
            }

            fn not_set(&mut self, column: #module::Column) {
                __lys_active_cell_mut(self, column).not_set()
            }

            fn is_not_set(&self, column: #module::Column) -> bool {
                __lys_active_cell(self, column).is_not_set()
            }

            fn reset(&mut self, column: #module::Column) {
                __lys_active_cell_mut(self, column).reset()
            }

            fn default() -> Self {
                Self { #(#not_set,)* }
            }

            fn default_values() -> Self {
                use #sea_orm::value::{
                    DefaultActiveValue as _, DefaultActiveValueNone as _, DefaultActiveValueNotSet as _,
                };
                let mut model = <Self as #sea_orm::ActiveModelTrait>::default();
                #(#default_values)*
                model
            }
        }
    }
}

fn conversions(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, entity, row, active_model, .. } = names;
    let unchanged = def.columns.iter().map(|column| {
        let (cfg, ident) = (cfg(&column.attributes), &column.ident);
        quote!(#(#cfg)* #ident: #sea_orm::ActiveValue::Unchanged(row.#ident))
    });
    let values = def.columns.iter().map(|column| {
        let (cfg, ident) = (cfg(&column.attributes), &column.ident);
        quote!(#(#cfg)* #ident: model.#ident.unwrap())
    });
    quote! {
        #[automatically_derived]
        impl ::core::default::Default for #active_model {
            fn default() -> Self {
                <Self as #sea_orm::ActiveModelBehavior>::new()
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#row> for #active_model {
            fn from(row: #row) -> Self {
                Self { #(#unchanged,)* }
            }
        }

        #[automatically_derived]
        impl #sea_orm::IntoActiveModel<#active_model> for #row {
            fn into_active_model(self) -> #active_model {
                ::core::convert::From::from(self)
            }
        }

        #[automatically_derived]
        impl ::core::convert::TryFrom<#active_model> for #row {
            type Error = #sea_orm::DbErr;

            fn try_from(model: #active_model) -> ::core::result::Result<Self, #sea_orm::DbErr> {
                #entity::bridge::check_complete(&model)?;
                ::core::result::Result::Ok(Self { #(#values,)* })
            }
        }

        #[automatically_derived]
        impl #sea_orm::TryIntoModel<#row> for #active_model {
            fn try_into_model(self) -> ::core::result::Result<#row, #sea_orm::DbErr> {
                ::core::convert::TryFrom::try_from(self)
            }
        }
    }
}
