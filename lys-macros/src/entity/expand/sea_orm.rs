//! What SeaORM reads of an entity: the entity itself, its columns, relations and model.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;

use super::{
    super::{
        def::{ColumnDef, EntityDef},
        relation::{OnDelete, RelationDef, RelationKind},
    },
    Names, cfg,
    ours::{is_only, key_type, on, to},
    with_cfg,
};

/// `Entity` and `PrimaryKey`.
pub(super) fn sea_orm_entity(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, row, module, active_model, .. } = names;
    let table = &def.table;
    let key = def.columns.first().map(|column| &column.ty);
    let entity_name = iden(&quote!(#module::Entity), &quote!(#table), names);
    let key_name = iden(&quote!(#module::PrimaryKey), &quote!("id"), names);
    let keys = iterable(&quote!(#module::PrimaryKey), &[quote!(Self::Id)], names);
    quote! {
        #entity_name
        #key_name
        #keys

        #[automatically_derived]
        impl #sea_orm::EntityName for #module::Entity {
            fn table_name(&self) -> &'static str {
                #table
            }
        }

        #[automatically_derived]
        impl #sea_orm::EntityTrait for #module::Entity {
            type Model = #row;
            type ModelEx = #row;
            type ActiveModel = #active_model;
            type ActiveModelEx = #active_model;
            type Column = #module::Column;
            type Relation = #module::Relation;
            type PrimaryKey = #module::PrimaryKey;
        }

        #[automatically_derived]
        impl #sea_orm::PrimaryKeyTrait for #module::PrimaryKey {
            type ValueType = #key;

            fn auto_increment() -> bool {
                false
            }
        }

        #[automatically_derived]
        impl #sea_orm::PrimaryKeyToColumn for #module::PrimaryKey {
            type Column = #module::Column;

            fn into_column(self) -> Self::Column {
                #module::Column::Id
            }

            fn from_column(column: Self::Column) -> ::core::option::Option<Self> {
                (column as u16 == #module::Column::Id as u16).then_some(#module::PrimaryKey::Id)
            }
        }
    }
}

/// `Column`.
pub(super) fn sea_orm_columns(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { entity, sea_orm, module, .. } = names;
    let variants: Vec<_> = def
        .columns
        .iter()
        .map(|column| {
            let variant = &column.variant;
            with_cfg(&column.attributes, quote!(Self::#variant))
        })
        .collect();
    let this = quote!(#module::Column);
    let name = iden(&this, &quote!(__LYS_COLUMNS[*self as usize].name), names);
    let all = iterable(&this, &variants, names);
    quote! {
        #name
        #all

        #[automatically_derived]
        impl ::core::str::FromStr for #this {
            type Err = #sea_orm::ColumnFromStrErr;

            fn from_str(name: &str) -> ::core::result::Result<Self, Self::Err> {
                #entity::bridge::column_called(name)
            }
        }

        #[automatically_derived]
        impl #sea_orm::ColumnTrait for #this {
            type EntityName = #module::Entity;

            fn def(&self) -> #sea_orm::ColumnDef {
                #entity::bridge::column(&__LYS_COLUMNS[*self as usize])
            }
        }
    }
}

/// `Relation` and the joins that need no name.
pub(super) fn sea_orm_relations(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, row, module, .. } = names;
    let variants: Vec<_> = def
        .relations
        .iter()
        .map(|relation| {
            let variant = &relation.variant;
            with_cfg(&relation.attributes, quote!(Self::#variant))
        })
        .collect();
    let all = iterable(&quote!(#module::Relation), &variants, names);
    let definitions = def.relations.iter().map(|relation| sea_orm_relation(relation, names));
    let relations: Vec<_> = def.relations.iter().collect();
    let related = relations.iter().filter_map(|relation| match &relation.kind {
        RelationKind::ManyToMany { through, .. } if relation.target.is_ident(*row) => {
            is_only_through(through, &relations).then(|| related_to_self(relation, through, names))
        }
        _ if relation.target.is_ident(*row) => None,
        _ => is_only(relation, &relations).then(|| related(relation, names)),
    });
    quote! {
        #all

        #[automatically_derived]
        impl #sea_orm::RelationTrait for #module::Relation {
            fn def(&self) -> #sea_orm::RelationDef {
                match *self { #(#definitions,)* }
            }
        }

        #(#related)*
    }
}

/// The join that needs no name, over the through-entity if there is one.
fn related(relation: &RelationDef, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, entity, module, .. } = names;
    let (cfg, target, variant) = (cfg(&relation.attributes), &relation.target, &relation.variant);
    let own = quote!(#sea_orm::RelationTrait::def(&#module::Relation::#variant));
    let (to, via) = match &relation.kind {
        RelationKind::ManyToMany { through, .. } => {
            let to = to(relation);
            let via = quote! {
                fn via() -> ::core::option::Option<#sea_orm::RelationDef> {
                    ::core::option::Option::Some(#own)
                }
            };
            (quote!(#entity::bridge::from_through::<#through, #target>(#to)), Some(via))
        }
        _ => (own, None),
    };
    quote! {
        #(#cfg)*
        #[automatically_derived]
        impl #sea_orm::Related<<#target as #entity::Entity>::SeaOrm> for #module::Entity {
            fn to() -> #sea_orm::RelationDef {
                #to
            }

            #via
        }
    }
}

/// Whether no other relation goes through that entity.
fn is_only_through(through: &Path, relations: &[&RelationDef]) -> bool {
    let same = |relation: &&&RelationDef| matches!(&relation.kind, RelationKind::ManyToMany { through: other, .. } if other == through);
    relations.iter().filter(same).count() == 1
}

/// Of a table's joins to itself, SeaORM knows those over another table.
fn related_to_self(relation: &RelationDef, through: &Path, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, entity, module, .. } = names;
    let (cfg, target, variant, to) = (cfg(&relation.attributes), &relation.target, &relation.variant, to(relation));
    quote! {
        #(#cfg)*
        #[automatically_derived]
        impl #sea_orm::RelatedSelfVia<<#through as #entity::Entity>::SeaOrm> for #module::Entity {
            fn to() -> #sea_orm::RelationDef {
                #entity::bridge::from_through::<#through, #target>(#to)
            }

            fn via() -> #sea_orm::RelationDef {
                #sea_orm::RelationTrait::def(&#module::Relation::#variant)
            }
        }
    }
}

