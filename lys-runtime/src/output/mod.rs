//! Values that go out: scalars, lists, options and plain nodes, written straight to JSON bytes.

pub(crate) mod base64;
pub mod enumeration;
pub(crate) mod key;
pub mod scalar;
pub mod type_ref;
pub mod types;
pub mod writer;

pub use enumeration::EnumValue;
pub use type_ref::TypeRef;
pub use types::{EnumDef, EnumValueDef, ObjectDef, ObjectFieldDef, OutputTypes};
pub use writer::{Nulled, ValueWriter, WriteField, Written, write_fields};

/// A Rust type that GraphQL can show.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no GraphQL output type",
    note = "operations and fields return scalars, enums with #[derive(Enum)], plain structs with #[node], and Option or Vec of these"
)]
pub trait Output: Send + Sync + 'static {
    /// The GraphQL type, non-null unless `Self` is an `Option`.
    fn type_ref() -> TypeRef;

    /// Declares the named types that `Self` mentions.
    fn declare(types: &mut OutputTypes);

    /// Writes the value at the writer's position.
    ///
    /// # Errors
    /// [`Nulled`] when the value has no JSON form (a float that is not finite); the nearest nullable parent becomes null.
    fn write(&self, writer: &mut ValueWriter<'_, '_>) -> Written;
}
