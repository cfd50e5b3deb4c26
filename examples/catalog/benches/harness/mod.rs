//! The benchmark: fills a database, starts both servers, compares and measures them.

mod compare;
mod http;
mod load;
mod options;
mod process;
mod report;
mod sample;
mod token;
mod workload;

use std::{env, error::Error, path::Path, time::Duration};

pub(crate) use self::options::Options;
use self::{
    load::Load,
    process::{Server, ServerCommand},
    report::Report,
    sample::Sample,
    workload::Workload,
};

/// The result of a step; every error ends the benchmark with its text.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The hidden argument that makes the benchmark serve the hand-written catalog.
pub(crate) const HANDWRITTEN: &str = "handwritten";

/// The lys catalog, built by cargo before the benchmark.
const CATALOG: &str = env!("CARGO_BIN_EXE_catalog");

/// The two sides; lys comes first everywhere.
const SIDES: [&str; 2] = ["lys", HANDWRITTEN];

/// Fills, starts, compares, measures and prints.
pub(crate) async fn run(options: &Options) -> Outcome<()> {
    let home = tempfile::Builder::new().prefix("catalog-bench-").tempdir()?;
    println!("filling {}: {} products, {} reviews", home.path().display(), options.products, options.reviews);
    process::fill(CATALOG, home.path(), options)?;

    let servers = [start_lys(home.path()).await?, start_handwritten(home.path()).await?];
    let idle = [servers[0].memory("VmRSS")?, servers[1].memory("VmRSS")?];
    let samples = sample::take(&servers).await?;
    let workloads = Workload::all(&samples);
    compare::refusals(&servers, &samples[0]).await?;
    for workload in &workloads {
        compare::answers(&servers, workload, &samples[0].token).await?;
    }
    if let Some(load) = process::foreign_load() {
        println!("load average {load:.1}: other programs are busy, trust the cpu ratios only");
    }
    println!("answers agree; measuring {} rounds of {} s per side", options.rounds, options.seconds);

    let report = measure(&servers, &workloads, &samples, options).await?;
    report.print();
    for ((side, server), idle) in SIDES.iter().zip(&servers).zip(idle) {
        let (peak, own) = (server.memory("VmHWM")?, server.memory("RssAnon")?);
        println!("memory {side}: idle {idle:.1} MiB, peak {peak:.1} MiB with the mapped database, own {own:.1} MiB");
    }
    report.print_ratios();
    Ok(())
}

/// Starts the lys catalog.
async fn start_lys(home: &Path) -> Outcome<Server> {
    let port = process::free_port()?;
    let arguments = ["serve", "--host", "127.0.0.1", "--port", &port.to_string()].map(str::to_owned);
    Server::start(ServerCommand { name: SIDES[0], program: CATALOG.into(), arguments: arguments.into(), port }, home)
        .await
}

/// Starts the hand-written catalog: this program once more.
async fn start_handwritten(home: &Path) -> Outcome<Server> {
    let port = process::free_port()?;
    let arguments = vec![HANDWRITTEN.to_owned()];
    Server::start(ServerCommand { name: SIDES[1], program: env::current_exe()?, arguments, port }, home).await
}

/// Alternating rounds of every workload; which side begins alternates too.
async fn measure(
    servers: &[Server; 2],
    workloads: &[Workload],
    samples: &[Sample; 2],
    options: &Options,
) -> Outcome<Report> {
    let mut report = Report::default();
    for workload in workloads {
        let side = |side: usize| Load::new(&servers[side], &samples[side].token, workload.requests[side].clone());
        let mut loads = [side(0), side(1)];
        for load in &mut loads {
            load.run(Duration::from_secs_f64(options.seconds / 4.0)).await?;
        }
        for round in 0..options.rounds {
            for turn in 0..2 {
                let side = (round + turn) % 2;
                let duration = Duration::from_secs_f64(options.seconds);
                let measured = loads[side].run(duration).await?;
                println!("{:<8} {:<12} {measured}", workload.name, SIDES[side]);
                report.add(workload.name, side, measured);
            }
        }
    }
    Ok(report)
}