fn sea_orm_relation(relation: &RelationDef, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, entity, row, module, .. } = names;
    let (cfg, variant, target) = (cfg(&relation.attributes), &relation.variant, &relation.target);
    let on = on(relation);
    let call = match &relation.kind {
        RelationKind::BelongsTo { columns, on_delete, .. } => {
            let action = match **on_delete {
                OnDelete::Restrict => quote!(#sea_orm::sea_query::ForeignKeyAction::Restrict),
                OnDelete::Cascade => quote!(#sea_orm::sea_query::ForeignKeyAction::Cascade),
                OnDelete::SetNull => {
                    let key = key_type(columns);
                    quote_spanned!(on_delete.span()=> #entity::bridge::set_null::<#key>())
                }
            };
            quote!(belongs_to::<#row, #target>(#on, #action))
        }
        RelationKind::HasOne(_) => quote!(has_one::<#row, #target>(#on)),
        RelationKind::HasMany(_) => quote!(has_many::<#row, #target>(#on)),
        // To the rows between: `Related` leads on to the target.
        RelationKind::ManyToMany { through, .. } => quote!(has_many::<#row, #through>(#on)),
    };
    quote!(#(#cfg)* #module::Relation::#variant => #entity::bridge::#call)
}

/// The row as SeaORM's model.
pub(super) fn sea_orm_model(def: &EntityDef<'_>, names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, entity, row, module, .. } = names;
    let cells = def.columns.iter().map(|column| {
        let (cfg, ident, name) = (cfg(&column.attributes), &column.ident, &column.name);
        quote!(#(#cfg)* #ident: row.try_get(prefix, #name)?)
    });
    let accessors = accessors(def, &quote!(#row), &quote!(#entity::bridge::Cell), "row", names);
    quote! {
        #accessors

        #[automatically_derived]
        impl #sea_orm::FromQueryResult for #row {
            fn from_query_result(
                row: &#sea_orm::QueryResult,
                prefix: &str,
            ) -> ::core::result::Result<Self, #sea_orm::DbErr> {
                ::core::result::Result::Ok(Self { #(#cells,)* })
            }
        }

        #[automatically_derived]
        impl #sea_orm::ModelTrait for #row {
            type Entity = #module::Entity;

            fn get(&self, column: #module::Column) -> #sea_orm::Value {
                __lys_row_cell(self, column).get()
            }

            fn get_value_type(column: #module::Column) -> #sea_orm::sea_query::ArrayType {
                #entity::bridge::array_type(&__LYS_COLUMNS[column as usize])
            }

            fn try_set(
                &mut self,
                column: #module::Column,
                value: #sea_orm::Value,
            ) -> ::core::result::Result<(), #sea_orm::DbErr> {
                __lys_row_cell_mut(self, column).try_set(value)
            }
        }
    }
}

/// SeaORM's name of `this`.
pub(super) fn iden(this: &TokenStream, name: &TokenStream, names: &Names<'_>) -> TokenStream {
    let sea_orm = &names.sea_orm;
    quote! {
        #[automatically_derived]
        impl #sea_orm::sea_query::Iden for #this {
            fn unquoted(&self) -> &str {
                #name
            }
        }

        #[automatically_derived]
        impl #sea_orm::IdenStatic for #this {
            fn as_str(&self) -> &'static str {
                #name
            }
        }
    }
}

/// All variants in order.
pub(super) fn iterable(this: &TokenStream, variants: &[TokenStream], names: &Names<'_>) -> TokenStream {
    let Names { sea_orm, entity, .. } = names;
    quote! {
        #[automatically_derived]
        impl #sea_orm::Iterable for #this {
            type Iterator = #entity::bridge::All<Self>;

            fn iter() -> Self::Iterator {
                #entity::bridge::all(&[#(#variants,)*])
            }
        }
    }
}

/// Two functions from a column to its field.
pub(super) fn accessors(
    def: &EntityDef<'_>,
    this: &TokenStream,
    cell: &TokenStream,
    prefix: &str,
    names: &Names<'_>,
) -> TokenStream {
    let Names { entity, module, .. } = names;
    let (read, write) = (format_ident!("__lys_{prefix}_cell"), format_ident!("__lys_{prefix}_cell_mut"));
    let arms = |method: &Ident, reference: &TokenStream| -> Vec<TokenStream> {
        let arm = |column: &ColumnDef| {
            let (cfg, variant, ident, ty) = (cfg(&column.attributes), &column.variant, &column.ident, &column.ty);
            quote!(#(#cfg)* #module::Column::#variant => <#ty as #entity::ColumnValue>::#method(#reference this.#ident))
        };
        def.columns.iter().map(arm).collect()
    };
    let method = if prefix == "active" { "active_cell" } else { "cell" };
    let shared = arms(&format_ident!("{method}"), &quote!(&));
    let exclusive = arms(&format_ident!("{method}_mut"), &quote!(&mut));
    quote! {
        fn #read(this: &#this, column: #module::Column) -> &dyn #cell {
            match column { #(#shared,)* }
        }

        fn #write(this: &mut #this, column: #module::Column) -> &mut dyn #cell {
            match column { #(#exclusive,)* }
        }
    }
}
