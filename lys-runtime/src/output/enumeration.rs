//! Enums as output. The output half of `#[derive(Enum)]`.

use super::{EnumDef, EnumValueDef, OutputTypes, TypeRef, ValueWriter, Written};

/// An enum whose values are names: in the schema, and as text in the database. Derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enum of the schema",
    note = "add `#[derive(Enum)]` to `{Self}`"
)]
pub trait EnumValue: Clone + Send + Sync + 'static {
    /// GraphQL name.
    const NAME: &'static str;
    /// Doc comment.
    const DESCRIPTION: &'static str;
    /// Values in declared order: value, `SCREAMING_SNAKE_CASE` name, doc comment.
    const VALUES: &'static [(Self, &'static str, &'static str)];

    /// Name of this value.
    fn name(&self) -> &'static str;

    /// The value called `name`.
    #[must_use]
    fn from_name(name: &str) -> Option<Self> {
        Self::VALUES.iter().find(|(_, other, _)| *other == name).map(|(value, _, _)| value.clone())
    }
}

/// The enum as data.
#[must_use]
pub fn definition<T: EnumValue>() -> EnumDef {
    let values = T::VALUES.iter().map(|(_, name, description)| EnumValueDef { name, description });
    EnumDef { name: T::NAME, description: T::DESCRIPTION, values: values.collect() }
}

/// See [`Output::type_ref`](super::Output::type_ref).
#[must_use]
pub fn type_ref<T: EnumValue>() -> TypeRef {
    TypeRef::named(T::NAME)
}

/// See [`Output::declare`](super::Output::declare).
pub fn declare<T: EnumValue>(types: &mut OutputTypes) {
    types.declare_enum(definition::<T>, T::NAME);
}

/// See [`Output::write`](super::Output::write).
///
/// # Errors
/// None.
pub fn write<T: EnumValue>(value: &T, writer: &mut ValueWriter<'_, '_>) -> Written {
    writer.text(value.name())
}
