//! Filters as a reader of the documentation would apply them, row by row.

use serde_json::Value;

use super::types::{Kind, Types};

/// Whether `row` satisfies the filter of type `ty`. Nothing here is unknown: a question about NULL is answered with no.
pub fn holds(types: &Types, ty: &str, filter: &Value, row: &Value) -> bool {
    filter.as_object().unwrap().iter().all(|(key, value)| match key.as_str() {
        "and" => value.as_array().unwrap().iter().all(|filter| holds(types, ty, filter, row)),
        "or" => value.as_array().unwrap().iter().any(|filter| holds(types, ty, filter, row)),
        "not" => !holds(types, ty, value, row),
        name => match &types.field(ty, name).kind {
            Kind::Column { .. } => {
                let cell = if name == "zoneId" { &row["aliasedZone"]["id"] } else { &row[name] };
                value.as_object().unwrap().iter().all(|(question, asked)| answer(question, asked, cell))
            }
            Kind::One(below) => !row[name].is_null() && holds(types, below, value, &row[name]),
            Kind::Many(below) => {
                let such = |filter: &Value| {
                    let rows = row[name].as_array().unwrap();
                    (rows.iter().filter(|row| holds(types, below, filter, row)).count(), rows.len())
                };
                value.as_object().unwrap().iter().all(|(quantifier, filter)| {
                    match (quantifier.as_str(), such(filter)) {
                        ("some", (such, _)) => such > 0,
                        ("none", (such, _)) => such == 0,
                        ("every", (such, all)) => such == all,
                        _ => panic!("{quantifier}"),
                    }
                })
            }
        },
    })
}

/// Whether a column with `cell` in it satisfies one question.
pub fn answer(question: &str, asked: &Value, cell: &Value) -> bool {
    if question == "isNull" {
        return cell.is_null() == (*asked == true);
    }
    if cell.is_null() {
        return false;
    }
    let text = || (cell.as_str().unwrap(), asked.as_str().unwrap());
    let folded = || (fold(cell), fold(asked));
    match question {
        "eq" => same(cell, asked),
        "ne" => !same(cell, asked),
        "in" => asked.as_array().unwrap().iter().any(|asked| same(cell, asked)),
        "notIn" => !asked.as_array().unwrap().iter().any(|asked| same(cell, asked)),
        "lt" => less(cell, asked),
        "lte" => !less(asked, cell),
        "gt" => less(asked, cell),
        "gte" => !less(cell, asked),
        "contains" => text().0.contains(text().1),
        "startsWith" => text().0.starts_with(text().1),
        "endsWith" => text().0.ends_with(text().1),
        "containsCi" => folded().0.contains(&folded().1),
        "startsWithCi" => folded().0.starts_with(&folded().1),
        "endsWithCi" => folded().0.ends_with(&folded().1),
        _ => panic!("{question}"),
    }
}

fn fold(text: &Value) -> String {
    text.as_str().unwrap().to_lowercase()
}

fn same(left: &Value, right: &Value) -> bool {
    !less(left, right) && !less(right, left)
}

fn less(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() < right.as_f64(),
        (Value::String(left), Value::String(right)) => left < right,
        (Value::Bool(left), Value::Bool(right)) => !left & right,
        _ => panic!("{left} and {right}"),
    }
}
