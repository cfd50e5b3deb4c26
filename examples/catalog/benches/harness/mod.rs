//! The benchmark: fills databases, starts both servers, compares and measures them.

mod capacity;
mod compare;
mod database;
mod http;
mod instructions;
mod load;
mod options;
mod process;
mod report;
mod requests;
mod sample;
mod servers;
mod summary;
mod token;
mod warm;
mod workload;

use std::error::Error;

use self::{
    database::{Database, Kind},
    load::Load,
    process::{Place, Program, Server, Setup},
    report::Report,
    sample::Sample,
    servers::Servers,
    summary::Summary,
    workload::{NESTED_CONNECTION, Workload},
};
pub(crate) use self::{options::Options, warm::REPEAT};

/// The result of a step; every error ends the benchmark with its text.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The hidden argument that makes the benchmark serve the hand-written catalog.
pub(crate) const HANDWRITTEN: &str = "handwritten";

/// The hidden argument that makes the benchmark serve the catalog with paged reviews.
pub(crate) const PAGED: &str = "paged";

/// What `--only` may name beside the workloads.
const MEMORY: &str = "memory";
const CORES: &str = "cores";
const WARM: &str = "warm";

/// What `--only` may name.
fn parts() -> Vec<&'static str> {
    Workload::NAMES.iter().copied().chain([MEMORY, CORES, WARM]).collect()
}

/// Counts instructions, or measures what the options want.
pub(crate) fn run(options: &Options) -> Outcome<()> {
    if options.instructions {
        return instructions::check();
    }
    let mut summary = Summary::default();
    if options.wants(WARM) {
        warm::measure(&mut summary)?;
    }
    if options.wants_servers() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            // Ending the run instead of the process stops the servers.
            tokio::select! {
                outcome = measure_databases(options, &mut summary) => outcome,
                _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
            }
        })?;
    }
    summary.print();
    if options.quick {
        println!("\nThis was a short run: it shows that everything works, its numbers mean nothing.");
    }
    Ok(())
}

/// Repeats one piece of work: the hidden mode that valgrind looks at.
pub(crate) fn repeat(mut arguments: impl Iterator<Item = String>) -> Outcome<()> {
    let (Some(url), Some(subject), Some(times)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err(format!("`{REPEAT}` needs a URL, a subject and a number").into());
    };
    warm::Warm::open(&url)?.repeat(&subject, times.parse()?)
}

/// Measures every database, then prints the ratios.
async fn measure_databases(options: &Options, summary: &mut Summary) -> Outcome<()> {
    let mut reports = Vec::new();
    for kind in options.databases()? {
        let report = measure_database(kind, options, summary).await?;
        report.print();
        reports.push(report);
    }
    println!();
    for report in &reports {
        report.print_ratios();
    }
    Ok(())
}

/// Compares and measures both servers on one database.
async fn measure_database(kind: Kind, options: &Options, summary: &mut Summary) -> Outcome<Report> {
    let database = Database::prepare(kind, options).await?;
    let home = tempfile::Builder::new().prefix("catalog-bench-").tempdir()?;
    let place = Place { home: home.path(), url: &database.url };

    let (samples, workloads, statements) = compare_sides(&database, &place, options).await?;
    if let Some(load) = process::foreign_load() {
        println!("load average {load:.1}: other programs are busy, trust the cpu ratios only");
    }
    println!("{}: answers agree; {} rounds of {} s per side", kind.title(), options.rounds, options.seconds);
    let mut report = Report::new(kind, &workloads, &statements);
    let servers = Servers::start(&place, Setup::usual(), options.wants(NESTED_CONNECTION)).await?;
    measure(&servers, &database, &workloads, options, &mut report).await?;
    drop(servers);
    summary.add(&report);

    if options.wants(MEMORY) {
        let workload = Workload::named("nested", &samples)?;
        capacity::memory(&database, &place, &workload, options, summary).await?;
    }
    if options.wants(CORES) {
        let workload = Workload::named("page", &samples)?;
        capacity::cores(&database, &place, &workload, options, summary).await?;
    }
    Ok(report)
}

/// Compares the answers of servers that log their statements; returns the workloads, and how many statements each one takes.
async fn compare_sides(
    database: &Database,
    place: &Place<'_>,
    options: &Options,
) -> Outcome<([Sample; 2], Vec<Workload>, Vec<[f64; 2]>)> {
    let setup = Setup { statements: true, ..Setup::usual() };
    let servers = Servers::start(place, setup, options.wants(NESTED_CONNECTION)).await?;
    let samples = sample::take(servers.both(), options.products).await?;
    compare::refusals(servers.both(), &samples[0]).await?;
    let wanted = Workload::NAMES.iter().copied().filter(|name| options.wants(name));
    let workloads = wanted.map(|name| Workload::named(name, &samples)).collect::<Outcome<Vec<_>>>()?;
    let mut statements = Vec::new();
    for workload in &workloads {
        statements.push(compare::answers(servers.of(workload), workload).await?);
    }
    database.remove_created().await?;
    Ok((samples, workloads, statements))
}

/// Rounds over all workloads; within one, both sides follow each other, and which begins alternates.
async fn measure(
    servers: &Servers,
    database: &Database,
    workloads: &[Workload],
    options: &Options,
    report: &mut Report,
) -> Outcome<()> {
    let load = |workload, side: usize| Load::new(servers.of(workload)[side], database, workload, side);
    let mut loads: Vec<[Load<'_>; 2]> =
        workloads.iter().map(|workload| [load(workload, 0), load(workload, 1)]).collect();
    for load in loads.iter_mut().flatten() {
        load.run(options.seconds / 4.0).await?;
    }
    for round in 0..options.rounds {
        for (index, (workload, loads)) in workloads.iter().zip(&mut loads).enumerate() {
            for turn in 0..2 {
                let side = (round + turn) % 2;
                let measured = loads[side].run(options.seconds).await?;
                println!("{:<17} {:<11} {measured}", workload.name, Program::BOTH[side].name());
                report.add(index, side, measured);
            }
        }
    }
    Ok(())
}
