//! What a user may write in `#[getter(…)]`, `#[connection(…)]`, `#[creation(…)]`, `#[edition(…)]` and `#[deletion(…)]`.

use darling::{Error, FromMeta, Result, ast::NestedMeta, util::SpannedValue};
use syn::{Ident, Meta, Path, spanned::Spanned};

use crate::audience::AudienceArgs;

/// Options of all five; `def` refuses those that a kind or form has no use for.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct OperationArgs {
    /// The node that answers; on a function only, where it must be there.
    pub(super) node: Option<Path>,
    /// Columns that callers may sort by; on a connection only.
    pub(super) order_by: Option<SpannedValue<Columns>>,
    /// Name of the operation; by default the function's, or one made from the node's.
    pub(super) name: Option<SpannedValue<String>>,
    /// Who may call it.
    #[darling(flatten)]
    pub(super) audience: AudienceArgs,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}

/// Columns by name, each once.
#[derive(Default)]
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
                errors.push(Error::custom(format!("column `{column}` is there twice")).with_span(&column));
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
