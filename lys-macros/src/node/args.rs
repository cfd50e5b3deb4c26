//! What a user may write in `#[node]`, after the entity.

use darling::{
    FromMeta,
    util::{Flag, SpannedValue},
};
use syn::Path;

use crate::args::Columns;

/// `#[node(Product, name = "…", …)]` on the struct.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct NodeArgs {
    /// GraphQL name; the struct's name by default.
    pub(super) name: Option<SpannedValue<String>>,
    /// May replace a node of the same name that an earlier app declares.
    pub(super) allow_override: Flag,
    /// The node that gets these fields too.
    pub(super) extends: Option<Path>,
    /// Path to the runtime, for users who renamed it.
    #[darling(rename = "crate")]
    pub(super) runtime: Option<Path>,
}

/// `#[relation(…)]` on a field.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub(super) struct RelationArgs {
    /// Columns of the target that clients may sort a connection by.
    pub(super) order_by: Option<SpannedValue<Columns>>,
}
