//! Tokens that are called back, and tokens whose claims are in a store.

use tempfile::TempDir;

use super::*;
use crate::{
    access::{Algorithm, Key, KeyPair, KeyRing, MemoryRevocations},
    data::{Database, DatabaseOptions},
};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn user(number: u128) -> Claims {
    Claims::user(Uuid::from_u128(number)).grant("product")
}

fn secret() -> Arc<Tokens> {
    Arc::new(Tokens::new(SECRET).expect("long enough"))
}

fn pair() -> Arc<Tokens> {
    let pair = KeyPair::generate(Algorithm::EdDsa).expect("a pair");
    let ring = KeyRing::new(Key::read(&pair.private).expect("a key")).expect("a ring");
    Arc::new(Tokens::with_keys(ring, None).expect("one ring"))
}

async fn database() -> (TempDir, Database, Arc<DatabaseSessions>) {
    let home = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}/sessions.db", home.path().display());
    let database = Database::connect(&url, &DatabaseOptions::default()).await.expect("opens");
    let sessions = DatabaseSessions::open(&database).await.expect("makes its tables");
    (home, database, Arc::new(sessions))
}

async fn holds(sessions: &Sessions, token: &str) -> bool {
    sessions.verify(token).get().await.expect("the store answers").is_some()
}

/// What every kind of sessions promises.
async fn check_promises(sessions: &Sessions) {
    let first = sessions.issue(user(1)).await.expect("given");
    let second = sessions.issue(user(1)).await.expect("given");
    let foreign = sessions.issue(user(2)).await.expect("given");
    assert_ne!(first.token, second.token);
    assert_ne!(first.claims.jti, second.claims.jti);
    let claims = sessions.verify(&first.token).get().await.expect("answers").expect("holds");
    assert_eq!(claims, first.claims);
    let lasts = claims.exp - now();
    assert!((3595..=3600).contains(&lasts), "{lasts}");

    sessions.revoke(&first.token).await.expect("noted");
    assert!(!holds(sessions, &first.token).await, "replayed");
    assert!(holds(sessions, &second.token).await && holds(sessions, &foreign.token).await, "the others still hold");
    sessions.revoke(&first.token).await.expect("twice is no fault");
    sessions.revoke("junk").await.expect("nothing to call back");

    sessions.revoke_user(Uuid::from_u128(1)).await.expect("noted");
    assert!(!holds(sessions, &second.token).await);
    assert!(holds(sessions, &foreign.token).await, "another user's");
    for junk in ["", ".", "junk", "a.b.c", &"A".repeat(43), &"a".repeat(100_000), "' OR 1=1 --"] {
        assert!(!holds(sessions, junk).await, "{}", &junk[..junk.len().min(50)]);
    }
}

/// Who changes a password calls all tokens back and gets a new one in the same moment.
async fn check_new_tokens_hold(sessions: &Sessions) {
    sessions.revoke_user(Uuid::from_u128(1)).await.expect("noted");
    let new = sessions.issue(user(1)).await.expect("given");
    assert!(holds(sessions, &new.token).await);
}

#[tokio::test]
async fn signed_tokens_are_called_back_in_memory() {
    for tokens in [secret(), pair()] {
        check_promises(&Sessions::signed(tokens, Arc::new(MemoryRevocations::default()))).await;
    }
    check_new_tokens_hold(&Sessions::signed(pair(), Arc::new(MemoryRevocations::default()))).await;
}

#[tokio::test]
async fn signed_tokens_are_called_back_in_the_database() {
    let (_home, database, store) = database().await;
    let tokens = pair();
    let sessions = Sessions::signed(Arc::clone(&tokens), Arc::<DatabaseSessions>::clone(&store));
    check_promises(&sessions).await;
    check_new_tokens_hold(&sessions).await;
    // Another process knows of it, and one that starts later.
    let token = sessions.issue(user(3)).await.expect("given").token;
    sessions.revoke(&token).await.expect("noted");
    let other = Arc::new(DatabaseSessions::open(&database).await.expect("the tables are there"));
    assert!(!holds(&Sessions::signed(tokens, other), &token).await);
}

#[tokio::test]
async fn opaque_tokens_have_their_claims_in_the_database() {
    let (_home, database, store) = database().await;
    let sessions = Sessions::opaque(secret(), Arc::<DatabaseSessions>::clone(&store));
    check_promises(&sessions).await;
    check_new_tokens_hold(&sessions).await;

    let rights = (0..2000).fold(user(4), |claims, at| claims.grant(format!("operation_{at}")));
    let issued = sessions.issue(rights).await.expect("claims may be as many as they like");
    assert_eq!(issued.token.len(), OPAQUE_LETTERS);
    let claims = sessions.verify(&issued.token).get().await.expect("answers").expect("holds");
    assert_eq!(claims.webservices.len(), 2001);

    // Neither the token nor anything to make one of is in the table; a signed token is none here.
    let sql = "SELECT id, owner, claims FROM lys_session".to_owned();
    let rows = database.read_all(sql, Vec::new()).await.expect("reads");
    let texts: Vec<String> = rows.iter().map(|row| row.get::<String>(0).expect("an id")).collect();
    assert!(texts.contains(&SessionKey::of(&issued.token).to_string()) && !texts.contains(&issued.token));
    for id in &texts {
        assert!(!holds(&sessions, id).await && !holds(&sessions, &id[..OPAQUE_LETTERS]).await, "a row is no token");
    }
    assert!(!holds(&sessions, &secret().user_token(&user(1)).expect("signs")).await);
}

