//! What an inspection saw, as data: `extensions.plan` is its JSON. No value that a statement was given is in it.

use serde::Serialize;

use super::milliseconds;
use crate::{
    access::{Decision, Opinion},
    data::{Consistency, trace::Place},
    error::Result,
    operation::Audience,
};

/// How a request was answered.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanReport {
    /// How its document was found.
    pub document: DocumentReport,
    /// The most rows that it may read for its selection, as estimated before it ran.
    pub cost: u64,
    /// Whether all that it read was of one moment.
    pub consistency: Consistency,
    /// Fields with an access of their own that it may use, and what was decided on them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<GuardReport>,
    /// Its operations, in answer order.
    pub fields: Vec<FieldReport>,
}

/// A field with an access of its own.
#[derive(Debug, Clone, Serialize)]
pub struct GuardReport {
    /// What claims call it: `employee_node.salary`.
    pub guard: String,
    /// Who may read it, and what was decided.
    pub decision: DecisionReport,
}

/// How a document was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DocumentReport {
    /// `hit`, or `miss` when it had to be parsed, validated and compiled.
    pub cache: &'static str,
    /// How long that took, in milliseconds.
    pub ms: f64,
}

/// One root field.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldReport {
    /// Its key in the answer.
    pub field: String,
    /// The operation's `snake_case` name.
    pub operation: &'static str,
    /// Who may call it, and what was decided.
    pub decision: DecisionReport,
    /// Whether what it wrote was undone, because only its plan was asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rolled_back: bool,
    /// How long it took, in milliseconds; none when it was not run.
    pub ms: Option<f64>,
    /// What its resolver asked the database.
    pub statements: Vec<StatementReport>,
    /// What was read for its selection.
    pub levels: Vec<LevelReport>,
}

/// A decision and its reasons.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionReport {
    /// Levels that the operation is open to.
    pub levels: Vec<&'static str>,
    /// Whether it is open without a right.
    pub public: bool,
    /// What each permission said, in the order of the chain, up to the one that settled it.
    pub permissions: Vec<PermissionReport>,
    /// Which rows are allowed; none when it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// The code of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied: Option<String>,
}

/// What one permission said.
#[derive(Debug, Clone, Serialize)]
pub struct PermissionReport {
    /// Its name.
    pub permission: &'static str,
    /// Its opinion, without ids.
    pub opinion: String,
}

/// A level of rows, or a computed field.
#[derive(Debug, Clone, Serialize)]
pub struct LevelReport {
    /// The field that it is read for; `row` or `page` for the operation's own rows.
    pub level: String,
    /// The entity whose rows are read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<&'static str>,
    /// The condition that limits the rows to what was decided: `all rows`, `no rows` or SQL.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// How long it took with everything below it, in milliseconds.
    pub ms: f64,
    /// What was asked.
    pub statements: Vec<StatementReport>,
    /// Levels below.
    pub levels: Vec<LevelReport>,
}

/// One statement.
#[derive(Debug, Clone, Serialize)]
pub struct StatementReport {
    /// Its text, with placeholders.
    pub sql: String,
    /// Rows read or changed; none when it failed.
    pub rows: Option<u64>,
    /// How long it took, in milliseconds, waiting for a connection included.
    pub ms: f64,
}

impl DecisionReport {
    pub(super) fn new(audience: &Audience, opinions: &[(&'static str, Opinion)], decision: &Result<Decision>) -> Self {
        let said = opinions.iter().map(|(permission, opinion)| (*permission, opinion.to_string()));
        Self {
            levels: audience.levels.clone(),
            public: audience.public.is_some(),
            permissions: said.map(|(permission, opinion)| PermissionReport { permission, opinion }).collect(),
            allowed: decision.as_ref().ok().map(|decision| decision.grant().to_string()),
            denied: decision.as_ref().err().map(|error| error.code().to_owned()),
        }
    }
}

/// The statements of a place itself.
pub(super) fn statements(place: &Place) -> Vec<StatementReport> {
    let statement = |ran: &crate::data::trace::RanStatement| StatementReport {
        sql: ran.sql.clone(),
        rows: ran.rows,
        ms: milliseconds(ran.time),
    };
    place.statements.iter().map(statement).collect()
}

/// The places inside the one at `parent`, with everything below them.
pub(super) fn levels(places: &[Place], parent: usize) -> Vec<LevelReport> {
    let inside = places.iter().enumerate().skip(1).filter(|(_, place)| place.parent == parent);
    inside
        .map(|(at, place)| LevelReport {
            level: place.about.name.clone(),
            entity: place.about.entity,
            scope: place.about.scope.clone(),
            ms: milliseconds(place.time),
            statements: statements(place),
            levels: levels(places, at),
        })
        .collect()
}
