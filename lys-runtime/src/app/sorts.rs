//! What `sort(…)` means in a project: which keys there are, and what has to be read for those that no column of the entity holds.

use indexmap::IndexMap;

use super::{
    Model, NodeEntry, StartError,
    guards::{self, Guarded},
    shown,
};
use crate::{
    connection::SortDef,
    entity::{ColumnDef, ColumnKind, EntityDef},
    name::pascal_case,
    operation::OutputDef,
    schema::sorts::{DIRECTION, direction},
};

/// What keys beyond the entity's columns are called in a statement; so many there may be.
const NAMES: [&str; 32] = [
    "lys_s1", "lys_s2", "lys_s3", "lys_s4", "lys_s5", "lys_s6", "lys_s7", "lys_s8", "lys_s9", "lys_s10", "lys_s11",
    "lys_s12", "lys_s13", "lys_s14", "lys_s15", "lys_s16", "lys_s17", "lys_s18", "lys_s19", "lys_s20", "lys_s21",
    "lys_s22", "lys_s23", "lys_s24", "lys_s25", "lys_s26", "lys_s27", "lys_s28", "lys_s29", "lys_s30", "lys_s31",
    "lys_s32",
];

/// By what a connection may be sorted.
#[derive(Debug, Clone)]
pub(crate) struct Sorting {
    pub(crate) input: SortInput,
    /// The connection's entity, and behind its columns one for each key of `beyond`.
    pub(crate) entity: EntityDef,
    /// Keys that no column of the entity holds.
    pub(crate) beyond: Vec<BeyondKey>,
}

/// A key at the end of relations that each lead to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BeyondKey {
    /// Their indexes, the first one of the connection's entity.
    pub(crate) path: Vec<u16>,
    pub(crate) end: KeyEnd,
}

/// What the last entity on the way gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyEnd {
    Column(u16),
    /// The number of rows of a relation.
    Count(u16),
}

/// An input object of which exactly one field is given.
#[derive(Debug, Clone)]
pub(crate) struct SortInput {
    /// GraphQL name.
    pub(crate) name: String,
    pub(crate) fields: Vec<SortField>,
}

/// One field of it.
#[derive(Debug, Clone)]
pub(crate) struct SortField {
    /// `snake_case` name.
    pub(crate) name: &'static str,
    pub(crate) kind: SortKind,
    /// What it takes to sort by it.
    pub(crate) guard: Option<Guarded>,
}

#[derive(Debug, Clone)]
pub(crate) enum SortKind {
    /// By a column of [`Sorting::entity`].
    Key(u16),
    /// By such a column that holds a number of rows.
    Count(u16),
    /// By a related row.
    Related(SortInput),
}

impl SortInput {
    /// What it takes to sort by everything in it.
    pub(crate) fn guards(&self) -> impl Iterator<Item = Guarded> {
        self.all().into_iter().flat_map(|input| input.fields.iter().filter_map(|field| field.guard))
    }

    /// This and all inputs below it.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let below = self.fields.iter().flat_map(|field| match &field.kind {
            SortKind::Key(_) | SortKind::Count(_) => Vec::new(),
            SortKind::Related(input) => input.all(),
        });
        std::iter::once(self).chain(below).collect()
    }
}

impl Sorting {
    /// The key behind `column`, if the entity itself does not have it.
    pub(crate) fn beyond(&self, column: u16) -> Option<&BeyondKey> {
        let own = self.entity.columns.len() - self.beyond.len();
        self.beyond.get(usize::from(column).checked_sub(own)?)
    }
}

/// Every type that sorts add to the schema, and what it is.
pub(super) fn type_names(model: &Model) -> Vec<(String, String)> {
    let inputs = model.sorts.iter().flat_map(|(operation, sorting)| {
        sorting.input.all().into_iter().map(move |input| (input.name.clone(), format!("the sort of `{operation}`")))
    });
    inputs.collect()
}

