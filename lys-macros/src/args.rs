//! Reading the arguments of an attribute.

use darling::{Error, FromMeta, Result, ast::NestedMeta};
use proc_macro2::TokenStream;
use syn::{Ident, Meta, Path, spanned::Spanned};

/// Reads `#[macro(…)]` arguments into darling's struct; unknown options are errors with a suggestion.
pub(crate) fn parse<T: FromMeta>(tokens: TokenStream) -> Result<T> {
    T::from_list(&NestedMeta::parse_meta_list(tokens)?)
}

/// `::lys`, unless the user renamed it with `crate = path`.
pub(crate) fn runtime(renamed: Option<&Path>) -> Path {
    renamed.cloned().unwrap_or_else(|| syn::parse_quote!(::lys))
}

/// Columns by name, each once.
#[derive(Debug, Default)]
pub(crate) struct Columns(pub(crate) Vec<Ident>);

impl FromMeta for Columns {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let mut errors = Error::accumulator();
        let mut columns: Vec<Ident> = Vec::new();
        for item in items {
            let Some(column) = errors.handle(column(item)) else {
                continue;
            };
            if columns.contains(&column) {
                errors.push(Error::custom(format!("column `{column}` is there twice; drop one")).with_span(&column));
            } else {
                columns.push(column);
            }
        }
        errors.finish_with(Self(columns))
    }
}

/// Columns and relations by name, each once; a relation has members of its target in parentheses.
#[derive(Default)]
pub(crate) struct Members(pub(crate) Vec<Member>);

/// One of them.
pub(crate) struct Member {
    /// Its name.
    pub(crate) ident: Ident,
    /// What stands in parentheses.
    pub(crate) below: Option<Members>,
}

impl FromMeta for Members {
    fn from_list(items: &[NestedMeta]) -> Result<Self> {
        let mut errors = Error::accumulator();
        let mut members: Vec<Member> = Vec::new();
        if items.is_empty() {
            errors.push(Error::custom("name at least one column or relation"));
        }
        for item in items {
            let Some(member) = errors.handle(Member::new(item)) else {
                continue;
            };
            if members.iter().any(|other| other.ident == member.ident) {
                errors.push(
                    Error::custom(format!("`{0}` is there twice; drop one", member.ident)).with_span(&member.ident),
                );
            } else {
                members.push(member);
            }
        }
        errors.finish_with(Self(members))
    }
}

impl Member {
    fn new(item: &NestedMeta) -> Result<Self> {
        let (path, below) = match item {
            NestedMeta::Meta(Meta::Path(path)) => (path, None),
            NestedMeta::Meta(Meta::List(list)) => {
                let items = NestedMeta::parse_meta_list(list.tokens.clone())?;
                (&list.path, Some(Members::from_list(&items).map_err(|error| error.with_span(&list.path))?))
            }
            _ => return Err(unnamed(item)),
        };
        let ident = path.get_ident().cloned().ok_or_else(|| unnamed(item))?;
        Ok(Self { ident, below })
    }
}

fn unnamed(item: &NestedMeta) -> Error {
    Error::custom("a column is named by its identifier, a relation as `name(…)`, without quotes or path")
        .with_span(&item.span())
}

fn column(item: &NestedMeta) -> Result<Ident> {
    let ident = match item {
        NestedMeta::Meta(Meta::Path(path)) => path.get_ident().cloned(),
        _ => None,
    };
    ident.ok_or_else(|| {
        Error::custom("a column is named by its identifier, without quotes or path").with_span(&item.span())
    })
}
