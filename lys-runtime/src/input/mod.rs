//! Values that come in: arguments and input objects, decoded with every mistake listed.

pub mod children;
pub mod decode;
pub mod draft;
pub mod enumeration;
pub mod patch;
pub mod rules;
pub mod scalar;
pub mod types;

pub use children::Children;
pub use decode::{Decoder, Fields};
pub use draft::{Assign, IntoDraft};
pub use patch::Patch;
pub use types::{InputDef, InputFieldDef, InputTypes};

use async_graphql_value::ConstValue;

use crate::output::TypeRef;

/// A Rust type that GraphQL can take as an argument or input field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no GraphQL input type",
    note = "arguments are scalars, GlobalId, enums with #[derive(Enum)], structs with #[derive(Input)], and Option, Patch or Vec of these"
)]
pub trait Input: Sized + Send + 'static {
    /// The GraphQL type, non-null unless `Self` is an `Option`.
    fn type_ref() -> TypeRef;

    /// Declares the named types that `Self` mentions.
    fn declare(types: &mut InputTypes);

    /// Decodes a coerced value; `None` is an absent one. A mistake is reported to the decoder and gives `None`.
    fn decode(value: Option<&ConstValue>, decoder: &mut Decoder) -> Option<Self>;
}
