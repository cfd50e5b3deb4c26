//! `cargo bench -p catalog`: the lys catalog against the same server written by hand.
//!
//! Both sides serve the same `SQLite` file, each in its own process. Before anything is timed, their
//! answers are compared; then rounds alternate between them. The last lines are the ratios that
//! the project promises.

#[allow(clippy::disallowed_methods, reason = "written by hand: there is no lys reader here")]
mod handwritten;
mod harness;

use std::{env, process::ExitCode};

use harness::{Options, Outcome};

fn main() -> ExitCode {
    let outcome = match env::args().nth(1).as_deref() {
        Some(harness::HANDWRITTEN) => handwritten::serve().map_err(|error| error.to_string().into()),
        _ => bench(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the benchmark, unless `cargo test --all-targets` has started it.
fn bench() -> Outcome<()> {
    if env::args().len() == 1 {
        println!("skipped: run `cargo bench -p catalog`, or pass an option such as `--quick`");
        return Ok(());
    }
    let options = Options::parse(env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Ending the run instead of the process stops the servers and removes the database.
        tokio::select! {
            outcome = harness::run(&options) => outcome,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        }
    })
}