#[tokio::test]
async fn each_request_looks_an_opaque_token_up_once_and_junk_not_at_all() {
    let (_home, database, store) = database().await;
    let sessions = Sessions::opaque(secret(), store);
    let token = sessions.issue(user(1)).await.expect("given").token;
    let log = database.statement_log();
    let _ = log.take();
    assert!(holds(&sessions, &token).await);
    assert_eq!(log.take().len(), 1);
    assert!(!holds(&sessions, "junk").await && !holds(&sessions, &"é".repeat(43)).await);
    assert!(log.take().is_empty());
}

#[tokio::test]
async fn expired_sessions_are_not_found_and_are_swept() {
    let (_home, database, store) = database().await;
    let sessions = Sessions::opaque(secret(), Arc::<DatabaseSessions>::clone(&store));
    let issued = sessions.issue_for(user(1), Duration::ZERO).await.expect("given");
    assert!(!holds(&sessions, &issued.token).await);
    let kept = sessions.issue(user(1)).await.expect("given");
    store.revoke("past", Utc::now()).await.expect("noted");
    store.sweep_now().await.expect("swept");
    let count = async |table: &str| {
        database.read_all(format!("SELECT id FROM {table}"), Vec::new()).await.expect("reads").len()
    };
    assert_eq!((count("lys_session").await, count("lys_revocation").await), (1, 0));
    assert!(holds(&sessions, &kept.token).await);
}

#[tokio::test]
async fn a_store_that_fails_lets_nobody_in() {
    let (_home, database, store) = database().await;
    let transaction = database.begin_alone().await.expect("begins");
    for table in ["lys_session", "lys_revocation"] {
        transaction.execute(format!("DROP TABLE {table}"), Vec::new()).await.expect("drops");
    }
    transaction.commit().await.expect("commits");
    let opaque = Sessions::opaque(secret(), Arc::<DatabaseSessions>::clone(&store));
    let signed = Sessions::signed(secret(), store);
    let token = secret().user_token(&user(1)).expect("signs");
    assert!(signed.verify(&token).get().await.is_err());
    assert!(opaque.verify(&"A".repeat(OPAQUE_LETTERS)).get().await.is_err());
    assert!(opaque.issue(user(1)).await.is_err() && opaque.revoke_user(Uuid::nil()).await.is_err());
    assert!(signed.revoke(&token).await.is_err());
}

#[tokio::test]
async fn tokens_of_the_reference_without_id_and_time_are_called_back_too() {
    let sessions = Sessions::signed(secret(), Arc::new(MemoryRevocations::default()));
    let key = jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes());
    let made = |number| {
        let claims = user(number).expires_in(Duration::from_hours(1));
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).expect("signs")
    };
    let (one, other) = (made(1), made(2));
    assert!(holds(&sessions, &one).await && holds(&sessions, &other).await);
    sessions.revoke(&one).await.expect("noted");
    assert!(!holds(&sessions, &one).await && holds(&sessions, &other).await);
    sessions.revoke_user(Uuid::from_u128(2)).await.expect("noted");
    assert!(!holds(&sessions, &other).await);
}

#[tokio::test]
async fn nothing_holds_longer_than_a_revocation_is_kept() {
    let sessions = Sessions::signed(secret(), Arc::new(MemoryRevocations::default())).lasting(Duration::MAX);
    assert_eq!(sessions.lifetime(), LONGEST_LIFETIME);
    let claims = sessions.issue_for(user(1), Duration::MAX).await.expect("given").claims;
    assert!(claims.exp - now() <= 7 * 24 * 3600);
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn redis_keeps_the_same_promises() {
    let Ok(url) = std::env::var("LYS_TEST_REDIS_URL") else {
        println!("skipped: LYS_TEST_REDIS_URL is not set");
        return;
    };
    // Users of their own: the notes of an earlier run must not count.
    let store = Arc::new(RedisSessions::open(&url).expect("a URL"));
    for number in [1, 2] {
        store.delete_user(Uuid::from_u128(number)).await.expect("answers");
    }
    check_promises(&Sessions::opaque(secret(), Arc::<RedisSessions>::clone(&store))).await;
    check_promises(&Sessions::signed(pair(), Arc::<RedisSessions>::clone(&store))).await;
    check_new_tokens_hold(&Sessions::opaque(secret(), Arc::<RedisSessions>::clone(&store))).await;
    check_new_tokens_hold(&Sessions::signed(pair(), store)).await;
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn without_redis_nobody_is_let_in() {
    assert!(RedisSessions::open("http://127.0.0.1").is_err());
    let store = Arc::new(RedisSessions::open("redis://127.0.0.1:1/").expect("a URL"));
    let sessions = Sessions::opaque(secret(), store);
    assert!(sessions.verify(&"A".repeat(OPAQUE_LETTERS)).get().await.is_err());
    assert!(sessions.issue(user(1)).await.is_err());
}
