//! What a user may write in `#[getter(…)]`, `#[connection(…)]`, `#[creation(…)]`, `#[edition(…)]` and `#[deletion(…)]`.

use darling::{
    FromMeta,
    util::{Flag, SpannedValue},
};
use syn::Path;

use crate::{
    args::{Columns, Members},
    audience::AudienceArgs,
    consistency::Consistency,
};

/// Options of all five; `def` refuses those that a kind or form has no use for.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct OperationArgs {
    /// The node that answers; on a function only, where it must be there.
    pub(super) node: Option<Path>,
    /// Columns that callers may sort by; on a connection only.
    pub(super) order_by: Option<SpannedValue<Columns>>,
    /// Takes many rows at once; on a deletion without a function only, since a function's parameters say it.
    pub(super) many: Flag,
    /// Columns and relations that callers may filter by; on a connection only.
    pub(super) filter: Option<SpannedValue<Members>>,
    /// Columns and relations that callers may sort by, several at once; on a connection only.
    pub(super) sort: Option<SpannedValue<Members>>,
    /// Columns that are summed up; on a connection only.
    pub(super) aggregate: Option<SpannedValue<Columns>>,
    /// Columns that rows may be grouped by; on a connection only.
    pub(super) group_by: Option<SpannedValue<Columns>>,
    /// Name of the operation; by default the function's, or one made from the node's.
    pub(super) name: Option<SpannedValue<String>>,
    /// Whether all that it reads is of one moment; on a getter or a connection only.
    pub(super) consistency: Option<SpannedValue<Consistency>>,
    /// Who may call it.
    #[darling(flatten)]
    pub(super) audience: AudienceArgs,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}
