//! All rows of a project in memory.

use std::collections::{BTreeMap, HashMap};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    app::NodeEntry,
    chrono::{DateTime, NaiveDate, SecondsFormat, Utc},
    entity::{ColumnKind, EntityDef, EntityKind, Join, RelationDef},
    name::camel_case,
    node::{NodeFieldDef, NodeFieldKind},
    operation::OutputDef,
    rust_decimal::Decimal,
    sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement},
    testing::{TestProject, super_user},
    uuid::Uuid,
};
use serde_json::{Map, Value};

use super::{
    filter::{self, FilterType},
    viewer::Sees,
};

pub type Row = BTreeMap<&'static str, Value>;

/// Columns, `true` descending.
pub type Order = Vec<(&'static str, bool)>;

/// A row's place in an order of a table.
#[derive(Debug, Clone)]
pub struct Place {
    pub list: Listing,
    pub row: Row,
    /// The root field that showed it, if one did, and its arguments.
    pub of: Option<&'static str>,
    pub asked: Map<String, Value>,
}

/// What a cursor belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub table: &'static str,
    pub order: Order,
    pub filter: Option<Value>,
}

pub struct World<'p> {
    pub project: &'p TestProject,
    tables: HashMap<&'static str, Vec<Row>>,
    /// What cursors of relations mean.
    pub places: BTreeMap<String, Place>,
    /// What connections may be filtered by.
    pub filters: BTreeMap<&'static str, FilterType>,
}

impl<'p> World<'p> {
    pub async fn load(project: &'p TestProject) -> Self {
        let mut tables = HashMap::new();
        for entry in project.engine().model().entities() {
            let entity = &entry.definition;
            let quote = if project.database().backend() == DbBackend::MySql { '`' } else { '"' };
            let name = |name: &str| format!("{quote}{name}{quote}");
            let columns: Vec<String> = entity.columns.iter().map(|column| name(column.name)).collect();
            let sql = format!("SELECT {} FROM {}", columns.join(", "), name(entity.table));
            let rows = project
                .database()
                .sea_orm()
                .query_all_raw(Statement::from_string(project.database().backend(), sql))
                .await
                .unwrap();
            tables.insert(entity.table, rows.iter().map(|row| read(entity, row)).collect());
        }
        let mut world = Self { project, tables, places: BTreeMap::new(), filters: BTreeMap::new() };
        world.places = world.cursors().await;
        for (operation, (name, types)) in filter::load(project).await {
            let entries = project.engine().model().operations();
            let entry = entries.into_iter().find(|entry| entry.definition.name == operation).unwrap();
            let OutputDef::Connection { node, .. } = &entry.definition.output else { continue };
            let pool = filter::pool(&world, &types, &name, world.entity(world.node(node)));
            world.filters.insert(operation, FilterType { name, types, pool });
        }
        world
    }

    /// The cursors of all relations' connections in all their orders, as the engine makes them.
    async fn cursors(&self) -> BTreeMap<String, Place> {
        let model = self.project.engine().model();
        let mut places = BTreeMap::new();
        for list in model.operations() {
            let OutputDef::Connection { node, .. } = &list.definition.output else { continue };
            let node = self.node(node);
            for field in &node.definition.fields {
                let NodeFieldKind::Connection { node: target, .. } = &field.kind else { continue };
                let entity = self.entity(self.node(target));
                for (argument, order) in self.orders(field) {
                    let name = camel_case(field.name);
                    let query = format!(
                        "{{ {} {{ edges {{ node {{ {name}{argument} {{ edges {{ cursor node {{ id }} }} }} }} }} }} }}",
                        list.field
                    );
                    let answer = self.project.execute(&super_user(), &query, "{}").await;
                    let parents = answer["data"][&list.field]["edges"].as_array().unwrap_or_else(|| panic!("{answer}"));
                    for edge in parents.iter().flat_map(|parent| parent["node"][&name]["edges"].as_array().unwrap()) {
                        let id = STANDARD.decode(edge["node"]["id"].as_str().unwrap()).unwrap();
                        let id = String::from_utf8(id).unwrap();
                        let row = self.find(entity.table, &id.split_once(':').unwrap().1.into()).unwrap();
                        let list = Listing { table: entity.table, order: order.clone(), filter: None };
                        let place = Place { list, row, of: None, asked: Map::new() };
                        places.insert(edge["cursor"].as_str().unwrap().to_owned(), place);
                    }
                }
            }
        }
        places
    }

