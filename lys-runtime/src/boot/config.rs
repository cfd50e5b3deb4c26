//! Settings: command line before environment before `lys.toml` before defaults. Unknown keys and wrong values are all reported.

use std::{path::PathBuf, time::Duration};

use toml::Value;

use super::{
    secret::Secret,
    settings::{
        AuditSettings, AuthSettings, BoundarySettings, auth, boundary,
        subscriptions::{SubscriptionOptions, check_origins},
        upload,
    },
};
use crate::{
    app::StartError,
    data::{Consistency, DatabaseOptions},
    environment::Environment,
    execute::EngineOptions,
};

/// The settings of a project.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it runs.
    pub environment: Environment,
    /// Address to listen on.
    pub host: String,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Worker threads.
    pub workers: usize,
    /// Signs tokens.
    pub secret_key: Option<Secret>,
    /// Database.
    pub database_url: String,
    /// How to connect to it.
    pub database: DatabaseOptions,
    /// Whether all that a query reads is of one moment.
    pub consistency: Consistency,
    /// Most connections that one request reads on at the same time.
    pub connections_per_request: usize,
    /// Apps to load, out of those of the project; all when absent.
    pub apps: Option<Vec<String>>,
    /// Largest request body, in bytes.
    pub body_limit: usize,
    /// Deepest selection.
    pub query_depth_limit: usize,
    /// Most aliases in a document.
    pub query_alias_limit: usize,
    /// How often an entity may occur on one path through a document.
    pub query_cycle_limit: usize,
    /// Most rows that a document may read, as estimated before it runs.
    pub query_cost_limit: u64,
    /// What a list without paging counts in that estimate.
    pub query_list_rows: u32,
    /// Largest page.
    pub relay_max_results: u32,
    /// What streams and sockets may take.
    pub subscriptions: SubscriptionOptions,
    /// Most ids that `nodes` takes.
    pub relay_max_ids: u32,
    /// The audit of sensitive entities.
    pub audit: AuditSettings,
    /// What is logged, as `tracing` directives.
    pub log: Option<String>,
    /// How long running requests may take after a signal to stop.
    pub shutdown_timeout: Duration,
    /// How callers are known.
    pub auth: AuthSettings,
    /// What the HTTP boundary allows.
    pub boundary: BoundarySettings,
}

/// Where settings come from, weakest first.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Name and text of the settings file.
    pub file: Option<(String, String)>,
    /// Environment variables.
    pub environment: Vec<(String, String)>,
    /// Key and value from the command line.
    pub command_line: Vec<(&'static str, String)>,
}

