use std::time::Duration;

use super::*;
use crate::{access::Claims, boot::config::Sources, environment::Environment};

fn load(file: &str) -> Result<Config, String> {
    let sources = Sources { file: Some(("lys.toml".to_owned(), file.to_owned())), ..Sources::default() };
    Config::load("shop", &sources).map_err(|error| error.to_string())
}

fn tokens_of(file: &str) -> Result<Tokens, String> {
    tokens(&load(file)?).map_err(|error| error.to_string())
}

fn user() -> Claims {
    Claims::user(uuid::Uuid::from_u128(1))
}

/// A key pair in files of a new directory.
fn pair(algorithm: Algorithm) -> (tempfile::TempDir, String, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("keys/user.pem");
    let (_, public) = write_pair(&file, algorithm).expect("written");
    let text = |path: &Path| path.display().to_string();
    (directory, text(&file), text(&public))
}

#[test]
fn a_private_key_is_for_its_owner_and_nothing_is_overwritten() {
    let (_directory, private, public) = pair(Algorithm::EdDsa);
    assert!(public.ends_with("keys/user.pub.pem"), "{public}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
        assert_eq!(mode(&private), 0o600);
    }
    let before = fs::read_to_string(&private).expect("read");
    assert!(write_pair(Path::new(&private), Algorithm::EdDsa).is_err());
    assert_eq!(fs::read_to_string(&private).expect("read"), before);
    fs::remove_file(&private).expect("removed");
    assert!(write_pair(Path::new(&private), Algorithm::EdDsa).is_err(), "the public key is still there");
    assert!(!Path::new(&private).exists());
}

#[test]
fn one_server_signs_and_the_others_verify() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        let (_directory, private, public) = pair(algorithm);
        let signing = tokens_of(&format!("env = \"prod\"\n[auth]\nkeys = [{private:?}]")).expect("no secret is needed");
        let verifying =
            tokens_of(&format!("env = \"prod\"\n[auth]\nkeys = [{public:?}]")).expect("no secret is needed");
        let token = signing.user_token(&user()).expect("signs");
        assert!(verifying.verify_user(&token).is_ok(), "{algorithm}");
        assert!(signing.signs() && !verifying.signs());
        assert!(verifying.user_token(&user()).is_err());
        // Without keys of their own, services have no tokens.
        assert!(signing.service_token("billing", Duration::from_mins(1)).is_err());
    }
}

#[test]
fn keys_are_given_as_paths_texts_and_tables() {
    let (_directory, private, public) = pair(Algorithm::EdDsa);
    let text = fs::read_to_string(&private).expect("read");
    let (_other, old, _) = pair(Algorithm::Es256);
    let file = format!(
        "[auth]\nkeys = [{{ key = {text:?}, kid = \"new\" }}, {{ file = {old:?}, kid = \"old\", not_after = 2100-01-01T00:00:00Z }}]"
    );
    let signing = tokens_of(&file).expect("both are read");
    let token = signing.user_token(&user()).expect("signs");
    assert!(signing.verify_user(&token).is_ok());
    assert!(
        tokens_of(&format!("[auth]\nkeys = [{public:?}]")).expect("reads").verify_user(&token).is_err(),
        "another kid"
    );
    let sources = Sources { environment: vec![("LYS_AUTH__KEYS".to_owned(), text)], ..Sources::default() };
    assert!(tokens(&Config::load("shop", &sources).expect("loads")).expect("a key").signs());
    let paths = format!("{private},{old}");
    let sources = Sources { environment: vec![("LYS_AUTH__KEYS".to_owned(), paths)], ..Sources::default() };
    assert!(tokens(&Config::load("shop", &sources).expect("loads")).expect("two keys").signs());
}

#[test]
fn services_have_keys_of_their_own() {
    let (_directory, private, _) = pair(Algorithm::EdDsa);
    let (_other, service, _) = pair(Algorithm::EdDsa);
    let tokens = tokens_of(&format!("[auth]\nkeys = [{private:?}]\nservice_keys = [{service:?}]")).expect("reads");
    let token = tokens.service_token("billing", Duration::from_mins(1)).expect("signs");
    assert!(tokens.verify_service(&token).is_ok());
    let fault = tokens_of(&format!("[auth]\nkeys = [{private:?}]\nservice_keys = [{private:?}]")).expect_err("one key");
    assert!(fault.contains("signs tokens of users and of services; use two"), "{fault}");

    let secret = |start: &str| format!("{start}{}", "s".repeat(32));
    let file = format!("secret_key = {:?}\n[auth]\nservice_secret_key = {:?}", secret("a"), secret("b"));
    let apart = tokens_of(&file).expect("two secrets");
    let together = tokens_of(&format!("secret_key = {:?}", secret("a"))).expect("one secret");
    let token = together.service_token("billing", Duration::from_mins(1)).expect("signs");
    assert!(together.verify_service(&token).is_ok());
    assert!(apart.verify_service(&token).is_err(), "the secret of users signs nothing for services");
}

