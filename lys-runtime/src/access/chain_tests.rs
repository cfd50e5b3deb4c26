use super::*;
use crate::{
    access::{AccessLevel, Claims, InternalService, Role, WebserviceClaim},
    error::Error,
    operation::PublicType,
};

const OPERATION: &str = "product";

fn user() -> Claims {
    Claims::user(Uuid::from_u128(1))
}

fn open_to(level: &'static str) -> Audience {
    Audience { levels: vec![level], ..Audience::default() }
}

fn public(public: PublicType) -> Audience {
    Audience { public: Some(public), ..Audience::default() }
}

fn service() -> Actor {
    Actor::Service { name: "billing".to_owned() }
}

fn decide(actor: impl Into<Actor>, audience: &Audience) -> Result<Grant, (String, u16)> {
    let decision = PermissionChain::default().authorize(&actor.into(), OPERATION, audience);
    decision.map(|decision| decision.grant().clone()).map_err(|error| (error.code().to_owned(), error.status()))
}

fn denied(code: &str, status: u16) -> Result<Grant, (String, u16)> {
    Err((code.to_owned(), status))
}

fn within(owner: bool, organizations: &[u128]) -> Grant {
    let ids: Vec<Uuid> = organizations.iter().copied().map(Uuid::from_u128).collect();
    let organizations = if ids.is_empty() { Vec::new() } else { vec![("client".to_owned(), ids)] };
    Grant::Within { owner: owner.then(|| Uuid::from_u128(1)), organizations }
}

#[test]
fn internal_operations_admit_services() {
    assert_eq!(decide(service(), &open_to(InternalService::ID)), Ok(Grant::Full));
}

#[test]
fn elsewhere_a_service_is_anonymous() {
    assert_eq!(decide(service(), &public(PublicType::NoLimitation)), Ok(Grant::Public));
    assert_eq!(decide(service(), &open_to(Role::ID)), denied("ACCESS_DENIED_ERROR", 401));
}

#[test]
fn anonymous_callers_reach_public_operations_only() {
    assert_eq!(decide(Actor::Anonymous, &public(PublicType::NoLimitation)), Ok(Grant::Public));
    assert_eq!(decide(Actor::Anonymous, &public(PublicType::Disconnected)), Ok(Grant::Public));
    assert_eq!(decide(Actor::Anonymous, &open_to(Role::ID)), denied("ACCESS_DENIED_ERROR", 401));
    assert_eq!(decide(Actor::Anonymous, &open_to(InternalService::ID)), denied("ACCESS_DENIED_ERROR", 401));
}

#[test]
fn super_users_reach_whatever_is_enabled() {
    let audiences = [
        public(PublicType::NoLimitation),
        public(PublicType::Disconnected),
        open_to(InternalService::ID),
        Audience::default(),
    ];
    for audience in audiences {
        assert_eq!(decide(user().super_user(), &audience), Ok(Grant::Full), "{audience:?}");
    }
}

#[test]
fn public_operations_need_no_claim() {
    let audience = public(PublicType::NoLimitation);
    assert_eq!(decide(user(), &audience), Ok(Grant::Public));
    assert_eq!(decide(user().grant(OPERATION), &audience), Ok(Grant::Full));
    assert_eq!(decide(user().grant_own(OPERATION), &audience), Ok(Grant::Public));
}

#[test]
fn disconnected_operations_refuse_users() {
    let audience = public(PublicType::Disconnected);
    assert_eq!(decide(user(), &audience), denied("PERMISSION_DENIED", 403));
    assert_eq!(decide(user().grant(OPERATION), &audience), denied("PERMISSION_DENIED", 403));
}

#[test]
fn claims_of_users_grant_rows() {
    let audience = open_to(Role::ID);
    let member = |claims: Claims, id| claims.organization("client", Uuid::from_u128(id), [OPERATION]);
    assert_eq!(decide(user().grant(OPERATION), &audience), Ok(Grant::Full));
    assert_eq!(decide(user().grant_own(OPERATION), &audience), Ok(within(true, &[])));
    assert_eq!(decide(member(user().grant_own(OPERATION), 7), &audience), Ok(within(true, &[7])));
    assert_eq!(decide(member(member(user(), 7), 8), &audience), Ok(within(false, &[7, 8])));
    assert_eq!(decide(member(user().grant(OPERATION), 7), &audience), Ok(Grant::Full));
}

#[test]
fn users_without_the_claim_are_refused() {
    let other = user().grant("other").organization("client", Uuid::from_u128(7), ["other"]);
    assert_eq!(decide(other, &open_to(Role::ID)), denied("PERMISSION_DENIED", 403));
    assert_eq!(decide(user(), &Audience::default()), denied("PERMISSION_DENIED", 403));
}

#[test]
fn no_claim_grants_what_is_for_super_users() {
    let nobody = Audience::default();
    for claims in [user().grant(OPERATION), user().grant_own(OPERATION)] {
        assert_eq!(decide(claims, &nobody), denied("PERMISSION_DENIED", 403));
    }
    let member = user().organization("client", Uuid::from_u128(7), [OPERATION]);
    assert_eq!(decide(member, &nobody), denied("PERMISSION_DENIED", 403));
}

