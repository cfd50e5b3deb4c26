//! What a user may write in `#[entity]` and on its fields.

use darling::{
    Error, FromMeta, Result,
    ast::NestedMeta,
    util::{Flag, SpannedValue},
};
use syn::{Expr, ExprField, Ident, Lit, LitInt, Member, Meta, Path};

use super::relation::{OnDelete, RelationAccess};
use crate::{args::Columns, target};

/// `#[entity(table = "…", …)]` on the struct.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct EntityArgs {
    /// Table name; by default the struct's name in `snake_case`.
    pub(super) table: Option<SpannedValue<String>>,
    /// Reference data with business ids.
    pub(super) parametric: Flag,
    /// Field with the id of the owning user.
    pub(super) owner: Option<FieldPath>,
    /// Fields with the id of the owning organization, by level.
    pub(super) tenant: TenantArgs,
    /// A function that adds rows to the scope; once for each.
    #[darling(multiple)]
    pub(super) scope: Vec<FunctionPath>,
    /// Why a tenant-like field makes no tenant.
    pub(super) tenant_none: Option<SpannedValue<String>>,
    /// Columns that no two rows share together; once for each set.
    #[darling(multiple)]
    pub(super) unique: Vec<SpannedValue<ColumnNames>>,
    /// Columns of an index; once for each.
    #[darling(multiple)]
    pub(super) index: Vec<SpannedValue<ColumnNames>>,
    /// Deleted rows stay in the table, where nothing sees them.
    pub(super) soft_delete: Flag,
    /// Every read and write of its rows is recorded.
    pub(super) sensitive: Flag,
    /// Name of the module with SeaORM's items; by default the struct's name in `snake_case` and `_entity`.
    pub(super) module: Option<Ident>,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}

/// `client_id`, or `product.client_id`: relations, and a column of where the last one leads.
#[derive(Debug, Clone)]
pub(super) struct FieldPath {
    pub(super) relations: Vec<Ident>,
    pub(super) column: Ident,
}

impl FieldPath {
    fn new(expression: &Expr) -> Option<Self> {
        match expression {
            Expr::Path(_) => {
                let column = Ident::from_expr(expression).ok()?;
                Some(Self { relations: Vec::new(), column })
            }
            Expr::Field(ExprField { base, member: Member::Named(column), .. }) => {
                let Self { mut relations, column: last } = Self::new(base)?;
                relations.push(last);
                Some(Self { relations, column: column.clone() })
            }
            _ => None,
        }
    }
}

impl FromMeta for FieldPath {
    fn from_expr(expression: &Expr) -> Result<Self> {
        Self::new(expression).ok_or_else(|| {
            Error::custom("expected a field, or one at the end of relations, as in `owner = order.user_id`")
                .with_span(expression)
        })
    }
}

/// The path of a function, without quotes or parentheses.
#[derive(Debug)]
pub(super) struct FunctionPath(pub(super) Path);

impl FromMeta for FunctionPath {
    fn from_expr(expression: &Expr) -> Result<Self> {
        match expression {
            Expr::Path(path) if path.qself.is_none() => Ok(Self(path.path.clone())),
            _ => {
                Err(Error::custom("expected the path of a function, as in `scope = shared_with_me`")
                    .with_span(expression))
            }
        }
    }
}

/// `tenant(client = client_id, region = product.region_id)`: level and field.
#[derive(Debug, Default)]
pub(super) struct TenantArgs(pub(super) Vec<(Ident, FieldPath)>);

impl FromMeta for TenantArgs {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let mut errors = Error::accumulator();
        let levels = items.iter().filter_map(|item| errors.handle(tenant_level(item))).collect();
        errors.finish_with(Self(levels))
    }

    fn from_expr(expression: &Expr) -> Result<Self> {
        Err(Error::custom("write the level and the field: `tenant(client = client_id)`").with_span(expression))
    }
}

fn tenant_level(item: &NestedMeta) -> Result<(Ident, FieldPath)> {
    let expected = || Error::custom("expected `level = field`, as in `tenant(client = client_id)`").with_span(item);
    let NestedMeta::Meta(Meta::NameValue(pair)) = item else {
        return Err(expected());
    };
    let level = pair.path.get_ident().ok_or_else(expected)?;
    Ok((level.clone(), FieldPath::new(&pair.value).ok_or_else(expected)?))
}

