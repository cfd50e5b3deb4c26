//! A checked enum: every default filled in.

use darling::{Error, Result, ast::NestedMeta, error::Accumulator};
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Meta, Path, Variant};

use super::args::EnumArgs;
use crate::{args, doc_comment, names, target};

/// What `expand` writes; it cannot fail on it.
pub(super) struct EnumDef<'a> {
    /// Path to the runtime.
    pub(super) runtime: Path,
    /// The enum.
    pub(super) ident: &'a Ident,
    /// GraphQL name.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
    /// Its values in order.
    pub(super) values: Vec<ValueDef<'a>>,
    /// Some variants are wrong and left out.
    pub(super) is_partial: bool,
}

/// One value.
pub(super) struct ValueDef<'a> {
    /// Attributes of the variant.
    pub(super) attributes: &'a [Attribute],
    /// The variant.
    pub(super) ident: &'a Ident,
    /// `SCREAMING_SNAKE_CASE` name, on the wire and in the database.
    pub(super) name: String,
    /// Doc comment.
    pub(super) description: String,
}

impl<'a> EnumDef<'a> {
    /// Reads and checks. What is wrong is reported and left out.
    pub(super) fn new(item: &'a DeriveInput, errors: &mut Accumulator) -> Self {
        let args: EnumArgs = target::read(&options(&item.attrs, errors), errors);
        errors.handle(check_no_generics(item));
        errors.handle(check_name(&args));
        let variants = errors.handle(variants(item)).unwrap_or_default();
        let declared = variants.len();
        let values: Vec<_> = variants.into_iter().filter_map(|variant| errors.handle(ValueDef::new(variant))).collect();
        Self {
            runtime: args::runtime(args.runtime.as_ref()),
            ident: &item.ident,
            name: args.name.map_or_else(|| names::unraw(&item.ident), |name| name.as_ref().clone()),
            description: doc_comment::description(&item.attrs),
            is_partial: values.len() < declared,
            values,
        }
    }
}

impl<'a> ValueDef<'a> {
    fn new(variant: &'a Variant) -> Result<Self> {
        check_unit(variant)?;
        Ok(Self {
            attributes: &variant.attrs,
            ident: &variant.ident,
            name: names::snake_case(&names::unraw(&variant.ident)).to_uppercase(),
            description: doc_comment::description(&variant.attrs),
        })
    }
}

fn options(attributes: &[Attribute], errors: &mut Accumulator) -> Vec<NestedMeta> {
    let ours = attributes.iter().filter(|attribute| attribute.path().is_ident("lys"));
    ours.flat_map(|attribute| match &attribute.meta {
        Meta::List(list) => target::split(list.tokens.clone(), errors),
        _ => Vec::new(),
    })
    .collect()
}

fn variants(item: &DeriveInput) -> Result<Vec<&Variant>> {
    match &item.data {
        Data::Enum(data) if !data.variants.is_empty() => Ok(data.variants.iter().collect()),
        Data::Enum(_) => {
            Err(Error::custom("a GraphQL enum has at least one value; add a variant").with_span(&item.ident))
        }
        _ => Err(Error::custom("`Enum` is derived for enums; a struct is a `#[node]` or derives `Input`")
            .with_span(&item.ident)),
    }
}

fn check_unit(variant: &Variant) -> Result<()> {
    match &variant.fields {
        Fields::Unit => Ok(()),
        fields => {
            let text = format!("a GraphQL enum value is a name only; remove the fields of `{}`", variant.ident);
            Err(Error::custom(text).with_span(fields))
        }
    }
}

fn check_no_generics(item: &DeriveInput) -> Result<()> {
    if item.generics.params.is_empty() {
        return Ok(());
    }
    let text = "a GraphQL enum has no type or lifetime parameters; remove them";
    Err(Error::custom(text).with_span(&item.generics))
}

fn check_name(args: &EnumArgs) -> Result<()> {
    match &args.name {
        Some(name) if syn::parse_str::<Ident>(name).is_err() => {
            let text = format!("`{}` is no GraphQL name: letters, digits and `_`", name.as_ref());
            Err(Error::custom(text).with_span(&name.span()))
        }
        _ => Ok(()),
    }
}
