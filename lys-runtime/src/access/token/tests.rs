//! Tokens of a secret: the reference's.

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn tokens() -> Tokens {
    Tokens::new(SECRET).expect("a long secret")
}

fn user_claims() -> Json {
    json!({
        "sub": "00000000-0000-0000-0000-000000000001",
        "is_super_user": false,
        "webservices": { "product": "full", "user": "owner", "odd": "everything", "odder": true },
        "organizations": {
            "00000000-0000-0000-0000-000000000007": { "level": "client", "webservices": ["product"] },
            "00000000-0000-0000-0000-000000000008": { "webservices": ["product"] },
        },
        "exp": now() + 60,
        "xsrf_token": "x",
        "iss": "lys-auth",
        "aud": "lys-api",
        "subscriptions": {},
    })
}

fn service_claims() -> Json {
    json!({
        "type": "service", "service_name": "billing", "instance_id": "abcdefgh",
        "iat": now(), "exp": now() + 60, "iss": "billing", "aud": "lys-internal",
    })
}

fn sign(algorithm: jsonwebtoken::Algorithm, claims: &Json, secret: &str) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).expect("signs")
}

fn with(mut claims: Json, name: &str, value: Json) -> Json {
    claims[name] = value;
    claims
}

fn without(mut claims: Json, name: &str) -> Json {
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

fn holds_for_user(claims: &Json) -> bool {
    tokens().verify_user(&sign(jsonwebtoken::Algorithm::HS256, claims, SECRET)).is_ok()
}

fn holds_for_service(claims: &Json) -> bool {
    tokens().verify_service(&sign(jsonwebtoken::Algorithm::HS256, claims, SECRET)).is_ok()
}

#[test]
fn short_secrets_are_refused() {
    assert!(Tokens::new(&SECRET[..31]).is_err());
}

#[test]
fn made_tokens_verify() {
    let claims = Claims::user(Uuid::from_u128(1)).grant("product").organization("client", Uuid::from_u128(7), ["a"]);
    let token = tokens().user_token(&claims).expect("signs");
    let read = tokens().verify_user(&token).expect("holds");
    assert!(read.jti.as_ref().is_some_and(|id| id.len() == 22));
    assert_eq!(Claims { jti: None, ..read }, claims);

    let token = tokens().service_token("billing", Duration::from_mins(1)).expect("signs");
    assert_eq!(tokens().verify_service(&token).map(|claims| claims.service_name), Ok("billing".to_owned()));
}

/// Python services read what we make: the same header, and no claim whose reading depends on a clock but `exp`.
#[test]
fn a_made_token_has_the_form_of_the_reference() {
    let claims = Claims {
        exp: 4_102_444_800,
        xsrf_token: "x".to_owned(),
        jti: Some("a".to_owned()),
        ..Claims::user(Uuid::from_u128(1))
    };
    let token = tokens().user_token(&claims.grant("product")).expect("signs");
    let texts: Vec<String> = token.split('.').take(2).map(decoded).collect();
    assert_eq!(texts[0], r#"{"alg":"HS256","typ":"JWT"}"#);
    assert_eq!(
        texts[1],
        r#"{"sub":"00000000-0000-0000-0000-000000000001","is_super_user":false,"webservices":{"product":"full"},"exp":4102444800,"xsrf_token":"x","iss":"lys-auth","aud":"lys-api","jti":"a"}"#
    );
    // As PyJWT signs it.
    assert_eq!(token.rsplit('.').next(), Some("RZI2pHfZ9vRgVkNQsIaQU_r7o_ExBYBv0uBHevH54Jw"));
}

fn decoded(part: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("UTF-8")
}

#[test]
fn tokens_of_the_reference_verify() {
    use crate::access::WebserviceClaim::{Full, Owner, Unknown};
    let claims = tokens().verify_user(&sign(jsonwebtoken::Algorithm::HS256, &user_claims(), SECRET)).expect("holds");
    let granted: Vec<_> = claims.webservices.into_iter().collect();
    let expected = [("odd", Unknown), ("odder", Unknown), ("product", Full), ("user", Owner)];
    assert_eq!(granted, expected.map(|(name, claim)| (name.to_owned(), claim)));
    assert_eq!(claims.organizations[&Uuid::from_u128(8)].level, "client");
    assert!(holds_for_service(&service_claims()));
}

#[test]
fn tokens_of_pyjwt_verify() {
    use super::fixtures::{HS256, HS384, HS512, SERVICE};
    let secrets = [SECRET.to_owned(), format!("{SECRET}{}", &SECRET[..16]), SECRET.repeat(2)];
    let algorithms = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
    let rings = algorithms.iter().zip(&secrets).map(|(algorithm, secret)| {
        KeyRing::new([Key::secret(*algorithm, secret).expect("long enough")]).expect("a ring")
    });
    for (at, ring) in rings.enumerate() {
        let tokens = Tokens::with_keys(ring, None).expect("one ring");
        for (other, token) in [HS256, HS384, HS512].into_iter().enumerate() {
            assert_eq!(tokens.verify_user(token).is_ok(), at == other, "{}", algorithms[at]);
        }
    }
    let claims = tokens().verify_user(HS256).expect("holds");
    assert_eq!((claims.sub, claims.webservices.len(), claims.organizations.len()), (Uuid::from_u128(1), 2, 1));
    assert_eq!(tokens().verify_service(SERVICE).map(|claims| claims.instance_id), Ok("abcdefgh".to_owned()));
}

#[test]
fn a_secret_has_as_many_bytes_as_its_hash() {
    for (algorithm, shortest) in [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
        assert!(Key::secret(algorithm, &"s".repeat(shortest)).is_ok());
        let error = Key::secret(algorithm, &"s".repeat(shortest - 1)).expect_err("too short");
        assert!(error.to_string().contains(&format!("needs at least {shortest}")), "{error}");
    }
    assert!(Key::secret(Algorithm::EdDsa, &"s".repeat(64)).is_err());
}

#[test]
fn every_missing_or_wrong_claim_refuses_a_user() {
    for claim in ["sub", "exp", "xsrf_token", "iss", "aud"] {
        assert!(!holds_for_user(&without(user_claims(), claim)), "without {claim}");
    }
    let wrong = [
        ("iss", json!("lys-internal")),
        ("aud", json!("lys-internal")),
        ("exp", json!(now() - 1)),
        ("exp", json!(now())),
        ("exp", json!("soon")),
        ("sub", json!("root")),
        ("xsrf_token", json!("")),
        ("nbf", json!(now() + 60)),
        ("aud", json!(["lys-api"])),
        ("webservices", json!(["product"])),
    ];
    for (claim, value) in wrong {
        assert!(!holds_for_user(&with(user_claims(), claim, value.clone())), "{claim} = {value}");
    }
}

#[test]
fn every_missing_or_wrong_claim_refuses_a_service() {
    for claim in ["type", "service_name", "exp", "iss", "aud"] {
        assert!(!holds_for_service(&without(service_claims(), claim)), "without {claim}");
    }
    let wrong = [
        ("aud", json!("lys-api")),
        ("exp", json!(now() - 1)),
        ("type", json!("user")),
        ("iat", json!(now() + 120)),
        ("iss", json!("another")),
    ];
    for (claim, value) in wrong {
        assert!(!holds_for_service(&with(service_claims(), claim, value.clone())), "{claim} = {value}");
    }
}

#[test]
fn user_and_service_tokens_do_not_pass_for_each_other() {
    assert!(!holds_for_user(&service_claims()));
    assert!(!holds_for_service(&user_claims()));
}

#[test]
fn other_algorithms_and_secrets_are_refused() {
    let forged = [
        sign(jsonwebtoken::Algorithm::HS512, &user_claims(), SECRET),
        sign(jsonwebtoken::Algorithm::HS384, &user_claims(), SECRET),
        sign(jsonwebtoken::Algorithm::HS256, &user_claims(), "another secret of thirty-two bytes"),
        String::new(),
        "a.b.c".to_owned(),
    ];
    for token in forged {
        assert!(tokens().verify_user(&token).is_err(), "{token}");
    }
}
