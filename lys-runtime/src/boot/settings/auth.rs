//! Settings of tokens, sessions, cookies and the permission chain (docs/tokens.md).

use std::{str::FromStr, time::Duration};

use toml::Value;

use super::key_source::{KeySource, sources};
use crate::{
    access::{Algorithm, Key as TokenKey},
    app::StartError,
    boot::{
        config::{Key, at_least_one, list, parsed, put, text},
        secret::Secret,
    },
    environment::Environment,
    http::cookies::{CookieOptions, SameSite},
};

/// How callers are known.
#[derive(Debug, Clone)]
pub struct AuthSettings {
    /// Names of the permissions that are asked, in order; the usual ones when absent.
    pub permissions: Option<Vec<String>>,
    /// What the secret key signs with: HS256 unless it is said.
    pub algorithm: Option<Algorithm>,
    /// Key pairs of user tokens, instead of the secret key.
    pub keys: Vec<KeySource>,
    /// Key pairs of service tokens.
    pub service_keys: Vec<KeySource>,
    /// A secret key for service tokens alone.
    pub service_secret_key: Option<Secret>,
    /// What an access token is.
    pub tokens: TokenMode,
    /// Where the claims of opaque tokens are.
    pub sessions: SessionPlace,
    /// Where it is noted that tokens are revoked.
    pub revocations: RevocationPlace,
    /// The Redis of sessions and revocations.
    pub redis_url: Option<Secret>,
    /// How long an access token holds.
    pub access_token_lifetime: Duration,
    /// Attributes of the three cookies.
    pub cookies: CookieOptions,
    /// Origins other than the server's own whose pages may use the refresh cookie.
    pub trusted_origins: Vec<String>,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            permissions: None,
            algorithm: None,
            keys: Vec::new(),
            service_keys: Vec::new(),
            service_secret_key: None,
            tokens: TokenMode::Jwt,
            sessions: SessionPlace::Database,
            revocations: RevocationPlace::Memory,
            redis_url: None,
            access_token_lifetime: Duration::from_hours(1),
            cookies: CookieOptions::default(),
            trusted_origins: Vec::new(),
        }
    }
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(format!("`{text}` is none of {}", [$(concat!("`", $text, "`")),*].join(", "))),
                }
            }
        }
    };
}

choices! {
    /// What an access token is.
    TokenMode {
        /// Signed claims, which every server verifies by itself.
        Jwt = "jwt",
        /// A random text; the claims are in a store.
        Opaque = "opaque",
    }
}

choices! {
    /// Where the claims of opaque tokens are.
    SessionPlace {
        /// In the table `lys_session`.
        Database = "database",
        /// In Redis.
        Redis = "redis",
    }
}

choices! {
    /// Where it is noted that tokens are revoked.
    RevocationPlace {
        /// In this process: gone with it, and unknown to others.
        Memory = "memory",
        /// In the table `lys_revocation`.
        Database = "database",
        /// In Redis.
        Redis = "redis",
    }
}

impl AuthSettings {
    /// Whether anything is signed or verified with the secret key.
    #[must_use]
    pub fn needs_secret(&self) -> bool {
        self.keys.is_empty()
    }

    /// What the secret key signs with.
    #[must_use]
    pub fn secret_algorithm(&self) -> Algorithm {
        self.algorithm.unwrap_or(Algorithm::Hs256)
    }

    /// Adds what does not fit together.
    pub(in crate::boot) fn check(&self, environment: Environment, faults: &mut StartError) {
        self.check_keys(faults);
        if self.cookies.same_site == SameSite::None && !self.cookies.secure {
            faults.add("auth.cookie_same_site: browsers drop cookies with `none` unless they are secure");
        }
        if !self.cookies.secure && !environment.is_dev() {
            faults.add(format!("auth.cookie_secure: cookies are secure in {environment}; it can be turned off in dev"));
        }
        if self.permissions.as_ref().is_some_and(Vec::is_empty) {
            faults.add("permissions: the list is empty; name a permission, or drop the setting to have the usual ones");
        }
        for origin in self.trusted_origins.iter().filter(|origin| !is_origin(origin)) {
            faults.add(format!("auth.trusted_origins: `{origin}` is no origin; write `https://app.example.com`"));
        }
        let sessions = self.tokens == TokenMode::Opaque && self.sessions == SessionPlace::Redis;
        if sessions || self.revocations == RevocationPlace::Redis {
            if !cfg!(feature = "redis") {
                faults.add("auth: this build has no Redis: turn on the feature `redis` of `lys-runtime`");
            } else if self.redis_url.is_none() {
                faults.add("auth.redis_url: say which Redis, for example `redis://127.0.0.1/`");
            }
        }
    }