/// `#[column(…)]` on a field.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct ColumnArgs {
    /// Longest text, in characters; without it, text has no limit.
    pub(super) length: Option<SpannedValue<u32>>,
    /// Precision and scale of a decimal.
    pub(super) decimal: Option<SpannedValue<DecimalArgs>>,
    /// No two rows have the same value.
    pub(super) unique: Flag,
    /// An index that finds parts of its texts.
    pub(super) search_index: Flag,
}

/// `decimal(precision, scale)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct DecimalArgs {
    pub(super) precision: u32,
    pub(super) scale: u32,
}

impl FromMeta for DecimalArgs {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let digits = items.iter().map(digits).collect::<Result<Vec<_>>>()?;
        match digits[..] {
            [precision, scale] => Ok(Self { precision, scale }),
            _ => Err(Error::custom("expected `decimal(precision, scale)`, as in `decimal(10, 2)`")),
        }
    }
}

fn digits(item: &NestedMeta) -> Result<u32> {
    match item {
        NestedMeta::Lit(Lit::Int(number)) => parse_digits(number),
        _ => Err(Error::custom("expected a number of digits").with_span(item)),
    }
}

fn parse_digits(number: &LitInt) -> Result<u32> {
    number.base10_parse().map_err(|_| Error::custom("expected a number of digits").with_span(number))
}

/// `#[belongs_to(Target, …)]` on a key column, or on a `One<Target>` field with `by`; after the target.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct BelongsToArgs {
    /// Name of the relation; by default the key's name without `_id`.
    pub(super) name: Option<Ident>,
    /// Columns of this entity that hold the key, on a field that is no column itself.
    pub(super) by: Option<SpannedValue<ColumnNames>>,
    /// Columns of the target that the key refers to; `id` by default.
    pub(super) key: Option<SpannedValue<ColumnNames>>,
    /// What access means along the relation.
    pub(super) access: Option<RelationAccess>,
    /// What happens to this row when the target is deleted; by default the deletion is refused.
    pub(super) on_delete: Option<SpannedValue<OnDelete>>,
}

/// `#[has_one(Target, …)]` or `#[has_many(Target, …)]` on a relation field, after the target.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct HasArgs {
    /// Columns of the target that hold this entity's key, where it has more than one.
    pub(super) by: Option<SpannedValue<ColumnNames>>,
    /// Columns of this entity that `by` refers to; `id` by default.
    pub(super) key: Option<SpannedValue<ColumnNames>>,
    /// What access means along the relation.
    pub(super) access: Option<RelationAccess>,
}

/// `#[many_to_many(Target, through = …, …)]` on a relation field, after the target.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct ManyToManyArgs {
    /// The entity that links the two.
    pub(super) through: Option<Path>,
    /// Column of the through-entity that holds this entity's key, where it has more than one.
    pub(super) by: Option<Ident>,
    /// Column of the through-entity that holds the target's key, where it has more than one.
    pub(super) to: Option<Ident>,
    /// What access means along the relation.
    pub(super) access: Option<RelationAccess>,
}

/// `by = column` or `by(column, …)`.
#[derive(Debug, Default, Clone)]
pub(super) struct ColumnNames(pub(super) Vec<Ident>);

impl FromMeta for ColumnNames {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let Columns(columns) = Columns::from_list(items)?;
        if columns.is_empty() {
            return Err(Error::custom("name at least one column"));
        }
        Ok(Self(columns))
    }

    fn from_expr(expression: &Expr) -> Result<Self> {
        Ident::from_expr(expression).map(|column| Self(vec![column])).map_err(|_| {
            Error::custom("a column is named by its identifier, without quotes or path").with_span(expression)
        })
    }
}

impl FromMeta for RelationAccess {
    fn from_expr(expression: &Expr) -> Result<Self> {
        target::choice(expression, &[("inherit", Self::Inherit), ("filter", Self::Filter), ("check", Self::Check)])
    }
}

impl FromMeta for OnDelete {
    fn from_expr(expression: &Expr) -> Result<Self> {
        let choices = [("restrict", Self::Restrict), ("cascade", Self::Cascade), ("set_null", Self::SetNull)];
        target::choice(expression, &choices)
    }
}
