//! A checked entity: every default filled in.

use darling::{Error, Result, ast::NestedMeta, error::Accumulator, util::SpannedValue};
use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::{Attribute, Field, Fields, Ident, ItemStruct, Lit, Meta, Path, Type, Visibility, parse_quote};

use super::{
    args::{BelongsToArgs, ColumnArgs, EntityArgs, HasManyArgs},
    check,
};
use crate::{args, doc_comment, names, target};

/// What `expand` writes; it cannot fail on it.
pub(super) struct EntityDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// The struct as written.
    pub(super) item: &'a ItemStruct,
    /// Doc comment.
    pub(super) description: String,
    /// Table name.
    pub(super) table: String,
    /// Reference data with business ids.
    pub(super) parametric: bool,
    /// Module with SeaORM's items.
    pub(super) module: Ident,
    /// All columns in order, with `id` and the timestamps.
    pub(super) columns: Vec<ColumnDef>,
    /// All relations in order.
    pub(super) relations: Vec<RelationDef>,
    /// Column with the owner's id.
    pub(super) owner: Option<Ident>,
    /// Level and column of each tenant.
    pub(super) tenants: Vec<(String, Ident)>,
    /// Why a tenant-like column makes no tenant.
    pub(super) tenant_none: Option<String>,
    /// Column that counts the changes of a row.
    pub(super) version: Option<Ident>,
}

/// One column.
pub(super) struct ColumnDef {
    /// Attributes that stay on the field.
    pub(super) attributes: Vec<Attribute>,
    /// Its visibility.
    pub(super) visibility: Visibility,
    /// The field.
    pub(super) ident: Ident,
    /// Its type.
    pub(super) ty: Type,
    /// Name in the database.
    pub(super) name: String,
    /// Its variant in SeaORM's `Column`.
    pub(super) variant: Ident,
    /// Longest text.
    pub(super) length: Option<u32>,
    /// Precision and scale.
    pub(super) decimal: Option<(u32, u32)>,
    /// Node of a soft key.
    pub(super) references: Option<String>,
    /// No two rows have the same value.
    pub(super) unique: bool,
    /// Has an index.
    pub(super) indexed: bool,
}

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
    /// This entity's column.
    BelongsTo {
        /// The column's variant.
        variant: Ident,
        /// The column's type.
        key: Box<Type>,
        /// What happens when the target is deleted, and where that was said.
        on_delete: SpannedValue<OnDelete>,
    },
    /// A column of the target: the named one, or the only one.
    HasMany(Option<Ident>),
}

/// `access = …` of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RelationAccess {
    /// The target is part of its parent.
    Inherit,
    /// Rows outside the scope disappear.
    Filter,
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

impl<'a> EntityDef<'a> {
    /// Reads and checks. What is wrong is reported and left out; `None` when nothing can be made of the item.
    pub(super) fn new(tokens: TokenStream, item: &'a ItemStruct, errors: &mut Accumulator) -> Option<Self> {
        let items = target::split(tokens, errors);
        let args: EntityArgs = target::read(&items, errors);
        errors.handle(check::shape(item))?;
        let parametric = args.parametric.is_present();
        errors.handle(check::unit_struct(item, parametric));

        let runtime = args::runtime(args.runtime.as_ref());
        let mut def = Self {
            description: doc_comment::description(&item.attrs),
            table: args.table.as_ref().map_or_else(|| default_table(&item.ident), |table| table.as_ref().clone()),
            parametric,
            module: args.module.clone().unwrap_or_else(|| default_module(&item.ident)),
            columns: leading_columns(&runtime, parametric),
            relations: Vec::new(),
            owner: None,
            tenants: Vec::new(),
            tenant_none: args.tenant_none.as_ref().map(|reason| reason.as_ref().clone()),
            version: None,
            runtime,
            item,
        };
        for field in &item.fields {
            def.read_field(field, errors);
        }
        def.columns.extend(trailing_columns(&def.runtime, parametric));
        def.read_scopes(&args, errors);
        check::entity(&mut def, &args, errors);
        Some(def)
    }

