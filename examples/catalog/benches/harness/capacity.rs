//! What a server needs and what it makes of more: its memory at rest and under many connections,
//! and its throughput on one core and on all.

use std::time::Duration;

use super::{
    Options, Outcome,
    database::{Database, Kind},
    load::{CONNECTIONS, Load, Round},
    process::{self, Place, Program, Server, Setup},
    report::median,
    summary::Summary,
    workload::Workload,
};

/// Connections of the memory measure.
const MANY_CONNECTIONS: usize = 64;

/// How often the memory is looked at.
const SAMPLING: Duration = Duration::from_millis(50);

/// The memory of a server at one moment in MiB.
#[derive(Clone, Copy)]
struct Memory {
    /// All that is resident. On `SQLite` the mapped pages of the database file are part of it, which the kernel takes back at will.
    resident: f64,
    /// What is the process's own: neither program nor mapped file.
    own: f64,
}

impl Memory {
    fn of(server: &Server) -> Outcome<Self> {
        Ok(Self { resident: server.memory("VmRSS")?, own: server.memory("RssAnon")? })
    }
}

/// Measures the memory of fresh servers: after the start, and under a load over many connections.
pub(crate) async fn memory(
    database: &Database,
    place: &Place<'_>,
    workload: &Workload,
    options: &Options,
    summary: &mut Summary,
) -> Outcome<()> {
    for (side, program) in Program::BOTH.into_iter().enumerate() {
        let server = Server::start(program, place, Setup::usual()).await?;
        let idle = Memory::of(&server)?;
        let mut load = Load::new(&server, database, workload, side).over(MANY_CONNECTIONS);
        let busy = peak_while(&server, load.run(options.seconds)).await?;
        let on = database.kind.title();
        println!(
            "memory {on} {:<12} idle {:.1} MiB ({:.1} its own), {MANY_CONNECTIONS} connections {:.1} MiB ({:.1} its own), \
             peak {:.1} MiB",
            program.name(),
            idle.resident,
            idle.own,
            busy.resident,
            busy.own,
            server.memory("VmHWM")?,
        );
        if program == Program::Lys {
            summary.at_most(format!("memory of an idle server, MiB, {on}"), [60.0, 25.0], idle.resident);
            // The mapped file is the page cache's, not the server's.
            let busy = if database.kind == Kind::Sqlite { busy.own + idle.resident - idle.own } else { busy.resident };
            summary.at_most(format!("memory under {MANY_CONNECTIONS} connections, MiB, {on}"), [120.0, 60.0], busy);
        }
    }
    Ok(())
}

/// The most that a server has while `load` runs.
async fn peak_while(server: &Server, load: impl Future<Output = Outcome<Round>>) -> Outcome<Memory> {
    let mut peak = Memory::of(server)?;
    let mut load = std::pin::pin!(load);
    loop {
        tokio::select! {
            round = &mut load => return round.map(|_| peak),
            () = tokio::time::sleep(SAMPLING) => {
                let now = Memory::of(server)?;
                peak.resident = peak.resident.max(now.resident);
                peak.own = peak.own.max(now.own);
            }
        }
    }
}

/// Measures the throughput of lys with one worker on one core, and with one on each core.
pub(crate) async fn cores(
    database: &Database,
    place: &Place<'_>,
    workload: &Workload,
    options: &Options,
    summary: &mut Summary,
) -> Outcome<()> {
    let cores = process::cores();
    if cores < 2 {
        println!("cores: there is one only");
        return Ok(());
    }
    let one = Setup { workers: 1, one_core: true, ..Setup::usual() };
    let servers =
        [Server::start(Program::Lys, place, one).await?, Server::start(Program::Lys, place, Setup::usual()).await?];
    let mut loads = servers.each_ref().map(|server| Load::new(server, database, workload, 0).over(CONNECTIONS));
    for load in &mut loads {
        load.run(options.seconds / 4.0).await?;
    }
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let [one, all] = &mut loads;
        let rates = [one.run(options.seconds).await?.rate, all.run(options.seconds).await?.rate];
        ratios.push(rates[1] / rates[0]);
        println!("cores {}: {:.0} req/s on one, {:.0} on {cores}", database.kind.title(), rates[0], rates[1]);
    }
    let measure = format!("throughput on {cores} cores against 1, load generator included, {}", database.kind.title());
    summary.at_least(measure, [1.0, 1.0], median(ratios));
    Ok(())
}
