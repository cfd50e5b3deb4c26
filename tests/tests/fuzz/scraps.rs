//! Filters become statements: no value is a part of a text, equal shapes have equal texts, and rows are chosen as by hand.

use std::collections::BTreeMap;

use lys::{
    prelude::*,
    testing::{TestProject, super_user},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{Tape, ask, fuzz};
use crate::{
    filters::types::Types,
    interpreter::{filter::Asking, viewer::Sees, world::World},
};

/// In every text, so that a statement with a part of a text in it is recognized.
const MARK: char = '\u{2693}';
const ROWS: u8 = 60;

/// As they are written: equal times have equal texts, and texts are in the order of time.
const TIMES: [&str; 8] = [
    "0001-01-01T00:00:00.000000+00:00",
    "1000-01-01T00:00:00.000001+00:00",
    "1969-12-31T23:59:59.999999+00:00",
    "2026-01-01T00:00:00.000000+00:00",
    "2026-01-01T00:00:00.500000+00:00",
    "2038-01-19T03:14:08.000000+00:00",
    "2107-01-01T00:00:00.000000+00:00",
    "9999-12-31T23:59:59.999999+00:00",
];
const DAYS: [&str; 6] = ["0001-01-01", "1582-10-10", "1970-01-01", "2026-02-28", "2026-03-01", "9999-12-31"];

#[entity]
pub struct Scrap {
    pub text: String,
    pub note: Option<String>,
    pub count: Option<i32>,
    pub amount: Option<f64>,
    #[column(decimal(10, 3))]
    pub price: Option<Decimal>,
    pub at: Option<DateTime<Utc>>,
    pub day: Option<NaiveDate>,
    #[belongs_to(Scrap)]
    pub above_id: Option<Uuid>,
    #[has_many(Scrap)]
    pub below: Many<Scrap>,
}

#[node(Scrap)]
#[connection(
    name = "scraps",
    filter(id, text, note, count, amount, price, at, day, above(text, note), below(text, count, below(note)))
)]
pub struct ScrapNode {
    pub text: String,
    pub note: Option<String>,
    pub count: Option<i32>,
    pub amount: Option<f64>,
    pub price: Option<f64>,
    pub at: Option<DateTime<Utc>>,
    pub day: Option<NaiveDate>,
    pub above: Option<ScrapNode>,
    pub below: Vec<ScrapNode>,
}

fn id(n: u8) -> Uuid {
    Uuid::from_u128(0x5c4a << 64 | u128::from(n))
}

/// Bytes that look random and are the same every time.
fn bytes(seed: u8) -> Vec<u8> {
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..40).map(|_| next()).collect()
}

fn text(tape: &mut Tape) -> String {
    format!("{}{MARK}{}", tape.text(), tape.text())
}

fn scrap(n: u8) -> Draft<Scrap> {
    let mut tape = Tape::new(bytes(n));
    let above = usize::from(n) * 2 / 3;
    Draft::new()
        .with(Scrap::COLUMN.id, id(n))
        .with(Scrap::COLUMN.text, text(&mut tape))
        .with(Scrap::COLUMN.note, (!n.is_multiple_of(3)).then(|| text(&mut tape)))
        .with(Scrap::COLUMN.count, (!n.is_multiple_of(4)).then(|| i32::from(n % 7) - 3))
        .with(Scrap::COLUMN.amount, (!n.is_multiple_of(5)).then(|| f64::from(n % 6) / 4.0))
        .with(Scrap::COLUMN.price, (!n.is_multiple_of(6)).then(|| Decimal::new(i64::from(n % 8) * 1001 - 3003, 3)))
        .with(Scrap::COLUMN.at, (!n.is_multiple_of(7)).then(|| TIMES[usize::from(n % 8)].parse().unwrap()))
        .with(Scrap::COLUMN.day, (!n.is_multiple_of(5)).then(|| DAYS[usize::from(n % 6)].parse().unwrap()))
        .with(Scrap::COLUMN.above_id, (n > 0).then(|| id(u8::try_from(above).unwrap())))
}

