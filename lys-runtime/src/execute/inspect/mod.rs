//! Plan inspection: what was decided for each root field, and what each level asked the database.
//!
//! `Inspection` goes along with a request whose plan is asked for; `report` is what it saw, `tree` prints that.

mod report;
mod tree;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub use report::{
    DecisionReport, DocumentReport, FieldReport, GuardReport, LevelReport, PermissionReport, PlanReport,
    StatementReport,
};

use super::plan::RootField;
use crate::{
    access::{
        Actor, Decision, PermissionChain,
        scope::{Reach, Scope},
    },
    app::GuardEntry,
    data::{
        Consistency, Database,
        sql::SqlWriter,
        trace::{About, Trace},
    },
    entity::EntityDef,
    error::Result,
    operation::OperationDef,
};

/// Watches one request.
pub(crate) struct Inspection {
    /// The handle that the request works with: it adds its statements to the trace.
    pub(crate) database: Database,
    /// Mutations are undone instead of committed.
    pub(crate) rehearsal: bool,
    trace: Arc<Trace>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    document: DocumentReport,
    cost: u64,
    consistency: Consistency,
    guards: Vec<GuardReport>,
    decisions: Vec<Decided>,
}

/// What was decided for one root field.
struct Decided {
    /// Key in the answer.
    field: String,
    operation: &'static str,
    decision: DecisionReport,
    is_mutation: bool,
}

impl Inspection {
    pub(crate) fn new(database: &Database, rehearsal: bool) -> Self {
        let trace = Trace::new();
        Self { database: database.traced(Arc::clone(&trace)), rehearsal, trace, seen: Mutex::default() }
    }

    /// How the document was found.
    pub(crate) fn saw_document(&self, known: bool, time: Duration) {
        let cache = if known { "hit" } else { "miss" };
        self.see(|seen| seen.document = DocumentReport { cache, ms: milliseconds(time) });
    }

    /// The most rows that it may read.
    pub(crate) fn saw_cost(&self, cost: u64) {
        self.see(|seen| seen.cost = cost);
    }

    /// What its rows are read with.
    pub(crate) fn saw_consistency(&self, consistency: Consistency) {
        self.see(|seen| seen.consistency = consistency);
    }

    /// Decides like the chain, and keeps what each permission said.
    pub(crate) fn decide(
        &self,
        chain: &PermissionChain,
        actor: &Actor,
        field: &RootField,
        definition: &OperationDef,
    ) -> Result<Decision> {
        let (decision, opinions) = chain.explain(actor, definition.name, &definition.audience);
        let decided = Decided {
            field: field.name.to_string(),
            operation: definition.name,
            decision: DecisionReport::new(&definition.audience, &opinions, &decision),
            is_mutation: definition.root == crate::operation::Root::Mutation,
        };
        self.see(|seen| seen.decisions.push(decided));
        decision
    }

    /// Decides on a guarded field like the chain, and keeps what each permission said.
    pub(crate) fn decide_field(&self, chain: &PermissionChain, actor: &Actor, guard: &GuardEntry) -> Result<Decision> {
        let (decision, opinions) = chain.explain(actor, &guard.name, &guard.audience);
        let report = DecisionReport::new(&guard.audience, &opinions, &decision);
        self.see(|seen| seen.guards.push(GuardReport { guard: guard.name.clone(), decision: report }));
        decision
    }

    /// All of it. What is still at work afterwards is not seen.
    pub(crate) fn report(&self) -> PlanReport {
        let Seen { document, cost, consistency, guards, decisions } =
            std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let places = self.trace.take();
        let is_first = |at: usize| decisions[..at].iter().all(|earlier| earlier.field != decisions[at].field);
        let firsts: Vec<bool> = (0..decisions.len()).map(is_first).collect();
        let fields = decisions.into_iter().zip(firsts).map(|(decided, first)| self.field(decided, first, &places));
        let fields = fields.collect();
        PlanReport { document, cost, consistency, guards, fields }
    }

    /// What was read for a field on which several decisions were made stands at the `first` of them.
    fn field(&self, decided: Decided, first: bool, places: &[crate::data::trace::Place]) -> FieldReport {
        let Decided { field, operation, decision, is_mutation } = decided;
        let at = places.iter().skip(1).position(|place| place.parent == 0 && place.about.name == field);
        let at = at.map(|index| index + 1);
        FieldReport {
            field,
            operation,
            decision,
            rolled_back: self.rehearsal && is_mutation && at.is_some(),
            ms: at.map(|at| milliseconds(places[at].time)),
            statements: at.filter(|_| first).map(|at| report::statements(&places[at])).unwrap_or_default(),
            levels: at.filter(|_| first).map(|at| report::levels(places, at)).unwrap_or_default(),
        }
    }

    fn see(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A level of `entity`'s rows inside `scope`.
pub(crate) fn level(name: &str, entity: &EntityDef, scope: &Scope<'_>, database: &Database) -> About {
    let scope = match scope.reach {
        Reach::Nothing => "no rows".to_owned(),
        Reach::All | Reach::Where(_) => {
            let mut sql = SqlWriter::new(database.backend());
            sql.filter(entity, "", &[], scope);
            let condition = sql.text.trim_start_matches(" WHERE ");
            if condition.is_empty() { "all rows".to_owned() } else { condition.to_owned() }
        }
    };
    About { name: name.to_owned(), entity: Some(entity.name), scope }
}

/// A part of the work that is no level.
pub(crate) fn part(name: &str) -> About {
    About { name: name.to_owned(), ..About::default() }
}

/// Three digits behind the point: microseconds.
fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}