    fn read_field(&mut self, field: &Field, errors: &mut Accumulator) {
        let Some(ident) = &field.ident else { return };
        let attributes = FieldAttributes::new(field, errors);
        if let Some(has_many) = attributes.has_many {
            errors.handle(check::only_has_many(&field.attrs));
            if let Some(relation) = has_many_relation(field, ident, has_many, errors) {
                self.relations.push(relation);
            }
            return;
        }
        if errors.handle(check::not_reserved(ident, self.parametric)).is_none() {
            return;
        }
        if let Some(version) = &attributes.version {
            errors.handle(check::version(version, self.version.as_ref(), &attributes));
            self.version.get_or_insert_with(|| ident.clone());
        }
        let mut column = ColumnDef::new(ident, field.ty.clone(), field.vis.clone());
        column.attributes = kept(&field.attrs);
        column.read(&attributes.column, errors);
        column.references = attributes.references;
        if let Some(belongs_to) = attributes.belongs_to {
            column.indexed = true;
            if let Some(relation) = belongs_to_relation(&column, belongs_to, errors) {
                self.relations.push(relation);
            }
        }
        self.columns.push(column);
    }

    fn read_scopes(&mut self, args: &EntityArgs, errors: &mut Accumulator) {
        if let Some(owner) = &args.owner {
            self.owner = errors.handle(self.scope_column("owner", owner));
        }
        for (level, field) in &args.tenant.0 {
            if let Some(column) = errors.handle(self.scope_column("tenant", field)) {
                self.tenants.push((names::unraw(level), column));
            }
        }
    }

    /// The declared column that `option = field` names.
    fn scope_column(&mut self, option: &str, field: &Ident) -> Result<Ident> {
        let name = names::unraw(field);
        let column = self.columns.iter_mut().find(|column| column.name == name).ok_or_else(|| {
            let text =
                format!("`{option}`: this entity has no field `{name}`; add the field, or drop it from `{option}`");
            Error::custom(text).with_span(field)
        })?;
        column.indexed |= column.name != "id";
        Ok(column.ident.clone())
    }

    /// The column called `ident`.
    pub(super) fn column(&self, ident: &Ident) -> Option<&ColumnDef> {
        self.columns.iter().find(|column| column.ident == *ident)
    }
}

impl ColumnDef {
    fn new(ident: &Ident, ty: Type, visibility: Visibility) -> Self {
        let name = names::unraw(ident);
        Self {
            attributes: Vec::new(),
            visibility,
            ident: ident.clone(),
            ty,
            variant: variant(&name, ident.span()),
            name,
            length: None,
            decimal: None,
            references: None,
            unique: false,
            indexed: false,
        }
    }

