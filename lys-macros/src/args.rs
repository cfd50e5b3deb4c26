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

fn column(item: &NestedMeta) -> Result<Ident> {
    let ident = match item {
        NestedMeta::Meta(Meta::Path(path)) => path.get_ident().cloned(),
        _ => None,
    };
    ident.ok_or_else(|| {
        Error::custom("a column is named by its identifier, without quotes or path").with_span(&item.span())
    })
}
