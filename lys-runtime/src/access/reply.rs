//! Answers that are mostly there at once.

use futures_util::future::BoxFuture;

/// What is known at once, or has to be asked for. A signed token needs no store, so checking it must not cost what waiting does.
pub enum Reply<'a, T> {
    /// Known.
    Now(T),
    /// Asked for.
    Later(BoxFuture<'a, T>),
}

impl<T> Reply<'_, T> {
    /// What it is.
    pub async fn get(self) -> T {
        match self {
            Self::Now(known) => known,
            Self::Later(asked) => asked.await,
        }
    }
}
