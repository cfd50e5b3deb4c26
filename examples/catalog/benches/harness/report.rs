//! Medians, the table and the ratios.

use super::{SIDES, load::Round};

/// The rounds of all workloads.
#[derive(Default)]
pub(crate) struct Report {
    workloads: Vec<Measured>,
}

/// The rounds of one workload, by side.
struct Measured {
    name: &'static str,
    rounds: [Vec<Round>; 2],
}

impl Report {
    /// Adds a round of one side.
    pub(crate) fn add(&mut self, workload: &'static str, side: usize, round: Round) {
        if self.workloads.last().is_none_or(|last| last.name != workload) {
            self.workloads.push(Measured { name: workload, rounds: [Vec::new(), Vec::new()] });
        }
        if let Some(measured) = self.workloads.last_mut() {
            measured.rounds[side].push(round);
        }
    }

    /// Prints the medians of every workload and side.
    pub(crate) fn print(&self) {
        println!("\nmedians:");
        for workload in &self.workloads {
            for (side, name) in SIDES.iter().enumerate() {
                println!("{:<8} {name:<12} {}", workload.name, workload.median(side));
            }
        }
    }

    /// Prints how much better lys is: above 1 in rate, and in CPU time per request.
    pub(crate) fn print_ratios(&self) {
        for workload in &self.workloads {
            let ratio = workload.ratio(|lys, handwritten| lys.rate / handwritten.rate);
            println!("ratio {} {ratio:.2}", workload.name);
        }
        for workload in &self.workloads {
            let ratio = workload.ratio(|lys, handwritten| handwritten.cpu / lys.cpu);
            println!("ratio {}_cpu {ratio:.2}", workload.name);
        }
    }
}

impl Measured {
    /// The median of a ratio over the rounds: both sides of a round ran one after the other, so
    /// that a slow minute of the machine hits both.
    fn ratio(&self, of: fn(&Round, &Round) -> f64) -> f64 {
        let [lys, handwritten] = &self.rounds;
        median(lys.iter().zip(handwritten).map(|(lys, handwritten)| of(lys, handwritten)).collect())
    }

    /// The median of each figure over the rounds of a side.
    fn median(&self, side: usize) -> Round {
        let of = |figure: fn(&Round) -> f64| median(self.rounds[side].iter().map(figure).collect());
        Round {
            rate: of(|round| round.rate),
            p50: of(|round| round.p50),
            p99: of(|round| round.p99),
            cpu: of(|round| round.cpu),
        }
    }
}

/// The middle value; the mean of the two middle ones of an even count.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}
