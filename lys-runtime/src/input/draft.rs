//! From an input to a draft: `#[input(entity = Product)]` makes each field assign its column, checked at compile time.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::{Decimal, prelude::FromPrimitive};
use uuid::Uuid;

use crate::{
    data::Draft,
    entity::{Column, ColumnValue, Entity},
    error::{Error, Result, code},
    global_id::GlobalId,
    output::EnumValue,
};

/// An input whose fields are columns of `E`. Derived.
pub trait IntoDraft<E: Entity>: Sized {
    /// Assigns every field that has a value.
    ///
    /// # Errors
    /// When a value does not fit its column.
    fn fill(self, draft: &mut Draft<E>) -> Result<()>;

    /// A draft of a new row.
    ///
    /// # Errors
    /// When a value does not fit its column.
    fn into_draft(self) -> Result<Draft<E>> {
        let mut draft = Draft::new();
        self.fill(&mut draft)?;
        Ok(draft)
    }

    /// A draft of changes to `row`; absent and null fields leave their column as it is, but null in a [`Patch`](super::Patch) clears it.
    ///
    /// # Errors
    /// When a value does not fit its column.
    fn edit(self, row: E) -> Result<Draft<E>> {
        let mut draft = Draft::of(row);
        self.fill(&mut draft)?;
        Ok(draft)
    }
}

/// Input types that can be assigned to a column of type `T`.
#[diagnostic::on_unimplemented(
    message = "an input of type `{Self}` cannot be assigned to a column of type `{T}`",
    note = "use the column's own type, f64 for a Decimal, GlobalId for a Uuid or String key, or Option of these; Patch where the column may be NULL"
)]
pub trait Assign<T> {
    /// Sets `column` in `draft`, or leaves it when there is no value.
    ///
    /// # Errors
    /// When the value does not fit the column.
    fn assign<E: Entity>(self, column: Column<E, T>, draft: &mut Draft<E>) -> Result<()>
    where
        T: ColumnValue;
}

/// One input value as the content of a column.
trait Fit<T>: Sized {
    fn fit<E: Entity>(self, column: u16) -> Result<T>;
}

macro_rules! fits {
    ($($input:ty => $stored:ty: |$value:ident, $column:ident| $fit:expr;)*) => {$(
        impl Fit<$stored> for $input {
            fn fit<E: Entity>(self, $column: u16) -> Result<$stored> {
                let $value = self;
                let _ = $column;
                $fit
            }
        }

        #[diagnostic::do_not_recommend]
        impl Assign<$stored> for $input {
            fn assign<E: Entity>(self, column: Column<E, $stored>, draft: &mut Draft<E>) -> Result<()> {
                let value: $stored = Fit::<$stored>::fit::<E>(self, column.index())?;
                draft.set(column, value);
                Ok(())
            }
        }

        #[diagnostic::do_not_recommend]
        impl Assign<Option<$stored>> for $input {
            fn assign<E: Entity>(self, column: Column<E, Option<$stored>>, draft: &mut Draft<E>) -> Result<()> {
                let value: $stored = Fit::<$stored>::fit::<E>(self, column.index())?;
                draft.set(column, Some(value));
                Ok(())
            }
        }
    )*};
}

fits! {
    String => String: |value, column| Ok(value);
    bool => bool: |value, column| Ok(value);
    i32 => i32: |value, column| Ok(value);
    i32 => i64: |value, column| Ok(i64::from(value));
    f64 => f64: |value, column| Ok(value);
    // Length, digits and scale are checked when the row is written, all columns together.
    f64 => Decimal: |value, column| Decimal::from_f64(value).ok_or_else(|| no_decimal::<E>(column));
    Decimal => Decimal: |value, column| Ok(value);
    DateTime<Utc> => DateTime<Utc>: |value, column| Ok(value);
    NaiveDate => NaiveDate: |value, column| Ok(value);
    serde_json::Value => serde_json::Value: |value, column| Ok(value);
    GlobalId => Uuid: |value, column| {
        Uuid::try_parse(referenced::<E>(&value, column)?).map_err(|_| Error::not_found())
    };
    Vec<String> => Vec<String>: |value, column| Ok(value);
    Vec<bool> => Vec<bool>: |value, column| Ok(value);
    Vec<i32> => Vec<i32>: |value, column| Ok(value);
    Vec<i32> => Vec<i64>: |value, column| Ok(value.into_iter().map(i64::from).collect());
    Vec<f64> => Vec<f64>: |value, column| Ok(value);
    Vec<GlobalId> => Vec<Uuid>: |value, column| value.into_iter().map(|id| id.fit::<E>(column)).collect();
    GlobalId => String: |value, column| referenced::<E>(&value, column).map(str::to_owned);
}

impl<T: EnumValue> Assign<T> for T {
    fn assign<E: Entity>(self, column: Column<E, T>, draft: &mut Draft<E>) -> Result<()>
    where
        T: ColumnValue,
    {
        draft.set(column, self);
        Ok(())
    }
}

impl<T: EnumValue> Assign<Option<T>> for T {
    fn assign<E: Entity>(self, column: Column<E, Option<T>>, draft: &mut Draft<E>) -> Result<()>
    where
        Option<T>: ColumnValue,
    {
        draft.set(column, Some(self));
        Ok(())
    }
}

impl<T, I: Assign<T>> Assign<T> for Option<I> {
    fn assign<E: Entity>(self, column: Column<E, T>, draft: &mut Draft<E>) -> Result<()>
    where
        T: ColumnValue,
    {
        match self {
            Some(value) => value.assign(column, draft),
            None => Ok(()),
        }
    }
}

/// In the form of the decoder of inputs.
fn no_decimal<E: Entity>(column: u16) -> Error {
    let name = crate::name::camel_case(E::definition().columns[usize::from(column)].name);
    let mistake = serde_json::json!({ "path": [name], "rule": "range", "message": "must be a decimal number" });
    Error::new(code::INVALID_INPUT, 400).with_extension("fields", vec![mistake])
}

/// The key inside a global id, if the id is of the type that the column refers to. A column that names no type takes no id.
fn referenced<E: Entity>(id: &GlobalId, column: u16) -> Result<&str> {
    let definition = E::definition();
    let column = &definition.columns[usize::from(column)];
    if let Some(node) = column.references {
        return id.key_of(node);
    }
    Err(Error::internal(format!(
        "`{}.{}` takes a GlobalId; add `#[references(\"…Node\")]` to it",
        E::NAME,
        column.name
    )))
}
