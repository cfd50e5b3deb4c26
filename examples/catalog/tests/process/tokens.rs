//! Keys, opaque tokens and permissions as an operator sets them up.

use serde_json::json;
use tempfile::TempDir;

use crate::kit::{PAGE, Server, catalog, printed, read, refused};

fn settings(directory: &TempDir, text: &str) {
    std::fs::write(directory.path().join("lys.toml"), text).unwrap();
}

#[test]
fn keys_are_made_once_and_sign_tokens() {
    let directory = TempDir::new().unwrap();
    let made = printed(catalog(directory.path(), &["keys", "generate", "keys/user.pem"]));
    assert!(made.contains("EdDSA key ") && made.contains("keys/user.pub.pem") && !made.contains("PRIVATE"), "{made}");
    let said = refused(catalog(directory.path(), &["keys", "generate", "keys/user.pem"]));
    assert!(said.contains("keys/user.pub.pem cannot be written"), "{said}");

    settings(&directory, "[auth]\nkeys = [\"keys/user.pem\"]\n");
    let token = crate::kit::token(directory.path(), "acme-member");
    let server = Server::start(directory.path());
    let page = server.client(&token).data(PAGE, &json!({}));
    assert_eq!(page["allProducts"]["pageInfo"]["totalCount"], 20);
    assert!(!directory.path().join(".lys/secret").exists(), "no secret is needed");

    // With the public key alone, tokens are verified and none is made.
    settings(&directory, "[auth]\nkeys = [\"keys/user.pub.pem\"]\n");
    let said = refused(catalog(directory.path(), &["token", "--as", "acme-member"]));
    assert!(said.contains("public keys only"), "{said}");
}

#[test]
fn opaque_tokens_are_chosen_by_a_setting() {
    let directory = TempDir::new().unwrap();
    settings(&directory, "[auth]\ntokens = \"opaque\"\n");
    let token = crate::kit::token(directory.path(), "acme-member");
    assert_eq!(token.len(), 43);
    let server = Server::start(directory.path());
    let total = |token: &str| server.client(token).send(PAGE, &json!({})).unwrap().1;
    assert_eq!(total(&token)["data"]["allProducts"]["pageInfo"]["totalCount"], 20);
    let printed_token = server.greeting.split("Bearer ").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(total(printed_token)["data"]["allProducts"]["pageInfo"]["totalCount"], 40);
    assert_eq!(total(&"A".repeat(43))["errors"][0]["message"], "ACCESS_DENIED_ERROR");
    std::fs::write(directory.path().join("page.graphql"), PAGE).unwrap();
    let tree = printed(catalog(directory.path(), &["explain", "page.graphql", "--as", &token]));
    assert!(tree.contains("allProducts"), "{tree}");
    let stored = read(directory.path(), &["SELECT id FROM lys_session"]);
    assert!(stored[0].len() >= 2 && !stored[0].contains(&token));
}

#[test]
fn permissions_are_those_of_the_settings() {
    let directory = TempDir::new().unwrap();
    settings(&directory, "permissions = [\"Anonymous\", \"Jwt\", \"Oracle\"]\n");
    let said = refused(catalog(directory.path(), &["--port", "0"]));
    assert!(said.contains("permissions: there is no `Oracle`; there are InternalService, Anonymous, Jwt"), "{said}");
    // Without the permission of organizations, a member of one may nothing.
    settings(&directory, "permissions = [\"Anonymous\", \"lys.apps.user_auth.permissions.JWTPermission\"]\n");
    let token = crate::kit::token(directory.path(), "acme-member");
    let server = Server::start(directory.path());
    let (_, answer) = server.client(&token).send(PAGE, &json!({})).unwrap();
    assert_eq!(answer["errors"][0]["message"], "PERMISSION_DENIED");
}
