//! Who asks, and which rows such a caller sees: the rules of the documentation, written down again.

use lys::{
    access::Actor,
    app::OperationEntry,
    entity::{EntityDef, RelationAccess, RelationDef},
    testing::{anonymous, super_user, user},
    uuid::Uuid,
};

use super::world::Row;

/// Somebody, by what the token says.
#[derive(Debug, Clone, Copy)]
pub enum Viewer {
    SuperUser,
    Nobody,
    User(User),
}

/// The operations that a user may call, by how far.
#[derive(Debug, Clone, Copy)]
pub struct User {
    pub number: u128,
    pub all: &'static [&'static str],
    pub own: &'static [&'static str],
    pub clients: &'static [(Uuid, &'static [&'static str])],
}

/// Which rows a root field may show.
#[derive(Debug, Clone)]
pub enum Sees {
    All,
    Public,
    Within { owner: Option<String>, clients: Vec<String> },
}

impl Viewer {
    pub fn actor(&self) -> Actor {
        let claims = match self {
            Self::SuperUser => return super_user(),
            Self::Nobody => return anonymous(),
            Self::User(claims) => claims,
        };
        let all = claims.all.iter().fold(user(claims.number), |user, operation| user.grant(*operation));
        let own = claims.own.iter().fold(all, |user, operation| user.grant_own(*operation));
        let clients = claims.clients.iter();
        clients.fold(own, |user, (id, operations)| user.organization("client", *id, operations.iter().copied())).into()
    }

    /// What `operation` shows, or why it is refused.
    pub fn sees(&self, operation: &OperationEntry) -> Result<Sees, (&'static str, u16)> {
        let audience = &operation.definition.audience;
        let name = &operation.definition.name;
        let is_public = audience.public.is_some();
        let claims = match self {
            Self::SuperUser => return Ok(Sees::All),
            Self::Nobody if is_public => return Ok(Sees::Public),
            Self::Nobody => return Err(("ACCESS_DENIED_ERROR", 401)),
            Self::User(claims) => claims,
        };
        let is_open = is_public || !audience.levels.is_empty();
        if is_open && claims.all.contains(name) {
            return Ok(Sees::All);
        }
        if is_public {
            return Ok(Sees::Public);
        }
        let owner = claims.own.contains(name).then(|| Uuid::from_u128(claims.number).to_string());
        let clients = claims.clients.iter().filter(|(_, operations)| operations.contains(name));
        let clients: Vec<String> = clients.map(|(id, _)| id.to_string()).collect();
        if !is_open || owner.is_none() && clients.is_empty() {
            return Err(("PERMISSION_DENIED", 403));
        }
        Ok(Sees::Within { owner, clients })
    }
}

fn is_scoped(entity: &EntityDef) -> bool {
    entity.owner.is_some() || !entity.tenants.is_empty()
}

impl Sees {
    /// Whether the row may be shown; `own` are the rows of the operation itself.
    pub fn row(&self, entity: &EntityDef, row: &Row, own: bool) -> bool {
        match self {
            Self::All => true,
            Self::Public => own || !is_scoped(entity),
            Self::Within { .. } if !is_scoped(entity) => !own,
            Self::Within { owner, clients } => {
                let cell = |column: u16| row[entity.columns[usize::from(column)].name].as_str();
                let owned = entity.owner.and_then(cell).is_some_and(|id| owner.as_deref() == Some(id));
                let mut levels = entity.tenants.iter().filter(|tenant| tenant.level == "client");
                owned || levels.any(|tenant| cell(tenant.column).is_some_and(|id| clients.iter().any(|it| it == id)))
            }
        }
    }

    /// Whether a row of `entity`, the target of `relation` or a link on the way, is there along it.
    pub fn along(&self, relation: &RelationDef, entity: &EntityDef, row: &Row) -> bool {
        let hides = match relation.access {
            Some(access) => access != RelationAccess::Inherit,
            None => is_scoped(entity),
        };
        !hides || self.row(entity, row, false)
    }
}
