//! Tokens that somebody made up, took from elsewhere or changed.

use jsonwebtoken::{EncodingKey, Header as AnyHeader, encode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    key_tests::{fresh, key, verifier},
    *,
};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn claims() -> Json {
    json!({
        "sub": Uuid::from_u128(1), "is_super_user": false, "webservices": {}, "exp": now() + 60, "iat": now(),
        "xsrf_token": "x", "iss": "lys-auth", "aud": "lys-api", "jti": "a",
    })
}

fn part(json: &Json) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token with any header and claims, signed with the private half of `key` whatever the header says.
fn forged(header: &Json, claims: &Json, key: &Key) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signing = key.signing.as_ref().expect("a private half");
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), signing, key.algorithm.of_crate()).expect("signs");
    format!("{message}.{signature}")
}

fn header(key: &Key) -> Json {
    json!({ "alg": key.algorithm.name(), "kid": key.id, "typ": "at+jwt" })
}

fn with(mut json: Json, name: &str, value: Json) -> Json {
    json[name] = value;
    json
}

fn without(mut json: Json, name: &str) -> Json {
    json.as_object_mut().expect("an object").remove(name);
    json
}

#[test]
fn the_forger_of_these_tests_makes_tokens_that_hold() {
    for key in [fresh(Algorithm::EdDsa), fresh(Algorithm::Es256)] {
        assert!(verifier([key.clone()]).verify_user(&forged(&header(&key), &claims(), &key)).is_ok());
    }
    let secret = Key::secret(Algorithm::Hs256, SECRET).expect("long enough");
    let token = forged(&json!({ "alg": "HS256" }), &claims(), &secret);
    assert!(Tokens::new(SECRET).expect("long enough").verify_user(&token).is_ok());
}

/// The classic: what everybody may know, the public key, is used as the secret of an HMAC.
#[test]
fn a_public_key_is_no_secret() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let pair = KeyPair::generate(algorithm).expect("a pair");
        let tokens = verifier([key(&pair.public)]);
        let raw = key(&pair.public).verifying.try_get_as_bytes().expect("bytes").to_vec();
        for secret in [pair.public.as_bytes(), pair.public.trim().as_bytes(), &raw] {
            for typ in ["at+jwt", "JWT"] {
                let mut header = AnyHeader::new(jsonwebtoken::Algorithm::HS256);
                (header.kid, header.typ) = (Some(pair.id.clone()), Some(typ.to_owned()));
                let token = encode(&header, &claims(), &EncodingKey::from_secret(secret)).expect("signs");
                assert!(tokens.verify_user(&token).is_err(), "{algorithm} {typ}");
            }
        }
    }
}

#[test]
fn the_header_chooses_neither_algorithm_nor_key() {
    let (ours, theirs) = (fresh(Algorithm::EdDsa), fresh(Algorithm::EdDsa));
    let other = fresh(Algorithm::Es256);
    let tokens = verifier([ours.clone(), other.clone()]);
    let wrong = [
        with(header(&ours), "alg", json!("ES256")),
        with(header(&ours), "alg", json!("HS256")),
        with(header(&ours), "alg", json!("eddsa")),
        with(header(&ours), "alg", json!("none")),
        with(header(&ours), "alg", json!(null)),
        without(header(&ours), "alg"),
        without(header(&ours), "kid"),
        with(header(&ours), "kid", json!("")),
        with(header(&ours), "kid", json!(7)),
        with(header(&ours), "kid", json!("../../dev/null")),
        with(header(&ours), "kid", json!("x' UNION SELECT 'a")),
        with(header(&ours), "kid", json!(other.id)),
        with(header(&ours), "crit", json!(["exp"])),
        with(with(header(&ours), "crit", json!(["b64"])), "b64", json!(false)),
        json!([]),
        json!("header"),
    ];
    for header in wrong {
        assert!(tokens.verify_user(&forged(&header, &claims(), &ours)).is_err(), "{header}");
    }
    // A key, an address or a certificate that the token brings along is not trusted, and a foreign key under our id does not help.
    let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    for (name, value) in [
        ("jwk", public),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
    ] {
        for id in [&ours.id, &theirs.id] {
            let header = with(with(header(&theirs), "kid", json!(id)), name, value.clone());
            assert!(tokens.verify_user(&forged(&header, &claims(), &theirs)).is_err(), "{name}");
        }
        assert!(
            tokens.verify_user(&forged(&with(header(&ours), name, value), &claims(), &ours)).is_ok(),
            "{name} has no say"
        );
    }
}

#[test]
fn unsigned_tokens_are_refused() {
    let ours = fresh(Algorithm::EdDsa);
    let secret = Key::secret(Algorithm::Hs256, SECRET).expect("long enough");
    let kinds = [(Tokens::new(SECRET).expect("long enough"), secret), (verifier([ours.clone()]), ours)];
    for (tokens, key) in &kinds {
        let signed = forged(&header(key), &claims(), key);
        let signature = signed.rsplit('.').next().unwrap_or_default();
        for algorithm in ["none", "None", "NONE", "nOnE", ""] {
            let message = format!("{}.{}", part(&with(header(key), "alg", json!(algorithm))), part(&claims()));
            for signature in ["", signature, "AA"] {
                assert!(tokens.verify_user(&format!("{message}.{signature}")).is_err(), "{algorithm}");
            }
            assert!(tokens.verify_user(&message).is_err());
        }
        let message = format!("{}.{}", part(&header(key)), part(&claims()));
        assert!(tokens.verify_user(&format!("{message}.")).is_err());
    }
}

