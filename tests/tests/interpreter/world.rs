//! All rows of a project in memory, and what its functions answer with: written down again, without lys.

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
use serde_json::{Map, Value, json};

pub type Row = BTreeMap<&'static str, Value>;

/// What an operation or computed field comes to.
pub enum Outcome {
    Row(Option<Row>),
    /// Rows in this order, `true` descending.
    Rows(Vec<Row>, Vec<(&'static str, bool)>),
    Value(Value),
    Fail(&'static str, u16, Value),
}

/// Columns, `true` descending.
pub type Order = Vec<(&'static str, bool)>;

/// A row's place in an order of a table.
#[derive(Debug, Clone)]
pub struct Place {
    pub table: &'static str,
    pub order: Order,
    pub row: Row,
}

pub struct World<'p> {
    pub project: &'p TestProject,
    tables: HashMap<&'static str, Vec<Row>>,
    /// What cursors of relations mean.
    pub places: BTreeMap<String, Place>,
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
        let mut world = Self { project, tables, places: BTreeMap::new() };
        world.places = world.cursors().await;
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
                        let place = Place { table: entity.table, order: order.clone(), row };
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

    /// The rows that a relation leads to from `row`.
    pub fn related(&self, entity: &EntityDef, relation: &RelationDef, row: &Row) -> Vec<Row> {
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
                    joined(entity, row, &between, link, &relation.on)
                        && joined(&between, link, &target, other, &through.on)
                })
            }
        };
        self.rows(target.table).iter().filter(|other| is_linked(other)).cloned().collect()
    }

    /// What the function of a root field answers with.
    pub fn operation(&self, name: &str, arguments: &Map<String, Value>) -> Outcome {
        let argument = |name: &str| arguments.get(name).filter(|value| !value.is_null());
        let rows = |table: &str, wanted: &dyn Fn(&Row) -> bool, order: &[(&'static str, bool)]| {
            Outcome::Rows(self.rows(table).iter().filter(|row| wanted(row)).cloned().collect(), order.to_vec())
        };
        let by_name = || self.rows("animal").iter().find(|row| Some(&row["name"]) == argument("name")).cloned();
        let frame = |width: i64| json!({ "width": width, "color": (width > 1).then_some("red") });
        match name {
            "find_animal" => Outcome::Row(by_name()),
            "the_animal" => match by_name() {
                Some(row) => Outcome::Row(Some(row)),
                None => Outcome::Fail("NOT_FOUND", 404, json!({})),
            },
            // Their filters have a test of their own.
            "all_animals" | "search_animals" => rows("animal", &|_| true, &[]),
            "all_keepers" => rows("keeper", &|_| true, &[]),
            "all_zones" => rows("zone", &|_| true, &[]),
            "search_readings" => rows("reading", &|_| true, &[]),
            "all_visits" => rows("visit", &|_| true, &[]),
            "all_branches" => rows("branch", &|_| true, &[]),
            "all_lockers" => rows("locker", &|_| true, &[]),
            "all_members" => rows("member", &|_| true, &[]),
            "all_skills" => rows("skill", &|_| true, &[]),
            "all_readings" => {
                let good = argument("good");
                rows(
                    "reading",
                    &|row| good.is_none_or(|good| row["good"] == *good),
                    &[("batch", true), ("note", false)],
                )
            }
            "all_categories" => rows("product_category", &|_| true, &[]),
            "all_products" => {
                let (search, category) = (argument("search"), argument("categoryId"));
                let lower = |value: &Value| value.as_str().unwrap().to_lowercase();
                let wanted = |row: &Row| {
                    search.is_none_or(|search| lower(&row["name"]).contains(&lower(search)))
                        && category.is_none_or(|category| row["category_id"] == *category)
                };
                rows("product", &wanted, &[("created_at", true)])
            }
            "shapes" => Outcome::Value((1..4).map(frame).collect()),
            "maybe_shapes" => Outcome::Value(argument("upTo").map_or(Value::Null, |up_to| {
                let up_to = up_to.as_i64().unwrap();
                (1..=up_to).map(|n| if n % 2 == 1 { frame(n) } else { Value::Null }).collect()
            })),
            "double" => Outcome::Value((arguments["number"].as_i64().unwrap() * 2).into()),
            "fail" => Outcome::Fail("FAILED", 418, json!({})),
            "fail_softly" => match argument("word") {
                Some(word) => Outcome::Value(word.clone()),
                None => Outcome::Fail("FAILED_SOFTLY", 418, json!({ "hint": "say a word" })),
            },
            "motto" => Outcome::Value("Feed the guide".into()),
            "ticket_price" => Outcome::Value((arguments["legs"].as_i64().unwrap() * 2 + 2).into()),
            other => panic!("the interpreter does not know `{other}`"),
        }
    }

    /// What a getter of `node` answers with.
    pub fn getter(&self, node: &str, arguments: &Map<String, Value>) -> Outcome {
        let table = self.entity(self.node(node)).table;
        let id = STANDARD.decode(arguments["id"].as_str().unwrap()).ok();
        let id = id.and_then(|id| String::from_utf8(id).ok());
        let key = id.as_deref().and_then(|id| id.strip_prefix(node)?.strip_prefix(':'));
        match key.and_then(|key| self.find(table, &key.into())) {
            Some(row) => Outcome::Row(Some(row)),
            None => Outcome::Fail("NOT_FOUND", 404, json!({})),
        }
    }
}

/// What the function of a computed field answers with, for one row.
pub fn computed(name: &str, row: &Row, arguments: &Map<String, Value>) -> Outcome {
    let plus = arguments.get("plus").and_then(Value::as_i64);
    let (legs, weight) = (&row["legs"], row["weight"].as_f64());
    let title = row["name"].as_str().unwrap();
    let frame = |width: i64| json!({ "width": width, "color": (width > 1).then_some("red") });
    match name {
        "label" => {
            Outcome::Value(format!("{title}/{}", legs.as_i64().map_or("-".to_owned(), |legs| legs.to_string())).into())
        }
        "badge" => Outcome::Value(format!("{title}#{}", row["chip"]).into()),
        "speed" => match legs.as_i64() {
            Some(legs) => Outcome::Value((legs * 10).into()),
            None => Outcome::Fail("NO_LEGS", 422, json!({})),
        },
        "guess" if *legs == 0 => Outcome::Fail("BAD_GUESS", 422, json!({})),
        "guess" => Outcome::Value(legs.clone()),
        "rank" | "soft_rank" if plus == Some(13) => Outcome::Fail("UNLUCKY", 400, json!({})),
        #[expect(clippy::cast_possible_truncation, reason = "weights of animals")]
        "rank" => Outcome::Value((weight.map_or(-1, |weight| weight.round() as i64) + plus.unwrap_or_default()).into()),
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        "soft_rank" => Outcome::Value(weight.map(|weight| weight + plus.unwrap_or_default() as f64).into()),
        "portrait" => Outcome::Value(json!({
            "title": title,
            "kilos": weight,
            "frame": frame(1),
            "frames": [frame(1), frame(2)],
            "gaps": weight.map(|_| json!([frame(3), null])),
            "tags": ["x", "y"],
        })),
        other => panic!("the interpreter does not know `{other}`"),
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
