//! Unique keys of an entity, as `UNIQUE` names them.

use darling::{Error, error::Accumulator};
use syn::{Attribute, Ident, Visibility};

use super::{
    args::{ColumnNames, EntityArgs},
    def::{ColumnDef, EntityDef},
};
use crate::names;

/// A handle of `UNIQUE`.
pub(super) struct UniqueKey<'d> {
    /// Attributes of the column that is unique by itself.
    pub(super) attributes: &'d [Attribute],
    /// Its visibility, or that of the entity.
    pub(super) visibility: &'d Visibility,
    /// The column, or the names of all joined.
    pub(super) ident: Ident,
    /// Variants of its columns.
    pub(super) columns: Vec<Ident>,
}

/// What no two rows share: columns by their names, sets by those of their columns. A set of one column that is unique by itself is no
/// other key.
pub(super) fn keys<'d>(def: &'d EntityDef<'_>) -> Vec<UniqueKey<'d>> {
    let alone = def.columns.iter().filter(|column| column.unique).map(|column| UniqueKey {
        attributes: &column.attributes,
        visibility: &column.visibility,
        ident: column.ident.clone(),
        columns: vec![column.variant.clone()],
    });
    let sets = def.unique.iter().filter_map(|set| {
        let column = |variant: &Ident| def.columns.iter().find(|column| column.variant == *variant);
        let columns: Vec<&ColumnDef> = set.iter().filter_map(column).collect();
        let ident = joined(&columns)?;
        Some(UniqueKey { attributes: &[], visibility: &def.item.vis, ident, columns: set.clone() })
    });
    let mut keys: Vec<UniqueKey<'d>> = Vec::new();
    for key in alone.chain(sets) {
        if keys.iter().all(|other| other.ident != key.ident) {
            keys.push(key);
        }
    }
    keys
}

fn joined(columns: &[&ColumnDef]) -> Option<Ident> {
    if let [column] = columns {
        return Some(column.ident.clone());
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    Some(Ident::new(&names.join("_"), columns.first()?.ident.span()))
}

/// Each key has a name of its own.
pub(super) fn check_names(def: &EntityDef<'_>, args: &EntityArgs, errors: &mut Accumulator) {
    let name_of = |set: &ColumnNames| set.0.iter().map(names::unraw).collect::<Vec<_>>().join("_");
    let several = args.unique.iter().filter(|set| set.0.len() > 1);
    for (index, set) in several.clone().enumerate() {
        let name = name_of(set);
        let is_column = def.columns.iter().any(|column| column.unique && column.name == name);
        let is_set = several.clone().take(index).any(|other| name_of(other) == name);
        if is_column || is_set {
            let text =
                format!("`UNIQUE.{name}` is another unique key already; rename a column, or write this one once");
            errors.push(Error::custom(text).with_span(&set.span()));
        }
    }
}