#[test]
fn every_claim_is_required_and_checked() {
    let key = fresh(Algorithm::EdDsa);
    let tokens = verifier([key.clone()]);
    let holds = |claims: &Json| tokens.verify_user(&forged(&header(&key), claims, &key)).is_ok();
    assert!(holds(&claims()));
    for name in ["sub", "exp", "iat", "jti", "iss", "aud", "xsrf_token"] {
        assert!(!holds(&without(claims(), name)), "without {name}");
        assert!(!holds(&with(claims(), name, json!(null))), "{name} = null");
    }
    for (name, value) in [
        ("exp", json!(now())),
        ("exp", json!(now() - 1)),
        ("exp", json!(1.5e300)),
        ("nbf", json!(now() + 60)),
        ("iss", json!("evil")),
        ("aud", json!("lys-internal")),
        ("aud", json!(["lys-api", "evil"])),
    ] {
        assert!(!holds(&with(claims(), name, value.clone())), "{name} = {value}");
    }
    // What a token says twice, it does not say.
    let twice = claims().to_string().replacen('{', r#"{"exp":1,"#, 1);
    let message = format!("{}.{}", part(&header(&key)), URL_SAFE_NO_PAD.encode(twice));
    let signing = key.signing.as_ref().expect("signs");
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), signing, key.algorithm.of_crate()).expect("signs");
    assert!(tokens.verify_user(&format!("{message}.{signature}")).is_err());
}

#[test]
fn tokens_of_one_kind_never_pass_for_the_other() {
    let (user, service) = (fresh(Algorithm::EdDsa), fresh(Algorithm::EdDsa));
    let ring = |key: &Key| KeyRing::new([key.clone()]).expect("a ring");
    let tokens = Tokens::with_keys(ring(&user), Some(ring(&service))).expect("two keys");
    let of_user = tokens.user_token(&Claims::user(Uuid::from_u128(1)).super_user()).expect("signs");
    let of_service = tokens.service_token("billing", Duration::from_mins(1)).expect("signs");
    assert!(tokens.verify_user(&of_user).is_ok() && tokens.verify_service(&of_service).is_ok());
    assert!(tokens.verify_user(&of_service).is_err() && tokens.verify_service(&of_user).is_err());
    // A service that signs user claims with its own key, under either id and type.
    for id in [&user.id, &service.id] {
        for typ in ["at+jwt", "service+jwt", "application/at+jwt", "JWT"] {
            let header = json!({ "alg": "EdDSA", "kid": id, "typ": typ });
            assert!(tokens.verify_user(&forged(&header, &claims(), &service)).is_err(), "{typ}");
        }
    }
    // A token of the right key for something else.
    for typ in [json!("JWT"), json!("service+jwt"), json!("text/at+jwt"), json!(null), json!("")] {
        assert!(tokens.verify_user(&forged(&with(header(&user), "typ", typ), &claims(), &user)).is_err());
    }
    assert!(
        tokens.verify_user(&forged(&with(header(&user), "typ", json!("application/AT+JWT")), &claims(), &user)).is_ok()
    );
    assert!(verifier([user]).verify_service(&of_service).is_err(), "without a ring for services");
}

#[test]
fn tokens_that_were_changed_are_refused() {
    for key in [fresh(Algorithm::EdDsa), fresh(Algorithm::Es256)] {
        let tokens = verifier([key.clone()]);
        let token = forged(&header(&key), &claims(), &key);
        let parts: Vec<&str> = token.split('.').collect();
        let raised = part(&with(claims(), "is_super_user", json!(true)));
        assert!(tokens.verify_user(&format!("{}.{raised}.{}", parts[0], parts[2])).is_err());
        // Each byte counts, those of the signature too; nothing may stand around or between.
        for at in (0..token.len()).step_by(7) {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(tokens.verify_user(&String::from_utf8(bytes).expect("ASCII")).is_err(), "{at}");
        }
        for text in [
            format!("{token}."),
            format!(".{token}"),
            format!("{token}="),
            format!(" {token}"),
            format!("{token}\n"),
            format!("{token}.{}", parts[2]),
            token.replacen('.', "..", 1),
            parts[1].to_owned(),
            ".".to_owned(),
            "..".to_owned(),
        ] {
            assert!(tokens.verify_user(&text).is_err(), "{text}");
        }
    }
}

#[test]
fn long_tokens_are_not_looked_at_and_not_made() {
    let tokens = Tokens::new(SECRET).expect("long enough");
    let rights = |count: usize| {
        (0..count).fold(Claims::user(Uuid::from_u128(1)), |claims, at| claims.grant(format!("operation_{at:04}")))
    };
    let long = tokens.user_token(&rights(400)).expect("long, but read");
    assert!(long.len() > 8 * 1024 && tokens.verify_user(&long).is_ok());
    let error = tokens.user_token(&rights(1000)).expect_err("nobody would read it");
    assert_eq!(error.code(), "TOKEN_TOO_LARGE");
    let key = Key::secret(Algorithm::Hs256, SECRET).expect("long enough");
    let padded = with(claims(), "padding", json!("a".repeat(LONGEST_TOKEN)));
    let token = forged(&json!({ "alg": "HS256" }), &padded, &key);
    assert_eq!(tokens.verify_user(&token), Err(refused("it is too long")));
    assert!(tokens.verify_user(&"a.".repeat(LONGEST_TOKEN)).is_err());
}
