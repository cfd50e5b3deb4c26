//! The chain: all permissions in order, and the decision that only it makes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use uuid::Uuid;

use super::{
    AccessRequest, Actor, AnonymousPermission, Decision, Grant, InternalServicePermission, JwtPermission, Opinion,
    OrganizationPermission, Permission,
    permission::{Denial, Reach, add},
};
use crate::{error::Result, operation::Audience};

/// Permissions in order.
pub struct PermissionChain {
    permissions: Vec<Box<dyn Permission>>,
}

/// The chain of 20-user-auth §12: internal services, anonymous callers, global rights, rights inside organizations.
impl Default for PermissionChain {
    fn default() -> Self {
        Self::new(vec![
            Box::new(InternalServicePermission),
            Box::new(AnonymousPermission),
            Box::new(JwtPermission),
            Box::new(OrganizationPermission),
        ])
    }
}

impl PermissionChain {
    /// These permissions, asked in this order.
    #[must_use]
    pub fn new(permissions: Vec<Box<dyn Permission>>) -> Self {
        Self { permissions }
    }

    /// Adds a permission, asked after the others.
    #[must_use]
    pub fn with(mut self, permission: impl Permission) -> Self {
        self.permissions.push(Box::new(permission));
        self
    }

    /// The permissions of these names, asked in this order; the others are not asked. Names are compared without the ending
    /// `Permission` and the path that the reference writes before them.
    ///
    /// # Errors
    /// What is wrong with each name: nobody is called so, several are, or it stands there twice.
    pub fn ordered(self, names: &[String]) -> Result<Self, Vec<String>> {
        let mut left: Vec<Option<Box<dyn Permission>>> = self.permissions.into_iter().map(Some).collect();
        let known: Vec<&'static str> = left.iter().flatten().map(|permission| permission.name()).collect();
        let (mut chosen, mut faults) = (Vec::new(), Vec::new());
        for name in names {
            let places: Vec<usize> = (0..known.len()).filter(|at| is_called(known[*at], name)).collect();
            match places.as_slice() {
                [at] => match left[*at].take() {
                    Some(permission) => chosen.push(permission),
                    None => faults.push(format!("permissions: `{name}` stands there twice")),
                },
                [] => faults.push(format!("permissions: there is no `{name}`; there are {}", known.join(", "))),
                _ => faults.push(format!("permissions: several permissions of the project are called `{name}`")),
            }
        }
        if faults.is_empty() { Ok(Self { permissions: chosen }) } else { Err(faults) }
    }

    /// The names of its permissions, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.permissions.iter().map(|permission| permission.name())
    }

    /// Decides whether `actor` may call the operation or endpoint `name`, and on which rows.
    ///
    /// Closed by default: nobody allows, an empty grant, or a permission that fails are denials.
    ///
    /// # Errors
    /// `UNKNOWN_WEBSERVICE` when it is disabled, `ACCESS_DENIED_ERROR` when nobody is signed in, `PERMISSION_DENIED` when the
    /// user lacks the right, or what a permission gave as its reason.
    pub fn authorize(&self, actor: &Actor, name: &str, audience: &Audience) -> Result<Decision> {
        self.decide(actor, name, audience, |_, _| {})
    }

    /// Decides like [`authorize`](Self::authorize), and tells what each permission said, by its name.
    pub fn explain(
        &self,
        actor: &Actor,
        name: &str,
        audience: &Audience,
    ) -> (Result<Decision>, Vec<(&'static str, Opinion)>) {
        let mut opinions = Vec::new();
        let decision = self.decide(actor, name, audience, |name, opinion| opinions.push((name, opinion.clone())));
        (decision, opinions)
    }

    fn decide(
        &self,
        actor: &Actor,
        name: &str,
        audience: &Audience,
        mut hear: impl FnMut(&'static str, &Opinion),
    ) -> Result<Decision> {
        if !audience.enabled {
            return Err(Denial::UNKNOWN.into());
        }
        let request = AccessRequest { actor, operation: name, audience };
        let mut denial = Denial::of(actor);
        let mut gathered = Gathered::default();
        for permission in &self.permissions {
            let opinion = opinion_of(&**permission, &request);
            hear(permission.name(), &opinion);
            match opinion {
                Opinion::Abstain => {}
                Opinion::AbstainWith(reason) => denial = reason,
                Opinion::Allow(Reach::Full) => return Ok(Decision::new(Grant::Full)),
                Opinion::Allow(Reach::Public) => gathered.public = true,
                Opinion::Deny(reason) => return Err(reason.into()),
                Opinion::Within { owner, organizations } => gathered.within(owner, &organizations),
            }
        }
        Ok(Decision::new(gathered.into_grant(actor).ok_or(denial)?))
    }
}

/// What a permission says; one that fails or panics denies.
fn opinion_of(permission: &dyn Permission, request: &AccessRequest<'_>) -> Opinion {
    let said = catch_unwind(AssertUnwindSafe(|| permission.check(request)));
    let (permission, operation) = (permission.name(), request.operation);
    match said {
        Ok(Ok(opinion)) => return opinion,
        Ok(Err(error)) => tracing::error!(permission, operation, ?error, "a permission failed"),
        // The panic hook has said what and where.
        Err(_) => tracing::error!(permission, operation, "a permission panicked"),
    }
    Opinion::Deny(Denial::of(request.actor))
}

/// Whether a permission is meant by a name of the settings, such as `Jwt` or `lys.apps.user_auth.permissions.JWTPermission`.
fn is_called(permission: &str, name: &str) -> bool {
    let short = |text: &str| {
        let last = text.rsplit(['.', ':']).next().unwrap_or_default().to_ascii_lowercase();
        last.strip_suffix("permission").map_or(last.clone(), str::to_owned)
    };
    short(permission) == short(name.trim())
}

/// What permissions allowed so far.
#[derive(Default)]
struct Gathered {
    public: bool,
    owner: bool,
    organizations: Vec<(String, Vec<Uuid>)>,
}

impl Gathered {
    fn within(&mut self, owner: bool, organizations: &[(String, Vec<Uuid>)]) {
        self.owner |= owner;
        for (level, ids) in organizations.iter().filter(|(_, ids)| !ids.is_empty()) {
            add(&mut self.organizations, level, ids);
        }
    }

    /// `Public` reaches every row of the operation's own entity, so it covers the branches.
    fn into_grant(self, actor: &Actor) -> Option<Grant> {
        if self.public {
            return Some(Grant::Public);
        }
        let owner = match actor {
            Actor::User(claims) if self.owner => Some(claims.sub),
            _ => None,
        };
        if owner.is_none() && self.organizations.is_empty() {
            return None;
        }
        Some(Grant::Within { owner, organizations: self.organizations })
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
#[cfg(test)]
#[path = "truth_table_tests.rs"]
mod truth_table;
