//! What a user may write in `#[lys(…)]` on the enum.

use darling::{FromMeta, util::SpannedValue};
use syn::Path;

/// `#[lys(name = "…")]`
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct EnumArgs {
    /// GraphQL name; the enum's name by default.
    pub(super) name: Option<SpannedValue<String>>,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}
