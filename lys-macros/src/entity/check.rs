//! The rules of `#[entity]`, one function each.

use std::collections::HashSet;

use darling::{Error, Result, error::Accumulator, util::SpannedValue};
use syn::{Attribute, Field, Ident, ItemStruct, LitStr, Meta, Path, Type};

use super::{
    args::{ColumnNames, DecimalArgs, EntityArgs},
    def::{ColumnDef, DELETED_AT, EntityDef, FieldAttributes, is_named_or_unit, kept},
    relation::ATTRIBUTES,
    unique,
};
use crate::names;

/// Column that makes an entity look like a tenant's.
const TENANT_LIKE: &str = "client_id";

/// The rules across attributes. What breaks one is left out of the definition.
pub(super) fn entity(def: &mut EntityDef<'_>, args: &EntityArgs, errors: &mut Accumulator) {
    errors.handle(table(args));
    errors.handle(tenant_rule(def, args));
    errors.handle(tenant_reason(args));
    distinct_members(def, errors);
    unique::check_names(def, args, errors);
}

/// A struct without generics whose fields have names.
pub(super) fn shape(item: &ItemStruct) -> Result<()> {
    let mut errors = Error::accumulator();
    if !item.generics.params.is_empty() {
        errors.push(
            Error::custom("an entity has no type or lifetime parameters: one struct is one table; remove them")
                .with_span(&item.generics),
        );
    }
    if !is_named_or_unit(&item.fields) {
        errors.push(
            Error::custom("an entity is a struct with named fields: they are its columns; write `{ name: Type, … }`")
                .with_span(&item.fields),
        );
    }
    errors.finish()
}

/// Only reference data can do without columns of its own.
pub(super) fn unit_struct(item: &ItemStruct, parametric: bool) -> Result<()> {
    if item.fields.is_empty() && !parametric {
        let text = format!("`{}` has no columns; add fields, or make it `parametric`", item.ident);
        return Err(Error::custom(text).with_span(&item.ident));
    }
    Ok(())
}

fn table(args: &EntityArgs) -> Result<()> {
    match &args.table {
        Some(table) if table.trim().is_empty() => {
            Err(Error::custom("a table has a name; write it, or drop `table`").with_span(&table.span()))
        }
        _ => Ok(()),
    }
}

/// Columns that lys adds are not declared by hand.
pub(super) fn not_reserved(ident: &Ident, def: &EntityDef<'_>) -> Result<()> {
    let name = names::unraw(ident);
    let is_deletion = def.soft_delete && name == DELETED_AT;
    let reserved = ["id", "created_at", "updated_at"].contains(&name.as_str())
        || (def.parametric && ["enabled", "description"].contains(&name.as_str()));
    if reserved || is_deletion {
        let whose = match (is_deletion, def.parametric) {
            (true, _) => "`soft_delete` entity",
            (false, true) => "parametric entity",
            (false, false) => "entity",
        };
        return Err(Error::custom(format!("lys adds `{name}` to every {whose}; remove the field")).with_span(ident));
    }
    Ok(())
}

/// Longest text of a column.
pub(super) fn length(length: SpannedValue<u32>) -> Result<u32> {
    if *length == 0 {
        return Err(Error::custom("`length` is at least 1").with_span(&length.span()));
    }
    Ok(*length)
}

/// Precision and scale of a decimal.
pub(super) fn decimal(decimal: &SpannedValue<DecimalArgs>) -> Result<(u32, u32)> {
    let DecimalArgs { precision, scale } = **decimal;
    if precision == 0 || precision < scale {
        let text = format!(
            "`decimal({precision}, {scale})`: the first number counts all digits, so it is at least 1 and not below the second"
        );
        return Err(Error::custom(text).with_span(&decimal.span()));
    }
    Ok((precision, scale))
}

/// Node of a soft key.
pub(super) fn reference(node: &LitStr) -> Result<String> {
    let name = node.value();
    if name.ends_with("Node") && name.len() > 4 {
        return Ok(name);
    }
    Err(Error::custom(format!("`{name}` is no node: names of nodes end in `Node`")).with_span(node))
}

