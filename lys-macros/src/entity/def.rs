//! A checked entity: every default filled in.

use darling::{Error, Result, ast::NestedMeta, error::Accumulator, util::SpannedValue};
use proc_macro2::{Span, TokenStream};
use quote::format_ident;
use syn::{Attribute, Field, Fields, Ident, ItemStruct, Lit, Meta, Path, Type, Visibility, parse_quote};

use super::{
    args::{ColumnArgs, ColumnNames, EntityArgs},
    check,
    relation::{self, ATTRIBUTES, RelationDef, Written},
    scopes::RelatedScope,
};
use crate::{args, doc_comment, names, target};

/// The column that `soft_delete` adds.
pub(super) const DELETED_AT: &str = "deleted_at";

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
    /// Owner and tenants at the end of relations.
    pub(super) related_scopes: Vec<RelatedScope>,
    /// Functions that add rows to the scope.
    pub(super) scope_rules: Vec<Path>,
    /// Why a tenant-like column makes no tenant.
    pub(super) tenant_none: Option<String>,
    /// Variants of the columns that no two rows share together.
    pub(super) unique: Vec<Vec<Ident>>,
    /// Variants of the columns of each index.
    pub(super) indexes: Vec<Vec<Ident>>,
    /// Column that counts the changes of a row.
    pub(super) version: Option<Ident>,
    /// Deleted rows stay in the table.
    pub(super) soft_delete: bool,
    /// Every read and write of its rows is recorded.
    pub(super) sensitive: bool,
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
    /// Has an index that finds parts of its texts.
    pub(super) search_index: bool,
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
            related_scopes: Vec::new(),
            scope_rules: args.scope.iter().map(|rule| rule.0.clone()).collect(),
            tenant_none: args.tenant_none.as_ref().map(|reason| reason.as_ref().clone()),
            unique: Vec::new(),
            indexes: Vec::new(),
            version: None,
            soft_delete: args.soft_delete.is_present(),
            sensitive: args.sensitive.is_present(),
            runtime,
            item,
        };
        let fields: Vec<_> = item.fields.iter().map(|field| (field, FieldAttributes::new(field, errors))).collect();
        for (field, attributes) in &fields {
            def.read_column(field, attributes, errors);
        }
        def.columns.extend(trailing_columns(&def));
        for (field, attributes) in fields {
            def.read_relation(field, attributes, errors);
        }
        def.read_scopes(&args, errors);
        def.unique = def.column_sets("unique", &args.unique, errors);
        def.indexes = def.column_sets("index", &args.index, errors);
        check::entity(&mut def, &args, errors);
        Some(def)
    }

    fn read_column(&mut self, field: &Field, attributes: &FieldAttributes, errors: &mut Accumulator) {
        let Some(ident) = &field.ident else { return };
        if attributes.relation.as_ref().is_some_and(|relation| relation.is_field(&field.ty)) {
            return;
        }
        if errors.handle(check::not_reserved(ident, self)).is_none() {
            return;
        }
        if let Some(version) = &attributes.version {
            errors.handle(check::version(version, self.version.as_ref(), attributes));
            self.version.get_or_insert_with(|| ident.clone());
        }
        let mut column = ColumnDef::new(ident, field.ty.clone(), field.vis.clone());
        column.attributes = kept(&field.attrs);
        column.read(&attributes.column, errors);
        column.references.clone_from(&attributes.references);
        column.indexed = attributes.relation.is_some();
        self.columns.push(column);
    }

    fn read_relation(&mut self, field: &Field, attributes: FieldAttributes, errors: &mut Accumulator) {
        let (Some(ident), Some(written)) = (&field.ident, attributes.relation) else { return };
        let relation = match written {
            Written::BelongsTo(target, args) if !check::is_generic(&field.ty, "One") => {
                let Some(column) = self.column(ident) else { return };
                relation::of_column(column, target, args, errors)
            }
            written => relation::of_field(field, written, |name| self.column(name), errors),
        };
        self.relations.extend(relation);
    }

    /// The places of each set of columns that an option names.
    fn column_sets(
        &self,
        option: &str,
        sets: &[SpannedValue<ColumnNames>],
        errors: &mut Accumulator,
    ) -> Vec<Vec<Ident>> {
        let mut set = |names: &SpannedValue<ColumnNames>| {
            let columns = names.0.iter().map(|name| check::named_column(option, name, self.column(name)));
            let columns: Vec<Result<Ident>> =
                columns.map(|column| column.map(|column| column.variant.clone())).collect();
            columns.into_iter().map(|column| errors.handle(column)).collect::<Option<Vec<_>>>()
        };
        sets.iter().filter_map(&mut set).collect()
    }

    /// The declared column that `option = field` names.
    pub(super) fn scope_column(&mut self, option: &str, field: &Ident) -> Result<Ident> {
        check::named_column(option, field, self.column(field))?;
        let name = names::unraw(field);
        let Some(column) = self.columns.iter_mut().find(|column| column.name == name) else {
            return Ok(field.clone());
        };
        column.indexed |= column.name != "id";
        Ok(column.ident.clone())
    }

    /// The column called `ident`.
    pub(super) fn column(&self, ident: &Ident) -> Option<&ColumnDef> {
        let name = names::unraw(ident);
        self.columns.iter().find(|column| column.name == name)
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
            search_index: false,
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
        self.search_index = args.search_index.is_present();
        if let Some(length) = args.length {
            self.length = errors.handle(check::length(length));
        }
        if let Some(decimal) = &args.decimal {
            self.decimal = errors.handle(check::decimal(decimal));
        }
    }
}

