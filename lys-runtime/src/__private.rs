//! Third-party crates that generated code needs, and nothing else. No API.

pub use async_graphql_value;
pub use chrono;
pub use inventory;
pub use sea_orm;
pub use uuid;

/// Registers a component of the surrounding module.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($kind:ident($definition:expr)) => {
        $crate::__private::inventory::submit! {
            $crate::app::Registration {
                module: ::core::module_path!(),
                file: ::core::file!(),
                line: ::core::line!(),
                component: $crate::app::Component::$kind($definition),
            }
        }
    };
}
