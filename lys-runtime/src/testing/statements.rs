//! Statement budgets: how many statements a piece of a test may cost.

use std::fmt;

use crate::data::Database;

/// Runs `work` and tells which statements `database` ran meanwhile. Transaction control is not counted.
///
/// ```no_run
/// # async fn test(project: lys::testing::TestProject) {
/// use lys::testing::{statements, super_user};
///
/// let page = "{ allProducts(first: 50) { edges { node { name reviews { rating } } } } }";
/// let ran = statements(project.database(), async || project.execute(&super_user(), page, "{}").await).await;
/// let answer = ran.assert_exactly(2);
/// assert!(answer.get("errors").is_none());
/// # }
/// ```
///
/// One test at a time may look at a database: what others run on it meanwhile is counted too.
pub async fn statements<T>(database: &Database, work: impl AsyncFnOnce() -> T) -> Statements<T> {
    let log = database.statement_log();
    let _ = log.take();
    let answer = work().await;
    Statements { answer, texts: log.take() }
}

/// The statements that some work ran, and its answer.
#[derive(Debug, Clone)]
#[must_use = "assert something of them"]
pub struct Statements<T> {
    /// What the work answered with.
    pub answer: T,
    texts: Vec<String>,
}

impl<T> Statements<T> {
    /// Their texts, oldest first.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// There are exactly `budget`; gives the answer.
    ///
    /// # Panics
    /// When there are more or fewer: the message lists them.
    #[track_caller]
    pub fn assert_exactly(self, budget: usize) -> T {
        assert!(self.count() == budget, "expected exactly {}, but there {self}", counted(budget));
        self.answer
    }

    /// There are `budget` or fewer; gives the answer.
    ///
    /// # Panics
    /// When there are more: the message lists them.
    #[track_caller]
    pub fn assert_at_most(self, budget: usize) -> T {
        assert!(self.count() <= budget, "expected at most {}, but there {self}", counted(budget));
        self.answer
    }
}

/// `were 2 statements:` and a numbered line for each.
impl<T> fmt::Display for Statements<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.count() == 1 { "was" } else { "were" };
        if self.texts.is_empty() {
            return f.write_str("were no statements");
        }
        write!(f, "{verb} {}:", counted(self.count()))?;
        for (number, text) in self.texts.iter().enumerate() {
            write!(f, "\n  {}. {text}", number + 1)?;
        }
        Ok(())
    }
}

fn counted(number: usize) -> String {
    match number {
        1 => "1 statement".to_owned(),
        number => format!("{number} statements"),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn ran(texts: &[&str]) -> Statements<&'static str> {
        Statements { answer: "answer", texts: texts.iter().map(|text| (*text).to_owned()).collect() }
    }

    #[track_caller]
    fn complaint(assertion: impl FnOnce() -> &'static str) -> String {
        let panicked = catch_unwind(AssertUnwindSafe(assertion)).expect_err("the budget is exceeded");
        panicked.downcast_ref::<String>().expect("a text").clone()
    }

    #[test]
    fn a_budget_that_holds_gives_the_answer() {
        assert_eq!(ran(&["SELECT 1"]).assert_exactly(1), "answer");
        assert_eq!(ran(&["SELECT 1"]).assert_at_most(2), "answer");
        assert_eq!(ran(&[]).assert_at_most(0), "answer");
    }

    #[test]
    fn a_budget_that_is_exceeded_lists_the_statements() {
        assert_eq!(
            complaint(|| ran(&["SELECT 1", "SELECT 2"]).assert_at_most(1)),
            "expected at most 1 statement, but there were 2 statements:\n  1. SELECT 1\n  2. SELECT 2"
        );
        assert_eq!(
            complaint(|| ran(&["SELECT 1"]).assert_exactly(2)),
            "expected exactly 2 statements, but there was 1 statement:\n  1. SELECT 1"
        );
        assert_eq!(
            complaint(|| ran(&[]).assert_exactly(1)),
            "expected exactly 1 statement, but there were no statements"
        );
    }
}
