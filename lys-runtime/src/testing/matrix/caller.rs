//! Who asks, and what the truth table says to it: 20-user-auth §12.1, 30-organization §8 and 00-design §6, written down once more
//! so that the chain can be compared with it.

use uuid::Uuid;

use crate::{
    access::{Actor, Claims, WebserviceClaim},
    error::code,
    operation::{Audience, PublicType},
    testing::user,
};

/// The tenants that rows are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Ours,
    Theirs,
}

/// The organization of a side at the level with this number.
pub(super) fn organization(level: usize, side: Side) -> Uuid {
    let side = match side {
        Side::Ours => 0xA,
        Side::Theirs => 0xB,
    };
    Uuid::from_u128(0x0061_cce5_5000_4000_8000_0000_0000_0000 | (level as u128) << 8 | side)
}

/// A user who owns rows.
pub(super) fn owner(number: u128) -> Uuid {
    Uuid::from_u128(0x0061_cce5_5000_4000_8000_0001_0000_0000 | number)
}

/// Somebody who asks.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) label: String,
    pub(super) actor: Actor,
}

/// What is expected of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    Refused(&'static str),
    /// All rows.
    All,
    /// All rows of the operation's own entity.
    Public,
    Within {
        owner: Option<Uuid>,
        organizations: Vec<(String, Uuid)>,
    },
}

/// Every kind of caller of `operation`. `others` are all other operations, `levels` all levels of organizations.
pub(super) fn callers(operation: &str, others: &[&str], levels: &[&'static str]) -> Vec<Caller> {
    let me = || Claims::user(owner(1));
    let mut callers = vec![
        caller("anonymous", Actor::Anonymous),
        caller("a service", Actor::Service { name: "matrix".to_owned() }),
        caller("a user without rights", me()),
        caller("a user with every other right", others.iter().fold(me(), |claims, other| claims.grant(*other))),
        caller("a user with an unknown claim", unknown(me(), operation)),
        caller("a user with the right to all rows", me().grant(operation)),
        caller("a user with the right to own rows", me().grant_own(operation)),
        caller("an owner without rows", Claims::user(owner(99)).grant_own(operation)),
        caller("a member at a level that nothing has", me().organization("nowhere", owner(98), [operation])),
        caller("the super user", user(1).super_user()),
    ];
    for (number, level) in levels.iter().enumerate() {
        let (ours, theirs) = (organization(number, Side::Ours), organization(number, Side::Theirs));
        let member = |ids: &[Uuid]| ids.iter().fold(me(), |claims, id| claims.organization(*level, *id, [operation]));
        callers.extend([
            caller(format!("a member of our {level}"), member(&[ours])),
            caller(format!("a member of their {level}"), member(&[theirs])),
            caller(format!("a member of both, {level}"), member(&[ours, theirs])),
            caller(format!("a member of our {level} with other rights"), {
                me().organization(*level, ours, others.iter().copied())
            }),
            caller(format!("an owner and member of their {level}"), member(&[theirs]).grant_own(operation)),
            caller(format!("a member of our {level} at another"), me().organization("nowhere", ours, [operation])),
        ]);
    }
    callers
}

fn caller(label: impl Into<String>, actor: impl Into<Actor>) -> Caller {
    Caller { label: label.into(), actor: actor.into() }
}

fn unknown(mut claims: Claims, operation: &str) -> Claims {
    claims.webservices.insert(operation.to_owned(), WebserviceClaim::Unknown);
    claims
}

/// What `actor` may do with `operation`.
pub(super) fn expected(actor: &Actor, operation: &str, audience: &Audience) -> Expected {
    if !audience.enabled {
        return Expected::Refused(code::UNKNOWN_WEBSERVICE);
    }
    let claims = match actor {
        Actor::Service { .. } if audience.levels.contains(&"INTERNAL_SERVICE") => return Expected::All,
        Actor::Anonymous | Actor::Service { .. } if audience.public.is_some() => return Expected::Public,
        Actor::Anonymous | Actor::Service { .. } => return Expected::Refused(code::ACCESS_DENIED_ERROR),
        Actor::User(claims) => claims,
    };
    if claims.is_super_user {
        return Expected::All;
    }
    let closed = audience.levels.is_empty() && audience.public.is_none();
    if closed || audience.public == Some(PublicType::Disconnected) {
        return Expected::Refused(code::PERMISSION_DENIED);
    }
    let claim = claims.webservices.get(operation);
    if claim == Some(&WebserviceClaim::Full) {
        return Expected::All;
    }
    if audience.public.is_some() {
        return Expected::Public;
    }
    let owner = (claim == Some(&WebserviceClaim::Owner)).then_some(claims.sub);
    let granted = claims.organizations.iter().filter(|(_, claim)| claim.webservices.iter().any(|id| id == operation));
    let organizations: Vec<_> = granted.map(|(id, claim)| (claim.level.clone(), *id)).collect();
    if owner.is_none() && organizations.is_empty() {
        return Expected::Refused(code::PERMISSION_DENIED);
    }
    Expected::Within { owner, organizations }
}
