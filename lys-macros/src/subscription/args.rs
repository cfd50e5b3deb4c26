//! What a user may write in `#[subscription(…)]`.

use darling::{FromMeta, util::SpannedValue};
use syn::Path;

use crate::audience::AudienceArgs;

/// Options of both forms.
#[derive(Default, FromMeta)]
#[darling(default)]
pub(super) struct SubscriptionArgs {
    /// The node that shows the rows that events tell of; none for values that are ready.
    pub(super) node: Option<Path>,
    /// Name of the field; by default the function's.
    pub(super) name: Option<SpannedValue<String>>,
    /// Who may subscribe.
    #[darling(flatten)]
    pub(super) audience: AudienceArgs,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}
