//! Keys that join levels: of one column or of several.

use sea_orm::Value;
use uuid::Uuid;

use super::plan::KeySlot;
use crate::{
    data::{Row, condition::Term},
    entity::ColumnKind,
    error::Result,
};

/// A key that joins levels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum RowKey {
    Uuid(Uuid),
    Int(i64),
    Text(Box<str>),
    Several(Box<[RowKey]>),
}

impl RowKey {
    /// The key in a row; `None` when a part of it is NULL: it refers to nothing then.
    pub(crate) fn read(row: Row<'_>, key: &[KeySlot]) -> Result<Option<Self>> {
        if let [only] = key {
            return Self::part(row, *only);
        }
        let parts = key.iter().map(|part| Self::part(row, *part)).collect::<Result<Option<Box<[Self]>>>>()?;
        Ok(parts.map(Self::Several))
    }

    /// The key in a bound value.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Uuid(key) => key.map(Self::Uuid),
            Value::String(key) => key.as_deref().map(|key| Self::Text(key.into())),
            _ => None,
        }
    }

    fn part(row: Row<'_>, KeySlot { slot, kind }: KeySlot) -> Result<Option<Self>> {
        Ok(match kind {
            ColumnKind::Uuid => row.uuid(slot)?.map(Self::Uuid),
            ColumnKind::Int | ColumnKind::BigInt => row.int(slot)?.map(Self::Int),
            _ => row.text(slot)?.map(|text| Self::Text(text.into())),
        })
    }

    /// The condition that `columns` hold one of `keys`, whose parts are as `parts` says.
    pub(crate) fn one_of(columns: &[u16], parts: &[KeySlot], keys: &[Self]) -> Term {
        match (columns, parts) {
            ([column], [part]) => Term::In(*column, keys.iter().map(|key| key.value(part.kind)).collect()),
            _ => Term::InRows(columns.to_vec(), keys.iter().map(|key| key.values(parts)).collect()),
        }
    }

    /// The parts of the key as bound values.
    pub(crate) fn values(&self, kinds: &[KeySlot]) -> Vec<Value> {
        match self {
            Self::Several(parts) => parts.iter().zip(kinds).map(|(part, key)| part.value(key.kind)).collect(),
            only => kinds.iter().map(|key| only.value(key.kind)).collect(),
        }
    }

    /// A part of the key as a bound value.
    fn value(&self, kind: ColumnKind) -> Value {
        match self {
            Self::Uuid(uuid) => (*uuid).into(),
            Self::Int(number) if kind == ColumnKind::Int => Value::Int(i32::try_from(*number).ok()),
            Self::Int(number) => (*number).into(),
            Self::Text(text) => text.to_string().into(),
            Self::Several(_) => Value::String(None),
        }
    }
}