/// Name of the relation along a key column.
pub(super) fn relation_of_key(column: &Ident) -> Result<Ident> {
    let name = names::unraw(column);
    match name.strip_suffix("_id") {
        Some(relation) if !relation.is_empty() => Ok(syn::parse_str::<Ident>(relation)
            .map_or_else(|_| Ident::new_raw(relation, column.span()), |_| Ident::new(relation, column.span()))),
        _ => {
            let text = format!(
                "`{name}` does not end in `_id`, so its relation has no name; write `#[belongs_to(Target, name = …)]`"
            );
            Err(Error::custom(text).with_span(column))
        }
    }
}

/// `#[version]` says all by itself.
pub(super) fn without_options(attribute: &Attribute) -> Result<()> {
    if matches!(attribute.meta, Meta::Path(_)) {
        return Ok(());
    }
    Err(Error::custom("`#[version]` has no options; write it alone").with_span(&attribute.meta))
}

/// One column counts the changes of a row, and lys alone writes it.
pub(super) fn version(attribute: &Path, earlier: Option<&Ident>, others: &FieldAttributes) -> Result<()> {
    if let Some(earlier) = earlier {
        let text = format!("`{earlier}` is the version already, and a row has one; remove this `#[version]`");
        return Err(Error::custom(text).with_span(attribute));
    }
    if others.relation.is_some() || others.references.is_some() || others.column.unique.is_present() {
        let text = "lys counts a `#[version]` up, so it can be neither a key nor unique; remove one of the two";
        return Err(Error::custom(text).with_span(attribute));
    }
    Ok(())
}

/// A relation's own field is no column.
pub(super) fn only_relation(attributes: &[Attribute]) -> Result<()> {
    let mut errors = Error::accumulator();
    let Some(relation) = attributes.iter().find_map(relation_name) else { return Ok(()) };
    for attribute in attributes {
        let is_foreign = kept(std::slice::from_ref(attribute)).is_empty() && relation_name(attribute).is_none();
        if is_foreign {
            let text = format!(
                "a `#[{relation}]` field is no column of this entity; remove this attribute, or `#[{relation}]`"
            );
            errors.push(Error::custom(text).with_span(attribute.path()));
        }
    }
    errors.finish()
}

fn relation_name(attribute: &Attribute) -> Option<&'static str> {
    ATTRIBUTES.into_iter().find(|name| attribute.path().is_ident(name))
}

/// A field declares one relation.
pub(super) fn second_relation(attribute: &Attribute) -> Error {
    Error::custom("this field declares a relation already; give each relation a field of its own")
        .with_span(attribute.path())
}

/// Whether the type is `name<…>`.
pub(super) fn is_generic(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// The type says that the field holds nothing.
pub(super) fn is_many(ty: &Type, attribute: &str) -> Result<()> {
    if is_generic(ty, "Many") {
        return Ok(());
    }
    Err(Error::custom(format!("a `#[{attribute}]` field is declared as `Many<Target>`")).with_span(ty))
}

/// The type says that the field holds nothing.
pub(super) fn is_one(ty: &Type, attribute: &str) -> Result<()> {
    if is_generic(ty, "One") {
        return Ok(());
    }
    Err(Error::custom(format!("a `#[{attribute}]` field is declared as `One<Target>`")).with_span(ty))
}

/// The entity between the two.
pub(super) fn through(attribute: &Attribute, target: &Path, through: Option<&Path>) -> Result<Path> {
    through.cloned().ok_or_else(|| {
        let target = target.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let text = format!("say which entity links the two: `#[many_to_many({target}, through = Link)]`");
        Error::custom(text).with_span(attribute.path())
    })
}

/// A key column needs no `by`.
pub(super) fn no_by(by: Option<&SpannedValue<ColumnNames>>) -> Result<()> {
    match by {
        Some(by) => {
            let text = "this field is the key; drop `by`, or declare a field of type `One<Target>` for the relation";
            Err(Error::custom(text).with_span(&by.span()))
        }
        None => Ok(()),
    }
}

/// A relation's own field names it.
pub(super) fn no_name(name: Option<&Ident>) -> Result<()> {
    match name {
        Some(name) => Err(Error::custom("the field names the relation; drop `name`").with_span(name)),
        None => Ok(()),
    }
}

/// `key` says what `by` refers to.
pub(super) fn no_key(key: Option<&SpannedValue<ColumnNames>>) -> Result<()> {
    match key {
        Some(key) => {
            let text = "`key` says what the columns of `by` refer to; add `by`, or drop `key`";
            Err(Error::custom(text).with_span(&key.span()))
        }
        None => Ok(()),
    }
}

/// A `#[belongs_to]` on a field of its own says which columns hold the key.
pub(super) fn needs_by(field: &Field, by: Option<&SpannedValue<ColumnNames>>) -> Result<Vec<Ident>> {
    by.map(|by| by.0.clone()).ok_or_else(|| {
        Error::custom("say which columns hold the key: `#[belongs_to(Target, by(column, …))]`").with_span(&field.ty)
    })
}

/// A column of this entity that a relation names.
pub(super) fn key_column<'c>(name: &Ident, column: Option<&'c ColumnDef>) -> Result<&'c ColumnDef> {
    named_column("by", name, column)
}

