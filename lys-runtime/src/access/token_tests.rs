use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
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

fn sign(algorithm: Algorithm, claims: &Json, secret: &str) -> String {
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
    tokens().verify_user(&sign(Algorithm::HS256, claims, SECRET)).is_ok()
}

fn holds_for_service(claims: &Json) -> bool {
    tokens().verify_service(&sign(Algorithm::HS256, claims, SECRET)).is_ok()
}

#[test]
fn short_secrets_are_refused() {
    assert!(Tokens::new(&SECRET[..31]).is_err());
}

#[test]
fn made_tokens_verify() {
    let claims = Claims::user(Uuid::from_u128(1)).grant("product").organization("client", Uuid::from_u128(7), ["a"]);
    let token = tokens().user_token(&claims).expect("signs");
    assert_eq!(tokens().verify_user(&token), Ok(claims));

    let token = tokens().service_token("billing", Duration::from_mins(1)).expect("signs");
    assert_eq!(tokens().verify_service(&token).map(|claims| claims.service_name), Ok("billing".to_owned()));
}

#[test]
fn tokens_of_the_reference_verify() {
    use crate::access::WebserviceClaim::{Full, Owner, Unknown};
    let claims = tokens().verify_user(&sign(Algorithm::HS256, &user_claims(), SECRET)).expect("holds");
    let granted: Vec<_> = claims.webservices.into_iter().collect();
    let expected = [("odd", Unknown), ("odder", Unknown), ("product", Full), ("user", Owner)];
    assert_eq!(granted, expected.map(|(name, claim)| (name.to_owned(), claim)));
    assert_eq!(claims.organizations[&Uuid::from_u128(8)].level, "client");
    assert!(holds_for_service(&service_claims()));
}

// Made by PyJWT 2 with the secret above; expires in 2100.
#[test]
fn a_token_made_outside_verifies() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg": "HS256", "typ": "JWT"}"#);
    let payload = URL_SAFE_NO_PAD.encode(
        r#"{"sub": "00000000-0000-0000-0000-000000000001", "is_super_user": true, "webservices": {}, "exp": 4102444800, "xsrf_token": "x", "iss": "lys-auth", "aud": "lys-api"}"#,
    );
    let message = format!("{header}.{payload}");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("signs");
    assert!(tokens().verify_user(&format!("{message}.{signature}")).is_ok());
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
    let wrong =
        [("aud", json!("lys-api")), ("exp", json!(now() - 1)), ("type", json!("user")), ("iat", json!(now() + 120))];
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
        sign(Algorithm::HS512, &user_claims(), SECRET),
        sign(Algorithm::HS384, &user_claims(), SECRET),
        sign(Algorithm::HS256, &user_claims(), "another secret of thirty-two bytes"),
        String::new(),
        "a.b.c".to_owned(),
    ];
    for token in forged {
        assert!(tokens().verify_user(&token).is_err(), "{token}");
    }
}

#[test]
fn unsigned_tokens_are_refused() {
    let payload = URL_SAFE_NO_PAD.encode(user_claims().to_string());
    let signed = sign(Algorithm::HS256, &user_claims(), SECRET);
    let signature = signed.rsplit('.').next().expect("three parts");
    for algorithm in ["none", "None", "NONE"] {
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": algorithm, "typ": "JWT" }).to_string());
        for signature in ["", signature] {
            assert!(tokens().verify_user(&format!("{header}.{payload}.{signature}")).is_err());
        }
    }
}

#[test]
fn a_changed_payload_is_refused() {
    let token = sign(Algorithm::HS256, &user_claims(), SECRET);
    let parts: Vec<&str> = token.split('.').collect();
    let payload = URL_SAFE_NO_PAD.encode(with(user_claims(), "is_super_user", json!(true)).to_string());
    assert!(tokens().verify_user(&format!("{}.{payload}.{}", parts[0], parts[2])).is_err());
}