    fn implicit(name: &str, ty: Type, doc: &str) -> Self {
        let doc = format!(" {doc}");
        let mut column = Self::new(&Ident::new(name, Span::call_site()), ty, parse_quote!(pub));
        column.attributes = vec![parse_quote!(#[doc = #doc])];
        column
    }

    fn read(&mut self, args: &ColumnArgs, errors: &mut Accumulator) {
        self.unique = args.unique.is_present();
        if let Some(length) = args.length {
            self.length = errors.handle(check::length(length));
        }
        if let Some(decimal) = &args.decimal {
            self.decimal = errors.handle(check::decimal(decimal));
        }
    }
}

/// `created_at` → `CreatedAt`.
fn variant(name: &str, span: Span) -> Ident {
    let mut camel = String::with_capacity(name.len() + 1);
    let mut starts_word = true;
    for letter in name.chars() {
        if letter == '_' {
            starts_word = true;
        } else if starts_word {
            camel.extend(letter.to_uppercase());
            starts_word = false;
        } else {
            camel.push(letter);
        }
    }
    if camel == "Self" || !camel.starts_with(char::is_alphabetic) {
        camel.insert(0, '_');
    }
    Ident::new(&camel, span)
}

fn default_table(ident: &Ident) -> String {
    names::snake_case(&names::unraw(ident))
}

fn default_module(ident: &Ident) -> Ident {
    format_ident!("{}_entity", default_table(ident), span = ident.span())
}

fn leading_columns(runtime: &Path, parametric: bool) -> Vec<ColumnDef> {
    if parametric {
        let mut id =
            ColumnDef::implicit("id", parse_quote!(::std::string::String), "Business id, chosen by the author.");
        id.length = Some(255);
        vec![id]
    } else {
        vec![ColumnDef::implicit("id", parse_quote!(#runtime::__private::uuid::Uuid), "Key, made by lys.")]
    }
}

fn trailing_columns(runtime: &Path, parametric: bool) -> Vec<ColumnDef> {
    let time: Type = parse_quote!(#runtime::__private::chrono::DateTime<#runtime::__private::chrono::Utc>);
    let mut columns = Vec::new();
    if parametric {
        columns.push(ColumnDef::implicit("enabled", parse_quote!(bool), "Whether it may still be chosen."));
        let text = parse_quote!(::core::option::Option<::std::string::String>);
        columns.push(ColumnDef::implicit("description", text, "What it means."));
    }
    columns.push(ColumnDef::implicit("created_at", time.clone(), "When it was inserted."));
    let updated = parse_quote!(::core::option::Option<#time>);
    columns.push(ColumnDef::implicit("updated_at", updated, "When it was last changed."));
    columns
}

/// What lys's attributes on a field say.
#[derive(Default)]
pub(super) struct FieldAttributes {
    pub(super) column: ColumnArgs,
    pub(super) references: Option<String>,
    pub(super) belongs_to: Option<(Path, BelongsToArgs)>,
    has_many: Option<(Option<Path>, HasManyArgs)>,
    /// Where `#[version]` stands.
    version: Option<Path>,
}

impl FieldAttributes {
    fn new(field: &Field, errors: &mut Accumulator) -> Self {
        let mut read = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for attribute in field.attrs.iter().filter(|attribute| is_ours(attribute)) {
            let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
            if seen.contains(&name) {
                let text = format!("`#[{name}]` stands here twice; write its options in one");
                errors.push(Error::custom(text).with_span(attribute.path()));
                continue;
            }
            read.attribute(&name, attribute, errors);
            seen.push(name);
        }
        read
    }

    fn attribute(&mut self, name: &str, attribute: &Attribute, errors: &mut Accumulator) {
        let mut items = items(attribute, errors);
        match name {
            "column" => self.column = target::read(&items, errors),
            "references" => self.references = errors.handle(reference(attribute, &items)),
            "version" => {
                errors.handle(check::without_options(attribute));
                self.version = Some(attribute.path().clone());
            }
            "belongs_to" => {
                let target = errors.handle(required_target(attribute, &mut items, "belongs_to"));
                let args = target::read(&items, errors);
                self.belongs_to = target.map(|target| (target, args));
            }
            _ => {
                let target = errors.handle(required_target(attribute, &mut items, "has_many"));
                self.has_many = Some((target, target::read(&items, errors)));
            }
        }
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    ["column", "references", "belongs_to", "has_many", "version"].iter().any(|name| attribute.path().is_ident(name))
}

/// Attributes that stay on the field.
pub(super) fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| !is_ours(attribute)).cloned().collect()
}

fn items(attribute: &Attribute, errors: &mut Accumulator) -> Vec<NestedMeta> {
    match &attribute.meta {
        Meta::List(list) => target::split(list.tokens.clone(), errors),
        _ => Vec::new(),
    }
}

fn required_target(attribute: &Attribute, items: &mut Vec<NestedMeta>, name: &str) -> Result<Path> {
    target::take_type(items)
        .ok_or_else(|| Error::custom(format!("say which entity: `#[{name}(Target)]`")).with_span(attribute.path()))
}

fn reference(attribute: &Attribute, items: &[NestedMeta]) -> Result<String> {
    match items {
        [NestedMeta::Lit(Lit::Str(node))] => check::reference(node),
        _ => Err(Error::custom("say which node: `#[references(\"ClientNode\")]`").with_span(attribute.path())),
    }
}

fn belongs_to_relation(
    column: &ColumnDef,
    (target, args): (Path, BelongsToArgs),
    errors: &mut Accumulator,
) -> Option<RelationDef> {
    let ident = match args.name {
        Some(name) => name,
        None => errors.handle(check::relation_of_key(&column.ident))?,
    };
    let name = names::unraw(&ident);
    Some(RelationDef {
        attributes: column.attributes.clone(),
        visibility: column.visibility.clone(),
        variant: variant(&name, ident.span()),
        name,
        ident,
        target,
        access: args.access,
        kind: RelationKind::BelongsTo {
            variant: column.variant.clone(),
            key: Box::new(column.ty.clone()),
            on_delete: args.on_delete.unwrap_or_else(|| SpannedValue::new(OnDelete::Restrict, Span::call_site())),
        },
    })
}

fn has_many_relation(
    field: &Field,
    ident: &Ident,
    (target, args): (Option<Path>, HasManyArgs),
    errors: &mut Accumulator,
) -> Option<RelationDef> {
    errors.handle(check::many(&field.ty));
    let name = names::unraw(ident);
    Some(RelationDef {
        attributes: kept(&field.attrs),
        visibility: field.vis.clone(),
        variant: variant(&name, ident.span()),
        name,
        ident: ident.clone(),
        target: target?,
        access: args.access,
        kind: RelationKind::HasMany(args.by),
    })
}

/// Fields of a struct with names, or of a unit struct.
pub(super) fn is_named_or_unit(fields: &Fields) -> bool {
    !matches!(fields, Fields::Unnamed(_))
}
