//! What a run of the benchmark can be told.

use std::{env, str::FromStr};

use super::Outcome;

/// The sizes of a run. Each has a flag and an environment variable: `--products` and
/// `LYS_BENCH_PRODUCTS`, and so on; the flag wins.
pub(crate) struct Options {
    /// Products to create.
    pub(crate) products: u64,
    /// Reviews to create.
    pub(crate) reviews: u64,
    /// The length of a round.
    pub(crate) seconds: f64,
    /// Rounds per workload and side; the report shows medians.
    pub(crate) rounds: usize,
}

impl Options {
    /// Reads the environment, then the command line. `--quick` is a short run over small tables.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut options = Self {
            products: variable("LYS_BENCH_PRODUCTS", 100_000)?,
            reviews: variable("LYS_BENCH_REVIEWS", 500_000)?,
            seconds: variable("LYS_BENCH_SECONDS", 3.0)?,
            rounds: variable("LYS_BENCH_ROUNDS", 5)?,
        };
        let mut arguments = arguments;
        while let Some(flag) = arguments.next() {
            match flag.as_str() {
                "--bench" => {}
                "--quick" => options = Self { products: 2_000, reviews: 10_000, seconds: 1.0, rounds: 3 },
                "--products" => options.products = value(&flag, arguments.next())?,
                "--reviews" => options.reviews = value(&flag, arguments.next())?,
                "--seconds" => options.seconds = value(&flag, arguments.next())?,
                "--rounds" => options.rounds = value(&flag, arguments.next())?,
                other => return Err(format!("unknown argument `{other}`").into()),
            }
        }
        options.check()
    }

    /// Refuses sizes that cannot be measured.
    fn check(self) -> Outcome<Self> {
        if self.rounds == 0 || !self.seconds.is_finite() || self.seconds <= 0.0 {
            return Err("a run needs at least one round and a positive length".into());
        }
        if self.products < 1_000 {
            return Err("pages of 50 need at least 1000 products".into());
        }
        Ok(self)
    }
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
