//! What an input object means: its fields and their rules, checked.

use darling::{Error, FromAttributes, FromField, Result, util::SpannedValue};
use syn::{Data, DeriveInput, Field, Fields, Ident, Path, Type, ext::IdentExt};

use super::args::{FieldArgs, InputArgs, LengthArgs, Number, RangeArgs};
use crate::{args, doc_comment, names};

/// A checked input object: `expand` cannot fail on it.
pub(super) struct InputDef {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// The struct.
    pub(super) ident: Ident,
    /// GraphQL name.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
    /// Entity whose columns the fields are.
    pub(super) entity: Option<Path>,
    /// Fields in declared order.
    pub(super) fields: Vec<FieldDef>,
}

/// One field of it.
pub(super) struct FieldDef {
    /// As written.
    pub(super) ident: Ident,
    /// `snake_case` name.
    pub(super) name: String,
    /// Its type.
    pub(super) ty: Type,
    /// Doc comment.
    pub(super) description: String,
    /// Rules on its value.
    pub(super) rules: Vec<RuleDef>,
    /// What becomes of its value.
    pub(super) role: Role,
}

/// What becomes of a field's value in a draft.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It goes into the column of the field's name.
    Column,
    /// Its rows go along the relation of the field's name.
    Children,
    /// Nothing by itself.
    Skipped,
}

/// One rule on a value.
pub(super) enum RuleDef {
    Length { min: Option<u32>, max: Option<u32> },
    Range { min: Option<f64>, max: Option<f64> },
    Email,
    Url,
}

impl InputDef {
    pub(super) fn new(item: &DeriveInput) -> Result<Self> {
        let mut errors = Error::accumulator();
        let args = errors.handle(InputArgs::from_attributes(&item.attrs));
        // After a mistake among the options it is not known whether there is an entity: nothing is said about it.
        let has_entity = args.as_ref().is_none_or(|args| args.entity.is_some());
        let args = args.unwrap_or_default();
        errors.handle(check_not_generic(item));
        let fields = errors.handle(fields(item)).unwrap_or_default();
        let fields = fields.iter().filter_map(|field| errors.handle(FieldDef::new(field, has_entity))).collect();
        if let Some(name) = &args.name {
            errors.handle(check_type_name(name).map_err(|error| error.with_span(&name.span())));
        }
        errors.finish_with(Self {
            runtime: args::runtime(args.runtime.as_ref()),
            ident: item.ident.clone(),
            name: args.name.map_or_else(|| item.ident.unraw().to_string(), SpannedValue::into_inner),
            description: doc_comment::description(&item.attrs),
            entity: args.entity,
            fields,
        })
    }
}

fn check_type_name(name: &str) -> Result<()> {
    if name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
    {
        return Ok(());
    }
    Err(Error::custom(format!("`{name}` is no name for a GraphQL type; write one such as `CreateProductInput`")))
}

fn check_not_generic(item: &DeriveInput) -> Result<()> {
    match item.generics.params.first() {
        Some(parameter) => {
            let text =
                format!("`{}` cannot be generic, since it is one type in the schema; name the types", item.ident);
            Err(Error::custom(text).with_span(parameter))
        }
        None => Ok(()),
    }
}

fn fields(item: &DeriveInput) -> Result<Vec<Field>> {
    let text = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => return Ok(fields.named.iter().cloned().collect()),
            Fields::Named(_) | Fields::Unit => "an input object needs at least one field",
            Fields::Unnamed(_) => "an input object needs named fields",
        },
        Data::Enum(_) => "an enum is taken by `#[derive(Enum)]`; `#[derive(Input)]` is for structs",
        Data::Union(_) => "a union has no GraphQL form; write a struct",
    };
    Err(Error::custom(text).with_span(&item.ident))
}

impl FieldDef {
    fn new(field: &Field, has_entity: bool) -> Result<Self> {
        let args = FieldArgs::from_field(field)?;
        let ident = args.ident.clone().ok_or_else(|| Error::custom("a field needs a name").with_span(field))?;
        let mut errors = Error::accumulator();
        errors.handle(names::check_round_trip(&ident));
        errors.handle(check_skip(&args, &ident, has_entity));
        errors.handle(check_children(&args, &ident, has_entity));
        let rules = errors.handle(rules(&args)).unwrap_or_default();
        errors.finish_with(Self {
            name: names::unraw(&ident),
            ident,
            description: doc_comment::description(&args.attrs),
            rules,
            role: role(&args, has_entity),
            ty: args.ty,
        })
    }
}

fn check_skip(args: &FieldArgs, ident: &Ident, has_entity: bool) -> Result<()> {
    if has_entity || !args.skip.is_present() {
        return Ok(());
    }
    let text = format!(
        "`skip` says that `{ident}` is no column, but this input has no entity; drop it, or add `#[input(entity = …)]` to the struct"
    );
    Err(Error::custom(text).with_span(&args.skip.span()))
}

fn role(args: &FieldArgs, has_entity: bool) -> Role {
    match (args.children.is_present(), has_entity && !args.skip.is_present()) {
        (_, false) => Role::Skipped,
        (true, true) => Role::Children,
        (false, true) => Role::Column,
    }
}

fn check_children(args: &FieldArgs, ident: &Ident, has_entity: bool) -> Result<()> {
    if !args.children.is_present() {
        return Ok(());
    }
    let text = if args.skip.is_present() {
        format!(
            "`skip` says that nothing becomes of `{ident}`, `children` that its rows are written; remove one of the two"
        )
    } else if has_entity {
        return Ok(());
    } else {
        format!(
            "`children` are written with a row, but this input has no entity; drop it, or add `#[input(entity = …)]` to the struct of `{ident}`"
        )
    };
    Err(Error::custom(text).with_span(&args.children.span()))
}

fn rules(args: &FieldArgs) -> Result<Vec<RuleDef>> {
    let mut errors = Error::accumulator();
    let mut rules = Vec::new();
    if let Some(length) = &args.length {
        let LengthArgs { min, max } = **length;
        let (low, high) = (min.map(f64::from), max.map(f64::from));
        errors.handle(check_bounds("length", low, high).map_err(|error| error.with_span(&length.span())));
        rules.push(RuleDef::Length { min, max });
    }
    if let Some(range) = &args.range {
        let RangeArgs { min, max } = &**range;
        let (min, max) = (min.map(value), max.map(value));
        errors.handle(check_bounds("range", min, max).map_err(|error| error.with_span(&range.span())));
        rules.push(RuleDef::Range { min, max });
    }
    if args.email.is_present() {
        rules.push(RuleDef::Email);
    }
    if args.url.is_present() {
        rules.push(RuleDef::Url);
    }
    errors.finish_with(rules)
}

fn value(number: Number) -> f64 {
    number.0
}

fn check_bounds(rule: &str, min: Option<f64>, max: Option<f64>) -> Result<()> {
    match (min, max) {
        (None, None) => Err(Error::custom(format!("`{rule}` needs `min = …`, `max = …` or both"))),
        (Some(min), Some(max)) if min > max => {
            Err(Error::custom(format!("`{rule}` admits nothing: `min = {min}` is above `max = {max}`")))
        }
        _ => Ok(()),
    }
}