/// Settles the sorts of all connections.
pub(super) fn collect(model: &mut Model, faults: &mut StartError) {
    let mut sorts = IndexMap::new();
    for entry in model.operations.values() {
        let OutputDef::Connection { node, sort, .. } = &entry.definition.output else { continue };
        let Some(node) = model.nodes.get(node).filter(|_| !sort.is_empty()) else { continue };
        let place = format!("{}: `{}`", entry.source, entry.definition.name);
        let entity = model.entities[node.entity].definition.clone();
        let mut settling = Settling { model, faults, place, entity, beyond: Vec::new(), path: Vec::new() };
        let limited = guards::limits_root(&model.entities[node.entity].definition);
        let input = settling.input(node, sort, pascal_case(entry.definition.name), limited);
        let Settling { entity, beyond, .. } = settling;
        sorts.insert(entry.definition.name, Sorting { input, entity, beyond });
    }
    if !sorts.is_empty() {
        model.inputs.declare_enum(direction, DIRECTION);
    }
    model.sorts = sorts;
}

struct Settling<'m, 'f> {
    model: &'m Model,
    faults: &'f mut StartError,
    /// Where the connection stands, for faults.
    place: String,
    entity: EntityDef,
    beyond: Vec<BeyondKey>,
    /// Relations on the way to the node at hand.
    path: Vec<u16>,
}

impl Settling<'_, '_> {
    /// `limited`: its rows are all inside the decision's scope.
    fn input(&mut self, node: &NodeEntry, keys: &[SortDef], name: String, limited: bool) -> SortInput {
        let fields = keys.iter().filter_map(|key| self.field(node, key, &name, limited)).collect();
        SortInput { name: name + "Sort", fields }
    }

    fn field(&mut self, node: &NodeEntry, key: &SortDef, above: &str, limited: bool) -> Option<SortField> {
        let entity = &self.model.entities[node.entity].definition;
        let guards = &self.model.guards;
        match key {
            SortDef::Column { column } => {
                let definition = &entity.columns[usize::from(*column)];
                if shown::column(self.model, node, *column).is_none() {
                    return self.hidden(node, definition.name);
                }
                let key = if self.path.is_empty() {
                    *column
                } else {
                    self.further(KeyEnd::Column(*column), &ColumnDef { nullable: true, ..definition.clone() })?
                };
                let guard = guards.of_column(node.definition.name, *column, limited);
                Some(SortField { name: definition.name, kind: SortKind::Key(key), guard })
            }
            SortDef::Count { relation } => {
                let name = entity.relations[usize::from(*relation)].name;
                if shown::relation(self.model, node, *relation).is_none() {
                    return self.hidden(node, name);
                }
                let key = self.further(KeyEnd::Count(*relation), &number())?;
                let guard = guards.of_relation(node.definition.name, *relation, limited);
                Some(SortField { name, kind: SortKind::Count(key), guard })
            }
            SortDef::Relation { relation, keys } => {
                let name = entity.relations[usize::from(*relation)].name;
                let Some((below, _)) = shown::relation(self.model, node, *relation) else {
                    return self.hidden(node, name);
                };
                self.path.push(*relation);
                let along = &entity.relations[usize::from(*relation)];
                let below_is_limited = guards::limits_along(along, &self.model.entities[below.entity].definition);
                let input = self.input(below, keys, format!("{above}{}", pascal_case(name)), below_is_limited);
                self.path.pop();
                let guard = guards.of_relation(node.definition.name, *relation, limited);
                Some(SortField { name, kind: SortKind::Related(input), guard })
            }
        }
    }

    /// A key at the end of the way, as a column behind the entity's own.
    fn further(&mut self, end: KeyEnd, column: &ColumnDef) -> Option<u16> {
        let Some(name) = NAMES.get(self.beyond.len()) else {
            self.faults.add(format!("{} sorts by more than {} keys of relations", self.place, NAMES.len()));
            return None;
        };
        self.beyond.push(BeyondKey { path: self.path.clone(), end });
        self.entity.columns.push(ColumnDef { name, ..column.clone() });
        u16::try_from(self.entity.columns.len() - 1).ok()
    }

    /// Where a row stands says what it holds.
    fn hidden<T>(&mut self, node: &NodeEntry, name: &str) -> Option<T> {
        self.faults.add(format!(
            "{} sorts by `{name}`, which `{}` does not show, so callers could find it out by sorting; show it, or take it out of `sort(…)`",
            self.place, node.definition.name
        ));
        None
    }
}

/// The column of a number of rows.
fn number() -> ColumnDef {
    ColumnDef {
        name: "",
        kind: ColumnKind::BigInt,
        nullable: false,
        decimal: None,
        length: None,
        references: None,
        unique: false,
        indexed: false,
        search_index: false,
    }
}