    fn check_keys(&self, faults: &mut StartError) {
        if let Some(algorithm) = self.algorithm {
            if algorithm.shortest_secret().is_none() {
                faults.add(format!(
                    "auth.encryption_algorithm: {algorithm} has no secret; name the keys in `auth.keys`, they bring it along"
                ));
            } else if !self.keys.is_empty() {
                faults
                    .add("auth.encryption_algorithm: it is the secret key's; the keys in `auth.keys` bring their own");
            }
        }
        if let Some(secret) = &self.service_secret_key {
            if !self.service_keys.is_empty() || !self.keys.is_empty() {
                faults
                    .add("auth.service_secret_key: tokens are signed with key pairs; name one in `auth.service_keys`");
            } else if let Err(error) = TokenKey::secret(self.secret_algorithm(), secret.reveal()) {
                faults.add(format!("auth.service_secret_key: {error}"));
            }
        }
    }
}

pub(in crate::boot) const KEYS: &[Key] = &[
    Key { path: "permissions", set: |config, value| put(&mut config.auth.permissions, list(value).map(Some)) },
    Key {
        path: "auth.encryption_algorithm",
        set: |config, value| put(&mut config.auth.algorithm, parsed(&text(value)?).map(Some)),
    },
    Key { path: "auth.keys", set: |config, value| put(&mut config.auth.keys, sources(value)) },
    Key { path: "auth.service_keys", set: |config, value| put(&mut config.auth.service_keys, sources(value)) },
    Key {
        path: "auth.service_secret_key",
        set: |config, value| put(&mut config.auth.service_secret_key, secret(value).map(Some)),
    },
    Key { path: "auth.tokens", set: |config, value| put(&mut config.auth.tokens, parsed(&text(value)?)) },
    Key { path: "auth.sessions", set: |config, value| put(&mut config.auth.sessions, parsed(&text(value)?)) },
    Key { path: "auth.revocations", set: |config, value| put(&mut config.auth.revocations, parsed(&text(value)?)) },
    Key { path: "auth.redis_url", set: |config, value| put(&mut config.auth.redis_url, secret(value).map(Some)) },
    Key {
        path: "auth.access_token_expire_minutes",
        set: |config, value| put(&mut config.auth.access_token_lifetime, minutes(value)),
    },
    Key { path: "auth.cookie_secure", set: |config, value| put(&mut config.auth.cookies.secure, boolean(&value)) },
    Key {
        path: "auth.cookie_same_site",
        set: |config, value| put(&mut config.auth.cookies.same_site, same_site(value)),
    },
    Key { path: "auth.cookie_domain", set: |config, value| put(&mut config.auth.cookies.domain, domain(value)) },
    Key { path: "auth.trusted_origins", set: |config, value| put(&mut config.auth.trusted_origins, list(value)) },
];

/// A week is long for what cannot be called back without a store.
const LONGEST_MINUTES: u64 = 7 * 24 * 60;

fn minutes(value: Value) -> Result<Duration, String> {
    let minutes: u64 = at_least_one(value)?;
    if minutes > LONGEST_MINUTES {
        return Err(format!("access tokens hold for a week at most: write {LONGEST_MINUTES} or less"));
    }
    Ok(Duration::from_secs(60 * minutes))
}

/// The text of a wrong value must not be printed.
fn secret(value: Value) -> Result<Secret, String> {
    match value {
        Value::String(text) => Ok(Secret::new(text)),
        _ => Err("it must be a text".to_owned()),
    }
}

fn boolean(value: &Value) -> Result<bool, String> {
    match value {
        Value::Boolean(value) => Ok(*value),
        Value::String(text) => text.parse().map_err(|_| format!("`{text}` is neither `true` nor `false`")),
        other => Err(format!("`{other}` is neither `true` nor `false`")),
    }
}

fn same_site(value: Value) -> Result<SameSite, String> {
    let text = text(value)?;
    match text.to_ascii_lowercase().as_str() {
        "strict" => Ok(SameSite::Strict),
        "lax" => Ok(SameSite::Lax),
        "none" => Ok(SameSite::None),
        _ => Err(format!("`{text}` is none of `strict`, `lax`, `none`")),
    }
}

fn domain(value: Value) -> Result<Option<String>, String> {
    let text = text(value)?;
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    if text.is_empty() || !text.bytes().all(sane) {
        return Err(format!("`{text}` is no domain"));
    }
    Ok(Some(text))
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']))
}