#[test]
fn unknown_claim_values_grant_nothing() {
    let mut claims = user();
    claims.webservices.insert(OPERATION.to_owned(), WebserviceClaim::Unknown);
    assert_eq!(decide(claims, &open_to(Role::ID)), denied("PERMISSION_DENIED", 403));
}

#[test]
fn disabled_operations_are_unknown_to_all() {
    let disabled = Audience { enabled: false, public: Some(PublicType::NoLimitation), ..Audience::default() };
    for actor in [Actor::Anonymous, service(), user().super_user().into(), user().grant(OPERATION).into()] {
        assert_eq!(decide(actor, &disabled), denied("UNKNOWN_WEBSERVICE", 404));
    }
}

struct Says(fn() -> Result<Opinion>);

impl Permission for Says {
    fn name(&self) -> &'static str {
        "Says"
    }

    fn check(&self, _: &AccessRequest<'_>) -> Result<Opinion> {
        self.0()
    }
}

fn decide_by(permissions: Vec<Box<dyn Permission>>, actor: impl Into<Actor>) -> Result<Grant, String> {
    let decision = PermissionChain::new(permissions).authorize(&actor.into(), OPERATION, &Audience::default());
    decision.map(|decision| decision.grant().clone()).map_err(|error| error.code().to_owned())
}

#[test]
fn a_permission_that_fails_denies() {
    let fails = || Says(|| Err(Error::internal("no network")));
    assert_eq!(
        decide_by(vec![Box::new(fails()), Box::new(JwtPermission)], user().grant(OPERATION)),
        Err("PERMISSION_DENIED".to_owned())
    );
    let after_rows: Vec<Box<dyn Permission>> = vec![Box::new(JwtPermission), Box::new(fails())];
    assert_eq!(decide_by(after_rows, user().grant_own(OPERATION)), Err("PERMISSION_DENIED".to_owned()));
}

#[test]
fn an_empty_grant_denies() {
    let empty =
        || Says(|| Ok(Opinion::Within { owner: false, organizations: vec![("client".to_owned(), Vec::new())] }));
    assert_eq!(decide_by(vec![Box::new(empty())], user()), Err("PERMISSION_DENIED".to_owned()));
    let own = Says(|| Ok(Opinion::Within { owner: true, organizations: Vec::new() }));
    assert_eq!(decide_by(vec![Box::new(own)], Actor::Anonymous), Err("ACCESS_DENIED_ERROR".to_owned()));
}

#[test]
fn a_denial_beats_what_was_gathered_and_the_last_reason_is_told() {
    let deny = Says(|| Ok(Opinion::Deny(Denial { code: "LICENCE_REQUIRED", status: 403 })));
    assert_eq!(
        decide_by(vec![Box::new(JwtPermission), Box::new(deny)], user().grant_own(OPERATION)),
        Err("LICENCE_REQUIRED".to_owned())
    );
    let reason = Says(|| Ok(Opinion::AbstainWith(Denial { code: "LICENCE_REQUIRED", status: 403 })));
    assert_eq!(decide_by(vec![Box::new(reason)], user()), Err("LICENCE_REQUIRED".to_owned()));
}

#[test]
fn a_chain_without_permissions_denies_and_tells_anonymous_callers_to_sign_in() {
    assert_eq!(decide_by(Vec::new(), user().super_user()), Err("PERMISSION_DENIED".to_owned()));
    assert_eq!(decide_by(Vec::new(), Actor::Anonymous), Err("ACCESS_DENIED_ERROR".to_owned()));
}

/// A right to a field of some rows shows it where all rows are such rows, and nowhere else.
#[test]
fn a_decision_on_a_field_covers_no_more_rows_than_its_own() {
    let other_owner = Grant::Within { owner: Some(Uuid::from_u128(2)), organizations: Vec::new() };
    let other_level =
        Grant::Within { owner: None, organizations: vec![("region".to_owned(), vec![Uuid::from_u128(7)])] };
    for (field, rows, limited, covered) in [
        (Grant::Full, Grant::Full, false, true),
        (Grant::Full, within(true, &[7]), false, true),
        (Grant::Full, Grant::Public, false, true),
        (Grant::Public, Grant::Public, true, false),
        (Grant::Public, within(true, &[]), true, false),
        (within(true, &[7]), Grant::Full, true, false),
        (within(true, &[7]), Grant::Public, true, false),
        (within(true, &[]), within(true, &[]), true, true),
        (within(true, &[]), within(true, &[]), false, false),
        (within(true, &[]), other_owner, true, false),
        (within(true, &[]), within(false, &[7]), true, false),
        (within(false, &[7]), within(true, &[7]), true, false),
        (within(false, &[7]), within(false, &[7]), true, true),
        (within(false, &[7, 8]), within(false, &[8]), true, true),
        (within(false, &[7]), within(false, &[7, 8]), true, false),
        (within(true, &[7]), within(false, &[7]), true, true),
        (within(false, &[7]), other_level, true, false),
    ] {
        let covers = Decision::new(field.clone()).covers(&Decision::new(rows.clone()), limited);
        assert_eq!(covers, covered, "{field:?} on {rows:?}, limited: {limited}");
    }
}