/// A column of this entity that `option` names.
pub(super) fn named_column<'c>(option: &str, name: &Ident, column: Option<&'c ColumnDef>) -> Result<&'c ColumnDef> {
    column.ok_or_else(|| {
        let field = names::unraw(name);
        let text = format!("`{option}`: this entity has no field `{field}`; add the field, or drop it from `{option}`");
        Error::custom(text).with_span(name)
    })
}

/// Columns pair up.
pub(super) fn pairs(key: &SpannedValue<ColumnNames>, count: usize) -> Result<()> {
    if key.0.len() == count {
        return Ok(());
    }
    let text = format!("`key` names {} columns and the other side {count}; name one for each", key.0.len());
    Err(Error::custom(text).with_span(&key.span()))
}

/// P1: whose rows these are must be said.
fn tenant_rule(def: &EntityDef<'_>, args: &EntityArgs) -> Result<()> {
    let Some(column) = def.columns.iter().find(|column| column.name == TENANT_LIKE) else {
        return Ok(());
    };
    if !args.tenant.0.is_empty() || args.tenant_none.is_some() {
        return Ok(());
    }
    let text = format!(
        "`{TENANT_LIKE}` looks like the owner of `{}` rows, but no tenant rule says so; write `#[entity(tenant(client = {TENANT_LIKE}))]`, or `tenant_none = \"reason\"` if it is not",
        def.item.ident
    );
    Err(Error::custom(text).with_span(&column.ident))
}

fn tenant_reason(args: &EntityArgs) -> Result<()> {
    let Some(reason) = &args.tenant_none else {
        return Ok(());
    };
    if reason.trim().is_empty() {
        return Err(
            Error::custom("`tenant_none` needs a reason, for those who review access").with_span(&reason.span())
        );
    }
    if !args.tenant.0.is_empty() {
        let text = "`tenant_none` contradicts `tenant(…)`; keep one of them";
        return Err(Error::custom(text).with_span(&reason.span()));
    }
    Ok(())
}

/// Columns and relations share `MEMBER`; SeaORM's enums need distinct variants.
fn distinct_members(def: &mut EntityDef<'_>, errors: &mut Accumulator) {
    let mut names = HashSet::new();
    let mut variants = HashSet::new();
    def.columns.retain(|column| {
        let guarded = is_conditional(&column.attributes);
        let is_new = names.insert(column.name.clone()) & variants.insert(column.variant.to_string());
        keep(is_new || guarded, "column", &column.name, &column.ident, errors)
    });
    let mut variants = HashSet::new();
    def.relations.retain(|relation| {
        let guarded = is_conditional(&relation.attributes);
        let is_new = names.insert(relation.name.clone()) & variants.insert(relation.variant.to_string());
        keep(is_new || guarded, "relation", &relation.name, &relation.ident, errors)
    });
}

fn keep(is_new: bool, kind: &str, name: &str, ident: &Ident, errors: &mut Accumulator) -> bool {
    if !is_new {
        let text = format!("the {kind} `{name}` has the name of another column or relation; rename one of them");
        errors.push(Error::custom(text).with_span(&ident.span()));
    }
    is_new
}

/// Two fields of one name may exclude each other by `#[cfg]`.
fn is_conditional(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}