pub fn app() -> App {
    let scraps = Fixture::business::<Scrap>("scraps", &[Environment::Dev], || (0..ROWS).map(scrap).collect());
    App::new("scraps", module_path!()).fixture(scraps)
}

/// A filter without its values.
#[derive(Debug, Clone)]
enum Shape {
    Object(Vec<(&'static str, Shape)>),
    List(Vec<Shape>),
    Text,
    Int,
    Float,
    Price,
    Time,
    Day,
    Bool(bool),
    Id,
}

const TEXT: [&str; 14] = [
    "eq",
    "ne",
    "lt",
    "lte",
    "gt",
    "gte",
    "contains",
    "startsWith",
    "endsWith",
    "containsCi",
    "startsWithCi",
    "endsWithCi",
    "in",
    "notIn",
];
const NUMBER: [&str; 8] = ["eq", "ne", "lt", "lte", "gt", "gte", "in", "notIn"];

fn questions(tape: &mut Tape, questions: &[&'static str], value: &Shape, nullable: bool) -> Shape {
    if nullable && tape.below(5) == 0 {
        return Shape::Object(vec![("isNull", Shape::Bool(tape.below(2) == 0))]);
    }
    let question = *tape.pick(questions);
    let many = matches!(question, "in" | "notIn");
    let asked = if many { Shape::List(vec![value.clone(); tape.below(5)]) } else { value.clone() };
    Shape::Object(vec![(question, asked)])
}

fn shape(tape: &mut Tape, fields: &[&'static str], depth: u8) -> Shape {
    let more = if depth == 0 { 0 } else { 4 };
    Shape::Object(match tape.below(6 + more) {
        6 => vec![("not", shape(tape, fields, depth - 1))],
        7 => vec![("and", Shape::List((0..tape.below(3)).map(|_| shape(tape, fields, depth - 1)).collect()))],
        8 | 9 => vec![("or", Shape::List((0..tape.below(4)).map(|_| shape(tape, fields, depth - 1)).collect()))],
        _ => {
            let field = *tape.pick(fields);
            let quantifier = *tape.pick(&["some", "none", "every"]);
            let many = |below| Shape::Object(vec![(quantifier, below)]);
            let asked = match field {
                "text" => questions(tape, &TEXT, &Shape::Text, false),
                "note" => questions(tape, &TEXT, &Shape::Text, true),
                "count" => questions(tape, &NUMBER, &Shape::Int, true),
                "amount" => questions(tape, &NUMBER, &Shape::Float, true),
                "price" => questions(tape, &NUMBER, &Shape::Price, true),
                "at" => questions(tape, &NUMBER, &Shape::Time, true),
                "day" => questions(tape, &NUMBER, &Shape::Day, true),
                "id" => questions(tape, &["eq", "ne", "in", "notIn"], &Shape::Id, false),
                "above" => shape(tape, &["text", "note"], 0),
                "below" => many(shape(tape, &["text", "count", "deeper"], 0)),
                _ => return Shape::Object(vec![("below", many(shape(tape, &["note"], 0)))]),
            };
            vec![(field, asked)]
        }
    })
}

/// The filter of this shape with values.
fn fill(shape: &Shape, tape: &mut Tape, texts: &[String]) -> Value {
    match shape {
        Shape::Object(fields) => {
            fields.iter().map(|(name, shape)| ((*name).to_owned(), fill(shape, tape, texts))).collect()
        }
        Shape::List(items) => items.iter().map(|shape| fill(shape, tape, texts)).collect(),
        // Most texts are parts of those in the rows.
        Shape::Text if tape.below(4) == 0 => text(tape).into(),
        Shape::Text => {
            let letters: Vec<char> = tape.pick(texts).chars().collect();
            let mark = letters.iter().position(|letter| *letter == MARK).unwrap();
            let (start, end) = (tape.below(mark + 1), mark + 1 + tape.below(letters.len() - mark));
            letters[start..end].iter().collect::<String>().into()
        }
        Shape::Int => json!(i32::try_from(tape.below(9)).unwrap() - 4),
        Shape::Float => json!(f64::from(u8::try_from(tape.below(9)).unwrap()) / 4.0 - 0.5),
        Shape::Price => json!((f64::from(u8::try_from(tape.below(9)).unwrap()) * 1001.0 - 3003.0) / 1000.0),
        Shape::Time => (*tape.pick(&TIMES)).into(),
        Shape::Day => (*tape.pick(&DAYS)).into(),
        Shape::Bool(value) => (*value).into(),
        Shape::Id => {
            GlobalId::new("ScrapNode", id(u8::try_from(tape.below(usize::from(ROWS))).unwrap())).encode().into()
        }
    }
}

/// Asks for the ids, and gives the statements too.
async fn chosen(project: &TestProject, filter: &Value) -> Result<(Vec<String>, Vec<String>), String> {
    let _ = project.statements().take();
    let query = "query ($filter: ScrapsFilter) { scraps(filter: $filter) { edges { node { id } } } }";
    let answer = ask(project, &super_user(), query, &json!({ "filter": filter })).await?;
    let edges = answer["data"]["scraps"]["edges"].as_array().ok_or_else(|| format!("{filter}\n{answer}"))?;
    let id = |edge: &Value| GlobalId::decode(edge["node"]["id"].as_str().unwrap()).unwrap().key;
    Ok((edges.iter().map(id).collect(), project.statements().take()))
}

#[test]
fn filters_are_statements_without_values() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::new([app()])).unwrap();
    let world = runtime.block_on(World::load(&project));
    let types = runtime.block_on(Types::load(&project, "ScrapsFilter"));
    let asking = Asking { world: &world, types: &types, sees: &Sees::All };
    let entity = world.entity(world.node("ScrapNode"));
    let texts: Vec<String> = world.rows("scrap").iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect();
    let known = std::cell::RefCell::new(BTreeMap::<String, Vec<String>>::new());
    let some = std::cell::Cell::new((0, 0));
    fuzz(400, 60, |mut tape| {
        let shape = shape(
            &mut tape,
            &["text", "note", "text", "note", "count", "amount", "price", "at", "day", "id", "above", "below"],
            2,
        );
        for _ in 0..2 {
            let filter = fill(&shape, &mut tape, &texts);
            let (mut given, statements) = runtime.block_on(chosen(&project, &filter))?;
            let rows = world.rows("scrap").iter().filter(|row| asking.holds("ScrapsFilter", entity, &filter, row));
            let mut expected: Vec<String> = rows.map(|row| row["id"].as_str().unwrap().to_owned()).collect();
            given.sort_unstable();
            expected.sort_unstable();
            if given != expected {
                return Err(format!("{filter}\ngiven:    {given:?}\nexpected: {expected:?}\n{statements:#?}"));
            }
            let (cases, chosen) = some.get();
            some.set((cases + 1, chosen + usize::from(!given.is_empty() && given.len() < texts.len())));
            if statements.iter().any(|sql| !sql.is_ascii()) {
                return Err(format!("a value in a statement\n{filter}\n{statements:#?}"));
            }
            let key = canonical(&shape);
            match known.borrow_mut().entry(key).or_insert_with(|| statements.clone()) {
                known if *known == statements => {}
                known => return Err(format!("two texts of one shape\n{filter}\n{known:#?}\n{statements:#?}")),
            }
        }
        Ok(())
    });
    let (cases, chosen) = some.get();
    assert!(chosen * 3 > cases, "{chosen} of {cases} choose some rows");
}

fn canonical(shape: &Shape) -> String {
    format!("{shape:?}")
}
