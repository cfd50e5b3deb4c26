//! The numbers that the project promises (00-design §8): floor, aim, and what was measured.

use super::report::Report;

/// The measures of a run, in the order they were taken.
#[derive(Default)]
pub(crate) struct Summary {
    rows: Vec<Row>,
}

/// One measure.
struct Row {
    measure: String,
    floor: f64,
    aim: f64,
    measured: f64,
    /// Whether more is better.
    more: bool,
}

impl Summary {
    /// A measure that should be at least `floor`, and better `aim`.
    pub(crate) fn at_least(&mut self, measure: impl Into<String>, [floor, aim]: [f64; 2], measured: f64) {
        self.rows.push(Row { measure: measure.into(), floor, aim, measured, more: true });
    }

    /// A measure that should be at most `floor`, and better `aim`.
    pub(crate) fn at_most(&mut self, measure: impl Into<String>, [floor, aim]: [f64; 2], measured: f64) {
        self.rows.push(Row { measure: measure.into(), floor, aim, measured, more: false });
    }

    /// Adds what the workloads of one database have shown.
    pub(crate) fn add(&mut self, report: &Report) {
        let on = report.kind.title();
        let rates = [("by_id", [1.3, 2.0]), ("page", [2.0, 3.5]), ("nested", [2.0, 3.5])];
        for (workload, limits) in rates {
            if let Some(ratio) = report.rate_ratio(workload) {
                self.at_least(format!("requests/s against the hand-written server, {workload}, {on}"), limits, ratio);
            }
        }
        let cpu = [("by_id", [0.20, 0.10]), ("page", [0.35, 0.17]), ("nested", [1.6, 1.1])];
        for (workload, limits) in cpu {
            if let Some(ms) = report.total_cpu(workload) {
                self.at_most(format!("CPU ms per request, server and database, {workload}, {on}"), limits, ms);
            }
        }
        let statements = [
            ("by_id", 1.0),
            ("page", 1.0),
            ("page_count", 2.0),
            ("nested", 3.0),
            ("nested_connection", 2.0),
            ("create", 3.0),
        ];
        for (workload, most) in statements {
            if let Some(count) = report.statements(workload) {
                self.at_most(format!("statements, {workload}, {on}"), [most, most], count);
            }
        }
        if let Some(ratio) = report.time_ratio("deep", "first") {
            self.at_most(format!("time of page 1,800 against page 1, {on}"), [1.5, 1.1], ratio);
        }
        for (workload, parents) in [("nested_20", 20.0), ("nested", 50.0), ("nested_100", 100.0)] {
            if let [Some(few), Some(many)] = ["nested_5", workload].map(|workload| report.total_cpu(workload)) {
                let ratio = (many / parents) / (few / 5.0);
                let measure = format!("CPU per parent of a nested page, {parents} against 5 parents, {on}");
                self.at_most(measure, [1.0, 1.0], ratio);
            }
        }
    }

    /// Prints the table; what was not measured in this run is not in it.
    pub(crate) fn print(&self) {
        let width = self.rows.iter().map(|row| row.measure.chars().count()).max().unwrap_or_default();
        println!("\n{:<width$}   floor     aim   measured", "measure");
        for row in &self.rows {
            let Row { measure, floor, aim, measured, .. } = row;
            println!("{measure:<width$} {floor:>7} {aim:>7} {measured:>10.2}   {}", row.verdict());
        }
    }
}

impl Row {
    fn verdict(&self) -> &'static str {
        let reaches = |limit: f64| if self.more { self.measured >= limit } else { self.measured <= limit };
        match (reaches(self.aim), reaches(self.floor)) {
            (true, _) => "aim met",
            (false, true) => "floor met",
            (false, false) => "MISSED",
        }
    }
}
