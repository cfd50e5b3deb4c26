//! What a request asked the database, and for which part of its plan. Kept only when somebody asks for the plan.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// The places of one request's work, with the statements that each ran.
#[derive(Debug)]
pub(crate) struct Trace(Mutex<State>);

#[derive(Debug)]
struct State {
    places: Vec<Place>,
    /// Where work is going on now: index into the places.
    current: usize,
}

/// A part of the work: a root field, a level of rows, a computed field.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// Index of the place around it; the outermost is its own parent.
    pub(crate) parent: usize,
    pub(crate) about: About,
    pub(crate) statements: Vec<RanStatement>,
    /// From its beginning to its end.
    pub(crate) time: Duration,
}

/// What a place is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// Key in the answer.
    pub(crate) name: String,
    /// The entity whose rows are read, if it is a level.
    pub(crate) entity: Option<&'static str>,
    /// The condition that limits the rows to the decision's, without its values.
    pub(crate) scope: String,
}

/// A statement that was run. Values are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RanStatement {
    pub(crate) sql: String,
    /// Rows read or changed; none when it failed.
    pub(crate) rows: Option<u64>,
    pub(crate) time: Duration,
}

impl Trace {
    /// An empty trace; its outermost place stands for the request.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(State { places: vec![Place::default()], current: 0 })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, about: About) -> usize {
        let mut state = self.state();
        let parent = state.current;
        state.places.push(Place { parent, about, ..Place::default() });
        state.places.len() - 1
    }

    /// Makes `place` the current one; gives the one before.
    fn enter(&self, place: usize) -> usize {
        std::mem::replace(&mut self.state().current, place)
    }

    /// All places so far, each behind the one around it.
    pub(crate) fn take(&self) -> Vec<Place> {
        std::mem::take(&mut self.state().places)
    }
}

/// Runs `work` as a place of its own, if there is a trace. Places may be at work side by side: the current one is set anew whenever
/// the work goes on.
pub(crate) async fn within<F: Future>(trace: Option<&Arc<Trace>>, about: impl FnOnce() -> About, work: F) -> F::Output {
    let mut work = pin!(work);
    let Some(trace) = trace else { return work.await };
    let place = trace.open(about());
    let started = Instant::now();
    let output = poll_fn(|context| {
        let before = trace.enter(place);
        let polled = work.as_mut().poll(context);
        trace.enter(before);
        polled
    });
    let output = output.await;
    trace.state().places[place].time = started.elapsed();
    output
}

/// A statement at work.
pub(super) struct Watch {
    trace: Arc<Trace>,
    place: usize,
    sql: String,
    started: Instant,
}

impl Watch {
    /// Watches a statement, if there is a trace.
    pub(super) fn begin(trace: Option<&Arc<Trace>>, sql: &str) -> Option<Self> {
        let trace = Arc::clone(trace?);
        let place = trace.state().current;
        Some(Self { trace, place, sql: sql.to_owned(), started: Instant::now() })
    }

    /// It has ended, and has read or changed so many rows unless it failed.
    pub(super) fn end(watch: Option<Self>, rows: Option<u64>) {
        let Some(Self { trace, place, sql, started }) = watch else { return };
        trace.state().places[place].statements.push(RanStatement { sql, rows, time: started.elapsed() });
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join;

    use super::*;

    fn about(name: &str) -> impl FnOnce() -> About {
        let name = name.to_owned();
        move || About { name, ..About::default() }
    }

    async fn statement(trace: Option<&Arc<Trace>>, sql: &str) {
        let watch = Watch::begin(trace, sql);
        tokio::task::yield_now().await;
        Watch::end(watch, Some(7));
    }

    #[tokio::test]
    async fn places_side_by_side_keep_their_statements() {
        let trace = Trace::new();
        let some = Some(&trace);
        let level = |name: &'static str, below: &'static str| async move {
            statement(some, name).await;
            within(some, about(below), statement(some, below)).await;
            statement(some, name).await;
        };
        within(
            some,
            about("a"),
            join(within(some, about("b"), level("b", "c")), within(some, about("d"), level("d", "e"))),
        )
        .await;
        let places = trace.take();
        let seen: Vec<(&str, &str, Vec<&str>)> = places
            .iter()
            .map(|place| {
                let statements = place.statements.iter().map(|statement| statement.sql.as_str()).collect();
                (places[place.parent].about.name.as_str(), place.about.name.as_str(), statements)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("", "", vec![]),
                ("", "a", vec![]),
                ("a", "b", vec!["b", "b"]),
                ("a", "d", vec!["d", "d"]),
                ("b", "c", vec!["c"]),
                ("d", "e", vec!["e"]),
            ]
        );
        assert!(places.iter().flat_map(|place| &place.statements).all(|statement| statement.rows == Some(7)));
    }

    #[tokio::test]
    async fn without_a_trace_work_is_only_done() {
        assert_eq!(within(None, || unreachable!("nobody asks"), async { 5 }).await, 5);
        statement(None, "SELECT 1").await;
    }
}