impl Sources {
    /// `lys.toml` of the working directory and the process' environment.
    ///
    /// # Errors
    /// When the file exists and cannot be read.
    pub fn of_process() -> Result<Self, StartError> {
        let file = match std::fs::read_to_string("lys.toml") {
            Ok(text) => Some(("lys.toml".to_owned(), text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(StartError::of(format!("lys.toml cannot be read: {error}"))),
        };
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(Self { file, environment, command_line: Vec::new() })
    }
}

impl Config {
    /// The defaults of a project.
    #[must_use]
    pub fn of(project: &str) -> Self {
        let limits = EngineOptions::default();
        Self {
            environment: Environment::Dev,
            host: "127.0.0.1".to_owned(),
            port: 8000,
            workers: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            secret_key: None,
            database_url: format!("sqlite://{}/{project}.db", Self::directory().display()),
            database: DatabaseOptions::default(),
            consistency: limits.consistency,
            connections_per_request: limits.lanes,
            apps: None,
            body_limit: 1 << 20,
            query_depth_limit: limits.depth_limit,
            query_alias_limit: limits.alias_limit,
            query_cycle_limit: limits.cycle_limit,
            query_cost_limit: limits.cost_limit,
            query_list_rows: limits.list_rows,
            relay_max_results: limits.max_page,
            subscriptions: SubscriptionOptions::default(),
            relay_max_ids: limits.max_ids,
            audit: AuditSettings::default(),
            log: None,
            shutdown_timeout: Duration::from_secs(30),
            auth: AuthSettings::default(),
            boundary: BoundarySettings::default(),
        }
    }

    /// Where a project keeps what it makes: the SQLite file and the secret of dev.
    #[must_use]
    pub fn directory() -> PathBuf {
        PathBuf::from(".lys")
    }

    /// The settings of a project from all sources.
    ///
    /// # Errors
    /// Every unknown key and wrong value.
    pub fn load(project: &str, sources: &Sources) -> Result<Self, StartError> {
        let mut config = Self::of(project);
        let mut faults = StartError::default();
        if let Some((name, text)) = &sources.file {
            match text.parse::<toml::Table>() {
                Ok(table) => config.set_table(name, "", table, &mut faults),
                Err(error) => faults.add(format!("{name} is no TOML: {error}")),
            }
        }
        for key in keys() {
            let variable = variable(key.path);
            if let Some((_, value)) = sources.environment.iter().find(|(name, _)| *name == variable) {
                config.set(key, &variable, Value::String(value.clone()), &mut faults);
            }
        }
        for (path, value) in &sources.command_line {
            if let Some(key) = keys().find(|key| key.path == *path) {
                config.set(key, &format!("--{path}"), Value::String(value.clone()), &mut faults);
            }
        }
        config.check(&mut faults);
        faults.into_result(config)
    }

    fn check(&self, faults: &mut StartError) {
        self.auth.check(self.environment, faults);
        self.boundary.check(faults);
        if let Some(replica) = &self.database.replica_url
            && scheme(replica) != scheme(&self.database_url)
        {
            // The URLs are not shown: they may hold passwords.
            faults.add("database.replica_url: a replica is of the same kind as the database: the URLs begin alike");
        }
        if self.environment.is_dev() {
            return;
        }
        let Some(shortest) = self.auth.secret_algorithm().shortest_secret().filter(|_| self.auth.needs_secret()) else {
            return;
        };
        let advice = format!("set LYS_SECRET_KEY, for example to the output of `openssl rand -hex {shortest}`");
        match &self.secret_key {
            None => faults.add(format!("{} needs a secret key: {advice}", self.environment)),
            Some(key) if key.reveal().len() < shortest => {
                faults.add(format!("the secret key is shorter than {shortest} bytes: {advice}"));
            }
            Some(_) => {}
        }
    }

    fn set_table(&mut self, file: &str, prefix: &str, table: toml::Table, faults: &mut StartError) {
        for (name, value) in table {
            let path = match prefix {
                // The reference knows both spellings.
                "" if name == "CORS" => "cors".to_owned(),
                "" => name,
                prefix => format!("{prefix}.{name}"),
            };
            let is_section = keys().any(|key| key.path.split_once('.').is_some_and(|(section, _)| section == path));
            match (keys().find(|key| key.path == path), value) {
                (Some(key), value) => self.set(key, &format!("{file}: {path}"), value, faults),
                (None, Value::Table(inner)) if is_section => self.set_table(file, &path, inner, faults),
                (None, _) => faults.add(format!("{file}: unknown key `{path}`{}", suggestion(&path))),
            }
        }
    }

    fn set(&mut self, key: &Key, source: &str, value: Value, faults: &mut StartError) {
        if let Err(fault) = (key.set)(self, value) {
            faults.add(format!("{source}: {fault}"));
        }
    }
}

/// One setting.
pub(super) struct Key {
    /// Its key in the file; the variable is `LYS_` and the same in capitals, with `__` for the dot.
    pub(super) path: &'static str,
    pub(super) set: fn(&mut Config, Value) -> Result<(), String>,
}

/// All settings.
fn keys() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(auth::KEYS).chain(boundary::KEYS).chain(upload::KEYS)
}

const KEYS: &[Key] = &[
    Key { path: "env", set: |config, value| put(&mut config.environment, parsed(&text(value)?)) },
    Key { path: "host", set: |config, value| put(&mut config.host, text(value)) },
    Key { path: "port", set: |config, value| put(&mut config.port, number(value)) },
    Key { path: "workers", set: |config, value| put(&mut config.workers, at_least_one(value)) },
    Key {
        path: "secret_key",
        // The text of a wrong value must not be printed.
        set: |config, value| match value {
            Value::String(key) => put(&mut config.secret_key, Ok(Some(Secret::new(key)))),
            _ => Err("the secret key must be a text".to_owned()),
        },
    },
    Key { path: "database.url", set: |config, value| put(&mut config.database_url, text(value)) },
    Key {
        path: "database.replica_url",
        set: |config, value| put(&mut config.database.replica_url, text(value).map(Some)),
    },
    Key {
        path: "database.connections",
        set: |config, value| put(&mut config.database.connections, at_least_one(value)),
    },
    Key {
        path: "database.acquire_timeout",
        set: |config, value| put(&mut config.database.acquire_timeout, at_least_one(value).map(Duration::from_secs)),
    },
    Key {
        path: "database.statement_timeout",
        set: |config, value| put(&mut config.database.statement_timeout, number(value).map(Duration::from_secs)),
    },
    Key {
        path: "database.synchronous",
        set: |config, value| put(&mut config.database.synchronous, parsed(&text(value)?)),
    },
    Key { path: "database.consistency", set: |config, value| put(&mut config.consistency, parsed(&text(value)?)) },
    Key {
        path: "database.connections_per_request",
        set: |config, value| put(&mut config.connections_per_request, at_least_one(value)),
    },
    Key { path: "apps", set: |config, value| put(&mut config.apps, list(value).map(Some)) },
    Key { path: "body_limit", set: |config, value| put(&mut config.body_limit, at_least_one(value)) },
    Key { path: "query_depth_limit", set: |config, value| put(&mut config.query_depth_limit, number(value)) },
    Key { path: "query_alias_limit", set: |config, value| put(&mut config.query_alias_limit, number(value)) },
    Key { path: "query_cycle_limit", set: |config, value| put(&mut config.query_cycle_limit, at_least_one(value)) },
    Key { path: "query_cost_limit", set: |config, value| put(&mut config.query_cost_limit, at_least_one(value)) },
    Key { path: "query_list_rows", set: |config, value| put(&mut config.query_list_rows, at_least_one(value)) },
    Key { path: "relay_max_results", set: |config, value| put(&mut config.relay_max_results, at_least_one(value)) },
    Key {
        path: "subscriptions.origins",
        set: |config, value| put(&mut config.subscriptions.origins, list(value).and_then(check_origins)),
    },
    Key {
        path: "subscriptions.operations",
        set: |config, value| put(&mut config.subscriptions.operations, at_least_one(value)),
    },
    Key {
        path: "subscriptions.message_bytes",
        set: |config, value| put(&mut config.subscriptions.message_bytes, at_least_one(value)),
    },
    Key {
        path: "subscriptions.init_timeout",
        set: |config, value| put(&mut config.subscriptions.init_timeout, at_least_one(value).map(Duration::from_secs)),
    },
    Key {
        path: "subscriptions.idle_timeout",
        set: |config, value| put(&mut config.subscriptions.idle_timeout, at_least_one(value).map(Duration::from_secs)),
    },
    Key {
        path: "subscriptions.keep_alive",
        set: |config, value| put(&mut config.subscriptions.keep_alive, at_least_one(value).map(Duration::from_secs)),
    },
    Key {
        path: "subscriptions.connections_per_user",
        set: |config, value| put(&mut config.subscriptions.connections_per_user, at_least_one(value)),
    },
    Key {
        path: "subscriptions.connections_per_ip",
        set: |config, value| put(&mut config.subscriptions.connections_per_ip, at_least_one(value)),
    },
    Key {
        path: "subscriptions.buffer",
        set: |config, value| put(&mut config.subscriptions.buffer, at_least_one(value)),
    },
    Key { path: "relay_max_ids", set: |config, value| put(&mut config.relay_max_ids, at_least_one(value)) },
    Key { path: "audit.table", set: |config, value| put(&mut config.audit.table, truth(value)) },
    Key { path: "log", set: |config, value| put(&mut config.log, text(value).map(Some)) },
    Key {
        path: "shutdown_timeout",
        set: |config, value| put(&mut config.shutdown_timeout, number(value).map(Duration::from_secs)),
    },
];

/// The kind of database that a URL names.
fn scheme(url: &str) -> &str {
    match url.split(':').next().unwrap_or_default() {
        "postgresql" => "postgres",
        "mariadb" => "mysql",
        scheme => scheme,
    }
}

/// `database.url` → `LYS_DATABASE__URL`.
fn variable(path: &str) -> String {
    format!("LYS_{}", path.replace('.', "__").to_uppercase())
}

fn suggestion(path: &str) -> String {
    super::start::closest(path, keys().map(|key| key.path))
        .map_or_else(String::new, |known| format!("; did you mean `{known}`?"))
}

pub(super) fn put<T>(place: &mut T, value: Result<T, String>) -> Result<(), String> {
    *place = value?;
    Ok(())
}

pub(super) fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

pub(super) fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(format!("`{other}` is no text")),
    }
}

