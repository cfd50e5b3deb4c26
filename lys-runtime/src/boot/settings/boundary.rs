//! Settings of the HTTP boundary: proxies, CORS, rate limit, deadline, trusted documents (docs/boundary.md).

use std::{path::PathBuf, str::FromStr, time::Duration};

use toml::Value;

use crate::{
    app::StartError,
    boot::{
        config::{Key, at_least_one, list, number, parsed, put, text},
        secret::Secret,
    },
    environment::Environment,
    http::{
        client::{Network, Proxies},
        cors::{Cors, CorsOptions},
        upload::UploadOptions,
    },
};

/// What the HTTP boundary allows.
#[derive(Debug, Clone)]
pub struct BoundarySettings {
    /// Whose word on the client is taken; nobody's by default.
    pub proxies: Proxies,
    /// How long a request may be at work; zero is for ever.
    pub request_timeout: Duration,
    /// How long a client may take to send its body.
    pub body_timeout: Duration,
    /// File of the only documents that run.
    pub trusted_documents: Option<PathBuf>,
    /// Who may call from other origins; nobody by default.
    pub cors: CorsOptions,
    /// How often a caller may ask.
    pub rate_limit: RateLimitSettings,
    /// What files a request may carry, where an operation takes some.
    pub uploads: UploadOptions,
}

/// How often a caller may ask.
#[derive(Debug, Clone)]
pub struct RateLimitSettings {
    /// On at all; everywhere but in dev when it is not said.
    pub enabled: Option<bool>,
    /// Of a client address, and of a signed-in user with [`users`](Self::users).
    pub requests_per_minute: u32,
    /// Of a service whose token holds.
    pub service_requests_per_minute: u32,
    /// Whether signed-in users are counted each by themselves instead of by their address.
    pub users: bool,
    /// What root fields are charged with, by name of the operation; others are charged 1.
    pub costs: Vec<(String, u32)>,
    /// Counts in Redis, for several servers together.
    pub redis_url: Option<Secret>,
    /// What becomes of requests while Redis does not answer.
    pub on_redis_failure: OnRedisFailure,
}

/// What becomes of requests while Redis does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnRedisFailure {
    /// Each server counts for itself.
    #[default]
    Memory,
    /// All are let through.
    Allow,
    /// All are turned away.
    Refuse,
}

impl FromStr for OnRedisFailure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "memory" => Ok(Self::Memory),
            "allow" => Ok(Self::Allow),
            "refuse" => Ok(Self::Refuse),
            _ => Err(format!("`{text}` is none of `memory`, `allow` and `refuse`")),
        }
    }
}

impl Default for BoundarySettings {
    fn default() -> Self {
        Self {
            proxies: Proxies::default(),
            request_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            trusted_documents: None,
            cors: CorsOptions::default(),
            rate_limit: RateLimitSettings::default(),
            uploads: UploadOptions::default(),
        }
    }
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        Self {
            enabled: None,
            requests_per_minute: 60,
            service_requests_per_minute: 600,
            users: false,
            costs: Vec::new(),
            redis_url: None,
            on_redis_failure: OnRedisFailure::Memory,
        }
    }
}

impl RateLimitSettings {
    /// Whether callers are counted in `environment`.
    #[must_use]
    pub fn is_on(&self, environment: Environment) -> bool {
        self.enabled.unwrap_or(!environment.is_dev())
    }
}

impl BoundarySettings {
    /// Adds what does not fit together.
    pub(in crate::boot) fn check(&self, faults: &mut StartError) {
        for fault in Cors::faults(&self.cors) {
            faults.add(fault);
        }
        if self.rate_limit.redis_url.is_some() && !cfg!(feature = "redis") {
            faults.add("rate_limit.redis_url: this build has no Redis: turn on the feature `redis` of `lys-runtime`");
        }
    }
}

pub(in crate::boot) const KEYS: &[Key] = &[
    Key {
        path: "trusted_proxies",
        set: |config, value| put(&mut config.boundary.proxies.networks, each::<Network>(value)),
    },
    Key {
        path: "forwarded_header",
        set: |config, value| put(&mut config.boundary.proxies.header, parsed(&text(value)?)),
    },
    Key { path: "request_timeout", set: |config, value| put(&mut config.boundary.request_timeout, seconds(value)) },
    Key {
        path: "body_timeout",
        set: |config, value| put(&mut config.boundary.body_timeout, at_least_one(value).map(Duration::from_secs)),
    },
    Key {
        path: "trusted_documents",
        set: |config, value| put(&mut config.boundary.trusted_documents, text(value).map(|path| Some(path.into()))),
    },
    Key { path: "cors.allow_origins", set: |config, value| put(&mut config.boundary.cors.origins, list(value)) },
    Key { path: "cors.allow_methods", set: |config, value| put(&mut config.boundary.cors.methods, list(value)) },
    Key { path: "cors.allow_headers", set: |config, value| put(&mut config.boundary.cors.headers, list(value)) },
    Key {
        path: "cors.allow_credentials",
        set: |config, value| put(&mut config.boundary.cors.credentials, boolean(&value)),
    },
    Key { path: "cors.max_age", set: |config, value| put(&mut config.boundary.cors.max_age, seconds(value)) },
    Key {
        path: "rate_limit.enabled",
        set: |config, value| put(&mut config.boundary.rate_limit.enabled, boolean(&value).map(Some)),
    },
    Key {
        path: "rate_limit.requests_per_minute",
        set: |config, value| put(&mut config.boundary.rate_limit.requests_per_minute, at_least_one(value)),
    },
    Key {
        path: "rate_limit.service_requests_per_minute",
        set: |config, value| put(&mut config.boundary.rate_limit.service_requests_per_minute, at_least_one(value)),
    },
    Key { path: "rate_limit.users", set: |config, value| put(&mut config.boundary.rate_limit.users, boolean(&value)) },
    Key { path: "rate_limit.costs", set: |config, value| put(&mut config.boundary.rate_limit.costs, costs(value)) },
    Key {
        path: "rate_limit.redis_url",
        // It may hold a password.
        set: |config, value| match value {
            Value::String(url) => put(&mut config.boundary.rate_limit.redis_url, Ok(Some(Secret::new(url)))),
            _ => Err("the URL of Redis must be a text".to_owned()),
        },
    },
    Key {
        path: "rate_limit.on_redis_failure",
        set: |config, value| put(&mut config.boundary.rate_limit.on_redis_failure, parsed(&text(value)?)),
    },
];

