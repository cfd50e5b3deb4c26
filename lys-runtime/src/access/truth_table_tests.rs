//! The truth tables of 20-user-auth §12.1 and 30-organization §8, row by row, and where lys decides otherwise.

use super::*;
use crate::{
    access::{AccessLevel, Claims, InternalService, OrganizationRole, Owner, Role, WebserviceClaim},
    operation::PublicType,
};

const OPERATION: &str = "product";

enum Asks {
    Nobody,
    Service,
    SuperUser,
    /// The claim of the operation, and the organizations that grant it.
    User(Option<WebserviceClaim>, &'static [u128]),
}

use Asks::{Nobody, Service, SuperUser, User};
use WebserviceClaim::{Full, Owner as Own, Unknown};

impl Asks {
    fn actor(&self) -> Actor {
        let mut claims =
            Claims::user(Uuid::from_u128(1)).grant("another").organization("client", Uuid::from_u128(99), ["another"]);
        match self {
            Nobody => Actor::Anonymous,
            Service => Actor::Service { name: "billing".to_owned() },
            SuperUser => claims.super_user().into(),
            User(claim, organizations) => {
                claims.webservices.extend(claim.map(|claim| (OPERATION.to_owned(), claim)));
                for id in *organizations {
                    claims = claims.organization("client", Uuid::from_u128(*id), ["another", OPERATION]);
                }
                claims.into()
            }
        }
    }
}

fn everybody() -> Audience {
    Audience { public: Some(PublicType::NoLimitation), ..Audience::default() }
}

fn disconnected() -> Audience {
    Audience { public: Some(PublicType::Disconnected), ..Audience::default() }
}

fn levels(levels: &[&'static str]) -> Audience {
    Audience { levels: levels.to_vec(), ..Audience::default() }
}

fn private() -> Audience {
    levels(&[Role::ID, OrganizationRole::ID, Owner::ID])
}

fn internal() -> Audience {
    levels(&[InternalService::ID])
}

/// No level: super users alone.
fn of_super_users() -> Audience {
    Audience::default()
}

fn off(audience: Audience) -> Audience {
    Audience { enabled: false, ..audience }
}

fn rows(owner: bool, organizations: &[u128]) -> Grant {
    let ids: Vec<Uuid> = organizations.iter().copied().map(Uuid::from_u128).collect();
    let organizations = if ids.is_empty() { Vec::new() } else { vec![("client".to_owned(), ids)] };
    Grant::Within { owner: owner.then(|| Uuid::from_u128(1)), organizations }
}

fn refused(code: &str) -> Result<Grant, String> {
    Err(code.to_owned())
}

type Row = (&'static str, Asks, Audience, Result<Grant, String>);

/// 20 §12.1: caller × webservice × claim.
fn of_users() -> Vec<Row> {
    vec![
        ("service, INTERNAL_SERVICE", Service, internal(), Ok(Grant::Full)),
        ("service, INTERNAL_SERVICE among others", Service, levels(&[Role::ID, InternalService::ID]), Ok(Grant::Full)),
        ("service, public", Service, everybody(), Ok(Grant::Public)),
        ("service, private", Service, private(), refused("ACCESS_DENIED_ERROR")),
        ("service, of super users", Service, of_super_users(), refused("ACCESS_DENIED_ERROR")),
        ("anonymous, NO_LIMITATION", Nobody, everybody(), Ok(Grant::Public)),
        ("anonymous, DISCONNECTED", Nobody, disconnected(), Ok(Grant::Public)),
        ("anonymous, private", Nobody, private(), refused("ACCESS_DENIED_ERROR")),
        ("anonymous, INTERNAL_SERVICE", Nobody, internal(), refused("ACCESS_DENIED_ERROR")),
        ("anonymous, of super users", Nobody, of_super_users(), refused("ACCESS_DENIED_ERROR")),
        ("super user, NO_LIMITATION", SuperUser, everybody(), Ok(Grant::Full)),
        ("super user, DISCONNECTED", SuperUser, disconnected(), Ok(Grant::Full)),
        ("super user, INTERNAL_SERVICE", SuperUser, internal(), Ok(Grant::Full)),
        ("super user, private", SuperUser, private(), Ok(Grant::Full)),
        ("super user, of super users", SuperUser, of_super_users(), Ok(Grant::Full)),
        ("user, NO_LIMITATION, full", User(Some(Full), &[]), everybody(), Ok(Grant::Full)),
        // The reference refuses whom it gave a token before the operation was there; what is public is public.
        ("user, NO_LIMITATION, older token", User(None, &[]), everybody(), Ok(Grant::Public)),
        ("user, DISCONNECTED", User(None, &[]), disconnected(), refused("PERMISSION_DENIED")),
        // The reference would let this claim through, which it never makes.
        ("user, DISCONNECTED, full", User(Some(Full), &[]), disconnected(), refused("PERMISSION_DENIED")),
        ("user, private, full", User(Some(Full), &[]), private(), Ok(Grant::Full)),
        ("user, private, owner", User(Some(Own), &[]), private(), Ok(rows(true, &[]))),
        ("user, private, owner and organizations", User(Some(Own), &[7, 8]), private(), Ok(rows(true, &[7, 8]))),
        ("user, private, organizations", User(None, &[7]), private(), Ok(rows(false, &[7]))),
        ("user, private, nothing", User(None, &[]), private(), refused("PERMISSION_DENIED")),
        ("user, of super users", User(None, &[]), of_super_users(), refused("PERMISSION_DENIED")),
        // Nobody signs such claims; if somebody did, they open nothing that has no level.
        ("user, of super users, full", User(Some(Full), &[7]), of_super_users(), refused("PERMISSION_DENIED")),
        // The reference takes any other value for `full` (10-core S14).
        ("user, private, unknown value", User(Some(Unknown), &[]), private(), refused("PERMISSION_DENIED")),
        ("user, INTERNAL_SERVICE, nothing", User(None, &[]), internal(), refused("PERMISSION_DENIED")),
        ("anonymous, off", Nobody, off(everybody()), refused("UNKNOWN_WEBSERVICE")),
        ("service, off", Service, off(internal()), refused("UNKNOWN_WEBSERVICE")),
        ("user, off, full", User(Some(Full), &[7]), off(private()), refused("UNKNOWN_WEBSERVICE")),
        ("super user, off", SuperUser, off(everybody()), refused("UNKNOWN_WEBSERVICE")),
    ]
}

/// 30 §8: the claim `webservices` × the claim `organizations`.
fn of_organizations() -> Vec<Row> {
    vec![
        ("full, in no organization", User(Some(Full), &[]), private(), Ok(Grant::Full)),
        ("full, in an organization: the chain stops", User(Some(Full), &[7]), private(), Ok(Grant::Full)),
        ("owner, in no organization", User(Some(Own), &[]), private(), Ok(rows(true, &[]))),
        ("owner, in an organization: both", User(Some(Own), &[7]), private(), Ok(rows(true, &[7]))),
        ("absent, in an organization", User(None, &[7]), private(), Ok(rows(false, &[7]))),
        ("absent, in two", User(None, &[7, 8]), private(), Ok(rows(false, &[7, 8]))),
        ("absent, in none", User(None, &[]), private(), refused("PERMISSION_DENIED")),
        ("unknown value, in an organization", User(Some(Unknown), &[7]), private(), Ok(rows(false, &[7]))),
        ("public, in an organization", User(None, &[7]), everybody(), Ok(Grant::Public)),
        ("off, in an organization", User(None, &[7]), off(private()), refused("UNKNOWN_WEBSERVICE")),
    ]
}

fn decided(chain: &PermissionChain, asks: &Asks, audience: &Audience) -> Result<Grant, String> {
    let decision = chain.authorize(&asks.actor(), OPERATION, audience);
    decision.map(|decision| decision.grant().clone()).map_err(|error| error.code().to_owned())
}

#[test]
fn every_row_of_the_truth_tables_holds() {
    let chain = PermissionChain::default();
    for (row, asks, audience, expected) in of_users().into_iter().chain(of_organizations()) {
        assert_eq!(decided(&chain, &asks, &audience), expected, "{row}");
    }
}

/// The two permissions of a business server. The reference tells anonymous callers `PERMISSION_DENIED` here, after which its front
/// end never refreshes.
#[test]
fn without_the_anonymous_permission_anonymous_callers_are_told_to_sign_in() {
    let names = ["Jwt".to_owned(), "Organization".to_owned()];
    let chain = PermissionChain::default().ordered(&names).expect("known");
    for asks in [Nobody, Service] {
        for audience in [everybody(), disconnected(), private(), internal()] {
            assert_eq!(decided(&chain, &asks, &audience), refused("ACCESS_DENIED_ERROR"));
        }
    }
    assert_eq!(decided(&chain, &User(None, &[7]), &private()), Ok(rows(false, &[7])));
}
