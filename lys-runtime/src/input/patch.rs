//! `Patch`: an input field that tells absent from null.

use async_graphql_value::ConstValue;

use super::{Assign, Decoder, Input, InputTypes};
use crate::{
    data::Draft,
    entity::{Column, ColumnValue, Entity},
    error::Result,
    output::TypeRef,
};

/// A field of an edition's input: absent keeps the value, null clears it, a value sets it. The schema shows a nullable `T`.
///
/// With a plain `Option`, null and absent both keep the value.
///
/// ```
/// use lys::prelude::*;
///
/// #[entity]
/// pub struct Product {
///     pub name: String,
///     pub note: Option<String>,
/// }
///
/// /// `{ note: null }` clears the note, `{}` leaves it.
/// #[derive(Input)]
/// #[input(entity = Product)]
/// pub struct UpdateProductInput {
///     pub name: Option<String>,
///     #[input(length(max = 1000))]
///     pub note: Patch<String>,
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Patch<T> {
    /// The field was absent.
    #[default]
    Keep,
    /// The field was null.
    Clear,
    /// The field had this value.
    Set(T),
}

impl<T> Patch<T> {
    /// What is there afterwards, when `current` was there before.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// Whether the field was absent.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T: Input> Input for Patch<T> {
    fn type_ref() -> TypeRef {
        T::type_ref().optional()
    }

    fn declare(types: &mut InputTypes) {
        T::declare(types);
    }

    fn decode(value: Option<&ConstValue>, decoder: &mut Decoder) -> Option<Self> {
        match value {
            None => Some(Self::Keep),
            Some(ConstValue::Null) => Some(Self::Clear),
            Some(value) => T::decode(Some(value), decoder).map(Self::Set),
        }
    }
}

/// Only columns that may be NULL can be cleared.
#[diagnostic::do_not_recommend]
impl<T, I: Assign<Option<T>>> Assign<Option<T>> for Patch<I> {
    fn assign<E: Entity>(self, column: Column<E, Option<T>>, draft: &mut Draft<E>) -> Result<()>
    where
        Option<T>: ColumnValue,
    {
        match self {
            Self::Keep => Ok(()),
            Self::Clear => {
                draft.set(column, None);
                Ok(())
            }
            Self::Set(value) => value.assign(column, draft),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let decode = |value: Option<ConstValue>| Patch::<i32>::decode(value.as_ref(), &mut Decoder::default());
        assert_eq!(decode(None), Some(Patch::Keep));
        assert_eq!(decode(Some(ConstValue::Null)), Some(Patch::Clear));
        assert_eq!(decode(Some(ConstValue::Number(7.into()))), Some(Patch::Set(7)));
        assert_eq!(decode(Some(ConstValue::Boolean(true))), None);
        assert_eq!(Patch::<i32>::type_ref().to_string(), "Int");
    }

    #[test]
    fn a_patch_is_applied_to_what_is_there() {
        assert_eq!(Patch::Keep.apply(Some(1)), Some(1));
        assert_eq!(Patch::Clear.apply(Some(1)), None);
        assert_eq!(Patch::Set(2).apply(Some(1)), Some(2));
        assert_eq!(Patch::Set(2).map(|n| n + 1), Patch::Set(3));
        assert!(Patch::<i32>::default().is_keep());
    }
}