fn seconds(value: Value) -> Result<Duration, String> {
    number(value).map(Duration::from_secs)
}

fn boolean(value: &Value) -> Result<bool, String> {
    match value {
        Value::Boolean(value) => Ok(*value),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        other => Err(format!("`{other}` is neither true nor false")),
    }
}

fn each<T: FromStr<Err = String>>(value: Value) -> Result<Vec<T>, String> {
    list(value)?.iter().map(|item| item.parse()).collect()
}

/// A table in the file, `name=cost` with commas elsewhere.
fn costs(value: Value) -> Result<Vec<(String, u32)>, String> {
    if let Value::Table(table) = value {
        return table.into_iter().map(|(name, cost)| Ok((name, at_least_one(cost)?))).collect();
    }
    let pair = |item: String| match item.split_once('=') {
        Some((name, cost)) => Ok((name.trim().to_owned(), at_least_one(Value::String(cost.to_owned()))?)),
        None => Err(format!("`{item}` is no `operation=cost`")),
    };
    list(value)?.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boot::config::{Config, Sources};

    fn load(file: &str, variables: &[(&str, &str)]) -> Result<BoundarySettings, String> {
        let sources = Sources {
            file: Some(("lys.toml".to_owned(), file.to_owned())),
            environment: variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            command_line: Vec::new(),
        };
        Config::load("catalog", &sources).map(|config| config.boundary).map_err(|error| error.to_string())
    }

    #[test]
    fn everything_is_off_or_careful_by_default() {
        let settings = load("", &[]).expect("loads");
        assert_eq!(settings.request_timeout, Duration::from_secs(30));
        assert!(settings.proxies.networks.is_empty() && settings.cors.origins.is_empty());
        let limit = settings.rate_limit;
        assert_eq!((limit.requests_per_minute, limit.service_requests_per_minute), (60, 600));
        assert!(!limit.is_on(Environment::Dev));
        assert!([Environment::Demo, Environment::Preprod, Environment::Prod].into_iter().all(|at| limit.is_on(at)));
    }

    #[test]
    fn settings_are_read_from_the_file_and_from_variables() {
        let file = "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nforwarded_header = \"forwarded\"\nrequest_timeout = 5\n\
                    [CORS]\nallow_origins = [\"https://app.example.com\"]\nallow_credentials = true\n\
                    [rate_limit]\nusers = true\n[rate_limit.costs]\nlogin = 10";
        let settings = load(file, &[("LYS_RATE_LIMIT__ENABLED", "true"), ("LYS_CORS__MAX_AGE", "60")]).expect("loads");
        assert_eq!((settings.proxies.networks.len(), settings.request_timeout), (2, Duration::from_secs(5)));
        assert!(settings.cors.credentials && settings.cors.max_age == Duration::from_mins(1));
        assert_eq!(settings.rate_limit.costs, [("login".to_owned(), 10)]);
        assert!(settings.rate_limit.users && settings.rate_limit.is_on(Environment::Dev));
        let settings = load("", &[("LYS_RATE_LIMIT__COSTS", "login=10, product=2")]).expect("loads");
        assert_eq!(settings.rate_limit.costs.len(), 2);
    }

    #[test]
    fn all_faults_are_told_together() {
        let file = "trusted_proxies = [\"10.0.0.0/33\"]\nforwarded_header = \"x-real-ip\"\nbody_timeout = 0\n\
                    [cors]\nallow_origins = [\"*\", \"app.example.com\"]\nallow_credentials = true\nalow_headers = []\n\
                    [rate_limit]\nenabled = \"yes\"\ncosts = \"login\"\nredis_url = 1\non_redis_failure = \"pray\"\n\
                    [upload]\nmax_files = 0\ntypes = 1";
        let faults = load(file, &[]).expect_err("many faults");
        for part in [
            "`10.0.0.0/33` is no address and no network",
            "`x-real-ip` is neither",
            "body_timeout: must be at least 1",
            "`*` cannot go with cors.allow_credentials",
            "`app.example.com` is no origin",
            "did you mean `cors.allow_headers`",
            "enabled: `\"yes\"` is neither true nor false",
            "`login` is no `operation=cost`",
            "the URL of Redis must be a text",
            "`pray` is none of",
            "upload.max_files: must be at least 1",
            "upload.types: `1` is no list",
        ] {
            assert!(faults.contains(part), "{part} in {faults}");
        }
    }

    #[cfg(not(feature = "redis"))]
    #[test]
    fn a_url_of_redis_needs_the_feature() {
        let faults = load("[rate_limit]\nredis_url = \"redis://:hunter2@cache\"", &[]).expect_err("no Redis");
        assert!(faults.contains("turn on the feature `redis`") && !faults.contains("hunter2"), "{faults}");
    }
}
