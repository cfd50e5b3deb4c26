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
fn a_permission_that_panics_denies() {
    let panics = || Says(|| panic!("as asked"));
    for (actor, code) in [(user().super_user().into(), "PERMISSION_DENIED"), (Actor::Anonymous, "ACCESS_DENIED_ERROR")]
    {
        let first: Vec<Box<dyn Permission>> = vec![Box::new(panics()), Box::new(JwtPermission)];
        assert_eq!(decide_by(first, actor), Err(code.to_owned()));
    }
    let after_rows: Vec<Box<dyn Permission>> = vec![Box::new(JwtPermission), Box::new(panics())];
    assert_eq!(decide_by(after_rows, user().grant_own(OPERATION)), Err("PERMISSION_DENIED".to_owned()));
}

/// Allows everybody.
struct Open;

impl Permission for Open {
    fn name(&self) -> &'static str {
        "Open"
    }

    fn check(&self, _: &AccessRequest<'_>) -> Result<Opinion> {
        Ok(Opinion::Allow(Reach::Full))
    }
}

fn ordered(names: &[&str]) -> Result<PermissionChain, Vec<String>> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    PermissionChain::default().with(Open).ordered(&names)
}

#[test]
fn settings_choose_the_permissions_and_their_order() {
    let chain =
        ordered(&["Open", "lys.apps.user_auth.permissions.JWTPermission", "AnonymousPermission"]).expect("known");
    assert_eq!(chain.names().collect::<Vec<_>>(), ["Open", "Jwt", "Anonymous"]);
    let faults = ordered(&["Jwt", "Oracle", "jwt", "Opn"]).err().expect("three faults");
    assert_eq!(faults.len(), 3);
    assert!(
        faults[0].contains("no `Oracle`; there are InternalService, Anonymous, Jwt, Organization, Open"),
        "{faults:?}"
    );
    assert!(faults[1].contains("`jwt` stands there twice"), "{faults:?}");
    let twice = PermissionChain::default().with(Open).with(Open).ordered(&["Open".to_owned()]);
    assert!(twice.err().expect("which one")[0].contains("several permissions"));
}

#[test]
fn the_order_decides_and_what_is_left_out_is_not_asked() {
    let denies = || Says(|| Ok(Opinion::Deny(Denial { code: "LOCKED", status: 403 })));
    let decided = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let chain = PermissionChain::default().with(denies()).ordered(&names).expect("known");
        let decision = chain.authorize(&user().super_user().into(), OPERATION, &Audience::default());
        decision.map(|decision| decision.grant().clone()).map_err(|error| error.code().to_owned())
    };
    assert_eq!(decided(&["Says", "Jwt"]), Err("LOCKED".to_owned()));
    assert_eq!(decided(&["Jwt", "Says"]), Ok(Grant::Full));
    assert_eq!(decided(&["Anonymous"]), Err("PERMISSION_DENIED".to_owned()));
}

#[test]
fn an_operation_that_is_off_is_unknown_whatever_a_permission_says() {
    let off = Audience { enabled: false, ..Audience::default() };
    let chain = PermissionChain::new(vec![Box::new(Open)]);
    for actor in [Actor::Anonymous, service(), user().super_user().into()] {
        assert_eq!(
            chain.authorize(&actor, OPERATION, &off).err().map(|error| error.code().to_owned()).as_deref(),
            Some("UNKNOWN_WEBSERVICE")
        );
    }
}

/// What is written to the log while `work` runs, at the level of an environment.
fn logged(environment: crate::environment::Environment, work: impl FnOnce()) -> String {
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(environment.log_filter()))
        .with_ansi(false)
        .with_writer(move || writer.clone());
    tracing::subscriber::with_default(subscriber.finish(), work);
    let bytes = buffer.0.lock().expect("not poisoned").clone();
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn what_a_super_user_does_is_in_the_audit_log_of_every_environment() {
    for environment in crate::environment::Environment::ALL {
        let told = logged(environment, || drop(decide(user().super_user(), &open_to(Role::ID))));
        let parts = ["lys::audit", "00000000-0000-0000-0000-000000000001", "product"];
        assert!(parts.iter().all(|part| told.contains(part)), "{environment}: {told}");
        assert_eq!(logged(environment, || drop(decide(user().grant(OPERATION), &open_to(Role::ID)))), "");
    }
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