pub(super) fn number<T: std::str::FromStr>(value: Value) -> Result<T, String> {
    let text = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    text.trim().parse().map_err(|_| format!("`{text}` is no number that fits"))
}

pub(super) fn at_least_one<T: std::str::FromStr + PartialOrd + From<u8>>(value: Value) -> Result<T, String> {
    number(value)
        .and_then(|number| if number >= T::from(1) { Ok(number) } else { Err("must be at least 1".to_owned()) })
}

fn truth(value: Value) -> Result<bool, String> {
    let text = match value {
        Value::Boolean(truth) => return Ok(truth),
        Value::String(text) => text,
        other => other.to_string(),
    };
    text.trim().parse().map_err(|_| format!("`{text}` is neither `true` nor `false`"))
}

/// An array in the file, commas elsewhere.
pub(super) fn list(value: Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(items) => items.into_iter().map(text).collect(),
        Value::String(items) => {
            Ok(items.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
        }
        other => Err(format!("`{other}` is no list")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Synchronous;

    fn load(file: &str, environment: &[(&str, &str)], command_line: &[(&'static str, &str)]) -> Result<Config, String> {
        let sources = Sources {
            file: Some(("lys.toml".to_owned(), file.to_owned())),
            environment: environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            command_line: command_line.iter().map(|(path, value)| (*path, (*value).to_owned())).collect(),
        };
        Config::load("catalog", &sources).map_err(|error| error.to_string())
    }

    #[test]
    fn the_command_line_wins_over_the_environment_over_the_file() {
        let file = "port = 1\nhost = \"a\"\napps = [\"x\"]\n[database]\nurl = \"sqlite://f\"";
        let config = load(file, &[("LYS_PORT", "2"), ("LYS_HOST", "b")], &[("port", "3")]).expect("loads");
        assert_eq!((config.port, config.host.as_str()), (3, "b"));
        assert_eq!((config.database_url.as_str(), config.apps), ("sqlite://f", Some(vec!["x".to_owned()])));
        let config = load(file, &[("LYS_DATABASE__URL", "sqlite://e"), ("LYS_APPS", "y, z")], &[]).expect("loads");
        assert_eq!((config.database_url.as_str(), config.apps.unwrap_or_default().len()), ("sqlite://e", 2));
    }

    #[test]
    fn the_database_has_settings_of_its_own() {
        let file = "[database]\nurl = \"postgres://db/a\"\nreplica_url = \"postgresql://replica/a\"\nconnections = 20\n\
                    acquire_timeout = 3\nstatement_timeout = 0\nsynchronous = \"normal\"";
        let config = load(file, &[("LYS_DATABASE__CONNECTIONS", "21")], &[]).expect("loads");
        let database = config.database;
        assert_eq!((database.connections, database.synchronous), (21, Synchronous::Normal));
        assert_eq!((database.acquire_timeout, database.statement_timeout), (Duration::from_secs(3), Duration::ZERO));
        assert_eq!(database.replica_url.as_deref(), Some("postgresql://replica/a"));
        let file = "[database]\nconnections = 0\nacquire_timeout = 0\nstatement_timeout = \"soon\"\nsynchronous = \"off\"\n\
                    replica_url = \"mysql://root:hunter2@replica/a\"";
        let faults = load(file, &[], &[]).expect_err("five faults");
        for part in [
            "connections: must be at least 1",
            "acquire_timeout: must be at least 1",
            "statement_timeout: `soon` is no number",
            "synchronous: `off` is neither `full` nor `normal`",
            "replica_url: a replica is of the same kind",
        ] {
            assert!(faults.contains(part) && !faults.contains("hunter2"), "{part} in {faults}");
        }
    }

    #[test]
    fn limits_of_documents_have_settings() {
        let file = "query_depth_limit = 1\nquery_alias_limit = 2\nquery_cycle_limit = 3\nquery_list_rows = 5";
        let config = load(file, &[("LYS_QUERY_COST_LIMIT", "4")], &[]).expect("loads");
        assert_eq!((config.query_depth_limit, config.query_alias_limit, config.query_cycle_limit), (1, 2, 3));
        assert_eq!((config.query_cost_limit, config.query_list_rows), (4, 5));
        let faults = load("query_cycle_limit = 0\nquery_cost_limit = -1", &[], &[]).expect_err("two faults");
        assert!(faults.contains("query_cycle_limit: must be") && faults.contains("query_cost_limit: `-1`"), "{faults}");
    }

    #[test]
    fn subscriptions_have_settings_of_their_own() {
        let file = "[subscriptions]\norigins = [\"https://App.example\"]\noperations = 3\nkeep_alive = 5";
        let config = load(file, &[("LYS_SUBSCRIPTIONS__CONNECTIONS_PER_USER", "7")], &[]).expect("loads").subscriptions;
        assert_eq!(config.origins, ["https://app.example"]);
        assert_eq!((config.operations, config.connections_per_user), (3, 7));
        assert_eq!(config.keep_alive, Duration::from_secs(5));
        let faults = load("[subscriptions]\norigins = [\"*\"]\nbuffer = 0", &[], &[]).expect_err("two faults");
        assert!(faults.contains("`*` is no origin") && faults.contains("buffer: must be at least 1"), "{faults}");
    }

    #[test]
    fn ids_and_the_audit_have_settings() {
        let config = load("relay_max_ids = 7\n[audit]\ntable = true", &[], &[]).expect("loads");
        assert_eq!((config.relay_max_ids, config.audit.table), (7, true));
        assert!(load("", &[("LYS_AUDIT__TABLE", "true")], &[]).expect("loads").audit.table);
        assert!(!load("", &[], &[]).expect("loads").audit.table);
        let faults = load("relay_max_ids = 0\n[audit]\ntable = \"perhaps\"", &[], &[]).expect_err("two faults");
        assert!(faults.contains("relay_max_ids: must be") && faults.contains("`perhaps` is neither"), "{faults}");
    }

    #[test]
    fn without_sources_there_are_defaults() {
        let config = Config::load("catalog", &Sources::default()).expect("loads");
        assert_eq!((config.environment, config.port), (Environment::Dev, 8000));
        assert_eq!(config.database_url, "sqlite://.lys/catalog.db");
    }

    #[test]
    fn all_faults_are_told_together_and_suggest() {
        let faults = load("prot = 1\nport = true\n[database]\nulr = \"x\"", &[("LYS_WORKERS", "0")], &[])
            .expect_err("four faults");
        for part in ["did you mean `port`", "`true` is no number", "did you mean `database.url`", "LYS_WORKERS: must"] {
            assert!(faults.contains(part), "{part} in {faults}");
        }
    }

    #[test]
    fn a_project_chooses_its_consistency() {
        let consistency = |file: &str| load(file, &[], &[]).map(|config| config.consistency);
        assert_eq!(consistency(""), Ok(Consistency::Statement));
        assert_eq!(consistency("[database]\nconsistency = \"snapshot\""), Ok(Consistency::Snapshot));
        let fault = consistency("[database]\nconsistency = \"serial\"").expect_err("there is none of that name");
        assert!(fault.contains("`serial` is no consistency; write statement or snapshot"), "{fault}");
        let config = load("", &[("LYS_DATABASE__CONSISTENCY", "snapshot")], &[]).expect("loads");
        assert_eq!(config.consistency, Consistency::Snapshot);
    }

    #[test]
    fn outside_dev_a_secret_is_needed() {
        let faults = load("env = \"prod\"", &[], &[]).expect_err("no secret");
        assert!(faults.contains("LYS_SECRET_KEY"), "{faults}");
        let faults = load("env = \"prod\"", &[("LYS_SECRET_KEY", "hunter2")], &[]).expect_err("short secret");
        assert!(faults.contains("shorter than 32") && !faults.contains("hunter2"), "{faults}");
        assert!(load("env = \"prod\"", &[("LYS_SECRET_KEY", &"s".repeat(32))], &[]).is_ok());
        assert!(load("env = \"staging\"", &[], &[]).expect_err("unknown").contains("dev, demo, preprod or prod"));
    }
}
