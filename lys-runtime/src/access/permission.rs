//! Permissions and their chain.

use super::{Actor, Decision};
use crate::{error::Result, operation::OperationDef};

/// What a permission is asked about.
pub struct AccessRequest<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// The operation, as overridden by the project.
    pub operation: &'a OperationDef,
}

/// One rule of the chain.
pub trait Permission: Send + Sync + 'static {
    /// Its name, for logs and `lys access`.
    fn name(&self) -> &'static str;

    /// Its opinion.
    ///
    /// # Errors
    /// A permission that fails denies (10-core S7).
    fn check(&self, request: &AccessRequest<'_>) -> Result<Opinion>;
}

/// What one permission says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opinion {
    /// Nothing.
    Abstain,
}

/// Permissions in order.
pub struct PermissionChain {}

/// Service tokens on `INTERNAL_SERVICE` operations.
pub struct InternalServicePermission;
/// Public operations.
pub struct AnonymousPermission;
/// The `webservices` claim.
pub struct JwtPermission;
/// The `organizations` claim.
pub struct OrganizationPermission;