/// `created_at` → `CreatedAt`.
pub(super) fn variant(name: &str, span: Span) -> Ident {
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

fn trailing_columns(def: &EntityDef<'_>) -> Vec<ColumnDef> {
    let runtime = &def.runtime;
    let time: Type = parse_quote!(#runtime::__private::chrono::DateTime<#runtime::__private::chrono::Utc>);
    let mut columns = Vec::new();
    if def.parametric {
        columns.push(ColumnDef::implicit("enabled", parse_quote!(bool), "Whether it may still be chosen."));
        let text = parse_quote!(::core::option::Option<::std::string::String>);
        columns.push(ColumnDef::implicit("description", text, "What it means."));
    }
    columns.push(ColumnDef::implicit("created_at", time.clone(), "When it was inserted."));
    let maybe: Type = parse_quote!(::core::option::Option<#time>);
    columns.push(ColumnDef::implicit("updated_at", maybe.clone(), "When it was last changed."));
    if def.soft_delete {
        columns.push(ColumnDef::implicit(DELETED_AT, maybe, "When it was deleted."));
    }
    columns
}

/// What lys's attributes on a field say.
#[derive(Default)]
pub(super) struct FieldAttributes {
    pub(super) column: ColumnArgs,
    pub(super) references: Option<String>,
    pub(super) relation: Option<Written>,
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
        let items = items(attribute, errors);
        match name {
            "column" => self.column = target::read(&items, errors),
            "references" => self.references = errors.handle(reference(attribute, &items)),
            "version" => {
                errors.handle(check::without_options(attribute));
                self.version = Some(attribute.path().clone());
            }
            _ => match self.relation {
                Some(_) => errors.push(check::second_relation(attribute)),
                None => self.relation = Written::read(name, attribute, items, errors),
            },
        }
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    ["column", "references", "version"].iter().chain(&ATTRIBUTES).any(|name| attribute.path().is_ident(name))
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

pub(super) fn required_target(attribute: &Attribute, items: &mut Vec<NestedMeta>, name: &str) -> Result<Path> {
    target::take_type(items)
        .ok_or_else(|| Error::custom(format!("say which entity: `#[{name}(Target)]`")).with_span(attribute.path()))
}

fn reference(attribute: &Attribute, items: &[NestedMeta]) -> Result<String> {
    match items {
        [NestedMeta::Lit(Lit::Str(node))] => check::reference(node),
        _ => Err(Error::custom("say which node: `#[references(\"ClientNode\")]`").with_span(attribute.path())),
    }
}

/// Fields of a struct with names, or of a unit struct.
pub(super) fn is_named_or_unit(fields: &Fields) -> bool {
    !matches!(fields, Fields::Unnamed(_))
}
