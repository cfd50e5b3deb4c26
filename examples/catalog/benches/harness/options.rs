//! What a run of the benchmark can be told.

use std::{env, str::FromStr};

use super::{Outcome, database::Kind};

/// The sizes and the parts of a run. Each size has a flag and an environment variable:
/// `--products` and `LYS_BENCH_PRODUCTS`, and so on; the flag wins.
pub(crate) struct Options {
    /// Products in the database.
    pub(crate) products: u64,
    /// Reviews in the database.
    pub(crate) reviews: u64,
    /// The length of a round.
    pub(crate) seconds: f64,
    /// Rounds per workload and side; the report shows medians.
    pub(crate) rounds: usize,
    /// The name of the databases: a short run must not replace the tables of a long one.
    pub(crate) database_name: &'static str,
    /// A run that proves that everything works; its numbers mean nothing.
    pub(crate) quick: bool,
    /// Count instructions instead of measuring.
    pub(crate) instructions: bool,
    /// The databases to measure.
    databases: Vec<Kind>,
    /// The parts to run; all when empty.
    only: Vec<String>,
}

impl Options {
    /// Reads the environment, then the command line. `--quick` is a short run over small tables.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            products: variable("LYS_BENCH_PRODUCTS", 100_000)?,
            reviews: variable("LYS_BENCH_REVIEWS", 500_000)?,
            seconds: variable("LYS_BENCH_SECONDS", 3.0)?,
            rounds: variable("LYS_BENCH_ROUNDS", 5)?,
            database_name: "lys_bench",
            quick: false,
            instructions: false,
            databases: Vec::new(),
            only: Vec::new(),
        };
        while let Some(flag) = arguments.next() {
            match flag.as_str() {
                "--bench" => {}
                "--quick" => options.shorten(),
                "--instructions" => options.instructions = true,
                "--products" => options.products = value(&flag, arguments.next())?,
                "--reviews" => options.reviews = value(&flag, arguments.next())?,
                "--seconds" => options.seconds = value(&flag, arguments.next())?,
                "--rounds" => options.rounds = value(&flag, arguments.next())?,
                "--database" => options.databases.push(value(&flag, arguments.next())?),
                "--only" => {
                    let names: String = value(&flag, arguments.next())?;
                    options.only.extend(names.split(',').map(str::to_owned));
                }
                other => return Err(format!("unknown argument `{other}`").into()),
            }
        }
        options.check()
    }

    /// Makes it a run that only proves that everything works.
    fn shorten(&mut self) {
        (self.products, self.reviews) = (2_000, 10_000);
        (self.seconds, self.rounds) = (0.2, 1);
        self.database_name = "lys_bench_quick";
        self.quick = true;
    }

    /// Refuses sizes that cannot be measured, and parts that do not exist.
    fn check(self) -> Outcome<Self> {
        if self.rounds == 0 || !self.seconds.is_finite() || self.seconds <= 0.0 {
            return Err("a run needs at least one round and a positive length".into());
        }
        if self.products < 1_000 {
            return Err("pages of 50 need at least 1000 products".into());
        }
        let parts = super::parts();
        if let Some(unknown) = self.only.iter().find(|name| !parts.contains(&name.as_str())) {
            return Err(format!("there is no `{unknown}`; there are {}", parts.join(", ")).into());
        }
        Ok(self)
    }

    /// Whether a part of the benchmark is to run.
    pub(crate) fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == part)
    }

    /// Whether anything that is to run needs servers.
    pub(crate) fn wants_servers(&self) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name != super::WARM)
    }

    /// The databases to measure: those that were named, else `SQLite`, and `PostgreSQL` when its URL is set.
    pub(crate) fn databases(&self) -> Outcome<Vec<Kind>> {
        if self.databases.is_empty() {
            return Ok([Kind::Sqlite, Kind::Postgres]
                .into_iter()
                .filter(|kind| *kind == Kind::Sqlite || postgres_url().is_some())
                .collect());
        }
        if self.databases.contains(&Kind::Postgres) && postgres_url().is_none() {
            return Err("set LYS_BENCH_POSTGRES_URL, for example to postgres://postgres@127.0.0.1".into());
        }
        Ok(self.databases.clone())
    }
}

/// Where `PostgreSQL` is: the benchmark makes databases of its own there.
pub(crate) fn postgres_url() -> Option<String> {
    let url = |name: &str| env::var(name).ok().filter(|url| !url.is_empty());
    url("LYS_BENCH_POSTGRES_URL").or_else(|| url("LYS_TEST_POSTGRES_URL"))
}

/// A value from the environment.
fn variable<T: FromStr>(name: &str, default: T) -> Outcome<T> {
    match env::var(name) {
        Ok(text) => value(name, Some(text)),
        Err(_) => Ok(default),
    }
}

/// The value of a flag.
fn value<T: FromStr>(name: &str, text: Option<String>) -> Outcome<T> {
    let text = text.ok_or_else(|| format!("`{name}` needs a value"))?;
    text.parse().map_err(|_| format!("`{name}` does not understand `{text}`").into())
}
