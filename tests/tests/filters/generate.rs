//! Random filters, made of what the rows hold and of what they do not.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::types::{Field, Kind, Types};

/// Values to compare with, by filter type and field, and by the type of the column.
#[derive(Default)]
pub struct Pool(BTreeMap<String, Vec<Value>>);

impl Pool {
    /// All values in `rows`.
    pub fn of(types: &Types, ty: &str, rows: &[Value]) -> Self {
        let mut pool = Self::default();
        for text in ["", "zz", "%", "_", "*", "?", "[", "L", "ä", "Ä", "\\", "\"", "'"] {
            for ty in ["LysStringFilter", "LysNullableStringFilter"] {
                pool.add(ty.to_owned(), &json!(text));
            }
        }
        for number in [-1, 0, 3, 1000] {
            for ty in ["LysIntFilter", "LysNullableIntFilter", "LysNullableFloatFilter"] {
                pool.add(ty.to_owned(), &json!(number));
            }
        }
        for row in rows {
            pool.gather(types, ty, row);
        }
        pool
    }

    pub fn add(&mut self, key: String, value: &Value) {
        let known = self.0.entry(key).or_default();
        if !value.is_null() && !known.contains(value) {
            known.push(value.clone());
        }
    }

    fn gather(&mut self, types: &Types, ty: &str, row: &Value) {
        for Field { name, kind } in types.fields(ty) {
            match kind {
                Kind::Column { ty: column, .. } => {
                    let cell = if name == "zoneId" { &row["aliasedZone"]["id"] } else { &row[name] };
                    self.add(key(ty, name, column), cell);
                }
                Kind::One(below) if row[name].is_null() => drop(self.0.entry(below.clone()).or_default()),
                Kind::One(below) => self.gather(types, below, &row[name]),
                Kind::Many(below) => {
                    row[name].as_array().unwrap().iter().for_each(|row| self.gather(types, below, row));
                }
            }
        }
    }
}

/// Ids must be those of the right type; other values may come from anywhere.
pub fn key(ty: &str, field: &str, column: &str) -> String {
    if column.ends_with("IDFilter") { format!("{ty}.{field}") } else { column.to_owned() }
}

/// Makes filters of a tape of random bytes.
pub struct Generator<'t> {
    pub types: &'t Types,
    pub pool: &'t Pool,
    pub tape: std::vec::IntoIter<u8>,
}

impl Generator<'_> {
    pub fn below(&mut self, most: usize) -> usize {
        usize::from(self.tape.next().unwrap_or_default()) % most
    }

    /// A filter of type `ty`; `depth` more levels may follow.
    pub fn filter(&mut self, ty: &str, depth: u8) -> Value {
        let mut filter = Map::new();
        let most = if depth > 2 { 3 } else { 2 };
        for _ in 0..=self.below(most) {
            match self.below(if depth == 0 { 8 } else { 12 }) {
                8 => drop(filter.insert("not".to_owned(), self.filter(ty, depth - 1))),
                9 => drop(filter.insert("and".to_owned(), self.filters(ty, depth - 1))),
                10 | 11 => drop(filter.insert("or".to_owned(), self.filters(ty, depth - 1))),
                _ => self.field(ty, depth, &mut filter),
            }
        }
        filter.into()
    }

    fn filters(&mut self, ty: &str, depth: u8) -> Value {
        (0..self.below(4)).map(|_| self.filter(ty, depth)).collect()
    }

    fn field(&mut self, ty: &str, depth: u8, filter: &mut Map<String, Value>) {
        let fields = self.types.fields(ty);
        let Field { name, kind } = &fields[self.below(fields.len())];
        let value = match kind {
            Kind::Column { ty: column, questions } => {
                let mut asked = Map::new();
                for _ in 0..=self.below(2) {
                    let question = &questions[self.below(questions.len())];
                    if let Some(value) = self.value(question, &key(ty, name, column)) {
                        asked.insert(question.clone(), value);
                    }
                }
                asked.into()
            }
            Kind::One(_) | Kind::Many(_) if depth == 0 => return,
            Kind::One(below) => self.filter(below, depth - 1),
            Kind::Many(below) => {
                let quantifier = ["some", "none", "every"][self.below(3)];
                json!({ quantifier: self.filter(below, depth - 1) })
            }
        };
        filter.insert(name.clone(), value);
    }

    fn value(&mut self, question: &str, key: &str) -> Option<Value> {
        let pool = self.pool;
        let values = pool.0.get(key).filter(|values| !values.is_empty());
        Some(match question {
            "isNull" => json!(self.below(2) == 0),
            "in" | "notIn" => {
                let values = values.map_or(&[][..], |values| values);
                let most = values.len().min(4);
                (0..self.below(most + 1)).map(|_| values[self.below(values.len())].clone()).collect()
            }
            _ => {
                let values = values?;
                let value = values[self.below(values.len())].clone();
                match &value {
                    // A part of it.
                    Value::String(text) if question.contains("ith") || question.contains("ontains") => {
                        let letters: Vec<char> = text.chars().collect();
                        let (start, end) = (self.below(letters.len() + 1), self.below(letters.len() + 1));
                        json!(letters[start.min(end)..start.max(end)].iter().collect::<String>())
                    }
                    _ => value,
                }
            }
        })
    }
}
