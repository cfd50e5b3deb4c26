//! Access tokens, made the way the user apps make them.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::Outcome;

/// The secret that both servers get.
pub(crate) const SECRET: &str = "the-benchmark-signs-its-tokens-with-this";

/// The operations that everybody who is signed in may use, in the claims of every token.
fn of_everybody() -> Value {
    json!({
        "all_languages": "full", "all_categories": "full", "connected_user": "full",
        "refresh_access_token": "full", "logout": "full", "user": "owner", "update_password": "owner",
    })
}

/// A token that may read and write everything.
pub(crate) fn super_user() -> Outcome<String> {
    sign(true, &json!({}), None)
}

/// A token of a member of `client`, whose role opens the catalog for that client only.
pub(crate) fn member(client: &str) -> Outcome<String> {
    let catalog = ["product", "all_products", "update_product", "delete_product"];
    sign(false, &of_everybody(), Some(json!({ client: { "level": "client", "webservices": catalog } })))
}

/// A token of somebody whose global role lets him add products.
pub(crate) fn manager() -> Outcome<String> {
    let mut webservices = of_everybody();
    webservices["create_product"] = json!("full");
    sign(false, &webservices, None)
}

/// A token of somebody who may do nothing with the catalog.
pub(crate) fn stranger() -> Outcome<String> {
    sign(false, &of_everybody(), None)
}

/// Signs the claims of an access token.
fn sign(is_super_user: bool, webservices: &Value, organizations: Option<Value>) -> Outcome<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut claims = json!({
        "sub": "6f9d4d4e-6f57-4d34-9d0c-2a8f6a1f0c11",
        "is_super_user": is_super_user,
        "webservices": webservices,
        "exp": now + 24 * 60 * 60,
        "xsrf_token": "unused-with-a-bearer-token",
        "iss": "lys-auth",
        "aud": "lys-api",
    });
    if let Some(organizations) = organizations {
        claims["organizations"] = organizations;
    }
    Ok(jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))?)
}
