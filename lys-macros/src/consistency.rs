//! `consistency = …`: whether all that a query reads is of one moment.

use darling::{Error, FromMeta, Result, util::SpannedValue};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident, Path};

/// What may be written; without it the project decides.
#[derive(Clone, Copy)]
pub(crate) enum Consistency {
    /// Each statement sees the newest rows.
    Statement,
    /// All statements see the same rows.
    Snapshot,
}

impl Consistency {
    /// The builder call that says so.
    pub(crate) fn builder_call(self, runtime: &Path) -> TokenStream {
        let kind = match self {
            Self::Statement => quote!(Statement),
            Self::Snapshot => quote!(Snapshot),
        };
        quote!(.consistency(#runtime::data::Consistency::#kind))
    }
}

impl FromMeta for Consistency {
    fn from_expr(value: &Expr) -> Result<Self> {
        let word = match value {
            Expr::Path(path) => path.path.get_ident().map(Ident::to_string),
            _ => None,
        };
        match word.as_deref() {
            Some("statement") => Ok(Self::Statement),
            Some("snapshot") => Ok(Self::Snapshot),
            _ => {
                let text = "a consistency is `statement` (each statement sees the newest rows) or `snapshot` (all see the same \
                            rows), without quotes";
                Err(Error::custom(text).with_span(value))
            }
        }
    }
}

/// Only what reads may say it: a mutation has a transaction of its own.
pub(crate) fn check_query(given: Option<&SpannedValue<Consistency>>, query: bool, kind: &str) -> Result<()> {
    match given {
        Some(given) if !query => {
            let text = format!("a {kind} has a transaction of its own; `consistency` belongs to queries, drop it here");
            Err(Error::custom(text).with_span(&given.span()))
        }
        _ => Ok(()),
    }
}