#[test]
fn faults_name_the_setting_and_repeat_no_key() {
    let (_directory, private, _) = pair(Algorithm::EdDsa);
    let refused = [
        ("[auth]\nkeys = [\"nowhere.pem\"]".to_owned(), "auth.keys: nowhere.pem cannot be read"),
        (format!("[auth]\nkeys = [{private:?}, {private:?}]"), "auth.keys: two keys have the id"),
        (
            format!("[auth]\nkeys = [{{ file = {private:?}, not_after = 2020-01-01T00:00:00Z }}]"),
            "auth.keys: the time of the key that signs is over",
        ),
        ("[auth]\nkeys = [{ key = \"{ hunter2\" }]".to_owned(), "auth.keys: the key that is given: it is no JWK"),
        ("[auth]\nkeys = [{ key = \"hunter2\", kidd = \"a\" }]".to_owned(), "a key is a path, or a table"),
        (format!("[auth]\nkeys = [{{ file = {private:?}, not_after = \"soon\" }}]"), "`not_after` is no time"),
        ("[auth]\nencryption_algorithm = \"none\"".to_owned(), "`none` is no algorithm of tokens"),
        ("[auth]\nencryption_algorithm = \"EdDSA\"".to_owned(), "EdDSA has no secret; name the keys in `auth.keys`"),
        (format!("[auth]\nkeys = [{private:?}]\nencryption_algorithm = \"HS256\""), "bring their own"),
        (format!("[auth]\nkeys = [{private:?}]\nservice_secret_key = \"hunter2\""), "signed with key pairs"),
        ("[auth]\nservice_secret_key = \"hunter2\"".to_owned(), "has 7 bytes; HS256 needs at least 32"),
        ("[auth]\ncookie_same_site = \"none\"\ncookie_secure = false".to_owned(), "browsers drop cookies with `none`"),
        ("[auth]\ncookie_domain = \"a b\"".to_owned(), "`a b` is no domain"),
        (
            "[auth]\ntrusted_origins = [\"https://a.com/x\", \"https://b.com\"]".to_owned(),
            "`https://a.com/x` is no origin",
        ),
        ("[auth]\ntokens = \"paseto\"".to_owned(), "`paseto` is none of `jwt`, `opaque`"),
        (
            "[auth]\nrevocations = \"redis\"".to_owned(),
            if cfg!(feature = "redis") { "auth.redis_url" } else { "has no Redis" },
        ),
        ("[auth]\naccess_token_expire_minutes = 100000".to_owned(), "for a week at most"),
        ("permissions = []".to_owned(), "permissions: the list is empty"),
    ];
    for (file, part) in refused {
        let fault = tokens_of(&file).expect_err(part);
        assert!(fault.contains(part) && !fault.contains("hunter2"), "{part} in {fault}");
    }
}

#[test]
fn every_algorithm_has_its_shortest_secret() {
    for (algorithm, shortest) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
        let file = |bytes: usize| {
            let secret = "s".repeat(bytes);
            format!("env = \"prod\"\nsecret_key = \"{secret}\"\n[auth]\nencryption_algorithm = \"{algorithm}\"")
        };
        assert!(tokens_of(&file(shortest)).is_ok(), "{algorithm}");
        let fault = tokens_of(&file(shortest - 1)).expect_err("too short");
        assert!(fault.contains(&format!("shorter than {shortest} bytes")), "{fault}");
    }
    let insecure =
        load("env = \"prod\"\nsecret_key = \"0123456789abcdef0123456789abcdef\"\n[auth]\ncookie_secure = false");
    assert!(insecure.expect_err("cookies over HTTP").contains("auth.cookie_secure: cookies are secure in prod"));
    assert_eq!(load("").expect("defaults").environment, Environment::Dev);
}