    /// How clients may sort a relation's connection: arguments, and the whole order that they mean.
    pub fn orders(&self, field: &NodeFieldDef) -> Vec<(String, Order)> {
        let NodeFieldKind::Connection { node: target, order_by, .. } = &field.kind else { return Vec::new() };
        let keys: Vec<(String, &'static str)> = match order_by {
            Some(keys) => keys.iter().map(|key| (camel_case(key.name), key.name)).collect(),
            None => self.keys_of(target),
        };
        let whole = |column, descending| {
            if column == "id" { vec![(column, descending)] } else { vec![(column, descending), ("id", descending)] }
        };
        let mut orders = vec![(String::new(), whole("created_at", false))];
        for (key, column) in keys {
            for ascending in [true, false] {
                orders.push((format!("(orderBy: {{ {key}: {ascending} }})"), whole(column, !ascending)));
            }
        }
        orders
    }

    /// The order keys of a node's root connections, with their columns.
    fn keys_of(&self, node: &str) -> Vec<(String, &'static str)> {
        let operations = self.project.engine().model().operations();
        let declared = operations.filter_map(|operation| match &operation.definition.output {
            OutputDef::Connection { node: shown, order_by, .. } if *shown == node => Some(order_by.clone()),
            _ => None,
        });
        match declared.into_iter().next().flatten() {
            Some(keys) => keys.iter().map(|key| (camel_case(key.name), key.name)).collect(),
            None if self.entity(self.node(node)).kind == EntityKind::Parametric => {
                vec![("code".to_owned(), "id"), ("createdAt".to_owned(), "created_at")]
            }
            None => vec![("createdAt".to_owned(), "created_at")],
        }
    }

    pub fn node(&self, name: &str) -> &NodeEntry {
        self.project.engine().model().nodes().find(|node| node.definition.name == name).unwrap()
    }

    pub fn entity(&self, node: &NodeEntry) -> &EntityDef {
        &self.project.engine().model().entities()[node.entity].definition
    }

    pub fn rows(&self, table: &str) -> &[Row] {
        &self.tables[table]
    }

    /// The row with this key.
    pub fn find(&self, table: &str, key: &Value) -> Option<Row> {
        self.rows(table).iter().find(|row| row["id"] == *key).cloned()
    }

    /// The rows that a relation leads to from `row`, as somebody sees them.
    pub fn related(&self, entity: &EntityDef, relation: &RelationDef, row: &Row, sees: &Sees) -> Vec<Row> {
        let target = (relation.target_definition)();
        let joined = |here: &EntityDef, near: &Row, there: &EntityDef, far: &Row, on: &[Join]| {
            on.iter().all(|join| {
                let near = &near[here.columns[usize::from(join.here)].name];
                !near.is_null() && *near == far[there.columns[usize::from(join.there)].name]
            })
        };
        let is_linked = |other: &Row| match &relation.through {
            None => joined(entity, row, &target, other, &relation.on),
            Some(through) => {
                let between = (through.definition)();
                self.rows(between.table).iter().any(|link| {
                    sees.along(relation, &between, link)
                        && joined(entity, row, &between, link, &relation.on)
                        && joined(&between, link, &target, other, &through.on)
                })
            }
        };
        let is_seen = |other: &&Row| sees.along(relation, &target, other) && is_linked(other);
        self.rows(target.table).iter().filter(is_seen).cloned().collect()
    }
}

fn read(entity: &EntityDef, row: &QueryResult) -> Row {
    let cell = |index: usize, kind: ColumnKind| -> Value {
        macro_rules! cell {
            ($type:ty, $show:expr) => {
                row.try_get_by_index::<Option<$type>>(index).unwrap().map($show).into()
            };
        }
        match kind {
            ColumnKind::Uuid => cell!(Uuid, |id| id.to_string()),
            ColumnKind::Bool => cell!(bool, |it| it),
            ColumnKind::Int => cell!(i32, |it| it),
            ColumnKind::BigInt => cell!(i64, |it| it),
            ColumnKind::Float => cell!(f64, |it| it),
            ColumnKind::Decimal => cell!(Decimal, |it| it.to_string().parse::<f64>().unwrap()),
            ColumnKind::DateTime => cell!(DateTime<Utc>, |at| at.to_rfc3339_opts(SecondsFormat::Micros, false)),
            ColumnKind::Date => cell!(NaiveDate, |day| day.to_string()),
            ColumnKind::Json => cell!(Value, |it| it),
            _ => cell!(String, |it| it),
        }
    };
    entity.columns.iter().enumerate().map(|(index, column)| (column.name, cell(index, column.kind))).collect()
}
