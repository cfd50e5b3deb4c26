//! Relations of an entity: `#[belongs_to]`, `#[has_one]`, `#[has_many]` and `#[many_to_many]`, read and checked.

use darling::{ast::NestedMeta, error::Accumulator, util::SpannedValue};
use proc_macro2::Span;
use syn::{Attribute, Field, Ident, Path, Type, Visibility};

use super::{
    args::{BelongsToArgs, ColumnNames, HasArgs, ManyToManyArgs},
    check,
    def::{ColumnDef, kept, required_target, variant},
};
use crate::{names, target};

/// One relation.
pub(super) struct RelationDef {
    /// Attributes of its field.
    pub(super) attributes: Vec<Attribute>,
    /// Visibility of its field.
    pub(super) visibility: Visibility,
    /// Its name, where the user wrote it.
    pub(super) ident: Ident,
    /// Its name.
    pub(super) name: String,
    /// Its variant in SeaORM's `Relation`.
    pub(super) variant: Ident,
    /// The other entity.
    pub(super) target: Path,
    /// What access means along it.
    pub(super) access: Option<RelationAccess>,
    /// Which side holds the key.
    pub(super) kind: RelationKind,
}

/// Which side of a relation holds the key.
pub(super) enum RelationKind {
    /// This entity.
    BelongsTo {
        /// Its columns.
        columns: Vec<KeyColumn>,
        /// The target's columns that they refer to; none stands for `id`.
        key: Vec<Ident>,
        /// What happens when the target is deleted, and where that was said.
        on_delete: SpannedValue<OnDelete>,
    },
    /// The target, at most once.
    HasOne(Back),
    /// The target.
    HasMany(Back),
    /// An entity between the two.
    ManyToMany {
        /// That entity.
        through: Path,
        /// Its column with this entity's key, if that was said.
        by: Option<Ident>,
        /// Its column with the target's key, if that was said.
        to: Option<Ident>,
    },
}

/// A column of this entity that holds a key.
#[derive(Clone)]
pub(super) struct KeyColumn {
    pub(super) ident: Ident,
    pub(super) variant: Ident,
    pub(super) ty: Type,
}

/// The way back along another entity's key.
pub(super) struct Back {
    /// The target's columns; none stands for its only `#[belongs_to]` of this entity.
    pub(super) by: Vec<Ident>,
    /// The columns of this entity that they refer to; none stands for `id`.
    pub(super) key: Vec<Ident>,
}

/// `access = …` of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RelationAccess {
    /// The target is part of its parent.
    Inherit,
    /// Rows outside the scope disappear.
    Filter,
    /// A row outside the scope denies.
    Check,
}

/// `on_delete = …` of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDelete {
    /// The target cannot be deleted.
    Restrict,
    /// This row is deleted too.
    Cascade,
    /// The key becomes NULL.
    SetNull,
}

/// A relation's attribute as it was written: its options, and the target unless that is missing.
pub(super) enum Written {
    BelongsTo(Path, BelongsToArgs),
    HasOne(Option<Path>, HasArgs),
    HasMany(Option<Path>, HasArgs),
    ManyToMany(Option<(Path, Path)>, ManyToManyArgs),
}

/// The attributes that declare relations.
pub(super) const ATTRIBUTES: [&str; 4] = ["belongs_to", "has_one", "has_many", "many_to_many"];

impl Written {
    /// Reads the attribute called `name`; `None` when nothing can be made of it.
    pub(super) fn read(
        name: &str,
        attribute: &Attribute,
        mut items: Vec<NestedMeta>,
        errors: &mut Accumulator,
    ) -> Option<Self> {
        let target = errors.handle(required_target(attribute, &mut items, name));
        match name {
            "belongs_to" => {
                let args = target::read(&items, errors);
                target.map(|target| Self::BelongsTo(target, args))
            }
            "has_one" => Some(Self::HasOne(target, target::read(&items, errors))),
            "has_many" => Some(Self::HasMany(target, target::read(&items, errors))),
            _ => {
                let args: ManyToManyArgs = target::read(&items, errors);
                let through = target.and_then(|target| match &args.through {
                    // A misspelt option is one mistake, and may have been this one.
                    None if items.iter().any(is_unknown) => None,
                    through => {
                        errors.handle(check::through(attribute, &target, through.as_ref())).map(|it| (target, it))
                    }
                });
                Some(Self::ManyToMany(through, args))
            }
        }
    }

    /// Whether the field is the relation itself, and no column.
    pub(super) fn is_field(&self, ty: &Type) -> bool {
        !matches!(self, Self::BelongsTo(..)) || check::is_generic(ty, "One")
    }
}

