//! Medians, the table and the ratios of one database.

use super::{Program, database::Kind, load::Round, workload::Workload};

/// The rounds of all workloads on one database.
pub(crate) struct Report {
    /// Which database it was.
    pub(crate) kind: Kind,
    workloads: Vec<Measured>,
}

/// What was found about one workload, by side.
struct Measured {
    name: &'static str,
    statements: [f64; 2],
    rounds: [Vec<Round>; 2],
}

impl Report {
    /// A report without rounds.
    pub(crate) fn new(kind: Kind, workloads: &[Workload], statements: &[[f64; 2]]) -> Self {
        let measured = |(workload, statements): (&Workload, &[f64; 2])| Measured {
            name: workload.name,
            statements: *statements,
            rounds: [Vec::new(), Vec::new()],
        };
        Self { kind, workloads: workloads.iter().zip(statements).map(measured).collect() }
    }

    /// Adds a round of one side.
    pub(crate) fn add(&mut self, workload: usize, side: usize, round: Round) {
        self.workloads[workload].rounds[side].push(round);
    }

    /// Prints the medians of every workload and side.
    pub(crate) fn print(&self) {
        println!("\n{}, medians:", self.kind.title());
        for workload in &self.workloads {
            for (side, program) in Program::BOTH.iter().enumerate() {
                let (round, statements) = (workload.median(side), workload.statements[side]);
                println!("{:<17} {:<11} {round}   {statements:.1} statements", workload.name, program.name());
            }
        }
    }

    /// Prints how much better lys is: above 1 in rate, and in CPU time per request.
    pub(crate) fn print_ratios(&self) {
        let prefix = self.kind.prefix();
        for workload in &self.workloads {
            let name = workload.name;
            println!("ratio {prefix}{name} {:.2}", workload.ratio(|[lys, handwritten]| lys.rate / handwritten.rate));
            let cpu = workload.ratio(|[lys, handwritten]| handwritten.cpu / lys.cpu);
            println!("ratio {prefix}{name}_cpu {cpu:.2}");
            if self.kind == Kind::Postgres {
                let cpu = workload.ratio(|[lys, handwritten]| handwritten.total_cpu() / lys.total_cpu());
                println!("ratio {prefix}{name}_total_cpu {cpu:.2}");
            }
        }
    }

    /// How many times as many requests per second lys answers.
    pub(crate) fn rate_ratio(&self, workload: &str) -> Option<f64> {
        Some(self.find(workload)?.ratio(|[lys, handwritten]| lys.rate / handwritten.rate))
    }

    /// The CPU time of lys and the database per request in milliseconds.
    pub(crate) fn total_cpu(&self, workload: &str) -> Option<f64> {
        Some(self.find(workload)?.median_of(0, Round::total_cpu))
    }

    /// The statements of lys per request.
    pub(crate) fn statements(&self, workload: &str) -> Option<f64> {
        Some(self.find(workload)?.statements[0])
    }

    /// How many times as long lys takes for one workload as for another; their rounds stand side by side.
    pub(crate) fn time_ratio(&self, workload: &str, other: &str) -> Option<f64> {
        let rounds = [self.find(workload)?, self.find(other)?].map(|measured| &measured.rounds[0]);
        Some(median(rounds[0].iter().zip(rounds[1]).map(|(round, other)| other.rate / round.rate).collect()))
    }

    fn find(&self, name: &str) -> Option<&Measured> {
        self.workloads.iter().find(|workload| workload.name == name)
    }
}

impl Measured {
    /// The median of a ratio over the rounds: both sides of a round ran one after the other, so
    /// that a slow minute of the machine hits both.
    fn ratio(&self, of: fn([&Round; 2]) -> f64) -> f64 {
        let [lys, handwritten] = &self.rounds;
        median(lys.iter().zip(handwritten).map(|(lys, handwritten)| of([lys, handwritten])).collect())
    }

    fn median_of(&self, side: usize, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds[side].iter().map(figure).collect())
    }

    /// The median of each figure over the rounds of a side.
    fn median(&self, side: usize) -> Round {
        let of = |figure: fn(&Round) -> f64| self.median_of(side, figure);
        let database_cpu = of(|round| round.database_cpu.unwrap_or(f64::NAN));
        Round {
            rate: of(|round| round.rate),
            p50: of(|round| round.p50),
            p99: of(|round| round.p99),
            cpu: of(|round| round.cpu),
            database_cpu: Some(database_cpu).filter(|cpu| !cpu.is_nan()),
            client_cpu: of(|round| round.client_cpu),
        }
    }
}

/// The middle value; the mean of the two middle ones of an even count.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}
