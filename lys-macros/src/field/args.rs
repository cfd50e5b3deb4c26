//! What a user may write in `#[field(…)]`.

use darling::{
    FromMeta,
    util::{Flag, SpannedValue},
};
use syn::Path;

use crate::{args::Columns, audience::AudienceArgs, consistency::Consistency};

/// Options of all three forms; `def` refuses those that a form has no use for.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct FieldArgs {
    /// A field of the query root.
    pub(super) query: Flag,
    /// A field of the mutation root.
    pub(super) mutation: Flag,
    /// A computed field of this node.
    pub(super) on: Option<Path>,
    /// The node that shows the row a root field returns.
    pub(super) node: Option<Path>,
    /// Columns that a computed field reads.
    pub(super) columns: Option<SpannedValue<Columns>>,
    /// Name of the field; by default the function's.
    pub(super) name: Option<SpannedValue<String>>,
    /// Whether all that a query field reads is of one moment.
    pub(super) consistency: Option<SpannedValue<Consistency>>,
    /// Who may call a root field.
    #[darling(flatten)]
    pub(super) audience: AudienceArgs,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}