fn is_unknown(item: &NestedMeta) -> bool {
    let NestedMeta::Meta(meta) = item else { return true };
    !["through", "by", "to", "access"].iter().any(|option| meta.path().is_ident(option))
}

/// The relation along the key `column`, on which it is written.
pub(super) fn of_column(
    column: &ColumnDef,
    target: Path,
    args: BelongsToArgs,
    errors: &mut Accumulator,
) -> Option<RelationDef> {
    errors.handle(check::no_by(args.by.as_ref()));
    let ident = match args.name {
        Some(name) => name,
        None => errors.handle(check::relation_of_key(&column.ident))?,
    };
    let columns = vec![KeyColumn::of(column)];
    let key = key_of(args.key, columns.len(), errors);
    let kind = RelationKind::BelongsTo { columns, key, on_delete: restrict_unless(args.on_delete) };
    let place = (column.attributes.clone(), column.visibility.clone());
    Some(RelationDef::new(ident, place, target, args.access, kind))
}

/// The relation that a field of its own declares; `column` finds the columns of this entity.
pub(super) fn of_field<'c>(
    field: &Field,
    written: Written,
    column: impl Fn(&Ident) -> Option<&'c ColumnDef>,
    errors: &mut Accumulator,
) -> Option<RelationDef> {
    let ident = field.ident.clone()?;
    errors.handle(check::only_relation(&field.attrs));
    let place = (kept(&field.attrs), field.vis.clone());
    let (target, access, kind) = match written {
        Written::BelongsTo(target, args) => {
            errors.handle(check::no_name(args.name.as_ref()));
            let by = errors.handle(check::needs_by(field, args.by.as_ref()))?;
            let find = |name: &Ident| errors.handle(check::key_column(name, column(name))).map(KeyColumn::of);
            let columns: Vec<KeyColumn> = by.iter().filter_map(find).collect();
            let complete = columns.len() == by.len();
            let key = defaulted(&by, key_of(args.key, by.len(), errors));
            if !complete {
                return None;
            }
            (target, args.access, RelationKind::BelongsTo { columns, key, on_delete: restrict_unless(args.on_delete) })
        }
        Written::HasOne(target, args) => {
            errors.handle(check::is_one(&field.ty, "has_one"));
            let access = args.access;
            (target?, access, RelationKind::HasOne(Back::of(args, errors)))
        }
        Written::HasMany(target, args) => {
            errors.handle(check::is_many(&field.ty, "has_many"));
            let access = args.access;
            (target?, access, RelationKind::HasMany(Back::of(args, errors)))
        }
        Written::ManyToMany(ends, args) => {
            errors.handle(check::is_many(&field.ty, "many_to_many"));
            let (target, through) = ends?;
            (target, args.access, RelationKind::ManyToMany { through, by: args.by, to: args.to })
        }
    };
    Some(RelationDef::new(ident, place, target, access, kind))
}

impl RelationDef {
    fn new(
        ident: Ident,
        (attributes, visibility): (Vec<Attribute>, Visibility),
        target: Path,
        access: Option<RelationAccess>,
        kind: RelationKind,
    ) -> Self {
        let name = names::unraw(&ident);
        Self { attributes, visibility, variant: variant(&name, ident.span()), name, ident, target, access, kind }
    }
}

impl KeyColumn {
    fn of(column: &ColumnDef) -> Self {
        Self { ident: column.ident.clone(), variant: column.variant.clone(), ty: column.ty.clone() }
    }
}

impl Back {
    fn of(args: HasArgs, errors: &mut Accumulator) -> Self {
        let by = args.by.map(|by| by.into_inner().0).unwrap_or_default();
        let key = match by.len() {
            0 => {
                errors.handle(check::no_key(args.key.as_ref()));
                Vec::new()
            }
            count => defaulted(&by, key_of(args.key, count, errors)),
        };
        Self { by, key }
    }
}

/// The columns of `key(…)`, which pair up with `count` others.
fn key_of(key: Option<SpannedValue<ColumnNames>>, count: usize, errors: &mut Accumulator) -> Vec<Ident> {
    let Some(key) = key else { return Vec::new() };
    errors.handle(check::pairs(&key, count));
    key.into_inner().0
}

/// Several columns refer to those of the same names, one refers to `id`.
fn defaulted(by: &[Ident], key: Vec<Ident>) -> Vec<Ident> {
    if key.is_empty() && by.len() > 1 { by.to_vec() } else { key }
}

fn restrict_unless(on_delete: Option<SpannedValue<OnDelete>>) -> SpannedValue<OnDelete> {
    on_delete.unwrap_or_else(|| SpannedValue::new(OnDelete::Restrict, Span::call_site()))
}
