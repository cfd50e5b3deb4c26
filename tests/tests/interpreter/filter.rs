//! The argument `filter`, asked of rows in memory.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    entity::{EntityDef, RelationDef, RelationKind},
    name::{camel_case, pascal_case},
    node::{CellOutput, NodeFieldKind},
    operation::OutputDef,
    testing::TestProject,
};
use serde_json::Value;

use super::{
    viewer::Sees,
    world::{Row, World},
};
use crate::filters::{
    by_hand::answer,
    generate::{Pool, key},
    types::{Field, Kind, Types},
};

/// What a connection may be filtered by.
pub struct FilterType {
    /// Name of the argument's type.
    pub name: String,
    pub types: Types,
    /// What to compare with.
    pub pool: Pool,
}

/// The filters of all connections, by name.
pub async fn load(project: &TestProject) -> BTreeMap<&'static str, (String, Types)> {
    let mut all = BTreeMap::new();
    for operation in project.engine().model().operations() {
        let OutputDef::Connection { filter, .. } = &operation.definition.output else { continue };
        if !filter.is_empty() {
            let name = format!("{}Filter", pascal_case(operation.definition.name));
            let types = Types::load(project, &name).await;
            all.insert(operation.definition.name, (name, types));
        }
    }
    all
}

/// The values of all columns below the type `ty`, as clients write them.
pub fn pool(world: &World<'_>, types: &Types, ty: &str, entity: &EntityDef) -> Pool {
    let mut pool = Pool::of(types, ty, &[]);
    gather(world, types, ty, entity, &mut pool);
    pool
}

fn gather(world: &World<'_>, types: &Types, ty: &str, entity: &EntityDef, pool: &mut Pool) {
    for Field { name, kind } in types.fields(ty) {
        match kind {
            Kind::Column { ty: column, .. } => {
                let key = key(ty, name, column);
                let node = column.ends_with("IDFilter").then(|| shown_as(world, entity, name));
                for row in world.rows(entity.table) {
                    let cell = cell(entity, name, row);
                    let value = match (node, cell.as_str()) {
                        (Some(node), Some(key)) => STANDARD.encode(format!("{node}:{key}")).into(),
                        _ => cell.clone(),
                    };
                    pool.add(key.clone(), &value);
                }
            }
            Kind::One(below) | Kind::Many(below) => {
                let target = (relation(entity, name).target_definition)();
                gather(world, types, below, &target, pool);
            }
        }
    }
}

/// The node in the global ids of a column: its own, that of the relation whose key it is, or that of the row.
fn shown_as(world: &World<'_>, entity: &EntityDef, field: &str) -> &'static str {
    let of = |table: &str| {
        let mut nodes = world.project.engine().model().nodes().filter(|node| world.entity(node).table == table);
        nodes.next().unwrap()
    };
    let is_column = |column: u16| camel_case(entity.columns[usize::from(column)].name) == field;
    let node = of(entity.table);
    let shown = node.definition.fields.iter().find_map(|shown| match &shown.kind {
        NodeFieldKind::Column { column, output: CellOutput::GlobalId(node) } if is_column(*column) => Some(*node),
        _ => None,
    });
    let keyed = entity.relations.iter().find(|relation| {
        relation.kind == RelationKind::BelongsTo && relation.on.iter().all(|join| is_column(join.here))
    });
    match (shown, keyed) {
        (Some(node), _) => node,
        (None, Some(relation)) => of((relation.target_definition)().table).definition.name,
        (None, None) => node.definition.name,
    }
}

fn cell<'r>(entity: &EntityDef, field: &str, row: &'r Row) -> &'r Value {
    let column = entity.columns.iter().find(|column| camel_case(column.name) == field);
    &row[column.unwrap_or_else(|| panic!("{} has no column for `{field}`", entity.name)).name]
}

fn relation<'e>(entity: &'e EntityDef, field: &str) -> &'e RelationDef {
    let relation = entity.relations.iter().find(|relation| camel_case(relation.name) == field);
    relation.unwrap_or_else(|| panic!("{} has no relation for `{field}`", entity.name))
}

/// Rows as somebody sees them, asked by filters.
pub struct Asking<'w> {
    pub world: &'w World<'w>,
    pub types: &'w Types,
    pub sees: &'w Sees,
}

impl Asking<'_> {
    /// Whether `row` satisfies the filter of type `ty`.
    pub fn holds(&self, ty: &str, entity: &EntityDef, filter: &Value, row: &Row) -> bool {
        filter.as_object().unwrap().iter().all(|(key, value)| match key.as_str() {
            "and" => value.as_array().unwrap().iter().all(|filter| self.holds(ty, entity, filter, row)),
            "or" => value.as_array().unwrap().iter().any(|filter| self.holds(ty, entity, filter, row)),
            "not" => !self.holds(ty, entity, value, row),
            name => match &self.types.field(ty, name).kind {
                Kind::Column { ty: column, .. } => {
                    let cell = cell(entity, name, row);
                    let is_id = column.ends_with("IDFilter");
                    let asked = |asked: &Value| if is_id { keys(asked) } else { asked.clone() };
                    let mut questions = value.as_object().unwrap().iter();
                    questions.all(|(question, value)| answer(question, &asked(value), cell))
                }
                Kind::One(below) => self.count(entity, name, below, value, row).0 > 0,
                Kind::Many(below) => value.as_object().unwrap().iter().all(|(quantifier, filter)| {
                    match (quantifier.as_str(), self.count(entity, name, below, filter, row)) {
                        ("some", (such, _)) => such > 0,
                        ("none", (such, _)) => such == 0,
                        ("every", (such, all)) => such == all,
                        _ => panic!("{quantifier}"),
                    }
                }),
            },
        })
    }

    /// How many rows of a relation satisfy a filter, and how many there are.
    fn count(&self, entity: &EntityDef, name: &str, ty: &str, filter: &Value, row: &Row) -> (usize, usize) {
        let relation = relation(entity, name);
        let target = (relation.target_definition)();
        let rows = self.world.related(entity, relation, row, self.sees);
        (rows.iter().filter(|row| self.holds(ty, &target, filter, row)).count(), rows.len())
    }
}

/// The keys in global ids.
fn keys(asked: &Value) -> Value {
    match asked {
        Value::String(id) => {
            let id = String::from_utf8(STANDARD.decode(id).unwrap()).unwrap();
            id.split_once(':').unwrap().1.into()
        }
        Value::Array(ids) => ids.iter().map(keys).collect(),
        other => other.clone(),
    }
}
