//! Lists in columns: arrays on PostgreSQL, elsewhere JSON texts.

use std::borrow::Cow;

use sea_orm::Value;
use serde_json::{Value as Json, value::RawValue};

use super::row::Row;
use crate::{
    entity::ItemKind,
    error::{Error, Result},
};

/// A list as a JSON text; NULL stays NULL.
pub(super) fn text(items: Option<Vec<Value>>) -> Value {
    let list = |items: Vec<Value>| Json::from(items.into_iter().map(json).collect::<Vec<_>>()).to_string();
    Value::String(items.map(list))
}

fn json(item: Value) -> Json {
    match item {
        Value::Uuid(Some(uuid)) => uuid.to_string().into(),
        Value::String(Some(text)) => text.into(),
        Value::Bool(Some(value)) => value.into(),
        Value::Int(Some(number)) => number.into(),
        Value::BigInt(Some(number)) => number.into(),
        Value::Double(Some(number)) => number.into(),
        _ => Json::Null,
    }
}

/// No list.
pub(super) fn null(item: ItemKind) -> Value {
    Value::Array(item.array_type(), None)
}

/// The list in a JSON text. Numbers are read digit by digit: a float keeps its last bit.
pub(super) fn parse(text: &str, item: ItemKind) -> Result<Value> {
    let items: Vec<&RawValue> = serde_json::from_str(text).map_err(Error::internal)?;
    let items = items.into_iter().map(|json| value(json.get(), item)).collect::<Result<_>>()?;
    Ok(Value::Array(item.array_type(), Some(Box::new(items))))
}

fn value(json: &str, item: ItemKind) -> Result<Value> {
    fn read<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(text: &str) -> Result<T> {
        text.parse().map_err(Error::internal)
    }
    let text = || serde_json::from_str::<Cow<'_, str>>(json).map_err(Error::internal);
    Ok(match item {
        ItemKind::Uuid => read::<uuid::Uuid>(&text()?)?.into(),
        ItemKind::String => text()?.into_owned().into(),
        ItemKind::Bool => read::<bool>(json)?.into(),
        ItemKind::Int => read::<i32>(json)?.into(),
        ItemKind::BigInt => read::<i64>(json)?.into(),
        ItemKind::Float => read::<f64>(json)?.into(),
    })
}

impl Row<'_> {
    /// The list in the cell at `slot`.
    pub(crate) fn list(self, slot: usize, item: ItemKind) -> Result<Value> {
        #[cfg(feature = "postgres")]
        if let Some(array) = self.array(slot, item)? {
            return Ok(array);
        }
        match self.text(slot)? {
            Some(text) => parse(text, item),
            None => Ok(null(item)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[track_caller]
    fn check<T: Into<Value>>(item: ItemKind, list: T, expected: &str) {
        let list: Value = list.into();
        let Value::Array(_, items) = list.clone() else { panic!("{list:?} is no list") };
        assert_eq!(text(items.map(|items| *items)), expected.into());
        assert_eq!(parse(expected, item).expect("is a list"), list);
    }

    #[test]
    fn lists_are_read_as_they_were_written() {
        check(
            ItemKind::String,
            vec!["a \"b\" \\ ,]".to_owned(), String::new(), "é\n😀".to_owned()],
            r#"["a \"b\" \\ ,]","","é\n😀"]"#,
        );
        check(ItemKind::String, Vec::<String>::new(), "[]");
        check(ItemKind::Int, vec![i32::MIN, 0, i32::MAX], "[-2147483648,0,2147483647]");
        check(ItemKind::BigInt, vec![i64::MIN, i64::MAX], "[-9223372036854775808,9223372036854775807]");
        check(
            ItemKind::Float,
            vec![0.1 + 0.2, -2.5, 5e-324, 122.416_294_033_786_58],
            "[0.30000000000000004,-2.5,5e-324,122.41629403378658]",
        );
        // However an exponent is written.
        assert_eq!(parse("[1e300,1e+300]", ItemKind::Float).expect("is a list"), vec![1e300, 1e300].into());
        check(ItemKind::Bool, vec![true, false], "[true,false]");
        check(ItemKind::Uuid, vec![Uuid::from_u128(1)], r#"["00000000-0000-0000-0000-000000000001"]"#);
        assert_eq!(text(None), Value::String(None));
    }

    #[test]
    fn what_is_no_list_of_its_kind_is_refused() {
        for (item, text) in [
            (ItemKind::String, "[null]"),
            (ItemKind::String, "[1]"),
            (ItemKind::String, "\"a\""),
            (ItemKind::Int, "[1.5]"),
            (ItemKind::Int, "[2147483648]"),
            (ItemKind::Bool, "[1]"),
            (ItemKind::Uuid, "[\"x\"]"),
            (ItemKind::Float, "[1"),
        ] {
            assert!(parse(text, item).is_err(), "{text}");
        }
    }
}
