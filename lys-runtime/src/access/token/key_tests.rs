//! Key pairs: read, made, turned over.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{fixtures, *};

/// The Ed25519 key of RFC 8037, appendix A.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"rfc8037",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// The P-256 key of RFC 7515, appendix A.3.
const P256: &str = r#"{"kty":"EC","crv":"P-256","kid":"rfc7515",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

pub(super) fn key(text: &str) -> Key {
    Key::read(text).expect("a key").remove(0)
}

pub(super) fn fresh(algorithm: Algorithm) -> Key {
    key(&KeyPair::generate(algorithm).expect("a pair").private)
}

pub(super) fn verifier(keys: impl IntoIterator<Item = Key>) -> Tokens {
    Tokens::with_keys(KeyRing::new(keys).expect("a ring"), None).expect("one ring")
}

fn user() -> Claims {
    Claims::user(Uuid::from_u128(1))
}

fn in_a_minute() -> DateTime<Utc> {
    Utc::now() + TimeDelta::minutes(1)
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    let without_kid = ED25519.replace(r#""kid":"rfc8037","#, "");
    // RFC 8037, appendix A.3.
    assert_eq!(key(&without_kid).id(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    assert_eq!((key(ED25519).id(), key(P256).id()), (Some("rfc8037"), Some("rfc7515")));
}

#[test]
fn tokens_of_pyjwt_verify() {
    let both = verifier([key(ED25519).public(), key(P256).public()]);
    for token in [fixtures::ED25519, fixtures::P256] {
        let claims = both.verify_user(token).expect("holds");
        assert_eq!((claims.jti.as_deref(), claims.iat), (Some("of-python"), Some(1_763_910_000.0)));
    }
    assert!(verifier([key(P256)]).verify_user(fixtures::ED25519).is_err());
    assert!(verifier([key(ED25519)]).verify_user(fixtures::P256).is_err());
}

#[test]
fn a_made_pair_signs_and_its_public_half_verifies() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let pair = KeyPair::generate(algorithm).expect("a pair");
        let (private, public) = (key(&pair.private), key(&pair.public));
        assert_eq!((private.id(), public.id()), (Some(pair.id.as_str()), Some(pair.id.as_str())));
        assert!(private.signs() && !public.signs());
        let token = verifier([private]).user_token(&user().grant("product")).expect("signs");
        let claims = verifier([public.clone()]).verify_user(&token).expect("holds");
        assert!(claims.jti.is_some() && claims.iat.is_some_and(|iat| (exact_now() - iat).abs() < 5.0));
        let refused = verifier([public]).user_token(&user()).expect_err("a public key signs nothing");
        assert!(refused.is_internal());
        assert!(!format!("{pair:?}").contains("PRIVATE"));
    }
    assert!(KeyPair::generate(Algorithm::Hs256).is_err());
}

#[test]
fn keys_turn_over_without_an_interruption() {
    let (old, new) = (fresh(Algorithm::EdDsa), fresh(Algorithm::Es256));
    let before = verifier([old.clone()]);
    let during = verifier([new.clone(), old.clone().public().until(in_a_minute())]);
    let after = verifier([new.clone()]);
    let token = before.user_token(&user()).expect("signs");
    assert!(during.verify_user(&token).is_ok(), "what the old key signed still holds");
    assert!(after.verify_user(&token).is_err());
    let token = during.user_token(&user()).expect("the new key signs");
    assert!(after.verify_user(&token).is_ok() && before.verify_user(&token).is_err());
    // The old private half may stay: the first one signs.
    let both = verifier([new, old]);
    assert!(after.verify_user(&both.user_token(&user()).expect("signs")).is_ok());
}

#[test]
fn a_key_whose_time_is_over_verifies_nothing_and_signs_nothing() {
    let (old, new) = (fresh(Algorithm::EdDsa), fresh(Algorithm::EdDsa));
    let token = verifier([old.clone()]).user_token(&user()).expect("signs");
    let ring = [new, old.clone().public().until(Utc::now())];
    assert_eq!(verifier(ring).verify_user(&token), Err(refused("the time of its key is over")));
    assert!(KeyRing::new([old.until(Utc::now())]).is_err());
}

#[test]
fn rings_that_nobody_could_mean_are_refused() {
    let (a, b) = (fresh(Algorithm::EdDsa), fresh(Algorithm::EdDsa));
    let secret = Key::secret(Algorithm::Hs256, &"s".repeat(32)).expect("long enough");
    let faults = [
        KeyRing::new([]),
        KeyRing::new([a.clone(), a.clone().public()]),
        KeyRing::new([a.clone(), b.named(a.id().unwrap_or_default())]),
        KeyRing::new([a.clone(), secret]),
    ];
    for (fault, part) in faults.into_iter().zip(["no key", "two keys have", "two keys have", "a secret has no id"]) {
        assert!(fault.expect_err(part).to_string().contains(part));
    }
    let ring = KeyRing::new([a]).expect("a ring");
    assert!(Tokens::with_keys(ring.clone(), Some(ring)).is_err());
}

#[test]
fn a_set_of_keys_is_read_in_order() {
    let set = format!(r#"{{"keys":[{ED25519},{P256}]}}"#);
    let ids: Vec<_> =
        Key::read(&set).expect("two keys").iter().map(|key| key.id().unwrap_or_default().to_owned()).collect();
    assert_eq!(ids, ["rfc8037", "rfc7515"]);
}

#[test]
fn texts_that_are_no_usable_key_are_refused_and_not_repeated() {
    let jwk = |name: &str, value: serde_json::Value| {
        let mut jwk: serde_json::Value = serde_json::from_str(ED25519).expect("JSON");
        jwk[name] = value;
        jwk.to_string()
    };
    let of_p256 = |name: &str, value: &str| {
        let mut jwk: serde_json::Value = serde_json::from_str(P256).expect("JSON");
        jwk[name] = json!(value);
        jwk.to_string()
    };
    let other = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
    let pair = KeyPair::generate(Algorithm::EdDsa).expect("a pair");
    let wrong = [
        String::new(),
        "hunter2".to_owned(),
        "{}".to_owned(),
        r#"{"kty":"oct","k":"aHVudGVyMg"}"#.to_owned(),
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.to_owned(),
        jwk("x", json!(other)),
        jwk("d", json!("c2hvcnQ")),
        jwk("crv", json!("Ed448")),
        jwk("use", json!("enc")),
        jwk("alg", json!("HS256")),
        jwk("kid", json!("")),
        // The neutral point: it verifies anything.
        r#"{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(),
        of_p256("y", other),
        of_p256("d", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"),
        of_p256("crv", "secp256k1"),
        pair.private.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
        pair.public.replace("PUBLIC KEY", "CERTIFICATE"),
        pair.private.replace('M', "N"),
    ];
    for text in wrong {
        let error = Key::read(&text).expect_err(&text).to_string();
        assert!(!error.contains("hunter2") && !error.contains("nWGx") && !error.contains("aHVu"), "{error}");
    }
}
