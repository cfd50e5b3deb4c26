//! `cargo bench -p catalog`: the lys catalog against the same server written by hand.
//!
//! Both sides serve the same database, each in its own process: an `SQLite` file always, and a database of its own in
//! `PostgreSQL` when `LYS_BENCH_POSTGRES_URL` (or `LYS_TEST_POSTGRES_URL`) says where that is. Before anything is timed,
//! their answers are compared; then rounds alternate between them. The last lines are the ratios, and the numbers that the
//! project promises beside what was measured.
//!
//! - `--quick`: a short run over small tables, which only proves that everything works.
//! - `--only by_id,page`: these workloads and measures alone.
//! - `--database sqlite` or `postgres`: this database alone.
//! - `--rounds`, `--seconds`, `--products`, `--reviews`: the sizes of a run.
//! - `--instructions`: counts the instructions of lys alone with valgrind, and compares them with the committed counts.

#[allow(clippy::disallowed_methods, reason = "written by hand: there is no lys reader here")]
mod handwritten;
mod harness;
mod paged;

use std::{env, process::ExitCode};

use harness::{Options, Outcome};

fn main() -> ExitCode {
    let outcome = match env::args().nth(1).as_deref() {
        Some(harness::HANDWRITTEN) => handwritten::serve().map_err(|error| error.to_string().into()),
        // It is given what the program `catalog` would be.
        Some(harness::PAGED) => return paged::serve(env::args().skip(1)),
        Some(harness::REPEAT) => harness::repeat(env::args().skip(2)),
        // `cargo test --all-targets` starts it without an argument.
        None => {
            println!("skipped: run `cargo bench -p catalog`, or pass an option such as `--quick`");
            Ok(())
        }
        Some(_) => bench(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the benchmark.
fn bench() -> Outcome<()> {
    harness::run(&Options::parse(env::args().skip(1))?)
}
