//! What the functions of operations and computed fields answer with: written down again, without lys.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::world::{Row, World};

/// What an operation or computed field comes to.
pub enum Outcome {
    Row(Option<Row>),
    /// Rows in this order, `true` descending.
    Rows(Vec<Row>, Vec<(&'static str, bool)>),
    Value(Value),
    Fail(&'static str, u16, Value),
}

impl World<'_> {
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
            "all_animals" | "search_animals" => rows("animal", &|_| true, &[]),
            "all_keepers" => rows("keeper", &|_| true, &[]),
            "all_zones" => rows("zone", &|_| true, &[]),
            "search_readings" => rows("reading", &|_| true, &[]),
            "all_visits" => rows("visit", &|_| true, &[]),
            "all_branches" => rows("branch", &|_| true, &[]),
            "all_lockers" => rows("locker", &|_| true, &[]),
            "all_members" => rows("member", &|_| true, &[]),
            "all_skills" => rows("skill", &|_| true, &[]),
            "quays" => rows("quay", &|_| true, &[]),
            "ports" => rows("port", &|_| true, &[]),
            "ships" => rows("ship", &|_| true, &[]),
            "loads" => rows("load", &|_| true, &[]),
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
