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

/// A tuple of arguments, decoded together so that all mistakes are listed.
pub trait Arguments: Sized + Send {
    /// Decodes the arguments with these `snake_case` names.
    ///
    /// # Errors
    /// `INVALID_INPUT` with every mistake, or an input's domain error.
    fn decode(values: &ArgumentValues, names: &'static [&'static str]) -> Result<Self>;
}

macro_rules! argument_tuples {
    ($($name:ident $index:tt),*) => {
        impl<$($name: Input),*> Arguments for ($($name,)*) {
            #[allow(unused_variables, unused_mut, clippy::unused_unit, non_snake_case, reason = "the empty tuple decodes nothing")]
            fn decode(values: &ArgumentValues, names: &'static [&'static str]) -> Result<Self> {
                let mut decoder = Decoder::default();
                $(let $name = decoder.field(names[$index], values.get(&camel_case(names[$index])), &[]);)*
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
