//! What `aggregate(…)` and `group_by(…)` mean in a project: fields of a node's connections, which all of them have.

use indexmap::IndexMap;

use super::{Model, Source, StartError, shown};
use crate::{node::CellOutput, operation::OutputDef, output::TypeRef, schema::aggregates::COUNT};

/// What the connections of a node tell of all their rows together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeAggregates {
    /// Columns that are summed up.
    pub(crate) columns: Vec<AggregateColumn>,
    /// Columns to group by.
    pub(crate) groups: Vec<AggregateColumn>,
}

/// A column, and how the node shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AggregateColumn {
    /// `snake_case` name.
    pub(crate) name: &'static str,
    pub(crate) column: u16,
    pub(crate) ty: TypeRef,
    pub(crate) output: CellOutput,
}

impl AggregateColumn {
    /// Its value of the enum of `groups`.
    pub(crate) fn choice(&self) -> String {
        self.name.to_uppercase()
    }

    /// Whether there are a sum and an average.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self.output, CellOutput::Int | CellOutput::Float | CellOutput::DecimalFloat)
    }
}

/// Settles the aggregates of all nodes. Their connections share one type, so they agree.
pub(super) fn collect(model: &mut Model, faults: &mut StartError) {
    let mut settled: IndexMap<&'static str, (NodeAggregates, Source)> = IndexMap::new();
    for entry in model.operations.values() {
        let OutputDef::Connection { node, aggregate, groups, .. } = &entry.definition.output else { continue };
        let place = format!("{}: `{}`", entry.source, entry.definition.name);
        let aggregates = NodeAggregates {
            columns: columns(model, node, aggregate, &place, faults),
            groups: columns(model, node, groups, &place, faults),
        };
        if aggregates.columns.iter().any(|column| column.name == COUNT) {
            faults.add(format!("{place} sums up a column `{COUNT}`, but that is the number of rows; leave it out"));
        }
        match settled.get(node) {
            Some((known, source)) if *known != aggregates => faults.add(format!(
                "the connections of `{node}` have other aggregates at {} than at {source}; give all of them the same `aggregate(…)` and `group_by(…)`",
                entry.source
            )),
            Some(_) => {}
            None => {
                settled.insert(node, (aggregates, entry.source.clone()));
            }
        }
    }
    settled.retain(|_, (aggregates, _)| !aggregates.columns.is_empty() || !aggregates.groups.is_empty());
    model.aggregates = settled.into_iter().map(|(node, (aggregates, _))| (node, aggregates)).collect();
}

fn columns(model: &Model, node: &str, columns: &[u16], place: &str, faults: &mut StartError) -> Vec<AggregateColumn> {
    let Some(node) = model.nodes.get(node) else { return Vec::new() };
    let entity = &model.entities[node.entity].definition;
    let settle = |column: &u16| {
        let name = entity.columns[usize::from(*column)].name;
        let Some(shown) = shown::column(model, node, *column) else {
            faults.add(format!(
                "{place} sums up or groups by `{name}`, which `{}` does not show; show it, or take it out of `aggregate(…)` and `group_by(…)`",
                node.definition.name
            ));
            return None;
        };
        Some(AggregateColumn { name, column: *column, ty: shown.ty, output: shown.output })
    };
    columns.iter().filter_map(settle).collect()
}
