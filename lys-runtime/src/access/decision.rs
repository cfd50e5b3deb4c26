//! The decision on one root field: a value that only the permission chain can make.

use std::{any::TypeId, fmt};

use uuid::Uuid;

/// What the chain allowed for one operation. Passed along explicitly; loading rows asks for it.
#[derive(Debug, Clone)]
pub struct Decision {
    grant: Grant,
    /// The operation's own entity, if it answers with rows of one.
    entity: Option<TypeId>,
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
pub(crate) static UNSCOPED: Decision = Decision { grant: Grant::Full, entity: None };

impl Decision {
    /// Only the chain (and `Authority::system`) may call this.
    pub(in crate::access) fn new(grant: Grant) -> Self {
        Self { grant, entity: None }
    }

    /// The same, on an operation whose own entity is `entity`: a public operation is public for that entity only.
    #[must_use]
    pub(crate) fn about(self, entity: Option<TypeId>) -> Self {
        Self { entity, ..self }
    }

    /// Whether `entity` is the operation's own.
    pub(in crate::access) fn is_about(&self, entity: TypeId) -> bool {
        self.entity == Some(entity)
    }

    /// Whether this decision on a field reaches all rows of a place that `rows` reaches; `limited` says that all rows there are inside
    /// the scope of `rows`.
    pub(crate) fn covers(&self, rows: &Self, limited: bool) -> bool {
        match (&self.grant, &rows.grant) {
            (Grant::Full, _) => true,
            (
                Grant::Within { owner, organizations },
                Grant::Within { owner: owner_of_rows, organizations: organizations_of_rows },
            ) if limited => {
                let holds = |level: &str, id: &Uuid| {
                    organizations.iter().any(|(known, ids)| known == level && ids.contains(id))
                };
                (owner_of_rows.is_none() || owner_of_rows == owner)
                    && organizations_of_rows.iter().all(|(level, ids)| ids.iter().all(|id| holds(level, id)))
            }
            _ => false,
        }
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

impl Grant {
    /// The user whose own rows are allowed, of a grant on some rows.
    #[must_use]
    pub fn owner(&self) -> Option<Uuid> {
        if let Self::Within { owner, .. } = self { *owner } else { None }
    }

    /// The allowed organizations of a level, of a grant on some rows.
    #[must_use]
    pub fn organizations(&self, level: &str) -> &[Uuid] {
        let Self::Within { organizations, .. } = self else { return &[] };
        organizations.iter().find(|(known, _)| known == level).map_or(&[], |(_, ids)| ids)
    }
}

/// Without ids: which rows, in words.
impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("all rows"),
            Self::Public => f.write_str("what is public"),
            Self::Within { owner, organizations } => write_within(f, owner.is_some(), organizations),
        }
    }
}

/// `own rows, rows of 2 organizations of level client`
pub(super) fn write_within(
    f: &mut fmt::Formatter<'_>,
    owner: bool,
    organizations: &[(String, Vec<Uuid>)],
) -> fmt::Result {
    let own = owner.then(|| "own rows".to_owned());
    let of_level = |(level, ids): &(String, Vec<Uuid>)| {
        let organizations = if ids.len() == 1 { "organization" } else { "organizations" };
        format!("rows of {} {organizations} of level {level}", ids.len())
    };
    let rows: Vec<String> = own.into_iter().chain(organizations.iter().map(of_level)).collect();
    f.write_str(&if rows.is_empty() { "no rows".to_owned() } else { rows.join(", ") })
}
