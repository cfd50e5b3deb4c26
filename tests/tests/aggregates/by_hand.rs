//! What rows come to, worked out from the rows themselves.

use serde_json::{Map, Value, json};

use crate::interpreter::paging::compare;

/// A summed-up column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub is_number: bool,
}

macro_rules! columns {
    ($($name:ident $(: $number:ident)?),* $(,)?) => {
        &[$(Column { name: stringify!($name), is_number: columns!(@ $($number)?) }),*]
    };
    (@ number) => { true };
    (@) => { false };
}

pub(super) use columns;

/// Everything that can be selected.
pub fn selection(columns: &[Column]) -> String {
    let of_column =
        |column: &Column| format!("{} {{ min max {} }}", column.name, if column.is_number { "sum avg" } else { "" });
    format!("count {}", columns.iter().map(of_column).collect::<Vec<_>>().join(" "))
}

pub fn summed_up(columns: &[Column], rows: &[Value]) -> Value {
    let mut all = Map::from_iter([("count".to_owned(), json!(rows.len()))]);
    for column in columns {
        let mut values: Vec<&Value> =
            rows.iter().map(|row| &row[column.name]).filter(|value| !value.is_null()).collect();
        values.sort_by(|left, right| compare(left, right));
        let mut told = json!({ "min": values.first(), "max": values.last() });
        if column.is_number {
            let numbers: Vec<f64> = values.iter().filter_map(|value| value.as_f64()).collect();
            let sum: f64 = numbers.iter().sum();
            let average = sum / f64::from(u32::try_from(numbers.len()).unwrap());
            let some = |value: f64| if numbers.is_empty() { Value::Null } else { json!(value) };
            (told["sum"], told["avg"]) = (some(sum), some(average));
        }
        all.insert(column.name.to_owned(), told);
    }
    Value::Object(all)
}

/// The groups of rows that share all of `chosen`, in their order.
pub fn grouped(columns: &[Column], rows: &[Value], choices: &[&str], chosen: &[&str]) -> Vec<Value> {
    let key = |row: &Value| {
        let shown = |name: &&str| if chosen.contains(name) { row[*name].clone() } else { Value::Null };
        Value::Object(choices.iter().map(|name| ((*name).to_owned(), shown(name))).collect())
    };
    let mut keys: Vec<Value> = Vec::new();
    for row in rows {
        if !keys.contains(&key(row)) {
            keys.push(key(row));
        }
    }
    keys.sort_by(|left, right| {
        let mut orders = choices.iter().map(|name| compare(&left[*name], &right[*name]));
        orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    let of_key = |shared: Value| {
        let rows: Vec<Value> = rows.iter().filter(|row| key(row) == shared).cloned().collect();
        json!({ "key": shared, "aggregate": summed_up(columns, &rows) })
    };
    keys.into_iter().map(of_key).collect()
}

/// Equal, but for the last digits of sums and averages.
pub fn assert_close(given: &Value, expected: &Value, about: &str) {
    assert!(are_close(given, expected), "{about}\ngiven:    {given}\nexpected: {expected}");
}

fn are_close(given: &Value, expected: &Value) -> bool {
    match (given, expected) {
        (Value::Number(given), Value::Number(expected)) => {
            let (given, expected) = (given.as_f64().unwrap(), expected.as_f64().unwrap());
            // Averages of decimals have six digits here.
            (given - expected).abs() <= 1e-6_f64.max(expected.abs() * 1e-12)
        }
        (Value::Object(given), Value::Object(expected)) => {
            given.len() == expected.len()
                && expected.iter().all(|(name, value)| given.get(name).is_some_and(|given| are_close(given, value)))
        }
        (Value::Array(given), Value::Array(expected)) => {
            given.len() == expected.len()
                && given.iter().zip(expected).all(|(given, expected)| are_close(given, expected))
        }
        _ => given == expected,
    }
}
