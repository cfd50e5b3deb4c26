//! The decision on one root field: a value that only the permission chain can make.

use uuid::Uuid;

/// What the chain allowed for one operation. Passed along explicitly; loading rows asks for it.
#[derive(Debug, Clone)]
pub struct Decision {
    grant: Grant,
}

/// How far a decision reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grant {
    /// All rows.
    Full,
    /// All rows of the operation's own entity; nothing of scoped entities behind a `filter` relation.
    Public,
    /// Only rows that the actor owns or whose organization is listed; the branches are OR-ed.
    Within {
        /// The user whose own rows are allowed.
        owner: Option<Uuid>,
        /// Allowed organizations by level.
        organizations: Vec<(String, Vec<Uuid>)>,
    },
}

/// The decision of readers and writers that were freed of their scope, for a stated reason.
pub(crate) static UNSCOPED: Decision = Decision { grant: Grant::Full };

impl Decision {
    /// Only the chain (and `Authority::system`) may call this.
    pub(in crate::access) fn new(grant: Grant) -> Self {
        Self { grant }
    }

    /// Jobs, fixtures and start-up act with full rights, for a stated reason.
    pub(crate) fn system(_reason: &'static str) -> Self {
        Self::new(Grant::Full)
    }

    /// How far it reaches.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.grant
    }
}
