//! Access tokens, made the way the user apps make them.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::Outcome;

/// The secret that both servers get.
pub(crate) const SECRET: &str = "the-benchmark-signs-its-tokens-with-this";

/// A token that may read and write everything.
pub(crate) fn super_user() -> Outcome<String> {
    sign(true, &json!({}), None)
}

/// A token of a member of `client`, whose role opens the catalog for that client only.
pub(crate) fn member(client: &str) -> Outcome<String> {
    let webservices = json!({
        "all_languages": "full", "all_categories": "full", "connected_user": "full",
        "refresh_access_token": "full", "logout": "full", "user": "owner", "update_password": "owner",
    });
    let catalog = ["product", "all_products", "update_product", "delete_product"];
    sign(false, &webservices, Some(json!({ client: { "level": "client", "webservices": catalog } })))
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
