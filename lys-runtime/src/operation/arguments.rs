//! Arguments of operations and fields: coerced by the executor, decoded all at once.

use async_graphql_value::ConstValue;

use crate::{
    error::Result,
    input::{Decoder, Input},
    name::camel_case,
};

/// Coerced arguments by `camelCase` name. An argument that was not given is not there.
#[derive(Debug, Clone, Default)]
pub struct ArgumentValues(pub(crate) Vec<(Box<str>, ConstValue)>);

impl ArgumentValues {
    /// The value of the argument with this `camelCase` name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ConstValue> {
        self.0.iter().find(|(given, _)| &**given == name).map(|(_, value)| value)
    }

    /// Decodes one argument by its `snake_case` name.
    ///
    /// # Errors
    /// `INVALID_INPUT`, or the input's domain error.
    pub fn decode<T: Input>(&self, name: &'static str) -> Result<T> {
        let mut decoder = Decoder::default();
        let decoded = decoder.field(name, self.get(&camel_case(name)), &[]);
        decoder.finish(decoded)
    }
}

/// One argument to be decoded: its `snake_case` name, and how. Made by [`argument`].
pub struct Argument<T> {
    name: &'static str,
    decode: fn(&mut Decoder, &'static str, Option<&ConstValue>) -> Option<T>,
}

/// The argument `name` of type `T`. Generated code says the type here alone, so that a type without a GraphQL form is reported once.
#[must_use]
pub fn argument<T: Input>(name: &'static str) -> Argument<T> {
    Argument { name, decode: |decoder, name, value| decoder.field(name, value, &[]) }
}

impl<T> Argument<T> {
    fn decode(&self, values: &ArgumentValues, decoder: &mut Decoder) -> Option<T> {
        (self.decode)(decoder, self.name, values.get(&camel_case(self.name)))
    }
}

/// A tuple of [`Argument`]s, decoded together so that all mistakes are listed.
pub trait Arguments: Send {
    /// What they decode into.
    type Values: Send;

    /// Decodes all of them.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every mistake, or an input's domain error.
    fn decode(self, values: &ArgumentValues) -> Result<Self::Values>;
}

macro_rules! argument_tuples {
    ($($name:ident $index:tt),*) => {
        impl<$($name: Send),*> Arguments for ($(Argument<$name>,)*) {
            type Values = ($($name,)*);

            #[allow(unused_variables, unused_mut, clippy::unused_unit, non_snake_case, reason = "the empty tuple decodes nothing")]
            fn decode(self, values: &ArgumentValues) -> Result<Self::Values> {
                let mut decoder = Decoder::default();
                $(let $name = self.$index.decode(values, &mut decoder);)*
                let decoded = Some(()).and_then(|()| Some(($($name?,)*)));
                decoder.finish(decoded)
            }
        }
    };
}

argument_tuples!();
argument_tuples!(A 0);
argument_tuples!(A 0, B 1);
argument_tuples!(A 0, B 1, C 2);
argument_tuples!(A 0, B 1, C 2, D 3);
argument_tuples!(A 0, B 1, C 2, D 3, E 4);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
argument_tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
